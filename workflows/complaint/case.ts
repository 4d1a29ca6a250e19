import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { STAGE_WORDS } from '../../src/domain/decisions';
import type { CaseEvent, EventBody } from '../../src/domain/events';
import type { Policy } from '../../src/domain/policy';
import { append, onMoment, SYSTEM, type Occurrence } from '../../src/domain/process';
import { casePage } from '../../src/domain/progress';
import { isBreached, nextDue } from '../../src/domain/promises';
import type { ComplaintInput } from '../../src/domain/start';
import type { CaseState } from '../../src/domain/state';
import type { Stage } from '../../src/domain/types';
import { appendEvents } from '../shared/activities';
import { keepPromises, workflowNow } from '../shared/deadlines';
import type { complaint } from './workflow';

/**
 * A case while it runs: the state, and the only two ways to change it (`happened` and a decision through `record`).
 * Whatever happens is folded at once and written to the ledger in order, one batch at a time.
 */
export class RunningCase {
  readonly policy: Policy;
  private current: CaseState | undefined;
  private unwritten: CaseEvent[] = [];
  private writtenSeq = 0;
  private writing: Promise<void> | undefined;
  private shown: Record<string, unknown> = {};
  /** Events whose consequences lie outside the ledger: children to start, other workflows to tell. */
  readonly reactions: CaseEvent[] = [];
  reacting = false;

  constructor(private readonly input: ComplaintInput) {
    this.policy = input.policy;
    if (input.carry) {
      this.current = input.carry;
      this.writtenSeq = input.carry.seq;
    }
  }

  get caseNo(): string {
    return this.input.caseNo;
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

  /** Appends what happened by itself, and what follows from it. */
  happened(bodies: EventBody[], how: Partial<Occurrence> = {}): void {
    if (bodies.length === 0) return;
    const occurred = { at: workflowNow(), actor: SYSTEM, ...how };
    const { state, events } = append(this.current, this.caseNo, bodies, occurred, this.policy);
    this.record(state, events);
  }

  /** Takes over a state together with the events that led to it. */
  record(state: CaseState, events: CaseEvent[]): void {
    this.current = state;
    this.unwritten.push(...events);
    this.reactions.push(...events.filter((item) => OUTSIDE.has(item.type)));
  }

  /** Resolves when the ledger has everything that has happened so far. */
  async written(): Promise<void> {
    const upTo = this.state.seq;
    while (this.writtenSeq < upTo) {
      this.writing ??= this.writeBatch().finally(() => {
        this.writing = undefined;
      });
      await this.writing;
    }
  }

  private async writeBatch(): Promise<void> {
    const batch = this.unwritten;
    this.unwritten = [];
    await appendEvents({ caseNo: this.caseNo, events: batch });
    this.writtenSeq = batch.at(-1)?.seq ?? this.writtenSeq;
    this.show();
  }

  /** Waits without a timer: every deadline belongs to `keepPromises`. Also ends when the history has grown too long. */
  async until(reached: () => boolean): Promise<void> {
    await condition(() => reached() || this.tooLong);
  }

  get tooLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength > (this.input.historyLimit ?? Number.POSITIVE_INFINITY);
  }

  /** Goes on in a fresh history, with nothing half done. */
  async goOnAsNew(): Promise<never> {
    await this.settled();
    const { caseNo, policy, historyLimit } = this.input;
    return continueAsNew<typeof complaint>({ caseNo, policy, carry: this.state, historyLimit });
  }

  /** Nothing unwritten, nobody waiting for an answer, no reaction outstanding. */
  async settled(): Promise<void> {
    await condition(() => allHandlersFinished() && this.reactions.length === 0 && !this.reacting);
    await this.written();
  }

  /** Every promise of this case, for as long as it runs. */
  keepPromises(): Promise<void> {
    return keepPromises({
      clocks: () => this.state.clocks,
      ended: () => this.closed,
      // Written with its true time, however late it was noticed: an outage leaves the same ledger as no outage.
      onMoment: (moment) => this.happened(onMoment(this.state, moment), { at: moment.at }),
      settled: () => this.written(),
    });
  }

  /** What managers see in Temporal UI. Written only when it changed: each upsert is a history event. */
  private show(): void {
    const { state } = this;
    setCurrentDetails(casePage(state, STAGE_WORDS));
    const due = nextDue(state.clocks);
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

const OUTSIDE = new Set<CaseEvent['type']>(['actionPlanned', 'actionStarted', 'actionVerified', 'merged']);

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
