import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { Breaker, HOUSE_BREAKER, type BreakerRules } from './breaker';
import type { Delivery, Log, Parcel } from './channel';

const BACK_OFF = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];
const GIVE_UP_AFTER = 72 * HOUR;
const HOLD = 5 * MINUTE;

export interface AttemptsOptions {
  /** Of the channel, for the log. */
  name: string;
  /** What the log says when the house is refused, and no message for its own sake. */
  refusedWords: string;
  log: Log;
  clock: () => number;
  breaker?: BreakerRules;
  /** Waiting times after the first, second, … failed attempt; the last one repeats. */
  backOffMs?: readonly number[];
}

export interface Attempts {
  /**
   * One attempt. What came of it is written down: sent, again later, or given up after 72 hours.
   * @param addresses of people outside, which the breaker counts one by one
   * @param write writes the message and sends it
   */
  send(parcel: Parcel, addresses: string[], write: () => Promise<Delivery>): Promise<void>;
  /** Does the work for one message; its fault is its own: it comes again later, and the others go on. Never rejects. */
  guard(parcel: Parcel, work: () => Promise<void>): Promise<void>;
  giveUp(parcel: Parcel, code: string): Promise<void>;
  /** The answer for which every message waits until the house has put something right: a sender, a quota. */
  refused(): string | undefined;
}

/** How often a message is tried, when the next time is, and when it is over. */
export function createAttempts(options: AttemptsOptions): Attempts {
  const { name, log, clock, backOffMs = BACK_OFF } = options;
  const breaker = new Breaker(options.breaker ?? HOUSE_BREAKER, clock);
  let refusal: string | undefined;
  /** When the alert was given: once an hour and not for every message. */
  const alerted = new Map<'address' | 'total', number>();

  const nextTry = (attempts: number): Instant => {
    const wait = backOffMs[Math.min(Math.max(attempts, 1), backOffMs.length) - 1] ?? HOUR;
    // A tenth more or less: after an outage they should not all come back in the same second.
    return toInstant(clock() + Math.round(wait * (0.9 + Math.random() * 0.2)));
  };

  async function giveUp(parcel: Parcel, code: string): Promise<void> {
    await parcel.giveUp(code);
    log.warn({ ...parcel.what, code }, `${name} cannot be delivered`);
  }

  async function later(parcel: Parcel, code: string, ambiguous = false): Promise<void> {
    if (clock() - Date.parse(parcel.plannedAt) > GIVE_UP_AFTER) return giveUp(parcel, code);
    const nextAt = nextTry(parcel.attempts);
    await (ambiguous ? parcel.ambiguous(code, nextAt) : parcel.retry(code, nextAt));
    log.info({ ...parcel.what, code, nextAt }, `${name} is tried again later`);
  }

  function held(parcel: Parcel, reason: 'address' | 'total'): Promise<unknown> {
    if (clock() - (alerted.get(reason) ?? -HOUR) >= HOUR) {
      alerted.set(reason, clock());
      log.error({ reason, ...parcel.what }, `${name} breaker: too many ${name}s, sending is held`);
    }
    return parcel.retry(`held_${reason}`, toInstant(clock() + HOLD));
  }

  /** One alert, however many messages meet it, until one goes out again. */
  function refusedUs(code: string): void {
    if (refusal === undefined) log.error({ code }, options.refusedWords);
    refusal = code;
  }

  return {
    async send(parcel, addresses, write) {
      // The breaker is against loops with machines outside.
      const reason = parcel.limited ? undefined : breaker.holds(addresses);
      if (reason) {
        await held(parcel, reason);
        return;
      }
      const delivery = await write();
      if (delivery.kind === 'sent' || delivery.kind === 'ambiguous') breaker.count(addresses);
      switch (delivery.kind) {
        case 'sent':
          if (refusal !== undefined) log.info({ refusal }, `the ${name} server takes our ${name}s again`);
          refusal = undefined;
          await parcel.sent();
          return;
        case 'permanent':
          return giveUp(parcel, delivery.code);
        case 'temporary':
          if (delivery.ours) refusedUs(delivery.code);
          return later(parcel, delivery.code);
        case 'ambiguous':
          return later(parcel, delivery.code, true);
      }
    },

    async guard(parcel, work) {
      try {
        await work();
      } catch (error) {
        // The name only: a message may quote what it was about.
        const code = error instanceof Error ? error.name : 'Error';
        log.warn({ ...parcel.what, code }, `${name} could not be prepared`);
        // With Postgres away this fails too; the lease then ends by itself.
        await later(parcel, `fault_${code}`).catch(() => undefined);
      }
    },

    giveUp,
    refused: () => refusal,
  };
}
