/**
 * Hints in the answer to a decision: what the person who took it still has to do or to know.
 * @module
 */
import { newsWay } from '../../contact';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { DecisionAnswer, Hint } from './answers';
import type { Seen } from './visible';

/** Whether the decision can put a proposal to the customer. */
export const isOffer = (name: DecisionName): boolean => name === 'propose' || name === 'approve';

/**
 * After an offer to a customer without a mail address: that somebody has to ask them. After a letter to one who prefers
 * another way: that they do. Otherwise none.
 * @param sms the house sends text messages
 */
export function hintsOn(name: DecisionName, { record, state }: Pick<Seen, 'record' | 'state'>, sms: boolean): Hint[] {
  if (name === 'write') return otherWayHint(record, sms);
  return isOffer(name) && state.proposal?.status === 'offered' ? noAddressHint(record, sms) : [];
}

/** `prefers_other` if the customer asked to be reached in another way than by mail, otherwise none. */
function otherWayHint(record: Seen['record'], sms: boolean): Hint[] {
  const { preferredChannel } = record.customer;
  // A message of that way tells them that there is a letter, and leads to it.
  if (preferredChannel !== undefined && newsWay(record, sms) === preferredChannel) return [];
  if (preferredChannel === undefined || preferredChannel === 'mail') return [];
  const words = {
    zh: '邮件会照发；但客户希望用别的方式联系（见案件里的客户资料），要紧的事请再用那种方式告诉客户',
    en: 'the mail goes out, but the customer asked to be reached in another way (see the case); what matters should be told that way as well',
  };
  return [{ code: 'prefers_other', words }];
}

/** `no_address` if the customer left no mail address, and gets no text message, otherwise none. */
export function noAddressHint(record: Seen['record'], sms: boolean): Hint[] {
  if (newsWay(record, sms) !== undefined) return [];
  const words = {
    zh: '客户没有留邮箱，收不到方案的邮件；请打电话问客户是否同意，再登记答复（customerAnswer，via: phone）',
    en: 'the customer left no mail address and gets no mail about the offer: ask by phone whether they agree and record the answer (customerAnswer, via: phone)',
  };
  return [{ code: 'no_address', words }];
}

/** Of a decision that no worker took in time: what will become of it. */
export const STORED: Hint = {
  code: 'stored',
  words: {
    zh: '已收下存好，系统恢复后按那时的案情办理；那时已办不成的不会生效，会记入案件并发邮件告诉您，不用重复提交',
    en: 'stored, and taken when a worker is back, judged by the case as it stands then; if it is not possible by then, nothing comes of it, the case says so and you get a mail; do not send it again',
  },
};

/** Of a decision that was taken while the case could not be read for the answer. */
export const TAKEN_UNSEEN: Hint = {
  code: 'taken',
  words: {
    zh: '已经生效，只是暂时读不出案件；过一会儿再看',
    en: 'taken; only the case cannot be read for a moment, so look again later',
  },
};

/** The answer (a 202 of the API) when the case cannot be shown as it is after the decision. */
export const waitingFor = (caseNo: string, decisionId: string, hints: Hint[]): DecisionAnswer => ({
  status: 'accepted',
  decision: { decisionId, hints },
  lookAt: `/api/cases/${caseNo}`,
});
