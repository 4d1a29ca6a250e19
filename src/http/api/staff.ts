import { z } from 'zod';
import { type Cases, staffEntry } from '../../cases';
import { said } from '../../domain/basics/faults';
import { shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { reply, route, type Route } from './route';
import { named, staffId } from './schemas';

/** Short texts, each once: skills, product lines, regions. */
const list = z
  .array(shortText(40))
  .max(50)
  .refine((items) => new Set(items).size === items.length, { error: said({ zh: '有重复', en: 'names one twice' }) });

/** What may be changed of a person; what is left out stays as it is. */
const changes = {
  nameEn: shortText(80).nullable().optional().describe('their name in Latin letters, for readers of English'),
  skills: list.optional(),
  productLines: list.optional().describe('ids of the policy; none: all'),
  regions: list.optional().describe('ids of the policy; none: all'),
  languages: z.array(z.enum(LANGUAGES)).max(10).optional().describe('spoken with customers; none: their own'),
  maxOpen: z.int().min(0).max(1_000).nullable().optional().describe('open cases at once; null: no cap'),
  calendar: z.string().max(40).nullable().optional().describe('their working hours; null: not limited'),
  extension: shortText(40)
    .nullable()
    .optional()
    .describe('in the telephone system; whoever had it before has none then; null: none'),
  active: z
    .boolean()
    .optional()
    .describe('whether they work here and can sign in; to switch it takes a role that is not below theirs'),
};
const StaffChange = named('StaffChange', z.strictObject(changes));
const StaffChanges = named(
  'StaffChanges',
  z.strictObject({ items: z.array(z.strictObject({ id: staffId, ...changes })).max(300) }),
);

const StaffEntry = named('StaffEntry', staffEntry);
const StaffList = named('StaffList', z.object({ items: z.array(staffEntry) }));

/** The staff: what each can do, how much they have open, whether they are on leave; and changes to that. */
export function staffRoutes({ roster }: Pick<Cases, 'roster'>): Route[] {
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
        "Change somebody's name in Latin letters, skills, product lines, regions, languages, cap, calendar, extension, or whether they work here",
      access: 'supervisor',
      body: StaffChange,
      answers: { 200: { about: 'Their entry', schema: StaffEntry }, 404: { about: 'Nobody has this id' } },
      async handle({ params, body, staff }) {
        return reply(200, await roster.changeOne(params.id, body, staff));
      },
    }),
  ];
}
