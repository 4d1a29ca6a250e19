/**
 * Care for customers when their complaint is over: who is entered on the care list, and when they are greeted.
 * @module
 */
import { z } from 'zod';
import { dayGiven } from '../basics/bounds';
import { freeText, wordsSchema } from '../basics/free-text';
import { HOUR } from '../basics/milliseconds';
import { slug } from '../basics/schemas';
import type { Grade, Outcome, Words } from '../basics/types';
import { calendarDay, daysAfter, isWorkingTime, nextWorkingMoment, type Calendar } from '../time/calendar';
import { durationSchema, type Duration } from '../time/duration';

/**
 * Why somebody is entered. `repeated`: they had complained of the same before; `lost`: it ended with a withdrawal, or we
 * said that they are not right.
 */
export const CARE_RULES = ['major', 'repeated', 'lowScore', 'lost'] as const;
export type CareRule = (typeof CARE_RULES)[number];

const greetingText = z.strictObject({ zh: freeText(600), en: freeText(600) });

export const careSchema = z.strictObject({
  /** The rules by which a customer is entered when a case ends; absent: all of them; empty: nobody is. */
  enterOn: z.array(z.enum(CARE_RULES)).max(CARE_RULES.length).optional(),
  /** A total of this or less is a low score; absent: 2. */
  lowScore: z.number().min(1).max(5).optional(),
  /** Somebody calls with tips within this time after the end; absent: 30 days. */
  tipsWithin: durationSchema.optional(),
  /** They stay on the list for so long; absent: 365 days. */
  keep: durationSchema.optional(),
  /** Whether those whose birthday the house has are greeted on it; absent: they are. */
  birthdays: z.boolean().optional(),
  /** Days on which those on the list are greeted by mail; absent: none. */
  holidays: z
    .array(z.strictObject({ id: slug, name: wordsSchema, on: dayGiven, text: greetingText.optional() }))
    .max(60)
    .optional(),
});
type CareSection = z.infer<typeof careSchema>;
export type Care = Required<CareSection>;
export type CareHoliday = Care['holidays'][number];

const days = (value: number): Duration => ({ value, unit: 'days' });
const USUAL: Care = {
  enterOn: [...CARE_RULES],
  lowScore: 2,
  tipsWithin: days(30),
  keep: days(365),
  birthdays: true,
  holidays: [],
};

/** The section with what it leaves out; also of a policy that was published before there was one. */
export const careOf = ({ care }: { care?: CareSection }): Care => ({ ...USUAL, ...care });

/** What an ended case says of its customer. */
export interface EndedCase {
  grade: Grade;
  repeat: boolean;
  outcome?: Outcome;
  /** The total of its last survey. */
  score?: number;
}

/** By which rules its customer is entered; by none: they are not. */
export function careRulesOf({ grade, repeat, outcome, score }: EndedCase, { enterOn, lowScore }: Care): CareRule[] {
  // Who complains is told and looked after in the other case.
  if (outcome === 'merged') return [];
  const holds: Record<CareRule, boolean> = {
    major: grade === 'major',
    repeated: repeat,
    lowScore: score !== undefined && score <= lowScore,
    lost: outcome === 'withdrawn' || outcome === 'not_upheld',
  };
  return CARE_RULES.filter((rule) => enterOn.includes(rule) && holds[rule]);
}

/** After so many days without work whatever falls on later ones is not greeted ahead. */
const MOST_AHEAD = 14;

const works = (day: string, calendar: Calendar | undefined): boolean =>
  calendar === undefined || calendarDay(calendar, day).workingMinutes > 0;

/** What is greeted on a day. */
export interface Greetings {
  holidays: CareHoliday[];
  /** `MM-DD` of those whose birthday it is. */
  birthdays: string[];
}

/**
 * What is greeted on this day: what falls on it, and, since nobody greets outside working hours, what falls on the days
 * without work that follow it. Nothing on a day without work.
 * @param calendar the house's; undefined: every day is worked
 */
export function greetingsOn(day: string, { birthdays, holidays }: Care, calendar: Calendar | undefined): Greetings {
  if (!works(day, calendar)) return { holidays: [], birthdays: [] };
  const covered = [day];
  for (let one = daysAfter(day, 1); !works(one, calendar) && covered.length < MOST_AHEAD; one = daysAfter(one, 1))
    covered.push(one);
  return {
    holidays: holidays.filter(({ on }) => covered.includes(on)),
    // Whoever was born on 29 February is greeted on the 28th in other years.
    birthdays: birthdays
      ? covered.flatMap((one) =>
          one.endsWith('02-28') && !daysAfter(one, 1).endsWith('02-29') ? ['02-28', '02-29'] : [one.slice(5)],
        )
      : [],
  };
}

/** Hours of a house without a calendar, of its own clock. */
const OPENS = 9;
const CLOSES = 18;

/**
 * The first moment (ms) at or after `ms` at which a greeting may go.
 * @param calendar the house's; undefined: from 9 to 18 every day
 * @param dayStart when the house's day of an instant begins
 */
export function greetingMoment(ms: number, calendar: Calendar | undefined, dayStart: (at: number) => number): number {
  if (calendar) return isWorkingTime(calendar, ms) ? ms : nextWorkingMoment(calendar, ms);
  const start = dayStart(ms);
  if (ms < start + OPENS * HOUR) return start + OPENS * HOUR;
  if (ms < start + CLOSES * HOUR) return ms;
  return dayStart(start + 36 * HOUR) + OPENS * HOUR;
}

/** What the rules are called. */
export const CARE_RULE_WORDS: Record<CareRule, Words> = {
  major: { zh: '重大投诉', en: 'a major complaint' },
  repeated: { zh: '重复投诉', en: 'complained before' },
  lowScore: { zh: '评分低', en: 'a low score' },
  lost: { zh: '可能已流失', en: 'may be lost' },
};
