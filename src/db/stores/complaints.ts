import { eq, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/basics/types';
import { emailKey, matchKeys, phoneKey } from '../../contact';
import { withoutNulls, type Database } from '../database';
import type { Acceptance, ComplaintRecord, NewComplaint } from '../records';
import { complaints, texts } from '../schema';
import { acceptComplaint } from './accept-complaint';

/** Complaints as customers filed them. */
export function complaintStore(database: Database) {
  const { pool, db } = database;
  const byCaseNo = db
    .select({ complaint: complaints, sha256: texts.sha256, body: texts.body })
    .from(complaints)
    .innerJoin(texts, eq(texts.textId, complaints.textId))
    .where(eq(complaints.caseNo, sql.placeholder('caseNo')))
    .prepare('complaints_get');

  return {
    /**
     * Stores a complaint: see `acceptComplaint`.
     * @throws UniqueCaseNo when the case number is taken
     */
    accept: (input: NewComplaint): Promise<Acceptance> => acceptComplaint(database, input),

    /**
     * The latest complaint of the same customer in exactly the same words, received at `since` or later; undefined:
     * none. It catches whoever goes back in the browser and sends the form again. When `keyHash` was used before there
     * is no twin: then it is a repeat, which `accept` answers.
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
        [matchKeys({ phone, email }), email ?? null, said.since, said.sha256, said.keyHash ?? null],
      );
      const [row] = rows;
      return row && { caseNo: row.case_no, receivedAt: row.received_at.toISOString() };
    },

    /** How the customer of this complaint is told what happens from now on. */
    async prefer(caseNo: string, channel: string): Promise<void> {
      await db.update(complaints).set({ preferredChannel: channel }).where(eq(complaints.caseNo, caseNo));
    },

    /** Id of the customer; undefined: no such complaint. */
    async customerOf(caseNo: string): Promise<string | undefined> {
      const [row] = await db
        .select({ id: complaints.customerId })
        .from(complaints)
        .where(eq(complaints.caseNo, caseNo));
      return row?.id;
    },

    /**
     * What routing needs and the workflow does not know: the customer, and the customer's words for product and place.
     */
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
      const { customerId, name, model, place } = withoutNulls(row);
      return { customerId, product: [name, model], place: [place] };
    },

    /** The whole complaint with its text; undefined: no such case number. */
    async get(caseNo: string): Promise<ComplaintRecord | undefined> {
      const [row] = await byCaseNo.execute({ caseNo });
      if (!row) return undefined;
      const { complaint: c, sha256, body } = row;
      return {
        ...withoutNulls({
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
          source: c.source,
          senderCheck: c.senderCheck,
          sourceNo: c.sourceNo,
          wechatPerson: c.wechatPerson,
        }),
        customer: withoutNulls({
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
              product: withoutNulls({
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
