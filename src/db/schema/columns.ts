import { customType } from 'drizzle-orm/pg-core';

/** An instant: `timestamptz` with milliseconds in Postgres, ISO 8601 in UTC with milliseconds everywhere else. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamptz(3)',
  fromDriver: (value) => new Date(value).toISOString(),
});
