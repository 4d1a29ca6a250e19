import type { User } from '../../db/records';
import { nextWorkingMoment, type Calendar } from '../../domain/time/calendar';
import { mayTake } from '../../domain/decisions/decide';
import type { LeadRecipient, Recipient } from '../../domain/process/notices';
import type { Policy } from '../../domain/policy/schema';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import type { Instant, Role } from '../../domain/basics/types';
import { createMemory, type Memory } from '../../remember';

/**
 * A leave that is going on: when it ends, and the id of the person who stands in. Without a deputy nobody was named.
 */
export interface Absence {
  until: Instant;
  deputy?: string;
}

/** A dated shift of one person. */
export interface Shift {
  from: Instant;
  to: Instant;
}

/** What `Duty` reads; the real stores of src/db fit. */
export interface DutyStores {
  users: {
    byId(id: string): Promise<User | undefined>;
    list(filter: { role?: Role; team?: string; active?: boolean }): Promise<User[]>;
  };
  /** Leave and dated shifts. Left out: nobody is on leave, and hours follow the calendars alone. */
  roster?: {
    /** Who is on leave at this instant, by user id. */
    absences(at: Instant): Promise<ReadonlyMap<string, Absence>>;
    /** Shifts that overlap the span, the earliest first. */
    shifts?(span: { from: Instant; to: Instant; userId?: string }): Promise<Shift[]>;
  };
  calendars?: {
    /** The newest version. */
    get(id: string): Promise<{ calendar: Calendar } | undefined>;
  };
}

/**
 * Milliseconds for which people, leave and shifts that were read are used again: a burst of notices asks for the same.
 */
const FRESH_MS = 1_000;
/** Milliseconds ahead in which the next shift is looked for. */
const ROSTER_MS = 31 * 86_400_000;

/** The roles that may be told in place of a role, in the order in which they are asked. */
const RANKS: Record<Role, readonly Role[]> = {
  colleague: ['supervisor', 'manager', 'admin'],
  agent: ['supervisor', 'manager', 'admin'],
  supervisor: ['supervisor', 'manager', 'admin'],
  manager: ['manager', 'admin'],
  admin: ['admin'],
  // Notices are to have something done, so no rule names auditors.
  auditor: ['admin'],
};

/** Roles that see the cases of every team, so that a stand-in of another team can open the case. */
const LEADING: readonly Role[] = ['supervisor', 'manager', 'admin'];

const NOBODY: ReadonlyMap<string, Absence> = new Map();

/** Whether a notice may go to this person at all. */
type Fits = (user: User) => boolean;
const anybody: Fits = () => true;

/**
 * Decides which members of staff get a notice, and from when on: by leave, deputies, shifts and working hours. Whom the
 * customer complains about (`against`) is never among them.
 */
export class Duty {
  /** What was read within the last `FRESH_MS`. */
  private readonly known: {
    absences: Memory<ReadonlyMap<string, Absence>>;
    people: Memory<User[]>;
    shifts: Memory<Shift[]>;
    calendars: Memory<{ calendar: Calendar } | undefined>;
  };

  /** @param clock milliseconds since 1970; who is away and which hours it is follow from it */
  constructor(
    private readonly stores: DutyStores,
    private readonly clock: () => number,
  ) {
    const fresh = <V>(): Memory<V> => createMemory<V>({ max: 2_000, forMs: FRESH_MS, clock });
    this.known = { absences: fresh(), people: fresh(), shifts: fresh(), calendars: fresh() };
  }

  /**
   * Who gets a notice for `to` at this moment; nobody for a customer. Some may have no mail address.
   *
   * A person on leave is replaced by their deputy, else by a colleague of the same role, else by whoever leads;
   * somebody who has left or is complained of is replaced by whoever leads. When everybody who could be told is on
   * leave without a deputy, those whom it was meant for get it all the same.
   * @param state the case as it stands now; undefined before its first event, when nobody is known to be complained of
   * @param policy the policy of the case: its limits decide who may approve
   */
  async readers(to: Recipient, state: CaseState | undefined, policy: Policy): Promise<User[]> {
    const against = state?.against ?? [];
    switch (to.kind) {
      case 'user': {
        const user = await this.stores.users.byId(to.id);
        // Somebody who has left, or whom the case is about, must not get it: whoever leads the team does instead.
        if (!user?.active || against.includes(user.id))
          return this.leads('supervisor', user?.team ?? state?.owner?.team, against);
        if (!(await this.absences()).has(user.id)) return [user];
        const others = await this.standInFor(user, against);
        return others.length > 0 ? others : [user];
      }
      case 'role':
        return this.leads(to.role, to.team, against, this.fitting(to, state, policy));
      case 'department': {
        const members = (await this.people({ team: to.department })).filter((user) => !against.includes(user.id));
        const present = await this.presentOrDeputies(members, against);
        return present.length > 0 ? present : members;
      }
      case 'customer':
        return [];
    }
  }

  /**
   * From when on, after `from`, a reminder may reach this person, in milliseconds since 1970: at once, or when their next
   * shift begins, or, without a dated shift in the next 31 days, when the working hours of their calendar begin. Without
   * either: at once. @param from in milliseconds since 1970; left out: now
   */
  async reachableFrom(user: User, from = this.clock()): Promise<number> {
    const { roster, calendars } = this.stores;
    const now = this.clock();
    const span = { from: toInstant(now), to: toInstant(now + ROSTER_MS), userId: user.id };
    const shifts = await this.known.shifts.get(user.id, async () => (await roster?.shifts?.(span)) ?? []);
    const shift = shifts.find(({ to }) => Date.parse(to) > from);
    if (shift) return Math.max(from, Date.parse(shift.from));
    const id = user.calendar;
    if (id === undefined || !calendars) return from;
    const published = await this.known.calendars.get(id, () => calendars.get(id));
    return published ? nextWorkingMoment(published.calendar, from) : from;
  }

  /**
   * Who is on duty in place of the readers `off`, for a notice that cannot wait for their hours: people of the first
   * reader's role, else of the next higher one. Empty when nobody with a mail address is on duty.
   */
  async onDuty(off: readonly User[], against: readonly string[]): Promise<User[]> {
    const [first] = off;
    if (!first) return [];
    const ranks = [...new Set<Role>([first.role, ...RANKS[first.role]])];
    for (const role of ranks) {
      const found = await this.people(LEADING.includes(role) ? { role } : { role, team: first.team });
      const away = await this.absences();
      const on: User[] = [];
      for (const user of found) {
        if (away.has(user.id) || against.includes(user.id) || off.some(({ id }) => id === user.id)) continue;
        if (user.email !== '' && (await this.reachableFrom(user)) <= this.clock()) on.push(user);
      }
      if (on.length > 0) return on;
    }
    return [];
  }

  /**
   * Who gets a notice meant for a role: those of the role in the team, else those of the role in the whole house, else
   * the next role of `RANKS`, and so on. Whoever is complained of or does not fit is skipped. When the team has people
   * of the role but none of them fits, the next role is asked rather than another team.
   *
   * When everybody found is on leave without a deputy, the notice goes to the first group found. When nobody in the
   * house fits, it goes to whoever would have got it without that condition.
   */
  private async leads(
    role: Role,
    team: string | undefined,
    against: readonly string[],
    fits: Fits = anybody,
  ): Promise<User[]> {
    let meant: User[] = [];
    for (const rank of RANKS[role]) {
      for (const filter of team === undefined ? [{}] : [{ team }, {}]) {
        const impartial = (await this.people({ role: rank, ...filter })).filter((user) => !against.includes(user.id));
        const found = impartial.filter(fits);
        const present = (await this.presentOrDeputies(found, against)).filter(fits);
        if (present.length > 0) return present;
        if (meant.length === 0) meant = found;
        if (impartial.length > 0 && found.length === 0) break;
      }
    }
    return meant.length > 0 || fits === anybody ? meant : this.leads(role, team, against);
  }

  /**
   * Who stands in for somebody on leave: their deputy; else one colleague of the same role who is there (the next by
   * id, so that it is always the same one); else whoever leads the team.
   */
  private async standInFor(user: User, against: readonly string[]): Promise<User[]> {
    const deputy = await this.deputyOf(user, against);
    if (deputy) return [deputy];
    const away = await this.absences();
    // Only roles that see every case are replaced from another team: an agent there could not open this one.
    for (const filter of LEADING.includes(user.role) ? [{ team: user.team }, {}] : [{ team: user.team }]) {
      const others = (await this.people({ role: user.role, ...filter }))
        .filter(({ id }) => id !== user.id && !away.has(id) && !against.includes(id))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const next = others.find(({ id }) => id > user.id) ?? others[0];
      if (next) return [next];
    }
    return this.leads('supervisor', user.team, against);
  }

  /** Those of `found` who are not on leave, and the deputies of those who are; each once. */
  private async presentOrDeputies(found: readonly User[], against: readonly string[]): Promise<User[]> {
    const away = await this.absences();
    const told = new Map<string, User>();
    for (const user of found) {
      const one = away.has(user.id) ? await this.deputyOf(user, against) : user;
      if (one) told.set(one.id, one);
    }
    return [...told.values()];
  }

  /**
   * The deputy named for somebody on leave; when the deputy is on leave too, the deputy's deputy, and so on. Undefined
   * when nobody is named, the chain comes back to somebody already asked, or nobody in it may be told.
   */
  private async deputyOf(user: User, against: readonly string[]): Promise<User | undefined> {
    const away = await this.absences();
    const asked = new Set([user.id]);
    for (let id = away.get(user.id)?.deputy; id !== undefined && !asked.has(id); id = away.get(id)?.deputy) {
      asked.add(id);
      const deputy = await this.stores.users.byId(id);
      if (deputy?.active && !away.has(id) && !against.includes(id)) return deputy;
    }
    return undefined;
  }

  /** The condition of a notice to a role: they may take the decision `may`, and are none of `not`. */
  private fitting({ may, not = [] }: LeadRecipient, state: CaseState | undefined, policy: Policy): Fits {
    if (!state || (may === undefined && not.length === 0)) return anybody;
    const at = toInstant(this.clock());
    return (user) => !not.includes(user.id) && (may === undefined || mayTake(may, user, state, { at, policy }));
  }

  private absences(): Promise<ReadonlyMap<string, Absence>> {
    const { roster } = this.stores;
    return this.known.absences.get('', () => roster?.absences(toInstant(this.clock())) ?? Promise.resolve(NOBODY));
  }

  private people(filter: { role?: Role; team?: string }): Promise<User[]> {
    return this.known.people.get(`${filter.role ?? ''}/${filter.team ?? ''}`, async () =>
      (await this.stores.users.list({ ...filter, active: true })).filter(
        (user) => user.active && user.role !== 'auditor',
      ),
    );
  }
}
