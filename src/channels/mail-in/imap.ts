import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow, type MailboxObject } from 'imapflow';
import { mailboxSource } from '../../cases';
import { MINUTE, SECOND } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { Receive } from '../inbound/receive';
import { faultName, type Log } from '../log';

/** A mailbox is looked at this often even if its server says nothing: a dead connection is found by that (failures.md 8). */
const LOOK = MINUTE;
/** Milliseconds of silence in the middle of a command after which the connection is given up. */
const SILENCE = 20 * SECOND;
/** Milliseconds to wait after the first, second, … connection that failed in a row; the last value repeats. */
const BACK_OFF = [SECOND, 5 * SECOND, 30 * SECOND];
/** The same after a login that was refused: many of them would have the account locked. */
const REFUSED = 5 * MINUTE;
/** How long another process that reads the mailbox is left alone. */
const LEFT_ALONE = 10 * SECOND;
/** Of a mail that is too large its header is kept, up to this many bytes. */
const HEADER_BYTES = 256 * 1024;

export interface ImapNeeds {
  /**
   * `imaps://user:password@host`, or `imap://…`, which goes on in TLS (STARTTLS) unless the host is this machine. Its path
   * names the mailbox, left out: INBOX.
   */
  url: string;
  receive: Receive;
  /** The longest mail that is taken whole, in bytes. */
  maxBytes: number;
  places: Pick<Stores['inboundPlaces'], 'underLock' | 'of' | 'keep' | 'looked'>;
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
  const { url, receive, maxBytes, places, log, clock, lookMs = LOOK } = needs;
  const at = new URL(url);
  const path = decodeURIComponent(at.pathname.slice(1)) || 'INBOX';
  const source = mailboxSource(url);
  const isPlain = at.protocol === 'imap:';
  /** For the log, which names nobody. */
  const fields = { host: at.hostname };
  const ended = new AbortController();
  let running: Promise<void> | undefined;
  let lookedAt: number | undefined;

  /** It has nothing more now. */
  async function looked(): Promise<void> {
    lookedAt = clock();
    await places.looked(source, toInstant(lookedAt));
  }

  /** Keeps what is new in the mailbox, the oldest first. */
  async function takeNew(client: ImapFlow, box: MailboxObject): Promise<void> {
    const validity = String(box.uidValidity);
    const place = await places.of(source);
    if (!place) {
      // What lies there already was written to somebody else.
      await places.keep({ source, validity, lastUid: box.uidNext - 1, since: toInstant(clock()) });
      return looked();
    }
    const isSame = place.validity === validity;
    const from = isSame ? place.lastUid + 1 : 1;
    // All numbers are new: what was there before us is known by its time alone, which servers tell in whole seconds.
    const since = isSame ? 0 : Math.floor(Date.parse(place.since) / SECOND) * SECOND;
    const found = (await client.search({ uid: `${from}:*`, deleted: false }, { uid: true })) || [];
    for (const uid of found.filter((one) => one >= from).toSorted((a, b) => a - b)) {
      if (ended.signal.aborted) return;
      await take(client, { uid, validity, since });
      if (isSame) await places.keep({ ...place, lastUid: uid });
    }
    // Not before all have been looked at: from now on a number alone says what is new.
    if (!isSame) await places.keep({ ...place, validity, lastUid: Math.max(0, ...found) });
    await looked();
  }

  async function take(
    client: ImapFlow,
    { uid, validity, since }: { uid: number; validity: string; since: number },
  ): Promise<void> {
    const mail = await client.fetchOne(`${uid}`, { internalDate: true, size: true }, { uid: true });
    // Somebody has deleted it meanwhile.
    if (!mail) return;
    const arrived = new Date(mail.internalDate ?? clock()).getTime();
    if (arrived < since) return;
    const message = { channel: 'mail', source, sourceKey: `${validity}:${uid}`, arrivedAt: toInstant(arrived) };
    const { size = 0 } = mail;
    if (size <= maxBytes) {
      const { content } = await client.download(`${uid}`, undefined, { uid: true });
      // Else it was deleted just now.
      if (content) await receive({ ...message, envelope: {} }, content);
      return;
    }
    // It stays where it is, and somebody is told. Its sender had no chance to hear that it is too large.
    const { headers } = (await client.fetchOne(`${uid}`, { headers: true }, { uid: true })) || {};
    if (!headers) return;
    const header = Readable.from([headers.subarray(0, HEADER_BYTES)]);
    await receive({ ...message, envelope: { tooLarge: size } }, header);
  }

  async function session(): Promise<void> {
    const client = new ImapFlow({
      host: at.hostname,
      port: Number(at.port) || (isPlain ? 143 : 993),
      secure: !isPlain,
      doSTARTTLS: isPlain && !LOCAL.includes(at.hostname),
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
    const close = (): void => client.close();
    ended.signal.addEventListener('abort', close);
    try {
      await client.connect();
      log.info(fields, 'a mailbox is read');
      const box = await client.mailboxOpen(path, { readOnly: true });
      while (!ended.signal.aborted && client.usable) {
        const news = new Promise<void>((resolve) => (tell = resolve));
        await takeNew(client, box);
        if (ended.signal.aborted) return;
        const idling = client.idle().catch(() => undefined);
        await Promise.race([news, idling, sleep(lookMs, undefined, { signal: ended.signal }).catch(() => undefined)]);
      }
    } finally {
      ended.signal.removeEventListener('abort', close);
      close();
    }
  }

  async function run(): Promise<void> {
    for (let faults = 0; !ended.signal.aborted;) {
      let wait = LEFT_ALONE;
      try {
        await places.underLock(source, session);
        faults = 0;
      } catch (error) {
        if (ended.signal.aborted) return;
        const isRefused = error instanceof Error && 'authenticationFailed' in error;
        wait = isRefused ? REFUSED : (BACK_OFF[Math.min(faults++, BACK_OFF.length - 1)] ?? LEFT_ALONE);
        // Not its message: it may hold what the server was told.
        log.warn({ ...fields, code: isRefused ? 'login_refused' : faultName(error) }, 'a mailbox cannot be read');
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

/** Hosts to which a connection leaves this machine never. */
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];
