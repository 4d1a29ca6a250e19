import type { CauseWeek, Stores } from '../../db';
import { FISHBONE } from '../../domain/basics/types';
import { FISHBONE_WORDS } from '../../domain/basics/words';
import { atLeast, type Staff } from '../../domain/case/permissions';
import { daysOf, GROUPED_BY, mayBeTold, onceIn, spanOf, type Finding } from '../../domain/causes/groups';
import { actionFrom } from '../../domain/policy/schema';
import { WEEKS_BEFORE } from '../../domain/causes/rising';
import { DIMENSIONS, valueWords } from '../../domain/facts/figures';
import { daysAfter } from '../../domain/time/calendar';
import { houseDate } from '../../house';
import { mustRead } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { BoneShown, CausesQuery, CausesShown, RisenShown } from './answers';
import { mondayOf } from './run';

/** What the weekly run over causes has found, for those who lead. Cases that are kept from somebody are in none of their numbers. */
export interface CauseAccess {
  /** One week. @throws Refused `forbidden` */
  readonly weekly: (query: CausesQuery, actor: Staff) => Promise<CausesShown>;
}

interface Needs {
  causeWeeks: Pick<
    Stores['causeWeeks'],
    'get' | 'last' | 'casesOf' | 'frequent' | 'bones' | 'openActions' | 'actionsDue'
  >;
  policies: Pick<PolicyCache, 'inForce'>;
  clock: () => number;
}

/** Weeks that can be chosen: two years. */
const WEEKS = 104;
const LISTED = 10;
const LISTED_BY = ['category', 'cause', 'product', 'region'] as const;
/** Complaints of so many days count for a corrective action. */
const ACTION_DAYS = 60;
const NOT_SAID = { zh: '还没有分析', en: 'Not analysed yet' };

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Builds `CauseAccess`. */
export function createCauses({ causeWeeks, policies, clock }: Needs): CauseAccess {
  /** As this reader is told of it; undefined: too little of it is left. */
  async function risenFor(week: string, finding: Finding, reader: string | undefined): Promise<RisenShown | undefined> {
    const span = spanOf(week, finding);
    const { cases, customers, before } = await causeWeeks.casesOf(finding, span, reader);
    if (!mayBeTold(customers)) return undefined;
    return {
      by: finding.by,
      values: GROUPED_BY.flatMap((dimension) => {
        const value = finding.values[dimension];
        return value === undefined ? [] : [{ dimension, value, name: valueWords(dimension, value) }];
      }),
      from: span.spanFrom,
      now: cases.length,
      customers,
      usual: rounded((before * finding.span) / finding.weeks),
      weeks: finding.weeks,
      // How sure it is was found out over all cases.
      ...(customers >= finding.now / finding.span && { onceIn: onceIn(finding) }),
      cases,
    };
  }

  async function frequentFor(week: string, reader: string | undefined): Promise<CausesShown['frequent']> {
    const rows = await causeWeeks.frequent(daysOf(week), reader);
    return LISTED_BY.map((dimension) => ({
      dimension,
      name: DIMENSIONS[dimension],
      groups: rows
        .filter((row) => row.dimension === dimension)
        .slice(0, LISTED)
        .map(({ value, now, before }) => ({
          value,
          name: valueWords(dimension, value),
          now,
          usual: rounded(before / WEEKS_BEFORE),
        })),
    }));
  }

  async function bonesFor(period: { from: string; to: string }, reader: string | undefined): Promise<BoneShown[]> {
    const [counts, actions] = await Promise.all([causeWeeks.bones(period, reader), causeWeeks.openActions(reader)]);
    const all = [...FISHBONE, null].map((bone): BoneShown => {
      const of = counts.filter(({ fishbone }) => fishbone === bone);
      const open = actions.filter(({ fishbone }) => fishbone === bone);
      const causes = [...new Set([...of, ...open].map(({ cause }) => cause))];
      return {
        bone,
        name: bone === null ? NOT_SAID : FISHBONE_WORDS[bone],
        cases: of.reduce((total, { cases }) => total + cases, 0),
        actions: open.map(({ actionId, caseNo, kind, started }) => ({ actionId, caseNo, kind, started })),
        causes: causes.map((cause) => ({
          cause,
          name: valueWords('cause', cause),
          cases: of.find((one) => one.cause === cause)?.cases ?? 0,
          actions: open.filter((one) => one.cause === cause).length,
        })),
      };
    });
    return all.filter((one) => one.bone !== null || one.cases > 0 || one.actions.length > 0);
  }

  async function dueFor(reader: string | undefined): Promise<CausesShown['due']> {
    const least = actionFrom(await policies.inForce());
    const rows = await causeWeeks.actionsDue({ from: daysAfter(houseDate(clock()), -ACTION_DAYS), least }, reader);
    return rows.map(({ cases, caseNo, ...values }) => ({
      values: (['cause', 'product', 'region'] as const).map((dimension) => ({
        dimension,
        value: values[dimension],
        name: valueWords(dimension, values[dimension]),
      })),
      cases,
      ...(caseNo !== null && { caseNo }),
    }));
  }

  return {
    async weekly(query, actor) {
      mustRead(actor, 'supervisor');
      const reader = atLeast(actor, 'admin') ? undefined : actor.id;
      const weeks = await causeWeeks.last(WEEKS);
      const week =
        query.week === undefined ? (weeks[0] ?? daysAfter(mondayOf(houseDate(clock())), -7)) : mondayOf(query.week);
      const kept: CauseWeek | undefined = await causeWeeks.get(week);
      const { from, to } = daysOf(week);
      const [risen, frequent, bones, due] = await Promise.all([
        Promise.all((kept?.findings ?? []).map((finding) => risenFor(week, finding, reader))),
        frequentFor(week, reader),
        bonesFor({ from, to }, reader),
        dueFor(reader),
      ]);
      return {
        week,
        to,
        found: kept !== undefined,
        ...(kept && { madeAt: kept.madeAt }),
        weeks,
        rising: risen.filter((one) => one !== undefined),
        frequent,
        period: { from, to },
        bones,
        due,
      };
    },
  };
}
