import { buffer } from 'node:stream/consumers';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { ContentFiles } from '../../content-files';
import type { InboundMessage, Stores } from '../../db';
import { createClaiming, type Claiming } from '../claiming';
import type { InboundChannel } from './channel';
import { faultName, type Log } from '../log';
import type { Placing } from './placing';

/** For how long a claimed message is this process's own. */
const LEASE = 3 * MINUTE;
/** A message that could not be dealt with so often waits for somebody to look: whatever is wrong with it stays wrong. */
const TRIES = 3;
/** Milliseconds to wait after the first and the second failed attempt. */
const BACK_OFF = [10 * SECOND, MINUTE];
/** Why a message was put back that may have ended its process, and for how long it waits for the one before it. */
const ONE_BY_ONE = 'one_by_one';
const TURN = SECOND;
/** How long it waits while what we need ourselves is away. */
const AWAY = 15 * SECOND;

export interface InboundPumpNeeds {
  inbound: Pick<Stores['inbound'], 'claim' | 'end' | 'retry'>;
  files: Pick<ContentFiles, 'read'>;
  /** Messages of other channels, such as one that has been switched off, go on waiting. */
  channels: readonly InboundChannel[];
  place: Placing;
  /** Whether an error means that Postgres or Temporal is away. */
  isAway: (error: unknown) => boolean;
  /** Counted up while a message is taken up. */
  underway?: { messages: number };
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Messages under way at once; left out: 4. */
  concurrency?: number;
  /** Milliseconds between two looks while nothing is due; left out: 500. */
  idleMs?: number;
  /**
   * Asked before each look. While it is true, nothing is taken up, for a minute at most: whoever hands in a message waits
   * for our answer, and nobody waits for what is made of it.
   */
  busy?: (() => boolean) | undefined;
}

/** How its last attempt failed; undefined: it has not, as far as is known. */
const faultIn = ({ reason }: InboundMessage): string | undefined => (reason === ONE_BY_ONE ? undefined : reason);

/**
 * Takes up the messages that were kept: has each understood by its channel and placed. One that fails three times, or whose
 * process was killed over it three times, is put into the quarantine and stops nobody else (failures.md 3). Of those that were
 * under way when a process ended, only one is taken up at a time: else one would take the others with it.
 */
export function createInboundPump(needs: InboundPumpNeeds): Claiming {
  const { inbound, files, channels, place, isAway, underway = { messages: 0 }, log, clock } = needs;
  const { concurrency = 4, idleMs = 500, busy } = needs;

  async function rawOf({ sha256 }: InboundMessage): Promise<Buffer> {
    const content = await files.read(sha256);
    if (!content) throw new Error('the bytes of the message are not there');
    return buffer(content);
  }

  async function quarantine({ id, channel }: InboundMessage, reason: string): Promise<void> {
    await inbound.end(id, { outcome: 'quarantined', reason });
    log.error({ inbound: id, channel }, 'a message cannot be dealt with, and waits for somebody to look');
  }

  async function take(message: InboundMessage): Promise<void> {
    const { id, channel: name, attempts } = message;
    const fields = { inbound: id, channel: name };
    if (attempts > TRIES) {
      return quarantine(message, faultIn(message) ?? 'ended_the_process');
    }
    try {
      const channel = channels.find((one) => one.name === name);
      if (!channel) throw new Error('a message was claimed whose channel is not here');
      const end = await place(await channel.understand(await rawOf(message), message), message);
      await inbound.end(id, end);
      log.info({ ...fields, outcome: end.outcome, reason: end.reason, caseNo: end.caseNo }, 'a message was dealt with');
    } catch (error) {
      const code = `fault_${faultName(error)}`;
      log.warn({ ...fields, code }, 'a message could not be dealt with');
      // When this cannot be written either, the message comes again as soon as its lease ends.
      if (isAway(error)) await inbound.retry(id, code, toInstant(clock() + AWAY), true);
      else if (attempts >= TRIES) await quarantine(message, code);
      else await inbound.retry(id, code, toInstant(clock() + (BACK_OFF[attempts - 1] ?? MINUTE)));
    }
  }

  async function counted(message: InboundMessage): Promise<void> {
    underway.messages++;
    // What could not even be written down comes again when its lease ends.
    await take(message).catch(() => undefined);
    underway.messages--;
  }

  /** It was taken up before, and nobody has said what became of it. */
  const isSuspect = (message: InboundMessage): boolean => message.attempts > 1 && faultIn(message) === undefined;
  let suspect: number | undefined;
  async function inItsTurn(message: InboundMessage): Promise<void> {
    if (!isSuspect(message)) return counted(message);
    const { id } = message;
    if (suspect !== undefined) return inbound.retry(id, ONE_BY_ONE, toInstant(clock() + TURN), true);
    suspect = id;
    await counted(message);
    suspect = undefined;
  }

  const names = channels.map(({ name }) => name);
  let said = false;
  return createClaiming({
    async claim(free, add) {
      const messages = await inbound.claim(free, LEASE, names);
      said = false;
      // One that could not be put back comes again when its lease ends.
      for (const message of messages) add(inItsTurn(message).catch(() => undefined));
    },
    failed(error) {
      if (!said) log.warn({ code: faultName(error) }, 'messages that came in cannot be read now');
      said = true;
    },
    concurrency,
    idleMs,
    busy,
    clock,
  });
}
