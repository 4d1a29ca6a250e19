import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const SAID = {
  text: '洗衣机漏电，我母亲被电倒，已经送医院。',
  wantedRemedy: '上门检修',
  'product.name': '洗衣机',
  'product.orderNo': 'WX-2031',
  'customer.name': '王女士',
  'customer.phone': '138 0000 5621',
  channel: 'phone',
  language: 'zh-CN',
};

const call = async (fields: Record<string, string>, who = 'anna') => {
  const visitor = await desk.signedIn(who);
  await visitor.get('/desk/phone');
  return visitor.post('/desk/phone', { nonce: visitor.value('nonce') ?? '', ...fields });
};

test('the number brings up the customer and their open cases, of those that one may see', async () => {
  const phone = '139 1111 2222';
  const customer = { name: '李先生', phone };
  const { caseNo } = await desk.harness.open({ text: '配件晚到。', customer });
  await assigned(desk.harness, caseNo, 'anna');
  const other = await desk.harness.open({ text: '说明书少一页。', customer });
  await assigned(desk.harness, other.caseNo, 'arno');
  const anna = await desk.signedIn('anna');
  const { html } = await anna.get(`/desk/phone?number=${encodeURIComponent(phone)}`);
  expect(html).toContain('李先生，老客户');
  expect(html).toContain('在办 1 件，以前 0 件');
  expect(html).toContain(`name="into" value="${caseNo}"`);
  expect(html).not.toContain(other.caseNo);
  expect(html).toContain('name="customer.name" value="李先生"');
  expect((await anna.get('/desk/phone?number=13999999999')).html).toContain('新客户');
  expect((await anna.get('/desk/phone')).html).not.toContain('新客户');
  // Of a part of the number many customers have one.
  expect((await anna.get('/desk/phone?number=1391111')).html).toContain('李先生');
  expect((await anna.get('/desk/phone?number=139111')).html).not.toContain('李先生');
  const shared = await desk.harness.open({ text: '保修卡丢了。', customer: { name: '李太太', phone } });
  await assigned(desk.harness, shared.caseNo, 'anna');
  const both = await anna.get(`/desk/phone?number=${encodeURIComponent(phone)}`);
  expect(both.html).toContain('name="customer.name" value=""');
  expect(both.html).toContain('在办 2 件');
});

test('what is said is read back in three sentences, filed once, and the number told', async () => {
  const read = await call({ ...SAID, step: 'read' });
  expect(read.status).toBe(200);
  expect(read.html.match(/<li>/g)).toHaveLength(3);
  expect(read.html).toContain('您说的是：洗衣机漏电，我母亲被电倒，已经送医院。');
  expect(read.html).toContain('产品是洗衣机，订单号 WX-2031，您希望：上门检修。');
  expect(read.html).toMatch(/我们按“重大 · 产品质量”登记，最晚 .+ 有人联系您，用 13800005621。/);
  const anna = await desk.signedIn('anna');
  const nonce = anna.value('nonce') ?? '';
  expect(nonce).not.toBe('');
  const filed = await anna.post('/desk/phone', { ...SAID, nonce, step: 'file' });
  expect(filed.status).toBe(201);
  const [, caseNo = ''] = /data-copy="(C\d{6}-\w{6})"/.exec(filed.html) ?? [];
  expect(await desk.harness.stores.complaints.get(caseNo)).toMatchObject({
    channel: 'phone',
    customer: { name: '王女士', phone: '13800005621' },
    product: { name: '洗衣机', orderNo: 'WX-2031' },
    wantedRemedy: '上门检修',
  });
  // A double click files nothing twice; other words from the same page are another complaint, once that was said.
  await anna.get('/desk/phone');
  expect((await anna.post('/desk/phone', { ...SAID, nonce, step: 'file' })).html).toContain(caseNo);
  await anna.get('/desk/phone');
  const changed = await anna.post('/desk/phone', { ...SAID, nonce, text: '另一件事。', step: 'file' });
  expect(changed.status).toBe(409);
  expect(changed.html).toContain('另一件事。');
  expect(changed.html).toContain('作为另一件登记');
});

test('only words and one way to reach them are needed; what is missing or wrong is said at its field', async () => {
  const bare = await call({ text: '少一颗螺丝。', 'customer.phone': '13800001111', step: 'read' });
  expect(bare.status).toBe(200);
  expect(bare.html).toContain('您没有提具体要求');

  const nothing = await call({ text: ' ', step: 'read' });
  expect(nothing.status).toBe(422);
  expect(nothing.html).toContain('href="#call-text"');
  expect(nothing.html).toContain('href="#call-customer-phone"');

  const wrong = await call({
    ...SAID,
    'customer.phone': '12',
    occurredAt: '2026-02-30T10:00',
    'product.purchasedOn': '2999-01-01',
    step: 'file',
  });
  expect(wrong.status).toBe(422);
  for (const id of ['call-customer-phone', 'call-occurredAt', 'call-product-purchasedOn']) {
    expect(wrong.html).toContain(`href="#${id}"`);
    expect(wrong.html).toContain(`id="${id}-e"`);
  }
  expect(wrong.html).toContain('洗衣机漏电，我母亲被电倒');
});

test('the suggestion stands beside what was typed so far, with what to say at once about a hazard', async () => {
  const looked = await call({ ...SAID, step: 'look' });
  expect(looked.status).toBe(200);
  expect(looked.html).toContain('重大 · 产品质量');
  expect(looked.html).toContain('先说安全');
  const calm = await call({ text: '少一颗螺丝。', 'customer.phone': '13800001111', step: 'look' });
  expect(calm.html).not.toContain('先说安全');
});

test('what they say is added to an open case of theirs, once', async () => {
  const { caseNo } = await desk.harness.open({ text: '配件晚到。' });
  await assigned(desk.harness, caseNo, 'anna');
  const anna = await desk.signedIn('anna');
  await anna.get('/desk/phone');
  const nonce = anna.value('nonce') ?? '';
  const add = () => anna.post('/desk/phone', { ...SAID, nonce, into: caseNo });
  expect((await add()).location).toBe(`/desk/cases/${caseNo}?done=customerWrote`);
  await anna.get('/desk/phone');
  expect((await add()).location).toBe(`/desk/cases/${caseNo}?done=customerWrote`);
  const entries = await desk.harness.stores.ledger.events(caseNo);
  expect(entries.filter(({ type }) => type === 'customerWrote')).toHaveLength(1);
  expect((await anna.get(`/desk/cases/${caseNo}`)).html).toContain('洗衣机漏电，我母亲被电倒，已经送医院。');

  // Nothing to add, and a case that is not theirs to see.
  expect((await call({ text: ' ', into: caseNo })).status).toBe(422);
  expect((await call({ ...SAID, into: 'C250101-ZZZZZZ' })).status).toBe(404);
  expect((await call({ ...SAID, into: '../../x' })).status).toBe(404);
});

test('colleagues of other departments take no complaints down here', async () => {
  const quinn = await desk.signedIn('quinn');
  expect((await quinn.get('/desk/phone')).status).toBe(404);
  expect((await quinn.get('/desk')).html).not.toContain('/desk/phone');
});

const TOLD = '洗衣机漏水，型号 XQG100-BH14，订单号 20261103-556677。要求退货退款。';

/** What the buttons put in, each as pairs of field and value. */
const putsOf = (html: string): string[] =>
  [...html.matchAll(/name="put" value="([^"]*)"/g)].map(([, value = '']) => value.replaceAll('&quot;', '"'));

test('what is found in the text is offered for the fields that are empty, and put in by a button, also without script', async () => {
  const looked = await call({ text: TOLD, 'product.name': '滚筒洗衣机', step: 'look' });
  const [model, order] = [
    ['product.model', 'XQG100-BH14'],
    ['product.orderNo', '20261103-556677'],
  ];
  const wish = ['wantedRemedy', '要求退货退款'];
  expect(putsOf(looked.html)).toEqual(
    [[model], [order], [wish], [model, order, wish]].map((one) => JSON.stringify(one)),
  );
  const put = await call({
    text: TOLD,
    'product.name': '滚筒洗衣机',
    'product.orderNo': 'WX-1',
    put: putsOf(looked.html).at(-1) ?? '',
  });
  expect(put.status).toBe(200);
  expect(put.html).toContain('name="product.model" value="XQG100-BH14"');
  expect(put.html).toMatch(/name="wantedRemedy"[^>]*>\s*要求退货退款<\/textarea>/);
  // Nothing is written over, and nothing is filed.
  expect(put.html).toContain('name="product.orderNo" value="WX-1"');
  expect(put.html).toContain('name="product.name" value="滚筒洗衣机"');
  expect(putsOf(put.html)).toEqual([]);
});

test('a button that somebody has changed puts nothing into what is no field', async () => {
  for (const put of ['[["csrf","x"],["__proto__","x"],["place","<b>"]]', '{', '[1]', 'null']) {
    const answered = await call({ text: TOLD, put });
    expect([answered.status, answered.html.includes('<b>')]).toEqual([200, false]);
  }
});
