import { isDeepStrictEqual } from 'node:util';
import { desc, eq } from 'drizzle-orm';
import type { Database } from '../database';
import type { ChannelAct } from '../records';
import { channelActs } from '../schema';

/** Notes what an admin did, in the transaction that does it. */
export async function noteAct(
  on: Pick<Database['db'], 'insert'>,
  { fields = [], ...act }: Omit<ChannelAct, 'id' | 'fields'> & { fields?: string[] },
): Promise<void> {
  await on.insert(channelActs).values({ ...act, fields });
}

/**
 * Notes that settings were changed: those that have another value than before, and apart from them that it was switched on
 * or off. Nothing is noted where nothing has changed.
 * @param enabled whether it is on now; undefined: that was not said
 */
export async function noteChange(
  on: Pick<Database['db'], 'insert'>,
  act: Omit<ChannelAct, 'id' | 'fields' | 'act'>,
  {
    before,
    given,
    enabled,
  }: { before: object; given: object; enabled?: { was: boolean; is: boolean | undefined } | undefined },
): Promise<void> {
  const was = new Map<string, unknown>(Object.entries(before));
  const fields = Object.entries(given)
    .filter(([name, value]) => value !== undefined && !isDeepStrictEqual(value ?? null, was.get(name) ?? null))
    .map(([name]) => name)
    .toSorted();
  if (fields.length > 0) await noteAct(on, { ...act, act: 'changed', fields });
  if (enabled?.is !== undefined && enabled.is !== enabled.was) {
    await noteAct(on, { ...act, act: enabled.is ? 'on' : 'off' });
  }
}

/** What admins did about what is connected. */
export function channelActStore({ db }: Pick<Database, 'db'>) {
  return {
    /** The latest, the newest first. @param subjectId of one thing alone */
    latest: (limit: number, subjectId?: string): Promise<ChannelAct[]> =>
      db
        .select()
        .from(channelActs)
        .where(subjectId === undefined ? undefined : eq(channelActs.subjectId, subjectId))
        .orderBy(desc(channelActs.id))
        .limit(limit),
  };
}
