import { LRUCache } from 'lru-cache';
import type { OutboxRow, User } from '../../../db/records';
import type { Reader } from '../../../db';
import type { Grade } from '../../../domain/basics/types';
import type { CaseEvent } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import { REMINDERS } from '../../../domain/policy/mail-kinds';
import { toInstant } from '../../../domain/time/duration';
import { noticeId } from '../digest';
import type { Choices } from '../../choices';
import type { Duty } from '../duty';
import { isMoot } from '../../moot';
import type { DigestStore, Elsewhere, MailStores } from '../stores';
import type { CaseReader } from './case-reader';
import type { Parcels } from './parcels';
import type { Post } from './post';
import type { Recipients } from './recipients';

export interface ReminderNeeds {
  outbox: Pick<MailStores['outbox'], 'putOff' | 'skipped'>;
  digests: Pick<DigestStore, 'fanOut' | 'gather'>;
  notices: Pick<MailStores['notices'], 'tell'>;
  cases: CaseReader;
  duty: Duty;
  choices: Pick<Choices, 'reachableFrom'>;
  /** Left out: nobody is told otherwise than by mail. */
  elsewhere?: Elsewhere | undefined;
  recipients: Pick<Recipients, 'forOwner'>;
  parcels: Pick<Parcels, 'ofMail'>;
  post: Pick<Post, 'giveUp'>;
  /** Milliseconds after a reminder during which further ones to the same person are gathered into one mail. */
  gatherMs: number;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/**
 * Hands reminders to their readers' digests, so that a burst of them becomes a few mails
 * (docs/architecture/digests.md).
 */
export class Reminders {
  /**
   * By user id, until when gathering puts them off, in milliseconds since 1970. It only saves questions to the database
   * in a burst: `digests.gather` decides.
   */
  private readonly waits = new LRUCache<string, number>({ max: 1_000 });

  constructor(private readonly needs: ReminderNeeds) {}

  /**
   * Turns a planned reminder into one row for each reader (a reminder for its one reader stays as it is), to be sent
   * within that reader's hours together with whatever else waits for them. When all readers of an escalation in
   * a major case are off duty, it also goes at once to whoever is on duty.
   *
   * A step of a chain that the policy has told by another way than mail is mailed only to whom that way does not reach.
   *
   * All of them are told on the desk at once, also who has no mail address. Writes the rows and gathers what is due now;
   * sends nothing itself. A reminder that is out of date is skipped, one that can be mailed to nobody is given up.
   */
  async bring(planned: OutboxRow): Promise<void> {
    const { outbox, notices, digests, cases, recipients, parcels, post, clock } = this.needs;
    const state = await cases.state(planned.caseNo);
    const row = await recipients.forOwner(planned, state);
    const cause = await cases.cause(row);
    if (state && cause && isMoot(cause, row.to, state)) {
      await outbox.skipped(row.id, 'overtaken');
      return;
    }
    const policy = await cases.policy(state?.policyVersion ?? 1);
    const readers = await this.needs.duty.readers(row.to, state, policy);
    const users = readers.filter(({ email }) => email !== '');
    const others = readers.filter(({ email }) => email === '').map(({ id }) => id);
    if (users.length === 0) {
      await notices.tell(row.id, others);
      return post.giveUp(parcels.ofMail(row), 'no_recipient');
    }
    // Whether they want it by mail at all is asked when its digest leaves.
    const from = await this.needs.choices.reachableFrom(users, { kind: row.mail, cause, state });
    const now = clock();
    const urgent = this.presses(cause, state?.grade);
    const standIns = await this.standIns(row, state, users, from, now);
    for (const id of await this.toldElsewhere(row, cause, users)) {
      from.delete(id);
      others.push(id);
    }
    for (const { id } of standIns) from.set(id, now);
    const [only] = from;
    if (
      row === planned &&
      row.to.kind === 'user' &&
      readers.length === 1 &&
      from.size === 1 &&
      only?.[0] === row.to.id
    ) {
      await notices.tell(row.id, [only[0]]);
      if (only[1] > now) await outbox.putOff(row.id, 'quiet', toInstant(only[1]));
      else await this.gather(row.to.id, urgent);
      return;
    }
    if (row === planned && row.to.kind === 'user' && from.size === 0 && others.join() === row.to.id) {
      await notices.tell(row.id, others);
      await outbox.skipped(row.id, 'bell_only');
      return;
    }
    const told = [...from].map(([id, at]) => ({ id, wait: this.waitOf(id, at, now, urgent) }));
    await digests.fanOut(
      row,
      [...told, ...others.map((id) => ({ id, bellOnly: true }))].map((reader) => ({
        ...reader,
        messageId: noticeId(row.messageId, reader.id),
      })),
    );
    for (const { id, wait } of told) if (!wait) await this.gather(id, urgent);
  }

  /** Who hears of a step of a chain by the way that the policy names in place of mail. */
  private async toldElsewhere(
    { caseNo, seq }: OutboxRow,
    cause: CaseEvent | undefined,
    users: readonly User[],
  ): Promise<string[]> {
    const { elsewhere } = this.needs;
    const channel = cause?.type === 'escalated' ? cause.data.channel : undefined;
    const ids = users.map(({ id }) => id);
    if (!elsewhere || channel === undefined) return [];
    if (channel === 'room') return (await elsewhere.isToldInRoom(caseNo, seq)) ? ids : [];
    const having = await elsewhere.withDevice(ids);
    return ids.filter((id) => having.has(id));
  }

  /** Who is on duty instead, for an escalation in a major case whose readers are all off duty; else nobody. */
  private async standIns(
    row: OutboxRow,
    state: CaseState | undefined,
    users: readonly User[],
    from: ReadonlyMap<string, number>,
    now: number,
  ): Promise<User[]> {
    if (row.mail !== 'escalation' || state?.grade !== 'major') return [];
    if ([...from.values()].some((at) => at <= now)) return [];
    return this.needs.duty.onDuty(users, state.against);
  }

  /** Whether it cannot wait to be gathered: the case is major, or what it warns of falls due within `gatherMs`. */
  private presses(cause: CaseEvent | undefined, grade: Grade | undefined): boolean {
    if (grade === 'major') return true;
    const { clock, gatherMs } = this.needs;
    const due = cause && 'dueAt' in cause.data ? cause.data.dueAt : undefined;
    return cause !== undefined && due !== undefined && due > cause.at && Date.parse(due) <= clock() + gatherMs;
  }

  /**
   * What a reader's row waits for: their working hours (`quiet`) or the end of gathering; undefined: nothing.
   * @param at when the reader's hours begin, in milliseconds since 1970
   */
  private waitOf(id: string, at: number, now: number, urgent: boolean): Reader['wait'] {
    const gathered = this.waits.get(id) ?? 0;
    if (at > now) return { until: toInstant(Math.max(at, gathered)), why: 'quiet' };
    return gathered > now && !urgent ? { until: toInstant(gathered), why: 'gathering' } : undefined;
  }

  /** Has all that waits for a person put into a digest, or put off, and remembers until when. */
  private async gather(userId: string, urgent: boolean): Promise<void> {
    const { digests, gatherMs, clock } = this.needs;
    const found = await digests.gather(userId, REMINDERS, gatherMs, urgent);
    this.waits.set(userId, found.kind === 'wait' ? Date.parse(found.until) : clock() + gatherMs);
  }
}
