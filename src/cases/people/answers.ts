/**
 * The schemas of what is told of staff: who works here, when they are there, and what waits for them.
 * @module
 */
import { z } from 'zod';
import { QUEUE_REASONS } from '../../domain/staffing/routing';
import { CATEGORIES, CHANNELS, GRADES, LANGUAGES, ROLES } from '../../domain/basics/types';
import { instant, person, words } from '../answer-parts';

const absence = z.object({ until: instant, deputy: z.string().optional() });
/** A member of staff as colleagues see them. */
export const staffEntry = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string().optional().describe('in Latin letters, for readers of English'),
  role: z.enum(ROLES),
  team: z.string(),
  language: z.enum(LANGUAGES),
  active: z.boolean(),
  skills: z.array(z.string()).optional(),
  productLines: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  languages: z.array(z.string()).optional(),
  maxOpen: z.int().optional(),
  calendar: z.string().optional(),
  extension: z.string().optional().describe('in the telephone system, whose calls they see'),
  open: z.int().describe('open cases'),
  onLeave: absence.optional(),
  offDuty: z.boolean().describe('outside their shifts or working hours at this moment'),
});
export type StaffEntry = z.output<typeof staffEntry>;

/** What a member of staff is told of themselves. */
export const staffSelf = staffEntry.pick({ id: true, name: true, role: true, team: true, language: true });

/** Somebody's leave. */
export const leave = z.object({
  id: z.uuid(),
  userId: z.string(),
  from: instant,
  to: instant,
  deputy: z.string().optional(),
  createdBy: z.string(),
  createdAt: instant,
});
export type Leave = z.output<typeof leave>;

/** Somebody's shift. */
export const shift = z.object({ userId: z.string(), from: instant, to: instant });
export type Shift = z.output<typeof shift>;

/** A case that waits for somebody to be free. */
export const queueEntry = z.object({
  place: z.int(),
  caseNo: z.string(),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  receivedAt: instant,
  since: instant,
  why: z.object({ code: z.enum(QUEUE_REASONS), words }),
  wanted: z.object({
    role: z.string(),
    team: z.string().optional(),
    skills: z.array(z.string()),
    productLine: z.string().optional(),
    region: z.string().optional(),
  }),
});
export type QueueEntry = z.output<typeof queueEntry>;

/** A department of the house. `people`: how many work there at present. */
export const department = z.object({ id: z.string(), name: words, people: z.int() });
export type Department = z.output<typeof department>;

/** To whom the open cases of somebody could be given. */
export const handingPlan = z.object({
  from: person,
  items: z
    .array(
      z.object({
        caseNo: z.string(),
        seq: z.int().describe('`expectedSeq` of the decision'),
        grade: z.enum(GRADES),
        opening: z.string(),
        customerName: z.string(),
        dueAt: instant.optional().describe('of what presses most'),
        to: person.optional().describe('left out: nobody can take it'),
        because: words,
      }),
    )
    .describe('the first 100, what presses most first'),
  people: z
    .array(person.extend({ open: z.int(), after: z.int(), maxOpen: z.int().optional() }))
    .describe('who would get some: their open cases now and then'),
});
export type HandingPlan = z.output<typeof handingPlan>;

/** Whose cases. */
export const handingWanted = z.strictObject({ from: z.string().min(1).max(64) });

const figures = { due: z.int(), overdue: z.int() };
/** Which promises fall due, by hour and by owner. */
export const forecast = z.object({
  from: instant,
  to: instant,
  zone: z.string(),
  hours: z
    .array(
      z.object({
        // Such as `2026-11-23T09:00+08:00`.
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
});
export type Forecast = z.output<typeof forecast>;

const commonTerms = {
  complaints: z.int(),
  terms: z
    .array(z.object({ term: z.string(), cases: z.int() }))
    .describe('the commonest first, of at least three customers'),
};

/** What customers begin to complain of, and what they mostly do. */
export const topics = z.object({
  from: instant.describe('the week begins'),
  to: instant.describe('the week ends; at most ten minutes ago'),
  complaints: z.object({
    week: z.int(),
    before: z.int().describe('in all the weeks before'),
    weeks: z.int(),
  }),
  isCut: z.boolean().describe('only the newest 20,000 complaints were read'),
  rising: z
    .array(
      z.object({
        term: z.string().describe('a word, or two neighbouring ones'),
        now: z.int().describe('complaints of the week with it'),
        before: z.number().describe('a week before, on average'),
        customers: z.int(),
        score: z.number().describe('G², the log-likelihood ratio; above 10.83 chance makes one in a thousand'),
        cases: z.array(z.string()).describe('the newest 20'),
      }),
    )
    .describe('the surest first; names, numbers and addresses are left out'),
  categories: z.array(z.object({ category: z.enum(CATEGORIES), ...commonTerms })),
  products: z.array(z.object({ product: z.string(), ...commonTerms })).describe('the 12 with the most complaints'),
});
export type Topics = z.output<typeof topics>;
