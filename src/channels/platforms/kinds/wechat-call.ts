/**
 * Calls to api.weixin.qq.com for mini-programs and stores, with the access token that official accounts have as well; and the message
 * push of both, in the secure mode alone (消息加解密), as XML or JSON.
 * @module
 */
import { createHash } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { HOUR, MINUTE } from '../../../domain/basics/milliseconds';
import type { Outgoing } from '../../../outgoing';
import { isFresh } from '../../signed-moment';
import { decrypt, isSigned } from '../../weixin/crypto';
import { BUSY, OURS, stableToken, TOKEN, WechatFault, type TokenHolder } from '../../weixin/tokens';
import type { ActPicture, GivenNotice, NoticeQuery, OpenAccount, ReadNotice, There } from '../adapter';
import { PlatformFault } from '../fault';
import { multipart } from './multipart';
import { object, parseLossless, text, type Json } from './reading';

/** Called too often, by the minute or by the day. */
const LIMITED: readonly number[] = [45009, 45011];

const baseOf = ({ url }: OpenAccount): string => url.replace(/\/+$/, '');

const holderOf = ({ account, out }: There): TokenHolder => ({
  id: account.id,
  ask: (isForced) => {
    const { path, body } = stableToken(account.merchantId, account.secret, isForced);
    return out.call({
      url: baseOf(account) + path,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  },
});

/** @throws PlatformFault in place of a fault of the token */
async function withToken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WechatFault)) throw error;
    throw new PlatformFault(error.ours ? 'refused' : 'later', error.code, { isUntouched: true });
  }
}

/** Asks for an access token anew. @throws PlatformFault */
export const reach = (there: There): Promise<void> => withToken(() => there.tokens.renew(holderOf(there)));

export interface Asked {
  method: 'GET' | 'POST';
  path: string;
  query?: Readonly<Record<string, string>>;
  /** JSON as it is sent. */
  json?: string;
  picture?: ActPicture;
  /** Codes that say that what it is about is not there. */
  gone?: readonly number[];
}

/** One call. @throws PlatformFault for everything but a yes */
export async function asked(there: There, { gone = [], ...call }: Asked): Promise<Json> {
  const outgoing = await withToken(() => there.tokens.called(holderOf(there), (token) => send(there, call, token)));
  if (outgoing.kind === 'failed') throw new PlatformFault('later', outgoing.code);
  if (outgoing.kind === 'refused') throw new PlatformFault('refused', outgoing.code);
  const { status, body, retryAfterMs } = outgoing;
  if (status !== 200) throw new PlatformFault('later', `http_${status}`, { afterMs: retryAfterMs });
  let said: Json;
  try {
    said = object(parseLossless(body.toString()));
  } catch {
    throw new PlatformFault('later', 'no_json');
  }
  const { errcode: code = 0 } = said;
  if (code === 0) return said;
  if (typeof code !== 'number') throw new PlatformFault('later', 'odd_answer');
  const named = `wechat_${code}`;
  // "System error" is also said of a number that is none, of which the others must know nothing.
  if (BUSY.includes(code)) throw new PlatformFault('later', named, { isOfOne: true });
  if (LIMITED.includes(code)) throw new PlatformFault('later', named, { afterMs: code === 45009 ? HOUR : MINUTE });
  if (TOKEN.includes(code) || OURS.includes(code)) throw new PlatformFault('refused', named);
  throw new PlatformFault(gone.includes(code) ? 'gone' : 'unfit', named);
}

function send({ account, out }: There, call: Omit<Asked, 'gone'>, token: string): Promise<Outgoing> {
  const query = new URLSearchParams({ access_token: token, ...call.query }).toString();
  const form = call.picture
    ? multipart('media', call.picture)
    : { headers: { 'content-type': 'application/json' }, body: call.json ?? null };
  return out.call({
    url: `${baseOf(account)}${call.path}?${query}`,
    method: call.method,
    headers: { accept: 'application/json', 'user-agent': 'Redress-Platforms/1', ...form.headers },
    body: form.body,
  });
}

/** Text of a document by the path of its elements, the first of each; undefined: it is no such XML, or has a type of its own (DTD). */
function readXml(xml: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  const open: string[] = [];
  const parser = new SaxesParser({ position: false });
  const refuse = (): never => {
    throw new Error('no XML of a message');
  };
  const take = (said: string): void => {
    const path = open.join('/');
    found.set(path, (found.get(path) ?? '') + said);
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name }) => void open.push(name));
  parser.on('closetag', () => void open.pop());
  parser.on('text', take);
  parser.on('cdata', take);
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return found;
}

/** Reads a message that is JSON or XML: what stands at one of these paths below its root, each with `/` between. */
function reader(message: string): ((...paths: string[]) => string) | undefined {
  if (!message.trimStart().startsWith('{')) {
    const fields = readXml(message);
    return fields && ((...paths) => paths.map((path) => fields.get(`xml/${path}`)?.trim() ?? '').find(Boolean) ?? '');
  }
  try {
    const fields = object(parseLossless(message));
    const at = (path: string): string =>
      text(path.split('/').reduce<unknown>((value, name) => object(value)[name], fields));
    return (...paths) => paths.map(at).find(Boolean) ?? '';
  } catch {
    return undefined;
  }
}

/**
 * Reads a push. What it is about counts once, by its content: it has no number of its own.
 * @param about the event, and where its complaint's number and its state stand
 */
export function pushed(
  { merchantId, token, aesKey }: OpenAccount,
  { query, raw }: GivenNotice,
  now: number,
  about: { event: string; id: readonly string[]; state: readonly string[] },
): ReadNotice | 'aside' | undefined {
  const encrypted = reader(raw.toString())?.('Encrypt') ?? '';
  const { timestamp = '', nonce = '', msg_signature: signature = '' } = query;
  // Without encryption its signature says nothing of the body: anybody could have written it.
  if (encrypted === '' || !isSigned(signature, token, timestamp, nonce, encrypted)) return undefined;
  if (!isFresh(timestamp, now)) return undefined;
  const message = decrypt(encrypted, aesKey, merchantId);
  if (!message) return undefined;
  const read = reader(message.toString());
  if (read?.('Event') !== about.event) return 'aside';
  const complaintId = read(...about.id);
  if (!/^\d{1,40}$/.test(complaintId)) return 'aside';
  const noticeId = createHash('sha256').update(message).digest('hex');
  return { noticeId, complaintId, action: `${about.event}/${read(...about.state)}`.slice(0, 100) };
}

/** The platform asks whether we are there. @returns what it wants to hear; undefined: it is not signed, or not of now */
export function greet({ token }: OpenAccount, query: NoticeQuery, now: number): string | undefined {
  const { timestamp = '', nonce = '', signature = '', echostr } = query;
  return isSigned(signature, token, timestamp, nonce) && isFresh(timestamp, now) ? echostr : undefined;
}
