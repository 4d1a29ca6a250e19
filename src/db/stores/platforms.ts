import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { DAY } from '../../domain/basics/milliseconds';
import type { Instant, Language } from '../../domain/basics/types';
import { REPLY_KINDS, type PlatformActName, type PlatformKind } from '../../domain/case/platforms';
import { toInstant } from '../../domain/time/duration';
import { iso, run, withoutNulls, type Database, type Statement } from '../database';
import type {
  CasePlatform,
  PlatformAccount,
  PlatformAct,
  PlatformComplaint,
  PlatformKeys,
  PlatformReply,
  SealedPlatform,
} from '../records';
import { platformAccounts, platformActs, platformComplaints, platformReplies } from '../schema';
import { rounds, WENT_WELL } from './rounds';

/** For so long a notice is known again; a platform repeats one for a week at most. */
const NOTICES_KEPT = 30 * DAY;

/** Accounts that have something to do, each for one caller at a time. */
const CLAIM: Statement = {
  name: 'platforms_claim',
  text: `
update platform_accounts set busy_until = $2::timestamptz + $3::int * interval '1 millisecond'
where id in (
  select a.id from platform_accounts a
  where coalesce(a.busy_until <= $2::timestamptz, true) and (
    (a.test_at is not null and a.test_code is null)
    or (a.enabled and coalesce(a.waits_until <= $2::timestamptz, true) and (
      a.look_at <= $2::timestamptz
      or exists (select 1 from platform_complaints c where c.account_id = a.id and c.due_at <= $2::timestamptz)
      or exists (
        select 1 from platform_acts t join platform_complaints c on c.id = t.platform_complaint_id
        where c.account_id = a.id and t.due_at <= $2::timestamptz)
      or exists (
        select 1 from platform_replies r join platform_complaints c on c.id = r.platform_complaint_id
        where c.account_id = a.id and r.due_at <= $2::timestamptz))))
  order by a.look_at, a.id limit $1::int
  for update of a skip locked)
returning id, name, kind, url, merchant_id, serial, public_key_id, public_key, private_key, api_key, secret, token, aes_key,
  language, enabled, failures, look_at, read_to, waits_until, test_at is not null and test_code is null as tested`,
};

interface ClaimRow extends Record<string, unknown> {
  id: string;
  name: string;
  kind: PlatformKind;
  url: string;
  merchant_id: string;
  serial: string | null;
  public_key_id: string | null;
  public_key: string | null;
  private_key: string | null;
  api_key: string | null;
  secret: string | null;
  token: string | null;
  aes_key: string | null;
  language: Language;
  enabled: boolean;
  failures: number;
  look_at: Date;
  read_to: string | null;
  waits_until: Date | null;
  tested: boolean;
}

const {
  publicKey: _publicKey,
  privateKey: _privateKey,
  apiKey: _apiKey,
  secret: _secret,
  token: _token,
  aesKey: _aesKey,
  busyUntil: _busy,
  lookAt: _look,
  readTo: _readTo,
  ...SHOWN
} = getTableColumns(platformAccounts);

/** What an admin says of an account; its keys are sealed. */
export interface PlatformSettings {
  name: string;
  url: string;
  serial: string | null;
  publicKeyId: string | null;
  publicKey: string | null;
  privateKey: string | null;
  apiKey: string | null;
  secret: string | null;
  token: string | null;
  aesKey: string | null;
  language: Language;
}

/** What the list of a platform says of a complaint. */
export interface Listed {
  complaintId: string;
  /** Another text whenever something about it has changed. */
  listed: string;
}

/** What a look at a complaint has found, and what follows from it. */
export type PlatformLook = Partial<
  Pick<
    typeof platformComplaints.$inferInsert,
    | 'phase'
    | 'status'
    | 'problem'
    | 'orderNo'
    | 'transactionId'
    | 'amount'
    | 'refundAmount'
    | 'isRefunded'
    | 'isHelped'
    | 'merchantId'
    | 'since'
    | 'repliedAt'
    | 'finishedAt'
    | 'expiresAt'
    | 'acts'
    | 'deadlineAt'
    | 'warnAt'
    | 'dueAt'
    | 'state'
    | 'code'
  >
>;

/** Complaints that are no case yet, or stuck; and accounts that do not answer. */
export const PLATFORMS_WAITING = `
  select c.found_at from platform_complaints c join platform_accounts a on a.id = c.account_id
  where a.enabled and c.state = 'new'`;
export const PLATFORMS_FAILING = `
  select failing_since from platform_accounts where enabled and failures > 0
  union all
  select found_at from platform_complaints where state = 'stuck'`;

/** Accounts at platforms, complaints there, and what people have decided for them. */
export const platformStore = (database: Database) => ({
  ...administered(database),
  ...rounds(database, platformAccounts),
  ...working(database),
  ...complaintsThere(database),
  ...actsThere(database),
  ...repliesThere(database),
});

function administered({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All of them, the oldest first, each with its complaints that are not finished there. */
    async list(): Promise<(PlatformAccount & { open: number })[]> {
      const rows = await db
        .select({
          ...SHOWN,
          open: sql<number>`(select count(*)::int from platform_complaints c
            where c.account_id = "platform_accounts"."id" and c.state <> 'ended' and c.phase is distinct from 'finished')`,
        })
        .from(platformAccounts)
        .orderBy(platformAccounts.createdAt, platformAccounts.id);
      return rows.map(({ open, ...row }) => ({ ...withoutNulls(row), open }));
    },

    /** @returns false: this merchant is connected already */
    async create(
      account: Pick<PlatformAccount, 'id' | 'kind' | 'merchantId' | 'createdBy'> & PlatformSettings,
    ): Promise<boolean> {
      const at = nowInstant();
      const made = await db
        .insert(platformAccounts)
        .values({ ...account, createdAt: at, lookAt: at })
        .onConflictDoNothing()
        .returning({ id: platformAccounts.id });
      return made.length > 0;
    },

    /** Changes what is given. One that is switched on, or has another key, is asked again at once. @returns whether it was there */
    async change(id: string, changes: Partial<PlatformSettings> & { enabled?: boolean }): Promise<boolean> {
      const { name: _name, language: _language, ...others } = changes;
      const anew = changes.enabled ?? Object.keys(others).length > 0;
      const found = await db
        .update(platformAccounts)
        .set({
          ...changes,
          ...(anew && { failures: 0, failingSince: null, waitsUntil: null, code: null, lookAt: nowInstant() }),
          // Drizzle refuses a change of nothing.
          id,
        })
        .where(eq(platformAccounts.id, id))
        .returning({ id: platformAccounts.id });
      return found.length > 0;
    },

    /** What the notices of one that is on are read with; undefined: there is none. */
    async keysOf(id: string): Promise<PlatformKeys | undefined> {
      const [row] = await db
        .select({
          id: platformAccounts.id,
          kind: platformAccounts.kind,
          url: platformAccounts.url,
          merchantId: platformAccounts.merchantId,
          serial: platformAccounts.serial,
          publicKeyId: platformAccounts.publicKeyId,
          publicKey: platformAccounts.publicKey,
          privateKey: platformAccounts.privateKey,
          apiKey: platformAccounts.apiKey,
          secret: platformAccounts.secret,
          token: platformAccounts.token,
          aesKey: platformAccounts.aesKey,
        })
        .from(platformAccounts)
        .where(and(eq(platformAccounts.id, id), eq(platformAccounts.enabled, true)));
      return row && withoutNulls(row);
    },

    /**
     * Keeps a notice as it came, and has its complaint looked at next; one that is known changes nothing.
     * @returns whether it was new
     */
    async noticed(notice: {
      accountId: string;
      noticeId: string;
      complaintId: string;
      action: string;
      raw: string;
    }): Promise<boolean> {
      const { rows } = await pool.query(
        `with kept as (
           insert into platform_notices (account_id, notice_id, complaint_id, action, raw, received_at)
           values ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)
           on conflict do nothing returning 1
         ), heard as (
           update platform_accounts set notice_at = $6::timestamptz where id = $1::uuid
         )
         insert into platform_complaints (account_id, complaint_id, found_at, due_at)
         select $1::uuid, $3::text, $6::timestamptz, $6::timestamptz from kept
         on conflict (account_id, complaint_id) do update set due_at = excluded.due_at,
           state = case when platform_complaints.state = 'ended' then 'open' else platform_complaints.state end
         returning 1`,
        [notice.accountId, notice.noticeId, notice.complaintId, notice.action, notice.raw, nowInstant()],
      );
      return rows.length > 0;
    },
  };
}

/** What the relay does with an account as a whole. */
function working({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** Claims up to `limit` accounts with something to do; for `leaseMs` no other caller gets them. */
    async claim(limit: number, leaseMs: number): Promise<SealedPlatform[]> {
      const rows = await run<ClaimRow>(pool, CLAIM, [limit, nowInstant(), leaseMs]);
      return rows.map((row) => ({
        ...withoutNulls({
          id: row.id,
          name: row.name,
          kind: row.kind,
          url: row.url,
          merchantId: row.merchant_id,
          serial: row.serial,
          publicKeyId: row.public_key_id,
          publicKey: row.public_key,
          privateKey: row.private_key,
          apiKey: row.api_key,
          secret: row.secret,
          token: row.token,
          aesKey: row.aes_key,
          language: row.language,
          enabled: row.enabled,
          failures: row.failures,
          readTo: row.read_to,
        }),
        lookAt: iso(row.look_at),
        ...(row.waits_until && { waitsUntil: iso(row.waits_until) }),
        isTested: row.tested,
      }));
    },

    /** A round has gone well. @param looked when its list is read again, and up to which day it was; left out: it has none */
    async worked(id: string, looked?: { lookAt: Instant; readTo?: string | undefined }): Promise<void> {
      await db
        .update(platformAccounts)
        .set({
          ...WENT_WELL,
          ...(looked && { lookAt: looked.lookAt }),
          ...(looked?.readTo !== undefined && { readTo: looked.readTo, lookedAt: nowInstant() }),
        })
        .where(eq(platformAccounts.id, id));
    },

    /** How many complaints are no case yet, and how much is stuck: accounts and complaints. */
    async backlog(): Promise<{ waiting: number; failing: number }> {
      const { rows } = await pool.query<{ waiting: number; failing: number }>(`
        select
          (select count(*) from (${PLATFORMS_WAITING}) w)::int as waiting,
          (select count(*) from (${PLATFORMS_FAILING}) f)::int as failing`);
      return { waiting: rows[0]?.waiting ?? 0, failing: rows[0]?.failing ?? 0 };
    },

    /** Removes notices that do not come again. */
    async tidy(): Promise<void> {
      await pool.query('delete from platform_notices where received_at < $1::timestamptz', [
        toInstant(clock() - NOTICES_KEPT),
      ]);
    },
  };
}

/** What the relay does with one complaint. */
function complaintsThere({ db, pool, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  const change = async (id: string, changes: Partial<typeof platformComplaints.$inferInsert>): Promise<void> => {
    await db.update(platformComplaints).set(changes).where(eq(platformComplaints.id, id));
  };
  return {
    /** Takes over what a list says: what is new, or has changed, is looked at next. */
    async found(accountId: string, items: readonly Listed[]): Promise<void> {
      if (items.length === 0) return;
      await pool.query(
        `insert into platform_complaints (account_id, complaint_id, listed, found_at, due_at)
         select $1::uuid, l."complaintId", l.listed, $3::timestamptz, $3::timestamptz
         from jsonb_to_recordset($2::jsonb) as l("complaintId" text, listed text)
         on conflict (account_id, complaint_id) do update set listed = excluded.listed, due_at = excluded.due_at,
           state = case when platform_complaints.state = 'ended' then 'open' else platform_complaints.state end
         where platform_complaints.listed is distinct from excluded.listed`,
        [accountId, JSON.stringify(items), nowInstant()],
      );
    },

    /** What is to be looked at now, one by one. */
    async due(accountId: string, limit: number): Promise<PlatformComplaint[]> {
      const rows = await db
        .select()
        .from(platformComplaints)
        .where(
          sql`${platformComplaints.accountId} = ${accountId} and ${platformComplaints.dueAt} <= ${nowInstant()}::timestamptz`,
        )
        .orderBy(platformComplaints.dueAt, platformComplaints.id)
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** Keeps what its case is to be filed from, unless that is kept already. @returns what is kept */
    async keepBody(id: string, body: unknown): Promise<unknown> {
      const [row] = await db
        .update(platformComplaints)
        .set({ body: sql`coalesce(${platformComplaints.body}, ${JSON.stringify(body)}::jsonb)` })
        .where(eq(platformComplaints.id, id))
        .returning({ body: platformComplaints.body });
      return row?.body;
    },

    /** It has its case, or another one. */
    filed: (id: string, caseNo: string): Promise<void> => change(id, { caseNo, state: 'open', body: null }),

    /** Its case has an entry or a photo of it. */
    async took(id: string, entry: string): Promise<void> {
      await db
        .update(platformComplaints)
        .set({ taken: sql`array_append(${platformComplaints.taken}, ${entry}::text)` })
        .where(eq(platformComplaints.id, id));
    },

    /** What a look has found. */
    looked: (id: string, found: PlatformLook): Promise<void> =>
      change(id, { ...found, lookedAt: nowInstant(), attempts: 0 }),

    /** It could not be dealt with; again then. @param attempts how often that was the fault of the complaint */
    later: (id: string, dueAt: Instant, code: string, attempts: number): Promise<void> =>
      change(id, { dueAt, code, attempts }),

    /** It is looked at next. */
    lookNow: (id: string): Promise<void> => change(id, { dueAt: nowInstant() }),

    /** It cannot become a case by itself. */
    stuck: (id: string, code: string): Promise<void> => change(id, { state: 'stuck', dueAt: null, code }),

    /** Those of a case, the newest first. */
    async ofCase(caseNo: string): Promise<CasePlatform[]> {
      const rows = await db
        .select({
          ...getTableColumns(platformComplaints),
          account: platformAccounts.name,
          kind: platformAccounts.kind,
          language: platformAccounts.language,
        })
        .from(platformComplaints)
        .innerJoin(platformAccounts, eq(platformAccounts.id, platformComplaints.accountId))
        .where(eq(platformComplaints.caseNo, caseNo))
        .orderBy(sql`${platformComplaints.foundAt} desc`, platformComplaints.id);
      return rows.map((row) => withoutNulls(row));
    },

    /** Of cases that came by a platform and are not finished there, the newest complaint of each. */
    async clocksOf(
      caseNos: readonly string[],
    ): Promise<Pick<CasePlatform, 'caseNo' | 'kind' | 'phase' | 'since' | 'repliedAt' | 'expiresAt'>[]> {
      if (caseNos.length === 0) return [];
      const { caseNo, phase, since, repliedAt, expiresAt, foundAt } = platformComplaints;
      const rows = await db
        .selectDistinctOn([caseNo], { caseNo, kind: platformAccounts.kind, phase, since, repliedAt, expiresAt })
        .from(platformComplaints)
        .innerJoin(platformAccounts, eq(platformAccounts.id, platformComplaints.accountId))
        .where(inArray(caseNo, [...caseNos]))
        .orderBy(caseNo, sql`${foundAt} desc`, platformComplaints.id);
      return rows.map((row) => withoutNulls(row));
    },

    /** Whether what is written to the customer of a case reaches them at a platform. */
    async repliesTo(caseNo: string): Promise<boolean> {
      const { rows } = await pool.query(
        `select 1 from platform_complaints c join platform_accounts a on a.id = c.account_id
         where c.case_no = $1::text and a.enabled and a.kind = any($2::text[]) limit 1`,
        [caseNo, REPLY_KINDS],
      );
      return rows.length > 0;
    },

    /** Those whose owner is to be told now that the platform's time ends. */
    async toWarn(limit: number): Promise<CasePlatform[]> {
      const rows = await db
        .select({
          ...getTableColumns(platformComplaints),
          account: platformAccounts.name,
          kind: platformAccounts.kind,
          language: platformAccounts.language,
        })
        .from(platformComplaints)
        .innerJoin(platformAccounts, eq(platformAccounts.id, platformComplaints.accountId))
        .where(
          sql`${platformComplaints.warnAt} <= ${nowInstant()}::timestamptz and ${platformComplaints.caseNo} is not null`,
        )
        .orderBy(platformComplaints.warnAt, platformComplaints.id)
        .limit(limit);
      return rows.map((row) => withoutNulls(row));
    },

    /** When its owner is told next. @param warned the end that they were told of just now */
    async warnNext(id: string, next: Instant | null, warned?: string): Promise<void> {
      await db
        .update(platformComplaints)
        .set({
          warnAt: next,
          ...(warned !== undefined && { warned: sql`array_append(${platformComplaints.warned}, ${warned}::text)` }),
          id,
        })
        .where(eq(platformComplaints.id, id));
    },
  };
}

function repliesThere({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** What is to be sent now, in the order in which it was written; of a complaint one after the other. */
    async repliesDue(
      accountId: string,
      limit: number,
    ): Promise<{ reply: PlatformReply; complaint: PlatformComplaint }[]> {
      const rows = await db
        .select({ reply: platformReplies, complaint: platformComplaints })
        .from(platformReplies)
        .innerJoin(platformComplaints, eq(platformComplaints.id, platformReplies.platformComplaintId))
        .where(
          sql`${platformComplaints.accountId} = ${accountId} and ${platformReplies.dueAt} <= ${nowInstant()}::timestamptz
            and not exists (
              select 1 from platform_replies before
              where before.platform_complaint_id = ${platformReplies.platformComplaintId}
                and before.seq < ${platformReplies.seq} and before.due_at is not null)`,
        )
        .orderBy(platformReplies.dueAt, platformReplies.seq)
        .limit(limit);
      return rows.map(({ reply, complaint }) => ({ reply: withoutNulls(reply), complaint: withoutNulls(complaint) }));
    },

    /** The platform is about to be called with a text, by whose hash it is known again; again then, if nothing is heard. */
    async replyCalled({ id, platformComplaintId }: PlatformReply, said: string, again: Instant): Promise<void> {
      await db
        .update(platformComplaints)
        .set({ said: sql`array_append(${platformComplaints.said}, ${said}::text)` })
        .where(eq(platformComplaints.id, platformComplaintId));
      await db
        .update(platformReplies)
        .set({
          state: 'unsure',
          attempts: sql`${platformReplies.attempts} + 1`,
          calledAt: sql`coalesce(${platformReplies.calledAt}, ${nowInstant()}::timestamptz)`,
          dueAt: again,
        })
        .where(eq(platformReplies.id, id));
    },

    /** It waits, without a fault. */
    async replyLater(id: string, dueAt: Instant, code: string): Promise<void> {
      await db.update(platformReplies).set({ code, dueAt }).where(eq(platformReplies.id, id));
    },

    async replyEnded(id: string, state: 'sent' | 'refused' | 'skipped', code?: string): Promise<void> {
      await db
        .update(platformReplies)
        .set({ state, code: code ?? null, dueAt: null, endedAt: nowInstant() })
        .where(eq(platformReplies.id, id));
    },

    /** Of a complaint, the newest first. */
    async repliesOf(platformComplaintId: string): Promise<PlatformReply[]> {
      const rows = await db
        .select()
        .from(platformReplies)
        .where(eq(platformReplies.platformComplaintId, platformComplaintId))
        .orderBy(sql`${platformReplies.seq} desc`);
      return rows.map((row) => withoutNulls(row));
    },
  };
}

function actsThere({ db, clock }: Database) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** Plans what somebody has decided. @returns false: something else is under way for this complaint */
    async planAct(act: {
      id: string;
      platformComplaintId: string;
      act: PlatformActName;
      reason: string | null;
      result: string | null;
      files: string[];
      days: number | null;
      by: string;
    }): Promise<boolean> {
      const at = nowInstant();
      const made = await db
        .insert(platformActs)
        .values({ ...act, at, dueAt: at })
        .onConflictDoNothing()
        .returning({ id: platformActs.id });
      return made.length > 0;
    },

    /** What is to be passed on now. */
    async actsDue(accountId: string, limit: number): Promise<{ act: PlatformAct; complaint: PlatformComplaint }[]> {
      const rows = await db
        .select({ act: platformActs, complaint: platformComplaints })
        .from(platformActs)
        .innerJoin(platformComplaints, eq(platformComplaints.id, platformActs.platformComplaintId))
        .where(
          sql`${platformComplaints.accountId} = ${accountId} and ${platformActs.dueAt} <= ${nowInstant()}::timestamptz`,
        )
        .orderBy(platformActs.dueAt, platformActs.id)
        .limit(limit);
      return rows.map(({ act, complaint }) => ({ act: withoutNulls(act), complaint: withoutNulls(complaint) }));
    },

    /**
     * The platform is about to be called, and may take it from now on; again then, if nothing is heard.
     * @param said hash of its words, by which they are known again
     */
    async actCalled({ id, platformComplaintId }: PlatformAct, again: Instant, said?: string): Promise<void> {
      if (said !== undefined) {
        await db
          .update(platformComplaints)
          .set({ said: sql`array_append(${platformComplaints.said}, ${said}::text)` })
          .where(eq(platformComplaints.id, platformComplaintId));
      }
      await db
        .update(platformActs)
        .set({ state: 'unsure', attempts: sql`${platformActs.attempts} + 1`, dueAt: again })
        .where(eq(platformActs.id, id));
    },

    async actEnded(id: string, state: 'done' | 'refused', code?: string): Promise<void> {
      await db
        .update(platformActs)
        .set({ state, code: code ?? null, dueAt: null, endedAt: nowInstant() })
        .where(eq(platformActs.id, id));
    },

    /** Of a complaint, the newest first. */
    async actsOf(platformComplaintId: string): Promise<PlatformAct[]> {
      const rows = await db
        .select()
        .from(platformActs)
        .where(eq(platformActs.platformComplaintId, platformComplaintId))
        .orderBy(sql`${platformActs.at} desc`, platformActs.id);
      return rows.map((row) => withoutNulls(row));
    },
  };
}
