import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { ActionReport } from '../../src/domain/corrective-action';
import {
  DECISION_NAMES,
  decide,
  decisionIdOf,
  type DecisionMessage,
  type DecisionName,
  type Verdict,
  withIds,
} from '../../src/domain/decisions';
import { appointed } from '../../src/domain/dispatch';
import { event, type EventBody } from '../../src/domain/events';
import type { CaseState } from '../../src/domain/state';
import { claimMerge } from '../shared/activities';
import { workflowNow } from '../shared/deadlines';
import type { RunningCase } from './case';
import {
  absorb,
  actionReport,
  decisionSignal,
  decisionUpdate,
  dispatch,
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
    setHandler(decisionUpdate(name), (message) => onceReceived(running, () => take(running, name, message)), {
      // Before it has been received there is nothing to judge by; the handler judges again in any case.
      validator: (message) => {
        if (running.isReceived) refuseUnlessPossible(judge(running, running.state, name, message));
      },
      description: `Decision of the catalogue: ${name}`,
    });
    setHandler(decisionSignal(name), (message) => onceReceived(running, () => takeSignalled(running, name, message)));
  }
  setHandler(actionReport, (report) => running.happen((state) => heard(state, report)));
  setHandler(absorb, ({ from }) =>
    running.happen((state) => (state.absorbed.includes(from) ? [] : [event('absorbed', { from })])),
  );
  setHandler(dispatch, (found) => onceReceived(running, () => running.happen((state) => appointed(state, found))));
  setHandler(mailFailed, ({ mail, to, seq }) =>
    running.happen((state) => (state.undelivered.includes(seq) ? [] : [event('mailFailed', { mail, to, of: seq })])),
  );
}

/**
 * Whoever decides while the case is still being received waits until that is over. It takes milliseconds, or lasts as
 * long as an outage that hit just then: what the lost first task wrote is in the ledger, and everybody but the workflow
 * knows a case that waits to be graded. It also keeps the order of local activities the same in every replay, wherever
 * in the first task the SDK hands the decision over.
 */
async function onceReceived<T>(running: RunningCase, decide: () => Promise<T>): Promise<T> {
  if (running.isReceived) return decide();
  running.early++;
  try {
    await condition(() => running.isReceived);
    return await decide();
  } finally {
    running.early--;
  }
}

const judge = (running: RunningCase, state: CaseState, name: DecisionName, message: unknown): Verdict =>
  decide(state, name, message, workflowNow(), running.policy);

/** Synchronous, as the SDK does not await validators; a refused update leaves no trace in the history. */
function refuseUnlessPossible(verdict: Verdict): void {
  switch (verdict.kind) {
    case 'invalid':
      throw ApplicationFailure.nonRetryable('the decision is not well formed', 'invalid', { issues: verdict.issues });
    case 'forbidden':
      throw ApplicationFailure.nonRetryable(withIds(verdict.refusal).en, 'forbidden', { refusal: verdict.refusal });
    case 'conflict': {
      const { refusal, instead } = verdict;
      throw ApplicationFailure.nonRetryable(withIds(refusal).en, 'conflict', { refusal, instead });
    }
    default:
      return;
  }
}

async function take(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<DecisionTaken> {
  if (name === 'merge') await claim(running, message);
  if (name === 'movePolicy') running.know(message);
  let repeatOf: number | undefined;
  // Judged again when its turn comes: between the validator and here another decision may have been taken.
  await running.change((state) => {
    if (!state) throw new Error('decided before the case was received');
    const verdict = judge(running, state, name, message);
    refuseUnlessPossible(verdict);
    repeatOf = verdict.kind === 'repeated' ? verdict.seq : undefined;
    return verdict.kind === 'taken' ? verdict : undefined;
  });
  const { seq, stage } = running.state;
  return { seq: repeatOf ?? seq, stage, repeated: repeatOf !== undefined };
}

/** Two cases cannot be merged into each other: that is agreed across cases, before either writes it down. */
async function claim(running: RunningCase, message: DecisionMessage): Promise<void> {
  const verdict = judge(running, running.state, 'merge', message);
  refuseUnlessPossible(verdict);
  const merged = verdict.kind === 'taken' ? verdict.events.find(({ type }) => type === 'merged') : undefined;
  if (merged?.type !== 'merged') return;
  const { into } = merged.data;
  const { decisionId } = message;
  const { refusal } = await claimMerge({ caseNo: running.caseNo, into, at: workflowNow(), decisionId });
  if (refusal) throw ApplicationFailure.nonRetryable(refusal.words.en, 'conflict', { refusal, instead: [] });
}

/**
 * Nobody waits for the answer, so a refusal is itself written down. Judged and written in one turn: when rows of a lost
 * workflow task turn up, it is judged anew on top of them.
 */
async function takeSignalled(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<void> {
  let refusal: string | undefined;
  if (name === 'movePolicy') running.know(message);
  try {
    if (name === 'merge') await claim(running, message);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    refusal = refusalCode(error);
  }
  await running.change((state) => {
    if (!state) throw new Error('decided before the case was received');
    const verdict = judge(running, state, name, message);
    if (refusal === undefined && verdict.kind === 'taken') return verdict;
    if (refusal === undefined && verdict.kind === 'repeated') return undefined;
    const code = refusal ?? codeOf(verdict);
    const refused = event('decisionRefused', { decision: name, code, decisionId: decisionIdOf(message) });
    return running.append(state, [refused], workflowNow());
  });
}

const codeOf = (verdict: Verdict): string => ('refusal' in verdict ? verdict.refusal.code : 'invalid');

function refusalCode(failure: ApplicationFailure): string {
  const detail = failure.details?.[0] as { refusal?: { code: string } } | undefined;
  return detail?.refusal?.code ?? failure.type ?? 'invalid';
}

function heard(state: CaseState, report: ActionReport): EventBody[] {
  const known = state.actions.find((action) => action.id === report.actionId);
  if (state.stage === 'archived' || !known || known.status === 'ended') return [];
  const { actionId } = report;
  switch (report.kind) {
    case 'warned':
      return [event('actionWarned', { actionId, dueAt: report.dueAt, promise: report.promise })];
    case 'breached':
      return [
        event('actionBreached', { actionId, dueAt: report.dueAt, promise: report.promise }),
        event('escalated', { because: 'action', to: 'supervisor', actionId, dueAt: report.dueAt }),
      ];
    case 'measured': {
      const { before, after, reached, round } = report;
      return [event('actionMeasured', { actionId, before, after, reached, round })];
    }
    case 'ended':
      return [event('actionEnded', { actionId, rounds: report.rounds })];
  }
}
