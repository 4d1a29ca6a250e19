import { condition } from '@temporalio/workflow';
import type { ComplaintInput } from '../../src/domain/start';
import { event } from '../../src/domain/events';
import type { Stage } from '../../src/domain/types';
import { uncancelled } from '../shared/cancellation';
import { RunningCase } from './case';
import { listen } from './handlers';
import { carryOutReactions } from './reactions';
import { assign } from './stages/assign';
import { feedback } from './stages/feedback';
import { grade } from './stages/grade';
import { receive } from './stages/receive';
import { resolve } from './stages/resolve';
import { review } from './stages/review';
import { revisit } from './stages/revisit';

/**
 * One complaint, from the first word to the archive:
 *
 *     receive → grade → assign → resolve → feedback → revisit → review → archived
 *                                   ↑          │          │
 *                                   └── not satisfied: another round
 *
 * People decide (handlers.ts), promises are kept beside it all (shared/deadlines.ts), and what follows from what is
 * said once, in src/domain/process.ts. A stage only does what the process does by itself, and waits.
 */
export async function complaint(input: ComplaintInput): Promise<{ caseNo: string; outcome?: string; rounds: number }> {
  const running = new RunningCase(input);
  return uncancelled(
    () => run(running, input),
    () => running.note(event('cancelRequested', {})),
  );
}

async function run(running: RunningCase, input: ComplaintInput): ReturnType<typeof complaint> {
  // Begun before `listen`, which hands over at once what came together with the start: the case is written first, and
  // whoever decides waits their turn. Not awaited before it: an update that finds no handler is refused for good.
  const received = receive(running, input);
  listen(running);
  await received;
  // Who decided while no worker ran was quicker than the promises that have fallen due since.
  await condition(() => running.early === 0);

  if (running.closed) await condition(() => !running.closed, TAKE_UP);
  while (!running.closed) {
    const beside = Promise.all([running.keepPromises(), carryOutReactions(running)]);
    while (!running.closed) {
      if (running.tooLong) await running.goOnAsNew();
      await STAGES[running.state.stage](running);
    }
    // A customer may take the case up again while its last words are being written: then it goes on.
    await running.settled();
    await beside;
  }
  return { caseNo: running.caseNo, outcome: running.state.outcome, rounds: running.state.round };
}

/** A closed case is started again only to be reopened; if that decision does not come, it ends as it was. */
const TAKE_UP = '1 minute';

const STAGES: Record<Stage, (running: RunningCase) => Promise<void>> = {
  receive: async () => undefined,
  grade,
  assign,
  resolve,
  feedback,
  revisit,
  review,
  archived: async () => undefined,
};
