import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Uploaded files; their bytes lie on disk under their sha-256, once for all rows with the same content. */
export const evidence = pgTable(
  'evidence',
  {
    evidenceId: uuid('evidence_id').primaryKey(),
    caseNo: text('case_no').notNull(),
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text('media_type').notNull(),
    fileName: text('file_name').notNull(),
    /** The media type that its name stands for, when the content is of another type. */
    namedAs: text('named_as'),
    /** Staff id, or `customer`. */
    addedBy: text('added_by').notNull(),
    addedAt: instant('added_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('evidence_case').on(table.caseNo), index('evidence_sha').on(table.sha256)],
);
