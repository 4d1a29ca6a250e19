import { and, asc, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import { caseNoOfAction } from '../../domain/basics/ids';
import type { Cause, Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { ActionRow } from '../records';
import { caseEvents, cases, complaints, correctiveActions } from '../schema';

type Row = typeof correctiveActions.$inferSelect;

const fromRow = ({ updatedAt: _updatedAt, ...row }: Row): ActionRow => withoutNulls(row);

/** Corrective actions: the rows their workflows save, and the complaints that their effect is measured by. */
export function actionStore({ db, clock }: Database) {
  return {
    /** Stores the action as its workflow has it. Does nothing when the row has the same or a newer `revision`. */
    async save(action: ActionRow): Promise<void> {
      const row = {
        ...action,
        startedAt: action.startedAt ?? null,
        dueAt: action.dueAt ?? null,
        checkAt: action.checkAt ?? null,
        updatedAt: toInstant(clock()),
      };
      await db
        .insert(correctiveActions)
        .values(row)
        .onConflictDoUpdate({
          target: correctiveActions.id,
          set: row,
          setWhere: lt(correctiveActions.revision, action.revision),
        });
    },

    async get(id: string): Promise<ActionRow | undefined> {
      const [row] = await db.select().from(correctiveActions).where(eq(correctiveActions.id, id));
      return row && fromRow(row);
    },

    /**
     * Those that fit all filters given, by id. `open`: those that have not ended; `caseNo`: those this case waits for.
     */
    async list(
      filter: { owner?: string; cause?: Cause; status?: ActionRow['status']; open?: boolean; caseNo?: string } = {},
    ): Promise<ActionRow[]> {
      const rows = await db
        .select()
        .from(correctiveActions)
        .where(
          and(
            filter.owner === undefined ? undefined : eq(correctiveActions.owner, filter.owner),
            filter.cause === undefined ? undefined : eq(correctiveActions.cause, filter.cause),
            filter.status === undefined ? undefined : eq(correctiveActions.status, filter.status),
            filter.open ? ne(correctiveActions.status, 'ended') : undefined,
            filter.caseNo === undefined ? undefined : sql`${correctiveActions.caseNos} ? ${filter.caseNo}`,
          ),
        )
        .orderBy(asc(correctiveActions.id));
      return rows.map(fromRow);
    },

    /**
     * The id of each action's description among the texts, by action id; an id without a planned action is left out.
     */
    async descriptions(ids: readonly string[]): Promise<Map<string, string>> {
      if (ids.length === 0) return new Map();
      const found = await db
        .select({
          id: sql<string>`${caseEvents.data}->>'actionId'`,
          textId: sql<string>`${caseEvents.data}->'description'->>'textId'`,
        })
        .from(caseEvents)
        .where(
          and(
            inArray(caseEvents.caseNo, [...new Set(ids.map(caseNoOfAction))]),
            eq(caseEvents.type, 'actionPlanned'),
            inArray(sql`${caseEvents.data}->>'actionId'`, [...ids]),
          ),
        );
      return new Map(found.map(({ id, textId }) => [id, textId]));
    },

    /**
     * Counts for the effect check of a corrective action: cases with this cause received from `from` to before `middle`
     * (`before`), and from `middle` to before `to` (`after`). With a product only complaints that name it exactly so.
     */
    async effect(check: {
      cause: Cause;
      product?: string;
      from: Instant;
      middle: Instant;
      to: Instant;
    }): Promise<{ before: number; after: number }> {
      const { cause, product, from, middle, to } = check;
      const [row] = await db
        .select({
          before: sql<number>`(count(*) filter (where ${cases.receivedAt} < ${middle}::timestamptz))::int`,
          after: sql<number>`(count(*) filter (where ${cases.receivedAt} >= ${middle}::timestamptz))::int`,
        })
        .from(cases)
        .leftJoin(complaints, eq(complaints.caseNo, cases.caseNo))
        .where(
          and(
            sql`${cases.receivedAt} >= ${from}::timestamptz`,
            sql`${cases.receivedAt} < ${to}::timestamptz`,
            // The cause that the root cause analysis found goes before the one chosen when the case was resolved.
            sql`coalesce(${cases.state} #>> '{rootCause,cause}', ${cases.state} #>> '{resolution,cause}') = ${cause}`,
            product === undefined ? undefined : eq(complaints.productName, product),
          ),
        );
      return { before: row?.before ?? 0, after: row?.after ?? 0 };
    },
  };
}
