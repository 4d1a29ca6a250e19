import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Words } from '../../domain/basics/types';
import type { ImportMapping, ImportRecord } from '../records';
import { instant } from './columns';

/**
 * Files of old complaints, and how far they have come. The file itself lies in the data folder and goes after a month; the
 * row stays with its counts.
 */
export const imports = pgTable(
  'imports',
  {
    id: text().primaryKey(),
    fileName: text('file_name').notNull(),
    format: text().$type<ImportRecord['format']>().notNull(),
    sha256: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    columns: jsonb().$type<string[]>().notNull(),
    status: text().$type<ImportRecord['status']>().notNull(),
    system: text(),
    mapping: jsonb().$type<ImportMapping>(),
    /** The last row that is dealt with. Written with what the rows up to it became. */
    position: integer().notNull(),
    imported: integer().notNull(),
    known: integer().notNull(),
    refused: integer().notNull(),
    fault: jsonb().$type<Words>(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    startedBy: text('started_by'),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    fileGone: boolean('file_gone').notNull(),
  },
  (table) => [
    index('imports_running')
      .on(table.startedAt)
      .where(sql`${table.status} = 'running'`),
    index('imports_file')
      .on(table.createdAt)
      .where(sql`not ${table.fileGone}`),
  ],
);
