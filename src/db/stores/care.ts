import { and, eq, isNull, sql, type SQL } from 'drizzle-orm';
import type { Grade, Instant, Language, Outcome } from '../../domain/basics/types';
import { iso, withoutNulls, type Database } from '../database';
import type { CareReason, CareRow, Scope, WinBack } from '../records';
import { care, cases } from '../schema';
import { visibleTo } from './case-access';
import { planHouseMails, type WantedHouseMail } from './house-mails';

/** A case that has ended, for those who decide whom to look after. */
export interface EndedRow {
  caseNo: string;
  customerId: string;
  grade: Grade;
  repeat: boolean;
  outcome?: Outcome;
  score?: number;
  endedAt: Instant;
  /** Where the next page begins. */
  updatedAt: Instant;
}

/** A row of the care list, as somebody who may see its case sees it. */
export interface ListedCare extends CareRow {
  customerName: string;
  phone?: string;
  /** A complaint of theirs is open, also under the same phone number or mail address. */
  isOpen: boolean;
}

/** What became of those who were entered since a moment. */
export interface CareCounts {
  entered: number;
  called: number;
  optedOut: number;
  boughtAgain: number;
  saidSo: number;
  no: number;
}

/** A complaint of the customer of row `k`, whose contact is that of `p`, is open. */
const IS_OPEN = sql`(
  exists (select from cases o where o.customer_id = k.customer_id and o.stage <> 'archived')
  or exists (select from complaints q left join cases o on o.case_no = q.case_no
    where q.phone_key = p.phone_key and (o.case_no is null or o.stage <> 'archived'))
  or exists (select from complaints q left join cases o on o.case_no = q.case_no
    where q.email_key = p.email_key and (o.case_no is null or o.stage <> 'archived')))`;

/** They, or somebody with the same phone number or mail address, want no such attention. */
const IS_OUT = sql`(k.opted_out_at is not null
  or exists (select from complaints q join care w on w.customer_id = q.customer_id
    where w.opted_out_at is not null and q.phone_key = p.phone_key)
  or exists (select from complaints q join care w on w.customer_id = q.customer_id
    where w.opted_out_at is not null and q.email_key = p.email_key))`;

/** The care list: who is on it, who is called, who is greeted. */
export function careStore({ db }: Pick<Database, 'db'>) {
  return { ...entering({ db }), ...greeting({ db }), ...showing({ db }), ...changing({ db }) };
}

const entering = ({ db }: Pick<Database, 'db'>) => ({
  /** Cases that have ended since a moment and have entered nobody yet, by when they last changed; a page of them. */
  async ended(
    since: Instant,
    after: Pick<EndedRow, 'updatedAt' | 'caseNo'> | undefined,
    most: number,
  ): Promise<EndedRow[]> {
    const { rows } = await db.execute<{
      case_no: string;
      customer_id: string;
      grade: Grade;
      repeat: boolean;
      outcome: Outcome | null;
      score: number | null;
      archived_at: string;
      updated_at: string;
    }>(sql`
      select c.case_no, c.customer_id, c.grade, c.repeat, c.outcome, c.archived_at, c.updated_at,
        (c.state #>> '{survey,total}')::float8 as score
      from cases c
      where c.updated_at >= ${since}::timestamptz and c.stage = 'archived' and c.archived_at >= ${since}::timestamptz
        and (c.updated_at, c.case_no) > (${after?.updatedAt ?? since}::timestamptz, ${after?.caseNo ?? ''}::text)
        and not c.state ? 'imported'
        and not exists (select from care k where k.customer_id = c.customer_id
          and k.reasons @> jsonb_build_array(jsonb_build_object('caseNo', c.case_no)))
      order by c.updated_at, c.case_no limit ${most}::int`);
    return rows.map(
      ({ case_no: caseNo, customer_id: customerId, archived_at: endedAt, updated_at: updatedAt, ...row }) => ({
        caseNo,
        customerId,
        endedAt: iso(endedAt),
        updatedAt: iso(updatedAt),
        ...withoutNulls(row),
      }),
    );
  },

  /**
   * Enters the customer of an ended case. Somebody who is on the list already is entered anew: called again, asked again.
   * The same case does it once.
   * @returns whether it did
   */
  async enter(row: Pick<CareRow, 'customerId' | 'caseNo' | 'reasons' | 'since' | 'tipsBy'>): Promise<boolean> {
    const anew = { calledAt: null, calledBy: null, note: null, winBack: null, winBackAt: null, winBackBy: null };
    const entered = await db
      .insert(care)
      .values(row)
      .onConflictDoUpdate({
        target: care.customerId,
        set: {
          caseNo: row.caseNo,
          reasons: sql`${care.reasons} || excluded.reasons`,
          since: row.since,
          tipsBy: row.tipsBy,
          ...anew,
        },
        setWhere: sql`excluded.since >= ${care.since}
          and not ${care.reasons} @> jsonb_build_array(jsonb_build_object('caseNo', excluded.case_no))`,
      })
      .returning({ id: care.id });
    return entered.length > 0;
  },
});

const greeting = ({ db }: Pick<Database, 'db'>) => ({
  /**
   * Those who may be greeted, by id; a page of them: entered at `since` or later, with a mail address, who have not asked
   * to be left alone and have no complaint open.
   * @param birthdays `MM-DD`: those who were born on one of these days; left out: all
   */
  async toGreet(
    { since, birthdays }: { since: Instant; birthdays?: readonly string[] },
    after: string | undefined,
    most: number,
  ): Promise<string[]> {
    const born = birthdays === undefined ? sql`true` : sql`k.birthday in ${[...birthdays]}`;
    const { rows } = await db.execute<{ id: string }>(sql`
      select k.id from care k join complaints p on p.case_no = k.case_no
      where k.since >= ${since}::timestamptz and p.email_key is not null and ${born}
        and k.id > coalesce(${after ?? null}::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
        and not ${IS_OUT} and not ${IS_OPEN}
      order by k.id limit ${most}::int`);
    return rows.map(({ id }) => id);
  },

  /** Plans greetings, each once (`planHouseMails`). @returns how many are new */
  planGreetings: (mails: readonly WantedHouseMail[], how: { now: Instant; mailDomain: string }): Promise<number> =>
    planHouseMails(db, mails, how),

  /** What a greeting is written from; undefined: they are not to be greeted any more. */
  async greeted(
    id: string,
  ): Promise<{ name: string; email?: string; language: Language; birthday?: string } | undefined> {
    const { rows } = await db.execute<{
      name: string;
      email: string | null;
      language: Language;
      birthday: string | null;
    }>(sql`
      select p.contact_name as name, p.contact_email as email, p.language, k.birthday
      from care k join complaints p on p.case_no = k.case_no
      where k.id = ${id}::uuid and not ${IS_OUT} and not ${IS_OPEN}`);
    return rows[0] && withoutNulls(rows[0]);
  },
});

const showing = ({ db }: Pick<Database, 'db'>) => ({
  /**
   * Rows whose case the reader may see.
   * @param show one by its id; `calls`: those to call, who are not called yet, may be called, and whose time ends before
   *   `until`, that which presses most first; `all`: entered at `since` or later, the latest first
   */
  async list(
    reader: Scope,
    show: { only: string } | { calls: { until: Instant; since: Instant } } | { since: Instant },
    most: number,
  ): Promise<ListedCare[]> {
    const [where, order] = whatIn(show);
    // The conditions on who sees a case speak of the table by its name.
    const { rows } = await db.execute<Raw>(sql`
      select k.*, p.contact_name, p.contact_phone, ${IS_OPEN} as is_open
      from care k join cases on ${cases.caseNo} = k.case_no join complaints p on p.case_no = k.case_no
      where ${where} and ${visibleTo(reader) ?? sql`true`}
      order by ${order} limit ${most}::int`);
    return rows.map(listed);
  },

  async counts(from: Instant): Promise<CareCounts> {
    const { rows } = await db.execute<{
      entered: number;
      called: number;
      opted_out: number;
      bought_again: number;
      said_so: number;
      no: number;
    }>(sql`
      select count(*)::int as entered, count(called_at)::int as called, count(opted_out_at)::int as opted_out,
        count(*) filter (where win_back = 'boughtAgain')::int as bought_again,
        count(*) filter (where win_back = 'saidSo')::int as said_so,
        count(*) filter (where win_back = 'no')::int as no
      from care where since >= ${from}::timestamptz`);
    const row = rows[0];
    if (!row) throw new Error('a count has one row');
    const { opted_out: optedOut, bought_again: boughtAgain, said_so: saidSo, ...rest } = row;
    return { ...rest, optedOut, boughtAgain, saidSo };
  },
});

const changing = ({ db }: Pick<Database, 'db'>) => ({
  /** Somebody has called with tips. @returns false: somebody had before, or there is no such row */
  async called(id: string, { by, note, at }: { by: string; note?: string; at: Instant }): Promise<boolean> {
    const done = await db
      .update(care)
      .set({ calledAt: at, calledBy: by, note: note ?? null })
      .where(and(eq(care.id, id), isNull(care.calledAt)))
      .returning({ id: care.id });
    return done.length > 0;
  },

  /** Whether they came back; the last word counts. */
  async wonBack(id: string, { outcome, by, at }: { outcome: WinBack; by: string; at: Instant }): Promise<void> {
    await db.update(care).set({ winBack: outcome, winBackAt: at, winBackBy: by }).where(eq(care.id, id));
  },

  /** `MM-DD`; null: the house has it no more. */
  async birthday(id: string, on: string | null): Promise<void> {
    await db.update(care).set({ birthday: on }).where(eq(care.id, id));
  },

  /** They want no such attention any more; what was planned for them is not sent. @param by null: the customer */
  async optOut(id: string, by: string | null, at: Instant): Promise<boolean> {
    const done = await db
      .update(care)
      .set({ optedOutAt: sql`coalesce(${care.optedOutAt}, ${at}::timestamptz)`, optedOutBy: by })
      .where(eq(care.id, id))
      .returning({ id: care.id });
    return done.length > 0;
  },
});

type Raw = {
  id: string;
  customer_id: string;
  case_no: string;
  reasons: CareReason[];
  since: string;
  tips_by: string;
  called_at: string | null;
  called_by: string | null;
  note: string | null;
  win_back: WinBack | null;
  win_back_at: string | null;
  win_back_by: string | null;
  birthday: string | null;
  opted_out_at: string | null;
  opted_out_by: string | null;
  contact_name: string;
  contact_phone: string | null;
  is_open: boolean;
};

/** Condition and order of what is shown. */
function whatIn(
  show: { only: string } | { calls: { until: Instant; since: Instant } } | { since: Instant },
): [SQL, SQL] {
  if ('only' in show) return [sql`k.id = ${show.only}::uuid`, sql`k.id`];
  if ('since' in show) return [sql`k.since >= ${show.since}::timestamptz`, sql`k.since desc, k.id`];
  const { until, since } = show.calls;
  return [
    sql`k.called_at is null and k.tips_by <= ${until}::timestamptz and k.since >= ${since}::timestamptz
      and not ${IS_OUT} and not ${IS_OPEN}`,
    sql`k.tips_by, k.id`,
  ];
}

function listed(row: Raw): ListedCare {
  const moment = (at: string | null) => (at === null ? null : iso(at));
  return {
    id: row.id,
    customerId: row.customer_id,
    caseNo: row.case_no,
    reasons: row.reasons,
    since: iso(row.since),
    tipsBy: iso(row.tips_by),
    customerName: row.contact_name,
    isOpen: row.is_open,
    ...withoutNulls({
      calledAt: moment(row.called_at),
      calledBy: row.called_by,
      note: row.note,
      winBack: row.win_back,
      winBackAt: moment(row.win_back_at),
      winBackBy: row.win_back_by,
      birthday: row.birthday,
      optedOutAt: moment(row.opted_out_at),
      optedOutBy: row.opted_out_by,
      phone: row.contact_phone,
    }),
  };
}
