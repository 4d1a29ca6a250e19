import type { Policy } from '../../domain/policy/schema';
import { createMemory, type Memory } from '../../remember';
import type { Stores } from '../../db';

/** How long the version in force is remembered: so much later than elsewhere a new one may count in this process. */
const CURRENT_FOR_MS = 5_000;

/**
 * Policies kept in memory for what is asked often: the version in force for five seconds, and published versions, which
 * never change, for good.
 */
export class PolicyCache {
  private readonly current: Memory<Policy>;
  private readonly published = new Map<number, Policy>();

  constructor(
    private readonly store: Pick<Stores['policies'], 'current' | 'get'>,
    clock: () => number,
  ) {
    this.current = createMemory({ max: 1, forMs: CURRENT_FOR_MS, clock });
  }

  /** The newest published version, up to five seconds old: new cases are opened under it. */
  inForce(): Promise<Policy> {
    return this.current.get('', () => this.store.current());
  }

  /** A published version. @throws Error if it was never published, which is a bug or a broken database */
  async version(version: number): Promise<Policy> {
    const known = this.published.get(version);
    if (known) return known;
    const policy = await this.store.get(version);
    if (!policy) throw new Error(`policy ${version} was never published`);
    this.published.set(version, policy);
    return policy;
  }

  /** To be called after publishing: the version in force is read anew in this process. */
  forget(): void {
    this.current.forget();
  }
}
