import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { NoticeGroup, Quiet } from '../../domain/policy/notice-choices';
import { instant } from './columns';
import { users } from './users';

/** What staff have chosen of the notices to them; whoever has chosen nothing has no row. Removed with the person. */
export const noticeChoices = pgTable('notice_choices', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** Groups of notices that come on the desk alone, and not by mail. */
  bellOnly: text('bell_only').array().$type<NoticeGroup[]>().notNull(),
  /** When mails to them wait. */
  quiet: jsonb().$type<Quiet>().notNull(),
  /** When they chose it. */
  at: instant().notNull(),
});
