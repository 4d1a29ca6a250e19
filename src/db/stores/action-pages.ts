import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm';
import { caseNoOfAction } from '../../domain/basics/ids';
import type { Cause, Instant } from '../../domain/basics/types';
import type { EventData } from '../../domain/case/events';
import type { Exposed } from '../../domain/facts/effect';
import { withoutNulls, type Database } from '../database';
import type { ActionSheet, ActionTask, GatheredCase, SheetPart } from '../records';
import { actionCases, actionSheets, actionTasks, caseEvents, cases, factCases } from '../schema';

/** What the ledger of the case that planned it says of an action. */
export type ActionEntry =
  | { type: 'actionPlanned' | 'actionStarted' | 'actionBreached' | 'actionEnded'; at: Instant }
  | { type: 'actionMeasured'; at: Instant; before: number; after: number; reached: boolean; round: number }
  | { type: 'actionVerified'; at: Instant; by?: string; reached: boolean; reportId: string };

/** Complaints of the cause of an action, and all complaints whose cause is known. */
export interface EffectCounts {
  before: Exposed;
  after: Exposed;
  /** Complaints after, whose cause is not known yet: they are in no rate. */
  unknown: number;
}

const taskOf = ({
  key: _key,
  droppedAt: _droppedAt,
  droppedBy: _droppedBy,
  ...row
}: typeof actionTasks.$inferSelect): ActionTask => withoutNulls(row);

const LIVE = isNull(actionTasks.droppedAt);

/** What is to be done. */
const tasks = ({ db }: Pick<Database, 'db'>) => ({
  async tasks(actionIds: readonly string[]): Promise<ActionTask[]> {
    if (actionIds.length === 0) return [];
    const rows = await db
      .select()
      .from(actionTasks)
      .where(and(inArray(actionTasks.actionId, [...actionIds]), LIVE))
      .orderBy(asc(actionTasks.dueOn), asc(actionTasks.id));
    return rows.map(taskOf);
  },

  /** The actions in which somebody has something to do, or had. */
  async withTaskOf(userId: string): Promise<string[]> {
    const rows = await db
      .selectDistinct({ id: actionTasks.actionId })
      .from(actionTasks)
      .where(and(eq(actionTasks.owner, userId), LIVE));
    return rows.map(({ id }) => id);
  },

  /**
   * Adds a task. One under the same key is that one.
   * @returns undefined, and nothing is written, where the action has as many as it may
   */
  async addTask(
    task: Pick<ActionTask, 'actionId' | 'text' | 'owner' | 'dueOn' | 'createdAt' | 'createdBy'> & { key: string },
    most: number,
  ): Promise<{ id: number } | undefined> {
    return db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`action ${task.actionId}`}, 0))`);
      const [same] = await tx.select({ id: actionTasks.id }).from(actionTasks).where(eq(actionTasks.key, task.key));
      if (same) return same;
      const [made] = await tx
        .select({ many: count() })
        .from(actionTasks)
        .where(and(eq(actionTasks.actionId, task.actionId), LIVE));
      if ((made?.many ?? 0) >= most) return undefined;
      const [row] = await tx.insert(actionTasks).values(task).returning({ id: actionTasks.id });
      return row;
    });
  },

  /** It is done. @returns false, and nothing is written, where it is not open any more */
  async finishTask(
    id: number,
    actionId: string,
    { by, at, result }: { by: string; at: Instant; result?: string | undefined },
  ): Promise<boolean> {
    const rows = await db
      .update(actionTasks)
      .set({ doneAt: at, doneBy: by, ...(result !== undefined && { result }) })
      .where(and(eq(actionTasks.id, id), eq(actionTasks.actionId, actionId), LIVE, isNull(actionTasks.doneAt)))
      .returning({ id: actionTasks.id });
    return rows.length > 0;
  },

  /** It is not to be done any more. @returns as `finishTask` */
  async dropTask(id: number, actionId: string, { by, at }: { by: string; at: Instant }): Promise<boolean> {
    const rows = await db
      .update(actionTasks)
      .set({ droppedAt: at, droppedBy: by })
      .where(and(eq(actionTasks.id, id), eq(actionTasks.actionId, actionId), LIVE, isNull(actionTasks.doneAt)))
      .returning({ id: actionTasks.id });
    return rows.length > 0;
  },
});

/** Cases of other actions' makers. */
const gathering = ({ db }: Pick<Database, 'db'>) => ({
  async gathered(actionIds: readonly string[]): Promise<GatheredCase[]> {
    if (actionIds.length === 0) return [];
    const rows = await db
      .select()
      .from(actionCases)
      .where(inArray(actionCases.actionId, [...actionIds]))
      .orderBy(asc(actionCases.addedAt), asc(actionCases.caseNo));
    return rows.map(withoutNulls);
  },

  /** The actions into which a case was gathered. */
  async gatheringOf(caseNo: string): Promise<string[]> {
    const rows = await db
      .select({ id: actionCases.actionId })
      .from(actionCases)
      .where(eq(actionCases.caseNo, caseNo))
      .orderBy(asc(actionCases.actionId));
    return rows.map(({ id }) => id);
  },

  /** Gathers a case; one that is gathered already stays as it is. @returns false where there are as many as may be */
  async gather(one: GatheredCase, most: number): Promise<boolean> {
    return db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`action ${one.actionId}`}, 0))`);
      const [made] = await tx.select({ many: count() }).from(actionCases).where(eq(actionCases.actionId, one.actionId));
      if ((made?.many ?? 0) >= most) return false;
      await tx.insert(actionCases).values(one).onConflictDoNothing();
      return true;
    });
  },

  /** Lets a case out again. */
  async release(actionId: string, caseNo: string): Promise<void> {
    await db.delete(actionCases).where(and(eq(actionCases.actionId, actionId), eq(actionCases.caseNo, caseNo)));
  },

  /** A case has been told that the action ended. */
  async caseTold(actionId: string, caseNo: string, at: Instant): Promise<void> {
    await db
      .update(actionCases)
      .set({ toldAt: at })
      .where(and(eq(actionCases.actionId, actionId), eq(actionCases.caseNo, caseNo), isNull(actionCases.toldAt)));
  },

  /** In which of these cases somebody is complained of. */
  async complainedOf(caseNos: readonly string[], userId: string): Promise<ReadonlySet<string>> {
    if (caseNos.length === 0) return new Set();
    const rows = await db
      .select({ caseNo: cases.caseNo })
      .from(cases)
      .where(and(inArray(cases.caseNo, [...caseNos]), sql`${cases.against} @> array[${userId}]::text[]`));
    return new Set(rows.map(({ caseNo }) => caseNo));
  },
});

/** What ledgers and facts say. */
const learning = ({ db }: Pick<Database, 'db'>) => ({
  /** What became of an action, in order. */
  async history(actionId: string): Promise<ActionEntry[]> {
    const rows = await db
      .select({ type: caseEvents.type, at: caseEvents.at, actor: caseEvents.actor, data: caseEvents.data })
      .from(caseEvents)
      .where(
        and(
          eq(caseEvents.caseNo, caseNoOfAction(actionId)),
          inArray(caseEvents.type, [
            'actionPlanned',
            'actionStarted',
            'actionBreached',
            'actionMeasured',
            'actionVerified',
            'actionEnded',
          ]),
          sql`${caseEvents.data}->>'actionId' = ${actionId}`,
        ),
      )
      .orderBy(asc(caseEvents.seq));
    return rows.map(({ type, at, actor, data }): ActionEntry => {
      if (type === 'actionMeasured') {
        const { before, after, reached, round } = data as EventData['actionMeasured'];
        return { type, at, before, after, reached, round };
      }
      if (type === 'actionVerified') {
        const { reached, report } = data as EventData['actionVerified'];
        return { type, at, ...(actor.kind === 'staff' && { by: actor.id }), reached, reportId: report.textId };
      }
      return { type: type as 'actionPlanned', at };
    });
  },

  /** The ids of the whys in the last root cause of each case. */
  async whysOf(caseNos: readonly string[]): Promise<Map<string, string[]>> {
    if (caseNos.length === 0) return new Map();
    const rows = await db
      .select({ caseNo: caseEvents.caseNo, data: caseEvents.data })
      .from(caseEvents)
      .where(and(inArray(caseEvents.caseNo, [...caseNos]), eq(caseEvents.type, 'rootCauseRecorded')))
      .orderBy(asc(caseEvents.seq));
    return new Map(
      rows.map(({ caseNo, data }) => [
        caseNo,
        (data as EventData['rootCauseRecorded']).whys.map(({ textId }) => textId),
      ]),
    );
  },

  /**
   * Counts complaints received from `from` to before `middle`, and from there to before `to`, without those that went on
   * in another case and those that are kept from the reader.
   */
  async effectCounts(of: {
    cause: Cause;
    product?: string | undefined;
    region?: string | undefined;
    from: Instant;
    middle: Instant;
    to: Instant;
    /** Days that hold the span for certain, by which the rows are found. */
    days: { from: string; to: string };
    /** Left out: nothing is kept from them. */
    reader?: string | undefined;
  }): Promise<EffectCounts> {
    const { cause, product, region, from, middle, to, days, reader } = of;
    const isAfter = sql`${factCases.receivedAt} >= ${middle}::timestamptz`;
    const isBefore = sql`${factCases.receivedAt} < ${middle}::timestamptz`;
    const counted = (...conditions: unknown[]) =>
      sql<number>`(count(*) filter (where ${sql.join(conditions as never[], sql` and `)}))::int`;
    const isKnown = sql`${factCases.cause} is not null`;
    const isHit = sql`${factCases.cause} = ${cause}`;
    const [row] = await db
      .select({
        hitsBefore: counted(isBefore, isHit),
        before: counted(isBefore, isKnown),
        hitsAfter: counted(isAfter, isHit),
        after: counted(isAfter, isKnown),
        unknown: counted(isAfter, sql`${factCases.cause} is null`),
      })
      .from(factCases)
      .where(
        and(
          sql`${factCases.day} between ${days.from} and ${days.to}`,
          sql`${factCases.receivedAt} >= ${from}::timestamptz`,
          sql`${factCases.receivedAt} < ${to}::timestamptz`,
          sql`${factCases.outcome} is distinct from 'merged'`,
          product === undefined ? undefined : eq(factCases.product, product),
          region === undefined ? undefined : eq(factCases.region, region),
          reader === undefined ? undefined : sql`not ${factCases.against} @> array[${reader}]::text[]`,
        ),
      );
    const { hitsBefore = 0, before = 0, hitsAfter = 0, after = 0, unknown = 0 } = row ?? {};
    return { before: { hits: hitsBefore, of: before }, after: { hits: hitsAfter, of: after }, unknown };
  },
});

/** What people write of corrective actions beside their workflows, and what is learnt of them. */
export const actionPageStore = ({ db }: Pick<Database, 'db'>) => ({
  /** What was written of each; one of which nobody has written anything is left out. */
  async sheets(actionIds: readonly string[]): Promise<Map<string, ActionSheet>> {
    if (actionIds.length === 0) return new Map();
    const rows = await db
      .select()
      .from(actionSheets)
      .where(inArray(actionSheets.actionId, [...actionIds]));
    return new Map(rows.map(({ actionId, ...row }) => [actionId, withoutNulls(row)]));
  },

  /**
   * Writes parts of the sheet; null empties one.
   * @param version the one that they were made on
   * @returns false, and nothing is written, where another one is the newest
   */
  async writeSheet(
    actionId: string,
    version: number,
    parts: Partial<Record<SheetPart, string | null>>,
    { by, at }: { by: string; at: Instant },
  ): Promise<boolean> {
    const change = { ...parts, version: version + 1, changedAt: at, changedBy: by };
    const rows =
      version === 0
        ? await db
            .insert(actionSheets)
            .values({ actionId, ...change })
            .onConflictDoNothing()
            .returning({ version: actionSheets.version })
        : await db
            .update(actionSheets)
            .set(change)
            .where(and(eq(actionSheets.actionId, actionId), eq(actionSheets.version, version)))
            .returning({ version: actionSheets.version });
    return rows.length > 0;
  },

  ...tasks({ db }),
  ...gathering({ db }),
  ...learning({ db }),
});
