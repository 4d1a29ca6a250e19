/** How staff are told on the desk, for the stores of notices and of digests. @module */
import type { Statement } from '../database';
import { NOTICED } from './case-changes';

/**
 * Writes down whom a mail is for, tells their open pages, and plans a push to each of their browsers that takes some.
 * Whoever has it already is not told again.
 */
const told = (given: string): string => `
with told as (
  insert into notices (user_id, outbox_id, at) ${given}
  on conflict do nothing returning user_id, outbox_id, at
), pushed as (
  insert into pushes (subscription_id, outbox_id, planned_at, next_attempt_at)
  select s.id, told.outbox_id, told.at, told.at from told join push_subscriptions s on s.user_id = told.user_id
  on conflict do nothing
)
select pg_notify('${NOTICED}', user_id) from told`;

/** Parameters: row of the outbox, user ids, the present moment. */
export const TELL: Statement = {
  name: 'notices_tell',
  text: told('select id, $1::bigint, $3::timestamptz from unnest($2::text[]) id'),
};

/** Where each has a row of their own. Parameters: case number, seq and kind of mail, user ids, the present moment. */
export const TELL_EACH: Statement = {
  name: 'notices_tell_each',
  text: told(`
  select reader, o.id, $5::timestamptz from unnest($4::text[]) reader
  join outbox o on o.case_no = $1::text and o.seq = $2::int and o.mail = $3::text and o.recipient_key = 'user:' || reader`),
};
