import { run, type Database, type Statement } from '../database';
import type { Availability } from './availability';

/** One of each other department, or of each that is named: who leads it last, then whoever has waited longest. */
const TASK_FORCE: Statement = {
  name: 'users_task_force',
  text: `
select id from (
  select distinct on (u.team) u.team, u.id
  from users u
  where u.active and u.role in ('colleague', 'supervisor', 'manager') and u.team <> $1::text and u.id <> all($2::text[])
    and ($4::text[] is null or u.team = any($4::text[]))
  order by u.team, u.id = any($5::text[]), u.role = 'colleague', u.last_assigned_at nulls first, u.id
) as each
order by team limit $3::int`,
};

/**
 * For a major complaint: one of each other department that has anybody, or of each that is named. Whoever is on leave
 * is left out; whoever is off duty joins when nobody else can.
 */
export async function taskForce(
  pool: Database['pool'],
  { onLeave, offDuty }: Availability,
  wanted: {
    notOf: string;
    exclude: string[];
    max?: number;
    departments?: string[];
  },
): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, TASK_FORCE, [
    wanted.notOf,
    [...wanted.exclude, ...onLeave.keys()],
    wanted.max ?? (wanted.departments ? 20 : 5),
    wanted.departments ?? null,
    [...offDuty],
  ]);
  return rows.map((row) => row.id);
}
