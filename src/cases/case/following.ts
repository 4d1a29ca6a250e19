import type { CaseChanges, Stores } from '../../db';
import { awaitsLeader } from '../../domain/case/awaits';
import { atLeast, maySee, readsAs, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { isRefused } from '../refused';
import { ChatFollowers, type ChatFollower } from './chat-followers';
import type { FormDrafts } from './form-drafts';
import type { Presence, Present } from './presence';
import type { VisibleCases } from './visible';

/** What somebody wants to hear of. */
export interface Followed {
  /** The numbers of cases that their page shows. */
  cases: ReadonlySet<string>;
  /**
   * `own`: also the cases that they own. `led`: also those that wait for what they decide as one who leads. `chats`: also all
   * online chats, each told by its id as a case is by its number.
   */
  also?: 'own' | 'led' | 'chats' | undefined;
  /** The case whose page it is, and the place of the form that is open there (`FormDrafts`): they are seen there. */
  at?: { caseNo: string; form?: string | undefined } | undefined;
}

/** Whoever follows. */
export interface Follower {
  /** A case has changed. */
  changed(caseNo: string): void;
  /** Who else is at the case whose page it is (`Followed.at`): once at first, then whenever it changes. */
  present(others: Present[]): void;
  /** There is a new notice for whoever follows, or, as they answer chats, another number of customers who wait in one. */
  noticed(): void;
  /** Changes may have been missed: whatever is shown has to be looked at again. */
  missed(): void;
  /** The server stops, and nothing more will be told. */
  ended(): void;
}

/** Hearing of changes in cases, and of notices to oneself, as they happen, whichever process writes them. */
export interface Following {
  /**
   * Tells somebody of changes in cases, as long as they may see them, and of notices to them.
   * @returns ends it
   */
  follow(actor: Staff, followed: Followed, follower: Follower): () => void;
  /** Tells the customer of a chat that something has happened there. @returns ends it */
  followChat(follower: ChatFollower): () => void;
  /** Who else has a case open that this person has been shown. */
  present(caseNo: string, actor: Staff): Promise<Present[]>;
  /** Ends it for all; whoever comes afterwards is told so at once. */
  stop(): Promise<void>;
}

interface Needs {
  cases: Pick<Stores['cases'], 'get'>;
  changes: CaseChanges;
  presence: Presence;
  visible: Pick<VisibleCases, 'see'>;
  drafts: Pick<FormDrafts, 'get'>;
  log: { warn(fields: object, message: string): void };
}

interface Follow {
  actor: Staff;
  followed: Followed;
  follower: Follower;
  /** Ends being seen at the case whose page it is; undefined: they are not. */
  leave?: ReturnType<Presence['enter']> | undefined;
  /** By the last look at that case after a change, they may not see it. */
  isBarred?: boolean;
}

/** Whether a change in a case is for somebody to hear. */
const wants = ({ actor, followed: { cases: shown, also } }: Follow, state: CaseState): boolean =>
  (shown.has(state.caseNo) ||
    (also === 'own' && state.owner?.id === actor.id) ||
    (also === 'led' && atLeast(actor, 'supervisor') && awaitsLeader(state, actor.id))) &&
  maySee(actor, state);

/** Builds `Following`. Nothing is listened to before somebody follows. */
export function createFollowing({ cases, changes, presence, visible, drafts, log }: Needs): Following {
  const follows = new Set<Follow>();
  const inChats = new ChatFollowers();
  /** Cases that are being looked up; true: they have changed again meanwhile. */
  const underway = new Map<string, boolean>();
  let isListening = false;
  let hasStopped = false;

  async function lookUp(caseNo: string): Promise<void> {
    const state = (await cases.get(caseNo))?.state;
    if (!state) return;
    for (const follow of follows) {
      if (wants(follow, state)) follow.follower.changed(caseNo);
      if (follow.followed.at?.caseNo !== caseNo) continue;
      follow.isBarred = !maySee(follow.actor, state);
      if (!follow.isBarred) continue;
      follow.leave?.('now');
      follow.leave = undefined;
    }
  }

  /** Lets somebody be seen at the case whose page they have open, once it is known that they may see it. */
  async function enter(follow: Follow): Promise<void> {
    const { actor, followed, follower } = follow;
    if (!followed.at) return;
    const { caseNo, form } = followed.at;
    const [draft] = await Promise.all([
      form === undefined ? undefined : drafts.get(form, actor),
      visible.see(caseNo, actor),
    ]);
    // What was read may be older than a change that was looked at meanwhile.
    if (!follows.has(follow) || follow.isBarred) return;
    follow.leave = presence.enter({ caseNo, form, writes: draft !== undefined }, actor, (others) =>
      follower.present(others),
    );
  }

  /** Looks a case up once for all who follow. Changes that come meanwhile are told by one more look. */
  async function changed(caseNo: string): Promise<void> {
    inChats.changed((one) => one.caseNo === caseNo);
    if (follows.size === 0) return;
    if (underway.has(caseNo)) {
      underway.set(caseNo, true);
      return;
    }
    try {
      do {
        underway.set(caseNo, false);
        await lookUp(caseNo);
      } while (underway.get(caseNo));
    } catch (error) {
      log.warn({ caseNo, err: error instanceof Error ? error.name : 'Error' }, 'a change could not be told');
      missed();
    } finally {
      underway.delete(caseNo);
    }
  }

  function missed(): void {
    for (const { follower } of follows) follower.missed();
  }

  function chatted(chatId: string, waits: boolean): void {
    inChats.changed((one) => one.chatId === chatId);
    for (const { actor, followed, follower } of follows) {
      if (followed.also === 'chats' && readsAs(actor, 'agent')) follower.changed(chatId);
      else if (waits && atLeast(actor, 'agent')) follower.noticed();
    }
  }

  /** Also who may see the case that they have open may have changed meanwhile. */
  function missedSome(): void {
    missed();
    inChats.changed();
    const open = new Set([...follows].flatMap(({ followed: { at } }) => (at ? [at.caseNo] : [])));
    for (const caseNo of open) void changed(caseNo);
  }

  function noticed(userId: string): void {
    for (const { actor, follower } of follows) if (actor.id === userId) follower.noticed();
  }

  function listen(): void {
    if (isListening) return;
    isListening = true;
    changes.listen({
      changed: (caseNo) => void changed(caseNo),
      noticed,
      chatted,
      missed: missedSome,
      present: (message) => presence.heard(message),
      began: () => presence.began(),
    });
  }

  return {
    followChat(follower) {
      if (hasStopped) {
        follower.ended();
        return () => undefined;
      }
      listen();
      return inChats.add(follower);
    },
    follow(actor, followed, follower) {
      if (hasStopped) {
        follower.ended();
        return () => undefined;
      }
      listen();
      const follow: Follow = { actor, followed, follower };
      follows.add(follow);
      enter(follow).catch((error: unknown) => {
        // The page shows the case, or says itself that they may not see it.
        if (!isRefused(error)) {
          log.warn({ err: error instanceof Error ? error.name : 'Error' }, 'who opened a case could not be told');
        }
      });
      return () => {
        follows.delete(follow);
        follow.leave?.();
      };
    },
    present: (caseNo, actor) => presence.others(caseNo, actor),
    async stop() {
      hasStopped = true;
      presence.stop();
      const all = [...follows];
      follows.clear();
      for (const { follower } of all) follower.ended();
      inChats.end();
      await changes.stop();
    },
  };
}
