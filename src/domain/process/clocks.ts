/**
 * How clocks start, move and stop by the policy: the process's own promises, and the further clocks beside them.
 * @module
 */
import { canonicalJson } from '../basics/canonical';
import { event, type CaseEvent, type EventBody, type MovedBecause, type MovedDate } from '../case/events';
import { calendarOf, lengthOf, type ClockRule, type Policy, type ProcessPromise } from '../policy/schema';
import type { ChainStep, Milestone } from '../promises/names';
import { dueAfterPause, isOpen, replannedDue, verdictAt, type Clock, type Moment } from '../promises/clock';
import { afterPause, endOf, planOf, replanned, used, type ClockBasis } from '../promises/plan';
import { endsEarly, isPast, milestoneOf } from '../case/milestones';
import { hasRule } from '../case/revision';
import { movedAsOf, type CaseState } from '../case/state';
import { durationMs, isByDay, isElapsed, later, needsCalendar } from '../time/duration';
import type { Grade, Instant } from '../basics/types';

/** The rule of one clock, as the policy has it for the case. */
export interface ResolvedRule extends ClockBasis {
  chain: readonly ChainStep[];
  pausable: boolean;
  /** Without a plan: how long after the breach the manager is told; absent: never. */
  managerAfterMs?: number;
  /** Whether the clock carries its plan. Promises of policies from before there were calendars do not. */
  planned: boolean;
}

/**
 * The chain of a clock that names none: broken, it goes to the supervisor at once, and to the manager after
 * `managerAfter` if that is given.
 */
const houseChain = (managerAfter: ChainStep['after']): ChainStep[] => [
  { to: { kind: 'role', role: 'supervisor' }, channel: 'mail', action: 'remind' },
  ...(managerAfter
    ? [
        {
          after: managerAfter,
          to: { kind: 'role' as const, role: 'manager' as const },
          channel: 'mail' as const,
          action: 'remind' as const,
        },
      ]
    : []),
];

/** The rule of a promise of the process for a grade. */
export function ruleOf(policy: Policy, promise: ProcessPromise, grade: Grade): ResolvedRule {
  const rule = policy.promises[promise];
  const length = lengthOf(policy, promise, grade);
  const chain = rule.chain === undefined ? undefined : policy.chains?.[rule.chain];
  const planned = chain !== undefined || needsCalendar(length) || rule.calendar !== undefined;
  return {
    length,
    warnAt: rule.warnAt,
    chain: chain ?? houseChain(rule.managerAfter),
    calendar: planned ? calendarOf(policy, rule.calendar) : undefined,
    pausable: rule.pausable && !isByDay(length),
    managerAfterMs: rule.managerAfter && durationMs(rule.managerAfter),
    planned,
  };
}

/** The rule of a further clock. A statutory one cannot be paused, whatever the policy says. */
const furtherRule = (policy: Policy, rule: ClockRule): ResolvedRule => ({
  length: rule.length,
  warnAt: rule.warnAt,
  chain: (rule.chain === undefined ? undefined : policy.chains?.[rule.chain]) ?? houseChain(undefined),
  calendar: calendarOf(policy, rule.calendar),
  pausable: rule.pausable && rule.kind === 'house' && !isByDay(rule.length),
  planned: true,
});

/**
 * The rule that a running clock goes by; undefined for a pause, and for a further clock that the policy does not know
 * (any more).
 */
export function ruleOfClock(state: CaseState, policy: Policy, clock: Clock): ResolvedRule | undefined {
  if (clock.promise === 'pause') return undefined;
  if (clock.promise !== 'further') return ruleOf(policy, clock.promise, state.grade);
  const rule = policy.clocks?.find(({ id }) => id === clock.id);
  return rule && furtherRule(policy, rule);
}

/** Names the calendar in an event; the policy holds the calendar itself. */
const frozen = ({ calendar }: ResolvedRule) =>
  calendar ? { calendar: { id: calendar.id, version: calendar.version } } : {};

/**
 * Starts a clock, dated from `startedAt`, also when that is past. A clock of this id that ran before makes it the next
 * version.
 */
export function startClock(
  state: CaseState,
  { id, promise, rule }: { id: string; promise: Clock['promise']; rule: ResolvedRule },
  startedAt: Instant,
): EventBody {
  const dueAt = endOf(startedAt, rule.length, rule.calendar);
  return event('promiseStarted', {
    clock: id,
    promise,
    version: (state.clocks[id]?.version ?? 0) + 1,
    startedAt,
    dueAt,
    lengthMs: Math.max(1, used(rule, startedAt, dueAt)),
    pausable: rule.pausable,
    warnAt: [...rule.warnAt],
    managerAfterMs: rule.managerAfterMs,
    ...(rule.planned && { plan: planOf(rule, startedAt, dueAt, 0, startedAt), ...frozen(rule) }),
  });
}

/**
 * Gives a promise another length, counted from its start as if it had always applied, but never into the past
 * (`replanned`). Empty for a clock that has ended, when nothing changes, or when a broken promise would not get a due
 * time in the future.
 * @param at as of when it is moved (`movedAsOf`)
 */
export function moveClock(clock: Clock, rule: ResolvedRule, at: Instant, because: 'regraded' | 'policy'): EventBody[] {
  if (!isOpen(clock)) return [];
  // A clock that carries a plan keeps one, whatever the policy it moves to.
  const planned = rule.planned || clock.plan !== undefined;
  const dueAt = planned
    ? replanned(clock, rule, at)
    : replannedDue(clock, isElapsed(rule.length) ? durationMs(rule.length) : clock.lengthMs, at);
  const lengthMs = Math.max(1, planned ? used(rule, clock.startedAt, dueAt) - clock.pausedMs : elapsed(rule, clock));
  const plan = planned ? planOf(rule, clock.startedAt, dueAt, clock.pausedMs, at) : undefined;
  const same = clock.lengthMs === lengthMs && (!planned || clock.dueAt === dueAt);
  if (same && (because === 'regraded' || canonicalJson(plan) === canonicalJson(left(clock)))) return [];
  // A broken promise stays broken under its old due time; only one in the future makes a new version.
  if (clock.breachedAt !== undefined && dueAt <= at) return [];
  return [
    event('promiseMoved', {
      clock: clock.id,
      version: clock.version + 1,
      dueAt,
      lengthMs,
      because,
      ...(plan && { plan, ...frozen(rule) }),
    }),
  ];
}

/** The moments of the plan that have not been written yet. */
const left = ({ plan, told = 0 }: Clock) => plan?.slice(told);

/** The length of a clock without a plan; it cannot take on a length that needs a calendar, and keeps its own. */
const elapsed = (rule: ResolvedRule, clock: Clock): number =>
  isElapsed(rule.length) ? durationMs(rule.length) : clock.lengthMs;

/**
 * What an extension to `dueAt` changes besides the due time: the length, and for a clock with a plan the moments still
 * to come, recalculated.
 */
export function extendedPlan(state: CaseState, policy: Policy, clock: Clock, dueAt: Instant, at: Instant) {
  const rule = clock.plan && ruleOfClock(state, policy, clock);
  return rule
    ? {
        lengthMs: Math.max(1, used(rule, clock.startedAt, dueAt) - clock.pausedMs),
        plan: planOf(rule, clock.startedAt, dueAt, clock.pausedMs, at),
        ...frozen(rule),
      }
    : { lengthMs: clock.lengthMs + Date.parse(dueAt) - Date.parse(clock.dueAt) };
}

/** Dates that the customer is told without asking: in the receipt, in the result letter, on the progress page. */
const PROMISED: ReadonlySet<string> = new Set(['firstResponse', 'resolution', 'revisit']);
/** Dates whose extension the customer is told. Help and review do not concern them. */
const TOLD_WHEN_EXTENDED: ReadonlySet<string> = new Set([...PROMISED, 'followUp', 'further']);

/**
 * The event that tells the customer of moved dates, or nothing. A date counts when it is later than they were last
 * told, no matter who moved it. An extended date counts in both directions, because an earlier one puts a mistake
 * right; so does any date when a pause has ended early (rule `resumeTold`).
 * @param before the case before the whole change
 * @param events all events of the change
 */
export function datesMoved(
  before: CaseState,
  events: readonly CaseEvent[],
  after: CaseState,
  policy: Policy,
): EventBody[] {
  const extended = new Set(
    events.flatMap(({ type, data }) => (type === 'promiseMoved' && data.because === 'extended' ? [data.clock] : [])),
  );
  const goesOn = hasRule(after, 'resumeTold') && events.some(({ type }) => type === 'resumed');
  const dates = Object.values(after.clocks).flatMap((clock): MovedDate[] => {
    const old = before.clocks[clock.id];
    if (!old || old.startedAt !== clock.startedAt || !isOpen(old) || !isOpen(clock)) return [];
    const told = after.datesTold?.[clock.id];
    const from = told === undefined ? old.dueAt : later(told, old.dueAt);
    const to = latestDue(after, policy, clock);
    const tells = extended.has(clock.id)
      ? TOLD_WHEN_EXTENDED.has(clock.promise) && to !== from
      : PROMISED.has(clock.promise) && (to > from || (goesOn && to < from));
    return tells ? [{ clock: clock.id, from, to }] : [];
  });
  if (dates.length === 0) return [];
  const entry = events.findLast(({ type }) => type === 'stageEntered');
  const entered = entry?.type === 'stageEntered' ? { entered: entry.data.stage } : {};
  return [event('datesMoved', { dates, why: goesOn ? 'resumed' : whyMoved(events), ...entered })];
}

/** When a clock falls due; of a paused case, when it would if the pause lasted as long as it may. */
function latestDue(state: CaseState, policy: Policy, clock: Clock): Instant {
  if (clock.status !== 'paused' || !state.paused) return clock.dueAt;
  const rule = clock.plan && ruleOfClock(state, policy, clock);
  return rule ? afterPause(clock, rule, state.paused.until).dueAt : dueAfterPause(clock, state.paused.until);
}

function whyMoved(events: readonly CaseEvent[]): MovedBecause {
  const happened = new Set(events.map(({ type }) => type));
  if (events.some(({ type, data }) => type === 'promiseMoved' && data.because === 'extended')) return 'extended';
  if (happened.has('policyMoved')) return 'policy';
  if (happened.has('graded') || happened.has('regraded')) return 'regraded';
  if (happened.has('paused') || happened.has('resumed')) return 'paused';
  return happened.has('customerSilent') ? 'silent' : 'offer';
}

/**
 * The escalation for a step of a chain. Whom it goes to is read from the plan, so a later change of the chain in the
 * policy does not alter it.
 */
export const stepTaken = (
  { id, version, dueAt }: Clock,
  { step, to, action, channel }: Extract<Moment, { kind: 'step' }>,
): EventBody =>
  event('escalated', {
    because: 'promise',
    to: to.kind === 'role' ? to.role : to.kind,
    ...(to.kind === 'person' && { person: to.id }),
    ...(to.kind === 'role' && to.team !== undefined && { team: to.team }),
    clock: id,
    version,
    dueAt,
    step,
    action,
    ...(channel !== undefined && { channel }),
  });

/** Whether a further clock is meant for this case at all. */
const applies = ({ when }: ClockRule, state: CaseState): boolean =>
  (when.grades?.includes(state.grade) ?? true) &&
  (when.categories?.includes(state.category) ?? true) &&
  (when.channels?.includes(state.channel) ?? true) &&
  (when.languages?.includes(state.language) ?? true);

/**
 * Stops each further clock whose milestone this event reaches, or passes: a case that is settled at once has been
 * answered as well. None when the case ends early (`endsEarly`): `follow/review.ts` cancels them then.
 */
export function stopFurther(cause: CaseEvent, state: CaseState, policy: Policy): EventBody[] {
  const reached = milestoneOf(cause);
  if (reached === undefined || !policy.clocks) return [];
  const over = cause.type === 'archived' && endsEarly(cause.data.outcome);
  return policy.clocks.flatMap((rule) => {
    const clock = state.clocks[rule.id];
    if (!clock || !isOpen(clock) || over || !isPast(rule.stop, reached)) return [];
    return [event('promiseStopped', { clock: clock.id, verdict: verdictAt(clock, cause.at) })];
  });
}

/**
 * Starts the further clocks that begin with this event. A new grade or category cancels clocks that no longer apply,
 * and starts those that would have run from the receipt of the complaint, dated then. One whose stop has been reached
 * already is not started (rule `stopNotReached`): it would run on until a later milestone.
 */
export function startFurther(
  before: CaseState | undefined,
  cause: CaseEvent,
  state: CaseState,
  policy: Policy,
): EventBody[] {
  if (!policy.clocks) return [];
  const reached = milestoneOf(cause);
  const regraded = cause.type === 'graded' || cause.type === 'regraded';
  return policy.clocks.flatMap((rule) => {
    const clock = state.clocks[rule.id];
    const wanted = applies(rule, state);
    // A lower grade that nobody who leads has confirmed takes no clock away.
    if (regraded && clock && isOpen(clock) && !wanted && !state.lowered) {
      return [event('promiseStopped', { clock: clock.id, verdict: 'cancelled' })];
    }
    if (clock || !wanted) return [];
    const late = regraded && rule.start === 'received' && before !== undefined && !applies(rule, before);
    if (reached !== rule.start && !late) return [];
    // One that would have run from the receipt would have been stopped in whatever round it was.
    if (state.reached && isPast(rule.stop, late ? state.reached.ever : state.reached.round)) return [];
    const startedAt = rule.start === 'received' ? state.receivedAt : cause.at;
    return [startClock(state, { id: rule.id, promise: 'further', rule: furtherRule(policy, rule) }, startedAt)];
  });
}

/**
 * The changes to the clocks of a running case that moves to another version of the policy. Broken ones and those that
 * have ended stay as they are. A further clock that the new version does not have is cancelled, and so is one that it
 * does not have for this case, or stops at what is past (rule `stopNotReached`). One that it adds starts only if it
 * runs from the receipt of the complaint, its stop has not been reached, and it is not overdue already.
 */
export function movedClocks(state: CaseState, at: Instant, policy: Policy): EventBody[] {
  const running = Object.values(state.clocks).flatMap((clock): EventBody[] => {
    if (!isOpen(clock) || clock.promise === 'pause') return [];
    const rule = ruleOfClock(state, policy, clock);
    if (!rule || hasNoMoreUse(state, policy, clock)) {
      return [event('promiseStopped', { clock: clock.id, verdict: 'cancelled' })];
    }
    return clock.breachedAt === undefined ? moveClock(clock, rule, movedAsOf(state, clock, at), 'policy') : [];
  });
  const added = (policy.clocks ?? []).flatMap((rule): EventBody[] => {
    if (state.clocks[rule.id] || rule.start !== 'received' || !applies(rule, state) || hasReached(state, rule.stop))
      return [];
    const start = startClock(
      state,
      { id: rule.id, promise: 'further', rule: furtherRule(policy, rule) },
      state.receivedAt,
    );
    // Nobody has broken a promise that had not been made yet.
    return start.type === 'promiseStarted' && start.data.dueAt > at ? [start] : [];
  });
  return [...running, ...added];
}

/**
 * Whether a further clock that runs is not meant for the case under this policy, or can only be stopped by what is past
 * (rule `stopNotReached`). A lower grade that nobody who leads has confirmed takes no clock away.
 */
function hasNoMoreUse(state: CaseState, policy: Policy, clock: Clock): boolean {
  const rule = clock.promise === 'further' && policy.clocks?.find(({ id }) => id === clock.id);
  if (!rule || !state.reached) return false;
  return (!applies(rule, state) && !state.lowered) || isPast(rule.stop, state.reached.round);
}

/**
 * Whether the case has reached a milestone, in whatever round. Cases without the rule `stopNotReached` have not kept
 * how far they came; of them it is judged by their present state.
 */
function hasReached(state: CaseState, milestone: Milestone): boolean {
  if (state.reached) return isPast(milestone, state.reached.ever);
  switch (milestone) {
    case 'received':
    case 'receipt':
      return true;
    case 'graded':
      return state.gradeConfirmed;
    case 'assigned':
      return state.owner !== undefined && !state.owner.provisional;
    case 'responded':
      return state.respondedAt !== undefined;
    case 'proposed':
      return state.proposals > 0;
    case 'agreed':
      return state.proposal?.status === 'accepted' || state.proposal?.status === 'carriedOut';
    case 'carriedOut':
      return state.proposal?.status === 'carriedOut';
    case 'resolved':
      return state.resolution !== undefined;
    case 'revisited':
      return state.revisit?.status === 'done';
    case 'archived':
      return state.stage === 'archived';
  }
}

/** When a promise that starts at `from` falls due for a grade, as the receipt tells the customer. */
export function promisedAt(policy: Policy, promise: ProcessPromise, grade: Grade, from: Instant): Instant {
  const { length, calendar } = ruleOf(policy, promise, grade);
  return endOf(from, length, calendar);
}
