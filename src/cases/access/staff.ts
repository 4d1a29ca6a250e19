import type { User } from '../../db/records';
import { nameWords } from '../../domain/basics/words';
import type { Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { createMemory, type Memory } from '../../remember';
import { sha256 } from './links';
import type { Stores } from '../../db';

/** How long a person is remembered by their token; so much longer a revoked token or an old role counts. */
const TOKEN_FOR_MS = 2_000;
const NAME_FOR_MS = 30_000;
/** Entries in each memory. */
const KEPT = 10_000;

/** What can be a bearer token at all; nothing else is looked up. */
const BEARER = /^[A-Za-z0-9_\-.~+/=]{16,200}$/;

/** A member of staff, as far as others need to know them. */
export type Colleague = Pick<User, 'id' | 'name' | 'role' | 'team' | 'active'>;

/** Looks up staff: people by their tokens, names by their ids. */
export class StaffDirectory {
  private readonly byToken: Memory<User | undefined>;
  private readonly people: Memory<User | undefined>;

  constructor(
    private readonly store: Pick<Stores['users'], 'byId' | 'byTokenHash'>,
    clock: () => number,
  ) {
    this.byToken = createMemory({ max: KEPT, forMs: TOKEN_FOR_MS, clock });
    this.people = createMemory({ max: KEPT, forMs: NAME_FOR_MS, clock });
  }

  /** The active person to whom a bearer token belongs, up to two seconds old; undefined for any other token. */
  async authenticate(token: string): Promise<User | undefined> {
    if (!BEARER.test(token)) return undefined;
    const hash = sha256(token);
    const user = await this.byToken.get(hash, () => this.store.byTokenHash(hash));
    return user?.active ? user : undefined;
  }

  /** The person as they stand in the table now, active or not. Not cached, because decisions depend on it. */
  find(id: string): Promise<User | undefined> {
    return this.store.byId(id);
  }

  /** A person's name to be shown, up to 30 seconds old; the bare id if there is no such person. */
  async name(id: string): Promise<string> {
    return (await this.words(id)).zh;
  }

  /** The same in both languages. */
  async words(id: string): Promise<Words> {
    const user = await this.people.get(id, () => this.store.byId(id));
    return user ? nameWords(user) : { zh: id, en: id };
  }

  /** The id and name of whoever asks. */
  async self({ id }: Staff): Promise<{ id: string; name: string }> {
    return { id, name: await this.name(id) };
  }

  /** Names to be shown, by id; each id that was asked for has one. */
  async names(ids: Iterable<string>): Promise<Map<string, string>> {
    const unique = [...new Set(ids)];
    const names = await Promise.all(unique.map((id) => this.name(id)));
    return new Map(unique.map((id, index) => [id, names[index] ?? id]));
  }

  /** The same in both languages. */
  async namesInBoth(ids: Iterable<string>): Promise<Map<string, Words>> {
    const unique = [...new Set(ids)];
    return new Map(await Promise.all(unique.map(async (id) => [id, await this.words(id)] as const)));
  }
}

/** A user as they act in a case. */
export const actorOf = (user: User): Staff => ({ kind: 'staff', id: user.id, role: user.role, team: user.team });
