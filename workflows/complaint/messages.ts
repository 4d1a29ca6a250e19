import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ActionReport } from '../../src/domain/corrective-action/state';
import type { ComplaintInput } from '../../src/domain/process/start';
import type { DecisionMessage } from '../../src/domain/decisions/decide';
import type { Dispatch } from '../../src/domain/process/search';
import type { CaseState } from '../../src/domain/case/state';
import type { Stage } from '../../src/domain/basics/types';

/** How a case ended; read by nobody but operators. */
export interface ComplaintResult {
  caseNo: string;
  outcome?: string;
  rounds: number;
}
export type ComplaintWorkflow = (input: ComplaintInput) => Promise<ComplaintResult>;

/** Where the case stands: read by `ledger:check`, by operators and by tests. Lists read Postgres. */
export const getCase = defineQuery<CaseState>('getCase');

export interface DecisionTaken {
  /** Sequence of the last event in the ledger that the decision caused. */
  seq: number;
  stage: Stage;
  repeated: boolean;
}

/** Update: the person at the desk needs an immediate yes or no, and the ledger has the event before the answer. */
export const decisionUpdate = (name: string) => defineUpdate<DecisionTaken, [DecisionMessage]>(name);

/** Signal: stored though no worker runs; also what Temporal UI and the CLI send. A refusal is written into the ledger. */
export const decisionSignal = (name: string) => defineSignal<[DecisionMessage]>(name);

/** Signal: a corrective action tells the cases that wait for it. It has to arrive, and nobody waits for an answer. */
export const actionReport = defineSignal<[ActionReport]>('actionReport');

/** Signal: another case was merged into this one. */
export const absorb = defineSignal<[{ from: string }]>('absorb');

/**
 * Signal: somebody is free for a case that waits in the queue. The case judges anew whether it still needs an owner, so a
 * second one that comes late changes nothing.
 */
export const dispatch = defineSignal<[Dispatch]>('dispatch');

/** Signal: a message is undeliverable for good, and somebody has to reach the person another way. */
export const mailFailed = defineSignal<[{ mail: string; to: 'customer' | 'staff'; seq: number }]>('mailFailed');
