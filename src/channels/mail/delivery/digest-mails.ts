import type { DigestRow, OutboxRow, User } from '../../../db/records';
import type { Job, Parcel, Source } from '../../outbox/channel';
import { toInstant } from '../../../domain/time/duration';
import type { Choices, Way } from '../../choices';
import { isMoot } from '../../moot';
import type { DigestStore, MailStores } from '../stores';
import type { CaseReader } from './case-reader';
import type { Parcels } from './parcels';
import type { Post } from './post';
import type { Writing } from './writing';

export interface DigestNeeds {
  digests: DigestStore;
  users: Pick<MailStores['users'], 'byId'>;
  cases: CaseReader;
  choices: Pick<Choices, 'waysOf'>;
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
    const { notices, wait, why } = await this.stillWanted(digest, user);
    if (notices.length === 0) {
      await digests.skipped(digest.id, why);
      return;
    }
    if (wait !== undefined) {
      await digests.putOff(digest.id, 'quiet', toInstant(wait));
      return;
    }
    const to = digest.addresses ?? (await digests.fixRecipients(digest.id, user ? [user.email] : []));
    const language = user?.language ?? 'zh-CN';
    await post.send(parcel, [], () => writing.digest({ to, messageId: digest.messageId }, notices, language));
  }

  /**
   * Its notices. Those that are out of date by now are taken out of it, as it may have waited for days, and those that
   * its reader wants on the desk alone. What cannot wait for the end of their quiet hours takes the others along.
   * @returns `wait`: until when all of them wait, in ms since 1970; `why`: why none are left
   */
  private async stillWanted(digest: DigestRow, user: User | undefined) {
    const { digests, cases, choices } = this.needs;
    const notices: OutboxRow[] = [];
    const out = { overtaken: [] as number[], bell_only: [] as number[] };
    const waits: Way[] = [];
    for (const row of await digests.notices(digest.id)) {
      const [state, cause] = [await cases.state(row.caseNo), await cases.cause(row)];
      const way = user && (await choices.waysOf([user], { kind: row.mail, cause, state })).get(user.id);
      if (state && cause && isMoot(cause, row.to, state)) out.overtaken.push(row.id);
      else if (way?.kind === 'bellOnly') out.bell_only.push(row.id);
      else {
        notices.push(row);
        waits.push(way ?? { kind: 'now' });
      }
    }
    for (const [why, ids] of Object.entries(out)) if (ids.length > 0) await digests.drop(digest.id, ids, why);
    const until = waits.flatMap((way) => (way.kind === 'later' ? [way.at] : []));
    return {
      notices,
      wait: until.length === waits.length ? until[0] : undefined,
      why: out.bell_only.length > 0 ? 'bell_only' : 'overtaken',
    };
  }
}
