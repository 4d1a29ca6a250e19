import { DAY } from '../../../../src/domain/basics/milliseconds';
import type { Staff } from '../../../../src/domain/case/permissions';
import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const ANNA: Staff = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' };
const SOLUTION = '先道歉，再换一台新的。';

async function annasCase(): Promise<string> {
  const { caseNo } = await desk.harness.open({ text: '配件少了一个，希望补寄。' });
  await assigned(desk.harness, caseNo, 'anna');
  await desk.harness.decide(caseNo, 'accept', 'anna');
  await desk.harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  return caseNo;
}

/** What is typed into the form that the visitor looks at, as the page's script sends it. */
const keep = (visitor: Visitor, fields: Record<string, string | string[]>) =>
  visitor.post('/desk/drafts', { draft: visitor.value('draft') ?? '', ...fields });

test('what was typed into the form of a decision is there when it is opened again, says from when, and can be emptied', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const address = `/desk/cases/${caseNo}?do=propose`;
  const empty = (await anna.get(address)).html;
  expect(empty).not.toContain('已填回');
  expect(anna.value('draft')).toBe(`${caseNo}/propose`);
  const kept = await keep(anna, { solution: SOLUTION, 'remedies.0.kind': 'compensation', 'remedies.0.amount': '80' });
  expect([kept.status, kept.html]).toEqual([204, '']);

  const { html } = await anna.get(address);
  expect(html).toMatch(/已填回您没写完的内容（[^）]+ 存）/);
  expect(html).toContain(`name="again" value="${address.replaceAll('=', '&#x3D;')}"`);
  expect(html).toContain(`${SOLUTION}</textarea>`);
  expect(html).toMatch(/name="remedies\.0\.amount" value="80"/);
  // Another decision in the same case has a draft of its own.
  expect((await anna.get(`/desk/cases/${caseNo}?do=note`)).html).not.toContain('已填回');

  await anna.get(address);
  const emptied = await anna.post('/desk/drafts', {
    draft: anna.value('draft') ?? '',
    again: address,
    empty: 'true',
  });
  expect([emptied.status, emptied.location]).toEqual([303, address]);
  const after = (await anna.get(address)).html;
  expect(after).not.toContain('已填回');
  expect(after).not.toContain(SOLUTION);
});

test('the case to merge into is kept with the rest of its form: the buttons of phone entry alone are called like it', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const address = `/desk/cases/${caseNo}?do=merge`;
  await anna.get(address);
  await keep(anna, { into: 'C261122-000000', reason: '同一件事。' });
  const stored = await desk.harness.cases.formDrafts.get(`${caseNo}/merge`, ANNA);
  expect(stored?.fields).toEqual({ into: ['C261122-000000'], reason: ['同一件事。'] });
});

test('nobody else is shown a draft, nor may change or empty it', async () => {
  const caseNo = await annasCase();
  const [anna, sara] = [await desk.signedIn('anna'), await desk.signedIn('sara')];
  await anna.get(`/desk/cases/${caseNo}?do=note`);
  await keep(anna, { text: '客户脾气好。' });
  const saras = await sara.get(`/desk/cases/${caseNo}?do=note`);
  expect(saras.html).not.toContain('客户脾气好。');
  await keep(sara, { text: '另一份。' });
  await sara.post('/desk/drafts', { draft: `${caseNo}/note`, empty: 'true' });
  expect((await anna.get(`/desk/cases/${caseNo}?do=note`)).html).toContain('客户脾气好。</textarea>');
});

test('once the form is taken there is no draft of it any more', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const address = `/desk/cases/${caseNo}?do=note`;
  await anna.get(address);
  await keep(anna, { text: '写了一半' });
  await anna.get(address);
  const [nonce, seq, draft] = ['nonce', 'seq', 'draft'].map((name) => anna.value(name) ?? '');
  const done = await anna.post(`/desk/cases/${caseNo}/decisions/note`, {
    nonce,
    seq,
    draft,
    text: '写完了。',
  } as Record<string, string>);
  expect(done.location).toBe(`/desk/cases/${caseNo}?done=note`);
  expect((await anna.get(address)).html).not.toContain('已填回');
});

test('what was sent and not taken is kept without script too, and what a form carries unasked is that of now', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  await anna.get(`/desk/cases/${caseNo}?do=propose`);
  const [nonce, draft] = ['nonce', 'draft'].map((name) => anna.value(name) ?? '');
  const refused = await anna.post(`/desk/cases/${caseNo}/decisions/propose`, {
    nonce: nonce ?? '',
    draft: draft ?? '',
    solution: SOLUTION,
    'remedies.0.kind': 'compensation',
    'remedies.0.amount': 'viel',
  });
  expect(refused.status).toBe(422);
  expect((await anna.get(`/desk/cases/${caseNo}?do=propose`)).html).toContain(`${SOLUTION}</textarea>`);
  const stored = await desk.harness.cases.formDrafts.get(`${caseNo}/propose`, ANNA);
  expect(stored?.fields).toEqual({
    solution: [SOLUTION],
    'remedies.0.kind': ['compensation'],
    'remedies.0.amount': ['viel'],
  });
});

test('a draft is kept for a week, and of each person the newest hundred', async () => {
  const { stores } = desk.harness;
  const caseNo = await annasCase();
  const now = Date.now();
  const at = (ms: number) => new Date(ms).toISOString();
  const week = { since: at(now - 7 * DAY), most: 100 };
  await stores.formDrafts.keep(
    { userId: 'arno', place: 'phone', fields: { text: ['旧'] }, at: at(now - 8 * DAY) },
    { since: at(0), most: 100 },
  );
  expect(await stores.formDrafts.get('arno', 'phone', at(0))).toMatchObject({ fields: { text: ['旧'] } });
  // A week later it is shown no more, and removed when anybody keeps another.
  expect(await stores.formDrafts.get('arno', 'phone', week.since)).toBeUndefined();
  const sara = await desk.signedIn('sara');
  await sara.get(`/desk/cases/${caseNo}?do=note`);
  await keep(sara, { text: '第一份' });
  expect(await stores.formDrafts.get('arno', 'phone', at(0))).toBeUndefined();

  for (let index = 1; index <= 100; index++) {
    const draft = {
      userId: 'sara',
      place: `phone/${index}`,
      fields: { text: ['x'] },
      at: at(now + DAY + index * 1_000),
    };
    await stores.formDrafts.keep(draft, week);
  }
  expect(await stores.formDrafts.get('sara', `${caseNo}/note`, at(0))).toBeUndefined();
  expect(await stores.formDrafts.get('sara', 'phone/1', at(0))).toBeDefined();
});

test('what is too long, and a place where no form is, is refused by name; and so is a draft from elsewhere', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  await anna.get(`/desk/cases/${caseNo}?do=note`);
  const csrf = anna.value('csrf') ?? '';
  const long = await keep(anna, { text: '字'.repeat(11_000) });
  expect([long.status, long.html]).toEqual([413, expect.stringContaining('草稿最多 32 kB')]);
  for (const draft of ['', 'nowhere', `${caseNo}/nothing`, `${caseNo}/note/more`, 'phone/1/2', 'phone/\u0000']) {
    const refused = await keep(anna, { csrf, draft, text: '有字' });
    expect([draft, refused.status, refused.html]).toEqual([draft, 422, expect.stringContaining('没有这个表单')]);
  }
  const place = `${caseNo}/note`;
  expect((await keep(anna, { draft: place, csrf: 'another', text: '有字' })).status).toBe(403);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await anna.post('/desk/drafts', { csrf, draft: place, text: '有字' }, foreign)).status).toBe(403);
  expect(await desk.harness.cases.formDrafts.get(place, ANNA)).toBeUndefined();
});

test('phone entry keeps what was said for each number, until it is filed', async () => {
  const anna = await desk.signedIn('anna');
  await anna.get('/desk/phone');
  expect(anna.value('draft')).toBe('phone');
  expect((await keep(anna, { text: '洗衣机响得厉害', 'customer.phone': '' })).status).toBe(204);
  // The number is looked up only now: what was typed before goes with it.
  const looked = await anna.get('/desk/phone?number=13800001234');
  expect(looked.html).toContain('洗衣机响得厉害</textarea>');
  expect(looked.html).toContain('value="13800001234"');
  await keep(anna, { text: '洗衣机响得厉害', 'customer.phone': '13800001234' });
  // Another caller meanwhile.
  const another = await anna.get('/desk/phone?number=13900004321');
  expect(another.html).not.toContain('洗衣机响得厉害');
  expect(anna.value('draft')).toBe('phone/13900004321');
  await keep(anna, { text: '说明书缺页', 'customer.phone': '13900004321' });
  expect((await anna.get('/desk/phone?number=13800001234')).html).toContain('洗衣机响得厉害</textarea>');

  const said = {
    text: '洗衣机响得厉害，一直这样。',
    'customer.name': '王女士',
    'customer.phone': '13800001234',
    channel: 'phone',
    language: 'zh-CN',
  };
  const hidden = { nonce: anna.value('nonce') ?? '', draft: anna.value('draft') ?? '' };
  const read = await anna.post('/desk/phone', { ...hidden, ...said, step: 'read' });
  expect(read.html).toContain('name="draft" value="phone"');
  expect((await desk.harness.cases.formDrafts.get('phone', ANNA))?.fields.text).toEqual([said.text]);
  expect((await anna.post('/desk/phone', { ...hidden, ...said, step: 'file' })).status).toBe(201);
  expect(await desk.harness.cases.formDrafts.get('phone', ANNA)).toBeUndefined();
  expect(await desk.harness.cases.formDrafts.get('phone/13900004321', ANNA)).toBeDefined();
});
