import { isDatabaseAway } from '../../db/errors';
import type { Staff } from '../../domain/case/permissions';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Signing } from '../../temporal/signature';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { Engine } from '../engine/engine';
import type { Starter } from '../engine/starter';
import type { Departments } from '../people/departments';
import type { PolicyCache } from '../rules/policies';
import type { DecisionAnswer } from './answers';
import type { Decided } from '../answer-parts';
import { Carrying } from './carrying';
import { hintsOn, isOffer, noAddressHint, STORED, TAKEN_UNSEEN, waitingFor } from './decision-hints';
import { InputFilling, type DecisionInput } from './decision-input';
import type { Naming } from './naming';
import { RepeatedDecisions } from './repeated-decision';
import { Taking, type Decider, type Ids } from './taking';
import type { Seen, VisibleCases } from './visible';

/** Decisions in a case. Its workflow alone decides whether one is taken. */
export interface Deciding {
  /**
   * For staff, who have to see the case.
   * @param input what the decision's `api` schema gives; `decisionId` makes it repeatable, `expectedSeq` is the case as
   *   the person saw it
   * @returns the case afterwards; `status: 'accepted'`: no worker answered in time, it is stored and will be taken
   * @throws `notFound`; `invalid`, `forbidden` or `conflict` by the decision's own guards; `away` when Temporal is
   */
  decide(caseNo: string, name: DecisionName, input: DecisionInput & Ids, actor: Staff): Promise<DecisionAnswer>;
  /**
   * For other use cases, which have seen to it that the case is the decider's to decide in.
   * @param input without `decisionId`
   * @throws `invalid`, `forbidden` or `conflict` by the decision's own guards; `away` when Temporal is
   */
  take(
    seen: Pick<Seen, 'record' | 'state'>,
    name: DecisionName,
    input: DecisionInput,
    actor: Decider,
    ids?: Ids,
  ): Promise<Decided>;
}

interface Needs {
  stores: Stores;
  engine: Engine;
  policies: PolicyCache;
  staff: StaffDirectory;
  visible: VisibleCases;
  naming: Naming;
  departments: Departments;
  starter: Pick<Starter, 'startNow'>;
  signing: Pick<Signing, 'sign'>;
  /** How long a worker has to answer before a decision is stored for later. */
  timeoutMs: number;
  clock: () => number;
}

export function createDeciding(needs: Needs): Deciding {
  const { stores, engine, policies, staff, visible, naming, departments, starter, signing, timeoutMs, clock } = needs;
  const filling = new InputFilling({ stores, staff, departments });
  const carrying = new Carrying({ stores, engine, policies, starter, timeoutMs, clock });
  const taking = new Taking({ stores, policies, visible, naming, filling, carrying, signing, clock });
  const repeats = new RepeatedDecisions({ stores, visible, filling });

  return {
    take: (seen, name, input, actor, ids) => taking.take(seen, name, input, actor, ids),

    async decide(caseNo, name, { decisionId, expectedSeq, ...input }, actor) {
      const before =
        decisionId === undefined ? undefined : await repeats.takenBefore(caseNo, name, input, actor, decisionId);
      if (before && decisionId !== undefined) return repeats.answer(caseNo, actor, decisionId, before);
      const seen = await visible.see(caseNo, actor);
      const decided = await taking.take(seen, name, input, actor, { decisionId, expectedSeq });
      if (decided.status === 'accepted') {
        const hints = isOffer(name) ? [STORED, ...noAddressHint(seen.record)] : [STORED];
        return waitingFor(caseNo, decided.decisionId, hints);
      }
      try {
        const state = (await stores.cases.get(caseNo))?.state ?? seen.state;
        const answer = await visible.answerOn({ record: seen.record, state }, actor);
        const hints = hintsOn(name, { record: seen.record, state });
        return {
          ...answer,
          decision: { decisionId: decided.decisionId, seq: decided.seq, ...(hints.length > 0 && { hints }) },
        };
      } catch (error) {
        // It has been taken; only the look at it has to wait.
        if (isDatabaseAway(error)) return waitingFor(caseNo, decided.decisionId, [TAKEN_UNSEEN]);
        throw error;
      }
    },
  };
}
