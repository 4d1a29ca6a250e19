import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Category, Instant, Language } from '../../domain/basics/types';
import { readsAs } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { searchForm, searchGrams } from '../../text/search';
import { withoutNulls, type Database } from '../database';
import {
  LIBRARY_TEXTS,
  type LibraryAct,
  type LibraryContent,
  type LibraryRecord,
  type LibraryState,
  type LibraryUse,
  type Scope,
} from '../records';
import { cases, libraryActs, libraryEntries, libraryKeys, libraryUses, libraryVersions } from '../schema';
import { visibleTo } from './case-access';

/** Of each key so many of the newest entries are looked at, and so many entries are compared. */
const EACH = 60;
const COMPARED = 40;
/** More words than these are sought as one phrase. */
const MOST_WORDS = 8;

/** Which entries a list shows. */
export interface LibraryFilter {
  q?: string | undefined;
  state?: LibraryState | undefined;
  category?: Category | undefined;
  language?: Language | undefined;
  /** The last entry of the page before. */
  after?: { at: Instant; id: string } | undefined;
  limit: number;
}

/** Whoever reads the newest version of an entry, not only what is published: its writers, and whoever leads and sees its case. */
function works(scope: Scope): SQL {
  if (scope.kind === 'all') return sql`true`;
  const { id, team, role } = scope;
  const leads = readsAs({ kind: 'staff', id, team, role }, 'supervisor');
  const ofCase = sql`exists (select 1 from ${cases} where ${and(eq(cases.caseNo, libraryEntries.caseNo), visibleTo(scope))})`;
  return sql`(${or(
    eq(libraryEntries.createdBy, id),
    eq(libraryEntries.changedBy, id),
    leads ? or(isNull(libraryEntries.caseNo), ofCase) : undefined,
  )})`;
}

/** All its texts, each on a line of its own. */
const normOf = (content: LibraryContent): string =>
  LIBRARY_TEXTS.map((name) => searchForm(content[name]))
    .filter((text) => text !== '')
    .join('\n');

/** Whether a version holds all words. */
function holds(q: string): SQL | undefined {
  const form = searchForm(q);
  const split = form === '' ? [] : form.split(' ');
  return and(
    ...(split.length > MOST_WORDS ? [form] : split).map((word) => {
      const grams = searchGrams(word);
      return and(
        grams.length === 0 ? undefined : sql`${libraryVersions.grams} @> ${`{${grams.join(',')}}`}::int4[]`,
        sql`${libraryVersions.norm} like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`,
      );
    }),
  );
}

const ENTRY = {
  id: libraryEntries.id,
  state: libraryEntries.state,
  newest: libraryEntries.version,
  publishedVersion: libraryEntries.publishedVersion,
  caseNo: libraryEntries.caseNo,
  createdBy: libraryEntries.createdBy,
  createdAt: libraryEntries.createdAt,
  changedBy: libraryEntries.changedBy,
  changedAt: libraryEntries.changedAt,
  reviewedBy: libraryEntries.reviewedBy,
  reviewedAt: libraryEntries.reviewedAt,
  version: libraryVersions.version,
  content: libraryVersions.content,
};

type Row = Omit<LibraryRecord, 'isNewest' | 'publishedVersion' | 'caseNo' | 'reviewedBy' | 'reviewedAt'> & {
  newest: number;
  publishedVersion: number | null;
  caseNo: string | null;
  reviewedBy: string | null;
  reviewedAt: string | null;
};

const recordOf = ({ newest, ...row }: Row): LibraryRecord => ({
  ...withoutNulls(row),
  state: row.version === newest ? row.state : 'published',
  isNewest: row.version === newest,
});

/** What is done with the version that somebody has read: only where it is still the newest, and stands there. */
interface Change {
  id: string;
  version: number;
  from: readonly LibraryState[];
  by: string;
  note?: string | undefined;
}

/** What solved cases have taught: entries with their versions, what was done with them, and their uses. */
export const libraryStore = (database: Database) => ({
  ...reading(database),
  ...writing(database),
  ...reviewing(database),
  ...finding(database),
});

function reading({ db }: Database) {
  return {
    /** Entries that the reader may see, each in the version that is theirs to see, the last changed first. */
    async list(
      scope: Scope,
      { q = '', state, category, language, after, limit }: LibraryFilter,
    ): Promise<LibraryRecord[]> {
      const theirs = works(scope);
      const rows = await db
        .select(ENTRY)
        .from(libraryEntries)
        .innerJoin(
          libraryVersions,
          and(
            eq(libraryVersions.entryId, libraryEntries.id),
            sql`${libraryVersions.version} = case when ${theirs} then ${libraryEntries.version} else ${libraryEntries.publishedVersion} end`,
          ),
        )
        .where(
          and(
            holds(q),
            state === undefined
              ? undefined
              : state === 'published'
                ? isNotNull(libraryEntries.publishedVersion)
                : and(theirs, eq(libraryEntries.state, state)),
            category === undefined ? undefined : sql`${libraryVersions.content} ->> 'category' = ${category}`,
            language === undefined ? undefined : sql`${libraryVersions.content} ->> 'language' = ${language}`,
            after &&
              or(
                lt(libraryEntries.changedAt, after.at),
                and(eq(libraryEntries.changedAt, after.at), lt(libraryEntries.id, after.id)),
              ),
          ),
        )
        .orderBy(desc(libraryEntries.changedAt), desc(libraryEntries.id))
        .limit(limit);
      return rows.map(recordOf);
    },

    /** The entry in the version that this reader may see; undefined: there is none for them. */
    async get(id: string, scope: Scope): Promise<LibraryRecord | undefined> {
      const [row] = await db
        .select(ENTRY)
        .from(libraryEntries)
        .innerJoin(
          libraryVersions,
          and(
            eq(libraryVersions.entryId, libraryEntries.id),
            sql`${libraryVersions.version} = case when ${works(scope)} then ${libraryEntries.version} else ${libraryEntries.publishedVersion} end`,
          ),
        )
        .where(eq(libraryEntries.id, id));
      return row && recordOf(row);
    },

    /** What was done with it, the latest first. */
    async acts(id: string) {
      const rows = await db
        .select({
          version: libraryActs.version,
          act: libraryActs.act,
          by: libraryActs.by,
          at: libraryActs.at,
          note: libraryActs.note,
        })
        .from(libraryActs)
        .where(eq(libraryActs.entryId, id))
        .orderBy(desc(libraryActs.id))
        .limit(100);
      return rows.map(withoutNulls);
    },

    /** Who has written the versions after the one that is published. */
    async writersOf(id: string): Promise<string[]> {
      const rows = await db
        .selectDistinct({ by: libraryVersions.by })
        .from(libraryVersions)
        .innerJoin(libraryEntries, eq(libraryEntries.id, libraryVersions.entryId))
        .where(
          and(
            eq(libraryEntries.id, id),
            sql`${libraryVersions.version} > coalesce(${libraryEntries.publishedVersion}, 0)`,
          ),
        );
      return rows.map(({ by }) => by);
    },

    /** How often each was used, and how these cases went; those that never were are left out. */
    async usesOf(ids: readonly string[]): Promise<Map<string, LibraryUse>> {
      if (ids.length === 0) return new Map();
      const { rows } = await db.execute<{ entry_id: string } & Record<keyof LibraryUse, number>>(sql`
        with used as (
          select entry_id, case_no, count(*)::int as uses from ${libraryUses}
          where ${inArray(libraryUses.entryId, [...ids])} group by entry_id, case_no
        ), went as (
          select u.entry_id, u.uses,
            c.state -> 'survey' ->> 'status' is not distinct from 'answered' as rated,
            coalesce((c.state -> 'survey' ->> 'low')::boolean, false) as low,
            coalesce(c.state -> 'proposal' ->> 'status', '') as offer,
            coalesce((c.state ->> 'reopenings')::int, 0) > 0 as reopened
          from used u join ${cases} c on c.case_no = u.case_no
        ), verdicts as (
          select entry_id, uses, rated or reopened or offer in ('accepted', 'carriedOut', 'declined') as judged,
            not reopened and case when rated then not low else offer in ('accepted', 'carriedOut') end as content
          from went
        )
        select entry_id, sum(uses)::int as uses, count(*)::int as cases, count(*) filter (where judged)::int as judged,
          count(*) filter (where judged and content)::int as succeeded
        from verdicts group by entry_id`);
      return new Map(
        rows.map(({ entry_id, uses, cases: all, judged, succeeded }) => [
          entry_id,
          { uses, cases: all, judged, succeeded },
        ]),
      );
    },
  };
}

type Tx = Parameters<Parameters<Database['db']['transaction']>[0]>[0];

/** Keeps a wording of an entry, with what it is searched by. */
async function writeVersion(tx: Tx, id: string, version: number, content: LibraryContent, by: string, at: Instant) {
  const norm = normOf(content);
  await tx.insert(libraryVersions).values({ entryId: id, version, content, by, at, norm, grams: searchGrams(norm) });
}

const noteAct = (tx: Tx, act: LibraryAct, { id, version, by, note }: Omit<Change, 'from'>, at: Instant) =>
  tx.insert(libraryActs).values({ entryId: id, version, act, by, at, note: note ?? null });

/** Moves an entry that still stands where it was read. @returns whether it did */
async function moved(
  tx: Tx,
  { id, version, from }: Change,
  set: Partial<typeof libraryEntries.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(libraryEntries)
    .set(set)
    .where(
      and(eq(libraryEntries.id, id), eq(libraryEntries.version, version), inArray(libraryEntries.state, [...from])),
    )
    .returning({ id: libraryEntries.id });
  return rows.length > 0;
}

function writing({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    async create({
      id,
      by,
      caseNo,
      content,
    }: {
      id: string;
      by: string;
      caseNo?: string | undefined;
      content: LibraryContent;
    }) {
      const at = nowInstant();
      await db.transaction(async (tx) => {
        await tx.insert(libraryEntries).values({
          id,
          state: 'draft',
          version: 1,
          caseNo: caseNo ?? null,
          createdBy: by,
          createdAt: at,
          changedBy: by,
          changedAt: at,
        });
        await writeVersion(tx, id, 1, content, by, at);
        await noteAct(tx, 'written', { id, version: 1, by }, at);
      });
    },

    /** Writes the next version, which is a draft; what is published stays as it is. @returns whether it was the newest */
    change: (change: Change, content: LibraryContent): Promise<boolean> =>
      db.transaction(async (tx) => {
        const [at, version] = [nowInstant(), change.version + 1];
        const set = { version, state: 'draft' as const, changedBy: change.by, changedAt: at };
        if (!(await moved(tx, change, set))) return false;
        await writeVersion(tx, change.id, version, content, change.by, at);
        await noteAct(tx, 'changed', { ...change, version }, at);
        return true;
      }),

    /** Removes one that was never published, with all its versions. @returns whether it was there */
    async remove(id: string): Promise<boolean> {
      const rows = await db
        .delete(libraryEntries)
        .where(and(eq(libraryEntries.id, id), isNull(libraryEntries.reviewedAt)))
        .returning({ id: libraryEntries.id });
      return rows.length > 0;
    },
  };
}

function reviewing({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** To the review, or back from it. @returns whether it stood where it was read */
    move: (change: Change, act: 'submitted' | 'returned'): Promise<boolean> =>
      db.transaction(async (tx) => {
        const at = nowInstant();
        const state = act === 'submitted' ? 'review' : 'draft';
        if (!(await moved(tx, change, { state, changedAt: at }))) return false;
        await noteAct(tx, act, change, at);
        return true;
      }),

    /** Publishes the version. @param keys by which it is found @returns whether it stood where it was read */
    publish: (change: Change, content: LibraryContent, keys: readonly number[]): Promise<boolean> =>
      db.transaction(async (tx) => {
        const { id, version, by } = change;
        const at = nowInstant();
        const set = {
          state: 'published' as const,
          publishedVersion: version,
          publicIn: content.isPublic ? content.language : null,
          changedAt: at,
          reviewedBy: by,
          reviewedAt: at,
        };
        if (!(await moved(tx, change, set))) return false;
        await tx.delete(libraryKeys).where(eq(libraryKeys.entryId, id));
        if (keys.length > 0) {
          await tx.insert(libraryKeys).values(keys.map((key) => ({ key, at, entryId: id })));
        }
        await noteAct(tx, 'published', change, at);
        return true;
      }),

    /** Takes it back: it is offered to nobody any more. @returns whether it stood where it was read */
    withdraw: (change: Change): Promise<boolean> =>
      db.transaction(async (tx) => {
        const at = nowInstant();
        const set = { state: 'withdrawn' as const, publishedVersion: null, publicIn: null, changedAt: at };
        if (!(await moved(tx, change, set))) return false;
        await tx.delete(libraryKeys).where(eq(libraryKeys.entryId, change.id));
        await noteAct(tx, 'withdrawn', change, at);
        return true;
      }),

    /** Counts a use, once for each decision. @returns false: it was counted before, or nothing of it is published */
    async used({ id, caseNo, decisionId, by }: { id: string; caseNo: string; decisionId: string; by: string }) {
      const { rowCount } = await db.execute(sql`
        insert into ${libraryUses} (entry_id, decision_id, version, case_no, by, at)
        select id, ${decisionId}, published_version, ${caseNo}, ${by}, ${nowInstant()}::timestamptz
        from ${libraryEntries} where id = ${id}::uuid and published_version is not null
        on conflict do nothing`);
      return rowCount === 1;
    },
  };
}

/** An entry that is offered, with what it is compared by. */
export type OfferedEntry = Pick<LibraryRecord, 'id' | 'version' | 'content'>;

function finding({ db }: Database) {
  const offered = { id: libraryEntries.id, version: libraryVersions.version, content: libraryVersions.content };
  const offeredOnes = () =>
    db
      .select(offered)
      .from(libraryEntries)
      .innerJoin(
        libraryVersions,
        and(
          eq(libraryVersions.entryId, libraryEntries.id),
          eq(libraryVersions.version, libraryEntries.publishedVersion),
        ),
      );
  return {
    /**
     * Published entries that share the rarest keys; bounded, however many there are.
     * @param publicIn only articles for customers in this language
     */
    async sharing(keys: readonly number[], publicIn?: Language): Promise<OfferedEntry[]> {
      if (keys.length === 0) return [];
      const values = sql.join(
        keys.map((key) => sql`(${key}::int)`),
        sql`, `,
      );
      const sharing = sql`(
        select f.entry_id, sum(1.0 / f.others) as weight
        from (values ${values}) as k(key), lateral (
          select m.entry_id, count(*) over () as others
          from (select entry_id from ${libraryKeys} where key = k.key order by at desc limit ${EACH}) m
        ) f group by f.entry_id) as sharing`;
      return offeredOnes()
        .innerJoin(sharing, sql`sharing.entry_id = ${libraryEntries.id}`)
        .where(publicIn === undefined ? undefined : eq(libraryEntries.publicIn, publicIn))
        .orderBy(sql`sharing.weight desc`, asc(libraryEntries.id))
        .limit(COMPARED);
    },

    /** What is published of these. */
    published: (ids: readonly string[]): Promise<OfferedEntry[]> =>
      offeredOnes().where(inArray(libraryEntries.id, [...ids])),

    /** Articles for customers, the latest first. */
    articles: (language: Language, limit: number): Promise<OfferedEntry[]> =>
      offeredOnes()
        .where(eq(libraryEntries.publicIn, language))
        .orderBy(desc(libraryEntries.reviewedAt), asc(libraryEntries.id))
        .limit(limit),

    /** One of them; undefined: there is none, or it is none for customers. */
    async article(id: string): Promise<OfferedEntry | undefined> {
      const [row] = await offeredOnes().where(and(eq(libraryEntries.id, id), isNotNull(libraryEntries.publicIn)));
      return row;
    },
  };
}
