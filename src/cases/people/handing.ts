import { routeOf, type Stores, type Waiting } from '../../db';
import type { CaseListItem } from '../../db/records';
import type { Instant, Words } from '../../domain/basics/types';
import { readsAs, type Staff } from '../../domain/case/permissions';
import { isSought, soughtFor } from '../../domain/staffing/owning';
import { fitsWish, QUEUE_WORDS, whyNobody } from '../../domain/staffing/routing';
import { toInstant } from '../../domain/time/duration';
import type { StaffDirectory } from '../access/staff';
import { mustRead, notFound } from '../refused';
import type { HandingPlan } from './answers';

/** The board of whoever leads. */
export interface Board {
  /**
   * To whom the open cases of somebody could be given, by the rules by which cases are assigned: role for the grade, skills,
   * product line, region and language of the policy's routing, not away, not at their cap, not complained of; their deputy
   * first, then whoever has the fewest. Nothing is changed: what is wanted of it are decisions `reassign`.
   * @throws Refused `forbidden` below a supervisor; `notFound` for somebody of another team, to a supervisor
   */
  planHanding(from: string, actor: Staff): Promise<HandingPlan>;
}

interface Needs {
  stores: {
    cases: Pick<Stores['cases'], 'list'>;
    queue: Pick<Stores['queue'], 'ofCases'>;
    users: Pick<Stores['users'], 'present' | 'byId'>;
    policies: Pick<Stores['policies'], 'get'>;
    roster: Pick<Stores['roster'], 'leaves'>;
  };
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

type Present = Awaited<ReturnType<Stores['users']['present']>>[number];

/** Cases that a plan is made for. */
const MOST = 100;

const NOT_YET: Words = { zh: '还没有分派，不用改派', en: 'not assigned yet, so there is nothing to hand on' };
const IS_DEPUTY: Words = { zh: '休假代理人', en: 'deputy during the leave' };

/** Why this person. @param open their cases before they get this one */
function because(skills: readonly string[], open: number): Words {
  const known =
    skills.length > 0 ? { zh: `会${skills.join('、')}，`, en: `knows ${skills.join(', ')}; ` } : { zh: '', en: '' };
  return {
    zh: `${known.zh}合适的人里在办最少（${open} 件）`,
    en: `${known.en}fewest open cases of those who fit (${open})`,
  };
}

/** Who could take a case, the best first; or why nobody. */
async function takersOf(
  row: Waiting,
  { people, given, deputy, policies }: Choosing,
): Promise<{ to: Present; because: Words } | { because: Words }> {
  const policy = await policies.get(row.policyVersion);
  const route = policy?.routing && routeOf(row, policy.routing);
  const openOf = ({ id, open }: Present): number => open + (given.get(id) ?? 0);
  const fits = (person: Present): boolean =>
    isSought(person.role, row.grade) && (!route || fitsWish(person, route.wish, route.facts));
  const free = people.filter(
    (person) =>
      fits(person) &&
      !person.away &&
      !row.against.includes(person.id) &&
      (person.maxOpen === undefined || openOf(person) < person.maxOpen),
  );
  const roles = soughtFor(row.grade);
  const [best] = free.toSorted(
    (a, b) =>
      Number(b.id === deputy) - Number(a.id === deputy) ||
      roles.indexOf(a.role) - roles.indexOf(b.role) ||
      openOf(a) - openOf(b) ||
      (a.id < b.id ? -1 : 1),
  );
  if (best)
    return { to: best, because: best.id === deputy ? IS_DEPUTY : because(route?.wish.skills ?? [], openOf(best)) };
  if (route) return { because: QUEUE_WORDS[whyNobody(route.wish, route.facts, people, row.against)] };
  const fitting = people.filter(fits);
  return {
    because: QUEUE_WORDS[fitting.length === 0 ? 'nobody' : fitting.every(({ away }) => away) ? 'away' : 'full'],
  };
}

interface Choosing {
  people: readonly Present[];
  /** How many each would have got so far. */
  given: ReadonlyMap<string, number>;
  deputy: string | undefined;
  policies: Pick<Stores['policies'], 'get'>;
}

/** Builds `Board`. */
export function createBoard({ stores, staff, clock }: Needs): Board {
  /** Who stands in for somebody at this moment. */
  async function deputyOf(userId: string, now: Instant): Promise<string | undefined> {
    const leaves = await stores.roster.leaves({ userId, from: now, to: toInstant(Date.parse(now) + 1) });
    return leaves.find(({ deputy }) => deputy !== undefined)?.deputy;
  }

  return {
    async planHanding(from, actor) {
      mustRead(actor, 'supervisor');
      const leadsAll = readsAs(actor, 'manager');
      const user = await stores.users.byId(from);
      if (!user || (!leadsAll && user.team !== actor.team)) throw notFound({ zh: '员工', en: 'member of staff' });
      const { id, team, role } = actor;
      const [{ items }, present, deputy] = await Promise.all([
        stores.cases.list({
          owner: from,
          open: true,
          sort: 'due',
          limit: MOST,
          scope: { kind: 'staff', id, team, role },
        }),
        stores.users.present(),
        deputyOf(from, toInstant(clock())),
      ]);
      const rows = new Map(
        (await stores.queue.ofCases(items.map(({ caseNo }) => caseNo))).map((row) => [row.caseNo, row]),
      );
      const people = present.filter((one) => one.id !== from && (leadsAll || one.team === actor.team));
      const given = new Map<string, number>();
      const planned: { item: CaseListItem; to?: string; because: Words }[] = [];
      for (const item of items) {
        const row = rows.get(item.caseNo);
        if (!row || item.stage === 'receive' || item.stage === 'grade') {
          planned.push({ item, because: NOT_YET });
          continue;
        }
        const found = await takersOf(row, { people, given, deputy, policies: stores.policies });
        if ('to' in found) given.set(found.to.id, (given.get(found.to.id) ?? 0) + 1);
        planned.push({ item, because: found.because, ...('to' in found && { to: found.to.id }) });
      }
      const names = await staff.names([from, ...given.keys()]);
      const named = (userId: string) => ({ id: userId, name: names.get(userId) ?? userId });
      return {
        from: named(from),
        items: planned.map(({ item, to, because: why }) => ({
          caseNo: item.caseNo,
          seq: item.state.seq,
          grade: item.grade,
          opening: item.opening,
          customerName: item.customerName,
          ...(item.pressingAt !== undefined && { dueAt: item.pressingAt }),
          ...(to !== undefined && { to: named(to) }),
          because: why,
        })),
        people: people
          .filter((one) => given.has(one.id))
          .map(({ id: userId, open, maxOpen }) => ({
            ...named(userId),
            open,
            after: open + (given.get(userId) ?? 0),
            ...(maxOpen !== undefined && { maxOpen }),
          })),
      };
    },
  };
}
