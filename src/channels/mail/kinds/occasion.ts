import { evolve, fold } from '../../../domain/case/evolve';
import type { CaseEvent, EventType } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import type { MailSource } from '../source';

/** The event that a mail tells of, and the case around it. */
export interface Occasion {
  event: CaseEvent;
  /** The case just before the event; there is none before the first. */
  before: CaseState | undefined;
  /** The case just after it. */
  after: CaseState;
  /** The case at the end of all that happened in its moment. */
  moment: CaseState;
  /** The ledger up to the end of its moment. */
  past: readonly CaseEvent[];
}

/** @throws Error when the ledger has no such event */
export function occasionOf({ caseNo, events, seq }: Pick<MailSource, 'caseNo' | 'events' | 'seq'>): Occasion {
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

export const sameMoment = (event: CaseEvent, next: CaseEvent | undefined): boolean =>
  next !== undefined && next.at === event.at && next.decision?.id === event.decision?.id;

/** @throws Error: an event is one of these, or the mail was planned for something else: a fault worth failing on. */
export function expect<T extends EventType>(event: CaseEvent, ...types: T[]): Extract<CaseEvent, { type: T }> {
  if (!(types as string[]).includes(event.type)) throw new Error(`event ${event.seq} is ${event.type}`);
  return event as Extract<CaseEvent, { type: T }>;
}

/** Whether the customer did it, in the moment of another event. */
export const isCustomers = (item: CaseEvent, other: CaseEvent, type: EventType): boolean =>
  item.type === type && item.actor.kind === 'customer' && sameMoment(item, other);

/** The events since the present round began; of the first round, all of them. */
export function thisRound(events: readonly CaseEvent[]): readonly CaseEvent[] {
  const start = events.findLastIndex((event) => event.type === 'roundOpened');
  return start < 0 ? events : events.slice(start);
}
