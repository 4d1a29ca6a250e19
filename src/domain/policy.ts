import { z } from 'zod';
import { amount, MAX_INT, versionNumber } from './bounds';
import { SLUG, STAFF_ID } from './ids';
import { calendarSchema, type Calendar } from './calendar';
import { routingSchema } from './routing';
import { CATEGORIES, CHANNELS, GRADES, LANGUAGES, ROLES, type Grade } from './types';
import { formSchema } from './forms';
import { freeText, shortText, wordsSchema } from './free-text';
import { MAIL_KINDS } from './messages';
import { durationSchema, lengthSchema, type Duration, type Length } from './time';

const byGrade = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ general: schema, important: schema, major: schema });

/** The promises a case may run. Each is one clock, or one clock a task where several may be open at once. */
export const PROMISES = [
  'firstResponse',
  'resolution',
  'help',
  'approval',
  'customerAnswer',
  'survey',
  'followUp',
  'revisit',
  'review',
  'pause',
  /** A clock of the policy's `clocks`: the law's, a regulator's, or one more of the house's own. */
  'further',
] as const;
export type PromiseName = (typeof PROMISES)[number];

const id = z.string().regex(SLUG);
const staffId = z.string().regex(STAFF_ID);

/** Version of a policy, or revision of a draft: as much as the column holds. */
export const policyVersion = versionNumber;

/** Plain text; `{{caseNo}}`, `{{name}}` and the other single values of the mail are filled in. */
const wordingSchema = z.strictObject({
  subject: shortText(150).optional(),
  opening: freeText(2_000).optional(),
  closing: freeText(2_000).optional(),
});
export type Wording = z.infer<typeof wordingSchema>;

/** One step of an escalation chain: whom a promise in danger, or broken, is brought to, and what is done about it. */
const chainStepSchema = z.strictObject({
  /** Before the deadline; neither `before` nor `after`: at the deadline itself. */
  before: lengthSchema.optional(),
  after: lengthSchema.optional(),
  to: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('owner') }),
    z.strictObject({
      kind: z.literal('role'),
      role: z.enum(['supervisor', 'manager']),
      team: z.string().max(40).optional(),
    }),
    z.strictObject({ kind: z.literal('person'), id: staffId }),
  ]),
  channel: z.enum(['mail']).default('mail'),
  /** `reassign`: to the person named, or to whom routing finds. `raiseGrade`: by one. */
  action: z.enum(['remind', 'reassign', 'raiseGrade', 'openTaskForce']).default('remind'),
});
export type ChainStep = z.infer<typeof chainStepSchema>;

/** What starts and stops a further clock, in the order in which a case gets there. */
export const MILESTONES = [
  'received',
  'receipt',
  'graded',
  'assigned',
  'responded',
  'proposed',
  'agreed',
  'carriedOut',
  'resolved',
  'revisited',
  'archived',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/**
 * A clock beside the process's own promises: what a law or a regulator asks for. Statutory clocks never stand still, house
 * clocks may.
 */
const clockRuleSchema = z.strictObject({
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

const minutes = (value: number): Duration => ({ value, unit: 'minutes' });
const hours = (value: number): Duration => ({ value, unit: 'hours' });
const days = (value: number): Duration => ({ value, unit: 'days' });
const all = (duration: Duration): Record<Grade, Duration> => ({
  general: duration,
  important: duration,
  major: duration,
});

/**
 * The house policy. First response 15 min (major 5), resolution 24 h / 48 h, major revisit within 3 days, containment
 * within 72 h, effect after a month: the targets of the department's service plan (seed 003).
 */
export const HOUSE_POLICY: Policy = {
  version: 1,
  name: 'house',
  promises: {
    firstResponse: {
      length: { general: minutes(15), important: minutes(15), major: minutes(5) },
      pausable: false,
      warnAt: [0.5, 0.8],
      managerAfter: minutes(15),
    },
    resolution: {
      length: { general: hours(24), important: hours(48), major: hours(48) },
      pausable: true,
      warnAt: [0.5, 0.8],
      managerAfter: hours(4),
    },
    help: { length: all(hours(24)), pausable: false, warnAt: [0.8], managerAfter: hours(8) },
    approval: { length: all(hours(4)), pausable: false, warnAt: [0.5], managerAfter: hours(4) },
    customerAnswer: { length: all(days(3)), pausable: false, warnAt: [0.5] },
    survey: { length: all(days(7)), pausable: false, warnAt: [0.4] },
    followUp: { length: all(hours(24)), pausable: false, warnAt: [0.8], managerAfter: hours(24) },
    revisit: {
      length: { general: days(7), important: days(3), major: days(3) },
      pausable: false,
      warnAt: [0.8],
      managerAfter: hours(24),
    },
    review: { length: all(days(7)), pausable: false, warnAt: [0.8], managerAfter: days(2) },
  },
  steps: {
    general: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: false,
      findings: false,
      agreement: true,
      secondLook: false,
      rootCause: 'coded',
      autoArchive: true,
      revisitBy: 'agent',
    },
    important: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: true,
      findings: true,
      agreement: true,
      secondLook: true,
      rootCause: 'analysed',
      autoArchive: false,
      revisitBy: 'agent',
    },
    major: {
      autoConfirmGrade: false,
      autoAssign: true,
      accept: true,
      findings: true,
      agreement: true,
      secondLook: true,
      rootCause: 'analysed',
      autoArchive: false,
      revisitBy: 'supervisor',
    },
  },
  compensation: { approvalAbove: { general: 300, important: 1_000, major: 2_000 }, supervisorUpTo: 5_000 },
  survey: { threshold: 3 },
  rounds: { escalateAt: 3 },
  reopen: { grace: days(15) },
  chase: { minGap: hours(1), perDay: 3 },
  repeat: { within: days(90) },
  correctiveAction: {
    containment: hours(72),
    preventiveStart: days(14),
    effectCheck: days(30),
    targetReduction: 0.4,
    warnAt: [0.8],
  },
  escalation: { reopenings: 2, repeats: 1 },
};

const EXTENDED_WITHIN: Duration = days(90);
export const extensionWithin = ({ extension }: Policy): Duration => extension?.within ?? EXTENDED_WITHIN;

export const isGrade = (value: string): value is Grade => (GRADES as readonly string[]).includes(value);
