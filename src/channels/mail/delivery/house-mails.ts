import type { HouseMail } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import { nameWords } from '../../../domain/basics/words';
import { inLanguage } from '../../../render/words';
import type { Context } from '../../../render/engine';
import type { Job, Parcel, Source } from '../../outbox/channel';
import type { HouseMailStores, MailStores } from '../stores';
import type { MailTemplates } from '../templates';
import { outcomesIn } from './parcels';
import type { Post } from './post';

export interface HouseMailNeeds {
  stores: HouseMailStores & Pick<MailStores, 'complaints' | 'users'>;
  templates: MailTemplates;
  house: { name: string; contact: string };
  post: Pick<Post, 'send'>;
}

/** A mail that is written out: to whom, by which template and from what. */
interface Written {
  /** None: nobody can get it. */
  address: string | undefined;
  isCustomer: boolean;
  language: Language;
  template: string;
  context: Context;
}

/** The source of mails that no event of a case causes: answers to suggestions. */
export class HouseMails implements Source {
  constructor(private readonly needs: HouseMailNeeds) {}

  async claim(limit: number, leaseMs: number): Promise<Job[]> {
    const found = await this.needs.stores.houseMails.claim(limit, leaseMs);
    return found.map((mail) => {
      const parcel = this.parcelOf(mail);
      return { line: `house/${mail.kind}/${mail.subject}`, parcel, deliver: () => this.deliver(mail, parcel) };
    });
  }

  private async deliver(mail: HouseMail, parcel: Parcel): Promise<void> {
    const { stores, templates, house, post } = this.needs;
    const { houseMails } = stores;
    const written = await this.suggestion(mail);
    // A mail that may have gone out already is tried again under its id; it is not taken back.
    if (!written) return void (await houseMails.skipped(mail.id, 'overtaken'));
    const { address, isCustomer, language, template, context } = written;
    const addresses = mail.addresses ?? (address === undefined || address === '' ? [] : [address]);
    if (addresses.length === 0) return void (await houseMails.skipped(mail.id, 'no_recipient'));
    const to = await houseMails.fixRecipients(mail.id, addresses);
    await post.send(parcel, isCustomer ? to : [], () => {
      const about = { org: house.name, contact: house.contact === '' ? null : house.contact };
      return Promise.resolve({
        ...templates(template, language, { ...about, ...context }),
        to,
        messageId: mail.messageId,
      });
    });
  }

  /** What whoever suggested something is told of a decision; undefined: it stands somewhere else by now. */
  private async suggestion({ subject, occasion }: HouseMail): Promise<Written | undefined> {
    const { stores } = this.needs;
    const told = await stores.suggestions.telling(Number(subject), occasion);
    if (!told) return undefined;
    const { text, reason = null, result = null, source, caseNo = '', by = '' } = told;
    const context = {
      text,
      reason,
      result,
      isAdopted: occasion === 'adopted',
      isDeclined: occasion === 'declined',
      isDone: occasion === 'done',
    };
    if (source === 'customer') {
      const complaint = await stores.complaints.get(caseNo);
      if (!complaint) return undefined;
      const { customer, language } = complaint;
      const whole = { ...context, name: customer.name, caseNo };
      return { address: customer.email, isCustomer: true, language, template: 'suggestion', context: whole };
    }
    const user = await stores.users.byId(by);
    if (!user?.active) return undefined;
    const { email, language } = user;
    const whole = { ...context, name: inLanguage(nameWords(user), language), caseNo: null };
    return { address: email, isCustomer: false, language, template: 'suggestion', context: whole };
  }

  private parcelOf({ id, plannedAt, attempts }: HouseMail): Parcel {
    const { houseMails } = this.needs.stores;
    return {
      logFields: { houseMail: id },
      plannedAt,
      attempts,
      exemptFromBreaker: false,
      ...outcomesIn(houseMails, id),
      giveUp: (code) => houseMails.failed(id, code),
    };
  }
}
