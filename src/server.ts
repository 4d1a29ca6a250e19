/**
 * The HTTP server: API, pages and the starter of workflows. Several may run beside each other.
 * @module
 */
import type { Server } from 'node:http';
import { join } from 'node:path';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { Gauge, type Registry } from 'prom-client';
import { isDatabaseAway, isRefused, type Cases, type Repeating } from './cases';
import { createCases } from './cases/create';
import { createEngine } from './cases/engine/engine';
import { createLinks, type Links } from './cases/access/links';
import { createInbound, type Inbound, type WayIn } from './channels/inbound/inbound';
import { createMailIn, type MailIn } from './channels/mail-in/mail-in';
import { createCallEvents, type CallEvents } from './channels/webhook-in/call-events';
import { createHints, type Hints } from './channels/trackers/hints';
import { PLATFORM_HEADERS } from './channels/platforms/adapters';
import { createNotices, type Notices } from './channels/platforms/notices';
import { createPlatformRelay } from './channels/platforms/relay';
import { createAddFiles } from './channels/inbound/placing';
import { createTrackerRelay } from './channels/trackers/relay';
import { WANTED_HEADERS } from './channels/trackers/api';
import { createSmsReports, type SmsReports } from './channels/sms/reports';
import { createWebhookIn, type WebhookIn } from './channels/webhook-in/webhook-in';
import { createWechatApi, WECHAT_ANSWER_BYTES, WECHAT_HEADERS } from './channels/wechat/api';
import { createWechatIn, type WechatIn } from './channels/wechat/wechat-in';
import { loadConfig, loadOrExit, mailboxOf, mailDomain, type Config } from './config';
import { ContentFiles } from './content-files';
import { setHouse } from './house';
import { caseChanges, countsInDatabase, createStores, openDatabase, reportStore, type Stores } from './db';
import { createOutgoing } from './outgoing';
import { createApp } from './http/app';
import { createHttpServer } from './http/http-server';
import { createLimits } from './http/middleware/limits';
import { createSite } from './http/site';
import { createIntake } from './http/site/customer/intake';
import { Spool } from './http/spool';
import { lastResort } from './runtime/last-resort';
import { createLogger, type Logger } from './runtime/log';
import { createRegistry } from './runtime/metrics';
import { readCanary } from './temporal/canary';
import { createTemporalClient } from './temporal/client';
import { codecServer, createCodec } from './temporal/codec';
import { clientConnection } from './temporal/connection';
import { createSigning } from './temporal/signature';

/**
 * How long requests under way may take to end at a stop. `npm start` and docker-compose wait longer before they kill.
 */
const DRAIN_MS = 10_000;

/**
 * Tries of a call to Temporal. Few, because a person waits for the answer: after that a start is left to the starter's
 * relay, and anything else is answered with "Temporal is away".
 */
const ATTEMPTS = 2;

/** Builds everything from the configuration; nothing listens or is connected yet. */
function build(config: Config, log: Logger) {
  const database = openDatabase({ url: config.DATABASE_URL, max: config.DATABASE_POOL });
  const connection = clientConnection(config, {
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: ATTEMPTS }))],
  });
  const client = createTemporalClient(config, connection);
  const engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
  const counts = countsInDatabase(database);
  const stores = createStores(database);
  const links = createLinks({ secret: config.LINK_SECRET, publicUrl: config.PUBLIC_URL });
  const cases = createCases({
    stores,
    reports: reportStore(database),
    changes: caseChanges(database),
    engine,
    links,
    signing: createSigning(config.LINK_SECRET),
    config,
    counts,
    log,
  });
  const limits = createLimits(counts, config);
  const codec = createCodec(config);
  const spool = new Spool(config.DATA_DIR, config.FORM_FILES_MAX_BYTES);
  const registry = createRegistry('server');
  const { hints, relay: trackers } = trackersOf({ config, cases, stores, links, log });
  const { notices, relay: platforms } = platformsOf({ config, cases, stores, links, log });
  const { inbound, posts, callEvents, smsReports, wechatIn } = comingIn({
    config,
    cases,
    stores,
    links,
    log,
    registry,
  });
  const app = createApp({
    cases,
    posts,
    callEvents,
    hints,
    notices,
    smsReports,
    wechatIn,
    config,
    limits,
    log,
    registry,
    probes: {
      postgres: () => database.pool.query('select 1'),
      temporal: () => engine.ping(1_500),
    },
    canary: () => readCanary(client, config.TEMPORAL_TASK_QUEUE, 1_500),
    codec: codec && {
      encode: (body) => codecServer.encode(codec, body),
      decode: (body) => codecServer.decode(codec, body),
    },
    pages: createSite({
      cases: cases.customer.pages,
      chat: cases.chats.customer,
      articles: cases.articles,
      staff: cases,
      intake: createIntake(cases, log),
      limits,
      fileBytes: config.EVIDENCE_MAX_BYTES,
      sms: config.SMS_GATEWAY !== undefined,
      spool,
      publicUrl: config.PUBLIC_URL,
      embedSites: config.EMBED_SITES,
      orgName: config.ORG_NAME,
      contact: config.CUSTOMER_CONTACT,
      log,
    }).router,
  });
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), connection.close()]);
  };
  const prepare = async (): Promise<void> => {
    await cases.prepare();
    await spool.prepare(Date.now());
  };
  return { cases, app, inbound, trackers, platforms, prepare, close };
}

interface Built {
  config: Config;
  cases: Cases;
  stores: Stores;
  links: Links;
  log: Logger;
  registry: Registry;
}

/** What comes in, by all ways that are on. */
function comingIn({ config, cases, stores, links, log, registry }: Built): {
  inbound: Inbound;
  posts: WebhookIn;
  callEvents: CallEvents;
  smsReports: SmsReports | undefined;
  wechatIn: WechatIn;
} {
  const files = new ContentFiles(join(config.DATA_DIR, 'inbound'));
  const common = { inbound: stores.inbound, files, log };
  const ours = { mailDomain: mailDomain(config.MAIL_FROM), ownAddress: mailboxOf(config.MAIL_FROM) };
  const mail = { ...common, ...ours, places: stores.inboundPlaces, config };
  const isMailOn = config.MAIL_IN_PORT > 0 || config.MAIL_IN_IMAP.length > 0;
  const signed = {
    hooks: stores.inboundHooks,
    secretOf: (hookId: string, generation: number) => links.hookSecret(hookId, generation),
  };
  const posts = createWebhookIn({ ...common, ...signed, underway: cases.complaints.underway });
  const callEvents = createCallEvents({ ...signed, calls: cases.calls, log });
  const mailIn = isMailOn ? createMailIn(mail) : undefined;
  if (mailIn) watchMailboxes(mailIn, registry);
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET: secret } = config;
  const out = createOutgoing({ allowed, maxBytes: WECHAT_ANSWER_BYTES, wantedHeaders: WECHAT_HEADERS });
  const wechatIn = createWechatIn({
    ...common,
    wechat: stores.wechat,
    cases: stores.cases,
    api: createWechatApi({ out, secret, clock: Date.now }),
    secret,
  });
  const ways: WayIn[] = [posts, wechatIn, ...(mailIn ? [mailIn] : [])];
  const inbound = createInbound({
    ...common,
    ways,
    cases,
    accessCode: (caseNo) => links.accessCode(caseNo),
    secret,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    busy: () => cases.complaints.isRush(),
    underway: cases.complaints.underway,
    clock: Date.now,
  });
  const { SMS_GATEWAY: gateway, SMS_REPORT_KEY: key } = config;
  const smsReports =
    gateway?.reports && createSmsReports({ ...signed, reports: gateway.reports, key, messages: cases.messages });
  return { inbound, posts, callEvents, smsReports, wechatIn };
}

/** Of an answer of a tracker so much is read: a page of a hundred issues. */
const TRACKER_ANSWER_BYTES = 8 * 1024 * 1024;

/** Trackers of other departments: what is said to them, and what they tell us. */
function trackersOf({ config, cases, stores, links, log }: Omit<Built, 'registry'>): {
  hints: Hints;
  relay: Repeating;
} {
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET: secret } = config;
  const relay = createTrackerRelay({
    stores,
    out: createOutgoing({ allowed, maxBytes: TRACKER_ANSWER_BYTES, wantedHeaders: WANTED_HEADERS }),
    secret,
    links,
    settle: (settled) => cases.tickets.settle(settled),
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    log,
  });
  const addressOf = (id: string): string => links.trackerHookUrl(id);
  return { hints: createHints({ trackers: stores.trackers, secret, addressOf }), relay };
}

/** Of an answer of a platform so much is read: a photo of a customer. */
const PLATFORM_ANSWER_BYTES = 8 * 1024 * 1024;

/** Complaints at platforms: what is asked of them, and what they tell us. */
function platformsOf({ config, cases, stores, links, log }: Omit<Built, 'registry'>): {
  notices: Notices;
  relay: Repeating;
} {
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET: secret } = config;
  const accessCode = (caseNo: string): string => links.accessCode(caseNo);
  const relay = createPlatformRelay({
    platforms: stores.platforms,
    stores,
    cases,
    addFiles: createAddFiles({ evidence: cases.evidence, accessCode }),
    accessCode,
    picturesOf: (caseNo, ids) => cases.platformCases.picturesOf(caseNo, ids),
    out: createOutgoing({ allowed, maxBytes: PLATFORM_ANSWER_BYTES, wantedHeaders: PLATFORM_HEADERS }),
    secret,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    log,
  });
  return { notices: createNotices({ platforms: stores.platforms, secret, clock: Date.now }), relay };
}

/** By its number in the configuration: its name is an address. Of several servers one reads a mailbox, and has its time. */
function watchMailboxes(mailIn: MailIn, registry: Registry): void {
  new Gauge({
    name: 'redress_mailbox_looked_at_seconds',
    help: 'When a mailbox was last found to have nothing more, in seconds since 1970; 0: not yet by this process',
    labelNames: ['mailbox'],
    registers: [registry],
    collect() {
      for (const [index, at] of mailIn.lookedAt().entries()) this.set({ mailbox: index + 1 }, (at ?? 0) / 1000);
    },
  });
}

function listen(server: Server, { HOST, PORT }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(PORT, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Takes no new connections and waits for the requests under way; after `DRAIN_MS` their connections are cut. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  setHouse({ zone: config.HOUSE_ZONE, currency: config.HOUSE_CURRENCY });
  const log = createLogger('server', config.LOG_LEVEL);
  const { cases, app, inbound, trackers, platforms, prepare, close } = build(config, log);
  const server = createHttpServer(app);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= (async () => {
      // Pages that follow cases hold their connections for as long as they are open.
      await cases.following.stop();
      await Promise.all([drain(server), inbound.stop()]);
      await Promise.all([cases.starter.stop(), cases.importing.stop(), cases.chatKeeping.stop()]);
      await Promise.all([trackers.stop(), platforms.stop()]);
      await close();
    })();
    return ended;
  };
  lastResort({ log, finish: end, boundMs: DRAIN_MS + 2_000 });
  try {
    await prepare();
    await listen(server, config);
    await inbound.start();
  } catch (error) {
    log.fatal({ err: error }, 'the server did not start');
    process.exit(1);
  }
  cases.starter.run();
  cases.importing.run();
  trackers.run();
  platforms.run();
  cases.chatKeeping.run();
  log.info({ host: config.HOST, port: config.PORT }, 'listening');

  const stop = async (signal: string): Promise<void> => {
    if (ended) return;
    log.info({ signal }, 'stopping');
    await end();
    log.info({}, 'stopped');
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

if (require.main === module) void main();
