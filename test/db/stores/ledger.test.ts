import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { LedgerBroken, LedgerConflict, LedgerGap } from '../../../src/db';
import { canonicalJson } from '../../../src/domain/basics/canonical';
import { event, type CaseEvent } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import { messagesFor } from '../../../src/domain/process/notices';
import { caseRow, linkHash } from '../../../src/db/projection';
import { cases } from '../../../src/db/schema';
import { MIGRATIONS } from '../../../src/migrate';
import { OFFICE_POLICY } from '../../domain/policies';
import { opening, START } from '../../domain/walk';
import { volume } from '../../support/volume';
import { life, newCaseNo, oneLife, openedCase, openTestStores, type TestStores } from '../support';

let on: TestStores;
/** As if in another process. */
let other: TestStores['stores'];
beforeAll(async () => {
  on = await openTestStores();
  other = on.another();
});
afterAll(() => on.close());

const bare = (events: (CaseEvent & { hash: string })[]): string =>
  canonicalJson(events.map((row) => ({ ...row, hash: undefined })));

const TABLES = {
  case_events: 'seq',
  cases: 'case_no',
  case_clocks: 'clock',
  redress: 'seq, n',
  outbox: 'seq, mail, recipient_key',
} as const;

/** All rows of a case but the outbox' own numbers and times, as text. */
async function rowsOf(caseNo: string, tables = Object.keys(TABLES) as (keyof typeof TABLES)[]): Promise<string> {
  const all = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await on.database.pool.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) - '{id,planned_at,next_attempt_at}'::text[] as row from ${table} t
         where case_no = $1 order by ${TABLES[table]}`,
        [caseNo],
      );
      return [table, rows.map(({ row }) => row)] as const;
    }),
  );
  return canonicalJson(all);
}

/** Whoever wants to change the ledger has to switch its guards off first. */
async function tamper(statement: string, values: unknown[]): Promise<void> {
  const client = await on.database.pool.connect();
  try {
    await client.query('begin');
    await client.query("set local session_replication_role = 'replica'");
    await client.query(statement, values);
    await client.query('commit');
  } finally {
    client.release();
  }
}

describe('appending', () => {
  const events = oneLife();

  it('gives back what was written, event by event', async () => {
    const caseNo = newCaseNo();
    expect(await on.stores.ledger.append(caseNo, events)).toEqual({ seq: events.length });
    expect(bare(await on.stores.ledger.events(caseNo))).toBe(canonicalJson(events));
    expect(bare(await on.stores.ledger.events(caseNo, 5))).toBe(canonicalJson(events.slice(5)));
    const kept = await on.stores.cases.get(caseNo);
    expect(canonicalJson(kept?.state)).toBe(canonicalJson(fold(caseNo, events)));
    expect(kept?.updatedAt).toBe(events.at(-1)?.at);
  });

  it('is one round trip once the case is known', async () => {
    const caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, events.slice(0, 8));
    const asked = jest.spyOn(on.database.pool, 'query');
    await on.stores.ledger.append(caseNo, events.slice(8, 12));
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });

  it('comes to the same rows whether repeated, overlapping, in parallel, or by several processes', async () => {
    const reference = newCaseNo();
    await on.stores.ledger.append(reference, events);
    const expected = (await rowsOf(reference)).replaceAll(reference, '#');

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(events.length), fc.nat(events.length), fc.boolean()), { maxLength: 8 }),
        async (slices) => {
          const caseNo = newCaseNo();
          const writers = [on.stores, other];
          for (let end = 0; end < events.length;) {
            const next = Math.min(events.length, end + 7);
            const upTo = events.slice(0, next);
            await Promise.all([
              ...writers.map((stores) => stores.ledger.append(caseNo, upTo.slice(end))),
              ...slices.map(([a, b, first]) =>
                (first ? on.stores : other).ledger.append(caseNo, upTo.slice(Math.min(a, b, end), next)),
              ),
            ]);
            end = next;
          }
          // The hashes are bound to the case's number: they are compared by verify.
          expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
          const without = (text: string): string => text.replaceAll(/"(?:last_|prev_)?hash":"[0-9a-f]*"/g, '""');
          expect(without((await rowsOf(caseNo)).replaceAll(caseNo, '#'))).toBe(without(expected));
        },
      ),
      { numRuns: 12 },
    );
  });
  it('does not trust its memory: what another process wrote is seen', async () => {
    const caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, events.slice(0, 4));
    await other.ledger.append(caseNo, events.slice(0, 10));
    expect(await on.stores.ledger.append(caseNo, events.slice(4, 15))).toEqual({ seq: 15 });
    expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
  });

  it('refuses a gap, at the start, behind the end and inside', async () => {
    const caseNo = newCaseNo();
    await expect(on.stores.ledger.append(caseNo, events.slice(1, 3))).rejects.toThrow(LedgerGap);
    await on.stores.ledger.append(caseNo, events.slice(0, 4));
    await expect(on.stores.ledger.append(caseNo, events.slice(5, 8))).rejects.toThrow(LedgerGap);
    const holed = [...events.slice(4, 6), ...events.slice(7, 9)];
    await expect(on.stores.ledger.append(caseNo, holed)).rejects.toThrow(LedgerGap);
    expect(await on.stores.ledger.events(caseNo)).toHaveLength(4);
  });

  it('refuses another event under a sequence that is written', async () => {
    const caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, events.slice(0, 6));
    const [first, second, ...rest] = events;
    if (!first || !second) throw new Error('a life has events');
    const otherOne = { ...second, at: '2027-01-01T00:00:00.000Z' } as CaseEvent;
    const conflicting = on.stores.ledger.append(caseNo, [first, otherOne, ...rest]);
    await expect(conflicting).rejects.toThrow(LedgerConflict);
    expect(await on.stores.ledger.events(caseNo)).toHaveLength(6);
  });

  it('loses no update in thousands of pairs of writers on a stale case: one wins, the other is told', async () => {
    const rounds = volume({ usual: 125, full: 625 });
    const lanes = Array.from({ length: 16 }, async () => {
      const caseNo = newCaseNo();
      const begun = openedCase(caseNo);
      await on.stores.ledger.append(caseNo, begun);
      const say = (seq: number, n: number): CaseEvent =>
        ({
          ...event('noted', { text: { textId: `00000000-0000-4000-8000-00000000000${n}`, sha256: 'a'.repeat(64) } }),
          seq,
          at: '2026-11-22T02:00:00.000Z',
          actor: { kind: 'system' },
        }) as CaseEvent;
      const won: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const seq = begun.length + 1 + round;
        const pair = await Promise.allSettled([
          on.stores.ledger.append(caseNo, [say(seq, 1)]),
          other.ledger.append(caseNo, [say(seq, 2)]),
        ]);
        const kept = pair.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
        expect(kept).toHaveLength(1);
        expect(pair.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(LedgerConflict) });
        won.push(...kept);
      }
      const stored = (await on.stores.ledger.events(caseNo, begun.length)).map((row) =>
        row.type === 'noted' ? Number(row.data.text.textId.at(-1)) : 0,
      );
      expect(stored).toEqual(won);
    });
    await Promise.all(lanes);
  });

  it('lets exactly one of two different continuations win', async () => {
    const caseNo = newCaseNo();
    const begun = openedCase(caseNo);
    await on.stores.ledger.append(caseNo, begun);
    await other.ledger.append(caseNo, begun);
    const seq = begun.length + 1;
    const say = (n: number): CaseEvent =>
      ({
        ...event('noted', { text: { textId: `00000000-0000-4000-8000-00000000000${n}`, sha256: 'a'.repeat(64) } }),
        seq,
        at: '2026-11-22T02:00:00.000Z',
        actor: { kind: 'system' },
      }) as CaseEvent;
    const results = await Promise.allSettled([
      on.stores.ledger.append(caseNo, [say(1)]),
      other.ledger.append(caseNo, [say(2)]),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
  });

  it('round-trips whatever JSON can hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((key) => !key.includes('\u0000')),
          fc.jsonValue({ noUnicodeString: false, stringUnit: 'grapheme' }),
        ),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        async (data, at) => {
          if (JSON.stringify(data).includes('\\u0000')) return;
          const caseNo = newCaseNo();
          const begun = openedCase(caseNo, { receivedAt: '2019-01-01T00:00:00.000Z' });
          const odd = {
            type: 'ofANewerRelease',
            data,
            seq: begun.length + 1,
            at: at.toISOString(),
            actor: { kind: 'system' },
          } as unknown as CaseEvent;
          await on.stores.ledger.append(caseNo, [...begun, odd]);
          expect(bare((await on.stores.ledger.events(caseNo)).slice(-1))).toBe(canonicalJson([odd]));
          expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('plans each mail of each event once, under one Message-ID', async () => {
    const caseNo = newCaseNo();
    await Promise.all([
      on.stores.ledger.append(caseNo, events, { mailDomain: 'mail.example' }),
      other.ledger.append(caseNo, events, { mailDomain: 'mail.example' }),
    ]);
    const mails = await on.stores.outbox.list(caseNo);
    const wanted = events.flatMap((one, index) =>
      messagesFor(one, fold(caseNo, events.slice(0, index + 1)) as never, fold(caseNo, events.slice(0, index))).map(
        ({ mail, to }) => canonicalJson([one.seq, mail, to]),
      ),
    );
    expect(new Set(mails.map(({ seq, mail, to }) => canonicalJson([seq, mail, to])))).toEqual(new Set(wanted));
    expect(mails).toHaveLength(new Set(wanted).size);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mails.length);
    for (const { messageId, seq, mail } of mails) {
      expect(messageId).toMatch(new RegExp(`^<${caseNo}\\.${seq}\\.${mail}\\.\\d+@mail\\.example>$`));
    }
  });
});

describe('the ledger', () => {
  const events = oneLife();
  let caseNo: string;
  beforeEach(async () => {
    caseNo = newCaseNo();
    await on.stores.ledger.append(caseNo, events);
  });

  it('is folded into every column of the projection, event by event', async () => {
    const { db } = on.database;
    const step = newCaseNo();
    for (let seq = 1; seq <= events.length; seq++) {
      await on.stores.ledger.append(step, events.slice(0, seq));
      const [row] = await db.select().from(cases).where(eq(cases.caseNo, step));
      const stored = await on.stores.ledger.events(step);
      const state = fold(step, stored);
      if (!state) throw new Error('a life begins');
      const hash = stored.at(-1)?.hash ?? '';
      expect(row).toEqual({ ...caseRow(state, hash), state: JSON.parse(JSON.stringify(state)) as unknown });
    }
  });

  it('is append-only', async () => {
    const { pool } = on.database;
    const refused = /its rows never change/;
    await expect(pool.query('update case_events set data = data where case_no = $1', [caseNo])).rejects.toThrow(
      refused,
    );
    await expect(pool.query('delete from case_events where case_no = $1', [caseNo])).rejects.toThrow(refused);
    await expect(pool.query('truncate case_events')).rejects.toThrow(refused);
  });

  const SETS = {
    type: `type = 'noted'`,
    at: `at = at + interval '1 millisecond'`,
    actor: `actor = '{"kind":"customer"}'`,
    data: `data = data || '{"x":1}'`,
    decision: `decision = '{"id":"x","name":"grade","print":"y"}'`,
    hash: `hash = repeat('0', 64)`,
    prev_hash: `prev_hash = repeat('0', 64)`,
    seq: 'seq = seq + 1000',
    case_no: `case_no = 'C261122-ZZZZZZ'`,
  };
  it.each(Object.keys(SETS))('shows a changed %s, in whichever event', async (column) => {
    const set = SETS[column as keyof typeof SETS];
    for (const seq of [1, Math.floor(events.length / 2), events.length]) {
      const victim = newCaseNo();
      await on.stores.ledger.append(victim, events);
      await tamper(`update case_events set ${set} where case_no = $1 and seq = $2`, [victim, seq]);
      const { differences } = await on.stores.ledger.verify(victim);
      expect({ seq, found: differences.length > 0 }).toEqual({ seq, found: true });
      await tamper(`delete from case_events where case_no in ($1, 'C261122-ZZZZZZ')`, [victim]);
    }
  });

  it('shows a forged event whose own hash has been made to fit', async () => {
    const [forged] = (await on.stores.ledger.events(caseNo)).slice(3, 4);
    if (!forged) throw new Error('a life has events');
    const { hash: _hash, ...said } = forged;
    const at = '2026-11-22T01:00:00.001Z';
    const { rows } = await on.database.pool.query<{ prev_hash: string }>(
      'select prev_hash from case_events where case_no = $1 and seq = $2',
      [caseNo, forged.seq],
    );
    const hash = linkHash(rows[0]?.prev_hash ?? '', caseNo, { ...said, at });
    await tamper('update case_events set at = $3, hash = $4 where case_no = $1 and seq = $2', [
      caseNo,
      forged.seq,
      at,
      hash,
    ]);
    const { differences } = await on.stores.ledger.verify(caseNo);
    expect(differences).toContain(`event ${forged.seq + 1}: prev_hash is not the hash of the event before`);
    expect(differences).not.toContain(`event ${forged.seq}: its hash does not fit its content`);
  });

  it('shows a gap that a forged chain leads over, and a ledger that was moved to another case', async () => {
    const last = events.length;
    const { rows } = await on.database.pool.query<{ prev_hash: string }>(
      'select prev_hash from case_events where case_no = $1 and seq = $2',
      [caseNo, last],
    );
    const over = { ...(events[last - 1] as CaseEvent), seq: last + 1 };
    const hash = linkHash(rows[0]?.prev_hash ?? '', caseNo, over);
    await tamper('update case_events set seq = $3, hash = $4 where case_no = $1 and seq = $2', [
      caseNo,
      last,
      last + 1,
      hash,
    ]);
    expect((await on.stores.ledger.verify(caseNo)).differences[0]).toBe(
      `event ${last + 1}: stands where ${last} belongs`,
    );

    const [from, to] = [newCaseNo(), newCaseNo()];
    await on.stores.ledger.append(from, events);
    await tamper('update case_events set case_no = $2 where case_no = $1', [from, to]);
    expect((await on.stores.ledger.verify(to)).differences).toContain('event 1: its hash does not fit its content');
  });

  it('shows an event that is gone, first, middle or last', async () => {
    for (const seq of [1, 5, events.length]) {
      const victim = newCaseNo();
      await on.stores.ledger.append(victim, events);
      await tamper('delete from case_events where case_no = $1 and seq = $2', [victim, seq]);
      expect((await on.stores.ledger.verify(victim)).differences).not.toEqual([]);
    }
  });

  it.each([
    ['cases', `owner = 'u-thief'`],
    ['cases', 'breached = not breached'],
    ['cases', `state = jsonb_set(state, '{round}', '7')`],
    ['case_clocks', `due_at = due_at + interval '1 day'`],
    ['redress', 'amount = amount + 1'],
  ])('shows a projection that is off, and rebuilds it: %s', async (table, set) => {
    const before = await rowsOf(caseNo);
    await on.database.pool.query(`update ${table} set ${set} where case_no = $1`, [caseNo]);
    expect(await rowsOf(caseNo)).not.toBe(before);
    expect((await on.stores.ledger.verify(caseNo)).differences).not.toEqual([]);
    await on.stores.ledger.rebuild(caseNo);
    expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
    expect(await rowsOf(caseNo)).toBe(before);
  });

  it('what is written anew by the migration of the next moments is what a rebuild gives', async () => {
    const [more, planned] = [newCaseNo(), newCaseNo()];
    // Warned of nothing yet, and under promises without a plan; and one whose promises carry theirs.
    await on.stores.ledger.append(more, openedCase(more));
    const plans = opening('general', START, OFFICE_POLICY).events;
    expect(JSON.stringify(plans)).toContain('"plan"');
    await on.stores.ledger.append(planned, plans);
    const sql = readFileSync(join(MIGRATIONS, '0005_watch.sql'), 'utf8');
    const update = sql.split('--> statement-breakpoint').find((part) => part.trim().startsWith('UPDATE "case_clocks"'));
    const { rows } = await on.database.pool.query(`select count(next_at)::int as n from case_clocks`);
    expect(rows[0].n).toBeGreaterThan(1);
    await on.database.pool.query('update case_clocks set next_at = null');
    expect((await on.stores.ledger.verify(more)).differences).not.toEqual([]);
    await on.database.pool.query(update ?? '');
    for (const each of [caseNo, more, planned])
      expect(await on.stores.ledger.verify(each)).toEqual({ differences: [] });
  });

  it('brings a lost projection back, and goes on from there', async () => {
    const lost = newCaseNo();
    await on.stores.ledger.append(lost, events.slice(0, 10));
    const before = await rowsOf(lost, ['cases', 'case_clocks', 'redress']);
    for (const table of ['cases', 'case_clocks', 'redress']) {
      await on.database.pool.query(`delete from ${table} where case_no = $1`, [lost]);
    }
    expect((await on.stores.ledger.verify(lost)).differences).toEqual(['the ledger has rows, the projection has none']);
    await on.stores.ledger.rebuild(lost);
    expect(await rowsOf(lost, ['cases', 'case_clocks', 'redress'])).toBe(before);
    expect(await on.stores.ledger.append(lost, events.slice(8, 14))).toEqual({ seq: 14 });
  });

  it('rebuilds nothing from a chain that does not verify', async () => {
    await tamper(`update case_events set data = data || '{"x":1}' where case_no = $1 and seq = 3`, [caseNo]);
    await expect(on.stores.ledger.rebuild(caseNo)).rejects.toThrow(LedgerBroken);
  });

  it('names every case once', async () => {
    const { rows } = await on.database.pool.query<{ case_no: string }>(
      'select case_no from cases union select case_no from case_events',
    );
    const found: string[] = [];
    for (let page = await on.stores.ledger.caseNos('', 3); page.length > 0;) {
      found.push(...page);
      page = await on.stores.ledger.caseNos(page.at(-1), 3);
    }
    expect(found).toEqual(rows.map((row) => row.case_no).toSorted());
  });
});

it('folds every life into the rows that writing through gave, and verifies', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.integer({ min: 1, max: 9 }), async (events, chunk) => {
      const caseNo = newCaseNo();
      for (let at = 0; at < events.length; at += chunk) {
        await on.stores.ledger.append(caseNo, events.slice(at, at + chunk));
      }
      expect(await on.stores.ledger.verify(caseNo)).toEqual({ differences: [] });
      const through = await rowsOf(caseNo);
      await on.stores.ledger.rebuild(caseNo);
      expect(await rowsOf(caseNo)).toBe(through);
    }),
    { numRuns: 60 },
  );
});
