import { z } from 'zod';
import { type Cases, shift } from '../../cases';
import { momentGiven as moment } from '../../domain/basics/bounds';
import { reply, route, type Route } from './route';
import { named, staffId } from './schemas';

const ShiftQuery = z.strictObject({ from: moment, to: moment, user: staffId.optional() });
const ShiftsBody = named(
  'ShiftsBody',
  z.strictObject({
    from: moment.describe('shifts that begin in this span are replaced'),
    to: moment,
    userIds: z.array(staffId).min(1).max(300).optional().describe('of these people only'),
    shifts: z.array(z.strictObject({ userId: staffId, from: moment, to: moment })).max(2_000),
  }),
);
const ShiftList = named('ShiftList', z.object({ items: z.array(named('Shift', shift)) }));

/** The dated roster: who works when, shift by shift. */
export function shiftRoutes({ roster }: Pick<Cases, 'roster'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/shifts',
      tag: 'roster',
      id: 'listShifts',
      summary: 'The dated roster of a span of time',
      access: 'agent',
      query: ShiftQuery,
      answers: { 200: { about: 'Shifts, the earliest first', schema: ShiftList } },
      handle: async ({ query: { user, ...span } }) =>
        reply(200, { items: await roster.shifts({ userId: user, ...span }) }),
    }),
    route({
      method: 'put',
      path: '/api/shifts',
      tag: 'roster',
      id: 'setShifts',
      summary: 'Replace the shifts that begin in a span of time; whoever has shifts is given cases in them only',
      access: 'supervisor',
      body: ShiftsBody,
      answers: { 200: { about: 'The roster of that span', schema: ShiftList } },
      handle: async ({ body }) => reply(200, { items: await roster.setShifts(body) }),
    }),
  ];
}
