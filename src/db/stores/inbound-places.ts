import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from '../database';
import type { InboundPlace } from '../records';
import { inboundPlaces } from '../schema';
import { withLock } from '../with-lock';

/** How far each mailbox has been read. */
export function inboundPlaceStore({ db, pool }: Pick<Database, 'db' | 'pool'>) {
  return {
    /** Does the work unless another process reads this source: then false, at once. */
    underLock: (source: string, work: () => Promise<void>): Promise<boolean> => withLock(pool, lockOf(source), work),

    async of(source: string): Promise<InboundPlace | undefined> {
      const [row] = await db.select().from(inboundPlaces).where(eq(inboundPlaces.source, source));
      return row;
    },

    async keep(place: InboundPlace): Promise<void> {
      const { source: _source, ...rest } = place;
      await db.insert(inboundPlaces).values(place).onConflictDoUpdate({ target: inboundPlaces.source, set: rest });
    },
  };
}

/** A number of its own for each source, far from those that other callers of `withLock` use. */
const lockOf = (source: string): number => createHash('sha256').update(`inbound/${source}`).digest().readUIntBE(0, 6);
