import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const keyPair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** A call as it came. */
export interface PlatformCall {
  method: string;
  /** What is asked for: the path, or the method where all have one path. */
  what: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  raw: Buffer;
}

export interface PlatformAnswer {
  status: number;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** A platform on this machine; what it takes is written from its documents and not from our own code. */
export abstract class PlatformServer {
  readonly calls: PlatformCall[] = [];
  readonly images = new Map<string, Buffer>();
  private readonly server: Server;
  host = '';
  /** Answers in place of the platform; undefined: it answers itself. */
  instead: ((call: PlatformCall) => PlatformAnswer | undefined) | undefined;
  /** The connection breaks after a call was taken that asks for something that ends so. */
  breaksAfter: string | undefined;

  constructor(protected readonly clock: () => number) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const url = new URL(request.url ?? '', this.url);
        const call: PlatformCall = {
          method: request.method ?? '',
          what: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          raw: Buffer.concat(parts),
        };
        this.respond({ ...call, what: this.named(call) }, response);
      });
    });
  }

  get url(): string {
    return `http://${this.host}`;
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

  /** How often was asked for something that ends so. */
  asked(what: string): number {
    return this.calls.filter((call) => call.what.endsWith(what)).length;
  }

  protected named(call: PlatformCall): string {
    return call.what;
  }

  protected abstract answer(call: PlatformCall): PlatformAnswer;

  private respond(call: PlatformCall, response: ServerResponse): void {
    this.calls.push(call);
    const image = /^\/images\/(.+)$/.exec(call.what)?.[1];
    const photo = image === undefined ? undefined : this.images.get(image);
    const { status, body, headers } =
      this.instead?.(call) ??
      (image === undefined ? this.answer(call) : { status: photo ? 200 : 404, ...(photo && { body: photo }) });
    if (this.breaksAfter !== undefined && call.what.endsWith(this.breaksAfter)) {
      this.breaksAfter = undefined;
      response.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': photo ? 'image/png' : 'application/json', ...headers });
    response.end(body ?? '');
  }
}

/** The fields of a form with a file, and the file. */
export function formIn({ headers, raw }: PlatformCall): {
  fields: Record<string, string>;
  file?: { field: string; content: Buffer };
} {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '-';
  const parts = raw.toString('latin1').split(`--${boundary}`).slice(1, -1);
  const fields: Record<string, string> = {};
  let file: { field: string; content: Buffer } | undefined;
  for (const part of parts) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const content = Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1');
    const field = / name="([^"]+)"/.exec(head)?.[1] ?? '';
    if (head.includes('filename=')) file = { field, content };
    else fields[field] = content.toString();
  }
  return { fields, ...(file && { file }) };
}

/** A moment as Alipay writes it. */
export const inBeijing = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
