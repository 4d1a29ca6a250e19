import type { DigestRow, OutboxRow } from '../../../db/records';
import { isReminder, type MailKind } from '../../../domain/policy/mail-kinds';
import { toInstant } from '../../../domain/time/duration';
import type { Parcel } from '../../outbox/channel';
import type { DigestStore, MailStores } from '../stores';
import { sideOf } from './threads';

/**
 * A mail was refused for good: the workflow is told, and its owner reaches the person another way. May be called twice.
 * @param seq of the event that the mail was planned with
 */
export type OnPermanentFailure = (
  caseNo: string,
  mail: MailKind,
  to: 'customer' | 'staff',
  seq: number,
) => Promise<void>;

export interface ParcelNeeds {
  outbox: Pick<MailStores['outbox'], 'ambiguous' | 'failed' | 'retry' | 'sent'>;
  /** Reminders are gathered for each reader. */
  isGathering: boolean;
  onPermanentFailure: OnPermanentFailure;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** How each mail and each digest ends, in its own table. */
export class Parcels {
  constructor(private readonly needs: ParcelNeeds) {}

  ofMail(row: OutboxRow): Parcel {
    const { outbox, isGathering, clock } = this.needs;
    const isGathered = isGathering && isReminder(row.mail);
    return {
      what: { outbox: row.id, caseNo: row.caseNo, mail: row.mail },
      // A reminder may have waited out a holiday week before anything was attempted: its time counts from its digest.
      plannedAt: isGathered && row.addresses === undefined ? toInstant(clock()) : row.plannedAt,
      attempts: row.attempts,
      // A reminder is one of its reader's few, gathered as they are.
      limited: isGathered,
      sent: () => outbox.sent(row.id),
      retry: (code, nextAt) => outbox.retry(row.id, code, nextAt),
      ambiguous: (code, nextAt) => outbox.ambiguous(row.id, code, nextAt),
      giveUp: async (code) => {
        await this.failedFor(row);
        await outbox.failed(row.id, code);
      },
    };
  }

  ofDigest(digest: DigestRow, digests: DigestStore): Parcel {
    return {
      what: { digest: digest.id },
      plannedAt: digest.plannedAt,
      attempts: digest.attempts,
      limited: true,
      sent: () => digests.sent(digest.id),
      retry: (code, nextAt) => digests.retry(digest.id, code, nextAt),
      ambiguous: (code, nextAt) => digests.ambiguous(digest.id, code, nextAt),
      giveUp: async (code) => {
        for (const row of await digests.notices(digest.id)) await this.failedFor(row);
        await digests.failed(digest.id, code);
      },
    };
  }

  /** A note about an undelivered mail that is itself undeliverable would make another such note, and so on. */
  private async failedFor(row: OutboxRow): Promise<void> {
    if (row.mail === 'mailFailed') return;
    await this.needs.onPermanentFailure(row.caseNo, row.mail, sideOf(row), row.seq);
  }
}
