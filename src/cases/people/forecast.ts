import { readsAs, type Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { AFTER_FROM, house, houseInstant, wallTime } from '../../house';
import type { PolicyCache } from '../rules/policies';
import { forbidden, invalid } from '../refused';
import type { Fault } from '../../domain/basics/faults';
import type { StaffDirectory } from '../access/staff';
import type { Forecast } from './answers';
import type { Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';

/** The longest span of a forecast, in days. */
export const FORECAST_DAYS = 31;
/** The span if none is asked for, in days. */
const USUAL_DAYS = 7;

/** What to forecast. */
export interface ForecastQuery {
  /** A day of the house or an instant; absent: now. */
  from?: string;
  /** A day of the house or an instant, not included; absent: seven days after `from`. */
  to?: string;
  /** A user id; absent: everybody's. */
  owner?: string;
  /** A department; absent: all. */
  team?: string;
  /** By whose wall clock the hours are; absent: the calendar's in force, or the house's. */
  zone?: string;
}

interface Needs {
  stores: Pick<Stores, 'forecast' | 'roster'>;
  policies: Pick<PolicyCache, 'inForce'>;
  staff: Pick<StaffDirectory, 'names'>;
  clock: () => number;
}

/** Builds `Reports.forecast`, from the projection: it is as fresh as the list of cases. */
export function createForecast({ stores, policies, staff, clock }: Needs) {
  return async function forecast(query: ForecastQuery, actor: Staff): Promise<Forecast> {
    const now = clock();
    const { from, to } = period(query, now);
    const leading = readsAs(actor, 'supervisor');
    if (!leading && query.owner !== undefined && query.owner !== actor.id) throw forbidden('supervisor');
    const zone = await zoneOf(query.zone);
    const { id, team, role } = actor;
    const [rows, leaves] = await Promise.all([
      stores.forecast.promises({
        from,
        to,
        now: toInstant(now),
        zone,
        owner: leading ? query.owner : actor.id,
        team: query.team,
        scope: { kind: 'staff', id, team, role },
      }),
      stores.roster.leaves({ from, to }),
    ]);

    const figures = new Map<string | undefined, { due: number; overdue: number }>();
    const of = (owner: string | undefined) => {
      const known = figures.get(owner) ?? { due: 0, overdue: 0 };
      figures.set(owner, known);
      return known;
    };
    for (const { owner, count } of rows.due) of(owner).due += count;
    for (const { owner, count } of rows.overdue) of(owner).overdue += count;
    const names = await staff.names([...figures.keys()].flatMap((owner) => owner ?? []));

    const hours = new Map<string, Forecast['hours'][number]>();
    for (const { hour, local, aheadMinutes, owner, count, cases } of rows.due) {
      const entry = hours.get(hour) ?? { hour: `${local}${offset(aheadMinutes)}`, total: 0, byOwner: [] };
      hours.set(hour, entry);
      entry.total += count;
      entry.byOwner.push({ ...(owner === undefined ? {} : { owner, name: names.get(owner) ?? owner }), count, cases });
    }

    const owners = [...figures]
      .flatMap(([owner, counts]) => (owner === undefined ? [] : [{ id: owner, ...counts }]))
      .toSorted((a, b) => b.due - a.due || b.overdue - a.overdue || (a.id < b.id ? -1 : 1))
      .map((one) => {
        const leave = leaves.find(({ userId }) => userId === one.id);
        return {
          id: one.id,
          name: names.get(one.id) ?? one.id,
          due: one.due,
          overdue: one.overdue,
          ...(leave
            ? {
                away: {
                  from: leave.from,
                  until: leave.to,
                  ...(leave.deputy === undefined ? {} : { deputy: leave.deputy }),
                },
              }
            : {}),
        };
      });
    return {
      from,
      to,
      zone,
      hours: [...hours.values()],
      owners,
      unowned: figures.get(undefined) ?? { due: 0, overdue: 0 },
    };
  };

  /** The time zone that was asked for; otherwise that of the policy's calendar; otherwise the house's. */
  async function zoneOf(asked: string | undefined): Promise<string> {
    if (asked !== undefined) return asked;
    const policy = await policies.inForce();
    const named = policy.calendar === undefined ? undefined : policy.calendars?.[policy.calendar];
    return named?.timeZone ?? house().zone;
  }
}

/** The span of a query. @throws Refused `invalid` if it is too long or ends before it begins */
function period(query: ForecastQuery, now: number): { from: Instant; to: Instant } {
  const from = query.from === undefined ? now : houseInstant(query.from);
  const to = query.to === undefined ? from + USUAL_DAYS * DAY : houseInstant(query.to);
  const faults: Fault[] = [];
  if (to <= from) faults.push({ path: 'to', words: AFTER_FROM });
  // By the clock of the house, because 31 days in which summer time ends are an hour longer.
  if (wallTime(to).getTime() - wallTime(from).getTime() > FORECAST_DAYS * DAY) {
    faults.push({
      path: 'to',
      words: {
        zh: `最多在 from 之后 ${FORECAST_DAYS} 天`,
        en: `may lie ${FORECAST_DAYS} days after from at most`,
      },
    });
  }
  if (faults.length > 0) throw invalid(faults);
  return { from: toInstant(from), to: toInstant(to) };
}

/** Minutes ahead of UTC, as `+08:00`. */
function offset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
