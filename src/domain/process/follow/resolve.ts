/**
 * `resolve`: left when the owner resolves the case, with an outcome and a cause. Then comes `feedback`, with the survey
 * sent and the revisit planned. Before that: help is asked for, a solution is proposed, approved, offered, accepted and
 * carried out.
 * @module
 */
import { event, type EventBody } from '../../case/events';
import type { CaseState } from '../../case/state';
import { lengthOf, type Policy } from '../../policy/schema';
import { endOf } from '../../promises/plan';
import { ruleOf } from '../clocks';
import { cancelClock, holdClocks, startPromise, stopClock } from './clock-events';
import { enter, type Followers, type OnEntering } from './define';

/** Asks the departments that the policy always brings in for this grade. */
export const onResolve: OnEntering = ({ state, policy }) => askDepartments(state, policy);

/** What leads through `resolve`, and to `feedback`. */
export const resolveFollowers: Followers = {
  responded: ({ state, at }) => stopClock(state.clocks.firstResponse, at),
  // A person's own letter is a response like any other; a mail of the system is none.
  wroteToCustomer: ({ state, at }) => stopClock(state.clocks.firstResponse, at),
  helpRequested: ({ data, state, at, policy }) => [startPromise(state, policy, 'help', at, `help:${data.taskId}`)],
  helpAnswered: ({ data, state, at }) => stopClock(state.clocks[`help:${data.taskId}`], at),
  helpWithdrawn: ({ data, state }) => cancelClock(state.clocks[`help:${data.taskId}`]),
  proposed: ({ before, data, state, at, policy }) => {
    const older = before?.proposal ? cancelClock(state.clocks[`customerAnswer:${before.proposal.id}`]) : [];
    const { proposalId, needsApproval } = data;
    const next = needsApproval
      ? startPromise(state, policy, 'approval', at, `approval:${proposalId}`)
      : event('solutionOffered', { proposalId });
    // When the newer proposal needs approval first, the older offer is gone and nobody waits for the customer: the
    // clocks run again.
    return [...older, next, ...holdClocks(state, at, policy)];
  },
  approved: ({ data, state, at }) => {
    const { subject, proposalId } = data;
    const stopped = stopApproval(data, state, at);
    return subject === 'proposal' && proposalId !== undefined
      ? [...stopped, event('solutionOffered', { proposalId })]
      : stopped;
  },
  rejected: ({ data, state, at }) => stopApproval(data, state, at),
  solutionOffered: ({ data, state, at, policy }) => {
    const { proposalId } = data;
    if (!policy.steps[state.grade].agreement)
      return [event('customerAnswered', { proposalId, accepted: true, via: 'policy' })];
    return [
      startPromise(state, policy, 'customerAnswer', at, `customerAnswer:${proposalId}`),
      ...holdClocks(state, at, policy),
    ];
  },
  customerAnswered: ({ data, state, at, policy }) => {
    const stopped = stopClock(state.clocks[`customerAnswer:${data.proposalId}`], at);
    const again = !data.accepted && state.declines >= 2;
    const escalated = again ? [event('escalated', { because: 'declined', to: 'supervisor' })] : [];
    return [...stopped, ...holdClocks(state, at, policy), ...escalated];
  },
  customerSilent: ({ data, state, at, policy }) => [
    ...cancelClock(state.clocks[`customerAnswer:${data.proposalId}`]),
    ...holdClocks(state, at, policy),
  ],
  notSubstantiatedFound: ({ data, state, at, policy }) => {
    const answer = state.proposal
      ? [`customerAnswer:${state.proposal.id}`, `approval:${state.proposal.id}`].flatMap((id) =>
          cancelClock(state.clocks[id]),
        )
      : [];
    const withdrawn = [...answer, ...holdClocks(state, at, policy)];
    return data.needsApproval
      ? [...withdrawn, startPromise(state, policy, 'approval', at, 'approval:notSubstantiated')]
      : withdrawn;
  },
  resolved: ({ state, at, policy }) => [
    ...stopClock(state.clocks.firstResponse, at),
    ...stopClock(state.clocks.resolution, at),
    event('surveySent', { surveyId: `s${state.surveys + 1}` }),
    event('revisitPlanned', {
      by: policy.steps[state.grade].revisitBy,
      dueAt: endOf(at, lengthOf(policy, 'revisit', state.grade), ruleOf(policy, 'revisit', state.grade).calendar),
    }),
    enter(state, 'feedback'),
  ],
};

/** Stops the clock of an approval. That of a held round is stopped by `clockOfHeldRound` in `index.ts`. */
function stopApproval(
  { subject, proposalId }: { subject: 'proposal' | 'notSubstantiated' | 'round'; proposalId?: string },
  { clocks }: CaseState,
  at: string,
): EventBody[] {
  if (subject === 'round') return [];
  return stopClock(clocks[subject === 'proposal' ? `approval:${proposalId}` : 'approval:notSubstantiated'], at);
}

/**
 * Asks each department that the policy names for this grade, once a case: in a later round only those that have not
 * been asked before.
 */
function askDepartments(state: CaseState, policy: Policy): EventBody[] {
  const asked = new Set(state.helpTasks.map(({ department }) => department));
  return (policy.steps[state.grade].departments ?? [])
    .filter((department) => !asked.has(department))
    .map((department, index) =>
      event('helpRequested', { taskId: `h${state.helpTasks.length + 1 + index}`, department }),
    );
}
