import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { and, getTableColumns, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';
import { emailKey, matchKeys, phoneKey } from '../../contact';
import { evolve } from '../../domain/case/evolve';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import { UniqueCaseNo, violatedConstraint } from '../errors';
import type { NewOldCase } from '../records';
import { caseRow, linkHash, NO_HASH, storedEvent } from '../projection';
import { caseEvents, cases, complaints, customers, factsDue, matterKeys, searchDocs, texts } from '../schema';
import { keysIn } from './matter-keys';
import { complaintDocs, textDoc } from './search-docs';

type Writer = Pick<NodePgDatabase, 'select' | 'insert' | 'execute'>;

/**
 * Writes cases that came in closed: complaint, texts, ledger, lists, what the search finds and by what they are compared. No mail, no webhook and no
 * workflow is planned, and nobody who looks at pages is told. Those whose number in their system is there already are
 * left out. To be called in a transaction.
 * @returns how many were written
 * @throws UniqueCaseNo if a case number is taken
 */
export async function insertOldCases(tx: Writer, given: readonly NewOldCase[], now: number): Promise<number> {
  if (given.length === 0) return 0;
  const fresh = await unknownOf(tx, given);
  if (fresh.length === 0) return 0;
  const who = await customersOf(tx, fresh, toInstant(now));
  const rows: ReturnType<typeof rowsOf>[] = [];
  for (const [n, one] of fresh.entries()) {
    rows.push(rowsOf(one, who[n] as string, toInstant(now)));
    // What the search finds takes a while to work out for long texts.
    if (n % 5 === 4) await setImmediate();
  }
  try {
    await insertAll(
      tx,
      complaints,
      rows.map(({ complaint }) => complaint),
    );
    await insertAll(
      tx,
      cases,
      rows.map(({ projection }) => projection),
    );
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'complaints_pkey' || constraint === 'cases_pkey') throw new UniqueCaseNo();
    throw error;
  }
  await insertAll(
    tx,
    caseEvents,
    rows.flatMap(({ events }) => events),
  );
  await insertAll(
    tx,
    texts,
    rows.flatMap(({ words }) => words),
  );
  await insertAll(
    tx,
    searchDocs,
    rows.flatMap(({ docs }) => docs),
  );
  await insertAll(
    tx,
    matterKeys,
    rows.flatMap(({ keys }) => keys),
  );
  await tx.insert(factsDue).values(rows.map(({ projection: { caseNo } }) => ({ caseNo })));
  return fresh.length;
}

/**
 * Inserts rows as one parameter. A hundred rows with a parameter for each of their cells take drizzle half a second to
 * write down, in which nothing else happens.
 */
async function insertAll<Table extends PgTable>(
  tx: Writer,
  table: Table,
  rows: readonly Table['$inferInsert'][],
): Promise<void> {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => column.generated === undefined);
  const names = sql.join(
    columns.map(([, { name }]) => sql.identifier(name)),
    sql`, `,
  );
  const given = rows.map((row) =>
    Object.fromEntries(columns.map(([key, { name }]) => [name, row[key as keyof typeof row]])),
  );
  await tx.execute(
    sql`insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(given)}::jsonb)`,
  );
}

/** Those that are not there yet, each once. */
async function unknownOf(tx: Writer, given: readonly NewOldCase[]): Promise<NewOldCase[]> {
  const key = (source: string, sourceNo: string): string => JSON.stringify([source, sourceNo]);
  const systems = [...new Set(given.map(({ complaint }) => complaint.source))];
  const numbers = given.map(({ complaint }) => complaint.sourceNo);
  const rows = await tx
    .select({ source: complaints.source, sourceNo: complaints.sourceNo })
    .from(complaints)
    .where(
      and(isNotNull(complaints.sourceNo), inArray(complaints.source, systems), inArray(complaints.sourceNo, numbers)),
    );
  const seen = new Set(rows.map(({ source, sourceNo }) => key(source ?? '', sourceNo ?? '')));
  return given.filter(({ complaint: { source, sourceNo } }) => {
    const isNew = !seen.has(key(source, sourceNo));
    seen.add(key(source, sourceNo));
    return isNew;
  });
}

const keysOf = ({ complaint: { customer } }: NewOldCase) => {
  const email = emailKey(customer.email);
  return { matchKey: matchKeys({ phone: phoneKey(customer.phone), email })[0], email };
};

/** The customer of each: by phone, else by mail, else a new one; as for complaints that come in now. */
async function customersOf(tx: Writer, given: readonly NewOldCase[], now: string): Promise<string[]> {
  const keys = given.map(keysOf);
  const wanted = [...new Set(keys.flatMap(({ matchKey }) => matchKey ?? []))];
  const emails = [...new Set(keys.flatMap(({ email }) => email ?? []))];
  const byMatch = new Map<string, string>();
  const byEmail = new Map<string, string>();
  const note = (found: { id: string; matchKey: string | null; emailKey: string | null }[]): void => {
    for (const { id, matchKey, emailKey: email } of found) {
      if (matchKey !== null) byMatch.set(matchKey, id);
      if (email !== null && !byEmail.has(email)) byEmail.set(email, id);
    }
  };
  if (wanted.length > 0 || emails.length > 0) {
    note(
      await tx
        .select()
        .from(customers)
        .where(or(inArray(customers.matchKey, wanted), inArray(customers.emailKey, emails)))
        .orderBy(customers.createdAt, customers.id),
    );
  }
  const made: (typeof customers.$inferInsert)[] = [];
  const ids = given.map(({ complaint: { customer } }, n) => {
    const { matchKey, email } = keys[n] as ReturnType<typeof keysOf>;
    const known = (matchKey && byMatch.get(matchKey)) ?? (email && byEmail.get(email));
    if (known) return known;
    const id = randomUUID();
    made.push({ id, matchKey: matchKey ?? null, emailKey: email ?? null, name: customer.name, createdAt: now });
    note([{ id, matchKey: matchKey ?? null, emailKey: email ?? null }]);
    return id;
  });
  if (made.length === 0) return ids;
  // Somebody may have complained in the meantime: then the row that is there counts. In one order, so that nobody waits in a circle.
  const rows = await tx
    .insert(customers)
    .values(made.toSorted((a, b) => (a.matchKey ?? '').localeCompare(b.matchKey ?? '')))
    .onConflictDoUpdate({ target: customers.matchKey, set: { matchKey: sql`excluded.match_key` } })
    .returning({ id: customers.id, matchKey: customers.matchKey });
  const stored = new Map(rows.flatMap(({ id, matchKey }) => (matchKey === null ? [] : [[matchKey, id] as const])));
  const instead = new Map(made.map(({ id, matchKey }) => [id, (matchKey && stored.get(matchKey)) ?? id]));
  return ids.map((id) => instead.get(id) ?? id);
}

/** All rows of one case. */
function rowsOf({ complaint: c, texts: written, events: eventsOf }: NewOldCase, customerId: string, now: string) {
  const { caseNo, customer, product, text } = c;
  let hash = NO_HASH;
  let state: CaseState | undefined;
  const events = eventsOf(customerId).map((each) => {
    const event = storedEvent(each);
    const linked = { caseNo, ...event, decision: null, hash: linkHash(hash, caseNo, event), prevHash: hash };
    state = evolve(state, event, caseNo);
    hash = linked.hash;
    return linked;
  });
  if (!state) throw new Error('a case without events');
  const complaint = {
    caseNo,
    customerId,
    receivedAt: c.receivedAt,
    channel: c.channel,
    language: c.language,
    contactName: customer.name,
    contactPhone: customer.phone ?? null,
    contactEmail: customer.email ?? null,
    preferredChannel: null,
    phoneKey: phoneKey(customer.phone) ?? null,
    emailKey: emailKey(customer.email) ?? null,
    productName: product?.name ?? null,
    productModel: product?.model ?? null,
    serialNo: product?.serialNo ?? null,
    orderNo: product?.orderNo ?? null,
    purchasedOn: product?.purchasedOn ?? null,
    occurredAt: c.occurredAt ?? null,
    place: c.place ?? null,
    textId: text.textId,
    wantedRemedy: c.wantedRemedy ?? null,
    suggestion: c.suggestion,
    policyVersion: c.policyVersion,
    answerBy: c.answerBy,
    resolveBy: c.resolveBy,
    accessCodeHash: c.accessCodeHash,
    filedBy: null,
    source: c.source,
    sourceNo: c.sourceNo,
  };
  const words = [{ ...text, kind: 'complaint', at: now }, ...written].map(({ at, ...rest }) => ({
    ...rest,
    caseNo,
    createdAt: at,
  }));
  const docs = [
    ...complaintDocs(complaint),
    textDoc({ ...text, at: c.receivedAt, shown: true }),
    ...written.map(({ textId, body, at }) => textDoc({ textId, body, at, shown: true })),
  ].map((each) => ({ ...each, caseNo }));
  const keys = keysIn({ ...complaint, body: text.body }).map((key) => ({ key, at: c.receivedAt, caseNo }));
  return { complaint, projection: caseRow(state, hash), events, words, docs, keys };
}
