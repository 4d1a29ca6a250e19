import type { Policy } from '../../domain/policy/schema';
import { createMemory, type Memory } from '../../remember';
import type { Stores } from '../../db';

/** A new version is in force everywhere after this. */
const CURRENT_FOR_MS = 5_000;

/** Policies as the hot paths need them: the current one for a few seconds, published ones for good. */
export class PolicyCache {
  private readonly current: Memory<Policy>;
  private readonly published = new Map<number, Policy>();

  constructor(
    private readonly store: Pick<Stores['policies'], 'current' | 'get'>,
    clock: () => number,
  ) {
    this.current = createMemory({ max: 1, forMs: CURRENT_FOR_MS, clock });
  }

  inForce(): Promise<Policy> {
    return this.current.get('', () => this.store.current());
  }

  async version(version: number): Promise<Policy> {
    const known = this.published.get(version);
    if (known) return known;
    const policy = await this.store.get(version);
    if (!policy) throw new Error(`policy ${version} was never published`);
    this.published.set(version, policy);
    return policy;
  }

  forget(): void {
    this.current.forget();
  }
}
