/**
 * The schemas of what staff are told of cases. The types of the answers and the API's document come from them; what a field
 * means is in its `describe`.
 * @module
 */
import { z } from 'zod';
import { DECISION_NAMES } from '../../domain/decisions/catalogue';
import { shortText } from '../../domain/basics/free-text';
import { STANDINGS } from '../../domain/promises/clock';
import { formSchema } from '../../domain/policy/forms';
import { AWAITED } from '../../domain/case/awaits';
import { TICKET_STATES, TRACKER_KIND_NAMES } from '../../domain/case/trackers';
import { QUEUE_REASONS } from '../../domain/staffing/routing';
import { SIDES } from '../../domain/views/conversation';
import { NEXT_BECAUSE } from '../../domain/views/next-decision';
import {
  CATEGORIES,
  CAUSES,
  CHANNELS,
  FISHBONE,
  GRADES,
  SENTIMENTS,
  LANGUAGES,
  OUTCOMES,
  REMEDIES,
  ROLES,
  SENDER_VERDICTS,
  STAGES,
} from '../../domain/basics/types';
import { FACTS } from '../../text/facts';
import { instant, person, words } from '../answer-parts';

/** That somebody of the staff looked at a case. */
export const look = z.object({
  by: person,
  kind: z.enum(['opened', 'contact']).describe('contact: they saw phone and mail address of the customer in full'),
  at: instant.describe('the first time within that half hour'),
  seq: z.int().optional().describe('the last entry of the timeline that they read'),
});
export type Look = z.output<typeof look>;

/** How the customer can be reached, in full. */
export const contactShown = z.object({
  phone: z.string().optional(),
  email: z.string().optional(),
  preferredChannel: z.string().optional(),
});
export type ContactShown = z.output<typeof contactShown>;

/** Something that was said in a case: by whom, when, and the text. */
export const saying = z.object({
  at: instant,
  by: z.object({
    kind: z.enum(['staff', 'customer', 'system']),
    id: z.string().optional(),
    name: z.string().optional(),
  }),
  text: z.string().nullable().describe('null once it has been erased'),
});
export type Said = z.output<typeof saying>;

const sameId = 'the same as the other id, from before decisions named it so';

/** A ticket in a tracker of another department. */
export const ticketView = z.object({
  tracker: z.string().describe('its name here'),
  kind: z.enum(TRACKER_KIND_NAMES),
  state: z.enum(TICKET_STATES),
  settledBy: z.enum(['there', 'here']).optional(),
  key: z.string().optional().describe('as people name it there'),
  url: z.string().optional(),
  status: z.string().optional().describe("in the tracker's own word"),
  assignee: z.string().optional(),
  comments: z.array(z.object({ author: z.string(), at: instant, text: z.string() })).describe('the newest last'),
  lookedAt: instant.optional(),
  code: z.string().optional().describe('why it is lost, failed or waits'),
});
export type TicketView = z.output<typeof ticketView>;

/** A request for help to another department, with its answer. */
export const helpTask = z.object({
  taskId: z.string().describe('as answerHelp wants it'),
  id: z.string().describe(sameId),
  department: z.string(),
  departmentName: words,
  assignee: z.string().optional(),
  assigneeName: z.string().optional(),
  askedBy: z.string(),
  askedByName: z.string(),
  open: z.boolean(),
  question: z.string().nullable().optional().describe('null once it has been erased'),
  askedAt: instant.optional(),
  dueAt: instant.optional().describe('when its answer was promised'),
  answer: saying.optional(),
  ticket: ticketView.optional(),
});
export type HelpTaskView = z.output<typeof helpTask>;

/** The life of a corrective action, in order. */
export const ACTION_STATUS = ['planned', 'started', 'ended'] as const;

/** A corrective action as a case shows it. */
export const actionInCase = z.object({
  actionId: z.string().describe('as startAction and verifyAction want it'),
  id: z.string().describe(sameId),
  kind: z.enum(['urgent', 'preventive']),
  owner: z.string(),
  ownerName: z.string(),
  status: z.enum(ACTION_STATUS),
  missed: z.boolean().optional().describe('the last check of its effect did not reach the target'),
  round: z.int().optional().describe('of its effect checks'),
  roundFrom: instant.optional(),
  cause: z.enum(CAUSES).optional(),
  description: z.string().nullable().optional().describe('null once it has been erased'),
  plannedAt: instant.optional(),
  dueAt: instant.optional().describe('when it has to be started'),
  checkAt: instant.optional().describe('when its effect is checked'),
  ticket: ticketView.optional(),
});
export type ActionView = z.output<typeof actionInCase>;

/** A corrective action in the list of all of them. */
export const actionRow = z.object({
  id: z.string(),
  revision: z.int().describe('grows with each change'),
  caseNos: z.array(z.string()),
  kind: z.enum(['urgent', 'preventive']),
  owner: z.string(),
  ownerName: z.string(),
  description: z.string().nullable().describe('what is to be done; null once it has been erased'),
  cause: z.enum(CAUSES),
  status: z.enum(ACTION_STATUS),
  startedAt: instant.optional(),
  dueAt: instant.optional(),
  checkAt: instant.optional(),
  rounds: z.int(),
});
export type ActionListed = z.output<typeof actionRow>;

const remedy = z.object({ kind: z.enum(REMEDIES), amount: z.number() });

/** A clock as a case shows it. */
export const clockView = z.object({
  id: z.string(),
  promise: z.string(),
  name: words,
  version: z.int(),
  status: z.enum(['running', 'paused', 'met', 'late', 'cancelled']),
  standing: z.enum(STANDINGS).describe('the status, but `warned` at its warning point, `breached` until it is kept'),
  startedAt: instant,
  dueAt: instant,
  breached: z.boolean(),
  breachedAt: instant.optional(),
  stoppedAt: instant.optional(),
});

const stillCounted = z.int().describe('how many there have been');

/** A case as staff see it. */
export const caseView = z.object({
  caseNo: z.string(),
  seq: z.int().describe('entries in the ledger so far; a decision may say `expectedSeq`'),
  lastAt: instant.describe('of the last entry'),
  policyVersion: z.int(),
  revision: z.int().optional().describe("of the process's own rules; absent: 1"),
  stage: z.enum(STAGES),
  round: z.int(),
  receivedAt: instant,
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  filedBy: z.string().optional().describe('staff who took it down'),
  source: z
    .string()
    .optional()
    .describe(
      'the system that posted it (see `POST /hooks/{id}`) or that it was imported from, or the site whose page the form stood in, by name',
    ),
  sourceNo: z.string().optional().describe('its number in the system that it was imported from'),
  senderCheck: z
    .object({
      verdict: z
        .enum(SENDER_VERDICTS)
        .describe('`doubtful`: the domain it names wants its mails to be proved, and this one is not'),
      by: z.string().optional().describe('the mail server whose results these are; absent: ours'),
      spf: z.string().optional(),
      dkim: z.string().optional(),
      dmarc: z.string().optional(),
    })
    .optional()
    .describe('whether the mail that it came by is from whom it says (SPF, DKIM, DMARC; words of RFC 8601)'),
  channelUnconfirmed: z
    .literal(true)
    .optional()
    .describe('it says that it came by phone, counter or letter, but nobody of the staff took it down'),

  customerId: z.string(),
  customer: z.object({
    id: z.string(),
    name: z.string(),
    phone: z.string().optional().describe('masked unless you handle the case'),
    email: z.string().optional().describe('masked unless you handle the case'),
    preferredChannel: z.string().optional(),
  }),
  product: z
    .object({
      name: z.string(),
      model: z.string().optional(),
      serialNo: z.string().optional(),
      orderNo: z.string().optional(),
      purchasedOn: z.string().optional(),
    })
    .optional(),
  occurredAt: instant.optional(),
  place: z.string().optional(),
  text: z.string(),
  wantedRemedy: z.string().optional(),
  evidence: z.array(
    z.object({
      evidenceId: z.string(),
      sha256: z.string(),
      bytes: z.int(),
      mediaType: z.string(),
      namedAs: z.string().optional().describe('what its name stands for, where the content is of another type'),
      fileName: z.string(),
      addedBy: z.string().describe('a user id, or `customer`'),
      addedAt: instant,
    }),
  ),

  suggestion: z.object({
    grade: z.enum(GRADES),
    category: z.enum(CATEGORIES),
    sentiment: z.enum(SENTIMENTS).optional(),
    reasons: z
      .array(z.object({ rule: z.string(), words: z.array(z.string()) }))
      .describe(
        'rules of the grading rubric (M1 to M5, I1 to I5) or the category, with the words that say so, in one form',
      ),
    marks: z
      .array(z.object({ rule: z.string(), in: z.enum(['text', 'wantedRemedy']), from: z.int(), to: z.int() }))
      .describe('where those words stand as the customer wrote them, in UTF-16 units, the end not included'),
    amountCny: z.number().optional(),
    engine: z.string(),
  }),
  found: z
    .array(
      z.object({
        fact: z.enum(FACTS).describe('the path of the field in a complaint'),
        value: z
          .string()
          .describe("as the field takes it; of `occurredAt` a day, or day and time of the house's clock"),
        words: z.string().describe('of the customer, in `text`'),
        from: z.int().describe('where they stand there, in UTF-16 units'),
        to: z.int().describe('not included'),
        sure: z.boolean().describe('the text itself says what it is, or a check digit does'),
      }),
    )
    .describe(
      'what the text says of fields that were left empty: nobody has confirmed it; the surest of a field first',
    ),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  subcategory: z.string().optional(),
  gradeConfirmed: z.boolean(),
  lowered: z
    .object({ by: z.string(), from: z.enum(GRADES) })
    .optional()
    .describe('the grade was lowered, and nobody who leads has confirmed it'),
  against: z
    .array(person.extend({ suggested: z.literal(true).optional(), words: z.array(z.string()).optional() }))
    .describe(
      'whom it is about, who neither see it nor have a say; `suggested`: only named in the complaint, in these `words`, until somebody who leads says so by `against` of grade or regrade',
    ),
  interview: z
    .object({ complaints: z.int(), days: z.int() })
    .optional()
    .describe('the customer has complained so often within so many days, up to this case: worth an interview'),
  repeatOf: z.array(z.string()).describe('other cases of the customer, that you may see'),
  absorbed: z.array(z.string()).describe('cases merged into this one, that you may see'),
  mergedInto: z.string().optional(),

  owner: person.extend({ role: z.enum(ROLES), team: z.string(), provisional: z.boolean() }).optional(),
  accepted: z.boolean(),
  taskForce: z.array(person),
  queued: z
    .object({ since: instant, why: z.enum(QUEUE_REASONS) })
    .optional()
    .describe('waits until somebody is free'),
  respondedAt: instant.optional().describe('the customer has heard from a person'),
  deciders: z.array(z.string()).describe('staff who have decided in this case'),
  handlers: z
    .array(z.string())
    .optional()
    .describe('staff who have led the case, answered, decided or put off its dates: none of them makes the follow-up'),

  helpTasks: z.array(helpTask),
  findings: z.array(saying).describe('what was found out, the latest last: with a solution, or why there is no ground'),
  proposals: stillCounted,
  proposal: z
    .object({
      id: z.string(),
      by: z.string(),
      remedies: z.array(remedy),
      total: z.number(),
      solution: z.string().nullable().describe('null once it has been erased'),
      status: z.enum([
        'awaitingApproval',
        'returned',
        'offered',
        'unanswered',
        'withdrawn',
        'accepted',
        'declined',
        'carriedOut',
      ]),
    })
    .optional(),
  declines: stillCounted,
  held: z
    .object({ because: z.enum(['rounds', 'declined']), by: z.enum(['supervisor', 'manager']) })
    .optional()
    .describe('waits for somebody who leads before another solution is proposed'),
  notSubstantiated: z.object({ by: z.string(), status: z.enum(['awaitingApproval', 'confirmed']) }).optional(),
  resolution: z.object({ outcome: z.enum(OUTCOMES), cause: z.enum(CAUSES), at: instant }).optional(),
  summary: saying.optional().describe('in whose words the case was resolved'),
  redress: z.array(z.object({ kind: z.string(), amount: z.number(), at: instant })).describe('what was given'),

  surveys: stillCounted,
  survey: z
    .object({
      id: z.string(),
      status: z.enum(['open', 'answered', 'closed']),
      total: z.int().optional(),
      low: z.boolean().optional(),
    })
    .optional(),
  followUp: z
    .object({
      id: z.string(),
      status: z.enum(['open', 'done']),
      notBy: z.array(z.string()),
      assignee: z.string().optional(),
    })
    .optional(),
  revisit: z
    .object({ by: z.enum(['agent', 'supervisor']), dueAt: instant, status: z.enum(['planned', 'done']) })
    .optional(),
  rootCause: z.object({ fishbone: z.enum(FISHBONE), cause: z.enum(CAUSES), systemic: z.boolean() }).optional(),
  actions: z.array(actionInCase),
  notes: z.array(saying),
  forms: z
    .array(formSchema.extend({ values: z.unknown().optional() }))
    .describe("the policy's forms for this case; filled in, with their values"),

  waitsFor: words,
  breached: z.boolean(),
  nextDue: z.object({ clock: z.string(), name: words, dueAt: instant }).optional(),
  answerBy: instant.describe('the promise as it stands now'),
  resolveBy: instant.describe('the promise as it stands now'),
  callBack: z
    .object({ at: instant, from: instant.optional(), to: instant.optional() })
    .optional()
    .describe('the customer wants to be called, and nobody has spoken or written to them since'),
  worse: z
    .object({
      grade: z.enum(GRADES),
      rules: z.array(z.string()),
      seq: z.int().describe('the entry of the message'),
      judged: z.literal(true).optional().describe('somebody has graded the case since'),
    })
    .optional()
    .describe('what the customer has written since makes the case look worse than it is graded'),
  mood: z.enum(SENTIMENTS).optional().describe('how the customer sounded in what they wrote last after the complaint'),
  paused: z.object({ reason: z.enum(['customer', 'parts', 'third_party']), until: instant }).optional(),
  chases: z.object({ count: z.int(), lastAt: instant.optional(), today: z.int() }),
  reopenings: z.int(),
  undelivered: z.array(z.int()).describe('entries whose mail could not be delivered'),
  outcome: z.enum(OUTCOMES).optional(),
  archivedAt: instant.optional(),
  imported: z.literal(true).optional().describe('it came in closed, from another system; see `POST /api/imports`'),
  clocks: z.array(clockView),
  people: z
    .record(z.string(), z.string())
    .describe('the name of everybody of whom this case says only the id: user id to name'),
});
export type CaseView = z.output<typeof caseView>;

/** Why something is not possible: a stable code, and words for people. */
export const refusal = z.object({ code: z.string(), words });

/** The fields of every answer about one case: the case, what may be decided now, and what has to come first. */
export const caseAnswer = {
  case: caseView,
  allowed: z
    .array(
      z.object({
        decision: z.enum(DECISION_NAMES),
        label: words,
        about: z.string().describe('in English'),
        aboutWords: words,
        // A record, because a declared field `$ref` would be read as a reference by tools that read the document.
        schema: z.record(z.string(), z.string()).describe('`$ref`: where the schema of its body is in this document'),
        schemaUrl: z.string().describe('where that schema stands alone'),
      }),
    )
    .describe('what you may decide now'),
  next: z
    .object({
      decision: z.enum(DECISION_NAMES),
      because: z.enum(NEXT_BECAUSE),
      form: z.string().optional().describe('of `fillForm`: which form'),
    })
    .optional()
    .describe('the next decision for you, one of `allowed`; absent if there is nothing for you to do'),
  waiting: z
    .array(z.object({ decision: z.enum(DECISION_NAMES), label: words, because: refusal }))
    .describe('what fits the stage but is not possible yet, and why'),
};
const answered = z.object(caseAnswer);
export type CaseAnswer = z.output<typeof answered>;

/** Where in a case stands what was searched for. */
const searchHit = z.object({
  in: z.enum(['subject', 'number', 'contact', 'text']),
  words: words.describe('what it is: the complaint, the decision it was written in, …'),
  textId: z.string().optional(),
  text: z.string().describe('the place as it was written, plain text in one line; `…` where it was cut'),
  marks: z
    .array(z.tuple([z.int(), z.int()]))
    .describe('from where to where in `text`, in UTF-16 units, the end not included'),
});

/** A case in a list. */
export const caseListItem = z.object({
  caseNo: z.string(),
  seq: z.int().describe('of its last entry in the ledger: `expectedSeq` of a decision'),
  stage: z.enum(STAGES),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  gradeConfirmed: z.boolean(),
  owner: person.optional(),
  team: z.string().optional(),
  customerName: z.string(),
  opening: z
    .string()
    .describe("the beginning of the customer's words, 120 characters at most; empty once they are erased"),
  product: z.string().optional(),
  channel: z.enum(CHANNELS),
  language: z.enum(LANGUAGES),
  round: z.int(),
  nextDueAt: instant.optional().describe('the next promise that can still be broken'),
  nextDueClock: z.string().optional(),
  nextDueName: words.optional().describe('what that promise is called'),
  pressingAt: instant.optional().describe('due time of what presses most: a broken promise before all others'),
  pressing: z
    .object({ name: words, dueAt: instant, startedAt: instant, status: z.enum(STANDINGS) })
    .optional()
    .describe('what presses most; `warned`: it has come to its warning point, `breached`: broken and not yet kept'),
  waitsFor: words.describe('what it waits for, and for whom'),
  allowed: z.array(z.enum(DECISION_NAMES)).describe('what you may decide now, in the order of the catalogue'),
  next: z.enum(DECISION_NAMES).optional().describe('the next decision; absent if you may not take it'),
  awaits: z.array(z.enum(AWAITED)).describe('everybody it waits for'),
  repeat: z.boolean().describe('the customer had complained before, of the same'),
  grouped: z.boolean().describe('it is in a group of complaints about one matter'),
  breached: z.boolean().describe('a promise is broken and not yet kept'),
  paused: z.boolean(),
  chased: z.int().describe('how often somebody pressed for it'),
  chasedAt: instant.optional(),
  outcome: z.enum(OUTCOMES).optional(),
  resolvedAt: instant.optional().describe('in its present round'),
  receivedAt: instant,
  updatedAt: instant,
  archivedAt: instant.optional(),
  hit: searchHit
    .optional()
    .describe('with `q`: where it was found; absent if by a whole number or address that you may not read'),
});
export type ListedCase = z.output<typeof caseListItem>;

/** What two complaints have in common beside their words. */
export const SHARED_FACTS = ['customer', 'order', 'serialNo', 'product', 'place'] as const;

/** A case of the same matter as another, as its text and facts say. */
export const similarCase = z.object({
  caseNo: z.string(),
  score: z.number().describe('how alike, 0.7 … 1'),
  why: z.object({
    words: z.array(z.string()).describe('words of your case that stand in this one, too, or are told otherwise there'),
    same: z.array(z.enum(SHARED_FACTS)),
  }),
  stage: z.enum(STAGES),
  grade: z.enum(GRADES),
  category: z.enum(CATEGORIES),
  customerName: z.string(),
  opening: z.string().describe("the beginning of the customer's words, 120 characters at most"),
  receivedAt: instant,
  outcome: z.enum(OUTCOMES).optional(),
  resolvedAt: instant.optional(),
  solution: z.string().optional().describe('in whose words it was resolved, in one line of 200 characters at most'),
  mergedInto: z.string().optional().describe('absent if it went nowhere, or into a case that you may not see'),
  grouped: z.boolean().describe('it is in a group of complaints about one matter'),
  groupLead: z.string().optional().describe('the lead of its group, if you may see it'),
});
export type SimilarCase = z.output<typeof similarCase>;

/** Cases of the same matter. */
export const similarCases = z.object({
  items: z.array(similarCase).describe('the most alike first, 20 at most'),
  thisWeek: z.int().describe('how many of all that are alike are open and came in within the last seven days'),
});
export type SimilarCases = z.output<typeof similarCases>;

/** What a day's work begins with; each number is the length of the list with that filter. */
export const caseCounts = z.object({
  open: z.int().describe('`open=true`, and so are all but `done`'),
  broken: z.int().describe('`promise=broken`'),
  hour: z.int().describe('`promise=hour`'),
  today: z.int().describe('`promise=today`'),
  waiting: z.int().describe('`waits=anybody`'),
  paused: z.int().describe('`promise=paused`'),
  done: z.int().describe('`resolved=today`'),
});

const SHARED = ['nobody', 'team', 'all'] as const;

/** A list of cases to be saved under a name. */
export const wantedView = z.strictObject({
  name: shortText(60),
  words: z
    .string()
    .max(1_000)
    .describe('filters and order as in the address of the list: `stage=resolve&promise=hour&sort=due`'),
  columns: z
    .array(z.string().regex(/^[A-Za-z]{1,30}$/))
    .max(30)
    .optional()
    .describe('which columns a page shows, by names of its own'),
  shared: z.enum(SHARED).default('nobody').describe('`team`: with your team; `all`: from a supervisor upwards'),
});
export type WantedView = z.output<typeof wantedView>;

/** A list of cases under a name. `me` in its words is whoever opens it. */
export const savedView = z.object({
  id: z.string(),
  name: z.string(),
  words: z.string(),
  columns: z.array(z.string()),
  shared: z.enum(SHARED),
  owner: person,
  mine: z.boolean(),
  updatedAt: instant,
});
export type SavedView = z.output<typeof savedView>;

/** An entry of the ledger as the reader may see it. */
export const timelineEntry = z.object({
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
  speaker: z
    .enum(SIDES)
    .optional()
    .describe('it is part of what house and customer said to each other, and this is who spoke'),
  data: z.record(z.string(), z.unknown()).describe('as in the ledger, with the words in place of their references'),
  hash: z.string(),
});
export type TimelineEntry = z.output<typeof timelineEntry>;

/** A canned reply, filled in for a case. */
export const cannedReply = z.object({
  id: z.string(),
  name: words,
  text: z.string().describe("in the customer's language, with the variables filled in"),
  unfilled: z.array(z.string()).describe('variables without a value in this case, as they stand in the text'),
});
export type CannedReply = z.output<typeof cannedReply>;

/** A text of one's own before it is sent. */
export const replyPreview = z.object({
  text: z.string().describe('with the variables filled in'),
  unfilled: z.array(z.string()).describe('variables without a value, as they stand in the text'),
  slips: z
    .object({
      variables: z.array(z.string()),
      mentions: z.array(z.string()),
      internalWords: z.array(z.string()),
    })
    .describe('what `write` refuses with `reply_guard` unless `sendAnyway` is true'),
});
export type ReplyPreview = z.output<typeof replyPreview>;

const day = z.object({ date: z.string(), name: words.optional() });
const actor = z.object({
  kind: z.enum(['staff', 'customer', 'system']),
  id: z.string().optional(),
  role: z.string().optional(),
  team: z.string().optional(),
});

/**
 * A promise of the case, explained: where its time went. Fields that end in `Ms` are milliseconds: `wallMs` of the clock on
 * the wall, `workingMs` of working time by the calendar.
 */
export const promiseAnswer = z.object({
  clock: z.string(),
  promise: z.string(),
  name: words.optional(),
  sentence: words.describe('the whole of it as a person would tell it'),
  kind: z.enum(['house', 'statutory']),
  pack: z.string().optional(),
  source: z.string().optional(),
  run: z.int().describe('1 for the first time this clock ran in the case'),
  length: z.object({ value: z.number(), unit: z.string() }).optional(),
  calendar: z.object({ id: z.string(), version: z.int() }).optional(),
  status: z.enum(['running', 'paused', 'met', 'late', 'cancelled']),
  startedAt: instant,
  dueAt: instant,
  stoppedAt: instant.optional(),
  breachedAt: instant.optional().describe('the true due time that was missed'),
  countedIn: z.enum(['time', 'workingTime', 'days']),
  usedMs: z.int().describe('used of its own reckoning, without the time given back'),
  waitedMs: z.int().describe('stood still, and given back'),
  leftMs: z.int(),
  wallMs: z.int(),
  workingMs: z.int().optional(),
  nights: z.int(),
  weekendDays: z.int(),
  holidays: z.array(day),
  makeUpDays: z.array(day),
  waits: z.array(z.object({ from: instant, to: instant.optional(), cause: z.string(), ms: z.int() })),
  moves: z.array(z.object({ at: instant, from: instant, to: instant, because: z.string(), by: actor })),
  escalations: z.int(),
  entries: z.array(
    z.object({
      seq: z.int(),
      at: instant,
      type: z.string(),
      cause: z.object({ seq: z.int(), type: z.string(), actor }),
    }),
  ),
});
export type PromiseAnswer = z.output<typeof promiseAnswer>;

/** What a move to another policy version did to one case, or would do (`preview`). */
export const movedCase = z.object({
  caseNo: z.string(),
  from: z.int(),
  status: z.enum(['preview', 'moved', 'accepted', 'refused']),
  because: words.optional(),
  seq: z.int().optional(),
  clocks: z.array(
    z.object({
      clock: z.string(),
      change: z.enum(['moved', 'added', 'calledOff']),
      was: instant.optional(),
      dueAt: instant.optional(),
    }),
  ),
});
export type MovedCase = z.output<typeof movedCase>;

/** What a move to version `to` did, or would do, case by case. */
export const casesMoved = z.object({ to: z.int(), items: z.array(movedCase) });
export type CasesMoved = z.output<typeof casesMoved>;

/** What the person who took a decision still has to do or to know. */
const hint = z.object({ code: z.string(), words });
export type Hint = z.output<typeof hint>;

/** Why a decision is not possible now, for whoever misses it. */
export const whyNot = z.object({
  decision: z.enum(DECISION_NAMES),
  reasons: z.array(refusal).describe('none: it is possible now'),
});
export type WhyNot = z.output<typeof whyNot>;

/** The answer to a decision that was taken: the case after it. */
export const caseAfterDecision = z.object({
  ...caseAnswer,
  decision: z.object({
    decisionId: z.string(),
    seq: z.int(),
    hints: z
      .array(hint)
      .optional()
      .describe('what the decision leaves to you: `no_address`: ask the customer by phone, no mail reaches them'),
  }),
});

/** The answer when the case cannot be shown: the decision is stored, or was taken while the case could not be read. */
export const decisionAccepted = z.object({
  status: z.literal('accepted'),
  decision: z.object({
    decisionId: z.string(),
    hints: z
      .array(hint)
      .describe(
        'what becomes of it: `stored` (taken later, or you get a mail), `taken` (only the case could not be read); `no_address`: ask the customer by phone',
      ),
  }),
  lookAt: z.string().describe('where the outcome will be seen'),
});
export type DecisionAnswer = z.output<typeof caseAfterDecision> | z.output<typeof decisionAccepted>;

/** What became of one decision in many cases. */
export const bulkAnswer = z.object({
  decision: z.enum(DECISION_NAMES),
  taken: z.int().describe('in how many cases it is in the ledger'),
  accepted: z.int().describe('in how many it is stored until a worker is back'),
  refused: z.int(),
  items: z
    .array(
      z.object({
        caseNo: z.string(),
        status: z.enum(['taken', 'accepted', 'refused']),
        seq: z.int().optional().describe('of its last entry in the ledger, if taken'),
        code: z.string().optional().describe('if refused: as of the decision in one case, or `not_reached`'),
        because: words.optional().describe('if refused: why, and what instead'),
        instead: z.array(z.enum(DECISION_NAMES)).optional().describe('decisions that are possible there instead'),
      }),
    )
    .describe('in the order of the request'),
});
export type BulkAnswer = z.output<typeof bulkAnswer>;

const reached = z.object({
  caseNo: z.string(),
  status: z
    .enum(['taken', 'open', 'refused'])
    .describe('open: it can be taken there now; refused: it cannot, see `because`'),
  code: z.string().optional(),
  because: words.optional(),
});
/** How far a decision has come, or would come, in one case of a group. */
export type Reached = z.output<typeof reached>;

/** A group of complaints about one matter. */
export const caseGroup = z.object({
  isLead: z.boolean().describe('this case leads it'),
  lead: z.string().optional().describe('absent if you may not see it'),
  madeAt: instant,
  madeBy: person,
  size: z.int().describe('how many of its cases you may see, the lead included'),
  members: z
    .array(
      z.object({
        caseNo: z.string(),
        isLead: z.boolean(),
        stage: z.enum(STAGES),
        grade: z.enum(GRADES),
        category: z.enum(CATEGORIES),
        customerName: z.string(),
        owner: person.optional(),
        outcome: z.enum(OUTCOMES).optional(),
        waitsFor: words.describe('what it waits for, and for whom'),
        receivedAt: instant,
        joinedAt: instant,
        joinedBy: person,
      }),
    )
    .describe('those you may see, the lead first'),
  left: z
    .array(z.object({ caseNo: z.string(), at: instant, by: person }))
    .describe('who has left it, of those you may see'),
  decisions: z
    .array(
      z.object({
        decisionId: z.string(),
        decision: z.enum(DECISION_NAMES),
        at: instant,
        by: person,
        items: z.array(reached),
      }),
    )
    .describe(
      'what has been decided in the lead and may be taken in the others too, the newest of each, and how far it has come',
    ),
  raise: z
    .object({ grade: z.enum(GRADES), from: z.int() })
    .optional()
    .describe('what its size suggests as grade of the lead, by the policy: from so many open cases on'),
  preview: z
    .array(reached)
    .optional()
    .describe('with `decision`: how it would come to the others if the lead took it now'),
});
/** The group of a case; without `group` it is in none. */
export const groupOfCase = z.object({ group: caseGroup.optional() });
export type GroupOfCase = z.output<typeof groupOfCase>;
export type CaseGroupView = z.output<typeof caseGroup>;

/** The case that somebody has taken for themselves. */
export const takenNext = z.object({
  caseNo: z.string(),
  status: z.enum(['taken', 'accepted']).describe('accepted: no worker answered in time, and it is theirs later'),
});
export type TakenNext = z.output<typeof takenNext>;

const promiseFigures = z.object({
  judged: z.int().describe('kept or broken; one that is open and in time is not judged'),
  broken: z.int(),
  breachRate: z.number().nullable().describe('`broken / judged`; null: none has been judged'),
});

/** Figures over the complaints received in a period. */
export const summary = z.object({
  from: instant,
  to: instant,
  received: z.int(),
  byGrade: z.partialRecord(z.enum(GRADES), z.int()),
  byCategory: z.partialRecord(z.enum(CATEGORIES), z.int()),
  byStage: z.partialRecord(z.enum(STAGES), z.int()),
  byOutcome: z.partialRecord(z.enum(OUTCOMES), z.int()),
  promises: z.object({ firstResponse: promiseFigures, resolution: promiseFigures }),
  satisfaction: z.object({
    rated: z
      .int()
      .describe('surveys that customers answered; a case that was reopened counts once for each round with an answer'),
    mean: z.number().nullable().describe('of their totals, 1 to 5; null: none was answered'),
  }),
  redress: z.number().describe("given to the customers, in the house's currency"),
});
export type Summary = z.output<typeof summary>;
