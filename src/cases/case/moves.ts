import { invalid, isRefused, notFound } from '../refused';
import { decide as judge } from '../../domain/decisions/decide';
import type { Staff } from '../../domain/case/permissions';
import type { Policy } from '../../domain/policy/schema';
import { isOpen } from '../../domain/promises/clock';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import type { CasesMoved, MovedCase } from './answers';
import type { Deciding } from './decide';
import { each } from './each';
import type { PolicyCache } from '../rules/policies';
import type { Seen, VisibleCases } from './visible';
import type { Stores } from '../../db';
import { sha256 } from '../access/links';

interface Needs {
  stores: Pick<Stores, 'cases' | 'policies'>;
  policies: PolicyCache;
  visible: VisibleCases;
  deciding: Deciding;
  clock: () => number;
}

/** The most cases that one call previews or moves. */
export const MOVED_AT_ONCE = 200;

/**
 * Builds `MoveAccess`. A case keeps the policy version that it was opened under, unless somebody moves it. A move is
 * previewed first, and is a decision in each case, so its ledger says who made it.
 */
export function createMoves({ stores, policies, visible, deciding, clock }: Needs) {
  /** @throws Refused `notFound` for a version that was never published */
  async function published(version: number): Promise<Policy> {
    const policy = await stores.policies.get(version);
    if (!policy) throw notFound({ zh: '规则版本', en: 'version of the policy' });
    return policy;
  }

  /** The cases named, or open ones under version `from` that the person may see. @throws Refused `invalid` without either */
  async function chosen(
    caseNos: string[] | undefined,
    from: number | undefined,
    { id, team, role }: Staff,
  ): Promise<string[]> {
    if (caseNos) return [...new Set(caseNos)];
    if (from === undefined) {
      throw invalid([
        {
          path: 'cases',
          words: {
            zh: '请写明案件，或它们要离开的版本（`from`）',
            en: 'name the cases, or the version they are to leave (`from`)',
          },
        },
      ]);
    }
    return stores.cases.openUnder(from, MOVED_AT_ONCE, { kind: 'staff', id, team, role });
  }

  /**
   * The cases, if the person may see all of them.
   * @param given the list as it was sent, for the places of the faults
   * @throws Refused `invalid` with a fault for each unknown number, so that a misspelt one stops the call before any move
   */
  async function visibleOrRefuse(
    caseNos: readonly string[],
    given: readonly string[],
    staff: Staff,
  ): Promise<Map<string, Seen>> {
    const found = await each(caseNos, async (caseNo): Promise<Seen | undefined> => {
      try {
        return await visible.see(caseNo, staff);
      } catch (error) {
        if (isRefused(error, 'notFound')) return undefined;
        throw error;
      }
    });
    const unknown = caseNos.filter((_caseNo, index) => !found[index]);
    if (unknown.length > 0) {
      throw invalid(
        unknown.map((caseNo) => ({
          path: `cases.${given.indexOf(caseNo)}`,
          words: {
            zh: `没有 ${caseNo} 这件投诉，或您不能查看；没有移动任何案件`,
            en: `there is no case ${caseNo}, or it is not yours to see; no case was moved`,
          },
        })),
      );
    }
    return new Map(caseNos.flatMap((caseNo, index) => (found[index] ? [[caseNo, found[index]] as const] : [])));
  }

  /** What a move would do to a case: its clocks, or the refusal. Changes nothing. */
  async function planned(policy: Policy, seen: Seen, staff: Staff): Promise<MovedCase> {
    const { state, record } = seen;
    const { caseNo } = record;
    const present = await policies.version(state.policyVersion);
    const message = { decisionId: 'preview-of-a-move', actor: staff, input: { to: policy.version, policy } };
    const verdict = judge(state, 'movePolicy', message, toInstant(clock()), present);
    const base = { caseNo, from: state.policyVersion };
    if (verdict.kind === 'conflict' || verdict.kind === 'forbidden') {
      return { ...base, clocks: [], status: 'refused', because: verdict.refusal.words };
    }
    const clocks = verdict.kind === 'taken' ? changesBetween(state, verdict.state) : [];
    return { ...base, clocks, status: 'preview' };
  }

  /** Moves one case; a refusal is an answer here and not an error, so that the others go on. */
  async function move(policy: Policy, seen: Seen, staff: Staff): Promise<MovedCase> {
    const wanted = await planned(policy, seen, staff);
    const { caseNo } = wanted;
    if (wanted.status === 'refused') return wanted;
    try {
      // Derived from the move and the state it starts from, so that repeating an interrupted call repeats the decision.
      const decisionId = sha256(`move/${caseNo}/${wanted.from}/${policy.version}/${seen.state.seq}`).slice(0, 40);
      const taken = await deciding.take(seen, 'movePolicy', { to: policy.version }, staff, { decisionId });
      return taken.status === 'taken'
        ? { ...wanted, status: 'moved', seq: taken.seq }
        : { ...wanted, status: 'accepted' };
    } catch (error) {
      if (isRefused(error, 'conflict')) {
        return { ...wanted, clocks: [], status: 'refused', because: error.words };
      }
      throw error;
    }
  }

  return {
    async preview(to: number, choice: { cases?: string[]; from?: number }, staff: Staff): Promise<CasesMoved> {
      const policy = await published(to);
      const caseNos = await chosen(choice.cases, choice.from, staff);
      const cases = await visibleOrRefuse(caseNos, choice.cases ?? caseNos, staff);
      return { to, items: await each([...cases.values()], (seen) => planned(policy, seen, staff)) };
    },

    async move(to: number, caseNos: string[], staff: Staff): Promise<CasesMoved> {
      const policy = await published(to);
      const cases = await visibleOrRefuse([...new Set(caseNos)], caseNos, staff);
      return { to, items: await each([...cases.values()], (seen) => move(policy, seen, staff)) };
    },
  };
}

/** Clocks that a move adds, calls off or gives another due time. */
function changesBetween(before: CaseState, after: CaseState): MovedCase['clocks'] {
  const ids = new Set([...Object.keys(before.clocks), ...Object.keys(after.clocks)]);
  return [...ids].flatMap((id): MovedCase['clocks'] => {
    const [old, next] = [before.clocks[id], after.clocks[id]];
    if (!old) return next ? [{ clock: id, change: 'added', dueAt: next.dueAt }] : [];
    if (!next || !isOpen(old)) return [];
    if (!isOpen(next)) return [{ clock: id, change: 'calledOff', was: old.dueAt }];
    return next.version === old.version ? [] : [{ clock: id, change: 'moved', was: old.dueAt, dueAt: next.dueAt }];
  });
}
