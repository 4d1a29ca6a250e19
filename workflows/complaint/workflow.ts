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
 * - Decisions of people arrive as messages (handlers.ts) and are judged by the catalogue in src/domain/decisions.
 * - When a stage is left, and for which, is said in src/domain/process/follow, a file a stage.
 * - Promises are kept beside the stages, until the case is closed (shared/deadlines.ts).
 * - Three stages do something by themselves (stages/); in the others the case waits for people.
 *
 * Cancellation does not end it; the request is noted in the ledger.
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
  // Decisions that were queued during an outage go first: after the overdue promises, a timely one would count as late.
  await condition(() => running.early === 0);

  if (running.closed) await condition(() => !running.closed, TAKE_UP);
  while (!running.closed) {
    const beside = Promise.all([running.keepPromises(), carryOutReactions(running)]);
    while (!running.closed) {
      if (running.tooLong) await running.goOnAsNew();
      await STAGES[running.state.stage](running);
    }
    // Handlers still at work may reopen the case while it closes; the loop then runs on with the reopened case.
    await running.settled();
    await beside;
  }
  return { caseNo: running.caseNo, outcome: running.state.outcome, rounds: running.state.round };
}

/** A closed case is started again only to be reopened. If that decision does not come within this time, it ends as it was. */
const TAKE_UP = '1 minute';

/** A stage in which nothing is done by itself: returns when a decision or a due promise has led the case out of it. */
async function waitOut(running: RunningCase): Promise<void> {
  const { stage } = running.state;
  await running.until(() => !running.in(stage));
}

/** What each stage does by itself. Receive is over before the loop starts, and archived ends it. */
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
