import { cleanRun } from './clean-run.mjs';

export default async function globalTeardown() {
  if (process.env.REDRESS_TEST_RUN) await cleanRun(process.env.REDRESS_TEST_RUN);
}
