import { event } from '../../../src/domain/events';
import type { CaseState } from '../../../src/domain/state';
import { pickOwner } from '../../shared/activities';
import type { RunningCase } from '../case';

/** Assign: by grade an agent, a supervisor, or a task force of several departments with one lead. */
export async function assign(running: RunningCase): Promise<void> {
  if (needsOwner(running.state) && running.policy.steps[running.state.grade].autoAssign) await appoint(running);
  await running.until(() => !running.in('assign'));
}

const needsOwner = ({ owner, grade, against }: CaseState): boolean =>
  owner === undefined ||
  owner.provisional ||
  against.includes(owner.id) ||
  (grade !== 'general' && owner.role === 'agent');

async function appoint(running: RunningCase): Promise<void> {
  const { grade, against, owner } = running.state;
  // Who spoke to the customer first keeps the case, if the grade lets them.
  if (owner && grade === 'general' && !against.includes(owner.id)) {
    running.happened([
      event('assigned', { owner: owner.id, role: owner.role, team: owner.team, taskForce: [], provisional: false }),
    ]);
    return running.written();
  }
  const { owner: found, taskForce } = await pickOwner({ caseNo: running.caseNo, grade, against, exclude: [] });
  // A person may have been quicker.
  if (!running.in('assign') || !needsOwner(running.state)) return;
  running.happened([
    found
      ? event('assigned', { owner: found.id, role: found.role, team: found.team, taskForce, provisional: false })
      : event('escalated', { because: 'unassigned', to: 'supervisor' }),
  ]);
  await running.written();
}
