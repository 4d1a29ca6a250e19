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

/**
 * The promise ledger: every clock a case has had, and where its time went. Read from the events alone, so it says the same
 * today and in five years; calendars are those of the policy version that the clock ran under.
 */
export interface ExplainedPromise {
  clock: string;
  promise: Clock['promise'];
  /** The name a policy gives a further clock. */
  name?: Words;
  kind: 'house' | 'statutory';
  pack?: string;
  source?: string;
  /** 1 for the first time this clock ran in the case. */
  run: number;
  length?: Length;
  calendar?: { id: string; version: number };
  status: Clock['status'];
  startedAt: Instant;
  dueAt: Instant;
  stoppedAt?: Instant;
  breachedAt?: Instant;
  /** What it is counted in: time, working time, or whole days. */
  countedIn: 'time' | 'workingTime' | 'days';
  /** Of its own reckoning (ms): used so far, waited (given back), and left until it is due. */
  usedMs: number;
  waitedMs: number;
  leftMs: number;
  /** From start to end, or until now: by the clock on the wall, and in working time if there is a calendar. */
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
 * @param policyOf the published version; a case may have moved from one to another
 * @param now for clocks that still run
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
    // Never the cause of an entry: what the promises and their chains say themselves.
    const own = CLOCK_EVENTS.has(item.type) || item.type === 'escalated';
    // A due moment has no other cause than the time; what follows from somebody's act has that act.
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
      // Cases of the first revision pause a clock twice in one breath.
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
