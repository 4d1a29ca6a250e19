/**
 * Refusals of decisions that a use case makes itself, and those of the workflow turned into `Refused`.
 * @module
 */
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Fault } from '../../domain/basics/faults';
import type { EngineError } from '../engine/engine';
import type { Slips } from '../../domain/policy/replies';
import { away, conflict, forbiddenBy, invalid, Refused } from '../refused';

/** A `conflict` of a decision. @param instead what is possible now */
export const decidedRefusal = (code: string, zh: string, en: string, instead?: DecisionName[]): Refused =>
  conflict({ code, words: { zh, en } }, instead);

/** For an answer "by mail" to a customer whom no mail and no text message reaches: it would stop the clock although nobody was reached. */
export const noAddressToAnswer = (): Refused =>
  decidedRefusal(
    'no_address',
    '客户没有留邮箱，邮件发不出去；请打电话或当面答复，再用 via: phone 或 counter 登记',
    'the customer left no mail address, so no mail can go out; answer by phone or at the counter and record that (via: phone or counter)',
  );

/**
 * For a text to a customer that seems to hold something by mistake. Its words say what kind and how much, but never
 * repeat the text, because words of refusals reach logs; the preview of a reply names each place.
 */
export function guarded({ variables, mentions, internalWords }: Slips, field: string): Refused {
  const faults = [
    {
      found: variables,
      zh: (n: number) => `有 ${n} 个变量没有填`,
      en: (n: number) => `has ${n} variable(s) that nobody filled in`,
    },
    {
      found: mentions,
      zh: (n: number) => `提到了 ${n} 位同事（@），像是写给内部的`,
      en: (n: number) => `mentions ${n} colleague(s) (@), as if it were meant for them`,
    },
    {
      found: internalWords,
      zh: (n: number) => `有 ${n} 个只在内部用的词`,
      en: (n: number) => `has ${n} word(s) that stay in the house`,
    },
  ].flatMap(({ found, zh, en }) =>
    found.length === 0 ? [] : [{ path: field, words: { zh: zh(found.length), en: en(found.length) } }],
  );
  return new Refused(
    'invalid',
    'reply_guard',
    {
      zh: `还没有发出：给客户的话${faults.map(({ words }) => words.zh).join('，')}。请改好再发；确实要这样发，请带上 sendAnyway: true`,
      en: `not sent: the text to the customer ${faults.map(({ words }) => words.en).join(', ')}. Put it right and send it again; to send it as it is, add sendAnyway: true`,
    },
    { faults },
  );
}

/** For a call that is wanted where no number is known. */
export const noNumberToCall = (): Refused =>
  decidedRefusal(
    'no_number',
    '这件投诉没有留电话号码；请在备注（note）里写上要打的号码',
    'this complaint has no telephone number; write the number to call into the note',
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
