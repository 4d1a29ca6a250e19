import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { createDataConverter } from '../../src/temporal/codec';
import { ensureSearchAttributes, searchAttributeKeys } from '../../src/temporal/search-attributes';
import { WORKFLOW_BUNDLE_OPTIONS } from '../../src/temporal/workflow-bundle';
import { TEMPORAL_TUNING } from '../../src/runtime/temporal-server';

let quiet = false;
/**
 * Has the SDK log warnings and errors only. Several suites of one jest worker process come here, each with its own copy
 * of this module, but the SDK's runtime can be installed only once in a process.
 */
function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  try {
    Runtime.install({ logger: new DefaultLogger('WARN') });
  } catch {
    // An earlier suite of this process has installed it.
  }
}

const client = { dataConverter: createDataConverter({ PAYLOAD_KEY_ID: '', PAYLOAD_OLD_KEYS: [] }) };

/**
 * Starts a time-skipping server: when all workflows wait, its time jumps to the next timer. Call `teardown()` on it
 * after the workers have ended.
 * @throws Error when the server is not on this machine
 */
export async function createTimeSkippingEnv(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const path = process.env.REDRESS_TEST_SERVER;
  if (!path) throw new Error('The time-skipping server is not here yet: npm run setup');
  const env = await patiently(() =>
    TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } }, client }),
  );
  try {
    await ensureSearchAttributes(env.connection, env.namespace ?? 'default');
    return env;
  } catch (error) {
    await env.teardown();
    throw error;
  }
}

/** Less than jest allows for a suite's set-up. */
const SERVER_STARTS_WITHIN_MS = 150_000;

/** Starts a server, again and again: the SDK allows five seconds for it, which can be too short on a busy machine. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  const end = Date.now() + SERVER_STARTS_WITHIN_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (Date.now() > end || !String(error).includes('did not start')) throw error;
    }
  }
}

/**
 * Starts Temporal's development server on a free port with a data file of its own. Unlike the time-skipping one it has
 * lists, schedules and search attributes. `teardown()` also deletes the file.
 * @throws Error when the server is not on this machine
 */
export async function createDevServer(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const path = process.env.REDRESS_TEMPORAL_CLI;
  if (!path) throw new Error('The Temporal server is not here yet: npm run setup');
  const dir = mkdtempSync(join(tmpdir(), 'redress-temporal-'));
  const env = await patiently(() =>
    TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path },
        dbFilename: join(dir, 'temporal.db'),
        searchAttributes: Object.values(searchAttributeKeys),
        extraArgs: TEMPORAL_TUNING,
        log: { format: 'pretty', level: 'error' },
      },
      client,
    }),
  );
  const teardown = env.teardown.bind(env);
  env.teardown = async () => {
    await teardown();
    rmSync(dir, { recursive: true, force: true });
  };
  return env;
}

let bundle: Promise<WorkflowBundleOption> | undefined;

/**
 * The workflow code for `Worker.create({ workflowBundle })`. It is bundled from the sources once for each suite, so
 * that a test never runs an old bundle. `npm test` has just bundled the same sources and says so by
 * REDRESS_BUNDLE: then that one is used.
 */
export function workflowBundle(): Promise<WorkflowBundleOption> {
  const built = process.env.REDRESS_BUNDLE;
  bundle ??=
    built && existsSync(built) ? Promise.resolve({ codePath: built }) : bundleWorkflowCode(WORKFLOW_BUNDLE_OPTIONS);
  return bundle;
}
