import type { User } from '../db/records';
import type { CaseEvent } from '../domain/case/events';
import { DANGER, type CaseState } from '../domain/case/state';
import type { MailKind } from '../domain/policy/mail-kinds';
import { noticeGroupOf, USUAL_CHOICES, type NoticeChoices, type Quiet } from '../domain/policy/notice-choices';
import { dateOf, dayNumber } from '../domain/time/calendar';
import { houseLocal, houseMoment } from '../house';

/** What staff have chosen, as it stands now; whoever has chosen nothing is missing. */
export interface ChoiceStore {
  of(userIds: readonly string[]): Promise<ReadonlyMap<string, NoticeChoices>>;
}

/** A notice, as far as a choice depends on it. */
export interface Told {
  kind: MailKind;
  /** The event that it is about; undefined when the ledger does not have it. */
  cause: CaseEvent | undefined;
  /** The case as it stands now. */
  state: CaseState | undefined;
}

/** How a notice goes to one person: at once, from a moment on (ms since 1970), or not at all but on the desk. */
export type Way = { kind: 'now' } | { kind: 'later'; at: number } | { kind: 'bellOnly' };

const NOW: Way = { kind: 'now' };

export interface ChoiceNeeds {
  /** Left out: nobody has chosen anything. */
  store?: ChoiceStore | undefined;
  /** When somebody works next, counted from a moment, both in ms since 1970; that moment itself when they work then. */
  worksFrom: (user: User, from: number) => Promise<number>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/**
 * The one place that asks what somebody has chosen. It is asked whenever something is about to be sent, and remembers
 * nothing, so a changed choice holds for whatever has not left yet.
 */
export class Choices {
  constructor(private readonly needs: ChoiceNeeds) {}

  /** How this notice goes to each of these people, by user id. */
  async waysOf(users: readonly User[], told: Told): Promise<Map<string, Way>> {
    const now = this.needs.clock();
    const ways = new Map<string, Way>();
    for (const [user, { bellOnly, quiet }] of await this.chosenBy(users)) {
      const group = noticeGroupOf(told.kind);
      if (group !== undefined && bellOnly.includes(group)) ways.set(user.id, { kind: 'bellOnly' });
      else {
        const at = cannotWait(told) ? now : await this.quietEnd(user, quiet, now);
        ways.set(user.id, at > now ? { kind: 'later', at } : NOW);
      }
    }
    return ways;
  }

  /**
   * How a call to a customer who waits in a chat goes to somebody: while they work and have no quiet hours, as a reminder
   * does.
   */
  async wayToChat(user: User): Promise<Way> {
    const [[, { bellOnly }] = [user, USUAL_CHOICES]] = await this.chosenBy([user]);
    if (bellOnly.includes('chats')) return { kind: 'bellOnly' };
    return this.wayAtWork(user);
  }

  /** How the mail of the week goes to somebody: as a reminder does. */
  async wayOfWeek(user: User): Promise<Way> {
    const [[, { bellOnly }] = [user, USUAL_CHOICES]] = await this.chosenBy([user]);
    return bellOnly.includes('weekly') ? { kind: 'bellOnly' } : this.wayAtWork(user);
  }

  private async wayAtWork(user: User): Promise<Way> {
    const now = this.needs.clock();
    const at = (await this.reachableFrom([user])).get(user.id) ?? now;
    return at > now ? { kind: 'later', at } : NOW;
  }

  /**
   * From when a reminder may reach each of these people, in ms since 1970, by user id: from the first moment in which
   * they work and none of their quiet hours is. When their quiet hours leave nothing of their next working
   * time either, it reaches them as soon as these end, so that nothing waits for ever.
   */
  async reachableFrom(users: readonly User[], told?: Told): Promise<Map<string, number>> {
    const { worksFrom, clock } = this.needs;
    const now = clock();
    const from = new Map<string, number>();
    for (const [user, { quiet }] of await this.chosenBy(users)) {
      const end = (at: number): number | Promise<number> =>
        told && cannotWait(told) ? at : this.quietEnd(user, quiet, at);
      let at = await worksFrom(user, now);
      const free = await end(at);
      if (free > at) at = await worksFrom(user, free);
      from.set(user.id, (await end(at)) > at ? await end(now) : at);
    }
    return from;
  }

  private async chosenBy(users: readonly User[]): Promise<[User, NoticeChoices][]> {
    const chosen = await this.needs.store?.of(users.map(({ id }) => id));
    return users.map((user) => [user, chosen?.get(user.id) ?? USUAL_CHOICES]);
  }

  /** When the quiet that goes on at `at` ends; `at` when there is none then. */
  private async quietEnd(user: User, quiet: Quiet, at: number): Promise<number> {
    if (quiet.kind === 'off') return at;
    return quiet.kind === 'working' ? this.needs.worksFrom(user, at) : quietUntil(quiet, at);
  }
}

/** What nobody's quiet hours hold back: what is escalated in a major case, and that somebody may be in danger. */
function cannotWait({ kind, cause, state }: Told): boolean {
  if (kind === 'escalation') return state?.grade === 'major';
  return cause?.type === 'turnedWorse' && cause.data.rules.includes(DANGER);
}

/** When the quiet hours that go on now end, in ms since 1970; the present moment when there are none now. */
export function quietUntil({ from, to }: Extract<Quiet, { kind: 'hours' }>, now: number): number {
  const [date = '', time = ''] = houseLocal(now).split('T');
  const isQuiet = from < to ? from <= time && time < to : from <= time || time < to;
  if (!isQuiet) return now;
  const day = (dayNumber(date) ?? 0) + (time < to ? 0 : 1);
  // At the end of summer time the clocks show an hour twice: then they end with the first.
  return Math.max(now, houseMoment(`${dateOf(day)}T${to}`) ?? now);
}
