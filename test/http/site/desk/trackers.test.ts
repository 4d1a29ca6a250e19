import { createDesk, type Desk, type Visitor } from './support';
import { assigned } from '../../support/harness';

let desk: Desk;
let admin: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

const HERE = '/desk/trackers';
const FORM = {
  name: '质量部',
  kind: 'github',
  url: '',
  place: 'house/quality',
  token: 'github_pat_the-token',
  hookSecret: '',
  language: 'zh-CN',
  department: '',
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
const row = async (id: string) => (await desk.harness.stores.trackers.list()).find((one) => one.id === id);

test('an admin connects a tracker; what is wrong is told at its field, and the token is never shown', async () => {
  expect((await admin.get(HERE)).html).toContain('还没有接上任何工单系统');
  const wrong = await connect({ place: 'quality', token: 'github_pat_the-token' });
  expect(wrong.made.status).toBe(422);
  expect(wrong.made.html).toMatch(/id="place-e">.*所有者/);
  expect(wrong.made.html).toContain('value="质量部"');
  expect(wrong.made.html).not.toContain('the-token');
  expect((await connect({ name: ' ' })).made.html).toMatch(/id="name-e">/);
  expect((await connect({ kind: 'jira', place: 'QA' })).made.html).toMatch(/id="url-e">/);

  const { made, at, id } = await connect({ name: '质量<b>部', hookSecret: 'the-hook-secret' });
  expect([made.status, made.location]).toEqual([303, `${at}?done=made`]);
  const page = (await admin.get(`${at}?done=made`)).html;
  expect(page).toContain('试一试能不能连上');
  expect(page).toContain('质量&lt;b&gt;部');
  expect(page).toContain(`/hooks/trackers/${id}`);
  for (const secret of ['the-token', 'the-hook-secret']) expect(page).not.toContain(secret);
});

test('it is changed, tried, switched off and on, and removed', async () => {
  const { at, id } = await connect({ hookSecret: 'the-hook-secret' });
  const changed = {
    ...FORM,
    token: '',
    name: 'Quality',
    language: 'en',
    unhooked: 'yes',
    url: 'https://git.example/api/v3',
  };
  expect((await send(at, '', changed)).location).toBe(`${at}?done=saved`);
  expect(await row(id)).toMatchObject({
    name: 'Quality',
    language: 'en',
    hooked: false,
    url: 'https://git.example/api/v3',
  });
  expect((await send(at, '', { ...changed, url: 'words' })).status).toBe(422);
  expect((await send(at, '/switch', { to: 'off' })).location).toBe(`${at}?done=off`);
  expect((await row(id))?.enabled).toBe(false);
  expect((await send(at, '/switch', { to: 'maybe' })).status).toBe(400);
  await send(at, '/switch', { to: 'on' });
  expect((await row(id))?.enabled).toBe(true);
  expect((await send(at, '/test')).location).toBe(`${at}?done=tested`);
  expect((await admin.get(at)).html).toContain('还没有结果');
  await desk.harness.stores.trackers.tested(id, 'http_401');
  expect((await admin.get(at)).html).toContain('令牌不对，或已过期');
  await desk.harness.stores.trackers.tested(id, 'ok');
  expect((await admin.get(at)).html).toContain('连得上');
  await desk.harness.stores.trackers.failing(id, 'http_404', new Date().toISOString());
  expect((await admin.get(at)).html).toContain('找不到；核对地址和项目');
  expect((await send(at, '/remove')).location).toBe(`${HERE}?done=removed`);
  expect((await admin.get(at)).status).toBe(404);
});

test('a request is handed over from the case, which shows the ticket as it stands there', async () => {
  const { id } = await connect({ name: '质量看板' });
  const { caseNo } = await desk.harness.open();
  await assigned(desk.harness, caseNo);
  await desk.harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '是批次问题吗？' });
  const anna = await desk.signedIn('anna');
  const at = `/desk/cases/${caseNo}`;
  expect((await anna.get(at)).html).toContain('质量看板');
  const handed = await anna.post(`${at}/tickets`, { subject: 'h1', trackerId: id });
  expect([handed.status, handed.location]).toEqual([303, `${at}#facts`]);
  expect((await anna.get(at)).html).toContain('正在建工单');
  expect((await anna.post(`${at}/tickets`, { subject: 'h1', trackerId: id })).status).toBe(409);
  expect((await anna.post(`${at}/tickets`, { subject: 'h1', trackerId: 'x' })).status).toBe(400);

  const { trackers } = desk.harness.stores;
  const [ticket] = await trackers.ofCase(caseNo);
  if (!ticket) throw new Error('no ticket');
  await trackers.made(ticket.id, { ref: '7', key: '#7', url: 'javascript:alert(1)' });
  const said = { id: '1', author: '王工', at: new Date().toISOString(), text: '换了<b>供应商' };
  const url = 'https://github.com/house/quality/issues/7';
  expect((await anna.get(at)).html).not.toContain('javascript:');
  await trackers.mirror(ticket.id, { key: '#7', url, status: 'open', assignee: '王工', changedAt: said.at }, [said]);
  const page = (await anna.get(at)).html;
  expect(page).toContain(`href="${url}" rel="noreferrer noopener">打开工单 #7</a>`);
  expect(page).toContain('换了&lt;b&gt;供应商');
  await trackers.ended(ticket.id, 'lost', { code: 'http_410' });
  expect((await anna.get(at)).html).toContain('已被删除或移走');
});
