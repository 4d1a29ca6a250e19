/**
 * Whom a case is given to: the searches behind `prepareCase` and `pickOwner`.
 * @module
 */
import { getsTaskForce } from '../src/domain/staffing/owning';
import type { Stores } from '../src/db';
import { PROCESS_REVISION } from '../src/domain/case/revision';
import {
  productLineOf,
  regionOf,
  routeFor,
  whyNobody,
  type RoutingFacts,
  type Wish,
} from '../src/domain/staffing/routing';
import type { Grade } from '../src/domain/basics/types';
import { staffNamed } from '../src/text/staff-names';
import type { Activities, RouteQuery } from './interface';

interface Routed {
  /** Undefined: the complaint is not there. */
  customerId: string | undefined;
  /** Undefined: the policy does not route, or none of its rules fits, and the grade alone decides. */
  route: { wish: Wish; facts: RoutingFacts } | undefined;
}

/** Whose complaint it is and, if the policy routes, the role, team and skills that its first fitting rule asks for. */
async function routed(
  complaints: Pick<Stores['complaints'], 'customerOf' | 'routingFacts'>,
  caseNo: string,
  grade: Grade,
  route: RouteQuery | undefined,
): Promise<Routed> {
  if (!route) return { customerId: await complaints.customerOf(caseNo), route: undefined };
  const stored = await complaints.routingFacts(caseNo);
  const { routing, category, channel, language } = route;
  const facts = {
    grade,
    category,
    channel,
    language,
    productLine: productLineOf(route, stored?.product ?? []),
    region: regionOf(route, stored?.place ?? []),
  };
  const wish = routeFor({ routing }, facts);
  return { customerId: stored?.customerId, route: wish && { wish, facts } };
}

/**
 * See `Activities.prepareCase`. Its one write is the rotation stamp of whoever is picked. Nobody named in the complaint is
 * picked, and nobody at all if a more urgent or older case waits for the same people. A second run may pick somebody
 * else; that does no harm, because the case keeps what its event says.
 */
export const prepareCase =
  ({
    complaints,
    cases,
    users,
    queue,
  }: Pick<Stores, 'complaints' | 'cases' | 'users' | 'queue'>): Activities['prepareCase'] =>
  async ({ caseNo, grade, repeatWithinMs, route: query }) => {
    const [{ customerId, route }, repeatOf, complaint, people] = await Promise.all([
      routed(complaints, caseNo, grade, query),
      cases.repeats({ caseNo, within: repeatWithinMs }),
      complaints.get(caseNo),
      users.list({ active: true }),
    ]);
    const found = complaint ? staffNamed({ ...complaint, text: complaint.text.body }, people) : [];
    const prepared = { repeatOf, ...(found.length > 0 && { named: found }), revision: PROCESS_REVISION };
    const waits = route && query && (await queue.isAhead({ caseNo, grade, route, routing: query.routing }));
    if (waits) return prepared;
    const against = found.map(({ id }) => id);
    const handler = await users.pick({ grade, against, exclude: [], lastHandlerOf: customerId, caseNo, route });
    return { ...prepared, handler };
  };

/**
 * See `Activities.pickOwner`. Its one write is the rotation stamp of whoever is picked. With routing, a case does not
 * overtake a more urgent or older one that waits for the same people, and `why` says why nobody was found.
 *
 * A task force is of other departments than its lead's: whoever is picked, or the owner of `taskForceFor`. A case without
 * an owner gets one of every department, except the one from which the routing rule takes its owner.
 */
export const pickOwner =
  ({ complaints, users, queue }: Pick<Stores, 'complaints' | 'users' | 'queue'>): Activities['pickOwner'] =>
  async ({ caseNo, grade, against, exclude, only, taskForceFor, route: query }) => {
    if (only !== undefined) return { owner: await users.eligibleOwner(only, { grade, against }), taskForce: [] };
    const { customerId, route } = await routed(complaints, caseNo, grade, query);
    const departments = route?.wish.departments;
    const forceBeside = async (lead: string | undefined, team: string | undefined): Promise<string[]> =>
      getsTaskForce(grade, departments)
        ? users.taskForce({ notOf: team, exclude: [...against, ...exclude, ...(lead ? [lead] : [])], departments })
        : [];
    if (taskForceFor) {
      const lead = taskForceFor.owner === undefined ? undefined : await users.byId(taskForceFor.owner);
      return { taskForce: await forceBeside(lead?.id, lead?.team ?? route?.wish.team) };
    }
    // `exclude` begins with the present owner if the case is to be handed on. It has waited already, so it does not queue
    // behind others.
    const queues = route && query && exclude.length === 0;
    if (queues && (await queue.isAhead({ caseNo, grade, route, routing: query.routing }))) {
      return { taskForce: [], why: 'ahead' };
    }
    const owner = await users.pick({ grade, against, exclude, lastHandlerOf: customerId, caseNo, route });
    if (owner) return { owner, taskForce: await forceBeside(owner.id, owner.team) };
    if (!route) return { owner, taskForce: [] };
    const people = await users.present();
    return { taskForce: [], why: whyNobody(route.wish, route.facts, people, [...against, ...exclude]) };
  };
