import { desc, eq } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import { exportReads } from '../schema';

/** What was sent. */
export interface SentFile {
  /** Null: it is no table. */
  rows: number | null;
  bytes: number;
  sha256: string;
}

/** Who took which data out. */
export function exportReadStore({ db }: Pick<Database, 'db'>) {
  return {
    /** Before anything is sent. @returns its number */
    async begin(read: { userId: string; what: string; filter: string; begunAt: Instant }): Promise<number> {
      const [row] = await db.insert(exportReads).values(read).returning({ id: exportReads.id });
      if (!row) throw new Error('Postgres returned no number');
      return row.id;
    },

    /** All has been sent. */
    async end(id: number, sent: SentFile & { endedAt: Instant }): Promise<void> {
      await db.update(exportReads).set(sent).where(eq(exportReads.id, id));
    },

    /** The latest, the newest first. */
    async latest(most: number) {
      const rows = await db.select().from(exportReads).orderBy(desc(exportReads.id)).limit(most);
      return rows.map((row) => withoutNulls(row));
    },
  };
}
