import type { DigestRow, OutboxRow } from '../../../db/records';
import type { Instant } from '../../../domain/basics/types';
import { isReminder, type MailKind } from '../../../domain/policy/mail-kinds';
import { toInstant } from '../../../domain/time/duration';
import type { Parcel } from '../../outbox/channel';
import type { DigestStore, MailStores, PersonalMails } from '../stores';
import { sideOf } from './threads';

/**
 * Tells the workflow that a mail cannot be delivered, so that the case's owner reaches the person another way. It may
 * be called twice for one mail (the row is ended only afterwards), so telling it twice must change nothing more.
 * @param seq the event that the mail was planned with
 */
export type OnPermanentFailure = (
  caseNo: string,
  mail: MailKind,
  to: 'customer' | 'staff',
  seq: number,
) => Promise<void>;

export interface ParcelNeeds {
  outbox: Pick<MailStores['outbox'], 'ambiguous' | 'failed' | 'retry' | 'sent'>;
  /** Whether reminders are gathered into digests. */
  isGathering: boolean;
  onPermanentFailure: OnPermanentFailure;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** What becomes of an attempt with one mail of a table, written there. */
export const outcomesIn = (
  table: Pick<PersonalMails, 'sent' | 'retry' | 'ambiguous'>,
  id: number,
): Pick<Parcel, 'sent' | 'retry' | 'ambiguous'> => ({
  sent: () => table.sent(id),
  retry: (code, nextAt) => table.retry(id, code, nextAt),
  ambiguous: (code, nextAt) => table.ambiguous(id, code, nextAt),
});

/** Since when attempts with a mail to staff have failed, which may have waited for the end of quiet hours before. */
const failingSinceOf = (row: OutboxRow, now: number): Instant =>
  row.failingSince ?? (row.addresses === undefined || row.error === 'quiet' ? toInstant(now) : row.plannedAt);

/**
 * Makes the outbox's view (`Parcel`) of mails and digests: writes their results into the tables `outbox` and `digests`.
 */
export class Parcels {
  constructor(private readonly needs: ParcelNeeds) {}

  /** @param row as it was claimed */
  ofMail(row: OutboxRow): Parcel {
    const { outbox, isGathering, clock } = this.needs;
    const isGathered = isGathering && isReminder(row.mail);
    return {
      logFields: { outbox: row.id, caseNo: row.caseNo, mail: row.mail },
      // A reminder may wait for its reader's hours longer than the 72 hours of retrying: until it is in a digest, they
      // count from the first of the attempts that have failed one after the other.
      plannedAt: isGathered && row.addresses === undefined ? (row.failingSince ?? toInstant(clock())) : row.plannedAt,
      ...(row.to.kind !== 'customer' && { failingSince: failingSinceOf(row, clock()) }),
      attempts: row.attempts,
      // Gathering limits how many of them a reader gets.
      exemptFromBreaker: isGathered,
      ...outcomesIn(outbox, row.id),
      giveUp: async (code) => {
        await this.failedFor(row);
        await outbox.failed(row.id, code);
      },
    };
  }

  /** When a digest is given up, the workflow of each notice in it is told. */
  ofDigest(digest: DigestRow, digests: DigestStore): Parcel {
    return {
      logFields: { digest: digest.id },
      plannedAt: digest.plannedAt,
      // Hours that it waited for its reader are no fault.
      failingSince: digest.failingSince ?? toInstant(this.needs.clock()),
      attempts: digest.attempts,
      exemptFromBreaker: true,
      ...outcomesIn(digests, digest.id),
      giveUp: async (code) => {
        for (const row of await digests.notices(digest.id)) await this.failedFor(row);
        await digests.failed(digest.id, code);
      },
    };
  }

  /** Tells the workflow; not of the notice `mailFailed` itself, which would plan another one, and so on without end. */
  private async failedFor(row: OutboxRow): Promise<void> {
    if (row.mail === 'mailFailed') return;
    await this.needs.onPermanentFailure(row.caseNo, row.mail, sideOf(row), row.seq);
  }
}
