import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Fault } from '../../domain/basics/faults';
import type { EngineError } from '../engine/engine';
import { away, conflict, forbiddenBy, invalid, type Refused } from '../refused';

/** Why a decision cannot be taken, where the use case knows it before the workflow, or says it after it. */

export const decidedRefusal = (code: string, zh: string, en: string, instead?: DecisionName[]): Refused =>
  conflict({ code, words: { zh, en } }, instead);

/** A mail that cannot go out would be a promise kept on paper only. */
export const noAddressToAnswer = (): Refused =>
  decidedRefusal(
    'no_address',
    '客户没有留邮箱，邮件发不出去；请打电话或当面答复，再用 via: phone 或 counter 登记',
    'the customer left no mail address, so no mail can go out; answer by phone or at the counter and record that (via: phone or counter)',
  );

/** Other customers' complaints end in this one: it is not one person's to take back. */
export const holdsOthers = (): Refused =>
  decidedRefusal(
    'has_absorbed',
    '别的投诉已并入或正要并入本案，不能整案撤回；请联系负责人，由其办结',
    'other complaints were merged into this one, or are about to be, so it cannot be withdrawn as a whole; tell its handler, who will resolve it',
  );

export const idReused = (): Refused =>
  decidedRefusal(
    'decision_id_reused',
    '这个 decisionId 已用于另一个决定，请换一个',
    'this decisionId was used for another decision; send another one',
  );

/** The workflow names fields as it knows them: `input.reason`. The client sent `reason`. */
export const withoutPrefix = (issues: readonly Fault[]): Fault[] =>
  issues.map(({ path, words }) => ({ path: path.replace(/^input\.?/, ''), words }));

/** What the caller hears of an update that failed: the guards' refusal, or that Temporal is away; else the fault itself. */
export function refusedBy(error: EngineError): unknown {
  if (error.kind === 'away' || error.kind === 'missing') return away('temporal');
  const { refusal } = error;
  if (error.kind !== 'refused' || !refusal) return error;
  if (refusal.type === 'invalid' || !refusal.refusal) return invalid(withoutPrefix(refusal.issues ?? []));
  return refusal.type === 'forbidden' ? forbiddenBy(refusal.refusal) : conflict(refusal.refusal, refusal.instead);
}
