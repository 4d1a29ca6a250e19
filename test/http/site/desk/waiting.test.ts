import { randomUUID } from 'node:crypto';
import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** A case in which an offer of this sum waits for its approval. */
async function proposed(amount: number): Promise<string> {
  const { harness } = desk;
  const { caseNo } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await assigned(harness, caseNo, 'anna');
  await harness.decide(caseNo, 'accept', 'anna');
  await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  const answer = await harness.decide(caseNo, 'propose', 'anna', {
    solution: '换排水管，赔地板。',
    remedies: [{ kind: 'compensation', amount }],
  });
  expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.anything()]);
  return caseNo;
}

test('an offer stands there with its sum, whose limit it keeps and what similar cases were given, and is decided in place', async () => {
  const caseNo = await proposed(900);
  const sara = await desk.signedIn('sara');
  expect((await sara.get('/desk')).html).toContain('href="/desk/waiting"');
  const { html } = await sara.get('/desk/waiting');
  expect(html).toContain(`id="${caseNo}"`);
  expect(html).toContain('在主管权限');
  expect(html).toContain('换排水管，赔地板。');
  expect(html).toContain('同类案件还太少，没有中位数');
  expect(html).toContain('<b>900 元</b>');

  const form = await sara.get(`/desk/waiting?case=${caseNo}&do=approve`);
  expect(form.html).toContain(`action="/desk/cases/${caseNo}/decisions/approve"`);
  const done = await sara.post(`/desk/cases/${caseNo}/decisions/approve`, {
    nonce: sara.value('nonce') ?? '',
    seq: sara.value('seq') ?? '',
    back: sara.value('back') ?? '',
  });
  expect(done.location).toBe('/desk/waiting?done=approve');
  const after = await sara.get(done.location ?? '');
  expect(after.html).toContain('已完成：同意');
  expect(after.html).not.toContain(`id="${caseNo}"`);
});

test("the platform's own end stands beside ours where the customer complained at one", async () => {
  const { platforms } = desk.harness.stores;
  const [caseNo, other] = [await proposed(900), await proposed(900)];
  const accountId = randomUUID();
  const none = { serial: null, publicKeyId: null, publicKey: null, privateKey: null, apiKey: null };
  const push = { secret: null, token: null, aesKey: null };
  const settings = { name: '店', kind: 'miniprogram', url: 'https://example.com', language: 'zh-CN' } as const;
  await platforms.create({ id: accountId, merchantId: 'wx', createdBy: 'adam', ...settings, ...none, ...push });
  await platforms.found(accountId, [{ complaintId: '11897048', listed: '-' }]);
  const [row] = await platforms.due(accountId, 1);
  await platforms.filed(row?.id ?? '', caseNo);
  const [since, expiresAt] = [0, 3 * 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  await platforms.looked(row?.id ?? '', { phase: 'waiting', status: '201', since, expiresAt, dueAt: null });
  const { html } = await (await desk.signedIn('sara')).get('/desk/waiting');
  const cardOf = (no: string): string => html.split('<article').find((card) => card.includes(`id="${no}"`)) ?? '';
  expect(cardOf(caseNo)).toMatch(/微信小程序交易投诉 · 首次回复 · <span class="v-warned">还剩 .+平台要求 .+ 前/);
  expect(cardOf(other)).not.toContain('平台要求');
});

test('above the limit of a supervisor it waits for a manager alone', async () => {
  const caseNo = await proposed(90_000);
  expect((await (await desk.signedIn('sara')).get('/desk/waiting')).html).not.toContain(`id="${caseNo}"`);
  const { html } = await (await desk.signedIn('mona')).get('/desk/waiting');
  expect(html).toContain(`id="${caseNo}"`);
  expect(html).toContain('超过主管权限');
});

test('the median of what similar cases were given stands there from three cases on', async () => {
  const { harness } = desk;
  for (const amount of [100, 300, 800]) {
    const caseNo = await proposed(amount);
    await harness.decide(caseNo, 'approve', 'mona');
    await harness.decide(caseNo, 'customerAnswer', 'anna', { accepted: true, via: 'phone' });
    const carried = await harness.decide(caseNo, 'carryOut', 'anna', { proof: '已付款。' });
    expect([carried.status, carried.text]).toEqual([200, expect.anything()]);
  }
  await proposed(500);
  const { html } = await (await desk.signedIn('mona')).get('/desk/waiting');
  expect(html).toContain('一年内 3 件同类案件的中位数 300 元');
});

test('goes back to pages of the desk alone', async () => {
  const caseNo = await proposed(901);
  const sara = await desk.signedIn('sara');
  await sara.get(`/desk/waiting?case=${caseNo}&do=reject`);
  const done = await sara.post(`/desk/cases/${caseNo}/decisions/reject`, {
    nonce: sara.value('nonce') ?? '',
    seq: sara.value('seq') ?? '',
    back: 'https://elsewhere.example/desk',
    reason: '金额再核一下。',
  });
  expect(done.location).toBe('/desk?done=reject');
});

test('agents have no such page', async () => {
  const anna = await desk.signedIn('anna');
  expect((await anna.get('/desk/waiting')).status).toBe(404);
  expect((await anna.get('/desk')).html).not.toContain('/desk/waiting');
});

test('of many, the twenty that press most stand there, and the list has them all', async () => {
  await Promise.all(Array.from({ length: 22 }, () => proposed(700)));
  const mona = await desk.signedIn('mona');
  const { html } = await mona.get('/desk/waiting?lang=zh-CN');
  expect(html.match(/<article /gu)).toHaveLength(20);
  expect(html).toContain('超过 20 件');
  const [address] = /\/desk\/cases\?toDecide=me/u.exec(html) ?? [];
  const list = await mona.get(address ?? '');
  expect(list.html).toContain('等谁决定：我');
  const [, total] = /<p>(\d+) 件<\/p>/u.exec(list.html) ?? [];
  expect(Number(total)).toBeGreaterThanOrEqual(22);
});
