import { readFileSync } from 'node:fs';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config';
import { WORKFLOW_BUNDLE } from '../paths';
import { createDataConverter } from './codec';
import { withPlainSdk } from './workflow-bundle';

/** Below the stop grace of `npm start` and docker-compose (25 s): activities under way may end before the kill. */
const SHUTDOWN_GRACE = '20s';

/** Options of every worker of ours. The bundle is the tested one, built before: a worker never compiles workflow code. */
export function createWorkerOptions(config: Config, activities: object, connection: NativeConnection): WorkerOptions {
  return {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: config.WORKER_PLAIN_SDK
      ? { code: withPlainSdk(readFileSync(WORKFLOW_BUNDLE, 'utf8')) }
      : { codePath: WORKFLOW_BUNDLE },
    activities,
    dataConverter: createDataConverter(config),
    shutdownGraceTime: SHUTDOWN_GRACE,
  };
}
