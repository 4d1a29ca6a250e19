import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
/** A case of anna's with a note, a question to a department and words to the customer. */
let caseNo: string;
beforeAll(async () => {
  desk = await createDesk();
  const { harness } = desk;
  caseNo = (
    await harness.open({ text: '发票抬头开错，希望重开一张。', customer: { name: '王女士', phone: '13800005621' } })
  ).caseNo;
  await assigned(harness, caseNo, 'anna');
  await harness.decide(caseNo, 'accept', 'anna');
  await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '电话里已说明。' });
  await harness.decide(caseNo, 'note', 'anna', { text: '客户下午不在家。' });
  await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '抬头能改吗？' });
});
afterAll(() => desk.close());

const storyIn = (html: string): string =>
  /<ol class="tl"[\s\S]*?<\/ol>\n?/.exec(html.slice(html.indexOf('id="story"') - 20))?.[0] ?? '';
const link = (html: string, name: string): string | undefined =>
  new RegExp(`<a [^>]*href="([^"]*)"[^>]*>${name}</a>`)
    .exec(html)?.[1]
    ?.replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');

test('the story is narrowed by links, and a form that is open stays open', async () => {
  const anna = await desk.signedIn('anna');
  const all = await anna.get(`/desk/cases/${caseNo}`);
  expect(storyIn(all.html)).toContain('客户下午不在家。');
  expect(storyIn(all.html)).toContain('电话里已说明。');
  expect(all.html).toMatch(/<a href="[^"]*" aria-current="true">全部<\/a>/);
  for (const [name, shown, hidden] of [
    ['备注', '客户下午不在家。', '电话里已说明。'],
    ['往来', '电话里已说明。', '客户下午不在家。'],
    ['决定', '抬头能改吗？', '客户下午不在家。'],
    ['承诺', '计时', '抬头能改吗？'],
  ] as const) {
    const { html } = await anna.get(link(all.html.slice(all.html.indexOf('class="shows"')), name) ?? '');
    expect([name, storyIn(html).includes(shown), storyIn(html).includes(hidden)]).toEqual([name, true, false]);
    expect(html).toContain(`aria-current="true">${name}</a>`);
  }
  const open = await anna.get(`/desk/cases/${caseNo}?do=note`);
  expect(link(open.html, '往来')).toBe(`/desk/cases/${caseNo}?do=note&show=contact#story`);
  expect((await anna.get(`/desk/cases/${caseNo}?do=note&show=contact`)).html).toContain('name="text"');
});

test('the case as it stood: what came later is not there, nothing can be decided, and one walks from entry to entry', async () => {
  const anna = await desk.signedIn('anna');
  const { items } = await desk.harness.cases.handling.timeline(
    caseNo,
    { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' },
    0,
  );
  const seqOf = (type: string): number => items.find((item) => item.type === type)?.seq ?? 0;
  const { html } = await anna.get(`/desk/cases/${caseNo}?at=${seqOf('noted')}`);
  expect(html).toContain('时的情况，不是现在');
  expect(storyIn(html)).toContain('客户下午不在家。');
  expect(html).not.toContain('抬头能改吗？');
  expect(html).not.toContain('id="dock"');
  expect(html).not.toContain('/decisions/');
  expect(html).not.toContain('13800005621');
  // What runs on is not counted here.
  expect(html.slice(html.indexOf('id="head"'), html.indexOf('id="main"'))).not.toContain('data-due');
  const later = await anna.get(link(html, '后一条') ?? '');
  expect(later.html).toContain('抬头能改吗？');
  const earlier = await anna.get(link(html, '前一条') ?? '');
  expect(earlier.html).not.toContain('客户下午不在家。');
  expect(link(earlier.html, '回到现在')).toBe(`/desk/cases/${caseNo}`);
  // Who might have the number is not shown it here, and not written down as having seen it.
  const mona = await desk.signedIn('mona');
  expect((await mona.get(`/desk/cases/${caseNo}?at=1`)).html).not.toContain('13800005621');
  const looks = (await desk.harness.stores.reads.list(caseNo, 50)).filter(({ userId }) => userId === 'mona');
  expect(looks.map(({ kind }) => kind)).toEqual(['opened']);
});

test('each message says how the customer sounds, a warning quotes them, and three make a line of moods', async () => {
  const { harness } = desk;
  const filed = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(harness, filed.caseNo, 'anna');
  const write = (text: string) => harness.decide(filed.caseNo, 'customerWrote', 'anna', { via: 'phone', text });
  await write('好的，我明天下午在家。');
  const anna = await desk.signedIn('anna');
  expect((await anna.get(`/desk/cases/${filed.caseNo}`)).html).not.toContain('class="moods"');
  await write('再不处理我就去找媒体曝光');
  const { html } = await anna.get(`/desk/cases/${filed.caseNo}`);
  expect(storyIn(html)).toMatch(/mood-neutral">.*?平静<[\s\S]*mood-negative">.*?不满</);
  expect(storyIn(html)).toMatch(/class="heed">.*?<b>要找媒体、监管、律师或法院<\/b> .*?“媒体曝光”/);
  expect(html).toMatch(/<svg role="img" aria-label="不满、平静、不满"/);
  const english = await anna.get(`/desk/cases/${filed.caseNo}?lang=en`);
  expect(english.html).toContain('aria-label="dissatisfied, calm, dissatisfied"');
});

test('an entry that is not there, and a case of others, are not found', async () => {
  const anna = await desk.signedIn('anna');
  for (const at of ['0', '9999', '-1', 'x', '1.5']) {
    expect([at, (await anna.get(`/desk/cases/${caseNo}?at=${at}`)).status]).toEqual([at, 404]);
  }
  const other = await desk.harness.open({ text: '北方的。' });
  await assigned(desk.harness, other.caseNo, 'arno');
  expect((await anna.get(`/desk/cases/${other.caseNo}?at=1`)).status).toBe(404);
});
