import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { emailKey, phoneKey } from '../../contact';
import { given, run, type Database, type Statement } from '../database';
import { UniqueCaseNo, violatedConstraint } from '../errors';
import type { Acceptance, ComplaintRecord, NewComplaint } from '../records';
import { complaints, idempotencyKeys, texts } from '../schema';

/**
 * One statement, so one round trip and one commit: gate (first of its idempotency key), customer (recognised by phone,
 * else by mail, else new), complaint, words, and the row that has the workflow started. All or nothing.
 * When the gate is taken nothing else happens, and no row comes back.
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
    text_id, wanted_remedy, suggestion, policy_version, answer_by, resolve_by, access_code_hash, filed_by
  )
  select $3::text, who.id, $8::timestamptz, $9::text, $10::text, $7::text, $11::text, $12::text,
    $13::text, $14::text, $5::text, $15::text, $16::text, $17::text, $18::text, $19::date, $20::timestamptz, $21::text,
    $22::uuid, $23::text, $24::jsonb, $25::int, $26::timestamptz, $27::timestamptz, $28::text, $29::text
  from who
  returning case_no
), words as (
  insert into texts (text_id, case_no, kind, sha256, body)
  select $22::uuid, case_no, 'complaint', $30::text, $31::text from filed
), start as (
  insert into workflow_starts (case_no, policy_version, accepted_at, leased_until)
  select case_no, $25::int, $33::timestamptz, $33::timestamptz + $32::int * interval '1 millisecond' from filed
)
select case_no from filed`,
};

export function complaintStore({ pool, db, clock }: Database) {
  const byCaseNo = db
    .select({ complaint: complaints, sha256: texts.sha256, body: texts.body })
    .from(complaints)
    .innerJoin(texts, eq(texts.textId, complaints.textId))
    .where(eq(complaints.caseNo, sql.placeholder('caseNo')))
    .prepare('complaints_get');

  return {
    /**
     * Takes a complaint. When it returns, the complaint is committed and will be worked on, whatever dies next.
     * @throws UniqueCaseNo when the number is taken
     */
    async accept(input: NewComplaint): Promise<Acceptance> {
      const { customer, product, idempotency } = input;
      const phone = phoneKey(customer.phone);
      const email = emailKey(customer.email);
      const matchKey = phone ? `p:${phone}` : email ? `e:${email}` : null;
      try {
        const rows = await run(pool, ACCEPT, [
          idempotency?.keyHash ?? null,
          idempotency?.bodyHash ?? null,
          input.caseNo,
          matchKey,
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
        ]);
        if (rows.length > 0) return { kind: 'new', caseNo: input.caseNo };
      } catch (error) {
        const constraint = violatedConstraint(error);
        if (constraint === 'complaints_pkey' || constraint === 'workflow_starts_pkey') throw new UniqueCaseNo();
        throw error;
      }
      // The gate was taken. A new statement sees who took it, even when they committed while ours was waiting.
      if (!idempotency) throw new Error('a complaint without a key met a closed gate');
      const [first] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.keyHash, idempotency.keyHash));
      if (!first) throw new Error('the idempotency key vanished while it was read');
      return first.bodyHash === idempotency.bodyHash ? { kind: 'same', caseNo: first.caseNo } : { kind: 'other' };
    },

    /**
     * A complaint of the same person in the same words, received since then and not under this key: whoever went back and
     * pressed the button again did not mean to complain twice.
     */
    async twin(said: {
      phone?: string;
      email?: string;
      sha256: string;
      since: Instant;
      keyHash?: string;
    }): Promise<{ caseNo: string; receivedAt: Instant } | undefined> {
      const [phone, email] = [phoneKey(said.phone), emailKey(said.email)];
      const { rows } = await pool.query<{ case_no: string; received_at: Date }>(
        `select c.case_no, c.received_at from complaints c
         join texts t on t.text_id = c.text_id
         where c.customer_id in (select id from customers where match_key = any($1::text[]) or email_key = $2::text)
           and c.received_at >= $3::timestamptz and t.sha256 = $4::text
           and not exists (select from idempotency_keys k where k.key_hash = $5::text)
         order by c.received_at desc limit 1`,
        [
          [phone ? `p:${phone}` : null, email ? `e:${email}` : null],
          email ?? null,
          said.since,
          said.sha256,
          said.keyHash ?? null,
        ],
      );
      const [row] = rows;
      return row && { caseNo: row.case_no, receivedAt: row.received_at.toISOString() };
    },

    /** Whose complaint it is. */
    async customerOf(caseNo: string): Promise<string | undefined> {
      const [row] = await db
        .select({ id: complaints.customerId })
        .from(complaints)
        .where(eq(complaints.caseNo, caseNo));
      return row?.id;
    },

    /** What routing goes by and the workflow does not know: whose it is, and the words for product and place. */
    async routingFacts(
      caseNo: string,
    ): Promise<{ customerId: string; product: (string | undefined)[]; place: (string | undefined)[] } | undefined> {
      const [row] = await db
        .select({
          customerId: complaints.customerId,
          name: complaints.productName,
          model: complaints.productModel,
          place: complaints.place,
        })
        .from(complaints)
        .where(eq(complaints.caseNo, caseNo));
      if (!row) return undefined;
      const { customerId, name, model, place } = given(row);
      return { customerId, product: [name, model], place: [place] };
    },

    async get(caseNo: string): Promise<ComplaintRecord | undefined> {
      const [row] = await byCaseNo.execute({ caseNo });
      if (!row) return undefined;
      const { complaint: c, sha256, body } = row;
      return {
        ...given({
          caseNo: c.caseNo,
          receivedAt: c.receivedAt,
          channel: c.channel,
          language: c.language,
          occurredAt: c.occurredAt,
          place: c.place,
          wantedRemedy: c.wantedRemedy,
          suggestion: c.suggestion,
          policyVersion: c.policyVersion,
          answerBy: c.answerBy,
          resolveBy: c.resolveBy,
          accessCodeHash: c.accessCodeHash,
          by: c.filedBy,
        }),
        customer: given({
          id: c.customerId,
          name: c.contactName,
          phone: c.contactPhone,
          email: c.contactEmail,
          preferredChannel: c.preferredChannel,
        }),
        text: { textId: c.textId, sha256, body },
        ...(c.productName === null
          ? {}
          : {
              product: given({
                name: c.productName,
                model: c.productModel,
                serialNo: c.serialNo,
                orderNo: c.orderNo,
                purchasedOn: c.purchasedOn,
              }),
            }),
      };
    },
  };
}
