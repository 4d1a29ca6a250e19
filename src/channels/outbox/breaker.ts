import { HOUR } from '../../domain/basics/milliseconds';

export interface BreakerRules {
  /** Messages an hour to one customer address. */
  perAddress: number;
  /** Times the usual hourly total. */
  timesUsual: number;
  /** Totals below this never count as too many: a young house has no usual total yet. */
  floor: number;
}
export const HOUSE_BREAKER: BreakerRules = { perAddress: 20, timesUsual: 5, floor: 5_000 };

/**
 * Stops a loop between machines before it has sent thousands of messages. Whoever is over a limit waits; nothing is dropped.
 * Counts what this process has sent in the past hour.
 */
export class Breaker {
  private readonly sent: { at: number; addresses: readonly string[] }[] = [];
  private readonly perAddress = new Map<string, number>();
  /** The mean of full hours, older hours counting less and less. */
  private usual: number | undefined;
  private hourBegan: number;
  private inHour = 0;

  constructor(
    private readonly rules: BreakerRules,
    private readonly now: () => number,
  ) {
    this.hourBegan = now();
  }

  /** Why these addresses have to wait, if they have to. Staff addresses are not limited one by one. */
  holds(customerAddresses: readonly string[]): 'address' | 'total' | undefined {
    this.forget();
    if (this.sent.length >= Math.max(this.rules.floor, (this.usual ?? 0) * this.rules.timesUsual)) return 'total';
    return customerAddresses.some((address) => (this.perAddress.get(key(address)) ?? 0) >= this.rules.perAddress)
      ? 'address'
      : undefined;
  }

  count(customerAddresses: readonly string[]): void {
    this.forget();
    const addresses = customerAddresses.map(key);
    this.sent.push({ at: this.now(), addresses });
    this.inHour++;
    for (const address of addresses) this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1);
  }

  private forget(): void {
    const now = this.now();
    while (now - this.hourBegan >= HOUR) {
      this.usual = this.usual === undefined ? this.inHour : this.usual * 0.95 + this.inHour * 0.05;
      this.inHour = 0;
      this.hourBegan += HOUR;
    }
    let old = 0;
    for (; old < this.sent.length && now - (this.sent[old]?.at ?? now) >= HOUR; old++) {
      for (const address of this.sent[old]?.addresses ?? []) {
        const left = (this.perAddress.get(address) ?? 1) - 1;
        if (left > 0) this.perAddress.set(address, left);
        else this.perAddress.delete(address);
      }
    }
    this.sent.splice(0, old);
  }
}

const key = (address: string): string => address.toLowerCase();
