import { nextDue } from '../../domain/promises/clock';
import { rankOf, type Grade, type Instant } from '../../domain/basics/types';
import { occasionOf } from './kinds/occasion';
import type { MailData } from './mail-data';

/** How urgent a notice is; orders the notices of a digest. */
export interface Pressing {
  /** The notice escalates a promise or a corrective action whose due time had passed when it was written. */
  broken: boolean;
  grade: Grade;
  /** The due time in the event, else of the promise that is due next in the case; undefined: nothing is due. */
  dueAt?: Instant;
}

/** @throws Error when the ledger does not have the event that the notice was planned for */
export function pressingOf(source: MailData): Pressing {
  const { event } = occasionOf(source);
  const told = 'dueAt' in event.data ? event.data.dueAt : undefined;
  const isTime = event.type === 'escalated' && (event.data.because === 'promise' || event.data.because === 'action');
  return {
    broken: isTime && (told === undefined || told <= event.at),
    grade: source.now.grade,
    dueAt: told ?? nextDue(source.now.clocks)?.dueAt,
  };
}

/** For `sort`: broken promises first, then the higher grade, then the earlier due time; undefined comes last. */
export function byUrgency(a: Pressing | undefined, b: Pressing | undefined): number {
  if (!a || !b) return Number(!a) - Number(!b);
  if (a.broken !== b.broken) return Number(b.broken) - Number(a.broken);
  if (a.grade !== b.grade) return rankOf(b.grade) - rankOf(a.grade);
  const [dueA, dueB] = [a.dueAt ?? '9', b.dueAt ?? '9'];
  return dueA < dueB ? -1 : Number(dueA > dueB);
}
