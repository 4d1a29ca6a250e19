import { event } from '../../../src/domain/events';
import { pickOwner } from '../../shared/activities';
import type { RunningCase } from '../case';

/**
 * Feedback: result letter and survey are out. A low score opens a second follow-up, which gets a name from among those
 * who had no hand in the case.
 */
export async function feedback(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('feedback') || unnamedFollowUp(running) !== undefined);
  const followUp = unnamedFollowUp(running);
  if (!running.in('feedback') || !followUp) return;

  const { against } = running.state;
  const { owner } = await pickOwner({ caseNo: running.caseNo, grade: 'general', against, exclude: followUp.notBy });
  if (running.in('feedback') && unnamedFollowUp(running)?.id === followUp.id) {
    running.happened([
      owner
        ? event('followUpAssigned', { followUpId: followUp.id, assignee: owner.id })
        : event('escalated', { because: 'unassigned', to: 'supervisor' }),
    ]);
    await running.written();
  }
  await running.until(() => !running.in('feedback'));
}

function unnamedFollowUp({ state }: RunningCase) {
  return state.followUp?.status === 'open' && state.followUp.assignee === undefined ? state.followUp : undefined;
}
