import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePort, freePort, Ports } from '../../src/runtime/ports';

test('a free wanted port is taken without a word; a taken one is replaced, and that is said', async () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const wanted = await freePort();
  expect(await choosePort('API', wanted, say)).toBe(wanted);
  expect(said).toEqual([]);

  const holder = createServer().listen(wanted, '127.0.0.1');
  await once(holder, 'listening');
  try {
    expect((holder.address() as AddressInfo).port).toBe(wanted);
    const other = await choosePort('API', wanted, say);
    expect(other).not.toBe(wanted);
    expect(said).toEqual([`Port ${wanted} (API) is taken; API uses ${other} instead.`]);
  } finally {
    holder.close();
  }
});

test('what was chosen for a taken port is chosen again at the next start: bookmarks live', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'redress-ports-'));
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const wanted = (holder.address() as AddressInfo).port;
  const start = (): Promise<number> => new Ports(dataDir, () => undefined).choose('Temporal UI', wanted);
  try {
    const first = await start();
    expect(first).not.toBe(wanted);
    expect([await start(), await start()]).toEqual([first, first]);
    // Somebody took that one, too; and another wish is another choice.
    const other = createServer().listen(first, '127.0.0.1');
    await once(other, 'listening');
    const second = await start();
    expect(second).not.toBe(first);
    other.close();
    await once(other, 'close');
    expect(await start()).toBe(second);
    expect(await new Ports(dataDir, () => undefined).choose('Temporal UI', first)).toBe(first);
  } finally {
    holder.close();
    await once(holder, 'close');
  }
  expect(await start()).toBe(wanted);
  rmSync(dataDir, { recursive: true });
});
