import { asc, eq, isNull, lt, or, and, sql } from 'drizzle-orm';
import { MINUTE } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { addMs } from '../../domain/time/duration';
import { withoutNulls, type Database } from '../database';
import type { InboundHook } from '../records';
import { inboundHooks } from '../schema';
import { noteAct, noteChange } from './channel-acts';

const actOn = ({ id, name }: Pick<InboundHook, 'id' | 'name'>) => ({ channel: 'hooks', subjectId: id, name }) as const;

/** Systems of the house that post complaints. */
export function inboundHookStore({ db }: Pick<Database, 'db'>) {
  return {
    /** All of them, by name. */
    async list(): Promise<InboundHook[]> {
      const rows = await db.select().from(inboundHooks).orderBy(asc(inboundHooks.name), asc(inboundHooks.id));
      return rows.map(withoutNulls);
    },

    async get(id: string): Promise<InboundHook | undefined> {
      const [row] = await db.select().from(inboundHooks).where(eq(inboundHooks.id, id));
      return row && withoutNulls(row);
    },

    async create(hook: InboundHook): Promise<void> {
      await db.transaction(async (tx) => {
        await tx.insert(inboundHooks).values(hook);
        await noteAct(tx, { ...actOn(hook), act: 'made', by: hook.createdBy, at: hook.createdAt });
      });
    },

    /** Undefined: there is no such hook. What is left out stays. */
    async change(
      id: string,
      change: Partial<Pick<InboundHook, 'name' | 'isOn' | 'mapping'>>,
      { by, at }: { by: string; at: Instant },
    ): Promise<InboundHook | undefined> {
      // A statement that sets nothing would be none.
      const set = { ...change, id };
      const { isOn, ...given } = change;
      return db.transaction(async (tx) => {
        const [before] = await tx.select().from(inboundHooks).where(eq(inboundHooks.id, id)).for('update');
        const [row] = await tx.update(inboundHooks).set(set).where(eq(inboundHooks.id, id)).returning();
        if (!before || !row) return undefined;
        const enabled = { was: before.isOn, is: isOn };
        await noteChange(tx, { ...actOn(row), by, at }, { before, given, enabled });
        return withoutNulls(row);
      });
    },

    /** Begins the next generation of its secret. Undefined: there is no such hook. */
    async rotate(id: string, { by, at }: { by: string; at: Instant }): Promise<InboundHook | undefined> {
      return db.transaction(async (tx) => {
        const [row] = await tx
          .update(inboundHooks)
          .set({ generation: sql`${inboundHooks.generation} + 1`, rotatedAt: at })
          .where(eq(inboundHooks.id, id))
          .returning();
        if (row) await noteAct(tx, { ...actOn(row), act: 'rotated', by, at });
        return row && withoutNulls(row);
      });
    },

    /** A message was taken. Written only if the last one is a minute ago, so that messages do not wait for each other. */
    async seen({ id, lastMessageAt }: Pick<InboundHook, 'id' | 'lastMessageAt'>, at: Instant): Promise<void> {
      const before = addMs(at, -MINUTE);
      if (lastMessageAt !== undefined && lastMessageAt >= before) return;
      const isOld = or(isNull(inboundHooks.lastMessageAt), lt(inboundHooks.lastMessageAt, before));
      await db
        .update(inboundHooks)
        .set({ lastMessageAt: at })
        .where(and(eq(inboundHooks.id, id), isOld));
    },
  };
}
