/**
 * What follows from an event without anybody deciding it. There is a file a stage, which says when the stage is left
 * and for which.
 * @module
 */
import { event, type CaseEvent, type EventBody, type EventType } from '../../case/events';
import { atLeast, isOwner } from '../../case/permissions';
import type { CaseState } from '../../case/state';
import type { Stage } from '../../basics/types';
import type { Policy } from '../../policy/schema';
import { isOpen } from '../../promises/clock';
import { startFurther, stopFurther } from '../clocks';
import { anytimeFollowers, turnForTheWorse } from './anytime';
import { assignFollowers, onAssign } from './assign';
import { startPromise, stopClock } from './clock-events';
import type { Followers, Following, OnEntering } from './define';
import { feedbackFollowers } from './feedback';
import { gradeFollowers, onGrade } from './grade';
import { onResolve, resolveFollowers } from './resolve';
import { onReview, reviewFollowers } from './review';
import { onRevisit, revisitFollowers } from './revisit';

const nothing: OnEntering = () => [];

/**
 * What each stage does by itself when it is entered: receive → grade → assign → resolve → feedback → revisit → review →
 * archived.
 */
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

/**
 * All that follows from an event, in the order in which it is appended: for the further clocks, the process itself, the
 * chains and a held round.
 */
export function follow(before: CaseState | undefined, cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  return [
    // The starts and stops of further clocks come first, because a later follower of this batch may stop the same
    // clock.
    ...stopFurther(cause, state, policy),
    ...startFurther(before, cause, state, policy),
    ...followersOf(before, cause, state, policy),
    ...stopChains(before, cause, state),
    ...clockOfHeldRound(before, cause, state, policy),
  ];
}

function followersOf(before: CaseState | undefined, cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  const { type, data, at, actor } = cause;
  const followers = FOLLOWERS[type] as ((cause: Following<EventType>) => EventBody[]) | undefined;
  return [...(followers?.({ before, data, at, actor, state, policy }) ?? []), ...turnForTheWorse(cause, state)];
}

/** What somebody who leads may enter without having acted on the case. */
const NO_ACTS: ReadonlySet<EventType> = new Set<EventType>(['chased', 'noted', 'customerWrote', 'callBackWanted']);

/**
 * Stops the chain of every broken promise as soon as somebody who leads acts on the case, so that nobody further up is
 * woken for it. A chase, a note or words of the customer that they took down are no such act, and neither is anything
 * by the owner, of whatever rank: it is their promise that is broken.
 */
function stopChains(before: CaseState | undefined, cause: CaseEvent, state: CaseState): EventBody[] {
  if (!atLeast(cause.actor, 'supervisor') || NO_ACTS.has(cause.type)) return [];
  if (before && isOwner(cause.actor, before)) return [];
  return Object.values(state.clocks).flatMap((clock) =>
    clock.plan && isOpen(clock) && clock.breachedAt !== undefined && (clock.told ?? 0) < clock.plan.length
      ? [event('chainStopped', { clock: clock.id, version: clock.version })]
      : [],
  );
}

/** Starts and stops the clock of a held round: the role it waits for has as long to decide as for any approval. */
function clockOfHeldRound(
  before: CaseState | undefined,
  { at }: CaseEvent,
  state: CaseState,
  policy: Policy,
): EventBody[] {
  if (before?.held && !state.held) return stopClock(state.clocks['approval:round'], at);
  return state.held && before && !before.held ? [startPromise(state, policy, 'approval', at, 'approval:round')] : [];
}
