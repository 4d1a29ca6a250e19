import { LRUCache } from 'lru-cache';
import type { OutboxRow } from '../../../db/records';
import { isReminder } from '../../../domain/policy/mail-kinds';
import type { MailStores } from '../stores';

export const sideOf = ({ to }: Pick<OutboxRow, 'to'>): 'customer' | 'staff' =>
  to.kind === 'customer' ? 'customer' : 'staff';

/** Customer and staff never share a thread. */
export const threadOf = (row: Pick<OutboxRow, 'caseNo' | 'to'>): string => `${row.caseNo}/${sideOf(row)}`;

/** Which mail each mail follows in its reader's mailbox. */
export class Threads {
  /** Message-IDs; the first mail of a thread stays the first. */
  private readonly firsts = new LRUCache<string, string>({ max: 1_000 });

  constructor(private readonly outbox: Pick<MailStores['outbox'], 'list'>) {}

  /** The Message-ID of the first mail of this case to this side; undefined when it is this one. */
  async firstOf(row: OutboxRow): Promise<string | undefined> {
    const thread = threadOf(row);
    const known = this.firsts.get(thread);
    if (known !== undefined) return known === row.messageId ? undefined : known;
    const first = (await this.outbox.list(row.caseNo))
      // What was handed on, or went out with others, is no mail that another could follow.
      .filter((other) => threadOf(other) === thread && (row.to.kind === 'customer' || !isReminder(other.mail)))
      .reduce<OutboxRow | undefined>((least, other) => (least && least.id < other.id ? least : other), undefined);
    if (first) this.firsts.set(thread, first.messageId);
    return first && first.messageId !== row.messageId ? first.messageId : undefined;
  }
}
