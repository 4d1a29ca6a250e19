import { createDesk, type Desk, type Visitor } from './support';

/** The customer's words on the page of a case, with what led to the suggestion marked in them. */

let desk: Desk;
let anna: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  anna = await desk.signedIn('anna');
});
afterAll(() => desk.close());

const TEXT = '熱水器漏電，我被電到了。<script>alert(1)</script>\n客服一直不理，"催"了五次。';

const wordsOf = (html: string): string => /<blockquote>(.*?)<\/blockquote>/s.exec(html)?.[1] ?? '';

test('the words that led to the suggestion are marked where the customer wrote them, with the rule, and all of them escaped', async () => {
  const { caseNo } = await desk.harness.open({ text: TEXT, wantedRemedy: '不退货就找12315' });
  const { html } = await anna.get(`/desk/cases/${caseNo}`);
  const words = wordsOf(html);
  expect(words).toMatch(
    /<mark class="quo quo-major" title="[^"]*人身危险[^"]*">[^<]*漏電(?:<span class="vh">（[^<]*人身危险[^<]*）<\/span>)?<\/mark>/,
  );
  expect(words).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(words).not.toContain('<script');
  expect(words).toMatch(/<mark class="quo quo-important" title="[^"]*多次没有解决/);
  // Without what is marked, it is what the customer wrote.
  const plain = words
    .replaceAll(/<span class="vh">.*?<\/span>/g, '')
    .replaceAll('<br>', '\n')
    .replaceAll(/<\/?mark[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"');
  expect(plain.trim()).toBe(TEXT);
  expect(html).toMatch(
    /<p class="want">希望的结果：.*<mark class="quo quo-major" title="要找媒体、监管、律师或法院">/s,
  );
});

test('an answer of the API has the places as well', async () => {
  const { caseNo } = await desk.harness.open({ text: TEXT });
  const { body } = await desk.harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
  const { marks } = (
    body as { case: { suggestion: { marks: { rule: string; in: string; from: number; to: number }[] } } }
  ).case.suggestion;
  const quoted = marks.filter(({ rule }) => rule === 'M1').map(({ from, to }) => TEXT.slice(from, to));
  expect(quoted).toContain('漏電');
});

test('a suggestion whose words are in the text no more lists them', async () => {
  const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。' });
  const old = {
    grade: 'major',
    category: 'other',
    reasons: [{ rule: 'M9', words: ['从前的<词>'] }],
    engine: 'rules@0',
  };
  await desk.harness.database.pool.query('update complaints set suggestion = $1 where case_no = $2', [old, caseNo]);
  const { html } = await anna.get(`/desk/cases/${caseNo}`);
  expect(wordsOf(html)).not.toContain('<mark');
  expect(html).toContain('<span class="quo quo-major">M9</span> “从前的&lt;词&gt;”');
});

test('the suggestion is taken by one button where it is to be confirmed, and not once others have decided or a form is open', async () => {
  const { caseNo } = await desk.harness.open({ text: TEXT });
  const { html } = await anna.get(`/desk/cases/${caseNo}`);
  expect(html).toMatch(/id="suggested"[^]*data-key="KeyY"/);
  const fields = Object.fromEntries(
    ['nonce', 'seq', 'grade', 'category'].map((name) => [name, anna.value(name) ?? '']),
  );
  expect(fields.grade).toBe('major');
  expect((await anna.get(`/desk/cases/${caseNo}?do=grade`)).html).not.toContain('data-key="KeyY"');
  const done = await anna.post(`/desk/cases/${caseNo}/decisions/grade`, fields);
  expect([done.status, done.location]).toEqual([303, `/desk/cases/${caseNo}?done=grade`]);
  const state = (await desk.harness.stores.cases.get(caseNo))?.state;
  expect(state).toMatchObject({ grade: 'major', category: fields.category, gradeConfirmed: true });
  const after = await anna.get(done.location ?? '');
  expect(after.html).toContain('id="suggested"');
  expect(after.html).not.toContain('data-key="KeyY"');
});

test('what the text says of fields that are empty stands beside the case, and in the answer of the API, but not what is known', async () => {
  const text = '上周买的空调不制冷，订单号 <b>20261103-556677</b>，型号 KFR-35GW。';
  const { caseNo } = await desk.harness.open({ text, product: { name: '壁挂空调', orderNo: 'A-1' } });
  const { html } = await anna.get(`/desk/cases/${caseNo}`);
  const [, found = ''] = /id="found">(.*?)<\/section>/s.exec(html) ?? [];
  expect(found).toContain('<dt>型号</dt><dd>KFR-35GW</dd>');
  expect(found).not.toContain('556677');
  expect(found).not.toContain('<dt>产品</dt>');
  const { body } = await desk.harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
  const from = text.indexOf('KFR');
  expect((body as { case: { found: object[] } }).case.found).toEqual([
    { fact: 'product.model', value: 'KFR-35GW', words: 'KFR-35GW', from, to: from + 8, sure: true },
  ]);
});

test('of a case in which nothing is found nothing is said', async () => {
  const { caseNo } = await desk.harness.open({ text: '包装盒有点脏，希望说明一下。', wantedRemedy: '说明' });
  expect((await anna.get(`/desk/cases/${caseNo}`)).html).not.toContain('id="found"');
});
