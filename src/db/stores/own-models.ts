import { desc, eq, sql } from 'drizzle-orm';
import type { Category, Grade, Instant, Language } from '../../domain/basics/types';
import { iso, run, type Database, type Statement } from '../database';
import type { OwnModelRecord } from '../records';
import { ownModels } from '../schema';

/** A complaint whose grade and category a person has confirmed or changed, in the words in which it came. */
export interface ConfirmedRecord {
  caseNo: string;
  receivedAt: Instant;
  customer: string;
  language: Language;
  text: string;
  wantedRemedy?: string;
  grade: Grade;
  category: Category;
}

/** What a person decided last of a case's grade and category; what a policy or a clock did by itself teaches nothing. */
const BY_PEOPLE = `cross join lateral (
    select e.data ->> 'grade' as grade, e.data ->> 'category' as category from case_events e
    where e.case_no = c.case_no and e.type in ('graded', 'regraded') and e.actor ->> 'kind' = 'staff'
    order by e.seq desc limit 1
  ) g`;

const CONFIRMED: Statement = {
  name: 'own_models_confirmed',
  text: `
select c.case_no, c.customer_id, c.language, c.received_at, p.wanted_remedy, t.body, g.grade, g.category
from cases c
join complaints p on p.case_no = c.case_no
join texts t on t.text_id = p.text_id
${BY_PEOPLE}
where c.grade_confirmed and (c.received_at, c.case_no) < ($1::timestamptz, $2::text)
order by c.received_at desc, c.case_no desc limit $3::int`,
};

interface ConfirmedRow {
  case_no: string;
  customer_id: string;
  language: Language;
  received_at: Date;
  wanted_remedy: string | null;
  body: string;
  grade: Grade;
  category: Category;
}

/** How many cases were suggested as one thing and decided as another, by weeks back from now. */
export interface ReadCount {
  weeksAgo: number;
  suggested: { grade: Grade; category: Category };
  decided: { grade: Grade; category: Category };
  count: number;
}

const AGREEMENT: Statement = {
  name: 'own_models_agreement',
  text: `
select floor(extract(epoch from ($2::timestamptz - c.received_at)) / 604800)::int as weeks_ago,
  p.suggestion ->> 'grade' as from_grade, p.suggestion ->> 'category' as from_category,
  g.grade as to_grade, g.category as to_category, count(*)::int as count
from cases c
join complaints p on p.case_no = c.case_no
${BY_PEOPLE}
where c.grade_confirmed and c.received_at >= $1::timestamptz and c.received_at < $2::timestamptz
group by 1, 2, 3, 4, 5`,
};

interface AgreementRow {
  weeks_ago: number;
  from_grade: Grade;
  from_category: Category;
  to_grade: Grade;
  to_category: Category;
  count: number;
}

/** Words that led to suggestions which people changed. */
export interface ChangedWord {
  kind: 'grade' | 'category';
  from: string;
  to: string;
  word: string;
  count: number;
}

/** Words of fewer customers are not shown: they may be somebody's name. */
const LEAST_CUSTOMERS = 3;

const CHANGED_WORDS: Statement = {
  name: 'own_models_changed_words',
  text: `
select k.kind, k.was as "from", k.became as "to", w.word, count(distinct c.case_no)::int as count
from cases c
join complaints p on p.case_no = c.case_no
${BY_PEOPLE}
cross join lateral (values
  ('grade', p.suggestion ->> 'grade', g.grade), ('category', p.suggestion ->> 'category', g.category)
) k(kind, was, became)
cross join lateral jsonb_array_elements(p.suggestion -> 'reasons') r
cross join lateral jsonb_array_elements_text(r -> 'words') w(word)
where c.grade_confirmed and c.received_at >= $1::timestamptz and c.received_at < $2::timestamptz and k.was <> k.became
  and (k.kind = 'category') = (r ->> 'rule' = p.suggestion ->> 'category')
group by 1, 2, 3, 4
having count(distinct c.customer_id) >= $3::int
order by count(distinct c.case_no) desc, w.word limit 200`,
};

/** Models whose weights are kept: whoever reads has the newest within minutes. */
const FILES_KEPT = 5;
/** Models that are shown. */
const SHOWN = 10;

/** What the department's own cases have taught, and how suggestions agreed with what people decided. */
export function ownModelStore({ pool, db }: Pick<Database, 'pool' | 'db'>) {
  const shown = {
    version: ownModels.version,
    madeAt: ownModels.madeAt,
    used: ownModels.used,
    figures: ownModels.figures,
  };
  return {
    /** The version of the newest one; undefined: none was made yet. */
    async newest(): Promise<string | undefined> {
      const [row] = await db
        .select({ version: ownModels.version })
        .from(ownModels)
        .orderBy(desc(ownModels.madeAt), desc(ownModels.version))
        .limit(1);
      return row?.version;
    },

    /** Its file, as `writeOwn` made it; undefined: there is none, or none any more. */
    async file(version: string): Promise<Buffer | undefined> {
      const [row] = await db.select({ file: ownModels.file }).from(ownModels).where(eq(ownModels.version, version));
      return row?.file ?? undefined;
    },

    /** The latest first. */
    async list(): Promise<OwnModelRecord[]> {
      return db.select(shown).from(ownModels).orderBy(desc(ownModels.madeAt), desc(ownModels.version)).limit(SHOWN);
    },

    /** Keeps a model, which is the newest from then on; the weights of old ones go. */
    async keep(model: OwnModelRecord & { file: Buffer }): Promise<void> {
      const { version: _version, ...rest } = model;
      await db.transaction(async (tx) => {
        await tx.insert(ownModels).values(model).onConflictDoUpdate({ target: ownModels.version, set: rest });
        await tx.execute(sql`update own_models set file = null where file is not null and version not in (
          select version from own_models order by made_at desc, version desc limit ${FILES_KEPT})`);
      });
    },

    /** What people have confirmed or changed, the newest first; a page of it. @param after the last one of the page before */
    async confirmed(most: number, after?: Pick<ConfirmedRecord, 'receivedAt' | 'caseNo'>): Promise<ConfirmedRecord[]> {
      const rows = await run<ConfirmedRow>(pool, CONFIRMED, [
        after?.receivedAt ?? 'infinity',
        after?.caseNo ?? '',
        most,
      ]);
      return rows.map((row) => ({
        caseNo: row.case_no,
        receivedAt: iso(row.received_at),
        customer: row.customer_id,
        language: row.language,
        text: row.body,
        ...(row.wanted_remedy !== null && { wantedRemedy: row.wanted_remedy }),
        grade: row.grade,
        category: row.category,
      }));
    },

    /** How suggestions for cases received in a time agreed with what people decided. */
    async agreement(from: Instant, to: Instant): Promise<ReadCount[]> {
      const rows = await run<AgreementRow>(pool, AGREEMENT, [from, to]);
      return rows.map((row) => ({
        weeksAgo: row.weeks_ago,
        suggested: { grade: row.from_grade, category: row.from_category },
        decided: { grade: row.to_grade, category: row.to_category },
        count: row.count,
      }));
    },

    /** The words behind what people changed most, of several customers each. */
    changedWords: (from: Instant, to: Instant): Promise<ChangedWord[]> =>
      run<ChangedWord>(pool, CHANGED_WORDS, [from, to, LEAST_CUSTOMERS]),
  };
}
