import { createECDH, randomBytes } from 'node:crypto';
import { launchChromium } from '../../../support/chromium';
import { inspect } from '../inspect';
import { browsing } from './browsing';
import { createDesk, PASSWORD, type Desk, type Visitor } from './support';

/** Browsers of staff that are told of notices: allowed by their owner, each their own, and gone with the sessions. */
const KEY = createECDH('prime256v1').generateKeys('base64url');
const HERE = '/desk/account/notices';
const admin = { kind: 'staff', id: 'adam', role: 'admin', team: 'after-sales' } as const;

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk({ VAPID_PUBLIC_KEY: KEY });
});
afterAll(() => desk.close());

const device = (endpoint: string) => ({
  endpoint,
  p256dh: createECDH('prime256v1').generateKeys('base64url'),
  auth: randomBytes(16).toString('base64url'),
});
const endpointsOf = async (id: string) => (await desk.harness.stores.pushes.list(id)).map(({ endpoint }) => endpoint);

test('a browser is allowed by its owner, listed, and removed by them alone', async () => {
  const [anna, arno] = [await desk.signedIn('anna'), await desk.signedIn('arno')];
  const page = await anna.get(HERE);
  expect(page.html).toContain(`data-push="${KEY}"`);
  const added = await anna.post(`${HERE}/devices`, device('https://push.example.com/anna'), {
    'user-agent': 'Firefox 150',
  });
  expect([added.status, added.location]).toEqual([303, `${HERE}?done=device`]);
  expect((await anna.get(HERE)).html).toContain('Firefox 150');
  expect((await arno.get(HERE)).html).not.toContain('Firefox 150');

  const [own] = await desk.harness.stores.pushes.list('anna');
  await arno.post(`${HERE}/devices/remove`, { id: String(own?.id) });
  expect(await endpointsOf('anna')).toEqual(['https://push.example.com/anna']);
  await anna.get(HERE);
  await anna.post(`${HERE}/devices/remove`, { id: String(own?.id) });
  expect(await endpointsOf('anna')).toEqual([]);
});

test('of a person the newest ten stay, and one browser belongs to whoever allowed it last', async () => {
  const [anna, arno] = [await desk.signedIn('anna'), await desk.signedIn('arno')];
  for (let n = 1; n <= 12; n++) {
    await anna.get(HERE);
    await anna.post(`${HERE}/devices`, device(`https://push.example.com/${n}`));
  }
  expect(await endpointsOf('anna')).toHaveLength(10);
  await arno.get(HERE);
  await arno.post(`${HERE}/devices`, device('https://push.example.com/12'));
  expect([(await endpointsOf('anna')).length, await endpointsOf('arno')]).toEqual([9, ['https://push.example.com/12']]);
});

test.each([
  ['an address inside the house', device('https://169.254.169.254/latest'), '公开 https 地址'],
  ['one by http', device('http://push.example.com/x'), '公开 https 地址'],
  ['one with NUL', device('https://push.example.com/\u0000x'), '公开 https 地址'],
  ['keys that are none', { ...device('https://push.example.com/x'), auth: 'x' }, '密钥不完整'],
])('%s is refused', async (_name, fields, words) => {
  const sara = await desk.signedIn('sara');
  await sara.get(HERE);
  const refused = await sara.post(`${HERE}/devices`, fields);
  expect([refused.status, refused.html.includes(words)]).toEqual([422, true]);
  expect(await endpointsOf('sara')).toEqual([]);
});

test('signing out ends what was allowed then; ending all sessions ends everything', async () => {
  const { stores, cases } = desk.harness;
  const mona = await desk.signedIn('mona');
  await mona.get(HERE);
  await mona.post(`${HERE}/devices`, device('https://push.example.com/mona'));
  const [kept] = await stores.pushes.list('mona');
  if (!kept) throw new Error('no device');
  const { id: _id, ...rest } = kept;
  await stores.pushes.add({ ...rest, endpoint: 'https://push.example.com/other', sessionHash: 'another' }, 10);
  await mona.get('/desk');
  await mona.post('/desk/sign-out');
  expect(await endpointsOf('mona')).toEqual(['https://push.example.com/other']);
  await cases.signIn.endSessionsOf('mona', admin);
  expect(await endpointsOf('mona')).toEqual([]);
});

test('in a browser where it was allowed in an earlier session, it ends with the session of now, and with somebody else', async () => {
  const { stores } = desk.harness;
  const signIn = async (visitor: Visitor, who: string) => {
    await visitor.get('/desk/sign-in');
    const done = await visitor.post('/desk/sign-in', { name: `${who}.name`, password: PASSWORD });
    expect([done.status, done.location]).toEqual([303, '/desk']);
  };
  const allowed = async (endpoint: string) => {
    const visitor = desk.visitor();
    await signIn(visitor, 'mona');
    await visitor.get(HERE);
    await visitor.post(`${HERE}/devices`, device(endpoint));
    expect(await endpointsOf('mona')).toEqual([endpoint]);
    return visitor;
  };
  const first = await allowed('https://push.example.com/earlier');
  const [kept] = await stores.pushes.list('mona');
  // That session is over, as after a night.
  await desk.harness.database.pool.query('delete from sessions where id_hash = $1', [kept?.sessionHash]);
  await signIn(first, 'mona');
  expect((await stores.pushes.list('mona'))[0]?.sessionHash).not.toBe(kept?.sessionHash);
  await first.get('/desk');
  await first.post('/desk/sign-out');
  expect(await endpointsOf('mona')).toEqual([]);

  const shared = await allowed('https://push.example.com/shared');
  await desk.harness.database.pool.query(`delete from sessions where user_id = 'mona'`);
  await desk.signedIn('sara');
  await signIn(shared, 'sara');
  expect(await endpointsOf('mona')).toEqual([]);
});

test('what nobody can type and nothing can keep is said to be malformed, and is no fault of ours', async () => {
  const sara = await desk.signedIn('sara');
  await sara.get('/desk/account');
  expect((await sara.post('/desk/account/passkeys/remove', { id: 'a\u0000b' })).status).toBe(400);
});

test('a session that was ended a moment ago allows nothing any more', async () => {
  const sara = await desk.signedIn('sara');
  await sara.get(HERE);
  await desk.harness.database.pool.query(`delete from sessions where user_id = 'sara'`);
  expect((await sara.post(`${HERE}/devices`, device('https://push.example.com/late'))).status).toBe(401);
  expect(await endpointsOf('sara')).toEqual([]);
});

test('a house without keys offers none and takes none', async () => {
  const without = await createDesk();
  const anna = await without.signedIn('anna');
  expect((await anna.get(HERE)).html).not.toContain('data-push');
  expect((await anna.post(`${HERE}/devices`, device('https://push.example.com/x'))).status).toBe(404);
  await without.close();
});

test('a new password by a link, and an admin who removes passkeys and sessions, end what was allowed', async () => {
  const { cases, stores } = desk.harness;
  for (const end of [
    async () => {
      const { url } = await cases.signIn.giveLink('mona', {}, admin);
      const stranger = desk.visitor();
      const path = new URL(url).pathname;
      await stranger.get(path);
      await stranger.post(path, { password: 'four red kettles whistle', again: 'four red kettles whistle' });
    },
    () => stores.passkeys.removeAllBy('mona', 'adam', new Date().toISOString()),
  ]) {
    await stores.pushes.add(
      {
        ...device('https://push.example.com/stranger'),
        userId: 'mona',
        userAgent: '',
        sessionHash: 'any',
        createdAt: new Date().toISOString(),
      },
      10,
    );
    await end();
    expect(await endpointsOf('mona')).toEqual([]);
  }
});

test('in a browser: the worker shows what is pushed and nothing else, under its own strict policy', async () => {
  const browser = await launchChromium();
  const context = await browsing({ desk, browser }, 'quinn');
  await context.grantPermissions(['notifications'], { origin: desk.base });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${desk.base}${HERE}`);
  await page.waitForSelector('form[data-push]:not([hidden])');
  await desk.harness.stores.pushes.add(
    {
      ...device('https://push.example.com/quinn'),
      userId: 'quinn',
      userAgent: 'Mozilla/5.0 (X11; Linux x64) Firefox/150.0',
      sessionHash: 'h',
      createdAt: new Date().toISOString(),
    },
    10,
  );
  await page.reload();
  await page.waitForSelector('form[data-push]:not([hidden])');
  await inspect(page, 'desk-account-devices');
  const worker = await fetch(`${desk.base}/public/push-worker.js`);
  expect(worker.headers.get('content-security-policy')).toBe("default-src 'none'");

  const cdp = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first) resolve(first.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  const scope = await page.evaluate(`(async () => {
    const made = await navigator.serviceWorker.register('/public/push-worker.js', { scope: '/desk' });
    while (!made.active) await new Promise((later) => setTimeout(later, 20));
    return made.scope;
  })()`);
  expect(scope).toBe(`${desk.base}/desk`);
  const words = { title: 'C261122-AAAAAA', body: '案件由您负责', tag: 'notice-1', path: '/desk/cases/C261122-AAAAAA' };
  const registrationId = await registered;
  for (const data of [JSON.stringify(words), JSON.stringify(words), '{}']) {
    await cdp.send('ServiceWorker.deliverPushMessage', { origin: desk.base, registrationId, data });
  }
  const shown = () =>
    page.evaluate(`navigator.serviceWorker.getRegistration('/desk').then((made) => made.getNotifications())
      .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path })))`);
  let found: unknown = [];
  for (let n = 0; n < 200 && (found as unknown[]).length === 0; n++) {
    found = await shown();
    await page.waitForTimeout(50);
  }
  expect(found).toEqual([words]);
  expect(complaints).toEqual([]);
  await browser.close();
});

test('in a browser: the button subscribes once the worker runs, with the key of the house, and keeps where to send', async () => {
  const browser = await launchChromium();
  const context = await browsing({ desk, browser }, 'arno');
  await context.grantPermissions(['notifications'], { origin: desk.base });
  const page = await context.newPage();
  await page.goto(`${desk.base}${HERE}`);
  // The push service alone is not there: what it would answer is said in its place, if the worker runs.
  await page.evaluate(`PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey: key }) => {
    const { active } = await navigator.serviceWorker.getRegistration('/desk');
    if (!active || !userVisibleOnly || key.length !== 65) throw new DOMException('no active worker', 'AbortError');
    return { toJSON: () => (${JSON.stringify({
      endpoint: 'https://push.example.com/arnos-browser',
      keys: { p256dh: device('').p256dh, auth: device('').auth },
    })}) };
  }`);
  await page.click('form[data-push] button');
  await page.waitForURL((url) => url.search !== '' || url.pathname !== HERE);
  expect(await endpointsOf('arno')).toContain('https://push.example.com/arnos-browser');
  await browser.close();
});
