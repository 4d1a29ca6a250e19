import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** A case that this person handles. */
async function handled(by: string, text: string): Promise<string> {
  const { caseNo } = await desk.harness.open({ text });
  await assigned(desk.harness, caseNo, by);
  return caseNo;
}

/** The addresses of links that contain this. */
const linksTo = (html: string, part: string): string[] =>
  [...html.matchAll(/href="([^"]+)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='))
    .filter((href) => href.includes(part));

/** The values of the ticks on a page. */
const ticks = (html: string): string[] =>
  [...html.matchAll(/name="picked" value="([^"]+)"/g)].map(([, value]) => value ?? '');

const ownerOf = async (caseNo: string) => (await desk.harness.stores.cases.get(caseNo))?.state.owner?.id;

describe('saved views', () => {
  const saved = async (visitor: Visitor, words: string, name: string, shared = 'nobody') => {
    await visitor.get(`/desk/cases?${words}`);
    return visitor.post('/desk/views', { words, name, shared });
  };

  test('keep the list with its order under a name, for whom they are shared with, until they are removed', async () => {
    const [sara, anna, mona] = [await desk.signedIn('sara'), await desk.signedIn('anna'), await desk.signedIn('mona')];
    expect((await saved(sara, 'grade=major&sort=received', '重大 & 旧', 'team')).location).toBe(
      '/desk/cases?grade=major&sort=received',
    );
    const here = await sara.get('/desk/cases?grade=major&sort=received');
    expect(here.html).toContain('视图：重大 &amp; 旧');
    expect(linksTo((await anna.get('/desk/cases')).html, 'sort=received')).toEqual([
      '/desk/cases?grade=major&sort=received',
    ]);

    // The place in the list is no part of it.
    const { html } = await anna.get('/desk/cases?grade=major&sort=received');
    expect(html).not.toContain('删除视图 重大');
    const [, id = ''] = /action="\/desk\/views\/([0-9a-f-]{36})\/remove"/.exec(here.html) ?? [];
    expect(id).not.toBe('');
    expect((await anna.post(`/desk/views/${id}/remove`)).status).toBe(404);
    await sara.get('/desk/cases');
    expect((await sara.post(`/desk/views/${id}/remove`)).location).toBe('/desk/cases');
    expect((await mona.get('/desk/cases')).html).not.toContain('重大 &amp; 旧');
  });

  test('without a name, under one that is taken, or for everybody by an agent: the list says why, and nothing is saved', async () => {
    const anna = await desk.signedIn('anna');
    expect((await saved(anna, 'open=true', '在办')).status).toBe(303);
    for (const [name, shared, status, why] of [
      ['', 'nobody', 422, '请给视图起一个 60 字以内的名称'],
      ['字'.repeat(61), 'nobody', 422, '请给视图起一个 60 字以内的名称'],
      ['在办', 'nobody', 409, '您已有一个同名的视图'],
      ['给大家', 'all', 403, '这里要有主管或更高的角色'],
    ] as const) {
      const page = await saved(anna, 'open=true', name, shared);
      expect([name, page.status]).toEqual([name, status]);
      expect(page.html).toContain(why);
      expect(page.html).toContain('状态：在办');
    }
    const bad = await saved(anna, 'stage=nowhere', 'x');
    expect(bad.status).toBe(422);
  });
});

describe('the list as a file', () => {
  test('has the cases of the list, in the language of the page', async () => {
    const own = await handled('anna', '导出用的一件。');
    const anna = await desk.signedIn('anna');
    const { html } = await anna.get('/desk/cases?owner=me');
    const [href = ''] = linksTo(html, 'format=csv');
    const file = await anna.get(href);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename=cases-[\d-]+\.csv$/);
    expect(file.html).toContain('单号');
    expect(file.html).toContain(own);
    expect((await anna.get('/desk/cases/export?format=pdf')).status).toBe(422);
    // A colleague takes no list home.
    const quinn = await desk.signedIn('quinn');
    expect((await quinn.get('/desk/cases/export?format=csv')).status).toBe(404);
    expect((await quinn.get('/desk/cases')).html).not.toContain('format=csv');
  });
});

describe('one decision in many cases', () => {
  test('is asked for once, taken in each, and reported where it was not; the same form again changes nothing', async () => {
    const cases = [
      await handled('anna', '批量甲。'),
      await handled('anna', '批量乙。'),
      await handled('anna', '批量丙。'),
    ];
    const sara = await desk.signedIn('sara');
    const { html } = await sara.get('/desk/cases?owner=anna&open=true');
    const picked = ticks(html).filter((value) => cases.some((caseNo) => value.startsWith(`${caseNo}.`)));
    expect(picked).toHaveLength(3);
    const form = await sara.post('/desk/cases/bulk', { picked, decision: 'reassign', words: 'owner=anna&open=true' });
    expect(form.html).toContain('改派 · 3 件');
    // Nothing of the case from which the choices come is filled in for the others.
    expect(form.html).not.toMatch(/<option value="[^"]+" selected/);
    const nonce = sara.value('nonce') ?? '';
    const send = (fields: Record<string, string | string[]>) =>
      sara.post('/desk/cases/bulk/reassign', { picked, nonce, words: 'owner=anna&open=true', ...fields });

    const empty = await send({ owner: 'arno', reason: ' ' });
    expect(empty.status).toBe(422);
    expect(ticks(empty.html)).toEqual(picked);
    expect(empty.html).toMatch(/<option value="arno" selected/);

    // One of them goes on meanwhile: what was ticked is not that case any more. A note in another changes nothing of that.
    await desk.harness.decide(cases[0] ?? '', 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
    await desk.harness.decide(cases[1] ?? '', 'note', 'anna', { text: '刚打过电话。' });
    const report = await send({ owner: 'arno', reason: '她休假。' });
    expect(report.status).toBe(200);
    expect(report.html).toMatch(/<b>2<\/b>件完成/);
    expect(report.html).toMatch(/<b>1<\/b>件没有做/);
    expect(report.html).toContain(`href="/desk/cases/${cases[0]}"`);
    expect(await Promise.all(cases.map(ownerOf))).toEqual(['anna', 'arno', 'arno']);
    const seqs = await Promise.all(cases.map(async (one) => (await desk.harness.stores.cases.get(one))?.state.seq));
    expect((await send({ owner: 'arno', reason: '她休假。' })).html).toMatch(/<b>2<\/b>件完成/);
    expect(await Promise.all(cases.map(async (one) => (await desk.harness.stores.cases.get(one))?.state.seq))).toEqual(
      seqs,
    );
  });

  test('all that fit: the list is read anew, of what the person may see', async () => {
    const north = await handled('arno', '北方的一件。');
    const sven = await desk.signedIn('sven');
    await sven.get('/desk/cases');
    const form = await sven.post('/desk/cases/bulk', { all: '1', decision: 'chase', words: 'owner=arno&open=true' });
    expect(ticks(form.html).some((value) => value.startsWith(`${north}.`))).toBe(true);
    const of = ticks(form.html).map((value) => value.split('.')[0] ?? '');
    expect(new Set(await Promise.all(of.map(ownerOf)))).toEqual(new Set(['arno']));
  });

  test('nothing ticked, too many, numbers of others, and decisions that are not for many', async () => {
    const sara = await desk.signedIn('sara');
    await sara.get('/desk/cases');
    const ask = (fields: Record<string, string | string[]>, path = '') =>
      sara.post(`/desk/cases/bulk${path}`, { decision: 'chase', words: '', ...fields });
    const nothing = await ask({});
    expect(nothing.status).toBe(422);
    expect(nothing.html).toContain('还没有勾选案件');
    expect((await ask({ picked: ['<script>', 'C261122-000000.x', ''] })).status).toBe(422);
    const many = Array.from({ length: 201 }, (_, n) => `C261122-${String(n).padStart(6, '0')}.1`);
    expect((await ask({ picked: many })).html).toContain('一次最多 200 件');
    expect((await ask({ picked: ['C261122-000000.1'] })).status).toBe(404);
    expect((await ask({ picked: ['C261122-000000.1'], decision: 'withdraw' })).status).toBe(404);
    expect((await ask({ picked: ['C261122-000000.1'] }, '/withdraw')).status).toBe(404);
    // Sent without the form: each case answers for itself.
    const report = await ask({ picked: ['C261122-000000.1'], nonce: 'n'.repeat(22), text: 'x' }, '/note');
    expect(report.html).toMatch(/<b>1<\/b>件没有做/);
    const quinn = await desk.signedIn('quinn');
    expect((await quinn.get('/desk/cases')).html).not.toContain('name="picked"');
  });
});

test('a search shows where it was found', async () => {
  await handled('anna', '发票<b>抬头</b>开错，等着报销。');
  const anna = await desk.signedIn('anna');
  const { html } = await anna.get('/desk/cases?q=抬头');
  expect(html).toContain('&lt;b&gt;<mark>抬头</mark>&lt;/b&gt;');
});

test('the next of the queue is taken with one button, and an empty queue is told', async () => {
  const { caseNo } = await desk.harness.open({ text: '没有人接的一件。' });
  await desk.harness.decide(caseNo, 'grade', 'sara', { grade: 'general', category: 'product_quality' });
  const arno = await desk.signedIn('arno');
  const day = await arno.get('/desk');
  expect(day.html).toContain('action="/desk/next"');
  const nonce = arno.value('nonce') ?? '';
  const taken = await arno.post('/desk/next', { nonce });
  expect(taken.location).toBe(`/desk/cases/${caseNo}`);
  await arno.get('/desk');
  expect((await arno.post('/desk/next', { nonce })).location).toBe(taken.location);
  expect(await ownerOf(caseNo)).toBe('arno');
  await arno.get('/desk');
  const none = await arno.post('/desk/next', { nonce: 'another-of-22-letters--' });
  expect((await arno.get(none.location ?? '')).html).toContain('现在没有您可以接的案件');
  expect((await (await desk.signedIn('quinn')).get('/desk')).html).not.toContain('action="/desk/next"');
});

describe('how the list looks', () => {
  const rowOf = (html: string, caseNo: string): string =>
    new RegExp(`<li class="row" id="row-${caseNo}".*?</li>`, 's').exec(html)?.[0] ?? '';

  test('its reader chooses the columns and lower rows; other choices of the look stay, and another browser sees the usual', async () => {
    const caseNo = await handled('anna', '包装盒有点脏，希望说明一下。');
    const anna = await desk.signedIn('anna');
    const usual = await anna.get('/desk/cases?open=true');
    expect(usual.html).toContain('<body class="desk">');
    expect(rowOf(usual.html, caseNo)).toContain('王小明');
    expect(rowOf(usual.html, caseNo)).not.toContain('第 1 轮');

    await anna.post('/desk/look', { theme: 'dark', to: '/desk' });
    const here = '/desk/cases?open=true';
    const chosen = { list: '1', 'column-round': '1', 'column-owner': '1', compact: '1', to: here };
    expect((await anna.post('/desk/look', chosen)).location).toBe(here);
    const { html } = await anna.get(here);
    expect(html).toContain('<body class="desk compact">');
    expect(html).toContain('data-theme="dark"');
    expect(rowOf(html, caseNo)).toContain('第 1 轮');
    expect(rowOf(html, caseNo)).not.toContain('王小明');
    expect(html).toMatch(/name="column-round" value="1" checked/);

    // To see none is a choice as well, and a language is chosen without touching it.
    await anna.post('/desk/look', { list: '1', to: here });
    await anna.post('/desk/look', { language: 'zh-CN', to: here });
    const bare = await anna.get(here);
    expect(bare.html).toContain('<body class="desk">');
    expect(rowOf(bare.html, caseNo)).not.toContain('第 1 轮');
    expect(rowOf(bare.html, caseNo)).toContain(caseNo);
    expect(rowOf((await (await desk.signedIn('sara')).get(here)).html, caseNo)).toContain('王小明');
  });

  test('a cookie with words that are no columns shows those it knows', async () => {
    const caseNo = await handled('anna', '包装盒有点脏，希望说明一下。');
    const anna = await desk.signedIn('anna');
    anna.setCookie('redress-look', '...nonsense-round-__proto__');
    expect(rowOf((await anna.get('/desk/cases?open=true')).html, caseNo)).toContain('第 1 轮');
    anna.setCookie('redress-look', '');
  });
});
