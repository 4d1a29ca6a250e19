import { said } from '../../domain/basics/faults';
import { z } from 'zod';
import { type Cases, forecast } from '../../cases';
import { dayOrMomentGiven } from '../../domain/basics/bounds';
import { shortText } from '../../domain/basics/free-text';
import { isTimeZone } from '../../house';
import { reply, route, type Route } from './route';
import { named } from './schemas';

/** What the forecast is asked for; `owner` may be `me`. */
export const ForecastQuery = z.strictObject({
  from: dayOrMomentGiven.optional().describe('due at or after; a date: from 00:00 of the house; left out: now'),
  to: dayOrMomentGiven.optional().describe('due before; left out: a week later; at most 31 days after from'),
  owner: shortText(40).optional().describe('a user id, or `me`'),
  team: shortText(40).optional(),
  zone: z
    .string()
    .max(60)
    .refine(isTimeZone, {
      error: said({ zh: '不是时区名称，如 Asia/Shanghai', en: 'is not a time zone, as in Asia/Shanghai' }),
    })
    .optional()
    .describe('hours by this clock; left out: that of the calendar in force'),
});

export const Forecast = named('Forecast', forecast);

/** Which promises fall due when, and on whom. */
export function forecastRoutes(cases: Cases): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/forecast',
      tag: 'house',
      id: 'getForecast',
      summary: 'Promises that fall due, by hour and owner, and who is away; below a supervisor only your own',
      access: 'agent',
      query: ForecastQuery,
      answers: { 200: { about: 'What falls due', schema: Forecast } },
      async handle({ query, staff }) {
        const owner = query.owner === 'me' ? staff.id : query.owner;
        return reply(200, await cases.reports.forecast({ ...query, owner }, staff));
      },
    }),
  ];
}
