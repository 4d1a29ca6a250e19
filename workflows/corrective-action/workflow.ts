import { condition, setHandler } from '@temporalio/workflow';
import {
  effectReached,
  type ActionReport,
  type CorrectiveActionInput,
  type CorrectiveActionState,
} from '../../src/domain/corrective-action';
import { complaintWorkflowId } from '../../src/domain/ids';
import { nextMoment, type Clock } from '../../src/domain/promises';
import { addMs, durationMs, toMs } from '../../src/domain/time';
import type { Instant } from '../../src/domain/types';
import { actionReport } from '../complaint/messages';
import { measureEffect, saveAction } from '../shared/activities';
import { keepPromises, workflowNow } from '../shared/deadlines';
import { tell } from '../shared/tell';
import { actionStarted, actionVerified, getAction } from './messages';

/**
 * A corrective action (CAPA): started in time, its effect checked against the complaint data a month later, and again
 * until it is reached. It has its own owner and may serve several cases, so it is a workflow of its own and tells each
 * case what happens.
 */
export async function correctiveAction(input: CorrectiveActionInput): Promise<CorrectiveActionState> {
  const action = new RunningAction(input);
  setHandler(getAction, () => action.state);
  setHandler(actionStarted, ({ at }) => action.start(at));
  setHandler(actionVerified, ({ at, reached }) => action.judge(at, reached));

  const promises = keepPromises(action);
  await action.settled();

  while (action.state.status !== 'ended') {
    await condition(() => action.checkIsDue || action.unsaved || action.state.status === 'ended');
    if (action.checkIsDue) await action.measure();
    await action.settled();
  }
  await promises;
  return action.state;
}

class RunningAction {
  state: CorrectiveActionState;
  checkIsDue = false;
  unsaved = true;
  private readonly reports: ActionReport[] = [];

  constructor(private readonly input: CorrectiveActionInput) {
    const { actionId: id, cases, kind, owner, cause, plannedAt, rules } = input;
    const length = durationMs(kind === 'urgent' ? rules.containment : rules.preventiveStart);
    this.state = input.carry ?? {
      id,
      revision: 1,
      cases,
      kind,
      owner,
      cause,
      status: 'planned',
      plannedAt,
      round: 1,
      clocks: { containment: this.clock('containment', plannedAt, length) },
    };
  }

  clocks(): Readonly<Record<string, Clock>> {
    return this.state.clocks;
  }

  ended(): boolean {
    return this.state.status === 'ended';
  }

  start(at: Instant): void {
    if (this.state.status !== 'planned') return;
    const clocks = {
      ...this.stopped('containment', at),
      effectCheck: this.clock('effectCheck', at, durationMs(this.input.rules.effectCheck)),
    };
    this.change({ status: 'started', startedAt: at, clocks });
  }

  /** A person's judgement: reached ends the action, not reached opens the next round at once. */
  judge(at: Instant, reached: boolean): void {
    if (this.state.status !== 'started') return;
    if (reached) this.end(at);
    else this.nextRound(at);
  }

  async onDue(): Promise<void> {
    const moment = nextMoment(this.state.clocks);
    const clock = moment && this.state.clocks[moment.clock];
    if (!clock) return;
    const { id: actionId } = this.state;
    if (moment.kind === 'warn') {
      this.change({ clocks: { ...this.state.clocks, [clock.id]: { ...clock, warned: clock.warned + 1 } } });
      this.reports.push({ actionId, kind: 'warned', promise: clock.id, dueAt: clock.dueAt });
    } else if (clock.id === 'effectCheck') {
      this.change({ clocks: { ...this.state.clocks, effectCheck: { ...clock, status: 'met', stoppedAt: moment.at } } });
      this.checkIsDue = true;
    } else {
      this.change({
        clocks: { ...this.state.clocks, [clock.id]: { ...clock, breachedAt: clock.dueAt, escalated: 1 } },
      });
      this.reports.push({ actionId, kind: 'breached', promise: clock.id, dueAt: clock.dueAt });
    }
  }

  /** Complaints of the cause in the time since the action began, against as long a time before it. */
  async measure(): Promise<void> {
    this.checkIsDue = false;
    const { cause, startedAt } = this.state;
    if (startedAt === undefined) return;
    const to = workflowNow();
    const from = addMs(startedAt, toMs(startedAt) - toMs(to));
    const { before, after } = await measureEffect({ cause, from, middle: startedAt, to });
    if (this.ended()) return;
    const reached = effectReached(before, after, this.input.rules.targetReduction);
    const { id: actionId, round } = this.state;
    this.change({ measured: { before, after, reached, at: to } });
    this.reports.push({ actionId, kind: 'measured', before, after, reached, round, at: to });
    if (reached) this.end(to);
    else this.nextRound(to);
  }

  /** Saves the row, then tells the cases, in the order in which it happened. */
  async settled(): Promise<void> {
    while (this.unsaved || this.reports.length > 0) {
      if (this.unsaved) {
        this.unsaved = false;
        await saveAction({ state: this.state });
      }
      const report = this.reports.shift();
      if (report) for (const caseNo of this.state.cases) await tell(complaintWorkflowId(caseNo), actionReport, report);
    }
  }

  private end(at: Instant): void {
    const clocks = this.stopped('effectCheck', at);
    this.change({ status: 'ended', endedAt: at, clocks });
    this.reports.push({ actionId: this.state.id, kind: 'ended', rounds: this.state.round, at });
  }

  private nextRound(at: Instant): void {
    const effectCheck = this.clock('effectCheck', at, durationMs(this.input.rules.effectCheck));
    this.change({ round: this.state.round + 1, clocks: { ...this.state.clocks, effectCheck } });
  }

  private change(part: Partial<CorrectiveActionState>): void {
    this.state = { ...this.state, ...part, revision: this.state.revision + 1 };
    this.unsaved = true;
  }

  private stopped(id: string, at: Instant): Record<string, Clock> {
    const clock = this.state.clocks[id];
    if (!clock || clock.status !== 'running') return this.state.clocks;
    const status = clock.breachedAt === undefined && at <= clock.dueAt ? 'met' : 'late';
    return { ...this.state.clocks, [id]: { ...clock, status, stoppedAt: at } };
  }

  private clock(id: 'containment' | 'effectCheck', startedAt: Instant, lengthMs: number): Clock {
    return {
      id,
      promise: 'review',
      version: (this.state?.clocks[id]?.version ?? 0) + 1,
      status: 'running',
      startedAt,
      dueAt: addMs(startedAt, lengthMs),
      lengthMs,
      pausable: false,
      // The effect check is an appointment, not a promise that anybody could break.
      warnAt: id === 'containment' ? this.input.rules.warnAt : [],
      warned: 0,
      pausedMs: 0,
      escalated: 0,
    };
  }
}
