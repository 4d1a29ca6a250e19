/**
 * Approving and returning what waits for approval, and deciding about a held round.
 * @module
 */
import { event } from '../case/events';
import { atLeast, isOwner } from '../case/permissions';
import { hasRule } from '../case/revision';
import type { CaseState } from '../case/state';
import type { Actor } from '../basics/types';
import { leading } from './guards';
import { decision, refuse, type Refusal } from './define';

/**
 * Refuses people below the role that a held round, or a second declined solution, waits for (`held.by`). Undefined when
 * nothing is held, or the actor may decide it.
 */
export function heldFor(state: CaseState, actor: Actor): Refusal | undefined {
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

/**
 * What waits for an approval: the proposal, the finding that the complaint is not substantiated, or how a held round
 * goes on. Undefined: nothing does.
 */
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

/** Owns the case, or has taken a deciding step in it (`deciders`). */
const isInvolved = (actor: Actor, state: CaseState): boolean =>
  actor.kind === 'staff' && (isOwner(actor, state) || state.deciders.includes(actor.id));

const somethingWaits = (state: CaseState): Refusal | undefined =>
  subject(state)
    ? undefined
    : refuse(
        'nothing_to_approve',
        '没有等待审批的事项；方案或不成立的认定提出以后才有',
        'nothing is waiting for approval; a proposal or a finding has to be made first',
      );

export const approve = decision({
  name: 'approve',
  label: { zh: '同意', en: 'approve' },
  about:
    'Approves the proposal, confirms as an uninvolved person that the complaint is not substantiated, or lets the owner go on with a round that went up.',
  texts: ['note'],
  fields: (text) => ({ note: text(2_000).optional() }),
  stages: ['resolve'],
  who: leading,
  ready: (state, { actor, policy }) => {
    const waiting = subject(state);
    if (!waiting) return somethingWaits(state);
    const held = waiting.kind === 'round' ? heldFor(state, actor) : undefined;
    if (held) return held;
    if (actor.kind === 'staff' && actor.id === waiting.by) {
      return refuse(
        'own_proposal',
        '这是您自己提出的，不能由您审批；请交给另一位主管或经理',
        'this is your own, and nobody approves what they proposed; leave it to another supervisor or a manager',
      );
    }
    if (
      (policy.routing || hasRule(state, 'impartial')) &&
      waiting.kind === 'notSubstantiated' &&
      isInvolved(actor, state)
    ) {
      return refuse(
        'involved',
        '不成立的认定要由没有处理过本案的人复核，请交给另一位主管',
        'a finding that the complaint has no ground is confirmed by somebody who has not handled the case; leave it to another supervisor',
      );
    }
    return waiting.total > policy.compensation.supervisorUpTo && !atLeast(actor, 'manager')
      ? refuse(
          'above_limit',
          `金额 ${waiting.total} 超过主管权限 ${policy.compensation.supervisorUpTo}，要由经理审批`,
          `the amount of ${waiting.total} is above the supervisor's limit of ${policy.compensation.supervisorUpTo}; a manager decides`,
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
  who: leading,
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
