import type { ComplaintRecord } from '../../db/records';
import { isCaseNumber } from '../../domain/basics/ids';
import { atLeast, mayCall, maySee, type Staff } from '../../domain/case/permissions';
import type { CaseState } from '../../domain/case/state';
import { staffNamed } from '../../text/staff-names';
import type { Stores } from '../../db';
import { noSuchCase } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { PolicyCache } from '../rules/policies';
import type { CaseAnswer, CaseView } from './answers';
import { textsOf, TOLD } from './case-record';
import { caseAnswer, caseView, peopleIn, stateAtReceipt, type CaseParts } from './case-view';
import type { Naming } from './naming';
import { createWordsReader } from './words-read';

/** A case that the person who asks may see. */
export interface Seen {
  record: ComplaintRecord;
  state: CaseState;
  /** False as long as the workflow has not written anything; `state` is then worked out from the complaint. */
  running: boolean;
}

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'ledger' | 'texts' | 'evidence' | 'actions' | 'reads' | 'trackers'>;
  naming: Naming;
  policies: Pick<PolicyCache, 'version'>;
  staff: Pick<StaffDirectory, 'names' | 'self'>;
  clock: () => number;
}

/** Which cases a person may see, and what they are shown of each. Every use case of staff begins with `see`. */
export class VisibleCases {
  private readonly wordsOf = createWordsReader();

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
   * The answer about a case: all that belongs to it, what this person may decide now, and what has to come first. Writes the
   * look down, and does not check that they may see it.
   * @param options `masked`: phone and mail address are masked whoever asks
   */
  async answerOn(
    { record, state }: Pick<Seen, 'record' | 'state'>,
    actor: Staff,
    { masked = false }: { masked?: boolean } = {},
  ): Promise<CaseAnswer> {
    const { naming, clock } = this.needs;
    const open = mayCall(actor, state) && !masked;
    await this.look(record, actor, { contact: open });
    const answer = caseAnswer(await this.partsOf({ record, state }, actor), actor, clock(), open);
    const waiting = answer.waiting.map(async ({ because: { code, words, about }, ...one }) => ({
      ...one,
      because: { code, words: await naming.named(words, about, actor) },
    }));
    return { ...answer, waiting: await Promise.all(waiting) };
  }

  /**
   * The case as it stood after an earlier entry. Phone and mail address follow who may have them now. Dates of corrective
   * actions and tickets stand nowhere in the ledger, so only the present has them.
   * @param options `masked`: phone and mail address are masked whoever asks
   */
  async viewAt(
    { record, state }: Pick<Seen, 'record' | 'state'>,
    then: CaseState,
    actor: Staff,
    { masked = false }: { masked?: boolean } = {},
  ): Promise<CaseView> {
    const open = mayCall(actor, state) && !masked;
    await this.look(record, actor, { contact: open });
    const parts = await this.partsOf({ record, state: then }, actor);
    const evidence = parts.evidence.filter(({ evidenceId }) => then.evidence.includes(evidenceId));
    return caseView({ ...parts, evidence, ...(then.seq < state.seq && { actionRows: [], tickets: [] }) }, open);
  }

  /**
   * Writes down that this person looks at the case; to be called before it is shown.
   * @param what `seq`: the last entry of the timeline that they are shown; `contact`: they see phone and mail address in full
   * @returns the last entry that they had been shown before; 0: none
   */
  look(
    { caseNo, customer }: Pick<ComplaintRecord, 'caseNo' | 'customer'>,
    { id }: Staff,
    { seq = 0, contact = false }: { seq?: number; contact?: boolean } = {},
  ): Promise<number> {
    const isContact = contact && (customer.phone !== undefined || customer.email !== undefined);
    return this.needs.stores.reads.look({
      userId: id,
      caseNo,
      kinds: isContact ? ['opened', 'contact'] : ['opened'],
      seq,
    });
  }

  /** What the view of a case is made of. Entries after `state` are left out. */
  private async partsOf({ record, state }: Pick<Seen, 'record' | 'state'>, actor: Staff): Promise<CaseParts> {
    const { stores, policies, staff, naming } = this.needs;
    const told = (await stores.ledger.eventsOf(record.caseNo, TOLD)).filter(({ seq }) => seq <= state.seq);
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
    const [policy, names, texts, evidence, seen, actionRows, tickets, complaints] = await Promise.all([
      policies.version(state.policyVersion),
      staff.names([
        ...peopleIn(state, record),
        ...told.flatMap(({ actor: by }) => (by.kind === 'staff' ? [by.id] : [])),
      ]),
      textIds.length > 0 ? stores.texts.get(textIds) : new Map<string, { body: string }>(),
      state.evidence.length > 0 ? stores.evidence.list(record.caseNo) : [],
      naming.seenBy(numbers, actor),
      state.actions.length > 0 ? stores.actions.list({ caseNo: record.caseNo }) : [],
      state.helpTasks.length + state.actions.length > 0 ? stores.trackers.ofCase(record.caseNo) : [],
      stores.cases.complaintsUpTo({ customerId: state.customerId, receivedAt: record.receivedAt }),
    ]);
    const words = this.wordsOf(record);
    return { state, record, words, policy, names, texts, evidence, seen, told, actionRows, tickets, complaints };
  }
}
