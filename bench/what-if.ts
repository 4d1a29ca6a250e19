import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createDrafts } from '../src/cases/rules/drafts';
import { PolicyChecking } from '../src/cases/rules/policy-checking';
import { PolicyCache } from '../src/cases/rules/policies';
import type { WhatIfReport } from '../src/cases/rules/answers';
import { createWhatIf, whatIfSchema } from '../src/cases/rules/what-if';
import { createStores, ensureHouse, openDatabase } from '../src/db';
import { CN_OFFICE } from '../src/domain/time/calendars/cn';
import type { CaseEvent } from '../src/domain/case/events';
import { caseNumber } from '../src/domain/basics/ids';
import { policySchema, type Policy } from '../src/domain/policy/schema';
import { HOUSE_POLICY } from '../src/domain/policy/house';
import type { Rehearser } from '../src/domain/rehearsal/desk';
import { rehearseOne } from '../src/domain/rehearsal/rehearsal';
import { scenariosFor } from '../src/domain/rehearsal/scenario';
import { addMs } from '../src/domain/time/duration';
import { runMigrations } from '../src/migrate';
import { freePort } from '../src/runtime/ports';
import { ensureDatabase, postgresProcess, postgresUrl, prepareCluster } from '../src/runtime/postgres';
import { Part } from './part';
import type { Report } from './report';

const TARGET_SECONDS = 10;
const WEEK = 7 * 86_400_000;
/** The calendar has no holidays in these years, so a ledger that is moved by whole weeks is still right. */
const FROM = '2027-01-03T16:00:00.000Z';
/** The time at which the what-if is asked: all cases are over. */
const UNTIL = Date.UTC(2031, 0);
/** Cases written at once. */
const AT_ONCE = 100;

const person = (id: string, role: Rehearser['role'], team = 'after-sales'): Rehearser => ({
  id,
  role,
  team,
  active: true,
});
const PEOPLE = [
  ...Array.from({ length: 6 }, (_, n) => person(`u-agent${n}`, 'agent')),
  ...Array.from({ length: 3 }, (_, n) => person(`u-supervisor${n}`, 'supervisor')),
  person('u-manager', 'manager'),
  person('u-quality', 'colleague', 'quality'),
];

const all = <T>(value: T) => ({ general: value, important: value, major: value });
/** The policy of half of the cases: lengths in working time, and an escalation chain. */
const OFFICE: Policy = policySchema.parse({
  ...HOUSE_POLICY,
  version: 2,
  name: 'office',
  calendars: { 'cn-office': CN_OFFICE },
  calendar: 'cn-office',
  promises: {
    ...HOUSE_POLICY.promises,
    firstResponse: { ...HOUSE_POLICY.promises.firstResponse, length: all({ value: 1, unit: 'workingHours' }) },
    resolution: {
      ...HOUSE_POLICY.promises.resolution,
      length: all({ value: 16, unit: 'workingHours' }),
      chain: 'house',
    },
  },
  chains: {
    house: [
      { to: { kind: 'role', role: 'supervisor' } },
      { after: { value: 2, unit: 'workingHours' }, to: { kind: 'role', role: 'manager' } },
    ],
  },
});

/** Ledgers of whole cases, as the rehearsal writes them: of every grade, with many ways in which people behave. */
function lives(): CaseEvent[][] {
  return [HOUSE_POLICY, OFFICE].flatMap((policy) =>
    scenariosFor(policy, FROM)
      .filter(({ arrival }) => arrival !== 'beforeHoliday')
      .map((scenario) => rehearseOne(policy, PEOPLE, scenario).events),
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The same ledger some weeks later: every instant in it is moved. */
function later(events: readonly CaseEvent[], weeks: number): CaseEvent[] {
  const text = JSON.stringify(events, (_key, value: unknown) =>
    typeof value === 'string' && INSTANT.test(value) ? addMs(value, weeks * WEEK) : value,
  );
  return JSON.parse(text) as CaseEvent[];
}

/** Writes ledgers without hashes, and of each case only the columns that a what-if reads. */
async function write(pool: Pool, batch: { caseNo: string; events: CaseEvent[] }[]): Promise<void> {
  const rows = batch.flatMap(({ caseNo, events }) => events.map((item) => ({ ...item, case_no: caseNo })));
  await pool.query(
    `insert into case_events (case_no, seq, type, at, actor, data, decision, hash, prev_hash)
     select case_no, seq, type, at, actor, data, decision, '', '' from jsonb_to_recordset($1::jsonb)
       as row (case_no text, seq int, type text, at timestamptz, actor jsonb, data jsonb, decision jsonb)`,
    [JSON.stringify(rows)],
  );
  await pool.query(
    `insert into cases (case_no, last_seq, last_hash, stage, grade, category, grade_confirmed, customer_id, channel,
       language, round, breached, paused, received_at, updated_at, policy_version, state)
     select case_no, seq, '', 'archived', 'general', 'other', true, '', 'phone', 'zh-CN', 1, false, false, at, at, 1, '{}'
     from jsonb_to_recordset($1::jsonb) as row (case_no text, seq int, at timestamptz) where seq = 1`,
    [JSON.stringify(rows.map(({ case_no, seq, at }) => ({ case_no, seq, at })))],
  );
}

/**
 * Measures how long a what-if over `whatIfCases` recorded cases takes, on a Postgres of its own.
 * @throws Error when a what-if that changes nothing finds differences
 */
export async function whatIf(report: Report, { whatIfCases }: { whatIfCases: number }): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'redress-bench-'));
  // 0711: the database's unprivileged user has to pass through the folder.
  chmodSync(dir, 0o711);
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  const cluster = await prepareCluster({ dataDir: dir, password, say: () => undefined });
  const postgres = new Part(postgresProcess(cluster, port, password), dir);
  try {
    await postgres.start();
    await ensureDatabase(port, password);
    const url = postgresUrl(port, password);
    await runMigrations(url);
    const database = openDatabase({ url, max: 4 });
    try {
      await ensureHouse(database.db);
      const stores = createStores(database);
      await stores.policies.publish(OFFICE, 'bench');
      for (const { id, role, team } of PEOPLE) {
        const user = { id, role: role as 'agent', team, name: id, email: '', language: 'zh-CN' as const };
        await stores.users.ensure({ ...user, active: true });
      }
      const templates = lives();
      let events = 0;
      for (let next = 0; next < whatIfCases; next += AT_ONCE) {
        const batch = Array.from({ length: Math.min(AT_ONCE, whatIfCases - next) }, (_, n) => {
          const [index, weeks] = [(next + n) % templates.length, Math.floor((next + n) / templates.length)];
          return { caseNo: caseNumber('270104', randomBytes(6)), events: later(templates[index] ?? [], weeks) };
        });
        events += batch.reduce((sum, one) => sum + one.events.length, 0);
        await write(database.pool, batch);
      }
      await database.pool.query('analyze');
      report.add({ figure: 'events in their ledgers', value: events, unit: 'events' });

      const clock = () => UNTIL;
      const policies = new PolicyCache(stores.policies, clock);
      const checking = new PolicyChecking(stores);
      const drafts = createDrafts({ stores, policies, checking, clock });
      const ask = createWhatIf({ stores, policies, drafts, checking, clock });
      const questions: [string, object][] = [
        ['nothing changed', { promises: { resolution: { times: 1 } } }],
        ['four times the resolution', { promises: { resolution: { times: 4 } } }],
        ['under the other policy', { policy: 2 }],
      ];
      for (const [name, change] of questions) {
        const began = performance.now();
        const answer = await ask(whatIfSchema.parse({ from: '2026-01-01', to: '2031-01-01', change }));
        const seconds = (performance.now() - began) / 1_000;
        const figure = `what if, ${answer.cases} cases: ${name}`;
        report.atMost(figure, seconds, 's', TARGET_SECONDS, summaryOf(answer));
        // The same rules must give the same verdicts: otherwise what was measured would be wrong.
        if (name === 'nothing changed' && answer.moved + answer.breaches.added + answer.breaches.removed > 0) {
          throw new Error(`differences without a change: ${summaryOf(answer)}`);
        }
      }
    } finally {
      await database.close();
    }
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const summaryOf = ({ promises, breaches, moved }: WhatIfReport): string =>
  `${promises} promises, ${moved} moved, +${breaches.added} −${breaches.removed} broken`;
