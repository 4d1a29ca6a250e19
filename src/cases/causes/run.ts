import type { Stores } from '../../db';
import { COUNTED_BY, findingsOf } from '../../domain/causes/groups';
import { WEEKS_NEEDED } from '../../domain/causes/rising';
import { readsAs } from '../../domain/case/permissions';
import { greetingMoment } from '../../domain/policy/care';
import { calendarOf } from '../../domain/policy/schema';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { houseDate, houseDayStart } from '../../house';
import type { PolicyCache } from '../rules/policies';

interface Needs {
  causeWeeks: Pick<Stores['causeWeeks'], 'counts' | 'keep' | 'keptOf'>;
  users: Pick<Stores['users'], 'list'>;
  policies: Pick<PolicyCache, 'inForce'>;
  /** Right side of Message-IDs. */
  mailDomain: string;
  clock: () => number;
  /** The program ends: another one begins again. */
  ended: AbortSignal;
}

/** Weeks that are made up for when nothing ran. */
const BACK = 4;

/** The Monday of the week that this day is in. */
export const mondayOf = (day: string): string => daysAfter(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

/**
 * Builds the weekly run over causes: for each of the last weeks that are over and not kept, what rises in it. Those who lead
 * are told of the newest. However often it runs, a week is found once and told once.
 */
export function createCauseRun({ causeWeeks, users, policies, mailDomain, clock, ended }: Needs) {
  async function find(week: string) {
    const from = daysAfter(week, -7 * (WEEKS_NEEDED - 1));
    const counts = await Promise.all(COUNTED_BY.map((by) => causeWeeks.counts(by, from, WEEKS_NEEDED)));
    return findingsOf(counts.flat());
  }

  /** @returns the weeks that it has found something out about */
  return async (): Promise<{ weeks: string[] }> => {
    const now = clock();
    const newest = daysAfter(mondayOf(houseDate(now)), -7);
    const wanted = Array.from({ length: BACK }, (_, n) => daysAfter(newest, -7 * (BACK - 1 - n)));
    const kept = await causeWeeks.keptOf(wanted);
    const staff = await users.list({ active: true });
    const readers = staff
      .filter(({ id, role, team }) => readsAs({ kind: 'staff', id, role, team }, 'supervisor') && role !== 'auditor')
      .map(({ id }) => id);
    const calendar = calendarOf(await policies.inForce());
    const at = toInstant(greetingMoment(now, calendar, (ms) => houseDayStart(houseDate(ms))));
    const done: string[] = [];
    for (const week of wanted.filter((one) => !kept.includes(one))) {
      ended.throwIfAborted();
      const told = { readers: week === newest ? readers : [], at, mailDomain };
      if (await causeWeeks.keep({ week, findings: await find(week), madeAt: toInstant(now) }, told)) done.push(week);
    }
    return { weeks: done };
  };
}
