import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  await desk.harness.stores.users.create({
    id: 'otto',
    name: '何审',
    email: 'otto@example.com',
    role: 'auditor',
    team: 'audit',
    language: 'zh-CN',
    active: true,
  });
});
afterAll(() => desk.close());

const HERE = '/desk/account/notices';
const chosen = async (id: string) => (await desk.harness.stores.noticeChoices.of([id])).get(id);

test('each chooses what also comes by mail and when mails wait; the page shows what holds', async () => {
  const anna = await desk.signedIn('anna');
  const first = await anna.get(HERE);
  expect(first.status).toBe(200);
  expect(first.html.match(/type="checkbox" name="mail-\w+" value="yes" checked/g)).toHaveLength(8);
  expect(first.html).toContain('不能关');

  const saved = await anna.post(HERE, {
    'mail-mine': 'yes',
    'mail-help': 'yes',
    quiet: 'hours',
    from: '21:30',
    to: '07:00',
  });
  expect([saved.status, saved.location]).toEqual([303, `${HERE}?done=yes`]);
  expect(await chosen('anna')).toEqual({
    bellOnly: ['customer', 'warnings', 'mentions', 'approvals', 'chats', 'weekly'],
    quiet: { kind: 'hours', from: '21:30', to: '07:00' },
  });
  const after = await anna.get(`${HERE}?done=yes`);
  expect(after.html.match(/type="checkbox" name="mail-\w+" value="yes" checked/g)).toHaveLength(2);
  expect(after.html).toContain('value="21:30"');
  expect(after.html).toContain('已保存');
  // Nobody else's.
  expect(await chosen('arno')).toBeUndefined();
});

test.each([
  ['the same time twice', { quiet: 'hours', from: '08:00', to: '08:00' }],
  ['no time', { quiet: 'hours', from: '25:00', to: '07:00' }],
  ['no such way', { quiet: 'sometimes' }],
])('%s is refused, and what was chosen stays to be put right', async (_name, fields) => {
  const sara = await desk.signedIn('sara');
  await sara.get(HERE);
  const refused = await sara.post(HERE, { 'mail-mine': 'yes', ...fields });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain('从几点到几点');
  expect(refused.html.match(/type="checkbox" name="mail-\w+" value="yes" checked/g)).toHaveLength(1);
  expect(await chosen('sara')).toBeUndefined();
});

test('an auditor, who changes nothing else, chooses for themselves', async () => {
  const auditor = await desk.signedIn('otto');
  await auditor.get(HERE);
  expect((await auditor.post(HERE, { quiet: 'working' })).status).toBe(303);
  expect((await chosen('otto'))?.quiet).toEqual({ kind: 'working' });
});
