import type { Counted, Days, FigureScope, Stores } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import { DAY, HOUR, MINUTE } from '../../domain/basics/milliseconds';
import type { Words } from '../../domain/basics/types';
import { atLeast, readsAs, type Staff } from '../../domain/case/permissions';
import {
  confidence,
  DIMENSION_NAMES,
  FIGURE_IDS,
  FIGURES,
  LEAST_RANKED,
  valueWords,
  type Dimension,
  type FigureAbout,
  type FigureId,
} from '../../domain/facts/figures';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { houseDate } from '../../house';
import { createMemory } from '../../remember';
import type { TableFile } from '../../render/table-file';
import type { StaffDirectory } from '../access/staff';
import { invalid, mustRead, notFound } from '../refused';
import type {
  CountedShown,
  FigureCases,
  FigureCasesQuery,
  FigureFileQuery,
  FigureQuery,
  FigureShown,
  FiguresFileQuery,
  FiguresShown,
  OneFigureQuery,
} from './answers';
import { figureFile, figuresFile } from './file';

/**
 * The figures of the house for those who lead, and for an agent those of what they have done themselves. Cases that are kept
 * from somebody are in none of their figures. What other people have done is told by name to the supervisors of their team
 * and to managers alone.
 */
export interface FigureAccess {
  /** All figures in a period; at most a minute old. @throws Refused `forbidden` to colleagues; `invalid` */
  all(query: FigureQuery, actor: Staff): Promise<FiguresShown>;
  /** One figure, by one or two dimensions. @throws Refused as `all`; `notFound` */
  one(id: string, query: OneFigureQuery, actor: Staff): Promise<FigureShown>;
  /** All figures as a table for spreadsheets, with their definitions. @throws Refused as `all` */
  allFile(query: FiguresFileQuery, actor: Staff): Promise<TableFile>;
  /** One figure as such a table: its groups, or without dimensions its weeks. @throws Refused as `one` */
  oneFile(id: string, query: FigureFileQuery, actor: Staff): Promise<TableFile>;
  /** The cases behind it. @throws Refused as `one` */
  cases(id: string, query: FigureCasesQuery, actor: Staff): Promise<FigureCases>;
}

interface Needs {
  figures: Stores['figures'];
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

const USUAL_DAYS = 30;
const MOST_DAYS = 731;
const WEEKS = 12;
const CASES_SHOWN = 500;
/** How long all figures are used again by whoever asked for them. */
const KEPT_MS = MINUTE;
/** Figures that are counted at the same time, so that others get a connection in between. */
const LANES = 3;

const UNITS = { share: 'percent', median: 'hours', sum: 'money', count: 'cases' } as const;

const lengthOf = ({ from, to }: Days): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;

/** @throws Refused `invalid` for days that are not in order, and for too many */
function periodOf({ from, to }: FigureQuery, now: number): Days {
  const until = to ?? houseDate(now);
  const period = { from: from ?? daysAfter(until, 1 - USUAL_DAYS), to: until };
  const length = lengthOf(period);
  const fault = (zh: string, en: string): Fault => ({ path: 'to', words: { zh, en } });
  if (length < 1) throw invalid([fault('不能早于 from', 'must not lie before from')]);
  if (length > MOST_DAYS) {
    throw invalid([fault(`最多 ${MOST_DAYS} 天`, `may be ${MOST_DAYS} days after from at most`)]);
  }
  return period;
}

const beforeOf = (period: Days): Days => {
  const to = daysAfter(period.from, -1);
  return { from: daysAfter(to, 1 - lengthOf(period)), to };
};

/** The last weeks up to a day, the oldest first. */
const weeksTo = (to: string): Days[] =>
  Array.from({ length: WEEKS }, (_, n) => {
    const end = daysAfter(to, -7 * (WEEKS - 1 - n));
    return { from: daysAfter(end, -6), to: end };
  });

/** Which dimensions are asked for. @throws Refused `invalid` */
function dimensionsOf({ by }: OneFigureQuery): Dimension[] {
  const names = by === undefined || by === '' ? [] : by.split(',').map((name) => name.trim());
  const isKnown = (name: string): name is Dimension => (DIMENSION_NAMES as readonly string[]).includes(name);
  const known = names.filter(isKnown);
  if (known.length !== names.length || known.length > 2 || new Set(known).size !== known.length) {
    const list = DIMENSION_NAMES.join(', ');
    const words = { zh: `须是一个或两个不同的维度：${list}`, en: `must be one or two different ones of ${list}` };
    throw invalid([{ path: 'by', words }]);
  }
  return known;
}

const isOfHouse = (actor: Staff): boolean => readsAs(actor, 'supervisor');

/** Which rows somebody is told of. @param dimensions by which they are told */
function scopeOf(actor: Staff, now: number, query: FigureQuery, dimensions: readonly Dimension[]): FigureScope {
  mustRead(actor, 'agent');
  const asked = DIMENSION_NAMES.flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [[name, value === '' ? null : value] as const];
  });
  const isByPerson = dimensions.includes('person') || asked.some(([name]) => name === 'person');
  return {
    now: toInstant(now),
    ...(!atLeast(actor, 'admin') && { reader: actor.id }),
    ...(!isOfHouse(actor) && { onlyPerson: actor.id }),
    ...(isByPerson && isOfHouse(actor) && !readsAs(actor, 'manager') && { onlyTeam: actor.team }),
    where: Object.fromEntries(asked),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A count as it is told. */
export function shown(id: FigureId, { n, hits, total, median }: Counted): CountedShown {
  const { kind }: FigureAbout = FIGURES[id];
  const isSmall = n < LEAST_RANKED;
  const sure = confidence(hits, n);
  switch (kind) {
    case 'count':
      return { n, value: n, isSmall };
    case 'sum':
      return { n, value: total, isSmall };
    case 'median':
      return { n, value: median === null ? null : rounded(median / HOUR, 2), isSmall };
    case 'share':
      return {
        n,
        hits,
        value: n === 0 ? null : rounded((100 * hits) / n, 1),
        ...(sure && { low: rounded(100 * sure.low, 1), high: rounded(100 * sure.high, 1) }),
        isSmall,
      };
  }
}

/** A figure as it is told, without its counts. */
export function aboutOf(id: FigureId) {
  const { name, about, kind, better, target, part }: FigureAbout = FIGURES[id];
  return {
    id,
    name,
    about,
    unit: UNITS[kind],
    ...(better && { better }),
    ...(target && { target }),
    ...(part && { part }),
  };
}

const known = (id: string): FigureId => {
  if (!(FIGURE_IDS as readonly string[]).includes(id)) throw notFound({ zh: '指标', en: 'figure' });
  return id as FigureId;
};

const NONE: Words = { zh: '（没有）', en: '(none)' };

/** What a group is called; null: it has no value. @param names of people */
export function nameOf(dimension: Dimension, value: string | null, names: ReadonlyMap<string, string>): Words {
  if (value === null) return NONE;
  return dimension === 'person' && names.has(value)
    ? { zh: names.get(value) ?? value, en: names.get(value) ?? value }
    : valueWords(dimension, value);
}

/** Dimensions whose values have an order of their own. */
const IN_TIME: readonly Dimension[] = ['day', 'week', 'month', 'hour'];

/** Each group's place among those that are large enough; none where neither more nor less is better. */
function ranksOf(id: FigureId, groups: readonly CountedShown[]): (number | undefined)[] {
  const { better }: FigureAbout = FIGURES[id];
  const compared = groups.flatMap(({ value, isSmall }) => (isSmall || value === null ? [] : [value]));
  const beats = (one: number, other: number): boolean => (better === 'less' ? one < other : one > other);
  return groups.map(({ value, isSmall }) =>
    better === undefined || isSmall || value === null
      ? undefined
      : 1 + compared.filter((other) => beats(other, value)).length,
  );
}

/** All figures in these spans of days, in their order. */
export async function countAll(
  figures: Pick<Stores['figures'], 'inSpans'>,
  scope: FigureScope,
  spans: readonly Days[],
): Promise<Map<FigureId, CountedShown[]>> {
  const told = new Map<FigureId, CountedShown[]>();
  const left = [...FIGURE_IDS];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const of = id;
        const counts = await figures.inSpans(of, scope, spans);
        told.set(
          of,
          counts.map((each) => shown(of, each)),
        );
      }
    }),
  );
  return told;
}

/** Builds `FigureAccess`. */
export function createFigures({ figures, staff, clock }: Needs): FigureAccess {
  const memory = createMemory<FiguresShown>({ max: 50, forMs: KEPT_MS, clock });

  async function count(period: Days, scope: FigureScope, isOfAll: boolean): Promise<FiguresShown> {
    const before = beforeOf(period);
    const weeks = weeksTo(period.to);
    const told = await countAll(figures, scope, [period, before, ...weeks]);
    return {
      period,
      before,
      scope: isOfAll ? 'house' : 'own',
      weeks,
      figures: FIGURE_IDS.map((id) => {
        const [now, then, ...rest] = told.get(id) as [CountedShown, CountedShown, ...CountedShown[]];
        return { ...aboutOf(id), now, before: then, weeks: rest };
      }),
    };
  }

  const access: FigureAccess = {
    async all(query, actor) {
      const now = clock();
      const period = periodOf(query, now);
      const scope = scopeOf(actor, now, query, []);
      const key = JSON.stringify([period, { ...scope, now: undefined }]);
      return memory.get(key, () => count(period, scope, isOfHouse(actor)));
    },

    async one(given, query, actor) {
      const id = known(given);
      const now = clock();
      const period = periodOf(query, now);
      const by = dimensionsOf(query);
      const weeks = weeksTo(period.to);
      const scope = scopeOf(actor, now, query, by);
      const [whole, ...ofWeeks] = await figures.inSpans(id, scope, [period, ...weeks]);
      const rows = by.length > 0 ? await figures.by(id, scope, period, by) : [];
      const people = by.indexOf('person');
      const names = await staff.names(people < 0 ? [] : rows.flatMap(({ keys }) => keys[people] ?? []));
      const counts = rows.map((row) => shown(id, row));
      const ranks = ranksOf(id, counts);
      const groups = rows.map(({ keys }, n) => ({
        ...(counts[n] as CountedShown),
        keys: keys.map((value, at) => ({ value, name: nameOf(by[at] as Dimension, value, names) })),
        ...(ranks[n] !== undefined && { rank: ranks[n] }),
      }));
      const [first] = by;
      const inTime = first !== undefined && IN_TIME.includes(first);
      const order = new Intl.Collator('en', { numeric: true });
      const placeOf = ({ keys }: (typeof groups)[number]): string => keys[0]?.value ?? '';
      return {
        ...aboutOf(id),
        period,
        scope: isOfHouse(actor) ? 'house' : 'own',
        now: shown(id, whole as Counted),
        weeks: weeks.map((week, n) => ({ ...week, counted: shown(id, ofWeeks[n] as Counted) })),
        by,
        groups: inTime ? groups.toSorted((a, b) => order.compare(placeOf(a), placeOf(b))) : groups,
      };
    },

    async cases(given, query, actor) {
      const id = known(given);
      const now = clock();
      const period = periodOf(query, now);
      const hit = query.hit === undefined ? undefined : query.hit === 'yes';
      const rows = await figures.rows(id, scopeOf(actor, now, query, []), period, { hit, most: CASES_SHOWN + 1 });
      const { kind }: FigureAbout = FIGURES[id];
      return {
        period,
        cases: rows.slice(0, CASES_SHOWN).map((row) => ({
          caseNo: row.caseNo,
          day: row.day,
          ...(kind === 'share' && { hit: row.hit === true }),
          ...(row.value !== null && { value: kind === 'median' ? rounded(row.value / HOUR, 2) : row.value }),
        })),
        isCut: rows.length > CASES_SHOWN,
      };
    },

    async allFile({ format, language, ...query }, actor) {
      return figuresFile(await access.all(query, actor), { format, language });
    },

    async oneFile(id, { format, language, ...query }, actor) {
      return figureFile(await access.one(id, query, actor), { format, language });
    },
  };
  return access;
}
