/**
 * Refusals of decisions that a use case makes itself, and those of the workflow turned into `Refused`.
 * @module
 */
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Fault } from '../../domain/basics/faults';
import type { EngineError } from '../engine/engine';
import { away, conflict, forbiddenBy, invalid, type Refused } from '../refused';

/** A `conflict` of a decision. @param instead what is possible now */
export const decidedRefusal = (code: string, zh: string, en: string, instead?: DecisionName[]): Refused =>
  conflict({ code, words: { zh, en } }, instead);

/** For an answer "by mail" to a customer without an address: it would stop the clock although nobody was reached. */
export const noAddressToAnswer = (): Refused =>
  decidedRefusal(
    'no_address',
    '客户没有留邮箱，邮件发不出去；请打电话或当面答复，再用 via: phone 或 counter 登记',
    'the customer left no mail address, so no mail can go out; answer by phone or at the counter and record that (via: phone or counter)',
  );

/** For the withdrawal of a case that holds others: it would end other customers' complaints as well. */
export const holdsOthers = (): Refused =>
  decidedRefusal(
    'has_absorbed',
    '别的投诉已并入或正要并入本案，不能整案撤回；请联系负责人，由其办结',
    'other complaints were merged into this one, or are about to be, so it cannot be withdrawn as a whole; tell its handler, who will resolve it',
  );

/** For a `decisionId` that another decision, or the same with other input, was taken under. */
export const idReused = (): Refused =>
  decidedRefusal(
    'decision_id_reused',
    '这个 decisionId 已用于另一个决定，请换一个',
    'this decisionId was used for another decision; send another one',
  );

/** The faults with the paths that the client knows: the workflow says `input.reason` where the client sent `reason`. */
export const withoutPrefix = (issues: readonly Fault[]): Fault[] =>
  issues.map(({ path, words }) => ({ path: path.replace(/^input\.?/, ''), words }));

/** What to throw for an update that failed: the guards' refusal, or `away`; otherwise the EngineError itself, as a bug. */
export function refusedBy(error: EngineError): unknown {
  if (error.kind === 'away' || error.kind === 'missing') return away('temporal');
  const { refusal } = error;
  if (error.kind !== 'refused' || !refusal) return error;
  if (refusal.type === 'invalid' || !refusal.refusal) return invalid(withoutPrefix(refusal.issues ?? []));
  return refusal.type === 'forbidden' ? forbiddenBy(refusal.refusal) : conflict(refusal.refusal, refusal.instead);
}
