import { event } from '../../../src/domain/events';
import { needsOwner } from '../../../src/domain/process';
import { pickOwner } from '../../shared/activities';
import type { RunningCase } from '../case';

/** Assign: by grade an agent, a supervisor, or a task force of several departments with one lead. */
export async function assign(running: RunningCase): Promise<void> {
  if (needsOwner(running.state) && running.policy.steps[running.state.grade].autoAssign) await appoint(running);
  await running.until(() => !running.in('assign'));
}

async function appoint(running: RunningCase): Promise<void> {
  const { grade, against } = running.state;
  const { owner: found, taskForce } = await pickOwner({ caseNo: running.caseNo, grade, against, exclude: [] });
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
