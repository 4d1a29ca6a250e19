import type { ComplaintRecord, OutboxRow, User } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import { fold } from '../../../domain/case/evolve';
import type { CaseState } from '../../../domain/case/state';
import type { MailKind } from '../../../domain/policy/mail-kinds';
import type { Duty } from '../duty';
import type { CaseReader } from './case-reader';

/** Who gets a mail. Without addresses it reaches nobody. */
export interface Readers {
  addresses: string[];
  language: Language;
  /** The staff among them. */
  staff: User[];
}

/** Kinds that are meant for the owner of the case, whoever else is told as well. */
const TO_OWNER: readonly MailKind[] = [
  'promiseWarned',
  'escalation',
  'chased',
  'helpAnswered',
  'returned',
  'customerAnswered',
  'customerSilent',
  'reopened',
  'customerWithdrew',
  'customerAdded',
  'customerWrote',
  'callBackWanted',
  'turnedWorse',
  'resumed',
  'mailFailed',
  'askByPhone',
];

/** Works out whom a planned mail reaches at the time it is sent. */
export class Recipients {
  constructor(
    private readonly cases: CaseReader,
    private readonly duty: Pick<Duty, 'readers'>,
  ) {}

  /**
   * Redirects a mail that was planned for the owner to whoever owns the case now, since a former owner may do nothing
   * about it any more. Left as it is: other kinds, a case without an owner, a mail whose addresses are fixed, and one
   * whose recipient was not the owner at the event.
   * @returns the row itself, or a copy with the new recipient and the same Message-ID; nothing is written
   */
  async forOwner(row: OutboxRow, state: CaseState | undefined): Promise<OutboxRow> {
    const { to } = row;
    const owner = state?.owner?.id;
    if (to.kind !== 'user' || owner === undefined || to.id === owner || row.addresses || !TO_OWNER.includes(row.mail)) {
      return row;
    }
    const events = await this.cases.ledger(row.caseNo, row.seq);
    const then = fold(
      row.caseNo,
      events.filter(({ seq }) => seq <= row.seq),
    );
    return then?.owner?.id === to.id ? { ...row, to: { kind: 'user', id: owner } } : row;
  }

  /** Addresses and language of a mail. Addresses once fixed stay; readers of several languages get Chinese. */
  async of(row: OutboxRow, complaint: ComplaintRecord, state: CaseState | undefined): Promise<Readers> {
    if (row.to.kind === 'customer') {
      const { email } = complaint.customer;
      const addresses = row.addresses ?? (email === undefined || email === '' ? [] : [email]);
      return { addresses, language: complaint.language, staff: [] };
    }
    const policy = await this.cases.policy(state?.policyVersion ?? complaint.policyVersion);
    const users = await this.duty.readers(row.to, state, policy);
    const addresses = row.addresses ?? [...new Set(users.map((user) => user.email).filter((email) => email !== ''))];
    const languages = new Set(users.map((user) => user.language));
    const [only] = languages;
    return {
      addresses,
      language: languages.size === 1 && only !== undefined ? only : 'zh-CN',
      staff: users,
    };
  }
}
