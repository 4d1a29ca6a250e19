import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { event, type CaseEvent, type EventData } from '../../src/domain/case/events';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../../src/domain/basics/ids';
import { actionStarted, actionVerified } from '../corrective-action/messages';
import { correctiveAction } from '../corrective-action/workflow';
import type { RunningCase } from './case';
import { tell } from '../shared/tell';
import { absorb } from './messages';
import { routeQueryOf } from './route';

/**
 * Carries out what the case's events cause outside it, in order and one at a time, after the ledger has the event: starts
 * corrective actions and passes decisions on to them, tells the case that a merged one goes into, and finds people for
 * steps of escalation chains. Returns when the case is closed and nothing is left.
 */
export async function carryOutReactions(running: RunningCase): Promise<void> {
  for (;;) {
    await condition(() => running.reactions.length > 0 || running.closed);
    const cause = running.reactions.shift();
    if (!cause) return;
    running.reacting = true;
    await react(running, cause);
    running.reacting = false;
  }
}

async function react(running: RunningCase, cause: CaseEvent): Promise<void> {
  switch (cause.type) {
    case 'actionPlanned': {
      const { actionId, kind, owner, cause: rootCause } = cause.data;
      const input = {
        actionId,
        cases: [running.caseNo],
        kind,
        owner,
        cause: rootCause,
        plannedAt: cause.at,
        rules: running.policy.correctiveAction,
      };
      try {
        // Only the start is awaited: the action may outlive the case, and reports to it by signals.
        await startChild(correctiveAction, {
          workflowId: correctiveActionWorkflowId(actionId),
          args: [input],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          staticSummary: `${actionId} · ${kind} · ${rootCause}`,
        });
      } catch (error) {
        // An earlier run of this case has started it (before a lost task, or before the run was replaced).
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      return;
    }
    case 'actionStarted':
      return tell(correctiveActionWorkflowId(cause.data.actionId), actionStarted, { at: cause.at });
    case 'actionVerified':
      return tell(correctiveActionWorkflowId(cause.data.actionId), actionVerified, {
        at: cause.at,
        reached: cause.data.reached,
      });
    case 'escalated':
      return findSomebody(running, cause.data);
    case 'merged':
      return tell(complaintWorkflowId(cause.data.into), absorb, { from: running.caseNo });
    default:
      return;
  }
}

/**
 * Carries out a step of an escalation chain: finds a task force beside the present owner (`openTaskForce`), or a new owner (`person` if the step
 * names one, otherwise anybody but the present owner). Nothing is written when nobody is found, when the case has been
 * archived meanwhile, or, of a new owner, when it has been handed on.
 */
async function findSomebody(running: RunningCase, { action, person }: EventData['escalated']): Promise<void> {
  const { caseNo, state } = running;
  const { grade, against, owner } = state;
  const exclude = owner ? [owner.id] : [];
  const route = routeQueryOf(running.policy, state);
  if (action === 'openTaskForce') {
    const { taskForce } = await running.effect(({ pickOwner }) =>
      pickOwner({ caseNo, grade: 'major', against, exclude, taskForceFor: { owner: owner?.id }, ...route }),
    );
    await running.happen((now) =>
      now.stage === 'archived' || taskForce.length === 0 ? [] : [event('taskForceOpened', { members: taskForce })],
    );
    return;
  }
  const { owner: found } = await running.effect(({ pickOwner }) =>
    pickOwner({ caseNo, grade, against, exclude, only: person, ...route }),
  );
  await running.happen((now) =>
    // While the search ran, the case may have been archived, or may have got another owner.
    !found || now.stage === 'archived' || now.owner?.id !== owner?.id
      ? []
      : [
          event('reassigned', {
            owner: found.id,
            role: found.role,
            team: found.team,
            taskForce: now.taskForce,
            from: owner?.id,
          }),
        ],
  );
}
