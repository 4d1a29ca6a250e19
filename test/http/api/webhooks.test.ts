import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness({ OUTGOING_ALLOWED: ['crm.internal:8080'] });
});
afterAll(() => harness.close());

type Body = Record<string, unknown>;
const post = (path: string, body?: object, as = 'adam') => harness.call('POST', `/api/webhooks${path}`, { as, body });
const get = (path: string, as = 'adam') => harness.call('GET', `/api/webhooks${path}`, { as });
async function create(body: object = { url: 'https://crm.example.com/hook' }): Promise<{ id: string; secret: string }> {
  const { status, body: created } = await post('', body);
  expect(status).toBe(201);
  return { id: String((created.webhook as Body).id), secret: String(created.secret) };
}

test('an admin connects, changes, switches off and removes a receiver; its secret is shown once', async () => {
  const { id, secret } = await create({
    url: 'https://crm.example.com/hook',
    description: 'CRM',
    events: ['case.closed'],
  });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const shown = await get(`/${id}`);
  expect(shown.body).toMatchObject({ status: 'working', events: ['case.closed'], waiting: 0, createdBy: 'adam' });
  expect(shown.text).not.toContain('whsec_');
  const patch = (body: object) => harness.call('PATCH', `/api/webhooks/${id}`, { as: 'adam', body });
  expect((await patch({ enabled: false })).body).toMatchObject({ status: 'off', offBecause: 'admin' });
  const on = await patch({ enabled: true, events: null });
  expect(on.body).toMatchObject({ status: 'working', description: 'CRM' });
  expect([on.body.events, on.body.offBecause]).toEqual([undefined, undefined]);
  expect((await patch({})).body).toEqual(on.body);

  const rotated = await post(`/${id}/rotate`);
  expect(rotated.body.secret).toMatch(/^whsec_/);
  expect(rotated.body.secret).not.toBe(secret);
  expect(Date.parse(String(rotated.body.oldUntil)) - Date.now()).toBeGreaterThan(23 * 3_600_000);

  expect((await harness.call('DELETE', `/api/webhooks/${id}`, { as: 'adam' })).body).toEqual({ removed: true });
  expect((await get(`/${id}`)).status).toBe(404);
});

test('what happens to a case is in the log, in pages, and goes out again when it is asked for', async () => {
  const { id } = await create();
  const { caseNo } = await harness.open();
  await post(`/${id}/test`);
  const log = await get(`/${id}/deliveries`);
  const items = log.body.items as Body[];
  expect(items[0]).toMatchObject({ type: 'webhook.test', state: 'waiting', attempts: 0 });
  expect(items.at(-1)).toMatchObject({ type: 'case.received', messageId: `evt_${caseNo}_1` });
  expect(log.text).not.toContain('"body"');
  const older = await get(`/${id}/deliveries?before=${String(items[0]?.id)}&state=waiting`);
  expect((older.body.items as Body[]).length).toBe(items.length - 1);

  const since = new Date(Date.now() - 3_600_000).toISOString();
  expect((await post(`/${id}/replay`, { since })).body).toEqual({ count: items.length });
  expect((await post(`/${id}/deliveries/${String(items[0]?.id)}/replay`)).body).toEqual({ count: 1 });
  expect((await post(`/${id}/deliveries/0/replay`)).status).toBe(404);
  const { id: other } = await create();
  expect((await post(`/${other}/deliveries/${String(items[0]?.id)}/replay`)).status).toBe(404);
});

test.each([
  ['http://crm.example.com/', 'url'],
  ['https://127.0.0.1/', 'url'],
  ['https://2130706433/', 'url'],
  ['https://[::ffff:10.0.0.1]/', 'url'],
  ['https://localhost/', 'url'],
  ['https://user:secret@crm.example.com/', 'url'],
  ['http://crm.internal:8081/', 'url'],
  ['words', 'url'],
])('%s is no address to send to; the refusal names the field and repeats nothing', async (url, path) => {
  const refused = await post('', { url });
  expect(refused.status).toBe(422);
  expect((refused.body.errors as Body[]).map((one) => one.path)).toEqual([path]);
  expect(refused.text).not.toContain('secret');
});

test('an address inside that the configuration allows is taken', async () => {
  const { id } = await create({ url: 'http://crm.internal:8080/hook' });
  expect((await get(`/${id}`)).body.url).toBe('http://crm.internal:8080/hook');
});

test.each([
  [{ url: 'https://a.example.com/', events: [] }, 'events'],
  [{ url: 'https://a.example.com/', events: ['case.exploded'] }, 'events.0'],
  [{ url: 'https://a.example.com/', events: ['case.closed', 'case.closed'] }, 'events'],
  [{ url: 'https://a.example.com/', secret: 'mine' }, 'secret'],
  [{}, 'url'],
])('%j is refused by its field', async (body, path) => {
  const refused = await post('', body);
  expect([refused.status, (refused.body.errors as Body[])[0]?.path]).toEqual([422, path]);
});

test('nobody below an admin sees them or does anything about them', async () => {
  const { id } = await create();
  for (const as of ['mona', 'anna']) {
    expect((await get('', as)).status).toBe(403);
    expect((await get(`/${id}/deliveries`, as)).status).toBe(403);
    expect((await post('', { url: 'https://a.example.com/' }, as)).status).toBe(403);
    expect((await post(`/${id}/rotate`, undefined, as)).status).toBe(403);
  }
  for (const unknown of ['nobody', '00000000-0000-4000-8000-000000000000']) {
    for (const path of ['rotate', 'test']) expect((await post(`/${unknown}/${path}`)).status).toBe(404);
    expect((await get(`/${unknown}/deliveries`)).status).toBe(404);
  }
});

test('there are twenty at most', async () => {
  const { body } = await get('');
  for (let n = (body.items as Body[]).length; n < 20; n++) await create();
  expect(await post('', { url: 'https://a.example.com/' })).toMatchObject({
    status: 409,
    body: { code: 'too_many_webhooks' },
  });
});
