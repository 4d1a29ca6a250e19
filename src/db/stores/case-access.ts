import { and, arrayContains, arrayOverlaps, eq, isNull, not, or, sql, type SQL } from 'drizzle-orm';
import type { Scope } from '../records';
import { cases } from '../schema';

/** permissions.maySee in SQL; test/db/stores/cases.test.ts holds the two together. */
export function visible(scope: Scope): SQL | undefined {
  if (scope.kind === 'all') return undefined;
  const { id, team, role } = scope;
  if (role === 'admin') return undefined;
  const complainedOf = arrayContains(cases.against, [id]);
  if (role === 'supervisor' || role === 'manager') return not(complainedOf);
  return and(
    not(complainedOf),
    or(
      eq(cases.owner, id),
      // The second half is that of the index: most cases involve nobody.
      and(arrayOverlaps(cases.involved, [id, `team:${team}`]), sql`${cases.involved} <> '{}'`),
      ...(role === 'agent' ? [isNull(cases.owner), eq(cases.team, team)] : []),
    ),
  );
}
