import { z } from 'zod';
import { calendarPreview, type Cases, importedCalendar, listedCalendar, publishedCalendar } from '../../cases';
import { said } from '../../domain/basics/faults';
import { dayGiven } from '../../domain/basics/bounds';
import { calendarDraftSchema } from '../../domain/time/calendar';
import { reply, route, type Route } from './route';
import { named } from './schemas';

/** A version as the query gives it, as text. */
const version = z.coerce.number().int().min(1).max(1_000_000);

const Draft = named('CalendarDraft', calendarDraftSchema);

const Published = named('PublishedCalendar', publishedCalendar);
const Imported = named('ImportedCalendar', importedCalendar);
const List = named('CalendarList', z.object({ items: z.array(named('ListedCalendar', listedCalendar)) }));
const Preview = named('CalendarPreview', calendarPreview);

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

/** What routes answer for a calendar or version that does not exist. */
const UNKNOWN = { 404: { about: 'No such calendar, or no such version of it' } };

/** Business calendars. A version never changes; a policy keeps the versions it was published with. */
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
      handle: async () => reply(200, { items: await calendars.list() }),
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
