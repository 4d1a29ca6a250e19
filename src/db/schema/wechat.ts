import { boolean, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { WechatKind } from '../records';
import { instant } from './columns';

/** WeChat official accounts, and customer service accounts of WeCom, to which customers write. They stay until an admin removes them. */
export const wechatAccounts = pgTable('wechat_accounts', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  kind: text().$type<WechatKind>().notNull().default('official'),
  /** AppID, or CorpID. */
  appId: text('app_id').notNull(),
  /** Of a customer service account alone. */
  openKfId: text('open_kf_id'),
  /** How far its messages have been read. */
  cursor: text(),
  /** The platform said that there is something, with this word, which holds for ten minutes. */
  pullToken: text('pull_token'),
  /** To be read not before; null: an official account, which posts by itself. */
  pullAt: instant('pull_at'),
  /** Somebody is reading it; the end of the lease. */
  busyUntil: instant('busy_until'),
  /** AppSecret, Token and EncodingAESKey, each sealed (src/outgoing/seal.ts). */
  secret: text().notNull(),
  token: text().notNull(),
  aesKey: text('aes_key').notNull(),
  enabled: boolean().notNull().default(true),
  /** How the platform last refused us, or what is wrong with what it sends; null once something went well. */
  code: text(),
  failingSince: instant('failing_since'),
  lastOutAt: instant('last_out_at'),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
});

/**
 * People who have written to an account. The openid is personal data: it stands here alone, everything else names the row's
 * id. Rows stay as long as their account is connected.
 */
export const wechatPeople = pgTable(
  'wechat_people',
  {
    id: uuid().primaryKey(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => wechatAccounts.id, { onDelete: 'cascade' }),
    openId: text('open_id').notNull(),
    /** When they last wrote, by the platform's clock: for 48 hours from then they may be answered. */
    wroteAt: instant('wrote_at').notNull(),
    /** How many messages were sent to them since. */
    sent: integer().notNull().default(0),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [unique('wechat_people_once').on(table.accountId, table.openId)],
);
