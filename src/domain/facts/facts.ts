/**
 * What happened in a case, as rows that figures are counted from: the facts of a star schema. Folded from the ledger alone
 * (product and region are what the complaint said, and never change), so that the same ledger always gives the same rows.
 *
 * Days and hours are those of the house's zone that the case carries. A person is the owner at that moment, unless a row is
 * about what somebody did.
 * @module
 */
import type { CaseEvent, EventData } from '../case/events';
import { awaits } from '../case/awaits';
import { evolve } from '../case/evolve';
import type { CaseState } from '../case/state';
import { isWait } from '../promises/clock';
import type { PromiseName } from '../promises/names';
import type { Category, Cause, Channel, Fishbone, Grade, Instant, Outcome } from '../basics/types';
import { toMs } from '../time/duration';
import { localDate, wallTime, type FrozenZone } from '../time/house-day';

/** What the complaint says beside the ledger. */
export interface AboutCase {
  product: string | null;
  model: string | null;
  region: string | null;
}

/** When it was, by the house's calendar, and who had the case then. */
interface Placed {
  at: Instant;
  day: string;
  person: string | null;
  team: string | null;
}

/** One row a case: its dimensions, and how it went as a whole. */
export interface CaseFact extends AboutCase {
  caseNo: string;
  /** The last entry of the ledger that is in these facts. */
  seq: number;
  /** Staff who are complained of, and are not shown the case. */
  against: string[];
  receivedAt: Instant;
  day: string;
  hour: number;
  grade: Grade;
  category: Category;
  subcategory: string | null;
  /** Why it happened, as the root cause says, else the resolution. */
  fishbone: Fishbone | null;
  cause: Cause | null;
  channel: Channel;
  person: string | null;
  team: string | null;
  policyVersion: number;
  outcome: Outcome | null;
  /** It came in closed from another system: nothing of how it went is known. */
  imported: boolean;
  /** The customer had complained before, of the same. */
  repeat: boolean;
  /** When a member of staff first did anything in it. */
  touchedAt: Instant | null;
  /** A person has graded it. Whether they kept what was suggested, and whether nobody has changed their grade since. */
  graded: boolean;
  suggestionKept: boolean | null;
  gradeKept: boolean | null;
  /** It was given to somebody. How often it went to somebody else before it was first resolved. */
  assigned: boolean;
  reassigned: number;
  responded: boolean;
  /** When it was resolved for the first time. */
  resolvedAt: Instant | null;
  resolvedDay: string | null;
  /** It went on after that: by a low survey, a revisit or the customer. */
  reopened: boolean;
  /** How often somebody who leads was told. */
  escalations: number;
  /** The customer was dissatisfied with how it was solved; whether they said otherwise in the end. */
  lost: boolean;
  wonBack: boolean;
  archivedAt: Instant | null;
}

/** One row a round: from its beginning to its resolution. */
export interface RoundFact extends Placed {
  round: number;
  because: 'received' | EventData['roundOpened']['because'];
  outcome: Outcome | null;
  resolvedAt: Instant | null;
  /** Milliseconds from its beginning to its resolution, by the clock on the wall. */
  tookMs: number | null;
}

/** How a promise ended. A promise that was broken stays broken, also when it was moved afterwards. */
export type Verdict = 'open' | 'kept' | 'broken' | 'cancelled';

/** One row a promise of the house (not: a wait). `at`, `day`: when it was kept or broken, else when it began. */
export interface PromiseFact extends Placed {
  /** The entry with which it began. */
  seq: number;
  clock: string;
  promise: PromiseName;
  startedAt: Instant;
  dueAt: Instant;
  verdict: Verdict;
  /** It was given a later date at least once, other than by a pause. */
  extended: boolean;
}

/** One row a remedy that was carried out; the person carried it out. */
export interface RedressFact extends Placed {
  seq: number;
  n: number;
  kind: string;
  amount: number;
}

/** One row a survey. `at`, `day`: when it was sent. */
export interface SurveyFact extends Placed {
  surveyId: string;
  answered: boolean;
  speed: number | null;
  solution: number | null;
  attitude: number | null;
  total: number | null;
}

/** One row a corrective action; the person owns it. `at`, `day`: when it was planned. */
export interface ActionFact extends Placed {
  actionId: string;
  kind: 'urgent' | 'preventive';
  cause: Cause;
  startedAt: Instant | null;
  /** Complaints of the cause before and after it began, by the last effect check. */
  before: number | null;
  after: number | null;
  /** What was said of its effect last: by a person, else by the check. Null: nothing yet. */
  reached: boolean | null;
  endedAt: Instant | null;
}

/** One row each time that we and the customer spoke; the person is who did on our side. */
export interface ContactFact extends Placed {
  seq: number;
  inbound: boolean;
  kind: string;
}

/** One row for each time that a case stood in a stage, or waited for somebody. `at`, `day`: when that ended. */
export interface SpanFact extends Placed {
  kind: 'stage' | 'wait';
  /** The stage; or whom it waited for (`AWAITED`). */
  name: string;
  /** The entry with which it began. */
  seq: number;
  fromAt: Instant;
  tookMs: number;
}

/** All facts of one case. */
export interface CaseFacts {
  case: CaseFact;
  rounds: RoundFact[];
  promises: PromiseFact[];
  redress: RedressFact[];
  surveys: SurveyFact[];
  actions: ActionFact[];
  contacts: ContactFact[];
  spans: SpanFact[];
}

/** What the customer says or asks for. */
const INBOUND: ReadonlySet<string> = new Set(['customerWrote', 'callBackWanted', 'chased', 'reopened']);
/** What a person of ours says to them. */
const OUTBOUND: ReadonlySet<string> = new Set(['responded', 'wroteToCustomer', 'followedUp', 'revisitRecorded']);

/** The fold as it goes on. */
class Folding {
  private readonly rounds: RoundFact[] = [];
  private readonly promises: PromiseFact[] = [];
  private readonly redress: RedressFact[] = [];
  private readonly surveys: SurveyFact[] = [];
  private readonly actions: ActionFact[] = [];
  private readonly contacts: ContactFact[] = [];
  private readonly spans: SpanFact[] = [];
  /** The promise that each clock runs at present. */
  private readonly running = new Map<string, PromiseFact>();
  /** Stages and waits that have begun: since when, and by which entry. */
  private readonly begun = new Map<string, Pick<SpanFact, 'kind' | 'name' | 'seq' | 'fromAt'>>();
  private touchedAt: Instant | null = null;
  private firstGrade: Grade | undefined;
  private suggestionKept: boolean | null = null;
  private assigned = false;
  private reassigned = 0;
  private resolved: { at: Instant; day: string } | undefined;
  private lastCause: Cause | null = null;
  private escalations = 0;
  private lost = false;
  private wonBack = false;

  constructor(private readonly zone: FrozenZone | undefined) {}

  /** Takes in an entry. @param state after it */
  take(event: CaseEvent, state: CaseState): void {
    if (event.actor.kind === 'staff') this.touchedAt ??= event.at;
    this.process(event, state);
    this.promise(event, state);
    this.customer(event, state);
    this.action(event, state);
    this.span(event, state);
  }

  /** The facts. @param state the last one */
  facts(state: CaseState, about: AboutCase): CaseFacts {
    const { rounds, promises, redress, surveys, actions, contacts, spans, resolved } = this;
    const { grade } = state;
    return {
      case: {
        ...about,
        caseNo: state.caseNo,
        seq: state.seq,
        against: state.against.toSorted(),
        receivedAt: state.receivedAt,
        day: localDate(state.receivedAt, this.zone),
        hour: Number(wallTime(state.receivedAt, this.zone).slice(11, 13)),
        grade,
        category: state.category,
        subcategory: state.subcategory ?? null,
        fishbone: state.rootCause?.fishbone ?? null,
        cause: state.rootCause?.cause ?? state.resolution?.cause ?? this.lastCause,
        channel: state.channel,
        ...ownerOf(state),
        policyVersion: state.policyVersion,
        outcome: state.outcome ?? null,
        imported: state.imported === true,
        repeat: state.repeatOf.length > 0,
        touchedAt: this.touchedAt,
        graded: this.firstGrade !== undefined,
        suggestionKept: this.suggestionKept,
        gradeKept: this.firstGrade === undefined ? null : this.firstGrade === grade,
        assigned: this.assigned,
        reassigned: this.reassigned,
        responded: state.respondedAt !== undefined,
        resolvedAt: resolved?.at ?? null,
        resolvedDay: resolved?.day ?? null,
        reopened: resolved !== undefined && rounds.some(({ at, round }) => round > 1 && at >= resolved.at),
        escalations: this.escalations,
        lost: this.lost,
        wonBack: this.wonBack,
        archivedAt: state.archivedAt ?? null,
      },
      rounds,
      promises,
      redress,
      surveys,
      actions,
      contacts,
      spans,
    };
  }

  private placed(at: Instant, who: Pick<Placed, 'person' | 'team'>): Placed {
    return { at, day: localDate(at, this.zone), ...who };
  }

  private beginRound(at: Instant, round: number, because: RoundFact['because'], state: CaseState): void {
    const none = { outcome: null, resolvedAt: null, tookMs: null };
    this.rounds.push({ ...this.placed(at, ownerOf(state)), round, because, ...none });
  }

  /** Grading, assignment, rounds and resolution. */
  private process(event: CaseEvent, state: CaseState): void {
    const { at, actor } = event;
    switch (event.type) {
      case 'complaintReceived':
        return this.beginRound(event.data.receivedAt, 1, 'received', state);
      case 'roundOpened':
        return this.beginRound(at, event.data.round, event.data.because, state);
      case 'graded':
      case 'regraded':
        if (actor.kind !== 'staff' || this.firstGrade !== undefined) return;
        this.firstGrade = event.data.grade;
        this.suggestionKept = state.suggestion === undefined ? null : event.data.grade === state.suggestion.grade;
        return;
      case 'assigned':
        if (!event.data.provisional) this.assigned = true;
        return;
      case 'reassigned':
        if (this.assigned && !this.resolved && event.data.owner !== event.data.from) this.reassigned++;
        this.assigned = true;
        return;
      case 'resolved': {
        this.resolved ??= { at, day: localDate(at, this.zone) };
        this.lastCause = event.data.cause;
        const round = this.rounds.at(-1);
        if (!round) return;
        const tookMs = Math.max(0, toMs(at) - toMs(round.at));
        Object.assign(round, { outcome: event.data.outcome, resolvedAt: at, tookMs, ...ownerOf(state) });
        return;
      }
      case 'imported':
        this.lastCause = event.data.cause;
        return;
      case 'escalated':
        if (event.data.to === 'supervisor' || event.data.to === 'manager') this.escalations++;
    }
  }

  private promise(event: CaseEvent, state: CaseState): void {
    switch (event.type) {
      case 'promiseStarted': {
        const { clock, promise, startedAt, dueAt } = event.data;
        if (isWait(promise)) return;
        const where = this.placed(startedAt, ownerOf(state));
        const begun = { seq: event.seq, clock, promise, startedAt, dueAt, verdict: 'open', extended: false } as const;
        const fact: PromiseFact = { ...where, ...begun };
        this.promises.push(fact);
        this.running.set(clock, fact);
        return;
      }
      case 'promiseMoved':
      case 'promiseResumed': {
        const fact = this.running.get(event.data.clock);
        if (!fact) return;
        if (event.type === 'promiseMoved' && event.data.dueAt > fact.dueAt) fact.extended = true;
        fact.dueAt = event.data.dueAt;
        return;
      }
      case 'promiseBreached': {
        const { clock, dueAt } = event.data;
        return this.judge(clock, 'broken', dueAt, state);
      }
      case 'promiseStopped': {
        const { clock, verdict } = event.data;
        const ended = ({ met: 'kept', late: 'broken', cancelled: 'cancelled' } as const)[verdict];
        this.judge(clock, ended, event.at, state);
        this.running.delete(clock);
      }
    }
  }

  /** A promise that is broken stays so. */
  private judge(clock: string, verdict: Verdict, at: Instant, state: CaseState): void {
    const fact = this.running.get(clock);
    if (!fact || fact.verdict === 'broken') return;
    const task = fact.promise === 'help' ? state.helpTasks.find(({ id }) => clock === `help:${id}`) : undefined;
    const who = task ? { person: task.assignee ?? null, team: task.department } : ownerOf(state);
    Object.assign(fact, { verdict, ...this.placed(at, who) });
  }

  /** What was said with the customer, what they were given, and how they judged it. */
  private customer(event: CaseEvent, state: CaseState): void {
    const { at, seq, actor } = event;
    const by = actor.kind === 'staff' ? { person: actor.id, team: actor.team } : ownerOf(state);
    const inbound = INBOUND.has(event.type);
    if (inbound || OUTBOUND.has(event.type)) {
      this.contacts.push({ ...this.placed(at, inbound ? ownerOf(state) : by), seq, inbound, kind: event.type });
    }
    switch (event.type) {
      case 'carriedOut':
        for (const [n, { kind, amount }] of event.data.remedies.entries()) {
          this.redress.push({ ...this.placed(at, by), seq, n, kind, amount });
        }
        return;
      case 'surveySent':
        this.survey(event.data.surveyId, at, state);
        return;
      case 'surveyRecorded': {
        const { surveyId, speed, solution, attitude, total, low } = event.data;
        Object.assign(this.survey(surveyId, at, state), { answered: true, speed, solution, attitude, total });
        return this.judged(!low);
      }
      case 'followedUp':
      case 'revisitRecorded':
        return this.judged(event.data.satisfied);
      case 'reopened':
        return this.judged(false);
    }
  }

  private survey(surveyId: string, at: Instant, state: CaseState): SurveyFact {
    const known = this.surveys.find((one) => one.surveyId === surveyId);
    if (known) return known;
    const none = { answered: false, speed: null, solution: null, attitude: null, total: null };
    const fact: SurveyFact = { ...this.placed(at, ownerOf(state)), surveyId, ...none };
    this.surveys.push(fact);
    return fact;
  }

  private judged(isSatisfied: boolean): void {
    if (!isSatisfied) this.lost = true;
    this.wonBack = this.lost && isSatisfied;
  }

  private action(event: CaseEvent, state: CaseState): void {
    switch (event.type) {
      case 'actionPlanned': {
        const { actionId, kind, owner, cause } = event.data;
        const where = this.placed(event.at, { person: owner, team: ownerOf(state).team });
        const none = { startedAt: null, before: null, after: null, reached: null, endedAt: null };
        this.actions.push({ ...where, actionId, kind, cause, ...none });
        return;
      }
      case 'actionStarted':
        return this.onAction(event.data.actionId, (one) => ({ startedAt: one.startedAt ?? event.at }));
      case 'actionMeasured': {
        const { actionId, before, after, reached } = event.data;
        return this.onAction(actionId, () => ({ before, after, reached }));
      }
      case 'actionVerified':
        return this.onAction(event.data.actionId, () => ({ reached: event.data.reached }));
      case 'actionEnded':
        return this.onAction(event.data.actionId, () => ({ endedAt: event.at }));
    }
  }

  private onAction(id: string, change: (one: ActionFact) => Partial<ActionFact>): void {
    const fact = this.actions.find(({ actionId }) => actionId === id);
    if (fact) Object.assign(fact, change(fact));
  }

  /** Ends the stages and waits that are over, and begins those that are new. */
  private span(event: CaseEvent, state: CaseState): void {
    // A case from another system has stood in no stage of ours.
    if (state.imported) return this.begun.clear();
    const stands = new Map<string, Pick<SpanFact, 'kind' | 'name'>>();
    if (state.stage !== 'archived') stands.set(`stage ${state.stage}`, { kind: 'stage', name: state.stage });
    for (const party of awaits(state)) stands.set(`wait ${party}`, { kind: 'wait', name: party });
    for (const [key, one] of this.begun) {
      if (stands.has(key)) continue;
      this.begun.delete(key);
      const tookMs = Math.max(0, toMs(event.at) - toMs(one.fromAt));
      this.spans.push({ ...this.placed(event.at, ownerOf(state)), ...one, tookMs });
    }
    for (const [key, one] of stands) {
      if (!this.begun.has(key)) this.begun.set(key, { ...one, seq: event.seq, fromAt: event.at });
    }
  }
}

/** Who has the case; whoever is only named in the receipt does not. */
const ownerOf = ({ owner }: CaseState): Pick<Placed, 'person' | 'team'> =>
  owner && !owner.provisional ? { person: owner.id, team: owner.team } : { person: null, team: null };

const NOTHING_SAID: AboutCase = { product: null, model: null, region: null };

/** The facts of a case; undefined: it has no ledger. @param events the whole ledger, in order */
export function factsOf(
  caseNo: string,
  events: readonly CaseEvent[],
  about: AboutCase = NOTHING_SAID,
): CaseFacts | undefined {
  let state: CaseState | undefined;
  let folding: Folding | undefined;
  for (const event of events) {
    state = evolve(state, event, caseNo);
    folding ??= new Folding(state.zone);
    folding.take(event, state);
  }
  return state && folding?.facts(state, about);
}
