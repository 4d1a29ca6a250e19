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
 * A case while it runs. Its state is the fold of its ledger, never ahead of it: `change` is the only way to alter it,
 * and one change at a time is written before it counts.
 */
export class RunningCase {
  policy: Policy;
  private current: CaseState | undefined;
  private readonly turns = new Turns();
  private shown: Record<string, unknown> = {};
  /** Events whose consequences lie outside the ledger: children to start, other workflows to tell. */
  readonly reactions: CaseEvent[] = [];
  reacting = false;
  /** Decisions that came before the receipt was written. */
  early = 0;
  /** Of its history, which Temporal bounds. */
  tooLong = false;
  /** Notes that nobody waits for, and that are not written yet. */
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
   * Changes the case by what `derive` makes of its present state, and resolves when the ledger has it.
   *
   * A workflow task can be lost after its local activity has written (a killed worker, a timed-out task); the next one
   * then finds rows in the ledger which its own history does not know. They were decided by the same rules on the same
   * state and may have been answered for, so they stand: the case adopts them, and `derive` is asked again on top.
   */
  change(derive: (state: CaseState | undefined, unsigned?: Unsigned) => Change | undefined): Promise<void> {
    return this.turns.take(async (effects) => {
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
          // Where a replay was told another time than the ledger has it with, it is worked out anew.
          const again = askedMs === beganMs ? undefined : asOf(askedMs, () => derive(this.current, unsigned));
          const { state, events, policy } = again ?? change;
          this.take(state, events, policy);
          return;
        }
        unsigned = undefined;
        const state = adopted.reduce<CaseState | undefined>(
          (before, item) => evolve(before, item, this.caseNo),
          this.current,
        );
        // Whoever moved it to another version may never ask again.
        const moved = state && state.policyVersion !== this.policy.version && this.takesTurns;
        const policy = moved ? (await effects.readPolicy({ version: state.policyVersion })).policy : undefined;
        this.take(state, adopted, policy);
      }
    });
  }

  /** Anything else that a case does outside itself. Where it stands may have changed when the answer comes. */
  effect<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
    return this.takesTurns ? this.turns.take(work) : this.turns.outOfTurn(work);
  }

  private get takesTurns(): boolean {
    // Only the receipt is written before there is a state, and nothing is beside it.
    return !this.current || hasRule(this.current, 'oneAtATime') || patched('2026-11-one-at-a-time');
  }

  /** Appends what happened by itself, and what follows from it. `derive` sees the state it happens to. */
  happen(derive: (state: CaseState) => EventBody[], at?: Instant): Promise<void> {
    return this.change((state) => {
      if (!state) throw new Error('nothing happens to a case before it is received');
      const bodies = derive(state);
      return bodies.length > 0 ? this.append(state, bodies, at ?? workflowNow()) : undefined;
    });
  }

  append(state: CaseState | undefined, bodies: EventBody[], at: Instant): Change {
    return append(state, this.caseNo, bodies, { at, actor: SYSTEM }, this.policy);
  }

  /** Writes down what nobody waits for; the case does not end before it is written. */
  note(body: EventBody): void {
    this.unwritten++;
    const written = condition(() => this.isReceived)
      .then(() => this.happen((state) => (state.stage === 'archived' ? [] : [body])))
      .finally(() => {
        this.unwritten--;
      });
    // A fault of its own fails the task, as everywhere.
    void written;
  }

  private take(state: CaseState | undefined, events: CaseEvent[], policy?: Policy): void {
    this.current = state;
    this.policy = policy ?? this.policy;
    // Asked only here: at other moments a replay may have read further in the history than the first run had.
    this.tooLong = isLong(this.input.historyLimit);
    this.reactions.push(...events.filter((item) => OUTSIDE.has(item.type) || needsSomebody(item)));
    this.show();
  }

  /** Waits without a timer: every deadline belongs to `keepPromises`. Also ends when the history has grown too long. */
  async until(reached: () => boolean): Promise<void> {
    await condition(() => reached() || this.tooLong);
  }

  /** Goes on in a fresh history, with nothing half done. */
  async goOnAsNew(): Promise<never> {
    await this.settled();
    const { caseNo, historyLimit } = this.input;
    return continueAsNew<ComplaintWorkflow>({ caseNo, policy: this.policy, carry: this.state, historyLimit });
  }

  /** Nobody waits for an answer, and no reaction is outstanding. */
  settled(): Promise<void> {
    return condition(
      () => allHandlersFinished() && this.reactions.length === 0 && !this.reacting && this.unwritten === 0,
    );
  }

  /** Every promise of this case, for as long as it runs. */
  keepPromises(): Promise<void> {
    return keepPromises({
      clocks: () => this.state.clocks,
      ended: () => this.closed,
      // Each moment is written with its true time, however late it was noticed: an outage leaves the same ledger.
      onDue: () => this.change((state) => state && overdue(state, workflowNow(), this.policy)),
    });
  }

  /** What managers see in Temporal UI. Written only when it changed: each upsert is a history event. */
  private show(): void {
    const { state } = this;
    setCurrentDetails(casePage(state, this.policy));
    // Which of the two it is decides when an attribute is written again, and that is part of a history.
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

/** A plain error fails the task, not the case: it waits for a worker that knows its rules. */
export function mustKnow(revision = 1): void {
  if (revision <= PROCESS_REVISION) return;
  throw new Error(`the case follows revision ${revision} of the rules, this worker knows ${PROCESS_REVISION}`);
}

function isLong(limit = Number.POSITIVE_INFINITY): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength > limit;
}

/** Said of a decision without a good signature: whether it is taken all the same, as what it is. */
export type Unsigned = 'allowed' | 'refused' | undefined;

/** What a change does to a case: the state after it, and the events that lead there. */
export interface Change {
  state: CaseState;
  events: CaseEvent[];
  /** The version of the policy that it follows from here on, where that changes. */
  policy?: Policy;
  /** Of a decision: who says so has to be looked at before it is written. */
  sender?: Sender;
}

/** What Temporal UI shows beside a write: `proposed +2 (#17)`, the cause and how much followed from it. */
function summaryOf(events: readonly CaseEvent[]): string {
  const first = events.find(({ decision }) => decision) ?? events[0];
  const more = events.length > 1 ? ` +${events.length - 1}` : '';
  return first ? `${first.type}${more} (#${first.seq})` : '';
}

const OUTSIDE = new Set<CaseEvent['type']>(['actionPlanned', 'actionStarted', 'actionVerified', 'merged']);

/** A step of a chain that needs somebody found. */
const needsSomebody = (item: CaseEvent): boolean =>
  item.type === 'escalated' && (item.data.action === 'reassign' || item.data.action === 'openTaskForce');

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
