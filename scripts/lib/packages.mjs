import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, withProgress } from './say.mjs';

/** The oldest Node: major, minor. */
const NEEDED = [20, 12];

/** @throws SetupError when this Node is too old */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  throw new SetupError(
    `Node ${NEEDED.join('.')} or newer is needed, this is ${process.versions.node}.\n` +
      '  Get it from https://nodejs.org (LTS), or with nvm: nvm install 24',
  );
}

/**
 * Whether what is installed is what the lockfile asks for, package by package, by npm's own inventory. Comparing the
 * times of files would not do: git sets them at check-out, and a killed install leaves a folder that is new but
 * incomplete (npm writes the inventory last).
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
  // A missing optional package is all right: it belongs to another platform.
  const right = ([path, { version, optional }]) => (installed[path] ? installed[path].version === version : optional);
  return Object.entries(locked).every((entry) => entry[0] === '' || right(entry));
}

/** Installs the npm packages of the lockfile unless they are there. @throws SetupError when npm fails */
export async function ensurePackages() {
  if (installedAsLocked()) return;
  await withProgress('Installing packages (npm ci)', async () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // `--include=dev` for NODE_ENV=production: the compiler and the embedded servers are development dependencies.
    const install = (...args) =>
      run(npm, [...args, '--include=dev', '--loglevel=error', '--no-fund', '--no-audit'], {
        cwd: ROOT,
        quiet: true,
        // Switches off the telemetry in some packages' install scripts.
        env: { ...process.env, SCARF_ANALYTICS: 'false' },
      });
    let { code, output } = await install('ci');
    // `npm ci` refuses a lockfile that lacks optional packages of other platforms (see scripts/complete-lockfile.mjs);
    // `npm install` takes it.
    if (code !== 0 && output.includes('EUSAGE')) ({ code, output } = await install('install', '--no-save'));
    if (code === 0) return;
    throw new SetupError(
      `npm ci failed (exit code ${code}). Is the npm registry reachable (npm ping)?\n${lastLines(output)}`,
    );
  });
}
