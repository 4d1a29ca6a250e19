/**
 * Alipay 小程序交易投诉 (and 安心付/先享后付): list, detail with the words of both sides, reply, result, evidence, pictures, and the
 * message `alipay.merchant.tradecomplain.changed`. Read: repository alipay/alipay-sdk-java-all, v2,
 * `alipay.merchant.tradecomplain.batchquery` and `.query` (17 Jun 2024: pages of 20, spans of a year, states),
 * `.feedback.submit` (15 Jan 2026: codes, 200 characters; parameters of its own and no `biz_content`), `.reply.submit` and
 * `.supplement.submit` (12 Jan 2023: 200 characters of the latter), `ReplyRecordResponse` (7 Jun 2021); the message as several public
 * projects take it (`msg_method`, `biz_content.complain_event_id`). Times are those of Beijing, amounts yuan.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Words } from '../../../domain/basics/types';
import type { PlatformActName, PlatformPhase } from '../../../domain/case/platforms';
import type { ActPicture, Entry, ListedComplaint, Picture, PlatformAdapter, SeenComplaint, There } from '../adapter';
import { PlatformFault } from '../fault';
import { asked, message } from './alipay-call';
import { photo } from './photo';
import { beijing, cents, inBeijing, inOrder, list, must, mustBe, object, text, type Json } from './reading';

const API = 'alipay.merchant.tradecomplain';
/** The most of a page. */
const LISTED = 20;

const PHASES: Readonly<Record<string, PlatformPhase>> = {
  MERCHANT_PROCESSING: 'waiting',
  MERCHANT_FEEDBACKED: 'handling',
  MERCHANT_FEEDBACK_OVERTIME: 'handling',
  PLATFORM_PROCESSING: 'handling',
  FINISHED: 'finished',
  CANCELLED: 'finished',
  PLATFORM_FINISH: 'finished',
  CLOSED: 'finished',
};
/** When what may be handed in is only seldom said: a result to a complaint that waits for one, evidence while Alipay decides. */
const ACTS: Readonly<Record<string, PlatformActName[]>> = {
  MERCHANT_PROCESSING: ['complete'],
  PLATFORM_PROCESSING: ['prove'],
};
const phaseOf = (status: string): PlatformPhase => PHASES[status] ?? 'handling';

function listedOf(given: unknown): ListedComplaint {
  const one = object(given);
  return {
    complaintId: must(text(one.complain_event_id)),
    listed: [one.status, one.gmt_modified].map(text).join('/'),
    isFinished: phaseOf(text(one.status)) === 'finished',
  };
}

const ROLES: Readonly<Record<string, { kind: Entry['kind']; label?: Words; isPressing?: true }>> = {
  USER: { kind: 'said' },
  MERCHANT: { kind: 'ours' },
  SYSTEM: { kind: 'told', label: { zh: '系统', en: 'the system' } },
  AUDITOR: { kind: 'told', label: { zh: '审核小二', en: 'an auditor of the platform' }, isPressing: true },
  GOVERNMENT: { kind: 'told', label: { zh: '政府单位', en: 'an authority' }, isPressing: true },
};

/** @param content of the complaint, which stands among the words too */
function entryOf(given: unknown, content: string): Entry | undefined {
  const one = object(given);
  const role = text(one.replier_role);
  const about = ROLES[role];
  const [at, words] = [mustBe(beijing(one.gmt_create)), text(one.content)];
  if (!about || (role === 'USER' && words === content)) return undefined;
  const id = `${role}/${at}/${createHash('sha256').update(words).digest('hex').slice(0, 16)}`;
  const pictures = role === 'USER' ? picturesOf(id, one.images) : [];
  if (words === '' && pictures.length === 0) return undefined;
  const { kind, label, isPressing = false } = about;
  return { id, at, kind, text: words, pictures, isAgain: false, isPressing, ...(label && { label }) };
}

const picturesOf = (id: string, images: unknown): Picture[] =>
  list(images).flatMap((at, n) => (text(at) === '' ? [] : [{ id: `${id}/${n}`, at: text(at) }]));

/** That the customer has withdrawn it is said by its state alone. */
const withdrawn = (at: string): Entry => ({
  id: 'status/CANCELLED',
  at,
  kind: 'told',
  label: { zh: '用户已撤诉', en: 'the customer has withdrawn the complaint' },
  text: '',
  pictures: [],
  isAgain: false,
  isPressing: true,
});

function seenOf(one: Json, merchantId: string): SeenComplaint {
  const complaintId = must(text(one.complain_event_id));
  const status = must(text(one.status));
  const at = mustBe(beijing(one.gmt_create));
  const content = text(one.content);
  const entries = list(one.reply_detail_infos).flatMap((entry) => entryOf(entry, content) ?? []);
  const [phone, orderNo, transactionId] = [text(one.phone_no), text(one.merchant_order_no), text(one.trade_no)];
  const [problem, amount] = [text(one.leaf_category_name), cents(one.trade_amount)];
  return {
    complaintId,
    at,
    text: [...new Set([text(one.complain_reason), content])].filter((part) => part !== '').join('\n'),
    merchantId: text(one.target_id) || merchantId,
    phase: phaseOf(status),
    status,
    acts: ACTS[status] ?? [],
    done: status === 'MERCHANT_FEEDBACKED' ? ['complete'] : [],
    isRefunded: false,
    isHelped: status === 'PLATFORM_PROCESSING',
    pictures: picturesOf(complaintId, one.images),
    entries: [
      ...inOrder(entries),
      ...(status === 'CANCELLED' ? [withdrawn(beijing(one.gmt_finished) ?? beijing(one.gmt_modified) ?? at)] : []),
    ],
    ...(phone !== '' && { phone }),
    ...(orderNo !== '' && { orderNo }),
    ...(transactionId !== '' && { transactionId }),
    ...(amount !== undefined && { amount }),
    ...(problem !== '' && { problem }),
  };
}

/** Hands in pictures. @returns their ids, with a comma between */
async function imagesOf(there: There, pictures: readonly ActPicture[]): Promise<string> {
  const ids: string[] = [];
  for (const picture of pictures) {
    const fields = { image_type: picture.type.split('/')[1] ?? 'jpg' };
    const file = { field: 'image_content', picture };
    ids.push(must(text((await asked(there, 'alipay.merchant.image.upload', { fields, file })).image_id)));
  }
  return ids.join(',');
}

export const alipayTrade: PlatformAdapter = {
  lists: {
    spanDays: 30,
    async *read(there, { from, to }) {
      const span = { begin_time: `${from} 00:00:00`, end_time: `${to} 23:59:59` };
      for (let page = 1; ; page++) {
        const biz = JSON.stringify({ page_num: page, page_size: LISTED, ...span });
        const said = await asked(there, `${API}.batchquery`, { biz });
        const data = list(said.trade_complain_infos);
        yield data.map(listedOf);
        if (data.length === 0 || page >= Number(text(said.total_page_num))) return;
      }
    },
  },

  async reach(there) {
    const biz = {
      page_num: 1,
      page_size: 1,
      begin_time: inBeijing(there.clock() - 60_000),
      end_time: inBeijing(there.clock()),
    };
    await asked(there, `${API}.batchquery`, { biz: JSON.stringify(biz) });
  },

  async look(there, complaintId) {
    const one = await asked(there, `${API}.query`, { biz: JSON.stringify({ complain_event_id: complaintId }) });
    return seenOf(one, there.account.merchantId);
  },

  picture: photo,

  async reply(there, { complaintId }, words) {
    const biz = JSON.stringify({ complain_event_id: complaintId, reply_content: words });
    await asked(there, `${API}.reply.submit`, { biz });
  },

  async act(there, { complaintId }, { act, reason = '', result = '', pictures }) {
    const images = await imagesOf(there, pictures);
    if (act === 'complete') {
      const said = { complain_event_id: complaintId, feedback_code: result, feedback_content: reason };
      const fields = { ...said, ...(images !== '' && { feedback_images: images }) };
      await asked(there, `${API}.feedback.submit`, { fields });
      return;
    }
    if (act !== 'prove') throw new PlatformFault('unfit', 'not_offered');
    const said = { complain_event_id: complaintId, supplement_content: reason };
    const biz = JSON.stringify({ ...said, ...(images !== '' && { supplement_images: images }) });
    await asked(there, `${API}.supplement.submit`, { biz });
  },

  notices: {
    heard: 'success',
    read: (account, given) => message(account, given, { method: `${API}.changed`, field: 'complain_event_id' }),
  },
};
