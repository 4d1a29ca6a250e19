import type { ComplaintRecord, OutboxRow } from '../../../db/records';
import type { Language } from '../../../domain/basics/types';
import { fold } from '../../../domain/case/evolve';
import type { CaseState } from '../../../domain/case/state';
import type { MailKind } from '../../../domain/policy/mail-kinds';
import type { Duty } from '../duty';
import type { CaseReader } from './case-reader';

/** Who gets a mail, and how they are addressed. */
export interface Readers {
  addresses: string[];
  language: Language;
}

/** What is always for the owner, whoever else hears of it. */
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
  'resumed',
  'mailFailed',
  'askByPhone',
];

/** Whom a planned mail reaches when it is sent. */
export class Recipients {
  constructor(
    private readonly cases: CaseReader,
    private readonly duty: Pick<Duty, 'readers'>,
  ) {}

  /**
   * What is for the owner goes to whoever owns the case now: a former one may do nothing about it any more.
   * @returns the row, under its own Message-ID
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

  /** Addresses that were fixed before stay. Readers of several languages get Chinese. */
  async of(row: OutboxRow, complaint: ComplaintRecord, state: CaseState | undefined): Promise<Readers> {
    if (row.to.kind === 'customer') {
      const { email } = complaint.customer;
      const addresses = row.addresses ?? (email === undefined || email === '' ? [] : [email]);
      return { addresses, language: complaint.language };
    }
    const policy = await this.cases.policy(state?.policyVersion ?? complaint.policyVersion);
    const users = await this.duty.readers(row.to, state, policy);
    const addresses = row.addresses ?? [...new Set(users.map((user) => user.email).filter((email) => email !== ''))];
    const languages = new Set(users.map((user) => user.language));
    const [only] = languages;
    return { addresses, language: languages.size === 1 && only !== undefined ? only : 'zh-CN' };
  }
}
