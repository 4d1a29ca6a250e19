import type { Stores } from '../../db';
import { isCaseNumber } from '../../domain/basics/ids';
import type { Signing } from '../../temporal/signature';
import { EngineError, type Engine } from '../engine/engine';
import { away } from '../refused';

/** Milliseconds to wait for Temporal to take a signal. */
const SIGNAL_DEADLINE_MS = 5_000;

/** A report that mails of ours did not arrive, as somebody outside has written it. */
export interface ReportedMail {
  /** Message-IDs in it. */
  messageIds: readonly string[];
  /** Addresses, in small letters, that it says could not be reached. */
  recipients: readonly string[];
  /** Why, as `5.1.1`. */
  status?: string | undefined;
}

/**
 * Writes down that a mail which its server had taken was not delivered, and tells its case, whose owner then reaches the
 * reader another way. A report counts only if it names a mail that we have sent and an address that this mail went to.
 * @returns the case that was told; `ended`: it has ended, so nobody was; undefined: there is no such mail
 * @throws Refused `away` while Temporal does not answer; the same report may come again
 */
export type Undelivered = (report: ReportedMail) => Promise<{ caseNo: string; ended: boolean } | undefined>;

interface Needs {
  outbox: Pick<Stores['outbox'], 'list' | 'bounced'>;
  engine: Pick<Engine, 'signal'>;
  signing: Pick<Signing, 'sign'>;
}

/**
 * Tells a case that a message of it did not arrive. @returns false: the case has ended, so nobody was told
 * @throws Refused `away` while Temporal does not answer
 */
export type CaseTold = (
  caseNo: string,
  said: { mail: string; to: 'customer' | 'staff'; seq: number; by?: 'sms' | 'wechat' },
) => Promise<boolean>;

/** Builds `CaseTold`. */
export const createCaseTold =
  ({ engine, signing }: Pick<Needs, 'engine' | 'signing'>): CaseTold =>
  async (caseNo, said) => {
    try {
      await engine.signal(caseNo, 'mailFailed', signing.sign(caseNo, 'mailFailed', said), SIGNAL_DEADLINE_MS);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind === 'missing') return false;
      throw away('temporal');
    }
  };

/** Builds `Undelivered`. */
export function createUndelivered({ outbox, tell }: Pick<Needs, 'outbox'> & { tell: CaseTold }): Undelivered {
  return async ({ messageIds, recipients, status }) => {
    for (const messageId of messageIds) {
      const caseNo = messageId.slice(1).split('.', 1)[0] ?? '';
      if (!isCaseNumber(caseNo)) continue;
      const row = (await outbox.list(caseNo)).find((one) => one.messageId === messageId);
      if (!row || !['sent', 'failed'].includes(row.state)) continue;
      if (!row.addresses?.some((address) => recipients.includes(address.toLowerCase()))) continue;
      // Of this notice itself nobody is told: it would plan another one, and so on without end.
      const to = row.to.kind === 'customer' ? 'customer' : 'staff';
      const isTold = row.mail === 'mailFailed' || (await tell(caseNo, { mail: row.mail, to, seq: row.seq }));
      await outbox.bounced(row.id, status === undefined ? 'bounced' : `bounced_${status}`);
      return { caseNo, ended: !isTold };
    }
    return undefined;
  };
}
