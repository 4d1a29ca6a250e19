import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness({ OUTGOING_ALLOWED: ['chat.internal:8080'] });
});
afterAll(() => harness.close());

type Body = Record<string, unknown>;
const URL_ = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=the-robot-key';
const WECOM = { name: '售后群', kind: 'wecom', url: URL_ };
const post = (path: string, body?: object, as = 'adam') => harness.call('POST', `/api/rooms${path}`, { as, body });
const get = (path: string, as = 'adam') => harness.call('GET', `/api/rooms${path}`, { as });
const patch = (id: string, body: object, as = 'adam') => harness.call('PATCH', `/api/rooms/${id}`, { as, body });
async function create(body: object = WECOM): Promise<string> {
  const { status, body: created } = await post('', body);
  expect(status).toBe(201);
  return String(created.id);
}

test('an admin connects, changes, tries, switches off and removes a chat; address and secret never come out', async () => {
  const made = await post('', {
    name: '质量群',
    kind: 'dingtalk',
    url: 'https://oapi.dingtalk.com/robot/send?access_token=the-robot-token',
    secret: 'SECthesecret',
    team: 'after-sales',
    news: ['broken', 'escalated'],
    quiet: { kind: 'hours', from: '22:00', to: '07:00' },
  });
  expect(made.body).toMatchObject({
    status: 'working',
    signed: true,
    team: 'after-sales',
    waiting: 0,
    createdBy: 'adam',
  });
  const id = String(made.body.id);
  expect((await patch(id, { enabled: false })).body).toMatchObject({ status: 'off', offBecause: 'admin' });
  const on = await patch(id, { enabled: true, team: null, secret: null, language: 'en', name: 'Quality' });
  expect(on.body).toMatchObject({ status: 'working', signed: false, language: 'en', name: 'Quality' });
  expect([on.body.team, on.body.offBecause]).toEqual([undefined, undefined]);
  expect((await patch(id, {})).body).toEqual(on.body);
  const tried = await post(`/${id}/test`);
  expect([tried.status, tried.body.test]).toEqual([202, { at: expect.any(String) }]);
  await harness.stores.chatRooms.tested(id, 'dingtalk_310000');
  expect((await get(`/${id}`)).body.test).toMatchObject({ code: 'dingtalk_310000' });

  const { rows } = await harness.database.pool.query('select * from chat_rooms');
  const seen = [made.text, on.text, tried.text, (await get('')).text, JSON.stringify(rows), harness.logged.join('')];
  for (const secret of ['the-robot-token', 'SECthesecret']) expect(seen.join('')).not.toContain(secret);

  expect((await harness.call('DELETE', `/api/rooms/${id}`, { as: 'adam' })).body).toEqual({ removed: true });
  expect((await get(`/${id}`)).status).toBe(404);
});

test('what happens to a case waits for the chat, in one write with it', async () => {
  const id = await create({ ...WECOM, news: ['urgent'] });
  await harness.open({ text: '空调漏电，老人被电击，已送医院。' });
  expect((await get(`/${id}`)).body).toMatchObject({ waiting: 1, waitingSince: expect.any(String) });
});

test.each([
  ['http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=the-robot-key', 'wecom'],
  ['https://hooks.slack.com/services/the-robot-key', 'wecom'],
  ['https://qyapi.weixin.qq.com.evil.example/?key=the-robot-key', 'wecom'],
  ['https://logic.azure.com/the-robot-key', 'teams'],
  ['https://127.0.0.1/the-robot-key', 'slack'],
  ['https://user:the-robot-key@hooks.slack.com/services/x', 'slack'],
  ['https://open.feishu.cn:8443/open-apis/bot/v2/hook/the-robot-key', 'feishu'],
  ['the-robot-key', 'slack'],
])('%s is no robot of %s; the refusal names the field and repeats nothing', async (url, kind) => {
  const refused = await post('', { name: '群', kind, url });
  expect(refused.status).toBe(422);
  expect((refused.body.errors as Body[]).map((one) => one.path)).toEqual(['url']);
  expect(refused.text + harness.logged.join('')).not.toContain('the-robot-key');
});

test.each([
  'https://default1.00.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x/triggers/manual/paths/invoke',
  'https://prod-01.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke',
  'https://house.webhook.office.com/webhookb2/x',
])('%s is an address of Teams', async (url) => {
  expect(await create({ name: 'Teams', kind: 'teams', url })).toMatch(/^[0-9a-f-]{36}$/);
});

test('a server of one’s own is taken if the configuration names it', async () => {
  await create({ name: '自建', kind: 'feishu', url: 'http://chat.internal:8080/open-apis/bot/v2/hook/x' });
  expect((await post('', { name: '自建', kind: 'feishu', url: 'http://chat.internal:8081/x' })).status).toBe(422);
});

test.each([
  [{ ...WECOM, secret: 'x' }, 'secret'],
  [{ ...WECOM, secret: 'has a blank' }, 'secret'],
  [{ ...WECOM, team: 'nobody' }, 'team'],
  [{ ...WECOM, news: [] }, 'news'],
  [{ ...WECOM, news: ['broken', 'broken'] }, 'news'],
  [{ ...WECOM, quiet: { kind: 'hours', from: '08:00', to: '08:00' } }, 'quiet'],
  [{ ...WECOM, quiet: { kind: 'working' } }, 'quiet.kind'],
  [{ ...WECOM, kind: 'irc' }, 'kind'],
  [{ ...WECOM, colour: 'red' }, 'colour'],
  [{ kind: 'wecom', url: URL_ }, 'name'],
])('%j is refused by its field', async (body, path) => {
  const refused = await post('', body);
  expect([refused.status, (refused.body.errors as Body[])[0]?.path]).toEqual([422, path]);
});

test('nobody below an admin sees them or does anything about them', async () => {
  const id = await create();
  for (const as of ['mona', 'anna']) {
    expect((await get('', as)).status).toBe(403);
    expect((await post('', WECOM, as)).status).toBe(403);
    expect((await patch(id, { enabled: false }, as)).status).toBe(403);
    expect((await post(`/${id}/test`, undefined, as)).status).toBe(403);
  }
  for (const unknown of ['nobody', '00000000-0000-4000-8000-000000000000']) {
    expect((await get(`/${unknown}`)).status).toBe(404);
    expect((await patch(unknown, {})).status).toBe(404);
    expect((await post(`/${unknown}/test`)).status).toBe(404);
    expect((await harness.call('DELETE', `/api/rooms/${unknown}`, { as: 'adam' })).status).toBe(404);
  }
});

test('there are fifty at most', async () => {
  const { body } = await get('');
  for (let n = (body.items as Body[]).length; n < 50; n++) await create();
  expect(await post('', WECOM)).toMatchObject({ status: 409, body: { code: 'too_many_rooms' } });
});
