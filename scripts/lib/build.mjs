import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BUNDLE, DIST, ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const require = createRequire(import.meta.url);
const SOURCES = ['src', 'workflows', 'activities', 'bench'];
const SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/build.mjs'];

/** A hash over the contents of all sources. Not over their times: checking out the same code again builds nothing. */
function sourcesHash() {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  for (const path of SETTINGS) add(path);
  for (const folder of SOURCES) {
    if (!existsSync(join(ROOT, folder))) continue;
    const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length + 1));
    for (const path of files.sort()) add(path);
  }
  return hash.digest('hex');
}

/** Does a step of the build unless its stamp in `dist` says that it was done from these same sources. */
async function step(name, hash, work) {
  const stamp = join(DIST, `.${name}`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const began = Date.now();
  await work();
  mkdirSync(DIST, { recursive: true });
  writeFileSync(stamp, hash);
  say(`${name}: built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Compiles the programs with tsc. @throws SetupError when they do not compile; tsc has printed why */
export function compile() {
  return step('programs', sourcesHash(), async () => {
    const { code } = await run(
      process.execPath,
      [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
      { cwd: ROOT },
    );
    if (code !== 0) throw new SetupError('The programs do not compile (see above).');
  });
}

/**
 * Bundles the workflow code for the workers; the programs must be compiled. webpack also finds what tsc cannot: a Node
 * module that workflow code reaches, which must not be there.
 */
export function bundleWorkflows() {
  return step('workflows', sourcesHash(), async () => {
    const { bundleWorkflowCode } = require('@temporalio/worker');
    const { WORKFLOW_BUNDLE_OPTIONS } = require(join(DIST, 'src', 'temporal', 'workflow-bundle.js'));
    let bundle;
    try {
      bundle = await bundleWorkflowCode(WORKFLOW_BUNDLE_OPTIONS);
    } catch (error) {
      throw new SetupError(`The workflow bundle does not build: ${error.message}`);
    }
    mkdirSync(DIST, { recursive: true });
    // Renamed into its place, because a worker that starts right now must not load half a bundle.
    const draft = `${BUNDLE}.${process.pid}.tmp`;
    writeFileSync(draft, bundle.code);
    renameSync(draft, BUNDLE);
  });
}

/** Both steps; quick when nothing has changed. */
export async function build() {
  await compile();
  await bundleWorkflows();
}
