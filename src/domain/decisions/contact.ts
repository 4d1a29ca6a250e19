/**
 * Decisions about contact: answers to the customer, evidence, chases and notes.
 * @module
 */
import { OPEN, working } from './guards';
import { z } from 'zod';
import type { Actor } from '../basics/types';
import { event, type EventBody } from '../case/events';
import { isOwner } from '../case/permissions';
import { isChasedOn, type CaseState } from '../case/state';
import { addMs, durationMs, toMs } from '../time/duration';
import { decision, refuse, STAFF_ONLY } from './define';

/** Whoever owns the case and speaks to its customer has thereby accepted it. */
const acceptedBy = (actor: Actor, state: CaseState): EventBody[] =>
  !state.accepted && isOwner(actor, state) && !state.owner?.provisional ? [event('accepted', {})] : [];

const sendAnyway = z
  .boolean()
  .optional()
  .describe(
    'sends a text that was refused with `reply_guard`: it has an unfilled variable, a mention or a word of ours',
  );

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
  stages: ['grade', 'assign', 'resolve'],
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

export const addEvidence = decision({
  name: 'addEvidence',
  label: { zh: '添加证据', en: 'add evidence' },
  about: 'Attaches a file that has been uploaded through the evidence route.',
  texts: ['note'],
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
  about: 'An internal note; the customer never sees it.',
  texts: ['text'],
  fields: (text) => ({ text: text(8_000) }),
  // People may still call after the archive: the customer to say thanks, or an authority.
  stages: [...OPEN, 'archived'],
  who: (actor) => (actor.kind === 'staff' ? undefined : STAFF_ONLY),
  events: (_state, input) => [event('noted', { text: input.text })],
});
