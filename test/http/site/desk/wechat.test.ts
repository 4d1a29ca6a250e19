import { ACCOUNT } from '../../../support/wechat';
import { createDesk, type Desk, type Visitor } from './support';

/** The pages of WeChat official accounts, as an admin and an auditor meet them. */
let desk: Desk;
let admin: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

const HERE = '/desk/wechat';
async function send(at: string, to: string, fields: Record<string, string> = {}) {
  await admin.get(at);
  return admin.post(`${at}${to}`, fields);
}

test('an admin connects an account, changes, switches and removes it; what is wrong is told at its field, secrets never', async () => {
  expect((await admin.get(HERE)).html).toContain('还没有接上公众号或微信客服');
  const wrong = await send(HERE, '', { ...ACCOUNT, appId: 'gh_1', secret: 'the-secret', aesKey: '' });
  expect(wrong.status).toBe(422);
  for (const field of ['appId', 'secret', 'aesKey']) expect(wrong.html).toContain(`id="${field}-e"`);
  expect(wrong.html).not.toContain('id="token-e"');
  expect(wrong.html).toContain(`value="${ACCOUNT.name}"`);
  expect(wrong.html).not.toMatch(/the-secret|QingheToken1/);

  const made = await send(HERE, '', ACCOUNT);
  const at = made.location?.replace(/\?.*/, '') ?? '';
  expect([made.status, made.location]).toEqual([303, `${at}?done=made`]);
  const page = (await admin.get(`${at}?done=made`)).html;
  expect(page).toContain(`/hooks/wechat/${at.slice(HERE.length + 1)}`);
  expect(page).toContain('把服务器地址填到微信公众平台');
  expect(page).not.toMatch(new RegExp(`${ACCOUNT.secret}|${ACCOUNT.token}|${ACCOUNT.aesKey}`));
  const again = await send(HERE, '', ACCOUNT);
  expect([again.status, again.html.includes('已经接上')]).toEqual([409, true]);

  const changed = await send(at, '', { name: '新名字', secret: '', token: 'Another1', aesKey: '' });
  expect(changed.location).toBe(`${at}?done=saved`);
  expect((await send(at, '', { name: ' ' })).html).toContain('id="name-e"');
  expect((await send(at, '/switch', { to: 'off' })).location).toBe(`${at}?done=off`);
  const off = (await admin.get(at)).html;
  expect([off.includes('新名字'), off.includes('已停用')]).toEqual([true, true]);
  expect((await admin.get('/desk/channels')).html).toContain('1 个账号，启用 0 个');
  expect((await send(at, '/remove')).location).toBe(`${HERE}?done=removed`);
  expect((await admin.get(at)).status).toBe(404);
});

test('supervisors do not find it', async () => {
  const sara = await desk.signedIn('sara');
  expect((await sara.get(HERE)).status).toBe(404);
});
