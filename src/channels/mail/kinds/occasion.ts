import { evolve, fold } from '../../../domain/case/evolve';
import type { CaseEvent, EventType } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import type { MailData } from '../mail-data';

/**
 * The event that a mail tells of, and the case around it. Events that are written together (same time, same decision)
 * form one moment: a mail tells of its event as it looks when all of them have happened.
 */
export interface Occasion {
  event: CaseEvent;
  /** The case just before the event; undefined for the first one. */
  before: CaseState | undefined;
  /** The case just after the event. */
  after: CaseState;
  /** The case after the last event of the same moment. */
  moment: CaseState;
  /** The ledger up to and including that last event. */
  past: readonly CaseEvent[];
}

/** Finds the event and folds the case before, at and after it. @throws Error when the ledger has no event `seq` */
export function occasionOf({ caseNo, events, seq }: Pick<MailData, 'caseNo' | 'events' | 'seq'>): Occasion {
  const index = events.findIndex((item) => item.seq === seq);
  const event = events[index];
  if (!event) throw new Error(`the ledger of ${caseNo} has no event ${seq}`);
  const before = fold(caseNo, events.slice(0, index));
  const after = evolve(before, event, caseNo);
  let end = index + 1;
  while (end < events.length && sameMoment(event, events[end])) end++;
  const moment = events.slice(index + 1, end).reduce((state, next) => evolve(state, next, caseNo), after);
  return { event, before, after, moment, past: events.slice(0, end) };
}

/** Whether two events were written together: at the same time, by the same decision or by none. */
export const sameMoment = (event: CaseEvent, next: CaseEvent | undefined): boolean =>
  next !== undefined && next.at === event.at && next.decision?.id === event.decision?.id;

/**
 * The event, with the type narrowed to one of `types`.
 * @throws Error when it is of another type: the mail was planned for an event that its kind is not about, a bug
 */
export function eventOfType<T extends EventType>(event: CaseEvent, ...types: T[]): Extract<CaseEvent, { type: T }> {
  if (!(types as string[]).includes(event.type)) throw new Error(`event ${event.seq} is ${event.type}`);
  return event as Extract<CaseEvent, { type: T }>;
}

/** Whether `item` is an event of this type, caused by the customer in the same moment as `other`. */
export const isCustomers = (item: CaseEvent, other: CaseEvent, type: EventType): boolean =>
  item.type === type && item.actor.kind === 'customer' && sameMoment(item, other);

/** The events from the last `roundOpened` on; in the first round, which has none, all events. */
export function thisRound(events: readonly CaseEvent[]): readonly CaseEvent[] {
  const start = events.findLastIndex((event) => event.type === 'roundOpened');
  return start < 0 ? events : events.slice(start);
}
