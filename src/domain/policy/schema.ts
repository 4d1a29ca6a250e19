/**
 * The schema of a policy: everything that a department can set.
 * @module
 */
import { z } from 'zod';
import { amount, MAX_INT, versionNumber } from '../basics/bounds';
import { slug as id } from '../basics/schemas';
import { chainStepSchema, MILESTONES, type PromiseName } from '../promises/names';
import { calendarSchema, type Calendar } from '../time/calendar';
import { routingSchema } from '../staffing/routing';
import { CATEGORIES, CHANNELS, GRADES, LANGUAGES, RANKS, type Grade } from '../basics/types';
import { careSchema } from './care';
import { formSchema } from './forms';
import { freeText, shortText, wordsSchema } from '../basics/free-text';
import { MAIL_KINDS } from './mail-kinds';
import { durationSchema, lengthSchema, type Duration, type Length } from '../time/duration';

/** One value for each grade. */
const byGrade = <T extends z.ZodType>(schema: T) =>
  z.strictObject({ general: schema, important: schema, major: schema });

/** The version of a policy, or the revision of a draft. */
export const policyVersion = versionNumber;

/**
 * The own words of a department in one mail. Plain text in which `{{caseNo}}`, `{{name}}` and the other values of the
 * mail are filled in (`MAIL_VALUES`).
 */
const wordingSchema = z.strictObject({
  subject: shortText(150).optional(),
  opening: freeText(2_000).optional(),
  closing: freeText(2_000).optional(),
});
/** A department's own words in one mail. */
export type Wording = z.infer<typeof wordingSchema>;

/**
 * A further clock beside the process's own promises: what a law or a regulator asks for, or one more of the house. A
 * statutory clock cannot be paused.
 */
export const clockRuleSchema = z.strictObject({
  id,
  name: wordsSchema,
  /** The shipped pack and its version, as `cn-samr-2026@1`. */
  pack: z.string().max(60).optional(),
  /** Where the rule can be read. */
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
  extension: z.strictObject({ by: z.enum(RANKS), times: z.number().int().min(1).max(10) }).optional(),
});
/** The rule of a further clock. */
export type ClockRule = z.infer<typeof clockRuleSchema>;

/** A text in both languages of up to 1,500 characters each: it travels with the policy into every case. */
const bothTexts = z.strictObject({ zh: freeText(1_500), en: freeText(1_500) });

const correspondenceSchema = z.strictObject({
  /** Texts that are written again and again, with variables (`REPLY_VARIABLES`) that are filled in for the case. */
  cannedReplies: z
    .array(z.strictObject({ id, name: wordsSchema, text: bothTexts }))
    .max(40)
    .optional(),
  /** How often a customer may write or ask for a call in one case and day of the house; absent: 20 times. */
  messagesPerDay: z.int().min(1).max(1_000).optional(),
  /** Words that stay in the house; a letter with one of them has to be confirmed. */
  internalWords: z.array(shortText(40)).max(100).optional(),
});

const promiseSchema = z.strictObject({
  /** How long it lasts, by the grade of the case. */
  length: byGrade(lengthSchema),
  /** Whether it is paused while we wait for the customer or for parts. */
  pausable: z.boolean(),
  /** Fractions of the length at which the owner is warned. */
  warnAt: z.array(z.number().gt(0).lt(1)).max(4),
  /** How long after its breach a promise without a chain goes to the manager; absent: only to the supervisor. */
  managerAfter: durationSchema.optional(),
  /** The calendar that working time and days are counted by; absent: the policy's own. */
  calendar: id.optional(),
  /** The chain along which it is escalated; absent: to the supervisor, then to the manager. */
  chain: id.optional(),
});

/**
 * The rules that a department sets for itself. A case keeps the version that it was opened under, until somebody moves
 * it to another. Published versions are read with this schema for good, so fields are only added, and as optional ones.
 */
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
      /** The owner has to accept the case before it goes on to `resolve`. */
      accept: z.boolean(),
      /** A proposal must state what the inquiry found. */
      findings: z.boolean(),
      /** The customer has to agree before a solution is carried out. */
      agreement: z.boolean(),
      /**
       * A finding that the complaint is not substantiated has to be confirmed by a second person, who has had no hand
       * in the case.
       */
      secondLook: z.boolean(),
      /**
       * What a case needs before the archive. `coded`: the cause given in `resolve`. `analysed`: fishbone and chain of
       * whys as well.
       */
      rootCause: z.enum(['coded', 'analysed']),
      /** Whether the case is archived automatically as soon as nothing is open, instead of by a person. */
      autoArchive: z.boolean(),
      /** Who makes the revisit. */
      revisitBy: z.enum(['agent', 'supervisor']),
      /** Departments that are asked for help when the case enters `resolve`. */
      departments: z.array(shortText(40)).max(10).optional(),
    }),
  ),
  compensation: z.strictObject({
    /** A proposal above this sum needs approval, by the grade of the case. */
    approvalAbove: byGrade(amount),
    /** A supervisor may approve up to this sum; above it a manager has to. */
    supervisorUpTo: amount,
  }),
  survey: z.strictObject({
    /**
     * Scores run from 1 to 5. A total below this opens a second follow-up by somebody else; so does a 1 for speed,
     * solution or attitude, whatever the total.
     */
    threshold: z.number().min(1).max(5),
    /** Asked beside speed, solution, attitude and total; nobody has to answer them. */
    questions: z
      .array(z.strictObject({ id, name: wordsSchema }))
      .max(6)
      .optional(),
  }),
  rounds: z.strictObject({
    /** From this round on, opening a round is escalated to the manager. */
    escalateAt: z.int().min(2).max(MAX_INT),
  }),
  reopen: z.strictObject({
    /** How long after the archive a case may be reopened; after that it is a new complaint. */
    grace: durationSchema,
  }),
  /**
   * How far ahead of now a promise may be extended at one time; absent: 90 days. It is there to catch a mistyped year.
   */
  extension: z.strictObject({ within: durationSchema }).optional(),
  /** How long has to pass between two chases, and how many a day of the house are possible. */
  chase: z.strictObject({ minGap: durationSchema, perDay: z.int().min(1).max(MAX_INT) }),
  repeat: z.strictObject({
    /**
     * Within this time another complaint with the same phone, order or serial number, or with the same mail address and
     * no other phone, is a repeat.
     */
    within: durationSchema,
  }),
  correctiveAction: z.strictObject({
    /** An urgent action is started within this time. */
    containment: durationSchema,
    /** A preventive action is started within this time. */
    preventiveStart: durationSchema,
    /** How long after the start of the action its effect is checked, and then again, until it is reached. */
    effectCheck: durationSchema,
    /** The effect is reached when complaints of the same cause have fallen by at least this fraction. */
    targetReduction: z.number().min(0).max(1),
    /** From so many complaints of one cause, product and region within 60 days on, one is proposed; absent: 10. */
    openAt: z.int().min(3).max(1_000).optional(),
    warnAt: z.array(z.number().gt(0).lt(1)).max(4),
  }),
  /**
   * The calendars that the policy uses, frozen when it is published: a later version of a calendar moves no due time.
   */
  calendars: z.record(id, calendarSchema).optional(),
  /** The calendar of every promise that needs one and names none. */
  calendar: id.optional(),
  clocks: z.array(clockRuleSchema).max(30).optional(),
  chains: z.record(id, z.array(chainStepSchema).min(1).max(20)).optional(),
  /** Whose case it is. Absent: by grade alone, and no case waits in the queue. */
  routing: routingSchema.optional(),
  /** The subcategories, each under its category. */
  subcategories: z
    .array(z.strictObject({ id, name: wordsSchema, under: z.enum(CATEGORIES) }))
    .max(200)
    .optional(),
  /**
   * The own words of the department in its mails: the subject, and a paragraph before and after the text of the mail.
   */
  wording: z.partialRecord(z.enum(MAIL_KINDS), z.partialRecord(z.enum(LANGUAGES), wordingSchema)).optional(),
  forms: z.array(formSchema).max(20).optional(),
  /** What the departments are called, by the teams of staff; a department that is not named here goes by its usual name. */
  departments: z
    .array(z.strictObject({ id: shortText(40), name: wordsSchema }))
    .max(60)
    .optional(),
  /** What the department writes to its customers. */
  correspondence: correspondenceSchema.optional(),
  /** Whom the department looks after when their complaint is over, and when it greets them; absent: as `careOf` says. */
  care: careSchema.optional(),
  /** Further causes of automatic escalation; absent: none of these. */
  escalation: z
    .strictObject({
      /** A case reopened this often goes to the manager. */
      reopenings: z.number().int().min(1).max(20).optional(),
      /** A customer with this many earlier complaints brings the new one to the supervisor at once. */
      repeats: z.number().int().min(1).max(20).optional(),
      /** A later message of the customer that speaks of danger to people makes the case a major one; a person confirms it. */
      raiseOnDanger: z.boolean().optional(),
      /** From so many cases on, a group about one matter is suggested to be graded so; absent: 5 and 20. */
      groupOf: z
        .strictObject({
          important: z.int().min(2).max(100).optional(),
          major: z.int().min(2).max(100).optional(),
        })
        .optional(),
    })
    .optional(),
});
/** The rules that a department sets for itself, see `policySchema`. */
export type Policy = z.infer<typeof policySchema>;
/** The rule of one promise of the process. */
export type PromisePolicy = z.infer<typeof promiseSchema>;
/** The promises that have a rule in every policy: not the end of a pause, and not the further clocks. */
export type ProcessPromise = Exclude<PromiseName, 'pause' | 'further'>;

/** How long a promise lasts for a grade. */
export const lengthOf = (policy: Policy, name: ProcessPromise, grade: Grade): Length =>
  policy.promises[name].length[grade];

/**
 * The calendar of a promise: the one it names, else the policy's own. Undefined if there is none, or the policy does
 * not bring it along.
 */
export const calendarOf = (policy: Policy, named?: string): Calendar | undefined => {
  const wanted = named ?? policy.calendar;
  return wanted === undefined ? undefined : policy.calendars?.[wanted];
};

const EXTENDED_WITHIN: Duration = { value: 90, unit: 'days' };
/** How far ahead of now a promise may be extended at one time. */
export const extensionWithin = ({ extension }: Policy): Duration => extension?.within ?? EXTENDED_WITHIN;

const OPEN_AT = 10;
/** From how many complaints of one cause, product and region on a corrective action is proposed. */
export const actionFrom = ({ correctiveAction }: Pick<Policy, 'correctiveAction'>): number =>
  correctiveAction.openAt ?? OPEN_AT;

const MESSAGES_PER_DAY = 20;
/** How often a customer may write or ask for a call in one case and day. */
export const messagesPerDay = ({ correspondence }: Policy): number =>
  correspondence?.messagesPerDay ?? MESSAGES_PER_DAY;

/** From so many cases on a group is suggested to be graded so, the worst first. */
export const groupGrades = ({ escalation }: Pick<Policy, 'escalation'>): { grade: Grade; from: number }[] => [
  { grade: 'major', from: escalation?.groupOf?.major ?? 20 },
  { grade: 'important', from: escalation?.groupOf?.important ?? 5 },
];

export const isGrade = (value: string): value is Grade => (GRADES as readonly string[]).includes(value);
