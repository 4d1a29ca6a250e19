import { and, arrayContains, arrayOverlaps, eq, isNull, not, or, sql, type SQL } from 'drizzle-orm';
import { atLeast } from '../../domain/case/permissions';
import type { Scope } from '../records';
import { cases } from '../schema';

/**
 * The condition on `cases` by which a reader sees a case; undefined: they see all of them. The SQL twin of `maySee`
 * (`src/domain/case/permissions.ts`): `test/db/stores/cases.test.ts` checks that both give the same answers. All that
 * decides who reads a case: docs/architecture/reading.md.
 */
export function visibleTo(scope: Scope): SQL | undefined {
  if (scope.kind === 'all') return undefined;
  const { id, team, role } = scope;
  if (role === 'admin') return undefined;
  const complainedOf = arrayContains(cases.against, [id]);
  if (role === 'supervisor' || role === 'manager' || role === 'auditor') return not(complainedOf);
  return and(
    not(complainedOf),
    or(
      eq(cases.owner, id),
      isInvolved(id, team),
      ...(role === 'agent' ? [isNull(cases.owner), eq(cases.team, team)] : []),
    ),
  );
}

/**
 * The condition on `cases` by which somebody, or their department, takes part in a case beside its owner. `<> '{}'` follows
 * from the overlap, but Postgres needs it spelled out to use the partial index `cases_involved`.
 */
export const isInvolved = (id: string, team: string): SQL | undefined =>
  and(arrayOverlaps(cases.involved, [id, `team:${team}`]), sql`${cases.involved} <> '{}'`);

/**
 * The condition on `cases` by which a reader of a case sees the customer's phone and mail address in full. The SQL twin of `mayCall` (`src/domain/case/permissions.ts`).
 */
export function reachableBy(scope: Scope): SQL {
  if (scope.kind === 'all' || atLeast(scope, 'supervisor')) return sql`true`;
  return sql`(${cases.owner} = ${scope.id} or ${cases.state} -> 'taskForce' ? ${scope.id})`;
}
