import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an admin has of an official account. */
export const ACCOUNT = {
  name: '青禾电器服务号',
  kind: 'official' as const,
  appId: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  token: 'QingheToken1',
  aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
};
/** The same of a customer service account of WeCom. */
export const KF = {
  ...ACCOUNT,
  name: '青禾客服',
  kind: 'kf' as const,
  appId: 'ww0123456789abcdef',
  openKfId: 'wkAJ2GCAAASSm4FhToWMFea0xAFfd3Q',
  secret: 'kf-secret-of-wecom-0123456789abcdefghijklmn',
};
export const OPENID = 'oDF3iY9ffA-hqb2vVvbr7qxf6A0Q';

/** As the platform encrypts (消息加解密): random, length, message, whom it is for, padded to 32. */
export function encrypted(message: string, { appId, aesKey }: { appId: string; aesKey: string } = ACCOUNT): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(appId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}

const sha1 = (...parts: string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

/** The query with which the platform asks or posts. */
export function signedQuery(
  {
    encrypt,
    at,
    nonce = randomBytes(5).toString('hex'),
    token = ACCOUNT.token,
  }: {
    encrypt?: string;
    /** Milliseconds since 1970. */
    at: number;
    nonce?: string;
    token?: string;
  },
  more: Record<string, string> = {},
): string {
  const timestamp = String(Math.floor(at / 1_000));
  return new URLSearchParams({
    signature: sha1(token, timestamp, nonce),
    timestamp,
    nonce,
    ...(encrypt !== undefined && { encrypt_type: 'aes', msg_signature: sha1(token, timestamp, nonce, encrypt) }),
    ...more,
  }).toString();
}

/** A message as the platform writes it; values stand in CDATA but for numbers. */
export const messageXml = (fields: Record<string, string | number>): string =>
  `<xml>${Object.entries({ ToUserName: 'gh_123456789abc', FromUserName: OPENID, ...fields })
    .map(([name, value]) =>
      typeof value === 'number' || (/Id$|Time$/u.test(name) && /^\d+$/u.test(value))
        ? `<${name}>${value}</${name}>`
        : `<${name}><![CDATA[${value}]]></${name}>`,
    )
    .join('')}</xml>`;

/** What is posted around it. */
export const envelopeXml = (encrypt: string): string =>
  `<xml><ToUserName><![CDATA[gh_123456789abc]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;

/** A call as the platform saw it. */
export interface WechatCall {
  path: string;
  token: string | undefined;
  body: Record<string, unknown> | undefined;
}

/** The platform's API on this machine: tokens that run out, messages to users, files; errors inside a 200. */
export class WechatServer {
  readonly calls: WechatCall[] = [];
  /** The one token that holds. */
  token = 'token-1';
  /** What is answered to a message in place of a yes. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** What customers have written to the customer service account, by pages; a cursor is the number of the next one. */
  readonly pages: object[][] = [];
  readonly media = new Map<string, { type: string; content: Buffer }>();
  host = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const url = new URL(request.url ?? '', 'http://platform');
        const raw = Buffer.concat(parts).toString();
        const call: WechatCall = {
          path: url.pathname,
          token: url.searchParams.get('access_token') ?? undefined,
          body: raw === '' ? undefined : (JSON.parse(raw) as Record<string, unknown>),
        };
        this.calls.push(call);
        this.handle(call, url, response);
      });
    });
  }

  private handle({ path, token, body }: WechatCall, url: URL, response: ServerResponse): void {
    if (path === '/cgi-bin/stable_token') {
      if (body?.secret !== ACCOUNT.secret) return this.say(response, { errcode: 40125, errmsg: 'invalid appsecret' });
      if (body.force_refresh === true) this.token = `${this.token}+`;
      return this.say(response, { access_token: this.token, expires_in: 7200 });
    }
    if (path === '/cgi-bin/gettoken') {
      const isRight = url.searchParams.get('corpsecret') === KF.secret;
      if (!isRight) return this.say(response, { errcode: 40001, errmsg: 'invalid credential' });
      return this.say(response, { errcode: 0, errmsg: 'ok', access_token: this.token, expires_in: 7200 });
    }
    if (token !== this.token) return this.say(response, { errcode: 40001, errmsg: 'invalid credential' });
    if (path === '/cgi-bin/media/get') {
      const found = this.media.get(url.searchParams.get('media_id') ?? '');
      if (!found) return this.say(response, { errcode: 40007, errmsg: 'invalid media_id' });
      response.writeHead(200, { 'content-type': found.type }).end(found.content);
      return;
    }
    if (path === '/cgi-bin/kf/sync_msg') {
      const at = Number(body?.cursor ?? 0);
      const page = this.pages[at] ?? [];
      const next = Math.min(at + 1, this.pages.length);
      return this.say(response, {
        errcode: 0,
        errmsg: 'ok',
        next_cursor: String(next),
        has_more: next < this.pages.length ? 1 : 0,
        msg_list: page,
      });
    }
    if (path === '/cgi-bin/kf/send_msg') {
      if (this.answer) this.answer(response);
      else this.say(response, { errcode: 0, errmsg: 'ok', msgid: 'MSGID' });
      return;
    }
    if (path !== '/cgi-bin/message/custom/send') return this.say(response, { errcode: 40066, errmsg: 'invalid url' });
    if (this.answer) this.answer(response);
    else this.say(response, { errcode: 0, errmsg: 'ok' });
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

  get base(): string {
    return `http://${this.host}`;
  }

  say(response: ServerResponse, body: object, status = 200): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  /** Messages that were sent to users, in their order. */
  sent = (): string[] =>
    this.calls
      .filter(({ path }) => path === '/cgi-bin/message/custom/send' || path === '/cgi-bin/kf/send_msg')
      .map(({ body }) => String((body?.text as { content?: unknown } | undefined)?.content));

  tokensAsked = (): number => this.calls.filter(({ path }) => path === '/cgi-bin/stable_token').length;
}
