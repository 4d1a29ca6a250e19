import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { Breaker, HOUSE_BREAKER, type BreakerRules } from './breaker';
import type { Delivery, Parcel } from './channel';
import { faultName, type Log } from '../log';

/** Milliseconds to wait after the first, second, … failed attempt; the last value repeats. */
const BACK_OFF = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];
/** Left out of the options, a message that is undelivered this long after `Parcel.failingSince` or `plannedAt` is given up at its next failure. */
const GIVE_UP_AFTER = 72 * HOUR;
/**
 * Milliseconds to wait before it is written once more that a message was taken. A few seconds in which Postgres does not
 * answer must not send it twice; together they are far shorter than the lease.
 */
const NOTE_AGAIN = [500, SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND];
/** How long a message waits that the breaker does not let out; after that it asks again. */
const HOLD = 5 * MINUTE;

export interface AttemptsOptions {
  /** Name of the channel, as log lines call it: `mail`. */
  name: string;
  /** The alert in the log when a server refuses all our messages and not just one recipient (`Delivery.ours`). */
  refusedWords: string;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Left out: `HOUSE_BREAKER`. */
  breaker?: BreakerRules;
  /** Milliseconds to wait after the first, second, … failed attempt; the last value repeats. Left out: `BACK_OFF`. */
  backOffMs?: readonly number[];
  /** Milliseconds after which a message that fails again is given up. Left out: 72 hours. */
  giveUpAfterMs?: number;
  /** Milliseconds to wait before each further try to write that a message was taken. Left out: `NOTE_AGAIN`. */
  noteAgainMs?: readonly number[];
}

/** The outbox's rules for one attempt after the other; every method writes its result through the `Parcel`. */
export interface Attempts {
  /**
   * Makes one attempt and writes down its result: sent, to be tried again later, or given up. A message is given up
   * when it is refused for good, or when an attempt fails more than 72 hours after it was planned.
   *
   * That the server has taken it is written again and again for a quarter of a minute, in case Postgres is slow or away;
   * after that it counts as ambiguous.
   *
   * While the breaker holds messages back, `write` is not called and the message comes again in five minutes.
   * @param addresses of customers, each of which the breaker limits by itself; empty for messages to staff
   * @param write renders the message, sends it once and says what became of it
   * @throws what `write` throws, and the database's error when the result cannot be written
   */
  send(parcel: Parcel, addresses: string[], write: () => Promise<Delivery>): Promise<void>;
  /**
   * Runs `work` and, if it fails, plans the message for a later try (or gives it up after 72 hours), so that one broken
   * message does not stop the others. Never rejects; when even that cannot be written, the message comes again as soon
   * as its lease ends.
   */
  guard(parcel: Parcel, work: () => Promise<void>): Promise<void>;
  /** Ends the message as undeliverable, at once. @param code why, without an address */
  giveUp(parcel: Parcel, code: string): Promise<void>;
  /**
   * The code (`smtp_535`, `CERT_HAS_EXPIRED`) with which whatever we send fails, until an administrator has put login,
   * TLS, sender or quota right. Undefined before the first such answer and once a message has been sent again.
   */
  refused(): string | undefined;
}

/** A message was taken, and that could not be written: whoever goes on must not think that it has not left. */
class TakenUnwritten extends Error {
  override name = 'TakenUnwritten';
}

/** Builds the rules: when the next attempt is made, when a message is given up, what the breaker holds back. */
export function createAttempts(options: AttemptsOptions): Attempts {
  const { name, log, clock, backOffMs = BACK_OFF, giveUpAfterMs = GIVE_UP_AFTER, noteAgainMs = NOTE_AGAIN } = options;
  const breaker = new Breaker(options.breaker ?? HOUSE_BREAKER, clock);
  let refusal: string | undefined;
  /** When the breaker last raised its alert for each reason: it does so once an hour, not for every message. */
  const alerted = new Map<'address' | 'total', number>();

  const nextTry = (attempts: number): Instant => {
    const wait = backOffMs[Math.min(Math.max(attempts, 1), backOffMs.length) - 1] ?? HOUR;
    // 10 % of jitter, so that after an outage the messages do not all come back in the same second.
    return toInstant(clock() + Math.round(wait * (0.9 + Math.random() * 0.2)));
  };

  async function giveUp(parcel: Parcel, code: string): Promise<void> {
    await parcel.giveUp(code);
    log.warn({ ...parcel.logFields, code }, `${name} cannot be delivered`);
  }

  async function later(parcel: Parcel, code: string, ambiguous = false): Promise<void> {
    if (clock() - Date.parse(parcel.failingSince ?? parcel.plannedAt) > giveUpAfterMs) return giveUp(parcel, code);
    const nextAt = nextTry(parcel.attempts);
    await (ambiguous ? parcel.ambiguous(code, nextAt) : parcel.retry(code, nextAt));
    log.info({ ...parcel.logFields, code, nextAt }, `${name} is tried again later`);
  }

  /** Writes that the server has taken the message: if that is not written, it goes out again. */
  async function noteSent(parcel: Parcel): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await parcel.sent();
        return;
      } catch (error) {
        const wait = noteAgainMs[tries];
        if (wait === undefined) throw new TakenUnwritten(faultName(error), { cause: error });
        log.warn({ ...parcel.logFields, code: faultName(error) }, `${name} was taken; that is not written yet`);
        await sleep(wait);
      }
    }
  }

  function held(parcel: Parcel, reason: 'address' | 'total'): Promise<unknown> {
    if (clock() - (alerted.get(reason) ?? -HOUR) >= HOUR) {
      alerted.set(reason, clock());
      log.error({ reason, ...parcel.logFields }, `${name} breaker: too many ${name}s, sending is held`);
    }
    return parcel.retry(`held_${reason}`, toInstant(clock() + HOLD));
  }

  /** Logs the alert once, for the first message refused this way; again only after one has been sent. */
  function refusedUs(code: string): void {
    if (refusal === undefined) log.error({ code }, options.refusedWords);
    refusal = code;
  }

  return {
    async send(parcel, addresses, write) {
      // Whoever gets few of them anyway is in no loop with an automatic responder, which is what the breaker is against.
      const reason = parcel.exemptFromBreaker ? undefined : breaker.holds(addresses);
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
          return noteSent(parcel);
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
        // Log the error's name only: its message may quote personal data.
        const code = faultName(error);
        log.warn({ ...parcel.logFields, code }, `${name} could not be finished`);
        // While Postgres is away this write fails too. Ignore that: the row's lease ends, and the message is claimed
        // again.
        await later(parcel, `fault_${code}`, error instanceof TakenUnwritten).catch(() => undefined);
      }
    },

    giveUp,
    refused: () => refusal,
  };
}
