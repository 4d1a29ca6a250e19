import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
let admin: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

const HERE = '/desk/rooms';
const ROBOT = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=the-robot-key';
const ALL = { 'on-urgent': 'yes', 'on-broken': 'yes' };
const FORM = {
  name: '售后群',
  kind: 'wecom',
  url: ROBOT,
  secret: '',
  language: 'zh-CN',
  team: '',
  quiet: 'off',
  ...ALL,
};
async function connect(fields: Record<string, string> = {}) {
  await admin.get(HERE);
  const made = await admin.post(HERE, { ...FORM, ...fields });
  const at = made.location?.replace(/\?.*/, '') ?? '';
  return { made, at, id: at.slice(HERE.length + 1) };
}
/** Opens the page and sends a form that is on it. */
async function send(at: string, to: string, fields: Record<string, string> = {}) {
  await admin.get(at);
  return admin.post(`${at}${to}`, fields);
}
const row = async (id: string) => (await desk.harness.stores.chatRooms.list()).find((one) => one.id === id);

test('an admin connects a chat; what is wrong is told at its field, and the address is never shown', async () => {
  expect((await admin.get(HERE)).html).toContain('还没有接上任何群');
  const wrong = await connect({ url: 'https://the-robot-key.example/' });
  expect(wrong.made.status).toBe(422);
  expect(wrong.made.html).toMatch(/id="url-e">.*qyapi\.weixin\.qq\.com/);
  expect(wrong.made.html).toContain('value="售后群"');
  expect(wrong.made.html).not.toContain('the-robot-key');
  expect((await connect({ 'on-urgent': '', 'on-broken': '' })).made.html).toMatch(/id="news-e">/);
  expect((await connect({ name: ' ' })).made.html).toMatch(/id="name-e">/);
  expect((await connect({ quiet: 'hours', from: '08:00', to: '08:00' })).made.html).toMatch(/id="quiet-e">/);
  expect((await connect({ secret: 'x' })).made.html).toMatch(/id="secret-e">.*企业微信不用签名密钥/);

  const { made, at, id } = await connect({ name: '售后<b>群', team: 'after-sales' });
  expect([made.status, made.location]).toEqual([303, `${at}?done=made`]);
  const page = (await admin.get(`${at}?done=made`)).html;
  expect(page).toContain('发一条测试，看群里收没收到');
  expect(page).toContain('售后&lt;b&gt;群');
  expect(page).not.toContain('the-robot-key');
  expect(await row(id)).toMatchObject({ news: ['urgent', 'broken'], team: 'after-sales' });
  expect((await admin.get(HERE)).html).not.toContain('the-robot-key');
});

test('it is changed, tried, switched off and on, and removed', async () => {
  const { at, id } = await connect();
  const changed = { ...FORM, url: '', name: 'Team', language: 'en', quiet: 'hours', from: '21:00', to: '06:00' };
  expect((await send(at, '', changed)).location).toBe(`${at}?done=saved`);
  expect(await row(id)).toMatchObject({
    name: 'Team',
    language: 'en',
    quiet: { kind: 'hours', from: '21:00', to: '06:00' },
  });
  expect((await admin.get(at)).html).toContain('21:00–06:00 不打扰');
  expect((await send(at, '', { ...changed, url: 'words' })).status).toBe(422);

  expect((await send(at, '/switch', { to: 'off' })).location).toBe(`${at}?done=off`);
  expect((await row(id))?.enabled).toBe(false);
  expect((await send(at, '/switch', { to: 'maybe' })).status).toBe(400);
  await send(at, '/switch', { to: 'on' });
  expect((await row(id))?.enabled).toBe(true);

  expect((await send(at, '/test')).location).toBe(`${at}?done=tested`);
  expect((await admin.get(at)).html).toContain('还没有结果');
  await desk.harness.stores.chatRooms.tested(id, 'wecom_93000');
  expect((await admin.get(at)).html).toContain('机器人地址无效，可能已被删除');
  await desk.harness.stores.chatRooms.tested(id, 'ok');
  expect((await admin.get(at)).html).toContain('已收下');

  expect((await send(at, '/remove')).location).toBe(`${HERE}?done=removed`);
  expect((await admin.get(at)).status).toBe(404);
});

test('a secret is kept, replaced, or taken away', async () => {
  const ding = { kind: 'dingtalk', url: 'https://oapi.dingtalk.com/robot/send?access_token=t', secret: 'SECthesecret' };
  const { at, id } = await connect(ding);
  expect((await row(id))?.signed).toBe(true);
  expect((await admin.get(at)).html).not.toContain('SECthesecret');
  await send(at, '', { ...FORM, url: '', secret: '' });
  expect((await row(id))?.signed).toBe(true);
  await send(at, '', { ...FORM, url: '', secret: '', unsigned: 'yes' });
  expect((await row(id))?.signed).toBe(false);
});

test('one that fails says since when and why; one that was switched off by its platform says so', async () => {
  const { at, id } = await connect();
  await desk.harness.stores.chatRooms.retry(id, 'TIMEOUT', new Date().toISOString());
  expect((await admin.get(HERE)).html).toMatch(/起送不到：没有及时回答/);
  await desk.harness.stores.chatRooms.switchOff(id, 'wecom_93000');
  expect((await admin.get(at)).html).toContain('已自动停用：机器人地址无效');
  expect((await admin.get(`${HERE}/nobody`)).status).toBe(404);
});

test('nobody below an admin has this page or its button; an auditor looks and changes nothing', async () => {
  const { at, id } = await connect();
  const mona = await desk.signedIn('mona');
  expect((await mona.get('/desk')).html).not.toContain('/desk/rooms');
  expect((await mona.get(HERE)).status).toBe(404);
  expect((await mona.get(at)).status).toBe(404);
  await desk.harness.stores.users.create({
    id: 'otto',
    name: 'Otto',
    email: 'otto@house.example',
    role: 'auditor',
    team: 'audit',
    language: 'zh-CN',
    active: true,
  });
  const otto = await desk.signedIn('otto');
  for (const page of [HERE, at]) {
    const { status, html } = await otto.get(page);
    expect(status).toBe(200);
    expect(html).not.toContain('action="/desk/rooms');
  }
  expect((await otto.post(`${at}/switch`, { to: 'off' })).status).toBe(404);
  expect((await row(id))?.enabled).toBe(true);
});

test('each says how chats call them, where chats of that platform are connected', async () => {
  await connect();
  const anna = await desk.signedIn('anna');
  const notices = '/desk/account/notices';
  const page = (await anna.get(notices)).html;
  expect(page).toContain('name="chat-wecom"');
  expect(page).not.toContain('name="chat-slack"');
  const wrong = await anna.post(`${notices}/chat`, { 'chat-wecom': '安娜 <@all>' });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toMatch(/id="wecom-e">.*不像企业微信账号/);
  expect(wrong.html).toContain('安娜 &lt;@all&gt;');
  expect((await anna.post(`${notices}/chat`, { 'chat-wecom': 'anna.w' })).location).toBe(`${notices}?done=chat`);
  expect(await desk.harness.stores.chatRooms.chatIdsOf('anna')).toEqual({ wecom: 'anna.w' });
  expect((await anna.get(notices)).html).toContain('value="anna.w"');
  await anna.post(`${notices}/chat`, { 'chat-wecom': '' });
  expect(await desk.harness.stores.chatRooms.chatIdsOf('anna')).toEqual({});
});
