import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, withProgress } from './say.mjs';

const NEEDED = [20, 12];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  throw new SetupError(
    `Node ${NEEDED.join('.')} or newer is needed, this is ${process.versions.node}.\n` +
      '  Get it from https://nodejs.org (LTS), or with nvm: nvm install 24',
  );
}

/**
 * Compares what is installed with the lockfile, package by package. Times of files would not do: git sets them at
 * check-out, and a killed install leaves a fresh folder that is incomplete (npm writes its inventory last).
 */
function installedAsLocked() {
  const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  const locked = read('package-lock.json');
  let installed;
  try {
    installed = read('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  // An optional package that is not there belongs to another platform.
  const right = ([path, { version, optional }]) => (installed[path] ? installed[path].version === version : optional);
  return Object.entries(locked).every((entry) => entry[0] === '' || right(entry));
}

export async function ensurePackages() {
  if (installedAsLocked()) return;
  await withProgress('Installing packages (npm ci)', async () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // Also where NODE_ENV says production: the compiler and the embedded servers are development dependencies.
    const install = (...args) =>
      run(npm, [...args, '--include=dev', '--loglevel=error', '--no-fund', '--no-audit'], {
        cwd: ROOT,
        quiet: true,
        // Part of some packages' install scripts: no telemetry from a set-up.
        env: { ...process.env, SCARF_ANALYTICS: 'false' },
      });
    let { code, output } = await install('ci');
    // A lockfile that lacks optional packages of other platforms (see scripts/complete-lockfile.mjs) still installs this way.
    if (code !== 0 && output.includes('EUSAGE')) ({ code, output } = await install('install', '--no-save'));
    if (code === 0) return;
    throw new SetupError(
      `npm ci failed (exit code ${code}). Is the npm registry reachable (npm ping)?\n${lastLines(output)}`,
    );
  });
}
