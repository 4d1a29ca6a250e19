/**
 * What other systems are told of a case by webhooks: which entries of the ledger, under which names, with which facts.
 * Names and fields are a contract: they are only ever added.
 * @module
 */
import { nextDue } from '../promises/clock';
import type { Category, Grade, Instant, Outcome, Stage, Words } from '../basics/types';
import type { CaseEvent, EventType } from './events';
import type { CaseState } from './state';

interface About extends Words {
  /** The entries that are told under this name. */
  of: readonly EventType[];
}

/** The catalogue, in the order of a case's way. */
export const WEBHOOK_EVENTS = {
  'case.received': { of: ['complaintReceived'], zh: '收到投诉', en: 'A complaint was received' },
  'case.stage_entered': { of: ['stageEntered'], zh: '进入一个阶段', en: 'The case entered a stage' },
  'case.graded': { of: ['graded', 'regraded'], zh: '定级，或改级', en: 'The case was graded, or regraded' },
  'case.queued': { of: ['queued'], zh: '没有人有空，进入等待队列', en: 'Nobody is free; the case waits in the queue' },
  'case.assigned': {
    of: ['assigned', 'reassigned'],
    zh: '分派或改派了负责人',
    en: 'The case was given to an owner, or to another one',
  },
  'case.accepted': { of: ['accepted'], zh: '负责人接受', en: 'Its owner accepted the case' },
  'case.responded': { of: ['responded'], zh: '首次与客户联系', en: 'The customer was contacted' },
  'case.message_sent': { of: ['wroteToCustomer'], zh: '给客户写了信', en: 'A message was written to the customer' },
  'case.message_received': {
    of: ['customerWrote', 'callBackWanted'],
    zh: '客户来信，或要求回电',
    en: 'The customer wrote, or wants to be called',
  },
  'case.chased': { of: ['chased'], zh: '客户催办', en: 'The customer chased the case' },
  'case.paused': { of: ['paused'], zh: '暂停', en: 'The case was paused' },
  'case.resumed': { of: ['resumed'], zh: '恢复办理', en: 'The case goes on' },
  'case.offered': { of: ['solutionOffered'], zh: '向客户提出方案', en: 'A solution was offered to the customer' },
  'case.offer_answered': { of: ['customerAnswered'], zh: '客户答复方案', en: 'The customer answered the offer' },
  'case.carried_out': { of: ['carriedOut'], zh: '方案已执行', en: 'The solution was carried out' },
  'case.resolved': { of: ['resolved'], zh: '办结', en: 'The case was resolved' },
  'case.feedback': { of: ['surveyRecorded'], zh: '收到客户评价', en: 'The customer gave feedback' },
  'case.revisited': { of: ['revisitRecorded'], zh: '回访已记录', en: 'A revisit was recorded' },
  'case.reopened': { of: ['reopened'], zh: '重新打开', en: 'The case was reopened' },
  'case.round_opened': { of: ['roundOpened'], zh: '开始新一轮办理', en: 'Another round began' },
  'case.reviewed': { of: ['rootCauseRecorded'], zh: '复盘：根因已记录', en: 'The review recorded the root cause' },
  'case.action_planned': { of: ['actionPlanned'], zh: '安排了纠正措施', en: 'A corrective action was planned' },
  'case.action_verified': {
    of: ['actionVerified'],
    zh: '纠正措施的效果已验证',
    en: 'The effect of a corrective action was verified',
  },
  'case.promise_broken': { of: ['promiseBreached'], zh: '承诺超时', en: 'A promise was broken' },
  'case.escalated': { of: ['escalated'], zh: '升级', en: 'The case was escalated' },
  'case.merged': { of: ['merged'], zh: '并入另一件案件', en: 'The case goes on in another one' },
  'case.withdrawn': { of: ['withdrawn'], zh: '客户撤回', en: 'The complaint was withdrawn' },
  'case.closed': { of: ['archived'], zh: '归档', en: 'The case was archived' },
} as const satisfies Record<string, About>;

export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;
export const WEBHOOK_EVENT_NAMES = Object.keys(WEBHOOK_EVENTS) as [WebhookEvent, ...WebhookEvent[]];

/** What an admin sends to try a receiver; it is of no case. */
export const WEBHOOK_TEST = 'webhook.test';

const NAME_OF = new Map<EventType, WebhookEvent>(
  WEBHOOK_EVENT_NAMES.flatMap((name) => WEBHOOK_EVENTS[name].of.map((type) => [type, name] as const)),
);

/** What is sent. No text that anybody wrote, no name, no address; of staff their id. */
export interface WebhookMessage {
  type: WebhookEvent;
  /** When it happened. */
  timestamp: Instant;
  data: {
    caseNo: string;
    /** Its place in the case: from 1, without gaps over all entries, so that a receiver can put them in order. */
    seq: number;
    /** The entry's own type, where one name stands for several. */
    event: EventType;
    actor: { kind: 'staff'; id: string } | { kind: 'customer' | 'system' };
    /** As it stood after the event. */
    case: {
      stage: Stage;
      grade: Grade;
      category: Category;
      round: number;
      paused: boolean;
      receivedAt: Instant;
      owner?: string;
      team?: string;
      /** The next moment by which something was promised. */
      nextDueAt?: Instant;
      resolvedAt?: Instant;
      outcome?: Outcome;
      closedAt?: Instant;
      mergedInto?: string;
    };
  };
}

/** What webhooks say of an event; undefined: nothing. @param state after it */
export function webhookMessage({ type, at, seq, actor }: CaseEvent, state: CaseState): WebhookMessage | undefined {
  const name = NAME_OF.get(type);
  if (name === undefined) return undefined;
  const due = nextDue(state.clocks);
  return {
    type: name,
    timestamp: at,
    data: {
      caseNo: state.caseNo,
      seq,
      event: type,
      actor: actor.kind === 'staff' ? { kind: 'staff', id: actor.id } : { kind: actor.kind },
      case: {
        stage: state.stage,
        grade: state.grade,
        category: state.category,
        round: state.round,
        paused: state.paused !== undefined,
        receivedAt: state.receivedAt,
        ...(state.owner && { owner: state.owner.id, team: state.owner.team }),
        ...(due && { nextDueAt: due.dueAt }),
        ...(state.resolution && { resolvedAt: state.resolution.at }),
        ...(state.outcome && { outcome: state.outcome }),
        ...(state.archivedAt && { closedAt: state.archivedAt }),
        ...(state.mergedInto && { mergedInto: state.mergedInto }),
      },
    },
  };
}

/** The id of the message about an entry, the same for every receiver and every attempt. It holds no full stop. */
export const webhookMessageId = (caseNo: string, seq: number): string => `evt_${caseNo}_${seq}`;
