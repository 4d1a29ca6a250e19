import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { createApp } from '../../src/http/app';
import { createSite } from '../../src/http/site';
import { createIntake } from '../../src/http/site/customer/intake';
import { Spool } from '../../src/http/spool';
import { createHarness, PUBLIC_URL, type Harness } from './support/harness';

/** The whole application: the API and the pages behind it. */
let harness: Harness;
let server: Server;
let base: string;
beforeAll(async () => {
  harness = await createHarness();
  const { needs, cases } = harness;
  const pages = createSite({
    cases: cases.customer.pages,
    chat: cases.chats.customer,
    staff: cases,
    articles: cases.articles,
    intake: createIntake(cases, needs.log),
    publicUrl: PUBLIC_URL,
    orgName: 'Redress',
    contact: '',
    log: needs.log,
    limits: needs.limits,
    fileBytes: 1_024,
    spool: new Spool(harness.dataDir, 1_024),
  }).router;
  server = createServer(createApp({ ...needs, registry: new Registry(), pages }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await harness.close();
});

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (path: string, headers: Record<string, string>) => fetch(`${base}${path}`, { headers });

const WRONG = ['/compalin', '/api/complaint', '/api/cases/x/y/z', '/p2/C261126-7KQ4MX', '/api/cases/%zz'];

test.each(WRONG)('%s: a browser is shown a page in its language, with a way on', async (path) => {
  for (const [language, heading] of [
    ['zh-CN', '没有这个页面'],
    ['en', 'There is no such page'],
  ] as const) {
    const response = await get(path, { accept: BROWSER, 'accept-language': language });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(response.headers.get('content-language')).toBe(language);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain(heading);
    expect(html).toContain('href="/p?lang=');
  }
});

test.each(WRONG)('%s: a program is told in problem+json', async (path) => {
  for (const accept of ['*/*', 'application/json', 'application/problem+json']) {
    const response = await get(path, { accept });
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ status: response.status, code: expect.any(String) as string });
  }
});

test('addresses that there are stay what they were for a browser', async () => {
  expect((await get('/api/cases', { accept: BROWSER })).status).toBe(401);
  expect((await get('/healthz', { accept: BROWSER })).status).toBe(200);
  expect((await fetch(`${base}/`, { headers: { accept: BROWSER }, redirect: 'manual' })).headers.get('location')).toBe(
    '/complain',
  );
  const other = await fetch(`${base}/api/cases`, { method: 'DELETE', headers: { accept: BROWSER } });
  expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
