import type { OutboxRow } from '../../../db/records';
import { isReminder } from '../../../domain/policy/mail-kinds';
import type { Job, Source } from '../../outbox/channel';
import type { MailStores } from '../stores';
import { askByPhone } from './ask-by-phone';
import type { CaseReader } from './case-reader';
import type { Holding } from './holding';
import type { Parcels } from './parcels';
import type { Post } from './post';
import type { Recipients } from './recipients';
import type { Reminders } from './reminders';
import type { MailDataReader } from './mail-data-reader';
import { threadOf } from './threads';
import type { Wishes } from './wishes';
import type { Writing } from './writing';

export interface SingleNeeds {
  outbox: Pick<MailStores['outbox'], 'claim' | 'fixRecipients' | 'plan' | 'skipped'>;
  notices: Pick<MailStores['notices'], 'tell'>;
  cases: CaseReader;
  recipients: Recipients;
  holding: Holding;
  wishes: Pick<Wishes, 'hold'>;
  mailData: Pick<MailDataReader, 'of'>;
  writing: Pick<Writing, 'single'>;
  parcels: Pick<Parcels, 'ofMail'>;
  post: Post;
  /** Left out: reminders are sent like any other mail, and not gathered. */
  reminders?: Pick<Reminders, 'bring'>;
}

/** The source of the mails that are due. Those of one case to one side (customer, staff) go out in order. */
export class SingleMails implements Source {
  constructor(private readonly needs: SingleNeeds) {}

  async claim(limit: number, leaseMs: number): Promise<Job[]> {
    const { outbox, parcels } = this.needs;
    return (await outbox.claim(limit, leaseMs)).map((row) => ({
      line: threadOf(row),
      parcel: parcels.ofMail(row),
      deliver: () => this.deliver(row),
    }));
  }

  private async deliver(planned: OutboxRow): Promise<void> {
    const { outbox, notices, cases, recipients, mailData, writing, parcels, post, reminders } = this.needs;
    if (reminders && isReminder(planned.mail) && planned.addresses === undefined) return reminders.bring(planned);
    const parcel = parcels.ofMail(planned);
    const complaint = await cases.complaint(planned.caseNo);
    const state = await cases.state(planned.caseNo);
    const row = await recipients.forOwner(planned, state);
    const { addresses, language, staff } = await recipients.of(row, complaint, state);
    const staffIds = staff.map(({ id }) => id);
    if (addresses.length === 0) {
      if (row.to.kind === 'customer') {
        await askByPhone(row, state, { cases, outbox });
        await outbox.skipped(row.id, 'no address');
        return;
      }
      await notices.tell(row.id, staffIds);
      return post.giveUp(parcel, 'no_recipient');
    }
    if (await this.needs.holding.holds(row, state)) return;
    if (await this.needs.wishes.hold(planned, row, staff, state)) return;
    if (row.addresses === undefined) await notices.tell(row.id, staffIds);
    // Fixed before the first attempt, so that a retry under the same Message-ID goes to the same people.
    const to = row.addresses ?? (await outbox.fixRecipients(row.id, addresses));
    const customers = row.to.kind === 'customer' ? to : [];
    await post.send(parcel, customers, async () =>
      writing.single({ to, messageId: row.messageId }, row, await mailData.of(row, complaint, language, state)),
    );
  }
}
