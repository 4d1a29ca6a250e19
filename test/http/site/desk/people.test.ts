import { createDesk, PASSWORD, type Desk, type Visitor } from './support';

let desk: Desk;
let admin: Visitor;

beforeAll(async () => {
  desk = await createDesk();
  await desk.harness.stores.users.create({
    id: 'olga',
    name: '欧阳审',
    email: 'olga@house.example',
    role: 'auditor',
    team: 'after-sales',
    language: 'zh-CN',
    active: true,
  });
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

/** The address in the field of the page that shows a link. */
const linkIn = (html: string): string | undefined => /readonly value="([^"]+)"/.exec(html)?.[1];
const log = async (): Promise<unknown[]> =>
  (
    await desk.harness.database.pool.query<{ line: unknown }>(
      `select json_build_array(user_id, act, by) as line from access_log where by = 'adam' and user_id = 'arno' order by id`,
    )
  ).rows.map(({ line }) => line);

describe('the page of accounts', () => {
  test('an admin invites somebody: the link is shown once, sets the password, and its giver is noted', async () => {
    const before = await admin.get('/desk/people');
    expect(before.html).toContain('Name of arno');
    expect(before.html).toContain('没有账号');
    expect((await admin.get('/desk/people?person=arno')).html).toContain('value="arno"');
    const made = await admin.post('/desk/people/link', { person: 'arno', name: 'arno.a' });
    expect(made.status).toBe(200);
    expect(made.headers.get('cache-control')).toContain('no-store');
    const link = new URL(linkIn(made.html) ?? '');
    expect(link.origin).toBe('https://redress.example');
    const again = await admin.get('/desk/people?person=arno');
    expect(linkIn(again.html)).toBeUndefined();
    expect(again.html).toContain('已邀请，还没设密码');
    expect(again.html).toContain('生成了邀请链接');

    const arno = desk.visitor();
    await arno.get(link.pathname);
    expect((await arno.post(link.pathname, { password: PASSWORD, again: PASSWORD })).location).toBe('/desk');
    expect((await admin.get('/desk/people?person=arno')).html).toContain('生成重设密码的链接');

    expect((await arno.get('/desk')).status).toBe(200);
    expect((await admin.post('/desk/people/end', { person: 'arno' })).location).toBe('/desk/people?ended=arno');
    expect((await admin.get('/desk/people?ended=arno')).html).toContain('Name of arno的登录都已结束');
    expect((await arno.get('/desk')).location).toMatch(/^\/desk\/sign-in/);

    const reset = await admin.post('/desk/people/link', { person: 'arno', withoutCode: 'yes' });
    expect(linkIn(reset.html)).toContain('/password/');
    expect(await log()).toEqual([
      ['arno', 'invited', 'adam'],
      ['arno', 'sessionsEnded', 'adam'],
      ['arno', 'resetGiven', 'adam'],
      ['arno', 'codeRemoved', 'adam'],
    ]);
    const english = await admin.get('/desk/people', { 'accept-language': 'en' });
    expect(english.status).toBe(200);
  });

  test('a name that will not do is refused at its field, and makes no link', async () => {
    const taken = await admin.post('/desk/people/link', { person: 'sven', name: 'adam.name' });
    expect(taken.status).toBe(422);
    expect(taken.html).toContain('这个账号名已有人用');
    expect(linkIn(taken.html)).toBeUndefined();
    expect((await admin.post('/desk/people/link', { person: 'nobody', name: 'x' })).status).toBe(404);
    expect((await admin.post('/desk/people/end', { person: 'nobody' })).status).toBe(404);
  });

  test('shows a lock and open sessions', async () => {
    await desk.signedIn('sara');
    const guesser = desk.visitor();
    for (let n = 0; n < 5; n++) await guesser.post('/desk/sign-in', { name: 'sara.name', password: `wrong ${n}` });
    const { html } = await admin.get('/desk/people');
    const row = html.slice(html.indexOf('<li id="sara">'), html.indexOf('<li id="sven">'));
    expect(row).toContain('锁定到');
    expect(row).toContain('1 处登录');
    expect(row).toContain('没有两步验证');
  });

  test.each(['quinn', 'anna', 'sven', 'mona'])('%s finds no such page, and no form of it does anything', async (id) => {
    const visitor = await desk.signedIn(id);
    expect((await visitor.get('/desk/people')).status).toBe(404);
    await visitor.get('/desk');
    expect((await visitor.post('/desk/people/link', { person: 'adam' })).status).toBe(404);
    expect((await visitor.post('/desk/people/end', { person: 'adam' })).status).toBe(404);
    expect((await admin.get('/desk/people')).status).toBe(200);
    expect((await visitor.get('/desk')).html).not.toContain('/desk/people');
  });

  test('an auditor reads it, without forms, and sends none', async () => {
    const olga = await desk.signedIn('olga');
    const page = await olga.get('/desk/people?person=anna');
    expect(page.status).toBe(200);
    expect(page.html).not.toContain('/desk/people/link');
    expect(page.html).not.toContain('/desk/people?person=');
    expect((await olga.post('/desk/people/link', { person: 'anna' })).status).toBe(404);
    expect((await olga.post('/desk/people/end', { person: 'anna' })).status).toBe(404);
  });
});
