import { z } from 'zod';
import { visible } from '../../contact';
import { dayOrMomentGiven, versionNumber } from '../../domain/basics/bounds';
import { said } from '../../domain/basics/faults';
import { SLUG } from '../../domain/basics/ids';
import { complaintSchema, schemaName } from '../../cases';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { formSchema } from '../../domain/policy/forms';
import { freeText, shortText } from '../../domain/basics/free-text';
import { policySchema } from '../../domain/policy/schema';
import { houseInstant } from '../../house';
import {
  CATEGORIES,
  CAUSES,
  CHANNELS,
  GRADES,
  LANGUAGES,
  OUTCOMES,
  REMEDIES,
  ROLES,
  STAGES,
} from '../../domain/basics/types';

/** Everything the OpenAPI document names. Bodies are checked against theirs; answers are described by theirs. */
const names = new Map<z.ZodType, string>();
export const named = <T extends z.ZodType>(name: string, schema: T): T => {
  names.set(schema, name);
  return schema;
};
export const namedSchemas: ReadonlyMap<z.ZodType, string> = names;

export const instant = z.iso.datetime();
export const words = z.object({ zh: z.string(), en: z.string() });
const person = z.object({ id: z.string(), name: z.string() });

export const Problem = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('for programs'),
    detail: z.string().describe('for people, in English'),
    detailZh: z.string().describe('for people, in Chinese'),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string().describe('`words` in one text'),
          words: z.object({ zh: z.string(), en: z.string() }),
        }),
      )
      .optional()
      .describe('which fields, and what is wrong with each'),
    instead: z.array(z.string()).optional().describe('decisions that are possible instead'),
    requestId: z.string().optional(),
  }),
);

export const decisionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/)
  .optional()
  .describe('given by the client; the second arrival of an id changes nothing and gets the first answer');

export const Complaint = named('Complaint', complaintSchema);

export const Filed = named(
  'Filed',
  z.object({
    caseNo: z.string(),
    accessCode: z.string().describe('lets the customer follow the complaint; shown nowhere else'),
    statusUrl: z.url(),
    receivedAt: instant,
    answerBy: instant,
    resolveBy: instant,
  }),
);

export const EvidenceAdded = named(
  'EvidenceAdded',
  z.object({
    evidenceId: z.uuid(),
    sha256: z.string(),
    bytes: z.int(),
    mediaType: z.string().describe('by the content'),
    namedAs: z.string().optional().describe('what its name stands for, where the content is of another type'),
    fileName: z.string(),
    status: z.enum(['taken', 'accepted']),
  }),
);

const remedy = z.object({ kind: z.enum(REMEDIES), amount: z.number() });
const offer = {
  remedies: z.array(remedy),
  solution: z.string(),
  answerBy: instant.optional(),
};

export const Progress = named(
  'Progress',
  z.object({
    caseNo: z.string(),
    language: z.enum(LANGUAGES),
    stage: z.enum(STAGES),
    round: z.int(),
    receivedAt: instant,
    danger: z.literal(true).optional().describe('it speaks of danger to life or body'),
    steps: z.array(
      z.object({
        step: z.string(),
        words,
        status: z.enum(['done', 'current', 'future']),
        at: instant.optional(),
        text: z.string().optional().describe("the customer's own words"),
      }),
    ),
    handler: z.string().optional(),
    answerBy: instant.optional(),
    respondedAt: instant.optional(),
    resolveBy: instant.optional().describe('absent while the promise stands still'),
    onHold: z.literal(true).optional().describe('the promise of the solution stands still; its time is given back'),
    revisitBy: instant.optional(),
    paused: z.object({ reason: z.string(), until: instant }).optional(),
    offer: z.object({ ...offer, token: z.string(), url: z.url() }).optional(),
    agreed: z
      .object({ ...offer, at: instant, carriedOutAt: instant.optional() })
      .optional()
      .describe('what the customer accepted'),
    mergedInto: z
      .object({ caseNo: z.string(), url: z.url() })
      .optional()
      .describe('the complaint it goes on in, where that is the same customer’s'),
    followUp: z
      .object({ by: z.string().optional(), dueAt: instant.optional() })
      .optional()
      .describe('after a low score: who gets in touch, and by when'),
    outcome: z.enum(OUTCOMES).optional(),
    result: z.string().optional(),
    survey: z.object({ token: z.string(), url: z.url(), until: instant.optional() }).optional(),
    chase: z.object({ left: z.int(), lastAt: instant.optional(), nextAt: instant.optional() }).optional(),
    reopen: z.object({ until: instant.optional() }).optional(),
  }),
);

export const Taken = named(
  'Taken',
  z.object({ status: z.enum(['taken', 'accepted']), decisionId: z.string(), seq: z.int().optional() }),
);

/** What people copy has blanks around it and letters of full width. */
const identifier = shortText(40).transform((text) => visible(text.normalize('NFKC')).trim());
const yesOrNo = z.enum(['true', 'false']);

export const ListQuery = z.strictObject({
  stage: z.enum(STAGES).optional(),
  grade: z.enum(GRADES).optional(),
  category: z.enum(CATEGORIES).optional(),
  channel: z.enum(CHANNELS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  round: z.coerce.number().int().min(1).max(1_000).optional().describe('2 and more: opened again so often'),
  owner: identifier.optional().describe('a user id, or `me`'),
  team: identifier.optional(),
  q: shortText(100)
    .optional()
    .describe(
      'part of a case number (dash and capitals do not matter), of a telephone number (three digits and more), of an order or serial number, mail address, product, name, or words of the complaint',
    ),
  breached: yesOrNo.optional().describe('a promise is broken and not yet kept'),
  paused: yesOrNo.optional(),
  receivedFrom: dayOrMomentGiven.optional().describe("a date is the house's day from its midnight on"),
  receivedTo: dayOrMomentGiven.optional().describe('not included; a date ends before its midnight'),
  sort: z
    .enum(['due', '-received', 'received', '-updated'])
    .default('due')
    .describe(
      'due: `pressingAt`, so broken promises first, then what is due next, then what has nothing due; received, -received: oldest, newest first; -updated: changed last first',
    ),
  cursor: z.string().max(400).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

const listItem = z.object({
  caseNo: z.string(),
  stage: z.enum(STAGES),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  gradeConfirmed: z.boolean(),
  owner: person.optional(),
  team: z.string().optional(),
  customerName: z.string(),
  product: z.string().optional(),
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  round: z.int(),
  nextDueAt: instant.optional().describe('the next promise that can still be broken'),
  nextDueClock: z.string().optional(),
  pressingAt: instant.optional().describe('due time of what presses most: a broken promise before all others'),
  waitsFor: words.describe('what it waits for, and for whom'),
  breached: z.boolean().describe('a promise is broken and not yet kept'),
  paused: z.boolean(),
  chased: z.int().describe('how often somebody pressed for it'),
  chasedAt: instant.optional(),
  outcome: z.enum(OUTCOMES).optional(),
  receivedAt: instant,
  updatedAt: instant,
  archivedAt: instant.optional(),
});
export const CaseList = named(
  'CaseList',
  z.object({
    items: z.array(listItem),
    total: z.int().optional().describe('of all pages, on the first one; 10000 means so many or more'),
    next: z.string().optional(),
  }),
);

const saying = z.object({
  at: instant,
  by: z.object({
    kind: z.enum(['staff', 'customer', 'system']),
    id: z.string().optional(),
    name: z.string().optional(),
  }),
  text: z.string().nullable().describe('null once it has been erased'),
});
const sameId = 'the same as the other id, from before decisions named it so';
const helpTask = z.object({
  taskId: z.string().describe('as answerHelp wants it'),
  id: z.string().describe(sameId),
  department: z.string(),
  assignee: z.string().optional(),
  askedBy: z.string(),
  open: z.boolean(),
  question: z.string().nullable().optional().describe('null once it has been erased'),
  askedAt: instant.optional(),
  dueAt: instant.optional().describe('when its answer was promised'),
  answer: saying.optional(),
});
const actionInCase = z.looseObject({
  actionId: z.string().describe('as startAction and verifyAction want it'),
  id: z.string().describe(sameId),
  kind: z.enum(['urgent', 'preventive']),
  owner: z.string(),
  status: z.enum(['planned', 'started', 'ended']),
  missed: z.boolean().optional().describe('the last check of its effect did not reach the target'),
  cause: z.enum(CAUSES).optional(),
  description: z.string().nullable().optional().describe('null once it has been erased'),
  plannedAt: instant.optional(),
  dueAt: instant.optional().describe('when it has to be started'),
  checkAt: instant.optional().describe('when its effect is checked'),
});
const caseView = z.looseObject({
  helpTasks: z.array(helpTask),
  actions: z.array(actionInCase),
  findings: z.array(saying).describe('what was found out, the latest last: with a solution, or why there is no ground'),
  summary: saying.optional().describe('in whose words the case was resolved'),
  notes: z.array(saying),
  caseNo: z.string(),
  seq: z.int().describe('entries in the ledger so far; a decision may say `expectedSeq`'),
  stage: z.enum(STAGES),
  round: z.int(),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  gradeConfirmed: z.boolean(),
  receivedAt: instant,
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  customer: z.object({
    id: z.string(),
    name: z.string(),
    phone: z.string().optional().describe('masked unless you handle the case'),
    email: z.string().optional().describe('masked unless you handle the case'),
    preferredChannel: z.string().optional(),
  }),
  text: z.string(),
  owner: person.extend({ role: z.string(), team: z.string(), provisional: z.boolean() }).optional(),
  against: z
    .array(person.extend({ suggested: z.literal(true).optional(), words: z.array(z.string()).optional() }))
    .describe(
      'whom it is about, who neither see it nor have a say; `suggested`: only named in the complaint, in these `words`, until somebody who leads says so by `against` of grade or regrade',
    ),
  waitsFor: words,
  breached: z.boolean(),
  nextDue: z.object({ clock: z.string(), dueAt: instant }).optional(),
  answerBy: instant,
  resolveBy: instant,
  forms: z
    .array(formSchema.extend({ values: z.unknown().optional() }))
    .describe("the policy's forms for this case; filled in, with their values"),
  clocks: z.array(
    z.object({
      id: z.string(),
      promise: z.string(),
      version: z.int(),
      status: z.enum(['running', 'paused', 'met', 'late', 'cancelled']),
      startedAt: instant,
      dueAt: instant,
      breached: z.boolean(),
      breachedAt: instant.optional(),
      stoppedAt: instant.optional(),
    }),
  ),
});

const caseAnswer = {
  case: caseView,
  allowed: z
    .array(
      z.object({
        decision: z.enum(DECISION_NAMES),
        label: words,
        about: z.string().describe('in English'),
        aboutWords: words,
        schema: z.record(z.string(), z.string()).describe('`$ref`: where the schema of its body is in this document'),
        schemaUrl: z.string().describe('where that schema stands alone'),
      }),
    )
    .describe('what you may decide now'),
  waiting: z
    .array(
      z.object({
        decision: z.enum(DECISION_NAMES),
        label: words,
        because: z.object({ code: z.string(), words }),
      }),
    )
    .describe('what fits the stage but is not possible yet, and why'),
};
export const DecisionAbout = named(
  'DecisionAbout',
  z.object({
    decision: z.enum(DECISION_NAMES),
    label: words,
    about: z.string().describe('in English'),
    aboutWords: words,
    schema: z.looseObject({}).describe('JSON Schema 2020-12 of what is sent'),
  }),
);
export const Case = named(
  'Case',
  z.object({
    ...caseAnswer,
    whyNot: z
      .object({
        decision: z.enum(DECISION_NAMES),
        reasons: z.array(z.object({ code: z.string(), words })).describe('none: it is possible now'),
      })
      .optional()
      .describe('of the decision that was asked for'),
  }),
);
export const CaseAfterDecision = named(
  'CaseAfterDecision',
  z.object({
    ...caseAnswer,
    decision: z.object({
      decisionId: z.string(),
      seq: z.int(),
      hints: z
        .array(z.object({ code: z.string(), words }))
        .optional()
        .describe('what the decision leaves to you: `no_address`: ask the customer by phone, no mail reaches them'),
    }),
  }),
);
export const DecisionAccepted = named(
  'DecisionAccepted',
  z.object({
    status: z.literal('accepted'),
    decision: z.object({ decisionId: z.string() }),
    lookAt: z.string().describe('where the outcome will be seen'),
  }),
);

export const DepartmentList = named(
  'DepartmentList',
  z.object({ items: z.array(z.object({ id: z.string(), name: words, people: z.int() })) }),
);

export const Timeline = named(
  'Timeline',
  z.object({
    items: z.array(
      z.object({
        seq: z.int(),
        at: instant,
        type: z.string(),
        actor: z.object({
          kind: z.enum(['staff', 'customer', 'system']),
          id: z.string().optional(),
          name: z.string().optional(),
          role: z.string().optional(),
        }),
        decision: z
          .object({
            id: z.string(),
            name: z.string(),
            via: z.literal('temporal').optional().describe('sent through Temporal unsigned: the actor is as claimed'),
          })
          .optional(),
        words: words.optional().describe('what the product itself noted'),
        data: z.record(z.string(), z.unknown()),
        hash: z.string(),
      }),
    ),
    next: z.int().optional().describe('`afterSeq` of the next page'),
  }),
);

const score = z.int().min(1).max(5);
const scores = {
  speed: score,
  solution: score,
  attitude: score,
  total: score,
  comment: freeText(4_000).optional(),
  answers: z.record(z.string().regex(SLUG), score).optional(),
};
export const Survey = named(
  'Survey',
  z.object({
    caseNo: z.string(),
    language: z.enum(LANGUAGES),
    handler: z.string().optional(),
    status: z.enum(['open', 'answered', 'over']),
    until: instant.optional(),
    questions: z.array(z.object({ id: z.string(), name: words })),
    answers: z.object(scores).optional(),
    followUp: z
      .object({ by: z.string().optional(), dueAt: instant.optional() })
      .optional()
      .describe('after a low score: who gets in touch, and by when'),
  }),
);
export const SurveyAnswer = named('SurveyAnswer', z.strictObject({ ...scores, decisionId }));

export const Proposal = named(
  'Proposal',
  z.object({
    ...offer,
    caseNo: z.string(),
    language: z.enum(LANGUAGES),
    handler: z.string().optional(),
    status: z.enum(['open', 'accepted', 'declined', 'over']),
    answeredAt: instant.optional(),
  }),
);
export const ProposalAnswer = named(
  'ProposalAnswer',
  z.strictObject({ accepted: z.boolean(), reason: freeText(4_000).optional(), decisionId }),
);

export const ChaseBody = named('Chase', z.strictObject({ note: freeText(1_000).optional(), decisionId }));
export const WithdrawBody = named('Withdraw', z.strictObject({ reason: freeText(2_000), decisionId }));
export const ReopenBody = named('Reopen', z.strictObject({ reason: freeText(4_000), decisionId }));

export const PolicyDraft = named('PolicyDraft', policySchema.omit({ version: true }));
export const PolicyAnswer = named('Policy', policySchema);
export const PolicyList = named(
  'PolicyList',
  z.object({
    items: z.array(z.object({ version: z.int(), policy: policySchema, publishedBy: z.string(), publishedAt: instant })),
  }),
);

const ACTION_STATUS = ['planned', 'started', 'ended'] as const;
export const ActionQuery = z.strictObject({
  owner: shortText(40).optional().describe('a user id, or `me`'),
  cause: z.enum(CAUSES).optional(),
  status: z.enum(ACTION_STATUS).optional(),
});
export const ActionList = named(
  'ActionList',
  z.object({
    items: z.array(
      z.looseObject({
        id: z.string(),
        caseNos: z.array(z.string()),
        kind: z.enum(['urgent', 'preventive']),
        owner: z.string(),
        cause: z.enum(CAUSES),
        status: z.enum(ACTION_STATUS),
        startedAt: instant.optional(),
        dueAt: instant.optional(),
        checkAt: instant.optional(),
        rounds: z.int(),
      }),
    ),
  }),
);

export const SummaryQuery = z
  .strictObject({
    from: dayOrMomentGiven.describe('received at or after; a date without a time begins at 00:00 of the house'),
    to: dayOrMomentGiven.describe('received before; likewise'),
  })
  .refine(({ from, to }) => houseInstant(from) < houseInstant(to), {
    path: ['to'],
    error: said({ zh: '须晚于 from', en: 'must lie after from' }),
  });
const promiseFigures = z.object({ judged: z.int(), broken: z.int(), breachRate: z.number().nullable() });
const counts = z.record(z.string(), z.int());
export const Summary = named(
  'Summary',
  z.object({
    from: z.string(),
    to: z.string(),
    received: z.int(),
    byGrade: counts,
    byCategory: counts,
    byStage: counts,
    byOutcome: counts,
    promises: z.object({ firstResponse: promiseFigures, resolution: promiseFigures }),
    satisfaction: z.object({
      rated: z
        .int()
        .describe(
          'surveys that customers answered; a case that was reopened counts once for each round with an answer',
        ),
      mean: z.number().nullable().describe('of their totals, 1 to 5; null: none was answered'),
    }),
    redress: z.number().describe("given to the customers, in the house's currency"),
  }),
);

export const Me = named(
  'Me',
  z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES), team: z.string(), language: z.enum(LANGUAGES) }),
);

export const CodecBody = named(
  'CodecBody',
  z.object({
    payloads: z
      .array(z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() }))
      .max(1_000)
      .optional(),
  }),
);

const expectedSeq = versionNumber
  .optional()
  .describe('`case.seq` as you saw it: refused as `changed_meanwhile` if anything has happened to the case since');

/** Fields that the API fills in itself; a client may not. */
const OURS: Partial<Record<DecisionName, readonly string[]>> = {
  assign: ['ownerRole', 'ownerTeam'],
  reassign: ['ownerRole', 'ownerTeam'],
  movePolicy: ['policy'],
};

const bodyOf = (name: DecisionName): z.ZodObject => {
  const fields = Object.entries(DECISIONS[name].api.shape).filter(([field]) => !OURS[name]?.includes(field));
  return named(schemaName(name), z.strictObject({ ...Object.fromEntries(fields), decisionId, expectedSeq }));
};

/** The body of each decision's route, made once from the catalogue. */
export const decisionBodies: ReadonlyMap<DecisionName, z.ZodObject> = new Map(
  DECISION_NAMES.map((name) => [name, bodyOf(name)]),
);
