import { createHash } from 'node:crypto';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { addMs } from '../../domain/time/duration';
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
      if (!row) return undefined;
      const { lookedAt: _lookedAt, ...place } = row;
      return place;
    },

    /** It was found to have nothing more. Written only if the last time is a minute ago: it is looked at more often. */
    async looked(source: string, at: Instant): Promise<void> {
      const isOld = or(isNull(inboundPlaces.lookedAt), lt(inboundPlaces.lookedAt, addMs(at, -MINUTE)));
      await db
        .update(inboundPlaces)
        .set({ lookedAt: at })
        .where(and(eq(inboundPlaces.source, source), isOld));
    },

    async keep(place: InboundPlace): Promise<void> {
      const { source: _source, ...rest } = place;
      await db.insert(inboundPlaces).values(place).onConflictDoUpdate({ target: inboundPlaces.source, set: rest });
    },
  };
}

/** A number of its own for each source, far from those that other callers of `withLock` use. */
const lockOf = (source: string): number => createHash('sha256').update(`inbound/${source}`).digest().readUIntBE(0, 6);
