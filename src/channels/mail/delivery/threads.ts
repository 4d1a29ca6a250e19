import { LRUCache } from 'lru-cache';
import type { OutboxRow } from '../../../db/records';
import { isReminder } from '../../../domain/policy/mail-kinds';
import type { MailStores } from '../stores';

/** Which side a mail goes to; the two never get each other's mails. */
export const sideOf = ({ to }: Pick<OutboxRow, 'to'>): 'customer' | 'staff' =>
  to.kind === 'customer' ? 'customer' : 'staff';

/** The conversation a mail belongs to, whose mails are sent in order: a case and its customer, or a case and staff. */
export const threadOf = (row: Pick<OutboxRow, 'caseNo' | 'to'>): string => `${row.caseNo}/${sideOf(row)}`;

/** Finds the first mail of a conversation, so that mail programs show its mails together (`References`). */
export class Threads {
  /** Message-IDs of first mails, by thread. Never changes once known, so it may be kept. */
  private readonly firsts = new LRUCache<string, string>({ max: 1_000 });

  constructor(private readonly outbox: Pick<MailStores['outbox'], 'list'>) {}

  /** The Message-ID of the first mail of this case to this side; undefined when it is this one. */
  async firstOf(row: OutboxRow): Promise<string | undefined> {
    const thread = threadOf(row);
    const known = this.firsts.get(thread);
    if (known !== undefined) return known === row.messageId ? undefined : known;
    const first = (await this.outbox.list(row.caseNo))
      // Reminders to staff are no first mails: they go out under the ids of digests or of each reader, not their own.
      .filter((other) => threadOf(other) === thread && (row.to.kind === 'customer' || !isReminder(other.mail)))
      .reduce<OutboxRow | undefined>((least, other) => (least && least.id < other.id ? least : other), undefined);
    if (first) this.firsts.set(thread, first.messageId);
    return first && first.messageId !== row.messageId ? first.messageId : undefined;
  }
}
