/**
 * What people do in a rehearsal: who takes which decision next, by the behaviour of the scenario.
 * @module
 */
import { CATEGORY, TEXT } from './invented';
import { staffActor, type Rehearser } from './desk';
import { type Scenario } from './scenario';
import type { DecisionName } from '../decisions/catalogue';
import { openForms } from '../decisions/forms';
import { atLeast } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { needsOwner, isSought } from '../staffing/owning';
import { needsRootCause } from '../process/follow/review';
import { openHelpTasks, type CaseState } from '../case/state';
import { addMs } from '../time/duration';
import type { Actor, Instant } from '../basics/types';
import { DAY } from '../basics/milliseconds';

/** A decision that somebody wants to take next. */
export interface Intent {
  decision: DecisionName;
  /** The customer, or the ids of staff who would, in the order in which they try. */
  by: 'customer' | readonly string[];
  /** Its input when it is taken at this instant. */
  input: (at: Instant) => Record<string, unknown>;
}

/** A decision that was taken in the rehearsal. */
export interface TakenDecision {
  at: Instant;
  decision: DecisionName;
  actor: Exclude<Actor, { kind: 'system' }>;
  input: Record<string, unknown>;
  decisionId: string;
}

/** Where a case stands. */
export interface Situation {
  policy: Policy;
  people: readonly Rehearser[];
  scenario: Scenario;
  state: CaseState;
  /** The decisions taken so far. */
  taken: readonly TakenDecision[];
}

/** Everybody, those named first. Whether they may is judged when they try. */
function anyone({ people }: Situation, ...first: (string | undefined)[]): string[] {
  const rank = ['agent', 'supervisor', 'manager', 'admin', 'colleague'];
  const rest = people
    .filter(({ role }) => rank.includes(role))
    .toSorted((a, b) => rank.indexOf(a.role) - rank.indexOf(b.role) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  return [...new Set([...first.filter((id) => id !== undefined), ...rest])];
}

/** Everybody who leads. */
function leading(situation: Situation): string[] {
  return anyone(situation).filter((id) =>
    situation.people.some((person) => person.id === id && atLeast(staffActor(person), 'supervisor')),
  );
}

/**
 * What comes next; undefined when everybody waits, or all is done. A form that the decision needs is filled in first.
 */
export function intentIn(situation: Situation): Intent | undefined {
  const { policy, state } = situation;
  const wanted = wantedIn(situation);
  const [form] = openForms(policy.forms, state).filter(({ before }) => before === wanted?.decision);
  return form
    ? { decision: 'fillForm', by: anyone(situation, state.owner?.id), input: () => ({ form: form.id, values: TEXT }) }
    : wanted;
}

/** The next decision by stage and behaviour. */
function wantedIn(situation: Situation): Intent | undefined {
  const { state, scenario, policy } = situation;
  const { behaviour } = scenario;
  if (behaviour === 'nobody') return undefined;
  const owner = state.owner?.id;
  const by = (decision: DecisionName, input: object = {}, who: Intent['by'] = anyone(situation, owner)): Intent => ({
    decision,
    by: who,
    input: () => ({ ...input }),
  });
  switch (state.stage) {
    case 'grade':
      // A step of a chain may have raised the grade meanwhile; lowering it back needs a reason.
      return by('grade', { grade: scenario.grade, category: CATEGORY, reason: TEXT });
    case 'assign': {
      if (!needsOwner(state)) return by('accept', {}, owner === undefined ? [] : [owner]);
      const fit = situation.people.find(({ role, active }) => active && isSought(role, state.grade));
      return fit && by('assign', { owner: fit.id, ownerRole: fit.role, ownerTeam: fit.team }, leading(situation));
    }
    case 'resolve':
      return resolving(situation, by);
    case 'feedback':
      if (state.followUp?.status === 'open') {
        const assignee = state.followUp.assignee;
        return by('followUp', { satisfied: false, report: TEXT }, anyone(situation, assignee));
      }
      if (state.survey?.status !== 'open' || behaviour === 'customerSilent') return undefined;
      return by('recordSurvey', scores(behaviour === 'unhappy' && state.surveys === 1 ? 1 : 5), 'customer');
    case 'revisit': {
      const who = state.revisit?.by === 'supervisor' ? leading(situation) : anyone(situation, state.owner?.id);
      return by('recordRevisit', { satisfied: true, method: 'phone', report: TEXT }, who);
    }
    case 'review':
      return needsRootCause(state, policy) && !state.rootCause
        ? by('recordRootCause', { fishbone: 'material', cause: 'manufacturing', whys: [TEXT], systemic: false })
        : by('archive');
    case 'archived':
      return behaviour === 'reopenedTwice' && state.reopenings < 2
        ? by('reopen', { reason: TEXT }, 'customer')
        : undefined;
    default:
      return undefined;
  }
}

function resolving(
  situation: Situation,
  by: (decision: DecisionName, input?: object, who?: Intent['by']) => Intent,
): Intent | undefined {
  const { state, scenario, policy } = situation;
  const { behaviour } = scenario;
  if (state.paused) return undefined;
  if (state.held) return by('approve', {}, leading(situation));
  if (state.respondedAt === undefined) return by('respond', { via: 'phone', text: TEXT });
  const [asked] = openHelpTasks(state);
  if (asked) {
    const members = situation.people.filter(({ team }) => team === asked.department).map(({ id }) => id);
    return by('answerHelp', { taskId: asked.id, answer: TEXT }, [...members, ...leading(situation)]);
  }
  const waited = situation.taken.some(({ decision }) => decision === 'pause');
  if (behaviour === 'waitsForParts' && !waited) {
    return {
      ...by('pause'),
      input: (at) => ({ reason: 'parts', until: addMs(at, 3 * DAY), note: TEXT }),
    };
  }
  if (behaviour === 'groundless') {
    if (!state.notSubstantiated) return by('notSubstantiated', { reasons: TEXT });
    if (state.notSubstantiated.status === 'awaitingApproval') return by('approve', {}, leading(situation));
    return by('resolve', { outcome: 'not_upheld', cause: 'customer_use', summary: TEXT });
  }
  switch (state.proposal?.status) {
    case 'awaitingApproval':
      return by('approve', {}, leading(situation));
    case 'offered':
      if (behaviour === 'customerSilent') return undefined;
      return by(
        'customerAnswer',
        { accepted: behaviour !== 'declinesTwice' || state.declines >= 2, via: 'link' },
        'customer',
      );
    case 'accepted':
      return by('carryOut');
    case 'unanswered':
      return by('carryOut', {}, leading(situation));
    case 'carriedOut':
      return by('resolve', { outcome: 'upheld', cause: 'manufacturing', summary: TEXT });
    default: {
      const amount = behaviour === 'costly' ? Math.floor(policy.compensation.supervisorUpTo) + 1 : 10;
      const input = { remedies: [{ kind: 'refund', amount }], solution: TEXT, findings: TEXT };
      return by('propose', input, anyone(situation, state.owner?.id));
    }
  }
}

const scores = (total: number) => ({ speed: total, solution: total, attitude: total, total, via: 'link' });
