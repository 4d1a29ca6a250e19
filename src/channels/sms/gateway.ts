/**
 * The generic gateway: what is sent to it, and what its answers mean, by the file that describes it (src/sms-gateway.ts).
 * @module
 */
import { createHmac } from 'node:crypto';
import { valueAt } from '../../domain/basics/json-pointer';
import { mayHaveArrived, type Outgoing, type OutgoingRequest } from '../../outgoing';
import { PLACEHOLDER, type Placeholder, type SmsGateway } from '../../sms-gateway';
import type { Verdict } from '../telling/relay';

/** A text message, ready to be sent. */
export interface SmsMessage {
  /** Our id; a repeat has the same. */
  key: string;
  to: { e164: string; national: string };
  /** With the signature in front. */
  text: string;
  signature: string;
  /** The approved template in place of free text. */
  template?: { id: string; params: Readonly<Record<string, string>> };
}

/** The call for a message. @param at milliseconds since 1970 */
export function smsRequest(gateway: SmsGateway, message: SmsMessage, secret: string, at: number): OutgoingRequest {
  const { method, form, sign } = gateway;
  const values = valuesOf(gateway, message, secret, at);
  const fill = (text: string, more: Record<string, unknown> = {}): string =>
    text.replace(PLACEHOLDER, (_whole, name: Placeholder) => asText({ ...values, ...more }[name]));
  const filled = filledIn(gateway.body, values, fill);
  const body =
    method === 'GET'
      ? ''
      : form
        ? new URLSearchParams(
            Object.entries(filled as object).map(([name, value]): [string, string] => [name, asText(value)]),
          ).toString()
        : JSON.stringify(filled);
  return {
    // A value must not become a part of the address.
    url: gateway.url.replace(PLACEHOLDER, (_whole, name: Placeholder) => encodeURIComponent(asText(values[name]))),
    method,
    headers: {
      ...(method !== 'GET' && {
        'content-type': form ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json; charset=utf-8',
      }),
      'user-agent': 'Redress-SMS/1',
      ...Object.fromEntries(Object.entries(gateway.headers).map(([name, text]) => [name, oneLine(fill(text))])),
      ...(sign && {
        [sign.header]:
          sign.prefix + createHmac(sign.algorithm, secret).update(fill(sign.over, { body })).digest(sign.encoding),
      }),
    },
    body: method === 'GET' ? null : body,
  };
}

function valuesOf(
  { numbers }: SmsGateway,
  { key, to, text, signature, template }: SmsMessage,
  secret: string,
  at: number,
): Record<Placeholder, unknown> {
  const params = template?.params ?? {};
  return {
    to: numbers === 'national' ? to.national : numbers === 'digits' ? to.e164.slice(1) : to.e164,
    text,
    template: template?.id ?? '',
    params: JSON.stringify(params),
    paramObject: params,
    paramList: Object.values(params),
    id: key,
    signature,
    secret,
    timestamp: String(Math.floor(at / 1_000)),
  };
}

const WHOLE = /^\{\{\s*(\w+)\s*\}\}$/u;

/** The body with its placeholders filled. What is nothing but one placeholder becomes its value, also a list. */
function filledIn(part: unknown, values: Record<string, unknown>, fill: (text: string) => string): unknown {
  if (typeof part === 'string') {
    const only = WHOLE.exec(part)?.[1];
    return only === undefined ? fill(part) : values[only];
  }
  if (Array.isArray(part)) return part.map((item) => filledIn(item, values, fill));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, filledIn(item, values, fill)]));
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
const oneLine = (text: string): string => text.replaceAll(/[^\x20-\x7e]/gu, '');

/** What became of a call. */
export function smsVerdict(gateway: SmsGateway, outgoing: Outgoing): Verdict {
  if (outgoing.kind === 'failed') {
    return { kind: mayHaveArrived(outgoing.code) ? 'unknown' : 'later', code: outgoing.code };
  }
  // Somebody has to change the address, or allow it.
  if (outgoing.kind === 'refused') return { kind: 'later', code: outgoing.code, ours: true };
  const { status, body, retryAfterMs } = outgoing;
  const { answer } = gateway;
  const said = parsed(body.toString());
  const found = at(said, answer.code);
  if (isOneOf(found, answer.ours)) return { kind: 'later', code: codeOf(found), ours: true };
  if (isOneOf(found, answer.never)) return { kind: 'never', code: codeOf(found) };
  if (status < 200 || status >= 300) return byStatus(status, found, retryAfterMs);
  if (!answer.success || isOneOf(at(said, answer.success.at), answer.success.is)) {
    const id = at(said, answer.id);
    return { kind: 'taken', ...(isScalar(id) && `${id}` !== '' && { gatewayId: `${id}`.slice(0, 200) }) };
  }
  // A 2xx that does not say how it went.
  if (said === undefined || at(said, answer.success.at) === undefined) return { kind: 'unknown', code: 'no_result' };
  return { kind: 'later', code: codeOf(found ?? at(said, answer.success.at)) };
}

function byStatus(status: number, found: unknown, retryAfterMs: number | undefined): Verdict {
  const code = found === undefined ? `http_${status}` : codeOf(found);
  if ([400, 413, 422].includes(status)) return { kind: 'never', code };
  if ([401, 403, 404, 405].includes(status)) return { kind: 'later', code, ours: true };
  // Behind a proxy the gateway may have sent it.
  if (status >= 500 && status !== 503) return { kind: 'unknown', code };
  return { kind: 'later', code, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
}

/** What stands at a JSON pointer; undefined: nothing. */
export const at = (given: unknown, pointer: string | undefined): unknown =>
  pointer === undefined ? undefined : valueAt(given, pointer);

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Gateways write `0` and `"0"` for the same. */
export const isOneOf = (value: unknown, listed: readonly (string | number | boolean)[]): boolean =>
  isScalar(value) && listed.some((one) => `${one}` === `${value}`);

/** An error code as it may be kept: short, without spaces, and no run of figures that could be a number. */
export const codeOf = (value: unknown): string =>
  isScalar(value) && /^[\w.:-]{1,60}$/.test(`${value}`) && !/\d{7}/.test(`${value}`) ? `sms_${value}` : 'sms_other';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
