import { setImmediate } from 'node:timers/promises';
import { toInstant } from '../../domain/time/duration';
import { DAY, MINUTE } from '../../domain/basics/milliseconds';
import { isKeptFrom, type Staff } from '../../domain/case/permissions';
import type { Stores } from '../../db';
import type { ToldRow } from '../../db/records';
import { createMemory } from '../../remember';
import { createTerms } from '../../text/terms';
import { commonTerms, risingTerms, type Told } from '../../text/topics';
import type { Topics } from './answers';

/** The week, and the weeks that it is held against. */
const WEEK = 7 * DAY;
const BEFORE_WEEKS = 8;
/** Complaints that are read at most, the newest; how many between two looks at what else waits. */
const MOST = 20_000;
const AT_ONCE = 50;
/** How long the terms are used again. */
const KEPT_MS = 10 * MINUTE;
/** Terms on the rise; of each list of common ones; such lists of products; numbers of cases with each term. */
const SHOWN = { rising: 20, common: 25, products: 12, cases: 20 };

/** A complaint by its terms. */
type Read = Omit<ToldRow, 'text' | 'customerName'> & Told;

interface Needs {
  stores: Pick<Stores, 'topics' | 'users'>;
  clock: () => number;
}

/** Builds `Reports.topics`. The texts are read once for everybody; what each person may not see is left out of the counts. */
export function createTopics({ stores, clock }: Needs) {
  const memory = createMemory<{ to: number; reads: Read[] }>({ max: 1, forMs: KEPT_MS, clock });

  async function read(): Promise<{ to: number; reads: Read[] }> {
    const to = clock();
    const from = to - (BEFORE_WEEKS + 1) * WEEK;
    const [rows, staff, terms] = await Promise.all([
      stores.topics.told({ from: toInstant(from), to: toInstant(to), most: MOST }),
      stores.users.list({}),
      createTerms(),
    ]);
    const colleagues = staff.flatMap(({ name, nameEn }) => [name, ...(nameEn === undefined ? [] : [nameEn])]);
    const reads: Read[] = [];
    for (const [index, { text, customerName, ...row }] of rows.entries()) {
      // Others are answered in between.
      if (index % AT_ONCE === 0) await setImmediate();
      reads.push({ ...row, terms: terms.of(text, [customerName, ...colleagues]) });
    }
    return { to, reads };
  }

  return async function topics(actor: Staff): Promise<Topics> {
    const { to, reads } = await memory.get('all', read);
    const seen = reads.filter((one) => !isKeptFrom(actor, one));
    const since = toInstant(to - WEEK);
    const week = seen.filter(({ receivedAt }) => receivedAt >= since);
    const before = seen.filter(({ receivedAt }) => receivedAt < since);
    return {
      from: since,
      to: toInstant(to),
      complaints: { week: week.length, before: before.length, weeks: BEFORE_WEEKS },
      isCut: reads.length === MOST,
      rising: risingTerms(week, before, SHOWN.rising).map(({ term, now, before: then, customers, score, cases }) => ({
        term,
        now,
        before: Math.round((then / BEFORE_WEEKS) * 10) / 10,
        customers,
        score: Math.round(score * 10) / 10,
        cases: cases.slice(0, SHOWN.cases),
      })),
      categories: common(seen, ({ category }) => category).map(({ key, ...rest }) => ({ category: key, ...rest })),
      products: common(seen, ({ product }) => product)
        .map(({ key, ...rest }) => ({ product: key, ...rest }))
        .slice(0, SHOWN.products),
    };
  };
}

/** The common terms of each kind of complaint, those kinds first that have the most; a kind without any is left out. */
function common<K extends string>(reads: readonly Read[], kindOf: (one: Read) => K | undefined) {
  const kinds = new Map<K, Read[]>();
  for (const one of reads) {
    const kind = kindOf(one);
    if (kind === undefined) continue;
    const others = kinds.get(kind);
    if (others) others.push(one);
    else kinds.set(kind, [one]);
  }
  return [...kinds]
    .flatMap(([key, of]) => {
      const terms = commonTerms(of, SHOWN.common);
      return terms.length === 0 ? [] : [{ key, complaints: of.length, terms }];
    })
    .toSorted((a, b) => b.complaints - a.complaints || (a.key < b.key ? -1 : 1));
}
