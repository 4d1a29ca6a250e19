import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Writes JSON that only its owner may read. It replaces the former file in one step, so a crash leaves that one whole.
 */
export function writePrivateJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/**
 * The value in a JSON file; undefined when there is no such file.
 * @throws Error with the path when it cannot be read or holds no JSON
 */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
