import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Uploaded files; the bytes lie on disk under their sha-256. */
export const evidence = pgTable(
  'evidence',
  {
    evidenceId: uuid('evidence_id').primaryKey(),
    caseNo: text('case_no').notNull(),
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text('media_type').notNull(),
    fileName: text('file_name').notNull(),
    /** The type that its name stands for, where the content is of another. */
    namedAs: text('named_as'),
    /** Staff id, or `customer`. */
    addedBy: text('added_by').notNull(),
    addedAt: instant('added_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('evidence_case').on(table.caseNo), index('evidence_sha').on(table.sha256)],
);
