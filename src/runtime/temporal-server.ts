import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Config } from '../config';
import { SEARCH_ATTRIBUTES } from '../domain/basics/search-attributes';
import { tcpOpen } from './probes';
import type { ProcessSpec } from './supervise';

/** How Temporal's development server is started. */
export interface TemporalServerOptions {
  /** The `temporal` program. */
  cli: string;
  dataDir: string;
  namespace: string;
  port: number;
  uiPort: number;
  /** Where Temporal UI sends encrypted payloads to be decrypted; absent: they are not encrypted. */
  codecEndpoint?: string;
  env: NodeJS.ProcessEnv;
}

/** `KEYWORD_LIST` in the SDK is `KeywordList` for the command line. */
const cliType = (type: string) =>
  type
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * Settings of Temporal's development server. A write-ahead log in SQLite more than doubles the rate at the same
 * durability (on two cores 247 workflow starts a second instead of 100). One partition for each task queue, and no
 * forced reload of the search attributes, spare work that a single node does not need.
 */
export const TEMPORAL_TUNING = [
  '--sqlite-pragma',
  'journal_mode=WAL',
  '--sqlite-pragma',
  'synchronous=FULL',
  '--dynamic-config-value',
  'matching.numTaskqueueReadPartitions=1',
  '--dynamic-config-value',
  'matching.numTaskqueueWritePartitions=1',
  '--dynamic-config-value',
  'system.forceSearchAttributesCacheRefreshOnRead=false',
];

/** The search attributes of the workflows, for the command line of the development server. */
export const searchAttributeArgs = (): string[] =>
  Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${cliType(type)}`]);

/** Temporal's development server with its data in DATA_DIR, for the supervisor. It listens on this machine alone. */
export function temporalProcess(options: TemporalServerOptions): ProcessSpec {
  const { cli, dataDir, namespace, port, uiPort, codecEndpoint, env } = options;
  return {
    name: 'temporal',
    command: cli,
    args: [
      'server',
      'start-dev',
      '--db-filename',
      join(dataDir, 'temporal.db'),
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
      '--log-level',
      'error',
      ...(namespace === 'default' ? [] : ['--namespace', namespace]),
      ...(codecEndpoint ? ['--ui-codec-endpoint', codecEndpoint] : []),
      ...TEMPORAL_TUNING,
      ...searchAttributeArgs(),
    ],
    env,
    graceMs: 15_000,
    ready: async () => (await tcpOpen(port)) && (await namespaceReady(port, namespace)),
    readyTimeoutMs: 180_000,
  };
}

/** Whether the namespace can be used: the port opens earlier. @throws while it cannot be */
async function namespaceReady(port: number, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2000 });
  try {
    await connection.withDeadline(Date.now() + 2000, () => connection.workflowService.describeNamespace({ namespace }));
    return true;
  } finally {
    await connection.close();
  }
}

/**
 * Whether a worker has asked the task queue for workflow tasks since then. It does so only with its workflow bundle
 * loaded, so it is ready. Temporal tells the time of the last question in whole seconds.
 */
export async function workerPolls(
  connection: Connection,
  config: Pick<Config, 'TEMPORAL_NAMESPACE' | 'TEMPORAL_TASK_QUEUE'>,
  since: Date,
): Promise<boolean> {
  const { pollers } = await connection.withDeadline(Date.now() + 2000, () =>
    connection.workflowService.describeTaskQueue({
      namespace: config.TEMPORAL_NAMESPACE,
      taskQueue: { name: config.TEMPORAL_TASK_QUEUE },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    }),
  );
  return (pollers ?? []).some(
    ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 + 999 >= since.getTime(),
  );
}
