/**
 * The messages that a case answers to.
 * @module
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ActionReport } from '../../src/domain/corrective-action/state';
import type { ComplaintInput } from '../../src/domain/process/start';
import type { DecisionMessage } from '../../src/domain/decisions/decide';
import type { Dispatch } from '../../src/domain/process/search';
import type { CaseState } from '../../src/domain/case/state';
import type { Stage } from '../../src/domain/basics/types';

/** The workflow's own result: how the case ended. Only operators read it, in Temporal UI. */
export interface ComplaintResult {
  caseNo: string;
  outcome?: string;
  rounds: number;
}
/** The workflow's type, for callers that may not import its code. */
export type ComplaintWorkflow = (input: ComplaintInput) => Promise<ComplaintResult>;

/**
 * Query: the state of the case as the workflow has it. Fails before the receipt is written. Read by `ledger:check`, by
 * operators and by tests; lists and pages read Postgres.
 */
export const getCase = defineQuery<CaseState>('getCase');

/** The answer to a decision that was taken. */
export interface DecisionTaken {
  /** Sequence of the last event in the ledger that the decision caused. */
  seq: number;
  /** The stage of the case now, which for a repeated decision may be a later one than after the first. */
  stage: Stage;
  /** True if this decision had been taken before: nothing changed, and `seq` is that of the first time. */
  repeated: boolean;
}

/**
 * Update: a decision that is answered at once. The answer comes when the ledger has it.
 * @param name of the decision in the catalogue
 */
export const decisionUpdate = (name: string) => defineUpdate<DecisionTaken, [DecisionMessage]>(name);

/**
 * Signal: the same decision, stored by Temporal even while no worker runs; also what Temporal UI and the CLI send. There
 * is no answer: a refusal is written into the ledger.
 */
export const decisionSignal = (name: string) => defineSignal<[DecisionMessage]>(name);

/** Signal: a corrective action tells its cases what happened to it. */
export const actionReport = defineSignal<[ActionReport]>('actionReport');

/** Signal: the case `from` was merged into this one. */
export const absorb = defineSignal<[{ from: string }]>('absorb');

/**
 * Signal: the dispatcher has found an owner for a queued case. The case checks whether it still needs one, so a second or
 * late signal changes nothing.
 */
export const dispatch = defineSignal<[Dispatch]>('dispatch');

/** Signal: the mail of event `seq` cannot be delivered for good; somebody has to reach the person another way. */
export const mailFailed =
  defineSignal<
    [{ mail: string; to: 'customer' | 'staff'; seq: number; by?: 'sms' | undefined; unsure?: true | undefined }]
  >('mailFailed');
