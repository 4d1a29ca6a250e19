import type { Language } from '../../domain/basics/types';
import { calendarOf, lengthOf, type Policy } from '../../domain/policy/schema';
import { isWorkingTime, nextWorkingMoment, type Calendar } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { pageTime } from '../../render/format';
import { hoursRows, span } from '../../render/lengths';
import type { World } from './terms';

/** What the machine knows of the house: what the policy in force says, and nothing else. @param now milliseconds since 1970 */
export function worldOf(policy: Policy, org: string, language: Language, now: number): World {
  const calendar = calendarOf(policy);
  const hours = calendar && hoursOf(calendar, language, now);
  const long = (promise: 'firstResponse' | 'resolution') => lengthOf(policy, promise, 'general');
  return {
    language,
    org,
    ...(hours && { hours }),
    times: {
      respond: span(long('firstResponse'), language),
      resolve: span(long('resolution'), language),
      isFaster: span(long('firstResponse'), language) !== span(lengthOf(policy, 'firstResponse', 'major'), language),
    },
  };
}

/** Undefined for a calendar without working time, which nobody can wait for. */
function hoursOf(calendar: Calendar, language: Language, now: number): World['hours'] | undefined {
  try {
    return {
      open: isWorkingTime(calendar, now),
      next: pageTime(toInstant(nextWorkingMoment(calendar, now)), language, toInstant(now), true),
      week: hoursRows(calendar.week, language)
        .map(({ days, hours }) => `${days} ${hours}`)
        .join(language === 'en' ? '; ' : '，'),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
