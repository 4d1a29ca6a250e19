import { createDesk, type Desk, type Visitor } from './support';

/** The page of channels and that of hooks, as an admin and an auditor meet them. */
let desk: Desk;
let adam: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  adam = await desk.signedIn('adam');
});
afterAll(() => desk.close());

test('one place of the navigation leads to all that is connected, and the palette names each of them', async () => {
  const { html } = await adam.get('/desk/channels');
  const nav = html.slice(html.indexOf('<nav class="nav"'), html.indexOf('</nav>', html.indexOf('<nav class="nav"')));
  const main = html.slice(html.indexOf('<main'));
  const go = (await adam.get('/desk/go')).html;
  for (const page of ['hooks', 'webhooks', 'rooms', 'wechat', 'site-form', 'imports']) {
    expect(nav).not.toContain(`href="/desk/${page}"`);
    expect(main).toContain(`href="/desk/${page}"`);
    expect(go).toContain(`<a href="/desk/${page}"`);
    const one = (await adam.get(`/desk/${page}`)).html;
    expect(one).toMatch(/<a href="\/desk\/channels"[^>]* aria-current="page"/);
    expect(one.slice(one.indexOf('<main'))).toContain('href="/desk/channels"');
  }
  expect(main).toContain('docs/channels/mail.zh-CN.md');
});

test('an admin sends themselves a test mail, and the line says how it goes; the sixth within an hour is refused', async () => {
  await adam.get('/desk/channels');
  const { location } = await adam.post('/desk/channels/test-mail');
  const { html } = await adam.get(location ?? '');
  expect([location, html.includes('等着发'), html.includes('测试已交去发送')]).toEqual([
    '/desk/channels?done=tested',
    true,
    true,
  ]);
  for (let sent = 1; sent < 5; sent++) {
    await adam.post('/desk/channels/test-mail');
    await adam.get('/desk/channels');
  }
  const sixth = await adam.post('/desk/channels/test-mail');
  expect([sixth.status, sixth.html.includes('一小时内已发过 5 封测试')]).toEqual([429, true]);
  const tested = await desk.harness.stores.accessMails.list('adam');
  expect(tested.map(({ kind }) => kind)).toEqual(['test', 'test', 'test', 'test', 'test']);
});

test('a hook is made, tried, changed, given another secret and switched off; its secret is shown once', async () => {
  await adam.get('/desk/hooks');
  expect((await adam.post('/desk/hooks', { name: ' ' })).status).toBe(422);
  const made = await adam.post('/desk/hooks', { name: '商城' });
  const secret = /readonly value="([^"]{20,})"/.exec(made.html)?.[1] ?? '';
  const here = /action="(\/desk\/hooks\/[0-9a-f-]{36})"/.exec(made.html)?.[1] ?? '';
  expect([made.status, secret === '', here === '']).toEqual([200, false, false]);
  expect((await adam.get(here)).html).not.toContain(secret);

  const sample = { text: '包装盒有点脏，希望说明一下。', customer: { name: '周女士', phone: '13800005621' } };
  const read = await adam.post(`${here}/try`, { body: JSON.stringify(sample) });
  expect(read.html).toMatch(/<dt>customer\.name<\/dt><dd>周女士<\/dd>/);
  expect((await desk.harness.database.pool.query('select 1 from complaints')).rows).toEqual([]);
  const wrong = await adam.post(`${here}/try`, { body: '{"text": "x"' });
  expect([wrong.status, wrong.html.includes('不是 JSON')]).toEqual([422, true]);
  const short = await adam.post(`${here}/try`, { body: '{"customer": {"name": "周女士"}}' });
  expect([short.status, short.html.includes('<b>text</b>')]).toEqual([422, true]);

  const mapping = {
    text: { pointer: '/message' },
    'customer.name': { pointer: '/buyer' },
    'customer.phone': { pointer: '/tel' },
  };
  const bad = await adam.post(here, {
    name: '商城',
    mapping: JSON.stringify({ ...mapping, text: { pointer: 'message' } }),
  });
  expect([bad.status, bad.html.includes('JSON 指针')]).toEqual([422, true]);
  const saved = await adam.post(here, { name: '新商城', mapping: JSON.stringify(mapping) });
  expect(saved.location).toBe(`${here}?done=saved`);
  await adam.get(here);
  await adam.post(`${here}/switch`, { to: 'off' });
  await adam.get(here);
  const another = await adam.post(`${here}/rotate`);
  const second = /readonly value="([^"]{20,})"/.exec(another.html)?.[1];
  expect([second === undefined, second === secret]).toEqual([false, false]);

  const shown = await adam.get(here);
  const acts = shown.html.slice(shown.html.indexOf('id="acts"'));
  expect(acts.match(/<li>/g)).toHaveLength(4);
  for (const words of ['换密钥', '停用', '修改：字段对应、名称', '新建', 'Name of adam']) expect(acts).toContain(words);
  expect((await adam.get('/desk/channels')).html).toContain('对接口 新商城');
  expect((await adam.get('/desk/hooks/00000000-0000-4000-8000-000000000000')).status).toBe(404);
});

test('an auditor reads it and is offered nothing to press; below an admin there is no such page', async () => {
  await desk.harness.database.pool.query(`update users set role = 'auditor' where id = 'mona'`);
  const auditor = await desk.signedIn('mona');
  const id = (await desk.harness.stores.inboundHooks.list())[0]?.id ?? '';
  for (const page of ['/desk/channels', '/desk/hooks', `/desk/hooks/${id}`]) {
    const { status, html } = await auditor.get(page);
    expect(status).toBe(200);
    expect(html.slice(html.indexOf('<main'))).not.toContain('<form');
  }
  expect((await auditor.post('/desk/hooks', { name: 'x' })).status).toBe(404);
  const sara = await desk.signedIn('sara');
  expect((await sara.get('/desk/channels')).status).toBe(404);
});
