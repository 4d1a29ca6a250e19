import { ApplicationFailure, condition, setHandler, type SignalDefinition } from '@temporalio/workflow';
import type { ActionReport } from '../../src/domain/corrective-action/state';
import { decide, decisionIdOf, UNSIGNED, type DecisionMessage, type Verdict } from '../../src/domain/decisions/decide';
import { withIds } from '../../src/domain/decisions/define';
import { DECISION_NAMES, decisionNamed, type DecisionName } from '../../src/domain/decisions/catalogue';
import { appointed } from '../../src/domain/process/search';
import { event, type EventBody } from '../../src/domain/case/events';
import {
  absorbSchema,
  actionReportSchema,
  dispatchSchema,
  mailFailedSchema,
  type Shape,
} from '../../src/domain/process/signals';
import type { CaseState } from '../../src/domain/case/state';
import { shielded } from '../shared/cancellation';
import { workflowNow } from '../shared/clock';
import type { RunningCase, Unsigned } from './case';
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
    setHandler(
      decisionUpdate(name),
      shielded((message) => onceReceived(running, () => take(running, name, message))),
      {
        // Before it has been received there is nothing to judge by; the handler judges again in any case.
        validator: (message) => {
          if (running.isReceived) refuseUnlessPossible(judge(running, running.state, name, message));
        },
        description: `Decision of the catalogue: ${name}`,
      },
    );
    setHandler(
      decisionSignal(name),
      shielded((message) => onceReceived(running, () => takeSignalled(running, name, message))),
    );
  }
  hear(running, actionReport, actionReportSchema, heard);
  hear(running, absorb, absorbSchema, (state, { from }) =>
    state.absorbed.includes(from) ? [] : [event('absorbed', { from })],
  );
  hear(running, dispatch, dispatchSchema, appointed, { signed: true });
  hear(
    running,
    mailFailed,
    mailFailedSchema,
    (state, { mail, to, seq }) => (state.undelivered.includes(seq) ? [] : [event('mailFailed', { mail, to, of: seq })]),
    { signed: true },
  );
}

/**
 * What our own programs tell a case. Anybody who reaches Temporal can send the like: what makes no sense is written down.
 * `signed`: what a program says, which holds the secret; a workflow cannot keep one, and what it tells another names
 * nobody.
 */
function hear<T>(
  running: RunningCase,
  signal: SignalDefinition<[T]>,
  schema: Shape<T>,
  follow: (state: CaseState, said: T) => EventBody[],
  { signed = false } = {},
): void {
  const { name } = signal;
  const takeMessage = (message: unknown): Promise<void> => {
    const said = schema.safeParse(message);
    return onceReceived(running, () =>
      running.change((state, unsigned) => {
        if (!state) throw new Error('told something before the case was received');
        const isTaken = said.success && unsigned !== 'refused';
        const bodies = isTaken ? follow(state, said.data) : [event('signalRefused', { signal: name })];
        if (bodies.length === 0) return undefined;
        const change = running.append(state, bodies, workflowNow());
        return signed && isTaken && unsigned === undefined ? { ...change, sender: { name, message } } : change;
      }),
    );
  };
  setHandler(signal, shielded(takeMessage));
}

/**
 * Whoever decides while the case is still being received waits until that is over. It takes milliseconds, or lasts as
 * long as an outage that hit just then: what the lost first task wrote is in the ledger, and everybody but the workflow
 * knows a case that waits to be graded. It also keeps the order of local activities the same in every replay, wherever
 * in the first task the SDK hands the decision over.
 */
async function onceReceived<T>(running: RunningCase, decideNow: () => Promise<T>): Promise<T> {
  if (running.isReceived) return decideNow();
  running.early++;
  try {
    await condition(() => running.isReceived);
    return await decideNow();
  } finally {
    running.early--;
  }
}

/** @param unsigned what was said of its signature, once that has been looked at */
function judge(
  running: RunningCase,
  state: CaseState,
  name: DecisionName,
  message: unknown,
  unsigned?: Unsigned,
): Verdict {
  const verdict = decide(
    state,
    name,
    message,
    workflowNow(),
    running.policy,
    unsigned === 'allowed' ? 'temporal' : undefined,
  );
  return unsigned === 'refused' && verdict.kind === 'taken' ? { kind: 'forbidden', refusal: UNSIGNED } : verdict;
}

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
  await agree(running, name, message);
  let repeatOf: number | undefined;
  // Judged again when its turn comes: between the validator and here another decision may have been taken.
  await running.change((state, unsigned) => {
    if (!state) throw new Error('decided before the case was received');
    const verdict = judge(running, state, name, message, unsigned);
    refuseUnlessPossible(verdict);
    repeatOf = verdict.kind === 'repeated' ? verdict.seq : undefined;
    return verdict.kind === 'taken' ? { ...verdict, sender: { name, message } } : undefined;
  });
  const { seq, stage } = running.state;
  return { seq: repeatOf ?? seq, stage, repeated: repeatOf !== undefined };
}

/** What has to be agreed across cases before either writes it down. Throws the refusal. */
async function agree(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<void> {
  if (!decisionNamed(name)?.before) return;
  const verdict = judge(running, running.state, name, message);
  refuseUnlessPossible(verdict);
  if (verdict.kind !== 'taken' || !verdict.before) return;
  const { into } = verdict.before.claimMerge;
  const { decisionId } = message;
  const { refusal } = await running.effect(({ claimMerge }) =>
    claimMerge({ caseNo: running.caseNo, into, at: workflowNow(), decisionId, sender: { name, message } }),
  );
  if (refusal) throw ApplicationFailure.nonRetryable(refusal.words.en, 'conflict', { refusal, instead: [] });
}

/**
 * Nobody waits for the answer, so a refusal is itself written down. Judged and written in one turn: when rows of a lost
 * workflow task turn up, it is judged anew on top of them.
 */
async function takeSignalled(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<void> {
  let refusal: string | undefined;
  try {
    await agree(running, name, message);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    refusal = refusalCode(error);
  }
  await running.change((state, unsigned) => {
    if (!state) throw new Error('decided before the case was received');
    const verdict = judge(running, state, name, message, unsigned);
    if (refusal === undefined && verdict.kind === 'taken') return { ...verdict, sender: { name, message } };
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
    case 'signalRefused':
      return [event('signalRefused', { signal: report.signal, actionId })];
    case 'cancelRequested':
      return [event('cancelRequested', { actionId })];
  }
}
