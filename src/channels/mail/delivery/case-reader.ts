import { LRUCache } from 'lru-cache';
import type { ComplaintRecord, OutboxRow } from '../../../db/records';
import type { CaseEvent } from '../../../domain/case/events';
import type { CaseState } from '../../../domain/case/state';
import { HOUSE_POLICY } from '../../../domain/policy/house';
import type { Policy } from '../../../domain/policy/schema';
import type { MailStores } from '../stores';

/** Reads cases for their mails. Events and policy versions never change once written, so they are kept in memory. */
export class CaseReader {
  private readonly policies = new Map<number, Policy>();
  private readonly ledgers = new LRUCache<string, CaseEvent[]>({ max: 100 });

  constructor(private readonly stores: Pick<MailStores, 'cases' | 'complaints' | 'ledger' | 'policies'>) {}

  /**
   * @throws Error when there is no complaint of this number, which is a bug: a mail is planned for a stored one only
   */
  async complaint(caseNo: string): Promise<ComplaintRecord> {
    const complaint = await this.stores.complaints.get(caseNo);
    if (!complaint) throw new Error('a mail of a case without a complaint');
    return complaint;
  }

  /** The case as it stands now, read anew each time; undefined before its first event has been written. */
  async state(caseNo: string): Promise<CaseState | undefined> {
    return (await this.stores.cases.get(caseNo))?.state;
  }

  /** A published version of the policy; `HOUSE_POLICY` in place of a version that does not exist. */
  async policy(version: number): Promise<Policy> {
    let policy = this.policies.get(version);
    if (!policy) {
      policy = (await this.stores.policies.get(version)) ?? HOUSE_POLICY;
      this.policies.set(version, policy);
    }
    return policy;
  }

  /**
   * The ledger from the first event to event `seq` at least, maybe further. Only the events that are not in memory yet
   * are read, since a long case causes many mails.
   */
  async ledger(caseNo: string, seq: number): Promise<CaseEvent[]> {
    const known = this.ledgers.get(caseNo) ?? [];
    const lastSeq = known.at(-1)?.seq ?? 0;
    if (lastSeq >= seq) return known;
    const events = [...known, ...(await this.stores.ledger.events(caseNo, lastSeq))];
    this.ledgers.set(caseNo, events);
    return events;
  }

  /** The event that a mail was planned with; undefined when the ledger does not have it. */
  async cause({ caseNo, seq }: Pick<OutboxRow, 'caseNo' | 'seq'>): Promise<CaseEvent | undefined> {
    return (await this.ledger(caseNo, seq)).find((event) => event.seq === seq);
  }
}
