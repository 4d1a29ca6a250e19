import type { Pool } from 'pg';

/**
 * Does the work under a Postgres advisory lock, unless somebody else, here or in another process, holds it. The lock
 * belongs to a connection of the pool that is kept until the work ends, so a process that dies gives it up.
 * @param lock the number of the lock, unique among all callers of this function
 * @returns false, at once and without doing the work, when somebody else has the lock
 * @throws what the work throws; the lock is given up then too
 */
export async function withLock(pool: Pool, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lock]);
    if (!rows[0]?.got) return false;
    try {
      await work();
      return true;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lock]).catch((error: Error) => {
        broken = error;
      });
    }
  } finally {
    client.release(broken);
  }
}
