import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoomKind } from '../../src/domain/case/rooms';

/** A message as the group sees it. */
export interface ShownMessage {
  /** When it was taken, by the clock of the server. */
  at: number;
  body: Record<string, unknown>;
  /** The same as text, to look for words in it. */
  text: string;
}

export interface RoomServerOptions {
  /** What messages have to be signed with (DingTalk, Feishu). */
  secret?: string;
  /** Milliseconds since 1970. */
  clock: () => number;
}

const json = (response: ServerResponse, body: object, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
const words = (response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, headers).end(text);
const at = (value: unknown, ...path: string[]): unknown => {
  let found: unknown = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
};
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * A robot of a group on this machine, as its platform describes it: addresses, signatures, what a body must have, limits,
 * and error codes in answers of 200. Written from the contracts named in src/channels/rooms/kinds/, not from our own code.
 */
export class RoomServer {
  /** Every call, also those that were refused. */
  calls = 0;
  readonly shown: ShownMessage[] = [];
  /** The robot was removed. */
  isGone = false;
  /** Answers in place of the platform; undefined: it answers itself. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** The same, after the message was shown. */
  answerAfter: ((response: ServerResponse) => void) | undefined;
  host = '';
  private readonly server: Server;
  private heldUntil = 0;

  constructor(
    readonly kind: RoomKind,
    private readonly options: RoomServerOptions,
  ) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => this.take(request, Buffer.concat(parts), response));
    });
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

  /** The address that its group gives out. */
  get url(): string {
    return `http://${this.host}${PATHS[this.kind]}`;
  }

  texts = (): string[] => this.shown.map(({ text }) => text);

  private take(request: IncomingMessage, raw: Buffer, response: ServerResponse): void {
    this.calls++;
    if (this.answer) return this.answer(response);
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(raw.toString()) as Record<string, unknown>;
    } catch {
      return words(response, 400, 'invalid_payload');
    }
    const url = new URL(request.url ?? '', `http://${this.host}`);
    const isKnown = !this.isGone && request.method === 'POST' && PATHS[this.kind].startsWith(url.pathname);
    this[this.kind]({ url, body, bytes: raw.length, isKnown, response });
  }

  /** Takes a message, and answers as the platform does. */
  private show(body: Record<string, unknown>, response: ServerResponse, answer: () => void): void {
    this.shown.push({ at: this.options.clock(), body, text: JSON.stringify(body) });
    if (this.answerAfter) this.answerAfter(response);
    else answer();
  }

  private within(ms: number): number {
    return this.shown.filter((one) => this.options.clock() - one.at < ms).length;
  }

  private wecom({ url, body, isKnown, response }: Call): void {
    const refuse = (errcode: number, errmsg: string): void => json(response, { errcode, errmsg });
    if (!isKnown || url.searchParams.get('key') !== 'robot-key') return refuse(93000, 'invalid webhook url, hint: [1]');
    if (this.within(60_000) >= 20) return refuse(45009, 'api freq out of limit');
    const content = at(body, 'markdown', 'content');
    const card = at(body, 'template_card');
    const isMarkdown = body.msgtype === 'markdown' && isText(content) && Buffer.byteLength(String(content)) <= 4_096;
    const isCard =
      body.msgtype === 'template_card' &&
      at(card, 'card_type') === 'text_notice' &&
      isText(at(card, 'main_title', 'title')) &&
      at(card, 'card_action', 'type') === 1 &&
      isText(at(card, 'card_action', 'url'));
    if (!isMarkdown && !isCard) return refuse(40008, 'invalid message type');
    this.show(body, response, () => json(response, { errcode: 0, errmsg: 'ok' }));
  }

  private dingtalk({ url, body, isKnown, response }: Call): void {
    const { secret, clock } = this.options;
    const refuse = (errcode: number, errmsg: string): void => json(response, { errcode, errmsg });
    if (!isKnown || url.searchParams.get('access_token') !== 'robot-token') return refuse(300001, 'token is not exist');
    if (secret !== undefined) {
      const time = url.searchParams.get('timestamp') ?? '';
      if (!/^\d{13}$/.test(time) || Math.abs(clock() - Number(time)) > 3_600_000)
        return refuse(310000, 'invalid timestamp');
      const sign = createHmac('sha256', secret).update(`${time}\n${secret}`, 'utf8').digest('base64');
      if (url.searchParams.get('sign') !== sign) return refuse(310000, 'sign not match');
    }
    if (clock() < this.heldUntil) return refuse(130101, 'send too fast, exceed 20 times per minute');
    if (this.within(60_000) >= 20) {
      this.heldUntil = clock() + 600_000;
      return refuse(130101, 'send too fast, exceed 20 times per minute');
    }
    const card = at(body, 'actionCard');
    const isCard =
      body.msgtype === 'actionCard' &&
      ['title', 'text', 'singleTitle', 'singleURL'].every((one) => isText(at(card, one)));
    const isMarkdown =
      body.msgtype === 'markdown' && isText(at(body, 'markdown', 'title')) && isText(at(body, 'markdown', 'text'));
    if (!isCard && !isMarkdown) return refuse(40035, 'invalid parameter');
    this.show(body, response, () => json(response, { errcode: 0, errmsg: 'ok' }));
  }

  private feishu({ body, bytes, isKnown, response }: Call): void {
    const { secret, clock } = this.options;
    const refuse = (code: number, msg: string): void => json(response, { code, msg, data: {} });
    if (!isKnown) return refuse(19001, 'param invalid: incoming webhook access token invalid');
    if (secret !== undefined) {
      const time = typeof body.timestamp === 'string' ? body.timestamp : '';
      const sign = createHmac('sha256', `${time}\n${secret}`).update(Buffer.alloc(0)).digest('base64');
      if (!/^\d{10}$/.test(time) || Math.abs(clock() / 1_000 - Number(time)) > 3_600 || body.sign !== sign) {
        return refuse(19021, 'sign match fail or timestamp is not within one hour from current time');
      }
    }
    if (this.within(60_000) >= 100 || this.within(1_000) >= 5) return refuse(11232, 'frequency limited');
    const card = at(body, 'card');
    const isCard =
      body.msg_type === 'interactive' &&
      at(card, 'header', 'title', 'tag') === 'plain_text' &&
      isText(at(card, 'header', 'title', 'content')) &&
      Array.isArray(at(card, 'elements'));
    if (!isCard || bytes > 20 * 1_024) return refuse(9499, 'Bad Request');
    this.show(body, response, () =>
      json(response, { code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success' }),
    );
  }

  private slack({ body, isKnown, response }: Call): void {
    if (!isKnown) return words(response, 404, 'no_service');
    if (this.within(1_000) >= 3) return words(response, 429, 'rate_limited', { 'retry-after': '30' });
    if (!isText(body.text) && !Array.isArray(body.blocks)) return words(response, 400, 'no_text');
    const blocks = (body.blocks ?? []) as { type?: string; text?: { text?: string } }[];
    const isWell = blocks.every(({ type, text }) => isText(type) && (text?.text ?? '').length <= 3_000);
    if (!isWell || blocks.length > 50) return words(response, 400, 'invalid_blocks');
    this.show(body, response, () => words(response, 200, 'ok'));
  }

  private teams({ body, bytes, isKnown, response }: Call): void {
    if (!isKnown) return json(response, { error: { code: 'WorkflowNotFound' } }, 404);
    if (this.within(1_000) >= 4 || this.within(30_000) >= 60) return words(response, 429, '', { 'retry-after': '20' });
    if (bytes > 28 * 1_024) return words(response, 413, '');
    const card = at((body.attachments as unknown[] | undefined)?.[0], 'content');
    const type = at((body.attachments as unknown[] | undefined)?.[0], 'contentType');
    const isCard =
      body.type === 'message' &&
      type === 'application/vnd.microsoft.card.adaptive' &&
      at(card, 'type') === 'AdaptiveCard' &&
      Array.isArray(at(card, 'body'));
    if (!isCard) return json(response, { error: { code: 'InvalidRequestContent' } }, 400);
    this.show(body, response, () => words(response, 202, ''));
  }
}

interface Call {
  url: URL;
  body: Record<string, unknown>;
  bytes: number;
  isKnown: boolean;
  response: ServerResponse;
}

const PATHS: Record<RoomKind, string> = {
  wecom: '/cgi-bin/webhook/send?key=robot-key',
  dingtalk: '/robot/send?access_token=robot-token',
  feishu: '/open-apis/bot/v2/hook/robot-token',
  slack: '/services/T000/B000/robot-token',
  teams: '/workflows/w1/triggers/manual/paths/invoke?sig=robot-token',
};
