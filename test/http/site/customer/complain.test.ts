import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createApp } from '../../../../src/http/app';
import { createSite } from '../../../../src/http/site';
import { Spool } from '../../../../src/http/spool';
import { createIntake } from '../../../../src/http/site/customer/intake';
import { waitUntil } from '../../../support/processes';
import { createHarness, type Harness } from '../../support/harness';
import { CASE_NO, CODE, fakeCases, fakeIntake, progressView } from './fake-cases';
import { serve, type Served } from './serve';

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

const GOOD = {
  text: '上周四收到的洗衣机漏水。',
  name: '周女士',
  phone: '138 0000 5621',
  email: 'zhou@example.com',
};
type Fields = Record<string, string | string[]>;

function formOf(fields: Fields, files: [name: string, content: string, type?: string][] = []): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) data.append(name, one);
  for (const [name, content, type] of files) data.append('files', new Blob([content], { type }), name);
  return data;
}

async function sendTo(url: string, body: FormData | URLSearchParams, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body, headers });
  return { status: answer.status, location: answer.headers.get('location'), page: await answer.text(), answer };
}

const keyIn = (page: string): string => /name="key" value="([\w-]+)"/.exec(page)?.[1] ?? '';
const newKey = async (base: string): Promise<string> => keyIn(await (await fetch(`${base}/complain`)).text());
/** The bytes of the files that wait for their forms, of this server alone. */
async function waiting(dataDir: string): Promise<number> {
  const sizes = (await readdir(join(dataDir, 'spool'), { recursive: true }).catch(() => [])).map(async (name) => {
    const info = await stat(join(dataDir, 'spool', name)).catch(() => undefined);
    return info?.isFile() ? info.size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
const forms = async (dataDir: string): Promise<string[]> =>
  (await readdir(join(dataDir, 'spool'), { recursive: true }).catch(() => [])).filter((name) => name.includes('form-'));

async function form(given: Parameters<typeof fakeIntake>[0] = {}, options: Parameters<typeof serve>[1] = {}) {
  const fake = fakeIntake(given);
  const { cases } = fakeCases({
    progress: progressView('receive', { handler: undefined, handlerWords: undefined }),
    away: given.away,
  });
  const served = await serve(cases, { ...options, intake: fake.intake });
  open.push(served);
  const send = (fields: Fields, files?: Parameters<typeof formOf>[1], headers?: Record<string, string>) =>
    sendTo(`${served.url}/complain`, formOf(fields, files), headers);
  return { ...fake, ...served, send };
}

test('text messages are offered where the house can send them', async () => {
  const [without, having] = [await form(), await form({}, { sms: true })];
  const offered = async (url: string) =>
    (await (await fetch(`${url}/complain?lang=zh-CN`)).text()).includes('value="sms"><span>短信');
  expect([await offered(without.url), await offered(having.url)]).toEqual([false, true]);
  const key = await newKey(having.url);
  expect((await having.send({ ...GOOD, key, via: 'sms' })).status).toBe(303);
  expect(having.filed[0]?.body.customer.preferredChannel).toBe('sms');
});

describe('what is wrong is said at the field and above, in the same words', () => {
  test.each<[string, Fields, string, string, string]>([
    ['no words', { text: ' \n ' }, 'text', '请写下发生了什么', 'Tell us what happened'],
    ['too many words', { text: '字'.repeat(8_001) }, 'text', '经过最多 8000 字，现在是 8001 字', 'and has 8001'],
    ['NUL', { text: 'a\0b' }, 'text', '有不能保存的字符，请删掉后再提交', 'characters that cannot be stored'],
    ['no name', { name: '' }, 'name', '请写下怎样称呼您', 'Tell us your name'],
    ['a long name', { name: '王'.repeat(81) }, 'name', '称呼最多 80 字，现在是 81 字', 'has 81'],
    ['no contact', { phone: '', email: '' }, 'phone', '请留电话或邮箱，好让我们答复您', 'so that we can answer'],
    ['no number', { phone: 'call me' }, 'phone', '电话号码不对，请写数字', 'not a telephone number'],
    ['a digit short', { phone: '1380000562' }, 'phone', '手机号码应为 11 位数字', 'A mobile number has 11 digits'],
    ['no address', { email: 'zhou@' }, 'email', '邮箱不对，应像 name@example.com', 'not an e-mail address'],
    ['mail without one', { email: '', via: 'mail' }, 'email', '您希望用邮件联系，请写下邮箱', 'You asked for e-mail'],
    ['call without one', { phone: '', via: 'phone' }, 'phone', '请写下号码', 'please give the number'],
    ['texts without a number', { phone: '', via: 'sms' }, 'phone', '请写下手机号码', 'please give a mobile number'],
    ['texts to a fixed line', { phone: '010-88886666', via: 'sms' }, 'phone', '收不了短信', 'takes no text messages'],
    ['a long product', { product: 'x'.repeat(201) }, 'product', '产品名称最多 200 字', 'may have 200 characters'],
    ['a long order number', { order: '1'.repeat(101) }, 'order', '单号最多 100 字', 'may have 100 characters'],
  ])('%s', async (_what, change, field, zh, en) => {
    const { send, filed, url } = await form();
    const key = await newKey(url);
    for (const [lang, words, title] of [
      ['zh-CN', zh, '错误：'],
      ['en', en, 'Error: '],
    ] as const) {
      const { status, page } = await send({ ...GOOD, key, lang, ...change });
      expect(status).toBe(422);
      expect(page).toContain(`<title>${title}`);
      const summary = new RegExp(`<a href="#${field}">([^<]*)</a>`).exec(page)?.[1] ?? '';
      expect(summary).toContain(words);
      expect(page).toContain(`id="${field}-e"><span class="vh">${title}</span>${summary}</p>`);
      expect(page).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
    }
    expect(filed).toEqual([]);
  });

  test('all of them at once, in the order of the page, and nothing typed is lost', async () => {
    const { send } = await form();
    const { page } = await send({
      text: '',
      product: '洗衣机 <b>',
      order: 'QH-1',
      name: '',
      phone: '12',
      email: 'zhou@',
      wish: ['refund', 'apology'],
      via: 'mail',
      lang: 'zh-CN',
    });
    expect([...page.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)).toEqual([
      'text',
      'name',
      'phone',
      'email',
    ]);
    expect(page).toContain('有 4 处要改，改好就能提交');
    for (const kept of ['value="洗衣机 &lt;b&gt;"', 'value="QH-1"', 'value="12"', 'value="zhou@"']) {
      expect(page).toContain(kept);
    }
    for (const ticked of ['refund', 'apology', 'mail']) expect(page).toMatch(new RegExp(`"${ticked}" checked`));
  });

  test('a text that is too long comes back whole, and its files wait for it', async () => {
    const { send } = await form();
    const text = '很长。'.repeat(4_000);
    const { page } = await send({ ...GOOD, text }, [['a.jpg', 'x', 'image/jpeg']]);
    expect(page).toContain(`>${text}</textarea>`);
    expect(page).toContain('这些文件还在');
    expect(page).not.toContain('请重新选择文件');
  });
});

test('what is filed: the words as typed, the rest tidied, the channel is the web', async () => {
  const { send, filed, url } = await form();
  const key = await newKey(url);
  const { status, location } = await send({
    ...GOOD,
    key,
    lang: 'en',
    text: ' 第一行\r\n第二行 ',
    name: ' 周女士 ',
    order: 'QH-1',
    wish: ['replacement', 'compensation', 'nonsense'],
    via: 'phone',
  });
  expect([status, location]).toEqual([303, `/complain/${CASE_NO}?code=${CODE}&lang=en`]);
  expect(filed).toEqual([
    {
      key: `form-${key}`,
      body: {
        channel: 'web',
        language: 'en',
        customer: { name: '周女士', phone: '13800005621', email: 'zhou@example.com', preferredChannel: 'phone' },
        product: { name: 'not stated', orderNo: 'QH-1' },
        text: ' 第一行\n第二行 ',
        wantedRemedy: 'Replacement, Compensation',
      },
    },
  ]);
});

test('a form without files may come url-encoded as well', async () => {
  const { url, filed } = await form();
  const body = new URLSearchParams({ ...GOOD, key: await newKey(url), lang: 'zh-CN' });
  expect((await sendTo(`${url}/complain`, body)).status).toBe(303);
  expect(filed[0]?.body.text).toBe(GOOD.text);
});

test('files go to the case one by one; what was not kept is said on the receipt', async () => {
  const { send, attached, url, dataDir } = await form({ attached: ['kept', 'type'] });
  const { location } = await send({ ...GOOD, key: await newKey(url), lang: 'zh-CN' }, [
    ['漏水.jpg', 'jpg', 'image/jpeg'],
    ['evil.exe', 'exe'],
    ['big.mp4', 'x'.repeat(64 * 1024 + 1), 'video/mp4'],
  ]);
  expect(attached).toEqual([
    { fileName: '漏水.jpg', content: 'jpg' },
    { fileName: 'evil.exe', content: 'exe' },
  ]);
  expect(location).toContain('&kept=1&not=');
  const page = await (await fetch(`${url}${location}`)).text();
  expect(page).toContain('1 个文件已收到。');
  expect(page).toContain('有文件的格式不收');
  expect(page).toContain('有文件超过 64 KB');
  expect(page).toContain('<details class="again" id="add" open>');
  await waitUntil(async () => (await forms(dataDir)).length === 0, 'no form is left on disk');
});

test('more files than are taken: the first nine are', async () => {
  const { send, attached, url } = await form();
  const files = Array.from({ length: 11 }, (_, n): [string, string] => [`${n}.txt`, 'x']);
  const { location } = await send({ ...GOOD, key: await newKey(url) }, files);
  expect(attached).toHaveLength(9);
  expect(location).toContain('kept=9&not=many');
});

test('a file that finds no room on disk is lost alone: those before and behind it go to the case', async () => {
  // One address gets half of the room.
  const { send, attached, url } = await form({}, { formFilesMaxBytes: 100_000 });
  const { location } = await send({ ...GOOD, key: await newKey(url) }, [
    ['1.txt', 'x'.repeat(20_000)],
    ['2.txt', 'x'.repeat(40_000)],
    ['3.txt', 'x'.repeat(20_000)],
  ]);
  expect(attached.map(({ fileName }) => fileName)).toEqual(['1.txt', '3.txt']);
  expect(location).toContain('&kept=2&not=away');
});

test('nobody there to take files: the complaint stands, and the rest is not waited for', async () => {
  const { send, attached, url } = await form({ attached: ['away'] });
  const { status, location } = await send({ ...GOOD, key: await newKey(url) }, [
    ['1.txt', 'x'],
    ['2.txt', 'x'],
  ]);
  expect([status, attached.length]).toEqual([303, 1]);
  expect(location).toContain('not=away');
});

test('nothing stored is never shown as stored; the words stay, and the form keeps its key', async () => {
  const { send, url } = await form({ outcome: { kind: 'away' } });
  const key = await newKey(url);
  const { status, page, answer } = await send({ ...GOOD, key, lang: 'zh-CN' });
  expect([status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  expect(page).toContain('没有保存成功');
  expect(page).toContain(`${GOOD.text}</textarea>`);
  expect(keyIn(page)).toBe(key);
});

test('sent once more after a step back: told with its number, and another complaint only when meant', async () => {
  const words = { zh: '您刚才已经提交过同样的内容，单号 C261122-7KQ4MX', en: 'the same' };
  const { send, filed } = await form({ outcome: { kind: 'twin', words } });
  const { status, page } = await send({ ...GOOD, key: 'k'.repeat(22), lang: 'zh-CN' });
  expect(status).toBe(409);
  expect(page).toContain('单号 C261122-7KQ4MX');
  expect(page).toContain(`${GOOD.text}</textarea>`);
  expect(page).toContain('<input type="hidden" name="again" value="1">');
  await send({ ...GOOD, key: 'k'.repeat(22), again: '1' });
  expect(filed.map(({ again }) => again)).toEqual([undefined, true]);
});

test('the form opens though Postgres is away', async () => {
  const { url } = await form({ away: true });
  const answer = await fetch(`${url}/complain`);
  expect([answer.status, (await answer.text()).includes('name="text"')]).toEqual([200, true]);
});

test('a form without its key is asked for once more, with one', async () => {
  const { send, filed } = await form();
  const { status, page } = await send({ ...GOOD, key: 'x' });
  expect([status, filed.length]).toEqual([400, 0]);
  expect(keyIn(page)).toMatch(/^[\w-]{22}$/);
  expect(page).toContain(`${GOOD.text}</textarea>`);
});

test('forms of other sites, broken ones and too many of them', async () => {
  const { send, url, filed } = await form({}, { complaintsPerMinute: 4 });
  const key = await newKey(url);
  expect((await send({ ...GOOD, key }, [], { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  const broken = { method: 'POST', headers: { 'Content-Type': 'multipart/form-data; boundary=b' } };
  expect((await fetch(`${url}/complain`, { ...broken, body: '--b\r\nnonsense' })).status).toBe(400);
  const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
  expect((await fetch(`${url}/complain`, json)).status).toBe(400);
  expect(filed).toEqual([]);
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await send({ ...GOOD, key })).status);
  expect(statuses).toEqual([303, 303, 429, 429]);
  // Whoever only looks is not stopped.
  expect((await fetch(`${url}/complain`)).status).toBe(200);
});

test('a body far beyond all files is not read', async () => {
  const { url } = await form();
  const { status } = await sendTo(`${url}/complain`, formOf(GOOD, [['a.txt', 'x'.repeat(3 * 1024 * 1024)]]));
  expect(status).toBe(413);
});

test('the receipt is for whoever has the code', async () => {
  const { url } = await form();
  expect((await fetch(`${url}/complain/${CASE_NO}?code=${CODE}`)).status).toBe(200);
  for (const path of [
    `/complain/${CASE_NO}`,
    `/complain/${CASE_NO}?code=X`,
    '/complain/nonsense?code=1',
    '/complain/a/b',
  ]) {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  }
  const { status } = await sendTo(`${url}/complain/${CASE_NO}/files`, formOf({ code: 'X' }, [['a.txt', 'x']]));
  expect(status).toBe(404);
});

test('of a complaint that speaks of danger the receipt says first how to get safe', async () => {
  const { cases } = fakeCases({ progress: progressView('grade', { danger: true }) });
  const served = await serve(cases, { intake: fakeIntake().intake });
  open.push(served);
  const receipt = async (lang: string) =>
    (await fetch(`${served.url}/complain/${CASE_NO}?code=${CODE}&lang=${lang}`)).text();
  expect(await receipt('zh-CN')).toContain('先断电、关气，离开现场');
  expect(await receipt('en')).toContain('switch off power and gas and leave the place');
  const { url } = await form();
  expect(await (await fetch(`${url}/complain/${CASE_NO}?code=${CODE}`)).text()).not.toContain('先断电');
});

test('neither page has script or style of its own but the draft’s, and one filled button at most', async () => {
  const { url, send } = await form();
  const bad = (await send({})).page;
  const pages = await Promise.all(
    ['/complain', `/complain/${CASE_NO}?code=${CODE}`].map(async (path) => (await fetch(`${url}${path}`)).text()),
  );
  for (const body of [bad, ...pages]) {
    expect(body.match(/<script[^>]*>/g)).toEqual([
      expect.stringMatching(/^<script src="\/public\/draft\.js\?v[^"]*" defer>$/),
    ]);
    expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect(body.match(/class="big-btn"/g)).toHaveLength(1);
  }
});

describe('bytes of strangers', () => {
  const part = (name: string, value: string, fileName?: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\n${value}\r\n`;

  /** Sends all but the end of a form, as somebody does who then waits. */
  async function begin(url: string, path: string, body: string) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length + 5}\r\n\r\n${body}`,
    );
    return {
      finish: async (): Promise<string> => {
        socket.write('--b--');
        let answer = '';
        for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
        return answer;
      },
      destroy: () => socket.destroy(),
    };
  }

  test('more files for a complaint: nothing is written down without its code', async () => {
    const { url, dataDir, attached } = await form();
    const many = part('files', 'x'.repeat(50_000), 'a.txt').repeat(3);
    for (const code of ['', 'WRONG']) {
      const sent = await begin(url, `/complain/${CASE_NO}/files`, part('code', code) + many);
      const answered = sent.finish();
      expect(await answered).toMatch(/^HTTP\/1\.1 404 /);
    }
    // The code behind the files comes too late.
    const late = await begin(url, `/complain/${CASE_NO}/files`, many + part('code', CODE));
    expect(await late.finish()).toMatch(/^HTTP\/1\.1 404 /);
    expect(await readdir(dataDir)).toEqual([]);
    const right = await begin(url, `/complain/${CASE_NO}/files`, part('code', CODE) + many);
    expect(await right.finish()).toMatch(/^HTTP\/1\.1 303 /);
    expect(attached).toHaveLength(3);
    await waitUntil(async () => (await forms(dataDir)).length === 0, 'no form is left on disk');
  });

  test('forms under way have so much room together; a complaint is filed without the files that find none', async () => {
    const { url, dataDir, send, filed, attached } = await form({}, { formFilesMaxBytes: 200_000 });
    const idle = [];
    for (let i = 0; i < 4; i++) idle.push(await begin(url, '/complain', part('files', 'x'.repeat(60_000), 'a.txt')));
    // One address gets half: the second of them finds no room.
    await waitUntil(async () => (await waiting(dataDir)) > 50_000, 'the first form lies on disk');
    const { status, location } = await send({ ...GOOD, key: await newKey(url) }, [['b.txt', 'y'.repeat(60_000)]]);
    expect([status, filed.length, attached.length]).toEqual([303, 1, 0]);
    expect(location).toContain('not=away');
    expect(await waiting(dataDir)).toBeLessThanOrEqual(100_000);
    for (const one of idle) one.destroy();
    await waitUntil(async () => (await forms(dataDir)).length === 0, 'no form is left on disk');
    const again = await send({ ...GOOD, key: await newKey(url) }, [['b.txt', 'y'.repeat(60_000)]]);
    expect(again.location).toContain('kept=1');
  });
});

describe('with the real use cases and a real Postgres', () => {
  let harness: Harness;
  let server: Server;
  let base: string;
  const errors: string[] = [];
  beforeAll(async () => {
    harness = await createHarness();
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const log = { error: (_fields: object, message: string) => void errors.push(message) };
    const pages = createSite({
      cases: harness.cases.customer.pages,
      chat: harness.cases.chats.customer,
      staff: harness.cases,
      articles: harness.cases.articles,
      intake: createIntake(harness.cases, log),
      publicUrl: base,
      orgName: '青禾电器',
      contact: '',
      limits: harness.needs.limits,
      fileBytes: 64 * 1024,
      spool: new Spool(harness.dataDir, 10 * 1024 * 1024),
      log,
    }).router;
    server.on('request', createApp({ ...harness.needs, registry: new Registry(), pages }));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await harness.close();
  });

  const caseOf = (location: string | null) => /\/complain\/(C[\w-]+)\?code=(\w+)/.exec(location ?? '')?.slice(1) ?? [];

  test('pressed twice, at once and later: one case, with its file once', async () => {
    const key = await newKey(base);
    const send = () =>
      sendTo(`${base}/complain`, formOf({ ...GOOD, key, lang: 'zh-CN' }, [['漏水.jpg', 'a photo', 'image/jpeg']]));
    const twice = await Promise.all([send(), send()]);
    const answers = [...twice, await send()];
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
    const [caseNo = '', code = ''] = caseOf(answers[0]?.location ?? null);
    const record = await harness.stores.complaints.get(caseNo);
    expect(record).toMatchObject({ channel: 'web', language: 'zh-CN', text: { body: GOOD.text } });
    await waitUntil(
      async () => (await harness.stores.cases.get(caseNo))?.state.evidence.length === 1,
      'the file is in the case',
    );
    expect(await harness.stores.evidence.list(caseNo)).toHaveLength(1);
    const events = await harness.stores.ledger.events(caseNo);
    expect(events.filter(({ type }) => type === 'evidenceAdded')).toHaveLength(1);
    const page = await (await fetch(`${base}/complain/${caseNo}?code=${code}`)).text();
    expect(page).toContain(caseNo);
    expect(page).toContain('最晚答复');
    expect(errors).toEqual([]);
  });

  test('sent, changed and sent again from the same page: said so, and possible', async () => {
    const key = await newKey(base);
    expect((await sendTo(`${base}/complain`, formOf({ ...GOOD, key, text: '第一件事。' }))).status).toBe(303);
    const changed = { ...GOOD, text: '还有一件事。' };
    const second = await sendTo(`${base}/complain`, formOf({ ...changed, key, lang: 'zh-CN' }));
    expect(second.status).toBe(409);
    expect(second.page).toContain('再提交会成为另一件');
    expect(second.page).toContain('还有一件事。</textarea>');
    const third = await sendTo(`${base}/complain`, formOf({ ...changed, key: keyIn(second.page) }));
    expect(third.status).toBe(303);
  });

  test('files can be added on the receipt page', async () => {
    const sent = await sendTo(`${base}/complain`, formOf({ ...GOOD, key: await newKey(base), text: '附上照片。' }));
    const [caseNo = '', code = ''] = caseOf(sent.location);
    const upload = await sendTo(
      `${base}/complain/${caseNo}/files`,
      formOf({ code, lang: 'en' }, [
        ['note.txt', 'words', 'text/plain'],
        ['run.exe', 'no'],
        ['void.txt', '', 'text/plain'],
      ]),
    );
    expect(upload.location).toBe(`/complain/${caseNo}?code=${code}&lang=en&kept=1&not=type,empty`);
    expect(await harness.stores.evidence.list(caseNo)).toHaveLength(1);
  });

  test('Postgres away: 503, and the words are still there; the same form then works', async () => {
    const key = await newKey(base);
    await harness.way.cut();
    const refused = await sendTo(`${base}/complain`, formOf({ ...GOOD, key, text: '断线时写的。' }));
    await harness.way.open();
    expect(refused.status).toBe(503);
    expect(refused.page).toContain('断线时写的。</textarea>');
    expect(keyIn(refused.page)).toBe(key);
    await waitUntil(
      async () => (await sendTo(`${base}/complain`, formOf({ ...GOOD, key, text: '断线时写的。' }))).status === 303,
      'the form is taken again',
    );
  });
});
