/**
 * What followers are made of.
 * @module
 */
import { event, type CaseEvent, type EventBody, type EventType } from '../../case/events';
import type { CaseState } from '../../case/state';
import type { Actor, Instant, Stage } from '../../basics/types';
import type { Policy } from '../../policy/schema';

/** An event that has just been appended, and the case before and after it. */
export interface Following<T extends EventType> {
  before: CaseState | undefined;
  data: Extract<CaseEvent, { type: T }>['data'];
  at: Instant;
  actor: Actor;
  state: CaseState;
  policy: Policy;
}

/** What follows from an event, in this order; nothing follows from an event that is not named. */
export type Followers = { [T in EventType]?: (cause: Following<T>) => EventBody[] };

/** What happens automatically when a case enters a stage. */
export type OnEntering = (cause: Following<'stageEntered'>) => EventBody[];

/** Moves the case to another stage. */
export const enter = (state: CaseState, stage: Stage): EventBody =>
  event('stageEntered', { stage, round: state.round });

/** Begins the next round, which goes back to `resolve`. */
export const openRound = (state: CaseState, because: 'survey' | 'revisit' | 'reopened'): EventBody =>
  event('roundOpened', { round: state.round + 1, because });
