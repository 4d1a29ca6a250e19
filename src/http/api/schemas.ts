/**
 * The schemas of requests and answers that the OpenAPI document names. Bodies and queries are checked against theirs;
 * answers are described by theirs, which come from the use cases (src/cases).
 * @module
 */
import { z } from 'zod';
import { dayOrMomentGiven, momentGiven, versionNumber } from '../../domain/basics/bounds';
import { said } from '../../domain/basics/faults';
import {
  ACTION_STATUS,
  actionRow,
  cannedReply,
  bulkAnswer,
  caseGroup,
  groupOfCase,
  GROUP_DECISIONS,
  takenNext,
  caseAfterDecision,
  caseAnswer,
  caseCounts,
  caseListItem,
  caseView,
  complaintSchema,
  contactShown,
  DECIDED_AT_ONCE,
  decisionAccepted,
  decisionStored,
  decisionTaken,
  department,
  evidenceAdded,
  filed,
  instant,
  look,
  messagesOfCase,
  MOST_IN_GROUP,
  NEWS_WAYS,
  listFilters,
  listWords,
  person,
  progress,
  proposal,
  publishedPolicy,
  replyPreview,
  schemaName,
  scores,
  similarCase,
  similarCases,
  staffSelf,
  story,
  storyDay,
  storyEntry,
  storyGroup,
  summary,
  survey,
  timelineEntry,
  whyNot,
  words,
} from '../../cases';
import { CASE_NO, readCaseNumber, STAFF_ID } from '../../domain/basics/ids';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { freeText, shortText } from '../../domain/basics/free-text';
import { policySchema } from '../../domain/policy/schema';
import { AFTER_FROM, isInOrder } from '../../house';
import { CAUSES, LANGUAGES } from '../../domain/basics/types';

const names = new Map<z.ZodType, string>();

/**
 * Gives a schema a name among the document's components and returns it.
 * @throws Error when another schema has the name already: one of the two would be missing in the document
 */
export const named = <T extends z.ZodType>(name: string, schema: T): T => {
  if ([...names.values()].includes(name)) throw new Error(`two schemas are called ${name}`);
  names.set(schema, name);
  return schema;
};
/** Every schema with its name in the OpenAPI document, filled while the modules of routes are loaded. */
export const namedSchemas: ReadonlyMap<z.ZodType, string> = names;

export { instant, words };

// Named because many answers hold them: a client generated from the document then has one type for each.
named('Words', words);
named('Person', person);

/** The id of a member of staff. */
export const staffId = z.string().regex(STAFF_ID, {
  error: said({ zh: '须为员工编号', en: 'must be the id of somebody on the staff' }),
});

/** An error: problem+json (RFC 9457), as middleware/problem.ts sends it. */
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

/** A client's own id of a decision, by which a repeat is recognised; left out, the server makes one. */
export const decisionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/)
  .optional()
  .describe('given by the client; the second arrival of an id changes nothing and gets the first answer');

export const Complaint = named('Complaint', complaintSchema);

export const CaseMessages = named('CaseMessages', messagesOfCase);
export const NewsBy = named('NewsBy', z.strictObject({ by: z.enum(NEWS_WAYS) }));

export const Filed = named('Filed', filed);

export const EvidenceAdded = named('EvidenceAdded', evidenceAdded);

export const Progress = named('Progress', progress);

/** A customer's decision that is in the ledger; and one that is stored and waits for a worker. */
export const Taken = named('Taken', decisionTaken);
export const Stored = named('Stored', decisionStored);

/** Filters, order and page of the list of cases. */
export const ListQuery = listWords;
/** The filters alone. */
export const FilterQuery = listFilters;

export const CaseCounts = named('CaseCounts', caseCounts);

export const CaseList = named(
  'CaseList',
  z.object({
    items: z.array(named('CaseListItem', caseListItem)),
    total: z
      .int()
      .optional()
      .describe('of all pages, on the first one; 10000, or 1000 with `q`, means so many or more'),
    next: z.string().optional(),
  }),
);

/** A decision, and the JSON Schema of its body by itself, for clients that build forms from it. */
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
    whyNot: whyNot.optional().describe('of the decision that was asked for'),
  }),
);
export const CaseAfterDecision = named('CaseAfterDecision', caseAfterDecision);
export const DecisionAccepted = named('DecisionAccepted', decisionAccepted);

export const DepartmentList = named('DepartmentList', z.object({ items: z.array(named('Department', department)) }));

export const CannedReplies = named(
  'CannedReplies',
  z.object({ language: z.enum(LANGUAGES), items: z.array(named('CannedReply', cannedReply)) }),
);
export const ReplyText = named('ReplyText', z.strictObject({ text: freeText(8_000) }));
export const ReplyPreview = named('ReplyPreview', replyPreview);

export const Timeline = named(
  'Timeline',
  z.object({
    items: z.array(named('TimelineEntry', timelineEntry)),
    next: z.int().optional().describe('`afterSeq` of the next page'),
  }),
);

named('StoryGroup', storyGroup);
named('StoryEntry', storyEntry);
named('StoryDay', storyDay);
export const Story = named('Story', story);

export const CaseAt = named('CaseAt', z.object({ case: caseView }));
export const Contact = named('Contact', contactShown);
export const Looks = named(
  'Looks',
  z.object({
    items: z.array(named('Look', look)),
    next: z.int().optional().describe('`before` of the next page'),
  }),
);

named('SimilarCase', similarCase);
export const SimilarCases = named('SimilarCases', similarCases);

export const Survey = named('Survey', survey);
export const SurveyAnswer = named('SurveyAnswer', z.strictObject({ ...scores, decisionId }));

export const Proposal = named('Proposal', proposal);
export const ProposalAnswer = named(
  'ProposalAnswer',
  z.strictObject({ accepted: z.boolean(), reason: freeText(4_000).optional(), decisionId }),
);

export const ChaseBody = named('Chase', z.strictObject({ note: freeText(1_000).optional(), decisionId }));
export const MessageBody = named('Message', z.strictObject({ text: freeText(8_000), decisionId }));
export const CallBackBody = named(
  'CallBack',
  z.strictObject({
    from: momentGiven.optional().describe('not before; a moment with its offset from UTC'),
    to: momentGiven.optional().describe('not after'),
    note: freeText(1_000).optional().describe('what about, or another number'),
    decisionId,
  }),
);
export const WithdrawBody = named('Withdraw', z.strictObject({ reason: freeText(2_000), decisionId }));
export const ReopenBody = named('Reopen', z.strictObject({ reason: freeText(4_000), decisionId }));

export const PolicyDraft = named('PolicyDraft', policySchema.omit({ version: true }));
export const PolicyAnswer = named('Policy', policySchema);
export const PolicyList = named('PolicyList', z.object({ items: z.array(publishedPolicy) }));

export const ActionQuery = z.strictObject({
  owner: shortText(40).optional().describe('a user id, or `me`'),
  cause: z.enum(CAUSES).optional(),
  status: z.enum(ACTION_STATUS).optional(),
});
export const ActionList = named('ActionList', z.object({ items: z.array(named('CorrectiveAction', actionRow)) }));

export const SummaryQuery = z
  .strictObject({
    from: dayOrMomentGiven.describe('received at or after; a date without a time begins at 00:00 of the house'),
    to: dayOrMomentGiven.describe('received before; likewise'),
  })
  .refine(isInOrder, { path: ['to'], error: said(AFTER_FROM) });
export const Summary = named('Summary', summary);

export const Me = named('Me', staffSelf);

/** Payloads as Temporal's codec protocol sends and expects them: metadata and data in base64. */
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

/** Fields of decisions that the API fills in itself (`InputFilling`); a client that sends them is refused. */
const OURS: Partial<Record<DecisionName, readonly string[]>> = {
  assign: ['ownerRole', 'ownerTeam'],
  reassign: ['ownerRole', 'ownerTeam'],
  movePolicy: ['policy'],
};

/** The body of a decision: its fields for clients, with an id and the version of the case they looked at. */
const bodyOf = (name: DecisionName): z.ZodObject => {
  const fields = Object.entries(DECISIONS[name].api.shape).filter(([field]) => !OURS[name]?.includes(field));
  return named(schemaName(name), z.strictObject({ ...Object.fromEntries(fields), decisionId, expectedSeq }));
};

/** The schema of each decision's body, made once from the catalogue. */
export const decisionBodies: ReadonlyMap<DecisionName, z.ZodObject> = new Map(
  DECISION_NAMES.map((name) => [name, bodyOf(name)]),
);

/** One decision in many cases. */
export const Bulk = named(
  'Bulk',
  z.strictObject({
    decision: z.enum(DECISION_NAMES),
    fields: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('of the decision, without `decisionId` and `expectedSeq`: the same for every case'),
    cases: z
      .array(z.strictObject({ caseNo: z.string().max(40), expectedSeq }))
      .min(1)
      .max(DECIDED_AT_ONCE),
    decisionId: decisionId
      .unwrap()
      .describe(
        "the request's own: each case's decision gets an id derived from it, so a repeat decides nothing twice",
      ),
  }),
);
export const BulkAnswer = named('BulkAnswer', bulkAnswer);

named('CaseGroup', caseGroup);
export const GroupOfCase = named('GroupOfCase', groupOfCase);
/** A case number as people type it. */
const caseNoGiven = z.string().max(64).transform(readCaseNumber).pipe(z.string().regex(CASE_NO));
export const GroupQuery = z.strictObject({
  decision: z
    .enum(GROUP_DECISIONS)
    .optional()
    .describe('a decision that the lead might take: `preview` says how it would come to the others'),
});
const distinct = (caseNos: readonly string[]): boolean => new Set(caseNos).size === caseNos.length;
const members = z
  .array(caseNoGiven)
  .min(1)
  .max(MOST_IN_GROUP - 1)
  .refine(distinct, { error: said({ zh: '有一件写了两次', en: 'names a case twice' }) });
export const JoinGroup = named('JoinGroup', z.strictObject({ members: members.describe('cases of other customers') }));
export const DecideInGroup = named(
  'DecideInGroup',
  z.strictObject({
    decisionId: decisionId.unwrap().describe("that of the lead's decision"),
    members: members.optional().describe('left out: all that have not got it'),
  }),
);

export const TakeNext = named(
  'TakeNext',
  z.strictObject({
    requestId: decisionId.unwrap().describe("the request's own: the same request again takes no second case"),
  }),
);
export const TakenNext = named('TakenNext', takenNext);

/** The fields of each decision alone. */
export const decisionFields = (name: DecisionName): z.ZodObject | undefined =>
  decisionBodies.get(name)?.omit({ decisionId: true, expectedSeq: true });
