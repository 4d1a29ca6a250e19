import { LRUCache } from 'lru-cache';
import { DAY } from '../../domain/basics/milliseconds';
import type { Staff } from '../../domain/case/permissions';
import { toMs } from '../../domain/time/duration';
import type { SimilarCase as Compared } from '../../db/records';
import { cut } from '../../render/format';
import { likeness, type Matter, matterOf, SAME_MATTER, type Told } from '../../text/matter';
import type { Stores } from '../../db';
import type { Naming } from './naming';
import { SHARED_FACTS, type SimilarCase, type SimilarCases } from './answers';
import type { VisibleCases } from './visible';

const MOST = 20;
const OPENING = 120;
const SOLUTION = 200;
const WEEK = 7 * DAY;
/** Of the same order or device: at least so alike, whatever they say. */
const SAME_NUMBER = 0.8;

interface Needs {
  stores: { cases: Pick<Stores['cases'], 'similar'>; groups: Pick<Stores['groups'], 'leadsOf'> };
  visible: Pick<VisibleCases, 'see'>;
  naming: Pick<Naming, 'seenBy'>;
  clock: () => number;
}

const oneLine = (text: string, most: number): string => cut(text.trim().replace(/\s+/g, ' '), most);

/** Complaints whose matter is kept: to read one anew takes a third of a millisecond, and a case is looked at again and again. */
const KNOWN = 1_000;

/** Builds `Reading.similar`: cases of the same matter. */
export function createSimilar(needs: Needs): (caseNo: string, actor: Staff) => Promise<SimilarCases> {
  const known = new LRUCache<string, Matter>({ max: KNOWN });
  const read = (told: Told): Matter => {
    const key = JSON.stringify([told.text, told.product, told.place]);
    const before = known.get(key);
    if (before) return before;
    const matter = matterOf(told);
    known.set(key, matter);
    return matter;
  };
  return (caseNo, actor) => similarCases(needs, read, caseNo, actor);
}

async function similarCases(
  { stores, visible, naming, clock }: Needs,
  read: (told: Told) => Matter,
  caseNo: string,
  actor: Staff,
): Promise<SimilarCases> {
  await visible.see(caseNo, actor);
  const { id, team, role } = actor;
  const found = await stores.cases.similar({ caseNo, scope: { kind: 'staff', id, team, role } });
  if (!found) return { items: [], thisWeek: 0 };
  const mine = read(found.told);
  const alike = found.items
    .map((item) => ({ item, like: likeness(mine, read(item.told)) }))
    .map(({ item, like }) => {
      const isSameNumber = item.sameOrder || item.sameSerial;
      return { item, like, score: isSameNumber ? Math.max(like.score, SAME_NUMBER) : like.score };
    })
    .filter(({ score }) => score >= SAME_MATTER)
    .toSorted((a, b) => b.score - a.score || b.item.receivedAt.localeCompare(a.item.receivedAt));
  const shown = alike.slice(0, MOST);
  const leads = await stores.groups.leadsOf(shown.map(({ item }) => item.caseNo));
  const seen = await naming.seenBy([...shown.flatMap(({ item }) => item.mergedInto ?? []), ...leads.values()], actor);
  const now = clock();
  return {
    items: shown.map(({ item, like, score }) => ({
      ...similarCase(item, like, score, seen),
      ...groupOf(leads.get(item.caseNo), seen),
    })),
    thisWeek: alike.filter(({ item }) => item.stage !== 'archived' && now - toMs(item.receivedAt) < WEEK).length,
  };
}

/** Whether it is in a group, and who leads that. */
const groupOf = (lead: string | undefined, seen: ReadonlySet<string>) => ({
  grouped: lead !== undefined,
  ...(lead !== undefined && seen.has(lead) && { groupLead: lead }),
});

function similarCase(
  item: Compared,
  like: ReturnType<typeof likeness>,
  score: number,
  seen: ReadonlySet<string>,
): Omit<SimilarCase, 'grouped' | 'groupLead'> {
  const { caseNo, stage, grade, category, customerName, receivedAt, outcome, resolvedAt, solution, mergedInto } = item;
  const same = {
    customer: item.sameCustomer,
    order: item.sameOrder,
    serialNo: item.sameSerial,
    product: like.sameProduct,
    place: like.samePlace,
  };
  return {
    caseNo,
    score: Math.round(score * 100) / 100,
    why: { words: like.words, same: SHARED_FACTS.filter((name) => same[name]) },
    stage,
    grade,
    category,
    customerName,
    opening: oneLine(item.told.text, OPENING),
    receivedAt,
    ...(outcome !== null && { outcome }),
    ...(resolvedAt !== null && { resolvedAt }),
    ...(solution !== null && { solution: oneLine(solution, SOLUTION) }),
    ...(mergedInto !== null && seen.has(mergedInto) && { mergedInto }),
  };
}
