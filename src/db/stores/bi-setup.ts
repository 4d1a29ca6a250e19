import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { BI_LABELS, BI_NAMES } from '../../domain/facts/bi';
import { biLabels } from '../schema';

/** The role that may read the views, and nothing else; whoever is to read them is made a member of it. */
export const BI_ROLE = 'redress_bi';

type Db = Pick<NodePgDatabase, 'execute' | 'transaction'>;

/** Errors of two databases of one server that make the role, or change what is known of it, at the same moment. */
const AT_ONCE = new Set(['42710', '23505', 'XX000']);

const codeOf = (error: unknown): string | undefined => {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code ?? (cause === undefined ? undefined : codeOf(cause));
};

async function hasRole(db: Db, role: string): Promise<boolean> {
  const { rows } = await db.execute(sql`select from pg_roles where rolname = ${role}`);
  return rows.length > 0;
}

/** Makes the role if it is not there. @returns whether it is there now */
async function makeRole(db: Db, role: string): Promise<boolean> {
  if (await hasRole(db, role)) return true;
  const { rows } = await db.execute<{ may: boolean }>(
    sql`select rolcreaterole or rolsuper as may from pg_roles where rolname = current_user`,
  );
  if (!rows[0]?.may) return false;
  try {
    await db.transaction(async (tx) => {
      await tx.execute(sql.raw(`create role ${role} nologin`));
      await tx.execute(sql.raw(`alter role ${role} set default_transaction_read_only = on`));
    });
    return true;
  } catch (error) {
    // A role belongs to the whole server, and another database of it may just have made it.
    if (AT_ONCE.has(codeOf(error) ?? '')) return hasRole(db, role);
    throw error;
  }
}

/**
 * Writes what coded values are called, makes the role of those who read the views, and lets it read them. Idempotent.
 * @param role another one for tests
 * @returns whether the role is there; false: it is not, and who migrates may not make it
 */
export async function ensureBi(db: Db, role = BI_ROLE): Promise<boolean> {
  await db.transaction(async (tx) => {
    await tx.delete(biLabels);
    await tx.insert(biLabels).values(BI_LABELS);
  });
  if (!(await makeRole(db, role))) return false;
  const views = BI_NAMES.map((name) => `bi.${name}`);
  const { rows } = await db.execute<{ lacks: boolean }>(sql`
    select not has_schema_privilege(${role}, 'bi', 'usage')
      or exists (select from unnest(${sql.param(views)}::text[]) v where not has_table_privilege(${role}, v, 'select')) as lacks`);
  if (rows[0]?.lacks) {
    await db.execute(sql.raw(`grant usage on schema bi to ${role}; grant select on ${views.join(', ')} to ${role}`));
  }
  return true;
}
