import { and, asc, count, eq, gt, lte, ne, or, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import type { Session } from '../records';
import { pushSubscriptions, sessions } from '../schema';
import { noteAccess } from './access-log';

/** Ends all sessions of a person, and pushes to the browsers that were allowed in them, in the transaction that asks for it. */
export async function endSessionsOf(on: Pick<Database['db'], 'delete'>, userId: string): Promise<void> {
  await on.delete(sessions).where(eq(sessions.userId, userId));
  await on.delete(pushSubscriptions).where(eq(pushSubscriptions.userId, userId));
}

/** Sessions of staff in browsers. Ending one removes it. */
export function sessionStore({ db }: Pick<Database, 'db'>) {
  const isOpen = (at: Instant) => and(gt(sessions.idleUntil, at), gt(sessions.endsAt, at));

  /** @returns how many there were */
  const end = async (on: Pick<Database['db'], 'delete'>, which: ReturnType<typeof and>): Promise<number> =>
    (await on.delete(sessions).where(which).returning({ idHash: sessions.idHash })).length;

  return {
    /**
     * Adds a session, and removes those of the person that are over by now. Pushes to its browser end with this session
     * from now on; those that somebody else had allowed there end now.
     * @param device the mark of its browser (`deviceMark`), where pushes were allowed in it
     */
    async add(session: Session, device?: string): Promise<void> {
      const { userId, idHash, createdAt: at } = session;
      await db.transaction(async (tx) => {
        await end(tx, and(eq(sessions.userId, userId), or(lte(sessions.idleUntil, at), lte(sessions.endsAt, at))));
        await tx.insert(sessions).values(session);
        if (device === undefined || session.awaitsCode) return;
        const here = eq(sql`encode(sha256(convert_to(${pushSubscriptions.endpoint}, 'UTF8')), 'hex')`, device);
        await tx.delete(pushSubscriptions).where(and(here, ne(pushSubscriptions.userId, userId)));
        await tx.update(pushSubscriptions).set({ sessionHash: idHash }).where(here);
      });
    },

    /** The session, unless it is over at this moment. */
    async get(idHash: string, at: Instant): Promise<Session | undefined> {
      const [row] = await db
        .select()
        .from(sessions)
        .where(and(eq(sessions.idHash, idHash), isOpen(at)));
      return row;
    },

    /** Notes that the session was used at this moment. */
    async touch(idHash: string, at: Instant, idleUntil: Instant): Promise<void> {
      await db.update(sessions).set({ lastSeenAt: at, idleUntil }).where(eq(sessions.idHash, idHash));
    },

    /** The sessions of a person that are not over, the earliest first; without those that await a code. */
    list: (userId: string, at: Instant): Promise<Session[]> =>
      db
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.awaitsCode, false), isOpen(at)))
        .orderBy(asc(sessions.createdAt), asc(sessions.idHash)),

    /** How many sessions that are not over each person has, by user id; without those that await a code. */
    async counts(at: Instant): Promise<Map<string, number>> {
      const rows = await db
        .select({ userId: sessions.userId, open: count() })
        .from(sessions)
        .where(and(eq(sessions.awaitsCode, false), isOpen(at)))
        .groupBy(sessions.userId);
      return new Map(rows.map(({ userId, open }) => [userId, open]));
    },

    /** Ends all sessions of a person for somebody else, which is noted. */
    async endAllBy(userId: string, by: string, at: Instant): Promise<void> {
      await db.transaction(async (tx) => {
        await endSessionsOf(tx, userId);
        await noteAccess(tx, { userId, acts: ['sessionsEnded'], by, at });
      });
    },

    /**
     * Ends one session, and pushes to a browser that was allowed in it.
     * @param userId whose it must be; left out: anybody's. @returns whether it was there
     */
    end(idHash: string, userId?: string): Promise<boolean> {
      const mine = userId === undefined ? undefined : eq(sessions.userId, userId);
      return db.transaction(async (tx) => {
        const isThere = (await end(tx, and(eq(sessions.idHash, idHash), mine))) > 0;
        if (isThere) await tx.delete(pushSubscriptions).where(eq(pushSubscriptions.sessionHash, idHash));
        return isThere;
      });
    },

    /**
     * Ends all sessions of a person, and pushes to the browsers that were allowed in them.
     * @param but the hash of one that goes on. @returns how many were ended
     */
    endAll(userId: string, but?: string): Promise<number> {
      const others = but === undefined ? undefined : ne(pushSubscriptions.sessionHash, but);
      return db.transaction(async (tx) => {
        await tx.delete(pushSubscriptions).where(and(eq(pushSubscriptions.userId, userId), others));
        return end(tx, and(eq(sessions.userId, userId), but === undefined ? undefined : ne(sessions.idHash, but)));
      });
    },
  };
}
