/**
 * The scenarios of a rehearsal: each grade, each way people behave, each time of arrival.
 * @module
 */
import { localTime } from './local-time';
import { dateOf, dayNumber, isWorkingTime, nextWorkingMoment, type Calendar } from '../time/calendar';
import { calendarOf, type Policy } from '../policy/schema';
import { toInstant, toMs } from '../time/duration';
import { GRADES, type Grade, type Instant } from '../basics/types';
import { DAY, HOUR } from '../basics/milliseconds';
import type { FrozenZone } from '../time/house-day';

/**
 * How staff and customer behave:
 * - `prompt`: everybody soon does what is theirs; the others differ from this.
 * - `slow`: staff take 20 hours for each decision.
 * - `nobody`: no member of staff ever decides anything.
 * - `customerSilent`: the customer answers neither the offer nor the survey.
 * - `declinesTwice`: the customer declines two solutions and accepts the third.
 * - `costly`: the solution costs more than a supervisor may approve.
 * - `groundless`: the complaint is found not substantiated.
 * - `waitsForParts`: the case is paused for three days.
 * - `unhappy`: the first survey gives the lowest scores.
 * - `reopenedTwice`: the customer reopens the archived case twice.
 */
export const BEHAVIOURS = [
  'prompt',
  'slow',
  'nobody',
  'customerSilent',
  'declinesTwice',
  'costly',
  'groundless',
  'waitsForParts',
  'unhappy',
  'reopenedTwice',
] as const;

/** One of `BEHAVIOURS`. */
export type Behaviour = (typeof BEHAVIOURS)[number];

/**
 * When a complaint arrives, on the local clock. `morning`: Tuesday 10:00, or when work begins next. `fridayEvening`:
 * 18:30. `night`: Wednesday 2:00. `beforeHoliday`: in the last half hour of work before the next holiday.
 */
export const ARRIVALS = ['morning', 'fridayEvening', 'night', 'beforeHoliday'] as const;

/** One of `ARRIVALS`. */
export type Arrival = (typeof ARRIVALS)[number];

/** One invented complaint. */
export interface Scenario {
  grade: Grade;
  behaviour: Behaviour;
  arrival: Arrival;
  receivedAt: Instant;
}

/**
 * The instant of the first such arrival after `from`; undefined for `beforeHoliday` without a calendar or without
 * holidays in it.
 */
function arrivalAt(
  arrival: Arrival,
  from: Instant,
  calendar: Calendar | undefined,
  house?: FrozenZone,
): Instant | undefined {
  const local = localTime(calendar, house);
  const next = (weekday: number, minutes: number): number => {
    for (let day = dayNumber(local.dateAt(from)) ?? 0; ; day += 1) {
      const ms = local.instantOf(dateOf(day), minutes);
      if (new Date(day * DAY).getUTCDay() === weekday && ms > toMs(from)) return ms;
    }
  };
  switch (arrival) {
    case 'morning': {
      const ms = next(2, 10 * 60);
      return toInstant(calendar ? nextWorkingMoment(calendar, ms) : ms);
    }
    case 'fridayEvening':
      return toInstant(next(5, 18 * 60 + 30));
    case 'night':
      return toInstant(next(3, 2 * 60));
    case 'beforeHoliday': {
      const holidays = Object.entries(calendar?.days ?? {})
        .filter(([, day]) => day.kind === 'holiday')
        .map(([date]) => date)
        .toSorted();
      const date = holidays.find((day) => day > local.dateAt(from)) ?? holidays[0];
      if (!calendar || date === undefined) return undefined;
      // The last half hour of working time before the holiday.
      let ms = local.instantOf(date, 0) - HOUR / 2;
      for (let tries = 0; tries < 20 * 48 && !isWorkingTime(calendar, ms); tries += 1) ms -= HOUR / 2;
      return toInstant(ms);
    }
  }
}

/** All scenarios of a policy. Times of arrival that its calendar does not have are left out. */
export function scenariosFor(policy: Policy, from: Instant, house?: FrozenZone): Scenario[] {
  const calendar = calendarOf(policy);
  return ARRIVALS.flatMap((arrival) => {
    const receivedAt = arrivalAt(arrival, from, calendar, house);
    return receivedAt === undefined
      ? []
      : GRADES.flatMap((grade) => BEHAVIOURS.map((behaviour) => ({ grade, behaviour, arrival, receivedAt })));
  });
}
