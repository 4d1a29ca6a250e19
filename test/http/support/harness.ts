import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Cases } from '../../../src/cases';
import { createCases, type CasesConfig, type Upkeep } from '../../../src/cases/create';
import { createCallEvents } from '../../../src/channels/webhook-in/call-events';
import { createNotices } from '../../../src/channels/platforms/notices';
import { createHints } from '../../../src/channels/trackers/hints';
import { createSmsReports } from '../../../src/channels/sms/reports';
import { createWebhookIn, type WebhookIn } from '../../../src/channels/webhook-in/webhook-in';
import { createWechatApi, WECHAT_ANSWER_BYTES, WECHAT_HEADERS } from '../../../src/channels/wechat/api';
import { createWechatIn, type WechatIn } from '../../../src/channels/wechat/wechat-in';
import { createOutgoing } from '../../../src/outgoing';
import { ContentFiles } from '../../../src/content-files';
import { createLinks } from '../../../src/cases/access/links';
import { createSigning } from '../../../src/temporal/signature';
import {
  createStores,
  ensureHouse,
  openDatabase,
  type Database,
  type DatabaseOptions,
  type Stores,
  type User,
} from '../../../src/db';
import { caseChanges } from '../../../src/db/stores/case-changes';
import { reportStore } from '../../../src/db/stores/reports';
import { countsInDatabase } from '../../../src/db/stores/limits';
import { apiRoutes, createApp, type AppConfig, type AppNeeds } from '../../../src/http/app';
import { createLimits } from '../../../src/http/middleware/limits';
import { createHttpServer } from '../../../src/http/http-server';
import { onBusyMachine, PATIENT } from '../../support/busy';
import { createTestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { contractOf } from './contract';
import { Cuttable } from './cuttable';
import { FakeEngine } from './fake-engine';

export const PUBLIC_URL = 'https://redress.example';
export const SECRET = 'test-secret-of-at-least-32-characters';

/** An answer of the API. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; `{}` when it is not JSON. */
  body: Record<string, unknown>;
}

export interface Request {
  /** User id of one of `STAFF`, whose token is sent; any other text is sent as the token itself. */
  as?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: RequestInit['body'];
  headers?: Record<string, string>;
}

/** The API on a real HTTP server and a real Postgres, with a fake engine. */
export interface Harness {
  /** Address of the server. */
  base: string;
  server: Server;
  cases: Cases & Upkeep;
  stores: Stores;
  database: Database;
  /** Takes what systems of the house post; `skewMs` is added to its clock. */
  posts: WebhookIn;
  /** What customers write to official accounts; `WECHAT_BASE` is called for their files. */
  wechatIn: WechatIn;
  time: { skewMs: number };
  /** The proxy through which Postgres is reached. */
  way: Cuttable;
  engine: FakeEngine;
  links: ReturnType<typeof createLinks>;
  dataDir: string;
  /** What the app was made from. */
  needs: AppNeeds;
  /** Log lines, as JSON. */
  logged: string[];
  /** Bearer tokens by user id. */
  tokens: Record<string, string>;
  /** Sends a request. @throws Error when the answer breaks the OpenAPI document (`contractOf`) */
  call(method: string, path: string, request?: Request): Promise<Answered>;
  /** Files a complaint. @throws Error when the answer is not 201 */
  file(change?: object): Promise<{ caseNo: string; accessCode: string }>;
  /** Files a complaint and waits for its receipt. */
  open(change?: object): Promise<{ caseNo: string; accessCode: string }>;
  /** Sends a decision; any answer. */
  decide(caseNo: string, decision: string, as: string, body?: object): Promise<Answered>;
  /** Stops everything and drops the database. */
  close(): Promise<void>;
}

const person = (id: string, role: User['role'], team = 'after-sales'): User => ({
  id,
  name: `Name of ${id}`,
  email: `${id}@house.example`,
  role,
  team,
  language: 'zh-CN',
  active: true,
});

/** How the SMS gateway of every harness reports, and the key in its address. */
const SMS_REPORTS = {
  list: '',
  id: '/outId',
  gatewayId: '/bizId',
  state: '/status',
  delivered: ['DELIVRD'],
  failed: ['UNDELIV'],
  answer: { code: 0 },
};
export const SMS_REPORT_KEY = 'r'.repeat(24);

/** The staff of every harness. */
export const STAFF: User[] = [
  person('anna', 'agent'),
  person('arno', 'agent', 'north'),
  person('sara', 'supervisor'),
  person('sven', 'supervisor', 'north'),
  person('mona', 'manager'),
  person('adam', 'admin'),
  person('quinn', 'colleague', 'quality'),
];

/** The body of a complaint for the API, with some fields changed. */
export const complaint = (change: object = {}): Record<string, unknown> => ({
  channel: 'web',
  language: 'zh-CN',
  customer: { name: '王小明', phone: '138 1234 5621', email: 'wang@example.com' },
  product: { name: '空调', model: 'KFR-35', orderNo: 'A-1' },
  occurredAt: '2025-03-01',
  text: '包装盒有点脏，希望说明一下。',
  ...change,
});

/**
 * Builds and starts a harness; `close` ends it.
 * @param config variables that differ from the harness's own
 * @param limits how long is waited for Postgres: longer than in the product, unless a test is about these limits
 */
export async function createHarness(
  config: Partial<AppConfig & CasesConfig> & { WECHAT_BASE?: string } = {},
  limits: Partial<DatabaseOptions> = PATIENT,
): Promise<Harness> {
  const test = await createTestDatabase();
  const url = new URL(test.url);
  const way = new Cuttable({ host: url.hostname, port: Number(url.port) });
  await way.open();
  url.hostname = '127.0.0.1';
  url.port = String(way.port);
  const database = openDatabase({ url: url.href, max: 8, ...limits });
  await ensureHouse(database.db);
  const stores = createStores(database);
  const engine = new FakeEngine(stores);
  engine.sms = config.SMS_GATEWAY !== undefined;
  const links = createLinks({ secret: SECRET, publicUrl: PUBLIC_URL });
  const dataDir = await mkdtemp(join(tmpdir(), 'redress-http-'));
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const full = {
    PUBLIC_URL,
    COMPLAINT_RATE_LIMIT: 1_000_000,
    EVIDENCE_MAX_BYTES: 64 * 1024,
    MAIL_FROM: 'Redress <redress@house.example>',
    ORG_NAME: 'Redress',
    DECISION_TIMEOUT_MS: onBusyMachine(4_000),
    DATA_DIR: dataDir,
    LINK_SECRET: SECRET,
    ...config,
  };
  const counts = countsInDatabase(database);
  const cases = createCases({
    stores,
    reports: reportStore(database),
    changes: caseChanges(database),
    engine,
    links,
    signing: createSigning('x'.repeat(32)),
    config: full,
    counts,
    log,
  });
  const time = { skewMs: 0 };
  const signed = {
    hooks: stores.inboundHooks,
    secretOf: (hookId: string, generation: number) => links.hookSecret(hookId, generation),
    log,
    clock: () => Date.now() + time.skewMs,
  };
  const posts = createWebhookIn({
    ...signed,
    inbound: stores.inbound,
    files: new ContentFiles(join(dataDir, 'inbound')),
  });
  const wechatIn = createWechatIn({
    ...signed,
    wechat: stores.wechat,
    cases: stores.cases,
    inbound: stores.inbound,
    files: new ContentFiles(join(dataDir, 'inbound')),
    api: createWechatApi({
      out: createOutgoing({
        allowed: full.OUTGOING_ALLOWED,
        maxBytes: WECHAT_ANSWER_BYTES,
        wantedHeaders: WECHAT_HEADERS,
      }),
      secret: SECRET,
      clock: signed.clock,
      base: full.WECHAT_BASE,
    }),
    secret: SECRET,
  });
  const callEvents = createCallEvents({ ...signed, calls: cases.calls });
  const smsReports = createSmsReports({
    ...signed,
    reports: SMS_REPORTS,
    key: SMS_REPORT_KEY,
    messages: cases.messages,
  });
  const needs: AppNeeds = {
    cases,
    posts,
    callEvents,
    hints: createHints({
      trackers: stores.trackers,
      secret: SECRET,
      addressOf: (id) => links.trackerHookUrl(id),
    }),
    notices: createNotices({
      platforms: stores.platforms,
      secret: SECRET,
      clock: limits.clock ?? Date.now,
    }),
    smsReports,
    wechatIn,
    config: full,
    limits: createLimits(counts, full),
    timeLimitMs: onBusyMachine(5_000),
    log,
    registry: new Registry(),
    probes: { postgres: () => database.pool.query('select 1'), temporal: () => engine.ping() },
  };
  cases.starter.run();
  const server = createHttpServer(createApp(needs));
  await listening(server);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const tokens: Record<string, string> = {};
  for (const user of STAFF) {
    const token = `rdr_${randomBytes(24).toString('base64url')}`;
    await stores.users.create(user);
    await stores.users.addToken(user.id, token);
    tokens[user.id] = token;
  }

  const fault = contractOf(apiRoutes({ ...needs, registry: new Registry() }), PUBLIC_URL);
  const call = async (method: string, path: string, request: Request = {}): Promise<Answered> => {
    const headers: Record<string, string> = { ...request.headers };
    if (request.as !== undefined) headers.authorization = `Bearer ${tokens[request.as] ?? request.as}`;
    let body = request.raw;
    if (request.body !== undefined) {
      headers['content-type'] ??= 'application/json';
      body = JSON.stringify(request.body);
    }
    const response = await fetch(`${base}${path}`, { method, headers, body, redirect: 'manual' });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed = isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {};
    const contentType = response.headers.get('content-type') ?? '';
    const wrong = fault({ method, path, status: response.status, contentType, body: parsed });
    if (wrong !== undefined) throw new Error(`the API's contract is broken: ${wrong}`);
    return { status: response.status, headers: response.headers, text, body: parsed };
  };
  const file = async (change: object = {}): Promise<{ caseNo: string; accessCode: string }> => {
    const answer = await call('POST', '/api/complaints', { body: complaint(change) });
    if (answer.status !== 201) throw new Error(`not filed: ${answer.text}`);
    return answer.body as { caseNo: string; accessCode: string };
  };
  return {
    base,
    server,
    cases,
    stores,
    database,
    posts,
    wechatIn,
    time,
    way,
    engine,
    links,
    dataDir,
    needs,
    logged,
    tokens,
    call,
    file,
    async open(change) {
      const filed = await file(change);
      await waitUntil(async () => (await stores.cases.get(filed.caseNo)) !== undefined, 'the case has been received');
      return filed;
    },
    decide: (caseNo, decision, as, body = {}) =>
      call('POST', `/api/cases/${caseNo}/decisions/${decision}`, { as, body }),
    async close() {
      await cases.following.stop();
      await wechatIn.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await cases.starter.stop();
      await waitUntil(
        async () => database.pool.idleCount === database.pool.totalCount,
        'no connection of the pool is busy',
      );
      await database.close();
      await way.cut();
      await test.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

/** Grades a case and assigns it. @throws Error when a decision is refused */
export async function assigned(harness: Harness, caseNo: string, owner = 'anna', grade = 'general'): Promise<void> {
  const graded = await harness.decide(caseNo, 'grade', owner, { grade, category: 'product_quality' });
  if (graded.status !== 200) throw new Error(graded.text);
  const given = await harness.decide(caseNo, 'assign', owner, { owner });
  if (given.status !== 200) throw new Error(given.text);
}
