import { and, eq, gt, isNull } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { Link } from '../records';
import { links } from '../schema';

/** Customers' links that take one answer. */
export function linkStore({ db, clock }: Database) {
  return {
    /**
     * Stores a link unless it is there. A mail that is rendered twice derives the same token, so it carries the same
     * link; the first `expiresAt` stays.
     */
    async ensure(link: Omit<Link, 'usedAt'>): Promise<void> {
      const { hash: tokenHash, purpose, caseNo, subject, expiresAt } = link;
      await db
        .insert(links)
        .values({ tokenHash, purpose, caseNo, subject, expiresAt })
        .onConflictDoNothing({ target: links.tokenHash });
    },

    /** The link, used and expired ones too. */
    async get(hash: string): Promise<Link | undefined> {
      const [row] = await db.select().from(links).where(eq(links.tokenHash, hash));
      if (!row) return undefined;
      const { tokenHash, createdAt: _createdAt, ...link } = row;
      return withoutNulls({ hash: tokenHash, ...link });
    },

    /** Uses the link up. True for the first caller alone; false when it is unknown, used or expired. */
    async use(hash: string): Promise<boolean> {
      const now = toInstant(clock());
      const used = await db
        .update(links)
        .set({ usedAt: now })
        .where(and(eq(links.tokenHash, hash), isNull(links.usedAt), gt(links.expiresAt, now)))
        .returning({ caseNo: links.caseNo });
      return used.length > 0;
    },
  };
}
