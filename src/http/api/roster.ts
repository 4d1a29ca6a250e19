import { z } from 'zod';
import { STAFF_ID } from '../../domain/basics/ids';
import { type Cases, leave, queueEntry, shift, staffEntry } from '../../cases';
import { momentGiven as moment } from '../../domain/basics/bounds';
import { said } from '../../domain/basics/faults';
import { shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const staffId = z.string().regex(STAFF_ID, {
  error: said({ zh: '须为员工编号', en: 'must be the id of somebody on the staff' }),
});
const list = z
  .array(shortText(40))
  .max(50)
  .refine((items) => new Set(items).size === items.length, { error: said({ zh: '有重复', en: 'names one twice' }) });

const changes = {
  nameEn: shortText(80).nullable().optional().describe('their name in Latin letters, for readers of English'),
  skills: list.optional(),
  productLines: list.optional().describe('ids of the policy; none: all'),
  regions: list.optional().describe('ids of the policy; none: all'),
  languages: z.array(z.enum(LANGUAGES)).max(10).optional().describe('spoken with customers; none: their own'),
  maxOpen: z.int().min(0).max(1_000).nullable().optional().describe('open cases at once; null: no cap'),
  calendar: z.string().max(40).nullable().optional().describe('their working hours; null: not limited'),
  active: z.boolean().optional(),
};
const StaffChange = named('StaffChange', z.strictObject(changes));
const StaffChanges = named(
  'StaffChanges',
  z.strictObject({ items: z.array(z.strictObject({ id: staffId, ...changes })).max(300) }),
);

const StaffEntry = named('StaffEntry', staffEntry);
const StaffList = named('StaffList', z.object({ items: z.array(staffEntry) }));

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
const ShiftList = named('ShiftList', z.object({ items: z.array(shift) }));

const Queue = named('Queue', z.object({ items: z.array(queueEntry) }));

/** Who works here, when they are there, and which cases wait for them. */
export function rosterRoutes({ roster }: Pick<Cases, 'roster'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/staff',
      tag: 'roster',
      id: 'listStaff',
      summary: 'Everybody: what they can do, how many cases they have open, whether they are there',
      access: 'agent',
      answers: { 200: { about: 'The staff', schema: StaffList } },
      handle: async () => reply(200, { items: await roster.staff() }),
    }),
    route({
      method: 'put',
      path: '/api/staff',
      tag: 'roster',
      id: 'changeStaffList',
      summary: 'Change the entries of several people, all of them or none; what is left out stays',
      access: 'supervisor',
      body: StaffChanges,
      answers: { 200: { about: 'Those entries', schema: StaffList } },
      async handle({ body, staff }) {
        const wanted = body.items.map(({ id, ...change }) => ({ id, change }));
        return reply(200, { items: await roster.changeStaff(wanted, staff) });
      },
    }),
    route({
      method: 'patch',
      path: '/api/staff/:id',
      tag: 'roster',
      id: 'changeStaff',
      summary:
        "Change somebody's name in Latin letters, skills, product lines, regions, languages, cap, calendar, or whether they work here",
      access: 'supervisor',
      body: StaffChange,
      answers: { 200: { about: 'Their entry', schema: StaffEntry }, 404: { about: 'Nobody has this id' } },
      async handle({ params, body, staff }) {
        return reply(200, await roster.changeOne(params.id, body, staff));
      },
    }),
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
    route({
      method: 'get',
      path: '/api/queue',
      tag: 'roster',
      id: 'getQueue',
      summary: 'Cases that wait for somebody to be free, in the order in which they are given away, and why they wait',
      access: 'supervisor',
      answers: { 200: { about: 'The queue', schema: Queue } },
      async handle({ staff }) {
        return reply(200, await roster.queue(staff));
      },
    }),
  ];
}
