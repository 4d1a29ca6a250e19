import { event } from '../../../src/domain/events';
import { pickOwner } from '../../shared/activities';
import type { CaseState } from '../../../src/domain/state';
import type { RunningCase } from '../case';

/**
 * Feedback: result letter and survey are out. A low score opens a second follow-up, which gets a name from among those
 * who had no hand in the case.
 */
export async function feedback(running: RunningCase): Promise<void> {
  await running.until(() => !running.in('feedback') || unnamed(running.state) !== undefined);
  const followUp = unnamed(running.state);
  if (!running.in('feedback') || !followUp) return;

  const { against } = running.state;
  const { owner } = await pickOwner({ caseNo: running.caseNo, grade: 'general', against, exclude: followUp.notBy });
  await running.happen((state) =>
    state.stage !== 'feedback' || unnamed(state)?.id !== followUp.id
      ? []
      : [
          owner
            ? event('followUpAssigned', { followUpId: followUp.id, assignee: owner.id })
            : event('escalated', { because: 'unassigned', to: 'supervisor' }),
        ],
  );
  await running.until(() => !running.in('feedback'));
}

const unnamed = ({ followUp }: CaseState) =>
  followUp?.status === 'open' && followUp.assignee === undefined ? followUp : undefined;
