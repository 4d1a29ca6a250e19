import { SimilarCases } from '../../../src/http/api/schemas';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const similar = async (caseNo: string, as: string) =>
  SimilarCases.parse((await harness.call('GET', `/api/cases/${caseNo}/similar`, { as })).body);

/** Opens a case of another customer each time, about no product that is named. */
let customers = 0;
async function open(text: string, more: object = {}): Promise<string> {
  customers += 1;
  const customer = { name: `客户${customers}`, phone: `1390000${String(1_000 + customers)}` };
  return (await harness.open({ text, customer, product: undefined, ...more })).caseNo;
}

describe('cases of the same matter', () => {
  test('are found with the reasons, the newest state and what helped, and strangers are not', async () => {
    const mine = await open('昨晚翠湖花园整个小区停水，事先没有任何通知。');
    const other = await open('住在翠湖花园3栋，周二晚上家里突然没水了。');
    const stranger = await open('翠湖花园的快递柜打不开，取不出来。');
    const { items, thisWeek } = await similar(mine, 'sara');
    expect(items.map(({ caseNo }) => caseNo)).toEqual([other]);
    expect(items[0]).toMatchObject({ opening: '住在翠湖花园3栋，周二晚上家里突然没水了。' });
    expect(items[0]?.why.words).toEqual(expect.arrayContaining(['翠湖花园', '停水']));
    expect(thisWeek).toBe(1);
    expect((await similar(stranger, 'sara')).items).toEqual([]);

    // What stands in a decision that nobody took is no solution.
    const { pool } = harness.database;
    const text = {
      textId: '5f0b6a0e-4c65-4d0e-9c43-0f2a4c1a7b11',
      caseNo: other,
      kind: 'resolve.summary',
      sha256: 'a'.repeat(64),
      body: '水泵换好，\n已恢复供水。',
    };
    await harness.stores.texts.put([text]);
    await pool.query(`update cases set outcome = 'upheld', resolved_at = received_at where case_no = $1`, [other]);
    expect((await similar(mine, 'sara')).items[0]?.solution).toBeUndefined();
    await pool.query('update search_docs set shown = true where case_no = $1', [other]);
    expect((await similar(mine, 'sara')).items[0]).toMatchObject({
      outcome: 'upheld',
      solution: '水泵换好， 已恢复供水。',
    });
  });

  test('the same order is the same matter in whatever words, and only those are told that one may see', async () => {
    const product = { name: '豆浆机', orderNo: 'DJ-77001' };
    const mine = await open('说明书少了一页。', { product });
    const other = await open('颜色和页面上的不一样。', { product });
    await assigned(harness, mine, 'anna');
    const [found] = (await similar(mine, 'sara')).items;
    expect(found).toMatchObject({ caseNo: other, why: { same: ['order', 'product'] } });
    // A case in which somebody is complained of is not theirs to see.
    await harness.database.pool.query(`update cases set against = '{anna}' where case_no = $1`, [other]);
    expect((await similar(mine, 'anna')).items).toEqual([]);
    expect((await similar(mine, 'sara')).items).toHaveLength(1);
    expect((await harness.call('GET', `/api/cases/${other}/similar`, { as: 'quinn' })).status).toBe(404);
    expect((await harness.call('GET', '/api/cases/C250101-ZZZZZZ/similar', { as: 'sara' })).status).toBe(404);
  });

  test('those of the last seven days that are open are counted', async () => {
    const text = '门禁卡刷不开东门，保安让绕到西门走。';
    const all: string[] = [];
    for (let n = 0; n < 5; n++) all.push(await open(text));
    const [mine = '', old, over] = all;
    const { pool } = harness.database;
    await pool.query(`update cases set received_at = received_at - interval '8 days' where case_no = $1`, [old]);
    await pool.query(`update cases set stage = 'archived' where case_no = $1`, [over]);
    const { items, thisWeek } = await similar(mine, 'sara');
    expect(items.map(({ caseNo }) => caseNo).sort()).toEqual(all.slice(1).sort());
    expect(items.every(({ score }) => score === 1)).toBe(true);
    expect(thisWeek).toBe(2);
  });
});
