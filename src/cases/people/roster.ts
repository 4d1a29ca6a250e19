import type { StaffChange, Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import type { StaffDirectory } from '../access/staff';
import type { Department, Leave, QueueEntry, Shift, StaffEntry } from './answers';
import { Leaves, type WantedLeave } from './leaves';
import { Queue } from './queue';
import { Shifts, type WantedShifts } from './shifts';
import { StaffList, type EntryChange } from './staff-list';

/**
 * Who works here, what they can do, and when they are there. Routing, reminders and deputies go by it. Times that are given
 * are date-times with their offset.
 */
export interface Roster {
  /** The departments of the house by id: those that the policy in force names, and the teams in which anybody works. */
  departments(): Promise<Department[]>;
  /** Everybody in the list of staff, also who does not work here any more (`active`), with their open cases. */
  staff(): Promise<StaffEntry[]>;
  /**
   * Changes several entries, all of them or none.
   * @returns the changed entries
   * @throws Refused `invalid` with faults at `items.<index>.<field>`; `forbidden` to switch somebody of a higher role on or
   *   off (`active`). The other fields of theirs may be changed, as their leaves and shifts may.
   */
  changeStaff(changes: readonly EntryChange[], by: Staff): Promise<StaffEntry[]>;
  /** Changes one entry. @throws Refused `notFound`; `invalid` with faults at `<field>`; `forbidden` as `changeStaff` */
  changeOne(id: string, wanted: StaffChange, by: Staff): Promise<StaffEntry>;
  /** Leaves that lie at least in part between `from` and `to`, of one person or of all. */
  leaves(filter: { userId?: string; from?: string; to?: string }): Promise<Leave[]>;
  /**
   * Records a leave: one's own, or as a supervisor or above anybody's.
   * @throws Refused `forbidden`; `invalid` for a person or deputy who does not work here, an end before the beginning, or an
   *   overlap with a leave on record
   */
  addLeave(wanted: WantedLeave, by: Staff): Promise<Leave>;
  /** Deletes a leave: one's own, or as a supervisor or above anybody's. @throws Refused `notFound`, `forbidden` */
  removeLeave(id: string, by: Staff): Promise<void>;
  /** Shifts that lie at least in part between `from` and `to`, of one person or of all. */
  shifts(filter: { from: string; to: string; userId?: string }): Promise<Shift[]>;
  /**
   * Replaces the shifts that begin in a span of time, of the people named or of all.
   * @returns the shifts of the span afterwards
   * @throws Refused `invalid` with faults at `shifts.<index>.<field>`: over 48 hours, outside the span, overlapping another
   *   shift of the same person, or of nobody who is known; nothing is changed then
   */
  setShifts(wanted: WantedShifts): Promise<Shift[]>;
  /**
   * Cases that wait for somebody to be free, 500 at most, in the order in which they are given away. Cases that are about
   * the reader are left out.
   */
  queue(by: Staff): Promise<{ items: QueueEntry[] }>;
}

interface Needs {
  stores: Pick<Stores, 'users' | 'roster' | 'queue' | 'policies'>;
  staff: StaffDirectory;
  departments: () => Promise<Department[]>;
  clock: () => number;
}

/** Builds `Roster` over the stores. */
export function createRoster({ stores, staff, departments, clock }: Needs): Roster {
  const { users, roster } = stores;
  const people = new StaffList({ users, roster, staff, clock });
  const leaves = new Leaves({ roster, staff });
  const shifts = new Shifts({ roster, users });
  const queue = new Queue(stores);
  return {
    departments,
    staff: () => people.all(),
    changeStaff: (changes, by) => people.changeAll(changes, by),
    changeOne: (id, wanted, by) => people.changeOne(id, wanted, by),
    leaves: (filter) => leaves.touching(filter),
    addLeave: (wanted, by) => leaves.add(wanted, by),
    removeLeave: (id, by) => leaves.remove(id, by),
    shifts: (filter) => shifts.touching(filter),
    setShifts: (wanted) => shifts.replace(wanted),
    queue: (by) => queue.waiting(by),
  };
}
