import { and, asc, count, eq, gt, isNull, lt, lte } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { Passkey, PasskeyChallenge } from '../records';
import { passkeyChallenges, passkeys } from '../schema';
import { noteAccess } from './access-log';
import { endSessionsOf } from './sessions';

/** What a passkey says of itself when it signs. */
export interface PasskeyUse {
  counter: number;
  backedUp: boolean;
}

/** Passkeys of staff, and what they are to sign. What is done about them is noted in the same transaction. */
export function passkeyStore({ db }: Pick<Database, 'db'>) {
  return {
    /** Somebody's passkeys, the earliest first. */
    async of(userId: string): Promise<Passkey[]> {
      const rows = await db
        .select()
        .from(passkeys)
        .where(eq(passkeys.userId, userId))
        .orderBy(asc(passkeys.createdAt), asc(passkeys.id));
      return rows.map((row) => withoutNulls(row));
    },

    /** How many each person has, by user id. */
    async counts(): Promise<Map<string, number>> {
      const rows = await db.select({ userId: passkeys.userId, has: count() }).from(passkeys).groupBy(passkeys.userId);
      return new Map(rows.map(({ userId, has }) => [userId, has]));
    },

    async byCredential(credentialId: string): Promise<Passkey | undefined> {
      const [row] = await db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId));
      return row && withoutNulls(row);
    },

    /** Adds one. @returns false if the credential is somebody's already, theirs or another's */
    async add(passkey: Omit<Passkey, 'lastUsedAt'>): Promise<boolean> {
      const { userId, createdAt: at } = passkey;
      return db.transaction(async (tx) => {
        const rows = await tx.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
        if (rows.length > 0) await noteAccess(tx, { userId, acts: ['passkeyAdded'], by: userId, at });
        return rows.length > 0;
      });
    },

    /**
     * Takes a use down. One that counts has to have counted on since the last: else there are two of it, and the use is
     * noted and not taken. The statement decides, so of two uses with one count the second is refused.
     */
    async use({ id, userId }: Pick<Passkey, 'id' | 'userId'>, { counter, backedUp }: PasskeyUse, at: Instant) {
      return db.transaction(async (tx) => {
        const countsOn = counter > 0 ? lt(passkeys.counter, counter) : eq(passkeys.counter, 0);
        const rows = await tx
          .update(passkeys)
          .set({ counter, backedUp, lastUsedAt: at })
          .where(and(eq(passkeys.id, id), countsOn))
          .returning({ id: passkeys.id });
        if (rows.length > 0) return true;
        const [still] = await tx.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.id, id));
        await noteAccess(tx, { userId, acts: still ? ['passkeyCopied'] : [], at });
        return false;
      });
    },

    /** Removes one of somebody's own. @returns whether it was theirs and there */
    async remove(userId: string, id: string, at: Instant): Promise<boolean> {
      return db.transaction(async (tx) => {
        const rows = await tx
          .delete(passkeys)
          .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
          .returning({ id: passkeys.id });
        if (rows.length > 0) await noteAccess(tx, { userId, acts: ['passkeyRemoved'], by: userId, at });
        return rows.length > 0;
      });
    },

    /** Removes all of somebody's for somebody else, and ends their sessions, which may have begun by one. */
    async removeAllBy(userId: string, by: string, at: Instant): Promise<void> {
      await db.transaction(async (tx) => {
        const gone = await tx.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id });
        await endSessionsOf(tx, userId);
        await noteAccess(tx, { userId, acts: [...gone.map(() => 'passkeyRemoved' as const), 'sessionsEnded'], by, at });
      });
    },

    /** Keeps a challenge until it is answered, and removes those that are over by now. */
    async ask(challenge: PasskeyChallenge, at: Instant): Promise<void> {
      await db.delete(passkeyChallenges).where(lte(passkeyChallenges.expiresAt, at));
      await db.insert(passkeyChallenges).values(challenge);
    },

    /**
     * Takes a challenge, so that nobody else can: of two answers to one, the second finds none.
     * @param session in which it was asked for; left out: somebody signs in
     * @returns undefined if there is none, it is over, or it was asked for something else
     */
    async take(ticketHash: string, session: string | undefined, at: Instant): Promise<string | undefined> {
      const [row] = await db
        .delete(passkeyChallenges)
        .where(
          and(
            eq(passkeyChallenges.ticketHash, ticketHash),
            session === undefined ? isNull(passkeyChallenges.session) : eq(passkeyChallenges.session, session),
            gt(passkeyChallenges.expiresAt, at),
          ),
        )
        .returning({ challenge: passkeyChallenges.challenge });
      return row?.challenge;
    },
  };
}
