import type { User } from '../../db/records';
import { nameWords } from '../../domain/basics/words';
import type { Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import { createMemory, type Memory } from '../../remember';
import { sha256 } from './links';
import type { Stores } from '../../db';

/** How long a revoked token or a changed role may live on. */
const TOKEN_FOR_MS = 2_000;
const NAME_FOR_MS = 30_000;
const KEPT = 10_000;

const BEARER = /^[A-Za-z0-9_\-.~+/=]{16,200}$/;

export type Colleague = Pick<User, 'id' | 'name' | 'role' | 'team' | 'active'>;

/** Who our staff are: tokens to people, ids to names. */
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

  /** The active person whom a bearer token belongs to. */
  async authenticate(token: string): Promise<User | undefined> {
    if (!BEARER.test(token)) return undefined;
    const hash = sha256(token);
    const user = await this.byToken.get(hash, () => this.store.byTokenHash(hash));
    return user?.active ? user : undefined;
  }

  /** As they stand in the table now: a decision is not taken on what was cached. */
  find(id: string): Promise<User | undefined> {
    return this.store.byId(id);
  }

  /** For showing: the name, or the bare id of somebody who is not there any more. */
  async name(id: string): Promise<string> {
    return (await this.words(id)).zh;
  }

  /** For showing to whoever reads the language; the bare id of somebody who is not there any more. */
  async words(id: string): Promise<Words> {
    const user = await this.people.get(id, () => this.store.byId(id));
    return user ? nameWords(user) : { zh: id, en: id };
  }

  async self({ id }: Staff): Promise<{ id: string; name: string }> {
    return { id, name: await this.name(id) };
  }

  async names(ids: Iterable<string>): Promise<Map<string, string>> {
    const unique = [...new Set(ids)];
    const names = await Promise.all(unique.map((id) => this.name(id)));
    return new Map(unique.map((id, index) => [id, names[index] ?? id]));
  }
}

export const actorOf = (user: User): Staff => ({ kind: 'staff', id: user.id, role: user.role, team: user.team });
