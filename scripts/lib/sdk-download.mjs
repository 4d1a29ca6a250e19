// Run as a process of its own, so that a hanging download can be ended: node sdk-download.mjs <kind> <folder>
import { createRequire } from 'node:module';

const { TestWorkflowEnvironment } = createRequire(import.meta.url)('@temporalio/testing');
const [kind, downloadDir] = process.argv.slice(2);
// A year: what was fetched once is good for as long as the pinned SDK is.
const server = { executable: { type: 'cached-download', downloadDir, ttl: '365 days' } };
const environment = await (kind === 'time-skipping'
  ? TestWorkflowEnvironment.createTimeSkipping({ server })
  : TestWorkflowEnvironment.createLocal({ server }));
await environment.teardown();
