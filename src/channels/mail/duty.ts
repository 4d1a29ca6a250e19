import type { User } from '../../db/records';
import { nextWorkingMoment, type Calendar } from '../../domain/time/calendar';
import { mayTake } from '../../domain/decisions/decide';
import type { LeadRecipient, Recipient } from '../../domain/process/notices';
import type { Policy } from '../../domain/policy/schema';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import type { Instant, Role } from '../../domain/basics/types';
import { createMemory, type Memory } from '../../remember';

/** Somebody is away until then; whoever stands in for them, if anybody does. */
export interface Absence {
  until: Instant;
  deputy?: string;
}

export interface Shift {
  from: Instant;
  to: Instant;
}

export interface DutyStores {
  users: {
    byId(id: string): Promise<User | undefined>;
    list(filter: { role?: Role; team?: string; active?: boolean }): Promise<User[]>;
  };
  /** Leave and dated shifts; without it everybody is there, by their calendars. */
  roster?: {
    absences(at: Instant): Promise<ReadonlyMap<string, Absence>>;
    /** Shifts that touch the span, the earliest first. */
    shifts?(span: { from: Instant; to: Instant; userId?: string }): Promise<Shift[]>;
  };
  calendars?: {
    /** The newest version. */
    get(id: string): Promise<{ calendar: Calendar } | undefined>;
  };
}

/** How long what was read of people may be used: in a burst every notice asks the same. */
const FRESH_MS = 1_000;
/** How far ahead a next shift is looked for. */
const ROSTER_MS = 31 * 86_400_000;

/** From where a notice for this role may go further up. */
const RANKS: Record<Role, readonly Role[]> = {
  colleague: ['supervisor', 'manager', 'admin'],
  agent: ['supervisor', 'manager', 'admin'],
  supervisor: ['supervisor', 'manager', 'admin'],
  manager: ['manager', 'admin'],
  admin: ['admin'],
};

/** They see every case, whatever team they lead. */
const LEADING: readonly Role[] = ['supervisor', 'manager', 'admin'];

const NOBODY: ReadonlyMap<string, Absence> = new Map();

type Fits = (user: User) => boolean;
const anybody: Fits = () => true;

/** Who is told, and from when on: leave, deputies, shifts and working hours. */
export class Duty {
  /** What was read of people in the last second. */
  private readonly known: {
    absences: Memory<ReadonlyMap<string, Absence>>;
    people: Memory<User[]>;
    shifts: Memory<Shift[]>;
    calendars: Memory<{ calendar: Calendar } | undefined>;
  };

  /** @param clock milliseconds since 1970; it decides who is away and what hour it is */
  constructor(
    private readonly stores: DutyStores,
    private readonly clock: () => number,
  ) {
    const fresh = <V>(): Memory<V> => createMemory<V>({ max: 2_000, forMs: FRESH_MS, clock });
    this.known = { absences: fresh(), people: fresh(), shifts: fresh(), calendars: fresh() };
  }

  /**
   * Who gets a notice for `to` at this moment.
   * @param policy the case's: what somebody may approve stands in it
   */
  async readers(to: Recipient, state: CaseState | undefined, policy: Policy): Promise<User[]> {
    const against = state?.against ?? [];
    switch (to.kind) {
      case 'user': {
        const user = await this.stores.users.byId(to.id);
        // Somebody who has left: whoever leads takes the duty over.
        // So does who is complained of: whoever leads in their stead.
        if (!user?.active || against.includes(user.id))
          return this.leads('supervisor', user?.team ?? state?.owner?.team, against);
        if (!(await this.absences()).has(user.id)) return [user];
        const others = await this.instead(user, against);
        return others.length > 0 ? others : [user];
      }
      case 'role':
        return this.leads(to.role, to.team, against, this.fitting(to, state, policy));
      case 'department': {
        const members = (await this.people({ team: to.department })).filter((user) => !against.includes(user.id));
        const present = await this.there(members, against);
        return present.length > 0 ? present : members;
      }
      case 'customer':
        return [];
    }
  }

  /** When a reminder may next reach this person: now, or when their shift or their working hours begin. */
  async from(user: User): Promise<number> {
    const { roster, calendars } = this.stores;
    const now = this.clock();
    const span = { from: toInstant(now), to: toInstant(now + ROSTER_MS), userId: user.id };
    const [shift] = await this.known.shifts.get(user.id, async () => (await roster?.shifts?.(span)) ?? []);
    if (shift) return Math.max(now, Date.parse(shift.from));
    const id = user.calendar;
    if (id === undefined || !calendars) return now;
    const published = await this.known.calendars.get(id, () => calendars.get(id));
    return published ? nextWorkingMoment(published.calendar, now) : now;
  }

  /** For what cannot wait, while its readers are off: whoever of their role is on duty, else of the next rank. */
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
        if (user.email !== '' && (await this.from(user)) <= this.clock()) on.push(user);
      }
      if (on.length > 0) return on;
    }
    return [];
  }

  /**
   * Staff who lead a role in a team; of the house when the team has none; else the next rank. Whom the customer complains
   * of is left out, and so is who does not fit; where a team's own do not fit, it goes up and not aside. With everybody
   * away it stays with those it was meant for.
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
        const present = (await this.there(found, against)).filter(fits);
        if (present.length > 0) return present;
        if (meant.length === 0) meant = found;
        if (impartial.length > 0 && found.length === 0) break;
      }
    }
    return meant.length > 0 || fits === anybody ? meant : this.leads(role, team, against);
  }

  /** For somebody on leave: their deputy, else the next of the same role, else whoever leads. */
  private async instead(user: User, against: readonly string[]): Promise<User[]> {
    const deputy = await this.deputyOf(user, against);
    if (deputy) return [deputy];
    const away = await this.absences();
    // An agent of another team could not even open the case.
    for (const filter of LEADING.includes(user.role) ? [{ team: user.team }, {}] : [{ team: user.team }]) {
      const others = (await this.people({ role: user.role, ...filter }))
        .filter(({ id }) => id !== user.id && !away.has(id) && !against.includes(id))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const next = others.find(({ id }) => id > user.id) ?? others[0];
      if (next) return [next];
    }
    return this.leads('supervisor', user.team, against);
  }

  /** Of several: those who are there, and the deputies of those who are not. */
  private async there(found: readonly User[], against: readonly string[]): Promise<User[]> {
    const away = await this.absences();
    const told = new Map<string, User>();
    for (const user of found) {
      const one = away.has(user.id) ? await this.deputyOf(user, against) : user;
      if (one) told.set(one.id, one);
    }
    return [...told.values()];
  }

  /** The person who stands in by name: the deputy, or the deputy's own when they are away as well. */
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

  /** Who of those who lead a notice is for: who may do what it asks for, and is not whom it is about. */
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
      (await this.stores.users.list({ ...filter, active: true })).filter((user) => user.active),
    );
  }
}
