import { z } from 'zod';
import { type Cases, leave } from '../../cases';
import { momentGiven as moment } from '../../domain/basics/bounds';
import { reply, route, type Route } from './route';
import { named, staffId } from './schemas';

const LeaveBody = named(
  'LeaveBody',
  z.strictObject({
    userId: staffId.optional().describe('yourself when left out; for others supervisors only'),
    from: moment,
    to: moment,
    deputy: staffId.optional().describe('who stands in for them'),
  }),
);
const Leave = named('Leave', leave);
const LeaveList = named('LeaveList', z.object({ items: z.array(leave) }));
const Removed = named('LeaveRemoved', z.object({ removed: z.literal(true) }));
const LeaveQuery = z.strictObject({
  user: staffId.optional(),
  from: moment.optional().describe('that end after'),
  to: moment.optional().describe('that begin before'),
});

/** Who is on leave, and who stands in for them. */
export function leaveRoutes({ roster }: Pick<Cases, 'roster'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/leaves',
      tag: 'roster',
      id: 'listLeaves',
      summary: 'Who is on leave, when, and who stands in',
      access: 'agent',
      query: LeaveQuery,
      answers: { 200: { about: 'Leaves, the earliest first', schema: LeaveList } },
      handle: async ({ query: { user, ...span } }) =>
        reply(200, { items: await roster.leaves({ userId: user, ...span }) }),
    }),
    route({
      method: 'post',
      path: '/api/leaves',
      tag: 'roster',
      id: 'addLeave',
      summary: 'Go on leave; supervisors also for others',
      access: 'colleague',
      body: LeaveBody,
      answers: { 201: { about: 'On record', schema: Leave }, 403: { about: 'For others: not for your role' } },
      async handle({ body, staff }) {
        return reply(201, await roster.addLeave(body, staff));
      },
    }),
    route({
      method: 'delete',
      path: '/api/leaves/:id',
      tag: 'roster',
      id: 'removeLeave',
      summary: 'Take a leave back; supervisors also those of others',
      access: 'colleague',
      answers: {
        200: { about: 'It is gone', schema: Removed },
        403: { about: 'Of others: not for your role' },
        404: { about: 'No such leave' },
      },
      async handle({ params, staff }) {
        await roster.removeLeave(params.id, staff);
        return reply(200, { removed: true });
      },
    }),
  ];
}
