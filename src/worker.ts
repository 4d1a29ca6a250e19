/**
 * The worker: runs the workflows and their activities, and beside them the mail relay, the dispatcher and the watch.
 * Several may run beside each other.
 * @module
 */
import { createServer, type Server } from 'node:http';
import { Worker } from '@temporalio/worker';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { Gauge, type Registry } from 'prom-client';
import { createActivities, type Activities } from '../activities';
import type { CareActivities } from '../activities/care';
import type { ReportActivities } from '../activities/reports';
import type { CauseActivities } from '../activities/causes';
import { createLearning, type LearningActivities } from '../activities/learning';
import { timed } from '../activities/timed';
import { createCareRun } from './cases/care/run';
import { createCauses } from './cases/causes/causes';
import { createCauseRun } from './cases/causes/run';
import { createDispatcher } from './cases/people/dispatch';
import { createFactKeeping } from './cases/figures/keeping';
import { createEngine, EngineError } from './cases/engine/engine';
import { createLinks } from './cases/access/links';
import { createOversight } from './cases/engine/oversight';
import { PolicyCache } from './cases/rules/policies';
import { createRestart } from './cases/engine/restart';
import { createWatch } from './cases/engine/watch';
import { createReportRun } from './cases/reports/closing';
import { createReportMails } from './cases/reports/mailing';
import { createMaking } from './cases/reports/making';
import { createAlarm } from './channels/mail/alarm';
import { createReplyAddresses } from './channels/replies/reply-address';
import { createMailRelay, type MailRelay } from './channels/mail/relay';
import { createMailTransport } from './channels/mail/transport';
import { Duty } from './channels/mail/duty';
import { createPushRelay } from './channels/push/relay';
import { createPushTransport } from './channels/push/transport';
import { createRoomRelay } from './channels/rooms/relay';
import { createSmsRelay, type SmsRelay } from './channels/sms/relay';
import { createWechatApi } from './channels/wechat/api';
import { createWechatRelay } from './channels/wechat/relay';
import { createWebhookRelay } from './channels/webhooks/relay';
import { loadConfig, loadOrExit, mailboxOf, mailDomain, type Config } from './config';
import { setHouse } from './house';
import { createStores, openDatabase, type Stores } from './db';
import { complaintWorkflowId } from './domain/basics/ids';
import { createOutgoing } from './outgoing';
import { lastResort } from './runtime/last-resort';
import { createLogger, type Logger } from './runtime/log';
import { createRegistry } from './runtime/metrics';
import { RateMeter } from './runtime/rate-meter';
import { CANARY_MS, readCanary, startCanary, type CanaryState } from './temporal/canary';
import { ensureCare } from './temporal/care';
import { ensureCauses } from './temporal/causes';
import { createTemporalClient } from './temporal/client';
import { workerConnection } from './temporal/connection';
import { ensureLearning } from './temporal/learning';
import { ensureReports } from './temporal/reports';
import { installRuntime } from './temporal/runtime';
import { ensureSearchAttributes } from './temporal/search-attributes';
import { createSigning, type Signing } from './temporal/signature';
import { createWorkerOptions } from './temporal/worker-options';

/** Between two tries to connect to Temporal. */
const RECONNECT_MS = 1_000;

/**
 * A connection to Temporal, with the search attributes registered. Tries for as long as it
 * takes: it may start after us.
 */
async function connected(config: Config, log: Logger) {
  for (let said = false; ;) {
    try {
      const connection = await workerConnection(config);
      await ensureSearchAttributes(connection, config.TEMPORAL_NAMESPACE);
      return connection;
    } catch (error) {
      if (!said) log.warn({ err: error }, 'waiting for Temporal');
      said = true;
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}

const SIGNAL_DEADLINE_MS = 4_000;
/** Of an answer from a group chat so much is read: its error code stands in few bytes. */
const ROOM_ANSWER_BYTES = 16 * 1024;
/** The same of an SMS gateway and of WeChat: code and id. */
const SMS_ANSWER_BYTES = 64 * 1024;

/**
 * How long the process may take to end after a fault that nobody caught. Longer than the 20 s that activities under way
 * get (`src/temporal/worker-options.ts`).
 */
const LEAVING_MS = 22_000;

/** Between two looks at the canary, until its promise is escalated; also the deadline of a look. */
const CANARY_LOOK_MS = 3_000;

/**
 * More writes to the ledger a second than a department of hundreds causes: a backlog is being
 * worked off, and mails wait.
 */
const RUSH_WRITES = 30;

/** The activities, with each write to the ledger counted. */
const counted = (activities: Activities, writes: RateMeter): Activities => ({
  ...activities,
  appendEvents(input) {
    writes.count();
    return activities.appendEvents(input);
  },
});

/**
 * The canary: breaks a promise on purpose at the start and looks until it is escalated. So a release that does not
 * escalate is noticed within a minute, by the metric and /healthz, and not by a customer.
 */
function watchCanary(client: Client, { TEMPORAL_TASK_QUEUE: queue }: Config, registry: Registry, log: Logger) {
  let state: CanaryState = 'pending';
  let started = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  new Gauge({
    name: 'redress_canary_ok',
    help: '0: the promise that this worker broke on purpose at its start was not escalated within a minute',
    registers: [registry],
    collect() {
      this.set(state === 'failed' ? 0 : 1);
    },
  });
  async function look(): Promise<void> {
    try {
      if (!started) await startCanary(client, queue);
      started = true;
      const found = await readCanary(client, queue, CANARY_LOOK_MS);
      if (found === 'failed' && state !== 'failed') {
        log.error(
          { withinMs: CANARY_MS },
          'canary: a broken promise was not escalated; escalations cannot be relied on',
        );
      }
      if (found === 'ok') log.info({}, 'canary: a broken promise is escalated');
      state = found;
    } catch {
      // Temporal is away. The parts that need it report that, so the canary only looks again later.
    }
    if (!stopped && state !== 'ok') timer = setTimeout(() => void look(), CANARY_LOOK_MS);
  }
  void look();
  return {
    state: () => state,
    stop(): void {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Serves /metrics and /healthz (503 while the canary has failed); undefined when METRICS_PORT is 0. */
function serveMetrics(
  registry: Registry,
  { HOST, METRICS_PORT }: Config,
  canary: { state(): CanaryState },
): Server | undefined {
  if (METRICS_PORT === 0) return undefined;
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      const failed = canary.state() === 'failed';
      response
        .writeHead(failed ? 503 : 200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ status: failed ? 'degraded' : 'ok', escalation: canary.state() }));
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  return server.listen(METRICS_PORT, HOST);
}

/** Tells monitoring that the mail server or the SMS gateway refuses us. */
function measureRefusal(relay: MailRelay, sms: SmsRelay | undefined, registry: Registry): void {
  new Gauge({
    name: 'redress_mail_refused',
    help: '1: the mail server refuses the house (login, TLS, sender, quota, block list), and every mail waits',
    registers: [registry],
    collect() {
      this.set(relay.refused() === undefined ? 0 : 1);
    },
  });
  if (!sms) return;
  new Gauge({
    name: 'redress_sms_refused',
    help: '1: the SMS gateway refuses the house (key, account, money, address), and every text message waits',
    registers: [registry],
    collect() {
      this.set(sms.refused() === undefined ? 0 : 1);
    },
  });
}

/** Sends notices to the browsers of staff; undefined where the house has no keys for it. */
function pushRelay(config: Config, stores: Stores, duty: Duty, log: Logger) {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, PUSH_TRUSTED_HOSTS: trusted } = config;
  if (publicKey === undefined || privateKey === undefined) return undefined;
  // Push services write there when something is wrong with our pushes.
  const subject = `mailto:${mailboxOf(config.MAIL_FROM) || 'redress@localhost'}`;
  return createPushRelay({
    stores,
    transport: createPushTransport({ keys: { publicKey, privateKey, subject }, trusted }),
    worksFrom: (user, from) => duty.reachableFrom(user, from),
    log,
  });
}

/** How staff are told in place of a mail, where a policy says so. Without keys no device is told. */
const elsewhereOf = (
  { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey }: Config,
  { pushes, chatRooms }: Stores,
) => ({
  withDevice: (ids: readonly string[]) =>
    publicKey === undefined || privateKey === undefined ? Promise.resolve(new Set<string>()) : pushes.having(ids),
  isToldInRoom: (caseNo: string, seq: number) => chatRooms.isTold(caseNo, seq),
});

/** What mails are written from. */
const mailStoresOf = (config: Config, stores: Stores) => ({
  ...stores,
  elsewhere: elsewhereOf(config, stores),
  reportMail: createReportMails({ reports: stores.closedReports, users: stores.users }),
});

/** Tells other systems what happens to cases. */
const webhookRelay = ({ OUTGOING_ALLOWED: allowed, LINK_SECRET: secret }: Config, stores: Stores, log: Logger) =>
  createWebhookRelay({ stores, out: createOutgoing({ allowed }), secret, log });

/** Tells group chats of staff what concerns them. */
function roomRelay(config: Config, stores: Stores, duty: Duty, log: Logger) {
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET: secret, PUBLIC_URL: publicUrl } = config;
  return createRoomRelay({
    stores,
    out: createOutgoing({ allowed, maxBytes: ROOM_ANSWER_BYTES }),
    secret,
    links: createLinks({ secret, publicUrl }),
    worksFrom: (user, from) => duty.reachableFrom(user, from),
    log,
  });
}

/** Tells a case that its message did not arrive, and somebody has to be reached another way. */
const caseTold =
  (client: Client, signing: Signing) =>
  async (caseNo: string, said: Parameters<Signing['sign']>[2]): Promise<void> => {
    try {
      await client.workflow
        .getHandle(complaintWorkflowId(caseNo))
        .signal('mailFailed', signing.sign(caseNo, 'mailFailed', said));
    } catch (error) {
      // The case has ended, so nobody reaches the customer another way. The failure stays in its table.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };

/** Tells customers by text message; undefined where the house has no gateway. */
function smsRelay(
  config: Config,
  stores: Stores,
  tellCase: ReturnType<typeof caseTold>,
  log: Logger,
): SmsRelay | undefined {
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET, PUBLIC_URL: publicUrl, SMS_GATEWAY: gateway, SMS_SECRET } = config;
  if (gateway === undefined) return undefined;
  return createSmsRelay({
    stores,
    gateway,
    secret: SMS_SECRET ?? '',
    out: createOutgoing({ allowed, maxBytes: SMS_ANSWER_BYTES }),
    links: createLinks({ secret: LINK_SECRET, publicUrl }),
    config,
    onUndelivered: ({ caseNo, mail, seq }, { unsure }) =>
      tellCase(caseNo, { mail, to: 'customer', seq, by: 'sms', ...(unsure && { unsure }) }),
    log,
  });
}

/** Tells customers who came by a WeChat official account. */
function wechatRelay(config: Config, stores: Stores, tellCase: ReturnType<typeof caseTold>, log: Logger) {
  const { OUTGOING_ALLOWED: allowed, LINK_SECRET: secret, PUBLIC_URL: publicUrl } = config;
  return createWechatRelay({
    stores,
    api: createWechatApi({
      out: createOutgoing({ allowed, maxBytes: SMS_ANSWER_BYTES }),
      secret,
      clock: Date.now,
    }),
    links: createLinks({ secret, publicUrl }),
    config,
    onUndelivered: ({ caseNo, mail, seq }, { unsure }) =>
      tellCase(caseNo, { mail, to: 'customer', seq, by: 'wechat', ...(unsure && { unsure }) }),
    log,
  });
}

/** What tells people and other systems by other ways than mail; undefined: a way that is off. */
function relaysBesideMail(config: Config, stores: Stores, tellCase: ReturnType<typeof caseTold>, log: Logger) {
  const duty = new Duty(stores, Date.now);
  return [
    pushRelay(config, stores, duty, log),
    webhookRelay(config, stores, log),
    roomRelay(config, stores, duty, log),
    wechatRelay(config, stores, tellCase, log),
  ];
}

/** Keeps the facts that figures are counted from up with the ledger. */
function factKeeping({ facts }: Stores, log: Logger) {
  const { run, stop } = createFactKeeping({ facts, log });
  return { start: run, stop };
}

/** Complaints are read and handled without them, so whatever is wrong with a Schedule is told in the log only. */
async function keepDaily(
  client: Client,
  { TEMPORAL_TASK_QUEUE: queue, HOUSE_ZONE }: Config,
  log: Logger,
): Promise<void> {
  for (const [what, ensure] of [
    ['the nightly learning from own cases', ensureLearning],
    ['the daily look after customers', ensureCare],
    ['the closing of reports', ensureReports],
    ['the weekly run over causes', ensureCauses],
  ] as const) {
    try {
      await ensure(client, queue, HOUSE_ZONE);
    } catch (error) {
      log.warn({ err: error }, `${what} could not be scheduled; the next start tries again`);
    }
  }
}

/** The activities of what runs by the calendar beside the cases. @param ended the worker ends */
const besideCases = (
  { MAIL_FROM }: Config,
  { care, causeWeeks, users, ownModels, closedReports: reports, reportCounts: counts, figures, facts }: Stores,
  policies: PolicyCache,
  { ended, log }: { ended: AbortSignal; log: Logger },
): LearningActivities & CareActivities & CauseActivities & ReportActivities => {
  const common = { mailDomain: mailDomain(MAIL_FROM), clock: Date.now, ended };
  return {
    ...createLearning({ ownModels, clock: Date.now, ended }),
    keepCare: createCareRun({ care, policies, ...common }),
    findCauses: createCauseRun({ causeWeeks, users, policies, ...common }),
    closeReports: createReportRun({
      reports,
      counts,
      facts,
      keepFacts: createFactKeeping({ facts, log }).look,
      make: createMaking({ figures, counts, clock: Date.now }),
      ...common,
    }),
  };
};

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  setHouse({ zone: config.HOUSE_ZONE, currency: config.HOUSE_CURRENCY });
  const log = createLogger('worker', config.LOG_LEVEL);
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let leave = (): Promise<void> => Promise.resolve();
  lastResort({ log, boundMs: LEAVING_MS, finish: () => leave() });
  installRuntime(log);

  const database = openDatabase({ url: config.DATABASE_URL, max: config.DATABASE_POOL });
  const stores = createStores(database);
  const writes = new RateMeter();
  const signing = createSigning(config.LINK_SECRET);
  const activities = counted(
    createActivities({
      stores,
      config: { mailDomain: mailDomain(config.MAIL_FROM), sms: config.SMS_GATEWAY !== undefined },
      senders: { ...signing, allowUnsigned: config.ALLOW_UNSIGNED_DECISIONS ?? false },
    }),
    writes,
  );
  const connection = await connected(config, log);
  const leaving = new AbortController();
  const policies = new PolicyCache(stores.policies, Date.now);
  const beside = besideCases(config, stores, policies, { ended: leaving.signal, log });
  const worker = await Worker.create(createWorkerOptions(config, { ...timed(activities), ...beside }, connection));

  const client = createTemporalClient(config);
  const tellCase = caseTold(client, signing);
  const transport = createMailTransport({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM });
  const relay = createMailRelay({
    stores: mailStoresOf(config, stores),
    inForce: () => policies.inForce(),
    weekly: createCauses({ causeWeeks: stores.causeWeeks, policies, clock: Date.now }).weekly,
    transport,
    config,
    links: createLinks({ secret: config.LINK_SECRET, publicUrl: config.PUBLIC_URL }),
    replyTo:
      config.MAIL_REPLY_TO === undefined
        ? undefined
        : createReplyAddresses(config.MAIL_REPLY_TO, config.LINK_SECRET).of,
    log,
    busy: () => writes.perSecond >= RUSH_WRITES,
    gatherMs: config.NOTICE_GATHER_MS,
    onPermanentFailure: (caseNo, mail, to, seq) => tellCase(caseNo, { mail, to, seq }),
  });
  const dispatcher = createDispatcher({
    stores,
    log,
    async signal(caseNo, found) {
      try {
        await client.connection.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
          client.workflow
            .getHandle(complaintWorkflowId(caseNo))
            .signal('dispatch', signing.sign(caseNo, 'dispatch', found)),
        );
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        throw new EngineError('missing', 'no open run', undefined, { cause: error });
      }
    },
  });
  const oversight = createOversight(client, config.TEMPORAL_TASK_QUEUE);
  const watch = createWatch({
    stores,
    policies,
    oversight,
    restart: createRestart({
      stores,
      policies,
      engine: createEngine(client, config.TEMPORAL_TASK_QUEUE),
      oversight,
      clock: Date.now,
    }),
    mailDomain: mailDomain(config.MAIL_FROM),
    tell: createAlarm({
      users: stores.users,
      transport,
      house: { name: config.ORG_NAME, contact: config.CUSTOMER_CONTACT },
      mailDomain: mailDomain(config.MAIL_FROM),
      log,
    }),
    log,
  });
  const sms = smsRelay(config, stores, tellCase, log);
  const others = [...relaysBesideMail(config, stores, tellCase, log), sms, factKeeping(stores, log)];
  const registry = createRegistry('worker');
  const canary = watchCanary(client, config, registry, log);
  measureRefusal(relay, sms, registry);
  const metrics = serveMetrics(registry, config, canary);
  relay.start();
  for (const other of others) other?.start();
  dispatcher.run();
  watch.run();
  void keepDaily(client, config, log);
  log.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'working');

  leave = (): Promise<void> => {
    stop();
    return over;
  };
  const stop = (): void => {
    // `shutdown` throws when the worker is stopping already, after a second signal.
    if (worker.getState() === 'RUNNING') worker.shutdown();
    leaving.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await worker.run();
  } finally {
    canary.stop();
    metrics?.close();
    await Promise.all([relay.stop(), ...others.map((other) => other?.stop()), dispatcher.stop(), watch.stop()]);
    transport.close();
    await Promise.all([client.connection.close(), connection.close(), database.close()]);
    ended();
  }
  log.info({}, 'stopped');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    createLogger('worker', 'info').fatal({ err: error }, 'the worker failed');
    process.exit(1);
  });
}
