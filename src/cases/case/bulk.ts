import { isDatabaseAway } from '../../db/errors';
import type { Words } from '../../domain/basics/types';
import type { Staff } from '../../domain/case/permissions';
import type { DecisionName } from '../../domain/decisions/catalogue';
import { sha256 } from '../access/links';
import { away, invalid, Refused } from '../refused';
import type { Decided } from '../answer-parts';
import type { BulkAnswer } from './answers';
import type { Deciding } from './decide';
import type { DecisionInput } from './decision-input';
import { each } from './each';

/** One decision in many cases. */
export interface WantedInBulk {
  decision: DecisionName;
  /** Its fields, as the decision's `api` schema gives them: the same for every case. */
  input: DecisionInput;
  /** `expectedSeq`, `formSeq`: `case.seq` as the person saw it (`Ids`). */
  cases: { caseNo: string; expectedSeq?: number; formSeq?: number }[];
  /** The request's own; the id of the decision in each case is derived from it. */
  decisionId: string;
}

/** Taking one decision in many cases. */
export interface Bulk {
  /**
   * Takes the decision in each case by itself: one that is refused stops no other, and each answer says what became of it.
   * The same request again changes nothing where it was taken, and gives the first answer there.
   * @throws Refused `invalid` if a case is named twice; then nothing is decided
   */
  decideInBulk(wanted: WantedInBulk, actor: Staff): Promise<BulkAnswer>;
}

interface Needs {
  deciding: Pick<Deciding, 'decided'>;
  clock: () => number;
}

/** The most cases of one request. */
export const DECIDED_AT_ONCE = 200;
/**
 * Milliseconds after which no further case is begun. Two hundred take some seconds; when no worker answers, each would be
 * waited for.
 */
const TIME_MS = 30_000;

type Outcome = BulkAnswer['items'][number];

const NOT_REACHED: Words = {
  zh: '还没有轮到这一件，什么都没有改变；请把同样的请求再发一次',
  en: 'not reached in time, and nothing was changed; send the same request again',
};

/** Builds `Bulk`. */
export function createBulk({ deciding, clock }: Needs): Bulk {
  return {
    async decideInBulk({ decision, input, cases, decisionId }, actor) {
      const faults = cases.flatMap(({ caseNo }, n) =>
        cases.findIndex((other) => other.caseNo === caseNo) === n
          ? []
          : [{ path: `cases.${n}.caseNo`, words: { zh: '写了两次', en: 'stands twice' } }],
      );
      if (faults.length > 0) throw invalid(faults);
      const seqs = new Map(cases.map(({ caseNo, expectedSeq, formSeq }) => [caseNo, { expectedSeq, formSeq }]));
      return inEach(decision, [...seqs.keys()], clock, (caseNo) => {
        const ids = {
          decisionId: sha256(`bulk/${actor.id}/${decisionId}/${caseNo}`).slice(0, 40),
          ...seqs.get(caseNo),
        };
        return deciding.decided(caseNo, decision, { ...input, ...ids }, actor);
      });
    },
  };
}

/**
 * Takes a decision in each case by itself: one that is refused stops no other. A bug in one is an error of the whole, but not
 * before the cases beside it are done with.
 */
export async function inEach(
  decision: DecisionName,
  caseNos: readonly string[],
  clock: () => number,
  take: (caseNo: string) => Promise<Decided>,
): Promise<BulkAnswer> {
  const end = clock() + TIME_MS;
  const one = async (caseNo: string): Promise<Outcome> => {
    if (clock() >= end) return { caseNo, status: 'refused', code: 'not_reached', because: NOT_REACHED };
    try {
      const { status, ...taken } = await take(caseNo);
      return { caseNo, status, seq: 'seq' in taken ? taken.seq : undefined };
    } catch (error) {
      const refused = isDatabaseAway(error) ? away('database') : error;
      if (!(refused instanceof Refused)) throw error;
      const { code, words, details } = refused;
      return { caseNo, status: 'refused', code, because: words, instead: details.instead };
    }
  };
  const settled = await each(caseNos, (caseNo) =>
    one(caseNo).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
  const items = settled.map((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  });
  const of = (status: Outcome['status']): number => items.filter((item) => item.status === status).length;
  return { decision, taken: of('taken'), accepted: of('accepted'), refused: of('refused'), items };
}
