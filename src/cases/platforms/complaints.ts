import type { Stores } from '../../db';
import { Refused } from '../refused';
import type { Deciding } from '../case/decide';

/** What is noted in a case of what has happened at its platform. */
export interface PlatformNote {
  caseNo: string;
  /** A repeat says the same. */
  text: string;
  decisionId: string;
  /** Whether the owner is told; `owned`: and it waits until there is one. */
  isPressing: boolean | 'owned';
}

/** Complaints of platforms in their cases. */
export interface PlatformCases {
  /**
   * For the channel alone: notes what has happened there, under the name of the system.
   * @returns `later`: no worker has begun the case, or nobody owns it yet; `refused`: the case does not take it
   * @throws Refused `away` when Temporal is away
   */
  note(note: PlatformNote): Promise<'taken' | 'later' | 'refused'>;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'platforms'>;
  deciding: Pick<Deciding, 'take'>;
}

/** Builds `PlatformCases`. */
export function createPlatformCases({ stores: { cases, complaints }, deciding }: Needs): PlatformCases {
  return {
    async note({ caseNo, text, decisionId, isPressing }) {
      const [stored, record] = await Promise.all([cases.get(caseNo), complaints.get(caseNo)]);
      if (!stored || !record) return 'later';
      const { state } = stored;
      const owner = state.owner?.id;
      if (isPressing === 'owned' && owner === undefined) return 'later';
      const mentions = isPressing !== false && owner !== undefined ? { mentions: [owner] } : {};
      // What somebody has written there names nobody here.
      const input = { text: text.replaceAll(/[@＠]/gu, '(at)') };
      const take = async (given: object): Promise<'taken' | 'refused'> => {
        try {
          await deciding.take({ record, state }, 'note', { ...given }, { kind: 'system' }, { decisionId });
          return 'taken';
        } catch (error) {
          if (!(error instanceof Refused) || error.kind === 'away') throw error;
          return 'refused';
        }
      };
      const became = await take({ ...input, ...mentions });
      // An owner who works here no more is told of nothing; the case says it all the same.
      return became === 'refused' && owner !== undefined ? take(input) : became;
    },
  };
}
