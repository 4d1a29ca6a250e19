/**
 * Appends events together with what follows from them without anybody deciding it (`follow/`, a file a stage).
 * @module
 */
import { evolve } from '../case/evolve';
import { type CaseEvent, type DecisionTrace, type EventBody } from '../case/events';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import type { Actor, Instant } from '../basics/types';
import type { Policy } from '../policy/schema';
import { isOpen } from '../promises/clock';
import { later } from '../time/duration';
import { datesMoved } from './clocks';
import { follow } from './follow';

/** The actor of everything that no person does. */
export const SYSTEM: Actor = { kind: 'system' };

/** When it happens, who does it, and by which decision. */
export interface Occurrence {
  at: Instant;
  actor: Actor;
  decision?: DecisionTrace;
}

/**
 * Appends events and all that follows from them, which happens by the system right after its cause. Rows get the next
 * sequences, and a time that never runs backwards. Writes nothing: it gives the new state and the rows to be written.
 * @param before undefined for a new case, whose first event is `complaintReceived`
 * @throws Error when there is neither a case nor an event
 */
export function append(
  before: CaseState | undefined,
  caseNo: string,
  bodies: readonly EventBody[],
  how: Occurrence,
  policy: Policy,
): { state: CaseState; events: CaseEvent[] } {
  let state = before;
  const events: CaseEvent[] = [];
  const queue: { body: EventBody; actor: Actor }[] = bodies.map((body) => ({ body, actor: how.actor }));
  const write = (): void => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      if (state && isOver(item.body, state)) continue;
      const at: Instant = state ? later(state.lastAt, how.at) : how.at;
      const row = { ...item.body, seq: (state?.seq ?? 0) + 1, at, actor: item.actor } as CaseEvent;
      if (how.decision) row.decision = how.decision;
      const previous = state;
      state = evolve(state, row, caseNo);
      events.push(row);
      const followers = follow(previous, row, state, policy);
      queue.unshift(...followers.map((body) => ({ body, actor: SYSTEM })));
    }
  };
  write();
  if (before && state && hasRule(state, 'datesTold')) {
    queue.push(...datesMoved(before, events, state, policy).map((body) => ({ body, actor: SYSTEM })));
    write();
  }
  if (!state) throw new Error('nothing to append to an empty case');
  return { state, events };
}

/**
 * Whether a queued event of a clock is obsolete, because an earlier follower of the same batch has ended the clock
 * already, or paused it (rule `pauseOnce`). That a clock has ended counts only for clocks with a plan.
 */
export function isOver({ type, data }: EventBody, state: CaseState): boolean {
  if (type !== 'promiseStopped' && type !== 'promisePaused' && type !== 'promiseResumed' && type !== 'chainStopped') {
    return false;
  }
  const clock = state.clocks[data.clock];
  if (type === 'promisePaused' && clock?.status === 'paused' && hasRule(state, 'pauseOnce')) return true;
  return clock?.plan !== undefined && !isOpen(clock);
}
