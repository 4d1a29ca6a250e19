import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { CaseEvent, EventOf, EventType } from '../../domain/case/events';
import { withoutNulls, type Database } from '../database';
import { caseEvents } from '../schema';

/** An event with its own hash and that of the event before it. */
export interface StoredEvent {
  event: CaseEvent;
  hash: string;
  prevHash: string;
}

export const fromRow = (row: typeof caseEvents.$inferSelect): StoredEvent => {
  const { seq, type, at, actor, data, decision, hash, prevHash } = row;
  return { event: withoutNulls({ seq, type, at, actor, data, decision }) as CaseEvent, hash, prevHash };
};

/** Reads the ledger; part of `ledgerStore`. */
export function ledgerEntries({ db }: Pick<Database, 'db'>) {
  const after = db
    .select()
    .from(caseEvents)
    .where(and(eq(caseEvents.caseNo, sql.placeholder('caseNo')), gt(caseEvents.seq, sql.placeholder('seq'))))
    .orderBy(asc(caseEvents.seq))
    .prepare('ledger_after');
  const ofTypes = db
    .select()
    .from(caseEvents)
    .where(
      and(
        eq(caseEvents.caseNo, sql.placeholder('caseNo')),
        sql`${caseEvents.type} = any(${sql.placeholder('types')}::text[])`,
      ),
    )
    .orderBy(asc(caseEvents.seq))
    .prepare('ledger_of_types');

  return {
    /** The events of a case after a sequence (default: all), in order, each with its hash. */
    async events(caseNo: string, afterSeq = 0): Promise<(CaseEvent & { hash: string })[]> {
      const rows = await after.execute({ caseNo, seq: afterSeq });
      return rows.map((row) => ({ ...fromRow(row).event, hash: row.hash }));
    },

    /** The events of some types only, in order: cheaper than `events` where a few entries of a long case are needed. */
    async eventsOf<Type extends EventType>(caseNo: string, types: readonly Type[]): Promise<EventOf<Type>[]> {
      const rows = await ofTypes.execute({ caseNo, types: [...types] });
      return rows.map((row) => fromRow(row).event as EventOf<Type>);
    },
  };
}
