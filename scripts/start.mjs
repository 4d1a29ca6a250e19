// `npm start`: everything from a fresh clone to the running product. Node's own modules only, nothing is installed yet.
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { runMain } from './lib/run-main.mjs';
import { fail } from './lib/say.mjs';
import { ensureTemporal } from './lib/servers.mjs';

try {
  checkNode();
  await ensurePackages();
  const [temporal] = await Promise.all([process.env.TEMPORAL_ADDRESS ? undefined : ensureTemporal(), build()]);
  if (temporal) process.env.TEMPORAL_CLI = temporal;
  process.chdir(ROOT);
  runMain(join(DIST, 'src', 'start.js'));
} catch (error) {
  fail(error);
}
