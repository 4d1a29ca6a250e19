import { handingPlan } from '../../../../src/cases';
import { assigned } from '../../support/harness';
import { createDesk, type Desk } from './support';

/** The board of whoever leads, and a plan for handing on the cases of somebody who is away. */
let desk: Desk;
const annas: string[] = [];

beforeAll(async () => {
  desk = await createDesk();
  const { harness } = desk;
  for (let n = 0; n < 4; n++) {
    const phone = `1380000${1000 + n}`;
    const { caseNo } = await harness.open({ customer: { name: `客户${n}`, phone } });
    await assigned(harness, caseNo, n === 3 ? 'arno' : 'anna');
    if (n < 3) annas.push(caseNo);
  }
  await harness.open({ customer: { name: '还没有人', phone: '13800001999' } });
  const agent = { role: 'agent', team: 'after-sales', language: 'zh-CN', active: true } as const;
  await harness.stores.users.create({ ...agent, id: 'bea', name: 'Name of bea', email: 'bea@house.example' });
  await harness.stores.users.create({
    ...agent,
    id: 'cleo',
    name: 'Name of cleo',
    email: 'c@house.example',
    maxOpen: 1,
  });
  const hour = 3_600_000;
  const leave = {
    userId: 'anna',
    from: new Date(Date.now() - hour),
    to: new Date(Date.now() + 48 * hour),
    deputy: 'cleo',
  };
  await harness.call('POST', '/api/leaves', { as: 'sara', body: leave });
});
afterAll(() => desk.close());

const plan = (from: string, as: string) => desk.harness.call('POST', '/api/board/plan', { as, body: { from } });
const ownersOf = async (): Promise<unknown[]> =>
  (
    await desk.harness.database.pool.query('select owner from cases where case_no = any($1) order by case_no', [annas])
  ).rows.map(({ owner }: { owner: string }) => owner);

test('a plan names for each case who can take it and why, by deputy, cap and load, and changes nothing', async () => {
  const told = handingPlan.parse((await plan('anna', 'sara')).body);
  expect(told.items.map(({ to, because }) => [to?.id, because.zh])).toEqual([
    ['cleo', '休假代理人'],
    // At her cap now.
    ['bea', '合适的人里在办最少（0 件）'],
    ['bea', '合适的人里在办最少（1 件）'],
  ]);
  expect(told.people).toEqual([
    { id: 'bea', name: 'Name of bea', open: 0, after: 2 },
    { id: 'cleo', name: 'Name of cleo', open: 0, after: 1, maxOpen: 1 },
  ]);
  expect(await ownersOf()).toEqual(['anna', 'anna', 'anna']);

  await desk.harness.stores.users.change([{ id: 'bea', change: { maxOpen: 1 } }]);
  const short = handingPlan.parse((await plan('anna', 'sara')).body);
  // Sara leads the team, and may own cases where no agent is left.
  expect(short.items.map(({ to }) => to?.id)).toEqual(['cleo', 'bea', 'sara']);
  await desk.harness.stores.users.change([{ id: 'bea', change: { maxOpen: null } }]);
  expect([(await plan('arno', 'sara')).status, (await plan('arno', 'mona')).status]).toEqual([404, 200]);
  expect([(await plan('nobody', 'mona')).status, (await plan('anna', 'anna')).status]).toEqual([404, 403]);
  expect((await plan('', 'mona')).status).toBe(422);
});

test('the board: its numbers lead to as many cases; a supervisor sees their team, a manager all', async () => {
  const sara = await (await desk.signedIn('sara')).get('/desk/board');
  expect(sara.status).toBe(200);
  expect(sara.html).toContain('改派 3 件');
  expect(sara.html).toContain('休假，至');
  expect(sara.html).not.toContain('Name of arno');
  const mona = await desk.signedIn('mona');
  const all = (await mona.get('/desk/board')).html;
  // Whoever is away and has due work comes first.
  const [first, ...rest] = [...all.matchAll(/<li class="lane[^"]*">.*?<\/span><span>([^<]*)/g)].map(([, name]) => name);
  expect(first).toBe('Name of anna');
  expect(rest).toContain('Name of arno');
  expect((await mona.get('/desk/board?team=north')).html).not.toContain('Name of anna');
  const counts = [...all.matchAll(/<a href="([^"]+)"><b>(\d+)<\/b>/g)].map(([, href = '', n]) => ({
    href: href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
    n: Number(n),
  }));
  expect(counts).toHaveLength(6);
  for (const { href, n } of counts.filter((one) => one.href.startsWith('/desk/cases?'))) {
    const { body } = await desk.harness.call('GET', href.replace('/desk/', '/api/'), { as: 'mona' });
    expect([href, (body as { total: number }).total]).toEqual([href, n]);
  }
  expect(counts.map(({ n }) => n)).toEqual([0, expect.any(Number), 1, 0, 0, 0]);
  expect(counts[1]?.n).toBeGreaterThan(0);

  // Two days without anything.
  await desk.harness.database.pool.query(
    `update cases set updated_at = updated_at - interval '3 days' where case_no = $1`,
    [annas[0]],
  );
  const later = (await mona.get('/desk/board')).html;
  expect(later.slice(later.indexOf('id="stuck"'))).toContain(annas[0]);
  expect((await desk.signedIn('anna').then((anna) => anna.get('/desk/board'))).status).toBe(404);
});

test('what is ticked of a plan is handed on once, however often it is sent; one that was overtaken is told with its reason', async () => {
  const sara = await desk.signedIn('sara');
  const { html } = await sara.get('/desk/board/plan?from=anna');
  const move = [...html.matchAll(/name="move" value="([^"]+)"/g)].map(([, value = '']) => value);
  expect(move).toHaveLength(3);
  const fields = { from: 'anna', nonce: sara.value('nonce') ?? '', reason: '休假', move };
  const overtaken = (move[0] ?? '').split('.')[0] ?? '';
  const moved = await desk.harness.decide(overtaken, 'respond', 'anna', { via: 'phone', text: '刚打过电话。' });
  expect(moved.status).toBe(200);
  const token = { csrf: sara.value('csrf') ?? '' };
  for (let n = 0; n < 2; n++) {
    const report = (await sara.post('/desk/board/plan', { ...token, ...fields })).html;
    expect(report).toContain('<b>2</b>件完成');
    expect(report).toContain('<b>1</b>件没有做');
    expect(report.slice(report.indexOf('class="report"'))).toContain(overtaken);
  }
  const { rows } = await desk.harness.database.pool.query<{ case_no: string; n: number }>(
    `select case_no, count(*)::int as n from case_events where type = 'reassigned' group by case_no`,
  );
  expect(new Map(rows.map(({ case_no, n }) => [case_no, n]))).toEqual(
    new Map(annas.filter((caseNo) => caseNo !== overtaken).map((caseNo) => [caseNo, 1])),
  );
  const none = await sara.post('/desk/board/plan', { ...token, from: 'anna', nonce: 'n'.repeat(22), reason: 'x' });
  expect(none.location).toBe('/desk/board/plan?from=anna&told=none');
  expect((await sara.get(none.location ?? '')).html).toContain('没有勾选案件');
});
