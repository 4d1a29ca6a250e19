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
 * Registers every handler of a case. To be called before the first await of the workflow: an update that finds no
 * handler is rejected for good. Each decision of the catalogue is an update, which is answered at once, and a signal,
 * which Temporal stores even while no worker runs.
 */
export function listen(running: RunningCase): void {
  setHandler(getCase, () => running.state);
  for (const name of DECISION_NAMES) {
    setHandler(
      decisionUpdate(name),
      shielded((message) => onceReceived(running, () => takeUpdate(running, name, message))),
      {
        // Before the receipt there is no state to judge by. That is no gap: the handler judges every decision again.
        validator: (message) => {
          if (running.isReceived) refuseUnlessPossible(judge(running, running.state, name, message));
        },
        description: `Decision of the catalogue: ${name}`,
      },
    );
    setHandler(
      decisionSignal(name),
      shielded((message) => onceReceived(running, () => takeSignal(running, name, message))),
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
    (state, { mail, to, seq, by, unsure }) =>
      state.undelivered.includes(seq)
        ? []
        : [event('mailFailed', { mail, to, of: seq, ...(by && { by }), ...(unsure && { unsure }) })],
    { signed: true },
  );
}

/**
 * Registers the handler of a signal from our own programs or workflows. Anybody who reaches Temporal can send the same, so
 * a message that is malformed or wrongly signed must not fail the task: it is written down as `signalRefused`.
 * @param follow the events that a sound message leads to; none if it changes nothing, as with a repeat
 * @param options.signed true for signals of programs, which hold the signing key. Workflow code cannot keep a secret, so
 *   signals between workflows are unsigned; they name no person.
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
 * Runs `decideNow` once the receipt is in the ledger: at once as a rule, or after the wait for it.
 *
 * A decision can come before the receipt, because the API shows an accepted complaint before a worker has taken it up, or
 * because the first task was lost after its write. The wait is milliseconds, or as long as an outage. It also keeps the
 * order of local activities the same in every replay, wherever in the first task the SDK delivers the message. `early`
 * counts those that wait, so that they are judged before promises that have fallen due meanwhile.
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

/**
 * Judges a decision against a state, now, under the case's policy. Writes nothing.
 * @param unsigned the activity's answer about a missing signature, undefined until it has been asked (`Unsigned`). With
 *   `refused`, a decision that would be taken is forbidden; with `allowed` it is marked `via: 'temporal'`.
 */
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

/**
 * Throws unless the decision is possible or was taken before. Synchronous, because the SDK does not await validators; an
 * update that a validator refuses leaves no trace in the history.
 * @throws ApplicationFailure, not retryable, of type `invalid` (details: issues), `forbidden` (refusal) or `conflict`
 *   (refusal and the decisions possible instead); src/cases turns them into 422, 403 and 409
 */
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

/**
 * Takes a decision that came as an update; resolves when the ledger has it.
 * @returns `repeated: true` with the first answer's `seq` for a decision that was taken before
 * @throws ApplicationFailure as `refuseUnlessPossible` does, or `conflict` from `agree`
 */
async function takeUpdate(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<DecisionTaken> {
  await agree(running, name, message);
  let repeatOf: number | undefined;
  // Judged again when its turn comes, because another decision may have been taken since the validator ran.
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

/**
 * Reserves what involves another case (today a merge) before this case writes it, so that of two merges that contradict
 * each other one is refused. Does nothing for all other decisions, and for one that was taken before.
 * @throws ApplicationFailure as `refuseUnlessPossible` does, or `conflict` when the reservation is refused
 */
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
 * Takes a decision that came as a signal. Nobody waits for an answer, so a refusal is written into the ledger as
 * `decisionRefused`. Judged and written in one `change`, so that it is judged again if rows of a lost workflow task are
 * adopted.
 */
async function takeSignal(running: RunningCase, name: DecisionName, message: DecisionMessage): Promise<void> {
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

/** The code under which a refused signal stands in the ledger. */
const codeOf = (verdict: Verdict): string => ('refusal' in verdict ? verdict.refusal.code : 'invalid');

/** The same, from a failure of `agree`. */
function refusalCode(failure: ApplicationFailure): string {
  const detail = failure.details?.[0] as { refusal?: { code: string } } | undefined;
  return detail?.refusal?.code ?? failure.type ?? 'invalid';
}

/**
 * The events of a report from a corrective action. None for an action that the case does not know or has seen ended, or
 * when the case is archived: reports can arrive late or twice.
 */
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
