import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { createApp } from '../../../../src/http/app';
import { createSite, type Site } from '../../../../src/http/site';
import { createIntake } from '../../../../src/http/site/customer/intake';
import { Spool } from '../../../../src/http/spool';
import { createHarness, type Harness } from '../../support/harness';

/** A page as it was answered. */
export interface Page {
  status: number;
  headers: Headers;
  html: string;
  /** Where it redirects to; undefined: nowhere. */
  location: string | undefined;
}

/** Somebody's browser: it keeps cookies, and knows the form token of the page it saw last. */
export class Visitor {
  private readonly cookies = new Map<string, string>();
  private html = '';

  constructor(private readonly base: string) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.ask(path, { method: 'GET', headers });
  }

  /** Sends a form as a browser sends it from our own page; with the form token, unless the fields say another. */
  post(
    path: string,
    fields: Record<string, string | string[]> = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const body = new URLSearchParams();
    const all = { csrf: this.value('csrf') ?? '', ...fields };
    for (const [name, value] of Object.entries(all)) for (const one of [value].flat()) body.append(name, one);
    return this.ask(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } });
  }

  /** Sends a form with files, as a browser sends it from our own page. */
  upload(path: string, body: FormData): Promise<Page> {
    return this.ask(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } });
  }

  /** The value of a hidden field of the page seen last. */
  value(name: string): string | undefined {
    return new RegExp(`name="${name}" value="([^"]*)"`).exec(this.html)?.[1];
  }

  /** Has another value in a cookie from now on. */
  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  /** The value of a cookie; undefined: there is none. */
  cookieOf(name: string): string | undefined {
    return this.cookies.get(name);
  }

  cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async ask(
    path: string,
    init: { method: string; headers: Record<string, string>; body?: URLSearchParams | FormData },
  ): Promise<Page> {
    const response = await fetch(`${this.base}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.cookie(), ...init.headers },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/expires=Thu, 01 Jan 1970/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const html = await response.text();
    if (html !== '') this.html = html;
    return {
      status: response.status,
      headers: response.headers,
      html,
      location: response.headers.get('location') ?? undefined,
    };
  }
}

/** The desk over real use cases and a real Postgres. */
export interface Desk {
  harness: Harness;
  site: Site;
  base: string;
  visitor(): Visitor;
  /** A browser in which somebody of the harness's staff is signed in, with an account made for it. */
  signedIn(userId: string): Promise<Visitor>;
  /** Breaks every connection of browsers; new ones are taken. */
  cut(): void;
  /** The server is away: connections break, and new ones are refused until it is `up` again, at the same address. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Whatever the staff of the harness sign in with. */
export const PASSWORD = 'three blue kettles whistle';

/**
 * @param config variables that differ from the harness's own
 * @param reached by which name of this machine the desk is reached, as the use cases are told too, unless `config` says
 *   another address; the address that the pages are told, if that is another one; and sites that may show the complaint form
 */
export async function createDesk(
  config: Parameters<typeof createHarness>[0] = {},
  reached: { host?: 'localhost'; publicUrl?: string; embedSites?: readonly string[] } = {},
): Promise<Desk> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const base = `http://${reached.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const harness = await createHarness({ ...(reached.host && { PUBLIC_URL: base }), ...config });
  const { cases, needs, dataDir } = harness;
  const site = createSite({
    cases: cases.customer.pages,
    chat: cases.chats.customer,
    articles: cases.articles,
    staff: cases,
    intake: createIntake(cases, needs.log),
    limits: needs.limits,
    fileBytes: 64 * 1024,
    spool: new Spool(dataDir, 10 * 1024 * 1024),
    publicUrl: reached.publicUrl ?? base,
    ...(reached.embedSites && { embedSites: reached.embedSites }),
    orgName: '青禾电器',
    contact: '400-000-0000',
    log: needs.log,
  });
  server.on('request', createApp({ ...needs, registry: new Registry(), pages: site.router }));

  const admin = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;
  const jars = new Map<string, Visitor>();
  return {
    harness,
    site,
    base,
    visitor: () => new Visitor(base),
    async signedIn(userId) {
      const known = jars.get(userId);
      if (known) return known;
      const { url } = await cases.signIn.giveLink(userId, { name: `${userId}.name` }, admin);
      const visitor = new Visitor(base);
      const path = new URL(url).pathname;
      await visitor.get(path);
      const set = await visitor.post(path, { password: PASSWORD, again: PASSWORD });
      if (set.location !== '/desk') throw new Error(`${userId} is not signed in: ${set.status} ${set.html}`);
      await visitor.get('/desk');
      jars.set(userId, visitor);
      return visitor;
    },
    cut: () => server.closeAllConnections(),
    async down() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    up: () => new Promise((resolve) => server.listen(Number(new URL(base).port), '127.0.0.1', () => resolve())),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await harness.close();
    },
  };
}
