import type { Instant } from '../../domain/basics/types';
import type { NoticeRow, PushRow, Scope, User } from '../../db/records';
import type { CaseEvent } from '../../domain/case/events';
import { toInstant } from '../../domain/time/duration';
import { noticeWords } from '../../domain/views/notice-words';
import { inLanguage } from '../../render/words';
import { createAttempts } from '../outbox/attempts';
import type { Channel, Job, Parcel } from '../outbox/channel';
import type { Log } from '../log';
import { createPump } from '../outbox/pump';
import { Choices, type ChoiceStore, type Way } from '../choices';
import { isMoot } from '../moot';
import type { PushTransport, PushWords, Urgency } from './transport';

/** What the relay reads and writes; the stores of src/db fit. */
export interface PushStores {
  pushes: {
    /** Leases up to `limit` due pushes to this caller for `leaseMs` milliseconds. */
    claim(limit: number, leaseMs: number): Promise<PushRow[]>;
    /** The attempt failed; due again at `nextAt`. */
    retry(id: number, code: string, nextAt: string): Promise<unknown>;
    /** Waits without a fault, for what `why` names; due again at `until`. */
    putOff(id: number, why: string, until: string): Promise<unknown>;
    /** It was sent, or need not be: nothing is kept of it. */
    end(id: number): Promise<unknown>;
    /** The browser does not want them any more: removed, with all that waits for it. */
    forget(subscriptionId: number): Promise<unknown>;
  };
  notices: {
    /** The notice, unless it was read, overtaken, or its reader may not see the case. */
    unread(userId: string, outboxId: number, scope: Scope): Promise<NoticeRow | undefined>;
  };
  chats: {
    /** Since when its customer waits; undefined: they do not any more, or this reader may not see it. */
    waitingFor(id: string, scope: Scope): Promise<Instant | undefined>;
  };
  users: { byId(id: string): Promise<User | undefined> };
  noticeChoices: ChoiceStore;
}

export interface PushRelayOptions {
  stores: PushStores;
  transport: PushTransport;
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

/** The channel of pushes to the browsers of staff on its pump: `start` it, and `stop` it before the program ends. */
export function createPushRelay(options: PushRelayOptions) {
  const { stores, transport, worksFrom, log, clock = Date.now, idleMs, backOffMs } = options;
  const attempts = createAttempts({
    name: 'push',
    refusedWords: 'a push service refuses the house (VAPID keys): pushes wait',
    log,
    clock,
    backOffMs,
  });
  const choices = new Choices({ store: stores.noticeChoices, worksFrom, clock });

  /** What is to be said of a notice, and how; undefined: nothing any more. */
  async function notice(outboxId: number, user: User): Promise<Push | undefined> {
    const told = await stores.notices.unread(user.id, outboxId, { ...user, kind: 'staff' });
    // Whoever has seen it on the desk meanwhile need not be told.
    if (!told || isMoot(told.event, { kind: 'user', id: user.id }, told.state)) return undefined;
    const { kind, event: cause, state } = told;
    const way = (await choices.waysOf([user], { kind, cause, state })).get(user.id);
    return { way, words: wordsOf(told, user), urgency: urgencyOf(kind) };
  }

  /** The same of a customer who waits in a chat. */
  async function chat(id: string, user: User): Promise<Push | undefined> {
    if ((await stores.chats.waitingFor(id, { ...user, kind: 'staff' })) === undefined) return undefined;
    return { way: await choices.wayToChat(user), words: chatWords(id, user), urgency: 'now' };
  }

  async function deliver(row: PushRow, parcel: Parcel): Promise<void> {
    const { pushes, users } = stores;
    const user = await users.byId(row.userId);
    const push = user?.active
      ? await ('chatId' in row.about ? chat(row.about.chatId, user) : notice(row.about.outboxId, user))
      : undefined;
    if (!push || push.way?.kind === 'bellOnly') return void (await pushes.end(row.id));
    if (push.way?.kind === 'later') return void (await pushes.putOff(row.id, 'quiet', toInstant(push.way.at)));
    await attempts.send(parcel, [], async () => {
      const pushed = await transport.send(row, push.words, push.urgency);
      if (pushed.kind !== 'gone') return pushed;
      await pushes.forget(row.subscriptionId);
      log.info({ ...parcel.logFields, code: pushed.code }, 'a browser takes no pushes any more');
      return { kind: 'sent' };
    });
  }

  const source = {
    claim: async (limit: number, leaseMs: number): Promise<Job[]> =>
      (await stores.pushes.claim(limit, leaseMs)).map((row) => {
        const parcel = parcelOf(row, stores.pushes, clock);
        return { line: `push/${row.subscriptionId}`, parcel, deliver: () => deliver(row, parcel) };
      }),
  };
  const channel: Channel = { name: 'push', sources: [source], close: () => transport.close() };
  return createPump({ channel, attempts, log, clock, ...(idleMs !== undefined && { idleMs }) });
}

/** What is to be said to one person, and how it goes to them now. */
interface Push {
  way: Way | undefined;
  words: PushWords;
  urgency: Urgency;
}

/** Answers to our signature. */
const REFUSED: readonly string[] = ['push_401', 'push_403'];

const parcelOf = (row: PushRow, pushes: PushStores['pushes'], clock: () => number): Parcel => ({
  logFields: { push: row.id, ...('chatId' in row.about ? { chat: row.about.chatId } : { outbox: row.about.outboxId }) },
  plannedAt: row.plannedAt,
  // Hours that it waited for its reader are no fault.
  failingSince: row.failingSince ?? toInstant(clock()),
  attempts: row.attempts,
  // No browser answers by itself.
  exemptFromBreaker: true,
  sent: () => pushes.end(row.id),
  retry: (code, nextAt) => pushes.retry(row.id, code, nextAt),
  ambiguous: (code, nextAt) => pushes.retry(row.id, code, nextAt),
  // The notice is under the bell. A browser that was allowed under other keys of the house never takes one again.
  giveUp: async (code) => {
    await (REFUSED.includes(code) ? pushes.forget(row.subscriptionId) : pushes.end(row.id));
  },
});

const urgencyOf = (kind: NoticeRow['kind']): Urgency =>
  kind === 'escalation' || kind === 'turnedWorse' ? 'high' : 'normal';

/** The case's number and what happened, and nothing of what anybody wrote. */
function wordsOf({ id, kind, event, state }: NoticeRow & { event: CaseEvent }, { id: reader, language }: User) {
  return {
    title: state.caseNo,
    body: inLanguage(noticeWords(kind, event, state, reader), language),
    tag: `notice-${id}`,
    path: `/desk/cases/${state.caseNo}`,
  };
}

/** That somebody waits, and not who or for what. */
const chatWords = (id: string, { language }: User): PushWords => ({
  title: inLanguage({ zh: '在线客服', en: 'Chats' }, language),
  body: inLanguage(
    { zh: '有客户在等人接，还没有人接', en: 'A customer waits, and nobody has taken the chat' },
    language,
  ),
  tag: `chat-${id}`,
  path: `/desk/chats/${id}`,
});
