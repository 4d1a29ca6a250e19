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
import type { Activities, ToRoute } from './interface';

interface Routed {
  customerId: string | undefined;
  route: { wish: Wish; facts: RoutingFacts } | undefined;
}

/** Whose complaint it is and, where the policy routes, what is asked for. */
async function routed(
  complaints: Pick<Stores['complaints'], 'customerOf' | 'routingFacts'>,
  caseNo: string,
  grade: Grade,
  route: ToRoute | undefined,
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

/** Reads, and stamps the rotation. Whoever is named in the complaint is not given it. A second run may name somebody else; the case keeps what its event says. */
export const prepareCase =
  ({
    complaints,
    cases,
    users,
    queue,
  }: Pick<Stores, 'complaints' | 'cases' | 'users' | 'queue'>): Activities['prepareCase'] =>
  async ({ caseNo, grade, repeatWithinMs, route: toRoute }) => {
    const [{ customerId, route }, repeatOf, complaint, people] = await Promise.all([
      routed(complaints, caseNo, grade, toRoute),
      cases.repeats({ caseNo, within: repeatWithinMs }),
      complaints.get(caseNo),
      users.list({ active: true }),
    ]);
    const found = complaint ? staffNamed({ ...complaint, text: complaint.text.body }, people) : [];
    const prepared = { repeatOf, ...(found.length > 0 && { named: found }), revision: PROCESS_REVISION };
    const waits = route && toRoute && (await queue.isAhead({ caseNo, grade, route, routing: toRoute.routing }));
    if (waits) return prepared;
    const against = found.map(({ id }) => id);
    const handler = await users.pick({ grade, against, exclude: [], lastHandlerOf: customerId, caseNo, route });
    return { ...prepared, handler };
  };

/**
 * As above. A major complaint gets colleagues of the other departments beside its lead. By routing, whoever waits for
 * the same people is not overtaken, and with nobody there it says why.
 */
export const pickOwner =
  ({ complaints, users, queue }: Pick<Stores, 'complaints' | 'users' | 'queue'>): Activities['pickOwner'] =>
  async ({ caseNo, grade, against, exclude, only, route: toRoute }) => {
    if (only !== undefined) return { owner: await users.mayOwn(only, { grade, against }), taskForce: [] };
    const { customerId, route } = await routed(complaints, caseNo, grade, toRoute);
    // A case that somebody has owned and could not keep in time is not sent to the end of the queue.
    const [before] = exclude;
    const queues = route && toRoute && before === undefined;
    if (queues && (await queue.isAhead({ caseNo, grade, route, routing: toRoute.routing }))) {
      return { taskForce: [], why: 'ahead' };
    }
    const owner = await users.pick({ grade, against, exclude, lastHandlerOf: customerId, caseNo, route });
    const departments = route?.wish.departments;
    // It has its lead already where other departments are only brought in.
    const lead = owner ?? (before === undefined ? undefined : await users.byId(before));
    const force = lead && getsTaskForce(grade, departments);
    const taskForce = force
      ? await users.taskForce({ notOf: lead.team, exclude: [...against, ...exclude, lead.id], departments })
      : [];
    if (owner || !route) return { owner, taskForce };
    const people = await users.present();
    return { taskForce, why: whyNobody(route.wish, route.facts, people, [...against, ...exclude]) };
  };
