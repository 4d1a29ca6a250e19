import { Client } from 'pg';
import { run, type Database, type Statement } from '../database';

/** The channel on which `LedgerAppend` tells the number of a case that has got entries. */
export const CASE_CHANGED = 'redress_case_changed';

/** The channel on which `noticeStore` tells whom a new notice is for: user ids. */
export const NOTICED = 'redress_noticed';

/**
 * The channel on which `chatStore` tells the id of a chat in which something has happened; with a word behind it where its
 * customer has come to wait for a person, or waits no longer.
 */
export const CHATTED = 'redress_chatted';

/** The channel on which servers tell each other who has which case open. What is said there is theirs (`Presence`). */
const PRESENCE = 'redress_presence';

/** Who hears of changes in cases. */
export interface ChangeListener {
  /** A case has got entries in its ledger. */
  changed(caseNo: string): void;
  /** Somebody has a new notice. */
  noticed(userId: string): void;
  /** Something has happened in an online chat. @param waits its customer has come to wait for a person, or waits no longer */
  chatted(chatId: string, waits: boolean): void;
  /** Another server, or this one, has said something about who has which case open. */
  present(message: string): void;
  /** From now on whatever is said is heard; after every connection anew. */
  began(): void;
  /** Changes may have been missed, since the connection was away for a while. */
  missed(): void;
}

/** Changes in the cases of all processes that write them, and notices to staff, as Postgres tells them. */
export interface CaseChanges {
  /** Begins to listen, and connects again whenever the connection breaks. To be called once. */
  listen(listener: ChangeListener): void;
  /** Says something to all servers that listen, this one among them. At most 7,000 bytes each. */
  say(messages: readonly string[]): Promise<void>;
  /** Resolves when the connection is closed. */
  stop(): Promise<void>;
}

/** Milliseconds before the connection is tried again. */
const AGAIN_MS = 1_000;
/** How often the connection is tried out: a cut network says nothing by itself. */
const TRY_MS = 15_000;
/** How long Postgres may take for an answer. */
const ANSWER_MS = 5_000;

const SAY: Statement = { name: 'presence_say', text: 'select pg_notify($1, said) from unnest($2::text[]) said' };

/** Listens on a connection of its own, beside those of the pool. */
export function caseChanges({ pool }: Pick<Database, 'pool'>): CaseChanges {
  let client: Client | undefined;
  let again: NodeJS.Timeout | undefined;
  let trying: NodeJS.Timeout | undefined;
  let stopped = false;
  /** Whether a connection has listened before: whatever was written until the next one does was missed. */
  let listened = false;

  async function connect(listener: ChangeListener): Promise<void> {
    if (stopped) return;
    const own = new Client({
      ...pool.options,
      application_name: 'redress-changes',
      query_timeout: ANSWER_MS,
      connectionTimeoutMillis: ANSWER_MS,
    });
    client = own;
    let broken = false;
    const restart = (): void => {
      if (broken) return;
      broken = true;
      clearInterval(trying);
      void own.end().catch(() => undefined);
      if (!stopped) again = setTimeout(() => void connect(listener), AGAIN_MS);
    };
    own.on('error', restart);
    own.on('end', restart);
    own.on('notification', ({ channel, payload }) => {
      if (!payload) return;
      if (channel === NOTICED) listener.noticed(payload);
      else if (channel === CHATTED) {
        const [chatId = '', more] = payload.split(' ');
        listener.chatted(chatId, more !== undefined);
      } else if (channel === PRESENCE) listener.present(payload);
      else listener.changed(payload);
    });
    try {
      await own.connect();
      await own.query(`listen ${CASE_CHANGED}; listen ${NOTICED}; listen ${CHATTED}; listen ${PRESENCE}`);
    } catch {
      restart();
      return;
    }
    trying = setInterval(() => void own.query('select 1').catch(restart), TRY_MS);
    if (listened) listener.missed();
    listened = true;
    listener.began();
  }

  return {
    listen: (listener) => void connect(listener),
    async say(messages) {
      await run(pool, SAY, [PRESENCE, messages]);
    },
    async stop() {
      stopped = true;
      clearTimeout(again);
      clearInterval(trying);
      await client?.end().catch(() => undefined);
    },
  };
}
