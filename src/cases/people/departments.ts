import { departmentWords } from '../../domain/policy/departments';
import type { PolicyCache } from '../rules/policies';
import type { Department } from './answers';
import type { Stores } from '../../db';

interface Needs {
  users: Pick<Stores['users'], 'list'>;
  policies: Pick<PolicyCache, 'inForce'>;
}

/** Builds `Roster.departments`. */
export function createDepartments({ users, policies }: Needs) {
  return async function departments(): Promise<Department[]> {
    const [policy, staff] = await Promise.all([policies.inForce(), users.list({ active: true })]);
    const people = new Map<string, number>((policy.departments ?? []).map(({ id }) => [id, 0]));
    for (const { team, role } of staff) if (role !== 'auditor') people.set(team, (people.get(team) ?? 0) + 1);
    return [...people]
      .map(([id, count]) => ({ id, name: departmentWords(id, policy), people: count }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  };
}
export type Departments = ReturnType<typeof createDepartments>;
