/**
 * Calls to Alipay's open platform (openapi.alipay.com/gateway.do, version 1.0) with RSA2, by keys and not by certificates, and its
 * signed messages (应用网关). Read: repository alipay/alipay-sdk-java-all, v2 (AlipaySignature, JsonConverter, AbstractAlipayClient);
 * codes: the page "公共错误码" as open.alitrip.com has it (10000, 20000, 20001, 40001); 40002, 40004, 40005, 40006 are assumed.
 *
 * Signed is each parameter that is not empty, sorted by name, as `name=value` with `&` between, SHA256withRSA. Signed of an answer is
 * the node of the method, byte for byte as it came.
 * @module
 */
import { createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { MINUTE } from '../../../domain/basics/milliseconds';
import type { ActPicture, GivenNotice, OpenAccount, ReadNotice, There } from '../adapter';
import { PlatformFault } from '../fault';
import { multipart } from './multipart';
import { inBeijing, object, parseLossless, text, type Json } from './reading';

const isOurs = (publicKey: string, signed: string, signature: string): boolean => {
  const key = publicKey.includes('CERTIFICATE') ? new X509Certificate(publicKey).publicKey : createPublicKey(publicKey);
  return verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64'));
};

const signedText = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** The object behind a name of the outermost one, as it stands there; undefined: there is none. */
function nodeOf(raw: string, name: string): string | undefined {
  const start = new RegExp(`"${name}"\\s*:\\s*(?=\\{)`).exec(raw);
  if (!start) return undefined;
  const from = start.index + start[0].length;
  let depth = 0;
  let isText = false;
  for (let at = from; at < raw.length; at++) {
    const sign_ = raw[at];
    if (isText) {
      if (sign_ === '\\') at++;
      else if (sign_ === '"') isText = false;
    } else if (sign_ === '"') isText = true;
    else if (sign_ === '{') depth++;
    else if (sign_ === '}' && --depth === 0) return raw.slice(from, at + 1);
  }
  return undefined;
}

const ABOUT_KEYS =
  /^(?:isv\.(?:missing|invalid)-(?:signature|app-id|signature-type|signature-key|sign-type)|isv\.app-)/;

/** What a code means that is no 10000. */
function faultOf(code: string, sub: string): PlatformFault {
  const own = sub.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '');
  const named = own === '' ? `alipay_${code}` : own.slice(0, 60);
  if (code === '20000' || /system[._-]?error|timeout/i.test(sub))
    return new PlatformFault('later', named, { isOfOne: code !== '20000' });
  if (code === '40005') return new PlatformFault('later', named, { afterMs: MINUTE, isUntouched: true });
  if (code === '20001' || code === '40006' || ABOUT_KEYS.test(sub)) return new PlatformFault('refused', named);
  if (/not[._-]?(?:exist|found)/i.test(sub)) return new PlatformFault('gone', named);
  return new PlatformFault('unfit', named);
}

/** What goes with a method: business fields as JSON, or as parameters of their own, or a file. */
export interface Asked {
  biz?: string;
  fields?: Readonly<Record<string, string>>;
  file?: { field: string; picture: ActPicture };
}

/** One call. @throws PlatformFault for everything but an answer 10000 that the platform has signed */
export async function asked(
  { account, out, clock }: There,
  method: string,
  { biz, fields, file }: Asked,
): Promise<Json> {
  const system = {
    app_id: account.merchantId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: inBeijing(clock()),
    version: '1.0',
  };
  const business = { ...fields, ...(biz !== undefined && { biz_content: biz }) };
  const signature = sign('sha256', Buffer.from(signedText({ ...system, ...business })), account.privateKey);
  const query = new URLSearchParams({ ...system, sign: signature.toString('base64') }).toString();
  const form = file
    ? multipart(file.field, file.picture, business)
    : {
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        body: new URLSearchParams(business).toString(),
      };
  const outgoing = await out.call({
    url: `${account.url}?${query}`,
    method: 'POST',
    headers: { accept: 'application/json', 'user-agent': 'Redress-Platforms/1', ...form.headers },
    body: form.body,
  });
  if (outgoing.kind === 'failed') throw new PlatformFault('later', outgoing.code);
  if (outgoing.kind === 'refused') throw new PlatformFault('refused', outgoing.code);
  const { status, body, retryAfterMs } = outgoing;
  if (status !== 200) throw new PlatformFault('later', `http_${status}`, { afterMs: retryAfterMs });
  return read(account, method, body.toString());
}

function read({ publicKey }: OpenAccount, method: string, raw: string): Json {
  const node = nodeOf(raw, `${method.replaceAll('.', '_')}_response`) ?? nodeOf(raw, 'error_response');
  if (node === undefined) throw new PlatformFault('later', 'odd_answer');
  let said: Json;
  let signature: string;
  try {
    said = object(parseLossless(node));
    signature = text(object(parseLossless(raw)).sign);
  } catch {
    throw new PlatformFault('later', 'no_json');
  }
  const code = text(said.code);
  // Errors of the gateway itself carry no signature.
  if (code !== '10000') throw faultOf(code, text(said.sub_code));
  const isSigned = [node, node.replaceAll('\\/', '/')].some((signed) => isOurs(publicKey, signed, signature));
  if (!isSigned) throw new PlatformFault('refused', 'not_signed');
  return said;
}

/**
 * A message to the application's gateway: a form, signed over all of its fields but `sign` and, by most documents, `sign_type`.
 * It has a moment, but repeats of it (up to a day later) are not said to get another one, so that it is not held to be of now:
 * it says only where to look, and counts once.
 * @returns undefined: it is not signed by the platform, or not for this application
 */
export function message(
  { merchantId, publicKey }: OpenAccount,
  { raw }: GivenNotice,
  { method, field }: { method: string; field: string },
): ReadNotice | 'aside' | undefined {
  const given = Object.fromEntries(new URLSearchParams(raw.toString()));
  const { sign: signature = '', sign_type: _type, ...rest } = given;
  if (signature === '' || given.app_id !== merchantId) return undefined;
  if (![rest, given].some((signed) => isOurs(publicKey, signedText(signed), signature))) return undefined;
  if (given.msg_method !== method) return 'aside';
  try {
    const about = object(parseLossless(given.biz_content ?? ''));
    const [complaintId, noticeId = ''] = [text(about[field]), given.notify_id];
    if (complaintId === '' || noticeId === '') return 'aside';
    return { noticeId: noticeId.slice(0, 100), complaintId: complaintId.slice(0, 100), action: method };
  } catch {
    return 'aside';
  }
}
