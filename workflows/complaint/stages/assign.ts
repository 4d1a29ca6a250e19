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
  // Who was named to the customer first keeps the case (首问负责) if its grade is theirs; a major one needs a task force.
  const gradeOf = owner?.role === 'agent' ? 'general' : 'important';
  const keeps = owner?.provisional && grade === gradeOf && !against.includes(owner.id);
  const { owner: found, taskForce } = keeps
    ? { owner, taskForce: [] }
    : await pickOwner({ caseNo: running.caseNo, grade, against, exclude: [] });
  await running.happen((state) =>
    // A person may have been quicker.
    state.stage !== 'assign' || !needsOwner(state)
      ? []
      : [
          found
            ? event('assigned', { owner: found.id, role: found.role, team: found.team, taskForce, provisional: false })
            : event('escalated', { because: 'unassigned', to: 'supervisor' }),
        ],
  );
}
