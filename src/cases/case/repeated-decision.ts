import { fingerprint } from '../../domain/basics/canonical';
import { isCaseNumber } from '../../domain/basics/ids';
import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import { maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import type { Stores } from '../../db';
import { noSuchCase } from '../refused';
import type { DecisionAnswer } from './answers';
import type { DecisionInput, InputFilling } from './decision-input';
import { idReused } from './decision-refusals';
import { takeTexts } from './texts';
import type { VisibleCases } from './visible';

/** A decision that was taken before, and the case then and now. */
interface TakenBefore {
  /** The answer's `seq` of the first time. */
  seq: number;
  /** The ledger up to the decision's last entry. */
  events: CaseEvent[];
  /** The state of the case now. */
  now: CaseState;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'ledger'>;
  visible: Pick<VisibleCases, 'answerOn'>;
  filling: Pick<InputFilling, 'filledAsThen'>;
}

/**
 * Decisions under an id that was used before: the same decision again changes nothing and gets its answer, another one is
 * refused. Answered from the ledger, because people named in the decision, or the case itself, may have changed since.
 */
export class RepeatedDecisions {
  constructor(private readonly needs: Needs) {}

  /**
   * Looks for a decision that this person has taken under this id.
   * @returns undefined if they have not; a repeat by somebody else is left to the workflow
   * @throws Refused `conflict` (`decision_id_reused`) if they took another decision, or other input, under the id
   */
  async takenBefore(
    caseNo: string,
    name: DecisionName,
    given: DecisionInput,
    actor: Staff,
    decisionId: string,
  ): Promise<TakenBefore | undefined> {
    const { stores, filling } = this.needs;
    const now = isCaseNumber(caseNo) ? (await stores.cases.get(caseNo))?.state : undefined;
    const known = now && Object.hasOwn(now.decisions, decisionId) ? now.decisions[decisionId] : undefined;
    if (!now || !known) return undefined;
    const events = await stores.ledger.events(caseNo);
    const own = events.filter(({ decision }) => decision?.id === decisionId);
    const first = own.find((item) => item.actor.kind === 'staff');
    if (first?.actor.kind !== 'staff' || first.actor.id !== actor.id) return undefined;
    // It is no part of what is decided, and travelled nowhere the first time.
    const { sendAnyway: _sendAnyway, ...said } = given;
    const filled = await filling.filledAsThen(name, said, first);
    const { input } = takeTexts(filled, DECISIONS[name].texts, { caseNo, decisionId, decision: name });
    if (known.print !== fingerprint([name, input])) throw idReused();
    return { seq: known.seq, events: events.filter(({ seq }) => seq <= (own.at(-1)?.seq ?? 0)), now };
  }

  /**
   * The answer to a repeat: the first `seq`, with the case as it is now or, if the person may not see it any more, as it was
   * after the decision and with nothing to decide.
   */
  async answer(
    caseNo: string,
    actor: Staff,
    decisionId: string,
    { seq, events, now }: TakenBefore,
  ): Promise<DecisionAnswer> {
    const { stores, visible } = this.needs;
    const decision = { decisionId, seq };
    const record = await stores.complaints.get(caseNo);
    const then = fold(caseNo, events);
    if (!record || !then) throw noSuchCase();
    if (maySee(actor, now)) return { ...(await visible.answerOn({ record, state: now }, actor)), decision };
    const answer = await visible.answerOn({ record, state: then }, actor);
    const evidence = answer.case.evidence.filter(({ evidenceId }) => then.evidence.includes(evidenceId));
    return { case: { ...answer.case, evidence }, allowed: [], waiting: [], decision };
  }
}
