import { sql, type AnyColumn, type SQL } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';

/** An instant: `timestamptz` with milliseconds in Postgres, ISO 8601 in UTC with milliseconds everywhere else. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamptz(3)',
  fromDriver: (value) => new Date(value).toISOString(),
});

/**
 * SQL for an order or serial number as it is compared: half width, lower case, one kind of dash, without invisible
 * characters. Generated columns and searches both use this expression, so they cannot differ.
 */
export const identifierKey = (value: SQL | AnyColumn): SQL =>
  sql`lower(btrim(regexp_replace(regexp_replace(normalize(${value}, NFKC), '[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufe00-\\ufe0f\\ufeff]', '', 'g'), '[\\u2010-\\u2015\\u2212]', '-', 'g')))`;
