import { createCauses } from '../../../../src/cases/causes/causes';
import { causesShown } from '../../../../src/cases/causes/answers';
import { createCauseRun } from '../../../../src/cases/causes/run';
import { HouseMails } from '../../../../src/channels/mail/delivery/house-mails';
import { loadMailTemplates } from '../../../../src/channels/mail/templates';
import type { OutgoingMail } from '../../../../src/channels/mail/transport';
import type { Way } from '../../../../src/channels/choices';
import { houseMailStore } from '../../../../src/db/stores/house-mails';
import { HOUSE_POLICY } from '../../../../src/domain/policy/house';
import { houseDate } from '../../../../src/house';
import { createDesk, type Desk } from './support';

/** 04:00 of the house on a Monday, and the week before it. */
const MONDAY = Date.parse('2026-03-08T20:00:00.000Z');
const WEEK = '2026-03-02';

let desk: Desk;
let now = MONDAY;

/** Complaints of one kind, so many in each of ten weeks, the oldest first; all of other customers. */
async function filed(kind: string, category: string, weeks: readonly number[], more: Record<string, unknown> = {}) {
  const { against = '{}', fishbone = null, cause = null } = more;
  await desk.harness.database.pool.query(
    `insert into fact_cases (case_no, seq, received_at, day, hour, grade, category, product, region, channel, policy_version,
       imported, repeat, graded, assigned, reassigned, responded, reopened, escalations, lost, won_back, cause, fishbone,
       resolved_day, against)
     select 'C260101-' || $1 || lpad((week * 100 + n)::text, 5, '0'), 9, $2::timestamptz, day, 9, 'general', $3, '净水器', '华东',
       'phone', 1, false, false, true, true, 0, true, false, 0, false, false, $5, $6, day, $7::text[]
     from unnest($4::int[]) with ordinality as w(many, week), generate_series(1, many) n,
       lateral (select ('2025-12-29'::date + (week::int - 1) * 7 + n % 7)::text as day) d`,
    [kind, new Date(MONDAY).toISOString(), category, weeks, cause, fishbone, against],
  );
}

const run = () =>
  createCauseRun({
    ...desk.harness.stores,
    policies: { inForce: () => Promise.resolve(HOUSE_POLICY) },
    mailDomain: 'house.example',
    clock: () => now,
    ended: new AbortController().signal,
  })();

/** Sends what is due. @param way how somebody is told of the week */
async function relayed(way: (id: string) => Way): Promise<OutgoingMail[]> {
  const sent: OutgoingMail[] = [];
  const houseMails = houseMailStore({ ...desk.harness.database, clock: () => now });
  const { weekly } = createCauses({
    causeWeeks: desk.harness.stores.causeWeeks,
    policies: { inForce: () => Promise.resolve(HOUSE_POLICY) },
    clock: () => now,
  });
  const mails = new HouseMails({
    stores: { ...desk.harness.stores, houseMails },
    templates: loadMailTemplates(),
    house: { name: '好家电', contact: '' },
    links: desk.harness.links,
    inForce: () => Promise.resolve(HOUSE_POLICY),
    post: {
      async send(parcel, _customers, write) {
        sent.push(await write());
        await parcel.sent();
      },
    },
    week: { told: weekly, wayOf: ({ id }) => Promise.resolve(way(id)) },
    clock: () => now,
  });
  for (const job of await mails.claim(50, 60_000)) await job.deliver();
  return sent;
}

const causes = async (as: string) =>
  causesShown.parse((await desk.harness.call('GET', `/api/causes/weekly?week=${WEEK}`, { as })).body);

beforeAll(async () => {
  desk = await createDesk();
  const usual = [40, 38, 41, 44, 39, 40, 37, 42, 40, 41];
  await filed('1', 'logistics', usual, { cause: 'transport_packing', fishbone: 'method' });
  await filed('2', 'product_quality', [12, 11, 13, 12, 10, 12, 14, 11, 12, 37], {
    cause: 'design',
    fishbone: 'material',
  });
  // One of them is about Sara.
  await filed('3', 'product_quality', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], { cause: 'design', against: '{sara}' });
  await desk.harness.database.pool.query(
    `insert into fact_actions (case_no, at, day, action_id, kind, cause) values ('C260101-200101', $1, $2, 'A1', 'preventive', 'design')`,
    [new Date(MONDAY).toISOString(), WEEK],
  );
});
afterAll(() => desk.close());

test('a week is looked at once, also when it runs again; what it has found stays as it was', async () => {
  expect((await run()).weeks).toEqual(['2026-02-09', '2026-02-16', '2026-02-23', WEEK]);
  const before = await desk.harness.stores.causeWeeks.get(WEEK);
  expect(before?.findings.map(({ values, now: many, before: past }) => [values, many, past])).toContainEqual([
    { category: 'product_quality' },
    38,
    95,
  ]);
  await filed('4', 'product_quality', [0, 0, 0, 0, 0, 0, 0, 0, 0, 30]);
  expect((await run()).weeks).toEqual([]);
  expect(await desk.harness.stores.causeWeeks.get(WEEK)).toEqual(before);
  await desk.harness.database.pool.query(`delete from fact_cases where case_no like 'C260101-4%'`);
});

test('whoever leads is told once in their own language, when they work, and not who has chosen otherwise', async () => {
  const { rows } = await desk.harness.database.pool.query<{ subject: string; next: Date }>(
    `select subject, next_attempt_at as next from house_mails where kind = 'causes' order by 1`,
  );
  const told = rows.map(({ subject }) => subject);
  expect([told.includes('sara'), told.includes('mona'), told.includes('anna')]).toEqual([true, true, false]);
  expect(rows[0]?.next.getTime()).toBeGreaterThan(MONDAY);
  now = MONDAY + 6 * 3_600_000;
  const mails = await relayed((id) => (id === 'mona' ? { kind: 'bellOnly' } : { kind: 'now' }));
  expect(mails).toHaveLength(told.length - 1);
  expect(await relayed(() => ({ kind: 'now' }))).toEqual([]);
  const mail = mails.find(({ to }) => to.some((address) => address.startsWith('sara')));
  expect(mail?.subject).toBe('上周多起来了：产品质量');
  expect(mail?.text).toContain('产品质量：37 件，37 位客户；平常 11.9 件');
  expect(mail?.text).toContain(`/desk/causes?week=${WEEK}`);
});

test('the page and the API tell each reader of the cases that they may see', async () => {
  const [mona, sara] = [await causes('mona'), await causes('sara')];
  const kind = ({ rising }: typeof mona) =>
    rising.find(({ values }) => values.length === 1 && values[0]?.value === 'product_quality');
  expect(kind(mona)).toMatchObject({ by: 'received', now: 38, customers: 38, usual: 11.9, weeks: 8 });
  expect(kind(mona)?.onceIn).toBeGreaterThan(1_000);
  expect(kind(sara)).toMatchObject({ now: 37 });
  expect(kind(sara)).not.toHaveProperty('onceIn');
  expect(JSON.stringify(sara)).not.toContain('C260101-3');
  expect(mona.frequent[0]?.groups.map(({ value, now: many }) => [value, many])).toEqual([
    ['logistics', 41],
    ['product_quality', 38],
  ]);
  expect(mona.bones.find(({ bone }) => bone === 'material')).toMatchObject({
    cases: 132,
    causes: [{ cause: 'design', cases: 132, actions: 1 }],
    actions: [{ actionId: 'A1', caseNo: 'C260101-200101' }],
  });
  expect((await desk.harness.call('GET', '/api/causes/weekly', { as: 'anna' })).status).toBe(403);
  expect((await desk.harness.call('GET', '/api/causes/weekly?week=soon', { as: 'mona' })).body).toMatchObject({
    status: 422,
    errors: [{ path: 'week' }, { path: 'week' }],
  });
});

test('each bone of the drawing leads to its place in the list, and each number to exactly its cases', async () => {
  const mona = await desk.signedIn('mona');
  const { html } = await mona.get(`/desk/causes?week=${WEEK}`);
  const svg = html.slice(html.indexOf('<svg class="fig-c fish"'), html.indexOf('</svg>', html.indexOf('fig-c fish')));
  expect([...svg.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => html.includes(`id="${id}"`))).toEqual(
    Array.from({ length: 6 }, () => true),
  );
  expect(svg).toContain('>料</text>');
  expect(svg).toContain('132 件 · 措施 1');
  const bone = html.slice(html.indexOf('id="bone-material"'));
  const href = (/href="([^"]+)"/.exec(bone)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
  const cases = await mona.get(href);
  expect(new Set([...cases.html.matchAll(/\/desk\/cases\/(C260101-\d+)/g)].map(([, no]) => no)).size).toBe(132);
  expect((await mona.get('/desk/causes?week=soon')).html).toContain('看不懂');
  expect((await (await desk.signedIn('anna')).get('/desk/causes')).status).toBe(404);
});

test('so many complaints of one cause, product and region ask for a corrective action, unless one is under way or has ended since', async () => {
  const { pool } = desk.harness.database;
  const { caseNo } = await desk.harness.open({ customer: { name: '王小明', phone: '13800001234' } });
  await pool.query(`update cases set stage = 'resolve' where case_no = $1`, [caseNo]);
  await pool.query(
    `update fact_cases set product = '烤箱', received_at = $1, day = $2 where case_no like 'C260101-10090%' or case_no like 'C260101-10100%'`,
    [new Date().toISOString(), houseDate(Date.now())],
  );
  const due = async (as: string) =>
    causesShown
      .parse((await desk.harness.call('GET', '/api/causes/weekly', { as })).body)
      .due.map(({ values, cases, caseNo: at }) => [values.map(({ value }) => value), cases.length, at]);
  expect(await due('mona')).toEqual([[['transport_packing', '烤箱', '华东'], 18, undefined]]);
  const one = `update fact_cases set case_no = $1 where case_no = 'C260101-100901'`;
  await pool.query(`delete from fact_cases where case_no = $1`, [caseNo]);
  await pool.query(one, [caseNo]);
  expect(await due('mona')).toEqual([[['transport_packing', '烤箱', '华东'], 18, caseNo]]);
  const page = await (await desk.signedIn('mona')).get('/desk/causes');
  expect(page.html).toContain(`/desk/cases/${caseNo}?do&#x3D;planAction#dock`);
  await pool.query(
    `insert into fact_actions (case_no, at, day, action_id, kind, cause) values ($1, $2, $3, 'A2', 'preventive', 'transport_packing')`,
    [caseNo, new Date().toISOString(), WEEK],
  );
  expect(await due('mona')).toEqual([]);
  await pool.query(`update fact_actions set ended_at = $1 where action_id = 'A2'`, [new Date(MONDAY).toISOString()]);
  expect((await due('mona')).length).toBe(1);
});
