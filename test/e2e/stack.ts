import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { Pool, type QueryResultRow } from 'pg';
import { loadConfig, type Config } from '../../src/config';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { choosePort } from '../../src/runtime/ports';
import { httpOk } from '../../src/runtime/probes';
import { isRunning, signal, stopProcess, type ProcessIdentity } from '../../src/runtime/processes';
import { workerPolls } from '../../src/runtime/temporal-server';
import { createTemporalClient } from '../../src/temporal/client';
import { clientConnection } from '../../src/temporal/connection';
import { Program, waitUntil } from '../support/processes';
import { createSmtpSink, type SmtpSink } from '../support/smtp';

/** How long a condition is waited for: long, because the machine may be busy with other things. */
export const PATIENCE_MS = 180_000;

/** A process of the product, by its name in the supervisor's record. */
export type Part = 'worker' | 'server' | 'temporal' | 'postgres';
/** One of the logins that `npm start` makes. */
export type Login = 'agent' | 'supervisor' | 'manager' | 'admin';

/** An answer of the API. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
  /** Milliseconds from the request to the end of the answer. */
  ms: number;
}

interface Addresses {
  api: string;
  temporal: string;
  temporalUi: string;
  database: string;
  smtp: string;
}

interface RunFile {
  owner: ProcessIdentity;
  children: (ProcessIdentity & { name: string })[];
}

/**
 * A free port below the range that outgoing connections use: a part that is killed must find its port
 * free when it comes back.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const wanted = 10_000 + Math.floor(Math.random() * 20_000);
    if ((await choosePort('', wanted, () => undefined)) === wanted) return wanted;
  }
}

/**
 * The whole product as `npm start` runs it, in a folder and on ports of its own. Nothing is faked but the mail server,
 * whose answers a test can set. Parts are killed by the pids in the supervisor's record.
 */
export class Stack {
  addresses!: Addresses;
  credentials!: Record<Login, { userId: string; token: string }>;
  private program: Program;
  private pool: Pool | undefined;
  private client: Client | undefined;
  private link: Connection | undefined;

  private constructor(
    readonly dataDir: string,
    readonly smtp: SmtpSink,
    private readonly env: Record<string, string>,
  ) {
    this.program = new Program('src/start.js', env);
  }

  /** Starts a new installation and waits until it runs. @param env variables that differ from the test's own */
  static async start(env: Record<string, string> = {}): Promise<Stack> {
    const run = process.env.REDRESS_TEST_RUN;
    const temporal = process.env.REDRESS_TEMPORAL_CLI;
    if (!run || !temporal) throw new Error('The Temporal server is not here yet: npm run setup');
    // 0711: the database runs as an unprivileged user, who has to pass through the folder.
    chmodSync(run, 0o711);
    const dataDir = mkdtempSync(join(run, 'e2e-'));
    const smtp = await createSmtpSink();
    const [port, temporalPort, uiPort, postgresPort] = [
      await quietPort(),
      await quietPort(),
      await quietPort(),
      await quietPort(),
    ];
    const stack = new Stack(dataDir, smtp, {
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: String(port),
      TEMPORAL_PORT: String(temporalPort),
      TEMPORAL_UI_PORT: String(uiPort),
      POSTGRES_PORT: String(postgresPort),
      TEMPORAL_CLI: temporal,
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Redress <desk@redress.example>',
      CUSTOMER_CONTACT: '400-820-0000',
      NOTICE_GATHER_MS: '500',
      // Empty, so that everything is started here even when the developer's shell sets them.
      DATABASE_URL: '',
      TEMPORAL_ADDRESS: '',
      PUBLIC_URL: '',
      LINK_SECRET: '',
      NODE_ENV: 'development',
      ...env,
    });
    try {
      await stack.up();
      return stack;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  // ---- the whole

  /** Starts it, for the first time or again on the same data, and waits until it runs. */
  async up(): Promise<void> {
    this.program = new Program('src/start.js', this.env);
    this.program.start();
    const ended = this.program.waitForExit().then((code) => {
      throw new Error(`start ended with exit code ${code}:\n${this.program.output}`);
    });
    await Promise.race([this.program.waitForOutput(/Redress runs\./, 300_000), ended]);
    // From now on it may end; its rejection must not count as unhandled.
    ended.catch(() => undefined);
    const read = (name: string): unknown => JSON.parse(readFileSync(join(this.dataDir, name), 'utf8'));
    this.addresses = read('addresses.json') as Addresses;
    this.credentials = read('credentials.json') as Stack['credentials'];
  }

  /** Starts a second supervisor on the same data, which should refuse to run. */
  another(): Program {
    return new Program('src/start.js', this.env).start();
  }

  /** Stops everything in order, as Ctrl-C does. Resolves to the supervisor's exit code. */
  async stop(): Promise<number | null> {
    await this.disconnect();
    return this.program.stop();
  }

  /** Kills every process at once, as a power cut would. */
  async crash(): Promise<void> {
    const everybody = this.processes();
    await this.disconnect();
    for (const { pid } of everybody) signal(pid, 'SIGKILL');
    await waitUntil(() => !everybody.some(isRunning), 'everything is dead', PATIENCE_MS);
  }

  /** For `afterAll`: stops everything and deletes the data, however the test ended. */
  async close(): Promise<void> {
    await this.disconnect();
    const left = this.processes();
    // A process that a test has frozen does not react to SIGTERM.
    for (const { pid } of left) signal(pid, 'SIGCONT');
    for (const who of left) await stopProcess(who, 'SIGTERM', 40_000);
    await this.smtp.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What the supervisor has printed so far, for messages of failed tests. */
  get output(): string {
    return this.program.output;
  }

  /** The log files of all parts. */
  logs(): { name: string; text: string }[] {
    const dir = join(this.dataDir, 'logs');
    return readdirSync(dir).map((name) => ({ name, text: readFileSync(join(dir, name), 'utf8') }));
  }

  private processes(): ProcessIdentity[] {
    const record = this.record();
    return record ? [record.owner, ...record.children].filter(isRunning) : [];
  }

  private record(): RunFile | undefined {
    try {
      return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as RunFile;
    } catch {
      return undefined;
    }
  }

  // ---- one part

  /** The process that is this part at the moment, by the supervisor's record. */
  process(part: Part): ProcessIdentity | undefined {
    return this.record()?.children.find(({ name }) => name === part);
  }

  private running(part: Part): ProcessIdentity {
    const who = this.process(part);
    if (!who || !isRunning(who)) throw new Error(`${part} does not run`);
    return who;
  }

  /** Kills a part with SIGKILL and waits until it is gone; the supervisor then starts another. */
  async kill(part: Part): Promise<void> {
    const who = this.running(part);
    signal(who.pid, 'SIGKILL');
    await waitUntil(() => !isRunning(who), `${part} is dead`, PATIENCE_MS);
  }

  /** Waits until a part can be used. @param since a worker is ready when it has asked Temporal for work after this */
  async ready(part: Part, since = new Date()): Promise<void> {
    await waitUntil(
      () => this.isReady(part, since).catch(() => false),
      `${part} can be used`,
      PATIENCE_MS,
      () => this.output,
    );
  }

  private async isReady(part: Part, since: Date): Promise<boolean> {
    const who = this.process(part);
    if (!who || !isRunning(who)) return false;
    switch (part) {
      case 'server':
        return httpOk(`${this.addresses.api}/healthz`);
      case 'worker':
        return workerPolls(this.connection, this.config, since);
      case 'temporal':
        await this.connection.withDeadline(Date.now() + 2_000, () =>
          this.connection.workflowService.describeNamespace({ namespace: 'default' }),
        );
        return true;
      case 'postgres':
        return (await this.sql('select 1')).length === 1;
    }
  }

  /**
   * Freezes a part with SIGSTOP, as a hung machine would be: its connections stay open and nothing answers.
   * @returns a function that lets it go on
   */
  freeze(part: Part): () => void {
    const who = this.running(part);
    signal(who.pid, 'SIGSTOP');
    return () => signal(who.pid, 'SIGCONT');
  }

  /** Kills a part and freezes the supervisor, so that the part stays away until the returned function is called. */
  async takeAway(part: Part): Promise<() => void> {
    const supervisor = this.program.pid;
    signal(supervisor, 'SIGSTOP');
    try {
      await this.kill(part);
    } catch (error) {
      signal(supervisor, 'SIGCONT');
      throw error;
    }
    return () => signal(supervisor, 'SIGCONT');
  }

  // ---- its doors

  /** The configuration of its programs. */
  get config(): Config {
    const secrets = JSON.parse(readFileSync(join(this.dataDir, 'secrets.json'), 'utf8')) as { linkSecret: string };
    return loadConfig(this.tools(secrets.linkSecret));
  }

  /** The variables for a command that works on it. */
  private tools(linkSecret: string): Record<string, string> {
    const { database, temporal, api } = this.addresses;
    return {
      DATA_DIR: this.dataDir,
      DATABASE_URL: database,
      TEMPORAL_ADDRESS: temporal,
      PUBLIC_URL: api,
      LINK_SECRET: linkSecret,
      SMTP_URL: this.smtp.url,
    };
  }

  /** A client of its Temporal server. */
  get temporal(): Client {
    this.client ??= createTemporalClient(this.config, this.connection);
    return this.client;
  }

  private get connection(): Connection {
    this.link ??= clientConnection(this.config);
    return this.link;
  }

  /** Runs a statement on its database. */
  async sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    if (!this.pool) {
      this.pool = new Pool({ connectionString: this.addresses.database, max: 4, connectionTimeoutMillis: 3_000 });
      // Tests kill Postgres; without listeners the errors of broken connections would end the test process.
      this.pool.on('error', () => undefined);
      this.pool.on('connect', (client) => client.on('error', () => undefined));
    }
    return (await this.pool.query<Row>(text, values)).rows;
  }

  private async disconnect(): Promise<void> {
    const { pool, link } = this;
    this.pool = undefined;
    this.client = undefined;
    this.link = undefined;
    await Promise.all([pool?.end().catch(() => undefined), link?.close().catch(() => undefined)]);
  }

  /** Sends any request to the server, or to a whole URL. */
  async request(path: string, init: RequestInit = {}, timeoutMs = PATIENCE_MS): Promise<Answer<string>> {
    const url = path.startsWith('http') ? path : `${this.addresses.api}${path}`;
    const began = performance.now();
    const response = await fetch(url, { redirect: 'manual', ...init, signal: AbortSignal.timeout(timeoutMs) });
    const body = await response.text();
    return { status: response.status, headers: response.headers, body, ms: performance.now() - began };
  }

  /** Sends a request with a JSON body to the API; any answer. @param as whose bearer token is sent; default: none */
  async api<Body = Record<string, unknown>>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    { as, headers = {} }: { as?: Login; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const answer = await this.request(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(as ? { Authorization: `Bearer ${this.credentials[as].token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { ...answer, body: (answer.body === '' ? {} : JSON.parse(answer.body)) as Body };
  }

  /** Sends a decision; any answer. */
  tryDecision(
    caseNo: string,
    name: DecisionName,
    input: Record<string, unknown>,
    as: Login,
  ): Promise<Answer<DecisionBody>> {
    return this.api('POST', `/api/cases/${caseNo}/decisions/${name}`, { decisionId: randomUUID(), ...input }, { as });
  }

  /**
   * Takes a decision, as a patient client does: where the answer is that the system is busy, or has it and will take it, the
   * same request is sent again.
   * @returns the case after it
   * @throws Error when it is refused
   */
  async decide(
    caseNo: string,
    name: DecisionName,
    input: Record<string, unknown> = {},
    as: Login = 'supervisor',
  ): Promise<CaseBody> {
    const sent = { decisionId: randomUUID(), ...input };
    const end = Date.now() + PATIENCE_MS;
    let { status, body } = await this.tryDecision(caseNo, name, sent, as);
    while ((status === 202 || status === 503) && Date.now() < end) {
      await new Promise((done) => setTimeout(done, 1_000));
      ({ status, body } = await this.tryDecision(caseNo, name, sent, as));
    }
    if (status !== 200 || !body.case) throw new Error(`${name} of ${caseNo}: ${status} ${JSON.stringify(body)}`);
    return body.case;
  }

  /** Files a complaint. @throws Error when the answer is not 201 */
  async file(complaint: object = complaintBody(), headers: Record<string, string> = {}): Promise<FiledBody> {
    const { status, body } = await this.api<FiledBody>('POST', '/api/complaints', complaint, { headers });
    if (status !== 201) throw new Error(`a complaint was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** A case, as the API shows it. @throws Error when the answer is not 200 */
  async show(caseNo: string, as: Login = 'manager'): Promise<CaseBody> {
    const { status, body } = await this.api<{ case: CaseBody }>('GET', `/api/cases/${caseNo}`, undefined, { as });
    if (status !== 200) throw new Error(`${caseNo}: ${status} ${JSON.stringify(body)}`);
    return body.case;
  }

  /** Waits until a case is as wanted. @throws Error with the case's history and ledger when it does not get there */
  async reaches(caseNo: string, what: string, condition: (state: CaseBody) => boolean): Promise<CaseBody> {
    let last: CaseBody | undefined;
    try {
      await waitUntil(async () => condition((last = await this.show(caseNo))), `${caseNo}: ${what}`, PATIENCE_MS);
    } catch (error) {
      const story = await this.story(caseNo).catch(String);
      throw new Error(`${(error as Error).message}${JSON.stringify(last)}\n${story}`, { cause: error });
    }
    if (!last) throw new Error('never asked');
    return last;
  }

  /** Publishes the house policy with a change; complaints filed from now on run under it. */
  async publish(change: (policy: Omit<Policy, 'version'>) => void): Promise<void> {
    const { version: _version, ...policy } = structuredClone(HOUSE_POLICY);
    change(policy);
    const { status, body } = await this.api('POST', '/api/policies', policy, { as: 'manager' });
    if (status !== 201) throw new Error(`the policy was answered ${status}: ${JSON.stringify(body)}`);
  }

  /** Runs `ledger:check` to its end. */
  async ledgerCheck(): Promise<{ code: number | null; output: string }> {
    const check = new Program('src/cli/ledger-check.js', this.tools(this.config.LINK_SECRET)).start();
    const code = await check.waitForExit();
    return { code, output: check.output };
  }

  /** A case's ledger, in order. */
  events(caseNo: string): Promise<EventRow[]> {
    return this.sql<EventRow>(
      'select seq, type, at, actor, data, decision from case_events where case_no = $1 order by seq',
      [caseNo],
    );
  }

  /** A case's workflow history and ledger and the latest alarms of the logs, for the message of a failed test. */
  async story(caseNo: string): Promise<string> {
    const { events } = await this.temporal.workflow.getHandle(complaintWorkflowId(caseNo)).fetchHistory();
    const history = (events ?? []).map(({ eventId, eventType, workflowTaskFailedEventAttributes: failed }) =>
      [String(eventId), eventType, failed?.failure?.message ?? ''].join(' ').trim(),
    );
    const ledger = (await this.events(caseNo)).map(
      ({ seq, type, at, data, decision }) =>
        `${seq} ${type} ${at.toISOString()} ${JSON.stringify(data)} ${decision?.id ?? ''}`,
    );
    const alarms = this.logs()
      .filter(({ name }) => name === 'worker.log' || name === 'server.log')
      .flatMap(({ text }) =>
        text
          .split('\n')
          .filter((line) => /"level":[456]|-- ended/.test(line))
          .slice(-20),
      );
    return [...history, ...ledger, ...alarms].join('\n');
  }

  /**
   * Waits until no mail is left to be sent. A mail whose relay was killed is leased for three minutes; to wait less, a
   * lease that was taken over 40 seconds ago is ended here, by when no attempt is still running.
   */
  async mailsSent(): Promise<void> {
    let left: unknown[] = [];
    await waitUntil(
      async () => {
        for (const table of ['outbox', 'digests']) {
          await this.sql(
            `update ${table} set next_attempt_at = $1::timestamptz
             where state = 'sending' and next_attempt_at < $1::timestamptz + interval '140 seconds'`,
            [new Date().toISOString()],
          );
        }
        left = await this.sql(`select * from outbox where state in ('planned', 'sending', 'gathered') limit 20`);
        return left.length === 0;
      },
      'the outbox is empty',
      2 * PATIENCE_MS,
      () => JSON.stringify(left),
    );
  }
}

/** A row of the ledger. */
export interface EventRow {
  seq: number;
  type: string;
  at: Date;
  actor: { kind: string; id?: string };
  data: Record<string, unknown>;
  decision: { id: string; name: string } | null;
}

/** The answer to a complaint that was filed. */
export interface FiledBody {
  caseNo: string;
  accessCode: string;
  statusUrl: string;
  receivedAt: string;
  answerBy: string;
  resolveBy: string;
}

/** The part of the API's answer for a case that the tests read. */
export interface CaseBody {
  caseNo: string;
  stage: string;
  grade: string;
  round: number;
  receivedAt: string;
  seq: number;
  text: string;
  breached: boolean;
  customer: { name: string; phone?: string; email?: string };
  owner?: { id: string; name: string };
  proposal?: { id: string; status: string };
  helpTasks: { id: string; open: boolean }[];
  actions: { id: string; status: string }[];
  evidence: { evidenceId: string; sha256: string }[];
  clocks: { id: string; status: string; dueAt: string; breached: boolean; breachedAt?: string }[];
  survey?: { id: string; status: string };
}

/** The answer to a decision: with `case` when it was taken, else a problem (RFC 9457). */
export interface DecisionBody {
  case?: CaseBody;
  status?: string | number;
  code?: string;
  decision?: { decisionId: string; seq?: number };
}

let filed = 0;
/** The body of an everyday complaint, each from another customer. */
export function complaintBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  filed += 1;
  const n = String(filed).padStart(4, '0');
  return {
    channel: 'web',
    language: 'zh-CN',
    customer: { name: `客户${n}`, phone: `1390000${n}`, email: `customer-${n}@example.com` },
    text: `第 ${n} 件：洗衣机用了两周就漏水，报修三天没有人来。`,
    ...change,
  };
}
