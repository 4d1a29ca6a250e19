/**
 * The filters of the list of cases as words of an address: `?stage=resolve&promise=hour&owner=me`. API, pages, saved
 * views, counts and exports all read them here.
 * @module
 */
import { z } from 'zod';
import { withoutInvisible } from '../../contact';
import type { CaseQuery } from '../../db/records';
import { CASE_SORTS } from '../../db/records';
import { dayOrMomentGiven } from '../../domain/basics/bounds';
import { CASE_NO, readCaseNumber } from '../../domain/basics/ids';
import { shortText } from '../../domain/basics/free-text';
import { DAY, HOUR } from '../../domain/basics/milliseconds';
import { CATEGORIES, CHANNELS, GRADES, LANGUAGES, OUTCOMES, STAGES, type Instant } from '../../domain/basics/types';
import { AWAITED } from '../../domain/case/awaits';
import type { Staff } from '../../domain/case/permissions';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { TABLE_FORMATS } from '../../render/table-file';
import { houseDate, houseDayStart, houseInstant } from '../../house';

/** An id as people paste it: blanks around it, invisible characters and full-width letters are put right. */
const identifier = shortText(40).transform((text) => withoutInvisible(text.normalize('NFKC')).trim());
const yesOrNo = z.enum(['true', 'false']);

/** How the promises of a case stand at this moment. Not exclusive: a paused case may have a promise that runs on. */
export const PROMISE_STATES = ['broken', 'hour', 'soon', 'today', 'paused'] as const;

/** What has been heard of the customer that somebody has to act on. */
export const HEARD = ['callWanted', 'turnedWorse'] as const;

/** What `soon` means: as far as the board of a supervisor looks ahead. */
export const SOON_MS = 2 * HOUR;
/** What `still` means. */
const STILL_MS = 2 * DAY;

/** The filters alone: which cases, in no order. */
export const listFilters = z.strictObject({
  stage: z.enum(STAGES).optional(),
  open: yesOrNo.optional().describe('false: archived'),
  grade: z.enum(GRADES).optional(),
  category: z.enum(CATEGORIES).optional(),
  product: shortText(100).optional().describe('part of the name or model of the product'),
  channel: z.enum(CHANNELS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  round: z.coerce.number().int().min(1).max(1_000).optional().describe('2 and more: opened again so often'),
  repeat: yesOrNo.optional().describe('the customer had complained before, of the same'),
  owner: identifier.optional().describe('a user id, `me`, or `nobody`'),
  team: identifier.optional(),
  q: shortText(100)
    .optional()
    .describe(
      'words that all stand in the case: in what the customer said, in what was written in it, in name, product, place; or part of its number, of an order or serial number, a telephone number, a mail address (three characters and more). Simplified finds traditional. Of a customer whose address you see masked, the whole number or address finds. The 500 cases in which it was written last',
    ),
  promise: z
    .enum(PROMISE_STATES)
    .optional()
    .describe(
      'broken: one is broken and not yet kept; hour: none is, and the next is due within an hour; soon: likewise within two hours; today: later, but before midnight of the house; paused: the case is',
    ),
  breached: yesOrNo.optional().describe('a promise is broken and not yet kept'),
  paused: yesOrNo.optional(),
  waits: z
    .enum([...AWAITED, 'anybody'])
    .optional()
    .describe('whom the case waits for; a case may wait for several'),
  heard: z
    .enum(HEARD)
    .optional()
    .describe(
      'of open cases. callWanted: the customer wants to be called; turnedWorse: a message of theirs looks worse than the case is graded, and nobody has graded it since',
    ),
  asked: z
    .literal('me')
    .optional()
    .describe(
      'open cases in which something is asked of you: help, also of your department as a whole, a follow-up, or a corrective action',
    ),
  toDecide: z
    .literal('me')
    .optional()
    .describe(
      'open cases that wait for a decision of somebody who leads, you or any of them: an approval, a second follow-up that is given to nobody else, a revisit by a supervisor',
    ),
  still: z.literal('true').optional().describe('open cases in which nothing has happened for two days'),
  interview: z
    .literal('due')
    .optional()
    .describe('open cases whose customer has complained for the third time or more within 60 days'),
  group: z
    .string()
    .max(64)
    .transform(readCaseNumber)
    .pipe(z.string().regex(CASE_NO))
    .optional()
    .describe('the cases of the group in which this one is, itself included'),
  resolved: z.literal('today').optional().describe("since midnight of the house's day"),
  receivedFrom: dayOrMomentGiven.optional().describe("a date is the house's day from its midnight on"),
  receivedTo: dayOrMomentGiven.optional().describe('not included; a date ends before its midnight'),
});
export type ListFilters = z.output<typeof listFilters>;

const sort = z
  .enum(CASE_SORTS)
  .default('due')
  .describe(
    'due: `pressingAt`, so broken promises first, then what is due next, then what has nothing due; received, -received: oldest, newest first; -updated: changed last first',
  );

/** Filters, order and page; the answer's `next` is the next page's `cursor`. */
export const listWords = listFilters.extend({
  sort,
  cursor: z.string().max(400).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type ListWords = z.output<typeof listWords>;

/** Filters and order of a list that becomes a file, and what file. */
export const exportWords = listFilters.extend({
  sort,
  format: z.enum(TABLE_FORMATS),
  language: z.enum(LANGUAGES).default('zh-CN').describe('of headings and words'),
});
export type ExportWords = z.output<typeof exportWords>;

/** What "within the hour", "today" and "since midnight" mean at a moment. */
export interface DayMarks {
  inAnHour: Instant;
  dayBegan: Instant;
  dayEnds: Instant;
}

/** @param now milliseconds since 1970 */
export function dayMarks(now: number): DayMarks {
  const date = houseDate(now);
  return {
    inAnHour: toInstant(now + HOUR),
    dayBegan: toInstant(houseDayStart(date)),
    dayEnds: toInstant(houseDayStart(daysAfter(date, 1))),
  };
}

/** What the store filters by. @param now milliseconds since 1970: what `hour`, `today` and `me` mean to whoever asks */
export function filtersIn(
  words: ListFilters,
  actor: Staff,
  now: number,
): Omit<CaseQuery, 'scope' | 'sort' | 'limit' | 'cursor'> {
  const {
    open,
    repeat,
    breached,
    paused,
    owner,
    promise,
    waits,
    asked,
    toDecide,
    resolved,
    still,
    receivedFrom,
    receivedTo,
    ...rest
  } = words;
  const is = (said: 'true' | 'false' | undefined): boolean | undefined =>
    said === undefined ? undefined : said === 'true';
  const from = (said: string | undefined): Instant | undefined =>
    said === undefined ? undefined : toInstant(houseInstant(said));
  const marks = dayMarks(now);
  return {
    ...rest,
    open: is(open),
    repeat: is(repeat),
    breached: is(breached),
    paused: is(paused),
    owner: owner === 'me' ? actor.id : owner === 'nobody' ? null : owner,
    promise: promise && promiseIn(promise, marks, now),
    stillSince: still && toInstant(now - STILL_MS),
    awaits: waits,
    ...(asked && { asked: { id: actor.id, team: actor.team } }),
    ...(toDecide && { toDecide: { id: actor.id } }),
    resolvedFrom: resolved && marks.dayBegan,
    receivedFrom: from(receivedFrom),
    receivedBefore: from(receivedTo),
  };
}

function promiseIn(
  state: (typeof PROMISE_STATES)[number],
  { inAnHour, dayEnds }: DayMarks,
  now: number,
): NonNullable<CaseQuery['promise']> {
  switch (state) {
    case 'broken':
    case 'paused':
      return { is: state };
    case 'hour':
      return { is: 'due', before: inAnHour };
    case 'soon':
      return { is: 'due', before: toInstant(now + SOON_MS) };
    case 'today':
      return { is: 'due', from: inAnHour, before: dayEnds };
  }
}
