/**
 * Taking back a decision that somebody has just taken by mistake: by another decision that puts things as they were. The
 * ledger keeps both.
 * @module
 */
import type { CaseEvent } from '../case/events';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import { SECOND } from '../basics/milliseconds';
import type { Instant } from '../basics/types';
import type { DecisionName } from './catalogue';

/** For so long the desk offers to take a decision back. */
export const UNDO_MS = 10 * SECOND;
/** So long it is taken, the way of the answer and of the form included. */
export const UNDO_TAKEN_MS = 15 * SECOND;
/** So long the mails of a decision wait that may be taken back. */
export const UNDO_HELD_MS = 20 * SECOND;

/**
 * The decisions that can be taken back, because another one puts everything as it was, and nothing of them leaves the house
 * at once but mails, which wait. Which others cannot, and why: docs/architecture/decision.md.
 */
const REVOCABLE: readonly DecisionName[] = ['pause', 'requestHelp', 'extend'];

/** The beginning of the ids of decisions whose sender offers to take them back: the mails of these alone wait. */
const PREFIX = 'back-';

/** The id of a decision of the desk: that of a revocable one says so. */
export const revocableId = (name: DecisionName, id: string): string =>
  REVOCABLE.includes(name) ? `${PREFIX}${id.slice(0, 59)}` : id;

/** Whether this entry belongs to a decision that its sender may take back for a while. */
export const isRevocable = ({ decision }: Pick<CaseEvent, 'decision'>): boolean =>
  decision !== undefined && decision.id.startsWith(PREFIX);

/** A decision that takes another one back. `words`: the field that holds a text for the ledger, if it wants one. */
export interface Inverse {
  decision: DecisionName;
  input: Record<string, unknown>;
  words?: string;
}

/**
 * What takes a decision back.
 * @param own its entries
 * @param before the case before them
 * @returns undefined: nothing does
 */
export function inverseOf(own: readonly CaseEvent[], before: CaseState, now: Instant): Inverse | undefined {
  for (const { type, data } of own) {
    // In cases of older revisions a mail about the dates does not become untrue by that.
    if (type === 'paused') return hasRule(before, 'resumeTold') ? { decision: 'resume', input: {} } : undefined;
    if (type === 'helpRequested') {
      return { decision: 'answerHelp', input: { taskId: data.taskId, withdrawn: true }, words: 'answer' };
    }
    if (type === 'promiseMoved' && data.because === 'extended') {
      const clock = before.clocks[data.clock];
      // A further time limit counts how often it was extended, and an earlier date does not give that back. A date that is
      // over cannot be promised again, nor one that lies before the first extension.
      const isExact =
        hasRule(before, 'soundDates') &&
        hasRule(before, 'datesTold') &&
        clock &&
        clock.promise !== 'further' &&
        clock.dueAt > now &&
        clock.dueAt < data.dueAt;
      return isExact
        ? {
            decision: 'extend',
            input: { promise: clock.promise, clock: clock.id, dueAt: clock.dueAt },
            words: 'reason',
          }
        : undefined;
    }
  }
  return undefined;
}
