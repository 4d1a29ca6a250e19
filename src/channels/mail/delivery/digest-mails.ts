import type { DigestRow, OutboxRow } from '../../../db/records';
import type { Job, Parcel, Source } from '../../outbox/channel';
import { isMoot } from '../news';
import type { DigestStore, MailStores } from '../stores';
import type { CaseReader } from './case-reader';
import type { Parcels } from './parcels';
import type { Post } from './post';
import type { Writing } from './writing';

export interface DigestNeeds {
  digests: DigestStore;
  users: Pick<MailStores['users'], 'byId'>;
  cases: CaseReader;
  parcels: Pick<Parcels, 'ofDigest'>;
  writing: Pick<Writing, 'digest'>;
  post: Pick<Post, 'send'>;
}

/** The source of the digests that are due. Digests to one person go out one after the other. */
export class DigestMails implements Source {
  constructor(private readonly needs: DigestNeeds) {}

  async claim(limit: number, leaseMs: number): Promise<Job[]> {
    const { digests, parcels } = this.needs;
    return (await digests.claim(limit, leaseMs)).map((digest) => {
      const parcel = parcels.ofDigest(digest, digests);
      return { line: `digest/${digest.userId}`, parcel, deliver: () => this.deliver(digest, parcel) };
    });
  }

  private async deliver(digest: DigestRow, parcel: Parcel): Promise<void> {
    const { digests, users, writing, post } = this.needs;
    const user = await users.byId(digest.userId);
    // Its reader has left before any attempt: dissolve it, and each notice is given to whoever gets it now.
    if (digest.addresses === undefined && (!user?.active || user.email === '')) {
      await digests.release(digest.id);
      return;
    }
    const to = digest.addresses ?? (await digests.fixRecipients(digest.id, user ? [user.email] : []));
    const notices = await this.stillSo(digest);
    if (notices.length === 0) {
      await digests.skipped(digest.id, 'overtaken');
      return;
    }
    const language = user?.language ?? 'zh-CN';
    await post.send(parcel, [], () => writing.digest({ to, messageId: digest.messageId }, notices, language));
  }

  /** Its notices. Those that are out of date by now are taken out of it: it may have waited for days. */
  private async stillSo(digest: DigestRow): Promise<OutboxRow[]> {
    const { digests, cases } = this.needs;
    const notices = await digests.notices(digest.id);
    const moot: number[] = [];
    for (const row of notices) {
      const state = await cases.state(row.caseNo);
      const cause = await cases.cause(row);
      if (state && cause && isMoot(cause, row.to, state)) moot.push(row.id);
    }
    if (moot.length > 0) await digests.drop(digest.id, moot);
    return notices.filter(({ id }) => !moot.includes(id));
  }
}
