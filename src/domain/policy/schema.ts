import { z } from 'zod';
import { amount, MAX_INT, versionNumber } from '../basics/bounds';
import { slug as id } from '../basics/schemas';
import { chainStepSchema, MILESTONES, type PromiseName } from '../promises/names';
import { calendarSchema, type Calendar } from '../time/calendar';
import { routingSchema } from '../staffing/routing';
import { CATEGORIES, CHANNELS, GRADES, LANGUAGES, ROLES, type Grade } from '../basics/types';
import { formSchema } from './forms';
import { freeText, shortText, wordsSchema } from '../basics/free-text';
import { MAIL_KINDS } from './mail-kinds';
import { durationSchema, lengthSchema, type Duration, type Length } from '../time/duration';

const byGrade = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ general: schema, important: schema, major: schema });

/** Version of a policy, or revision of a draft: as much as the column holds. */
export const policyVersion = versionNumber;

/** Plain text; `{{caseNo}}`, `{{name}}` and the other single values of the mail are filled in. */
const wordingSchema = z.strictObject({
  subject: shortText(150).optional(),
  opening: freeText(2_000).optional(),
  closing: freeText(2_000).optional(),
});
export type Wording = z.infer<typeof wordingSchema>;

/**
 * A clock beside the process's own promises: what a law or a regulator asks for. Statutory clocks never stand still, house
 * clocks may.
 */
export const clockRuleSchema = z.strictObject({
  id,
  name: wordsSchema,
  /** The shipped pack it came from, `cn-samr@1`. */
  pack: z.string().max(60).optional(),
  /** Where the rule is written. */
  source: z.string().max(300).optional(),
  kind: z.enum(['house', 'statutory']),
  when: z
    .strictObject({
      grades: z.array(z.enum(GRADES)).min(1).optional(),
      categories: z.array(z.enum(CATEGORIES)).min(1).optional(),
      channels: z.array(z.enum(CHANNELS)).min(1).optional(),
      languages: z.array(z.enum(LANGUAGES)).min(1).optional(),
    })
    .default({}),
  start: z.enum(MILESTONES),
  stop: z.enum(MILESTONES),
  length: lengthSchema,
  calendar: id.optional(),
  pausable: z.boolean(),
  warnAt: z.array(z.number().gt(0).lt(1)).max(4),
  chain: id.optional(),
  /** Who may extend it and how often; absent: nobody. */
  extension: z.strictObject({ by: z.enum(ROLES), times: z.number().int().min(1).max(10) }).optional(),
});
export type ClockRule = z.infer<typeof clockRuleSchema>;

const promiseSchema = z.strictObject({
  /** How long, by grade. */
  length: byGrade(lengthSchema),
  /** May it stand still while we wait for the customer or for parts? Statutory promises never may. */
  pausable: z.boolean(),
  /** Fractions of the length at which the owner is warned. */
  warnAt: z.array(z.number().gt(0).lt(1)).max(4),
  /** After the breach has gone to the supervisor: how long until it goes to the manager. */
  managerAfter: durationSchema.optional(),
  /** The calendar that working time and days are counted by; absent: the policy's own. */
  calendar: id.optional(),
  /** The chain it is escalated along, instead of supervisor and manager. */
  chain: id.optional(),
});

/** Everything a department decides by itself. A case lives and ends under the version it was opened with. */
export const policySchema = z.strictObject({
  version: policyVersion,
  name: z.string().min(1).max(80),
  promises: z.strictObject({
    firstResponse: promiseSchema,
    resolution: promiseSchema,
    help: promiseSchema,
    approval: promiseSchema,
    customerAnswer: promiseSchema,
    survey: promiseSchema,
    followUp: promiseSchema,
    revisit: promiseSchema,
    review: promiseSchema,
  }),
  /** Steps inside the stages. */
  steps: byGrade(
    z.strictObject({
      /** The suggested grade counts as confirmed at once. */
      autoConfirmGrade: z.boolean(),
      /** An owner is chosen by the system; a person may still reassign. */
      autoAssign: z.boolean(),
      /** The owner accepts before the case counts as being worked on. */
      accept: z.boolean(),
      /** A proposal must state what the inquiry found. */
      findings: z.boolean(),
      /** The customer agrees before anything is carried out. */
      agreement: z.boolean(),
      /** "Not substantiated" needs a second, uninvolved person. */
      secondLook: z.boolean(),
      /** `coded`: the cause coded at resolve is enough; `analysed`: fishbone and 5 whys as well. */
      rootCause: z.enum(['coded', 'analysed']),
      /** Archived by the system as soon as nothing is open, or by a person. */
      autoArchive: z.boolean(),
      /** Who makes the revisit. */
      revisitBy: z.enum(['agent', 'supervisor']),
      /** Departments that are asked for help as soon as the case is worked on. */
      departments: z.array(shortText(40)).max(10).optional(),
    }),
  ),
  compensation: z.strictObject({
    /** What the handler decides alone, by the grade of the case. Above it: approval. */
    approvalAbove: byGrade(amount),
    /** Up to this a supervisor may approve; above it a manager. */
    supervisorUpTo: amount,
  }),
  survey: z.strictObject({
    /** Scores run from 1 to 5; a total below this opens a second follow-up by somebody else. */
    threshold: z.number().min(1).max(5),
    /** Asked beside speed, solution, attitude and total; nobody has to answer them. */
    questions: z
      .array(z.strictObject({ id, name: wordsSchema }))
      .max(6)
      .optional(),
  }),
  rounds: z.strictObject({
    /** Opening this round goes to the manager. */
    escalateAt: z.int().min(2).max(MAX_INT),
  }),
  reopen: z.strictObject({
    /** How long after the archive a case may be taken up again; later it is a new case. */
    grace: durationSchema,
  }),
  /** How far ahead of today a promise may be extended at one time; absent: 90 days. A slip of the year is no extension. */
  extension: z.strictObject({ within: durationSchema }).optional(),
  chase: z.strictObject({ minGap: durationSchema, perDay: z.int().min(1).max(MAX_INT) }),
  repeat: z.strictObject({
    /** Same phone, order or serial number within this time makes a repeat complaint. */
    within: durationSchema,
  }),
  correctiveAction: z.strictObject({
    /** An urgent action is started within this time. */
    containment: durationSchema,
    /** A preventive action is started within this time. */
    preventiveStart: durationSchema,
    /** The effect is checked this long after the action is done, and again until it is reached. */
    effectCheck: durationSchema,
    /** The effect counts as reached when complaints of the same cause fell at least by this fraction. */
    targetReduction: z.number().min(0).max(1),
    warnAt: z.array(z.number().gt(0).lt(1)).max(4),
  }),
  /** The calendars it uses, frozen when it is published: a later edit of a calendar moves no due time by itself. */
  calendars: z.record(id, calendarSchema).optional(),
  /** The house's calendar: for every promise in working time that names none. */
  calendar: id.optional(),
  clocks: z.array(clockRuleSchema).max(30).optional(),
  chains: z.record(id, z.array(chainStepSchema).min(1).max(20)).optional(),
  /** Whose case it is; absent: by grade alone, and nobody waits in a queue. */
  routing: routingSchema.optional(),
  /** The second level of the categories. */
  subcategories: z
    .array(z.strictObject({ id, name: wordsSchema, under: z.enum(CATEGORIES) }))
    .max(200)
    .optional(),
  /** A department's own words in its mails: the subject, and a paragraph before and after what the mail says. */
  wording: z.partialRecord(z.enum(MAIL_KINDS), z.partialRecord(z.enum(LANGUAGES), wordingSchema)).optional(),
  forms: z.array(formSchema).max(20).optional(),
  /** What the departments are called, by the teams of staff; a department that is not named here goes by its usual name. */
  departments: z
    .array(z.strictObject({ id: shortText(40), name: wordsSchema }))
    .max(60)
    .optional(),
  /** What goes up by itself, beside broken promises. */
  escalation: z
    .strictObject({
      /** This many reopenings bring a case to the manager. */
      reopenings: z.number().int().min(1).max(20).optional(),
      /** This many earlier complaints of the same customer bring it to the supervisor at once. */
      repeats: z.number().int().min(1).max(20).optional(),
    })
    .optional(),
});
export type Policy = z.infer<typeof policySchema>;
export type PromisePolicy = z.infer<typeof promiseSchema>;
export type ProcessPromise = Exclude<PromiseName, 'pause' | 'further'>;

export const lengthOf = (policy: Policy, name: ProcessPromise, grade: Grade): Length =>
  policy.promises[name].length[grade];

/** The calendar that a promise names, or the house's. */
export const calendarOf = (policy: Policy, named?: string): Calendar | undefined => {
  const wanted = named ?? policy.calendar;
  return wanted === undefined ? undefined : policy.calendars?.[wanted];
};

const EXTENDED_WITHIN: Duration = { value: 90, unit: 'days' };
export const extensionWithin = ({ extension }: Policy): Duration => extension?.within ?? EXTENDED_WITHIN;

export const isGrade = (value: string): value is Grade => (GRADES as readonly string[]).includes(value);
