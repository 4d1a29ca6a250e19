import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { DecisionMessage } from '../../domain/decisions/decide';
import type { Instant } from '../../domain/basics/types';
import type { Database } from '../database';
import { caseEvents, cases, incidents, outbox, pendingDecisions } from '../schema';

/** A decision that was accepted and whose outcome is not in the ledger yet. */
export interface PendingDecision {
  caseNo: string;
  decisionId: string;
  /** Name of the decision in the catalogue. */
  name: string;
  /** As it is sent to the workflow. */
  message: DecisionMessage;
  acceptedAt: Instant;
  /** When it was last sent to the workflow, and how often it was. */
  sentAt: Instant;
  sends: number;
}

const columns = {
  caseNo: pendingDecisions.caseNo,
  decisionId: pendingDecisions.decisionId,
  name: pendingDecisions.name,
  message: pendingDecisions.message,
  acceptedAt: pendingDecisions.acceptedAt,
  sentAt: pendingDecisions.sentAt,
  sends: pendingDecisions.sends,
};

/** Decisions that were accepted while no worker answered, kept until the ledger tells what became of them. */
export function pendingDecisionStore({ db }: Database) {
  const isThis = ({ caseNo, decisionId }: { caseNo: string; decisionId: string }) =>
    and(eq(pendingDecisions.caseNo, caseNo), eq(pendingDecisions.decisionId, decisionId));

  return {
    /** Writes a decision down before it is sent for the first time. A repeat changes nothing. */
    async add(decision: Omit<PendingDecision, 'acceptedAt' | 'sentAt' | 'sends'>, at: Instant): Promise<void> {
      await db
        .insert(pendingDecisions)
        .values({ ...decision, acceptedAt: at, sentAt: at, sends: 1 })
        .onConflictDoNothing();
    },

    /** Removes a decision whose outcome is known by other means than the ledger. */
    async remove(decision: { caseNo: string; decisionId: string }): Promise<void> {
      await db.delete(pendingDecisions).where(isThis(decision));
    },

    /**
     * Removes all decisions that the ledger has by now, taken or refused. Whoever decided was told that the decision
     * was stored, so for a refused one a mail is planned in the same statement: to the member of staff who decided; for
     * a customer's decision to the owner of the case; without an owner to the supervisors.
     */
    async settle(mailDomain: string, at: Instant): Promise<void> {
      await db.execute(sql`
        with settled as (
          delete from ${pendingDecisions} p using ${caseEvents} e
          where e.case_no = p.case_no and (
            e.decision ->> 'id' = p.decision_id
            or e.type = 'decisionRefused' and e.data ->> 'decisionId' = p.decision_id)
          returning p.case_no, p.message -> 'actor' as actor, e.seq, e.type
        ), refused as (
          select s.case_no, s.seq, case when s.actor ->> 'kind' = 'staff' then s.actor ->> 'id' else c.owner end as reader
          from settled s left join ${cases} c on c.case_no = s.case_no where s.type = 'decisionRefused'
        )
        insert into ${outbox} (case_no, seq, mail, recipient, recipient_key, message_id, planned_at, next_attempt_at)
        select case_no, seq, 'decisionRefused',
          case when reader is null then jsonb_build_object('kind', 'role', 'role', 'supervisor')
            else jsonb_build_object('kind', 'user', 'id', reader) end,
          case when reader is null then 'role:supervisor:*' else 'user:' || reader end,
          '<' || case_no || '.' || seq || '.decisionRefused.0@' || ${mailDomain}::text || '>',
          ${at}::timestamptz, ${at}::timestamptz
        from refused
        on conflict do nothing`);
    },

    /**
     * Decisions that are to be sent again and not given up, in the order in which they were accepted.
     * @param rests how long, in milliseconds, each rests after it was sent: after the first send the first of them, and so
     *   on. One that was sent more often than there are rests is not sent again (`spent`).
     * @param options.after the last one that was looked at: only later ones
     */
    async due(
      at: Instant,
      rests: readonly number[],
      { limit, after }: { limit: number; after?: Pick<PendingDecision, 'acceptedAt' | 'decisionId'> },
    ): Promise<PendingDecision[]> {
      const { acceptedAt, decisionId, sentAt, sends, lost } = pendingDecisions;
      return db
        .select(columns)
        .from(pendingDecisions)
        .where(
          and(
            isNull(lost),
            // Beyond the last rest the array has nothing, and the comparison is not true.
            sql`${sentAt} + (${sql.param([...rests])}::float8[])[${sends}] * interval '1 millisecond' <= ${at}::timestamptz`,
            after &&
              sql`(${acceptedAt}, ${decisionId}) > (${after.acceptedAt}::timestamptz, ${after.decisionId}::text)`,
          ),
        )
        .orderBy(asc(acceptedAt), asc(decisionId))
        .limit(limit);
    },

    /**
     * Cases with a decision that was sent more than `times` times, the last time at `before` or earlier, and is neither
     * settled nor given up. Those with an open incident, of whatever kind, are left out: somebody is to look at them anyway.
     */
    async spent(times: number, before: Instant): Promise<string[]> {
      const rows = await db
        .selectDistinct({ caseNo: pendingDecisions.caseNo })
        .from(pendingDecisions)
        .where(
          and(
            isNull(pendingDecisions.lost),
            gt(pendingDecisions.sends, times),
            sql`${pendingDecisions.sentAt} <= ${before}::timestamptz`,
            sql`not exists (select from ${incidents} where ${incidents.subject} = ${pendingDecisions.caseNo}
              and ${incidents.endedAt} is null)`,
          ),
        );
      return rows.map(({ caseNo }) => caseNo);
    },

    /** The decisions of a case that are not given up, in the order in which they were accepted. */
    async ofCase(caseNo: string): Promise<PendingDecision[]> {
      return db
        .select(columns)
        .from(pendingDecisions)
        .where(and(isNull(pendingDecisions.lost), eq(pendingDecisions.caseNo, caseNo)))
        .orderBy(asc(pendingDecisions.acceptedAt), asc(pendingDecisions.decisionId));
    },

    /** Notes that it was sent once more. */
    async noteSent(decision: { caseNo: string; decisionId: string }, at: Instant): Promise<void> {
      await db
        .update(pendingDecisions)
        .set({ sentAt: at, sends: sql`${pendingDecisions.sends} + 1` })
        .where(isThis(decision));
    },

    /** Gives a decision up: the row stays with the reason, and nothing sends it any more. */
    async giveUp(decision: { caseNo: string; decisionId: string }, why: string): Promise<void> {
      await db.update(pendingDecisions).set({ lost: why }).where(isThis(decision));
    },

    /** How many wait for the ledger to have them, and how many were given up (`lost`). */
    async counts(): Promise<{ waiting: number; lost: number }> {
      const [row] = await db
        .select({
          waiting: sql<number>`(count(*) filter (where ${pendingDecisions.lost} is null))::int`,
          lost: sql<number>`(count(*) filter (where ${pendingDecisions.lost} is not null))::int`,
        })
        .from(pendingDecisions);
      return row ?? { waiting: 0, lost: 0 };
    },
  };
}
