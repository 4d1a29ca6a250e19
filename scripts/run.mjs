// `node scripts/run.mjs <name> [arguments]`: runs one of our programs or commands, after building it if its sources
// have changed. Unless DATABASE_URL is set, it works on the installation of `npm start`: addresses and secrets that are
// not set are taken from DATA_DIR.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { setUpPackages } from './lib/setup.mjs';
import { DIST, ROOT } from './lib/paths.mjs';
import { runMain } from './lib/run-main.mjs';
import { SetupError, fail } from './lib/say.mjs';

const PROGRAMS = {
  server: 'src/server.js',
  worker: 'src/worker.js',
  migrate: 'src/migrate.js',
  bench: 'bench/main.js',
  fill: 'bench/fill.js',
};

/** Programs that may run without an installation of `npm start`: a deployment gives them their variables. */
const DEPLOYED = ['server', 'worker', 'bench'];
/** Commands that work on the code alone, without an installation. */
const ALONE = ['docs', 'train'];

/** The variables that `npm start` with the same DATA_DIR gives its programs. */
function installation(name) {
  const dataDir = process.env.DATA_DIR || join(ROOT, '.data');
  const read = (file) => {
    const path = join(dataDir, file);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  };
  if (process.env.DATABASE_URL || ALONE.includes(name)) return {};
  const addresses = read('addresses.json');
  if (!addresses.database && !DEPLOYED.includes(name)) {
    throw new SetupError(
      `There is no installation in ${dataDir}. Is \`npm start\` running, and with this DATA_DIR? ` +
        'For one that was not started by it, set DATABASE_URL, LINK_SECRET and TEMPORAL_ADDRESS.',
    );
  }
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: addresses.database,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_UI_URL: addresses.temporalUi,
    SMTP_URL: addresses.smtp,
    // What people are to open is made from the address that they reach; a program on this machine may only reach the other.
    PUBLIC_URL: (name === 'account' && addresses.publicUrl) || addresses.api,
    LINK_SECRET: read('secrets.json').linkSecret,
  };
}

try {
  const [name, ...args] = process.argv.slice(2);
  if (!name) throw new SetupError('Which program? E.g. node scripts/run.mjs token');
  const told = installation(name);
  await setUpPackages();
  await build();
  const file = join(DIST, PROGRAMS[name] ?? `src/cli/${name}.js`);
  if (!existsSync(file)) throw new SetupError(`There is no program "${name}".`);
  for (const [key, value] of Object.entries(told)) if (value) process.env[key] ||= value;
  runMain(file, args);
} catch (error) {
  fail(error);
}
