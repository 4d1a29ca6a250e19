import { createReadStream } from 'node:fs';
import type { Stores } from '../../db';
import { isDatabaseAway } from '../../db/errors';
import type { Chat, DueChatFile, NewChatMessage } from '../../db/records';
import type { ContentFiles } from '../../content-files';
import type { Words } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { sha256, type Links } from '../access/links';
import type { createEvidence } from '../evidence/evidence';
import { receiveFile, type Received } from '../evidence/receive';
import { isRefused, type Refused } from '../refused';
import { machineLines } from './parts';
import type { ChatFiles, SentFile } from './contract';
import * as words from './words';

interface Needs {
  chats: Stores['chats'];
  evidence: Pick<ReturnType<typeof createEvidence>, 'admit' | 'add'>;
  links: Pick<Links, 'accessCode'>;
  /** The chats' own folder. */
  files: ContentFiles;
  /** Bytes of one file. */
  maxBytes: number;
  clock: () => number;
}

/** Files of one chat. */
const MOST_OF_CHAT = 20;

/** The one thing that is wrong with a file itself. */
const EMPTY: Words = { zh: '文件是空的', en: 'it is empty' };

/** Builds `ChatFiles`. */
export function createChatFiles(needs: Needs): ChatFiles {
  const { chats, files, maxBytes } = needs;
  const now = () => toInstant(needs.clock());
  const find = (key: string) => chats.find({ keyHash: sha256(key) });

  /** What is said of one file: that it was sent, or why it is not taken. */
  async function keepOne(
    chat: Chat,
    clientId: string,
    file: SentFile,
    room: number,
  ): Promise<'kept' | NewChatMessage[]> {
    const say = (text: string): NewChatMessage[] => machineLines([text], clientId, now());
    if (file.failed) return say(words.fileNotStored(file.fileName, chat));
    if (room <= 0) return say(words.tooManyFiles(MOST_OF_CHAT, chat));
    let received: Received;
    const content = createReadStream(file.path);
    try {
      received = await receiveFile({ files, maxBytes }, { ...file, content, note: () => Promise.resolve(undefined) });
    } catch (error) {
      if (!isRefused(error)) throw error;
      return say(words.fileRefused(file.fileName, error.kind === 'invalid' ? EMPTY : error.words, chat));
    } finally {
      content.destroy();
    }
    const { incoming, fileName, mediaType } = received;
    const { sha256: hash, bytes } = incoming;
    try {
      const kept = { sha256: hash, bytes, mediaType, fileName };
      await chats.say(chat.id, {
        once: clientId,
        messages: [{ clientId, side: 'customer', text: fileName, about: 'file', file: kept, at: now() }],
        keep: () => incoming.keep(),
      });
    } finally {
      // Nothing is left of it if it was kept.
      await incoming.discard();
    }
    return 'kept';
  }

  return {
    mayAttach: async (key) => {
      const chat = await find(key);
      return chat !== undefined && chat.status !== 'ended';
    },

    async attach(key, { id, files: sent, more }) {
      try {
        const chat = await find(key);
        if (!chat || chat.status === 'ended') return { kind: 'ended' };
        let room = MOST_OF_CHAT - (await chats.countFiles(chat.id));
        let kept = 0;
        const lines: NewChatMessage[] = [];
        for (const [index, file] of sent.entries()) {
          const clientId = `${id}/${index}`;
          // Sent again, since its answer did not arrive.
          if (await chats.wasSaid(chat.id, clientId)) continue;
          const said = await keepOne(chat, clientId, file, room);
          if (said === 'kept') [room, kept] = [room - 1, kept + 1];
          else lines.push(...said);
        }
        if (more) lines.push(...machineLines([words.tooManyAtOnce(chat)], `${id}/more`, now()));
        // A colleague sees it, and says so.
        if (kept > 0 && chat.status !== 'taken')
          lines.push(...machineLines([words.filesKept(chat.caseNo !== undefined, chat)], `${id}/kept`, now()));
        await chats.say(chat.id, { messages: lines });
        if (chat.caseNo !== undefined) await passAll(needs, chat.id);
        return { kind: 'said' };
      } catch (error) {
        if (isDatabaseAway(error) || isRefused(error, 'away')) return { kind: 'away' };
        throw error;
      }
    },

    pass: (chatId) => passAll(needs, chatId),

    async open(chatId, seq) {
      const file = await chats.file(chatId, seq);
      const content = file && (await files.read(file.sha256));
      return file && content ? { file, content } : undefined;
    },

    remove: (hash) => files.remove(hash),
  };
}

/** Gives cases the files of their chats that they do not have. It may be done twice: the same file is the same evidence. */
async function passAll(needs: Needs, chatId?: string): Promise<void> {
  const { chats, clock } = needs;
  for (const due of await chats.dueFiles(chatId)) {
    const refused = await passOne(needs, due);
    if (refused?.kind === 'away') return;
    if (refused) {
      const chat = await chats.find({ id: due.chatId });
      const text = chat && words.fileNotInCase(due.fileName, refused.words, chat);
      if (text !== undefined)
        await chats.say(due.chatId, { messages: machineLines([text], `${due.clientId}/not`, toInstant(clock())) });
    }
    await chats.passedFile(due, toInstant(clock()));
  }
}

/** @returns why the case does not take it */
async function passOne({ evidence, links, files }: Needs, due: DueChatFile): Promise<Refused | undefined> {
  const content = await files.read(due.sha256);
  if (!content) return undefined;
  try {
    const by = { code: links.accessCode(due.caseNo) };
    const seen = await evidence.admit(due.caseNo, by);
    const { fileName, mediaType: declaredType } = due;
    await evidence.add(seen, by, { fileName, declaredType, content, note: () => Promise.resolve(undefined) });
    return undefined;
  } catch (error) {
    if (!isRefused(error)) throw error;
    return error.code === 'known_evidence' ? undefined : error;
  } finally {
    content.destroy();
  }
}
