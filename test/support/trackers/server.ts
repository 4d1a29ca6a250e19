import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as a tracker gets it. */
export interface TrackerCall {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Parsed; `{}`: there was none. */
  body: Record<string, unknown>;
}

/** What it answers. A body that is left out is an empty one. */
export interface TrackerAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A ticket as a tracker on this machine keeps it. */
export interface KeptTicket {
  id: string;
  number: number;
  title: string;
  body: string;
  labels: string[];
  isDone: boolean;
  status: string;
  assignee?: string;
  at: number;
  changedAt: number;
  comments: { id: string; author: string; text: string; at: number }[];
}

/**
 * A tracker on this machine. What a kind answers is in a class of its own, written from the contract that is named in
 * src/channels/trackers/kinds/, not from our own code. Tickets have times of the server's own clock.
 */
export abstract class TrackerServer {
  readonly calls: TrackerCall[] = [];
  readonly tickets = new Map<string, KeptTicket>();
  /** Answers in place of the tracker; undefined: it answers itself. */
  instead: ((call: TrackerCall) => TrackerAnswer | undefined) | undefined;
  /** The connection breaks after a call was taken whose method and path are this. */
  breaksAfter: string | undefined;
  host = '';
  private readonly server: Server;
  private made = 0;

  constructor(protected readonly clock: () => number) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => this.take(request, Buffer.concat(parts), response));
    });
  }

  /** Where its API lies. */
  get url(): string {
    return `http://${this.host}`;
  }
  /** The place and token that it takes. */
  abstract readonly place: string;
  abstract readonly token: string;
  protected abstract answer(call: TrackerCall): TrackerAnswer;

  async open(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** The one ticket that there is. */
  get only(): KeptTicket {
    const all = [...this.tickets.values()];
    if (all.length !== 1 || !all[0]) throw new Error(`${all.length} tickets`);
    return all[0];
  }

  /** Somebody there writes a comment. */
  says(text: string, author = 'wang', ticket = this.only): void {
    this.comment(ticket, text, author);
  }
  /** Somebody there closes it. */
  abstract finish(ticket?: KeptTicket): void;

  protected make(ticket: Pick<KeptTicket, 'title' | 'body' | 'labels' | 'status'>): KeptTicket {
    this.made++;
    const at = this.clock();
    const made = {
      ...ticket,
      id: `${10_000 + this.made}`,
      number: this.made,
      isDone: false,
      at,
      changedAt: at,
      comments: [],
    };
    this.tickets.set(made.id, made);
    return made;
  }

  protected comment(ticket: KeptTicket, text: string, author = 'redress-bot'): string {
    const id = `${90_000 + [...this.tickets.values()].flatMap(({ comments }) => comments).length}`;
    ticket.comments.push({ id, author, text, at: this.clock() });
    ticket.changedAt = this.clock();
    return id;
  }

  protected iso = (at: number): string => new Date(at).toISOString();

  private take(request: IncomingMessage, raw: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    const call: TrackerCall = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: raw.length > 0 ? (JSON.parse(raw.toString()) as Record<string, unknown>) : {},
    };
    this.calls.push(call);
    const { status, body, headers } = this.instead?.(call) ?? this.answer(call);
    if (this.breaksAfter === `${call.method} ${call.path}`) {
      this.breaksAfter = undefined;
      response.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  }
}
