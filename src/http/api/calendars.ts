import { z } from 'zod';
import { type Cases, type PublishedCalendar, SKIP_REASONS, SKIP_WORDS } from '../../cases';
import { said } from '../../domain/basics/faults';
import { dayGiven } from '../../domain/basics/bounds';
import { calendarDraftSchema, calendarSchema, DAY_KINDS, WEEKDAYS } from '../../domain/time/calendar';
import { reply, route, type Route } from './route';
import { named, words } from './schemas';

const version = z.coerce.number().int().min(1).max(1_000_000);

const Draft = named('CalendarDraft', calendarDraftSchema);

const published = {
  calendar: calendarSchema,
  publishedBy: z.string(),
  publishedAt: z.iso.datetime(),
};
const Published = named('PublishedCalendar', z.object(published));
const Imported = named(
  'ImportedCalendar',
  z.object({
    ...published,
    imported: z.int().describe('days that were entered'),
    covers: z.array(z.int()).describe('years the file is about; a few days over New Year are entered, no more'),
    taken: z
      .array(
        z.object({
          place: z.string().describe('in the file, from 0: `VEVENT.12`, `days.3`'),
          from: z.iso.date(),
          to: z.iso.date().describe('its last day'),
          kind: z.enum(['holiday', 'workday']),
          name: z.string().optional(),
          times: z.string().optional().describe("as in the file; the calendar's own hours of a working day hold"),
        }),
      )
      .describe('entries of the file, and what each was taken as'),
    skipped: z
      .array(
        z.object({
          place: z.string(),
          reason: z
            .enum(SKIP_REASONS)
            .describe(SKIP_REASONS.map((reason) => `${reason}: ${SKIP_WORDS[reason].en}`).join('; ')),
          date: z.iso.date().optional(),
          name: z.string().optional(),
        }),
      )
      .describe('entries of which no day was made, and why'),
    forgotten: z.array(z.iso.date()).describe('days that `replace` removed'),
  }),
);
const List = named(
  'CalendarList',
  z.object({
    items: z.array(
      z.object({
        id: z.string(),
        version: z.int(),
        name: words,
        timeZone: z.string(),
        years: z.array(z.int()).describe('years whose holidays are in it'),
        publishedBy: z.string(),
        publishedAt: z.iso.datetime(),
      }),
    ),
  }),
);
const Preview = named(
  'CalendarPreview',
  z.object({
    id: z.string(),
    version: z.int(),
    timeZone: z.string(),
    items: z.array(
      z.object({
        date: z.iso.date(),
        weekday: z.enum(WEEKDAYS),
        kind: z
          .enum(DAY_KINDS)
          .describe('makeUp: a day of rest that is worked; special: a working day with its own hours'),
        name: words.optional(),
        blocks: z.array(z.object({ from: z.string(), to: z.string() })),
        workingMinutes: z.number().describe('between the midnights of this date'),
      }),
    ),
  }),
);

const replace = z
  .boolean()
  .default(false)
  .describe('forget the other special days of the years the file is about; otherwise they stay');
const text = z.string().min(1).max(1_000_000);
const Import = named(
  'CalendarImport',
  z.discriminatedUnion('format', [
    z
      .strictObject({
        format: z.literal('json'),
        file: z
          .looseObject({})
          .optional()
          .describe('{year, days: [{date, name?, kind: holiday|workday}]}, or with isOffDay as the holiday-cn files'),
        text: text.optional().describe('the same as text'),
        replace,
      })
      .refine(({ file, text: asText }) => (file === undefined) !== (asText === undefined), {
        path: ['file'],
        error: said({ zh: 'file 与 text 须二选一', en: 'must be either file or text' }),
      }),
    z.strictObject({
      format: z.literal('ical'),
      text: text.describe(
        'events of whole days (also from midnight to midnight) are holidays; those that say they are worked (补班, make-up day) are working days, at whatever time; observances are skipped',
      ),
      replace,
    }),
  ]),
);

const listed = ({ calendar: { id, version: number, name, timeZone, years }, ...rest }: PublishedCalendar) => ({
  id,
  version: number,
  name,
  timeZone,
  years,
  ...rest,
});

const UNKNOWN = { 404: { about: 'No such calendar, or no such version of it' } };

/** Business calendars. A version never changes; a policy freezes those it uses when it is published. */
export function calendarRoutes({ calendars }: Cases): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/calendars',
      tag: 'house',
      id: 'listCalendars',
      summary: 'Business calendars, each in its newest version',
      access: 'agent',
      answers: { 200: { about: 'All of them', schema: List } },
      handle: async () => reply(200, { items: (await calendars.list()).map(listed) }),
    }),
    route({
      method: 'get',
      path: '/api/calendars/:id',
      tag: 'house',
      id: 'getCalendar',
      summary: 'A calendar: hours, holidays, make-up days',
      access: 'agent',
      query: z.strictObject({ version: version.optional().describe('without it the newest') }),
      answers: { 200: { about: 'The calendar', schema: Published }, ...UNKNOWN },
      handle: async ({ params, query }) => reply(200, await calendars.get(params.id, query.version)),
    }),
    route({
      method: 'put',
      path: '/api/calendars/:id',
      tag: 'house',
      id: 'publishCalendar',
      summary: 'Publish the next version; policies that are published keep theirs',
      access: 'manager',
      query: z.strictObject({
        after: version
          .or(z.literal('0').transform(() => 0))
          .optional()
          .describe('the version that this one was made from (0: none); refused when there is a newer one'),
      }),
      body: Draft,
      answers: {
        200: { about: 'Published, with its version and the frozen offsets of its zone', schema: Published },
        409: { about: 'There is a newer version than `after`' },
      },
      async handle({ params, query, body, staff }) {
        return reply(200, await calendars.publish(params.id, body, staff, query.after));
      },
    }),
    route({
      method: 'post',
      path: '/api/calendars/:id/import',
      tag: 'house',
      id: 'importCalendarYear',
      summary: 'Enter the holidays and make-up days of a year file, as a next version',
      access: 'manager',
      body: Import,
      largeBody: true,
      answers: { 200: { about: 'Published, with what each entry of the file became', schema: Imported }, ...UNKNOWN },
      async handle({ params, body, staff }) {
        return reply(200, await calendars.importYear(params.id, body, staff));
      },
    }),
    route({
      method: 'get',
      path: '/api/calendars/:id/preview',
      tag: 'house',
      id: 'previewCalendar',
      summary: 'Day by day, for a person to check: what kind of day, which hours',
      access: 'agent',
      query: z.strictObject({ from: dayGiven, to: dayGiven.describe('included'), version: version.optional() }),
      answers: { 200: { about: 'The days', schema: Preview }, ...UNKNOWN },
      handle: async ({ params, query }) => reply(200, await calendars.preview(params.id, query)),
    }),
  ];
}
