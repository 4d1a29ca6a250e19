import { routeOf, type StaffChange } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { atLeast, type Staff } from '../../domain/case/permissions';
import { QUEUE_WORDS, whyNobody } from '../../domain/staffing/routing';
import { toInstant } from '../../domain/time/duration';
import { ROLES, type Instant } from '../../domain/basics/types';
import { forbidden, invalid, notFound } from '../refused';
import type { Fault } from '../../domain/basics/faults';
import type { StaffDirectory } from '../access/staff';
import type { Leave, QueueEntry, Shift, StaffEntry } from './answers';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'users' | 'roster' | 'queue' | 'policies'>;
  staff: StaffDirectory;
  clock: () => number;
}

/** Shown at most: who looks at a queue this long has other things to do than to scroll. */
const QUEUE_SHOWN = 500;

const fault = (path: string, zh: string, en: string): Fault => ({ path, words: { zh, en } });
const nobody = (path: string): Fault =>
  fault(path, '没有这位在职的同事；GET /api/staff 列出', 'is nobody who works here; GET /api/staff lists them');
const noSuchPerson = () => notFound({ zh: '员工', en: 'member of staff' });
const BACKWARDS = ['结束须晚于开始', 'must lie after the beginning'] as const;

const instant = (text: string): Instant => toInstant(Date.parse(text));

/** Who works here, what they can do, when they are there: what routing, reminders and deputies go by. */
export function createRoster({ stores, staff, clock }: Needs) {
  const { users, roster, queue } = stores;

  async function list(): Promise<StaffEntry[]> {
    const [people, loads, { onLeave, offDuty }] = await Promise.all([
      users.list(),
      users.loads(),
      roster.availability(clock()),
    ]);
    return people.map(({ email: _email, phone: _phone, ...person }) => {
      const leave = onLeave.get(person.id);
      return {
        ...person,
        open: loads.get(person.id) ?? 0,
        offDuty: offDuty.has(person.id),
        onLeave: leave,
      };
    });
  }

  /** Changes entries, all of them or none. */
  async function change(
    changes: readonly { id: string; change: StaffChange }[],
    by: Staff,
    at: (index: number) => string,
  ): Promise<StaffEntry[]> {
    const faults: Fault[] = [];
    const known = new Map((await users.list()).map((user) => [user.id, user]));
    const named = changes.flatMap(({ change: { calendar } }) => calendar ?? []);
    const calendars = new Set(await roster.calendarsAmong([...new Set(named)]));
    for (const [index, { id, change: wanted }] of changes.entries()) {
      const path = at(index);
      const user = known.get(id);
      if (!user) {
        faults.push(nobody(`${path}id`));
        continue;
      }
      if (changes.findIndex((other) => other.id === id) < index)
        faults.push(fault(`${path}id`, '重复', 'is named twice'));
      if (typeof wanted.calendar === 'string' && !calendars.has(wanted.calendar)) {
        faults.push(fault(`${path}calendar`, '没有这个日历', 'no such calendar is published'));
      }
      if (wanted.active === false && id === by.id) {
        faults.push(fault(`${path}active`, '不能停用自己', 'nobody takes themselves off the staff'));
      }
      if (wanted.active !== undefined && ROLES.indexOf(user.role) > ROLES.indexOf(by.role)) throw forbidden(user.role);
    }
    if (faults.length > 0) throw invalid(faults);
    await users.change(changes);
    const ids = new Set(changes.map(({ id }) => id));
    return (await list()).filter(({ id }) => ids.has(id));
  }

  return {
    staff: list,
    changeStaff: (changes: readonly { id: string; change: StaffChange }[], by: Staff) =>
      change(changes, by, (index) => `items.${index}.`),

    async changeOne(id: string, wanted: StaffChange, by: Staff): Promise<StaffEntry> {
      if (!(await staff.find(id))) throw noSuchPerson();
      const [entry] = await change([{ id, change: wanted }], by, () => '');
      if (!entry) throw noSuchPerson();
      return entry;
    },

    leaves: (filter: { userId?: string; from?: string; to?: string }): Promise<Leave[]> =>
      roster.leaves({
        userId: filter.userId,
        from: filter.from === undefined ? undefined : instant(filter.from),
        to: filter.to === undefined ? undefined : instant(filter.to),
      }),

    /** One's own; for others whoever leads. */
    async addLeave(wanted: { userId?: string; from: string; to: string; deputy?: string }, by: Staff): Promise<Leave> {
      const userId = wanted.userId ?? by.id;
      if (userId !== by.id && !atLeast(by, 'supervisor')) throw forbidden('supervisor');
      const [from, to] = [instant(wanted.from), instant(wanted.to)];
      const faults: Fault[] = [];
      const user = await staff.find(userId);
      if (!user?.active) faults.push(nobody('userId'));
      if (to <= from) faults.push(fault('to', ...BACKWARDS));
      if (wanted.deputy === userId) {
        faults.push(fault('deputy', '不能代理自己', 'nobody stands in for themselves'));
      } else if (wanted.deputy !== undefined && !(await staff.find(wanted.deputy))?.active) {
        faults.push(nobody('deputy'));
      }
      if (faults.length > 0) throw invalid(faults);
      const leave = await roster.addLeave({ userId, from, to, deputy: wanted.deputy, createdBy: by.id });
      if (!leave) {
        throw invalid([fault('from', '与已登记的请假重叠', 'overlaps a leave that is on record already')]);
      }
      return leave;
    },

    async removeLeave(id: string, by: Staff): Promise<void> {
      const leave = isUuid(id) ? await roster.leave(id) : undefined;
      if (!leave) throw notFound({ zh: '请假', en: 'leave' });
      if (leave.userId !== by.id && !atLeast(by, 'supervisor')) throw forbidden('supervisor');
      await roster.removeLeave(id);
    },

    shifts: (filter: { from: string; to: string; userId?: string }): Promise<Shift[]> =>
      roster.shifts({ from: instant(filter.from), to: instant(filter.to), userId: filter.userId }),

    /** Replaces the shifts that begin in a span of time, of those people or of all. */
    async setShifts(wanted: {
      from: string;
      to: string;
      userIds?: string[];
      shifts: readonly Shift[];
    }): Promise<Shift[]> {
      const span = { from: instant(wanted.from), to: instant(wanted.to), userIds: wanted.userIds };
      const faults: Fault[] = [];
      const known = new Set((await users.list()).map(({ id }) => id));
      for (const [index, id] of (wanted.userIds ?? []).entries()) {
        if (!known.has(id)) faults.push(nobody(`userIds.${index}`));
      }
      if (span.to <= span.from) faults.push(fault('to', ...BACKWARDS));
      const rows = wanted.shifts.map(({ userId, from, to }) => ({ userId, from: instant(from), to: instant(to) }));
      for (const [index, row] of rows.entries()) {
        const path = `shifts.${index}`;
        if (!known.has(row.userId)) faults.push(nobody(`${path}.userId`));
        else if (span.userIds && !span.userIds.includes(row.userId)) {
          faults.push(fault(`${path}.userId`, '不在 userIds 之中', 'is not one of userIds'));
        }
        if (row.to <= row.from) faults.push(fault(`${path}.to`, ...BACKWARDS));
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
    },

    /** Cases that wait for somebody to be free, in the order in which they are given away; none that is about the reader. */
    async queue(by: Staff): Promise<{ items: QueueEntry[] }> {
      const [rows, people] = await Promise.all([
        queue.routed().then((routed) => queue.waiting(routed, QUEUE_SHOWN)),
        users.present(),
      ]);
      const items: QueueEntry[] = [];
      for (const row of rows) {
        if (row.against.includes(by.id)) continue;
        const policy = await stores.policies.get(row.policyVersion);
        const route = policy?.routing && routeOf(row, policy.routing);
        if (!route) continue;
        const { role, team, skills } = route.wish;
        const { productLine, region } = route.facts;
        const code = whyNobody(route.wish, route.facts, people, row.against);
        const { caseNo, grade, category, channel, language, receivedAt, since } = row;
        items.push({
          place: items.length + 1,
          caseNo,
          grade,
          category,
          channel,
          language,
          receivedAt,
          since,
          why: { code, words: QUEUE_WORDS[code] },
          wanted: { role, team, skills, productLine, region },
        });
      }
      return { items };
    },
  };
}

const LONGEST_SHIFT_MS = 48 * 3_600_000;

/** One person at two places at once: the later one of each two is named. */
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

export type Roster = ReturnType<typeof createRoster>;
