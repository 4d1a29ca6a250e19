/**
 * How the promises of a past case would have turned out under other rules. What people did, and when, is taken as it
 * was recorded; only the clocks run again, with the same functions that the process uses. Reads ledger events and
 * writes nothing: the verdicts that were given stay.
 * @module
 */
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

/** What is changed; what is absent stays as it was. */
export interface WhatIfChange {
  /** The policy in the place of the one that the case was under. */
  policy?: (recorded: Policy) => Policy;
  /**
   * The first rule that fits gives the grade, wherever people followed the suggestion. If none does, the suggestion
   * stays.
   */
  grades?: readonly GradeRule[];
  roster?: RosterChange;
}

/** A rule that suggests a grade. All conditions have to hold; an absent one always does. */
export interface GradeRule {
  when: {
    categories?: readonly Category[];
    /** Any of these rules spoke for the suggested grade. */
    rules?: readonly string[];
    /** The grade that was suggested. */
    grades?: readonly Grade[];
    /** The customer speaks of at least this sum (CNY). */
    amountFrom?: number;
  };
  grade: Grade;
}

/** Other working hours: what staff did is moved to when they would have done it. */
export interface RosterChange {
  /** Absent: everybody. */
  people?: readonly string[];
  /** The hours they had. Absent: their work is only moved to the next working moment. */
  from?: Calendar;
  to: Calendar;
}

/** What is known of a case besides its events. `amountCny`: the largest sum that the customer speaks of. */
export interface CaseFacts {
  amountCny?: number;
}

/** `open`: neither kept nor broken until the end of the comparison. `absent`: there was no such run. */
export type JudgedVerdict = 'met' | 'broken' | 'cancelled' | 'open' | 'absent';

/** One run of one clock, as it was and as it would have been. */
export interface ClockComparison {
  clock: string;
  promise: PromiseName;
  /** Counts the runs of this clock in the case, from 1. */
  run: number;
  /** Who owned the case when the run ended. */
  owner?: string;
  recorded: { verdict: JudgedVerdict; dueAt?: Instant };
  changed: { verdict: JudgedVerdict; dueAt?: Instant };
}

/** One run of a clock. */
interface Run {
  clock: Clock;
  /** A deadline of it was missed, now or before it was moved. */
  broken: boolean;
  owner?: string;
}

/** By clock and run, as `resolution#2`. */
type Runs = Map<string, Run>;

/** The events that have to be read of a ledger. All others change neither a clock nor what follows for one. */
export const WHAT_IF_EVENTS: readonly CaseEvent['type'][] = [
  'complaintReceived',
  'gradeSuggested',
  'stageEntered',
  'graded',
  'regraded',
  'assigned',
  'reassigned',
  'responded',
  'wroteToCustomer',
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
  // A held round begins with an escalation, which starts a clock for the role that has to decide.
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
 * Compares every run of every clock as it was recorded with what it would have been. Clocks that only limit a wait
 * (`isWait`) are left out.
 * @param events of one case, in order; those of `WHAT_IF_EVENTS` are enough
 * @param policyOf the version that was published under a number
 * @param until open clocks are judged as of then, or as of the last event if that is later
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

/** Whether verdict or due time would have been another. */
export const differs = ({ recorded, changed }: ClockComparison): boolean =>
  recorded.verdict !== changed.verdict || recorded.dueAt !== changed.dueAt;

/** The verdict on a run as of `end`. */
function judged(run: Run | undefined, end: Instant): { verdict: JudgedVerdict; dueAt?: Instant } {
  if (!run) return { verdict: 'absent' };
  const { status, dueAt, breachedAt } = run.clock;
  const overdue = status === 'running' && (breachedAt !== undefined || dueAt < end);
  const broken = run.broken || status === 'late' || overdue;
  return { verdict: broken ? 'broken' : isOpen(run.clock) ? 'open' : status === 'met' ? 'met' : 'cancelled', dueAt };
}

/** Keeps every run of every clock. A promise that starts again, for example in another round, is another run. */
class Keeper {
  owner: string | undefined;
  private readonly runs: Runs = new Map();
  private readonly counts = new Map<string, number>();

  /** Adds what an event has done to its clock. */
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
      // The owner when the run ended: each later event of the clock writes it again.
      owner: this.owner ?? before?.owner,
    });
  }

  /** The runs. Those that have not ended belong to whoever owns the case now. */
  owned(): Runs {
    for (const run of this.runs.values()) if (isOpen(run.clock)) run.owner = this.owner ?? run.owner;
    return this.runs;
  }
}

const clockOf = (body: EventBody): string | undefined =>
  CLOCK_EVENTS.has(body.type) ? (body.data as { clock: string }).clock : undefined;

/** The runs as recorded: only the events of clocks and the owners have to be read for them. */
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

/** Runs the clocks of a case again and takes all other events from the record. */
class Rerun {
  private state: CaseState | undefined;
  private readonly keeper = new Keeper();
  /** The due time to which each clock was last extended, as recorded. */
  private readonly extended = new Map<string, Instant>();
  /** What follows from the events so far. Only events of clocks are taken from it; all others are recorded anyway. */
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

  /** Takes the next recorded event. */
  take(item: CaseEvent): void {
    if (CLOCK_EVENTS.has(item.type)) {
      // An extension is a decision of a person about a clock, so it is taken from the record.
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
    // Under other rules the clock may be due later already: an extension must not make it due sooner, unless it puts an
    // earlier extension right.
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

  /**
   * Applies what happens to the clocks before a recorded event. If the event itself is among what follows from earlier
   * ones, that is everything before it there; else everything that follows, and what falls due until its time.
   */
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

  /** Applies all clock events that still follow. */
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

  /**
   * Breaks every promise that is due by `now` and was not stopped. One due exactly then is broken only if its moment
   * comes before `cause`.
   */
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

/**
 * Whether the moment of a clock comes before an event of the same instant: moments go by clock id, and decisions of
 * people come after all of them.
 */
function isFirst(id: string, cause: CaseEvent | undefined): boolean {
  const by = cause && causingClock(cause);
  return by === undefined || id <= by;
}

/** The clock whose moment caused an event; undefined for what people did. */
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

/**
 * The events with the grade that other rules would have suggested. A confirmed grade follows only where the person who
 * confirmed it agreed with the suggestion.
 */
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
 * The events at the times at which staff would have come to them with other hours: as much working time after the event
 * before as it took them. With the same hours nothing is moved.
 */
function moveWork(events: readonly CaseEvent[], roster: RosterChange | undefined): readonly CaseEvent[] {
  if (!roster || (roster.from && canonicalJson(roster.from) === canonicalJson(roster.to))) return events;
  const { from, to, people } = roster;
  /** The new time of each decision that is moved. */
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
