import { event } from '../../../src/domain/case/events';
import { hasRule } from '../../../src/domain/case/revision';
import type { CaseState } from '../../../src/domain/case/state';
import type { RunningCase } from '../case';

/**
 * Stage feedback: the result and the survey have been sent. A low score opens a follow-up; this finds somebody for it who
 * had no part in the case. Returns when the stage is left, or when the history is too long.
 */
export async function feedback(running: RunningCase): Promise<void> {
  /** For what the last search was made. A search that found nobody is repeated only when `askedFor` has changed. */
  let asked: string | undefined;
  for (;;) {
    await running.until(() => !running.in('feedback') || toName(running.state, asked) !== undefined);
    const followUp = toName(running.state, asked);
    if (!running.in('feedback') || !followUp) return;
    asked = askedFor(running.state, followUp.id);
    await name(running, followUp);
  }
}

/** Finds somebody for the follow-up and writes it down, or an escalation to the supervisor when nobody is found. */
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

/** What a search depends on: the follow-up and who is complained of. Constant for cases from before `impartial`. */
const askedFor = (state: CaseState, id: string): string =>
  hasRule(state, 'impartial') ? [id, ...state.against].join(' ') : '';

/** The follow-up to find somebody for, unless the last search (`asked`) was for the same. */
function toName(state: CaseState, asked: string | undefined): FollowUp | undefined {
  const followUp = unnamed(state);
  return followUp && askedFor(state, followUp.id) !== asked ? followUp : undefined;
}

/** The open follow-up, as long as nobody has been given it. */
const unnamed = ({ followUp }: CaseState) =>
  followUp?.status === 'open' && followUp.assignee === undefined ? followUp : undefined;
