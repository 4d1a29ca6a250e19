import { condition } from '@temporalio/workflow';
import type { ComplaintInput } from '../../src/domain/process/start';
import { event } from '../../src/domain/case/events';
import type { Stage } from '../../src/domain/basics/types';
import { uncancelled } from '../shared/cancellation';
import { RunningCase } from './case';
import { listen } from './handlers';
import type { ComplaintResult } from './messages';
import { carryOutReactions } from './reactions';
import { assign } from './stages/assign';
import { feedback } from './stages/feedback';
import { receive } from './stages/receive';

/**
 * One complaint, from the first word to the archive:
 *
 *     receive → grade → assign → resolve → feedback → revisit → review → archived
 *                                   ↑          │          │
 *                                   └── not satisfied: another round
 *
 * People decide (handlers.ts: the catalogue is src/domain/decisions). When a stage is left, and for which, is said in
 * src/domain/process/follow, a file a stage. Promises are kept beside it all (shared/deadlines.ts). Three stages do
 * something by themselves (stages/); in the others the process waits for people.
 */
export async function complaint(input: ComplaintInput): Promise<ComplaintResult> {
  const running = new RunningCase(input);
  return uncancelled(
    () => run(running, input),
    () => running.note(event('cancelRequested', {})),
  );
}

async function run(running: RunningCase, input: ComplaintInput): Promise<ComplaintResult> {
  // Start receiving before registering handlers: registering delivers buffered messages at once, and they must queue behind
  // the receipt. Do not await it first: an update that finds no handler is rejected for good.
  const received = receive(running, input);
  listen(running);
  await received;
  // Run decisions that were queued during an outage before writing overdue promises, or a timely decision is recorded as
  // late.
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

/** The case stays in this stage until a decision, or a promise, leads it out of it. */
async function waitOut(running: RunningCase): Promise<void> {
  const { stage } = running.state;
  await running.until(() => !running.in(stage));
}

const STAGES: Record<Stage, (running: RunningCase) => Promise<void>> = {
  receive: async () => undefined,
  grade: waitOut,
  assign,
  resolve: waitOut,
  feedback,
  revisit: waitOut,
  review: waitOut,
  archived: async () => undefined,
};
