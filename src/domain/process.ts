import {
  datesMoved,
  endsEarly,
  moved,
  movedClocks,
  ruleOf,
  ruleOfClock,
  startFurther,
  startOf,
  stepTaken,
  stopFurther,
} from './clocks';
import { event, type CaseEvent, type DecisionTrace, type EventBody } from './events';
import { evolve } from './evolve';
import { atLeast, isOwner } from './permissions';
import { lengthOf, type Policy, type ProcessPromise } from './policy';
import { dueAfterPause, isOpen, nextMoment, verdictAt, type Clock, type Moment } from './promises';
import { afterPause, endOf } from './reckoning';
import { hasRule } from './revision';
import { openActions, waitsForCustomer, type CaseState } from './state';
import { later, toMs } from './time';
import { GRADES, type Actor, type Instant, type Stage } from './types';

/**
 * The process by itself: what follows from an event without anybody deciding it. Stages change here, promises start
 * and stop here. Pure, and the only place that knows the order of things.
 */
export interface Occurrence {
  at: Instant;
  actor: Actor;
  decision?: DecisionTrace;
}

/** Appends bodies and whatever follows from them. Events get their sequence and a time that never runs backwards. */
export function append(
  before: CaseState | undefined,
  caseNo: string,
  bodies: readonly EventBody[],
  how: Occurrence,
  policy: Policy,
): { state: CaseState; events: CaseEvent[] } {
  let state = before;
  const events: CaseEvent[] = [];
  // What follows happens by the system itself, in the same moment and right after its cause.
  const queue: { body: EventBody; actor: Actor }[] = bodies.map((body) => ({ body, actor: how.actor }));
  const write = (): void => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      if (state && isOver(item.body, state)) continue;
      const at: Instant = state ? later(state.lastAt, how.at) : how.at;
      const row = { ...item.body, seq: (state?.seq ?? 0) + 1, at, actor: item.actor } as CaseEvent;
      if (how.decision) row.decision = how.decision;
      const previous = state;
      state = evolve(state, row, caseNo);
      events.push(row);
      const followers = follow(previous, row, state, policy);
      queue.unshift(...followers.map((body) => ({ body, actor: SYSTEM })));
    }
  };
  write();
  if (before && state && hasRule(state, 'datesTold')) {
    queue.push(...datesMoved(before, events, state, policy).map((body) => ({ body, actor: SYSTEM })));
    write();
  }
  if (!state) throw new Error('nothing to append to an empty case');
  return { state, events };
}

/**
 * What follows is worked out when its cause is written; a clock may have ended, or stand still, since, by something that
 * followed more closely. It does not end twice, and is not paused twice.
 */
export function isOver({ type, data }: EventBody, state: CaseState): boolean {
  if (type !== 'promiseStopped' && type !== 'promisePaused' && type !== 'promiseResumed' && type !== 'chainStopped') {
    return false;
  }
  const clock = state.clocks[data.clock];
  if (type === 'promisePaused' && clock?.status === 'paused' && hasRule(state, 'pauseOnce')) return true;
  return clock?.plan !== undefined && !isOpen(clock);
}

export const SYSTEM: Actor = { kind: 'system' };

const entered = (state: CaseState, stage: Stage): EventBody => event('stageEntered', { stage, round: state.round });

const started = (
  state: CaseState,
  policy: Policy,
  promise: ProcessPromise,
  startedAt: Instant,
  clock: string = promise,
): EventBody => startOf(state, { id: clock, promise, rule: ruleOf(policy, promise, state.grade) }, startedAt);

const stop = (clock: Clock | undefined, at: Instant): EventBody[] =>
  clock && isOpen(clock) ? [event('promiseStopped', { clock: clock.id, verdict: verdictAt(clock, at) })] : [];

const cancel = (clock: Clock | undefined): EventBody[] =>
  clock && isOpen(clock) ? [event('promiseStopped', { clock: clock.id, verdict: 'cancelled' })] : [];

/** House promises stand still while the customer is asked, and the time is given back. */
function standStill(state: CaseState, at: Instant, policy: Policy): EventBody[] {
  const shouldStand = waitsForCustomer(state) || state.paused !== undefined;
  return Object.values(state.clocks).flatMap((clock): EventBody[] => {
    if (!clock.pausable || !isOpen(clock)) return [];
    if (shouldStand && clock.status === 'running') return [event('promisePaused', { clock: clock.id })];
    if (!shouldStand && clock.status === 'paused' && clock.pausedAt !== undefined) {
      if (clock.plan) {
        const rule = ruleOfClock(state, policy, clock);
        return rule ? [event('promiseResumed', { clock: clock.id, ...afterPause(clock, rule, at) })] : [];
      }
      const pausedMs = clock.pausedMs + Math.max(0, toMs(at) - toMs(clock.pausedAt));
      return [event('promiseResumed', { clock: clock.id, dueAt: dueAfterPause(clock, at), pausedMs })];
    }
    return [];
  });
}

/** A grade that needs another kind of owner sends the case back to assign. */
const ownerFits = (state: CaseState, { routing }: Policy): boolean =>
  state.owner !== undefined &&
  (state.grade === 'general' || state.owner.role !== 'agent') &&
  !(routing && state.against.includes(state.owner.id));

/** Who was named at the receipt was found by the suggestion: judged otherwise, the case may be somebody else's. */
const routesAnew = ({ suggestion, grade, category }: CaseState, { routing }: Policy): boolean =>
  routing !== undefined && (suggestion?.grade !== grade || suggestion.category !== category);

export const needsOwner = ({ owner, grade, against }: CaseState): boolean =>
  owner === undefined ||
  owner.provisional ||
  against.includes(owner.id) ||
  (grade !== 'general' && owner.role === 'agent');

/**
 * Who was named to the customer first keeps the case (首问负责) if its grade is theirs: general an agent's, important a
 * supervisor's. A major one needs a task force.
 */
function keepsCase({ owner, grade, against }: CaseState): EventBody[] {
  if (!owner?.provisional || against.includes(owner.id)) return [];
  if (grade !== (owner.role === 'agent' ? 'general' : 'important')) return [];
  const { id, role, team } = owner;
  return [event('assigned', { owner: id, role, team, taskForce: [], provisional: false })];
}

/** The promises of the process, and the further clocks beside them. */
export function follow(before: CaseState | undefined, cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  return [
    // First, so that a clock has begun when what follows in the same moment ends it.
    ...stopFurther(cause, state, policy),
    ...startFurther(before, cause, state, policy),
    ...ofProcess(before, cause, state, policy),
    ...takenInHand(before, cause, state),
    ...held(before, cause, state, policy),
  ];
}

/**
 * A chain listens: as soon as somebody who leads acts on a broken promise, nobody further up is woken for it. Not its
 * owner, of whatever rank: it is their promise that is broken.
 */
function takenInHand(before: CaseState | undefined, cause: CaseEvent, state: CaseState): EventBody[] {
  if (!atLeast(cause.actor, 'supervisor') || cause.type === 'chased' || cause.type === 'noted') return [];
  if (before && isOwner(cause.actor, before)) return [];
  return Object.values(state.clocks).flatMap((clock) =>
    clock.plan && isOpen(clock) && clock.breachedAt !== undefined && (clock.told ?? 0) < clock.plan.length
      ? [event('chainStopped', { clock: clock.id, version: clock.version })]
      : [],
  );
}

/** Whoever a case waits for has a time of their own for it, like for any approval. */
function held(before: CaseState | undefined, { at }: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  if (before?.held && !state.held) return stop(state.clocks['approval:round'], at);
  return state.held && before && !before.held ? [started(state, policy, 'approval', at, 'approval:round')] : [];
}

/** Whether a case may not end before its root cause has been looked for. */
export const needsRootCause = (state: CaseState, { steps, rounds }: Policy): boolean =>
  steps[state.grade].rootCause === 'analysed' || (hasRule(state, 'heldForLead') && state.round >= rounds.escalateAt);

function ofProcess(before: CaseState | undefined, cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  const at = cause.at;
  const steps = policy.steps[state.grade];
  const clocks = state.clocks;
  switch (cause.type) {
    case 'gradeSuggested':
      return [
        started(state, policy, 'firstResponse', state.receivedAt),
        started(state, policy, 'resolution', state.receivedAt),
      ];
    case 'stageEntered':
      return onStage(state, cause.data.stage, at, policy);
    case 'staffNamed':
      return [event('escalated', { because: 'named', to: 'supervisor' }), ...keptOut(before, state)];
    case 'graded':
      return [...toldLower(before, state), ...replan(state, at, policy), entered(state, 'assign')];
    case 'regraded': {
      const replanned = [...toldLower(before, state), ...replan(state, at, policy), ...keptOut(before, state)];
      const toAssign = (state.stage === 'assign' || state.stage === 'resolve') && !ownerFits(state, policy);
      return toAssign && state.stage !== 'assign' ? [...replanned, entered(state, 'assign')] : replanned;
    }
    case 'assigned':
    case 'reassigned':
      if (state.stage !== 'assign' || (cause.type === 'assigned' && cause.data.provisional)) return [];
      return steps.accept ? [] : [entered(state, 'resolve')];
    case 'accepted':
      return state.stage === 'assign' ? [entered(state, 'resolve')] : [];
    case 'responded':
      return stop(clocks.firstResponse, at);
    case 'helpRequested':
      return [started(state, policy, 'help', at, `help:${cause.data.taskId}`)];
    case 'helpAnswered':
      return stop(clocks[`help:${cause.data.taskId}`], at);
    case 'helpWithdrawn':
      return cancel(clocks[`help:${cause.data.taskId}`]);
    case 'proposed': {
      const old = before?.proposal ? cancel(clocks[`customerAnswer:${before.proposal.id}`]) : [];
      const { proposalId, needsApproval } = cause.data;
      const next = needsApproval
        ? started(state, policy, 'approval', at, `approval:${proposalId}`)
        : event('solutionOffered', { proposalId });
      // A newer proposal that goes to approval first takes the older offer back: nobody waits for the customer any more.
      return [...old, next, ...standStill(state, at, policy)];
    }
    case 'approved':
    case 'rejected': {
      const { subject, proposalId } = cause.data;
      if (subject === 'round') return [];
      const stopped = stop(clocks[subject === 'proposal' ? `approval:${proposalId}` : 'approval:notSubstantiated'], at);
      return cause.type === 'approved' && subject === 'proposal' && proposalId !== undefined
        ? [...stopped, event('solutionOffered', { proposalId })]
        : stopped;
    }
    case 'solutionOffered': {
      const { proposalId } = cause.data;
      if (!steps.agreement) return [event('customerAnswered', { proposalId, accepted: true, via: 'policy' })];
      return [
        started(state, policy, 'customerAnswer', at, `customerAnswer:${proposalId}`),
        ...standStill(state, at, policy),
      ];
    }
    case 'customerAnswered': {
      const stopped = stop(clocks[`customerAnswer:${cause.data.proposalId}`], at);
      const again = !cause.data.accepted && state.declines >= 2;
      const escalated = again ? [event('escalated', { because: 'declined', to: 'supervisor' })] : [];
      return [...stopped, ...standStill(state, at, policy), ...escalated];
    }
    case 'customerSilent':
      return [...cancel(clocks[`customerAnswer:${cause.data.proposalId}`]), ...standStill(state, at, policy)];
    case 'notSubstantiatedFound': {
      const answer = state.proposal
        ? [`customerAnswer:${state.proposal.id}`, `approval:${state.proposal.id}`].flatMap((id) => cancel(clocks[id]))
        : [];
      const withdrawn = [...answer, ...standStill(state, at, policy)];
      return cause.data.needsApproval
        ? [...withdrawn, started(state, policy, 'approval', at, 'approval:notSubstantiated')]
        : withdrawn;
    }
    case 'resolved':
      return [
        ...stop(clocks.firstResponse, at),
        ...stop(clocks.resolution, at),
        event('surveySent', { surveyId: `s${state.surveys + 1}` }),
        event('revisitPlanned', {
          by: steps.revisitBy,
          dueAt: endOf(at, lengthOf(policy, 'revisit', state.grade), ruleOf(policy, 'revisit', state.grade).calendar),
        }),
        entered(state, 'feedback'),
      ];
    case 'surveySent':
      return [started(state, policy, 'survey', at)];
    case 'revisitPlanned':
      return [started(state, policy, 'revisit', at)];
    case 'surveyRecorded':
      if (!cause.data.low) return [...stop(clocks.survey, at), entered(state, 'revisit')];
      return [
        ...stop(clocks.survey, at),
        event('followUpOpened', {
          followUpId: `f${state.surveys}`,
          notBy: [...new Set([...(state.owner ? [state.owner.id] : []), ...state.deciders])],
        }),
      ];
    case 'surveyClosed':
      return [...cancel(clocks.survey), entered(state, 'revisit')];
    case 'followUpOpened':
      return [started(state, policy, 'followUp', at)];
    case 'followedUp':
      return [
        ...stop(clocks.followUp, at),
        cause.data.satisfied
          ? entered(state, 'revisit')
          : event('roundOpened', { round: state.round + 1, because: 'survey' }),
      ];
    case 'revisitRecorded': {
      const stopped = stop(clocks.revisit, at);
      if (!cause.data.satisfied)
        return [...stopped, event('roundOpened', { round: state.round + 1, because: 'revisit' })];
      return state.stage === 'revisit' ? [...stopped, entered(state, 'review')] : stopped;
    }
    case 'reopened': {
      const limit = policy.escalation?.reopenings;
      const often = limit !== undefined && state.reopenings >= limit;
      return [
        ...(often ? [event('escalated', { because: 'reopened', to: 'manager' })] : []),
        event('roundOpened', { round: state.round + 1, because: 'reopened' }),
      ];
    }
    case 'repeatFound': {
      const limit = policy.escalation?.repeats;
      const often = limit !== undefined && cause.data.of.length >= limit;
      return often ? [event('escalated', { because: 'repeat', to: 'supervisor' })] : [];
    }
    case 'escalated':
      return raised(cause, state);
    case 'policyMoved':
      return movedClocks(state, at, policy);
    case 'roundOpened': {
      const left = [clocks.survey, clocks.followUp, clocks.revisit, clocks.review].flatMap(cancel);
      const escalated =
        cause.data.round >= policy.rounds.escalateAt ? [event('escalated', { because: 'rounds', to: 'manager' })] : [];
      return [...left, started(state, policy, 'resolution', at), ...escalated, entered(state, 'resolve')];
    }
    case 'actionVerified': {
      if (!cause.data.reached || !hasRule(state, 'verifiedEnds')) return [];
      const { actionId } = cause.data;
      const rounds = state.actions.find(({ id }) => id === actionId)?.round ?? 1;
      return [event('actionEnded', { actionId, rounds })];
    }
    case 'actionEnded':
      return state.stage === 'review' ? archiveIfDone(state, policy) : [];
    case 'merged':
      return [event('archived', { outcome: 'merged' })];
    case 'withdrawn':
      return [event('archived', { outcome: 'withdrawn' })];
    case 'archived':
      return [
        ...stop(clocks.review, at),
        ...Object.values(clocks).flatMap((clock) =>
          clock.id === 'review' || (clock.promise === 'further' && !endsEarly(cause.data.outcome)) ? [] : cancel(clock),
        ),
        entered(state, 'archived'),
      ];
    case 'paused':
      return [
        event('promiseStarted', {
          clock: 'pause',
          promise: 'pause',
          version: (clocks.pause?.version ?? 0) + 1,
          startedAt: at,
          dueAt: cause.data.until,
          lengthMs: Math.max(1, toMs(cause.data.until) - toMs(at)),
          pausable: false,
          warnAt: [],
        }),
        ...standStill(state, at, policy),
      ];
    case 'resumed':
      return [...cancel(clocks.pause), ...standStill(state, at, policy)];
    default:
      return [];
  }
}

/** Colleagues whom the policy always brings in for this grade; in a later round only whoever has not been asked before. */
function askDepartments(state: CaseState, policy: Policy): EventBody[] {
  const asked = new Set(state.helpTasks.map(({ department }) => department));
  return (policy.steps[state.grade].departments ?? [])
    .filter((department) => !asked.has(department))
    .map((department, index) =>
      event('helpRequested', { taskId: `h${state.helpTasks.length + 1 + index}`, department }),
    );
}

function onStage(state: CaseState, stage: Stage, at: Instant, policy: Policy): EventBody[] {
  switch (stage) {
    case 'grade': {
      const suggested = state.suggestion;
      if (!suggested || !policy.steps[suggested.grade].autoConfirmGrade) return [];
      const { grade, category } = suggested;
      return [event('graded', { grade, category, agreesWithSuggestion: true })];
    }
    case 'assign':
      return policy.steps[state.grade].autoAssign && !routesAnew(state, policy) ? keepsCase(state) : [];
    case 'resolve':
      return askDepartments(state, policy);
    case 'revisit':
      return state.revisit?.status === 'done' ? [entered(state, 'review')] : [];
    case 'review':
      return [started(state, policy, 'review', at), ...archiveIfDone(state, policy)];
    default:
      return [];
  }
}

/** The lean path: a coded cause and nothing open ends a case without anybody's click. */
function archiveIfDone(state: CaseState, policy: Policy): EventBody[] {
  const { autoArchive, rootCause } = policy.steps[state.grade];
  if (needsRootCause(state, policy) && !state.rootCause) return [];
  const done = autoArchive && rootCause === 'coded' && openActions(state).length === 0 && state.resolution;
  return done ? [event('archived', { outcome: done.outcome })] : [];
}

/**
 * A grade changes the length of the two promises that depend on it. A lower grade that nobody who leads has confirmed
 * makes none of them longer.
 */
const replan = (state: CaseState, at: Instant, policy: Policy): EventBody[] =>
  (['firstResponse', 'resolution'] as const).flatMap((name) => {
    const clock = state.clocks[name];
    const planned = clock ? moved(clock, ruleOf(policy, name, state.grade), at, 'regraded') : [];
    return state.lowered
      ? planned.filter((body) => body.type === 'promiseMoved' && body.data.dueAt <= (clock?.dueAt ?? ''))
      : planned;
  });

/** Whoever leads hears of a lower grade at once: it is theirs to confirm or to undo. */
const toldLower = (before: CaseState | undefined, { lowered }: CaseState): EventBody[] =>
  lowered && before?.lowered?.by !== lowered.by
    ? [event('escalated', { because: 'gradedDown', to: 'supervisor' })]
    : [];

/**
 * The case is about somebody who had it, or has an action of it: whoever leads is told. In stage assign somebody else is
 * found anyway, and resolve goes back there; later stages ask for somebody here.
 */
function keptOut(before: CaseState | undefined, state: CaseState): EventBody[] {
  if (!before || !hasRule(state, 'impartial')) return [];
  const hasLost = before.owner !== undefined && state.owner === undefined;
  const newly = state.against.filter((id) => !before.against.includes(id));
  if (!hasLost && !openActions(state).some(({ owner }) => newly.includes(owner))) return [];
  const isLate = hasLost && !['receive', 'grade', 'assign', 'resolve'].includes(state.stage);
  return [event('escalated', { because: 'complainedOf', to: 'supervisor', ...(isLate && { action: 'reassign' }) })];
}

/** What a step of a chain does beside telling somebody; who is found by routing is asked for in the workflow. */
function raised({ data }: Extract<CaseEvent, { type: 'escalated' }>, state: CaseState): EventBody[] {
  if (data.action !== 'raiseGrade' || state.grade === 'major') return [];
  const grade = GRADES[GRADES.indexOf(state.grade) + 1] ?? 'major';
  return [event('regraded', { grade, category: state.category, from: state.grade })];
}

/** Everything that has come due up to `now`, in the order of the true times, each on top of the one before. */
export function overdue(
  before: CaseState,
  now: Instant,
  policy: Policy,
): { state: CaseState; events: CaseEvent[] } | undefined {
  let state = before;
  const events: CaseEvent[] = [];
  for (let moment = dueMoment(state, now); moment; moment = dueMoment(state, now)) {
    const next = append(state, state.caseNo, onMoment(state, moment), { at: moment.at, actor: SYSTEM }, policy);
    state = next.state;
    events.push(...next.events);
  }
  return events.length > 0 ? { state, events } : undefined;
}

function dueMoment(state: CaseState, now: Instant): Moment | undefined {
  const moment = nextMoment(state.clocks);
  return moment && moment.at <= now ? moment : undefined;
}

/**
 * What a due moment means. Appended at the moment's own time, so a late wake-up writes the same ledger as one in time.
 * Never empty: a clock that has lost its subject is stopped, or the same moment would come again and again.
 */
function onMoment(state: CaseState, moment: Moment): EventBody[] {
  const clock = state.clocks[moment.clock];
  if (!clock) return [];
  const { id, version, dueAt } = clock;
  const orphaned = cancel(clock);
  if (moment.kind === 'warn') {
    const warned = event('promiseWarned', { clock: id, version, point: moment.point, dueAt });
    return clock.promise === 'survey' && state.survey
      ? [warned, event('surveyReminded', { surveyId: state.survey.id })]
      : [warned];
  }
  if (moment.kind === 'step') return [stepTaken(clock, moment)];
  if (moment.kind === 'toManager')
    return [event('escalated', { because: 'promise', to: 'manager', clock: id, version, dueAt })];
  switch (clock.promise) {
    case 'survey':
      return state.survey ? [event('surveyClosed', { surveyId: state.survey.id })] : orphaned;
    case 'pause':
      return [event('resumed', { because: 'time' })];
    case 'customerAnswer':
      return state.proposal ? [event('customerSilent', { proposalId: state.proposal.id })] : orphaned;
    default:
      if (clock.plan) return [event('promiseBreached', { clock: id, version, dueAt })];
      return [
        event('promiseBreached', { clock: id, version, dueAt }),
        event('escalated', { because: 'promise', to: 'supervisor', clock: id, version, dueAt }),
      ];
  }
}
