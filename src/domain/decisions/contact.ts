/**
 * Decisions about contact: what the house says to the customer and they to it, evidence, chases and notes.
 * @module
 */
import { OPEN, working } from './guards';
import { z } from 'zod';
import type { Actor } from '../basics/types';
import { event, type EventBody } from '../case/events';
import { staffId } from '../basics/schemas';
import { atLeast, isOwner } from '../case/permissions';
import { isChasedOn, messagesOn, type CaseState } from '../case/state';
import { messagesPerDay } from '../policy/schema';
import { addMs, durationMs, toMs } from '../time/duration';
import {
  decision,
  readGrade,
  refuse,
  roleNeeded,
  sendAnyway,
  STAFF_ONLY,
  type DecisionContext,
  type Refusal,
} from './define';

/** Whoever owns the case and speaks to its customer has thereby accepted it. */
const acceptedBy = (actor: Actor, state: CaseState): EventBody[] =>
  !state.accepted && isOwner(actor, state) && !state.owner?.provisional ? [event('accepted', {})] : [];

export const respond = decision({
  name: 'respond',
  label: { zh: '响应客户', en: 'respond' },
  about:
    'A person has spoken to the customer for the first time: stops the first-response promise. Later contacts too.',
  texts: ['text'],
  fields: (text) => ({
    via: z.enum(['phone', 'mail', 'sms', 'chat', 'wechat', 'counter', 'other']),
    text: text(8_000).describe('what was said; with `mail` it is sent to the customer as it stands'),
    sendAnyway,
  }),
  stages: OPEN,
  who: working,
  events: (state, input, { actor }) => [
    ...acceptedBy(actor, state),
    event('responded', { via: input.via, text: input.text }),
  ],
});

export const write = decision({
  name: 'write',
  label: { zh: '写信给客户', en: 'write to the customer' },
  about:
    'Sends the customer a mail in your own words, in any stage before the archive. The first one stops the first-response promise.',
  texts: ['text'],
  fields: (text) => ({
    text: text(8_000).describe('sent to the customer as it stands'),
    sendAnyway,
  }),
  stages: OPEN,
  who: working,
  events: (state, input, { actor }) => [...acceptedBy(actor, state), event('wroteToCustomer', { text: input.text })],
});

/** How something from the customer reached us; `link` is the page of their complaint. */
const HEARD_BY = ['link', 'phone', 'mail', 'sms', 'chat', 'wechat', 'counter', 'other'] as const;

/** Lets the customer speak for themselves, and agents take down what they say, whoever's case it is. */
const hears = (actor: Actor): Refusal | undefined =>
  actor.kind === 'customer' || atLeast(actor, 'agent') ? undefined : roleNeeded('agent', actor);

/** Refuses a customer who has written or asked for a call as often today as the policy allows. */
function tooMany(state: CaseState, { actor, at, policy }: DecisionContext): Refusal | undefined {
  const limit = messagesPerDay(policy);
  return actor.kind === 'customer' && messagesOn(state, at) >= limit
    ? refuse(
        'message_limit',
        `今天已经留言 ${limit} 次，我们都收到了；明天可以再写，急事请打电话`,
        `you have written ${limit} times today, and all of it has arrived; write again tomorrow, or call if it is urgent`,
      )
    : undefined;
}

export const customerWrote = decision({
  name: 'customerWrote',
  label: { zh: '客户留言', en: "customer's message" },
  about:
    'The customer has written: on the page of their complaint, or in another way to staff who take it down. Ends a pause that waits for them; the owner is told.',
  texts: ['text'],
  reads: { field: 'text', from: 'anybody' },
  fields: (text) => ({
    via: z.enum(HEARD_BY).default('other'),
    text: text(8_000).describe("the customer's own words"),
    reads: readGrade.optional().describe('what the text suggests; the API fills it in'),
  }),
  stages: OPEN,
  who: hears,
  ready: tooMany,
  events: (_state, input) => [event('customerWrote', input)],
});

/** How far ahead a call may be wished for, in days. */
const CALL_WITHIN_DAYS = 30;

export const wantCallBack = decision({
  name: 'wantCallBack',
  label: { zh: '客户要求回电', en: 'call wanted' },
  about:
    'The customer wants to be called, at any time or between two. Stands until somebody has spoken or written to them. Ends a pause that waits for them; the owner is told.',
  texts: ['note'],
  reads: { field: 'note', from: 'anybody' },
  fields: (text, { moment }) => ({
    via: z.enum(HEARD_BY).default('phone'),
    from: moment.optional().describe('not before'),
    to: moment.optional().describe('not after'),
    note: text(1_000).optional().describe('what about, or another number'),
  }),
  stages: OPEN,
  who: hears,
  ready: tooMany,
  check: (_state, { from, to }, { at }) => {
    const [now, first, last] = [Date.parse(at), Date.parse(from ?? at), Date.parse(to ?? from ?? at)];
    if ((to !== undefined && last <= now) || last < first) {
      return refuse(
        'call_time',
        '回电的时间已过，或结束早于开始；请换一个时间，或不写时间',
        'the time for the call is over, or ends before it begins; choose another, or leave it out',
      );
    }
    return Math.max(first, last) - now > CALL_WITHIN_DAYS * 86_400_000
      ? refuse(
          'call_time',
          `回电的时间最多约到今后 ${CALL_WITHIN_DAYS} 天，请换早一些的时间`,
          `a call can be arranged up to ${CALL_WITHIN_DAYS} days ahead; choose an earlier time`,
        )
      : undefined;
  },
  events: (_state, { from, to, ...input }) => {
    const spelled = (moment: string): string => new Date(moment).toISOString();
    return [
      event('callBackWanted', {
        ...input,
        ...(from !== undefined && { from: spelled(from) }),
        ...(to !== undefined && { to: spelled(to) }),
      }),
    ];
  },
});

export const addEvidence = decision({
  name: 'addEvidence',
  label: { zh: '添加证据', en: 'add evidence' },
  about: 'Attaches a file that has been uploaded through the evidence route.',
  texts: ['note'],
  reads: { field: 'note', from: 'customer' },
  fields: (text) => ({
    evidenceId: z.uuid(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    note: text(2_000).optional(),
  }),
  stages: OPEN,
  who: () => undefined,
  check: (state, input) =>
    state.evidence.includes(input.evidenceId)
      ? refuse(
          'known_evidence',
          '这份证据已经在案，不用再添加',
          'this evidence is in the case already; nothing needs to be done',
        )
      : undefined,
  events: (_state, input) => [event('evidenceAdded', input)],
});

export const chase = decision({
  name: 'chase',
  label: { zh: '催办', en: 'chase' },
  about: 'Presses for progress: counted, rate-limited, told to the owner and their supervisor.',
  texts: ['note'],
  reads: { field: 'note', from: 'customer' },
  fields: (text) => ({ note: text(1_000).optional() }),
  stages: ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit'],
  who: () => undefined,
  ready: (state, { at, policy }) => {
    const { lastAt, today } = state.chases;
    if (lastAt === undefined) return undefined;
    const wait = toMs(addMs(lastAt, durationMs(policy.chase.minGap))) - toMs(at);
    if (wait > 0) {
      const minutes = Math.ceil(wait / 60_000);
      const after =
        minutes < 120
          ? { zh: `${minutes} 分钟`, en: `${minutes} minute(s)` }
          : { zh: `${Math.ceil(minutes / 60)} 小时`, en: `${Math.ceil(minutes / 60)} hours` };
      return refuse(
        'chase_gap',
        `刚刚催办过，负责人和主管已经看到；${after.zh}后可以再催`,
        `it has just been chased, and the owner and their lead have seen it; possible again in ${after.en}`,
      );
    }
    return isChasedOn(state, at) && today >= policy.chase.perDay
      ? refuse(
          'chase_limit',
          `今天已催办${today}次，明天可以再催`,
          `chased ${today} times today; possible again tomorrow`,
        )
      : undefined;
  },
  events: (state, input) => [event('chased', { count: state.chases.count + 1, note: input.note })],
});

export const note = decision({
  name: 'note',
  label: { zh: '备注', en: 'note' },
  about: 'An internal note; the customer never sees it. Colleagues named in it by `@` are told.',
  texts: ['text'],
  fields: (text) => ({
    text: text(8_000),
    mentions: z
      .array(staffId)
      .max(20)
      .optional()
      .describe('user ids of those who are told; left out: whom the text names by `@` and their name'),
  }),
  // People may still call after the archive: the customer to say thanks, or an authority.
  stages: [...OPEN, 'archived'],
  who: (actor) => (actor.kind === 'customer' ? STAFF_ONLY : undefined),
  events: (_state, { text, mentions = [] }) => [event('noted', { text, ...(mentions.length > 0 && { mentions }) })],
});
