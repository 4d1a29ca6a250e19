/**
 * What follows from an event without anybody deciding it. A file a stage says when the stage is left, and for which.
 * @module
 */
import { event, type CaseEvent, type EventBody, type EventType } from '../../case/events';
import { atLeast, isOwner } from '../../case/permissions';
import type { CaseState } from '../../case/state';
import type { Stage } from '../../basics/types';
import type { Policy } from '../../policy/schema';
import { isOpen } from '../../promises/clock';
import { startFurther, stopFurther } from '../clocks';
import { anytimeFollowers } from './anytime';
import { assignFollowers, onAssign } from './assign';
import { startPromise, stopClock } from './clocks';
import type { Followers, Following, OnEntering } from './define';
import { feedbackFollowers } from './feedback';
import { gradeFollowers, onGrade } from './grade';
import { onResolve, resolveFollowers } from './resolve';
import { onReview, reviewFollowers } from './review';
import { onRevisit, revisitFollowers } from './revisit';

const nothing: OnEntering = () => [];

/** receive → grade → assign → resolve → feedback → revisit → review → archived */
const ON_ENTERING: Record<Stage, OnEntering> = {
  receive: nothing,
  grade: onGrade,
  assign: onAssign,
  resolve: onResolve,
  feedback: nothing,
  revisit: onRevisit,
  review: onReview,
  archived: nothing,
};

const FOLLOWERS: Followers = {
  stageEntered: (cause) => ON_ENTERING[cause.data.stage](cause),
  ...gradeFollowers,
  ...assignFollowers,
  ...resolveFollowers,
  ...feedbackFollowers,
  ...revisitFollowers,
  ...reviewFollowers,
  ...anytimeFollowers,
};

/** The promises of the process, and the further clocks beside them. */
export function follow(before: CaseState | undefined, cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  return [
    // Clock starts and stops go first: a follower of this batch may stop the same clock.
    ...stopFurther(cause, state, policy),
    ...startFurther(before, cause, state, policy),
    ...followersOf(before, cause, state, policy),
    ...stopChains(before, cause, state),
    ...clockOfHeldRound(before, cause, state, policy),
  ];
}

function followersOf(
  before: CaseState | undefined,
  { type, data, at }: CaseEvent,
  state: CaseState,
  policy: Policy,
): EventBody[] {
  const followers = FOLLOWERS[type] as ((cause: Following<EventType>) => EventBody[]) | undefined;
  return followers?.({ before, data, at, state, policy }) ?? [];
}

/**
 * A chain listens: as soon as somebody who leads acts on a broken promise, nobody further up is woken for it. Not its
 * owner, of whatever rank: it is their promise that is broken.
 */
function stopChains(before: CaseState | undefined, cause: CaseEvent, state: CaseState): EventBody[] {
  if (!atLeast(cause.actor, 'supervisor') || cause.type === 'chased' || cause.type === 'noted') return [];
  if (before && isOwner(cause.actor, before)) return [];
  return Object.values(state.clocks).flatMap((clock) =>
    clock.plan && isOpen(clock) && clock.breachedAt !== undefined && (clock.told ?? 0) < clock.plan.length
      ? [event('chainStopped', { clock: clock.id, version: clock.version })]
      : [],
  );
}

/** Whoever a round waits for has a time of their own for it, like for any approval. */
function clockOfHeldRound(
  before: CaseState | undefined,
  { at }: CaseEvent,
  state: CaseState,
  policy: Policy,
): EventBody[] {
  if (before?.held && !state.held) return stopClock(state.clocks['approval:round'], at);
  return state.held && before && !before.held ? [startPromise(state, policy, 'approval', at, 'approval:round')] : [];
}
