import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

/** The library on the desk: from a solved case to the reply to the next customer. */
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const PRODUCT = { name: '滚筒洗衣机', model: 'XQG-100' };

async function decide(caseNo: string, who: string, decisions: readonly (readonly [string, object])[]): Promise<void> {
  for (const [decision, body] of decisions) {
    const answer = await desk.harness.decide(caseNo, decision, who, body);
    if (answer.status !== 200) throw new Error(`${decision}: ${answer.text}`);
  }
}

/** What stands in a page, with entities read that the tests need. */
const plain = (html: string): string =>
  html.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&').replaceAll('&#x27;', "'");

test('a solved case becomes an entry that another publishes, which fills in a reply to the next customer and is counted', async () => {
  const { harness } = desk;
  const { caseNo: solved } = await harness.open({
    text: '洗衣机排水管漏水，地板泡坏了，电话13812345621。',
    product: PRODUCT,
  });
  await assigned(harness, solved);
  const anna = await desk.signedIn('anna');
  const early = await anna.get(`/desk/library/new?case=${solved}`);
  expect([early.status, early.html.includes('案件还没有办结')]).toEqual([409, true]);
  expect((await anna.get(`/desk/cases/${solved}`)).html).not.toContain('写进知识库');
  await decide(solved, 'anna', [
    ['propose', { remedies: [{ kind: 'refund', amount: 50 }], solution: '换排水管。' }],
    ['customerAnswer', { accepted: true, via: 'phone' }],
    ['carryOut', {}],
    ['resolve', { outcome: 'upheld', cause: 'manufacturing', summary: '免费换了排水管。' }],
  ]);
  expect(plain((await anna.get(`/desk/cases/${solved}`)).html)).toContain(`/desk/library/new?case=${solved}`);
  const form = (await anna.get(`/desk/library/new?case=${solved}`)).html;
  expect(form).toContain('电话〔电话〕。</textarea>');
  expect(form).toContain('免费换了排水管。</textarea>');
  expect(form).not.toContain('13812345621');

  const texts = {
    caseNo: solved,
    language: 'zh-CN',
    title: '排水管漏水',
    problem: '洗衣机排水管漏水，地板泡坏了。打 13812345621。',
    solution: '免费换了排水管。',
    reply: '{客户}您好，排水管免费换新。',
    category: 'product_quality',
    product: '滚筒洗衣机',
    isPublic: 'yes',
    question: '洗衣机排水管漏水怎么办？',
    answer: '先关上水龙头，排水管我们免费换新。',
  };
  expect((await anna.post('/desk/library', { ...texts, title: '' })).status).toBe(422);
  const made = (await anna.post('/desk/library', texts)).location ?? '';
  const page = made.replace('?done=made', '');
  const shown = (await anna.get(made)).html;
  expect(shown).toContain('<mark class="quo quo-major" title="电话：不能发布">13812345621');
  const send = { version: '1', identitiesRemoved: 'yes' };
  expect((await anna.post(`${page}/submit`, { version: '1' })).status).toBe(422);
  const refused = await anna.post(`${page}/submit`, send);
  expect([refused.status, refused.html.includes('发生了什么：里面还有电话')]).toEqual([422, true]);
  const mended = { ...texts, version: '1', problem: '洗衣机排水管漏水，地板泡坏了。' };
  expect((await anna.post(page, mended)).location).toBe(`${page}?done=saved`);
  await anna.get(page);
  expect((await anna.post(page, mended)).status).toBe(409);
  expect((await anna.post(`${page}/submit`, { ...send, version: '2' })).location).toBe(`${page}?done=submit`);
  await anna.get(page);
  expect((await anna.post(`${page}/publish`, { version: '2' })).status).toBe(404);
  // Customers read what is published, and nothing before.
  const customer = desk.visitor();
  const asked = `/help?q=${encodeURIComponent('排水管漏水怎么办')}`;
  const article = page.replace('/desk/library', '/help');
  expect((await customer.get(asked)).html).toContain('没有找到');
  expect((await customer.get(article)).status).toBe(404);
  const sara = await desk.signedIn('sara');
  await sara.get(page);
  const emptyNote = await sara.post(`${page}/return`, { version: '2', note: ' ' });
  expect(emptyNote.status).toBe(422);
  expect((await sara.post(`${page}/publish`, { version: '2' })).location).toBe(`${page}?done=publish`);

  for (const path of [asked, '/help', article]) {
    const { status, html } = await customer.get(path);
    expect([path, status, html.includes('洗衣机排水管漏水怎么办？')]).toEqual([path, 200, true]);
    for (const kept of [solved, '地板泡坏了', '您好，排水管免费换新', 'Name of anna']) expect(html).not.toContain(kept);
  }
  expect((await customer.get('/help?lang=en')).html).not.toContain('洗衣机排水管漏水怎么办？');
  expect((await customer.get(`/help?q=${encodeURIComponent('发票抬头开错了')}`)).html).toContain('没有找到');
  expect((await customer.get(`/help?q=${'x'.repeat(9_000)}`)).status).toBe(200);
  // In the chat it is named before the next question.
  const chat = 'a-key-of-a-chat-123456';
  const told = { chat, id: 'a-message-of-it-123456', text: '我家洗衣机排水管漏水，怎么办' };
  expect((await customer.post('/chat?lang=zh-CN', told)).status).toBe(303);
  const talk = plain((await customer.get(`/chat?lang=zh-CN&chat=${chat}`)).html);
  expect(talk).toContain(`<a href="${article}?lang=zh-CN" target="_blank" rel="noopener">洗衣机排水管漏水怎么办？</a>`);
  expect(talk).toContain('是什么产品或服务？');
  const { caseNo: next } = await harness.open({
    text: '新买的滚筒洗衣机排水管漏水，地上都是水。',
    customer: { name: '赵敏', phone: '13900005001' },
    product: PRODUCT,
  });
  await assigned(harness, next);
  const id = page.split('/').at(-1) ?? '';
  const beside = plain((await anna.get(`/desk/cases/${next}`)).html);
  expect(beside).toContain(`/desk/cases/${next}?do=respond&entry=${id}#dock`);
  expect(beside).toContain('还没用过');
  // What had been typed stays, with the reply behind it.
  const { formDrafts } = harness.cases;
  const actor = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' } as const;
  await formDrafts.keep(`${next}/respond`, { text: ['已电话联系。'] }, actor);
  const filled = (await anna.get(`/desk/cases/${next}?do=respond&entry=${id}`)).html;
  expect(filled).toContain('已电话联系。\n\n赵敏您好，排水管免费换新。</textarea>');
  // Refused first, and sent then: it is still known where the reply came from.
  const fields = { entry: id, nonce: anna.value('nonce') ?? '', seq: anna.value('seq') ?? '' };
  const again = await anna.post(`/desk/cases/${next}/decisions/respond`, { ...fields, via: '', text: '赵敏您好' });
  expect([again.status, anna.value('entry')]).toEqual([422, id]);
  const sent = await anna.post(`/desk/cases/${next}/decisions/respond`, {
    ...fields,
    via: 'phone',
    text: '赵敏您好，排水管免费换新。',
  });
  expect(sent.location).toBe(`/desk/cases/${next}?done=respond`);
  const list = (await anna.get(`/desk/library?q=${encodeURIComponent('漏水')}`)).html;
  expect(list).toContain('用过 1 次，1 件投诉；客户还没有表态');
  expect((await anna.get('/desk/library?state=review')).html).toContain('没有找到');
  expect((await anna.get('/desk/library?state=nonsense')).status).toBe(200);

  await sara.get(page);
  // Withdrawn, it is offered no more, and an old address of the form opens it without the reply.
  expect((await sara.post(`${page}/withdraw`, { version: '2' })).location).toBe(`${page}?done=withdraw`);
  expect((await anna.get(`/desk/cases/${next}`)).html).not.toContain('用作回复');
  const old = await anna.get(`/desk/cases/${next}?do=respond&entry=${id}`);
  expect([old.status, old.html.includes('免费换新。</textarea>')]).toEqual([200, false]);
  expect((await customer.get(article)).status).toBe(404);
  expect((await customer.get('/help')).html).not.toContain('洗衣机排水管漏水怎么办？');
  // Colleagues of other departments have no library.
  expect((await (await desk.signedIn('quinn')).get('/desk/library')).status).toBe(404);
});
