import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the gateway saw it. */
export interface SmsCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  /** Undefined: it is no JSON. */
  body: Record<string, unknown> | undefined;
}

/** An SMS gateway on this machine: `{"to", "text", "id"}` as JSON, answered by `{"code": "OK", "msgId": …}`. */
export class SmsServer {
  readonly calls: SmsCall[] = [];
  /** Answers in place of a yes; the message was taken all the same if it hangs. */
  answer: ((response: ServerResponse, call: SmsCall) => void) | undefined;
  host = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const raw = Buffer.concat(parts).toString();
        const call: SmsCall = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          raw,
          body: parsed(raw),
        };
        this.calls.push(call);
        if (this.answer) this.answer(response, call);
        else this.say(response, { code: 'OK', msgId: `gw-${this.calls.length}` });
      });
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

  get url(): string {
    return `http://${this.host}/send`;
  }

  say(response: ServerResponse, body: object, status = 200): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  texts = (): unknown[] => this.calls.map(({ body }) => body?.text);
}

function parsed(raw: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
