import type { ComplaintRecord } from '../../db/records';
import { isCaseNumber } from '../../domain/basics/ids';
import { atLeast, maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { staffNamed } from '../../text/staff-names';
import type { Stores } from '../../db';
import { noSuchCase } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type { CaseAnswer } from './answers';
import { textsOf, TOLD } from './case-record';
import { caseAnswer, peopleIn, stateAtReceipt } from './case-view';
import type { Naming } from './naming';

/** A case that the person who asks may see. */
export interface Seen {
  record: ComplaintRecord;
  state: CaseState;
  /** False as long as the workflow has not written anything; `state` is then worked out from the complaint. */
  running: boolean;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'ledger' | 'texts' | 'evidence' | 'actions'>;
  naming: Naming;
  policies: Pick<PolicyCache, 'version'>;
  staff: Pick<StaffDirectory, 'names' | 'self'>;
  clock: () => number;
}

/** Which cases a person may see, and what they are shown of each. Every use case of staff begins with `see`. */
export class VisibleCases {
  constructor(private readonly needs: Needs) {}

  /**
   * The case, if this person may see it. Before its workflow has written anything, its state is worked out from the
   * complaint.
   * @throws Refused `notFound` both for a case that is not there and for one that they may not see, so that nobody learns
   *   which numbers exist
   */
  async see(caseNo: string, actor: Staff): Promise<Seen> {
    const { stores, policies, staff } = this.needs;
    if (!isCaseNumber(caseNo)) throw noSuchCase();
    const [stored, record] = await Promise.all([stores.cases.get(caseNo), stores.complaints.get(caseNo)]);
    if (!record) throw noSuchCase();
    const state = stored?.state ?? stateAtReceipt(record, await policies.version(record.policyVersion));
    if (!maySee(actor, state)) throw noSuchCase();
    // Before the receipt the state does not say yet who is named in the complaint, so its text is searched here: whoever is
    // named may not see it.
    const [named] = stored ? [] : staffNamed({ ...record, text: record.text.body }, [await staff.self(actor)]);
    if (named && !atLeast(actor, 'admin')) throw noSuchCase();
    return { record, state, running: stored !== undefined };
  }

  /**
   * The answer about a case: all that belongs to it, what this person may decide now, and what has to come first. Does not
   * check that they may see it.
   */
  async answerOn({ record, state }: Pick<Seen, 'record' | 'state'>, actor: Staff): Promise<CaseAnswer> {
    const { stores, policies, staff, naming, clock } = this.needs;
    const told = await stores.ledger.eventsOf(record.caseNo, TOLD);
    const textIds = [
      ...textsOf(told),
      ...(state.proposal ? [state.proposal.solution.textId] : []),
      ...Object.values(state.forms ?? {}).map(({ values }) => values.textId),
    ];
    const numbers = [
      ...state.repeatOf,
      ...state.absorbed,
      ...(state.mergedInto === undefined ? [] : [state.mergedInto]),
    ];
    const [policy, names, texts, evidence, seen, actionRows] = await Promise.all([
      policies.version(state.policyVersion),
      staff.names([
        ...peopleIn(state, record),
        ...told.flatMap(({ actor: by }) => (by.kind === 'staff' ? [by.id] : [])),
      ]),
      textIds.length > 0 ? stores.texts.get(textIds) : new Map<string, { body: string }>(),
      state.evidence.length > 0 ? stores.evidence.list(record.caseNo) : [],
      naming.seenBy(numbers, actor),
      state.actions.length > 0 ? stores.actions.list({ caseNo: record.caseNo }) : [],
    ]);
    const answer = caseAnswer(
      { state, record, policy, names, texts, evidence, seen, told, actionRows },
      actor,
      clock(),
    );
    const waiting = answer.waiting.map(async ({ because: { code, words, about }, ...one }) => ({
      ...one,
      because: { code, words: await naming.named(words, about, actor) },
    }));
    return { ...answer, waiting: await Promise.all(waiting) };
  }
}
