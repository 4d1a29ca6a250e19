/**
 * `npm start`: the whole product on one machine.
 * @module
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment, loadConfig, loadOrExit, loadStartConfig, type StartConfig } from './config';
import { mailCatcherProcess } from './runtime/mail-catcher';
import { Ports } from './runtime/ports';
import { ensureDatabase, postgresProcess, postgresUrl, prepareCluster } from './runtime/postgres';
import { httpOk } from './runtime/probes';
import { writePrivateJson } from './runtime/private-file';
import { RunRecord } from './runtime/run-record';
import { loadCredentials, loadSecrets, type Credentials } from './runtime/secrets';
import { programAlarm, SupervisedProcess, type ProcessSpec } from './runtime/supervise';
import { temporalProcess, workerPolls } from './runtime/temporal-server';
import { clientConnection } from './temporal/connection';

/** Longer than the 20 s that a worker gives activities under way at its stop (`src/temporal/worker-options.ts`). */
const PROGRAM_GRACE_MS = 25_000;

/** Two signals within this are one Ctrl-C. */
const SAME_PRESS_MS = 500;

const say = (line: string) => console.log(line);

/**
 * Starts and supervises the parts: Postgres, Temporal and the mail catcher unless their addresses are configured, then
 * server and worker. Those two get all they need by the variables of `src/config.ts`, as in a real deployment.
 */
class Product {
  private readonly parts: SupervisedProcess[] = [];
  private readonly dataDir: string;
  private ports!: Ports;
  private record: RunRecord | undefined;
  private stopped: Promise<void> | undefined;

  constructor(private readonly config: StartConfig) {
    this.dataDir = resolve(config.DATA_DIR);
  }

  /** Starts everything and prints the addresses and logins. @throws Error when a part does not come up */
  async start(): Promise<void> {
    const { config, dataDir } = this;
    mkdirSync(dataDir, { recursive: true });
    // 0711: others may pass through the folder, which the database's user has to, but not list it.
    chmodSync(dataDir, 0o711);
    this.record = await RunRecord.claim(dataDir, say);
    this.ports = new Ports(dataDir, say);

    const secrets = loadSecrets(dataDir);
    const credentials = loadCredentials(dataDir);
    const publicPort = await this.ports.choose('API', config.PORT, config.HOST);
    const api = `http://${reachable(config.HOST)}:${publicPort}`;
    const publicUrl = config.PUBLIC_URL ?? api;

    const [databaseUrl, temporal, mail] = await Promise.all([
      this.database(secrets.postgresPassword),
      this.temporal(publicUrl),
      this.mail(),
    ]);
    const env = childEnvironment({
      HOST: config.HOST,
      PORT: String(publicPort),
      PUBLIC_URL: publicUrl,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_UI_URL: temporal.ui,
      SMTP_URL: mail.smtp,
      LINK_SECRET: config.LINK_SECRET ?? secrets.linkSecret,
      VAPID_PUBLIC_KEY: config.VAPID_PUBLIC_KEY ?? secrets.vapid.publicKey,
      VAPID_PRIVATE_KEY: config.VAPID_PRIVATE_KEY ?? secrets.vapid.privateKey,
      ALLOW_UNSIGNED_DECISIONS: String(this.takesUnsigned()),
    });

    await runOnce('migrate', 'migrate.js', env);
    const [firstAdmin] = await runOnce('seed-users', join('cli', 'seed-users.js'), env, JSON.stringify(credentials));
    const told = loadConfig(env);
    const connection = clientConnection(told);
    await Promise.all([
      this.supervise(this.program('worker', env, (spawnedAt) => workerPolls(connection, told, spawnedAt))),
      this.supervise(this.program('server', env, () => httpOk(`${api}/readyz`))),
    ]);
    await connection.close();

    writePrivateJson(join(dataDir, 'addresses.json'), {
      api,
      publicUrl,
      temporalUi: temporal.ui,
      temporal: temporal.address,
      database: databaseUrl,
      mail: mail.web,
      smtp: mail.smtp,
    });
    this.announce({ api, publicUrl, databaseUrl, temporal, mail, credentials, firstAdmin });
  }

  /** Stops the programs first, then the servers they need, one stage after the other. Safe to call again. */
  stop(): Promise<void> {
    this.stopped ??= (async () => {
      for (const stage of [['server', 'worker'], ['temporal'], ['postgres'], ['mail']]) {
        await Promise.all(this.parts.filter((part) => stage.includes(part.spec.name)).map((part) => part.stop()));
      }
      this.record?.release();
    })();
    return this.stopped;
  }

  /** Kills all parts at once. */
  kill(): void {
    for (const part of this.parts) part.kill();
    this.record?.release();
  }

  private async database(password: string): Promise<string> {
    if (this.config.DATABASE_URL) return this.config.DATABASE_URL;
    const port = await this.ports.choose('Postgres', this.config.POSTGRES_PORT);
    const cluster = await prepareCluster({ dataDir: this.dataDir, password, say });
    await this.supervise(postgresProcess(cluster, port, password));
    await ensureDatabase(port, password);
    return postgresUrl(port, password);
  }

  private async temporal(publicUrl: string): Promise<{ address: string; ui: string | undefined }> {
    const { config, dataDir } = this;
    if (config.TEMPORAL_ADDRESS) return { address: config.TEMPORAL_ADDRESS, ui: config.TEMPORAL_UI_URL };
    const port = await this.ports.choose('Temporal', config.TEMPORAL_PORT);
    const uiPort = await this.ports.choose('Temporal UI', config.TEMPORAL_UI_PORT);
    await this.supervise(
      temporalProcess({
        cli: config.TEMPORAL_CLI,
        dataDir,
        namespace: config.TEMPORAL_NAMESPACE,
        port,
        uiPort,
        codecEndpoint: config.PAYLOAD_KEY ? `${publicUrl}/codec` : undefined,
        env: childEnvironment({}),
      }),
    );
    return { address: `127.0.0.1:${port}`, ui: `http://127.0.0.1:${uiPort}` };
  }

  /**
   * Whether cases take decisions that were sent straight through Temporal, without a signature. By default only from a
   * Temporal that we started: it listens on this machine alone, while others have users of their own.
   */
  private takesUnsigned(): boolean {
    const { ALLOW_UNSIGNED_DECISIONS, TEMPORAL_ADDRESS, NODE_ENV } = this.config;
    return ALLOW_UNSIGNED_DECISIONS ?? (TEMPORAL_ADDRESS === undefined && NODE_ENV !== 'production');
  }

  private async mail(): Promise<{ smtp: string; web: string | undefined }> {
    const { config, dataDir } = this;
    if (config.SMTP_URL) return { smtp: config.SMTP_URL, web: undefined };
    const smtpPort = await this.ports.choose('SMTP', config.SMTP_PORT);
    const webPort = await this.ports.choose('mail catcher', config.MAIL_UI_PORT);
    await this.supervise(mailCatcherProcess({ dataDir, smtpPort, webPort, env: childEnvironment({}) }));
    return { smtp: `smtp://127.0.0.1:${smtpPort}`, web: `http://127.0.0.1:${webPort}` };
  }

  private program(name: string, env: NodeJS.ProcessEnv, ready: ProcessSpec['ready']): ProcessSpec {
    return {
      name,
      command: process.execPath,
      args: ['--enable-source-maps', join(__dirname, `${name}.js`)],
      env,
      graceMs: PROGRAM_GRACE_MS,
      ready,
      readyTimeoutMs: 180_000,
      alarm: programAlarm,
    };
  }

  private async supervise(spec: ProcessSpec): Promise<void> {
    if (this.stopped) throw new Error('stopped while starting');
    const began = Date.now();
    const part = new SupervisedProcess(spec, { logDir: join(this.dataDir, 'logs'), say, record: this.record });
    this.parts.push(part);
    await part.start();
    say(`${spec.name} is up (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }

  private announce(parts: {
    api: string;
    publicUrl: string;
    databaseUrl: string;
    temporal: { address: string; ui: string | undefined };
    mail: { web: string | undefined };
    credentials: Credentials;
    /** The link by which the first admin sets a password; undefined once one can sign in. */
    firstAdmin: string | undefined;
  }): void {
    const { api, publicUrl, temporal, mail, credentials, firstAdmin } = parts;
    const database = new URL(parts.databaseUrl);
    database.password = '';
    const lines: [string, string | undefined][] = [
      ['API', api],
      ['Customers', `${publicUrl}/complain`],
      ['Staff', `${publicUrl}/desk`],
      ['API reference', `${api}/docs`],
      ['Temporal UI', temporal.ui],
      ['Mail catcher', mail.web],
      ['Database', `${database.href} (password: ${join(this.dataDir, 'addresses.json')})`],
    ];
    say('\nRedress runs.\n');
    for (const [what, where] of lines) if (where) say(`  ${what.padEnd(15)}${where}`);
    if (firstAdmin) say(`\n  The first admin signs in here, once: ${firstAdmin}`);
    say('\n  Logins (bearer tokens of the API):');
    for (const [role, { token }] of Object.entries(credentials)) say(`  ${role.padEnd(15)}${token}`);
    say(`\n  Data, logs: ${this.dataDir}. Stop with Ctrl-C; every open case goes on at the next start.\n`);
  }
}

/**
 * The host to connect to for a host to listen on: 0.0.0.0 means all interfaces, and cannot be connected to everywhere.
 */
const reachable = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/**
 * Runs a program that ends by itself.
 * @returns the lines it printed to stdout
 * @throws Error with all it printed when it fails or is not built
 */
function runOnce(name: string, file: string, env: NodeJS.ProcessEnv, input = ''): Promise<string[]> {
  const path = join(__dirname, file);
  if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build)`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [path], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const answer: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      answer.push(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) return done(answer);
      fail(new Error(`${name} failed (exit code ${code}):\n${lines.map((line) => `    ${line}`).join('\n')}`));
    });
    // A program that ends without reading its input breaks the pipe; what went wrong is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

async function main(): Promise<void> {
  // Files that we or our children write (Temporal's database, mails, evidence) are for their owner alone.
  process.umask(0o077);
  const product = new Product(loadOrExit(loadStartConfig));
  let interrupted = 0;
  const onSignal = () => {
    // One Ctrl-C can arrive twice: from the terminal, and passed on by npm.
    if (interrupted && Date.now() - interrupted < SAME_PRESS_MS) return;
    if (interrupted) {
      say('Stopping at once.');
      product.kill();
      process.exit(130);
    }
    interrupted = Date.now();
    say('\nStopping (once more: at once) …');
    product.stop().then(
      () => {
        say('Stopped.');
        process.exit(0);
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // The terminal was closed: stop as for Ctrl-C.
  process.on('SIGHUP', onSignal);
  // When nobody reads our output any more, writing to it fails; without a listener that would end the supervisor and
  // leave its servers running.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  try {
    await product.start();
  } catch (error) {
    if (interrupted) return;
    console.error(`\nRedress did not start: ${(error as Error).message}\n`);
    await product.stop();
    process.exit(1);
  }
}

void main();
