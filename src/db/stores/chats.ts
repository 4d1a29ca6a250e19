import { and, asc, eq, inArray, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Instant, Role } from '../../domain/basics/types';
import { run, withoutNulls, type Database, type Statement } from '../database';
import type {
  Chat,
  ChatChange,
  ChatFile,
  ChatMessage,
  DueChatFile,
  ListedChat,
  NewChatMessage,
  Scope,
} from '../records';
import { cases, chatFiles, chatMessages, chats, texts } from '../schema';
import { visibleTo } from './case-access';
import { CHATTED } from './case-changes';

/** What has become of something to be said: `again` was said before, `overtaken`: something else was said meanwhile. */
export type ChatSaid = { kind: 'said' | 'again' | 'overtaken'; chat: Chat };

/** The most chats that a list shows. */
const MOST_LISTED = 100;

/**
 * Plans a push to each browser of whoever may take chats, for those that have waited for long; once for each wait. One
 * that has not left since an earlier wait does for this one. Parameters: waiting since before, the present moment, roles.
 */
const CALL: Statement = {
  name: 'chats_call',
  text: `
with called as (
  update chats set called_at = $2::timestamptz
  where status = 'waiting' and waiting_since < $1::timestamptz and called_at is null
  returning id
)
insert into pushes (subscription_id, chat_id, planned_at, next_attempt_at)
select s.id, called.id, $2::timestamptz, $2::timestamptz
from called cross join push_subscriptions s join users u on u.id = s.user_id
where u.active and u.role = any($3::text[])
on conflict do nothing`,
};

const chatOf = (row: typeof chats.$inferSelect): Chat => withoutNulls(row);

/** Tells whoever listens that something has happened in a chat, and whether how many wait may be another number now. */
const tell = (on: Pick<Database['db'], 'execute'>, id: string, waits: boolean) =>
  on.execute(sql`select pg_notify(${CHATTED}, ${waits ? `${id} waits` : id})`);

/** Files come and go one after the other: so no bytes are removed that somebody else has just brought. */
const oneAfterTheOther = (tx: Pick<Database['db'], 'execute'>) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('chat-files', 0))`);

const fileColumns = {
  sha256: chatFiles.sha256,
  bytes: chatFiles.bytes,
  mediaType: chatFiles.mediaType,
  fileName: chatFiles.fileName,
};
const ofMessage = and(eq(chatFiles.chatId, chatMessages.chatId), eq(chatFiles.clientId, chatMessages.clientId));

/**
 * Says something in a chat and changes it, all of it or nothing. Messages that have been said before are left out.
 * @param once if this message of them has been said before, nothing happens (`again`)
 * @param since the chat as it was looked at: if something has been said since, or somebody has taken it, nothing happens
 *   (`overtaken`); left out: whatever has happened
 */
const saying =
  ({ db }: Pick<Database, 'db'>) =>
  (
    chatId: string,
    {
      once,
      since,
      messages = [],
      change = {},
      keep = () => Promise.resolve(),
    }: {
      once?: string;
      since?: Pick<Chat, 'seq' | 'status'>;
      messages?: readonly NewChatMessage[];
      change?: ChatChange;
      /** Stores the bytes of files, before any of their rows can be seen. */
      keep?: () => Promise<void>;
    },
  ): Promise<ChatSaid | undefined> => {
    return db.transaction(async (tx) => {
      const [row] = await tx.select().from(chats).where(eq(chats.id, chatId)).for('update');
      if (!row) return undefined;
      const ids = messages.map(({ clientId }) => clientId);
      const said =
        ids.length === 0
          ? []
          : await tx
              .select({ clientId: chatMessages.clientId })
              .from(chatMessages)
              .where(and(eq(chatMessages.chatId, chatId), inArray(chatMessages.clientId, ids)));
      const known = new Set(said.map(({ clientId }) => clientId));
      if (once !== undefined && known.has(once)) return { kind: 'again', chat: chatOf(row) };
      if (since && (row.seq !== since.seq || row.status !== since.status))
        return { kind: 'overtaken', chat: chatOf(row) };
      const fresh = messages.filter(({ clientId }) => !known.has(clientId));
      if (fresh.length > 0) {
        await tx.insert(chatMessages).values(
          fresh.map(({ file: _file, ...message }, index) => ({
            ...message,
            ...('text' in message && { body: message.text }),
            chatId,
            seq: row.seq + index + 1,
          })),
        );
        const files = fresh.flatMap(({ clientId, file }) => (file ? [{ ...file, chatId, clientId }] : []));
        if (files.length > 0) {
          await oneAfterTheOther(tx);
          await keep();
          await tx.insert(chatFiles).values(files);
        }
      }
      const last = fresh.at(-1)?.at;
      const [changed] = await tx
        .update(chats)
        .set({ ...change, seq: row.seq + fresh.length, ...(last !== undefined && { lastAt: last }) })
        .where(eq(chats.id, chatId))
        .returning();
      await tell(tx, chatId, (row.status === 'waiting') !== (changed?.status === 'waiting'));
      return { kind: 'said', chat: chatOf(changed ?? row) };
    });
  };

/** Files that customers have sent in chats. */
function filesOf({ db }: Pick<Database, 'db'>) {
  return {
    countFiles: (chatId: string): Promise<number> => db.$count(chatFiles, eq(chatFiles.chatId, chatId)),

    /** The file that a message of a chat says. */
    async file(chatId: string, seq: number): Promise<ChatFile | undefined> {
      const [row] = await db
        .select(fileColumns)
        .from(chatFiles)
        .innerJoin(chatMessages, ofMessage)
        .where(and(eq(chatMessages.chatId, chatId), eq(chatMessages.seq, seq)));
      return row;
    },

    /** Files whose chat has a case that has not been given them yet. @param chatId left out: of all chats */
    async dueFiles(chatId?: string): Promise<DueChatFile[]> {
      const rows = await db
        .select({ ...fileColumns, chatId: chatFiles.chatId, clientId: chatFiles.clientId, caseNo: chats.caseNo })
        .from(chatFiles)
        .innerJoin(chats, eq(chats.id, chatFiles.chatId))
        .where(
          and(
            isNull(chatFiles.passedAt),
            isNotNull(chats.caseNo),
            chatId === undefined ? undefined : eq(chats.id, chatId),
          ),
        )
        .orderBy(asc(chatFiles.chatId), asc(chatFiles.clientId))
        .limit(MOST_LISTED);
      return rows.flatMap(({ caseNo, ...row }) => (caseNo === null ? [] : [{ ...row, caseNo }]));
    },

    /** Nothing is left to be done for it. */
    async passedFile({ chatId, clientId }: Pick<DueChatFile, 'chatId' | 'clientId'>, at: Instant): Promise<void> {
      await db
        .update(chatFiles)
        .set({ passedAt: at })
        .where(and(eq(chatFiles.chatId, chatId), eq(chatFiles.clientId, clientId)));
    },
  };
}

/** What looks after chats that wait, and those that have been idle for long. */
function keeping({ db, pool }: Pick<Database, 'db' | 'pool'>) {
  return {
    /** The chats whose customers have waited since `before` or longer, and have not been told that nobody has come. */
    async unattended(before: Instant): Promise<Chat[]> {
      const rows = await db
        .select()
        .from(chats)
        .where(and(eq(chats.status, 'waiting'), lt(chats.waitingSince, before), isNull(chats.remindedAt)))
        .limit(MOST_LISTED);
      return rows.map(chatOf);
    },

    /**
     * Has staff of these roles called, on their devices, to the chats whose customers have waited since `before` or longer.
     * Each is called to once, until its customer waits anew.
     */
    async call(before: Instant, now: Instant, roles: readonly Role[]): Promise<void> {
      await run(pool, CALL, [before, now, roles]);
    },

    /** Since when the customer of a chat waits that this reader may see; undefined: they do not, or the reader may not. */
    async waitingFor(id: string, scope: Scope): Promise<Instant | undefined> {
      const [row] = await db
        .select({ since: chats.waitingSince })
        .from(chats)
        .leftJoin(cases, eq(cases.caseNo, chats.caseNo))
        .where(
          and(eq(chats.id, id), eq(chats.status, 'waiting'), or(isNull(chats.caseNo), visibleTo(scope) ?? sql`true`)),
        );
      return row?.since ?? undefined;
    },

    /**
     * Ends chats in which nothing has been said for long: since `idle`; of those whose customer waits since `waiting`; of
     * those with a case since `withCase`. Removes those without a case that ended before `forget`.
     * @param remove removes the bytes of a file that no chat has any more
     */
    async tidy(at: {
      now: Instant;
      idle: Instant;
      waiting: Instant;
      withCase: Instant;
      forget: Instant;
      remove: (sha256: string) => Promise<void>;
    }): Promise<void> {
      const ended = await db
        .update(chats)
        .set({ status: 'ended', endedAt: at.now, waitingSince: null })
        .where(
          and(
            ne(chats.status, 'ended'),
            or(
              and(isNull(chats.caseNo), ne(chats.status, 'waiting'), lt(chats.lastAt, at.idle)),
              and(eq(chats.status, 'waiting'), lt(chats.lastAt, at.waiting)),
              lt(chats.lastAt, at.withCase),
            ),
          ),
        )
        .returning({ id: chats.id });
      for (const { id } of ended) await tell(db, id, true);
      const old = and(isNull(chats.caseNo), lt(chats.endedAt, at.forget));
      await db.transaction(async (tx) => {
        await oneAfterTheOther(tx);
        const files = await tx
          .selectDistinct({ sha256: chatFiles.sha256 })
          .from(chatFiles)
          .innerJoin(chats, eq(chats.id, chatFiles.chatId))
          .where(old);
        await tx.delete(chats).where(old);
        for (const { sha256 } of files)
          if ((await tx.$count(chatFiles, eq(chatFiles.sha256, sha256))) === 0) await at.remove(sha256);
      });
    },
  };
}

/** Online chats, and what is said in them. Whoever listens (`caseChanges`) is told of whatever happens in one. */
export function chatStore({ db, pool }: Pick<Database, 'db' | 'pool'>) {
  return {
    /** Begins a chat. One with this key is left as it is. */
    async begin(
      chat: Pick<Chat, 'id' | 'keyHash' | 'language' | 'site' | 'bot' | 'startedAt'>,
    ): Promise<Chat | undefined> {
      await db
        .insert(chats)
        .values({ ...chat, status: 'machine', lastAt: chat.startedAt })
        .onConflictDoNothing();
      const [row] = await db.select().from(chats).where(eq(chats.keyHash, chat.keyHash));
      return row && chatOf(row);
    },

    /** By the hash of its key, or by its id. */
    async find(by: { keyHash: string } | { id: string }): Promise<Chat | undefined> {
      const [row] = await db
        .select()
        .from(chats)
        .where('id' in by ? eq(chats.id, by.id) : eq(chats.keyHash, by.keyHash));
      return row && chatOf(row);
    },

    /** The chat that a case came from, or that has asked for it, the newest. */
    async ofCase(caseNo: string): Promise<Chat | undefined> {
      const [row] = await db
        .select()
        .from(chats)
        .where(eq(chats.caseNo, caseNo))
        .orderBy(sql`${chats.startedAt} desc`)
        .limit(1);
      return row && chatOf(row);
    },

    async messages(chatId: string): Promise<ChatMessage[]> {
      const rows = await db
        .select({ message: chatMessages, letter: texts.body, file: fileColumns })
        .from(chatMessages)
        .leftJoin(texts, eq(texts.textId, chatMessages.textId))
        .leftJoin(chatFiles, ofMessage)
        .where(eq(chatMessages.chatId, chatId))
        .orderBy(asc(chatMessages.seq));
      return rows.map(({ message: { body, textId: _letter, ...message }, letter, file }) => ({
        ...withoutNulls(message),
        ...(file && { file }),
        text: body ?? letter ?? '',
      }));
    },

    /** Whether this message has been said. */
    async wasSaid(chatId: string, clientId: string): Promise<boolean> {
      const rows = await db
        .select({ seq: chatMessages.seq })
        .from(chatMessages)
        .where(and(eq(chatMessages.chatId, chatId), eq(chatMessages.clientId, clientId)));
      return rows.length > 0;
    },

    say: saying({ db }),

    /** Takes a chat for somebody, if nobody else has it and it has not ended. @returns who has it now */
    async take(chatId: string, userId: string): Promise<string | undefined> {
      return db.transaction(async (tx) => {
        const rows = await tx
          .update(chats)
          .set({ status: 'taken', takenBy: userId, waitingSince: null })
          .where(and(eq(chats.id, chatId), inArray(chats.status, ['machine', 'waiting'])))
          .returning({ id: chats.id });
        if (rows.length > 0) await tell(tx, chatId, true);
        const [row] = await tx.select({ takenBy: chats.takenBy }).from(chats).where(eq(chats.id, chatId));
        return row?.takenBy ?? undefined;
      });
    },

    /** The chats whose customers wait for a person, at most as many as a list shows: what says who may see them. */
    async waiting(): Promise<Pick<Chat, 'caseNo' | 'takenBy'>[]> {
      const rows = await db
        .select({ caseNo: chats.caseNo, takenBy: chats.takenBy })
        .from(chats)
        .where(eq(chats.status, 'waiting'))
        .limit(MOST_LISTED);
      return rows.map((row) => withoutNulls(row));
    },

    /** The chats in which a person is wanted or speaks: those that wait first, the longest waiting first. */
    async listed(): Promise<ListedChat[]> {
      const spoken = sql`select coalesce(max(${chatMessages.seq}), 0) from ${chatMessages}
        where ${chatMessages.chatId} = ${chats.id} and ${chatMessages.side} = 'person'`;
      const rows = await db
        .select({
          chat: chats,
          last: sql<string | null>`(select ${chatMessages.body} from ${chatMessages}
            where ${chatMessages.chatId} = ${chats.id} and ${chatMessages.side} = 'customer'
            order by ${chatMessages.seq} desc limit 1)`,
          unanswered: sql<number>`(select count(*)::int from ${chatMessages}
            where ${chatMessages.chatId} = ${chats.id} and ${chatMessages.side} = 'customer' and ${chatMessages.seq} > (${spoken}))`,
        })
        .from(chats)
        .where(inArray(chats.status, ['waiting', 'taken']))
        .orderBy(sql`${chats.waitingSince} nulls last`, asc(chats.lastAt), asc(chats.id))
        .limit(MOST_LISTED);
      return rows.map(({ chat, last, unanswered }) => ({ ...chatOf(chat), last: last ?? '', unanswered }));
    },

    ...filesOf({ db }),
    ...keeping({ db, pool }),
  };
}
