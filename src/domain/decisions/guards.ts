/**
 * Conditions that several decisions share.
 * @module
 */
import { atLeast, isComplainedOf, worksOn } from '../case/permissions';
import type { CaseState } from '../case/state';
import type { Actor, Stage } from '../basics/types';
import { COMPLAINED_OF, refuse, roleNeeded, type About, type Refusal } from './define';

/** All stages but `archived`. */
export const OPEN: readonly Stage[] = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review'];

/** Puts the owner in the place `{owner}` of a refusal. */
export const ownedBy = ({ owner }: CaseState): About => ({ people: { owner: owner?.id ?? '' } });

/** Lets everybody take a decision who may work on the case (`worksOn`), except whoever is complained of. */
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

/**
 * Refuses whoever is complained of with the code `forbidden`, as ledgers of cases without the rule `impartial` have it.
 * In other cases `decide` refuses with `complained_of` before this is asked.
 */
export const COMPLAINED_OF_FORBIDDEN: Refusal = { ...COMPLAINED_OF, code: 'forbidden' };

/** Lets supervisors and higher roles take a decision, except whoever is complained of. */
export const leading = (actor: Actor, state: CaseState): Refusal | undefined =>
  isComplainedOf(actor, state)
    ? COMPLAINED_OF_FORBIDDEN
    : atLeast(actor, 'supervisor')
      ? undefined
      : roleNeeded('supervisor', actor);

/** A paused case has to be resumed before work goes on, or its clocks would stay paused unnoticed. */
export const notPaused = (state: CaseState): Refusal | undefined =>
  state.paused ? refuse('paused', '案件已暂停，请先恢复', 'the case is paused; resume it first') : undefined;
