import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { createApp } from '../../../../src/http/app';
import { createSite } from '../../../../src/http/site';
import { createIntake } from '../../../../src/http/site/customer/intake';
import { Spool } from '../../../../src/http/spool';
import { createHarness, type Harness } from '../../support/harness';
import { CASE_NO, CODE, fakeCases, fakeIntake, progressView } from './fake-cases';
import { serve, type Served } from './serve';

/** The complaint form in a page of another site: who may show it, and that every answer of it can be shown there. */

const SITE = 'https://www.house.example';
const OTHER = 'http://intranet.house.example:8080';
const AT = `/embed/complaint?site=${encodeURIComponent(SITE)}`;
const GOOD = { text: '包装盒有点脏，希望说明一下。', name: '周女士', phone: '138 0000 5621', lang: 'zh-CN' };
const KEY = 'k'.repeat(22);

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

const formOf = (fields: Record<string, string>, files: [name: string, content: string][] = []): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, content] of files) data.append('files', new Blob([content]), name);
  return data;
};

async function form(given: Parameters<typeof fakeIntake>[0] = {}, options: Parameters<typeof serve>[1] = {}) {
  const fake = fakeIntake(given);
  const { cases } = fakeCases({ progress: progressView('receive'), away: given.away });
  const served = await serve(cases, { embedSites: [SITE, OTHER], ...options, intake: fake.intake });
  open.push(served);
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${served.url}${path}`, { redirect: 'manual', ...init });
    const { status, headers } = answer;
    const page = (await answer.text()).replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    return { status, headers, location: headers.get('location'), page };
  };
  const send = (
    path: string,
    fields: Record<string, string>,
    files: Parameters<typeof formOf>[1] = [],
    headers: Record<string, string> = {},
  ) => ask(path, { method: 'POST', body: formOf(fields, files), headers });
  return { ...served, ...fake, ask, send };
}
type Asked = Awaited<ReturnType<Awaited<ReturnType<typeof form>>['ask']>>;

/** Which pages may show it. */
const aroundOf = ({ headers }: Asked): (string | undefined | null)[] => [
  /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1],
  headers.get('x-frame-options'),
];
const NOWHERE = ["'none'", 'SAMEORIGIN'];

describe('who may show it', () => {
  test('a site that the house allows, and that one alone, each by its own address', async () => {
    const { ask } = await form();
    for (const site of [SITE, OTHER]) {
      const shown = await ask(`/embed/complaint?site=${encodeURIComponent(site)}`);
      expect(shown.status).toBe(200);
      expect(aroundOf(shown)).toEqual([site, null]);
      expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*script-src 'self'/);
      expect(shown.headers.get('content-security-policy')).not.toContain('unsafe');
      expect(shown.headers.get('set-cookie')).toBeNull();
      expect(shown.page).toContain(`data-site="${site}"`);
    }
  });

  test.each([
    ['none named', '/embed/complaint'],
    ['another', '/embed/complaint?site=https://evil.example'],
    ['its beginning', `/embed/complaint?site=${encodeURIComponent(`${SITE}.evil.example`)}`],
    ['its end', '/embed/complaint?site=https://evilwww.house.example'],
    ['another scheme', '/embed/complaint?site=http://www.house.example'],
    ['another port', `/embed/complaint?site=${encodeURIComponent(`${SITE}:8443`)}`],
    ['two at once', `${AT}&site=https://evil.example`],
    ['several in one', `/embed/complaint?site=${encodeURIComponent(`${SITE} https://evil.example`)}`],
    ['all', '/embed/complaint?site=*'],
    ['a receipt', `/embed/complaint/${CASE_NO}?code=${CODE}&site=https://evil.example`],
  ])('no other: %s', async (_what, path) => {
    const { ask, send, filed } = await form();
    const shown = await ask(path);
    expect(shown.status).toBe(404);
    expect(aroundOf(shown)).toEqual(NOWHERE);
    expect(shown.page).not.toContain('<textarea');
    expect(shown.page).toContain('href="/complain?lang=zh-CN"');
    const sent = await send(path, { ...GOOD, key: KEY });
    expect([sent.status, aroundOf(sent), filed]).toEqual([404, NOWHERE, []]);
  });

  test('with no site named by the house there is no such form', async () => {
    const { ask } = await form({}, { embedSites: [] });
    expect((await ask(AT)).status).toBe(404);
  });

  test.each([
    '/complain',
    `/complain?site=${encodeURIComponent(SITE)}`,
    `/complain/${CASE_NO}?code=${CODE}&site=${encodeURIComponent(SITE)}`,
    `/p?site=${encodeURIComponent(SITE)}`,
    `/p/${CASE_NO}?code=${CODE}&site=${encodeURIComponent(SITE)}`,
    `/channels?site=${encodeURIComponent(SITE)}`,
    `/desk/sign-in?site=${encodeURIComponent(SITE)}`,
    `/nowhere?site=${encodeURIComponent(SITE)}`,
    `/embed?site=https://evil.example`,
  ])('every other page is in no frame: %s', async (path) => {
    const { ask } = await form();
    expect(aroundOf(await ask(path, { headers: { Accept: 'text/html' } }))).toEqual(NOWHERE);
  });
});

describe('every answer can be shown where the form stands', () => {
  test('what was refused comes back into the frame, with all that was typed', async () => {
    const refused = await (await form()).send(AT, { ...GOOD, name: '', key: KEY });
    const noKey = await (await form()).send(AT, { ...GOOD, key: '' });
    const used = await (await form({ outcome: { kind: 'used' } })).send(AT, { ...GOOD, key: KEY });
    const away = await (await form({ outcome: { kind: 'away' } })).send(AT, { ...GOOD, key: KEY });
    expect([refused, noKey, used, away].map(({ status }) => status)).toEqual([422, 400, 409, 503]);
    for (const answer of [refused, noKey, used, away]) {
      expect(aroundOf(answer)).toEqual([SITE, null]);
      expect(answer.page).toContain(`${GOOD.text}</textarea>`);
      expect(answer.page).toContain(
        `action="/embed/complaint?site=${encodeURIComponent(SITE)}&lang=zh-CN" target="_self"`,
      );
    }
  });

  test('so does what is refused before it is read, an unknown receipt, and what fails', async () => {
    const { send, ask } = await form({}, { complaintsPerMinute: 3 });
    const large = await send(AT, GOOD, [['a.txt', 'x'.repeat(3 * 1024 * 1024)]]);
    const broken = await ask(AT, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      body: '--b\r\nnonsense',
    });
    await send(AT, { ...GOOD, key: KEY });
    const often = await send(AT, { ...GOOD, key: KEY });
    const unknown = await ask(`/embed/complaint/${CASE_NO}?code=X&site=${encodeURIComponent(SITE)}`);
    const nowhere = await ask(`/embed/else?site=${encodeURIComponent(SITE)}`);
    const failed = await (
      await form({ away: true })
    ).ask(`/embed/complaint/${CASE_NO}?code=${CODE}&site=${encodeURIComponent(SITE)}`);
    const answers = [large, broken, often, unknown, nowhere, failed];
    expect(answers.map(({ status }) => status)).toEqual([413, 400, 429, 404, 404, 503]);
    for (const answer of answers) {
      expect(aroundOf(answer)).toEqual([SITE, null]);
      expect(answer.page).toContain(`data-site="${SITE}"`);
      expect(answer.page).toContain('/public/framed.js');
    }
  });

  test('the receipt is there too, and takes more files', async () => {
    const { ask, send, attached, filed } = await form();
    const sent = await send(`${AT}&theme=dark`, { ...GOOD, key: KEY }, [['铭牌.txt', 'QH-7']]);
    const receipt = `/embed/complaint/${CASE_NO}?code=${CODE}&site=${encodeURIComponent(SITE)}&theme=dark&lang=zh-CN`;
    expect([sent.status, sent.location]).toEqual([303, `${receipt}&kept=1`]);
    expect(aroundOf(sent)).toEqual([SITE, null]);
    expect(filed).toEqual([expect.objectContaining({ key: `form-${KEY}`, source: 'www.house.example' })]);
    const shown = await ask(sent.location ?? '');
    expect(shown.status).toBe(200);
    expect(aroundOf(shown)).toEqual([SITE, null]);
    expect(shown.page).toContain('1 个文件已收到');
    expect(shown.page).toContain('data-theme="dark"');
    // What leads out of the frame opens beside the page around it.
    expect(shown.page).toContain('<base target="_blank">');
    expect(shown.page).toContain(`href="/p/${CASE_NO}?code=${CODE}&lang=zh-CN"`);
    expect(shown.page).toContain(`href="/complain/${CASE_NO}?code=${CODE}&lang=zh-CN"`);
    const more = /action="([^"]*\/files[^"]*)" target="_self"/.exec(shown.page)?.[1] ?? '';
    const added = await send(more, { code: CODE, lang: 'zh-CN' }, [['发票.txt', '88']]);
    expect([added.status, added.location]).toEqual([303, `${receipt}&kept=1`]);
    expect(attached.map(({ fileName }) => fileName)).toEqual(['铭牌.txt', '发票.txt']);
    const wrong = await send(more, { code: 'X' }, [['a.txt', 'x']]);
    expect([wrong.status, ...aroundOf(wrong), attached.length]).toEqual([404, SITE, null, 2]);
  });

  test('every way that stays in the frame says so; all others open beside the page', async () => {
    const { ask, send } = await form({ outcome: { kind: 'away' } });
    for (const { page } of [await ask(AT), await send(AT, { ...GOOD, key: KEY, name: '' })]) {
      expect(page).toContain('<base target="_blank">');
      for (const [link, address] of page.matchAll(/<(?:a|form)[^>]*(?:href|action)="(\/[^"]*)"[^>]*>/g)) {
        expect([address, link.includes('target="_self"')]).toEqual([address, address?.startsWith('/embed/')]);
      }
    }
    const own = await ask('/complain');
    expect(own.page).not.toContain('target=');
  });
});

test('a page of the site itself, or of anybody else, sends none of these forms', async () => {
  const { send, filed } = await form();
  for (const headers of [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: SITE },
  ] as Record<string, string>[]) {
    const sent = await send(AT, { ...GOOD, key: KEY }, [], headers);
    expect([sent.status, filed.length]).toEqual([403, 0]);
  }
  expect((await send(AT, { ...GOOD, key: KEY }, [], { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(303);
});

describe('what the page around it fills in', () => {
  test.each(['/complain?', `${AT}&`])('order and product stand there, also in the other language: %s', async (at) => {
    const { ask } = await form();
    const { page } = await ask(`${at}lang=en&order=QH-1%20%22%3E&product=${encodeURIComponent('洗衣机 <b>')}`);
    expect(page).toContain('value="QH-1 &quot;&gt;"');
    expect(page).toContain('value="洗衣机 &lt;b&gt;"');
    expect(page).toContain('data-filled="product order"');
    const other = /href="([^"]*)"[^>]* hreflang="zh-CN"/.exec(page)?.[1] ?? '';
    const again = await ask(other);
    expect(again.page).toContain('<html lang="zh-CN"');
    expect(again.page).toContain('value="洗衣机 &lt;b&gt;"');
  });

  test('what could not be sent anyway is not filled in', async () => {
    const { ask } = await form();
    for (const query of [
      `order=${'1'.repeat(101)}&product=${'x'.repeat(201)}`,
      'order=a%00b&product=a%0Ab',
      'order=1&order=2&product=1&product=2',
    ]) {
      const { status, page } = await ask(`${AT}&${query}`);
      expect(status).toBe(200);
      expect(page).not.toContain('data-filled');
      expect(page).toContain('name="order" value=""');
    }
  });

  test('it looks as the site does', async () => {
    const { ask } = await form();
    const themed = async (theme: string) => /<html[^>]*>/.exec((await ask(`${AT}${theme}`)).page)?.[0] ?? '';
    expect(await themed('')).toContain('data-theme="light"');
    expect(await themed('&theme=dark')).toContain('data-theme="dark"');
    expect(await themed('&theme=auto')).not.toContain('data-theme');
    expect(await themed('&theme=x%22y')).toContain('data-theme="light"');
  });
});

test('the script that puts it there may be loaded by other sites; no other file of ours', async () => {
  const { ask } = await form();
  const { headers, page } = await ask('/public/embed.js');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('content-type')).toContain('text/javascript');
  // It loads nothing, keeps nothing and sends nothing but its frame's address.
  expect(page).not.toMatch(
    /fetch\(|XMLHttpRequest|sendBeacon|cookie|localStorage|sessionStorage|innerHTML|eval|new Image/,
  );
  for (const path of ['/public/customer.css', '/public/framed.js', '/public/draft.js', AT]) {
    expect((await ask(path)).headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});

describe('with the real use cases and a real Postgres', () => {
  let harness: Harness;
  let server: Server;
  let base: string;
  beforeAll(async () => {
    harness = await createHarness();
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { needs, cases, dataDir } = harness;
    const pages = createSite({
      cases: cases.customer.pages,
      chat: cases.chats.customer,
      staff: cases,
      articles: cases.articles,
      intake: createIntake(cases, needs.log),
      publicUrl: base,
      embedSites: [SITE],
      orgName: '青禾电器',
      contact: '',
      limits: needs.limits,
      fileBytes: 64 * 1024,
      spool: new Spool(dataDir, 10 * 1024 * 1024),
      log: needs.log,
    }).router;
    server.on('request', createApp({ ...needs, registry: new Registry(), pages }));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await harness.close();
  });

  test('pressed twice, at once and later: one case, which says from which site it came', async () => {
    const send = () =>
      fetch(`${base}${AT}`, {
        method: 'POST',
        redirect: 'manual',
        body: formOf({ ...GOOD, key: KEY }, [['铭牌.txt', 'QH-7']]),
      });
    const answers = [...(await Promise.all([send(), send()])), await send()];
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const locations = answers.map(({ headers }) => headers.get('location'));
    expect(new Set(locations).size).toBe(1);
    const caseNo = /complaint\/(C[\w-]+)\?/.exec(locations[0] ?? '')?.[1] ?? '';
    expect(await harness.stores.complaints.get(caseNo)).toMatchObject({ channel: 'web', source: 'www.house.example' });
    expect(await harness.stores.evidence.list(caseNo)).toHaveLength(1);
    const seen = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'mona' });
    expect(seen.body.case).toMatchObject({ channel: 'web', source: 'www.house.example' });
    expect(harness.logged.join()).not.toContain(KEY);
  });
});
