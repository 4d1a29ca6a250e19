import { MINUTE } from '../../../src/domain/basics/milliseconds';
import { createHarness, STAFF, type Harness } from '../support/harness';

/** What is connected, over a real Postgres: what waits and what is stuck as the metrics count it, and who has changed what. */
const MAILBOX = 'imaps://help%40house.example:secretword@imap.house.example/INBOX';
let harness: Harness;
beforeAll(async () => {
  harness = await createHarness({
    SMTP_URL: 'smtp://robot:secretword@smtp.house.example',
    MAIL_IN_PORT: 2525,
    MAIL_IN_IMAP: [MAILBOX],
    EMBED_SITES: ['https://shop.example'],
  });
});
afterAll(() => harness.close());

type Body = Record<string, unknown>;
const list = async () => {
  const { body, text } = await harness.call('GET', '/api/channels', { as: 'adam' });
  const items = body.items as Body[];
  const line = (name: string, part?: string) => items.find((one) => one.name === name && one.part === part);
  return { line, text, changes: body.changes as Body[] };
};
const call = async (method: string, path: string, body?: object): Promise<Body> =>
  (await harness.call(method, path, { as: 'adam', body })).body;
const run = (text: string, values: unknown[] = []) => harness.database.pool.query(text, values);
const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();

test('of an empty house: a line for each way, what is set is connected, and no login is told', async () => {
  const { line, text, changes } = await list();
  expect(line('mailOut')).toMatchObject({
    state: 'working',
    about: { en: 'leaves by smtp.house.example' },
    waiting: 0,
  });
  expect(line('mailIn', 'SMTP')).toMatchObject({ state: 'working' });
  // Nobody reads it yet.
  expect(line('mailIn', 'help@house.example@imap.house.example/INBOX')).toMatchObject({ state: 'stuck' });
  expect(line('form')).toMatchObject({ state: 'working', page: '/desk/site-form' });
  for (const name of [
    'hooks',
    'telephone',
    'imports',
    'webhooks',
    'rooms',
    'wechat',
    'trackers',
    'platforms',
    'push',
  ]) {
    expect(line(name)).toMatchObject({ state: 'off', waiting: 0, stuck: 0 });
  }
  expect(changes).toEqual([]);
  expect(text).not.toContain('secretword');
});

test('what waits, what is stuck and what came last is said, as the metrics count it', async () => {
  const { caseNo } = await harness.open();
  const { inbound, outbox, inboundPlaces: places } = harness.stores;
  await run(`update outbox set failing_since = $1, error = 'EAUTH' where case_no = $2`, [ago(7), caseNo]);
  const source = 'imap:help@house.example@imap.house.example/INBOX';
  await places.keep({ source, validity: '1', lastUid: 1, since: ago(60) });
  await places.looked(source, ago(1));
  const message = { channel: 'mail', source, sourceKey: '1', sha256: 'a'.repeat(64), bytes: 10, envelope: {} };
  const kept = await inbound.keep({ ...message, arrivedAt: ago(9) });
  await inbound.end('id' in kept ? kept.id : 0, { outcome: 'quarantined', reason: 'bounce' });
  await inbound.keep({ ...message, sourceKey: '2', sha256: 'b'.repeat(64), arrivedAt: ago(3) });
  await harness.open({ channel: 'web' });
  await run(`update complaints set source = 'shop.example' where case_no = $1`, [caseNo]);

  const { line } = await list();
  const depth = await outbox.depth();
  expect(depth).toBeGreaterThan(0);
  expect(line('mailOut')).toMatchObject({
    state: 'stuck',
    waiting: depth,
    code: 'EAUTH',
    stuckSince: expect.any(String),
  });
  expect(line('mailIn', source.slice(5))).toMatchObject({
    state: 'stuck',
    waiting: 1,
    waitingSince: expect.any(String),
    stuck: 1,
    lookedAt: expect.any(String),
    lastInAt: expect.any(String),
  });
  expect(line('mailIn', 'SMTP')).toMatchObject({ state: 'working', waiting: 0, stuck: 0 });
  expect(line('form')).toMatchObject({ lastInAt: expect.any(String) });
  const { toLookAt } = await inbound.backlog();
  expect(toLookAt).toBe(1);
  // Another minute is not written down at once.
  const before = await run('select looked_at from inbound_places');
  await places.looked(source, new Date(Date.parse(String(ago(1))) + 1_000).toISOString());
  expect((await run('select looked_at from inbound_places')).rows).toEqual(before.rows);
});

test('who made, changed, rotated, switched and removed is written down, without an address or a secret', async () => {
  const { hook } = (await call('POST', '/api/inbound-hooks', { name: 'Shop' })) as { hook: { id: string } };
  await call('PATCH', `/api/inbound-hooks/${hook.id}`, { name: 'Shop', isOn: true });
  await call('PATCH', `/api/inbound-hooks/${hook.id}`, { name: 'The shop', isOn: false });
  await call('POST', `/api/inbound-hooks/${hook.id}/rotate`);
  const { webhook } = (await call('POST', '/api/webhooks', { url: 'https://crm.example/in?key=topsecret' })) as {
    webhook: { id: string };
  };
  await call('PATCH', `/api/webhooks/${webhook.id}`, { description: 'CRM', events: ['case.received'] });
  await call('POST', `/api/webhooks/${webhook.id}/rotate`);
  await call('DELETE', `/api/webhooks/${webhook.id}`);
  const room = await call('POST', '/api/rooms', {
    name: '售后群',
    kind: 'wecom',
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=topsecret',
    quiet: { kind: 'hours', from: '22:00', to: '07:00' },
  });
  // The same settings once more, as the form sends them, change nothing.
  await call('PATCH', `/api/rooms/${String(room.id)}`, {
    name: '售后群',
    quiet: { to: '07:00', kind: 'hours', from: '22:00' },
  });
  await call('PATCH', `/api/rooms/${String(room.id)}`, {
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=topsecret2',
    news: ['help'],
  });

  const { changes, text, line } = await list();
  expect(
    changes.map(({ channel, name, act, fields, byName }) => [channel, name, act, fields, byName]).toReversed(),
  ).toEqual(
    [
      ['hooks', 'Shop', 'made', []],
      ['hooks', 'The shop', 'changed', ['name']],
      ['hooks', 'The shop', 'off', []],
      ['hooks', 'The shop', 'rotated', []],
      ['webhooks', 'crm.example', 'made', []],
      ['webhooks', 'crm.example', 'changed', ['description', 'events']],
      ['webhooks', 'crm.example', 'rotated', []],
      ['webhooks', 'crm.example', 'removed', []],
      ['rooms', '售后群', 'made', []],
      ['rooms', '售后群', 'changed', ['news', 'url']],
    ].map((one) => [...one, 'Name of adam']),
  );
  expect(text).not.toContain('topsecret');
  expect(JSON.stringify((await run('select * from channel_acts')).rows)).not.toContain('topsecret');
  expect([line('hooks')?.state, line('webhooks')?.state, line('rooms')?.state]).toEqual(['off', 'off', 'working']);
  const ofOne = await harness.cases.connections.acts({ kind: 'staff', id: 'adam', role: 'admin', team: '' }, hook.id);
  expect(ofOne).toHaveLength(4);
});

test.each(STAFF.filter(({ role }) => role !== 'admin'))('$id, $role, is told nothing of it', async ({ id }) => {
  expect((await harness.call('GET', '/api/channels', { as: id })).status).toBe(403);
});
