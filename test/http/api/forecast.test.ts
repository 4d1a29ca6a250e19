import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../../src/db';
import { openTestStores, type TestStores } from '../../db/support';
import { assigned, createHarness, type Harness } from '../support/harness';
import { Forecast } from '../../../src/http/api/forecast';
import { onBusyMachine } from '../../support/busy';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const HOUR = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();
const ask = (query: string, as = 'sara') => harness.call('GET', `/api/forecast${query}`, { as });

describe('what falls due', () => {
  test('by hour and owner, with who is away; nobody’s own, waits and what stands still apart', async () => {
    const mine = await harness.open();
    await assigned(harness, mine.caseNo, 'anna');
    const other = await harness.open();
    await assigned(harness, other.caseNo, 'sara');
    const paused = await harness.open();
    await assigned(harness, paused.caseNo, 'anna');
    expect(
      (await harness.decide(paused.caseNo, 'pause', 'anna', { reason: 'parts', until: inHours(50), note: '等配件' }))
        .status,
    ).toBe(200);
    await harness.open();
    await harness.stores.roster.addLeave({
      userId: 'anna',
      from: inHours(2),
      to: inHours(30),
      deputy: 'sara',
      createdBy: 'mona',
    });

    const answer = await ask('');
    expect(answer.status).toBe(200);
    const forecast = Forecast.parse(answer.body);
    expect(forecast.zone).toBe('Asia/Shanghai');
    expect(Date.parse(forecast.to) - Date.parse(forecast.from)).toBe(7 * 24 * HOUR);
    const dueOf = (caseNo: string) =>
      forecast.hours.flatMap(({ hour, byOwner }) =>
        byOwner.flatMap(({ owner, cases }) =>
          cases.filter((one) => one.caseNo === caseNo).map((one) => ({ ...one, hour, owner })),
        ),
      );
    for (const [caseNo, owner] of [
      [mine.caseNo, 'anna'],
      [other.caseNo, 'sara'],
    ] as const) {
      const due = dueOf(caseNo);
      expect(due.map(({ promise }) => promise).toSorted()).toEqual(['firstResponse', 'resolution']);
      for (const item of due) {
        expect(item.owner).toBe(owner);
        expect(item.hour).toMatch(/^2\d{3}-\d\d-\d\dT\d\d:00\+08:00$/);
        const begins = Date.parse(item.hour);
        expect(Date.parse(item.dueAt) - begins).toBeGreaterThanOrEqual(0);
        expect(Date.parse(item.dueAt) - begins).toBeLessThan(HOUR);
      }
    }
    expect(dueOf(paused.caseNo).map(({ promise }) => promise)).not.toContain('resolution');
    for (const { total, byOwner } of forecast.hours) {
      expect(byOwner.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    }
    const anna = forecast.owners.find(({ id }) => id === 'anna');
    expect(anna).toMatchObject({ name: 'Name of anna', away: { deputy: 'sara' } });
    expect(forecast.owners.find(({ id }) => id === 'sara')).not.toHaveProperty('away');
    const total = forecast.hours.reduce((sum, hour) => sum + hour.total, 0);
    expect(forecast.owners.reduce((sum, { due }) => sum + due, 0) + forecast.unowned.due).toBe(total);
  });

  test('what is overdue is counted apart, and a case is not foretold to whom it is about', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    const find = async (as: string) => JSON.stringify((await ask('', as)).body).includes(caseNo);
    expect(await find('sven')).toBe(true);
    await harness.database.pool.query(`update cases set against = '{sven}' where case_no = $1`, [caseNo]);
    expect([await find('sven'), await find('sara'), await find('mona')]).toEqual([false, true, true]);
    const before = Forecast.parse((await ask('?owner=anna')).body).owners[0]?.overdue ?? 0;
    await harness.database.pool.query(
      `update case_clocks set due_at = $2, breached_at = $2 where case_no = $1 and clock = 'resolution'`,
      [caseNo, inHours(-1)],
    );
    const after = Forecast.parse((await ask('?owner=anna')).body);
    expect(after.owners.map(({ id, overdue }) => [id, overdue])).toEqual([['anna', before + 1]]);
  });

  test('an agent sees their own, whatever they ask for; others may not ask at all', async () => {
    const own = Forecast.parse((await ask('', 'anna')).body);
    expect(own.owners.map(({ id }) => id)).toEqual(['anna']);
    expect(own.unowned).toEqual({ due: 0, overdue: 0 });
    expect((await ask('?owner=me', 'anna')).status).toBe(200);
    expect((await ask('?owner=sara', 'anna')).status).toBe(403);
    expect((await ask('', 'quinn')).status).toBe(403);
    expect((await harness.call('GET', '/api/forecast')).status).toBe(401);
  });

  test('hours are those of the wall clock that is asked for', async () => {
    const { hours } = Forecast.parse((await ask('?zone=Asia/Kathmandu')).body);
    expect(hours.length).toBeGreaterThan(0);
    for (const { hour } of hours) expect(hour).toMatch(/T\d\d:00\+05:45$/);
  });

  test.each([
    ['?from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z', 'to', 'must lie after'],
    ['?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z', 'to', 'must lie after'],
    ['?from=2026-11-01&to=2026-12-03', 'to', '31 days'],
    ['?from=yesterday', 'from', 'date'],
    ['?zone=Asia/Atlantis', 'zone', 'time zone'],
    ['?zone=%2B08:00', 'zone', 'time zone'],
    ['?month=11', 'month', 'not known'],
  ])('%s is refused, with the place', async (query, path, words) => {
    const answer = await ask(query);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path, message: expect.stringContaining(words) as string }]);
    expect(answer.body.errors).toHaveLength(1);
  });
});

describe('at 10,000 open cases beside 40,000 closed ones', () => {
  let on: TestStores;
  beforeAll(async () => {
    on = await openTestStores();
    // Fifty thousand cases take their time; the limit on a statement is for requests.
    const patient = openDatabase({ url: on.url, max: 1, statementTimeoutMs: 0 });
    await patient.pool.query(
      `insert into cases (case_no, last_seq, last_hash, stage, grade, category, grade_confirmed, owner, team, customer_id,
         channel, language, round, breached, paused, received_at, updated_at, policy_version, state)
       select 'C' || n, 1, '', case when n <= 10000 then 'resolve' else 'archived' end, 'general', 'other', true,
         'u' || n % 40, 'after-sales', $1, 'web', 'zh-CN', 1, false, false, $2::timestamptz, $2::timestamptz, 1, '{}'
       from generate_series(1, 50000) n`,
      [randomUUID(), inHours(0)],
    );
    await patient.pool.query(
      `insert into case_clocks (case_no, clock, promise, version, status, started_at, due_at, breached_at, escalated)
       select 'C' || n, p, p, 1, case when n <= 10000 and p in ('resolution', 'approval') then 'running' else 'met' end,
         $1::timestamptz, $1::timestamptz + (n % 10000 - 500) * interval '1 minute',
         case when n <= 500 then $1::timestamptz - interval '1 minute' end, 0
       from generate_series(1, 50000) n, unnest(array['firstResponse', 'resolution', 'survey', 'revisit', 'approval']) p`,
      [inHours(0)],
    );
    await patient.pool.query('analyze');
    await patient.close();
  });
  afterAll(() => on.close());

  test('a week, in the time of one request', async () => {
    const wanted = {
      from: inHours(0),
      to: inHours(7 * 24),
      now: inHours(0),
      zone: 'Asia/Shanghai',
      scope: { kind: 'all' } as const,
    };
    await on.stores.forecast.promises(wanted);
    const began = performance.now();
    const { due, overdue } = await on.stores.forecast.promises(wanted);
    const ms = performance.now() - began;
    expect(due.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(18_000);
    expect(overdue.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(900);
    expect(Math.max(...due.map(({ cases }) => cases.length))).toBeLessThanOrEqual(20);
    // 0.3 s on two idle cores.
    expect(ms).toBeLessThan(onBusyMachine(3_000));
  });
});
