/**
 * Decisions on the way to a solution: proposing it, the customer's answer, carrying it out, the finding that a
 * complaint is not substantiated, and resolving the case.
 * @module
 */
import { working, notPaused } from './guards';
import { heldFor } from './approval';
import { z } from 'zod';
import { event } from '../case/events';
import { atLeast, isOwner } from '../case/permissions';
import { openHelpTasks } from '../case/state';
import { CAUSES, OUTCOMES, REMEDIES } from '../basics/types';
import { GRADE_WORDS } from '../basics/words';
import { decision, refuse, sendAnyway } from './define';

const remedies = z
  .array(
    z.strictObject({
      kind: z.enum(REMEDIES),
      amount: z.number().min(0).max(10_000_000).multipleOf(0.01).default(0).describe("in the house's currency"),
    }),
  )
  .min(1)
  .max(20);

const sum = (items: readonly { amount: number }[]): number =>
  Math.round(items.reduce((total, item) => total + item.amount * 100, 0)) / 100;

export const propose = decision({
  name: 'propose',
  label: { zh: '提出方案', en: 'propose' },
  about:
    'Proposes a solution. Above the compensation limit of the grade it needs approval first; then the customer is asked.',
  texts: ['solution', 'findings'],
  fields: (text) => ({
    remedies,
    solution: text(8_000).describe('what the customer reads'),
    findings: text(8_000).optional().describe('what the inquiry found; needed for important and major complaints'),
    sendAnyway,
  }),
  stages: ['resolve'],
  who: working,
  ready: (state, { actor }) =>
    notPaused(state) ??
    heldFor(state, actor) ??
    (state.proposal?.status === 'accepted' || state.proposal?.status === 'carriedOut'
      ? refuse('already_agreed', '客户已同意方案，请执行', 'the customer has agreed to a solution; carry it out')
      : state.proposal?.status === 'awaitingApproval'
        ? refuse(
            'awaiting_approval',
            '上一个方案还在审批，请等主管同意或退回',
            'the last proposal is waiting for approval; wait until it is approved or returned',
          )
        : state.notSubstantiated
          ? refuse(
              'not_substantiated',
              '已认定不成立，不再提方案；请办结',
              'found not substantiated, so nothing is proposed; resolve the case',
            )
          : undefined),
  check: (state, input, { policy }) =>
    policy.steps[state.grade].findings && input.findings === undefined
      ? refuse(
          'findings',
          `${GRADE_WORDS[state.grade].zh}投诉的方案要有依据，请写明查明的事实（findings）`,
          `a proposal in a case graded ${GRADE_WORDS[state.grade].en} needs its ground; state what the inquiry found (findings)`,
        )
      : undefined,
  events: (state, input, { policy }) => {
    const total = sum(input.remedies);
    return [
      event('proposed', {
        proposalId: `p${state.proposals + 1}`,
        remedies: input.remedies,
        total,
        solution: input.solution,
        findings: input.findings,
        needsApproval: total > policy.compensation.approvalAbove[state.grade],
      }),
    ];
  },
});

export const customerAnswer = decision({
  name: 'customerAnswer',
  label: { zh: '客户答复', en: "customer's answer" },
  about: 'The customer accepts or declines the offered solution, by the link or told to staff.',
  texts: ['reason'],
  reads: { field: 'reason', from: 'anybody' },
  fields: (text) => ({
    accepted: z.boolean(),
    via: z.enum(['link', 'phone', 'mail', 'sms', 'chat', 'wechat', 'counter', 'other']).default('phone'),
    proposalId: z.string().max(20).optional().describe('the proposal answered; the one on offer when left out'),
    reason: text(4_000).optional(),
  }),
  stages: ['resolve'],
  who: (actor, state) => (actor.kind === 'customer' ? undefined : working(actor, state)),
  ready: (state) =>
    state.proposal?.status === 'offered' || state.proposal?.status === 'unanswered'
      ? undefined
      : refuse(
          'nothing_offered',
          '没有等待客户答复的方案；请先提出方案',
          'no solution is waiting for an answer; one has to be proposed first',
        ),
  check: (state, input) =>
    input.proposalId !== undefined && input.proposalId !== state.proposal?.id
      ? refuse(
          'superseded',
          '这个方案已被新的方案代替，请答复新的方案',
          'this proposal has been replaced by a newer one; answer that one',
        )
      : undefined,
  events: (state, input) => [
    event('customerAnswered', {
      proposalId: state.proposal?.id ?? '',
      accepted: input.accepted,
      via: input.via,
      reason: input.reason,
    }),
  ],
});

export const carryOut = decision({
  name: 'carryOut',
  label: { zh: '执行方案', en: 'carry out' },
  about: 'What was agreed has been done. Remedies with money go into the redress ledger.',
  texts: ['proof'],
  fields: (text) => ({ proof: text(4_000).optional().describe('receipt number, waybill, date of the visit') }),
  stages: ['resolve'],
  who: working,
  ready: (state, { actor }) =>
    notPaused(state) ??
    (state.proposal?.status === 'accepted' || (state.proposal?.status === 'unanswered' && atLeast(actor, 'supervisor'))
      ? undefined
      : refuse(
          'not_agreed',
          '客户还没有同意方案，先提出方案并得到客户答复',
          'the customer has not agreed to a solution yet; propose one and get the answer first',
        )),
  events: (state, input) => [
    event('carriedOut', {
      proposalId: state.proposal?.id ?? '',
      remedies: state.proposal?.remedies ?? [],
      proof: input.proof,
    }),
  ],
});

export const notSubstantiated = decision({
  name: 'notSubstantiated',
  label: { zh: '不成立', en: 'not substantiated' },
  about:
    'Finds that the complaint has no ground, with reasons and evidence; a second person confirms where policy says so.',
  texts: ['reasons'],
  fields: (text) => ({
    reasons: text(8_000).describe('what the customer reads: fact, rule, evidence, recourse'),
    evidence: z.array(z.uuid()).max(50).default([]),
    sendAnyway,
  }),
  stages: ['resolve'],
  who: working,
  ready: (state, { actor }) =>
    notPaused(state) ??
    heldFor(state, actor) ??
    (state.notSubstantiated
      ? refuse(
          'already_found',
          '已经认定不成立，不用再认定；复核以后办结',
          'that has been found already; once it is confirmed, resolve the case',
        )
      : state.proposal?.status === 'accepted' || state.proposal?.status === 'carriedOut'
        ? refuse('already_agreed', '客户已同意方案，请执行', 'the customer has agreed to a solution; carry it out')
        : undefined),
  check: (state, input) => {
    const unknown = input.evidence.filter((id) => !state.evidence.includes(id));
    return unknown.length > 0
      ? refuse(
          'unknown_evidence',
          `引用的证据里有 ${unknown.length} 份不在案，请先添加到案件里`,
          `${unknown.length} piece(s) of evidence referred to are not in the case; add them first`,
        )
      : undefined;
  },
  events: (state, input, { policy }) => [
    event('notSubstantiatedFound', {
      reasons: input.reasons,
      evidence: input.evidence,
      needsApproval: policy.steps[state.grade].secondLook,
    }),
  ],
});

export const resolve = decision({
  name: 'resolve',
  label: { zh: '办结', en: 'resolve' },
  about: 'The case is solved: outcome, coded cause and the words of the result letter, which carries the survey.',
  texts: ['summary'],
  fields: (text) => ({
    outcome: z.enum(OUTCOMES).exclude(['withdrawn', 'merged']),
    cause: z.enum(CAUSES),
    summary: text(8_000).describe('result letter: solution, result, what follows'),
    sendAnyway,
  }),
  stages: ['resolve'],
  who: (actor, state) => (isOwner(actor, state) ? undefined : working(actor, state)),
  ready: (state) => {
    const open = openHelpTasks(state).length;
    if (open > 0) {
      return refuse(
        'open_help',
        `还有 ${open} 项协同任务没有答复，先催办或撤回它`,
        `${open} request(s) for help are still open; chase or withdraw them first`,
      );
    }
    if (state.notSubstantiated?.status === 'awaitingApproval') {
      return refuse(
        'awaiting_approval',
        '不成立的认定还在复核，请等没有处理过本案的主管确认或退回',
        'the finding waits for a second look; a supervisor who has not handled the case confirms or returns it',
      );
    }
    return (
      notPaused(state) ??
      (state.proposal?.status === 'carriedOut' || state.notSubstantiated?.status === 'confirmed'
        ? undefined
        : refuse(
            'not_carried_out',
            '方案还没有执行，先执行方案或认定不成立',
            'the solution has not been carried out; carry it out or find the complaint not substantiated',
          ))
    );
  },
  check: (state, input) => {
    const refused = state.notSubstantiated?.status === 'confirmed';
    return refused === (input.outcome === 'not_upheld')
      ? undefined
      : refuse(
          'outcome',
          refused
            ? '已认定不成立，结果（outcome）应为 not_upheld'
            : '还没有认定不成立，结果（outcome）不能是 not_upheld；请先认定',
          refused
            ? 'found not substantiated: the outcome has to be not_upheld'
            : 'not found unsubstantiated, so the outcome cannot be not_upheld; find that first (notSubstantiated)',
        );
  },
  events: (_state, input) => [
    event('resolved', { outcome: input.outcome, cause: input.cause, summary: input.summary }),
  ],
});
