import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { childEnvironment, loadConfig, type Config } from '../src/config';
import { runMigrations } from '../src/migrate';
import { PROJECT_ROOT } from '../src/paths';
import { freePort } from '../src/runtime/ports';
import { ensureDatabase, postgresProcess, postgresUrl, prepareCluster } from '../src/runtime/postgres';
import { httpOk, tcpOpen } from '../src/runtime/probes';
import type { ProcessSpec } from '../src/runtime/supervise';
import { temporalProcess, workerPolls } from '../src/runtime/temporal-server';
import { clientConnection } from '../src/temporal/connection';
import { Part } from './part';

/** The task queue of the bare workflows. */
export const BARE_QUEUE = 'bench-bare';

/** The running programs. They share nothing with another installation: data, ports and secrets are their own. */
export interface System {
  config: Config;
  /** Address of the bare handler. */
  floorUrl: string;
  temporal: Part;
  worker: Part;
  server: Part;
  bareWorker: Part;
  postgres: Part;
  floor: Part;
  /** Takes every mail and keeps none. */
  smtp: Part;
  /** Where the server takes mail. */
  mailInPort: number;
  /** Ports of this machine to which webhooks may go. */
  receiverPorts: readonly number[];
  /** Stops all programs and deletes their data. */
  stop(): Promise<void>;
}

const PROGRAM_GRACE_MS = 25_000;
/** Systems that are told by webhooks. */
const RECEIVERS = 4;

/**
 * The path of the `temporal` program, found (or fetched or built, and then it says so) by the
 * same code as in `npm start`.
 */
async function temporalCli(): Promise<string> {
  const path = pathToFileURL(join(PROJECT_ROOT, 'scripts', 'lib', 'servers.mjs')).href;
  const { ensureTemporal } = (await import(path)) as { ensureTemporal: () => Promise<string> };
  return ensureTemporal();
}

/** Bundles the bare workflows; gives the path of the bundle. */
async function bareBundle(dir: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    logger: new DefaultLogger('WARN'),
  });
  const path = join(dir, 'bare-workflows.js');
  writeFileSync(path, code);
  return path;
}

/**
 * Starts everything that is measured, on free ports and with its data in a temporary folder.
 * @param profiles folder for a CPU profile of each program, to see what limits a figure
 * @throws Error when a program does not come up; the others are stopped then
 */
export async function startSystem(profiles?: string): Promise<System> {
  const cli = await temporalCli();
  const dir = mkdtempSync(join(tmpdir(), 'redress-bench-'));
  // 0711: the database's unprivileged user has to pass through the folder.
  chmodSync(dir, 0o711);
  const parts: Part[] = [];
  let asking: ReturnType<typeof clientConnection> | undefined;
  const stop = async (): Promise<void> => {
    await asking?.close();
    for (const part of parts.toReversed()) await part.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const profiling = (name: string): string[] =>
    profiles ? ['--cpu-prof', `--cpu-prof-dir=${join(profiles, name)}`] : [];
  const program = (
    name: string,
    file: string,
    args: string[],
    env: NodeJS.ProcessEnv,
    ready: ProcessSpec['ready'],
  ) => ({
    name,
    command: process.execPath,
    args: [...profiling(name), '--enable-source-maps', join(PROJECT_ROOT, 'dist', file), ...args],
    env,
    graceMs: PROGRAM_GRACE_MS,
    ready,
  });
  const up = async (spec: ProcessSpec): Promise<Part> => {
    const part = new Part(spec, dir);
    parts.push(part);
    await part.start();
    return part;
  };
  try {
    const password = randomBytes(16).toString('hex');
    const cluster = await prepareCluster({ dataDir: dir, password, say: () => undefined });
    const [postgresPort, port, uiPort, apiPort, floorPort, smtpPort, mailInPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const receiverPorts = await Promise.all(Array.from({ length: RECEIVERS }, () => freePort()));
    const postgres = await up(postgresProcess(cluster, postgresPort, password));
    await ensureDatabase(postgresPort, password);
    const env = childEnvironment({
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(apiPort),
      PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      DATA_DIR: dir,
      DATABASE_URL: postgresUrl(postgresPort, password),
      DATABASE_POOL: '',
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_TASK_QUEUE: 'redress',
      TEMPORAL_UI_URL: '',
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MAIL_IN_PORT: String(mailInPort),
      MAIL_IN_DNS: 'off',
      OUTGOING_ALLOWED: receiverPorts.map((one) => `127.0.0.1:${one}`).join(','),
      LINK_SECRET: randomBytes(32).toString('hex'),
      PAYLOAD_KEY: '',
      LOG_LEVEL: 'info',
      COMPLAINT_RATE_LIMIT: '1000000',
      METRICS_PORT: '0',
      DECISION_TIMEOUT_MS: '',
    });
    const config = loadConfig(env);
    await runMigrations(config.DATABASE_URL);
    const temporal = await up(temporalProcess({ cli, dataDir: dir, namespace: 'default', port, uiPort, env }));
    const bundle = await bareBundle(dir);

    const connection = (asking = clientConnection(config));
    const bareEnv = { ...env, TEMPORAL_TASK_QUEUE: BARE_QUEUE };
    const bareConfig = loadConfig(bareEnv);
    const floorUrl = `http://127.0.0.1:${floorPort}`;
    const smtp = await up(program('smtp-sink', 'bench/smtp-sink.js', [String(smtpPort)], env, () => tcpOpen(smtpPort)));
    const floorEnv = { ...env, PORT: String(floorPort) };
    const floor = await up(program('floor', 'bench/floor.js', [], floorEnv, () => httpOk(`${floorUrl}/readyz`)));
    const worker = await up(program('worker', 'src/worker.js', [], env, (at) => workerPolls(connection, config, at)));
    const bareWorker = await up(
      program('bare-worker', 'bench/worker.js', [bundle], bareEnv, (at) => workerPolls(connection, bareConfig, at)),
    );
    const ready = `${config.PUBLIC_URL}/readyz`;
    const server = await up(program('server', 'src/server.js', [], env, () => httpOk(ready)));
    const programs = { temporal, worker, server, bareWorker, postgres, floor, smtp };
    return { config, floorUrl, mailInPort, receiverPorts, ...programs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
