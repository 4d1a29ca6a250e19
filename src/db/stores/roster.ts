import type { Database } from '../database';
import { Availabilities } from './availability';
import { leaveRecords } from './leaves';
import { shiftRecords } from './shifts';

/** Who is there, and what is written down of that: leave and shifts. */
export function rosterStore(database: Database) {
  const availabilities = new Availabilities(database);
  const forget = (): void => availabilities.forget();
  return {
    /** Who is not there now. Read every two seconds at most; `forget` has it read anew. */
    availability: (now?: number) => availabilities.at(now),

    /** Those of these calendars that are published. */
    calendarsAmong: (ids: string[]) => availabilities.calendarsAmong(ids),

    ...leaveRecords(database, forget),
    ...shiftRecords(database, forget),
    forget,
  };
}

export type RosterStore = ReturnType<typeof rosterStore>;
