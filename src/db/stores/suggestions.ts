import { and, count, desc, eq, gte, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import { atLeast, isAuditor } from '../../domain/case/permissions';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { HouseMail, Scope, Suggestion, SuggestionState } from '../records';
import { cases, suggestions } from '../schema';
import { visibleTo } from './case-access';
import { planHouseMails } from './house-mails';

type Reader = Extract<Scope, { kind: 'staff' }>;

/** A suggestion as it stands on the list. */
export interface ListedSuggestion extends Suggestion {
  /** How many were merged into it. */
  merged: number;
  /** Of the state that it, or what it was merged into, is in now. */
  mail?: Pick<HouseMail, 'state' | 'sentAt' | 'error'>;
  /** Where what it was merged into stands. */
  mainState?: SuggestionState;
}

/** What was suggested since a moment, merged ones apart; what was told counts the told among the decided, merged ones as well. */
export interface SuggestionCounts {
  received: number;
  merged: number;
  open: number;
  adopted: number;
  done: number;
  declined: number;
  /** Those of customers and staff who wait to be told by a person, since no mail reached them. */
  toTell: number;
}

const DECIDED: readonly SuggestionState[] = ['adopted', 'declined', 'done'];
const isDecided = (state: SuggestionState): boolean => DECIDED.includes(state);

/** Where the suggestion itself, or what it was merged into, stands; both of a row `s` and its main row `m`. */
const STANDS = sql`coalesce(m.state, s.state)`;
/** Its mail of that state. */
const MAIL = sql`left join suggestions m on m.id = s.into
  left join house_mails h on h.kind = 'suggestion' and h.subject = s.id::text and h.occasion = ${STANDS}`;

/**
 * The condition by which a reader sees a suggestion: what they put down or own; what staff suggest without a case, from
 * agents on; otherwise whoever sees the case. Nobody sees one out of a case that is kept from them.
 */
function readableBy(reader: Reader): SQL | undefined {
  const seesCase = visibleTo(reader) ?? sql`true`;
  const kept = sql`exists (select from ${cases} where ${cases.caseNo} = ${suggestions.caseNo} and ${cases.against} @> array[${reader.id}]::text[])`;
  return and(
    or(
      eq(suggestions.by, reader.id),
      eq(suggestions.owner, reader.id),
      atLeast(reader, 'agent') || isAuditor(reader) ? sql`${suggestions.caseNo} is null` : undefined,
      sql`exists (select from ${cases} where ${cases.caseNo} = ${suggestions.caseNo} and ${seesCase})`,
    ),
    reader.role === 'admin' ? undefined : sql`not ${kept}`,
  );
}

type Tx = Parameters<Parameters<Database['db']['transaction']>[0]>[0];

/** Plans the mail that tells of `state` to whoever suggested it, and those of what was merged into it. */
async function planTelling(
  tx: Tx,
  id: number,
  { state, by, now, mailDomain }: { state: SuggestionState; by: string; now: Instant; mailDomain: string },
): Promise<void> {
  const all = await tx
    .select({ id: suggestions.id, by: suggestions.by, source: suggestions.source })
    .from(suggestions)
    .where(or(eq(suggestions.id, id), eq(suggestions.into, id)));
  // Whoever decided on their own suggestion knows it.
  const told = all.filter((one) => one.source === 'customer' || one.by !== by);
  const mails = told.map((one) => ({
    kind: 'suggestion' as const,
    subject: String(one.id),
    occasion: state,
    at: now,
  }));
  await planHouseMails(tx, mails, { now, mailDomain });
}

/** What stands in other rows about these. */
async function besideOf(
  db: Pick<Database['db'], 'execute'>,
  ids: readonly number[],
): Promise<Map<number, Omit<ListedSuggestion, keyof Suggestion>>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.execute<{
    id: string;
    merged: number;
    main_state: SuggestionState | null;
    state: HouseMail['state'] | null;
    sent_at: string | null;
    error: string | null;
  }>(sql`
    select s.id, m.state as main_state, h.state, h.sent_at, h.error,
      (select count(*)::int from suggestions o where o.into = s.id) as merged
    from suggestions s ${MAIL} where s.id in ${[...ids]}`);
  return new Map(
    rows.map(({ id, merged, main_state: mainState, state, sent_at: sentAt, error }) => [
      Number(id),
      {
        merged,
        ...(mainState !== null && { mainState }),
        ...(state !== null && {
          mail: {
            state,
            ...withoutNulls({ error, sentAt: sentAt === null ? null : new Date(sentAt).toISOString() }),
          },
        }),
      },
    ]),
  );
}

function withoutKey({ key: _key, ...row }: typeof suggestions.$inferSelect): Suggestion {
  return withoutNulls(row);
}

/** What is read of them. */
const reading = ({ db }: Pick<Database, 'db'>) => ({
  /** One as this reader sees it; undefined: it is not there, or not theirs to see. */
  async get(id: number, reader: Reader): Promise<Suggestion | undefined> {
    const [row] = await db
      .select()
      .from(suggestions)
      .where(and(eq(suggestions.id, id), readableBy(reader)));
    return row && withoutKey(row);
  },

  /** Whoever reads sees a page of it, the newest first. */
  async list(
    reader: Reader,
    {
      only,
      states,
      source,
      before,
      limit,
    }: {
      /** This one alone. */
      only?: number | undefined;
      states?: readonly SuggestionState[] | undefined;
      source?: Suggestion['source'] | undefined;
      before?: number | undefined;
      limit: number;
    },
  ): Promise<ListedSuggestion[]> {
    const rows = await db
      .select()
      .from(suggestions)
      .where(
        and(
          readableBy(reader),
          only === undefined ? undefined : eq(suggestions.id, only),
          states && inArray(suggestions.state, [...states]),
          source && eq(suggestions.source, source),
          before === undefined ? undefined : lt(suggestions.id, before),
        ),
      )
      .orderBy(desc(suggestions.id))
      .limit(limit);
    const beside = await besideOf(
      db,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({ ...withoutKey(row), merged: 0, ...beside.get(row.id) }));
  },

  async counts(from: Instant): Promise<SuggestionCounts> {
    const since = gte(suggestions.createdAt, from);
    const states = await db
      .select({ state: suggestions.state, many: count() })
      .from(suggestions)
      .where(since)
      .groupBy(suggestions.state);
    const of = (state: SuggestionState): number => states.find((one) => one.state === state)?.many ?? 0;
    const { rows } = await db.execute<{ many: number }>(sql`
      select count(*)::int as many from suggestions s ${MAIL}
      where s.created_at >= ${from}::timestamptz and s.told_at is null
        and ${STANDS} in ('adopted', 'declined', 'done') and h.state in ('failed', 'skipped')`);
    return {
      received: states.reduce((sum, { many }) => sum + many, 0),
      merged: of('merged'),
      open: of('new') + of('considered'),
      adopted: of('adopted'),
      done: of('done'),
      declined: of('declined'),
      toTell: rows[0]?.many ?? 0,
    };
  },

  /** What the mail that tells of `state` is written from; undefined: there is nothing to tell any more. */
  async telling(
    id: number,
    state: string,
  ): Promise<
    | { text: string; reason?: string; result?: string; by?: string; caseNo?: string; source: Suggestion['source'] }
    | undefined
  > {
    const [one] = await db.select().from(suggestions).where(eq(suggestions.id, id));
    if (!one) return undefined;
    const [main] = one.into === null ? [one] : await db.select().from(suggestions).where(eq(suggestions.id, one.into));
    if (main?.state !== state) return undefined;
    const { reason, result } = main;
    const { text, by, caseNo, source } = one;
    return { text, source, ...withoutNulls({ reason, result, by, caseNo }) };
  },
});

/** What moves them on. */
const moving = ({ db }: Pick<Database, 'db'>) => ({
  /**
   * Moves it on from one of these states, and plans the mails that tell of a decision: both or neither.
   * @returns false, and nothing is written, when it is in another state by now
   */
  async move(
    id: number,
    from: readonly SuggestionState[],
    change: Partial<Omit<Suggestion, 'id' | 'source' | 'text' | 'createdAt'>> & { state: SuggestionState },
    telling: { by: string; now: Instant; mailDomain: string },
  ): Promise<boolean> {
    return db.transaction(async (tx) => {
      const [moved] = await tx
        .update(suggestions)
        .set(isDecided(change.state) ? { ...change, toldAt: null, toldBy: null } : change)
        .where(and(eq(suggestions.id, id), inArray(suggestions.state, [...from])))
        .returning({ id: suggestions.id });
      if (!moved) return false;
      if (!isDecided(change.state)) return true;
      // What they were told before was of another state.
      await tx.update(suggestions).set({ toldAt: null, toldBy: null }).where(eq(suggestions.into, id));
      await planTelling(tx, id, { ...telling, state: change.state });
      return true;
    });
  },

  /**
   * Lets an open one go on in another, with all that was merged into it. Of one that is decided they are told at once.
   * @returns false, and nothing is written, when it is not open any more or the other was merged itself
   */
  async merge(id: number, into: number, telling: { by: string; now: Instant; mailDomain: string }): Promise<boolean> {
    return db.transaction(async (tx) => {
      // Always in the same order, so that two merges cannot wait for each other.
      const both = await tx
        .select({ id: suggestions.id, state: suggestions.state })
        .from(suggestions)
        .where(inArray(suggestions.id, [id, into]))
        .orderBy(suggestions.id)
        .for('update');
      const [one, main] = [both.find((row) => row.id === id), both.find((row) => row.id === into)];
      if (!one || !main || id === into || main.state === 'merged') return false;
      if (one.state !== 'new' && one.state !== 'considered') return false;
      await tx.update(suggestions).set({ into }).where(eq(suggestions.into, id));
      await tx
        .update(suggestions)
        .set({ state: 'merged', into, decidedBy: telling.by, decidedAt: telling.now })
        .where(eq(suggestions.id, id));
      if (isDecided(main.state)) await planTelling(tx, into, { ...telling, state: main.state });
      return true;
    });
  },

  /** Somebody has told them. @returns false: there is nothing to tell, or they were told */
  async told(id: number, by: string, at: Instant): Promise<boolean> {
    const { rows } = await db.execute<{ id: number }>(sql`
      update suggestions t set told_at = ${at}::timestamptz, told_by = ${by}
      from suggestions s ${MAIL}
      where t.id = ${id}::bigint and s.id = t.id and t.told_at is null
        and ${STANDS} in ('adopted', 'declined', 'done') and h.state is distinct from 'sent'
      returning t.id`);
    return rows.length > 0;
  },
});

/** Suggestions of customers and staff: merged, decided, carried out, told back. */
export const suggestionStore = ({ db }: Pick<Database, 'db'>) => ({
  /**
   * Puts a suggestion down. One under the same key is that one.
   * @param mostOfCustomer how many a customer may make in one case
   * @returns undefined, and nothing is written, when the customer has made as many
   */
  async add(
    one: Pick<Suggestion, 'source' | 'caseNo' | 'by' | 'text' | 'createdAt'> & { key: string },
    mostOfCustomer: number,
  ): Promise<{ id: number; created: boolean } | undefined> {
    return db.transaction(async (tx) => {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended(${`suggestion ${one.caseNo ?? one.by ?? ''}`}, 0))`,
      );
      const [same] = await tx.select({ id: suggestions.id }).from(suggestions).where(eq(suggestions.key, one.key));
      if (same) return { id: same.id, created: false };
      if (one.source === 'customer' && one.by === undefined) {
        const [made] = await tx
          .select({ many: count() })
          .from(suggestions)
          .where(and(eq(suggestions.caseNo, one.caseNo ?? ''), sql`${suggestions.by} is null`));
        if ((made?.many ?? 0) >= mostOfCustomer) return undefined;
      }
      const [row] = await tx.insert(suggestions).values(one).returning({ id: suggestions.id });
      return row && { id: row.id, created: true };
    });
  },

  ...reading({ db }),
  ...moving({ db }),
});
