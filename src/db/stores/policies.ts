import { desc, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { policySchema, type Policy } from '../../domain/policy/schema';
import { HOUSE_POLICY } from '../../domain/policy/house';
import type { Database } from '../database';
import type { PublishedPolicy } from '../records';
import { policies } from '../schema';
import { ensureCalendars } from './calendars';

/** Published policies. */
export function policyStore({ db }: Database) {
  /** By version. A published version never changes, so each process reads it once. */
  const known = new Map<number, Policy>();

  return {
    /**
     * The newest version: new complaints are opened under it. Read each time.
     * @throws Error when no policy is published: the migration has not run
     */
    async current(): Promise<Policy> {
      const [row] = await db.select().from(policies).orderBy(desc(policies.version)).limit(1);
      if (!row) throw new Error('no policy is published: run the migration');
      return policySchema.parse(row.policy);
    },

    /** A version; undefined when it was never published. */
    async get(version: number): Promise<Policy | undefined> {
      const cached = known.get(version);
      if (cached) return cached;
      const [row] = await db.select().from(policies).where(eq(policies.version, version));
      if (!row) return undefined;
      const policy = policySchema.parse(row.policy);
      known.set(version, policy);
      return policy;
    },

    /** Publishes the next version: see `publishIn`. */
    publish(draft: Policy, by: string): Promise<Policy> {
      return db.transaction((tx) => publishIn(tx, draft, by));
    },

    /** A version with who published it, and when. */
    async published(version: number): Promise<PublishedPolicy | undefined> {
      const [row] = await db.select().from(policies).where(eq(policies.version, version));
      return row && { ...row, policy: policySchema.parse(row.policy) };
    },

    /** All versions, the newest first. */
    async list(): Promise<PublishedPolicy[]> {
      const rows = await db.select().from(policies).orderBy(desc(policies.version));
      return rows.map((row) => ({ ...row, policy: policySchema.parse(row.policy) }));
    },

    /** See `ensureHouse`. */
    ensureHouse: (): Promise<void> => ensureHouse(db),
  };
}

/**
 * Publishes the next version of the policy inside the caller's transaction. The version is numbered here,
 * whatever the draft says.
 * @throws ZodError when the draft is no valid policy
 */
export async function publishIn(
  tx: Pick<NodePgDatabase, 'execute' | 'select' | 'insert'>,
  draft: Policy,
  by: string,
): Promise<Policy> {
  // The lock lets readers go on. A second publisher waits for it, then sees this version and takes the next number.
  await tx.execute(sql`lock table ${policies} in share row exclusive mode`);
  const [last] = await tx.select({ version: policies.version }).from(policies).orderBy(desc(policies.version)).limit(1);
  const policy = policySchema.parse({ ...draft, version: (last?.version ?? 0) + 1 });
  await tx.insert(policies).values({ version: policy.version, policy, publishedBy: by });
  return policy;
}

/** Publishes the house policy as version 1 unless any policy is there, and the office calendar likewise. Idempotent. */
export async function ensureHouse(db: Pick<NodePgDatabase, 'execute'>): Promise<void> {
  await db.execute(sql`
    insert into ${policies} (version, policy, published_by)
    select ${HOUSE_POLICY.version}::int, ${JSON.stringify(HOUSE_POLICY)}::jsonb, 'system'
    where not exists (select from ${policies})
    on conflict (version) do nothing`);
  await ensureCalendars(db);
}
