/**
 * Corrective actions as pages: what each is told as, and what may be done with it.
 * @module
 */
import { z } from 'zod';
import { dayGiven, MAX_INT } from '../../domain/basics/bounds';
import { said } from '../../domain/basics/faults';
import { freeText } from '../../domain/basics/free-text';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import { staffId } from '../../domain/basics/schemas';
import { CAUSES } from '../../domain/basics/types';
import { EFFECTS } from '../../domain/facts/effect';
import { instant, person } from '../answer-parts';
import { ACTION_STATUS } from '../case/answers';

/** Characters of each part of the sheet that is a text, and of the two that are a name. */
export const LONGEST_PART = 4_000;
export const LONGEST_SCOPE = 100;
/** Characters of a task, and of what came of it. */
export const LONGEST_TASK = 500;

/** The columns of the board: planned; under way with tasks open; its effect awaited; ended, or in another round. */
export const PDCA = ['plan', 'do', 'check', 'act'] as const;

const kind = z.enum(['urgent', 'preventive']);
const version = z.int().min(0).max(MAX_INT);

/** An action on the board. */
export const actionCard = z.object({
  id: z.string(),
  title: z
    .string()
    .nullable()
    .describe('the beginning of what is to be done; null: it is erased, or not for the reader'),
  kind,
  cause: z.enum(CAUSES),
  product: z.string().optional(),
  owner: person,
  status: z.enum(ACTION_STATUS),
  column: z.enum(PDCA),
  round: z.int().describe('of its effect checks; the first is 1'),
  dueAt: instant.optional().describe('when it has to be started'),
  checkAt: instant.optional().describe('when its effect is checked'),
  endedAt: instant.optional(),
  openTasks: z.int(),
  isLate: z.boolean().describe('it was not started in time, or the day of a task is over'),
  cases: z.int().describe('those that planned it or were gathered, also such as the reader may not see'),
});
export type ActionCard = z.output<typeof actionCard>;

/** What the board is narrowed by. */
export const boardQuery = z.strictObject({
  owner: z.string().max(40).optional().describe('a user id, or `me`'),
  cause: z.enum(CAUSES).optional(),
  product: z.string().max(LONGEST_SCOPE).optional(),
  late: z.literal('yes').optional().describe('only what is late'),
  ended: z.literal('all').optional().describe('also what ended more than 90 days ago'),
});
export type BoardQuery = z.output<typeof boardQuery>;

/** The board: columns in the order of plan, do, check, act. */
export const actionBoard = z.object({
  columns: z.array(z.object({ column: z.enum(PDCA), cards: z.array(actionCard) })),
  owners: z.array(person).describe('who owns one of those that the reader may see'),
  products: z.array(z.string()),
});
export type ActionBoard = z.output<typeof actionBoard>;

const exposed = z.object({
  hits: z.int().describe('complaints of the cause'),
  of: z.int().describe('complaints whose cause is known'),
  rate: z.number().nullable().describe('of 1,000; null: there were none'),
  low: z.number().nullable(),
  high: z.number().nullable().describe('with `low`: between which rates the truth lies, at 95 % (Wilson)'),
});

/** What became of complaints of the cause. */
export const actionEffect = z.object({
  from: instant,
  middle: instant.describe('when it was started'),
  to: instant,
  product: z.string().optional(),
  region: z.string().optional().describe('with `product`: whose complaints are counted; left out: all'),
  before: exposed,
  after: exposed,
  unknown: z.int().describe('complaints after, whose cause is not known yet: in no rate'),
  ratio: z.number().nullable().describe('the rate after, as a multiple of that before'),
  low: z.number().nullable(),
  high: z.number().nullable().describe('with `low`: the interval of the ratio at 95 %; null: without end'),
  told: z
    .enum(EFFECTS)
    .describe('`early`: too few to compare; `unclear`: what was seen may be chance; `fewer`, `more`: it is not'),
});

export const actionTask = z.object({
  id: z.int(),
  text: z.string(),
  owner: person,
  dueOn: z.string().describe('a date'),
  isLate: z.boolean(),
  doneAt: instant.optional(),
  doneBy: person.optional(),
  result: z.string().optional(),
  mayFinish: z.boolean(),
});

const part = z.string().optional();

/** A corrective action. */
export const actionPage = actionCard.extend({
  description: z.string().nullable(),
  plannedAt: instant,
  startedAt: instant.optional(),
  containment: z
    .object({ dueAt: instant, stoppedAt: instant.optional(), state: z.enum(['running', 'late', 'kept', 'broken']) })
    .optional()
    .describe('the clock by which it has to be started: 72 hours of an urgent one in the policy of the house'),
  sheet: z.object({
    version: z.int().describe('a change names it; 0: nobody has written anything yet'),
    product: part,
    region: part,
    problem: part,
    containment: part,
    rootCause: part,
    plan: part,
    prevention: part,
    recognition: part,
    changedAt: instant.optional(),
    changedBy: person.optional(),
  }),
  tasks: z.array(actionTask),
  gathers: z
    .array(
      z.object({
        caseNo: z.string(),
        planned: z.boolean().describe('it is one that the action itself tells how it goes'),
        addedBy: person.optional(),
        toldAt: instant.optional().describe('when a note told it that the action has ended'),
      }),
    )
    .describe('cases that the reader may see'),
  hidden: z.int().describe('cases that they may not see'),
  toTell: z.int().describe('gathered cases that nobody has told that it ended'),
  history: z.array(
    z.object({
      what: z.enum(['planned', 'started', 'late', 'measured', 'judged', 'ended']),
      at: instant,
      by: person.optional(),
      before: z.int().optional(),
      after: z.int().optional(),
      reached: z.boolean().optional(),
      round: z.int().optional(),
      report: z.string().optional(),
    }),
  ),
  effect: actionEffect.optional().describe('left out: it is not started'),
  may: z.array(z.enum(['change', 'gather', 'tell'])).describe('what the reader may do here'),
  decisions: z
    .object({ caseNo: z.string(), names: z.array(z.enum(['startAction', 'verifyAction'])) })
    .optional()
    .describe('what may be decided of it now, and in which case'),
});
export type ActionPage = z.output<typeof actionPage>;

const written = z.union([freeText(LONGEST_PART), z.literal('')]).optional();
const scope = z.union([freeText(LONGEST_SCOPE), z.literal('')]).optional();
const taskId = z.int().min(1).max(MAX_INT);
const caseNo = z
  .string()
  .max(40)
  .transform(readCaseNumber)
  .refine(isCaseNumber, { error: said({ zh: '不是投诉单号', en: 'is no case number' }) });

/** What is done with an action beside the decisions of its cases. */
export const actionAct = z.discriminatedUnion('act', [
  z
    .strictObject({
      act: z.literal('write'),
      version: version.describe('of the sheet that was read'),
      product: scope,
      region: scope,
      problem: written,
      containment: written,
      rootCause: written,
      plan: written,
      prevention: written,
      recognition: written,
    })
    .describe('writes parts of the sheet; an empty text empties one, what is left out stays'),
  z.strictObject({
    act: z.literal('addTask'),
    text: freeText(LONGEST_TASK),
    owner: staffId,
    dueOn: dayGiven,
    key: z.uuid().optional().describe('under it the same request, sent again, is one task'),
  }),
  z.strictObject({ act: z.literal('finishTask'), task: taskId, result: freeText(LONGEST_TASK).optional() }),
  z.strictObject({ act: z.literal('dropTask'), task: taskId }),
  z.strictObject({ act: z.literal('gather'), caseNo }).describe('a note in the case says so'),
  z.strictObject({ act: z.literal('release'), caseNo }).describe('lets a gathered case out again, with a note'),
  z.strictObject({ act: z.literal('tell') }).describe('tells gathered cases by a note that the action has ended'),
]);
export type ActionAct = z.output<typeof actionAct>;
export type ActionActName = ActionAct['act'];

/** In which language a report is made. */
export const reportQuery = z.strictObject({ lang: z.enum(['zh', 'en']).default('zh') });
