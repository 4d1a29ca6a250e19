import { asc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { canonicalJson } from '../../domain/basics/canonical';
import { evolve } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import type { Database } from '../database';
import { LedgerBroken } from '../errors';
import {
  caseRow,
  clockRow,
  linkHash,
  NO_HASH,
  redressRows,
  type CaseRow,
  type ClockRow,
  type RedressRow,
} from '../projection';
import { caseClocks, caseEvents, cases, redress } from '../schema';
import { fromRow, type StoredEvent } from './ledger-entries';
import { areFactsDue, comparable, factsFolded, factsWritten, lockFacts, rewriteFacts } from './case-facts';
import { rewriteKeys } from './matter-keys';
import { rewriteDocs } from './search-docs';

/**
 * Recomputes the hash chain, folds the case and compares the result with every row of the projection, in one snapshot.
 * @returns one sentence for each difference, without personal data; empty: ledger and projection are sound
 */
export function verifyLedger(db: Database['db'], caseNo: string): Promise<{ differences: string[] }> {
  return db.transaction(
    async (tx) => {
      const { links, row, clocks, given: remedies } = await stored(tx, caseNo);
      const { state, hash, differences } = replay(caseNo, links);
      if (!state) {
        if (row) differences.push('the projection has a row, the ledger has none');
        return { differences };
      }
      if (!row) return { differences: [...differences, 'the ledger has rows, the projection has none'] };
      return {
        differences: [
          ...differences,
          ...compareProjection(state, hash, links, { row, clocks, remedies }),
          ...(await compareFacts(tx, caseNo)),
        ],
      };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/**
 * Folds the ledger again and rewrites the case's rows in `cases`, `case_clocks`, `redress`, `search_docs`, `matter_keys` and
 * the tables of facts, in one transaction that keeps other writers out. The outbox is left alone: no mail is planned twice.
 * @throws LedgerBroken when the chain does not verify or cannot be folded; nothing is rewritten then
 */
export async function rebuildProjection(db: Database['db'], caseNo: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.select({ seq: cases.lastSeq }).from(cases).where(eq(cases.caseNo, caseNo)).for('update');
    const { links } = await stored(tx, caseNo);
    const { state, hash, differences } = replay(caseNo, links);
    if (differences.length > 0) throw new LedgerBroken(caseNo, differences);
    await tx.delete(caseClocks).where(eq(caseClocks.caseNo, caseNo));
    await tx.delete(redress).where(eq(redress.caseNo, caseNo));
    await lockFacts(tx);
    if (!state) {
      await rewriteFacts(tx, [caseNo]);
      await tx.delete(cases).where(eq(cases.caseNo, caseNo));
      return;
    }
    const row = caseRow(state, hash);
    await tx.insert(cases).values(row).onConflictDoUpdate({ target: cases.caseNo, set: row });
    const clocks = Object.values(state.clocks).map((promise) => clockRow(caseNo, promise));
    if (clocks.length > 0) await tx.insert(caseClocks).values(clocks);
    const remedies = links.flatMap(({ event }) => redressRows(caseNo, event));
    if (remedies.length > 0) await tx.insert(redress).values(remedies);
    await rewriteDocs(tx, caseNo);
    await rewriteKeys(tx, caseNo);
    await rewriteFacts(tx, [caseNo]);
  });
}

type Reader = Pick<NodePgDatabase, 'select'>;

/** What of a case's facts is not as its ledger says; those that wait to be written are not compared. */
async function compareFacts(tx: Pick<NodePgDatabase, 'select' | 'execute'>, caseNo: string): Promise<string[]> {
  if (await areFactsDue(tx, caseNo)) return [];
  const [facts] = await factsFolded(tx, [caseNo]);
  return differencesBetween(comparable(facts), await factsWritten(tx, caseNo), 'facts');
}

async function stored(
  on: Reader,
  caseNo: string,
): Promise<{ links: StoredEvent[]; row: CaseRow | undefined; clocks: ClockRow[]; given: RedressRow[] }> {
  const rows = await on.select().from(caseEvents).where(eq(caseEvents.caseNo, caseNo)).orderBy(asc(caseEvents.seq));
  const [row] = await on.select().from(cases).where(eq(cases.caseNo, caseNo));
  const clocks = await on.select().from(caseClocks).where(eq(caseClocks.caseNo, caseNo));
  const remedies = await on.select().from(redress).where(eq(redress.caseNo, caseNo));
  return { links: rows.map(fromRow), row, clocks, given: remedies };
}

/**
 * Walks the chain from the first event. It goes on from the stored hash after a difference, so that one fault is told
 * once and does not hide the next; only an event that cannot be folded ends the walk.
 */
function replay(
  caseNo: string,
  links: StoredEvent[],
): { state: CaseState | undefined; hash: string; differences: string[] } {
  const differences: string[] = [];
  let state: CaseState | undefined;
  let last = NO_HASH;
  let lastAt = '';
  for (const [index, { event, hash, prevHash }] of links.entries()) {
    const where = `event ${event.seq}`;
    if (event.seq !== index + 1) differences.push(`${where}: stands where ${index + 1} belongs`);
    if (prevHash !== last) differences.push(`${where}: prev_hash is not the hash of the event before`);
    if (linkHash(prevHash, caseNo, event) !== hash) differences.push(`${where}: its hash does not fit its content`);
    if (event.at < lastAt) differences.push(`${where}: at ${event.at} lies before the event before (${lastAt})`);
    last = hash;
    lastAt = event.at;
    try {
      state = evolve(state, event, caseNo);
    } catch {
      return { state: undefined, hash, differences: [...differences, `${where}: cannot be folded`] };
    }
  }
  return { state, hash: last, differences };
}

function compareProjection(
  state: CaseState,
  hash: string,
  links: StoredEvent[],
  actual: { row: CaseRow; clocks: ClockRow[]; remedies: RedressRow[] },
): string[] {
  const { caseNo } = state;
  const clocks = Object.values(state.clocks).map((promise) => clockRow(caseNo, promise));
  const remedies = links.flatMap(({ event }) => redressRows(caseNo, event));
  const byKey = <Row>(rows: Row[], key: (row: Row) => string | number): Record<string, Row> =>
    Object.fromEntries(rows.map((row) => [key(row), row]));
  const keyOf = (row: RedressRow): string => `${row.seq}/${row.n}`;
  const clockKey = (row: ClockRow): string => row.clock;
  return [
    ...differencesBetween({ ...caseRow(state, hash) }, { ...actual.row }, 'cases'),
    ...differencesBetween(byKey(clocks, clockKey), byKey(actual.clocks, clockKey), 'case_clocks'),
    ...differencesBetween(byKey(remedies, keyOf), byKey(actual.remedies, keyOf), 'redress'),
  ];
}

/**
 * Compares field by field, ignoring the order of keys; one sentence for each difference. The values are printed: a
 * state holds ids, grades, times and amounts, no personal data.
 */
export function differencesBetween(expected: unknown, actual: unknown, path: string): string[] {
  if (canonicalJson(expected) === canonicalJson(actual)) return [];
  if (!isRecord(expected) || !isRecord(actual)) {
    return [`${path}: ledger ${brief(expected)}, found ${brief(actual)}`];
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
  return keys.flatMap((key) => differencesBetween(expected[key], actual[key], `${path}.${key}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const brief = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : canonicalJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
