import { atLeast, isComplainedOf, worksOn } from '../case/permissions';
import type { CaseState } from '../case/state';
import type { Actor, Stage } from '../basics/types';
import { COMPLAINED_OF, refuse, roleNeeded, type About, type Refusal } from './define';

export const OPEN: readonly Stage[] = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review'];

export const ownedBy = ({ owner }: CaseState): About => ({ people: { owner: owner?.id ?? '' } });

export const working = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state)
    ? COMPLAINED_OF
    : worksOn(actor, state)
      ? undefined
      : atLeast(actor, 'agent')
        ? refuse(
            'not_yours',
            '案件由{owner}负责，请负责人来做，或由主管改派',
            'the case is owned by {owner}; let the owner do it, or have it reassigned by a supervisor',
            ownedBy(state),
          )
        : roleNeeded('agent', actor);

/** Under the code that such refusals have in the ledgers of older cases; others hear `complained_of` before. */
export const PARTIAL: Refusal = { ...COMPLAINED_OF, code: 'forbidden' };

export const leading = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state) ? PARTIAL : atLeast(actor, 'supervisor') ? undefined : roleNeeded('supervisor', actor);

/** Paused work is resumed before it goes on, so that no promise stands still by oversight. */
export const notPaused = (state: CaseState): Refusal | undefined =>
  state.paused ? refuse('paused', '案件已暂停，请先恢复', 'the case is paused; resume it first') : undefined;
