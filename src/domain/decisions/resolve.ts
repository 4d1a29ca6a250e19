import { z } from 'zod';
import { event } from '../events';
import { shortText } from '../free-text';
import { atLeast, isComplainedOf, isOwner, mayAnswerHelp, worksOn } from '../permissions';
import { hasRule } from '../revision';
import { openHelpTasks, type CaseState } from '../state';
import { CAUSES, OUTCOMES, REMEDIES, type Actor } from '../types';
import { decision, FORBIDDEN, refuse, type Refusal } from './define';
import { staffId, working } from './intake';

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

/** Paused work is resumed before it goes on, so that no promise stands still by oversight. */
const notPaused = (state: CaseState): Refusal | undefined =>
  state.paused ? refuse('paused', '案件已暂停，先恢复', 'the case is paused; resume it first') : undefined;

export const requestHelp = decision({
  name: 'requestHelp',
  label: { zh: '请求协助', en: 'ask for help' },
  about: 'Asks another department; the task has its own deadline, and the case cannot be resolved while it is open.',
  texts: ['question'],
  fields: (text) => ({
    department: shortText(40).describe('its id or its name; GET /api/departments lists them'),
    assignee: staffId.optional(),
    question: text(4_000),
  }),
  stages: ['assign', 'resolve'],
  who: working,
  check: (state, input, { policy }) =>
    (policy.routing || hasRule(state, 'impartial')) &&
    input.assignee !== undefined &&
    state.against.includes(input.assignee)
      ? refuse('complained_of', '被投诉的人不能协助处理这件投诉', 'the person complained of cannot be asked for help')
      : undefined,
  events: (state, input) => [
    event('helpRequested', {
      taskId: `h${state.helpTasks.length + 1}`,
      department: input.department,
      assignee: input.assignee,
      question: input.question,
    }),
  ],
});

export const answerHelp = decision({
  name: 'answerHelp',
  label: { zh: '答复协助', en: 'answer' },
  about: 'Answers a request for help, or takes it back (`withdrawn`, by whoever asked).',
  texts: ['answer'],
  fields: (text) => ({ taskId: z.string().max(20), answer: text(8_000), withdrawn: z.boolean().default(false) }),
  stages: ['assign', 'resolve'],
  who: (actor, state) =>
    actor.kind === 'staff' && (worksOn(actor, state) || state.helpTasks.some((task) => mayAnswerHelp(actor, task)))
      ? undefined
      : FORBIDDEN,
  ready: (state) =>
    openHelpTasks(state).length > 0
      ? undefined
      : refuse('no_open_help', '没有等待答复的协助', 'no request for help is open'),
  check: (state, input, { actor }) => {
    const task = openHelpTasks(state).find((item) => item.id === input.taskId);
    if (!task) {
      const open = openHelpTasks(state)
        .map((item) => item.id)
        .join('、');
      return refuse('no_such_task', `没有这项协助；未答复的是 ${open}`, `no such open request; open ones: ${open}`);
    }
    return mayAnswerHelp(actor, task)
      ? undefined
      : refuse('not_asked', '这项协助请的不是您', 'somebody else was asked for this');
  },
  events: (_state, input) =>
    input.withdrawn
      ? [event('noted', { text: input.answer }), event('helpWithdrawn', { taskId: input.taskId })]
      : [event('helpAnswered', { taskId: input.taskId, answer: input.answer })],
});

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
  }),
  stages: ['resolve'],
  who: working,
  ready: (state, { actor }) =>
    notPaused(state) ??
    heldFor(state, actor) ??
    (state.proposal?.status === 'accepted' || state.proposal?.status === 'carriedOut'
      ? refuse('already_agreed', '客户已同意方案，请执行', 'the customer has agreed to a solution; carry it out')
      : state.proposal?.status === 'awaitingApproval'
        ? refuse('awaiting_approval', '上一个方案还在审批', 'the last proposal is still waiting for approval')
        : state.notSubstantiated
          ? refuse('not_substantiated', '已认定不成立，请办结', 'found not substantiated; resolve the case')
          : undefined),
  check: (state, input, { policy }) =>
    policy.steps[state.grade].findings && input.findings === undefined
      ? refuse('findings', '请写明查明的事实（findings）', 'state what the inquiry found (findings)')
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

/** A round, or a second 'no', that went up to somebody who leads waits for them. */
function heldFor(state: CaseState, actor: Actor): Refusal | undefined {
  if (!state.held || atLeast(actor, state.held.by)) return undefined;
  return state.held.because === 'rounds'
    ? refuse(
        'manager_first',
        `已是第 ${state.round} 轮，由经理决定怎么办理：同意由现负责人继续，或改派`,
        `this is round ${state.round}: a manager decides how it goes on: approves that the owner goes on, or reassigns it`,
      )
    : refuse(
        'supervisor_first',
        '客户再次不接受方案，由主管决定怎么继续：同意由现负责人再提方案，或改派',
        'the customer has declined again: a supervisor decides how it goes on: approves that the owner goes on, or reassigns it',
      );
}

const approver = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state) || !atLeast(actor, 'supervisor') ? FORBIDDEN : undefined;

/** What waits for an approval: the proposal, the finding that a complaint is not substantiated, or how a round goes on. */
function subject(
  state: CaseState,
): { kind: 'proposal' | 'notSubstantiated' | 'round'; by: string; total: number; id?: string } | undefined {
  if (state.notSubstantiated?.status === 'awaitingApproval') {
    return { kind: 'notSubstantiated', by: state.notSubstantiated.by, total: 0 };
  }
  if (state.proposal?.status === 'awaitingApproval') {
    return { kind: 'proposal', by: state.proposal.by, total: state.proposal.total, id: state.proposal.id };
  }
  return state.held && { kind: 'round', by: '', total: 0 };
}

/** Owns the case, or has decided in it before. */
const isInvolved = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && (isOwner(actor, state) || state.deciders.includes(actor.id));

const somethingWaits = (state: CaseState): Refusal | undefined =>
  subject(state) ? undefined : refuse('nothing_to_approve', '没有等待审批的事项', 'nothing is waiting for approval');

export const approve = decision({
  name: 'approve',
  label: { zh: '同意', en: 'approve' },
  about:
    'Approves the proposal, confirms as an uninvolved person that the complaint is not substantiated, or lets the owner go on with a round that went up.',
  texts: ['note'],
  fields: (text) => ({ note: text(2_000).optional() }),
  stages: ['resolve'],
  who: approver,
  ready: (state, { actor, policy }) => {
    const waiting = subject(state);
    if (!waiting) return somethingWaits(state);
    const held = waiting.kind === 'round' ? heldFor(state, actor) : undefined;
    if (held) return held;
    if (actor.kind === 'staff' && actor.id === waiting.by) {
      return refuse('own_proposal', '不能审批自己提出的事项', 'nobody approves their own proposal');
    }
    if (
      (policy.routing || hasRule(state, 'impartial')) &&
      waiting.kind === 'notSubstantiated' &&
      isInvolved(actor, state)
    ) {
      return refuse(
        'involved',
        '不成立的认定要由没有处理过本案的人复核',
        'a finding that the complaint has no ground is confirmed by somebody who has not handled the case',
      );
    }
    return waiting.total > policy.compensation.supervisorUpTo && !atLeast(actor, 'manager')
      ? refuse(
          'above_limit',
          `金额 ${waiting.total} 超过主管权限 ${policy.compensation.supervisorUpTo}，由经理审批`,
          `CN¥${waiting.total} is above the supervisor's limit of CN¥${policy.compensation.supervisorUpTo}; a manager decides`,
        )
      : undefined;
  },
  events: (state, input) => {
    const waiting = subject(state);
    return waiting ? [event('approved', { subject: waiting.kind, proposalId: waiting.id, note: input.note })] : [];
  },
});

export const reject = decision({
  name: 'reject',
  label: { zh: '退回', en: 'return' },
  about: 'Returns what waits for approval to the owner, with the reason.',
  texts: ['reason'],
  fields: (text) => ({ reason: text(2_000) }),
  stages: ['resolve'],
  who: approver,
  ready: (state) =>
    subject(state)?.kind === 'round'
      ? refuse(
          'nothing_to_return',
          '没有可退回的事项，请同意继续或改派',
          'nothing is to be returned; approve, or reassign',
        )
      : somethingWaits(state),
  events: (state, input) => {
    const waiting = subject(state);
    return waiting && waiting.kind !== 'round'
      ? [event('rejected', { subject: waiting.kind, proposalId: waiting.id, reason: input.reason })]
      : [];
  },
});

export const customerAnswer = decision({
  name: 'customerAnswer',
  label: { zh: '客户答复', en: "customer's answer" },
  about: 'The customer accepts or declines the offered solution, by the link or told to staff.',
  texts: ['reason'],
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
      : refuse('nothing_offered', '没有等待客户答复的方案', 'no solution is waiting for the customer'),
  check: (state, input) =>
    input.proposalId !== undefined && input.proposalId !== state.proposal?.id
      ? refuse('superseded', '这个方案已被新的方案代替', 'this proposal has been replaced by a newer one')
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
  }),
  stages: ['resolve'],
  who: working,
  ready: (state, { actor }) =>
    notPaused(state) ??
    heldFor(state, actor) ??
    (state.notSubstantiated
      ? refuse('already_found', '已经认定不成立', 'that has been found already')
      : state.proposal?.status === 'accepted' || state.proposal?.status === 'carriedOut'
        ? refuse('already_agreed', '客户已同意方案，请执行', 'the customer has agreed to a solution; carry it out')
        : undefined),
  check: (state, input) => {
    const unknown = input.evidence.filter((id) => !state.evidence.includes(id));
    return unknown.length > 0
      ? refuse('unknown_evidence', '引用的证据不在案', 'evidence that is not in the case is referred to')
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
  about: 'The case is solved: outcome, coded cause and the words of the result letter. The survey goes out.',
  texts: ['summary'],
  fields: (text) => ({
    outcome: z.enum(OUTCOMES).exclude(['withdrawn', 'merged']),
    cause: z.enum(CAUSES),
    summary: text(8_000).describe('result letter: solution, result, what follows'),
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
      return refuse('awaiting_approval', '不成立的认定还在复核', 'the finding is still waiting for a second look');
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
          refused ? '已认定不成立，结果应为 not_upheld' : '结果 not_upheld 须先认定不成立',
          refused
            ? 'found not substantiated: the outcome is not_upheld'
            : 'not_upheld needs the finding notSubstantiated first',
        );
  },
  events: (_state, input) => [
    event('resolved', { outcome: input.outcome, cause: input.cause, summary: input.summary }),
  ],
});
