import { createHash, randomBytes } from 'node:crypto';
import type { Session, Stores, User } from '../../db';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { createMemory, type Memory } from '../../remember';
import { sha256, TOKEN } from './links';

/** A session that is not used for a working day is over; one that is used lasts a week. */
const IDLE_MS = 8 * HOUR;
const LIFE_MS = 7 * DAY;
/** How long the code of the second factor is waited for. */
const CODE_MS = 5 * MINUTE;
/** How often the use of a session is written down. */
const TOUCH_MS = MINUTE;
/** How long a session is remembered; so much longer one that was ended by another server counts. */
const REMEMBER_MS = 2 * SECOND;
const REMEMBERED = 10_000;
const USER_AGENT_LENGTH = 160;

/** From where somebody signs in; kept for their list of sessions. */
export interface Sender {
  /** An IPv4 address or the network of an IPv6 one, as `addressKey` (src/http/middleware/limits.ts) gives it. */
  address: string;
  /** As the browser names itself; kept in part. */
  userAgent?: string;
  /** The mark of the browser (`deviceMark`), where somebody has allowed pushes in it. */
  device?: string;
}

/** Somebody who has just signed in. */
export interface SignedIn {
  is: 'signedIn';
  /** For the browser to keep, and nobody else: whoever has it is signed in. */
  sessionId: string;
  /** When the session is over, however much it is used. */
  endsAt: Instant;
  user: User;
}

/** A session that is in force. */
export interface CurrentSession {
  user: User;
  /** Names the session in `OwnAccount`, and is no secret. */
  key: string;
  /** When they signed in. */
  since: Instant;
  /** The session's token for forms. Only pages of this session can know it. */
  formToken: string;
}

/** One of somebody's sessions, as they see it. */
export interface ListedSession {
  key: string;
  since: Instant;
  lastSeenAt: Instant;
  address: string;
  /** As the browser names itself; empty when it does not. */
  userAgent: string;
}

const newId = (): string => randomBytes(32).toString('base64url');

/** What a browser says of itself, as it is kept: in one line, without what cannot be shown. */
export const browserName = (userAgent = ''): string =>
  userAgent
    .slice(0, USER_AGENT_LENGTH)
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim();

/** Sessions of staff in browsers, by a random id of 256 bits of which only the hash is stored. */
export class Sessions {
  private readonly remembered: Memory<{ session: Session; user: User } | undefined>;

  constructor(
    private readonly stores: Pick<Stores, 'sessions' | 'users'>,
    private readonly clock: () => number,
  ) {
    this.remembered = createMemory({ max: REMEMBERED, forMs: REMEMBER_MS, clock });
  }

  /** Begins a session. Its id is new, so an id that somebody planted in the browser before is worth nothing. */
  async begin(user: User, from: Sender): Promise<SignedIn> {
    const { id, endsAt } = await this.add(user.id, from, { awaitsCode: false, idleMs: IDLE_MS, lifeMs: LIFE_MS });
    return { is: 'signedIn', sessionId: id, endsAt, user };
  }

  /** Notes that a password was right and a code is still to come. @returns the id under which it may come */
  async await(userId: string, from: Sender): Promise<string> {
    const { id } = await this.add(userId, from, { awaitsCode: true, idleMs: CODE_MS, lifeMs: CODE_MS });
    return id;
  }

  private async add(
    userId: string,
    { address, userAgent, device }: Sender,
    { awaitsCode, idleMs, lifeMs }: { awaitsCode: boolean; idleMs: number; lifeMs: number },
  ): Promise<{ id: string; endsAt: Instant }> {
    const id = newId();
    const now = this.clock();
    const at = toInstant(now);
    const endsAt = toInstant(now + lifeMs);
    const session = {
      idHash: sha256(id),
      userId,
      awaitsCode,
      createdAt: at,
      lastSeenAt: at,
      idleUntil: toInstant(now + idleMs),
      endsAt,
      address,
      userAgent: browserName(userAgent),
    };
    await this.stores.sessions.add(session, device);
    return { id, endsAt };
  }

  /**
   * The session of this id; undefined when there is none, it is over, or its owner has left.
   * @param isFresh as it stands now; left out: what is told may be two seconds old
   */
  async current(id: string, isFresh = false): Promise<CurrentSession | undefined> {
    if (!TOKEN.test(id)) return undefined;
    const key = sha256(id);
    const found = await (isFresh ? this.load(key) : this.remembered.get(key, () => this.load(key)));
    if (!found || found.session.awaitsCode || !this.isOpen(found.session)) return undefined;
    const formToken = createHash('sha256').update(`form/${id}`).digest('base64url');
    return { user: found.user, key, since: found.session.createdAt, formToken };
  }

  /** Whose code is awaited under this id; undefined when none is any more. */
  async awaited(id: string): Promise<User | undefined> {
    const found = TOKEN.test(id) ? await this.load(sha256(id)) : undefined;
    return found?.session.awaitsCode ? found.user : undefined;
  }

  /** Ends the session of this id, or what awaits a code under it. */
  async end(id: string): Promise<boolean> {
    return TOKEN.test(id) && this.ended(this.stores.sessions.end(sha256(id)));
  }

  /** Ends one of somebody's sessions. @returns whether it was theirs and there */
  endOne(userId: string, key: string): Promise<boolean> {
    return this.ended(this.stores.sessions.end(key, userId));
  }

  /** Ends all of somebody's sessions. @param but the key of the one that goes on @returns how many were ended */
  endAll(userId: string, but?: string): Promise<number> {
    return this.ended(this.stores.sessions.endAll(userId, but));
  }

  /** Somebody's sessions, the earliest first. */
  async list(userId: string): Promise<ListedSession[]> {
    const sessions = await this.stores.sessions.list(userId, toInstant(this.clock()));
    return sessions.map(({ idHash: key, createdAt: since, lastSeenAt, address, userAgent }) => ({
      key,
      since,
      lastSeenAt,
      address,
      userAgent,
    }));
  }

  /** To be called after sessions were ended elsewhere: what is remembered of them counts no more. */
  forget(): void {
    this.remembered.forget();
  }

  private async ended<T>(ending: Promise<T>): Promise<T> {
    const answer = await ending;
    this.forget();
    return answer;
  }

  private isOpen({ idleUntil, endsAt }: Session): boolean {
    const at = toInstant(this.clock());
    return at < idleUntil && at < endsAt;
  }

  private async load(key: string): Promise<{ session: Session; user: User } | undefined> {
    const now = this.clock();
    const session = await this.stores.sessions.get(key, toInstant(now));
    if (!session) return undefined;
    const user = await this.stores.users.byId(session.userId);
    if (!user?.active) return undefined;
    if (session.awaitsCode || now - Date.parse(session.lastSeenAt) < TOUCH_MS) return { session, user };
    const used = { lastSeenAt: toInstant(now), idleUntil: toInstant(now + IDLE_MS) };
    await this.stores.sessions.touch(key, used.lastSeenAt, used.idleUntil);
    return { session: { ...session, ...used }, user };
  }
}
