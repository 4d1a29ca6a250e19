import {
  constants,
  createCipheriv,
  createSign,
  createVerify,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const DAY = 86_400_000;
const BEIJING = 8 * 3_600_000;
const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** A call as it came. */
export interface PayCall {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

interface Kept {
  id: string;
  at: number;
  text: string;
  problem: string;
  state: 'PENDING' | 'PROCESSING' | 'PROCESSED';
  phone: string | undefined;
  orderNo: string;
  amount: number;
  refundAmount: number | undefined;
  isRefund: boolean;
  pictures: string[];
  waitsForReply: boolean;
  entries: { log_id: string; operate_type: string; operate_details: string; operate_time: string; operator: string }[];
}

const rfc3339 = (ms: number): string => new Date(ms + BEIJING).toISOString().replace('Z', '+08:00');
const dayOf = (ms: number): string => new Date(ms + BEIJING).toISOString().slice(0, 10);

/**
 * WeChat Pay's 消费者投诉 2.0 on this machine, written from its documents and not from our own code: every call has to be signed, every
 * answer is; spans of 30 days, lists of 50, replies of 200 characters.
 */
export class WechatPayServer {
  readonly calls: PayCall[] = [];
  readonly complaints = new Map<string, Kept>();
  readonly images = new Map<string, Buffer>();
  readonly merchantId = '1900000109';
  readonly serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
  readonly publicKeyId = 'PUB_KEY_ID_0119000001092024';
  readonly apiKey = 'a'.repeat(16) + '0123456789abcdef';
  private readonly merchant = pair();
  private platform = pair();
  private readonly server: Server;
  private logs = 0;
  host = '';
  /** Answers in place of the platform; undefined: it answers itself. */
  instead:
    ((call: PayCall) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined) | undefined;
  /** The connection breaks after a call was taken whose path ends so. */
  breaksAfter: string | undefined;

  constructor(private readonly clock: () => number) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const raw = Buffer.concat(parts).toString();
        const url = new URL(request.url ?? '', this.url);
        const call: PayCall = {
          method: request.method ?? '',
          path: decodeURIComponent(url.pathname),
          query: url.searchParams,
          headers: request.headers,
          body: raw === '' ? {} : (JSON.parse(raw) as Record<string, unknown>),
        };
        this.calls.push(call);
        this.take(call, `${call.method}\n${request.url ?? ''}`, raw, response);
      });
    });
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** What an admin types to connect it. */
  get account() {
    const { url, merchantId, serial, publicKeyId, apiKey } = this;
    const keys = { privateKey: this.merchant.privateKey, publicKey: this.platform.publicKey };
    return { kind: 'wechatpay', url, merchantId, serial, publicKeyId, apiKey, ...keys };
  }

  async open(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Somebody complains. */
  complain(change: Partial<Kept> = {}): Kept {
    const n = this.complaints.size + 1;
    const made: Kept = {
      id: `2002018202001010800766${String(n).padStart(5, '0')}`,
      at: this.clock(),
      text: '包装盒有点脏，希望说明一下。',
      problem: '商品描述不符',
      state: 'PENDING',
      phone: '13812345621',
      orderNo: `A-2026-${n}`,
      amount: 12_345,
      refundAmount: undefined,
      isRefund: false,
      pictures: [],
      waitsForReply: false,
      entries: [],
      ...change,
    };
    this.complaints.set(made.id, made);
    this.writes(made, 'USER_CREATE_COMPLAINT', made.text, '投诉人', made.at);
    return made;
  }

  /** An entry of the negotiation. */
  writes(one: Kept, type: string, text = '', operator = '投诉人', at = this.clock()): string {
    const logId = `3002853202103221700000${String(++this.logs).padStart(5, '0')}`;
    one.entries.push({ log_id: logId, operate_type: type, operate_details: text, operate_time: rfc3339(at), operator });
    if (type === 'USER_RESPONSE' || type === 'USER_CONTINUE_COMPLAINT') one.waitsForReply = true;
    if (type === 'USER_CONTINUE_COMPLAINT') one.state = 'PENDING';
    return logId;
  }

  /** Another key of the platform than the one that was given out. */
  changeKey(): void {
    this.platform = pair();
  }

  /** A notice as it is posted. @param over what of it is otherwise */
  notice(
    complaintId: string,
    {
      id = 'EV-2018022511223320873',
      action = 'CREATE_COMPLAINT',
      at = this.clock(),
      apiKey = this.apiKey,
    }: { id?: string; action?: string; at?: number; apiKey?: string } = {},
  ): { headers: Record<string, string>; raw: string } {
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', apiKey, nonce);
    cipher.setAAD(Buffer.from('complaint'));
    const text = JSON.stringify({ complaint_id: complaintId, action_type: action });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const raw = JSON.stringify({
      id,
      create_time: rfc3339(at),
      resource_type: 'encrypt-resource',
      event_type: 'COMPLAINT.CREATE',
      summary: '产生新投诉',
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: sealed.toString('base64'),
        nonce,
        associated_data: 'complaint',
        original_type: 'complaint',
      },
    });
    return { raw, headers: { 'content-type': 'application/json', ...this.signed(raw, at) } };
  }

  private signed(raw: string | Buffer, at = this.clock()): Record<string, string> {
    const timestamp = String(Math.floor(at / 1_000));
    const nonce = randomBytes(8).toString('hex');
    const signature = createSign('RSA-SHA256')
      .update(`${timestamp}\n${nonce}\n`)
      .update(raw)
      .update('\n')
      .sign(this.platform.privateKey, 'base64');
    return {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': signature,
      'wechatpay-serial': this.publicKeyId,
    };
  }

  /** Why it does not take the signature of a call; undefined: it does. */
  private wrongIn(call: PayCall, line: string, raw: string): string | undefined {
    const given = call.headers.authorization ?? '';
    const [scheme, rest = ''] = given.split(/ (.*)/s);
    if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return 'no authorization';
    const parts = Object.fromEntries(
      [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    const { mchid, nonce_str: nonce = '', timestamp = '', serial_no: serial, signature = '' } = parts;
    if (mchid !== this.merchantId || serial !== this.serial) return 'merchant or serial';
    if (Math.abs(Number(timestamp) * 1_000 - this.clock()) > 5 * 60_000) return 'timestamp';
    const isRight = createVerify('RSA-SHA256')
      .update(`${line}\n${timestamp}\n${nonce}\n${raw}\n`)
      .verify(this.merchant.publicKey, signature, 'base64');
    return isRight ? undefined : 'signature';
  }

  private take(call: PayCall, line: string, raw: string, response: ServerResponse): void {
    const wrong = this.wrongIn(call, line, raw);
    const image = /^\/v3\/merchant-service\/images\/(.+)$/.exec(call.path)?.[1];
    const { status, body, headers } =
      this.instead?.(call) ??
      (wrong === undefined
        ? image === undefined
          ? this.answer(call)
          : { status: this.images.has(image) ? 200 : 404 }
        : { status: 401, body: { code: 'SIGN_ERROR', message: wrong } });
    if (this.breaksAfter !== undefined && call.path.endsWith(this.breaksAfter)) {
      this.breaksAfter = undefined;
      response.destroy();
      return;
    }
    const bytes = image !== undefined && status === 200 ? this.images.get(image) : undefined;
    const text = body === undefined ? '' : JSON.stringify(body);
    response.writeHead(status, {
      ...(bytes ? { 'content-type': 'image/png' } : { 'content-type': 'application/json', ...this.signed(text) }),
      ...headers,
    });
    response.end(bytes ?? text);
  }

  private answer(call: PayCall): { status: number; body?: unknown; headers?: Record<string, string> } {
    const bad = (message: string) => ({ status: 400, body: { code: 'PARAM_ERROR', message } });
    if (call.path === '/v3/merchant-service/complaints-v2' && call.method === 'GET') return this.listed(call, bad);
    const [, id = '', what = ''] = /^\/v3\/merchant-service\/complaints-v2\/([^/]+)\/?(.*)$/.exec(call.path) ?? [];
    const one = this.complaints.get(id);
    if (!one) return { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: 'no such complaint' } };
    if (call.method === 'GET' && what === '') return { status: 200, body: this.detail(one) };
    if (call.method === 'GET' && what === 'negotiation-historys') {
      const [limit, offset] = [Number(call.query.get('limit') ?? 100), Number(call.query.get('offset') ?? 0)];
      if (limit < 1 || limit > 300) return bad('limit');
      const data = one.entries.toReversed().slice(offset, offset + limit);
      return { status: 200, body: { data, limit, offset, ...(offset === 0 && { total_count: one.entries.length }) } };
    }
    if (call.method !== 'POST') return { status: 404, body: { code: 'NOT_FOUND' } };
    return this.done(one, what, call, bad);
  }

  private listed({ query }: PayCall, bad: (message: string) => { status: number; body: unknown }) {
    const [from, to] = [query.get('begin_date') ?? '', query.get('end_date') ?? ''];
    const [limit, offset] = [Number(query.get('limit') ?? 10), Number(query.get('offset') ?? 0)];
    const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day);
    if (!isDay(from) || !isDay(to) || from > to) return bad('dates');
    if ((Date.parse(to) - Date.parse(from)) / DAY >= 30) return bad('span over 30 days');
    if (limit < 1 || limit > 50) return bad('limit');
    const all = [...this.complaints.values()].filter(({ at }) => dayOf(at) >= from && dayOf(at) <= to).toReversed();
    const data = all.slice(offset, offset + limit).map((one) => this.detail(one));
    return { status: 200, body: { data, limit, offset, ...(offset === 0 && { total_count: all.length }) } };
  }

  private detail(one: Kept): object {
    const padded = { key: this.merchant.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return {
      complaint_id: one.id,
      complaint_time: rfc3339(one.at),
      complaint_detail: one.text,
      complaint_state: one.state,
      complainted_mchid: this.merchantId,
      ...(one.phone !== undefined && {
        payer_phone: publicEncrypt(padded, Buffer.from(one.phone)).toString('base64'),
      }),
      complaint_order_info: [
        { transaction_id: `42000004042019${one.orderNo.slice(-1)}`, out_trade_no: one.orderNo, amount: one.amount },
      ],
      complaint_media_list: one.pictures.map((ref) => ({
        media_type: 'USER_COMPLAINT_IMAGE',
        media_url: [`https://api.mch.weixin.qq.com/v3/merchant-service/images/${encodeURIComponent(ref)}`],
      })),
      complaint_full_refunded: false,
      incoming_user_response: one.waitsForReply,
      problem_description: one.problem,
      problem_type: one.isRefund ? 'REFUND' : 'OTHERS',
      ...(one.refundAmount !== undefined && { apply_refund_amount: one.refundAmount }),
      user_complaint_times: 1,
    };
  }

  private done(
    one: Kept,
    what: string,
    { body }: PayCall,
    bad: (message: string) => { status: number; body: unknown },
  ) {
    if (what === 'response') {
      const words = typeof body.response_content === 'string' ? body.response_content : '';
      if (body.complainted_mchid !== this.merchantId) return bad('complainted_mchid');
      if (words === '' || words.length > 200) return bad('response_content');
      this.writes(one, 'MERCHANT_RESPONSE', words, '商户');
      one.waitsForReply = false;
      if (one.state === 'PENDING') one.state = 'PROCESSING';
      return { status: 204 };
    }
    if (what === 'complete') {
      if (body.complainted_mchid !== this.merchantId) return bad('complainted_mchid');
      if (one.state === 'PROCESSED') return { status: 400, body: { code: 'INVALID_REQUEST', message: 'state' } };
      this.writes(one, 'MERCHANT_CONFIRM_COMPLETE', '', '商户');
      one.state = 'PROCESSED';
      return { status: 204 };
    }
    if (what === 'update-refund-progress') {
      const { action, launch_refund_day: days, reject_reason: reason } = body;
      if (!one.isRefund) return { status: 400, body: { code: 'INVALID_REQUEST', message: 'no refund is asked for' } };
      if (action === 'APPROVE' && Number.isInteger(days)) {
        this.writes(one, 'MERCHANT_APPROVE_REFUND', '', '商户');
        return { status: 204 };
      }
      const isReason = typeof reason === 'string' && reason !== '' && reason.length <= 200;
      if (action !== 'REJECT' || !isReason || days !== undefined) return bad('action');
      this.writes(one, 'MERCHANT_REFUSE_RERUND', reason, '商户');
      one.state = 'PROCESSED';
      return { status: 204 };
    }
    return { status: 404, body: { code: 'NOT_FOUND' } };
  }
}
