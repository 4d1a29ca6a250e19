import { and, desc, eq, gte, inArray, or, sql, type Column, type SQL } from 'drizzle-orm';
import { emailKey, phoneKey, withoutInvisible } from '../../contact';
import { excerpt, marksIn, searchForm, searchGrams, withoutSeparators, type Mark } from '../../text/search';
import type { Database } from '../database';
import type { Scope, SearchHit } from '../records';
import { cases, complaints, searchDocs, texts } from '../schema';
import { reachableBy } from './case-access';
import { CONTACT, NUMBER, SUBJECT } from './search-docs';

/** A search finds so many cases at most, those in which the words were written last. */
export const MOST_FOUND = 500;
/**
 * How many of the newest rows are read one by one before the index is asked. A common word is found often enough there;
 * from the index it would come by the ten thousand.
 */
const NEWEST = 20_000;
/** More words than these are one phrase: each costs a look at every case that has the others. */
const MOST_WORDS = 8;
/** Shorter than this a word stands in too many numbers and addresses to be sought there. */
const SHORTEST_IN_NUMBERS = 3;

/** What somebody seeks. Cases are found that hold all words, in whichever texts, or the whole as a number. */
export interface Sought {
  /** In search form. The first is looked for, the others in the cases that have it. */
  words: string[];
  /** The whole without its separators, if it may be a number: `QH-2025 11` is `qh202511`. */
  number?: string;
  /** Of a whole phone number or mail address. */
  phone?: string;
  email?: string;
}

/** Reads what somebody typed into the search. Undefined: nothing but blanks, and then nothing is filtered. */
export function soughtIn(q: string): Sought | undefined {
  if (withoutInvisible(q).trim() === '') return undefined;
  const form = searchForm(q);
  const split = form === '' ? [] : form.split(' ');
  const words = split.length > MOST_WORDS ? [form] : split;
  const mayBeNumber = /\d/.test(form) && /^[\p{L}\p{N} +().#/-]+$/u.test(form);
  const number = mayBeNumber ? withoutSeparators(form) : '';
  return {
    words,
    number: number.length >= SHORTEST_IN_NUMBERS ? number : undefined,
    phone: phoneKey(q),
    email: q.includes('@') ? emailKey(q) : undefined,
  };
}

/** Anywhere in the column, which is in search form. */
const holds = (column: unknown, word: string): SQL => sql`${column} like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`;

/** Anywhere in the column, whatever the case of its letters. */
export const contains = (column: unknown, text: string): SQL =>
  sql`${column} ilike ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`;

/** The columns of `search_docs`, of the table or of a subquery. */
interface Docs {
  source: Column;
  norm: Column;
  grams?: Column;
}

/** Whether a row holds a word. Needs `cases`: addresses are found by whoever may read them. */
function hasWord(docs: Docs, word: string, scope: Scope): SQL | undefined {
  const short = word.length < SHORTEST_IN_NUMBERS;
  return and(
    holds(docs.norm, word),
    short
      ? sql`${docs.source} not in (${NUMBER}, ${CONTACT})`
      : or(sql`${docs.source} <> ${CONTACT}`, reachableBy(scope)),
  );
}

/** Whether a row holds the number that was sought. */
const hasNumber = (docs: Docs, number: string, scope: Scope): SQL | undefined =>
  and(holds(docs.norm, number), or(eq(docs.source, NUMBER), and(eq(docs.source, CONTACT), reachableBy(scope))));

/**
 * Whether a row is one by which its case is found: it holds the first word and the case all the others, or it holds the
 * number.
 * @param byIndex asks the index of grams, too; then what is too short to have grams is not found
 */
function finds(db: Database['db'], docs: Docs, sought: Sought, scope: Scope, byIndex: boolean): SQL {
  const { words, number } = sought;
  const [first, ...others] = words;
  const withGrams = (word: string, condition: SQL | undefined): SQL | undefined => {
    if (!byIndex) return condition;
    const grams = searchGrams(word);
    return grams.length === 0 ? sql`false` : and(sql`${docs.grams} @> ${`{${grams.join(',')}}`}::int4[]`, condition);
  };
  const other = others.map(
    (word) =>
      sql`exists (${db
        .select({ one: sql`1` })
        .from(searchDocs)
        .where(and(eq(searchDocs.caseNo, cases.caseNo), searchDocs.shown, hasWord(searchDocs, word, scope)))})`,
  );
  return (
    or(
      first === undefined ? undefined : withGrams(first, and(hasWord(docs, first, scope), ...other)),
      number === undefined ? undefined : withGrams(number, hasNumber(docs, number, scope)),
    ) ?? sql`false`
  );
}

/**
 * The words, the rarest first: of two, one that nearly every case has and one that nearly none has, the cases that have the
 * first would be read by the ten thousand. How rare they are Postgres estimates from its statistics, without a look at rows.
 */
async function rarestFirst(db: Database['db'], words: readonly string[]): Promise<string[]> {
  if (words.length < 2) return [...words];
  const rows = async (word: string): Promise<number> => {
    const grams = searchGrams(word);
    // Too short for the index.
    if (grams.length === 0) return Infinity;
    const plan = await db.execute<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      sql`explain (format json) select from ${searchDocs} where ${searchDocs.grams} @> ${`{${grams.join(',')}}`}::int4[]`,
    );
    return plan.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? Infinity;
  };
  const counted = await Promise.all(words.map(async (word) => ({ word, rows: await rows(word) })));
  return counted.toSorted((a, b) => a.rows - b.rows).map(({ word }) => word);
}

/**
 * The numbers of the cases in which all that was sought stands, `MOST_FOUND` at most, those in which it was written last.
 * @param wanted the condition on `cases` and `complaints` of whoever asks: what they may see, and their filters
 */
export async function casesFound(
  db: Database['db'],
  given: Sought,
  scope: Scope,
  wanted: SQL | undefined,
): Promise<string[]> {
  const sought = { ...given, words: await rarestFirst(db, given.words) };
  const [word] = sought.words;
  const newest = db
    .select({ caseNo: searchDocs.caseNo, source: searchDocs.source, norm: searchDocs.norm, at: searchDocs.at })
    .from(searchDocs)
    .where(eq(searchDocs.shown, true))
    .orderBy(desc(searchDocs.at))
    .limit(NEWEST)
    .as('newest');
  // Case by case: joined as a whole, Postgres would read all cases there are for the few that are found.
  const theCase = db
    .select({ caseNo: cases.caseNo })
    .from(cases)
    .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
    .where(and(eq(cases.caseNo, newest.caseNo), finds(db, newest, sought, scope, false), wanted))
    .limit(1)
    .as('the_case');
  const inNewest = db
    .select({ caseNo: theCase.caseNo })
    .from(newest)
    .innerJoinLateral(theCase, sql`true`)
    .where(
      or(
        word === undefined ? undefined : holds(newest.norm, word),
        sought.number === undefined ? undefined : holds(newest.norm, sought.number),
      ),
    )
    .groupBy(theCase.caseNo)
    .orderBy(sql`max(${newest.at}) desc`)
    .limit(MOST_FOUND);
  // A whole number or address finds its cases however old they are, also for somebody who may not read it.
  const whole = or(
    sought.phone === undefined ? undefined : eq(complaints.phoneKey, sought.phone),
    sought.email === undefined ? undefined : eq(complaints.emailKey, sought.email),
  );
  const byAddress = whole
    ? db
        .select({ caseNo: cases.caseNo })
        .from(complaints)
        .innerJoin(cases, eq(cases.caseNo, complaints.caseNo))
        .where(and(whole, wanted))
        .orderBy(desc(cases.receivedAt))
        .limit(MOST_FOUND)
    : [];
  const [first, addressed] = await Promise.all([inNewest, byAddress]);
  const found = new Set([...addressed, ...first].map(({ caseNo }) => caseNo));
  if (first.length < MOST_FOUND) {
    const byIndex = await db
      .select({ caseNo: cases.caseNo })
      .from(searchDocs)
      .innerJoin(cases, eq(cases.caseNo, searchDocs.caseNo))
      .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
      .where(and(searchDocs.shown, finds(db, searchDocs, sought, scope, true), wanted))
      .groupBy(cases.caseNo)
      .orderBy(sql`max(${searchDocs.at}) desc`)
      .limit(MOST_FOUND);
    for (const { caseNo } of byIndex) found.add(caseNo);
  }
  return [...found].slice(0, MOST_FOUND);
}

/**
 * Where what was sought stands in each of these cases: in the text that holds most of it, of several in the newest. A case
 * is left out if it was found by a number or an address that this reader may not read.
 */
export async function hitsIn(
  db: Database['db'],
  sought: Sought,
  scope: Scope,
  caseNos: readonly string[],
): Promise<Map<string, SearchHit>> {
  const { words, number } = sought;
  const tests = [
    ...words.map((word) => hasWord(searchDocs, word, scope)),
    ...(number === undefined ? [] : [hasNumber(searchDocs, number, scope)]),
  ];
  if (caseNos.length === 0 || tests.length === 0) return new Map();
  const held = sql.join(
    tests.map((test) => sql`(${test})::int`),
    sql` + `,
  );
  const rows = await db
    .selectDistinctOn([searchDocs.caseNo], {
      caseNo: searchDocs.caseNo,
      source: searchDocs.source,
      kind: texts.kind,
      body: texts.body,
      complaint: complaints,
    })
    .from(searchDocs)
    .innerJoin(cases, eq(cases.caseNo, searchDocs.caseNo))
    .leftJoin(complaints, eq(complaints.caseNo, searchDocs.caseNo))
    .leftJoin(texts, and(eq(texts.caseNo, searchDocs.caseNo), eq(sql`${texts.textId}::text`, searchDocs.source)))
    .where(and(inArray(searchDocs.caseNo, [...caseNos]), searchDocs.shown, gte(held, 1)))
    .orderBy(searchDocs.caseNo, desc(held), desc(searchDocs.at));
  return new Map(
    rows.flatMap((row): [string, SearchHit][] => {
      const hit = hitOf(row, sought);
      return hit ? [[row.caseNo, hit]] : [];
    }),
  );
}

interface Found {
  caseNo: string;
  source: string;
  kind: string | null;
  body: string | null;
  complaint: typeof complaints.$inferSelect | null;
}

/** The place that was found, as it was written and with its marks. Undefined: the text has been erased meanwhile. */
function hitOf(
  { caseNo, source, kind, body, complaint: said }: Found,
  { words, number }: Sought,
): SearchHit | undefined {
  const marks = (field: string, separators: boolean): Mark[] => {
    const plain = marksIn(field, words);
    return plain.length > 0 || separators || number === undefined ? plain : marksIn(field, [number], false);
  };
  const among = (fields: (string | null | undefined)[]): SearchHit | undefined => {
    const given = fields.filter((field) => field !== null && field !== undefined);
    const marked = given.map((field) => ({ field, found: marks(field, source === SUBJECT) }));
    const best = marked.find(({ found }) => found.length > 0) ?? marked[0];
    return best && { in: source as SearchHit['in'], ...excerpt(best.field, best.found) };
  };
  switch (source) {
    case SUBJECT:
      return among([said?.contactName, said?.productName, said?.productModel, said?.place, said?.wantedRemedy]);
    case NUMBER:
      return among([caseNo, said?.orderNo, said?.serialNo]);
    case CONTACT:
      return among([said?.contactPhone, said?.contactEmail]);
    default:
      if (body === null || kind === null) return undefined;
      return { in: 'text', textId: source, kind, ...excerpt(body, marksIn(body, words)) };
  }
}
