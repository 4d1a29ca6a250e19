import { randomUUID } from 'node:crypto';
import { writeMissingKeys, type NewComplaint, type Scope } from '../../../src/db';
import { newComplaint, openedCase, openTestStores, sha256, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const ALL: Scope = { kind: 'all' };

/** Files a complaint; with `team` somebody there has it. */
async function file(body: string, change: Partial<NewComplaint> = {}, team?: string): Promise<string> {
  const input = newComplaint({ ...change, text: { textId: randomUUID(), sha256: sha256(body), body } });
  await on.stores.complaints.accept(input);
  const owned = team === undefined ? {} : { owner: { id: `u-${team}`, role: 'agent', team } };
  await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo, { receivedAt: input.receivedAt, ...owned }));
  return input.caseNo;
}
const found = async (caseNo: string, scope: Scope = ALL): Promise<string[]> =>
  ((await on.stores.cases.similar({ caseNo, scope }))?.items ?? []).map((item) => item.caseNo);
const keys = async () =>
  (await on.database.pool.query('select key, at, case_no from matter_keys order by case_no, key')).rows as object[];

const OUTAGE = '昨晚翠湖花园整个小区停水，事先没有任何通知。';
const SAME = '住在翠湖花园3栋，周二晚上家里突然没水了。';

it('finds who tells of the same before and after, and nothing of who tells of something else', async () => {
  const first = await file(OUTAGE);
  const later = await file(SAME, { receivedAt: '2026-11-23T01:00:00.000Z' });
  const other = await file('发票抬头开错，希望重开一张寄来。');
  expect(await found(first)).toEqual([later]);
  expect(await found(later)).toEqual([first]);
  expect(await found(other)).toEqual([]);
  expect(await on.stores.cases.similar({ caseNo: 'TS261122-0000', scope: ALL })).toBeUndefined();
});

it('finds a complaint once its first entry is written, and leaves its acceptance alone', async () => {
  const input = newComplaint();
  await on.stores.complaints.accept(input);
  expect(await keys()).toEqual([]);
  await on.stores.ledger.append(input.caseNo, openedCase(input.caseNo));
  expect((await keys()).length).toBeGreaterThan(1);
});

it('writes the keys again from what there is: at a rebuild, and those that are missing after an upgrade', async () => {
  const caseNo = await file(OUTAGE);
  await file(SAME);
  const before = await keys();
  await on.stores.ledger.rebuild(caseNo);
  expect(await keys()).toEqual(before);
  await on.database.pool.query('delete from matter_keys where case_no = $1', [caseNo]);
  await writeMissingKeys(on.database.db);
  expect(await keys()).toEqual(before);
  // A text that has been erased is found no more.
  await on.database.pool.query('delete from texts where case_no = $1', [caseNo]);
  await on.stores.ledger.rebuild(caseNo);
  await writeMissingKeys(on.database.db);
  expect((await keys()).length).toBeLessThan(before.length);
  expect(await on.stores.cases.similar({ caseNo, scope: ALL })).toBeUndefined();
});

it('shows an agent what they may see', async () => {
  const mine = await file(OUTAGE, {}, 'after-sales');
  const theirs = await file(SAME, {}, 'quality');
  const scope = { kind: 'staff', id: 'u-agent', role: 'agent', team: 'after-sales' } as const;
  expect(await found(mine, scope)).toEqual([]);
  expect(await found(mine, { ...scope, role: 'supervisor' })).toEqual([theirs]);
});

it('finds the same order and the same device in whatever words', async () => {
  const one = await file('发票抬头开错。', { product: { name: '锅', orderNo: 'A-202511' }, customer: { name: '甲' } });
  await file('颜色和图片不一样。', { product: { name: '锅', orderNo: 'ａ-202511' }, customer: { name: '乙' } });
  await file('盖子有划痕。', { product: { name: '锅', orderNo: 'B-1' }, customer: { name: '丙' } });
  const items = (await on.stores.cases.similar({ caseNo: one, scope: ALL }))?.items ?? [];
  expect(items.filter(({ sameOrder }) => sameOrder).map(({ customerName }) => customerName)).toEqual(['乙']);
});

it('takes the newest of a key that very many have', async () => {
  const caseNo = await file(OUTAGE);
  const copies: string[] = [];
  for (let n = 0; n < 90; n++) {
    const at = new Date(Date.UTC(2026, 10, 1) + n * 60_000).toISOString();
    copies.push(await file(OUTAGE, { receivedAt: at }));
  }
  // This case is the newest of them itself.
  const seen = await found(caseNo);
  expect(new Set(seen)).toEqual(new Set(copies.slice(-59)));
});
