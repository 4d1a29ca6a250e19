/**
 * The people of a rehearsal: who is found for a case, and who reads a mail.
 * @module
 */
import { LANGUAGE } from './invented';
import type { CaseEvent } from '../case/events';
import type { Staff } from '../case/permissions';
import type { Policy } from '../policy/schema';
import { isSought, getsTaskForce, MAY_JOIN, soughtFor } from '../staffing/owning';
import { fitsWish, routeFor, type Candidate, type QueueReason, type RoutingFacts } from '../staffing/routing';
import type { CaseState } from '../case/state';
import type { Grade, Role } from '../basics/types';
import { mayTake } from '../decisions/decide';
import type { Recipient } from '../process/notices';

/** Somebody who takes part in a rehearsal. What is absent does not limit them. */
export type Rehearser = Pick<Candidate, 'id' | 'role' | 'team' | 'active'> & Partial<Candidate>;

/** Somebody who was found for a case. */
export interface Owner {
  id: string;
  role: string;
  team: string;
}

/** Finds people for a case. The workflow asks the database instead. */
export interface Desk {
  /** Who is named to the customer at the receipt; undefined: nobody. */
  handler(facts: RoutingFacts): Owner | undefined;
  /**
   * Who gets the case, and its task force. `only`: nobody but this person is considered. `why`: the reason if a policy
   * that routes finds nobody. `taskForceFor`: the case keeps its owner, nobody is picked, and only a task force is found.
   */
  pickOwner(wanted: {
    grade: Grade;
    against: readonly string[];
    exclude: readonly string[];
    only?: string;
    taskForceFor?: { owner?: Pick<Owner, 'id' | 'team'> };
    /** Under a policy that routes: what its rules go by. */
    facts?: RoutingFacts;
  }): { owner?: Owner; taskForce: string[]; why?: QueueReason };
}

/**
 * Finds people by the same rules as the database, as if everybody were at work: by the routing rules or by grade, each
 * in turn.
 */
export function deskOf(policy: Policy, people: readonly Rehearser[]): Desk {
  const active = people.filter((person) => person.active);
  const given = new Map<string, number>();
  const next = (among: readonly Rehearser[]): Owner | undefined => {
    const [found] = among.toSorted((a, b) => (given.get(a.id) ?? 0) - (given.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    if (!found) return undefined;
    given.set(found.id, (given.get(found.id) ?? 0) + 1);
    return { id: found.id, role: found.role, team: found.team };
  };
  const find = (
    grade: Grade,
    facts: RoutingFacts | undefined,
    out: readonly string[],
  ): { owner?: Owner; departments?: string[]; why?: QueueReason } => {
    const wish = facts && routeFor(policy, facts);
    const here = active.filter(({ id }) => !out.includes(id));
    if (wish && facts) {
      const owner = next(here.filter((person) => fitsWish({ language: LANGUAGE, ...person }, wish, facts)));
      return { owner, departments: wish.departments, ...(!owner && { why: 'nobody' as const }) };
    }
    const role = soughtFor(grade).find((wanted) => here.some((person) => person.role === wanted));
    return { owner: next(here.filter((person) => person.role === role)) };
  };
  /** One of each department other than the lead's. Empty if the case gets no task force. */
  const taskForceBeside = (
    lead: { id?: string; team?: string },
    of: { grade: Grade; against: readonly string[]; departments: readonly string[] | undefined },
  ): string[] => {
    if (!getsTaskForce(of.grade, of.departments)) return [];
    const others = active.filter(
      ({ id, team, role }) =>
        team !== lead.team && id !== lead.id && !of.against.includes(id) && MAY_JOIN.includes(role),
    );
    const teams = of.departments ?? [...new Set(others.map(({ team }) => team))].toSorted();
    return teams.flatMap((team) => others.filter((person) => person.team === team).slice(0, 1)).map(({ id }) => id);
  };
  return {
    handler: (facts) => find(facts.grade, policy.routing && facts, []).owner,
    pickOwner({ grade, against, exclude, only, taskForceFor, facts }) {
      if (only !== undefined) {
        const person = active.find(({ id, role }) => id === only && isSought(role, grade));
        const owner =
          person && !against.includes(only) ? { id: only, role: person.role, team: person.team } : undefined;
        return { owner, taskForce: [] };
      }
      if (taskForceFor) {
        const wish = facts && routeFor(policy, facts);
        const lead = taskForceFor.owner ?? { id: undefined, team: wish?.team };
        return { taskForce: taskForceBeside(lead, { grade, against, departments: wish?.departments }) };
      }
      const { owner, departments, why } = find(grade, facts, [...against, ...exclude]);
      return { owner, taskForce: owner ? taskForceBeside(owner, { grade, against, departments }) : [], why };
    },
  };
}

/** A person as an actor. */
export const staffActor = ({ id, role, team }: Rehearser): Staff => ({ kind: 'staff', id, role: role as Role, team });

/**
 * Who reads a mail of the rehearsal (ids): those it is for, else those with the role in the whole house, else those
 * with the next higher role. As `src/channels/mail/duty.ts` delivers it when everybody is at work.
 */
export function readers(to: Recipient, state: CaseState, people: readonly Rehearser[], policy: Policy): string[] {
  const active = people.filter(({ id, active: is }) => is && !state.against.includes(id));
  const leads = (
    role: string,
    team: string | undefined,
    fits: (person: Rehearser) => boolean = () => true,
  ): string[] => {
    const ranks = ['supervisor', 'manager', 'admin'];
    for (const rank of ranks.slice(Math.max(0, ranks.indexOf(role)))) {
      const inRole = active.filter((person) => person.role === rank);
      const inTeam = inRole.filter((person) => team === undefined || person.team === team);
      const found = (inTeam.length > 0 ? inTeam : inRole).filter(fits);
      if (found.length > 0) return found.map(({ id }) => id);
    }
    return [];
  };
  switch (to.kind) {
    case 'user':
      return active.some(({ id }) => id === to.id) ? [to.id] : leads('supervisor', state.owner?.team);
    case 'role':
      return leads(
        to.role,
        to.team,
        (person) =>
          !to.not?.includes(person.id) &&
          (to.may === undefined || mayTake(to.may, staffActor(person), state, { at: state.lastAt, policy })),
      );
    case 'department':
      return active.filter(({ team }) => team === to.department).map(({ id }) => id);
    case 'customer':
      return [];
  }
}

/** Whether a mail reaches somebody whom it was meant for, and not only somebody in their place. */
export function isReached(to: Recipient, cause: CaseEvent, people: readonly Rehearser[]): boolean {
  const active = people.filter((person) => person.active);
  if (to.kind === 'user') return active.some(({ id }) => id === to.id);
  if (to.kind !== 'role') return true;
  // A team that the step of a chain names is meant. The team of the owner is only where a reader is looked for first.
  const team = cause.type === 'escalated' ? cause.data.team : undefined;
  return active.some((person) => person.role === to.role && (team === undefined || person.team === team));
}
