import type { SealedTracker } from '../../db';
import { createRepeating, type Repeating } from '../../cases';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import { open, type OutgoingClient } from '../../outgoing';
import { faultName } from '../log';
import { hourly } from '../outbox/hourly';
import { ADAPTERS } from './adapters';
import { createApi, TrackerFault, type Api } from './api';
import { createSteps, type StepNeeds, type There } from './steps';

export interface TrackerRelayOptions extends Omit<StepNeeds, 'clock'> {
  /** Reads whole answers and `WANTED_HEADERS`. */
  out: OutgoingClient;
  /** `LINK_SECRET`, under which tokens are sealed. */
  secret: string;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Milliseconds between two looks while nothing is due; left out: a second. */
  idleMs?: number;
  /** Milliseconds between two looks at the open tickets of a tracker; left out: three minutes. */
  lookMs?: number;
  /** Milliseconds to wait after the first, second, … failed round; the last value repeats. */
  backOffMs?: readonly number[];
}

/** Trackers that are worked with at once: so many dead ones delay no other. */
const AT_ONCE = 8;
/** Longer than a round may take: it begins nothing after `ROUND`, and one ticket is a few calls of ten seconds. */
const LEASE = 5 * MINUTE;
const ROUND = MINUTE;
const LOOK = 3 * MINUTE;
/** A ticket that nothing was heard of for so long is looked at alone, in case it is gone. */
const CONFIRM = 30 * MINUTE;
const CONFIRMED_AT_ONCE = 10;
const TICKETS_AT_ONCE = 20;
const MOST_OPEN = 1_000;
const BACK_OFF = [30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];

/**
 * Keeps requests and tickets of other departments the same on both sides: `run` it, and `stop` it before the program ends. Safe
 * to run several times over: a tracker is worked with by one at a time.
 */
export function createTrackerRelay(options: TrackerRelayOptions): Repeating {
  const { stores, out, secret, log, clock = Date.now, idleMs = SECOND, lookMs = LOOK, backOffMs = BACK_OFF } = options;
  const { trackers } = stores;
  const steps = createSteps({ ...options, clock });
  const tidy = hourly(clock, () => trackers.tidy());

  function apiOf({ id, kind, url, place, token: sealed }: SealedTracker): Api {
    const token = open(sealed, secret, `tracker/${id}/token`);
    // `LINK_SECRET` is another one since: only an admin has the token.
    if (token === undefined) throw new TrackerFault('refused', 'sealed');
    return createApi({ out, url, place, token, headers: ADAPTERS[kind].headers(token), clock });
  }

  async function test(tracker: SealedTracker): Promise<void> {
    try {
      await ADAPTERS[tracker.kind].reach(apiOf(tracker));
      await trackers.tested(tracker.id, 'ok');
    } catch (error) {
      if (!(error instanceof TrackerFault)) throw error;
      await trackers.tested(tracker.id, error.code);
    }
  }

  /** Looks at all that is open: at what has changed together, at what was not heard of alone. */
  async function lookAt(there: There): Promise<string | undefined> {
    const { tracker, api, adapter } = there;
    const tickets = (await trackers.openOf(tracker.id, MOST_OPEN)).flatMap((one) => steps.known(one) ?? []);
    const { seen, cursor } = await adapter.changed(api, tickets, tracker.cursor);
    const heard = new Set<string>();
    for (const one of seen) {
      const ticket = tickets.find(({ ref }) => ref === one.ref)?.ticket;
      if (!ticket) continue;
      heard.add(ticket.id);
      await steps.mirror(there, ticket, one);
    }
    const before = toInstant(clock() - CONFIRM);
    const unheard = tickets.filter(({ ticket: { id, seenAt = '' } }) => !heard.has(id) && seenAt < before);
    for (const { ticket } of unheard.slice(0, CONFIRMED_AT_ONCE)) await steps.look(there, ticket);
    return cursor;
  }

  async function work(tracker: SealedTracker): Promise<void> {
    const began = clock();
    const there: There = { tracker, api: apiOf(tracker), adapter: ADAPTERS[tracker.kind] };
    for (const ticket of await trackers.due(tracker.id, TICKETS_AT_ONCE)) {
      if (clock() - began >= ROUND) break;
      await steps.take(there, ticket);
    }
    if (Date.parse(tracker.lookAt) > clock()) return trackers.worked(tracker.id);
    const cursor = await lookAt(there);
    return trackers.worked(tracker.id, { cursor, lookAt: toInstant(clock() + lookMs) });
  }

  /** One turn of a tracker that was claimed. Never rejects while Postgres answers. */
  async function turn(tracker: SealedTracker): Promise<void> {
    try {
      if (tracker.isTested) await test(tracker);
      const waits = tracker.waitsUntil !== undefined && Date.parse(tracker.waitsUntil) > clock();
      if (!tracker.enabled || waits) await trackers.release(tracker.id);
      else await work(tracker);
    } catch (error) {
      const code = error instanceof TrackerFault ? error.code : faultName(error);
      const usual = backOffMs[Math.min(tracker.failures, backOffMs.length - 1)] ?? 0;
      const afterMs = error instanceof TrackerFault ? error.afterMs : undefined;
      await trackers.failing(tracker.id, code, toInstant(clock() + Math.max(usual, afterMs ?? 0)));
      log.warn({ tracker: tracker.id, code }, 'a tracker could not be worked with; it is tried again later');
    }
  }

  const ended = new AbortController();
  return createRepeating({
    async round() {
      await tidy();
      const claimed = await trackers.claim(AT_ONCE, LEASE);
      await Promise.all(claimed.map(turn));
      return claimed.length > 0;
    },
    failed: (error) => log.warn({ code: faultName(error) }, 'trackers could not be looked at; again soon'),
    pauseMs: () => idleMs,
    ended,
  });
}
