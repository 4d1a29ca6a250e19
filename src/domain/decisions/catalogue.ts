/**
 * The catalogue of all decisions.
 * @module
 */
import { grade, regrade } from './grading';
import { assign, reassign, accept } from './ownership';
import { resolve, notSubstantiated, carryOut, customerAnswer, propose } from './solution';
import { movePolicy } from './policy';
import { fillForm } from './forms';
import { note, chase, addEvidence, customerWrote, respond, wantCallBack, write } from './contact';
import { withdraw, merge, archive } from './ending';
import { extend, resume, pause } from './dates';
import { verifyAction, startAction, planAction } from './actions';
import { recordRootCause, reopen, recordRevisit, followUp, recordSurvey } from './afterwards';
import { reject, approve } from './approval';
import { answerHelp, requestHelp } from './help';
import type { AnyDecision } from './define';

/**
 * Every decision that a person can take in a case. The names are part of the contract of the API; the order is the
 * order of the buttons at the desk.
 */
export const DECISIONS = {
  grade,
  assign,
  accept,
  respond,
  write,
  addEvidence,
  requestHelp,
  answerHelp,
  propose,
  approve,
  reject,
  customerAnswer,
  carryOut,
  notSubstantiated,
  resolve,
  recordSurvey,
  followUp,
  recordRevisit,
  reopen,
  recordRootCause,
  planAction,
  startAction,
  verifyAction,
  archive,
  pause,
  resume,
  regrade,
  reassign,
  chase,
  customerWrote,
  wantCallBack,
  extend,
  merge,
  withdraw,
  note,
  fillForm,
  movePolicy,
} as const satisfies Record<string, AnyDecision>;

/** The name of a decision in the catalogue. */
export type DecisionName = keyof typeof DECISIONS;
export const DECISION_NAMES = Object.keys(DECISIONS) as DecisionName[];

/** The decision with a name, which may be any text; undefined if there is none. */
export const decisionNamed = (name: string): AnyDecision | undefined =>
  Object.hasOwn(DECISIONS, name) ? DECISIONS[name as DecisionName] : undefined;
