// `npm start`: everything from a fresh clone to the running product. It imports Node's own modules only, because in a
// fresh clone nothing is installed yet.
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { runMain } from './lib/run-main.mjs';
import { fail } from './lib/say.mjs';
import { setUpPackages, setUpStart } from './lib/setup.mjs';

try {
  await setUpPackages();
  const [temporal] = await Promise.all([setUpStart(), build()]);
  if (temporal) process.env.TEMPORAL_CLI = temporal;
  process.chdir(ROOT);
  runMain(join(DIST, 'src', 'start.js'));
} catch (error) {
  fail(error);
}
