import { nextDue } from '../../domain/promises/clock';
import { rankOf, type Grade, type Instant } from '../../domain/basics/types';
import { occasionOf } from './kinds/occasion';
import type { MailSource } from './source';

/** How much a notice presses, among others that came with it. */
export interface Pressing {
  /** What it tells of is over its time already. */
  broken: boolean;
  grade: Grade;
  dueAt?: Instant;
}

export function pressingOf(source: MailSource): Pressing {
  const { event } = occasionOf(source);
  const told = 'dueAt' in event.data ? event.data.dueAt : undefined;
  const isTime = event.type === 'escalated' && (event.data.because === 'promise' || event.data.because === 'action');
  return {
    broken: isTime && (told === undefined || told <= event.at),
    grade: source.now.grade,
    dueAt: told ?? nextDue(source.now.clocks)?.dueAt,
  };
}

/** What is broken first, then by grade, then by due time; what is not known comes last. */
export function byUrgency(a: Pressing | undefined, b: Pressing | undefined): number {
  if (!a || !b) return Number(!a) - Number(!b);
  if (a.broken !== b.broken) return Number(b.broken) - Number(a.broken);
  if (a.grade !== b.grade) return rankOf(b.grade) - rankOf(a.grade);
  const [dueA, dueB] = [a.dueAt ?? '9', b.dueAt ?? '9'];
  return dueA < dueB ? -1 : Number(dueA > dueB);
}
