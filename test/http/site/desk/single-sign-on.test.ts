import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createSignIn } from '../../../../src/cases/access/create-sign-in';
import { PROJECT_ROOT } from '../../../../src/paths';
import { countsInMemory } from '../../../../src/db/stores/limits';
import { freePort } from '../../../../src/runtime/ports';
import { PUBLIC_URL } from '../../support/harness';
import { createDesk, type Desk, type Page, type Visitor } from './support';

const CALLBACK = `${PUBLIC_URL}/desk/sso/callback`;
const CLIENT = { clientId: 'redress', clientSecret: 'a secret of the tests' };
const TRIP = 'redress-sso';

let provider: ChildProcess;
let issuer: string;
let desk: Desk;

beforeAll(async () => {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  provider = spawn(process.execPath, [
    join(PROJECT_ROOT, 'test/http/site/desk/identity-provider.mjs'),
    CALLBACK,
    String(port),
  ]);
  await new Promise<void>((listens, fails) => {
    provider.stdout?.on('data', (text: Buffer) => text.toString().includes(issuer) && listens());
    provider.once('exit', () => fails(new Error('the provider did not start')));
  });
  desk = await createDesk(known());
  for (const id of ['anna', 'sara', 'mona', 'quinn']) await desk.signedIn(id);
});
afterAll(async () => {
  provider.kill();
  await desk.close();
});

const known = () => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: CLIENT.clientId,
  OIDC_CLIENT_SECRET: CLIENT.clientSecret,
});

interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  amr?: string[];
  deny?: boolean;
}

/** Goes to the provider as this person and back; @returns the address, of ours, that one comes back to */
async function throughProvider(start: string, person: Person): Promise<string> {
  await fetch(`${issuer}/next`, { method: 'POST', body: JSON.stringify(person) });
  const jar = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < 8; hop++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider stopped: ${response.status} ${await response.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(PUBLIC_URL)) return url.slice(PUBLIC_URL.length);
  }
  throw new Error('the provider goes in circles');
}

/** Begins at our sign-in. @returns the address that the provider sends back to */
async function begun(visitor: Visitor, person: Person, to = ''): Promise<string> {
  const start = await visitor.get(`/desk/sso${to}`);
  if (start.location === undefined) throw new Error(`it did not begin: ${start.status}`);
  return throughProvider(start.location, person);
}

async function comeIn(visitor: Visitor, person: Person, to = ''): Promise<Page> {
  return visitor.get(await begun(visitor, person, to));
}

const verified = (id: string, sub = `sub-${id}`): Person => ({
  sub,
  email: `${id.toUpperCase()}@house.example`,
  email_verified: true,
});
const isIn = async (visitor: Visitor): Promise<boolean> => (await visitor.get('/desk')).status === 200;
const subjects = async (): Promise<unknown[]> =>
  (await desk.harness.database.pool.query('select user_id, subject from sign_in_subjects order by 1')).rows;

describe('single sign-on', () => {
  test('whoever has the verified mail address of an account is in, and is known by their subject from then on', async () => {
    const visitor = desk.visitor();
    expect((await visitor.get('/desk/sign-in?to=/desk/cases')).html).toContain(
      'href="/desk/sso?to&#x3D;%2Fdesk%2Fcases"',
    );
    const start = await visitor.get('/desk/sso?to=/desk/cases');
    const [cookie] = start.headers.getSetCookie();
    expect(cookie).toMatch(/^redress-sso=[^;]+; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/);
    const asked = new URL(start.location ?? '');
    expect(asked.searchParams.get('redirect_uri')).toBe(CALLBACK);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    const back = await throughProvider(asked.href, verified('anna'));
    expect((await visitor.get(back)).location).toBe('/desk/cases');
    expect(await isIn(visitor)).toBe(true);
    expect(visitor.cookieOf(TRIP)).toBeUndefined();

    const later = desk.visitor();
    expect((await comeIn(later, { sub: 'sub-anna', email: 'moved@elsewhere.example' })).location).toBe('/desk');
    expect(await isIn(later)).toBe(true);
    expect(await subjects()).toContainEqual({ user_id: 'anna', subject: 'sub-anna' });
    await later.post('/desk/sign-out');
    expect(await isIn(later)).toBe(false);
  });

  test.each([
    ['an address that is not verified', { sub: 's1', email: 'mona@house.example', email_verified: false }],
    ['an address without a word on that', { sub: 's2', email: 'mona@house.example' }],
    ['no address', { sub: 's3' }],
    ['nobody of ours', { sub: 's4', email: 'who@house.example', email_verified: true }],
    ['somebody without an account', { sub: 's5', email: 'sven@house.example', email_verified: true }],
  ])('%s lets nobody in, and makes nothing', async (_what, person: Person) => {
    const visitor = desk.visitor();
    const before = await subjects();
    const page = await comeIn(visitor, person);
    expect([page.status, page.html.includes('没有对应的账号')]).toEqual([422, true]);
    expect(await isIn(visitor)).toBe(false);
    expect(await subjects()).toEqual(before);
    expect(await desk.harness.stores.accounts.byUser('sven')).toBeUndefined();
  });

  test('who has left is not let in', async () => {
    await comeIn(desk.visitor(), verified('quinn'));
    await desk.harness.stores.users.change([{ id: 'quinn', change: { active: false } }]);
    const visitor = desk.visitor();
    expect((await comeIn(visitor, verified('quinn'))).status).toBe(422);
    expect(await isIn(visitor)).toBe(false);
  });

  test('a way back that another browser began, that was used, or that was tampered with, lets nobody in', async () => {
    const other = desk.visitor();
    const back = await begun(other, verified('mona'));
    const victim = desk.visitor();
    expect((await victim.get(back)).status).toBe(422);
    expect(await isIn(victim)).toBe(false);
    await victim.get('/desk/sso');
    expect((await victim.get(back)).status).toBe(422);
    expect(await isIn(victim)).toBe(false);
    expect((await other.get(back)).location).toBe('/desk');
    expect((await other.get(back)).status).toBe(422);

    for (const what of ['state', 'nonce', 'verifier']) {
      const visitor = desk.visitor();
      const way = await begun(visitor, verified('mona'));
      const text = Buffer.from(visitor.cookieOf(TRIP) ?? '', 'base64url').toString();
      const trip = { ...(JSON.parse(text) as object), [what]: 'x'.repeat(43) };
      visitor.setCookie(TRIP, Buffer.from(JSON.stringify(trip)).toString('base64url'));
      const page = await visitor.get(way);
      expect([what, page.status, page.html.includes('没有完成')]).toEqual([what, 422, true]);
      expect(await isIn(visitor)).toBe(false);
    }
    const visitor = desk.visitor();
    visitor.setCookie(TRIP, 'no-json');
    expect((await visitor.get('/desk/sso/callback?code=x&state=y')).status).toBe(422);
  });

  test('a code of ours is asked for, unless the provider asked for two factors', async () => {
    const sara = await desk.signedIn('sara');
    const id = sara.cookieOf('redress-desk') ?? '';
    const held = await desk.harness.cases.signIn.session(id);
    if (!held) throw new Error('no session');
    const { secret } = await desk.harness.cases.signIn.offerSecondFactor(held);
    await desk.harness.stores.accounts.confirmSecondFactor('sara', secret, 1);
    const [one, two] = [desk.visitor(), desk.visitor()];
    const page = await comeIn(one, { ...verified('sara'), amr: ['pwd'] });
    expect([page.status, page.html.includes('name="ticket"')]).toEqual([200, true]);
    expect(await isIn(one)).toBe(false);
    expect((await comeIn(two, { ...verified('sara'), amr: ['pwd', 'mfa'] })).location).toBe('/desk');
    expect(await isIn(two)).toBe(true);
  });

  test('what the provider refuses is told, and no other site is led on to', async () => {
    const visitor = desk.visitor();
    const page = await comeIn(visitor, { ...verified('mona'), deny: true });
    expect([page.status, page.html.includes('没有完成')]).toEqual([422, true]);
    expect((await comeIn(visitor, verified('mona'), '?to=https://evil.example/')).location).toBe('/desk');
  });

  test('while the provider is away that is told, and it is asked again the next time', async () => {
    const { singleSignOn } = createSignIn({
      ...desk.harness,
      counts: countsInMemory,
      mailDomain: 'house.example',
      publicUrl: PUBLIC_URL,
      issuer: '青禾电器',
      provider: { issuer: 'http://127.0.0.1:9', ...CLIENT },
      log: { warn: () => undefined },
      clock: Date.now,
    });
    expect(await singleSignOn?.begin()).toMatchObject({ is: 'wrong' });
    expect(await singleSignOn?.begin()).toMatchObject({ is: 'wrong' });
  });

  test('under https the way there and back is in a cookie that only this host can have set, and so is the session', async () => {
    const secure = await createDesk(known(), { publicUrl: PUBLIC_URL });
    try {
      await secure.signedIn('anna');
      const visitor = secure.visitor();
      const start = await visitor.get('/desk/sso?to=/desk/cases');
      const [kept, ...others] = start.headers.getSetCookie();
      // A browser takes the prefix only with Secure, with this path, and without a domain.
      expect(kept).toMatch(
        /^__Host-redress-sso=[^;]+; Max-Age=600; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(others).toEqual([]);
      const trip = visitor.cookieOf(`__Host-${TRIP}`) ?? '';
      const back = await throughProvider(start.location ?? '', verified('anna'));

      // Without the prefix, another host of the same site could have set it.
      const planted = secure.visitor();
      planted.setCookie(TRIP, trip);
      expect((await planted.get(back)).status).toBe(422);

      const page = await visitor.get(back);
      expect(page.location).toBe('/desk/cases');
      const [forgotten, session] = page.headers.getSetCookie();
      expect(forgotten).toMatch(
        /^__Host-redress-sso=; Path=\/; Expires=Thu, 01 Jan 1970 [^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(session).toMatch(
        /^__Host-redress-desk=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect((await visitor.get('/desk')).status).toBe(200);
    } finally {
      await secure.close();
    }
  });
});
