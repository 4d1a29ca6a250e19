import { createFactKeeping } from '../../../src/cases/figures/keeping';
import { figureCases, figureShown, figuresShown } from '../../../src/cases/figures/answers';
import { houseDate } from '../../../src/house';
import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
/** Cases of anna's, the last two of which were resolved; and one of a colleague of another team. */
const mine: string[] = [];
let kept: string;
const today = houseDate(Date.now());

beforeAll(async () => {
  harness = await createHarness();
  for (let n = 0; n < 7; n++) {
    const phone = `1380000${String(1000 + n)}`;
    const { caseNo } = await harness.open({
      text: '包装盒有点脏，希望说明一下。',
      customer: { name: '王小明', phone },
    });
    mine.push(caseNo);
  }
  await createFactKeeping({ facts: harness.stores.facts, log: { warn: () => undefined } }).look();
  const { pool } = harness.database;
  // What the ledgers of a few days would say: six cases are anna's, one is of another team.
  await pool.query(`update fact_cases set person = 'anna', team = 'after-sales', graded = true, grade_kept = true,
    suggestion_kept = true, grade = 'general', cause = 'installation'`);
  await pool.query(
    `update fact_cases set grade_kept = false, person = 'peter', team = 'quality', cause = 'unknown'
    where case_no = $1`,
    [mine[6]],
  );
  kept = mine[5] as string;
  await pool.query(`update fact_cases set against = '{sara}' where case_no = $1`, [kept]);
});
afterAll(() => harness.close());

const get = (path: string, as: string) => harness.call('GET', path, { as });
const one = async (path: string, as: string) => figureShown.parse((await get(path, as)).body);

test('tells every figure with its definition, target and how sure it is, without cases kept from the reader', async () => {
  const told = figuresShown.parse((await get('/api/figures', 'mona')).body);
  expect(told).toMatchObject({ scope: 'house', period: { to: today } });
  const figure = told.figures.find(({ id }) => id === 'gradeKept');
  expect(figure).toMatchObject({ unit: 'percent', target: { at: 95 }, now: { n: 7, hits: 6, value: 85.7 } });
  expect(figure?.now.low).toBeCloseTo(48.7, 1);
  expect(figure?.now.high).toBeCloseTo(97.4, 1);
  expect(figure?.weeks).toHaveLength(12);
  expect(figure?.weeks.at(-1)).toEqual(figure?.now);
  expect(figure?.before).toMatchObject({ n: 0, value: null, isSmall: true });
  expect((await one('/api/figures/gradeKept', 'sara')).now).toMatchObject({ n: 6, hits: 5 });
  expect((await get('/api/figures/gradeKept/cases', 'sara')).text).not.toContain(kept);
});

test('by dimensions; small groups are told and not ranked', async () => {
  const { groups } = await one('/api/figures/gradeKept?by=cause,grade', 'mona');
  expect(groups.map(({ keys, n, isSmall, rank }) => [keys.map(({ name }) => name.zh), n, isSmall, rank])).toEqual([
    [['安装', '一般'], 6, false, 1],
    [['未查明', '一般'], 1, true, undefined],
  ]);
  expect((await one('/api/figures/gradeKept?cause=unknown', 'mona')).now).toMatchObject({ n: 1, hits: 0 });
  expect((await one('/api/figures/gradeKept?subcategory=', 'mona')).now.n).toBe(7);
  const cases = figureCases.parse((await get('/api/figures/gradeKept/cases?hit=no', 'mona')).body);
  expect(cases).toEqual({
    period: expect.anything(),
    cases: [{ caseNo: mine[6], day: today, hit: false }],
    isCut: false,
  });
});

test('a person’s figures are told to them, to the supervisors of their team and to managers', async () => {
  const people = async (as: string): Promise<string[]> =>
    (await one('/api/figures/received?by=person', as)).groups.map(({ keys }) => keys[0]?.value ?? '').toSorted();
  expect(await people('mona')).toEqual(['anna', 'peter']);
  expect(await people('sara')).toEqual(['anna']);
  expect((await one('/api/figures/received?person=peter', 'sara')).now.n).toBe(0);
  expect(await people('anna')).toEqual(['anna']);
  expect(await one('/api/figures/received', 'anna')).toMatchObject({ scope: 'own', now: { n: 6 } });
  expect((await one('/api/figures/received?person=peter', 'anna')).now.n).toBe(0);
  expect((await get('/api/figures', 'quinn')).status).toBe(403);
});

test.each([
  ['/api/figures?from=2026-11-02&to=2026-11-01', 'to'],
  ['/api/figures?from=2020-01-01&to=2026-11-01', 'to'],
  ['/api/figures/received?by=grade,hour,team', 'by'],
  ['/api/figures/received?by=mood', 'by'],
  ['/api/figures?from=yesterday', 'from'],
  ['/api/figures?mood=bad', 'mood'],
])('refuses %s and names the field', async (path, field) => {
  const { status, body } = await get(path, 'mona');
  expect([status, (body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, field]);
});

test('knows no other figure', async () => {
  expect((await get('/api/figures/happiness', 'mona')).status).toBe(404);
});

test('figures as a file say the same as their page, with target and definition, and are bounded by the same rights', async () => {
  const csv = (await get('/api/figures/export?format=csv&language=en', 'mona')).text;
  const [head = '', ...rows] = csv.trimEnd().split('\r\n');
  expect(head).toContain('"figure 20');
  expect(head).toContain('"truly from (95%)"');
  const row = rows.find((line) => line.startsWith('"Graded right at first"')) ?? '';
  expect(row).toMatch(/^"Graded right at first","%",95,85\.7,6,7,48\.7,97\.4,,/);
  expect(row).toContain('Of the complaints that a person has graded');
  const told = figuresShown.parse((await get('/api/figures', 'mona')).body);
  expect(rows).toHaveLength(told.figures.length);

  const groups = (await get('/api/figures/gradeKept/export?format=csv&by=cause,grade', 'mona')).text;
  expect(groups).toContain('"定级一次准","%","安装","一般",100,6,6,');
  // Too few to be ranked.
  expect(groups).toMatch(/"未查明","一般",0,0,1,[\d.]+,[\d.]+,,/);
  const weeks = (await get('/api/figures/gradeKept/export?format=csv', 'sara')).text.trimEnd().split('\r\n');
  expect(weeks).toHaveLength(13);
  // Without the case that is kept from her.
  expect(weeks.at(-1)).toContain(`"${today}",83.3,5,6,`);

  expect((await get('/api/figures/export?format=xlsx', 'mona')).text.slice(0, 2)).toBe('PK');
  for (const [path, status] of [
    ['/api/figures/export', 422],
    ['/api/figures/export?format=pdf', 422],
    ['/api/figures/none/export?format=csv', 404],
    ['/api/figures/gradeKept/export?format=csv&by=nothing', 422],
  ] as const) {
    expect([path, (await get(path, 'mona')).status]).toEqual([path, status]);
  }
  expect((await get('/api/figures/export?format=csv', 'quinn')).status).toBe(403);
});
