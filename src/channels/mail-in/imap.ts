import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow, type MailboxObject } from 'imapflow';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { Log } from '../inbound/channel';
import type { Receive } from '../inbound/receive';

/** A mailbox is looked at this often even if its server says nothing: a dead connection is found by that (failures.md 8). */
const LOOK = MINUTE;
/** Milliseconds of silence in the middle of a command after which the connection is given up. */
const SILENCE = 20 * SECOND;
/** Milliseconds to wait after the first, second, … connection that failed in a row; the last value repeats. */
const BACK_OFF = [SECOND, 5 * SECOND, 30 * SECOND];
/** How long another process that reads the mailbox is left alone. */
const LEFT_ALONE = 10 * SECOND;

export interface ImapNeeds {
  /** `imaps://user:password@host`, or `imap://…:143`; its path names the mailbox, left out: INBOX. */
  url: string;
  receive: Receive;
  places: Pick<Stores['inboundPlaces'], 'underLock' | 'of' | 'keep'>;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** For tests; left out: `LOOK`. */
  lookMs?: number;
}

export interface ImapMailbox {
  start(): void;
  stop(): Promise<void>;
  /** When the mailbox was last found to have nothing more, in milliseconds since 1970; undefined: not yet. */
  lookedAt(): number | undefined;
}

/**
 * Takes the mails of a mailbox as they come, by IMAP. It changes nothing there: which mails have been taken stands in our
 * own table, so that whoever opens the mailbox, or marks mails as read, takes none away from us. One process reads it at a
 * time; when that ends, another goes on.
 */
export function createImapMailbox(needs: ImapNeeds): ImapMailbox {
  const { url, receive, places, log, clock, lookMs = LOOK } = needs;
  const at = new URL(url);
  const path = decodeURIComponent(at.pathname.slice(1)) || 'INBOX';
  const source = `imap:${decodeURIComponent(at.username)}@${at.hostname}/${path}`;
  const ended = new AbortController();
  let running: Promise<void> | undefined;
  let lookedAt: number | undefined;

  /** Keeps what is new in the mailbox, the oldest first. */
  async function takeNew(client: ImapFlow, box: MailboxObject): Promise<void> {
    const validity = String(box.uidValidity);
    const place = await places.of(source);
    if (!place) {
      // What lies there already was written to somebody else.
      await places.keep({ source, validity, lastUid: box.uidNext - 1, since: toInstant(clock()) });
      return;
    }
    const isSame = place.validity === validity;
    const from = isSame ? place.lastUid + 1 : 1;
    // All numbers are new: what was there before us is known by its time alone, which servers tell in whole seconds.
    const since = isSame ? 0 : Math.floor(Date.parse(place.since) / SECOND) * SECOND;
    const found = (await client.search({ uid: `${from}:*`, deleted: false }, { uid: true })) || [];
    for (const uid of found.filter((one) => one >= from).toSorted((a, b) => a - b)) {
      if (ended.signal.aborted) return;
      await take(client, { uid, validity, since });
      await places.keep({ ...place, validity, lastUid: uid });
    }
    lookedAt = clock();
  }

  async function take(
    client: ImapFlow,
    { uid, validity, since }: { uid: number; validity: string; since: number },
  ): Promise<void> {
    const message = await client.fetchOne(`${uid}`, { internalDate: true }, { uid: true });
    // Somebody has deleted it meanwhile.
    if (!message) return;
    const arrived = new Date(message.internalDate ?? clock()).getTime();
    if (arrived < since) return;
    const { content } = await client.download(`${uid}`, undefined, { uid: true });
    if (!content) return;
    const sourceKey = `${validity}:${uid}`;
    await receive({ channel: 'mail', source, sourceKey, envelope: {}, arrivedAt: toInstant(arrived) }, content);
  }

  async function session(): Promise<void> {
    const client = new ImapFlow({
      host: at.hostname,
      port: at.port === '' ? (at.protocol === 'imaps:' ? 993 : 143) : Number(at.port),
      secure: at.protocol === 'imaps:',
      auth: { user: decodeURIComponent(at.username), pass: decodeURIComponent(at.password) },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: SILENCE,
      greetingTimeout: SILENCE,
      socketTimeout: lookMs + SILENCE,
    });
    // What is under way is rejected as well; without a listener the process would end (failures.md 9).
    client.on('error', () => undefined);
    let tell = (): void => undefined;
    client.on('exists', () => tell());
    await client.connect();
    try {
      const box = await client.mailboxOpen(path, { readOnly: true });
      while (!ended.signal.aborted && client.usable) {
        const news = new Promise<void>((resolve) => (tell = resolve));
        await takeNew(client, box);
        if (ended.signal.aborted) return;
        const idling = client.idle().catch(() => undefined);
        await Promise.race([news, idling, sleep(lookMs, undefined, { signal: ended.signal }).catch(() => undefined)]);
      }
    } finally {
      client.close();
    }
  }

  async function run(): Promise<void> {
    for (let faults = 0; !ended.signal.aborted;) {
      let wait = LEFT_ALONE;
      try {
        await places.underLock(source, session);
        faults = 0;
      } catch (error) {
        wait = BACK_OFF[Math.min(faults++, BACK_OFF.length - 1)] ?? LEFT_ALONE;
        // Not its message: it may hold what the server was told.
        log.warn({ code: error instanceof Error ? error.name : 'Error', faults }, 'a mailbox cannot be read');
      }
      await sleep(wait, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      ended.abort();
      await running;
    },
    lookedAt: () => lookedAt,
  };
}
