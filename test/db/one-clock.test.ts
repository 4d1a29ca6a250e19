import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStores, openDatabase, type Database, type Stores } from '../../src/db';
import { auditStore } from '../../src/db/stores/audit';
import { reportStore } from '../../src/db/stores/reports';
import { REMINDERS } from '../../src/domain/policy/mail-kinds';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { addMs } from '../../src/domain/time/duration';
import { TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/postgres';
import { newCaseNo, newComplaint, oneLife, openedCase } from './support';

/**
 * What is written by one clock must not be judged by another: a lease, a deadline and whatever asks about them are all of
 * the process' clock. Postgres may stand on another machine, with another time.
 */

/** Read or written by Postgres' own clock, and never compared with ours. */
const OF_POSTGRES: Record<string, string> = {
  'customers.created_at': 'the older of two customers with one address, compared with its like alone',
  'texts.created_at': 'for a person who looks into the table',
  'idempotency_keys.created_at': 'for a person who looks into the table',
  'links.created_at': 'for a person who looks into the table',
  'users.created_at': 'for a person who looks into the table',
  'users.last_assigned_at': 'the rotation among people, across servers: compared with its like alone',
  'user_tokens.created_at': 'for a person who looks into the table',
  'policies.published_at': 'shown; versions are ordered by number',
  'calendars.published_at': 'shown; versions are ordered by number',
  'leaves.created_at': 'shown',
};

const SERVERS_CLOCK =
  /\b(?:now\s*\(\s*\)|(?:clock|statement|transaction)_timestamp\s*\(|current_(?:timestamp|date|time)\b|local(?:time|timestamp)\b|timeofday\s*\()/i;

const ALLOWED = new Map([['picks.ts', ['update users set last_assigned_at = clock_timestamp()']]]);

test('no statement of a store asks Postgres for the time', () => {
  const folder = join(__dirname, '../../src/db/stores');
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(15);
  const asking = files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => SERVERS_CLOCK.test(line) && !ALLOWED.get(file)?.includes(line.trim()))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(asking).toEqual([]);
});

describe.each(['2019-03-01T12:00:00.000Z', '2033-10-04T23:59:30.000Z'])('a process whose clock says %s', (start) => {
  let created: TestDatabase;
  let database: Database;
  let stores: Stores;
  const clock = new TestClock(start);
  const MINUTE = 60_000;

  beforeAll(async () => {
    created = await createTestDatabase();
    database = openDatabase({ url: created.url, max: 4, clock: clock.now });
    stores = createStores(database);
    await stores.policies.ensureHouse();
  });
  beforeEach(() => clock.set(start));
  afterAll(async () => {
    await database.close();
    await created.drop();
  });

  test('a start is leased to one, comes up again when the lease is over, and is as old as its acceptance', async () => {
    const complaint = newComplaint({ receivedAt: clock.instant(), startLeaseMs: 5 * MINUTE });
    await stores.complaints.accept(complaint);
    expect(await stores.starts.due(10)).toEqual([]);
    clock.set(Date.parse(start) + 6 * MINUTE);
    expect(await stores.starts.due(10, MINUTE)).toHaveLength(1);
    expect(await stores.starts.due(10, MINUTE)).toEqual([]);
    expect((await stores.starts.oldest())?.slice(0, 10)).toBe(start.slice(0, 10));
    clock.set(Date.parse(start) + 9 * MINUTE);
    expect(await stores.starts.due(10, MINUTE)).toHaveLength(1);
    expect(await auditStore(database).withoutCase(MINUTE, clock.now())).toEqual([
      { caseNo: complaint.caseNo, policyVersion: 1, waiting: true },
    ]);
    expect(await auditStore(database).withoutCase(20 * MINUTE, clock.now())).toEqual([]);
    await stores.starts.markStarted([complaint.caseNo]);
    await stores.starts.putBack([{ caseNo: complaint.caseNo, policyVersion: 1 }]);
    expect(await stores.starts.due(10, MINUTE)).toHaveLength(1);
  });

  test('a mail is due at once, leased, put off and stuck', async () => {
    await stores.ledger.append(newCaseNo(), oneLife());
    const depth = await stores.outbox.depth();
    expect(depth).toBeGreaterThan(3);
    const claimed = await stores.outbox.claim(100, MINUTE);
    expect(claimed).toHaveLength(depth);
    expect(await stores.outbox.claim(100, MINUTE)).toEqual([]);
    const [first, second, third] = claimed;
    if (!first || !second || !third) throw new Error('mails');
    expect(Math.abs(Date.parse(first.plannedAt) - clock.now())).toBeLessThan(MINUTE);
    await stores.outbox.sent(first.id);
    await stores.outbox.retry(second.id, 'smtp_x', clock.instant(2 * MINUTE));
    await stores.outbox.ambiguous(third.id, 'smtp_y');
    clock.set(Date.parse(start) + 90_000);
    expect((await stores.outbox.claim(100, MINUTE)).map(({ id }) => id)).not.toContain(second.id);
    clock.set(Date.parse(start) + 4 * MINUTE);
    expect((await auditStore(database).stuckMails(MINUTE, clock.now())).length).toBe(depth - 1);
    expect(await stores.outbox.claim(100, MINUTE)).toHaveLength(depth - 1);
    expect(await auditStore(database).stuckMails(MINUTE, clock.now())).toEqual([]);
  });

  test('reminders are gathered once a window, and what waits comes up after it', async () => {
    const caseNo = newCaseNo();
    await stores.ledger.append(caseNo, openedCase(caseNo));
    await database.pool.query('delete from outbox');
    const notice = async (seq: number): Promise<void> => {
      await database.pool.query(
        `insert into outbox (case_no, seq, mail, recipient, recipient_key, message_id, planned_at, next_attempt_at)
         values ($1, $2, 'escalation', '{"kind": "user", "id": "u-1"}', 'user:u-1', $3, $4, $4)`,
        [caseNo, seq, `<${seq}.${randomUUID()}@x.example>`, clock.instant()],
      );
    };
    const gather = () => stores.digests.gather('u-1', REMINDERS, MINUTE);
    await notice(1);
    expect((await gather()).kind).toBe('gathered');
    await notice(2);
    const waiting = await gather();
    expect(waiting).toMatchObject({ kind: 'wait' });
    const [digest] = await stores.digests.claim(10, MINUTE);
    if (!digest) throw new Error('the digest is not due');
    await stores.digests.sent(digest.id);
    expect(await stores.outbox.claim(10, MINUTE)).toEqual([]);
    clock.set(Date.parse(start) + 2 * MINUTE);
    const [due] = await stores.outbox.claim(10, MINUTE);
    if (!due) throw new Error('what waited is not due');
    await stores.digests.fanOut(due, [{ id: 'u-1', messageId: due.messageId }]);
    expect(await gather()).toMatchObject({ kind: 'gathered', notices: 1 });
    const [second] = await stores.digests.claim(10, MINUTE);
    await stores.digests.release(second?.id ?? 0);
    expect(await stores.outbox.claim(10, MINUTE)).toHaveLength(1);
  });

  test('a link is used until it expires', async () => {
    const link = { purpose: 'survey', caseNo: newCaseNo(), subject: 's1', expiresAt: clock.instant(MINUTE) } as const;
    for (const hash of ['in-time', 'late']) await stores.links.ensure({ ...link, hash });
    expect(await stores.links.use('in-time')).toBe(true);
    clock.set(Date.parse(start) + 2 * MINUTE);
    expect(await stores.links.use('late')).toBe(false);
  });

  test('how late the engine is', async () => {
    await database.pool.query('delete from case_clocks');
    await database.pool.query(
      `insert into case_clocks (case_no, clock, promise, version, status, started_at, due_at, next_at, escalated)
       values ('C190301-AAAAAA', 'firstResponse', 'firstResponse', 1, 'running', $1, $2, $2, 0)`,
      [clock.instant(-MINUTE), clock.instant(-30_000)],
    );
    const { seconds: lag } = await reportStore(database).promiseLag();
    expect(lag).toBeGreaterThanOrEqual(30);
    expect(lag).toBeLessThan(60);
  });

  test('whatever is written bears its time', async () => {
    const file = {
      evidenceId: randomUUID(),
      caseNo: newCaseNo(),
      sha256: 'a'.repeat(64),
      bytes: 1,
      mediaType: 'image/png',
      fileName: 'a.png',
      addedBy: 'customer',
    };
    await stores.evidence.add(file, 100, () => Promise.resolve());
    const draft = await stores.policyDrafts.create({ title: 't', base: 1, policy: HOUSE_POLICY, by: 'u-1' });
    await stores.policyDrafts.save(draft.id, draft.revision, { policy: HOUSE_POLICY, by: 'u-1' });
    const caseNo = newCaseNo();
    // A case bears the times of its events, and no others.
    const received = clock.instant();
    await stores.ledger.append(caseNo, openedCase(caseNo, { receivedAt: received }));
    const { rows: columns } = await database.pool.query<{ table: string; column: string; dated: boolean }>(
      `select table_name as table, column_name as column, column_default like '%now()%' as dated
       from information_schema.columns where table_schema = 'public' and data_type = 'timestamp with time zone'`,
    );
    expect(columns.length).toBeGreaterThan(30);
    const known = columns.map(({ table, column }) => `${table}.${column}`);
    expect(Object.keys(OF_POSTGRES).filter((name) => !known.includes(name))).toEqual([]);
    const strange: string[] = [];
    for (const { table, column, dated } of columns) {
      if (!dated || `${table}.${column}` in OF_POSTGRES) continue;
      const { rows } = await database.pool.query<{ at: string }>(
        `select ${column} as at from ${table} where ${column} is not null and (${column} < $1 or ${column} > $2)`,
        [addMs(start, -MINUTE), addMs(start, 60 * MINUTE)],
      );
      if (rows.length > 0) strange.push(`${table}.${column}: ${rows.length}`);
    }
    expect(strange).toEqual([]);
  });
});
