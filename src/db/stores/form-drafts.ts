import { and, desc, eq, gt, inArray, lte } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import type { FormDraft } from '../records';
import { formDrafts } from '../schema';

/** What staff have typed into forms and not sent yet. */
export function formDraftStore({ db }: Pick<Database, 'db'>) {
  const isAt = (userId: string, place: string) => and(eq(formDrafts.userId, userId), eq(formDrafts.place, place));
  return {
    /** The draft of this form, unless it is from `since` or before. */
    async get(userId: string, place: string, since: Instant): Promise<FormDraft | undefined> {
      const [row] = await db
        .select()
        .from(formDrafts)
        .where(and(isAt(userId, place), gt(formDrafts.at, since)));
      return row;
    },

    /**
     * Keeps a draft in place of the one before. Removes everybody's drafts that are from `since` or before, and of this
     * person all but the newest `most`.
     */
    async keep(draft: FormDraft, { since, most }: { since: Instant; most: number }): Promise<void> {
      const { userId, fields, at } = draft;
      await db
        .insert(formDrafts)
        .values(draft)
        .onConflictDoUpdate({ target: [formDrafts.userId, formDrafts.place], set: { fields, at } });
      await db.delete(formDrafts).where(lte(formDrafts.at, since));
      const tooMany = db
        .select({ place: formDrafts.place })
        .from(formDrafts)
        .where(eq(formDrafts.userId, userId))
        .orderBy(desc(formDrafts.at), formDrafts.place)
        .offset(most);
      await db.delete(formDrafts).where(and(eq(formDrafts.userId, userId), inArray(formDrafts.place, tooMany)));
    },

    async remove(userId: string, place: string): Promise<void> {
      await db.delete(formDrafts).where(isAt(userId, place));
    },
  };
}
