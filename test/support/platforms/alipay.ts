import { createSign, createVerify } from 'node:crypto';
import { formIn, inBeijing, keyPair, PlatformServer, type PlatformAnswer, type PlatformCall } from './server';

interface Complaint {
  /** More figures than a number of JavaScript holds. */
  id: string;
  at: number;
  text: string;
  status: string;
  phone: string;
  orderNo: string;
  /** In yuan. */
  amount: string;
  pictures: string[];
  overdueAt: number;
  processed: { at: number; code: string; remark: string } | undefined;
  upgraded: { at: number; text: string } | undefined;
  isRefunded: boolean;
  words: { role: string; at: number; text: string; pictures: string[] }[];
}

const bare = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');

/**
 * Alipay's open platform on this machine, written from its SDK: every call has to be signed with RSA2, every answer is; pages of 20.
 * `alipay`: 消费者投诉 (alipay.security.risk.complaint); `alipayTrade`: 交易投诉 (alipay.merchant.tradecomplain).
 */
export class AlipayServer extends PlatformServer {
  readonly complaints = new Map<string, Complaint>();
  readonly appId = '2021000118649999';
  private readonly application = keyPair();
  private platform = keyPair();
  /** Pictures that were handed in, by their keys. */
  readonly handedIn = new Map<string, Buffer>();

  constructor(
    clock: () => number,
    private readonly kind: 'alipay' | 'alipayTrade',
  ) {
    super(clock);
  }

  /** What an admin types to connect it: keys without a frame, as the tool gives them. */
  get account() {
    return {
      kind: this.kind,
      url: `${this.url}/gateway.do`,
      merchantId: this.appId,
      privateKey: bare(this.application.privateKey),
      publicKey: bare(this.platform.publicKey),
    };
  }

  /** Another key of the platform than the one that was given out. */
  changeKey(): void {
    this.platform = keyPair();
  }

  /** Somebody complains. */
  complain(change: Partial<Complaint> = {}): Complaint {
    const n = this.complaints.size + 1;
    const made: Complaint = {
      id: `90071992547409931${String(n).padStart(2, '0')}`,
      at: this.clock(),
      text: '包装盒有点脏，希望说明一下。',
      status: this.kind === 'alipay' ? 'WAIT_PROCESS' : 'MERCHANT_PROCESSING',
      phone: '13812345621',
      orderNo: `A-2026-${n}`,
      amount: '123.45',
      pictures: [],
      overdueAt: this.clock() + 24 * 3_600_000,
      processed: undefined,
      upgraded: undefined,
      isRefunded: false,
      words: [],
      ...change,
    };
    this.complaints.set(made.id, made);
    made.words.push({ role: 'USER', at: made.at, text: made.text, pictures: [] });
    return made;
  }

  writes(one: Complaint, role: string, text: string, pictures: string[] = []): void {
    one.words.push({ role, at: this.clock(), text, pictures });
  }

  /** A message to the gateway of the application, as it is posted. @param over what of it is otherwise */
  notice(complaintId: string, over: Record<string, string> = {}): { headers: Record<string, string>; raw: string } {
    const fields: Record<string, string> = {
      app_id: this.appId,
      msg_method: 'alipay.merchant.tradecomplain.changed',
      notify_id: '2026112800262000000000000000001',
      utc_timestamp: String(this.clock()),
      charset: 'UTF-8',
      version: '1.1',
      biz_content: JSON.stringify({ complain_event_id: complaintId }),
      ...over,
    };
    const signature = this.signatureOf(textOf(fields));
    const raw = new URLSearchParams({ ...fields, sign_type: 'RSA2', sign: signature }).toString();
    return { raw, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } };
  }

  private signatureOf(text: string): string {
    return createSign('RSA-SHA256').update(text).sign(this.platform.privateKey, 'base64');
  }

  protected override named({ what, query }: PlatformCall): string {
    return what === '/gateway.do' ? (query.get('method') ?? '') : what;
  }

  /** A signed answer. */
  say(method: string, node: object): PlatformAnswer {
    // Numbers of all their figures, as Alipay writes them.
    const text = JSON.stringify(node).replaceAll(/"number:(\d+)"/g, '$1');
    const name = `${method.replaceAll('.', '_')}_response`;
    return { status: 200, body: `{"${name}":${text},"sign":"${this.signatureOf(text)}"}` };
  }

  fails(method: string, code: string, sub: string): PlatformAnswer {
    return this.say(method, { code, msg: 'Business Failed', sub_code: sub, sub_msg: '-' });
  }

  protected answer(call: PlatformCall): PlatformAnswer {
    const system = Object.fromEntries(call.query);
    const isForm = call.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const business: Record<string, string> = isForm
      ? Object.fromEntries(new URLSearchParams(call.raw.toString()))
      : formIn(call).fields;
    const wrong = this.wrongIn(system, business);
    // The gateway itself signs none of its errors.
    if (wrong !== undefined) {
      const node = { code: '40002', msg: 'Invalid Arguments', sub_code: wrong, sub_msg: '-' };
      return { status: 200, body: JSON.stringify({ error_response: node }) };
    }
    const biz = JSON.parse((business.biz_content ?? '{}').replaceAll(/(?<=[[:])(\d{16,})/g, '"$1"')) as Record<
      string,
      unknown
    >;
    const done = this.kind === 'alipay' ? this.consumer(call, biz) : this.trade(call, biz, business);
    return typeof done.fails === 'string'
      ? this.fails(call.what, '40004', done.fails)
      : this.say(call.what, { code: '10000', msg: 'Success', ...done });
  }

  private wrongIn(system: Record<string, string>, business: Record<string, string>): string | undefined {
    const { sign = '', ...rest } = system;
    if (system.app_id !== this.appId) return 'isv.invalid-app-id';
    if (system.sign_type !== 'RSA2' || system.charset !== 'utf-8') return 'isv.invalid-signature-type';
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(system.timestamp ?? '')) return 'isv.invalid-timestamp';
    const isRight = createVerify('RSA-SHA256')
      .update(textOf({ ...rest, ...business }))
      .verify(this.application.publicKey, sign, 'base64');
    return isRight ? undefined : 'isv.invalid-signature';
  }

  private page(biz: Record<string, unknown>, [from, to]: [unknown, unknown], page: unknown): Complaint[] {
    const size = Number(biz.page_size ?? 10);
    const start = (Number(page ?? 1) - 1) * size;
    return this.within(from, to).slice(start, start + size);
  }

  private within(from: unknown, to: unknown): Complaint[] {
    const isIn = (at: string): boolean =>
      (typeof from !== 'string' || at >= from) && (typeof to !== 'string' || at <= to);
    return [...this.complaints.values()].filter(({ at }) => isIn(inBeijing(at))).toReversed();
  }

  private consumer(call: PlatformCall, biz: Record<string, unknown>): Record<string, unknown> {
    const what = call.what.replace('alipay.security.risk.complaint.', '');
    if (what === 'file.upload') {
      const { file } = formIn(call);
      if (file?.field !== 'file_content') return { fails: 'FILE_IS_NULL' };
      const key = `key-${this.handedIn.size + 1}`;
      this.handedIn.set(key, file.content);
      return { file_key: key, file_name: 'a.png', file_url: `https://mdn.alipayobjects.com/${key}` };
    }
    if (what === 'info.batchquery') {
      if (Number(biz.page_size) > 20) return { fails: 'PAGE_SIZE' };
      const { gmt_complaint_start: from, gmt_complaint_end: to, current_page_num: page } = biz;
      const data = this.page(biz, [from, to], page).map((one) => this.consumerDetail(one));
      return {
        complaint_list: data,
        current_page: page,
        page_size: biz.page_size,
        total_size: this.within(from, to).length,
      };
    }
    if (what === 'info.query') {
      const one = this.complaints.get(String(biz.complain_id));
      return one ? this.consumerDetail(one) : { fails: 'COMPLAINT_NOT_EXIST' };
    }
    if (what !== 'process.finish') return { fails: 'INVALID_METHOD' };
    const [id] = biz.id_list as string[];
    const one = this.complaints.get(id ?? '');
    const codes = [
      'CONSENSUS_WITH_CLIENT',
      'REFUND',
      'RECTIFICATION_NO_REFUND',
      'SUBMIT_PROOF_NOT_CONTACTED',
      'ORTHER',
    ];
    if (!one || !codes.includes(String(biz.process_code))) return { fails: 'INVALID_PARAMETER' };
    if (one.status !== 'WAIT_PROCESS' && one.status !== 'OVERDUE') return { complaint_process_success: false };
    one.status = one.status === 'OVERDUE' ? 'OVERDUE_PROCESSED' : 'PROCESSED';
    one.processed = { at: this.clock(), code: String(biz.process_code), remark: String(biz.remark) };
    return { complaint_process_success: true };
  }

  private consumerDetail(one: Complaint): Record<string, unknown> {
    return {
      id: `number:${one.id}`,
      task_id: `10${one.id.slice(-6)}`,
      opposite_pid: '2088102146225135',
      status: one.status,
      complain_content: one.text,
      complain_amount: one.amount,
      contact: one.phone,
      gmt_complain: inBeijing(one.at),
      gmt_overdue: inBeijing(one.overdueAt),
      ...(one.processed && {
        gmt_process: inBeijing(one.processed.at),
        process_code: one.processed.code,
        process_remark: one.processed.remark,
      }),
      ...(one.upgraded && { gmt_upgrade: inBeijing(one.upgraded.at), upgrade_content: one.upgraded.text }),
      certify_info: one.pictures.map((name) => `${this.url}/images/${name}`),
      complaint_trade_info_list: [
        {
          id: '1',
          trade_no: `20261128220014${one.id.slice(-4)}`,
          out_no: one.orderNo,
          amount: one.amount,
          ...(one.isRefunded && { gmt_refund: inBeijing(this.clock()) }),
        },
      ],
    };
  }

  private trade(
    call: PlatformCall,
    biz: Record<string, unknown>,
    form: Record<string, string>,
  ): Record<string, unknown> {
    if (call.what === 'alipay.merchant.image.upload') {
      const { file } = formIn(call);
      if (file?.field !== 'image_content' || !form.image_type) return { fails: 'INVALID_PARAMETER' };
      const key = `image-${this.handedIn.size + 1}`;
      this.handedIn.set(key, file.content);
      return { image_id: key };
    }
    const what = call.what.replace('alipay.merchant.tradecomplain.', '');
    if (what === 'batchquery') {
      if (Number(biz.page_size) > 20) return { fails: 'INVALID_PARAMETER' };
      const total = this.within(biz.begin_time, biz.end_time).length;
      const data = this.page(biz, [biz.begin_time, biz.end_time], biz.page_num).map((one) => this.tradeDetail(one));
      const pages = Math.ceil(total / Number(biz.page_size));
      return { trade_complain_infos: data, page_num: biz.page_num, total_num: total, total_page_num: pages };
    }
    const said = what === 'feedback.submit' ? form : biz;
    const one = this.complaints.get(String(said.complain_event_id));
    if (!one) return { fails: 'COMPLAIN_EVENT_NOT_EXIST' };
    if (what === 'query') return this.tradeDetail(one);
    const { reply_content: reply, feedback_content: feedback, supplement_content: supplement } = said;
    const words = [reply, feedback, supplement].find((given) => typeof given === 'string') ?? '';
    if (words === '' || words.length > 200) return { fails: 'INVALID_PARAMETER' };
    if (what === 'feedback.submit') {
      if (!/^0[2-6]$/.test(form.feedback_code ?? '')) return { fails: 'INVALID_PARAMETER' };
      if (one.status !== 'MERCHANT_PROCESSING') return { fails: 'STATUS_NOT_ALLOW' };
      one.status = 'MERCHANT_FEEDBACKED';
    } else if (what === 'supplement.submit') {
      if (one.status !== 'PLATFORM_PROCESSING') return { fails: 'STATUS_NOT_ALLOW' };
    } else if (what !== 'reply.submit') return { fails: 'INVALID_METHOD' };
    this.writes(one, 'MERCHANT', words);
    return {};
  }

  private tradeDetail(one: Complaint): Record<string, unknown> {
    return {
      complain_event_id: one.id,
      status: one.status,
      trade_no: `20261128220014${one.id.slice(-4)}`,
      merchant_order_no: one.orderNo,
      gmt_create: inBeijing(one.at),
      gmt_modified: inBeijing(one.words.at(-1)?.at ?? one.at),
      leaf_category_name: '商品问题',
      complain_reason: '商品描述不符',
      content: one.text,
      images: one.pictures.map((name) => `${this.url}/images/${name}`),
      phone_no: one.phone,
      trade_amount: one.amount,
      target_id: this.appId,
      target_type: 'APPID',
      reply_detail_infos: one.words.toReversed().map(({ role, at, text, pictures }) => ({
        replier_role: role,
        replier_name: '*',
        gmt_create: inBeijing(at),
        content: text,
        images: pictures.map((name) => `${this.url}/images/${name}`),
      })),
    };
  }
}

/** What is signed: all that is not empty, sorted. */
const textOf = (fields: Record<string, string>): string =>
  Object.keys(fields)
    .filter((name) => fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name] ?? ''}`)
    .join('&');
