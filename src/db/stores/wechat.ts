import { randomUUID } from 'node:crypto';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import { given } from '../../domain/basics/given';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { iso, withoutNulls, type Database } from '../database';
import type { SealedWechatAccount, WechatAccount, WechatPerson } from '../records';
import { wechatAccounts, wechatPeople } from '../schema';
import { noteAct, noteChange } from './channel-acts';

/** How messages to an account name their source (`inbound_messages`). */
export const wechatSource = (accountId: string): string => `wechat:${accountId}`;

const {
  secret: _secret,
  token: _token,
  aesKey: _aesKey,
  cursor: _cursor,
  pullToken: _pullToken,
  pullAt: _pullAt,
  busyUntil: _busyUntil,
  ...SHOWN
} = getTableColumns(wechatAccounts);

const sealed = ({ busyUntil: _until, ...row }: typeof wechatAccounts.$inferSelect): SealedWechatAccount =>
  withoutNulls(row);

/** What an admin says of an account; the secrets are sealed. */
export interface WechatSettings {
  name: string;
  appId: string;
  secret: string;
  token: string;
  aesKey: string;
}

const actOn = ({ id, name }: Pick<WechatAccount, 'id' | 'name'>) =>
  ({ channel: 'wechat', subjectId: id, name }) as const;

/** Accounts to which customers write, and who has written. */
export const wechatStore = (database: Pick<Database, 'db' | 'clock'>) => ({
  ...accounts(database),
  ...pulling(database),
});

/** Whose messages are read by us. */
function pulling({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** The platform says that there is something to read. */
    async pushed(id: string, pullToken: string): Promise<void> {
      await db.update(wechatAccounts).set({ pullToken, pullAt: nowInstant() }).where(eq(wechatAccounts.id, id));
    },

    /** One whose messages are to be read; for `leaseMs` nobody else gets it. Undefined: none is due. */
    async claimPull(leaseMs: number): Promise<SealedWechatAccount | undefined> {
      const now = nowInstant();
      const due = sql`select ${wechatAccounts.id} from ${wechatAccounts}
        where ${wechatAccounts.enabled} and ${wechatAccounts.pullAt} <= ${now}::timestamptz
          and coalesce(${wechatAccounts.busyUntil} <= ${now}::timestamptz, true)
        order by ${wechatAccounts.pullAt} limit 1 for update skip locked`;
      const [row] = await db
        .update(wechatAccounts)
        .set({ busyUntil: toInstant(clock() + leaseMs) })
        .where(sql`${wechatAccounts.id} in (${due})`)
        .returning();
      return row && sealed(row);
    },

    /** All up to here is kept. */
    async pulled(id: string, cursor: string): Promise<void> {
      await db.update(wechatAccounts).set({ cursor }).where(eq(wechatAccounts.id, id));
    },

    /** It is read again at `nextAt`, or at once if the platform has said something since it was claimed. */
    async released({ id, pullAt }: Pick<SealedWechatAccount, 'id' | 'pullAt'>, nextAt: Instant): Promise<void> {
      await db
        .update(wechatAccounts)
        .set({
          busyUntil: null,
          pullAt: sql`case when ${wechatAccounts.pullAt} > ${pullAt ?? null}::timestamptz then ${wechatAccounts.pullAt}
            else ${nextAt}::timestamptz end`,
        })
        .where(eq(wechatAccounts.id, id));
    },
  };
}

function accounts({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  const nowInstant = (): Instant => toInstant(clock());
  return {
    /** All accounts, the oldest first, each with when something last came in. */
    async list(): Promise<WechatAccount[]> {
      const rows = await db
        .select({
          ...SHOWN,
          lastInAt: sql<Date | string | null>`(select m.arrived_at from inbound_messages m
            where m.channel = 'wechat' and m.source = ${wechatSource('')} || "wechat_accounts"."id"::text order by m.id desc limit 1)`,
        })
        .from(wechatAccounts)
        .orderBy(wechatAccounts.createdAt, wechatAccounts.id);
      return rows.map(({ lastInAt, ...row }) => ({
        ...withoutNulls(row),
        ...(lastInAt !== null && { lastInAt: iso(lastInAt) }),
      }));
    },

    /** One with its sealed secrets, also while it is off. */
    async get(id: string): Promise<SealedWechatAccount | undefined> {
      const [row] = await db.select().from(wechatAccounts).where(eq(wechatAccounts.id, id));
      return row && sealed(row);
    },

    async create(
      account: Pick<WechatAccount, 'id' | 'createdBy' | 'kind' | 'openKfId'> & WechatSettings,
    ): Promise<void> {
      const at = nowInstant();
      await db.transaction(async (tx) => {
        const pullAt = account.kind === 'kf' ? at : null;
        await tx.insert(wechatAccounts).values({ ...account, pullAt, createdAt: at });
        await noteAct(tx, { ...actOn(account), act: 'made', by: account.createdBy, at });
      });
    },

    /** Changes what is given. @returns whether it was there */
    async change(
      id: string,
      { enabled, ...settings }: Partial<WechatSettings> & { enabled?: boolean | undefined },
      by: string,
    ): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(wechatAccounts).where(eq(wechatAccounts.id, id)).for('update');
        if (!before) return false;
        await tx
          .update(wechatAccounts)
          .set({ ...given({ enabled, ...settings }), code: null, failingSince: null })
          .where(eq(wechatAccounts.id, id));
        await noteChange(
          tx,
          { ...actOn({ id, name: settings.name ?? before.name }), by, at: nowInstant() },
          { before, given: settings, enabled: { was: before.enabled, is: enabled } },
        );
        return true;
      });
    },

    /** Removes it, and with it who has written to it. @param by a user id @returns whether it was there */
    async remove(id: string, by: string): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [row] = await tx.delete(wechatAccounts).where(eq(wechatAccounts.id, id)).returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'removed', by, at: nowInstant() });
        return row !== undefined;
      });
    },

    /** The platform took something. */
    async worked(id: string): Promise<void> {
      await db
        .update(wechatAccounts)
        .set({ code: null, failingSince: null, lastOutAt: nowInstant() })
        .where(eq(wechatAccounts.id, id));
    },

    /** Nothing works with this account until somebody has put it right. */
    async failing(id: string, code: string): Promise<void> {
      await db
        .update(wechatAccounts)
        .set({
          code,
          failingSince: sql`coalesce(${wechatAccounts.failingSince}, ${nowInstant()}::timestamptz)`,
        })
        .where(eq(wechatAccounts.id, id));
    },

    /** Somebody wrote: from then on they may be answered for a while. The same once more, or late, changes nothing. */
    async wrote(accountId: string, openId: string, at: Instant): Promise<string> {
      const isNewer = sql`excluded.wrote_at > ${wechatPeople.wroteAt}`;
      const [row] = await db
        .insert(wechatPeople)
        .values({ id: randomUUID(), accountId, openId, wroteAt: at, createdAt: nowInstant() })
        .onConflictDoUpdate({
          target: [wechatPeople.accountId, wechatPeople.openId],
          set: {
            sent: sql`case when ${isNewer} then 0 else ${wechatPeople.sent} end`,
            wroteAt: sql`greatest(${wechatPeople.wroteAt}, excluded.wrote_at)`,
          },
        })
        .returning({ id: wechatPeople.id });
      if (!row) throw new Error('who has written is not there');
      return row.id;
    },

    /** Undefined: their account was removed. */
    async person(id: string): Promise<WechatPerson | undefined> {
      const [row] = await db.select().from(wechatPeople).where(eq(wechatPeople.id, id));
      return row;
    },

    /** A message to them was taken. */
    async sentTo(id: string): Promise<void> {
      await db
        .update(wechatPeople)
        .set({ sent: sql`${wechatPeople.sent} + 1` })
        .where(eq(wechatPeople.id, id));
    },
  };
}
