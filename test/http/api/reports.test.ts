import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { figuresShown } from '../../../src/cases/figures/answers';
import { reportList, reportShown, type ReportLine, type ReportShown } from '../../../src/cases/reports/answers';
import { createReportRun } from '../../../src/cases/reports/closing';
import { createReportMails } from '../../../src/cases/reports/mailing';
import { createMaking } from '../../../src/cases/reports/making';
import { createReports } from '../../../src/cases/reports/reports';
import { HouseMails } from '../../../src/channels/mail/delivery/house-mails';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { houseMailStore } from '../../../src/db/stores/house-mails';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { periodBefore, periodWith, type ReportKind } from '../../../src/domain/facts/periods';
import { daysAfter } from '../../../src/domain/time/calendar';
import { houseDate, houseDayStart } from '../../../src/house';
import { pdfText } from '../../support/pdf-text';
import { createHarness, type Harness } from '../support/harness';
import { measured } from '../site/desk/measured';

let harness: Harness;
/** The first days of this month, and the last one as a whole, wherever today lies. */
const now = Date.now();
const last = (kind: ReportKind) => periodBefore(periodWith(kind, houseDate(now)));
const month = last('month');
const HOUR = 3_600_000;

/** A round as the facts have it. */
interface Round {
  caseNo: string;
  because: string;
  at: Date;
  resolvedAt: Date | null;
  outcome: string | null;
}
let rounds: Round[];

beforeAll(async () => {
  harness = await createHarness();
  await measured({ harness });
  const { pool } = harness.database;
  await pool.query(
    `insert into fact_rounds (case_no, at, day, person, team, round, because, outcome, resolved_at, took_ms)
     select case_no, received_at + (r - 1) * interval '6 days', day, person, team, r, case r when 1 then 'received' else 'survey' end,
       case when n % 7 = 0 and r = 1 then null else (array['upheld', 'partly_upheld', 'not_upheld'])[1 + n % 3] end,
       case when n % 7 = 0 and r = 1 then null else received_at + (r - 1) * interval '6 days' + n % 5 * interval '31 hours' end, 1
     from (select *, substr(case_no, 9)::int as n from fact_cases) c, generate_series(1, 2) r
     where r = 1 or n % 9 = 0`,
  );
  ({ rows: rounds } = await pool.query<Round>(
    `select case_no as "caseNo", because, at, resolved_at as "resolvedAt", outcome from fact_rounds order by case_no, round`,
  ));
  await pool.query(
    `insert into fact_actions (case_no, at, day, person, team, action_id, kind, cause, started_at, before, after, reached, ended_at)
     values ($1, $2, $3, 'anna', 'after-sales', 'a1', 'preventive', 'installation', $2, 9, 4, true, $4)`,
    ['C260101-000001', new Date(houseDayStart(month.from) + HOUR), month.from, new Date(houseDayStart(month.to))],
  );
});
afterAll(() => harness.close());

const get = (path: string, as: string) => harness.call('GET', path, { as });
/** A run as a worker makes it. */
const run = (at = now) => {
  const { closedReports: reports, reportCounts: counts, figures, facts } = harness.stores;
  return createReportRun({
    reports,
    counts,
    facts,
    keepFacts: () => Promise.resolve(0),
    make: createMaking({ figures, counts, clock: () => at }),
    mailDomain: 'house.example',
    clock: () => at,
    ended: new AbortController().signal,
  })();
};
const MONA = { kind: 'staff', id: 'mona', role: 'manager', team: 'after-sales' } as const;
/** The report as somebody is told it who asks for the first time. */
const asked = (kind: ReportKind = 'month', name = month.name): Promise<ReportShown> =>
  createReports({
    stores: harness.stores,
    make: createMaking({ figures: harness.stores.figures, counts: harness.stores.reportCounts, clock: Date.now }),
    staff: { names: () => Promise.resolve(new Map()) },
    clock: Date.now,
  }).get(kind, name, MONA);
const line = ({ lines }: Pick<ReportShown, 'lines'>, key: string) => lines.find((one) => one.key === key);
const values = (report: ReportShown, section: ReportLine['section']): [string, number | null][] =>
  report.lines
    .filter((one) => one.section === section)
    .map(({ key, now: { value } }) => [key.slice(section.length + 1), value]);

test('what is over is closed once, whoever does it and however often', async () => {
  const before = reportList.parse((await get('/api/reports?kind=month', 'mona')).body);
  expect(before.items.slice(0, 2).map(({ state }) => state)).toEqual([
    'open',
    now < houseDayStart(daysAfter(month.to, 1)) + 30 * HOUR ? 'open' : 'missing',
  ]);
  const [one, other] = await Promise.all([run(), run()]);
  expect(one.closed + other.closed).toBeGreaterThan(30 + 12 + 2);
  const { rows } = await harness.database.pool.query<{ n: number }>('select count(*)::int as n from reports');
  expect(rows[0]?.n).toBe(one.closed + other.closed);
  expect(await run()).toEqual({ closed: 0, mailed: 0 });
  const after = reportList.parse((await get('/api/reports?kind=month', 'mona')).body);
  expect(after.items.slice(0, 2).map(({ period, state }) => [period, state])).toEqual([
    [periodWith('month', houseDate(now)).name, 'open'],
    [month.name, 'closed'],
  ]);
});

test('its numbers are those of the page of figures, each with target and period before', async () => {
  const report = reportShown.parse((await get(`/api/reports/month/${month.name}`, 'mona')).body);
  const days = ({ from, to }: { from: string; to: string }) => `from=${from}&to=${to}`;
  const figures = figuresShown.parse((await get(`/api/figures?${days(month)}`, 'mona')).body).figures;
  const earlier = figuresShown.parse((await get(`/api/figures?${days(periodBefore(month))}`, 'mona')).body).figures;
  expect(report.lines.filter(({ section }) => section === 'figures')).toHaveLength(figures.length);
  for (const [n, { id, now: counted, target }] of figures.entries()) {
    expect(line(report, `figures/${id}`)).toMatchObject({
      now: counted,
      before: earlier[n]?.now,
      ...(target && { target }),
    });
  }
  const sum = values(report, 'cause').reduce((all, [, value]) => all + (value ?? 0), 0);
  expect(sum).toBe(figures.find(({ id }) => id === 'received')?.now.value);
  expect(line(report, 'actions/preventive/planned')?.now.value).toBe(1);
});

test('the return adds up: what was outstanding, came and went makes what is left, as loops over the rounds count it', async () => {
  const report = await asked();
  const [start, end] = [houseDayStart(month.from), houseDayStart(daysAfter(month.to, 1))];
  const ends = rounds.map(({ caseNo, resolvedAt }, n) => {
    const next = rounds[n + 1];
    return resolvedAt?.getTime() ?? (next?.caseNo === caseNo ? next.at.getTime() : Number.POSITIVE_INFINITY);
  });
  const count = (is: (round: Round, at: number, ended: number) => boolean): number =>
    rounds.filter((round, n) => is(round, round.at.getTime(), ends[n] as number)).length;
  const told = new Map(values(report, 'return'));
  const opened = count(({ because }, at) => because === 'received' && at >= start && at < end);
  const reopened = count(({ because }, at) => because !== 'received' && at >= start && at < end);
  const left = count((_, at, ended) => at < end && ended >= end);
  expect([
    told.get('before'),
    told.get('opened'),
    told.get('reopened'),
    told.get('closed'),
    told.get('outstanding'),
  ]).toEqual([
    count((_, at, ended) => at < start && ended >= start),
    opened,
    reopened,
    count((_, _at, ended) => ended >= start && ended < end),
    left,
  ]);
  expect((told.get('before') ?? 0) + opened + reopened - (told.get('closed') ?? 0)).toBe(left);
  const within = (from: number, to: number) =>
    count((_, at, ended) => ended >= start && ended < end && ended - at > from && ended - at <= to);
  expect(told.get('closed/0')).toBe(within(-1, 24 * HOUR));
  expect(told.get('closed/2')).toBe(within(72 * HOUR, 15 * 24 * HOUR));
  expect(told.get('outcome/upheld')).toBe(
    count(({ outcome }, _at, ended) => outcome === 'upheld' && ended >= start && ended < end),
  );
});

test('a closed report never changes; what came later is told as later, beside it', async () => {
  const before = await asked();
  const { pool } = harness.database;
  // A case of the month is found to have another cause and a broken promise, and one of it was merged into another.
  const { rows } = await pool.query<{ case_no: string }>(
    `select case_no from fact_cases where day >= $1 and day <= $2 and cause = 'installation' order by 1 limit 2`,
    [month.from, month.to],
  );
  const [one, other] = rows.map((row) => row.case_no);
  await pool.query(`update fact_cases set cause = 'weather' where case_no = $1`, [one]);
  await pool.query(`update fact_cases set outcome = 'merged' where case_no = $1`, [other]);
  const after = await asked();
  const bare = (lines: ReportShown['lines']) => lines.map(({ later: _later, ...rest }) => rest);
  expect(bare(after.lines)).toEqual(bare(before.lines));
  expect(after.closedAt).toBe(before.closedAt);
  const received = line(after, 'figures/received');
  expect(received?.later?.value).toBe((received?.now.value ?? 0) - 1);
  const cause = line(after, 'cause/=installation');
  expect(cause?.later?.value).toBe((cause?.now.value ?? 0) - 2);
  expect(after.added.map(({ key, now: { value } }) => [key, value])).toEqual([['cause/=weather', 1]]);
  // Another run leaves it alone, and so does whoever reaches the table.
  await run();
  expect(bare((await asked()).lines)).toEqual(bare(before.lines));
  for (const sql of [`update reports set data = '{}'`, 'delete from reports', 'truncate reports']) {
    await expect(pool.query(sql)).rejects.toThrow('its rows never change');
  }
});

test('the report after it says what those before said', async () => {
  const { lines } = await asked('day', daysAfter(houseDate(now), -1));
  const earlier = await asked('day', daysAfter(houseDate(now), -2));
  const trend = line({ lines }, 'figures/received')?.trend ?? [];
  expect(trend).toHaveLength(11);
  expect(trend.at(-1)).toBe(line(earlier, 'figures/received')?.now.value);
});

test('is for managers and above; a supervisor has saved figures', async () => {
  expect((await get(`/api/reports/month/${month.name}`, 'sara')).status).toBe(403);
  expect((await get('/api/reports', 'anna')).status).toBe(403);
  expect(reportList.parse((await get('/api/reports', 'sara')).body).items).toEqual([]);
  expect((await get('/api/reports/month/2099-01', 'mona')).status).toBe(404);
  expect((await get('/api/reports/year/2026', 'mona')).status).toBe(404);
  expect((await get('/api/reports/wishes', 'sara')).status).toBe(403);

  const save = (as: string, body: object) => harness.call('POST', '/api/reports/saved', { as, body });
  const wanted = {
    name: '各渠道',
    kind: 'week',
    figure: 'received',
    words: 'by=channel&team=after-sales',
    isShared: true,
  };
  const { status, body } = await save('sara', wanted);
  expect(status).toBe(201);
  expect((await save('sara', wanted)).body).toMatchObject({ code: 'saved_report_exists' });
  expect((await save('sara', { ...wanted, name: 'x', words: 'mood=bad' })).status).toBe(422);
  const [shown] = reportList.parse((await get('/api/reports', 'mona')).body).saved;
  expect(shown).toMatchObject({
    name: '各渠道',
    words: 'by=channel&team=after-sales',
    mine: false,
    last: { from: last('week').from },
  });
  // Of another team.
  expect(reportList.parse((await get('/api/reports', 'sven')).body).saved).toEqual([]);
  const remove = (as: string) => harness.call('DELETE', `/api/reports/saved/${String(body.id)}`, { as });
  expect([(await remove('mona')).status, (await remove('sara')).status]).toEqual([404, 200]);
});

test('recommendations stand beside a closed report until they are signed off as they were read', async () => {
  const path = `/api/reports/month/${month.name}/remark`;
  const write = (text: string) => harness.call('PUT', path, { as: 'mona', body: { text } });
  const sign = (at: string) => harness.call('POST', `${path}/sign`, { as: 'adam', body: { at } });
  const first = reportShown.parse((await write('安装队每周抽查两单。')).body).remark;
  await new Promise((resolve) => setImmediate(resolve));
  const changed = reportShown.parse((await write('安装队每周抽查五单。')).body);
  expect(changed.remark).toMatchObject({ text: '安装队每周抽查五单。', by: { id: 'mona' } });
  expect(changed.may).toEqual(['write', 'sign']);
  if (first?.at !== changed.remark?.at)
    expect((await sign(first?.at ?? '')).body).toMatchObject({ code: 'remark_changed' });
  expect(reportShown.parse((await sign(changed.remark?.at ?? '')).body).remark?.signed?.by.id).toBe('adam');
  expect((await write('再改。')).body).toMatchObject({ code: 'report_signed_off' });
  const following = reportShown.parse(
    (await get(`/api/reports/month/${periodWith('month', houseDate(now)).name}`, 'mona')).body,
  );
  expect(following.followUp?.text).toBe('安装队每周抽查五单。');
  const open = periodWith('quarter', houseDate(now)).name;
  const body = { text: '早了。' };
  expect((await harness.call('PUT', `/api/reports/quarter/${open}/remark`, { as: 'mona', body })).status).toBe(409);
});

test('a file has the same numbers, and the return alone when it is asked for', async () => {
  const csv = (await get(`/api/reports/month/${month.name}/export?format=csv&language=en`, 'mona')).text;
  const received = line(await asked(), 'figures/received');
  const row = csv.split('\r\n').find((one) => one.startsWith('"Figures","Complaints received"')) ?? '';
  expect(row).toContain(
    `"Complaints received","cases",,${received?.now.value},,${received?.now.n},,,${received?.before?.value},`,
  );
  const part = (await get(`/api/reports/month/${month.name}/export?format=csv&part=return`, 'mona')).text.trimEnd();
  expect(
    new Set(
      part
        .split('\r\n')
        .slice(1)
        .map((one) => one.split(',')[0]),
    ),
  ).toEqual(new Set(['"监管报送"']));
  expect((await get(`/api/reports/month/${month.name}/export?format=csv`, 'sara')).status).toBe(403);

  const { content } = await harness.cases.periodReports.file(
    'month',
    month.name,
    { format: 'pdf', part: 'whole', language: 'en' },
    MONA,
  );
  const pdf = Buffer.concat((await content.toArray()) as Buffer[]);
  if (process.env.PAGE_SHOTS) await writeFile(join(process.env.PAGE_SHOTS, 'report.pdf'), pdf);
  const text = pdfText(pdf).pages.join('').replaceAll(/\s/g, '');
  expect(text).toContain(`Complaintsreceived${received?.now.value}`);
  expect(text).toContain('Outstandingattheend');
});

test('whoever wants it is told by mail once, in the morning, as long as they still want it', async () => {
  const at = Math.max(now, houseDayStart(houseDate(now)) + 8 * HOUR);
  const sent: OutgoingMail[] = [];
  const houseMails = houseMailStore({ ...harness.database, clock: () => at });
  const mails = new HouseMails({
    stores: { ...harness.stores, houseMails },
    templates: loadMailTemplates(),
    house: { name: '好家电', contact: '' },
    links: harness.links,
    reportMail: createReportMails({ reports: harness.stores.closedReports, users: harness.stores.users }),
    inForce: () => Promise.resolve(HOUSE_POLICY),
    post: {
      async send(parcel, _customers, write) {
        sent.push(await write());
        await parcel.sent();
      },
    },
    clock: () => at,
  });
  // Planned by the first run: for the manager alone, of the week and of the month.
  const planned = await houseMails.list('report', 'mona');
  expect(planned.map(({ occasion }) => occasion).toSorted()).toEqual([
    `month.${month.name}`,
    `week.${last('week').name}`,
  ]);
  expect(await houseMails.list('report', 'sara')).toEqual([]);
  expect(
    (await harness.call('PUT', '/api/reports/wishes', { as: 'mona', body: { kinds: ['month', 'day'] } })).body,
  ).toEqual({
    kinds: ['month', 'day'],
  });
  for (const job of await mails.claim(50, 60_000)) await job.deliver();
  expect(sent.map(({ to, subject }) => [to, subject.replace(/（\d+ 项低于目标）/, '')])).toEqual([
    [['mona@house.example'], `月报：${month.name.slice(0, 4)} 年 ${Number(month.name.slice(5))} 月`],
  ]);
  expect(sent[0]?.text).toContain(`/desk/reports/month/${month.name}`);
  expect(sent[0]?.text).toContain('收到的投诉');
  const [paper] = sent[0]?.attachments ?? [];
  expect([paper?.fileName, paper?.content.subarray(0, 5).toString()]).toEqual([`report-${month.name}.pdf`, '%PDF-']);
  expect((await houseMails.list('report', 'mona')).map(({ state }) => state).toSorted()).toEqual(['sent', 'skipped']);
  // What she wants now comes with the next run, and the month's no second time.
  expect(await run()).toEqual({ closed: 0, mailed: 1 });
});

test('facts that are behind the ledger are waited for', async () => {
  await harness.database.pool.query(`insert into facts_due (case_no) values ('C260101-000001')`);
  await expect(run()).rejects.toThrow('behind');
  await harness.database.pool.query('delete from facts_due');
  await run();
});
