import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Policy } from '../../domain/policy/schema';
import { toInstant } from '../../domain/time/duration';
import type { Database } from '../database';
import type { PolicyDraftRow } from '../records';
import { policyDrafts } from '../schema';
import { publishIn } from './policies';

type Row = typeof policyDrafts.$inferSelect;

const ofRow = ({ rehearsal, rehearsedRevision, publishedAs, ...row }: Row): PolicyDraftRow => ({
  ...row,
  rehearsal: rehearsal ?? undefined,
  rehearsedRevision: rehearsedRevision ?? undefined,
  publishedAs: publishedAs ?? undefined,
});

/** The draft as the caller last saw it: not saved since, and not published. */
const stillDraft = (id: string, revision: number) =>
  and(eq(policyDrafts.id, id), eq(policyDrafts.revision, revision), isNull(policyDrafts.publishedAs));

/**
 * Policies in the making. Every change names the revision it was made on: nothing is returned
 * when there is a newer one.
 */
export function policyDraftStore({ db, clock }: Database) {
  return {
    /** Stores a new draft as revision 1. */
    async create(draft: { title: string; base: number; policy: unknown; by: string }): Promise<PolicyDraftRow> {
      const { by, ...values } = draft;
      const at = toInstant(clock());
      const [row] = await db
        .insert(policyDrafts)
        .values({ ...values, createdBy: by, updatedBy: by, createdAt: at, updatedAt: at })
        .returning();
      if (!row) throw new Error('the draft was not stored');
      return ofRow(row);
    },

    async get(id: string): Promise<PolicyDraftRow | undefined> {
      const [row] = await db.select().from(policyDrafts).where(eq(policyDrafts.id, id));
      return row && ofRow(row);
    },

    /** The 500 drafts that were changed last, published ones too, the last changed first. */
    async list(): Promise<PolicyDraftRow[]> {
      const rows = await db.select().from(policyDrafts).orderBy(desc(policyDrafts.updatedAt)).limit(500);
      return rows.map(ofRow);
    },

    /** Replaces policy and title; the revision grows by one. */
    async save(
      id: string,
      revision: number,
      change: { title?: string; policy: unknown; by: string },
    ): Promise<PolicyDraftRow | undefined> {
      const { by, ...values } = change;
      const [row] = await db
        .update(policyDrafts)
        .set({ ...values, revision: revision + 1, updatedBy: by, updatedAt: toInstant(clock()) })
        .where(stillDraft(id, revision))
        .returning();
      return row && ofRow(row);
    },

    /** Keeps the report of a rehearsal of this revision. */
    async rehearsed(id: string, revision: number, rehearsal: unknown): Promise<PolicyDraftRow | undefined> {
      const [row] = await db
        .update(policyDrafts)
        .set({ rehearsal, rehearsedRevision: revision })
        .where(stillDraft(id, revision))
        .returning();
      return row && ofRow(row);
    },

    /**
     * Publishes `policy` as the next version and ends the draft, in one transaction. Undefined, and nothing is
     * published, when the draft was saved or published since.
     */
    publish(id: string, revision: number, policy: Policy, by: string): Promise<Policy | undefined> {
      return db.transaction(async (tx) => {
        const [row] = await tx.select().from(policyDrafts).where(stillDraft(id, revision)).for('update');
        if (!row) return undefined;
        const published = await publishIn(tx, policy, by);
        await tx
          .update(policyDrafts)
          .set({ publishedAs: published.version, updatedBy: by, updatedAt: toInstant(clock()) })
          .where(eq(policyDrafts.id, id));
        return published;
      });
    },
  };
}
