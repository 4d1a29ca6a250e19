/**
 * The platform's API for official accounts: its access token, messages to customers, files of theirs. Errors stand inside
 * answers with status 200.
 * @module
 */
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { SealedWechatAccount } from '../../db';
import { mayHaveArrived, open, type Outgoing, type OutgoingClient } from '../../outgoing';
import type { Verdict } from '../telling/relay';

export const WECHAT_API = 'https://api.weixin.qq.com';
/** What is read of an answer: a video has 10 MB at most, a file 20. */
export const WECHAT_ANSWER_BYTES = 25 * 1024 * 1024;
export const WECHAT_HEADERS = ['content-type', 'content-disposition'] as const;

/** Where each of an account's secrets is sealed. */
export const sealedAt = (accountId: string, what: 'secret' | 'token' | 'aesKey'): string =>
  `wechat/${accountId}/${what}`;

/** Busy: certainly not done. */
const BUSY: readonly number[] = [-1];
/** The access token is not valid (any more). */
const TOKEN: readonly number[] = [40001, 40014, 42001];
/** Whatever we ask is refused until an admin has put it right: secret, AppID, IP list, rights, quota. */
const OURS: readonly number[] = [
  40002, 40013, 40125, 40164, 45009, 48001, 48004, 48006, 50002, 61004, 89503, 89506, 89507,
];

/** An answer that is no file: its code, 0 for a yes. Undefined: it is none. */
function codeIn(body: Buffer): { code: number; fields: Record<string, unknown> } | undefined {
  try {
    const fields = JSON.parse(body.toString()) as unknown;
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { errcode = 0 } = fields as { errcode?: unknown };
    return typeof errcode === 'number' ? { code: errcode, fields: fields as Record<string, unknown> } : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing can be asked: `ours` until an admin has put it right. */
export class WechatFault extends Error {
  override name = 'WechatFault';
  constructor(
    readonly code: string,
    readonly ours: boolean,
  ) {
    super(code);
  }
}

interface Needs {
  out: OutgoingClient;
  /** `LINK_SECRET`, under which an account's secrets are sealed. */
  secret: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Left out: that of the platform. */
  base?: string | undefined;
}

type Account = Pick<SealedWechatAccount, 'id' | 'appId' | 'secret'>;

/** A file of a customer's message; `gone`: the platform does not have it (any more). */
export type Fetched =
  { kind: 'file'; content: Buffer; type: string; fileName: string | undefined } | { kind: 'gone'; code: string };

/** Builds the client. One for each process: it remembers access tokens, and nobody else does. */
export function createWechatApi({ out, secret: house, clock, base = WECHAT_API }: Needs) {
  interface Token {
    value: string;
    until: number;
  }
  const tokens = new Map<string, Promise<Token>>();

  /** The stable token: the same for all who ask, so that processes do not end each other's. @throws WechatFault */
  async function asked({ id, appId, secret: sealed }: Account, isForced: boolean): Promise<Token> {
    const secret = open(sealed, house, sealedAt(id, 'secret'));
    if (secret === undefined) throw new WechatFault('sealed', true);
    const answer = await out.call({
      url: `${base}/cgi-bin/stable_token`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credential', appid: appId, secret, force_refresh: isForced }),
    });
    if (answer.kind !== 'answered') throw new WechatFault(answer.code, answer.kind === 'refused');
    const said = answer.status === 200 ? codeIn(answer.body) : undefined;
    if (!said) throw new WechatFault(`http_${answer.status}`, false);
    const { access_token: value, expires_in: seconds } = said.fields;
    if (said.code !== 0 || typeof value !== 'string' || typeof seconds !== 'number') {
      throw new WechatFault(`wechat_${said.code}`, !BUSY.includes(said.code));
    }
    // The platform gives a new one five minutes before; until then both hold.
    return { value, until: clock() + Math.max(seconds * SECOND - 5 * MINUTE, MINUTE) };
  }

  /** @param not a token that is not valid: another one is wanted. Who asks meanwhile waits for the same answer */
  async function tokenOf(account: Account, not?: string): Promise<string> {
    const known = tokens.get(account.id);
    if (known) {
      const token = await known.catch(() => undefined);
      if (token && token.value !== not && token.until > clock()) return token.value;
      // Somebody else has begun to ask for another one.
      const newer = tokens.get(account.id);
      if (newer && newer !== known) return (await newer).value;
    }
    const asking = (async () => {
      const token = await asked(account, false);
      return token.value === not ? asked(account, true) : token;
    })();
    tokens.set(account.id, asking);
    asking.catch(() => {
      if (tokens.get(account.id) === asking) tokens.delete(account.id);
    });
    return (await asking).value;
  }

  /** Makes a call with a token; once more with another one if it is not valid. @throws WechatFault without a token */
  async function called(account: Account, call: (token: string) => Promise<Outgoing>): Promise<Outgoing> {
    const token = await tokenOf(account);
    const answer = await call(token);
    const said = answer.kind === 'answered' ? codeIn(answer.body) : undefined;
    if (!said || !TOKEN.includes(said.code)) return answer;
    return call(await tokenOf(account, token));
  }

  return {
    /** Sends a text to somebody, once. */
    async say(account: Account, openId: string, text: string): Promise<Verdict> {
      try {
        const answer = await called(account, (token) =>
          out.call({
            url: `${base}/cgi-bin/message/custom/send?access_token=${encodeURIComponent(token)}`,
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ touser: openId, msgtype: 'text', text: { content: text } }),
          }),
        );
        return verdictOf(answer);
      } catch (error) {
        if (!(error instanceof WechatFault)) throw error;
        // Without a token nothing was sent.
        return { kind: 'later', code: error.code, ...(error.ours && { ours: true }) };
      }
    },

    /** A file of a message, for three days after it. @throws WechatFault when it may be had another time */
    async fetch(account: Account, mediaId: string): Promise<Fetched> {
      const answer = await called(account, (token) =>
        out.call({
          url: `${base}/cgi-bin/media/get?access_token=${encodeURIComponent(token)}&media_id=${encodeURIComponent(mediaId)}`,
          method: 'GET',
        }),
      );
      if (answer.kind !== 'answered') {
        if (answer.code === 'BODY_TOO_LARGE') return { kind: 'gone', code: 'too_large' };
        throw new WechatFault(answer.code, answer.kind === 'refused');
      }
      const { status, body, headers = {} } = answer;
      const type = headers['content-type'] ?? 'application/octet-stream';
      const said = /json|text\/plain/u.test(type) ? codeIn(body) : undefined;
      if (status !== 200) throw new WechatFault(`http_${status}`, false);
      if (said && said.code !== 0) {
        if (BUSY.includes(said.code) || TOKEN.includes(said.code) || OURS.includes(said.code)) {
          throw new WechatFault(`wechat_${said.code}`, OURS.includes(said.code));
        }
        return { kind: 'gone', code: `wechat_${said.code}` };
      }
      // A video is given as an address of its own, which nobody has promised us.
      if (said) return { kind: 'gone', code: 'elsewhere' };
      const fileName = /filename="?([^";]+)"?/iu.exec(headers['content-disposition'] ?? '')?.[1];
      return { kind: 'file', content: body, type, fileName };
    },
    close: () => out.close(),
  };
}

export type WechatApi = ReturnType<typeof createWechatApi>;

/** What became of a message. */
export function verdictOf(answer: Outgoing): Verdict {
  if (answer.kind === 'failed') return { kind: mayHaveArrived(answer.code) ? 'unknown' : 'later', code: answer.code };
  if (answer.kind === 'refused') return { kind: 'later', code: answer.code, ours: true };
  const { status, body, retryAfterMs } = answer;
  if (status !== 200) {
    const code = `http_${status}`;
    // Behind a proxy the platform may have taken it.
    if (status >= 500 && status !== 503) return { kind: 'unknown', code };
    return { kind: 'later', code, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
  }
  const said = codeIn(body);
  // A 200 that does not say how it went.
  if (!said || said.fields.errcode === undefined) return { kind: 'unknown', code: 'no_result' };
  if (said.code === 0) return { kind: 'taken' };
  const code = `wechat_${said.code}`;
  if (BUSY.includes(said.code)) return { kind: 'later', code };
  if (TOKEN.includes(said.code) || OURS.includes(said.code)) return { kind: 'later', code, ours: true };
  return { kind: 'never', code };
}
