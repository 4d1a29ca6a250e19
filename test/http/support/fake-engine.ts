import { EngineError, type Engine } from '../../../src/cases/engine/engine';
import type { Stores } from '../../../src/db';
import { decide, type DecisionMessage } from '../../../src/domain/decisions/decide';
import { event, type CaseEvent } from '../../../src/domain/case/events';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { PROCESS_REVISION } from '../../../src/domain/case/revision';
import type { ComplaintInput } from '../../../src/domain/process/start';
import type { CaseState } from '../../../src/domain/case/state';

/**
 * Stands in for Temporal and a worker: it judges decisions by the domain's rules and writes the real ledger, but it has
 * no timers, so no promise falls due.
 */
export class FakeEngine implements Engine {
  /** `away`: Temporal cannot be reached. `silent`: it can, but no worker answers. */
  mode: 'up' | 'away' | 'silent' = 'up';
  /** Workflows by case number, with what they were started with. */
  readonly started = new Map<string, ComplaintInput>();
  /** The worker has a gateway for text messages. */
  sms = false;
  /** How often `start` reached Temporal, repeats included. */
  starts = 0;
  /** Signals that were sent; nothing takes them. */
  readonly signals: { caseNo: string; name: string; message: unknown }[] = [];
  /** Decisions that were sent as updates. */
  readonly messages: DecisionMessage[] = [];
  private readonly closed = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();

  /** @param silenceMs how long a caller waits for an answer in mode `silent` */
  constructor(
    private readonly stores: Stores,
    private readonly silenceMs = 50,
  ) {}

  start(input: ComplaintInput): Promise<void> {
    return this.inTurn(async () => {
      await this.reach();
      this.starts++;
      if (this.started.has(input.caseNo)) return;
      this.started.set(input.caseNo, input);
      if (this.mode === 'silent') return;
      await this.open(input);
    });
  }

  carryOn(input: ComplaintInput): Promise<void> {
    return this.inTurn(async () => {
      await this.reach();
      this.started.set(input.caseNo, input);
      this.closed.delete(input.caseNo);
    });
  }

  update(caseNo: string, name: string, message: DecisionMessage) {
    return this.inTurn(async () => {
      await this.reach();
      this.messages.push(message);
      if (!this.started.has(caseNo) || this.closed.has(caseNo)) throw new EngineError('missing', 'no open run');
      if (this.mode === 'silent') {
        await new Promise((resolve) => setTimeout(resolve, this.silenceMs));
        throw new EngineError('silent', 'no answer in time');
      }
      return this.take(caseNo, name, message);
    });
  }

  async signal(caseNo: string, name: string, message: unknown): Promise<void> {
    await this.reach();
    if (this.closed.has(caseNo)) throw new EngineError('missing', 'no open run');
    this.signals.push({ caseNo, name, message });
  }

  /** How often it was told to learn from own cases. */
  learns = 0;
  async learn(): Promise<void> {
    await this.reach();
    this.learns++;
  }

  /** The run of a case ends. */
  close(caseNo: string): void {
    this.closed.add(caseNo);
  }

  async state(caseNo: string): Promise<CaseState> {
    const stored = await this.stores.cases.get(caseNo);
    if (!stored) throw new EngineError('missing', 'no open run');
    return stored.state;
  }

  async ping(): Promise<void> {
    await this.reach();
  }

  /** Appends events to a case that nobody has decided, as when a promise falls due. */
  async happen(caseNo: string, bodies: Parameters<typeof append>[2]): Promise<void> {
    const { state, policy } = await this.current(caseNo);
    const { events } = append(state, caseNo, bodies, { at: new Date().toISOString(), actor: SYSTEM }, policy);
    await this.write(caseNo, events);
  }

  private async open(input: ComplaintInput): Promise<void> {
    const { received, caseNo, policy } = input;
    if (!received) return;
    const { suggestion, ...rest } = received;
    const bodies = [
      event('complaintReceived', { ...rest, policyVersion: policy.version, revision: PROCESS_REVISION }),
      event('gradeSuggested', suggestion),
      event('stageEntered', { stage: 'grade', round: 1 }),
    ];
    const { events } = append(undefined, caseNo, bodies, { at: received.receivedAt, actor: SYSTEM }, policy);
    await this.write(caseNo, events);
  }

  private async take(caseNo: string, name: string, message: DecisionMessage) {
    const { state, policy } = await this.current(caseNo);
    const verdict = decide(state, name, message, new Date().toISOString(), policy);
    switch (verdict.kind) {
      case 'invalid':
        throw new EngineError('refused', 'invalid', { type: 'invalid', issues: verdict.issues });
      case 'forbidden':
        throw new EngineError('refused', 'forbidden', { type: 'forbidden', refusal: verdict.refusal });
      case 'conflict':
        throw new EngineError('refused', 'conflict', { ...verdict, type: 'conflict' });
      case 'repeated':
        return { seq: verdict.seq, stage: state.stage, repeated: true };
      default:
        await this.write(caseNo, verdict.events);
        if (verdict.state.stage === 'archived') this.closed.add(caseNo);
        return { seq: verdict.state.seq, stage: verdict.state.stage, repeated: false };
    }
  }

  private async current(caseNo: string) {
    const stored = await this.stores.cases.get(caseNo);
    const policy = this.started.get(caseNo)?.policy;
    if (!stored || !policy) throw new Error(`no case ${caseNo}`);
    return { state: stored.state, policy };
  }

  private async write(caseNo: string, events: CaseEvent[]): Promise<void> {
    await this.stores.ledger.append(caseNo, events, { mailDomain: 'test.example', sms: this.sms });
  }

  private async reach(): Promise<void> {
    if (this.mode === 'away') throw new EngineError('away', 'Temporal cannot be reached');
  }

  /** Runs one piece of work after the other, as a workflow does. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work, work);
    this.turn = next.catch(() => undefined);
    return next;
  }
}
