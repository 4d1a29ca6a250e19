import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnFolder } from '../src/own-folder';

const NOW = Date.UTC(2027, 4, 1, 12);
const host = encodeURIComponent(hostname());

let shared: string;
beforeEach(async () => {
  shared = await mkdtemp(join(tmpdir(), 'redress-own-'));
});
afterEach(() => rm(shared, { recursive: true, force: true }));

/** A form in the folder of a process, last written this long ago. */
async function left(process: string, name: string, ageMs: number): Promise<void> {
  const folder = join(shared, process, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'a file'), 'x');
  const at = new Date(NOW - ageMs);
  await utimes(folder, at, at);
}

test('what a killed process left goes at once, what another one works on stays', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  await once(child, 'spawn');
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  await left(`${host}-${child.pid}`, 'running', 60_000);
  await left(`${host}-${gone.pid}`, 'killed', 60_000);
  await left(`${host}-${process.pid}`, 'of the one before us', 60_000);
  await left('elsewhere-1', 'recent', 60_000);
  await left('elsewhere-1', 'abandoned', 2 * 3_600_000);
  await writeFile(join(shared, 'something old'), 'x');
  await utimes(join(shared, 'something old'), new Date(NOW - 2 * 3_600_000), new Date(NOW - 2 * 3_600_000));

  const own = new OwnFolder(shared);
  await own.sweep(NOW);
  expect((await readdir(shared)).sort()).toEqual(
    [`${host}-${child.pid}`, `${host}-${process.pid}`, 'elsewhere-1'].sort(),
  );
  expect(await readdir(join(shared, `${host}-${child.pid}`))).toEqual(['running']);
  expect(await readdir(own.path)).toEqual([]);
  expect(await readdir(join(shared, 'elsewhere-1'))).toEqual(['recent']);
  child.kill();
  await once(child, 'exit');
  await own.sweep(NOW);
  expect((await readdir(shared)).sort()).toEqual([`${host}-${process.pid}`, 'elsewhere-1'].sort());
});

test('it is there again after somebody removed it', async () => {
  const own = new OwnFolder(join(shared, 'deep'));
  await own.sweep(NOW);
  await rm(shared, { recursive: true });
  expect(await readdir(await own.make())).toEqual([]);
});
