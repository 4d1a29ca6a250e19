import type { Browser } from 'playwright-core';
import type { MakeOptions, SignOptions } from '../../../../src/cases/access/webauthn';
import { Authenticator, type Told } from '../../../cases/access/authenticator';
import { launchChromium } from '../../../support/chromium';
import { PUBLIC_URL } from '../../support/harness';
import { complaintsOf, inspect } from '../inspect';
import { createDesk, PASSWORD, type Desk, type Page, type Visitor } from './support';

const WRONG = '账号、密码或通行密钥不对';
const ASK = '/desk/sign-in/passkey/ask';
const ANSWER = '/desk/sign-in/passkey';

describe('passkeys over HTTP', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  /** Adds a passkey on the page of the account. */
  async function added(visitor: Visitor, name: string): Promise<Authenticator> {
    await visitor.get('/desk/account');
    const page = await visitor.post('/desk/account/passkeys/offer', { name });
    const json = /data-options="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const options = JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&#x3D;', '=')) as MakeOptions;
    const device = new Authenticator(PUBLIC_URL);
    const done = await visitor.post('/desk/account/passkeys', { name, answer: device.make(options) });
    if (done.location !== '/desk/account?done=passkey') throw new Error(`not added: ${done.status} ${done.html}`);
    return device;
  }

  async function asked(visitor: Visitor): Promise<SignOptions> {
    return JSON.parse((await visitor.post(ASK)).html) as SignOptions;
  }

  async function comeIn(visitor: Visitor, device: Authenticator, told?: Told): Promise<Page> {
    return visitor.post(ANSWER, { to: '/desk/cases', answer: device.sign(await asked(visitor), told) });
  }

  const isIn = async (visitor: Visitor): Promise<boolean> => (await visitor.get('/desk')).status === 200;

  test('one that was added on the page of the account leads to where somebody was going, and is removed there', async () => {
    const anna = await desk.signedIn('anna');
    const device = await added(anna, '工作<笔记本>');
    const shown = await anna.get('/desk/account?done=passkey');
    expect(shown.html).toContain('工作&lt;笔记本&gt;');
    expect(shown.html).toContain('通行密钥已添加');
    const visitor = desk.visitor();
    expect((await visitor.get('/desk/sign-in')).html).toContain('用通行密钥登录');
    const ask = await visitor.post(ASK);
    expect(ask.headers.getSetCookie()[0]).toMatch(
      /^redress-passkey=[\w-]{43}; Max-Age=300; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    expect((await comeIn(visitor, device)).location).toBe('/desk/cases');
    expect(await isIn(visitor)).toBe(true);
    expect(visitor.cookieOf('redress-passkey')).toBeUndefined();
    await anna.get('/desk/account');
    const id = anna.value('id') ?? '';
    expect((await anna.post('/desk/account/passkeys/remove', { id })).location).toBe(
      '/desk/account?done=passkey-removed',
    );
    const later = desk.visitor();
    expect((await comeIn(later, device)).html).toContain(WRONG);
    await anna.get('/desk/account');
    expect((await anna.post('/desk/account/passkeys/remove', { id })).status).toBe(404);
  });

  test('an answer that was given before, in another browser, or without being asked for, signs nobody in', async () => {
    const device = await added(await desk.signedIn('mona'), '手机');
    const visitor = desk.visitor();
    const answer = device.sign(await asked(visitor));
    const ticket = visitor.cookieOf('redress-passkey') ?? '';
    const other = desk.visitor();
    expect((await other.post(ANSWER, { answer })).status).toBe(422);
    await asked(other);
    const page = await other.post(ANSWER, { answer });
    expect([page.status, page.html.includes(WRONG)]).toEqual([422, true]);
    expect((await visitor.post(ANSWER, { answer })).location).toBe('/desk');
    const replayed = desk.visitor();
    replayed.setCookie('redress-passkey', ticket);
    expect((await replayed.post(ANSWER, { answer })).status).toBe(422);
    for (const one of [other, replayed]) expect(await isIn(one)).toBe(false);
  });

  test.each<[string, Told]>([
    ['signed for another origin', { origin: 'https://redress.example.evil.example' }],
    ['signed for another name', { rpId: 'evil.example' }],
    ['said to be of somebody else', { userHandle: 'x'.repeat(43) }],
    ['whose user was not verified', { isVerified: false }],
  ])('one %s gets the answer of a wrong password', async (_what, told) => {
    const device = await added(await desk.signedIn('arno'), '手机');
    const visitor = desk.visitor();
    const [page, pair] = [
      await comeIn(visitor, device, told),
      await desk.visitor().post('/desk/sign-in', { name: 'nobody', password: PASSWORD }),
    ];
    const faultOf = ({ html }: Page): string | undefined => /<div class="errs"[^]*?<\/div>/.exec(html)?.[0];
    expect(faultOf(page)).toBe(faultOf(pair));
    expect(faultOf(page)).toContain(WRONG);
    expect([page.status, await isIn(visitor)]).toEqual([422, false]);
  });

  test('who has left is not let in', async () => {
    const device = await added(await desk.signedIn('quinn'), '手机');
    await desk.harness.stores.users.change([{ id: 'quinn', change: { active: false } }]);
    const visitor = desk.visitor();
    const page = await comeIn(visitor, device);
    expect([page.status, page.html.includes(WRONG), await isIn(visitor)]).toEqual([422, true, false]);
  });

  test('a form of another site is not taken, and none is added without the session that asked', async () => {
    const from = { 'sec-fetch-site': 'cross-site' };
    for (const path of [ASK, ANSWER]) expect((await desk.visitor().post(path, {}, from)).status).toBe(403);
    const anna = await desk.signedIn('anna');
    await anna.get('/desk/account');
    for (const path of ['offer', '', 'remove']) {
      const address = `/desk/account/passkeys${path && `/${path}`}`;
      expect((await anna.post(address, { csrf: 'x'.repeat(43), name: 'x' })).status).toBe(403);
      expect((await desk.visitor().post(address, { name: 'x' })).status).toBe(401);
    }
    await anna.get('/desk/account');
    const none = await anna.post('/desk/account/passkeys', { name: '我的手机', answer: '{}' });
    expect([none.status, none.html.includes('没有添加'), none.html.includes('value="我的手机"')]).toEqual([
      422,
      true,
      true,
    ]);
  });

  test('an admin sees who has some, and removes them; nobody else does', async () => {
    const device = await added(await desk.signedIn('sara'), '手机');
    const mona = await desk.signedIn('mona');
    await mona.get('/desk');
    expect((await mona.post('/desk/people/passkeys', { person: 'sara' })).status).toBe(404);
    const admin = await desk.signedIn('adam');
    const { html } = await admin.get('/desk/people?person=sara');
    expect(html.slice(html.indexOf('<li id="sara">'), html.indexOf('<li id="sven">'))).toContain('1 把通行密钥');
    expect(html).toContain('通行密钥不受影响');
    const done = await admin.post('/desk/people/passkeys', { person: 'sara' });
    expect((await admin.get(done.location ?? '')).html).toContain('Name of sara的通行密钥都已移除');
    expect((await admin.get('/desk/people?person=sara')).html).not.toContain('通行密钥不受影响');
    expect((await comeIn(desk.visitor(), device)).html).toContain(WRONG);
    expect(await isIn(await desk.signedIn('sara'))).toBe(false);
  });

  test('at an address without TLS none are offered', async () => {
    const plain = await createDesk({ PUBLIC_URL: 'http://redress.example' });
    try {
      expect((await plain.visitor().get('/desk/sign-in')).html).not.toContain('通行密钥');
      expect((await plain.visitor().post(ASK)).status).toBe(404);
      expect((await (await plain.signedIn('anna')).get('/desk/account')).html).not.toContain('id="passkeys"');
    } finally {
      await plain.close();
    }
  });
});

describe('passkeys in a browser', () => {
  let desk: Desk;
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    desk = await createDesk({}, { host: 'localhost' });
  });
  afterAll(async () => {
    await browser.close();
    await desk.close();
  });

  test.each(['zh-CN', 'en'] as const)('one is made and signs in again, in %s', async (language) => {
    const id = language === 'en' ? 'mona' : 'anna';
    await desk.signedIn(id);
    const say = (zh: string, en: string): string => (language === 'en' ? en : zh);
    const context = await browser.newContext({ locale: language });
    await context.addCookies([{ name: 'redress-look', value: `${language}.`, url: desk.base }]);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const device = await context.newCDPSession(page);
    await device.send('WebAuthn.enable');
    /** Has the person cancel what the browser asks, the next time. */
    const cancelling = (what: 'create' | 'get') =>
      page.evaluate(`navigator.credentials.${what} = () => {
        delete navigator.credentials.${what};
        return Promise.reject(new DOMException('', 'NotAllowedError'));
      }`);
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${desk.base}/desk/account`);
    await page.fill('#name', `${id}.name`);
    await page.fill('#password', PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL(`${desk.base}/desk/account`);
    await page.fill('#passkey', say('工作笔记本', 'work laptop'));
    expect(await page.isVisible('[data-passkey-unable]')).toBe(false);
    await inspect(page, `account-passkey-${language}`);
    await page.click('#passkeys button[type=submit]');
    const make = page.locator('[data-passkey] button');
    await make.waitFor();
    expect(await page.evaluate(`document.activeElement.closest('[data-options]') !== null`)).toBe(true);
    await inspect(page, `account-passkey-offer-${language}`);

    await cancelling('create');
    await make.click();
    await page.waitForSelector('[data-passkey-fault]:not([hidden])');
    await make.click();
    await page.waitForURL(/\?done=passkey#passkeys$/);
    expect(await page.textContent('#passkeys li b')).toBe(say('工作笔记本', 'work laptop'));
    await inspect(page, `account-passkeys-${language}`);
    const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost', userName: `${id}.name` }]);

    await context.clearCookies({ name: 'redress-desk' });
    await page.goto(`${desk.base}/desk/cases`);
    await inspect(page, `sign-in-passkey-${language}`);
    const way = page.locator('[data-passkey] button');
    await cancelling('get');
    await way.click();
    await page.waitForSelector('[data-passkey-fault]:not([hidden])');
    await inspect(page, `sign-in-passkey-cancelled-${language}`);
    await way.click();
    await page.waitForURL(`${desk.base}/desk/cases`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('without script, or where a browser has none, the ways to add one and to sign in with one are not shown', async () => {
    await desk.signedIn('sara');
    for (const javaScriptEnabled of [false, true]) {
      const context = await browser.newContext({ locale: 'zh-CN', javaScriptEnabled });
      await context.addInitScript('delete window.PublicKeyCredential');
      const page = await context.newPage();
      await page.goto(`${desk.base}/desk/account`);
      expect(await page.locator('[data-passkey]').isVisible()).toBe(false);
      await page.fill('#name', 'sara.name');
      await page.fill('#password', PASSWORD);
      await page.click('.btn-p');
      await page.waitForURL(`${desk.base}/desk/account`);
      expect(await page.locator('#passkey').isVisible()).toBe(false);
      expect(await page.textContent('[data-passkey-unable]')).toContain('这个浏览器不能用通行密钥');
      await context.close();
    }
  });
});
