/**
 * WeChat Pay 消费者投诉 2.0, API v3, for merchants that are connected themselves. Read: repository wechatpay-im/website,
 * openapi/v3/merchant-service (list, detail, negotiation-historys, response, complete, update-refund-progress, images,
 * complaint-notifications); pages of pay.weixin.qq.com of 2022 to 2025 (list and detail 28 Aug 2025, refund 1 Sep 2025, notices
 * 19 Feb 2025, reply 20 May 2022: 200 characters, at most 25 calls a second). Times are given with their offset; dates of the list are
 * those of Beijing.
 * @module
 */
import type { Words } from '../../../domain/basics/types';
import { HOUR, MINUTE } from '../../../domain/basics/milliseconds';
import type { PlatformActName, PlatformPhase } from '../../../domain/case/platforms';
import type { Entry, ListedComplaint, Picture, PlatformAdapter, SeenComplaint, There } from '../adapter';
import { PlatformFault } from '../fault';
import { inOrder, list, moment, must, object, text, whole, type Json } from './reading';
import { authorization, isSigned, openField, openResource } from './wechatpay-signing';

const HERE = '/v3/merchant-service';
const IMAGES = `${HERE}/images/`;
/** The most of a list, and of a negotiation that is asked for at once (300 would be taken, but may be too large an answer). */
const LISTED = 50;
const ENTRIES = 50;
/** A negotiation that is longer is read up to there. */
const MOST_ENTRIES = 600;

const PHASES: Readonly<Record<string, PlatformPhase>> = {
  PENDING: 'waiting',
  PROCESSING: 'handling',
  PROCESSED: 'finished',
};

const PROBLEMS: Readonly<Record<string, string>> = {
  REFUND: '申请退款',
  SERVICE_NOT_WORK: '服务权益未生效',
  OTHERS: '其他类型',
};

interface EntryAbout extends Partial<Words> {
  kind: Entry['kind'];
  act?: PlatformActName;
  isAgain?: true;
  isPressing?: true;
}
const told = (zh: string, en: string, more: Omit<EntryAbout, 'kind' | keyof Words> = {}): EntryAbout => ({
  kind: 'told',
  zh,
  en,
  ...more,
});

/** What the entries of a negotiation are; others are left out: that the complaint was made, and the system's own words to that. */
const OPERATIONS: Readonly<Record<string, EntryAbout>> = {
  USER_RESPONSE: { kind: 'said' },
  USER_CONTINUE_COMPLAINT: { kind: 'said', isAgain: true },
  MERCHANT_RESPONSE: { kind: 'ours' },
  PLATFORM_RESPONSE: told('平台留言', 'the platform writes', { isPressing: true }),
  PLATFORM_HELP_APPLICATION: told('平台催办', 'the platform presses', { isPressing: true }),
  MERCHANT_CONFIRM_COMPLETE: told('商户已反馈处理完成', 'reported as settled by the merchant', { act: 'complete' }),
  MERCHANT_APPROVE_REFUND: told('商户已同意退款', 'the merchant has agreed to the refund', { act: 'approveRefund' }),
  // Written so by the platform.
  MERCHANT_REFUSE_RERUND: told('商户已拒绝退款', 'the merchant has refused the refund', { act: 'rejectRefund' }),
  USER_COMFIRM_COMPLAINT: told('用户已确认解决', 'the customer has confirmed that it is solved'),
  USER_REVOKE_COMPLAINT: told('用户已撤诉', 'the customer has withdrawn the complaint', { isPressing: true }),
  USER_APPLY_PLATFORM_HELP: told('用户申请平台协助', 'the customer asks the platform for help', { isPressing: true }),
  USER_APPLY_PLATFORM_SERVICE: told('用户申请平台协助', 'the customer asks the platform for help', {
    isPressing: true,
  }),
  USER_CANCEL_PLATFORM_SERVICE: told('用户取消平台协助', 'the customer needs no help of the platform any more'),
  PLATFORM_SERVICE_FINISHED: told('平台协助已结束', 'the help of the platform has ended', { isPressing: true }),
  USER_SUBMIT_SATISFACTION: told('用户提交满意度', 'the customer has rated it'),
  COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: told('已发起全额退款', 'a full refund was begun'),
  COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE: told('已发起部分退款', 'a refund of a part was begun'),
  COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE: told('退款已到账', 'the refund has arrived'),
  COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE: told('平台代为退款', 'the platform refunds on our behalf', {
    isPressing: true,
  }),
  SERVICE_ORDER_CANCEL: told('服务订单已取消', 'the service order was cancelled'),
  SERVICE_ORDER_COMPLETE: told('服务订单已完成', 'the service order is complete'),
};

/** Codes for which the account as a whole is the matter. */
const OURS = ['SIGN_ERROR', 'NO_AUTH', 'MCH_NOT_EXISTS', 'APPID_MCHID_NOT_MATCH'];

/** What an answer means that is no 2xx. */
function faultOf(status: number, raw: Buffer, retryAfterMs: number | undefined): PlatformFault {
  const own = codeIn(raw);
  const code = own === '' ? `http_${status}` : own.toLowerCase();
  if (status === 429 || own === 'FREQUENCY_LIMITED') {
    return new PlatformFault('later', code, { afterMs: Math.min(retryAfterMs ?? MINUTE, HOUR), isUntouched: true });
  }
  if (status === 401 || status === 403 || OURS.includes(own)) return new PlatformFault('refused', code);
  if (status === 404 || own === 'RESOURCE_NOT_EXISTS') return new PlatformFault('gone', code);
  if (status === 408 || status >= 500) return new PlatformFault('later', code, { afterMs: retryAfterMs });
  return new PlatformFault('unfit', code);
}
function codeIn(raw: Buffer): string {
  try {
    return text(object(JSON.parse(raw.toString())).code)
      .replaceAll(/[^A-Z_]/g, '')
      .slice(0, 40);
  } catch {
    return '';
  }
}

interface Sent {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/** One call. @throws PlatformFault for everything but a 2xx that the platform has signed (photos are not signed) */
async function call(
  { account, out, clock }: There,
  { method, path, body }: Sent,
  isSignedBack = true,
): Promise<Buffer> {
  const sent = body ? JSON.stringify(body) : '';
  const outgoing = await out.call({
    url: account.url.replace(/\/+$/, '') + path,
    method,
    headers: {
      accept: isSignedBack ? 'application/json' : '*/*',
      'user-agent': 'Redress-Platforms/1',
      authorization: authorization(account, { method, path, body: sent }, clock()),
      'wechatpay-serial': account.publicKeyId,
      ...(body && { 'content-type': 'application/json; charset=utf-8' }),
    },
    body: body ? sent : null,
  });
  if (outgoing.kind === 'failed') throw new PlatformFault('later', outgoing.code);
  if (outgoing.kind === 'refused') throw new PlatformFault('refused', outgoing.code);
  const { status, body: raw, headers = {}, retryAfterMs } = outgoing;
  if (status < 200 || status >= 300) throw faultOf(status, raw, retryAfterMs);
  // Somebody in between, or another key of the platform than the one we know.
  if (isSignedBack && !isSigned(account, headers, raw, clock())) throw new PlatformFault('refused', 'not_signed');
  return raw;
}

async function asked(there: There, path: string): Promise<Json> {
  const raw = await call(there, { method: 'GET', path });
  try {
    return object(JSON.parse(raw.toString()));
  } catch {
    throw new PlatformFault('later', 'no_json');
  }
}

const listPath = (from: string, to: string, offset: number, limit = LISTED): string =>
  `${HERE}/complaints-v2?limit=${limit}&offset=${offset}&begin_date=${from}&end_date=${to}`;
const pathOf = (complaintId: string, more = ''): string =>
  `${HERE}/complaints-v2/${encodeURIComponent(complaintId)}${more}`;

/** Photos of the customer; others are of our own side or the platform's. */
const picturesIn = (media: unknown): Picture[] =>
  list(media)
    .map(object)
    .filter(({ media_type: type }) => type === 'USER_COMPLAINT_IMAGE')
    .flatMap(({ media_url: urls }) => (typeof urls === 'string' ? [urls] : list(urls)))
    .map(text)
    .filter((url) => url.includes(IMAGES))
    // Wherever the platform says that it lies: asked for is what the account's own address has under this path.
    .map((url) => decodeURIComponent(url.slice(url.indexOf(IMAGES) + IMAGES.length)))
    .map((id) => ({ id, at: id }));

function listedOf(given: unknown): ListedComplaint {
  const one = object(given);
  const { complaint_state: state, incoming_user_response: waits, complaint_full_refunded: refunded } = one;
  return {
    complaintId: must(text(one.complaint_id)),
    listed: [state, waits, refunded, one.user_complaint_times, one.in_platform_service].map(String).join('/'),
    isFinished: PHASES[text(state)] === 'finished',
  };
}

function entryOf(given: unknown): Entry | undefined {
  const one = object(given);
  const about = OPERATIONS[text(one.operate_type)];
  if (!about) return undefined;
  const { kind, zh, en, act, isAgain = false, isPressing = false } = about;
  // An object by the documents of this call, a list by those of others.
  const media = Array.isArray(one.complaint_media_list) ? one.complaint_media_list : [one.complaint_media_list];
  // "appy" is how the platform writes it.
  const reasons = [one.user_appy_platform_service_reason, one.user_appy_platform_service_reason_description];
  return {
    id: must(text(one.log_id)),
    at: moment(one.operate_time),
    kind,
    text: [text(one.operate_details), ...reasons.map(text)].filter((part) => part !== '').join('\n'),
    // What the customer adds later is an OPERATION_IMAGE, as what we add is; who wrote tells them apart.
    pictures:
      kind === 'said' ? picturesIn(media.map((part) => ({ ...object(part), media_type: 'USER_COMPLAINT_IMAGE' }))) : [],
    isAgain,
    isPressing,
    ...(zh !== undefined && en !== undefined && { label: { zh, en } }),
    ...(act && { act }),
  };
}

async function entriesOf(there: There, complaintId: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let offset = 0; offset < MOST_ENTRIES; offset += ENTRIES) {
    const page = await asked(there, pathOf(complaintId, `/negotiation-historys?limit=${ENTRIES}&offset=${offset}`));
    const data = list(page.data);
    found.push(...data.flatMap((one) => entryOf(one) ?? []));
    if (data.length < ENTRIES) break;
  }
  return inOrder(found);
}

function seenOf(one: Json, entries: Entry[], privateKey: string): SeenComplaint {
  const order = object(list(one.complaint_order_info)[0]);
  const service = object(list(one.service_order_info)[0]);
  const phone = text(one.payer_phone) === '' ? undefined : openField(privateKey, text(one.payer_phone));
  const orderNo = text(order.out_trade_no) || text(service.out_order_no);
  const transactionId = text(order.transaction_id) || text(service.order_id);
  const [amount, refundAmount] = [whole(order.amount), whole(one.apply_refund_amount)];
  const problem = PROBLEMS[text(one.problem_type)];
  const status = must(text(one.complaint_state));
  const words = [text(one.problem_description), text(one.complaint_detail)].filter((part) => part !== '');
  const phase = PHASES[status] ?? 'handling';
  const isRefunded = one.complaint_full_refunded === true;
  const wantsRefund = (refundAmount ?? 0) > 0 && !isRefunded;
  return {
    complaintId: must(text(one.complaint_id)),
    at: moment(one.complaint_time),
    text: [...new Set(words)].join('\n'),
    merchantId: must(text(one.complainted_mchid)),
    status,
    phase,
    acts:
      phase === 'finished' ? [] : ['complete', ...(wantsRefund ? (['approveRefund', 'rejectRefund'] as const) : [])],
    isRefunded,
    isHelped: one.in_platform_service === true,
    pictures: picturesIn(one.complaint_media_list),
    entries,
    ...(phone !== undefined && { phone }),
    ...(orderNo !== '' && { orderNo }),
    ...(transactionId !== '' && { transactionId }),
    ...(amount !== undefined && { amount }),
    ...(refundAmount !== undefined && { refundAmount }),
    ...(problem !== undefined && { problem }),
  };
}

export const wechatpay: PlatformAdapter = {
  lists: {
    spanDays: 30,
    async *read(there, { from, to }) {
      for (let offset = 0; ; offset += LISTED) {
        const data = list((await asked(there, listPath(from, to, offset))).data);
        yield data.map(listedOf);
        if (data.length < LISTED) return;
      }
    },
  },

  async reach(there) {
    const day = new Date(there.clock() + 8 * HOUR).toISOString().slice(0, 10);
    await asked(there, listPath(day, day, 0, 1));
  },

  async look(there, complaintId) {
    const detail = await asked(there, pathOf(complaintId));
    return seenOf(detail, await entriesOf(there, complaintId), there.account.privateKey);
  },

  picture: (there, at) => call(there, { method: 'GET', path: `${IMAGES}${encodeURIComponent(at)}` }, false),

  async reply(there, { complaintId, merchantId }, words) {
    const body = { complainted_mchid: merchantId, response_content: words };
    await call(there, { method: 'POST', path: pathOf(complaintId, '/response'), body });
  },

  async act(there, { complaintId, merchantId }, { act, reason, days }) {
    if (act === 'complete') {
      const body = { complainted_mchid: merchantId };
      await call(there, { method: 'POST', path: pathOf(complaintId, '/complete'), body });
      return;
    }
    // A refusal with days is not taken.
    const body =
      act === 'approveRefund'
        ? { action: 'APPROVE', launch_refund_day: days ?? 0 }
        : { action: 'REJECT', reject_reason: reason ?? '' };
    await call(there, { method: 'POST', path: pathOf(complaintId, '/update-refund-progress'), body });
  },

  notices: {
    heard: { code: 'SUCCESS' },
    read(account, { headers, raw }, now) {
      if (!isSigned(account, headers, raw, now)) return undefined;
      try {
        const notice = object(JSON.parse(raw.toString()));
        const resource = object(notice.resource);
        const sealed = {
          ciphertext: text(resource.ciphertext),
          nonce: text(resource.nonce),
          associated: text(resource.associated_data),
        };
        const about = object(JSON.parse(openResource(account.apiKey, sealed)));
        return {
          noticeId: must(text(notice.id)).slice(0, 100),
          complaintId: must(text(about.complaint_id)).slice(0, 100),
          action: (text(about.action_type) || text(notice.event_type)).slice(0, 100),
        };
      } catch {
        // Encrypted with another key than ours, or not what the documents say: it comes again.
        return undefined;
      }
    },
  },
};
