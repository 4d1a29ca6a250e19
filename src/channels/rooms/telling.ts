import type { ClaimedBatch, SealedRoom, Stores, User } from '../../db';
import { isOldNews, responsibleFor, type RoomNews } from '../../domain/case/rooms';
import type { MailKind } from '../../domain/policy/mail-kinds';
import { Choices, type ChoiceStore } from '../choices';
import { isMoot } from '../moot';
import type { Called } from './adapter';
import type { Told } from './words';

export interface TellingStores {
  chatRooms: Pick<Stores['chatRooms'], 'chatIdsOf'>;
  cases: Pick<Stores['cases'], 'get'>;
  ledger: Pick<Stores['ledger'], 'events'>;
  users: Pick<Stores['users'], 'byId'>;
  noticeChoices: ChoiceStore;
}

interface Needs {
  stores: TellingStores;
  /** As `Duty.reachableFrom`. */
  worksFrom: (user: User, from: number) => Promise<number>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** People that one message calls at most. */
const MOST_CALLED = 5;

/** As which mail a person has chosen whether such news concerns them, and when. */
const CHOSEN_AS: Record<RoomNews, MailKind> = {
  urgent: 'assigned',
  atRisk: 'promiseWarned',
  broken: 'escalation',
  escalated: 'escalation',
  help: 'helpRequested',
};

/** Reads what a message is made from, anew for each attempt. */
export function createTelling({ stores, worksFrom, clock }: Needs) {
  const choices = new Choices({ store: stores.noticeChoices, worksFrom, clock });

  /** What of a message is still news, with the cases as they stand now. */
  async function stillNews(items: ClaimedBatch['items']): Promise<{ told: Told[]; old: number[] }> {
    const told: Told[] = [];
    const old: number[] = [];
    for (const { id, caseNo, seq, news } of items) {
      const state = (await stores.cases.get(caseNo))?.state;
      const [event] = await stores.ledger.events(caseNo, seq - 1);
      const isNews =
        state &&
        event?.seq === seq &&
        !isOldNews(news, event, state) &&
        !isMoot(event, { kind: 'role', role: 'supervisor' }, state);
      if (isNews) told.push({ news, event, state });
      else old.push(id);
    }
    return { told, old };
  }

  /** Whom a message calls: those who have given a name for this platform, and whose choice is not against it now. */
  async function calledBy({ kind }: SealedRoom, told: readonly Told[]): Promise<Called[]> {
    const called = new Map<string, Called>();
    for (const { news, event, state } of told) {
      const id = responsibleFor(event, state);
      if (id === undefined || called.has(id) || called.size >= MOST_CALLED) continue;
      const user = await stores.users.byId(id);
      const chatId = user?.active ? (await stores.chatRooms.chatIdsOf(id))[kind] : undefined;
      if (!user || chatId === undefined) continue;
      const ways = await choices.waysOf([user], { kind: CHOSEN_AS[news], cause: event, state });
      if (ways.get(id)?.kind === 'now') called.set(id, { chatId, name: user.name });
    }
    return [...called.values()];
  }

  return { stillNews, calledBy };
}
