import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { CaseEvent, EventOf, EventType } from '../../domain/case/events';
import { given, type Database } from '../database';
import { caseEvents } from '../schema';

/** An event with its link of the chain. */
export interface StoredEvent {
  event: CaseEvent;
  hash: string;
  prevHash: string;
}

export const fromRow = (row: typeof caseEvents.$inferSelect): StoredEvent => {
  const { seq, type, at, actor, data, decision, hash, prevHash } = row;
  return { event: given({ seq, type, at, actor, data, decision }) as CaseEvent, hash, prevHash };
};

/** The ledger to read. */
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
    async events(caseNo: string, afterSeq = 0): Promise<(CaseEvent & { hash: string })[]> {
      const rows = await after.execute({ caseNo, seq: afterSeq });
      return rows.map((row) => ({ ...fromRow(row).event, hash: row.hash }));
    },

    /** Those of some types, in order: a long case is read for a few of its entries. */
    async eventsOf<Type extends EventType>(caseNo: string, types: readonly Type[]): Promise<EventOf<Type>[]> {
      const rows = await ofTypes.execute({ caseNo, types: [...types] });
      return rows.map((row) => fromRow(row).event as EventOf<Type>);
    },
  };
}
