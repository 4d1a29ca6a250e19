import type { ClaimedBatch, SealedRoom, Stores, User } from '../../db';
import { toInstant } from '../../domain/time/duration';
import { open, type OutgoingClient } from '../../outgoing';
import { quietUntil } from '../choices';
import type { Log } from '../log';
import { createAttempts } from '../outbox/attempts';
import type { Channel, Delivery, Job, Parcel } from '../outbox/channel';
import { hourly } from '../outbox/hourly';
import { createPump } from '../outbox/pump';
import { ADAPTERS } from './adapters';
import { verdictOf, type RoomMessage, type Verdict } from './adapter';
import { createTelling, type TellingStores } from './telling';
import { roomMessage, testMessage } from './words';

export interface RoomRelayOptions {
  stores: TellingStores & {
    chatRooms: Pick<
      Stores['chatRooms'],
      'claim' | 'claimTests' | 'tested' | 'sent' | 'retry' | 'giveUp' | 'switchOff' | 'old' | 'putBack' | 'tidy'
    >;
  };
  /** Reads as much of an answer as its error code takes. */
  out: OutgoingClient;
  /** `LINK_SECRET`, under which addresses and secrets are sealed. */
  secret: string;
  links: { deskCaseUrl(caseNo: string): string; deskUrl(): string };
  /** As `Duty.reachableFrom`. */
  worksFrom: (user: User, from: number) => Promise<number>;
  log: Log;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Milliseconds between two looks while nothing is due; left out: 500. */
  idleMs?: number;
  /** Milliseconds to wait after the first, second, … failed attempt; the last value repeats. */
  backOffMs?: readonly number[];
}

/** Messages under way at once, each to a room of its own: so many dead ones delay no other. */
const AT_ONCE = 24;

/** The channel of rooms on its pump: `start` it, and `stop` it before the program ends. */
export function createRoomRelay(options: RoomRelayOptions) {
  const { stores, out, secret, links, worksFrom, log, clock = Date.now, idleMs, backOffMs } = options;
  const { chatRooms } = stores;
  const attempts = createAttempts({ name: 'room news', refusedWords: 'rooms refuse us', log, clock, backOffMs });
  const { stillNews, calledBy } = createTelling({ stores, worksFrom, clock });
  const speaking = ({ language }: Pick<SealedRoom, 'language'>) => ({
    language,
    now: toInstant(clock()),
    caseUrl: (caseNo: string) => links.deskCaseUrl(caseNo),
    deskUrl: links.deskUrl(),
  });
  const tidy = hourly(clock, async () => {
    const given = await chatRooms.tidy();
    if (given > 0) log.warn({ given }, 'room news is given up: its rooms have taken nothing for three days');
  });

  /** Posts a message once. */
  async function post(room: SealedRoom, message: RoomMessage): Promise<Verdict> {
    const url = open(room.url, secret, `room/${room.id}/url`);
    const key = room.secret === undefined ? undefined : open(room.secret, secret, `room/${room.id}/secret`);
    // `LINK_SECRET` is another one since: only an admin has the address.
    if (url === undefined || (room.secret !== undefined && key === undefined))
      return { kind: 'refused', code: 'sealed' };
    const adapter = ADAPTERS[room.kind];
    const { url: address, body } = adapter.request(message, { url, secret: key }, clock());
    const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Redress-Rooms/1' };
    const outgoing = await out.call({ url: address, method: 'POST', headers, body: JSON.stringify(body) });
    return verdictOf(outgoing, adapter);
  }

  async function deliver({ room, batch, items }: ClaimedBatch, parcel: Parcel, later: Later): Promise<void> {
    const quietEnd = room.quiet.kind === 'hours' ? quietUntil(room.quiet, clock()) : clock();
    if (quietEnd > clock() && !items.some(({ urgent }) => urgent)) {
      await chatRooms.putBack(room.id, batch, toInstant(quietEnd));
      return;
    }
    const { told, old } = await stillNews(items);
    if (old.length > 0) await chatRooms.old(old);
    if (told.length === 0) {
      await chatRooms.putBack(room.id, batch);
      return;
    }
    const message = roomMessage(told, await calledBy(room, told), speaking(room));
    await attempts.send(parcel, [], async () => {
      const verdict = await post(room, message);
      if (verdict.kind === 'refused') {
        await chatRooms.switchOff(room.id, verdict.code);
        log.warn({ room: room.id, code: verdict.code }, 'a room takes nothing any more: it is switched off');
      }
      if (verdict.kind === 'later' && verdict.afterMs !== undefined) later.notBefore = clock() + verdict.afterMs;
      return deliveryOf(verdict);
    });
  }

  function jobOf(claimed: ClaimedBatch): Job {
    const { room, batch, items } = claimed;
    const later: Later = { notBefore: 0 };
    const retry = (code: string, nextAt: string): Promise<void> =>
      chatRooms.retry(room.id, code, toInstant(Math.max(Date.parse(nextAt), later.notBefore)));
    const now = toInstant(clock());
    const parcel: Parcel = {
      logFields: { room: room.id, told: items.length },
      plannedAt: now,
      // Time that it waited for its turn, or for quiet hours to end, is no fault of it.
      failingSince: room.failingSince ?? now,
      attempts: room.failures + 1,
      // A room has a breaker of its own.
      exemptFromBreaker: true,
      sent: () => chatRooms.sent(room.id, batch),
      retry,
      ambiguous: retry,
      giveUp: (code) => chatRooms.giveUp(room.id, batch, code),
    };
    return { line: `room/${room.id}`, parcel, deliver: () => deliver(claimed, parcel, later) };
  }

  /** A test goes out once, whatever becomes of it: somebody looks at the answer. */
  function testOf(room: SealedRoom): Job {
    const ended = (code: string): Promise<void> => chatRooms.tested(room.id, code);
    const parcel: Parcel = {
      logFields: { room: room.id },
      plannedAt: toInstant(clock()),
      attempts: 1,
      exemptFromBreaker: true,
      sent: () => ended('ok'),
      retry: ended,
      ambiguous: ended,
      giveUp: ended,
    };
    return {
      line: `room-test/${room.id}`,
      parcel,
      async deliver() {
        const verdict = await post(room, testMessage(speaking(room)));
        await ended(verdict.kind === 'taken' ? 'ok' : verdict.code);
      },
    };
  }

  const tests = { claim: async (limit: number): Promise<Job[]> => (await chatRooms.claimTests(limit)).map(testOf) };
  const news = {
    async claim(limit: number, leaseMs: number): Promise<Job[]> {
      await tidy();
      return (await chatRooms.claim(limit, leaseMs)).map(jobOf);
    },
  };
  const channel: Channel = { name: 'room news', sources: [tests, news], close: () => out.close() };
  return createPump({ channel, attempts, log, clock, concurrency: AT_ONCE, ...(idleMs !== undefined && { idleMs }) });
}

/** From when on a platform takes the next attempt, in milliseconds since 1970. */
interface Later {
  notBefore: number;
}

function deliveryOf(verdict: Verdict): Delivery {
  switch (verdict.kind) {
    case 'taken':
      return { kind: 'sent' };
    case 'unknown':
      return { kind: 'ambiguous', code: verdict.code };
    case 'unfit':
      return { kind: 'permanent', code: verdict.code };
    case 'later':
    // The room is off; what it was to be told waits until it is on again.
    case 'refused':
      return { kind: 'temporary', code: verdict.code };
  }
}
