import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
let admin: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

const secretIn = (html: string): string | undefined => /readonly value="(whsec_[^"]+)"/.exec(html)?.[1];
const idIn = (html: string): string => /\/desk\/webhooks\/([0-9a-f-]{36})/.exec(html)?.[1] ?? '';
async function connect(fields: Record<string, string> = { all: 'yes' }) {
  await admin.get('/desk/webhooks');
  const made = await admin.post('/desk/webhooks', { url: 'https://crm.example.com/hook', description: '', ...fields });
  return { made, at: `/desk/webhooks/${idIn(made.html)}`, id: idIn(made.html) };
}
/** Opens the page and sends a form that is on it. */
async function send(at: string, to: string, fields: Record<string, string> = {}) {
  await admin.get(at);
  return admin.post(`${at}${to}`, fields);
}
const row = async (id: string) => (await desk.harness.stores.webhooks.list()).find((one) => one.id === id);

test('an admin connects a system: the secret is shown once, what is wrong is told at its field', async () => {
  expect((await admin.get('/desk/webhooks')).html).toContain('还没有接上任何系统');
  const wrong = await connect({ all: 'yes', url: 'http://127.0.0.1/' });
  expect(wrong.made.status).toBe(422);
  expect(wrong.made.html).toMatch(/id="url-e">.*OUTGOING_ALLOWED/);
  expect(wrong.made.html).toContain('value="http://127.0.0.1/"');
  expect((await connect({})).made.html).toMatch(/id="events-e">.*一个事件都没选/);

  const { made, at, id } = await connect({ 'on-case.closed': 'yes', description: '客户<b>系统' });
  expect(made.status).toBe(200);
  expect(made.headers.get('cache-control')).toContain('no-store');
  expect(secretIn(made.html)).toBeDefined();
  expect(made.html).toContain('客户&lt;b&gt;系统');
  expect(secretIn((await admin.get(at)).html)).toBeUndefined();
  expect((await row(id))?.events).toEqual(['case.closed']);
});

test('it is changed, tried, switched off and on, given another secret, and removed', async () => {
  const { made, at, id } = await connect();
  const changed = { url: 'https://crm.example.com/other', description: 'CRM', all: 'yes' };
  expect((await send(at, '', changed)).location).toBe(`${at}?done=saved`);
  expect(await row(id)).toMatchObject({ url: changed.url, description: 'CRM' });
  expect((await send(at, '', { ...changed, url: 'words' })).status).toBe(422);

  expect((await send(at, '/switch', { to: 'off' })).location).toBe(`${at}?done=off`);
  expect((await admin.get(`${at}?done=off`)).html).toContain('停用期间的事件不保留');
  expect((await row(id))?.enabled).toBe(false);
  expect((await send(at, '/switch', { to: 'maybe' })).status).toBe(400);
  expect((await row(id))?.enabled).toBe(false);
  await send(at, '/switch', { to: 'on' });
  expect((await row(id))?.enabled).toBe(true);

  await send(at, '/test');
  const [test_] = await desk.harness.stores.webhooks.deliveries(id, 1);
  await desk.harness.stores.webhooks.giveUp(test_?.id ?? 0, { code: 'TIMEOUT', durationMs: 12 });
  const shown = (await admin.get(at)).html;
  expect(shown).toContain('没有及时回答，12 毫秒');
  expect((await send(at, '/replay', { delivery: String(test_?.id) })).location).toBe(`${at}?done=again`);
  expect((await desk.harness.stores.webhooks.deliveries(id, 1))[0]?.state).toBe('waiting');
  await desk.harness.stores.webhooks.sent(test_?.id ?? 0, { code: 'http_204', durationMs: 3 });
  expect((await send(at, '/replay', { span: 'toString' })).status).toBe(400);
  await send(at, '/replay', { span: 'hour' });
  expect((await desk.harness.stores.webhooks.deliveries(id, 1))[0]?.state).toBe('waiting');

  const rotated = secretIn((await send(at, '/rotate')).html);
  expect(rotated).toBeDefined();
  expect(rotated).not.toBe(secretIn(made.html));
  expect((await send(at, '/remove')).location).toBe('/desk/webhooks?done=removed');
  expect((await admin.get(at)).status).toBe(404);
});

test('one that fails says since when, in the reader’s language', async () => {
  const { at, id } = await connect();
  await desk.harness.stores.webhooks.fails(id);
  expect((await admin.get('/desk/webhooks')).html).toContain('起送不到');
  await desk.harness.stores.webhooks.gone(id);
  expect((await admin.get(at)).html).toContain('对方回答 410，已停用');
  expect((await admin.get('/desk/webhooks/nobody')).status).toBe(404);
});

test('nobody below an admin has this page or its button', async () => {
  const { at } = await connect();
  const mona = await desk.signedIn('mona');
  expect((await mona.get('/desk')).html).not.toContain('/desk/webhooks');
  expect((await mona.get('/desk/webhooks')).status).toBe(404);
  expect((await mona.get(at)).status).toBe(404);
  await mona.get('/desk');
  expect((await mona.post(`${at}/rotate`)).status).toBe(404);
});

test('an auditor looks and changes nothing', async () => {
  await desk.harness.stores.users.create({
    id: 'otto',
    name: 'Otto',
    email: 'otto@house.example',
    role: 'auditor',
    team: 'audit',
    language: 'zh-CN',
    active: true,
  });
  const { at, id } = await connect();
  const otto = await desk.signedIn('otto');
  for (const page of ['/desk/webhooks', at]) {
    const { status, html } = await otto.get(page);
    expect(status).toBe(200);
    expect(html).not.toContain('action="/desk/webhooks');
  }
  expect((await otto.post(`${at}/switch`, { to: 'off' })).status).toBe(404);
  expect((await row(id))?.enabled).toBe(true);
});
