import { and, eq, inArray, isNotNull, ne, sql } from 'drizzle-orm';
import type { Grade } from '../../domain/basics/types';
import { isSought, soughtFor } from '../../domain/staffing/owning';
import type { Database } from '../database';
import type { User } from '../records';
import { cases, users } from '../schema';
import type { Availability } from './availability';
import type { Picked } from './picks';

/**
 * Who may own cases, and how many each of them has; part of `userStore`.
 * @param availability who is not there at this moment
 * @param everybodyActive all active staff
 */
export function owners(
  { db }: Pick<Database, 'db'>,
  availability: () => Promise<Availability>,
  everybodyActive: () => Promise<User[]>,
) {
  /** How many open cases each owner has, by user id; whoever has none is absent. */
  async function loads(): Promise<Map<string, number>> {
    const rows = await db
      .select({ owner: cases.owner, open: sql<number>`count(*)::int` })
      .from(cases)
      .where(and(ne(cases.stage, 'archived'), isNotNull(cases.owner)))
      .groupBy(cases.owner);
    return new Map(rows.map(({ owner, open }) => [owner ?? '', open]));
  }

  return {
    loads,

    /**
     * This person, if a case of this grade may be given to them: active, of a role that is sought for the grade, not on
     * leave, and not complained of; else undefined. Being off duty or at their cap does not matter here.
     */
    async eligibleOwner(
      id: string,
      { grade, against }: { grade: Grade; against: string[] },
    ): Promise<Picked | undefined> {
      const { onLeave } = await availability();
      if (against.includes(id) || onLeave.has(id)) return undefined;
      const [row] = await db
        .select({ id: users.id, role: users.role, team: users.team })
        .from(users)
        .where(and(eq(users.id, id), eq(users.active, true), inArray(users.role, [...soughtFor(grade)])));
      return row;
    },

    /** All active staff who are sought as owners, with their open cases; `away`: on leave or off duty. */
    async present(): Promise<(User & { open: number; away: boolean })[]> {
      const [{ onLeave, offDuty }, open, people] = await Promise.all([availability(), loads(), everybodyActive()]);
      return people
        .filter(({ role }) => isSought(role, 'general'))
        .map((user) => ({
          ...user,
          open: open.get(user.id) ?? 0,
          away: onLeave.has(user.id) || offDuty.has(user.id),
        }));
    },
  };
}
