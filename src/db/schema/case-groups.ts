import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/**
 * Complaints of different customers about one matter, joined by a person: each stays open with its own promises, and what is
 * decided in `lead` may be decided in the others, too. `lead` is a member itself.
 */
export const caseGroups = pgTable('case_groups', {
  groupId: uuid('group_id').primaryKey(),
  lead: text().notNull(),
  madeAt: instant('made_at').notNull(),
  madeBy: text('made_by').notNull(),
});

/** Who was in a group, and when; never removed. A case is in one group at most at a time. */
export const caseGroupMembers = pgTable(
  'case_group_members',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    groupId: uuid('group_id').notNull(),
    caseNo: text('case_no').notNull(),
    joinedAt: instant('joined_at').notNull(),
    joinedBy: text('joined_by').notNull(),
    /** Null: it is still in it. */
    leftAt: instant('left_at'),
    leftBy: text('left_by'),
  },
  (table) => [
    index('case_group_members_group').on(table.groupId),
    uniqueIndex('case_group_members_present')
      .on(table.caseNo)
      .where(sql`${table.leftAt} is null`),
  ],
);
