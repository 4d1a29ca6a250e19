import { createHash, randomBytes } from 'node:crypto';
import { keepChats } from '../../../src/cases/chat/keeping';
import { DAY, HOUR, MINUTE } from '../../../src/domain/basics/milliseconds';
import { waitUntil } from '../../support/processes';
import { assigned } from '../support/harness';
import { createDesk, type Desk, type Visitor } from './desk/support';

/** The chat of customers with the machine and with people, over real use cases and a real Postgres. */

const SITE = 'https://www.house.example';
const WORDS = '包装盒有点脏，希望说明一下。';
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk({}, { embedSites: [SITE] });
});
afterAll(() => desk.close());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const nonce = (): string => randomBytes(16).toString('base64url');

/** A customer's page without script: forms and reloads. */
class Chatter {
  readonly key = nonce();
  html = '';
  constructor(
    private readonly path = '/chat?lang=zh-CN',
    private readonly to = desk.base,
  ) {}

  async post(fields: Record<string, string>, headers: Record<string, string> = {}) {
    const body = new URLSearchParams({ chat: this.key, id: nonce(), ...fields });
    const answer = await fetch(`${this.to}${this.path}`, { method: 'POST', body, redirect: 'manual', headers });
    const location = answer.headers.get('location') ?? undefined;
    if (location === undefined) this.html = await answer.text();
    return { status: answer.status, location, headers: answer.headers };
  }
  /** Says something that is taken, and looks at the page. */
  async say(text: string, id = nonce()): Promise<string> {
    const { status } = await this.post({ text, id });
    if (status !== 303) throw new Error(`answered ${status}`);
    return this.look();
  }
  async press(choice: string): Promise<string> {
    const { status } = await this.post({ do: choice });
    if (status !== 303) throw new Error(`answered ${status}`);
    return this.look();
  }
  async look(): Promise<string> {
    const joined = this.path.includes('?') ? '&' : '?';
    const answer = await fetch(`${this.to}${this.path}${joined}chat=${this.key}`);
    if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    this.html = (await answer.text()).replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    return this.html;
  }
  /** Sends files as the page's form does. */
  async sendFiles(files: readonly { name: string; content: Buffer }[], id = nonce()): Promise<number> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ chat: this.key, id })) body.set(name, value);
    for (const { name, content } of files) body.append('files', new Blob([content]), name);
    const to = `${this.to}${this.path.replace(/^\/[\w/]+/, '$&/files')}`;
    const { status } = await fetch(to, { method: 'POST', body, redirect: 'manual' });
    if (status === 303) await this.look();
    return status;
  }
  /** What stands in the chat, each with its side. */
  lines(): string[] {
    return [...this.html.matchAll(/class="line line-(\w+)".*?<div class="line-t">(.*?)<\/div>/gs)].map(
      ([, side, text]) => `${side}: ${text}`,
    );
  }
  choices(): string[] {
    return [...this.html.matchAll(/name="do" value="(\w+)"/g)].map(([, choice]) => choice ?? '');
  }
  async id(): Promise<string> {
    const keyHash = createHash('sha256').update(this.key).digest('hex');
    return (await desk.harness.stores.chats.find({ keyHash }))?.id ?? '';
  }
}

/** Somebody who has told the machine all it asks. */
async function told(chatter = new Chatter()): Promise<Chatter> {
  await chatter.press('file');
  for (const text of [WORDS, '净水器', 'QH-1', '换一个', '林女士', 'lin@example.com']) await chatter.say(text);
  return chatter;
}
const caseIn = (html: string): string => /C\d{6}-[0-9A-Z]{6}/.exec(html)?.[0] ?? '';
const codeIn = (html: string): string => (/<dd>((?:[0-9A-Z]{1,4} ?){7})<\/dd>/.exec(html)?.[1] ?? '').trim();

describe('the customer', () => {
  test('a machine greets and says that it is one; looking begins nothing', async () => {
    const chatter = new Chatter();
    const html = await chatter.look();
    expect(chatter.lines()).toEqual([expect.stringMatching(/^machine: 您好，这里是.*由机器回复/)]);
    expect(html).toContain('机器自动回复');
    expect(chatter.choices()).toEqual(['file', 'progress', 'times', 'person']);
    expect(await chatter.id()).toBe('');
  });

  test('files a complaint, sees number, code and promises, and what is written then goes into the case', async () => {
    const chatter = await told();
    expect(chatter.choices()).toEqual(['send', 'again', 'person']);
    const html = await chatter.press('send');
    const caseNo = caseIn(html);
    expect(await desk.harness.stores.complaints.get(caseNo)).toMatchObject({
      channel: 'chat',
      customer: { name: '林女士' },
      product: { name: '净水器', orderNo: 'QH-1' },
      text: { body: WORDS },
      wantedRemedy: '换一个',
    });
    expect(html).toContain(codeIn(html));
    expect(html).toContain(`/p/${caseNo}?code=`);
    expect(chatter.lines().at(-1)).toMatch(/最晚 .* 有人答复您，最晚 .* 解决/);
    await waitUntil(async () => (await desk.harness.stores.cases.get(caseNo)) !== undefined, 'the case is open');
    await chatter.say('快递单号是 SF1。');
    const { items } = (await desk.harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'mona' })).body as {
      items: { type: string; data: { via?: string } }[];
    };
    expect(items.filter(({ type }) => type === 'customerWrote').map(({ data }) => data.via)).toEqual(['chat']);
    // A letter of the house in the case stands in the chat, once.
    expect((await desk.harness.decide(caseNo, 'write', 'sara', { text: '我们查到了，明天补发。' })).status).toBe(200);
    await chatter.look();
    await chatter.look();
    expect(chatter.lines().filter((line) => line.includes('明天补发'))).toEqual(['person: 我们查到了，明天补发。']);
    // The code is kept in no row.
    const { rows } = await desk.harness.database.pool.query('select * from chats union all select * from chats');
    const said = await desk.harness.database.pool.query('select * from chat_messages');
    expect(JSON.stringify([rows, said.rows])).not.toContain(codeIn(html).replaceAll(' ', ''));
  });

  test('sent again, at once or later, a message is one, and so is a complaint', async () => {
    const chatter = await told();
    const id = nonce();
    const answers = await Promise.all(Array.from({ length: 10 }, () => chatter.post({ do: 'send', id })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303));
    expect((await chatter.post({ do: 'send', id })).status).toBe(303);
    await chatter.look();
    expect(chatter.lines().filter((line) => line.startsWith('machine: 已收到您的投诉'))).toHaveLength(1);
    const { rows } = await desk.harness.database.pool.query(
      "select count(*)::int as n from complaints where channel = 'chat' and case_no = $1",
      [caseIn(chatter.html)],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('ten different messages at once: each is there once, with numbers in a row', async () => {
    const chatter = new Chatter();
    await chatter.press('person');
    const texts = Array.from({ length: 10 }, (_, index) => `第 ${index} 句`);
    await Promise.all(texts.map((text) => chatter.post({ text })));
    for (const text of texts) {
      const html = await chatter.look();
      if (!html.includes(text)) await chatter.say(text);
    }
    expect(
      chatter
        .lines()
        .filter((line) => line.startsWith('customer: 第'))
        .toSorted(),
    ).toEqual(texts.map((text) => `customer: ${text}`));
    const seqs = [...chatter.html.matchAll(/data-seq="(\d+)"><p/g)].map(([, seq]) => Number(seq));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  test('hears the progress of a case with its code, which is kept nowhere; not with another', async () => {
    const { caseNo, accessCode } = await desk.harness.open();
    const chatter = new Chatter();
    await chatter.press('progress');
    await chatter.say(caseNo);
    await chatter.say('7KQ4MX2RSD7G9DFT2R7KQ4MX2R');
    expect(chatter.lines().at(-1)).toContain('查询码不对');
    expect(chatter.html).not.toContain('/p/');
    await chatter.say(caseNo);
    const html = await chatter.say(accessCode);
    expect(chatter.lines().at(-1)).toContain(`${caseNo}：`);
    expect(chatter.lines().join()).not.toContain(accessCode);
    expect(html).toContain(`/p/${caseNo}?code=${accessCode}`);
  });

  test('while Temporal is away nothing is acknowledged, and what was typed stands there as the same message', async () => {
    const chatter = await told();
    const caseNo = caseIn(await chatter.press('send'));
    await waitUntil(async () => (await desk.harness.stores.cases.get(caseNo)) !== undefined, 'the case is open');
    desk.harness.engine.mode = 'away';
    const id = nonce();
    const sent = await chatter.post({ text: '补充一句。', id });
    desk.harness.engine.mode = 'up';
    expect(sent.status).toBe(503);
    expect(chatter.html).toContain('补充一句。</textarea>');
    expect(chatter.html).toContain(`name="id" value="${id}"`);
    expect(chatter.lines().join()).not.toContain('补充一句');
    await chatter.say('补充一句。', id);
    expect(chatter.lines().filter((line) => line.includes('补充一句'))).toHaveLength(1);
  });

  test('what cannot be: another site’s form, no key, an unknown one, too many at once', async () => {
    const chatter = new Chatter();
    expect((await chatter.post({ text: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await chatter.post({ text: 'x', chat: 'short' })).status).toBe(400);
    expect((await chatter.post({ text: 'x'.repeat(4_001) })).status).toBe(400);
    expect((await fetch(`${desk.base}/chat/changes?chat=${nonce()}`)).status).toBe(204);
    expect(await chatter.id()).toBe('');
  });
});

describe('in a page of another site', () => {
  const at = `/embed/chat?site=${encodeURIComponent(SITE)}&lang=zh-CN`;
  test('only of one that the house allows, without a cookie, and the case says which', async () => {
    const shown = await fetch(`${desk.base}${at}`);
    expect(shown.headers.get('content-security-policy')).toContain(`frame-ancestors ${SITE};`);
    expect([shown.headers.get('x-frame-options'), shown.headers.get('set-cookie')]).toEqual([null, null]);
    const html = (await shown.text()).replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    for (const [, link] of html.matchAll(/<(?:form|a)([^>]*(?:action|href)="\/embed\/[^>]*)>/g))
      expect(link).toContain('target="_self"');
    const evil = await fetch(`${desk.base}/embed/chat?site=https://evil.example`);
    expect([evil.status, evil.headers.get('x-frame-options')]).toEqual([404, 'SAMEORIGIN']);
    expect((await fetch(`${desk.base}/chat`)).headers.get('content-security-policy')).toContain(
      "frame-ancestors 'none'",
    );
    const chatter = await told(new Chatter(at));
    const caseNo = caseIn(await chatter.press('send'));
    expect(await desk.harness.stores.complaints.get(caseNo)).toMatchObject({
      channel: 'chat',
      source: 'www.house.example',
    });
  });

  test('the script that opens it may be loaded there; it keeps and sends nothing', async () => {
    const answer = await fetch(`${desk.base}/public/embed-chat.js`);
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(await answer.text()).not.toMatch(
      /fetch\(|XMLHttpRequest|sendBeacon|cookie|localStorage|sessionStorage|innerHTML|eval/,
    );
  });
});

describe('files', () => {
  const evidence = async (caseNo: string) =>
    (await desk.harness.stores.evidence.list(caseNo)).map(({ fileName, addedBy }) => `${fileName} ${addedBy}`);

  test('what is sent before there is a case goes into its evidence; what the form does not take is refused by name', async () => {
    const chatter = new Chatter();
    expect(await chatter.look()).not.toContain('id="files"');
    expect(await chatter.sendFiles([{ name: '早.png', content: PNG }])).toBe(409);
    await told(chatter);
    expect(chatter.html).toContain('id="files"');
    const sent = [
      { name: '划痕.png', content: PNG },
      { name: 'run.exe', content: Buffer.from('MZ') },
      { name: '空.png', content: Buffer.alloc(0) },
    ];
    expect(await chatter.sendFiles(sent)).toBe(303);
    expect(chatter.lines().slice(-4)).toEqual([
      'customer: 文件：划痕.png',
      expect.stringMatching(/^machine: “run.exe”没有收下：不接受这种文件/),
      'machine: “空.png”没有收下：文件是空的。',
      'machine: 文件收到了，提交投诉时一起放进去。',
    ]);
    const caseNo = caseIn(await chatter.press('send'));
    await waitUntil(async () => (await evidence(caseNo)).length > 0, 'the file is evidence');
    expect(await evidence(caseNo)).toEqual(['划痕.png customer']);
  });

  test('in a chat that has a case they go there at once, and what is sent twice is there once', async () => {
    const chatter = await told();
    const caseNo = caseIn(await chatter.press('send'));
    const id = nonce();
    for (let times = 0; times < 2; times++)
      expect(await chatter.sendFiles([{ name: '发票.png', content: PNG }], id)).toBe(303);
    expect(await evidence(caseNo)).toEqual(['发票.png customer']);
    expect(chatter.lines().filter((line) => line.includes('发票'))).toEqual(['customer: 文件：发票.png']);
    expect(chatter.lines().at(-1)).toContain('已加进这件投诉');
  });

  test('agents see them in the chat, and nobody else', async () => {
    const chatter = new Chatter();
    await chatter.say('转人工');
    await chatter.sendFiles([{ name: '划痕.png', content: PNG }]);
    const [anna, quinn] = [await desk.signedIn('anna'), await desk.signedIn('quinn')];
    const id = await chatter.id();
    const { html } = await anna.get(`/desk/chats/${id}`);
    const [, path = ''] = /href="(\/desk\/chats\/[\w-]+\/files\/\d+)">文件：划痕.png</.exec(html) ?? [];
    const file = await fetch(`${desk.base}${path}`, { headers: { cookie: anna.cookie() } });
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
    expect((await quinn.get(path)).status).toBe(404);
    expect((await anna.get(`/desk/chats/${id}/files/1`)).status).toBe(404);
  });

  test('a chat takes twenty; what the server could not give the case at once it gives it later', async () => {
    const chatter = new Chatter();
    await chatter.say(WORDS);
    const pictures = (from: number) =>
      Array.from({ length: 9 }, (_, n) => ({
        name: `${from + n}.png`,
        content: Buffer.concat([PNG, Buffer.from([from + n])]),
      }));
    for (const from of [0, 9, 18]) await chatter.sendFiles(pictures(from));
    expect(chatter.lines().filter((line) => line.includes('最多 20 个文件'))).toHaveLength(7);
    // As if the server had died between the filing and the passing of its files.
    const filed = await told();
    const caseNo = caseIn(await filed.press('send'));
    await desk.harness.stores.chats.say(await chatter.id(), { change: { caseNo } });
    const { chatKeeping } = desk.harness.cases;
    chatKeeping.run();
    await waitUntil(async () => (await evidence(caseNo)).length === 20, 'all are evidence');
    await chatKeeping.stop();
  });
});

describe('the desk', () => {
  async function waiting(): Promise<{ chatter: Chatter; id: string }> {
    const chatter = new Chatter();
    await chatter.say(WORDS);
    await chatter.say('净水器');
    await chatter.say('转人工');
    await chatter.say('我在家等。');
    return { chatter, id: await chatter.id() };
  }
  /** Sends a form of the chat's page as it is shown now. */
  async function send(who: Visitor, path: string, fields: Record<string, string> = {}) {
    await who.get(path.replace(/\/\w+$/, ''));
    return who.post(path, fields);
  }
  let anna: Visitor;
  let sara: Visitor;
  beforeAll(async () => {
    [anna, sara] = [await desk.signedIn('anna'), await desk.signedIn('sara')];
  });

  test('whoever wants a person is listed, with transcript and summary, so that nothing is told twice', async () => {
    const { chatter, id } = await waiting();
    expect(chatter.lines().at(-1)).toBe('customer: 我在家等。');
    expect(chatter.html).toContain('正在等人接入');
    const list = await anna.get('/desk/chats');
    expect(list.html).toContain(`/desk/chats/${id}`);
    const { html } = await anna.get(`/desk/chats/${id}`);
    expect(html).toContain('<dd>净水器</dd>');
    for (const words of [WORDS, '我在家等。', '转人工']) expect(html).toContain(words);
    expect(html).not.toContain('id="say"');
  });

  test('one takes it, and only they answer; another one is told who', async () => {
    const { chatter, id } = await waiting();
    expect((await send(anna, `/desk/chats/${id}/answer`, { text: '您好', nonce: nonce() })).status).toBe(409);
    await anna.get(`/desk/chats/${id}`);
    expect((await send(anna, `/desk/chats/${id}/take`)).location).toBe(`/desk/chats/${id}?done=took`);
    await sara.get(`/desk/chats/${id}`);
    const second = await send(sara, `/desk/chats/${id}/take`);
    expect(second.status).toBe(409);
    expect(second.html).toContain('Name of anna已经接入');
    expect((await send(sara, `/desk/chats/${id}/answer`, { text: '您好', nonce: nonce() })).status).toBe(409);
    const mine = nonce();
    for (let times = 0; times < 2; times++)
      expect((await send(anna, `/desk/chats/${id}/answer`, { text: '您好，我看到了。', nonce: mine })).status).toBe(
        303,
      );
    await chatter.look();
    expect(chatter.lines().filter((line) => line.startsWith('person'))).toEqual(['person: 您好，我看到了。']);
    expect(chatter.html).toContain('Name of anna');
    await chatter.say('好的');
    expect(chatter.lines().at(-1)).toBe('customer: 好的');
    expect((await send(anna, `/desk/chats/${id}/answer`, { text: ' ', nonce: nonce() })).status).toBe(422);
    expect((await send(anna, `/desk/chats/${id}/release`)).location).toBe('/desk/chats?done=released');
    await sara.get(`/desk/chats/${id}`);
    expect((await send(sara, `/desk/chats/${id}/take`)).status).toBe(303);
    expect((await send(sara, `/desk/chats/${id}/end`)).status).toBe(303);
    const late = await chatter.post({ text: '还在吗' });
    expect(late.status).toBe(409);
    expect(chatter.html).toContain('已经结束');
  });

  test('an answer that is not sent yet is there again, for its writer alone, until it is sent', async () => {
    const { id } = await waiting();
    await send(anna, `/desk/chats/${id}/take`);
    const { html } = await anna.get(`/desk/chats/${id}`);
    expect([html.includes('data-draft'), html.includes('已填回')]).toEqual([true, false]);
    expect((await anna.post('/desk/drafts', { draft: `chat/${id}`, text: '我查一下，' })).status).toBe(204);
    expect((await anna.post('/desk/drafts', { draft: 'chat/none', text: 'x' })).status).toBe(422);
    const again = await (await desk.signedIn('anna')).get(`/desk/chats/${id}`);
    expect(again.html).toContain('>我查一下，</textarea>');
    expect(again.html).toContain('已填回您没写完的内容');
    expect((await sara.get(`/desk/chats/${id}`)).html).not.toContain('我查一下');
    await send(anna, `/desk/chats/${id}/answer`, { text: '我查一下，马上回您。', nonce: nonce() });
    expect((await anna.get(`/desk/chats/${id}`)).html).not.toContain('已填回');
  });

  test('files it as a complaint with all that the customer said, and answers go into the case', async () => {
    const { chatter, id } = await waiting();
    await anna.get(`/desk/chats/${id}`);
    await send(anna, `/desk/chats/${id}/take`);
    const { html } = await anna.get(`/desk/chats/${id}`);
    expect(html).toContain(`${WORDS}\n我在家等。</textarea>`);
    const typed = { text: `${WORDS}\n我在家等。`, product: '净水器' };
    const refused = await send(anna, `/desk/chats/${id}/file`, typed);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('id="f-name-e"');
    const filed = await send(anna, `/desk/chats/${id}/file`, { ...typed, name: '林女士', phone: '138 0000 5621' });
    expect(filed.location).toBe(`/desk/chats/${id}?done=filed`);
    const caseNo = caseIn(await chatter.look());
    expect(await desk.harness.stores.complaints.get(caseNo)).toMatchObject({ channel: 'chat', by: 'anna' });
    await waitUntil(async () => (await desk.harness.stores.cases.get(caseNo)) !== undefined, 'the case is open');
    await chatter.say('谢谢');
    const answered = await send(anna, `/desk/chats/${id}/answer`, { text: '不客气。', nonce: nonce() });
    expect(answered.status).toBe(303);
    const { items } = (await desk.harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'mona' })).body as {
      items: { type: string; data: { via?: string } }[];
    };
    const spoken = items.flatMap(({ type, data }) =>
      data.via === 'chat' && type !== 'complaintReceived' ? [type] : [],
    );
    expect(spoken).toEqual(['customerWrote', 'responded']);
    await chatter.look();
    expect(chatter.lines().filter((line) => line.includes('不客气'))).toHaveLength(1);
    expect((await anna.get(`/desk/cases/${caseNo}`)).html).toContain(`href="/desk/chats/${id}"`);
    // Whoever may not see the case does not see the chat it came from.
    await assigned(desk.harness, caseNo, 'anna');
    expect((await (await desk.signedIn('arno')).get(`/desk/chats/${id}`)).status).toBe(404);
  });

  test('every page of whoever may take one says how many wait, until they are taken; nobody else’s does', async () => {
    /** What the pages of somebody say, and the number before their title. */
    const said = async (who: Visitor, page = '/desk') => {
      const { html } = await who.get(page);
      const count = /id="chats-wait" data-count="(\d+)"/.exec(html)?.[1];
      return { count: Number(count ?? 0), title: Number(/<title>\((\d+)\)/.exec(html)?.[1] ?? 0) };
    };
    const before = await said(anna);
    const { id } = await waiting();
    const now = await said(anna);
    expect(now).toEqual({ count: before.count + 1, title: before.title + 1 });
    expect(await said(anna, '/desk/cases')).toEqual(now);
    expect((await said(anna, '/desk/chats')).count).toBe(0);
    await desk.harness.stores.users.create({
      id: 'audrey',
      email: 'audrey@house.example',
      active: true,
      name: 'Name of audrey',
      role: 'auditor',
      team: 'audit',
      language: 'zh-CN',
    });
    for (const other of ['quinn', 'audrey']) expect((await said(await desk.signedIn(other))).count).toBe(0);
    await send(anna, `/desk/chats/${id}/take`);
    expect(await said(anna)).toEqual(before);
  });

  test('no colleague, and nothing at an id that is none', async () => {
    const { id } = await waiting();
    const quinn = await desk.signedIn('quinn');
    expect((await quinn.get('/desk/chats')).status).toBe(404);
    expect((await quinn.get(`/desk/chats/${id}`)).status).toBe(404);
    expect((await anna.get('/desk/chats/x')).status).toBe(404);
    expect((await anna.get('/desk/chats/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('with time', () => {
  const removed: string[] = [];
  const files = { pass: () => Promise.resolve(), remove: (hash: string) => Promise.resolve(void removed.push(hash)) };
  const keep = (ms: number) => keepChats({ chats: desk.harness.stores.chats, files, clock: () => Date.now() + ms });

  test('whoever waits hears once that nobody has come, and waits on', async () => {
    const chatter = new Chatter();
    await chatter.press('person');
    await keep(4 * MINUTE);
    await chatter.look();
    expect(chatter.lines().join()).not.toContain('还没有人接');
    await keep(6 * MINUTE);
    await keep(7 * MINUTE);
    await chatter.look();
    expect(chatter.lines().filter((line) => line.includes('还没有人接'))).toHaveLength(1);
    expect(chatter.choices()).toEqual(['file', 'machine']);
  });

  test('idle chats end; one without a case is removed a month later, one with a case stays', async () => {
    const [idle, waits, filed] = [new Chatter(), new Chatter(), await told()];
    await idle.say(WORDS);
    for (const one of [idle, filed]) await one.sendFiles([{ name: 'both.png', content: PNG }]);
    await idle.sendFiles([{ name: 'own.png', content: Buffer.concat([PNG, Buffer.from('x')]) }]);
    await waits.press('person');
    await filed.press('send');
    const filedId = await filed.id();
    await keep(HOUR);
    expect(await idle.look()).not.toContain('data-ended');
    await keep(3 * HOUR);
    expect(await idle.look()).toContain('data-ended');
    expect(await waits.look()).not.toContain('data-ended');
    expect(await filed.look()).not.toContain('data-ended');
    await keep(8 * DAY);
    expect(await waits.look()).toContain('data-ended');
    expect(await filed.look()).toContain('data-ended');
    await keep(60 * DAY);
    expect(await idle.id()).toBe('');
    // What another chat has as well stays.
    expect(removed).toEqual([createHash('sha256').update(PNG).update('x').digest('hex')]);
    expect(await filed.id()).toBe(filedId);
  });
});
