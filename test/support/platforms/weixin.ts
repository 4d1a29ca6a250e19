import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { formIn, PlatformServer, type PlatformAnswer, type PlatformCall } from './server';

interface Item {
  type: number;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
  phone?: string;
  pictures: string[];
}

interface Complaint {
  id: string;
  at: number;
  text: string;
  status: number;
  /** Of an appeal; 0: there is none. */
  appeal: number;
  phone: string;
  orderNo: string;
  /** In cents. */
  amount: number;
  pictures: string[];
  /** When the step ends; 0: not said. */
  expiresAt: number;
  items: Item[];
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/**
 * api.weixin.qq.com on this machine, written from its documents: mini-programs (交易类投诉) and stores (纠纷单). Each call needs the
 * access token of now; what it posts is encrypted and signed (消息加解密, 安全模式).
 */
export class WeixinServer extends PlatformServer {
  readonly complaints = new Map<string, Complaint>();
  readonly appId = 'wx0123456789abcdef';
  readonly secret = 's'.repeat(16) + '0123456789abcdef';
  readonly token = 'pushToken';
  readonly aesKey = randomBytes(32).toString('base64').slice(0, 43).replaceAll(/[+/]/g, 'a');
  readonly handedIn = new Map<string, Buffer>();
  private accessToken = 'access-1';
  private tokens = 1;

  constructor(
    clock: () => number,
    private readonly kind: 'miniprogram' | 'wechatStore',
  ) {
    super(clock);
  }

  /** What an admin types to connect it. */
  get account() {
    const { url, appId: merchantId, secret, token, aesKey } = this;
    return { kind: this.kind, url, merchantId, secret, token, aesKey };
  }

  /** The access token that was given out holds no more. */
  endToken(): void {
    this.accessToken = `access-${++this.tokens}`;
  }

  /** Somebody complains; at a store the platform is asked to help. */
  complain(change: Partial<Complaint> = {}): Complaint {
    const isStore = this.kind === 'wechatStore';
    const made: Complaint = {
      id: String(11_897_048 + this.complaints.size),
      at: this.clock(),
      text: '包装盒有点脏，希望说明一下。',
      status: isStore ? 103 : 201,
      appeal: 0,
      phone: '13812345621',
      orderNo: `A-2026-${this.complaints.size + 1}`,
      amount: 12_345,
      pictures: [],
      expiresAt: isStore ? 0 : this.clock() + 48 * 3_600_000,
      items: [],
      ...change,
    };
    this.complaints.set(made.id, made);
    const { at, text, phone, pictures } = made;
    made.items.push({ type: isStore ? 1 : 4, at, text, phone, pictures });
    return made;
  }

  writes(one: Complaint, type: number, text = '', pictures: string[] = []): void {
    one.items.push({ type, at: this.clock(), text, pictures });
  }

  /** A push as it is posted. @param over what of it is otherwise */
  push(
    complaintId: string,
    over: { at?: number; token?: string; aesKey?: string; appId?: string; event?: string; isXml?: boolean } = {},
  ): { query: string; headers: Record<string, string>; raw: string } {
    const { at = this.clock(), token = this.token, aesKey = this.aesKey, appId = this.appId, isXml = false } = over;
    const message = this.message(complaintId, over.event, isXml);
    const nonce = randomBytes(8).toString('hex');
    const timestamp = String(seconds(at));
    const encrypted = encrypt(message, aesKey, appId);
    const signature = sha1(token, timestamp, nonce, encrypted);
    const query = new URLSearchParams({
      signature: sha1(token, timestamp, nonce),
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: signature,
    }).toString();
    const raw = isXml
      ? `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`
      : JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypted });
    return { query, raw, headers: { 'content-type': isXml ? 'text/xml' : 'application/json' } };
  }

  /** What the platform asks when our address is entered there. */
  greeting(token = this.token): string {
    const [timestamp, nonce] = [String(seconds(this.clock())), 'n0nce'];
    return new URLSearchParams({
      signature: sha1(token, timestamp, nonce),
      timestamp,
      nonce,
      echostr: '42',
    }).toString();
  }

  private message(complaintId: string, event: string | undefined, isXml: boolean): string {
    const one = this.complaints.get(complaintId);
    const head = {
      ToUserName: 'gh_1',
      FromUserName: 'o-1',
      CreateTime: seconds(one?.items.at(-1)?.at ?? 0),
      MsgType: 'event',
    };
    if (this.kind === 'wechatStore') {
      const about = {
        complaint_status: one?.status,
        after_sale_order_id: '1',
        complaint_id: complaintId,
        order_id: '2',
      };
      const Event = event ?? 'channels_ec_complaint_update';
      return JSON.stringify({ ...head, Event, finder_shop_complaint: about });
    }
    const Event = event ?? 'complaint_callback';
    const about = { appid: this.appId, option_type: 1, complaint_order_id: complaintId, status: one?.status };
    if (!isXml) return JSON.stringify({ ...head, Event, ...about });
    const xml = (fields: object): string =>
      Object.entries(fields)
        .map(([name, value]) => `<${name}><![CDATA[${String(value)}]]></${name}>`)
        .join('');
    return `<xml>${xml({ ...head, Event })}<BussiCallBackInfo>${xml(about)}</BussiCallBackInfo></xml>`;
  }

  protected answer(call: PlatformCall): PlatformAnswer {
    const said = (body: object): PlatformAnswer => ({ status: 200, body: JSON.stringify(body) });
    const raw = call.raw.toString();
    const isJson = call.headers['content-type']?.startsWith('application/json') === true && raw !== '';
    const body = isJson ? (JSON.parse(raw) as Record<string, unknown>) : {};
    if (call.what === '/cgi-bin/stable_token') {
      if (body.appid !== this.appId) return said({ errcode: 40013, errmsg: 'invalid appid' });
      if (body.secret !== this.secret) return said({ errcode: 40125, errmsg: 'invalid appsecret' });
      return said({ access_token: this.accessToken, expires_in: 7_200 });
    }
    if (call.query.get('access_token') !== this.accessToken)
      return said({ errcode: 40001, errmsg: 'invalid credential' });
    const media = this.mediaOf(call);
    if (media) return said(media);
    return said(this.kind === 'miniprogram' ? this.miniprogram(call, body) : this.store(call, body));
  }

  private mediaOf(call: PlatformCall): object | undefined {
    const isTemporary = call.what === '/cgi-bin/media/upload' && call.query.get('type') === 'image';
    const isOfStore = call.what === '/channels/ec/basics/img/upload' && call.query.get('resp_type') === '0';
    if (!isTemporary && !isOfStore) return undefined;
    const { file } = formIn(call);
    if (file?.field !== 'media') return { errcode: 41005, errmsg: 'media data missing' };
    const id = `media-${this.handedIn.size + 1}`;
    this.handedIn.set(id, file.content);
    return isTemporary ? { type: 'image', media_id: id, created_at: 1 } : { errcode: 0, pic_file: { media_id: id } };
  }

  private miniprogram(call: PlatformCall, body: Record<string, unknown>): object {
    const what = call.what.replace('/wxaapi/minishop/', '');
    if (what === 'complaintOrderDetail') {
      const one = this.complaints.get(call.query.get('complaintOrderId') ?? '');
      return one ? this.detail(one) : { errcode: 1, errmsg: 'no such order' };
    }
    const { complaintOrderId: id, content, mediaIdList, bussiHandle: handle } = body;
    if (typeof id !== 'number' || typeof content !== 'string' || !Array.isArray(mediaIdList)) {
      return { errcode: 10001, errmsg: 'parameters' };
    }
    const one = this.complaints.get(String(id));
    if (!one) return { errcode: 1, errmsg: 'no such order' };
    const next = this.nextOf(one, what, handle);
    if (next === undefined) return { errcode: what === 'busiAppeal' ? 1002 : 309, errmsg: 'state' };
    if (next === 403) one.appeal = 403;
    else one.status = next;
    if (next !== 403) one.expiresAt = 0;
    // What the documents call these entries is not known.
    this.writes(one, what === 'bussiSupplyProof' ? 8 : 70, content);
    return { errcode: 0, errmsg: 'ok' };
  }

  private nextOf({ status, appeal }: Complaint, what: string, handle: unknown): number | undefined {
    if (what === 'bussiRespondComplaint' && status === 201) return handle === 1 ? 203 : handle === 2 ? 204 : undefined;
    if (what === 'bussiSupplyProof' && (status === 106 || status === 108)) return 107;
    if (what === 'bussiSupplyRefund' && status === 206) return 207;
    return what === 'busiAppeal' && appeal === 401 ? 403 : undefined;
  }

  private detail(one: Complaint): object {
    return {
      errcode: 0,
      complaintOrder: {
        complaintOrderId: Number(one.id),
        openid: 'o-1',
        createTime: seconds(one.at),
        phoneNumber: Number(one.phone),
        type: 3,
        status: one.status,
        customerMaterial: { content: one.text, mediaIdList: this.urls(one.pictures) },
        orderId: `42000004042019${one.id}`,
        outTradeNo: one.orderNo,
        productName: '电水壶',
        payTime: seconds(one.at) - 86_400,
        totalCost: String(one.amount),
        expireTime: seconds(one.expiresAt),
        appealState: one.appeal,
      },
      item: one.items.map(({ type, at, text, pictures }) => ({
        itemType: type,
        time: seconds(at),
        content: text,
        mediaIdList: this.urls(pictures),
      })),
    };
  }

  /** Each time at another address. */
  private urls(pictures: readonly string[]): string[] {
    return pictures.map((name) => `${this.url}/images/${name}?token=${randomBytes(4).toString('hex')}`);
  }

  private store(call: PlatformCall, body: Record<string, unknown>): object {
    const one = this.complaints.get(String(body.complaint_id));
    if (!one || typeof body.complaint_id !== 'string') return { errcode: 10021500, errmsg: 'no such complaint' };
    const what = call.what.replace('/channels/ec/aftersale/', '');
    if (what === 'getcomplaintorder') {
      return {
        errcode: 0,
        order_id: one.orderNo,
        after_sale_order_id: '1410973765677533',
        status: one.status,
        history: one.items.toReversed().map(({ type, at, text, phone, pictures }) => ({
          item_type: type,
          time: seconds(at),
          content: text,
          phone_number: phone,
          media_id_list: pictures,
          media_infos: this.urls(pictures).map((url) => ({ type: 1, picture: { ticket_url: url } })),
        })),
      };
    }
    const content = typeof body.content === 'string' ? body.content : '';
    if (content === '' || content.length > 500) return { errcode: 10021501, errmsg: 'too long' };
    if (what === 'addcomplaintmaterial') {
      if (one.status !== 101 && one.status !== 103) return { errcode: 10021503, errmsg: 'state' };
      this.writes(one, 3, content);
      return { errcode: 0, errmsg: 'ok' };
    }
    if (what !== 'addcomplaintproof') return { errcode: 40066, errmsg: 'no such path' };
    if (one.status !== 106 && one.status !== 108) return { errcode: 10021504, errmsg: 'state' };
    one.status = 107;
    this.writes(one, 8, content);
    return { errcode: 0, errmsg: 'ok' };
  }
}

const sha1 = (...parts: string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

/** As 消息加解密 does: random bytes, length, message, whom it is for; padded to 32. */
function encrypt(message: string, aesKey: string, appId: string): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(message));
  const plain = Buffer.concat([randomBytes(16), length, Buffer.from(message), Buffer.from(appId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}
