import type { CaseChanges, Stores } from '../../db';
import { awaits } from '../../domain/case/awaits';
import { atLeast, maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';

/** What somebody wants to hear of. */
export interface Followed {
  /** The numbers of cases that their page shows. */
  cases: ReadonlySet<string>;
  /** `own`: also the cases that they own. `led`: also those that wait for an approval, for whoever leads. */
  also?: 'own' | 'led' | undefined;
}

/** Whoever follows. */
export interface Follower {
  /** A case has changed. */
  changed(caseNo: string): void;
  /** There is a new notice for whoever follows. */
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
  /** Ends it for all; whoever comes afterwards is told so at once. */
  stop(): Promise<void>;
}

interface Needs {
  cases: Pick<Stores['cases'], 'get'>;
  changes: CaseChanges;
  log: { warn(fields: object, message: string): void };
}

interface Follow {
  actor: Staff;
  followed: Followed;
  follower: Follower;
}

/** Builds `Following`. Nothing is listened to before somebody follows. */
export function createFollowing({ cases, changes, log }: Needs): Following {
  const follows = new Set<Follow>();
  /** Cases that are being looked up; true: they have changed again meanwhile. */
  const underway = new Map<string, boolean>();
  let isListening = false;
  let hasStopped = false;

  const wants = ({ actor, followed: { cases: shown, also } }: Follow, state: CaseState): boolean =>
    (shown.has(state.caseNo) ||
      (also === 'own' && state.owner?.id === actor.id) ||
      (also === 'led' && atLeast(actor, 'supervisor') && awaits(state).includes('approval'))) &&
    maySee(actor, state);

  async function lookUp(caseNo: string): Promise<void> {
    const state = (await cases.get(caseNo))?.state;
    if (!state) return;
    for (const follow of follows) if (wants(follow, state)) follow.follower.changed(caseNo);
  }

  /** Looks a case up once for all who follow. Changes that come meanwhile are told by one more look. */
  async function changed(caseNo: string): Promise<void> {
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

  function noticed(userId: string): void {
    for (const { actor, follower } of follows) if (actor.id === userId) follower.noticed();
  }

  return {
    follow(actor, followed, follower) {
      if (hasStopped) {
        follower.ended();
        return () => undefined;
      }
      if (!isListening) {
        isListening = true;
        changes.listen({ changed: (caseNo) => void changed(caseNo), noticed, missed });
      }
      const follow = { actor, followed, follower };
      follows.add(follow);
      return () => void follows.delete(follow);
    },
    async stop() {
      hasStopped = true;
      const all = [...follows];
      follows.clear();
      for (const { follower } of all) follower.ended();
      await changes.stop();
    },
  };
}
