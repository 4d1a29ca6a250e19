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
/** The SDK's own lines only from warnings up. A jest worker runs several suites, each with a fresh module registry. */
function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  try {
    Runtime.install({ logger: new DefaultLogger('WARN') });
  } catch {
    // Installed by somebody else in this process.
  }
}

const client = { dataConverter: createDataConverter({ PAYLOAD_KEY_ID: '', PAYLOAD_OLD_KEYS: [] }) };

/** A server of its own in which time jumps to the next due moment. Call `teardown()` on it, after the workers have ended. */
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

/** Below the limit of a test's own set-up. */
const SERVER_STARTS_WITHIN_MS = 150_000;

/** The SDK gives a server five seconds to come up, which a machine with other work may not have, again and again. */
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

/** The real server with lists, schedules and search attributes, on free ports and with a data file of its own. */
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
 * Workflow code for `Worker.create({ workflowBundle })`: built from the sources once per suite file, so that a test never runs a
 * stale bundle. `npm test` has just built the very same sources: that bundle is taken when its run says so.
 */
export function workflowBundle(): Promise<WorkflowBundleOption> {
  const built = process.env.REDRESS_BUNDLE;
  bundle ??=
    built && existsSync(built) ? Promise.resolve({ codePath: built }) : bundleWorkflowCode(WORKFLOW_BUNDLE_OPTIONS);
  return bundle;
}
