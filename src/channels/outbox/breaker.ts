import { HOUR } from '../../domain/basics/milliseconds';

/** How many messages one process may send within an hour. */
export interface BreakerRules {
  /** Messages an hour to one customer address. */
  perAddress: number;
  /** The total of an hour may be this many times the usual total. */
  timesUsual: number;
  /** Totals below this number are always allowed: a new installation has no usual total yet. */
  floor: number;
}
/** The rules where nothing else is configured. */
export const HOUSE_BREAKER: BreakerRules = { perAddress: 20, timesUsual: 5, floor: 5_000 };

/**
 * Stops a loop between our mails and an automatic responder before it has sent thousands of messages. Messages over a
 * limit are delayed, never dropped. Counts the past 60 minutes of this process alone; a restart begins anew.
 */
export class Breaker {
  private readonly sent: { at: number; addresses: readonly string[] }[] = [];
  private readonly perAddress = new Map<string, number>();
  /**
   * Moving average of the totals of full hours (the newest hour weighs 5 %); undefined until the first hour is over.
   */
  private usual: number | undefined;
  private hourBegan: number;
  private inHour = 0;

  constructor(
    private readonly rules: BreakerRules,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {
    this.hourBegan = now();
  }

  /**
   * Which limit forbids sending now: `address`, one of these has had its share; `total`, so has everybody. Undefined:
   * none. Staff addresses are not passed in: they count in the total alone.
   */
  holds(customerAddresses: readonly string[]): 'address' | 'total' | undefined {
    this.forget();
    if (this.sent.length >= Math.max(this.rules.floor, (this.usual ?? 0) * this.rules.timesUsual)) return 'total';
    return customerAddresses.some((address) => (this.perAddress.get(key(address)) ?? 0) >= this.rules.perAddress)
      ? 'address'
      : undefined;
  }

  /** Counts one message that was sent, or may have been. */
  count(customerAddresses: readonly string[]): void {
    this.forget();
    const addresses = customerAddresses.map(key);
    this.sent.push({ at: this.now(), addresses });
    this.inHour++;
    for (const address of addresses) this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1);
  }

  /** Drops what was sent over an hour ago from the counts, and takes the hours that have ended into the average. */
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
