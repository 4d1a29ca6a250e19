/**
 * WeChat mini-programs, 交易类投诉. It has no list: the push `complaint_callback` is the only way in, and is kept before it is answered.
 * Read: developers.weixin.qq.com, "交易类投诉处理" with its changes of 25 Mar 2024 (states 201 and 206 run out after 48 hours), and
 * API/transaction-guarantee/complaint (21 Dec 2025): complaintOrderDetail, bussiRespondComplaint, bussiSupplyProof,
 * bussiSupplyRefund, busiAppeal. The tables of states lie beyond what could be read of those pages: states as the SDK of YeePay
 * (chouyang/yop-sdk-php) lists them; states of an appeal and the shape of the detail as Senparc.Weixin and
 * DotNetCore.SKIT.FlurlHttpClient.Wechat have them. Times are seconds, amounts cents.
 * @module
 */
import type { PlatformActName, PlatformPhase } from '../../../domain/case/platforms';
import type { ActPicture, Entry, PlatformAdapter, SeenComplaint, There } from '../adapter';
import { PlatformFault } from '../fault';
import { photo } from './photo';
import { list, must, mustBe, object, seconds, text, withNumber, type Json } from './reading';
import { asked, greet, pushed, reach } from './wechat-call';
import { historyOf } from './wechat-history';

const HERE = '/wxaapi/minishop';
/** No complaint has this number. */
const GONE = [1];

/** It waits for our answer; for our evidence; for proof that money was refunded. */
const [WAITS, PROOF, REFUND] = [['201'], ['106', '108'], ['206']];
const FINISHED: readonly string[] = ['102', '112', '115', '116', '205', '209'];
/** The platform's own people deal with it. */
const HELPED = /^(?:10[1-9]|11[01]|30[57]|310)$/;
/** What our side has done, as the next state says: answered, handed in evidence, handed in proof of the refund. */
const DONE: Readonly<Record<string, PlatformActName[]>> = {
  203: ['settle', 'refuse'],
  204: ['settle', 'refuse'],
  107: ['prove'],
  207: ['proveRefund'],
};
/** Of an appeal: it may be made; it was made. */
const [APPEAL_OPEN, APPEALED] = ['401', '403'];

const phaseOf = (status: string): PlatformPhase =>
  WAITS.includes(status) ? 'waiting' : FINISHED.includes(status) ? 'finished' : 'handling';

function actsOf(status: string, appeal: string): PlatformActName[] {
  return [
    ...(WAITS.includes(status) ? (['settle', 'refuse'] as const) : []),
    ...(PROOF.includes(status) ? (['prove'] as const) : []),
    ...(REFUND.includes(status) ? (['proveRefund'] as const) : []),
    ...(appeal === APPEAL_OPEN ? (['appeal'] as const) : []),
  ];
}

function seenOf(said: Json, merchantId: string): SeenComplaint {
  const one = object(said.complaintOrder);
  const complaintId = must(text(one.complaintOrderId));
  const [status, appeal] = [must(text(one.status)), text(one.appealState)];
  const material = object(one.customerMaterial);
  const words = text(material.content);
  const { entries, isRefunded } = historyOf(said.item);
  const acts = actsOf(status, appeal);
  const expiresAt = seconds(one.expireTime);
  const [phone, product] = [text(one.phoneNumber), text(one.productName)];
  const [orderNo, transactionId] = [text(one.outTradeNo), text(one.orderId)];
  const amount = /^\d{1,10}$/.test(text(one.totalCost)) ? Number(text(one.totalCost)) : undefined;
  // What the customer complains of stands at the beginning of the history as well.
  const isNews = (entry: Entry): boolean => entry.kind !== 'said' || entry.text !== words;
  return {
    complaintId,
    at: mustBe(seconds(one.createTime)),
    text: words,
    merchantId,
    phase: phaseOf(status),
    status: appeal === '' || appeal === '0' ? status : `${status}/${appeal}`,
    acts,
    done: [...(DONE[status] ?? []), ...(appeal === APPEALED ? (['appeal'] as const) : [])],
    isRefunded,
    isHelped: HELPED.test(status),
    pictures: list(material.mediaIdList).flatMap((at, n) =>
      text(at).startsWith('http') ? [{ id: `${complaintId}/${n}`, at: text(at) }] : [],
    ),
    entries: entries.filter(isNews),
    // Of other states the end is nobody's of us.
    ...(acts.length > 0 && expiresAt !== undefined && { expiresAt }),
    ...(phone !== '' && { phone }),
    ...(product !== '' && { product: product.slice(0, 100) }),
    ...(orderNo !== '' && { orderNo }),
    ...(transactionId !== '' && { transactionId }),
    ...(amount !== undefined && { amount }),
  };
}

/** Hands in pictures. @returns their ids, which hold for three days */
async function mediaOf(there: There, pictures: readonly ActPicture[]): Promise<string[]> {
  const ids: string[] = [];
  for (const picture of pictures) {
    const query = { type: 'image' };
    const said = await asked(there, { method: 'POST', path: '/cgi-bin/media/upload', query, picture });
    ids.push(must(text(said.media_id)));
  }
  return ids;
}

/** Where each decision goes, and what goes with it. */
const CALLS: Partial<Record<PlatformActName, { path: string; more?: object }>> = {
  settle: { path: 'bussiRespondComplaint', more: { bussiHandle: 1 } },
  refuse: { path: 'bussiRespondComplaint', more: { bussiHandle: 2 } },
  prove: { path: 'bussiSupplyProof' },
  proveRefund: { path: 'bussiSupplyRefund' },
  appeal: { path: 'busiAppeal' },
};

export const miniprogram: PlatformAdapter = {
  reach,

  async look(there, complaintId) {
    const query = { complaintOrderId: complaintId };
    const said = await asked(there, { method: 'GET', path: `${HERE}/complaintOrderDetail`, query, gone: GONE });
    return seenOf(said, there.account.merchantId);
  },

  picture: photo,

  async act(there, { complaintId }, { act, reason = '', pictures }) {
    const call = CALLS[act];
    if (!call) throw new PlatformFault('unfit', 'not_offered');
    const mediaIdList = await mediaOf(there, pictures);
    const body = { content: reason, mediaIdList, ...call.more };
    const json = withNumber('complaintOrderId', complaintId, body);
    await asked(there, { method: 'POST', path: `${HERE}/${call.path}`, json, gone: GONE });
  },

  notices: {
    heard: 'success',
    greet,
    read: (account, given, now) =>
      pushed(account, given, now, {
        event: 'complaint_callback',
        id: ['BussiCallBackInfo/complaint_order_id', 'complaint_order_id'],
        state: ['BussiCallBackInfo/status', 'status'],
      }),
  },
};
