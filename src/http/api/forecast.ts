import { said } from '../../domain/basics/faults';
import { z } from 'zod';
import type { Cases } from '../../cases';
import { dayOrMomentGiven } from '../../domain/basics/bounds';
import { shortText } from '../../domain/basics/free-text';
import { GRADES } from '../../domain/basics/types';
import { isTimeZone } from '../../house';
import { reply, route, type Route } from './route';
import { instant, named } from './schemas';

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

const figures = { due: z.int(), overdue: z.int() };
export const Forecast = named(
  'Forecast',
  z.object({
    from: instant,
    to: instant,
    zone: z.string(),
    hours: z
      .array(
        z.object({
          hour: z.string().describe('when it begins, on the clock of the zone'),
          total: z.int(),
          byOwner: z.array(
            z.object({
              owner: z.string().optional().describe('absent: nobody’s yet'),
              name: z.string().optional(),
              count: z.int(),
              cases: z
                .array(
                  z.object({
                    caseNo: z.string(),
                    clock: z.string(),
                    promise: z.string(),
                    grade: z.enum(GRADES),
                    dueAt: instant,
                  }),
                )
                .describe('the first 20 that fall due'),
            }),
          ),
        }),
      )
      .describe('hours in which something falls due'),
    owners: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        ...figures,
        away: z
          .object({ from: instant, until: instant, deputy: z.string().optional() })
          .optional()
          .describe('on leave at some of that time'),
      }),
    ),
    unowned: z.object(figures),
  }),
);

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
