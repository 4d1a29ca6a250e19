import type { StaffChange, Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import type { StaffDirectory } from '../access/staff';
import type { Department, Leave, QueueEntry, Shift, StaffEntry } from './answers';
import { Leaves, type WantedLeave } from './leaves';
import { Queue } from './queue';
import { Shifts, type WantedShifts } from './shifts';
import { StaffList, type EntryChange } from './staff-list';

/** Who works here, what they can do, when they are there: what routing, reminders and deputies go by. */
export interface Roster {
  /** The departments of the house: those that the policy in force names, and the teams that anybody works in. */
  departments(): Promise<Department[]>;
  staff(): Promise<StaffEntry[]>;
  /** All of the changes or none. @throws `invalid` by `items.<index>.<field>`, `forbidden` to act on a higher role */
  changeStaff(changes: readonly EntryChange[], by: Staff): Promise<StaffEntry[]>;
  /** @throws `notFound`, `invalid` by field, `forbidden` to act on a higher role */
  changeOne(id: string, wanted: StaffChange, by: Staff): Promise<StaffEntry>;
  /** `from`, `to`: days or instants; what touches the span. */
  leaves(filter: { userId?: string; from?: string; to?: string }): Promise<Leave[]>;
  /** One's own; for others whoever leads. @throws `forbidden`, `invalid` (an overlap, a deputy who is not there) */
  addLeave(wanted: WantedLeave, by: Staff): Promise<Leave>;
  /** @throws `notFound`, `forbidden` */
  removeLeave(id: string, by: Staff): Promise<void>;
  shifts(filter: { from: string; to: string; userId?: string }): Promise<Shift[]>;
  /**
   * Replaces the shifts that begin in a span of time, of those people or of all.
   * @returns the roster of the span
   * @throws `invalid` by `shifts.<index>.<field>` (48 h at most each, nobody at two places at once)
   */
  setShifts(wanted: WantedShifts): Promise<Shift[]>;
  /** Cases that wait for somebody to be free, in the order in which they are given away; none that is about the reader. */
  queue(by: Staff): Promise<{ items: QueueEntry[] }>;
}

interface Needs {
  stores: Pick<Stores, 'users' | 'roster' | 'queue' | 'policies'>;
  staff: StaffDirectory;
  departments: () => Promise<Department[]>;
  clock: () => number;
}

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
