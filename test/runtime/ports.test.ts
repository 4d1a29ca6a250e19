import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { choosePort, freePort } from '../../src/runtime/ports';

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
