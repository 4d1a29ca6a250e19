import type { Fault } from '../../domain/basics/faults';
import { HOUR } from '../../domain/basics/milliseconds';
import type { Stores } from '../../db';
import { invalid } from '../refused';
import type { Shift } from './answers';
import { endsBeforeItBegins, fault, instantOf, nobody } from './given';

/** What to replace by what: all shifts that begin at or after `from` and before `to`, by `shifts`. */
export interface WantedShifts {
  from: string;
  to: string;
  /** Only these people's shifts are replaced; absent: everybody's. */
  userIds?: string[];
  shifts: readonly Shift[];
}

interface Needs {
  roster: Pick<Stores['roster'], 'shifts' | 'setShifts'>;
  users: Pick<Stores['users'], 'list'>;
}

/** Shifts of staff: the part of `Roster` about them. */
export class Shifts {
  constructor(private readonly needs: Needs) {}

  /** Shifts that lie in the span at least in part, of one person or of all. */
  touching(filter: { from: string; to: string; userId?: string }): Promise<Shift[]> {
    return this.needs.roster.shifts({ from: instantOf(filter.from), to: instantOf(filter.to), userId: filter.userId });
  }

  /** See `Roster.setShifts`. */
  async replace(wanted: WantedShifts): Promise<Shift[]> {
    const { roster, users } = this.needs;
    const span = { from: instantOf(wanted.from), to: instantOf(wanted.to), userIds: wanted.userIds };
    const faults: Fault[] = [];
    const known = new Set((await users.list()).map(({ id }) => id));
    for (const [index, id] of (wanted.userIds ?? []).entries()) {
      if (!known.has(id)) faults.push(nobody(`userIds.${index}`));
    }
    if (span.to <= span.from) faults.push(endsBeforeItBegins('to'));
    const rows = wanted.shifts.map(({ userId, from, to }) => ({ userId, from: instantOf(from), to: instantOf(to) }));
    for (const [index, row] of rows.entries()) {
      const path = `shifts.${index}`;
      if (!known.has(row.userId)) faults.push(nobody(`${path}.userId`));
      else if (span.userIds && !span.userIds.includes(row.userId)) {
        faults.push(fault(`${path}.userId`, '不在 userIds 之中', 'is not one of userIds'));
      }
      if (row.to <= row.from) faults.push(endsBeforeItBegins(`${path}.to`));
      else if (Date.parse(row.to) - Date.parse(row.from) > LONGEST_SHIFT_MS) {
        faults.push(fault(`${path}.to`, '一个班次最长 48 小时', 'a shift is 48 hours at most'));
      }
      if (row.from < span.from || row.from >= span.to) {
        faults.push(fault(`${path}.from`, '开始时间不在 from 与 to 之间', 'does not begin between from and to'));
      }
    }
    faults.push(...overlaps(rows));
    if (faults.length > 0) throw invalid(faults);
    const reaching = await roster.setShifts(span, rows);
    if (reaching.length > 0) {
      throw invalid(
        reaching.map((row) =>
          fault(`shifts.${rows.indexOf(row)}.from`, '与范围以外的班次重叠', 'overlaps a shift outside the span'),
        ),
      );
    }
    return roster.shifts(span);
  }
}

const LONGEST_SHIFT_MS = 48 * HOUR;

/** A fault for each shift that begins before an earlier one of the same person has ended. */
function overlaps(rows: readonly Shift[]): Fault[] {
  const faults: Fault[] = [];
  const byPerson = new Map<string, { row: Shift; index: number }[]>();
  for (const [index, row] of rows.entries()) {
    byPerson.set(row.userId, [...(byPerson.get(row.userId) ?? []), { row, index }]);
  }
  for (const own of byPerson.values()) {
    let end = '';
    for (const { row, index } of own.toSorted((a, b) => (a.row.from < b.row.from ? -1 : 1))) {
      if (row.from < end)
        faults.push(fault(`shifts.${index}.from`, '与同一人的另一班次重叠', 'overlaps another shift'));
      if (row.to > end) end = row.to;
    }
  }
  return faults;
}
