import { readdirSync } from 'node:fs';
import {
  CASE_NO,
  CODE,
  fakeCases,
  fakeIntake,
  handledBy,
  offer,
  progressView,
  proposalView,
  surveyView,
  TOKEN,
} from './fake-cases';
import { serve, type Served } from './serve';

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function pages(given: Parameters<typeof fakeCases>[0] = {}, options: Parameters<typeof serve>[1] = {}) {
  const fake = fakeCases(given);
  const served = await serve(fake.cases, options);
  open.push(served);
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${served.url}${path}`, { redirect: 'manual', headers });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${served.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  return { ...fake, ...served, get, post };
}

const LOOKING = { progress: progressView('resolve', { answerBy: '2026-11-25T08:08:00.000Z', chase: { left: 2 } }) };
const PROGRESS = `/p/${CASE_NO}?code=${CODE}`;
const SCORES = { speed: '4', solution: '5', attitude: '5', total: '5' };

test('the progress page says what is expected of whom, and until when', async () => {
  const { get } = await pages(LOOKING);
  const page = await (await get(PROGRESS)).text();
  expect(page).toContain('<h1>正在核实，最晚 今天 16:08 答复您</h1>');
  expect(page).toContain('李娜');
  expect(page).toContain('今天还可以催办 2 次，负责人和主管会看到');
  const english = await (await get(`${PROGRESS}&lang=en`)).text();
  expect(english).toContain('<h1>We are looking into it; you will hear from us by today, 16:08</h1>');
  expect(english).toContain('<html lang="en">');
  // A name in letters that its reader can read.
  expect(english).toContain('Li Na');
  expect(english).not.toContain('李娜');
});

test('whose turn it is, is called by the name they gave', async () => {
  const { get } = await pages({
    progress: progressView('resolve', { offer: offer('zh-CN') }),
    proposal: proposalView('open'),
  });
  for (const path of [PROGRESS, `/a/${TOKEN}`]) {
    const page = await (await get(path)).text();
    expect(page).toContain('<h1>林晓梅，方案已经准备好，请您确认</h1>');
  }
});

test.each([
  ['archived', { outcome: 'upheld' }, '这件投诉已办结'],
  ['archived', { outcome: 'withdrawn' }, '您已撤回这件投诉'],
  ['archived', { outcome: 'merged' }, '已并入另一件在办的投诉'],
  [
    'resolve',
    { answerBy: '2026-11-25T06:00:00.000Z', alerted: 'supervisor' },
    '没能按时答复您，我们向您道歉。李娜正在加紧办理，主管已收到提醒',
  ],
  [
    'resolve',
    { answerBy: '2026-11-25T06:00:00.000Z', resolveBy: '2026-11-26T06:00:00.000Z', alerted: 'manager' },
    '李娜正在加紧办理，经理已收到提醒，最晚 11月26日 星期四 14:00 解决',
  ],
  ['resolve', { answerBy: '2026-11-25T06:00:00.000Z' }, '向您道歉。李娜正在加紧办理'],
  [
    'resolve',
    { respondedAt: '2026-11-25T06:00:00.000Z', resolveBy: '2026-11-26T06:00:00.000Z' },
    '最晚 11月26日 星期四 14:00 解决',
  ],
  [
    'resolve',
    { paused: { reason: 'parts', until: '2027-01-02T06:00:00.000Z' } },
    '在等配件，最晚 2027年1月2日 星期六 14:00 继续办理',
  ],
  ['feedback', {}, '已办理完'],
  ['revisit', { revisitBy: '2026-11-28T06:00:00.000Z' }, '最晚 11月28日 星期六 14:00 回访您'],
  ['review', {}, '已办理完，我们在查根本原因'],
  [
    'feedback',
    { followUp: { byWords: { zh: '何静', en: 'He Jing' }, dueAt: '2026-11-26T06:00:00.000Z' } },
    '您打的分偏低，何静最晚 11月26日 星期四 14:00 联系您',
  ],
  ['resolve', { round: 2, respondedAt: '2026-11-25T06:00:00.000Z' }, '第 2 轮，正在办理'],
] as const)('heading in %s with %j', async (stage, more, heading) => {
  const { get } = await pages({ progress: progressView(stage, more) });
  expect(await (await get(PROGRESS)).text()).toMatch(new RegExp(`<h1>[^<]*${heading}</h1>`));
});

test('a promise that stands still is said to, and no date is claimed for it', async () => {
  const paused = { reason: 'parts' as const, until: '2026-11-26T06:00:00.000Z' };
  const { get } = await pages({ progress: progressView('resolve', { paused, onHold: true }) });
  const page = await (await get(PROGRESS)).text();
  expect(page).toContain('解决时间已停，恢复办理后顺延');
  expect(page).not.toMatch(/最晚 [^<]* 解决/);
});

test('what was promised and missed stays on page and receipt, as late', async () => {
  const late = { answerBy: '2026-11-25T06:00:00.000Z' };
  const { get } = await pages({ progress: progressView('grade', late) });
  expect(await (await get(PROGRESS)).text()).toContain('原定 今天 14:00 前，迟了');
  expect(await (await get(`/complain/${CASE_NO}?code=${CODE}`)).text()).toContain('今天 14:00（已过，我们迟了）');
});

test('what the customer accepted stays readable to the end', async () => {
  const { solution, remedies } = offer('zh-CN');
  const agreed = { solution, remedies, at: '2026-11-24T06:00:00.000Z', carriedOutAt: '2026-11-25T02:00:00.000Z' };
  const { get } = await pages({ progress: progressView('archived', { outcome: 'upheld', agreed }) });
  const page = await (await get(PROGRESS)).text();
  for (const said of ['约定的方案', '11月24日 14:00 您已接受', '今天 10:00 已办理', '补偿 260 元', '正确的滤芯型号']) {
    expect(page).toContain(said);
  }
});

test('a merged complaint leads to the one it goes on in, where that is the customer’s own', async () => {
  const mergedInto = { caseNo: 'C261122-7KQ4MX', url: 'https://desk.example/p/C261122-7KQ4MX?code=X' };
  const own = await pages({ progress: progressView('archived', { outcome: 'merged', mergedInto }) });
  expect(await (await own.get(PROGRESS)).text()).toContain('>C261122-7KQ4MX</a>');
  const other = await pages({ progress: progressView('archived', { outcome: 'merged' }) });
  expect(await (await other.get(PROGRESS)).text()).not.toContain('C261122-7KQ4MX');
});

test('the customer may withdraw with a reason, and chase with a message; neither where the work is done', async () => {
  const { get, post, submitted } = await pages(LOOKING);
  const empty = await post(`/p/${CASE_NO}/withdraw`, { code: CODE, nonce: 'n', reason: ' ' });
  expect([empty.status, submitted]).toEqual([422, []]);
  expect((await post(`/p/${CASE_NO}/withdraw`, { code: CODE, nonce: 'n', reason: '已经修好' })).status).toBe(303);
  expect((await post(`/p/${CASE_NO}/chase`, { code: CODE, nonce: 'n', note: '请回电' })).status).toBe(303);
  expect(submitted.map(({ what, input }) => [what, input.reason ?? input.note])).toEqual([
    ['withdraw', '已经修好'],
    ['chase', '请回电'],
  ]);
  expect(await (await get(PROGRESS)).text()).toContain('撤回投诉');
  const done = await pages({ progress: progressView('revisit', { chase: { left: 2 } }) });
  const page = await (await done.get(PROGRESS)).text();
  expect(page).not.toMatch(/>撤回投诉<|>催办</);
});

test('the customer writes, asks for a call by the clock of the house, and sees what was written', async () => {
  const view = progressView('resolve', {
    write: { left: 3 },
    messages: [
      {
        at: '2026-11-24T06:00:00.000Z',
        from: 'house',
        by: '李娜',
        byWords: { zh: '李娜', en: 'Li Na' },
        text: '<b>型号</b>是？',
      },
      { at: '2026-11-24T07:00:00.000Z', from: 'customer', text: 'QH-RO8\n底部贴纸上有' },
    ],
  });
  const { get, post, submitted } = await pages({ progress: view });
  const page = await (await get(PROGRESS)).text();
  expect(page).toContain('&lt;b&gt;型号&lt;/b&gt;是？');
  expect(page.indexOf('李娜</b>')).toBeLessThan(page.indexOf('QH-RO8<br>底部'));
  const form = { code: CODE, nonce: 'n' };
  const empty = await post(`/p/${CASE_NO}/write`, { ...form, text: ' ' });
  expect([empty.status, submitted]).toEqual([422, []]);
  const wrote = await post(`/p/${CASE_NO}/write`, { ...form, text: '贴纸上写的是 F3' });
  expect(wrote.headers.get('location')).toBe(`${PROGRESS}&done=write`);
  const odd = await post(`/p/${CASE_NO}/call-back`, { ...form, from: '下午三点', note: '晚点打' });
  expect(odd.status).toBe(422);
  const again = await odd.text();
  expect(again).toContain('回电的时间看不懂');
  expect(again).toContain('晚点打');
  await post(`/p/${CASE_NO}/call-back`, { ...form, from: '2026-11-25T16:30', note: '打 139 开头那个' });
  await post(`/p/${CASE_NO}/call-back`, { ...form, from: '' });
  expect(submitted.map(({ what, input }) => [what, input.text ?? input.from, input.note])).toEqual([
    ['write', '贴纸上写的是 F3', undefined],
    ['callBack', '2026-11-25T08:30:00.000Z', '打 139 开头那个'],
    ['callBack', undefined, undefined],
  ]);
  expect(new Set(submitted.map(({ input }) => input.decisionId)).size).toBe(2);

  const spent = await pages({ progress: progressView('resolve', { write: { left: 0 } }) });
  expect(await (await spent.get(PROGRESS)).text()).not.toMatch(/action="[^"]*\/(?:write|call-back)"/);
  const ended = await pages({ progress: progressView('archived') });
  expect(await (await ended.get(PROGRESS)).text()).not.toContain('给我们写信');
  const wanted = await pages({
    progress: progressView('resolve', { write: { left: 1 }, callBack: { at: '2026-11-24T06:00:00.000Z' } }),
  });
  expect(await (await wanted.get(PROGRESS)).text()).toContain('您请我们回电，我们记着');
});

test('nobody is left without a way on', async () => {
  const { get } = await pages(LOOKING);
  expect(await (await get(`/s/${'b'.repeat(43)}?lang=zh-CN`)).text()).toContain('href="/p?lang');
  const answered = await pages({ proposal: proposalView('declined') });
  const page = await (await answered.get(`/a/${TOKEN}`)).text();
  expect(page).toContain('再提一个方案');
  expect(page).toContain(`href="/p/${CASE_NO}?lang`);
});

test.each([
  [
    { followUp: { byWords: { zh: '何静', en: 'He Jing' }, dueAt: '2026-11-26T06:00:00.000Z' } },
    '何静会在 11月26日 星期四 14:00 前联系您',
  ],
  [{}, '您的分数会用来改进我们的工作'],
])('thanks for a rating, with %j', async (more, said) => {
  const { get } = await pages({ survey: { ...surveyView('answered'), ...more } });
  const page = await (await get(`/s/${TOKEN}`)).text();
  expect(page).toContain(said);
  expect(page).not.toContain('分数低时');
});

test('wrong code, unknown number, malformed and unknown tokens: one and the same page', async () => {
  const { get } = await pages({ ...LOOKING, proposal: proposalView('open'), survey: surveyView('open') });
  const answers = await Promise.all(
    [
      `/p/${CASE_NO}?code=WRONG`,
      `/p/C261122-XXXXXX?code=${CODE}`,
      `/p/nonsense?code=${CODE}`,
      `/a/${'b'.repeat(43)}`,
      '/a/x',
      '/s/%20',
      '/s/null',
      '/a/',
      '/s/__proto__',
      `/p/${CASE_NO}/unknown`,
    ].map(async (path) => {
      const answer = await get(path);
      return { status: answer.status, body: (await answer.text()).replace(/nonce="[^"]*"/g, '') };
    }),
  );
  expect([...new Set(answers.map((answer) => answer.status))]).toEqual([404]);
  expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
  expect(answers[0]?.body).toContain('没有这个页面');
});

test('GET and HEAD change nothing, whatever they carry', async () => {
  const { get, submitted, url } = await pages({
    ...LOOKING,
    proposal: proposalView('open'),
    survey: surveyView('open'),
  });
  for (const path of [
    `/a/${TOKEN}?accepted=yes&nonce=x`,
    `/a/${TOKEN}?decline=1`,
    `/s/${TOKEN}?speed=1&solution=1&attitude=1&total=1`,
    `${PROGRESS}&done=chase`,
  ]) {
    expect((await get(path)).status).toBe(200);
    expect((await fetch(`${url}${path}`, { method: 'HEAD' })).status).toBe(200);
  }
  expect((await get(`/p/${CASE_NO}/chase?code=${CODE}`)).status).toBe(404);
  expect(submitted).toEqual([]);
});

test('accepting and declining reach the case, and the page is then shown by GET', async () => {
  const { post, submitted } = await pages({ proposal: proposalView('open') });
  const accepted = await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n1' });
  expect([accepted.status, accepted.headers.get('location')]).toEqual([303, `/a/${TOKEN}`]);
  const declined = await post(`/a/${TOKEN}`, { accepted: 'no', nonce: 'n2', reason: ' 太少\r\n了 ', lang: 'en' });
  expect(declined.headers.get('location')).toBe(`/a/${TOKEN}?lang=en`);
  expect(submitted.map(({ input }) => [input.accepted, input.reason])).toEqual([
    [true, undefined],
    [false, '太少\n了'],
  ]);
  for (const { input } of submitted) expect(input.decisionId).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
});

test('the same form twice is one decision; another form is another', async () => {
  const { post, submitted } = await pages({ proposal: proposalView('open') });
  await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n1' });
  await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n1' });
  await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n2' });
  const ids = submitted.map(({ input }) => input.decisionId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('every form has a nonce of its own', async () => {
  const { get } = await pages({ proposal: proposalView('open') });
  const nonce = async () => /name="nonce" value="([^"]+)"/.exec(await (await get(`/a/${TOKEN}`)).text())?.[1];
  const [one, other] = [await nonce(), await nonce()];
  expect(one).toMatch(/^[\w-]{22}$/);
  expect(one).not.toBe(other);
});

test('a second answer is impossible and says what was answered', async () => {
  const words = { zh: '这个链接已经用过了', en: 'this link has been used already' };
  const { get, post } = await pages({ proposal: proposalView('accepted'), outcome: { kind: 'refused', words } });
  const shown = await get(`/a/${TOKEN}`);
  expect(shown.status).toBe(200);
  const body = await shown.text();
  expect(body).toContain('您已接受方案 · 今天 14:10');
  expect(body).not.toContain('<form');
  const again = await post(`/a/${TOKEN}`, { accepted: 'no', nonce: 'n' });
  expect(again.status).toBe(410);
  expect(await again.text()).toContain('您已接受方案 · 今天 14:10');
});

test('whoever has just answered goes on to the progress page itself, not to a form that asks for the code', async () => {
  const progressUrl = `https://redress.example/p/${CASE_NO}?code=${CODE}`;
  const { get } = await pages({
    proposal: { ...proposalView('accepted'), progressUrl },
    survey: { ...surveyView('answered'), progressUrl },
  });
  for (const path of [`/a/${TOKEN}`, `/s/${TOKEN}`]) {
    const links = [...(await (await get(path)).text()).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links.map((href) => href?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'))).toContain(
      `${progressUrl}&lang=zh-CN`,
    );
  }
});

test('a survey says in one line which complaint it is about, with no more than is known', async () => {
  const { get, given } = await pages({ survey: surveyView('open') });
  const line = async (lang: string) =>
    /<p class="recap">(.*?)<\/p>/.exec(await (await get(`/s/${TOKEN}?lang=${lang}`)).text())?.[1];
  expect(await line('zh-CN')).toBe('您 11月22日 17:30 反映的“净水器滤芯”的情况，由李娜办理。');
  expect(await line('en')).toBe('What you told us about “净水器滤芯”, 22 Nov, 17:30; handled by Li Na.');
  given.survey = { ...surveyView('open'), product: undefined, handlerWords: undefined };
  expect(await line('zh-CN')).toBe('您 11月22日 17:30 反映的情况。');
});

test('a survey is sent once, then read', async () => {
  const { get, post, submitted, given } = await pages({ survey: surveyView('open') });
  const own = { 'q-fairness': '2', 'q-odd': 'x' };
  expect((await post(`/s/${TOKEN}`, { ...SCORES, ...own, comment: '好', nonce: 'n' })).status).toBe(303);
  expect(submitted[0]).toMatchObject({
    what: 'rate',
    input: { speed: 4, solution: 5, attitude: 5, total: 5, comment: '好', answers: { fairness: 2 } },
  });
  given.survey = surveyView('answered');
  given.outcome = { kind: 'refused', words: { zh: '评价已经提交过了', en: 'answered already' } };
  const body = await (await get(`/s/${TOKEN}`)).text();
  expect(body).toContain('谢谢，您的评价已收到');
  expect(body).toContain('4 / 5 · 满意');
  expect(body).not.toContain('<form');
  expect((await post(`/s/${TOKEN}`, { ...SCORES, nonce: 'm' })).status).toBe(410);
});

test('missing or invented scores are named; what was chosen and written stays', async () => {
  const { post, submitted } = await pages({ survey: surveyView('open') });
  const answer = await post(`/s/${TOKEN}`, {
    speed: '4',
    solution: '6',
    attitude: '5',
    comment: '我写的话',
    nonce: 'n',
  });
  expect(answer.status).toBe(422);
  const body = await answer.text();
  expect(body).toContain('<a href="#solution">解决方案</a>');
  expect(body).toContain('<a href="#total">总的来说</a>');
  expect(body).toMatch(/name="speed" value="4"[^>]*checked/);
  expect(body).toContain('我写的话');
  expect(submitted).toEqual([]);
});

test('chasing and going on', async () => {
  const { post, submitted } = await pages({ progress: progressView('archived', { outcome: 'upheld', reopen: {} }) });
  const chased = await post(`/p/${CASE_NO}/chase`, { code: CODE, nonce: 'n' });
  expect(chased.headers.get('location')).toBe(`${PROGRESS}&done=chase`);
  const reopened = await post(`/p/${CASE_NO}/reopen`, { code: CODE, nonce: 'n', reason: '还是漏水' });
  expect(reopened.headers.get('location')).toBe(PROGRESS);
  expect(submitted.map(({ what }) => what)).toEqual(['chase', 'reopen']);
  const empty = await post(`/p/${CASE_NO}/reopen`, { code: CODE, nonce: 'n', reason: '  ' });
  expect([empty.status, submitted.length]).toEqual([422, 2]);
  expect(await empty.text()).toContain('请写下还有什么没解决');
});

test.each([
  ['zh-CN', '刚刚催办过'],
  ['en', 'it has just been chased'],
] as const)('a chase that comes too soon is answered on the page, in %s', async (lang, words) => {
  const { post } = await pages({
    progress: progressView('resolve', { chase: { left: 2, nextAt: '2026-11-25T09:00:00.000Z' } }),
    outcome: { kind: 'refused', words: { zh: '刚刚催办过', en: 'it has just been chased' } },
  });
  const again = await post(`/p/${CASE_NO}/chase`, { code: CODE, nonce: 'n', lang });
  expect(again.status).toBe(409);
  const body = await again.text();
  expect(body).toContain(words);
  // No button that would be refused again.
  expect(body).not.toMatch(/<button[^>]*>(催办|Chase)</);
});

describe('words with files', () => {
  const OPEN = { progress: progressView('archived', { write: { left: 2 }, reopen: {} }) };
  const form = (fields: Record<string, string>, file: string): FormData => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('files', new Blob(['QH-7'], { type: 'text/plain' }), file);
    return body;
  };
  const sendTo = (url: string, path: string, body: FormData): Promise<Response> =>
    fetch(`${url}/p/${CASE_NO}/${path}`, { method: 'POST', redirect: 'manual', body });

  test.each([
    ['write', 'text'],
    ['reopen', 'reason'],
  ])('%s: the words are taken, then the files, and the page says what became of both', async (path, name) => {
    const { intake, attached } = fakeIntake({ attached: ['type'] });
    const { url, submitted, get } = await pages(OPEN, { intake });
    const sent = await sendTo(
      url,
      path,
      form({ code: CODE, nonce: 'n', lang: 'zh-CN', [name]: '还是漏水' }, '铭牌.txt'),
    );
    expect(sent.status).toBe(303);
    expect(submitted).toMatchObject([{ what: path, input: { [name]: '还是漏水' } }]);
    expect(attached).toEqual([{ fileName: '铭牌.txt', content: 'QH-7' }]);
    const shown = await (await get((sent.headers.get('location') ?? '').replace(url, ''))).text();
    expect(shown).toContain('有文件的格式不收');
    expect(shown).toContain('tell-warn');
  });

  test.each([
    ['write', 'text', { code: CODE }, 409],
    ['reopen', 'reason', { code: CODE }, 409],
    ['reopen', 'reason', { code: 'WRONG' }, 404],
  ])('%s with %s: nothing is put into the case when the words are refused', async (path, name, code, status) => {
    const { intake, attached } = fakeIntake();
    const words = { zh: '现在不行', en: 'not now' };
    const { url, dataDir } = await pages({ ...OPEN, outcome: { kind: 'refused', words } }, { intake });
    const sent = await sendTo(url, path, form({ ...code, nonce: 'n', [name]: '还是漏水' }, 'a.txt'));
    expect([sent.status, attached]).toEqual([status, []]);
    // Without the code not even a file on disk; with it, the file waits for the form to be sent again.
    if (status === 404) expect(readdirSync(dataDir)).toEqual([]);
    const page = await sent.text();
    expect(page.includes('>还是漏水</textarea>')).toBe(status === 409);
    expect(page.includes('这些文件还在')).toBe(status === 409);
    expect(page).not.toContain('请重新选择文件');
  });

  test('what was typed stays though the limit has been reached meanwhile', async () => {
    const progress = progressView('resolve', { write: { left: 0 }, chase: { left: 0 } });
    const { post } = await pages({ progress, outcome: { kind: 'refused', words: { zh: '今天满了', en: 'enough' } } });
    for (const [path, name] of [
      ['write', 'text'],
      ['chase', 'note'],
      ['call-back', 'note'],
    ] as const) {
      const sent = await post(`/p/${CASE_NO}/${path}`, { code: CODE, nonce: 'n', [name]: '请尽快' });
      expect([sent.status, (await sent.text()).includes('>请尽快</textarea>')]).toEqual([409, true]);
    }
  });
});

test('a guard that refuses is heard, and what was written is kept', async () => {
  const words = { zh: '已过可以继续办理的期限，请登记新的投诉', en: 'the time is over' };
  const { post } = await pages({
    progress: progressView('archived', { outcome: 'upheld', reopen: {} }),
    outcome: { kind: 'refused', words },
  });
  const answer = await post(`/p/${CASE_NO}/reopen`, { code: CODE, nonce: 'n', reason: '还是漏水' });
  const body = await answer.text();
  expect(answer.status).toBe(409);
  expect(body).toContain(words.zh);
  expect(body).toContain('还是漏水</textarea>');
});

test('a decision that waits for a worker is said to be submitted', async () => {
  const { post } = await pages({ proposal: proposalView('open'), outcome: { kind: 'accepted' } });
  const answer = await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n' });
  expect(answer.status).toBe(202);
  const body = await answer.text();
  expect(body).toContain('已提交，通常几秒内完成');
  expect(body).toContain(`href="/a/${TOKEN}"`);
});

test('what could not be saved is never shown as saved, and stays in the form', async () => {
  const { post } = await pages({ proposal: proposalView('open'), outcome: { kind: 'away' } });
  const answer = await post(`/a/${TOKEN}`, { accepted: 'no', nonce: 'n', reason: '我要换货' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  const body = await answer.text();
  expect(body).toContain('没有保存成功');
  expect(body).toContain('我要换货</textarea>');
});

test('Postgres away: 503 with Retry-After; a bug: 500, logged without the link', async () => {
  const { get, errors, cases } = await pages({ away: true });
  const answer = await get(PROGRESS);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  expect(errors).toEqual([]);
  cases.proposal = () => Promise.reject(new TypeError('bug'));
  expect((await get(`/a/${TOKEN}`)).status).toBe(500);
  expect(errors).toEqual(['a page failed']);
});

test.each([
  [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
  [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  [{ Origin: 'https://evil.example' }, 403],
  [{ Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }, 403],
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }, 303],
  [{}, 303],
])('a form sent with %j: %d', async (headers, status) => {
  const { post, submitted } = await pages({ proposal: proposalView('open') });
  const answer = await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n' }, headers as Record<string, string>);
  expect([answer.status, submitted.length]).toEqual([status, status === 303 ? 1 : 0]);
});

test('pages with personal data are stored, framed, indexed and told on by nobody', async () => {
  const { get, post } = await pages({ ...LOOKING, proposal: proposalView('open'), survey: surveyView('open') });
  const answers = [
    await get(PROGRESS),
    await get(`/a/${TOKEN}`),
    await get(`/s/${TOKEN}`),
    await get('/a/unknown'),
    await post(`/a/${TOKEN}`, { accepted: 'yes', nonce: 'n' }),
  ];
  for (const { headers } of answers) {
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('set-cookie')).toBeNull();
  }
});

test('no page has script or style of its own', async () => {
  const { get } = await pages({
    progress: progressView('resolve', { offer: offer('zh-CN'), chase: { left: 1 }, reopen: {} }),
    proposal: proposalView('open'),
    survey: surveyView('open'),
  });
  for (const path of [PROGRESS, `/a/${TOKEN}`, `/a/${TOKEN}?decline=1`, `/s/${TOKEN}`, '/p', '/a/unknown']) {
    const body = await (await get(path)).text();
    expect(body).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect(body.match(/class="big-btn"/g)?.length ?? 0).toBeLessThanOrEqual(1);
  }
});

test('the stylesheet is cached for good under a name that changes with it', async () => {
  const { get } = await pages();
  const href = /href="(\/public\/customer\.css\?v&#x3D;[0-9a-f]{12})"/.exec(await (await get('/p')).text())?.[1] ?? '';
  const css = await get(href.replace('&#x3D;', '='));
  expect([css.status, css.headers.get('content-type'), css.headers.get('cache-control')]).toEqual([
    200,
    'text/css; charset=utf-8',
    'public, max-age=31536000, immutable',
  ]);
});

test('number and code by hand lead to the page; wrong ones say no more than that', async () => {
  const { post, get } = await pages(LOOKING);
  const found = await post('/p', { caseNo: ` ${CASE_NO.toLowerCase()} `, code: CODE });
  expect([found.status, found.headers.get('location')]).toEqual([303, PROGRESS]);
  const wrong = await (await post('/p', { caseNo: CASE_NO, code: 'X' })).text();
  const unknown = await (await post('/p', { caseNo: 'C261122-XXXXXX', code: CODE })).text();
  expect(wrong.replace(CASE_NO, '')).toBe(unknown.replace('C261122-XXXXXX', ''));
  expect((await get(`/p/${CASE_NO}`)).status).toBe(200);
});

test('a lost link: the answer is the same whatever was given, and names what is missing', async () => {
  const { post, get, submitted } = await pages(LOOKING);
  expect(await (await get('/p')).text()).toContain('/p/lost?lang=zh-CN');
  const answers = [];
  for (const [caseNo, contact] of [
    [CASE_NO, '138 1234 5621'],
    ['nonsense', 'x'],
    [CASE_NO, 'somebody@else.example'],
  ] as const) {
    const answer = await post('/p/lost', { caseNo, contact, lang: 'en' });
    answers.push([answer.status, answer.headers.get('location')]);
  }
  expect(answers).toEqual(Array(3).fill([303, '/p/lost/sent?lang=en']));
  expect(submitted.map(({ input }) => input.caseNo)).toEqual([CASE_NO, 'nonsense', CASE_NO]);
  expect(await (await get('/p/lost/sent')).text()).toContain('登记的邮箱');
  const incomplete = await post('/p/lost', { caseNo: CASE_NO, contact: ' ' });
  expect([incomplete.status, (await incomplete.text()).includes('单号和联系方式都要填')]).toEqual([422, true]);
  const flood = [];
  for (let i = 0; i < 60; i++) flood.push((await post('/p/lost', { caseNo: CASE_NO, contact: `${i}` })).status);
  expect(flood.slice(-3)).toEqual([429, 429, 429]);
});

test('guessing is slowed down; a good link and the form are not, whoever guesses behind the same address', async () => {
  const { get, post } = await pages({ ...LOOKING, proposal: proposalView('open') });
  const statuses = [];
  for (let i = 0; i < 64; i++) statuses.push((await get(`/a/guess-${i}`)).status);
  expect(statuses).toEqual([...Array<number>(60).fill(404), 429, 429, 429, 429]);
  const slow = await post('/p', { caseNo: CASE_NO, code: 'X' });
  expect([slow.status, Number(slow.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(await slow.text()).toContain('试得太频繁了');
  for (const path of [`/a/${TOKEN}`, PROGRESS, '/p', '/complain']) expect((await get(path)).status).toBe(200);
});

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '{{constructor}}',
  '</textarea><svg/onload=alert(1)>',
];

test.each(PAYLOADS)('%j from any side stays text', async (payload) => {
  const { get, post } = await pages({
    progress: progressView('resolve', {
      ...handledBy(payload),
      customerName: payload,
      result: payload,
      offer: { ...offer('zh-CN'), solution: payload },
    }),
    proposal: { ...proposalView('open'), solution: payload, ...handledBy(payload), customerName: payload },
    survey: {
      ...surveyView('answered'),
      ...handledBy(payload),
      answers: { speed: 1, solution: 1, attitude: 1, total: 1, comment: payload },
    },
    outcome: { kind: 'refused', words: { zh: payload, en: payload } },
  });
  const bodies = await Promise.all([
    get(PROGRESS),
    get(`/a/${TOKEN}`),
    get(`/s/${TOKEN}`),
    get(`/p/${encodeURIComponent(payload)}`),
    get(`${PROGRESS}&lang=${encodeURIComponent(payload)}`),
    post(`/a/${TOKEN}`, { accepted: 'no', nonce: payload, reason: payload }),
    post('/p', { caseNo: payload, code: payload }),
  ]).then((answers) => Promise.all(answers.map((answer) => answer.text())));
  for (const body of bodies) {
    const tags = body.replace(/"[^"]*"/g, '""');
    expect(tags).not.toMatch(/<script|<img|<svg\/|<[^>]*\sonerror|<[^>]*\sonload/i);
    expect(body).not.toContain('[object');
  }
});

test('bodies that are too long, broken or unstorable get 4xx', async () => {
  const { post, url, submitted } = await pages({ proposal: proposalView('open') });
  expect((await post(`/a/${TOKEN}`, { accepted: 'no', reason: 'x'.repeat(40_000) })).status).toBe(413);
  expect((await post(`/a/${TOKEN}`, { accepted: 'no', reason: 'x'.repeat(4_001) })).status).toBe(400);
  expect((await post(`/a/${TOKEN}`, { accepted: 'no', reason: 'a\0b' })).status).toBe(400);
  expect((await post(`/a/${TOKEN}`, { accepted: 'maybe' })).status).toBe(400);
  expect((await post(`/a/${TOKEN}`, {})).status).toBe(400);
  const json = await fetch(`${url}/a/${TOKEN}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"accepted":"yes"}',
  });
  expect(json.status).toBe(400);
  expect(submitted).toEqual([]);
});

test('a suggestion is sent once, and a link in a greeting stops greetings only when its button is pressed', async () => {
  const { get, post, submitted } = await pages(LOOKING);
  expect(await (await get(PROGRESS)).text()).toContain('给我们提个建议');
  expect((await post(`/p/${CASE_NO}/suggest`, { code: CODE, nonce: 'n', text: ' ' })).status).toBe(422);
  for (let n = 0; n < 2; n++) {
    const sent = await post(`/p/${CASE_NO}/suggest`, { code: CODE, nonce: 'n', text: '说明书印大一点' });
    expect(sent.headers.get('location')).toContain('done=suggest');
  }
  const [one, again] = submitted.filter(({ what }) => what === 'suggest');
  expect(one?.input).toMatchObject({ text: '说明书印大一点' });
  expect(again?.input.decisionId).toBe(one?.input.decisionId);

  expect((await get('/care/unknown')).status).toBe(404);
  expect(await (await get(`/care/${TOKEN}`)).text()).toContain('不再问候我');
  expect(submitted.filter(({ what }) => what === 'stopCare')).toEqual([]);
  // As mail programs post it (RFC 8058).
  const stopped = await post(`/care/${TOKEN}`, { 'List-Unsubscribe': 'One-Click' });
  expect([stopped.status, stopped.headers.get('location')]).toEqual([303, `/care/${TOKEN}?done=1`]);
  expect(submitted.filter(({ what }) => what === 'stopCare')).toHaveLength(1);
});
