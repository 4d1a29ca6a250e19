import type { OutboxRow, User } from '../../../db/records';
import type { CaseState } from '../../../domain/case/state';
import { toInstant } from '../../../domain/time/duration';
import type { Choices, Way } from '../../choices';
import { noticeId } from '../digest';
import type { DigestStore, MailStores } from '../stores';
import type { CaseReader } from './case-reader';

export interface WishesNeeds {
  outbox: Pick<MailStores['outbox'], 'putOff' | 'skipped'>;
  notices: Pick<MailStores['notices'], 'tell'>;
  /** Left out: a mail to several is one mail, whatever one of them has chosen. */
  digests?: Pick<DigestStore, 'fanOut'> | undefined;
  choices: Pick<Choices, 'waysOf'>;
  cases: Pick<CaseReader, 'cause'>;
}

/** Keeps mails back from staff who have chosen not to get them, or not now. On the desk they are told at once. */
export class Wishes {
  constructor(private readonly needs: WishesNeeds) {}

  /**
   * Whether this mail must not be sent as it is. If so, the result has been written: it is skipped (`bell_only`), waits
   * for the end of quiet hours (`quiet`), or has become one mail for each reader, since one of several has chosen.
   *
   * A mail to several that was attempted before goes on to the same people.
   * @param planned the row as it was claimed
   * @param row the same, maybe for another owner
   * @param users its readers
   */
  async hold(
    planned: OutboxRow,
    row: OutboxRow,
    users: readonly User[],
    state: CaseState | undefined,
  ): Promise<boolean> {
    const { digests, choices, cases } = this.needs;
    if (row.to.kind === 'customer') return false;
    const ways = await choices.waysOf(users, { kind: row.mail, cause: await cases.cause(row), state });
    if ([...ways.values()].every(({ kind }) => kind === 'now')) return false;
    const [only] = users;
    if (row === planned && row.to.kind === 'user' && users.length === 1 && only?.id === row.to.id) {
      return this.holdOne(row, only.id, ways.get(only.id));
    }
    if (row.addresses !== undefined || !digests) return false;
    await digests.fanOut(
      row,
      users.map(({ id, email }) => {
        const way = ways.get(id);
        return {
          id,
          messageId: noticeId(row.messageId, id),
          bellOnly: email === '' || way?.kind === 'bellOnly',
          wait: way?.kind === 'later' ? { until: toInstant(way.at), why: 'quiet' as const } : undefined,
        };
      }),
    );
    return true;
  }

  private async holdOne({ id }: OutboxRow, userId: string, way: Way | undefined): Promise<boolean> {
    const { outbox, notices } = this.needs;
    await notices.tell(id, [userId]);
    if (way?.kind === 'later') await outbox.putOff(id, 'quiet', toInstant(way.at));
    else await outbox.skipped(id, 'bell_only');
    return true;
  }
}
