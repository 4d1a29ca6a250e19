import { run, type Database, type Statement } from '../database';
import type { Availability } from './availability';

/**
 * One of each department, in this order: on duty before off duty, those who lead it before
 * colleagues, longest unpicked.
 */
const TASK_FORCE: Statement = {
  name: 'users_task_force',
  text: `
select id from (
  select distinct on (u.team) u.team, u.id
  from users u
  where u.active and u.role in ('colleague', 'supervisor', 'manager') and ($1::text is null or u.team <> $1::text) and u.id <> all($2::text[])
    and ($4::text[] is null or u.team = any($4::text[]))
  order by u.team, u.id = any($5::text[]), u.role = 'colleague', u.last_assigned_at nulls first, u.id
) as each
order by team limit $3::int`,
};

/**
 * User ids for the task force of a major complaint: one of each department other than `notOf`, or of each of
 * `departments`. Whoever is on leave is left out; whoever is off duty joins when nobody else of their department can.
 * @param wanted `notOf`: a department; undefined: none is left out; `exclude`: user ids that are out of the question; `max`: default 5, or 20 when departments are named
 */
export async function taskForce(
  pool: Database['pool'],
  { onLeave, offDuty }: Availability,
  wanted: {
    notOf: string | undefined;
    exclude: string[];
    max?: number;
    departments?: string[];
  },
): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, TASK_FORCE, [
    wanted.notOf ?? null,
    [...wanted.exclude, ...onLeave.keys()],
    wanted.max ?? (wanted.departments ? 20 : 5),
    wanted.departments ?? null,
    [...offDuty],
  ]);
  return rows.map((row) => row.id);
}
