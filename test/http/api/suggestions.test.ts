import { randomUUID } from 'node:crypto';
import { HouseMails } from '../../../src/channels/mail/delivery/house-mails';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
/** A case of anna's; one of arno's team, which she may not see. */
let own: { caseNo: string; accessCode: string };
let others: { caseNo: string; accessCode: string };
let mails: HouseMails;
const sent: OutgoingMail[] = [];

beforeAll(async () => {
  harness = await createHarness();
  own = await harness.open();
  await assigned(harness, own.caseNo, 'anna');
  others = await harness.open({ customer: { name: '李华', phone: '13900001111' } });
  await assigned(harness, others.caseNo, 'arno');
  mails = new HouseMails({
    stores: harness.stores,
    templates: loadMailTemplates(),
    house: { name: '好家电', contact: '' },
    links: harness.links,
    inForce: () => harness.cases.policies.inForce(),
    clock: Date.now,
    post: {
      async send(parcel, _customers, write) {
        sent.push(await write());
        await parcel.sent();
      },
    },
  });
});
afterAll(() => harness.close());

/** Sends what is due. @returns the mails that went out */
async function relayed(): Promise<OutgoingMail[]> {
  sent.length = 0;
  for (const job of await mails.claim(50, 60_000)) await job.deliver();
  return [...sent];
}
const call = (method: string, path: string, as: string, body?: object) =>
  harness.call(method, `/api/suggestions${path}`, { as, body });
const act = (id: number, as: string, body: object) => call('POST', `/${id}/acts`, as, body);
async function suggest(text: string, { accessCode, caseNo } = own, key: string = randomUUID()): Promise<number> {
  const path = `/api/complaints/${caseNo}/suggestions?code=${accessCode}`;
  const answer = await harness.call('POST', path, { body: { text, key } });
  expect(answer.status).toBe(201);
  return Number(answer.body.id);
}
async function noted(as: string, body: object): Promise<number> {
  const answer = await call('POST', '', as, body);
  expect(answer.status).toBe(201);
  return Number(answer.body.id);
}
const adoption = { act: 'adopt', owner: 'quinn', dueOn: '2030-06-30', reason: '下季度的新品都改。' };

test('is considered, adopted, carried out by its owner, and told by mail of each decision, once', async () => {
  const key = randomUUID();
  const id = await suggest('包装盒里放一张中文快速指南。', own, key);
  expect(await suggest('包装盒里放一张中文快速指南。', own, key)).toBe(id);
  const twin = await noted('anna', { text: '客户说最好有一张快速指南', caseNo: own.caseNo, source: 'customer' });

  expect((await act(id, 'anna', adoption)).status).toBe(403);
  expect((await act(id, 'sara', { act: 'consider' })).body).toMatchObject({ state: 'considered' });
  expect((await act(twin, 'sara', { act: 'merge', into: id })).body).toMatchObject({ state: 'merged', into: id });
  expect((await act(id, 'sara', { act: 'merge', into: twin })).status).toBe(422);
  expect((await act(id, 'sara', { ...adoption, owner: 'nobody' })).status).toBe(422);
  const adopted = await act(id, 'sara', adoption);
  expect(adopted.body).toMatchObject({ state: 'adopted', merged: 1, owner: { id: 'quinn' }, told: { how: 'waiting' } });
  expect((await act(id, 'sara', adoption)).body).toMatchObject({ code: 'suggestion_moved_on' });

  // Both are the customer's, so both are answered, each once.
  const told = await relayed();
  expect(told.map(({ to, subject }) => [to, subject])).toEqual([
    [['wang@example.com'], '您的建议，我们采纳了'],
    [['wang@example.com'], '您的建议，我们采纳了'],
  ]);
  expect(told[0]?.text).toContain('下季度的新品都改。');
  expect(told[0]?.text).toContain('中文快速指南');
  expect(new Set(told.map(({ messageId }) => messageId)).size).toBe(2);
  expect(await relayed()).toEqual([]);
  expect((await call('GET', `/${id}`, 'sara')).body).toMatchObject({ told: { how: 'mail' } });

  expect((await act(id, 'arno', { act: 'carryOut', result: '做了' })).status).toBe(404);
  const done = await act(id, 'quinn', { act: 'carryOut', result: '六月起每盒都有。' });
  expect(done.body).toMatchObject({ state: 'done', result: '六月起每盒都有。' });
  // A colleague of another department owns it and sees it, and not the case.
  expect(done.body).not.toHaveProperty('caseNo');
  expect((await relayed()).map(({ subject }) => subject)).toEqual(['您的建议，已经做到', '您的建议，已经做到']);
});

test('tells nobody what was decided otherwise before the mail left', async () => {
  const id = await suggest('客服电话周末也要有人接。');
  await act(id, 'sara', adoption);
  await act(id, 'sara', { act: 'decline', reason: '周末已经有在线客服。' });
  expect((await relayed()).map(({ subject }) => subject)).toEqual(['您的建议，这次没有采纳']);
});

test('whom no mail reaches is told by a person, and the list says who waits for it', async () => {
  const caller = await harness.open({ customer: { name: '老陈', phone: '13700002222' } });
  await assigned(harness, caller.caseNo, 'anna');
  const id = await noted('anna', { text: '门店也放一台样机', caseNo: caller.caseNo, source: 'customer' });
  await act(id, 'sara', { act: 'decline', reason: '门店没有位置。' });
  expect(await relayed()).toEqual([]);
  const waits = await call('GET', '', 'anna');
  expect(waits.body).toMatchObject({ figures: { toTell: 1 } });
  expect((await call('GET', `/${id}`, 'anna')).body).toMatchObject({ told: { how: 'none' }, may: ['tell'] });
  expect((await act(id, 'anna', { act: 'tell' })).body).toMatchObject({ told: { how: 'person' }, may: [] });
  expect((await act(id, 'anna', { act: 'tell' })).status).toBe(409);
  expect((await call('GET', '', 'anna')).body).toMatchObject({ figures: { toTell: 0 } });
});

test('the adopted rate is that of the decided ones, without those that were merged', async () => {
  const { figures } = (await call('GET', '', 'sara')).body as { figures: Record<string, number> };
  expect(figures).toMatchObject({ received: 4, merged: 1, done: 1, adopted: 0, declined: 2, open: 0 });
  expect(figures.adoptedRate).toBe(0.333);
});

test('is seen by whoever sees its case, and a customer makes five in one at most', async () => {
  const id = await suggest('快递员态度可以更好。', others);
  expect((await call('GET', `/${id}`, 'anna')).status).toBe(404);
  expect((await call('GET', `/${id}`, 'arno')).body).toMatchObject({ caseNo: others.caseNo });
  const idea = await noted('arno', { text: '排班表放到首页' });
  expect((await call('GET', `/${idea}`, 'anna')).status).toBe(200);
  expect((await call('GET', `/${idea}`, 'quinn')).status).toBe(404);
  // Whoever is complained of sees nothing out of the case, whatever their role.
  await harness.database.pool.query(`update cases set against = array['sara'] where case_no = $1`, [others.caseNo]);
  expect((await call('GET', `/${id}`, 'sara')).status).toBe(404);
  expect((await call('POST', '', 'anna', { text: '加一条', caseNo: others.caseNo })).status).toBe(422);
  expect((await call('POST', '', 'anna', { text: '加一条', source: 'customer' })).status).toBe(422);
  for (let n = 0; n < 4; n++) await suggest(`第 ${n} 个`, others);
  const path = `/api/complaints/${others.caseNo}/suggestions?code=${others.accessCode}`;
  expect((await harness.call('POST', path, { body: { text: '再来' } })).body).toMatchObject({
    code: 'enough_suggestions',
  });
  const wrong = `/api/complaints/${others.caseNo}/suggestions?code=${own.accessCode}`;
  expect((await harness.call('POST', wrong, { body: { text: '再来' } })).status).toBe(404);
});
