import { event } from '../../../src/domain/case/events';
import { hasRule } from '../../../src/domain/case/revision';
import type { CaseState } from '../../../src/domain/case/state';
import type { RunningCase } from '../case';

/**
 * Feedback: result letter and survey are out. A low score opens a second follow-up, which gets a name from among those
 * who had no hand in the case.
 */
export async function feedback(running: RunningCase): Promise<void> {
  /** Where nobody was found, it is looked for again only when whoever had it is complained of. */
  let asked: string | undefined;
  for (;;) {
    await running.until(() => !running.in('feedback') || toName(running.state, asked) !== undefined);
    const followUp = toName(running.state, asked);
    if (!running.in('feedback') || !followUp) return;
    asked = askedFor(running.state, followUp.id);
    await name(running, followUp);
  }
}

async function name(running: RunningCase, followUp: FollowUp): Promise<void> {
  const { against } = running.state;
  const { caseNo } = running;
  const { owner } = await running.effect(({ pickOwner }) =>
    pickOwner({ caseNo, grade: 'general', against, exclude: followUp.notBy }),
  );
  await running.happen((state) =>
    state.stage !== 'feedback' || unnamed(state)?.id !== followUp.id
      ? []
      : [
          owner
            ? event('followUpAssigned', { followUpId: followUp.id, assignee: owner.id })
            : event('escalated', { because: 'unassigned', to: 'supervisor' }),
        ],
  );
}

type FollowUp = NonNullable<CaseState['followUp']>;

const askedFor = (state: CaseState, id: string): string =>
  hasRule(state, 'impartial') ? [id, ...state.against].join(' ') : '';

/** The follow-up that somebody has yet to be found for. */
function toName(state: CaseState, asked: string | undefined): FollowUp | undefined {
  const followUp = unnamed(state);
  return followUp && askedFor(state, followUp.id) !== asked ? followUp : undefined;
}

const unnamed = ({ followUp }: CaseState) =>
  followUp?.status === 'open' && followUp.assignee === undefined ? followUp : undefined;
