import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import { emailKey, matchKeys, phoneKey } from '../../contact';
import { run, type Database, type Statement } from '../database';
import { UniqueCaseNo, violatedConstraint } from '../errors';
import type { Acceptance, NewComplaint } from '../records';
import { idempotencyKeys } from '../schema';
import { asParameter, complaintDocs, docsFrom, textDoc } from './search-docs';

/**
 * One statement, so one round trip and one commit, all or nothing. `gate` takes the idempotency key, `known` and `made`
 * find the customer (by phone, else by mail, else a new one), `filed` is the complaint, `words` its text, `found` what the
 * search finds of it, and `start` the row that has the workflow started. When the key is taken already, nothing is written and no row comes back.
 */
const ACCEPT: Statement = {
  name: 'complaints_accept',
  text: `
with gate as (
  insert into idempotency_keys (key_hash, body_hash, case_no)
  select $1::text, $2::text, $3::text where $1::text is not null
  on conflict (key_hash) do nothing
  returning 1
), open as (
  select 1 where $1::text is null or exists (select from gate)
), known as (
  select coalesce(
    (select id from customers where match_key = $4::text),
    (select id from customers where email_key = $5::text order by created_at, id limit 1)
  ) as id
), made as (
  insert into customers (id, match_key, email_key, name)
  select $6::text, $4::text, $5::text, $7::text from open where (select id from known) is null
  on conflict (match_key) do update set match_key = excluded.match_key
  returning id
), who as (
  select coalesce((select id from known), (select id from made)) as id from open
), filed as (
  insert into complaints (
    case_no, customer_id, received_at, channel, language, contact_name, contact_phone, contact_email,
    preferred_channel, phone_key, email_key, product_name, product_model, serial_no, order_no, purchased_on, occurred_at, place,
    text_id, wanted_remedy, suggestion, policy_version, answer_by, resolve_by, access_code_hash, filed_by, source,
    sender_check, wechat_person
  )
  select $3::text, who.id, $8::timestamptz, $9::text, $10::text, $7::text, $11::text, $12::text,
    $13::text, $14::text, $5::text, $15::text, $16::text, $17::text, $18::text, $19::date, $20::timestamptz, $21::text,
    $22::uuid, $23::text, $24::jsonb, $25::int, $26::timestamptz, $27::timestamptz, $28::text, $29::text, $35::text,
    $36::jsonb, $37::uuid
  from who
  returning case_no
), words as (
  insert into texts (text_id, case_no, kind, sha256, body, created_at)
  select $22::uuid, case_no, 'complaint', $30::text, $31::text, $33::timestamptz from filed
), found as (
  insert into search_docs (case_no, source, at, norm, grams, shown)
  select case_no, d.source, d.at, d.norm, d.grams, d.shown from filed, ${docsFrom('$34')}
), start as (
  insert into workflow_starts (case_no, policy_version, accepted_at, leased_until)
  select case_no, $25::int, $33::timestamptz, $33::timestamptz + $32::int * interval '1 millisecond' from filed
)
select case_no from filed`,
};

/**
 * Stores a complaint. When it returns `new`, the complaint is committed together with the order to start its workflow,
 * so it is worked on whatever process dies next. Nothing is written for `same` and `other` (see `Acceptance`).
 * @throws UniqueCaseNo when the case number is taken: draw another and call again
 */
export async function acceptComplaint({ pool, db, clock }: Database, input: NewComplaint): Promise<Acceptance> {
  const { customer, product, idempotency } = input;
  const phone = phoneKey(customer.phone);
  const email = emailKey(customer.email);
  const { name: contactName, phone: contactPhone, email: contactEmail } = customer;
  const docs = [
    ...complaintDocs({
      ...input,
      contactName,
      contactPhone,
      contactEmail,
      ...product,
      productName: product?.name,
      productModel: product?.model,
    }),
    textDoc({ ...input.text, at: input.receivedAt, shown: true }),
  ];
  try {
    const rows = await run(pool, ACCEPT, [
      idempotency?.keyHash ?? null,
      idempotency?.bodyHash ?? null,
      input.caseNo,
      matchKeys({ phone, email, wechat: input.wechatPerson })[0] ?? null,
      email ?? null,
      randomUUID(),
      customer.name,
      input.receivedAt,
      input.channel,
      input.language,
      customer.phone ?? null,
      customer.email ?? null,
      customer.preferredChannel ?? null,
      phone ?? null,
      product?.name ?? null,
      product?.model ?? null,
      product?.serialNo ?? null,
      product?.orderNo ?? null,
      product?.purchasedOn ?? null,
      input.occurredAt ?? null,
      input.place ?? null,
      input.text.textId,
      input.wantedRemedy ?? null,
      JSON.stringify(input.suggestion),
      input.policyVersion,
      input.answerBy,
      input.resolveBy,
      input.accessCodeHash,
      input.by ?? null,
      input.text.sha256,
      input.text.body,
      input.startLeaseMs ?? 0,
      toInstant(clock()),
      asParameter(docs),
      input.source ?? null,
      input.senderCheck ? JSON.stringify(input.senderCheck) : null,
      input.wechatPerson ?? null,
    ]);
    if (rows.length > 0) return { kind: 'new', caseNo: input.caseNo };
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'complaints_pkey' || constraint === 'workflow_starts_pkey') throw new UniqueCaseNo();
    throw error;
  }
  // The key was taken. Only a new statement sees the row of whoever took it: ours began before they committed.
  if (!idempotency) throw new Error('a complaint without a key met a closed gate');
  const [first] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.keyHash, idempotency.keyHash));
  if (!first) throw new Error('the idempotency key vanished while it was read');
  return first.bodyHash === idempotency.bodyHash ? { kind: 'same', caseNo: first.caseNo } : { kind: 'other' };
}
