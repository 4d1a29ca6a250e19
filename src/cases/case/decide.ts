import { isDatabaseAway } from '../../db/errors';
import type { Staff } from '../../domain/case/permissions';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Signing } from '../../temporal/signature';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import type { Engine } from '../engine/engine';
import type { Read } from '../../text/suggest';
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

/** Taking decisions in a case. The case's workflow alone decides whether one is taken. */
export interface Deciding {
  /**
   * A decision by a member of staff. When this returns, the ledger has it, or it is stored for a worker.
   * @param input as the decision's `api` schema gives it. `decisionId`: a repeat under the same id changes nothing and gets
   *   the first answer. `expectedSeq`: `case.seq` as the person saw it; anything newer is a `conflict`. `formSeq`: likewise,
   *   but only what others have done since and what changes the ground of this decision (`Reading.overtaking`).
   * @returns the case afterwards, with what is possible next. `status: 'accepted'`: no worker answered in time, and the
   *   decision is judged when one is back; or it was taken, and only the case cannot be read at the moment (`hints`)
   * @throws Refused `notFound` if they may not see the case; `invalid`, `forbidden` or `conflict` as the decision's guards
   *   refuse, `conflict` `decision_id_reused` for an id of another decision; `away` when Temporal is away, and then
   *   nothing is stored
   */
  decide(caseNo: string, name: DecisionName, input: DecisionInput & Ids, actor: Staff): Promise<DecisionAnswer>;
  /** As `decide`, but says only what became of the decision: for many cases at once. */
  decided(caseNo: string, name: DecisionName, input: DecisionInput & Ids, actor: Staff): Promise<Decided>;
  /**
   * A decision for other use cases, which must have checked that the decider may see the case.
   * @param ids left out: an id is drawn, and the decision cannot be repeated
   * @throws Refused `invalid`, `forbidden` or `conflict` as the decision's guards refuse; `away` when Temporal is away
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
  /** Reads what the customer says. */
  read: Read;
  naming: Naming;
  departments: Departments;
  starter: Pick<Starter, 'startNow'>;
  signing: Pick<Signing, 'sign'>;
  /** How long a worker has to answer before a decision is stored for later. */
  timeoutMs: number;
  /** The house sends text messages to customers. */
  sms: boolean;
  clock: () => number;
}

/** Deciding over the stores and Temporal. */
export function createDeciding(needs: Needs): Deciding {
  const { stores, engine, policies, staff, visible, naming, departments, starter, signing, timeoutMs, sms, clock } =
    needs;
  const filling = new InputFilling({ stores, staff, departments });
  const carrying = new Carrying({ stores, engine, policies, starter, timeoutMs, clock });
  const taking = new Taking({
    stores,
    policies,
    visible,
    read: needs.read,
    naming,
    filling,
    carrying,
    signing,
    sms,
    clock,
  });
  const repeats = new RepeatedDecisions({ stores, visible, filling });

  return {
    take: (seen, name, input, actor, ids) => taking.take(seen, name, input, actor, ids),

    async decided(caseNo, name, { decisionId, expectedSeq, formSeq, ...input }, actor) {
      const before =
        decisionId === undefined ? undefined : await repeats.takenBefore(caseNo, name, input, actor, decisionId);
      if (before && decisionId !== undefined) return { status: 'taken', decisionId, seq: before.seq };
      return taking.take(await visible.see(caseNo, actor), name, input, actor, { decisionId, expectedSeq, formSeq });
    },

    async decide(caseNo, name, { decisionId, expectedSeq, formSeq, ...input }, actor) {
      const before =
        decisionId === undefined ? undefined : await repeats.takenBefore(caseNo, name, input, actor, decisionId);
      if (before && decisionId !== undefined) return repeats.answer(caseNo, actor, decisionId, before);
      const seen = await visible.see(caseNo, actor);
      const decided = await taking.take(seen, name, input, actor, { decisionId, expectedSeq, formSeq });
      if (decided.status === 'accepted') {
        const hints = isOffer(name) ? [STORED, ...noAddressHint(seen.record, sms)] : [STORED];
        return waitingFor(caseNo, decided.decisionId, hints);
      }
      try {
        const state = (await stores.cases.get(caseNo))?.state ?? seen.state;
        const answer = await visible.answerOn({ record: seen.record, state }, actor);
        const hints = hintsOn(name, { record: seen.record, state }, sms);
        return {
          ...answer,
          decision: { decisionId: decided.decisionId, seq: decided.seq, ...(hints.length > 0 && { hints }) },
        };
      } catch (error) {
        // The decision has been taken; only the case cannot be read. An error here would make the caller try again.
        if (isDatabaseAway(error)) return waitingFor(caseNo, decided.decisionId, [TAKEN_UNSEEN]);
        throw error;
      }
    },
  };
}
