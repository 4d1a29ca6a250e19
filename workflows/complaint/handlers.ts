import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { ActionReport } from '../../src/domain/corrective-action';
import {
  DECISION_NAMES,
  decide,
  type DecisionMessage,
  type DecisionName,
  type Verdict,
} from '../../src/domain/decisions';
import { event } from '../../src/domain/events';
import { claimMerge } from '../shared/activities';
import { workflowNow } from '../shared/deadlines';
import type { RunningCase } from './case';
import {
  absorb,
  actionReport,
  decisionSignal,
  decisionUpdate,
  getCase,
  mailFailed,
  type DecisionTaken,
} from './messages';

/**
 * Sets every handler before the first await of the workflow, so that nothing that arrives early is refused or lost.
 * Each decision of the catalogue is an update (an immediate yes or no) and a signal (stored though no worker runs).
 */
export function listen(running: RunningCase): void {
  setHandler(getCase, () => running.state);
  for (const name of DECISION_NAMES) {
    setHandler(decisionUpdate(name), (message) => take(running, name, message), {
      validator: (message) => refuseUnlessPossible(judge(running, name, message)),
      description: `Decision of the catalogue: ${name}`,
    });
    setHandler(decisionSignal(name), (message) => takeSignalled(running, name, message));
  }
  setHandler(actionReport, async (report) => {
    hear(running, report);
    await running.written();
  });
  setHandler(absorb, async ({ from }) => {
    if (running.closed || running.state.absorbed.includes(from)) return;
    running.happened([event('absorbed', { from })]);
    await running.written();
  });
  setHandler(mailFailed, async ({ mail, to, seq }) => {
    if (running.state.undelivered.includes(seq)) return;
    running.happened([event('mailFailed', { mail, to, of: seq })]);
    await running.written();
  });
}

const judge = (running: RunningCase, name: DecisionName, message: unknown): Verdict =>
  decide(running.state, name, message, workflowNow(), running.policy);

/** Synchronous, as the SDK does not await validators; a refused update leaves no trace in the history. */
function refuseUnlessPossible(verdict: Verdict): void {
  switch (verdict.kind) {
    case 'invalid':
      throw ApplicationFailure.nonRetryable('the decision is not well formed', 'invalid', { issues: verdict.issues });
    case 'forbidden':
      throw ApplicationFailure.nonRetryable(verdict.refusal.words.en, 'forbidden', { refusal: verdict.refusal });
    case 'conflict': {
      const { refusal, instead } = verdict;
      throw ApplicationFailure.nonRetryable(refusal.words.en, 'conflict', { refusal, instead });
    }
    default:
      return;
  }
}

async function take(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<DecisionTaken> {
  if (name === 'merge') await claim(running, message);
  // Judged again: between the validator and here another decision may have been taken.
  const verdict = judge(running, name, message);
  refuseUnlessPossible(verdict);
  if (verdict.kind === 'taken') running.record(verdict.state, verdict.events);
  // A repeat waits as well: an answered decision is in the ledger, whoever asked first.
  const seq = verdict.kind === 'repeated' ? verdict.seq : running.state.seq;
  await running.written();
  return { seq, stage: running.state.stage, repeated: verdict.kind === 'repeated' };
}

/** Two cases cannot be merged into each other: that is agreed across cases, before either writes it down. */
async function claim(running: RunningCase, message: DecisionMessage): Promise<void> {
  const verdict = judge(running, 'merge', message);
  refuseUnlessPossible(verdict);
  const into =
    verdict.kind === 'taken' && verdict.events[0]?.type === 'merged' ? verdict.events[0].data.into : undefined;
  if (into === undefined) return;
  const { decisionId } = message;
  const { refusal } = await claimMerge({ caseNo: running.caseNo, into, at: workflowNow(), decisionId });
  if (refusal) throw ApplicationFailure.nonRetryable(refusal.words.en, 'conflict', { refusal, instead: [] });
}

async function takeSignalled(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<void> {
  try {
    await take(running, name, message);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // Nobody waits for the answer, so the refusal itself is written down.
    running.happened([event('decisionRefused', { decision: name, code: refusalCode(error) })]);
    await running.written();
  }
}

function refusalCode(failure: ApplicationFailure): string {
  const detail = failure.details?.[0] as { refusal?: { code: string } } | undefined;
  return detail?.refusal?.code ?? failure.type ?? 'invalid';
}

function hear(running: RunningCase, report: ActionReport): void {
  const known = running.state.actions.find((action) => action.id === report.actionId);
  if (running.closed || !known || known.status === 'ended') return;
  const { actionId } = report;
  switch (report.kind) {
    case 'warned':
      running.happened([event('actionWarned', { actionId, dueAt: report.dueAt, promise: report.promise })]);
      return;
    case 'breached':
      running.happened([
        event('actionBreached', { actionId, dueAt: report.dueAt, promise: report.promise }),
        event('escalated', { because: 'action', to: 'supervisor', actionId, dueAt: report.dueAt }),
      ]);
      return;
    case 'measured': {
      const { before, after, reached, round } = report;
      running.happened([event('actionMeasured', { actionId, before, after, reached, round })]);
      return;
    }
    case 'ended':
      running.happened([event('actionEnded', { actionId, rounds: report.rounds })]);
  }
}
