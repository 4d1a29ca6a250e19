import { NativeConnection, Worker } from '@temporalio/worker';
import { loadConfig, loadOrExit } from '../src/config';
import { openDatabase, run } from '../src/db/database';
import { createLogger } from '../src/runtime/log';
import { installRuntime } from '../src/temporal/runtime';
import { createWorkerOptions } from '../src/temporal/worker-options';

/** The activities of the bare workflows. */
export interface BareActivities {
  writeRow(row: { id: string; n: number }): Promise<void>;
}

const INSERT = { name: 'bench_row', text: 'insert into bench_rows (id, n) values ($1::text, $2::int)' };

/** The worker of the bare workflows: a process of its own, with the same options as our worker. */
async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const bundle = process.argv[2];
  if (!bundle) throw new Error('the path of the workflow bundle is missing');
  installRuntime(createLogger('bare-worker', 'warn'));
  const database = openDatabase({ url: config.DATABASE_URL, max: config.DATABASE_POOL });
  const activities: BareActivities = {
    async writeRow({ id, n }) {
      await run(database.pool, INSERT, [id, n]);
    },
  };
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const options = createWorkerOptions(config, activities, connection);
  const worker = await Worker.create({ ...options, workflowBundle: { codePath: bundle } });
  process.once('SIGTERM', () => worker.shutdown());
  await worker.run();
  await Promise.all([connection.close(), database.close()]);
}

if (require.main === module) void main();
