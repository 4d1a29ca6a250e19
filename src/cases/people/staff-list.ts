import type { StaffChange } from '../../db';
import type { Fault } from '../../domain/basics/faults';
import type { Rank, Role } from '../../domain/basics/types';
import { ROLE_WORDS } from '../../domain/basics/words';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { Stores } from '../../db';
import { invalid, Refused } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { StaffEntry } from './answers';
import { fault, nobody, noSuchPerson } from './given';

/** A change of one person's entry. */
export interface EntryChange {
  id: string;
  change: StaffChange;
}

interface Needs {
  users: Pick<Stores['users'], 'list' | 'loads' | 'change'>;
  roster: Pick<Stores['roster'], 'availability' | 'calendarsAmong'>;
  staff: Pick<StaffDirectory, 'find'>;
  clock: () => number;
}

/** The list of staff: the part of `Roster` about it. */
export class StaffList {
  constructor(private readonly needs: Needs) {}

  /** Everybody in the list, also who does not work here any more, with their open cases and whether they are there now. */
  async all(): Promise<StaffEntry[]> {
    const { users, roster, clock } = this.needs;
    const [people, loads, { onLeave, offDuty }] = await Promise.all([
      users.list(),
      users.loads(),
      roster.availability(clock()),
    ]);
    return people.map(({ email: _email, phone: _phone, ...person }) => ({
      ...person,
      open: loads.get(person.id) ?? 0,
      offDuty: offDuty.has(person.id),
      onLeave: onLeave.get(person.id),
    }));
  }

  /** See `Roster.changeStaff`. */
  changeAll(changes: readonly EntryChange[], by: Staff): Promise<StaffEntry[]> {
    return this.change(changes, by, (index) => `items.${index}.`);
  }

  /** See `Roster.changeOne`. */
  async changeOne(id: string, wanted: StaffChange, by: Staff): Promise<StaffEntry> {
    if (!(await this.needs.staff.find(id))) throw noSuchPerson();
    const [entry] = await this.change([{ id, change: wanted }], by, () => '');
    if (!entry) throw noSuchPerson();
    return entry;
  }

  /** @param at gives the beginning of a fault's path for the change of an index: where it stands in the request */
  private async change(
    changes: readonly EntryChange[],
    by: Staff,
    at: (index: number) => string,
  ): Promise<StaffEntry[]> {
    const { users } = this.needs;
    const faults = await this.faultsOf(changes, by, at);
    if (faults.length > 0) throw invalid(faults);
    await users.change(changes);
    const ids = new Set(changes.map(({ id }) => id));
    return (await this.all()).filter(({ id }) => ids.has(id));
  }

  /**
   * What is wrong with the changes. `active` decides who can sign in, so it takes a role that is not below theirs. The other
   * fields are planning, which is a supervisor's for everybody, as leaves and shifts are.
   * @throws Refused `forbidden` to switch somebody of a higher role on or off
   */
  private async faultsOf(changes: readonly EntryChange[], by: Staff, at: (index: number) => string): Promise<Fault[]> {
    const { users, roster } = this.needs;
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
      const switched = wanted.active !== undefined && wanted.active !== user.active;
      // Whoever may be audited must not be the one who sends the auditor away.
      const needed = user.role === 'auditor' ? 'admin' : user.role;
      if (switched && !atLeast(by, needed)) throw aboveThem({ role: user.role, needed }, `${path}active`);
    }
    return faults;
  }
}

/**
 * For switching somebody on or off without the role that it takes.
 * @param who their role, and the lowest that may @param path where it was asked for
 */
const aboveThem = ({ role, needed }: { role: Role; needed: Rank }, path: string): Refused =>
  new Refused(
    'forbidden',
    'forbidden',
    {
      zh: `启用或停用${ROLE_WORDS[role].zh}，要有${ROLE_WORDS[needed].zh}或更高的角色，因为这决定对方能否登录；请交给有这个角色的人。技能、上限、工作时间、请假和班次仍由您安排`,
      en: `switching ${withArticle(ROLE_WORDS[role].en)} on or off decides whether they can sign in, so it takes the role ${ROLE_WORDS[needed].en} or a higher one: ask somebody who has it. Their skills, cap, hours, leaves and shifts are yours to plan`,
    },
    { faults: [fault(path, '您的角色不够', 'is of somebody for whom your role is too low')] },
  );

/** 'a manager', 'an admin'. */
const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
