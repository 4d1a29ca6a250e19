import type { Policy } from '../domain/policy';
import type { Stores } from './stores';

/** A new version is in force everywhere after this. */
const CURRENT_FOR_MS = 5_000;

/** Policies as the hot paths need them: the current one for a few seconds, published ones for good. */
export class PolicyCache {
  private current: { policy: Promise<Policy>; until: number } | undefined;
  private readonly published = new Map<number, Policy>();

  constructor(
    private readonly store: Pick<Stores['policies'], 'current' | 'get'>,
    private readonly clock: () => number,
  ) {}

  inForce(): Promise<Policy> {
    const now = this.clock();
    if (!this.current || this.current.until <= now) {
      const policy = this.store.current();
      this.current = { policy, until: now + CURRENT_FOR_MS };
      // A failed look-up is not remembered.
      policy.catch(() => (this.current = undefined));
    }
    return this.current.policy;
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
    this.current = undefined;
  }
}
