import type { ComplaintWorkflow } from './messages';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { CaseEvent, EventBody } from '../../src/domain/case/events';
import type { Policy } from '../../src/domain/policy/schema';
import { evolve } from '../../src/domain/case/evolve';
import { append, SYSTEM } from '../../src/domain/process/append';
import { overdue } from '../../src/domain/process/due';
import { casePage } from '../../src/domain/views/progress';
import { isBreached, mostPressing, nextDue } from '../../src/domain/promises/clock';
import { hasRule, PROCESS_REVISION } from '../../src/domain/case/revision';
import type { ComplaintInput } from '../../src/domain/process/start';
import type { CaseState } from '../../src/domain/case/state';
import type { Instant, Stage } from '../../src/domain/basics/types';
import type { Sender } from '../../activities/interface';
import { Turns, type Effects } from '../shared/activities';
import { asOf, nowMs, workflowNow } from '../shared/clock';
import { keepPromises } from '../shared/deadlines';

/**
 * A case while its workflow runs. Its state is always the fold of its ledger and never ahead of it: `change` is the only
 * way to alter it, and it writes one change at a time before the change counts.
 */
export class RunningCase {
  /** The policy version that the case follows now; replaced when a decision moves the case to another. */
  policy: Policy;
  private current: CaseState | undefined;
  private readonly turns = new Turns();
  /** The search attributes as they were last written. */
  private shown: Record<string, unknown> = {};
  /** Events that cause something outside this case and have not been acted on yet, in order (reactions.ts). */
  readonly reactions: CaseEvent[] = [];
  /** Whether one of them is being acted on at this moment. */
  reacting = false;
  /** How many decisions and signals that came before the receipt are not dealt with yet. */
  early = 0;
  /** Whether the history has reached the length at which the case must continue as new. */
  tooLong = false;
  /** How many notes (`note`) are still to be written. */
  private unwritten = 0;

  constructor(private readonly input: ComplaintInput) {
    mustKnow(input.carry?.revision ?? input.received?.revision);
    this.policy = input.policy;
    this.current = input.carry;
  }

  get caseNo(): string {
    return this.input.caseNo;
  }

  /** False until the receipt is in the ledger. */
  get isReceived(): boolean {
    return this.current !== undefined;
  }

  /** @throws Error before the receipt is in the ledger (`isReceived`) */
  get state(): CaseState {
    if (!this.current) throw new Error('the case has not been received yet');
    return this.current;
  }

  get closed(): boolean {
    return this.current?.stage === 'archived';
  }

  in(stage: Stage): boolean {
    return this.state.stage === stage;
  }

  /**
   * Waits for its turn, asks `derive` what to change, and resolves when the ledger has it. Resolves without a write when
   * `derive` gives nothing.
   *
   * A workflow task can be lost after its local activity has written to Postgres (a killed worker, a timed-out task). The
   * next task then finds rows in the ledger that its own history does not know. They were made by the same rules from the
   * same state, and somebody may have been told of them, so they stand: the case adopts them, and `derive` is called again
   * with the state after them (docs/architecture/adoption.md).
   * @param derive pure, as it may be called several times: what it gives for the last call is what was written. `unsigned`
   *   is set once the activity has found no good signature; see `Unsigned`.
   * @throws what `derive` throws
   */
  change(derive: (state: CaseState | undefined, unsigned?: Unsigned) => Change | undefined): Promise<void> {
    return this.turns.inTurn(async (effects) => {
      for (let unsigned: Unsigned; ;) {
        const beganMs = nowMs();
        const change = derive(this.current, unsigned);
        if (!change || change.events.length === 0) return;
        const input = { caseNo: this.caseNo, events: change.events, sender: change.sender };
        const { adopted, askedMs, ...answer } = await effects.appendEvents(input, summaryOf(change.events));
        if (answer.unsigned) {
          unsigned = answer.unsigned;
          continue;
        }
        if (!adopted) {
          // In a replay `nowMs` may have given another time than in the first run, by which the ledger was written:
          // derive the change again as of the recorded time, so that the state equals the fold of the ledger.
          const again = askedMs === beganMs ? undefined : asOf(askedMs, () => derive(this.current, unsigned));
          const { state, events, policy } = again ?? change;
          this.setState(state, events, policy);
          return;
        }
        unsigned = undefined;
        const state = adopted.reduce<CaseState | undefined>(
          (before, item) => evolve(before, item, this.caseNo),
          this.current,
        );
        // The adopted rows may have moved the case to another policy version. The decision that carried its document may
        // not be sent again, so the version is read from Postgres.
        const moved = state && state.policyVersion !== this.policy.version && this.takesTurns;
        const policy = moved ? (await effects.readPolicy({ version: state.policyVersion })).policy : undefined;
        this.setState(state, adopted, policy);
      }
    });
  }

  /**
   * Runs a side effect that does not change the case, in its turn. The state may have changed by the time the answer is
   * there: check it again before acting on the answer.
   */
  effect<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    return this.takesTurns ? this.turns.inTurn(work) : this.turns.outOfTurn(work);
  }

  /** False only in a replay of a history from before turns existed. */
  private get takesTurns(): boolean {
    // Without a state yet, nothing runs beside the receipt. Cases with the rule need no marker in their history; older
    // ones take turns from the point where they write the patch marker.
    return !this.current || hasRule(this.current, 'oneAtATime') || patched('2026-11-one-at-a-time');
  }

  /**
   * `change` for events of the system: appends what `derive` gives and what follows from it by the process's rules.
   * @param at when it happened; left out: now
   * @throws Error before the receipt
   */
  happen(derive: (state: CaseState) => EventBody[], at?: Instant): Promise<void> {
    return this.change((state) => {
      if (!state) throw new Error('nothing happens to a case before it is received');
      const bodies = derive(state);
      return bodies.length > 0 ? this.append(state, bodies, at ?? workflowNow()) : undefined;
    });
  }

  /** The events of `bodies` and of what follows from them, by the system at `at`, and the state after. Writes nothing. */
  append(state: CaseState | undefined, bodies: EventBody[], at: Instant): Change {
    return append(state, this.caseNo, bodies, { at, actor: SYSTEM }, this.policy);
  }

  /**
   * Writes one event without making the caller wait, once the receipt is there; the case does not end before it is
   * written. Nothing is written if the case is archived by then.
   */
  note(body: EventBody): void {
    this.unwritten++;
    const written = condition(() => this.isReceived)
      .then(() => this.happen((state) => (state.stage === 'archived' ? [] : [body])))
      .finally(() => {
        this.unwritten--;
      });
    // Not awaited on purpose: if it rejects, the SDK fails the workflow task, as with any plain error.
    void written;
  }

  private setState(state: CaseState | undefined, events: CaseEvent[], policy?: Policy): void {
    this.current = state;
    this.policy = policy ?? this.policy;
    // Only asked here, after an activity's answer: elsewhere a replay may already have read more of the history than the
    // first run had, and would decide otherwise.
    this.tooLong = isLong(this.input.historyLimit);
    this.reactions.push(...events.filter((item) => OUTSIDE.has(item.type) || needsSomebody(item)));
    this.show();
  }

  /**
   * Waits for a condition without a timer (every deadline belongs to `keepPromises`). Also returns when the history has
   * grown too long, so check `reached` again afterwards.
   */
  async until(reached: () => boolean): Promise<void> {
    await condition(() => reached() || this.tooLong);
  }

  /** Ends this run and goes on in a new one with an empty history, once nothing is under way. Never returns. */
  async goOnAsNew(): Promise<never> {
    await this.settled();
    const { caseNo, historyLimit } = this.input;
    return continueAsNew<ComplaintWorkflow>({ caseNo, policy: this.policy, carry: this.state, historyLimit });
  }

  /** Resolves when no handler is running, every reaction has been carried out and every note is written. */
  settled(): Promise<void> {
    return condition(
      () => allHandlersFinished() && this.reactions.length === 0 && !this.reacting && this.unwritten === 0,
    );
  }

  /** Keeps every promise of this case; resolves when the case is closed. */
  keepPromises(): Promise<void> {
    return keepPromises({
      clocks: () => this.state.clocks,
      ended: () => this.closed,
      // `overdue` dates each moment with its true time, so that after an outage the ledger reads as if there were none.
      onDue: () => this.change((state) => state && overdue(state, workflowNow(), this.policy)),
    });
  }

  /**
   * Updates what Temporal UI shows: the page of current details, and the search attributes that have changed. Unchanged
   * ones are left out, because each upsert is a history event.
   */
  private show(): void {
    const { state } = this;
    setCurrentDetails(casePage(state, this.policy));
    // The choice decides when NextDue is upserted, and every upsert is in the history: older cases must keep the old one.
    const due = hasRule(state, 'brokenFirst') ? mostPressing(state.clocks) : nextDue(state.clocks);
    const wanted = {
      ComplaintStage: state.stage,
      ComplaintGrade: state.grade,
      ComplaintCategory: state.category,
      CaseOwner: state.owner?.id,
      CaseTeam: state.owner?.team,
      NextDue: due?.dueAt,
      Breached: Object.values(state.clocks).some(isBreached),
      Round: state.round,
    };
    const pairs: SearchAttributeUpdatePair[] = [];
    for (const [name, value] of Object.entries(wanted)) {
      if (this.shown[name] === value) continue;
      this.shown[name] = value;
      pairs.push(pairOf(name, value));
    }
    if (pairs.length > 0) upsertSearchAttributes(pairs);
  }
}

/**
 * Stops a worker that is older than the rules which the case follows.
 * @param revision of the case; left out: the first
 * @throws Error, a plain one on purpose: it fails the workflow task and not the case, and Temporal retries the task until
 *   a worker that knows the rules takes it
 */
export function mustKnow(revision = 1): void {
  if (revision <= PROCESS_REVISION) return;
  throw new Error(`the case follows revision ${revision} of the rules, this worker knows ${PROCESS_REVISION}`);
}

function isLong(limit = Number.POSITIVE_INFINITY): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength > limit;
}

/**
 * The activity's answer about a message without a good signature: taken all the same (`ALLOW_UNSIGNED_DECISIONS`) and
 * marked as such, or refused. Undefined: the signature is good, or has not been looked at yet.
 */
export type Unsigned = 'allowed' | 'refused' | undefined;

/** What a change does to a case: the state after it, and the events that lead there. */
export interface Change {
  state: CaseState;
  events: CaseEvent[];
  /** Set when the change moves the case to another policy version. */
  policy?: Policy;
  /** The signed message that causes the change; its signature is checked before anything is written. */
  sender?: Sender;
}

/** What Temporal UI shows beside a write: `proposed +2 (#17)`, the cause and how much followed from it. */
function summaryOf(events: readonly CaseEvent[]): string {
  const first = events.find(({ decision }) => decision) ?? events[0];
  const more = events.length > 1 ? ` +${events.length - 1}` : '';
  return first ? `${first.type}${more} (#${first.seq})` : '';
}

/** Events on which `carryOutReactions` acts, beside those of `needsSomebody`. */
const OUTSIDE = new Set<CaseEvent['type']>(['actionPlanned', 'actionStarted', 'actionVerified', 'merged']);

/** Whether it is a step of an escalation chain for which somebody has to be found: a new owner, or a task force. */
const needsSomebody = (item: CaseEvent): boolean =>
  item.type === 'escalated' && (item.data.action === 'reassign' || item.data.action === 'openTaskForce');

/** A search attribute with its type in Temporal; no value unsets it. */
function pairOf(name: string, value: string | boolean | number | undefined): SearchAttributeUpdatePair {
  if (name === 'NextDue') {
    return {
      key: defineSearchAttributeKey(name, 'DATETIME'),
      value: typeof value === 'string' ? new Date(value) : null,
    };
  }
  if (typeof value === 'boolean') return { key: defineSearchAttributeKey(name, 'BOOL'), value };
  if (typeof value === 'number') return { key: defineSearchAttributeKey(name, 'INT'), value };
  return { key: defineSearchAttributeKey(name, 'KEYWORD'), value: value ?? null };
}
