import { fill } from '../../bench/fill';
import { openTestStores, type TestStores } from '../db/support';

let on: TestStores;
beforeAll(async () => {
  on = await openTestStores();
});
afterAll(() => on.close());

const NOW = Date.parse('2026-11-26T08:00:00.000Z');

it('fills an empty database with cases that are as the product would have written them', async () => {
  await fill(on.database.pool, { cases: 60, now: NOW });
  const { items, total } = await on.stores.cases.list({ sort: 'received', limit: 100, scope: { kind: 'all' } });
  expect(total).toBe(60);
  const open = items.filter(({ stage }) => stage !== 'archived');
  expect(open.length).toBeGreaterThan(0);
  expect(open.length).toBeLessThan(40);
  for (const { caseNo } of items) expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
  expect(items.every(({ updatedAt }) => Date.parse(updatedAt) <= NOW)).toBe(true);

  // What the search holds is what a rebuild writes.
  const docs = async () =>
    (await on.database.pool.query('select * from search_docs order by case_no, source')).rows as { source: string }[];
  const before = await docs();
  // The complaint, what it says beside it, and what was written in the case.
  expect(before.length).toBeGreaterThan(60 * 5);
  for (const { caseNo } of items) await on.stores.ledger.rebuild(caseNo);
  expect(await docs()).toEqual(before);
  const { items: found } = await on.stores.cases.list({ sort: 'due', limit: 9, scope: { kind: 'all' }, q: '冒烟' });
  expect(found.length).toBeGreaterThan(0);

  await expect(fill(on.database.pool, { cases: 1, now: NOW })).rejects.toThrow('fill an empty one');
});
