import type { SenderCheck } from '../../../../src/db';
import { ROLES, type Role } from '../../../../src/domain/basics/types';
import type { PageRoute } from '../../../../src/http/site/kit/page';
import { assigned } from '../../support/harness';
import { createDesk, PASSWORD, type Desk, type Visitor } from './support';

let desk: Desk;
/** A case of the team after-sales, which anna handles, and one of the team north, which arno handles. */
let own: string;
let other: string;

beforeAll(async () => {
  desk = await createDesk();
  const { harness } = desk;
  await harness.stores.users.create({
    id: 'otto',
    name: 'Otto',
    email: 'otto@house.example',
    role: 'auditor',
    team: 'audit',
    language: 'zh-CN',
    active: true,
  });
  own = (await harness.open({ text: '发票抬头开错，家里等着报销。希望重开一张寄来。' })).caseNo;
  other = (await harness.open({ text: '电饭煲盖子有点松。' })).caseNo;
  await assigned(harness, own, 'anna');
  await assigned(harness, other, 'arno');
});
afterAll(() => desk.close());

const WHO: Record<Role, string> = {
  colleague: 'quinn',
  agent: 'anna',
  supervisor: 'sara',
  manager: 'mona',
  admin: 'adam',
  auditor: 'otto',
};

describe('coming in', () => {
  test('a link sets the password once; name and password then open the desk, and the page one wanted', async () => {
    await desk.signedIn('anna');
    const visitor = desk.visitor();
    const sent = await visitor.get(`/desk/cases/${own}`);
    expect(sent.location).toBe(`/desk/sign-in?to=${encodeURIComponent(`/desk/cases/${own}`)}`);
    await visitor.get(sent.location ?? '');
    const to = visitor.value('to') ?? '';
    const wrong = await visitor.post('/desk/sign-in', { name: 'anna.name', password: 'not hers at all', to });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('账号、密码或通行密钥不对');
    expect(wrong.html).not.toContain('not hers at all');
    const nobody = await visitor.post('/desk/sign-in', { name: 'nobody', password: PASSWORD, to });
    expect(nobody.html).toContain('账号、密码或通行密钥不对');
    const right = await visitor.post('/desk/sign-in', { name: 'ANNA.name', password: PASSWORD, to });
    expect(right.location).toBe(`/desk/cases/${own}`);
    expect((await visitor.get(right.location ?? '')).status).toBe(200);
  });

  test('only our own addresses are gone on to', async () => {
    for (const to of [
      'https://evil.example/desk',
      '//evil.example',
      '/desk//evil.example',
      '/desk\\@evil',
      '/api/cases',
      '',
    ]) {
      const visitor = desk.visitor();
      await desk.signedIn('anna');
      const page = await visitor.post('/desk/sign-in', { name: 'anna.name', password: PASSWORD, to });
      expect([to, page.location]).toEqual([to, '/desk']);
    }
  });

  test('the cookie is out of reach of scripts and of other sites, and signing out ends the session', async () => {
    await desk.signedIn('anna');
    const visitor = desk.visitor();
    const page = await visitor.post('/desk/sign-in', { name: 'anna.name', password: PASSWORD });
    expect(page.headers.get('set-cookie')).toMatch(
      /^redress-desk=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    await visitor.get('/desk');
    const kept = visitor.cookie();
    expect((await visitor.post('/desk/sign-out')).location).toBe('/desk/sign-in');
    const again = await fetch(`${desk.base}/desk`, { redirect: 'manual', headers: { cookie: kept } });
    expect(again.status).toBe(303);
  });

  test('an unknown link, and one that was used, are told as over', async () => {
    await desk.signedIn('anna');
    expect((await desk.visitor().get(`/password/${'a'.repeat(43)}`)).status).toBe(404);
    const { url } = await desk.harness.cases.signIn.giveLink('mona', { name: 'mona.name' }, ADMIN);
    const path = new URL(url).pathname;
    const visitor = desk.visitor();
    const apart = await visitor.post(path, { password: PASSWORD, again: 'something else' });
    expect(apart.status).toBe(422);
    expect(apart.html).toContain('两次输入的密码不一样');
    const short = await visitor.post(path, { password: 'short', again: 'short' });
    expect(short.status).toBe(422);
    expect(short.html).toContain('id="password-e"');
    expect((await visitor.post(path, { password: PASSWORD, again: PASSWORD })).location).toBe('/desk');
    expect((await desk.visitor().get(path)).status).toBe(410);
  });
});

const ADMIN = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;

test('the first address leads customers to the form, and whoever has signed in here to the desk', async () => {
  expect((await desk.visitor().get('/')).location).toBe('/complain');
  expect((await (await desk.signedIn('anna')).get('/')).location).toBe('/desk');
});

describe('forms from elsewhere', () => {
  test('are refused: without our token, from another site, and from where the browser says nothing or `null`', async () => {
    const anna = await desk.signedIn('anna');
    await anna.get('/desk');
    const csrf = anna.value('csrf') ?? '';
    expect(csrf).toMatch(/^[\w-]{20,}$/);
    const path = '/desk/account/sessions/end';
    const from = (headers: Record<string, string>, token = csrf) =>
      fetch(`${desk.base}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: anna.cookie(), accept: 'text/html', ...headers },
        body: new URLSearchParams({ csrf: token, key: 'x' }),
      }).then(({ status }) => status);
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await from({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await from({ origin: 'null' })).toBe(403);
    expect(await from({ origin: 'http://evil.example' })).toBe(403);
    expect(await from({})).toBe(403);
    expect(await from({ origin: desk.base }, 'x'.repeat(43))).toBe(403);
    expect(await from({ 'sec-fetch-site': 'same-origin' }, '')).toBe(403);
    // With both it reaches the page, which knows no such session.
    expect(await from({ origin: desk.base })).toBe(404);
    expect(await from({ 'sec-fetch-site': 'same-origin' })).toBe(404);
  });

  test('the pages are kept by nobody, run only our script, and tell other sites nothing', async () => {
    const anna = await desk.signedIn('anna');
    const { headers } = await anna.get('/desk');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});

describe('without an identity provider', () => {
  test('there is no button for it, and none of its addresses', async () => {
    const visitor = desk.visitor();
    expect((await visitor.get('/desk/sign-in')).html).not.toContain('/desk/sso');
    for (const path of ['/desk/sso', '/desk/sso/callback?code=x&state=y']) {
      expect((await visitor.get(path)).status).toBe(404);
    }
  });
});

describe('a forgotten password', () => {
  test('is asked for from the sign-in page; the page says the same of a name that nobody has', async () => {
    await desk.signedIn('mona');
    const visitor = desk.visitor();
    expect((await visitor.get('/desk/sign-in')).html).toContain('href="/desk/forgot"');
    expect((await visitor.get('/desk/forgot')).html).toContain('name="name"');
    const [known, unknown] = [
      await visitor.post('/desk/forgot', { name: 'mona.name' }),
      await visitor.post('/desk/forgot', { name: 'nobody.at.all' }),
    ];
    expect(known.status).toBe(200);
    expect(known.html).toContain('如果有这个账号');
    const timeless = (html: string): string => html.replace(/content="[^"]*Z"/, '');
    expect(timeless(unknown.html)).toBe(timeless(known.html));
    expect(await desk.harness.stores.accessMails.list('mona')).toHaveLength(1);
    expect((await visitor.get('/desk/forgot', { 'accept-language': 'en' })).html).toContain('Forgotten password');
    const elsewhere = await visitor.post('/desk/forgot', { name: 'mona.name' }, { 'sec-fetch-site': 'cross-site' });
    expect(elsewhere.status).toBe(403);
    expect(await desk.harness.stores.accessMails.list('mona')).toHaveLength(1);
  });
});

describe('who may open what', () => {
  const filled = (route: PageRoute, caseNo: string): string =>
    route.path
      .replace(':caseNo', caseNo)
      .replace(':decision', 'note')
      .replace(':evidenceId', '00000000-0000-4000-8000-000000000000')
      .replace(':token', 'a'.repeat(43));
  const ofDesk = (): PageRoute[] => desk.site.routes.filter(({ path }) => path.startsWith('/desk'));

  test('without a session every page for staff sends to the sign-in, and no form does anything', async () => {
    for (const route of ofDesk()) {
      const visitor = desk.visitor();
      const page =
        route.method === 'get' ? await visitor.get(filled(route, own)) : await visitor.post(filled(route, own));
      const got = [route.method, route.path, page.status, page.location?.startsWith('/desk/sign-in') ?? false];
      if (route.who === 'anybody') expect(page.status).not.toBe(401);
      else expect(got).toEqual([route.method, route.path, route.method === 'get' ? 303 : 401, route.method === 'get']);
    }
  });

  test.each(ROLES)('as %s: a case that one may not see looks like one that does not exist', async (role) => {
    const visitor = await desk.signedIn(WHO[role]);
    const sees = async (caseNo: string) => (await visitor.get(`/desk/cases/${caseNo}`)).status === 200;
    const maySeeOther = !['colleague', 'agent'].includes(role);
    expect(await sees(other)).toBe(maySeeOther);
    for (const route of ofDesk().filter(({ path }) => path.includes(':caseNo'))) {
      const ask = (caseNo: string) =>
        route.method === 'get'
          ? visitor.get(filled(route, caseNo))
          : visitor.post(filled(route, caseNo), { text: 'x' });
      const unknown = await ask('C250101-ZZZZZZ');
      expect([route.path, unknown.status]).toEqual([route.path, 404]);
      if (maySeeOther) continue;
      const theirs = await ask(other);
      const same = (html: string, caseNo: string) => html.replaceAll(caseNo, 'N').replace(/content="20[^"]*"/, '');
      expect([route.path, theirs.status]).toEqual([route.path, 404]);
      expect(same(theirs.html, other)).toBe(same(unknown.html, 'C250101-ZZZZZZ'));
    }
  });
});

test('an auditor reads every case, is offered no decision, takes none, and still has an account', async () => {
  const otto = await desk.signedIn('otto');
  const page = await otto.get(`/desk/cases/${own}`);
  expect(page.status).toBe(200);
  expect(page.html).not.toContain('?do');
  expect((await otto.get(`/desk/cases/${own}?do=note`)).html).not.toContain('/decisions/');
  expect((await otto.post(`/desk/cases/${own}/decisions/note`, { text: 'x' })).status).toBe(404);
  const changed = await otto.post('/desk/account/password', { old: PASSWORD, password: `${PASSWORD} again` });
  expect(changed.location).toBe('/desk/account?done=password');
});

test('who looked at a case stands on a page for whoever leads and for auditors', async () => {
  const { harness } = desk;
  const { caseNo } = await harness.open({ text: '说明书少一页。' });
  const [anna, otto, sara] = [await desk.signedIn('anna'), await desk.signedIn('otto'), await desk.signedIn('sara')];
  const looks = `/desk/cases/${caseNo}/looks`;
  expect((await sara.get(looks)).html).toContain('还没有人看过。');
  expect((await anna.get(`/desk/cases/${caseNo}`)).html).not.toContain(looks);
  await anna.post(`/desk/cases/${caseNo}/contact`);
  expect((await otto.get(`/desk/cases/${caseNo}`)).html).toContain(`href="${looks}"`);
  const { html } = await otto.get(looks);
  const names = await harness.stores.users.list();
  const name = (id: string) => names.find((user) => user.id === id)?.name ?? '';
  const shown = [...html.matchAll(/<b>([^<]+)<\/b> ([^<]+)</gu)].map(([, who, what]) => `${who} ${what}`);
  // A look in the next half hour is a line of its own.
  expect(new Set(shown)).toEqual(
    new Set([`${name('otto')} 看了案件`, `${name('anna')} 看了客户的电话和邮箱`, `${name('anna')} 看了案件`]),
  );
  expect((await otto.get(`${looks}?before=1`)).html).toContain('还没有人看过。');
  expect((await otto.get(`${looks}?before=x`)).status).toBe(400);
  expect((await anna.get(looks)).status).toBe(404);
});

describe('the day of an agent', () => {
  test('My day has the own case, by what presses, with the number that counts it', async () => {
    const anna = await desk.signedIn('anna');
    const { html } = await anna.get('/desk');
    expect(html).toContain('发票抬头开错，家里等着报销');
    expect(html).toContain(own);
    expect(html).not.toContain(other);
  });

  test('My day of a colleague has what is asked of them or of their department, until it is done, and no queue', async () => {
    const { harness } = desk;
    const { caseNo } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
    await assigned(harness, caseNo, 'anna');
    await harness.decide(caseNo, 'accept', 'anna');
    const quinn = await desk.signedIn('quinn');
    expect((await quinn.get('/desk')).html).not.toContain(caseNo);
    for (const asked of [{}, { assignee: 'quinn' }]) {
      await harness.decide(caseNo, 'requestHelp', 'anna', {
        department: 'quality',
        question: '还有新的吗？',
        ...asked,
      });
      const day = await quinn.get('/desk');
      expect(day.html).toMatch(new RegExp(`请您办.*/desk/cases/${caseNo}\\?do(?:=|&#x3D;)answerHelp`, 's'));
      expect(day.html).not.toContain('接单队列');
      expect((await quinn.get('/desk/cases?asked=me')).html).toContain(caseNo);
      const [task] = ((await harness.stores.cases.get(caseNo))?.state.helpTasks ?? []).filter(({ open }) => open);
      await harness.decide(caseNo, 'answerHelp', 'quinn', { taskId: task?.id, answer: '有。' });
      expect((await quinn.get('/desk')).html).not.toContain(caseNo);
    }
    // It is not asked of who asks, nor of another department.
    await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '还有新的吗？' });
    for (const who of ['anna', 'arno', 'sara']) {
      const list = await (await desk.signedIn(who)).get('/desk/cases?asked=me');
      expect([who, list.html.includes(caseNo)]).toEqual([who, false]);
    }
  });

  test('the list finds by words, keeps its filters in the address, and says what it does not understand', async () => {
    const anna = await desk.signedIn('anna');
    const found = await anna.get('/desk/cases?q=%E5%8F%91%E7%A5%A8');
    expect(found.html).toContain(own);
    const none = await anna.get('/desk/cases?q=%E5%8F%91%E7%A5%A8&grade=major');
    expect(none.html).not.toContain(`href="/desk/cases/${own}"`);
    expect(none.html).toContain('等级：重大');
    expect(none.html.replaceAll('&#x3D;', '=')).toContain('href="/desk/cases?q=%E5%8F%91%E7%A5%A8"');
    const typed = own.replace('-', ' ').toLowerCase();
    expect((await anna.get(`/desk/cases?q=${encodeURIComponent(typed)}`)).location).toBe(`/desk/cases/${own}`);
    const odd = await anna.get('/desk/cases?stage=nowhere');
    expect(odd.status).toBe(422);
    expect(odd.html).toContain('没有按它筛选');
  });

  test('a case is shown with the words of its customer, and a decision is taken in place', async () => {
    const anna = await desk.signedIn('anna');
    const page = await anna.get(`/desk/cases/${own}`);
    expect(page.html).toContain('希望重开一张寄来');
    const form = await anna.get(`/desk/cases/${own}?do=note`);
    expect(form.html).toContain(`action="/desk/cases/${own}/decisions/note"`);
    const fields = { nonce: anna.value('nonce') ?? '', seq: anna.value('seq') ?? '' };
    const empty = await anna.post(`/desk/cases/${own}/decisions/note`, { ...fields, text: ' ' });
    expect(empty.status).toBe(422);
    const sent = { ...fields, csrf: anna.value('csrf') ?? '', text: '客户下午不在家 <b>' };
    const taken = await anna.post(`/desk/cases/${own}/decisions/note`, sent);
    expect(taken.location).toBe(`/desk/cases/${own}?done=note`);
    // The same form once more, by a second press: it counts once.
    expect((await anna.post(`/desk/cases/${own}/decisions/note`, sent)).location).toBe(`/desk/cases/${own}?done=note`);
    const after = await anna.get(`/desk/cases/${own}`);
    expect(after.html.split('客户下午不在家 &lt;b&gt;')).toHaveLength(2);
  });

  test('a case that came by mail says how far its sender is proved, and warns where somebody may use the address of another', async () => {
    const { harness } = desk;
    const filed = async (check: SenderCheck): Promise<string> => {
      const { caseNo } = await harness.open({ text: `包装盒有点脏，希望说明一下。${check.verdict}` });
      const text = 'update complaints set sender_check = $1 where case_no = $2';
      await harness.database.pool.query(text, [check, caseNo]);
      return caseNo;
    };
    const visitor = await desk.signedIn('sara');
    const warning = '可能有人冒用这个邮箱';
    const doubtful = await filed({ verdict: 'doubtful', spf: 'fail', dkim: 'none', dmarc: 'fail' });
    const { html } = await visitor.get(`/desk/cases/${doubtful}`);
    expect(html).toContain('可疑 · SPF fail · DKIM none · DMARC fail');
    expect(html).toContain(warning);
    const proved = await filed({ verdict: 'proved', by: 'mx.house.example', dkim: 'pass', dmarc: 'pass' });
    const page = await visitor.get(`/desk/cases/${proved}?lang=en`);
    expect(page.html).toContain('proved · DKIM pass · DMARC pass · mx.house.example');
    expect((await visitor.get(`/desk/cases/${proved}?lang=zh-CN`)).html).not.toContain(warning);
    // Of one that did not come by mail nothing is said.
    expect((await visitor.get(`/desk/cases/${own}`)).html).not.toContain('<dt>发件人</dt>');
  });

  test('the number of the customer is masked until somebody asks for it, and then it is noted who did', async () => {
    const mona = await desk.signedIn('mona');
    const masked = await mona.get(`/desk/cases/${own}`);
    expect(masked.html).toContain('138****5621');
    expect(masked.html).not.toMatch(/138 ?1234 ?5621/);
    const looks = async (kind: string) =>
      (await desk.harness.cases.handling.looks(own, ADMIN)).items.filter(
        (look) => look.kind === kind && look.by.id === 'mona',
      ).length;
    expect([await looks('opened'), await looks('contact')]).toEqual([1, 0]);
    const open = await mona.post(`/desk/cases/${own}/contact`);
    expect(open.html).toMatch(/138 ?1234 ?5621/);
    expect(await looks('contact')).toBe(1);
  });

  test('while Temporal is away nothing is stored, and what was typed is still in the form', async () => {
    const anna = await desk.signedIn('anna');
    await anna.get(`/desk/cases/${own}?do=note`);
    const fields = { nonce: anna.value('nonce') ?? '', seq: anna.value('seq') ?? '', text: '断线时写的备注' };
    desk.harness.engine.mode = 'away';
    const kept = await anna.post(`/desk/cases/${own}/decisions/note`, fields);
    desk.harness.engine.mode = 'up';
    expect(kept.status).toBe(503);
    expect(kept.html).toContain('断线时写的备注');
    const again = { ...fields, nonce: anna.value('nonce') ?? '', seq: anna.value('seq') ?? '' };
    expect((await anna.post(`/desk/cases/${own}/decisions/note`, again)).status).toBe(303);
  });

  /** What a form carries, of the page that this person saw last. */
  const carried = (visitor: Visitor) => ({ nonce: visitor.value('nonce') ?? '', seq: visitor.value('seq') ?? '' });
  /** The entries that a form is said to be overtaken by. */
  const overtaking = (html: string): string => /<ul class="since".*?<\/ul>/s.exec(html)?.[0] ?? '';

  test('a form whose ground others have changed since it was opened is refused once: what they did, and what was typed', async () => {
    const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
    await assigned(desk.harness, caseNo, 'anna');
    const anna = await desk.signedIn('anna');
    const [help, question] = [`/desk/cases/${caseNo}/decisions/requestHelp`, '还有新的包装盒吗？'];
    await anna.get(`/desk/cases/${caseNo}?do=requestHelp`);
    const fields = { ...carried(anna), csrf: anna.value('csrf') ?? '', department: 'quality', question };
    await desk.harness.decide(caseNo, 'note', 'sara', { text: '只是备注' });
    await desk.harness.decide(caseNo, 'requestHelp', 'sara', { department: 'quality', question: '我已经问了仓库' });
    const stale = await anna.post(help, fields);
    expect(stale.status).toBe(409);
    expect(stale.html).toContain(`${question}</textarea>`);
    expect(stale.html).toContain('看过了，再提交</button>');
    expect(overtaking(stale.html)).toMatch(/<time[^>]*>[^<]+<\/time> Name of sara.*我已经问了仓库/s);
    expect(overtaking(stale.html)).not.toContain('只是备注');
    // What is sent again as it was is refused again; the form that was shown with the change is taken.
    expect((await anna.post(help, fields)).status).toBe(409);
    const again = { ...fields, ...carried(anna) };
    expect((await anna.post(help, again)).location).toBe(`/desk/cases/${caseNo}?done=requestHelp`);
    // A repeat of it gets the first answer, whatever has happened since.
    await desk.harness.decide(caseNo, 'extend', 'sara', {
      promise: 'resolution',
      dueAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
      reason: '等配件。',
    });
    expect((await anna.post(help, again)).location).toBe(`/desk/cases/${caseNo}?done=requestHelp`);
    const { state } = (await desk.harness.stores.cases.get(caseNo)) ?? {};
    expect(state?.helpTasks).toHaveLength(2);
  });

  test('what the process does meanwhile, a note of others and what somebody did themselves stand in nobody’s way', async () => {
    const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
    await assigned(desk.harness, caseNo, 'anna');
    const anna = await desk.signedIn('anna');
    await anna.get(`/desk/cases/${caseNo}?do=requestHelp`);
    const fields = { ...carried(anna), department: 'quality', question: '还有吗？' };
    await desk.harness.decide(caseNo, 'note', 'sara', { text: '主管看过了' });
    await desk.harness.decide(caseNo, 'accept', 'anna');
    expect((await anna.post(`/desk/cases/${caseNo}/decisions/requestHelp`, fields)).status).toBe(303);
    // A note takes the ground from no other decision, and none from it.
    await anna.get(`/desk/cases/${caseNo}?do=note`);
    const note = { ...carried(anna), text: '我写的备注' };
    await desk.harness.decide(caseNo, 'chase', 'sara', {});
    await desk.harness.decide(caseNo, 'regrade', 'sara', {
      grade: 'important',
      category: 'service',
      reason: '多人受影响。',
    });
    expect((await anna.post(`/desk/cases/${caseNo}/decisions/note`, note)).status).toBe(303);
  });
});
