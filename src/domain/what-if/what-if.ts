import { addWorkingMs, nextWorkingMoment, workingMsBetween, type Calendar } from '../time/calendar';
import { canonicalJson } from '../basics/canonical';
import { CLOCK_EVENTS, type CaseEvent, type EventBody } from '../case/events';
import { extendedPlan } from '../process/clocks';
import { evolve } from '../case/evolve';
import type { Policy } from '../policy/schema';
import type { PromiseName } from '../promises/names';
import { follow } from '../process/follow';
import { isOver } from '../process/append';
import { isOpen, isWait, type Clock } from '../promises/clock';
import type { CaseState } from '../case/state';
import { later, toInstant, toMs } from '../time/duration';
import type { Category, Grade, Instant } from '../basics/types';

/**
 * What would have become of the promises of a case that has happened, had the rules been others. What people did, and
 * when, is taken as it was recorded; only the clocks are run anew, by the very rules that the process asks. Pure over
 * ledger events: verdicts that were given are read, never written.
 */
export interface WhatIfChange {
  /** The policy in the place of the one that the case was under. Identity: nothing changes. */
  policy?: (recorded: Policy) => Policy;
  /** The first that fits gives the grade, wherever people followed the suggestion. */
  grades?: readonly GradeRule[];
  roster?: RosterChange;
}

export interface GradeRule {
  when: {
    categories?: readonly Category[];
    /** Any of the rules that spoke for the suggested grade. */
    rules?: readonly string[];
    /** The grade that was suggested. */
    grades?: readonly Grade[];
    /** What the customer speaks of, at least. */
    amountFrom?: number;
  };
  grade: Grade;
}

/** Other working hours: what people did is moved to when they would have done it. */
export interface RosterChange {
  /** Absent: everybody. */
  people?: readonly string[];
  /** The hours they had. */
  from?: Calendar;
  to: Calendar;
}

export interface CaseFacts {
  amountCny?: number;
}

export type JudgedVerdict = 'met' | 'broken' | 'cancelled' | 'open' | 'absent';

/** One run of one clock, as it was and as it would have been. */
export interface ClockComparison {
  clock: string;
  promise: PromiseName;
  /** 1 for the first time this clock ran in the case. */
  run: number;
  owner?: string;
  recorded: { verdict: JudgedVerdict; dueAt?: Instant };
  changed: { verdict: JudgedVerdict; dueAt?: Instant };
}

interface Run {
  clock: Clock;
  /** A deadline of it was missed, now or before it was moved. */
  broken: boolean;
  owner?: string;
}

type Runs = Map<string, Run>;

/** What has to be read of a ledger. All else changes neither a clock nor what follows for one. */
export const WHAT_IF_EVENTS: readonly CaseEvent['type'][] = [
  'complaintReceived',
  'gradeSuggested',
  'stageEntered',
  'graded',
  'regraded',
  'assigned',
  'reassigned',
  'responded',
  'helpRequested',
  'helpAnswered',
  'helpWithdrawn',
  'proposed',
  'approved',
  'rejected',
  'solutionOffered',
  'customerAnswered',
  'customerSilent',
  'carriedOut',
  'notSubstantiatedFound',
  'resolved',
  'surveySent',
  'surveyRecorded',
  'surveyClosed',
  'followUpOpened',
  'followedUp',
  'revisitPlanned',
  'revisitRecorded',
  'roundOpened',
  'reopened',
  // A case goes up to a lead by it, who then has a time of their own.
  'escalated',
  'archived',
  'paused',
  'resumed',
  'merged',
  'withdrawn',
  'policyMoved',
  'promiseStarted',
  'promiseMoved',
  'promisePaused',
  'promiseResumed',
  'promiseBreached',
  'promiseStopped',
];

/**
 * @param events of one case, in order; those of WHAT_IF_EVENTS are enough
 * @param policyOf the version that was published under a number
 * @param until open clocks are judged as of then
 */
export function whatIf(
  events: readonly CaseEvent[],
  policyOf: (version: number) => Policy,
  change: WhatIfChange,
  until?: Instant,
  facts: CaseFacts = {},
): ClockComparison[] {
  const end = later(until ?? '', events.at(-1)?.at ?? '');
  const recorded = recordedRuns(events);
  const changed = changedRuns(events, policyOf, change, facts, end);
  const keys = [...new Set([...recorded.keys(), ...changed.keys()])];
  return keys.flatMap((key): ClockComparison[] => {
    const [before, after] = [recorded.get(key), changed.get(key)];
    const clock = (before ?? after)?.clock;
    if (!clock || isWait(clock.promise)) return [];
    return [
      {
        clock: clock.id,
        promise: clock.promise,
        run: Number(key.slice(key.lastIndexOf('#') + 1)),
        ...((before ?? after)?.owner !== undefined && { owner: (before ?? after)?.owner }),
        recorded: judged(before, end),
        changed: judged(after, end),
      },
    ];
  });
}

export const differs = ({ recorded, changed }: ClockComparison): boolean =>
  recorded.verdict !== changed.verdict || recorded.dueAt !== changed.dueAt;

function judged(run: Run | undefined, end: Instant): { verdict: JudgedVerdict; dueAt?: Instant } {
  if (!run) return { verdict: 'absent' };
  const { status, dueAt, breachedAt } = run.clock;
  const overdue = status === 'running' && (breachedAt !== undefined || dueAt < end);
  const broken = run.broken || status === 'late' || overdue;
  return { verdict: broken ? 'broken' : isOpen(run.clock) ? 'open' : status === 'met' ? 'met' : 'cancelled', dueAt };
}

/** Keeps every run of every clock: a promise that is given anew in another round is another run. */
class Keeper {
  owner: string | undefined;
  private readonly runs: Runs = new Map();
  private readonly counts = new Map<string, number>();

  /** What an event of a clock has done to it. */
  note(body: EventBody, state: CaseState): void {
    const id = clockOf(body);
    const clock = id === undefined ? undefined : state.clocks[id];
    if (!clock || id === undefined) return;
    if (body.type === 'promiseStarted') this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
    const key = `${id}#${this.counts.get(id) ?? 1}`;
    const before = this.runs.get(key);
    this.runs.set(key, {
      clock,
      broken: (before?.broken ?? false) || clock.breachedAt !== undefined || clock.status === 'late',
      // Whose it was when it ended.
      owner: this.owner ?? before?.owner,
    });
  }

  /** Runs that have not ended are whoever's the case is now. */
  owned(): Runs {
    for (const run of this.runs.values()) if (isOpen(run.clock)) run.owner = this.owner ?? run.owner;
    return this.runs;
  }
}

const clockOf = (body: EventBody): string | undefined =>
  CLOCK_EVENTS.has(body.type) ? (body.data as { clock: string }).clock : undefined;

/** What was written of the clocks themselves is all that has to be read. */
function recordedRuns(events: readonly CaseEvent[]): Runs {
  const keeper = new Keeper();
  let state: CaseState | undefined;
  for (const item of events) {
    if (item.type === 'assigned' || item.type === 'reassigned') keeper.owner = item.data.owner;
    else if (!state || CLOCK_EVENTS.has(item.type)) {
      state = evolve(state, item, '');
      keeper.note(item, state);
    }
  }
  return keeper.owned();
}

function changedRuns(
  events: readonly CaseEvent[],
  policyOf: (version: number) => Policy,
  change: WhatIfChange,
  facts: CaseFacts,
  end: Instant,
): Runs {
  const run = new Rerun(policyOf, change);
  for (const item of moveWork(regraded(events, change.grades, facts), change.roster)) run.take(item);
  run.finish(end);
  return run.runs;
}

/** The clocks of a case, run anew beside what was recorded of everything else. */
class Rerun {
  private state: CaseState | undefined;
  private readonly keeper = new Keeper();
  /** Until when each clock was extended, as recorded. */
  private readonly extended = new Map<string, Instant>();
  /** What follows from what has happened: clocks are moved by it, all else is recorded anyway. */
  private queue: EventBody[] = [];
  private last: { at: Instant; actor: CaseEvent['actor'] } | undefined;

  constructor(
    private readonly policyOf: (version: number) => Policy,
    private readonly change: WhatIfChange,
  ) {}

  get runs(): Runs {
    return this.keeper.owned();
  }

  private get policy(): Policy {
    const recorded = this.policyOf(this.state?.policyVersion ?? 1);
    return this.change.policy?.(recorded) ?? recorded;
  }

  take(item: CaseEvent): void {
    if (CLOCK_EVENTS.has(item.type)) {
      // An extension is a person's decision about a clock: it is taken as it was.
      if (item.type === 'promiseMoved' && item.data.because === 'extended') this.extend(item);
      return;
    }
    this.bringUpTo(item);
    const before = this.state;
    this.state = evolve(before, item, '');
    this.keeper.owner = this.state.owner?.id;
    this.last = item;
    this.queue.unshift(...follow(before, item, this.state, this.policy));
  }

  private extend(item: Extract<CaseEvent, { type: 'promiseMoved' }>): void {
    this.drain();
    this.fallDue(item.at, item);
    const clock = this.state?.clocks[item.data.clock];
    if (!clock || !isOpen(clock)) return;
    // Under the other rules it may not have been due so soon: an extension never makes it sooner, unless it puts one right.
    const corrects = item.data.dueAt < (this.extended.get(clock.id) ?? '');
    this.extended.set(clock.id, item.data.dueAt);
    const dueAt = later(item.data.dueAt, corrects ? (clock.beforeExtension ?? item.at) : clock.dueAt);
    const planned = extendedPlan(this.state as CaseState, this.policy, clock, dueAt, item.at);
    const { clock: id, because } = item.data;
    this.apply(
      { type: 'promiseMoved', data: { clock: id, version: clock.version + 1, dueAt, ...planned, because } },
      item.at,
    );
  }

  /** Up to the place of a recorded event among what follows from the one before; else up to its time. */
  private bringUpTo(item: CaseEvent): void {
    if (this.queue.some(({ type }) => type === item.type)) {
      for (let next = this.queue.shift(); next && next.type !== item.type; next = this.queue.shift()) {
        this.applyIfClock(next);
      }
      return;
    }
    this.drain();
    this.fallDue(item.at, item);
  }

  private drain(): void {
    for (const body of this.queue) this.applyIfClock(body);
    this.queue = [];
  }

  private applyIfClock(body: EventBody): void {
    if (CLOCK_EVENTS.has(body.type) && this.last) this.apply(body, this.last.at);
  }

  private apply(body: EventBody, at: Instant): void {
    const { state } = this;
    if (!state) return;
    if (isOver(body, state)) return;
    const actor = { kind: 'system' } as const;
    const row = { ...body, seq: state.seq, at: later(state.lastAt, at), actor } as CaseEvent;
    this.state = evolve(state, row, '');
    this.keeper.note(body, this.state);
  }

  /** Every deadline up to `now` that nothing has stopped is missed. */
  private fallDue(now: Instant, cause?: CaseEvent): void {
    for (const clock of Object.values(this.state?.clocks ?? {})) {
      if (clock.status !== 'running' || clock.breachedAt !== undefined || isWait(clock.promise)) continue;
      if (clock.dueAt > now || (clock.dueAt === now && !isFirst(clock.id, cause))) continue;
      const { id, version, dueAt } = clock;
      this.apply({ type: 'promiseBreached', data: { clock: id, version, dueAt } }, dueAt);
    }
  }

  finish(end: Instant): void {
    this.drain();
    this.fallDue(end);
  }
}

/** Moments of one instant come in the order of their clocks; people's decisions after all of them. */
function isFirst(id: string, cause: CaseEvent | undefined): boolean {
  const by = cause && causingClock(cause);
  return by === undefined || id <= by;
}

function causingClock(cause: CaseEvent): string | undefined {
  switch (cause.type) {
    case 'escalated':
      return cause.data.clock;
    case 'resumed':
      return cause.data.because === 'time' ? 'pause' : undefined;
    case 'customerSilent':
      return `customerAnswer:${cause.data.proposalId}`;
    case 'surveyClosed':
      return 'survey';
    default:
      return undefined;
  }
}

/** The grade as another rule would have it, where the person who confirmed it went by the suggestion. */
function regraded(
  events: readonly CaseEvent[],
  rules: readonly GradeRule[] | undefined,
  facts: CaseFacts,
): readonly CaseEvent[] {
  if (!rules) return events;
  let suggested: { grade: Grade; category: Category; rules: readonly string[] } | undefined;
  const gradeOf = (): Grade | undefined => {
    const { grade, category, rules: spoke } = suggested ?? { grade: 'general', category: 'other', rules: [] };
    return rules.find(
      ({ when }) =>
        (when.categories?.includes(category) ?? true) &&
        (when.grades?.includes(grade) ?? true) &&
        (when.rules?.some((rule) => spoke.includes(rule)) ?? true) &&
        (when.amountFrom === undefined || (facts.amountCny ?? -1) >= when.amountFrom),
    )?.grade;
  };
  return events.map((item): CaseEvent => {
    if (item.type === 'gradeSuggested') {
      suggested = item.data;
      return { ...item, data: { ...item.data, grade: gradeOf() ?? item.data.grade } };
    }
    if (item.type === 'graded' && item.data.agreesWithSuggestion) {
      return { ...item, data: { ...item.data, grade: gradeOf() ?? item.data.grade } };
    }
    return item;
  });
}

/**
 * What staff did, at the time they would have come to it: as much working time after what went before as it took them,
 * by their other hours. Whoever has the same hours does everything when they did it.
 */
function moveWork(events: readonly CaseEvent[], roster: RosterChange | undefined): readonly CaseEvent[] {
  if (!roster || (roster.from && canonicalJson(roster.from) === canonicalJson(roster.to))) return events;
  const { from, to, people } = roster;
  /** When each decision was taken, and would have been. */
  const moved = new Map<string, Instant>();
  const whose = new Map<string, boolean>();
  for (const { actor, decision } of events) {
    if (decision && actor.kind === 'staff' && (people?.includes(actor.id) ?? true)) whose.set(decision.id, true);
  }
  let last: { was: Instant; is: Instant } | undefined;
  return events.map((item): CaseEvent => {
    const { decision } = item;
    let at = item.at;
    const known = decision && moved.get(decision.id);
    if (known !== undefined) at = known;
    else if (decision && whose.get(decision.id)) {
      const start = last ?? { was: item.at, is: item.at };
      at = toInstant(
        from
          ? addWorkingMs(to, toMs(start.is), Math.max(1, workingMsBetween(from, toMs(start.was), toMs(item.at))))
          : nextWorkingMoment(to, toMs(item.at)),
      );
      moved.set(decision.id, at);
    } else if (last) at = later(last.is, item.at);
    last = { was: item.at, is: last ? later(last.is, at) : at };
    return { ...item, at: last.is };
  });
}
