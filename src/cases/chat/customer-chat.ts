import { randomUUID } from 'node:crypto';
import { isDatabaseAway } from '../../db/errors';
import type { Chat, ChatChange } from '../../db/records';
import type { Instant, Language, Words } from '../../domain/basics/types';
import { toInstant } from '../../domain/time/duration';
import { pageTime } from '../../render/format';
import { sha256 } from '../access/links';
import { complaintSchema } from '../filing/complaint-input';
import { isRefused } from '../refused';
import {
  asksAgain,
  atStart,
  choicesOf,
  listening,
  NEW_BOT,
  tellsFirst,
  turn,
  withCase,
  type Effect,
  type Said,
} from './bot';
import type { ChatLine, ChatOutcome, ChatView, CustomerChat } from './contract';
import {
  complaintOf,
  decisionOf,
  fileOnce,
  linesOf,
  machineLines,
  shownTimes,
  withLetters,
  worldNow,
  type ChatNeeds,
} from './parts';
import type { World } from './terms';
import * as words from './words';

/** Messages of one chat at most: far more than people write, and less than a loop does. */
const MOST_MESSAGES = 1_000;
/** Articles that are offered at once. */
const MOST_ARTICLES = 3;
/** How often a turn is worked out again when something was said meanwhile. */
const TRIES = 6;

const FULL: Words = {
  zh: '这个对话已经很长，写不下了；请打电话，或重新打开一个对话',
  en: 'this chat is full; please call us, or begin another one',
};
const TAKEN: Words = {
  zh: '同事已经接入，请直接写给同事',
  en: 'a colleague is here; please write what you want to them',
};
const BUSY: Words = { zh: '对话正忙，请再发一次', en: 'the chat is busy; please send it once more' };

/** What a turn does beside what it says. */
interface Done {
  lines: string[];
  change: ChatChange;
  missed?: true;
}

/** Builds `CustomerChat`. */
export function createCustomerChat(needs: ChatNeeds): CustomerChat {
  const { stores, links, staff, following, clock } = needs;
  const now = (): Instant => toInstant(clock());
  const find = (key: string) => stores.chats.find({ keyHash: sha256(key) });

  const choices = (chat: Pick<Chat, 'bot' | 'status' | 'caseNo' | 'language'>): ChatView['choices'] =>
    choicesOf(chat.bot, chat.status, chat.caseNo !== undefined).map((choice) => ({
      choice,
      words: words.choice(choice, chat),
    }));

  async function begin(key: string, language: Language, site: string | undefined): Promise<Chat | undefined> {
    const at = now();
    const chat = await stores.chats.begin({
      id: randomUUID(),
      keyHash: sha256(key),
      language,
      ...(site !== undefined && { site }),
      bot: NEW_BOT,
      startedAt: at,
    });
    if (!chat || chat.seq > 0) return chat;
    const text = words.greeting(await worldNow(needs, language));
    const said = await stores.chats.say(chat.id, {
      once: 'greeting',
      messages: [{ clientId: 'greeting', side: 'machine', text, at }],
    });
    return said?.chat;
  }

  /** What may answer somebody who begins to tell what happened. */
  async function articlesFor({ bot, language, caseNo }: Chat, said: Said) {
    if (!('text' in said) || caseNo !== undefined || !tellsFirst(bot)) return [];
    return (await needs.articles.find(said.text, language)).slice(0, MOST_ARTICLES);
  }

  /** One try; undefined: something was said meanwhile. */
  async function trySay(chat: Chat, id: string, said: Said): Promise<ChatOutcome | undefined> {
    if (await stores.chats.wasSaid(chat.id, id)) return { kind: 'said' };
    if (chat.status === 'ended') return { kind: 'ended' };
    if (chat.status === 'taken' && 'choice' in said) return { kind: 'refused', words: TAKEN };
    if (chat.seq >= MOST_MESSAGES) return { kind: 'refused', words: FULL };
    const world = { ...(await worldNow(needs, chat.language)), articles: await articlesFor(chat, said) };
    const made = turn(chat.bot, said, world);
    const isForCase = 'text' in said && made.effect === undefined && made.about === undefined;
    if (isForCase && chat.caseNo !== undefined) await tellCase(needs, chat, chat.caseNo, { id, text: said.text });
    const done = await doEffect(needs, { ...chat, bot: made.bot }, made.effect, world);
    const at = now();
    const text = made.kept ?? ('text' in said ? said.text : '');
    const result = await stores.chats.say(chat.id, {
      once: id,
      since: chat,
      messages: [
        { clientId: id, side: 'customer', text, ...(made.about !== undefined && { about: made.about }), at },
        ...machineLines([...made.lines, ...done.lines], id, at),
      ],
      change: { bot: made.bot, ...done.change },
    });
    if (result?.kind === 'overtaken') return undefined;
    // What was sent before there was a case is evidence of it; what cannot be passed now, the keeping passes.
    if (done.change.caseNo !== undefined) void needs.files.pass(chat.id).catch(() => undefined);
    return { kind: 'said', ...(done.missed && { missed: true }) };
  }

  return {
    async welcome(language) {
      const text = words.greeting(await worldNow(needs, language));
      const lines: ChatLine[] = [{ seq: 0, side: 'machine', text, at: now() }];
      const chat = { bot: NEW_BOT, status: 'machine', language } as const;
      return { status: 'machine', seq: 0, lines, choices: choices(chat) };
    },

    async look(key) {
      const found = await find(key);
      if (!found) return undefined;
      const chat = await withLetters(needs, found);
      const { status, seq, caseNo } = chat;
      const code = caseNo === undefined ? undefined : links.accessCode(caseNo);
      return {
        status,
        seq,
        lines: await linesOf(await stores.chats.messages(chat.id), staff),
        choices: choices(chat),
        ...(caseNo !== undefined && code !== undefined && { filed: { caseNo, code, url: links.progressUrl(caseNo) } }),
      };
    },

    async say(key, { id, said, language, site, mayBegin }) {
      try {
        for (let tries = 0; tries < TRIES; tries++) {
          const known = await find(key);
          if (!known && tries === 0 && (await mayBegin?.()) === false) return { kind: 'held' };
          const chat = known?.seq ? known : await begin(key, language, site);
          const outcome = chat && (await trySay(chat, id, said));
          if (outcome) return outcome;
        }
        return { kind: 'refused', words: BUSY };
      } catch (error) {
        if (isDatabaseAway(error) || isRefused(error, 'away')) return { kind: 'away' };
        if (!isRefused(error)) throw error;
        return { kind: 'refused', words: error.words };
      }
    },

    mayAttach: (key) => needs.files.mayAttach(key),
    attach: (key, input) => needs.files.attach(key, input),

    async follow(key, follower) {
      const found = await find(key);
      if (!found) return undefined;
      const followed = { chatId: found.id, caseNo: found.caseNo, ended: () => follower.ended(), changed };
      function changed(): void {
        follower.changed();
        if (followed.caseNo !== undefined) return;
        // It may have become a case just now.
        find(key)
          .then((chat) => (followed.caseNo = chat?.caseNo))
          .catch(() => undefined);
      }
      const end = following.followChat(followed);
      // What was said before it was followed is not told again, so it is looked for now.
      const chat = await find(key);
      return { seq: chat?.seq ?? found.seq, end };
    },
  };
}

/** Adds what a customer writes to their case, before it stands in the chat: what is acknowledged is in both. */
async function tellCase(
  { links, customer }: Pick<ChatNeeds, 'links' | 'customer'>,
  chat: Chat,
  caseNo: string,
  { id, text }: { id: string; text: string },
): Promise<void> {
  await customer.write(caseNo, links.accessCode(caseNo), { text, via: 'chat', decisionId: decisionOf(chat, id) });
}

/** Does what a turn asks for. */
async function doEffect(needs: ChatNeeds, chat: Chat, effect: Effect | undefined, world: World): Promise<Done> {
  const at = toInstant(needs.clock());
  switch (effect?.kind) {
    case undefined:
      return { lines: [], change: {} };
    case 'person': {
      if (chat.status === 'taken') return { lines: [], change: {} };
      const isAgain = chat.status === 'waiting';
      return {
        lines: [words.handedOver(world, isAgain)],
        change: {
          bot: listening(chat.bot),
          status: 'waiting',
          ...(!isAgain && { waitingSince: at, remindedAt: null, calledAt: null }),
        },
      };
    }
    case 'machine':
      return {
        lines: [],
        change: {
          bot: chat.caseNo === undefined ? atStart(chat.bot) : withCase(chat.bot),
          ...(chat.status === 'waiting' && { status: 'machine', waitingSince: null }),
        },
      };
    case 'file':
      return fileIt(needs, chat, world);
    case 'progress':
      return tellProgress(needs, chat, effect, world);
  }
}

async function fileIt(needs: ChatNeeds, chat: Chat, world: World): Promise<Done> {
  const body = complaintSchema.safeParse(complaintOf(chat.bot.facts, chat.language));
  if (!body.success) return { lines: [words.notFiled(world)], change: {} };
  const filed = await fileOnce(needs, chat, body.data, {});
  return {
    lines: [words.filed(shownTimes(filed, world.language, needs.clock()), world)],
    change: {
      caseNo: filed.caseNo,
      bot: withCase(chat.bot),
      ...(chat.status === 'waiting' && { status: 'machine', waitingSince: null }),
    },
  };
}

async function tellProgress(
  { customer, stores, clock }: ChatNeeds,
  chat: Chat,
  { caseNo, code }: { caseNo: string; code: string },
  world: World,
): Promise<Done> {
  try {
    const view = await customer.progress(caseNo, code);
    const seq = (await stores.cases.get(caseNo))?.state.seq ?? 0;
    const time = (instant: string): string => pageTime(instant, world.language, toInstant(clock()), true);
    return {
      lines: [words.progress(view, world, time)],
      change: { caseNo: view.caseNo, caseSeq: seq, bot: withCase(chat.bot) },
    };
  } catch (error) {
    if (!isRefused(error, 'notFound')) throw error;
    return { lines: [words.wrongCode(world)], change: { bot: asksAgain(chat.bot) }, missed: true };
  }
}
