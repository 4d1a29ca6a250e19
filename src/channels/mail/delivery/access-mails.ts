import type { AccessMail } from '../../../db/records';
import type { Links } from '../../../cases/access/links';
import { toInstant } from '../../../domain/time/duration';
import { nameWords } from '../../../domain/basics/words';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import type { Job, Parcel, Source } from '../../outbox/channel';
import type { AccessMailStore, MailStores } from '../stores';
import type { MailTemplates } from '../templates';
import { outcomesIn } from './parcels';
import type { Post } from './post';

export interface AccessMailNeeds {
  mails: AccessMailStore;
  users: Pick<MailStores['users'], 'byId'>;
  links: Pick<Links, 'hash' | 'passwordToken' | 'passwordUrl'>;
  templates: MailTemplates;
  house: { name: string; contact: string };
  post: Pick<Post, 'send'>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** The source of mails to staff that belong to no case: about their own way in, and tests. */
export class AccessMails implements Source {
  constructor(private readonly needs: AccessMailNeeds) {}

  async claim(limit: number, leaseMs: number): Promise<Job[]> {
    const found = await this.needs.mails.claim(limit, leaseMs);
    return found.map((mail) => {
      const parcel = this.parcelOf(mail);
      return { line: `access/${mail.userId}`, parcel, deliver: () => this.deliver(mail, parcel) };
    });
  }

  private deliver(mail: AccessMail, parcel: Parcel): Promise<void> {
    return mail.kind === 'test' ? this.test(mail, parcel) : this.link(mail, parcel);
  }

  private async test({ id, userId, messageId, addresses, plannedAt }: AccessMail, parcel: Parcel): Promise<void> {
    const { mails, users, templates, house, post, clock } = this.needs;
    const user = await users.byId(userId);
    if (!user?.active || user.email === '') {
      await mails.skipped(id, 'overtaken');
      return;
    }
    const to = addresses ?? (await mails.fixRecipients(id, [user.email]));
    const { language } = user;
    await post.send(parcel, [], () => {
      const mail = templates('testMail', language, {
        org: house.name,
        contact: house.contact === '' ? null : house.contact,
        caseNo: null,
        name: inLanguage(nameWords(user), language),
        at: pageTime(plannedAt, language, toInstant(clock())),
      });
      return Promise.resolve({ ...mail, to, messageId });
    });
  }

  private async link({ id, userId, messageId, addresses }: AccessMail, parcel: Parcel): Promise<void> {
    const { mails, users, links, templates, house, post, clock } = this.needs;
    const [user, link] = await Promise.all([
      users.byId(userId),
      mails.linkOf(links.hash(links.passwordToken(messageId))),
    ]);
    const now = toInstant(clock());
    if (!user?.active || !link || link.usedAt !== undefined || link.expiresAt <= now) {
      await mails.skipped(id, 'overtaken');
      return;
    }
    const to = addresses ?? (await mails.fixRecipients(id, [user.email]));
    const { language } = user;
    await post.send(parcel, [], () => {
      const mail = templates('passwordLink', language, {
        org: house.name,
        contact: house.contact === '' ? null : house.contact,
        caseNo: null,
        name: inLanguage(nameWords(user), language),
        url: links.passwordUrl(messageId),
        until: pageTime(link.expiresAt, language, now),
      });
      return Promise.resolve({ ...mail, to, messageId });
    });
  }

  private parcelOf({ id, plannedAt, attempts }: AccessMail): Parcel {
    const { mails } = this.needs;
    return {
      logFields: { accessMail: id },
      plannedAt,
      attempts,
      // Three an hour at most are planned for a person.
      exemptFromBreaker: true,
      ...outcomesIn(mails, id),
      giveUp: (code) => mails.failed(id, code),
    };
  }
}
