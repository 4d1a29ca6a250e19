import { createRepeating, isRefused, type Repeating } from '../../cases';
import type { PlatformComplaint, SealedPlatform } from '../../db';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import type { OutgoingClient } from '../../outgoing';
import { faultName } from '../log';
import { hourly } from '../outbox/hourly';
import { createTokens } from '../weixin/tokens';
import { openAccount } from './account';
import { ADAPTERS } from './adapters';
import { isOfOne, isPlatformFault, PlatformFault } from './fault';
import { CaseNotReady, createSteps, type StepNeeds, type Working } from './steps';
import { createActs } from './acts';
import { createReplies } from './replies';
import { createWarnings } from './warnings';

export interface PlatformRelayOptions extends Omit<StepNeeds, 'clock'> {
  /** Reads whole answers and `PLATFORM_HEADERS`. */
  out: OutgoingClient;
  /** `LINK_SECRET`, under which keys are sealed. */
  secret: string;
  stores: Parameters<typeof createReplies>[0]['stores'];
  picturesOf: Parameters<typeof createActs>[0]['picturesOf'];
  isAway: (error: unknown) => boolean;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Milliseconds between two looks while nothing is due; left out: a second. */
  idleMs?: number;
  /** Milliseconds between two readings of a list; left out: five minutes. */
  lookMs?: number;
  /** Milliseconds to wait after the first, second, … failed round; the last value repeats. */
  backOffMs?: readonly number[];
}

/** Accounts that are worked with at once: so many dead ones delay no other. */
const AT_ONCE = 4;
/** Longer than a round may take: it begins nothing after `ROUND`, and one complaint is a few calls of ten seconds. */
const LEASE = 10 * MINUTE;
const ROUND = MINUTE;
const LOOK = 5 * MINUTE;
const COMPLAINTS_AT_ONCE = 20;
const BACK_OFF = [30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];
/** Tries of a complaint that cannot become a case, before somebody has to look. */
const TRIES = 5;
/** Days are those of the platform: China has one time. */
const BEIJING = 8 * HOUR;

const dayOf = (ms: number): string => new Date(ms + BEIJING).toISOString().slice(0, 10);

/**
 * Reads what customers complain of at platforms, and keeps it the same on both sides: `run` it, and `stop` it before the program
 * ends. Safe to run several times over: an account is worked with by one at a time.
 */
export function createPlatformRelay(options: PlatformRelayOptions): Repeating {
  const { platforms, cases, out, secret, isAway, log, clock = Date.now, idleMs = SECOND } = options;
  const { lookMs = LOOK, backOffMs = BACK_OFF } = options;
  const steps = createSteps({ ...options, clock });
  const replies = createReplies({ platforms, cases, stores: options.stores, log, clock });
  const acts = createActs({ platforms, cases, picturesOf: options.picturesOf, log, clock });
  const tokens = createTokens(clock);
  const warnings = createWarnings({ platforms, cases, log, clock });
  const tidy = hourly(clock, () => platforms.tidy());
  const inMs = (ms: number) => toInstant(clock() + ms);

  const working = (row: SealedPlatform): Working => ({
    row,
    there: { account: openAccount(row, secret), out, tokens, clock },
    adapter: ADAPTERS[row.kind],
  });

  async function test(row: SealedPlatform): Promise<void> {
    try {
      const { adapter, there } = working(row);
      await adapter.reach(there);
      await platforms.tested(row.id, 'ok');
    } catch (error) {
      if (!isPlatformFault(error)) throw error;
      await platforms.tested(row.id, error.code);
    }
  }

  /**
   * Reads the list from the day before the last reading on, so that a notice that was lost loses nothing. The first reading goes back
   * as far as one list does, and leaves out what is finished.
   * @returns the day up to which it was read; undefined: it has none
   */
  async function readList({ row, there, adapter: { lists } }: Working): Promise<string | undefined> {
    if (!lists) return undefined;
    const today = dayOf(clock());
    const first = daysAfter(today, 1 - lists.spanDays);
    const start = row.readTo === undefined ? first : daysAfter(row.readTo, -1);
    for (let from = start; from <= today; from = daysAfter(from, lists.spanDays)) {
      const end = daysAfter(from, lists.spanDays - 1);
      for await (const page of lists.read(there, { from, to: end < today ? end : today })) {
        const wanted = row.readTo === undefined ? page.filter(({ isFinished }) => !isFinished) : page;
        await platforms.found(
          row.id,
          wanted.map(({ complaintId, listed }) => ({ complaintId, listed })),
        );
      }
    }
    return today;
  }

  /** Looks at one. What is the matter with it alone keeps no other one waiting. @throws PlatformFault, or that Postgres is away */
  async function lookAt(at: Working, complaint: PlatformComplaint): Promise<void> {
    const { id, attempts } = complaint;
    try {
      await steps.look(at, complaint);
    } catch (error) {
      if (isOfOne(error)) return platforms.later(id, inMs(LOOK), error.code, attempts);
      if (isPlatformFault(error, 'later', 'refused')) throw error;
      if (error instanceof CaseNotReady) return platforms.later(id, inMs(error.afterMs), error.code, attempts);
      if (isAway(error)) return platforms.later(id, inMs(30 * SECOND), 'case_away', attempts);
      const code = isPlatformFault(error) ? error.code : isRefused(error) ? error.code : `fault_${faultName(error)}`;
      log.warn({ complaint: id, code }, 'a complaint of a platform cannot be dealt with');
      if (attempts + 1 >= TRIES) await platforms.stuck(id, code);
      else await platforms.later(id, inMs(backOffMs[attempts] ?? HOUR), code, attempts + 1);
    }
  }

  /** Sends something of one complaint. What is its matter alone keeps nothing else waiting: it comes again by itself. */
  async function alone(sending: () => Promise<void>): Promise<void> {
    try {
      await sending();
    } catch (error) {
      if (!isOfOne(error)) throw error;
      log.warn({ code: error.code }, 'a platform does not take something just now; it is looked for, and sent again');
    }
  }

  async function work(row: SealedPlatform): Promise<void> {
    const began = clock();
    const at = working(row);
    for (const { reply, complaint } of await platforms.repliesDue(row.id, COMPLAINTS_AT_ONCE)) {
      await alone(() => replies.send(at, complaint, reply));
      await platforms.lookNow(complaint.id);
    }
    for (const { act, complaint } of await platforms.actsDue(row.id, COMPLAINTS_AT_ONCE)) {
      await alone(() => acts.pass(at, complaint, act));
    }
    const isDue = Date.parse(row.lookAt) <= clock();
    const readTo = isDue ? await readList(at) : undefined;
    for (const complaint of await platforms.due(row.id, COMPLAINTS_AT_ONCE)) {
      if (clock() - began >= ROUND) break;
      await lookAt(at, complaint);
    }
    await platforms.worked(row.id, isDue ? { readTo, lookAt: inMs(lookMs) } : undefined);
  }

  /** One turn of an account that was claimed. Never rejects while Postgres answers. */
  async function turn(row: SealedPlatform): Promise<void> {
    try {
      if (row.isTested) await test(row);
      const waits = row.waitsUntil !== undefined && Date.parse(row.waitsUntil) > clock();
      if (!row.enabled || waits) await platforms.release(row.id);
      else await work(row);
    } catch (error) {
      const code = isPlatformFault(error) ? error.code : faultName(error);
      const usual = backOffMs[Math.min(row.failures, backOffMs.length - 1)] ?? 0;
      const afterMs = error instanceof PlatformFault ? error.more.afterMs : undefined;
      await platforms.failing(row.id, code, inMs(Math.max(usual, afterMs ?? 0)));
      log.warn({ platform: row.id, code }, 'a platform could not be worked with; it is tried again later');
    }
  }

  const ended = new AbortController();
  return createRepeating({
    async round() {
      await tidy();
      await warnings.tell();
      const claimed = await platforms.claim(AT_ONCE, LEASE);
      await Promise.all(claimed.map(turn));
      return claimed.length > 0;
    },
    failed: (error) => log.warn({ code: faultName(error) }, 'platforms cannot be worked with now'),
    pauseMs: () => idleMs,
    ended,
  });
}
