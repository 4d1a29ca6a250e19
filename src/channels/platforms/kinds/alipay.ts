/**
 * Alipay 消费者投诉 (RiskGO): list, detail, result with pictures. It has no words between customer and merchant, no reply, and tells
 * of nothing by itself. Read: repository alipay/alipay-sdk-java-all, v2, `alipay.security.risk.complaint.info.batchquery` (12 Jul 2024
 * and 21 Jan 2026), `.info.query` (11 Jul 2024), `.process.finish` and `.file.upload` (11 Mar 2024: 5 MB a picture). The SDK has no
 * codes; those of states and results, and what tells that a complaint was made again (升级投诉), are as the repository
 * easy-swoole/pay copies them from opendocs.alipay.com. Times are those of Beijing, amounts yuan.
 * @module
 */
import type { PlatformPhase } from '../../../domain/case/platforms';
import type { Entry, ListedComplaint, Picture, PlatformAdapter, SeenComplaint } from '../adapter';
import { PlatformFault } from '../fault';
import { asked } from './alipay-call';
import { photo } from './photo';
import { beijing, cents, list, must, mustBe, object, text, withNumber, type Json } from './reading';

const API = 'alipay.security.risk.complaint';
/** The most of a page is not said; others ask for so many. */
const LISTED = 20;

const PHASES: Readonly<Record<string, PlatformPhase>> = {
  WAIT_PROCESS: 'waiting',
  // It may still be dealt with: there is OVERDUE_PROCESSED.
  OVERDUE: 'waiting',
  PROCESSING: 'handling',
  PART_OVERDUE: 'handling',
  PROCESSED: 'finished',
  OVERDUE_PROCESSED: 'finished',
  DROP_COMPLAIN: 'finished',
  DROP_OVERDUE_COMPLAIN: 'finished',
  DROP_PROCESSED: 'finished',
  DROP_OVERDUE_PROCESSED: 'finished',
};
const phaseOf = (status: string): PlatformPhase => PHASES[status] ?? 'handling';

function listedOf(given: unknown): ListedComplaint {
  const one = object(given);
  const { status, gmt_process: processed, gmt_upgrade: again } = one;
  return {
    complaintId: must(text(one.id)),
    listed: [status, processed, again].map(text).join('/'),
    isFinished: phaseOf(text(status)) === 'finished',
  };
}

/** What has happened, as far as the complaint itself says it. */
function entriesOf(one: Json, status: string, now: string): Entry[] {
  const found: Entry[] = [];
  const upgraded = beijing(one.gmt_upgrade);
  const rest = { pictures: [], isAgain: false, isPressing: false };
  if (upgraded !== undefined) {
    found.push({
      ...rest,
      id: `upgrade/${upgraded}`,
      at: upgraded,
      kind: 'said',
      text: text(one.upgrade_content),
      isAgain: true,
    });
  }
  const processed = beijing(one.gmt_process);
  if (processed !== undefined && text(one.process_code) !== '') {
    const [what, words] = [text(one.process_message) || text(one.process_code), text(one.process_remark)];
    found.push({
      ...rest,
      id: `process/${processed}`,
      at: processed,
      kind: 'told',
      act: 'complete',
      label: { zh: '商家已提交处理结果', en: 'the merchant has handed in a result' },
      text: [what, words].filter((part) => part !== '').join('\n'),
    });
  }
  if (status.startsWith('DROP_')) {
    const label = { zh: '用户已撤诉', en: 'the customer has withdrawn the complaint' };
    found.push({ ...rest, id: `status/${status}`, at: now, kind: 'told', label, text: '', isPressing: true });
  }
  return found.toSorted((first, other) => (first.at < other.at ? -1 : 1));
}

function seenOf(one: Json, merchantId: string, now: string): SeenComplaint {
  const complaintId = must(text(one.id));
  const status = must(text(one.status));
  const phase = phaseOf(status);
  const trades = list(one.complaint_trade_info_list).map(object);
  const [trade = {}] = trades;
  const [phone, orderNo] = [text(one.contact), text(trade.out_no)];
  const transactionId = text(trade.trade_no) || text(one.trade_no);
  const amount = cents(one.complain_amount);
  const expiresAt = beijing(one.gmt_overdue);
  const tags = list(one.label_tag_list).map(text);
  const pictures = list(one.certify_info).map((at, n): Picture => ({ id: `${complaintId}/${n}`, at: text(at) }));
  return {
    complaintId,
    at: mustBe(beijing(one.gmt_complain)),
    text: text(one.complain_content),
    merchantId: text(one.opposite_pid) || merchantId,
    phase,
    status,
    acts: phase === 'finished' ? [] : ['complete'],
    isRefunded: trades.length > 0 && trades.every(({ gmt_refund: at }) => text(at) !== ''),
    isHelped: tags.includes('平台已介入'),
    pictures: pictures.filter(({ at }) => at !== ''),
    entries: entriesOf(one, status, now),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(phone !== '' && { phone }),
    ...(orderNo !== '' && { orderNo }),
    ...(transactionId !== '' && { transactionId }),
    ...(amount !== undefined && { amount }),
  };
}

export const alipay: PlatformAdapter = {
  lists: {
    spanDays: 30,
    async *read(there, { from, to }) {
      const span = { gmt_complaint_start: `${from} 00:00:00`, gmt_complaint_end: `${to} 23:59:59` };
      for (let page = 1; ; page++) {
        const biz = JSON.stringify({ current_page_num: page, page_size: LISTED, ...span });
        const said = await asked(there, `${API}.info.batchquery`, { biz });
        const data = list(said.complaint_list);
        yield data.map(listedOf);
        if (data.length === 0 || page * LISTED >= Number(text(said.total_size))) return;
      }
    },
  },

  async reach(there) {
    await asked(there, `${API}.info.batchquery`, { biz: JSON.stringify({ current_page_num: 1, page_size: 1 }) });
  },

  async look(there, complaintId) {
    const one = await asked(there, `${API}.info.query`, { biz: JSON.stringify({ complain_id: complaintId }) });
    return seenOf(one, there.account.merchantId, new Date(there.clock()).toISOString());
  },

  picture: photo,

  async act(there, { complaintId }, { reason, result, pictures }) {
    const files: object[] = [];
    for (const picture of pictures) {
      const said = await asked(there, `${API}.file.upload`, { file: { field: 'file_content', picture } });
      files.push({ img_url: must(text(said.file_url)), img_url_key: must(text(said.file_key)) });
    }
    const body = { process_code: result, remark: reason, ...(files.length > 0 && { img_file_list: files }) };
    const said = await asked(there, `${API}.process.finish`, { biz: withNumber('id_list', complaintId, body, true) });
    if (String(said.complaint_process_success) !== 'true') throw new PlatformFault('unfit', 'not_processed');
  },
};
