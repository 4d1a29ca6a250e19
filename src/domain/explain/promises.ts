/**
 * Explains promises: every clock that a case has had, and where its time went. It is read from the events alone, so it
 * says the same today and in five years; calendars are those of the policy version that the clock ran under.
 * @module
 */
import { describeSpan, type Calendar, type NamedDay } from '../time/calendar';
import { ruleOf } from '../process/clocks';
import { CLOCK_EVENTS, type CaseEvent, type EventType } from '../case/events';
import { evolve } from '../case/evolve';
import type { Policy } from '../policy/schema';
import { isOpen, type Clock } from '../promises/clock';
import { used } from '../promises/plan';
import type { CaseState } from '../case/state';
import { toMs, type Length } from '../time/duration';
import type { Actor, Instant, Words } from '../basics/types';

/** One run of one clock. */
export interface ExplainedPromise {
  clock: string;
  promise: Clock['promise'];
  /** The name that the policy gives a further clock. */
  name?: Words;
  kind: 'house' | 'statutory';
  /** Where a further clock comes from: the pack, and the text of the law or rule. */
  pack?: string;
  source?: string;
  /** Counts the runs of this clock in the case, from 1: each start is another. */
  run: number;
  /** Absent where the policy has no rule for the clock: a pause, or a further clock that was dropped. */
  length?: Length;
  calendar?: { id: string; version: number };
  status: Clock['status'];
  startedAt: Instant;
  dueAt: Instant;
  stoppedAt?: Instant;
  breachedAt?: Instant;
  /** What it is counted in: time, working time, or whole days. */
  countedIn: 'time' | 'workingTime' | 'days';
  /** In what it counts (ms): used so far, waited and given back, and left until it is due. */
  usedMs: number;
  waitedMs: number;
  leftMs: number;
  /** From its start to its end, or until now (ms): time, and working time if it has a calendar. */
  wallMs: number;
  workingMs?: number;
  nights: number;
  weekendDays: number;
  holidays: NamedDay[];
  makeUpDays: NamedDay[];
  waits: { from: Instant; to?: Instant; cause: EventType; ms: number }[];
  moves: { at: Instant; from: Instant; to: Instant; because: string; by: Actor }[];
  escalations: number;
  entries: { seq: number; at: Instant; type: EventType; cause: { seq: number; type: EventType; actor: Actor } }[];
}

/** One run of a clock while the ledger is read. */
interface Run {
  run: number;
  clock: Clock;
  policy: Policy;
  state: CaseState;
  waits: ExplainedPromise['waits'];
  moves: ExplainedPromise['moves'];
  escalations: number;
  entries: ExplainedPromise['entries'];
}

/**
 * Every run of every clock of a case: the process's own promises first, then the further clocks, each in the order in
 * which they began.
 * @param events the whole ledger, in order
 * @param policyOf the published version; a case may have moved from one to another
 * @param now until when clocks that still run are counted
 */
export function explainPromises(
  caseNo: string,
  events: readonly CaseEvent[],
  policyOf: (version: number) => Policy,
  now: Instant,
): ExplainedPromise[] {
  const runs: Run[] = [];
  const latest = new Map<string, Run>();
  let state: CaseState | undefined;
  let cause: CaseEvent | undefined;
  for (const item of events) {
    state = evolve(state, item, caseNo);
    // Events of clocks and their escalations are never the cause of an entry themselves.
    const own = CLOCK_EVENTS.has(item.type) || item.type === 'escalated';
    // The cause is the last other event, if it is of the same instant. A moment that fell due has none and counts as
    // its own cause.
    if (!own) cause = item;
    const id = 'clock' in item.data ? item.data.clock : undefined;
    const clock = id === undefined ? undefined : state.clocks[id];
    if (id === undefined || !clock || !own) continue;
    if (item.type === 'promiseStarted') {
      const run: Run = {
        run: (latest.get(id)?.run ?? 0) + 1,
        clock,
        policy: policyOf(state.policyVersion),
        state,
        waits: [],
        moves: [],
        escalations: 0,
        entries: [],
      };
      runs.push(run);
      latest.set(id, run);
    }
    const run = latest.get(id);
    if (run)
      note(run, item, clock, state, cause && cause.at === item.at && cause.type !== 'complaintReceived' ? cause : item);
    if (run) run.policy = policyOf(state.policyVersion);
  }
  // The process's own promises first; each kind in the order in which it began.
  const further = (run: Run): number => (run.clock.promise === 'further' ? 1 : 0);
  return runs.toSorted((a, b) => further(a) - further(b)).map((run) => explain(run, now));
}

/** Adds an event to the run of its clock. */
function note(run: Run, item: CaseEvent, clock: Clock, state: CaseState, cause: CaseEvent): void {
  const before = run.clock;
  run.clock = clock;
  run.state = state;
  run.entries.push({
    seq: item.seq,
    at: item.at,
    type: item.type,
    cause: { seq: cause.seq, type: cause.type, actor: cause.actor },
  });
  switch (item.type) {
    case 'promisePaused':
      // Cases without the rule `pauseOnce` may pause a clock twice in a row; that is one wait.
      if (before.status !== 'paused') run.waits.push({ from: item.at, cause: cause.type, ms: 0 });
      return;
    case 'promiseResumed':
    case 'promiseStopped': {
      const open = run.waits.at(-1);
      if (open && open.to === undefined) open.to = item.at;
      return;
    }
    case 'promiseMoved':
      run.moves.push({ at: item.at, from: before.dueAt, to: clock.dueAt, because: item.data.because, by: item.actor });
      return;
    case 'escalated':
      run.escalations += 1;
      return;
    default:
  }
}

function explain(
  { run, clock, policy, state, waits, moves, escalations, entries }: Run,
  now: Instant,
): ExplainedPromise {
  const further = clock.promise === 'further' ? policy.clocks?.find(({ id }) => id === clock.id) : undefined;
  const rule =
    clock.promise === 'further' || clock.promise === 'pause' ? undefined : ruleOf(policy, clock.promise, state.grade);
  const length = further?.length ?? rule?.length;
  const calendar: Calendar | undefined = clock.calendar && policy.calendars?.[clock.calendar.id];
  const until = clock.stoppedAt ?? now;
  const reckoning = { length: length ?? ({ value: 1, unit: 'minutes' } as const), calendar };
  const count = (from: Instant, to: Instant): number => used(reckoning, from, to);
  const each = waits.map((wait) => ({ ...wait, ms: count(wait.from, wait.to ?? until) }));
  const waitedMs = each.reduce((sum, { ms }) => sum + ms, 0);
  const usedMs = Math.max(0, count(clock.startedAt, until) - waitedMs);
  const span = calendar && describeSpan(calendar, toMs(clock.startedAt), toMs(until));
  const from = clock.status === 'paused' && clock.pausedAt !== undefined ? clock.pausedAt : until;
  return {
    clock: clock.id,
    promise: clock.promise,
    name: further?.name,
    kind: further?.kind ?? 'house',
    pack: further?.pack,
    source: further?.source,
    run,
    length,
    calendar: clock.calendar,
    status: clock.status,
    startedAt: clock.startedAt,
    dueAt: clock.dueAt,
    stoppedAt: clock.stoppedAt,
    breachedAt: clock.breachedAt,
    countedIn:
      length?.unit === 'workingMinutes' || length?.unit === 'workingHours'
        ? 'workingTime'
        : length?.unit === 'workingDays' || length?.unit === 'calendarDays'
          ? 'days'
          : 'time',
    usedMs,
    waitedMs,
    leftMs: isOpen(clock) ? count(from, clock.dueAt) : 0,
    wallMs: Math.max(0, toMs(until) - toMs(clock.startedAt)),
    workingMs: span?.workingMs,
    nights: span?.nights ?? 0,
    weekendDays: span?.weekendDays ?? 0,
    holidays: span?.holidays ?? [],
    makeUpDays: span?.makeUpDays ?? [],
    waits: each,
    moves,
    escalations,
    entries,
  };
}
