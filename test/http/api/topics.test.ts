import { createTopics } from '../../../src/cases/people/topics';
import { Topics } from '../../../src/http/api/topics';
import { createHarness, type Harness } from '../support/harness';

const DAY = 86_400_000;

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
  // Weeks ago others complained of other things.
  for (let n = 0; n < 12; n++) await filed(n, '包装盒有点脏，希望说明一下。', 20);
  for (let n = 20; n < 24; n++) await filed(n, '滤芯密封圈有点松，希望说明一下。', 2);
});
afterAll(() => harness.close());

/** A complaint of a customer of its own, received so many days ago. */
async function filed(n: number, text: string, daysAgo: number, name = '王小明'): Promise<string> {
  const phone = `1380000${String(1000 + n)}`;
  const { caseNo } = await harness.open({ text, customer: { name, phone }, product: { name: '净水器' } });
  const at = new Date(Date.now() - daysAgo * DAY).toISOString();
  await harness.database.pool.query('update cases set received_at = $2 where case_no = $1', [caseNo, at]);
  return caseNo;
}
const topics = async (as: string) => Topics.parse((await harness.call('GET', '/api/topics', { as })).body);

test('says which terms rise this week, with their cases, and which are common, by category and product', async () => {
  const { rising, complaints, products, isCut } = await topics('sara');
  expect(complaints).toEqual({ week: 4, before: 12, weeks: 8 });
  expect(isCut).toBe(false);
  expect(rising.map(({ term, now, before, customers }) => ({ term, now, before, customers }))).toContainEqual({
    term: '滤芯密封圈',
    now: 4,
    before: 0,
    customers: 4,
  });
  expect(rising.find(({ term }) => term === '滤芯密封圈')?.cases).toHaveLength(4);
  expect(rising.map(({ term }) => term)).not.toContain('包装盒');
  const filter = products.find(({ product }) => product === '净水器');
  expect(filter?.complaints).toBe(16);
  expect(filter?.terms).toContainEqual({ term: '包装盒', cases: 12 });
  expect(JSON.stringify(products)).not.toContain('王小明');
});

test('leaves out cases that are kept from the reader, and is for those who lead', async () => {
  const own = createTopics({ stores: harness.stores, clock: Date.now });
  const casesFor = async (id: string) =>
    (await own({ kind: 'staff', id, role: 'supervisor', team: 'after-sales' })).rising.find(
      ({ term }) => term === '滤芯密封圈',
    )?.cases;
  const [kept] = (await topics('mona')).rising.find(({ term }) => term === '滤芯密封圈')?.cases ?? [];
  await harness.database.pool.query(`update cases set against = array['sara'] where case_no = $1`, [kept]);
  expect(await casesFor('mona')).toContain(kept);
  expect(await casesFor('sara')).toHaveLength(3);
  expect(await casesFor('sara')).not.toContain(kept);
  expect((await harness.call('GET', '/api/topics', { as: 'anna' })).status).toBe(403);
});

test('is read once for ten minutes, whoever asks', async () => {
  let now = Date.now();
  let asked = 0;
  const told: Harness['stores']['topics']['told'] = (wanted) => {
    asked += 1;
    return harness.stores.topics.told(wanted);
  };
  const own = createTopics({ stores: { ...harness.stores, topics: { told } }, clock: () => now });
  const ask = (id: string) => own({ kind: 'staff', id, role: 'manager', team: 'after-sales' });
  await Promise.all([ask('mona'), ask('sara')]);
  expect(asked).toBe(1);
  now += 10 * 60_000;
  await ask('mona');
  expect(asked).toBe(2);
});
