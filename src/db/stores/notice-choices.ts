import { inArray } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { NoticeChoices } from '../../domain/policy/notice-choices';
import type { Database } from '../database';
import { noticeChoices } from '../schema';

/** Where things to a person wait, and which are theirs. */
const WAITING = [
  ['outbox', `recipient_key = 'user:' || $1::text and state = 'planned'`],
  ['digests', `user_id = $1::text and state = 'planned'`],
  ['pushes', `subscription_id in (select id from push_subscriptions where user_id = $1::text)`],
] as const;

/** What staff have chosen of the notices to them. */
export function noticeChoiceStore({ db, pool, clock }: Database) {
  return {
    /** What these people have chosen, by user id; whoever has chosen nothing is missing. */
    async of(userIds: readonly string[]): Promise<Map<string, NoticeChoices>> {
      if (userIds.length === 0) return new Map();
      const rows = await db
        .select()
        .from(noticeChoices)
        .where(inArray(noticeChoices.userId, [...userIds]));
      return new Map(rows.map(({ userId, bellOnly, quiet }) => [userId, { bellOnly, quiet }]));
    },

    /**
     * Keeps what somebody chooses now, in place of what they chose before. What waits for the end of their quiet hours
     * is due at once, and is asked about anew.
     */
    async keep(userId: string, { bellOnly, quiet }: NoticeChoices): Promise<void> {
      const at = toInstant(clock());
      const chosen = { bellOnly: [...bellOnly], quiet, at };
      await db
        .insert(noticeChoices)
        .values({ userId, ...chosen })
        .onConflictDoUpdate({ target: noticeChoices.userId, set: chosen });
      // After the choice: what is claimed in between waits by the choice that is there already.
      for (const [table, theirs] of WAITING) {
        await pool.query(
          `update ${table} set next_attempt_at = $2::timestamptz
           where ${theirs} and error = 'quiet' and next_attempt_at > $2::timestamptz`,
          [userId, at],
        );
      }
    },
  };
}
