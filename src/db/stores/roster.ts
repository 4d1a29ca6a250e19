import type { Database } from '../database';
import { Availabilities } from './availability';
import { leaveRecords } from './leaves';
import { shiftRecords } from './shifts';

/** Leave and shifts, and who is on leave or off duty by them and by the calendars. */
export function rosterStore(database: Database) {
  const availabilities = new Availabilities(database);
  const forget = (): void => availabilities.forget();
  return {
    /** Who is not there now: see `Availabilities.at`. Up to two seconds old, unless it was forgotten since. */
    availability: (now?: number) => availabilities.at(now),

    /** Those of these calendar ids of which a version is published. */
    calendarsAmong: (ids: string[]) => availabilities.calendarsAmong(ids),

    ...leaveRecords(database, forget),
    ...shiftRecords(database, forget),
    /** Has the next `availability` read the database: somebody's entry has changed. */
    forget,
  };
}

export type RosterStore = ReturnType<typeof rosterStore>;
