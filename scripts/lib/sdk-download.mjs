// `node sdk-download.mjs <kind> <folder>`: has Temporal's SDK download a server. A process of its own, so that a
// download that hangs can be killed.
import { createRequire } from 'node:module';

const { TestWorkflowEnvironment } = createRequire(import.meta.url)('@temporalio/testing');
const [kind, downloadDir] = process.argv.slice(2);
// A download stays good as long as the SDK's version does, which package.json pins: a year is long enough.
const server = { executable: { type: 'cached-download', downloadDir, ttl: '365 days' } };
const environment = await (kind === 'time-skipping'
  ? TestWorkflowEnvironment.createTimeSkipping({ server })
  : TestWorkflowEnvironment.createLocal({ server }));
await environment.teardown();
