import type { Chat, ChatMessage } from '../../db/records';
import { isUuid } from '../../domain/basics/ids';
import { MOST_TEXT } from '../filing/complaint-input';
import type { Words } from '../../domain/basics/types';
import { atLeast, type Staff } from '../../domain/case/permissions';
import { toInstant } from '../../domain/time/duration';
import { isRefused, mustBe, mustRead, notFound, Refused } from '../refused';
import { listening } from './bot';
import { decisionOf, fileOnce, linesOf, shownTimes, withLetters, worldNow, type ChatNeeds } from './parts';
import type { DeskChats, ListedChatView } from './contract';
import * as words from './words';

const noChat = (): Refused => notFound({ zh: '对话', en: 'chat' });

const NOT_TAKEN = (): Refused =>
  new Refused('conflict', 'chat_not_taken', {
    zh: '这个对话不在您手里；请先接入，再回复',
    en: 'you have not taken this chat; take it first, then answer',
  });
const OVER = (): Refused =>
  new Refused('conflict', 'chat_ended', {
    zh: '这个对话已经结束；有案件的，请在案件里写信',
    en: 'this chat has ended; if it has a case, write from there',
  });
const HAS_CASE = (): Refused =>
  new Refused('conflict', 'chat_filed', {
    zh: '这个对话已经有案件，不用再登记',
    en: 'this chat has a case already; it need not be filed again',
  });

/** What a customer said freely, and what they told the machine as what happened. */
function freeWords(messages: readonly ChatMessage[]): string {
  return messages
    .filter(({ side, about }) => side === 'customer' && (about === undefined || about === 'text'))
    .map(({ text }) => text)
    .join('\n')
    .slice(0, MOST_TEXT);
}

/** Characters of the customer's words that a list shows. */
const OPENING = 80;

/** Who may look at a chat, and who may act in it. */
function looking({ stores, visible, staff }: ChatNeeds) {
  /** @throws Refused `notFound` */
  async function seen(id: string, actor: Staff): Promise<Chat> {
    mustRead(actor, 'agent');
    const chat = isUuid(id) ? await stores.chats.find({ id }) : undefined;
    if (!chat) throw noChat();
    if (!(await maySee(chat, actor))) throw noChat();
    return chat;
  }

  async function maySee({ caseNo, takenBy }: Pick<Chat, 'caseNo' | 'takenBy'>, actor: Staff): Promise<boolean> {
    if (caseNo === undefined || takenBy === actor.id) return true;
    try {
      await visible.see(caseNo, actor);
      return true;
    } catch (error) {
      if (isRefused(error, 'notFound')) return false;
      throw error;
    }
  }

  /** @throws Refused `conflict` unless they have taken it */
  async function own(id: string, actor: Staff): Promise<Chat> {
    mustBe(actor, 'agent');
    const chat = await seen(id, actor);
    if (chat.status === 'ended') throw OVER();
    if (chat.status !== 'taken' || chat.takenBy !== actor.id) throw NOT_TAKEN();
    return chat;
  }

  async function common(chat: Chat, actor: Staff): Promise<Omit<ListedChatView, 'status' | 'about' | 'unanswered'>> {
    const { id, waitingSince, takenBy, lastAt } = chat;
    return {
      id,
      ...(waitingSince !== undefined && { waitingSince }),
      ...(takenBy !== undefined && { takenBy: await staff.words(takenBy) }),
      isOwn: takenBy === actor.id,
      lastAt,
    };
  }

  return { seen, maySee, own, common };
}

/** Builds `DeskChats`. */
export function createDeskChats(needs: ChatNeeds): DeskChats {
  const { stores, staff, deciding, clock } = needs;
  const { seen, maySee, own, common } = looking(needs);
  const at = () => toInstant(clock());

  return {
    async list(actor) {
      mustRead(actor, 'agent');
      const listed = await stores.chats.listed();
      const shown = await Promise.all(
        listed.map(async (chat): Promise<ListedChatView[]> => {
          if (chat.status !== 'waiting' && chat.status !== 'taken') return [];
          if (!(await maySee(chat, actor))) return [];
          const { name, product, text } = chat.bot.facts;
          const about = [name, product].filter((one) => one !== undefined && one !== '').join(' · ');
          const { status, unanswered, last } = chat;
          return [
            {
              ...(await common(chat, actor)),
              status,
              unanswered,
              about: about === '' ? (text ?? last).slice(0, OPENING) : about,
            },
          ];
        }),
      );
      return shown.flat();
    },

    async waiting(actor) {
      if (!atLeast(actor, 'agent')) return 0;
      const shown = await Promise.all((await stores.chats.waiting()).map((chat) => maySee(chat, actor)));
      return shown.filter(Boolean).length;
    },

    async open(id, actor) {
      const chat = await withLetters(needs, await seen(id, actor));
      const messages = await stores.chats.messages(id);
      const { status, language, startedAt, site, caseNo, seq, bot } = chat;
      return {
        ...(await common(chat, actor)),
        status,
        language,
        startedAt,
        ...(site !== undefined && { site }),
        ...(caseNo !== undefined && { caseNo }),
        seq,
        summary: words.told(bot.facts, language),
        facts: { ...bot.facts, text: freeWords(messages) },
        lines: await linesOf(messages, staff),
      };
    },

    async openFile(id, seq, actor) {
      await seen(id, actor);
      const opened = await needs.files.open(id, seq);
      if (!opened) throw notFound({ zh: '文件', en: 'file' });
      return opened;
    },

    ofCase: async (caseNo) => (await stores.chats.ofCase(caseNo))?.id,

    async take(id, actor) {
      mustBe(actor, 'agent');
      const chat = await seen(id, actor);
      if (chat.status === 'ended') throw OVER();
      const holder = await stores.chats.take(id, actor.id);
      if (holder !== actor.id) throw takenBy(holder === undefined ? undefined : await staff.words(holder));
      const name = await staff.words(actor.id);
      const text = words.cameIn(chat.language === 'en' ? name.en : name.zh, chat);
      const clientId = `came-${actor.id}-${chat.seq}`;
      await stores.chats.say(id, {
        messages: [{ clientId, side: 'machine', text, at: at() }],
        change: { bot: listening(chat.bot) },
      });
    },

    async release(id, actor) {
      await own(id, actor);
      await stores.chats.say(id, {
        change: { status: 'waiting', takenBy: null, waitingSince: at(), remindedAt: null, calledAt: null },
      });
    },

    async answer(id, { id: clientId, text }, actor) {
      const chat = await own(id, actor);
      if (chat.caseNo !== undefined) {
        const decisionId = decisionOf(chat, clientId);
        await deciding.decided(chat.caseNo, 'respond', { via: 'chat', text, decisionId }, actor);
      }
      await stores.chats.say(id, {
        once: clientId,
        messages: [{ clientId, side: 'person', by: actor.id, text, at: at() }],
      });
    },

    async end(id, actor) {
      await own(id, actor);
      await stores.chats.say(id, { change: { status: 'ended', endedAt: at(), waitingSince: null } });
    },

    async file(id, body, actor) {
      const chat = await own(id, actor);
      if (chat.caseNo !== undefined) throw HAS_CASE();
      const filed = await fileOnce(needs, chat, body, { by: actor.id });
      const world = await worldNow(needs, chat.language);
      const text = words.filed(shownTimes(filed, chat.language, clock()), world);
      await stores.chats.say(id, {
        messages: [{ clientId: `filed-${filed.caseNo}`, side: 'machine', text, at: at() }],
        change: { caseNo: filed.caseNo },
      });
      void needs.files.pass(id).catch(() => undefined);
      return filed.caseNo;
    },
  };
}

const takenBy = (name: Words | undefined): Refused =>
  name === undefined
    ? OVER()
    : new Refused('conflict', 'chat_taken', {
        zh: `${name.zh}已经接入这个对话；需要您接手时，请对方先转出`,
        en: `${name.en} has taken this chat; if you are to go on with it, let them hand it back first`,
      });
