import { randomUUID } from 'node:crypto';
import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import { MOST_IN_GROUP, type CaseGroup } from '../records';
import { caseGroupMembers, caseGroups, cases } from '../schema';

/**
 * Why cases are not joined. `closed`: this one is archived, or has gone into another. `elsewhere`: it is in another group.
 * `not_lead`: the one that is to lead is in a group that another leads. `too_many`: the group would be too large.
 */
export type JoinRefusal =
  { code: 'closed' | 'elsewhere' | 'not_lead'; caseNo: string } | { code: 'too_many'; caseNo?: undefined };

/** Who is in a group now. */
const present = isNull(caseGroupMembers.leftAt);

/** Groups of complaints of different customers about one matter. */
export function groupStore({ db }: Database) {
  type Run = Pick<typeof db, 'select'>;
  const groupOf = async (run: Run, caseNo: string): Promise<{ groupId: string; lead: string } | undefined> => {
    const [row] = await run
      .select({ groupId: caseGroups.groupId, lead: caseGroups.lead })
      .from(caseGroupMembers)
      .innerJoin(caseGroups, eq(caseGroups.groupId, caseGroupMembers.groupId))
      .where(and(eq(caseGroupMembers.caseNo, caseNo), present));
    return row;
  };

  return {
    /** The group in which a case is now, with everybody who is or was in it, in the order in which they came. */
    async of(caseNo: string): Promise<CaseGroup | undefined> {
      const found = await groupOf(db, caseNo);
      if (!found) return undefined;
      const members = await db
        .select()
        .from(caseGroupMembers)
        .where(eq(caseGroupMembers.groupId, found.groupId))
        .orderBy(asc(caseGroupMembers.id));
      const [group] = await db.select().from(caseGroups).where(eq(caseGroups.groupId, found.groupId));
      if (!group) throw new Error('a group has members and no row');
      return { ...group, members: members.map(({ id: _id, groupId: _group, ...member }) => withoutNulls(member)) };
    },

    /** The leads of the groups in which these cases are now; those in no group are left out. */
    async leadsOf(caseNos: readonly string[]): Promise<Map<string, string>> {
      if (caseNos.length === 0) return new Map();
      const rows = await db
        .select({ caseNo: caseGroupMembers.caseNo, lead: caseGroups.lead })
        .from(caseGroupMembers)
        .innerJoin(caseGroups, eq(caseGroups.groupId, caseGroupMembers.groupId))
        .where(and(inArray(caseGroupMembers.caseNo, [...caseNos]), present));
      return new Map(rows.map((row) => [row.caseNo, row.lead]));
    },

    /**
     * Joins cases under a lead, all of them or none; those that are in its group already stay. The rows of all cases are
     * locked, the lowest number first, so that of two groups that want one case the second is refused.
     * @returns what stands against it; undefined: they are joined
     */
    join(wanted: {
      lead: string;
      members: readonly string[];
      by: string;
      at: Instant;
    }): Promise<JoinRefusal | undefined> {
      const { lead, members, by, at } = wanted;
      const all = [...new Set([lead, ...members])];
      return db.transaction(async (tx): Promise<JoinRefusal | undefined> => {
        const rows = await tx
          .select({
            caseNo: cases.caseNo,
            stage: cases.stage,
            mergedInto: sql<string | null>`${cases.state} ->> 'mergedInto'`,
          })
          .from(cases)
          .where(inArray(cases.caseNo, all))
          .orderBy(asc(cases.caseNo))
          .for('update');
        const open = new Set(
          rows.filter((row) => row.stage !== 'archived' && row.mergedInto === null).map((row) => row.caseNo),
        );
        const group = await groupOf(tx, lead);
        if (group && group.lead !== lead) return { code: 'not_lead', caseNo: lead };
        const there = await tx
          .select({ caseNo: caseGroupMembers.caseNo, groupId: caseGroupMembers.groupId })
          .from(caseGroupMembers)
          .where(and(inArray(caseGroupMembers.caseNo, all), present));
        const groupIds = new Map(there.map((row) => [row.caseNo, row.groupId]));
        const coming = all.filter((caseNo) => !group || groupIds.get(caseNo) !== group.groupId);
        const elsewhere = coming.find((caseNo) => groupIds.has(caseNo));
        if (elsewhere !== undefined) return { code: 'elsewhere', caseNo: elsewhere };
        const closed = coming.find((caseNo) => !open.has(caseNo));
        if (closed !== undefined) return { code: 'closed', caseNo: closed };
        if (coming.length === 0) return undefined;
        const groupId = group?.groupId ?? randomUUID();
        const [{ size } = { size: 0 }] = await tx
          .select({ size: count() })
          .from(caseGroupMembers)
          .where(and(eq(caseGroupMembers.groupId, groupId), present));
        if (size + coming.length > MOST_IN_GROUP) return { code: 'too_many' };
        if (!group) await tx.insert(caseGroups).values({ groupId, lead, madeAt: at, madeBy: by });
        await tx
          .insert(caseGroupMembers)
          .values(coming.map((caseNo) => ({ groupId, caseNo, joinedAt: at, joinedBy: by })));
        return undefined;
      });
    },

    /**
     * Takes a case out of the group of `lead`. The lead cannot go alone, nor stay alone: with it, or with the last member
     * beside it, the group ends.
     * @returns false: it is not in this group
     */
    leave(wanted: { lead: string; member: string; by: string; at: Instant }): Promise<boolean> {
      const { lead, member, by, at } = wanted;
      return db.transaction(async (tx) => {
        await tx.select({ caseNo: cases.caseNo }).from(cases).where(eq(cases.caseNo, lead)).for('update');
        const group = await groupOf(tx, lead);
        if (!group || group.lead !== lead) return false;
        const there = await tx
          .select({ caseNo: caseGroupMembers.caseNo })
          .from(caseGroupMembers)
          .where(and(eq(caseGroupMembers.groupId, group.groupId), present));
        if (!there.some(({ caseNo }) => caseNo === member)) return false;
        const ends = member === lead || there.length <= 2;
        await tx
          .update(caseGroupMembers)
          .set({ leftAt: at, leftBy: by })
          .where(
            and(
              eq(caseGroupMembers.groupId, group.groupId),
              present,
              ends ? undefined : eq(caseGroupMembers.caseNo, member),
            ),
          );
        return true;
      });
    },
  };
}
