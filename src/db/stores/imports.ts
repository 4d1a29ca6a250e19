import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { withoutNulls, type Database } from '../database';
import type { ImportMapping, ImportRecord, ImportRefusal, NewOldCase, SavedImportMapping } from '../records';
import { complaints, importMappings, importRefusals, imports } from '../schema';
import { withLock } from '../with-lock';
import { insertOldCases } from './old-cases';

/** Number of the advisory lock; any that no other caller of `withLock` uses. */
const IMPORT_LOCK = 7_331_029;
/** Imports that are shown. */
const SHOWN = 50;

/** What some rows of a file have become. */
export interface ImportBatch {
  id: string;
  /** Where the file stood before, and the last of these rows. */
  from: number;
  to: number;
  cases: NewOldCase[];
  /** Rows that the caller has found to be there already. */
  known: number;
  refused: ImportRefusal[];
}

/** Files of old complaints, the cases that they become, and the mappings that are kept. */
export function importStore(database: Pick<Database, 'pool' | 'db' | 'clock'>) {
  return { ...files(database), ...rows(database), ...mappings(database) };
}

const kept = (row: typeof imports.$inferSelect): ImportRecord => withoutNulls(row);

/** Files, and how far they have come. */
function files({ pool, db }: Pick<Database, 'pool' | 'db'>) {
  return {
    async create(record: ImportRecord): Promise<void> {
      await db.insert(imports).values(record);
    },

    async get(id: string): Promise<ImportRecord | undefined> {
      const [row] = await db.select().from(imports).where(eq(imports.id, id));
      return row && kept(row);
    },

    /** The latest first. */
    async list(): Promise<ImportRecord[]> {
      const found = await db.select().from(imports).orderBy(desc(imports.createdAt), desc(imports.id)).limit(SHOWN);
      return found.map(kept);
    },

    /** Does the work unless another server is at it: then false, at once. */
    alone: (work: () => Promise<void>): Promise<boolean> => withLock(pool, IMPORT_LOCK, work),

    /** Those that were started and have not ended, in the order of their start. */
    async running(): Promise<ImportRecord[]> {
      const found = await db
        .select()
        .from(imports)
        .where(eq(imports.status, 'running'))
        .orderBy(asc(imports.startedAt));
      return found.map(kept);
    },

    /** Has it begin, from its first row. Undefined: there is none, it runs already, or its file is gone. */
    async start(
      id: string,
      by: { system: string; mapping: ImportMapping; by: string; at: Instant },
    ): Promise<ImportRecord | undefined> {
      return db.transaction(async (tx) => {
        const [row] = await tx
          .update(imports)
          .set({
            status: 'running',
            system: by.system,
            mapping: by.mapping,
            startedBy: by.by,
            startedAt: by.at,
            endedAt: null,
            fault: null,
            position: 0,
            imported: 0,
            known: 0,
            refused: 0,
          })
          .where(and(eq(imports.id, id), sql`${imports.status} <> 'running'`, eq(imports.fileGone, false)))
          .returning();
        if (row) await tx.delete(importRefusals).where(eq(importRefusals.importId, id));
        return row && kept(row);
      });
    },

    /** It has come to the end of its file, or can go no further. */
    async end(id: string, how: Pick<ImportRecord, 'fault'>, at: Instant): Promise<void> {
      await db
        .update(imports)
        .set({ status: how.fault ? 'failed' : 'done', fault: how.fault ?? null, endedAt: at })
        .where(and(eq(imports.id, id), eq(imports.status, 'running')));
    },

    /** Files that came before a moment, and that no import which came later has, too; they are noted as gone. */
    async forgetFiles(before: Instant): Promise<string[]> {
      return db.transaction(async (tx) => {
        const gone = await tx
          .update(imports)
          .set({ fileGone: true })
          .where(and(lt(imports.createdAt, before), eq(imports.fileGone, false), sql`${imports.status} <> 'running'`))
          .returning({ id: imports.id, sha256: imports.sha256 });
        if (gone.length === 0) return [];
        await tx.delete(importRefusals).where(
          inArray(
            importRefusals.importId,
            gone.map(({ id }) => id),
          ),
        );
        const hashes = [...new Set(gone.map(({ sha256 }) => sha256))];
        const still = await tx
          .select({ sha256: imports.sha256 })
          .from(imports)
          .where(and(inArray(imports.sha256, hashes), eq(imports.fileGone, false)));
        return hashes.filter((hash) => !still.some(({ sha256 }) => sha256 === hash));
      });
    },
  };
}

/** Rows, and what they have become. */
function rows({ db, clock }: Pick<Database, 'db' | 'clock'>) {
  return {
    /**
     * Writes what rows have become, and how far the file has come, in one transaction. Cases that are there already, by
     * the name of their system and their number in it, are counted as known and left alone.
     * @returns false if the file does not stand where the caller saw it: then nothing is written
     * @throws UniqueCaseNo if a case number is taken: draw others and call again
     */
    async write({ id, from, to, cases, known, refused }: ImportBatch): Promise<boolean> {
      return db.transaction(async (tx) => {
        const [row] = await tx
          .select({ position: imports.position })
          .from(imports)
          .where(and(eq(imports.id, id), eq(imports.status, 'running')))
          .for('update');
        if (row?.position !== from) return false;
        const imported = await insertOldCases(tx, cases, clock());
        if (refused.length > 0)
          await tx
            .insert(importRefusals)
            .values(refused.map((one) => ({ ...one, importId: id })))
            .onConflictDoNothing();
        await tx
          .update(imports)
          .set({
            position: to,
            imported: sql`${imports.imported} + ${imported}`,
            known: sql`${imports.known} + ${known + cases.length - imported}`,
            refused: sql`${imports.refused} + ${refused.length}`,
          })
          .where(eq(imports.id, id));
        return true;
      });
    },

    /** Which of these numbers of a system have been imported. */
    async knownOf(system: string, numbers: readonly string[]): Promise<Set<string>> {
      if (numbers.length === 0) return new Set();
      const found = await db
        .select({ number: complaints.sourceNo })
        .from(complaints)
        .where(and(eq(complaints.source, system), inArray(complaints.sourceNo, [...numbers])));
      return new Set(found.map(({ number }) => number ?? ''));
    },

    /** Rows that were refused, in order, after a row. */
    async refusals(id: string, after: number, limit: number): Promise<ImportRefusal[]> {
      return db
        .select({ row: importRefusals.row, faults: importRefusals.faults })
        .from(importRefusals)
        .where(and(eq(importRefusals.importId, id), gt(importRefusals.row, after)))
        .orderBy(asc(importRefusals.row))
        .limit(limit);
    },
  };
}

/** Mappings that are kept for the next file. */
function mappings({ db }: Pick<Database, 'db'>) {
  return {
    /** By name. */
    async mappings(): Promise<SavedImportMapping[]> {
      return db.select().from(importMappings).orderBy(asc(importMappings.name));
    },

    /** Keeps a mapping under its name, in place of the one before. */
    async keepMapping(saved: SavedImportMapping): Promise<void> {
      await db.insert(importMappings).values(saved).onConflictDoUpdate({ target: importMappings.name, set: saved });
    },

    /** @returns whether there was one */
    async removeMapping(name: string): Promise<boolean> {
      const gone = await db
        .delete(importMappings)
        .where(eq(importMappings.name, name))
        .returning({ name: importMappings.name });
      return gone.length > 0;
    },
  };
}
