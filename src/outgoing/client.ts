import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { SECOND } from '../domain/basics/milliseconds';
import { isNamed, isReachable, outgoingAddress, type AddressRules } from './address';

export interface OutgoingRequest {
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string | number>;
  body?: string | Buffer | null;
}

/**
 * What became of a call.
 * - `answered`: by a status that is no redirect. `body` is empty where nothing of it is wanted. `retryAfterMs`: for so long
 *   we are asked to wait (`Retry-After` in seconds). `headers`: those that are wanted and came, in lower case.
 * - `refused`: by us. `address`: it, or what its name resolves to, may not be called; nothing was sent. `redirect`: the
 *   answer points elsewhere, and nobody goes there.
 * - `failed`: no whole answer; it may have arrived all the same. `code`: `TIMEOUT`, `BODY_TOO_LARGE`, or the system's
 *   (`ECONNREFUSED`, `CERT_HAS_EXPIRED`). It never holds an address.
 */
export type Outgoing =
  | {
      kind: 'answered';
      status: number;
      body: Buffer;
      retryAfterMs?: number;
      headers?: Readonly<Record<string, string>>;
    }
  | { kind: 'refused'; code: 'address' | 'redirect' }
  | { kind: 'failed'; code: string };

/** Codes after which nobody knows whether a call has arrived. */
const AMBIGUOUS: readonly string[] = ['TIMEOUT', 'ECONNRESET', 'EPIPE', 'BODY_TOO_LARGE'];

/** Whether a call that failed with this code may have been heard all the same. */
export const mayHaveArrived = (code: string): boolean => AMBIGUOUS.includes(code);

/** As `lookup` of node:dns. */
export type ResolveName = (
  name: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export interface OutgoingOptions extends AddressRules {
  /** Milliseconds a call may take from the name's look-up to the end of the answer; left out: ten seconds. */
  timeoutMs?: number | undefined;
  /** Bytes that an answer may have; left out: nothing of it is wanted, and its status alone is the answer. */
  maxBytes?: number | undefined;
  /** Headers of an answer that are wanted, in lower case; left out: none. */
  wantedHeaders?: readonly string[] | undefined;
  /** Resolves a name to all its addresses; left out: as the system does. */
  resolve?: ResolveName | undefined;
}

export interface OutgoingClient {
  /** Makes one call. @throws TypeError for headers that are none; everything else is an `Outgoing` */
  call(request: OutgoingRequest): Promise<Outgoing>;
  /** Ends the connections that wait for the next call. */
  close(): void;
}

/** So much of an answer that nobody wants is read, to keep its connection for the next call. */
const UNWANTED_BYTES = 64 * 1024;
const TIMEOUT = 10 * SECOND;

/**
 * The one way out by HTTP to addresses that somebody else has given. What is checked is what is connected to: an address
 * in figures before anything else (no look-up is made for it), a name by all that it resolves to, within the look-up of
 * the connection itself. No redirect is followed, no proxy asked, nothing of an answer unpacked.
 */
export function createOutgoing(options: OutgoingOptions): OutgoingClient {
  const { allowed = [], timeoutMs = TIMEOUT, maxBytes = 0, wantedHeaders, resolve = lookup } = options;
  // Of its own: a connection that something else has opened was not checked.
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  return {
    async call({ url: address, method, headers = {}, body = null }) {
      const url = outgoingAddress(address, options);
      if (!url) return { kind: 'refused', code: 'address' };
      return new Promise<Outgoing>((settle) => {
        const isSecure = url.protocol === 'https:';
        const call = (isSecure ? httpsRequest : httpRequest)(url, {
          method,
          headers: { 'Content-Length': body === null ? 0 : Buffer.byteLength(body), ...headers },
          agent: agents[isSecure ? 'https:' : 'http:'],
          signal: AbortSignal.timeout(timeoutMs),
          lookup: checked(resolve, (found) => isNamed(url, allowed) || isReachable(found, allowed)),
        });
        call.on('error', (error) => settle(failureOf(error)));
        call.on('response', (response) => take(response, { maxBytes, wantedHeaders }, settle));
        call.end(body);
      });
    },

    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Reads as much of an answer as is wanted. */
function take(
  response: IncomingMessage,
  { maxBytes, wantedHeaders }: { maxBytes: number; wantedHeaders: readonly string[] | undefined },
  settle: (outgoing: Outgoing) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  const asked = /^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0];
  const wanted = wantedHeaders?.flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const answered = (body: Buffer): Outgoing => ({
    kind: 'answered',
    status,
    body,
    ...(asked !== undefined && { retryAfterMs: Number(asked) * SECOND }),
    ...(wanted && { headers: Object.fromEntries(wanted) }),
  });
  const parts: Buffer[] = [];
  let bytes = 0;
  // Also after it was settled: an answer that breaks off must not end the process.
  response.on('error', (error) => settle(failureOf(error)));
  if (status >= 300 && status < 400 && status !== 304) settle({ kind: 'refused', code: 'redirect' });
  else if (maxBytes === 0) settle(answered(Buffer.alloc(0)));
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > (maxBytes || UNWANTED_BYTES)) {
      settle({ kind: 'failed', code: 'BODY_TOO_LARGE' });
      response.destroy();
    } else if (maxBytes > 0) parts.push(part);
  });
  response.on('end', () => settle(answered(Buffer.concat(parts))));
}

function failureOf(error: NodeJS.ErrnoException): Outgoing {
  if (error.code === UNREACHABLE) return { kind: 'refused', code: 'address' };
  const isLate = error.code === 'ABORT_ERR' || error.name === 'TimeoutError';
  return { kind: 'failed', code: isLate ? 'TIMEOUT' : (error.code ?? error.name) };
}

const UNREACHABLE = 'EPRIVATE';

/** Resolves a name, and fails when any of its addresses may not be called. */
const checked =
  (resolve: ResolveName, mayBeCalled: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const [first] = error ? [] : found;
      if (error) callback(error, '', 0);
      else if (!first || !found.every(({ address }) => mayBeCalled(address))) {
        callback(Object.assign(new Error('not to be called'), { code: UNREACHABLE }), '', 0);
      } else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
