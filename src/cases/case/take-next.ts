import type { Stores } from '../../db';
import type { CaseState } from '../../domain/case/state';
import type { Staff } from '../../domain/case/permissions';
import { allowed } from '../../domain/decisions/decide';
import { mayOwn, needsOwner } from '../../domain/staffing/owning';
import { toInstant } from '../../domain/time/duration';
import { sha256 } from '../access/links';
import { conflict, isRefused } from '../refused';
import type { TakenNext } from './answers';
import type { PolicyCache } from '../rules/policies';
import type { Deciding } from './decide';

/** Taking cases that nobody owns. */
export interface TakingNext {
  /**
   * Gives this person the case without an owner that presses most, of those they may own and see, and accepts it for them.
   * Two people who ask at once get two cases.
   * @param requestId the request's own: the same request again takes no second case, and gets the first answer
   * @throws Refused `conflict` (`nothing_to_take`)
   */
  takeNext(actor: Staff, requestId: string): Promise<TakenNext>;
}

interface Needs {
  cases: Pick<Stores['cases'], 'list'>;
  policies: Pick<PolicyCache, 'version'>;
  deciding: Pick<Deciding, 'decided'>;
  clock: () => number;
}

/** Cases without an owner that are looked through; a person who may own none of these is told that there is none. */
const LOOKED_THROUGH = 100;
/** Of the reader's own cases, the last changed ones, among which the first answer to a repeated request is looked for. */
const OWN = 20;

const SOMEBODY_ELSES = ['conflict', 'forbidden', 'notFound'] as const;

const NOTHING_TO_TAKE = conflict({
  code: 'nothing_to_take',
  words: {
    zh: '现在没有您可以接的案件；有新的会出现在接单队列里',
    en: 'there is no case that you could take now; new ones appear in the queue',
  },
});

/** Builds `TakingNext`. */
export function createTakeNext({ cases, policies, deciding, clock }: Needs): TakingNext {
  /** Whether they could own the case, and may give it to themselves. */
  async function mayTake(state: CaseState, actor: Staff): Promise<boolean> {
    if (!needsOwner(state) || !mayOwn(actor.role, state.grade)) return false;
    const policy = await policies.version(state.policyVersion);
    return allowed(state, { actor, at: toInstant(clock()), policy }).includes('assign');
  }

  return {
    async takeNext(actor, requestId) {
      const id = (what: string): string => sha256(`take/${what}/${actor.id}/${requestId}`).slice(0, 40);
      const own = await cases.list({ owner: actor.id, open: true, sort: '-updated', limit: OWN, scope: actor });
      const taken = own.items.find(({ state }) => Object.hasOwn(state.decisions, id('assign')));
      if (taken) return { caseNo: taken.caseNo, status: 'taken' };

      const free = await cases.list({ owner: null, open: true, sort: 'due', limit: LOOKED_THROUGH, scope: actor });
      for (const { caseNo, state } of free.items) {
        if (!(await mayTake(state, actor))) continue;
        try {
          // As it was read: if somebody else was faster, this is refused and the next one is tried.
          const ids = { decisionId: id('assign'), expectedSeq: state.seq };
          const { status } = await deciding.decided(caseNo, 'assign', { owner: actor.id, ...ids }, actor);
          // It is theirs whether or not the acceptance is taken, too; if not, the page offers it.
          await deciding.decided(caseNo, 'accept', { decisionId: id('accept') }, actor).catch(ignoreRefusal);
          return { caseNo, status };
        } catch (error) {
          // Once it is somebody else's, they may not even see it.
          if (!SOMEBODY_ELSES.some((kind) => isRefused(error, kind))) throw error;
        }
      }
      throw NOTHING_TO_TAKE;
    },
  };
}

function ignoreRefusal(error: unknown): void {
  if (!isRefused(error)) throw error;
}
