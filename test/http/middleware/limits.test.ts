import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { countsInDatabase } from '../../../src/db/stores/limits';
import { createApp } from '../../../src/http/app';
import { addressKey, createLimits } from '../../../src/http/middleware/limits';
import { waitUntil } from '../../support/processes';
import { complaint, createHarness, type Harness } from '../support/harness';
import { onBusyMachine } from '../../support/busy';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2'],
  ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, 'none'],
])('%s counts as %s', (ip, key) => {
  expect(addressKey({ ip })).toBe(key);
});

describe('misses', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness();
  });
  afterEach(() => harness.close());

  const progress = (caseNo: string, code: string) =>
    harness.call('GET', `/api/complaints/${caseNo}/progress?code=${code}`);

  const tries = async (count: number, one: (i: number) => Promise<{ status: number }>): Promise<number[]> => {
    const statuses = [];
    for (let i = 0; i < count; i++) statuses.push((await one(i)).status);
    return statuses;
  };

  test('of codes and links: guesses are refused after a while, the right code never is', async () => {
    const { caseNo, accessCode } = await harness.open();
    expect(new Set(await tries(70, () => progress(caseNo, accessCode)))).toEqual(new Set([200]));
    const guesses = await tries(65, (i) => progress(caseNo, `GUESS${i}`));
    expect(guesses).toEqual([...Array<number>(60).fill(404), ...Array<number>(5).fill(429)]);
    // The other doors share the count.
    const link = await harness.call('GET', `/api/surveys/${'a'.repeat(43)}`);
    expect([link.status, link.body.code]).toEqual([429, 'too_many']);
    expect(Number(link.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(link.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    // Whoever comes from the same address with a right code, a complaint or a token goes on.
    expect((await progress(caseNo, accessCode)).status).toBe(200);
    const chased = await harness.call('POST', `/api/complaints/${caseNo}/chase?code=${accessCode}`, { body: {} });
    expect(chased.status).toBe(200);
    await harness.file();
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' })).status).toBe(200);
    expect((await harness.call('GET', '/api/cases/C250101-ZZZZZZ', { as: 'sara' })).status).toBe(404);
  });

  test('of tokens: a guesser does not lock out the staff behind the same address', async () => {
    const guesses = await tries(303, (i) => harness.call('GET', '/api/me', { as: `guess-${i}` }));
    expect(guesses).toEqual([...Array<number>(300).fill(401), 429, 429, 429]);
    expect((await harness.call('GET', '/api/me', { as: 'mona' })).status).toBe(200);
    expect((await harness.call('GET', '/api/me')).status).toBe(401);
  });

  test('are no requests under way, and none that broke off', async () => {
    const { caseNo, accessCode } = await harness.open();
    const port = Number(new URL(harness.base).port);
    const sockets = Array.from({ length: 70 }, (_, i) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      const path = `/api/complaints/${caseNo}/chase?code=${i % 2 === 0 ? accessCode : 'WRONG'}`;
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
      socket.write(head);
      return socket;
    });
    const open = () => new Promise<number>((resolve) => harness.server.getConnections((_e, n) => resolve(n)));
    await waitUntil(async () => (await open()) >= 70, 'the connections are open');
    expect((await progress(caseNo, 'GUESS')).status).toBe(404);
    for (const socket of sockets) socket.destroy();
    await waitUntil(async () => (await open()) < 70, 'the connections are gone');
    expect((await progress(caseNo, 'GUESS')).status).toBe(404);
    expect((await progress(caseNo, accessCode)).status).toBe(200);
  });

  test('are counted over all servers together', async () => {
    const { caseNo } = await harness.open();
    const limits = createLimits(countsInDatabase(harness.database), { COMPLAINT_RATE_LIMIT: 3 });
    const other = createServer(createApp({ ...harness.needs, limits, registry: new Registry() }));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    try {
      const there = () => fetch(`${base}/api/complaints/${caseNo}/progress?code=GUESS`);
      expect(await tries(30, () => progress(caseNo, 'GUESS'))).toEqual(Array(30).fill(404));
      const rest = await tries(35, there);
      expect(rest).toEqual([...Array<number>(30).fill(404), ...Array<number>(5).fill(429)]);
      expect((await progress(caseNo, 'GUESS')).status).toBe(429);
      // The volume of complaints, too: three were filed through the first, where more are allowed.
      for (let i = 0; i < 3; i++) await harness.file();
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(complaint());
      expect((await fetch(`${base}/api/complaints`, { method: 'POST', headers, body })).status).toBe(429);
      expect((await fetch(`${base}/healthz`)).status).toBe(200);
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('that come at once are counted with few statements, and as many are let through as one by one', async () => {
    const count = countsInDatabase(harness.database)('flood', 40);
    const statements = jest.spyOn(harness.database.pool, 'connect');
    const flood = await Promise.all(Array.from({ length: 300 }, () => count('one')));
    expect(flood.filter((wait) => wait === undefined)).toHaveLength(40);
    // First come, first through.
    expect(flood.slice(0, 40).every((wait) => wait === undefined)).toBe(true);
    expect(flood.slice(40).every((wait) => wait !== undefined && wait > 0 && wait <= 60_000)).toBe(true);
    expect(statements.mock.calls.length).toBeLessThan(10);
    expect(await count('one')).toBeGreaterThan(0);
    expect(await count('other')).toBeUndefined();
    statements.mockRestore();
  });

  test('are counted by each server for itself while the database does not answer', async () => {
    const count = countsInDatabase(harness.database)('silent', 2);
    harness.way.stall();
    const began = Date.now();
    expect(await count('one')).toBeUndefined();
    expect(await count('one')).toBeUndefined();
    expect(await count('one')).toBeGreaterThan(0);
    expect(Date.now() - began).toBeLessThan(onBusyMachine(8_000));
    await harness.way.heal();
  });
});
