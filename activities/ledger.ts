import { LedgerConflict, type Stores } from '../src/db';
import type { CaseEvent } from '../src/domain/case/events';
import type { Activities } from './interface';
import { isSigned, type Senders } from './senders';

/**
 * Key: (case, sequence). A gap is thrown plainly, so that it is retried for ever: it means a ledger that has lost rows,
 * and the case must stand still and be seen, not fail and be lost.
 */
export const appendEvents =
  (
    { ledger }: Pick<Stores, 'ledger'>,
    { mailDomain }: { mailDomain: string },
    senders: Senders,
  ): Activities['appendEvents'] =>
  async ({ caseNo, events, sender }) => {
    if (!isSigned(senders, caseNo, sender)) {
      if (!senders.allowUnsigned) return { unsigned: 'refused' };
      if (!events.some(({ decision }) => decision?.via === 'temporal')) return { unsigned: 'allowed' };
    }
    try {
      await ledger.append(caseNo, events, { mailDomain });
      return {};
    } catch (error) {
      const first = events[0];
      if (!(error instanceof LedgerConflict) || !first) throw error;
      const stored = await ledger.events(caseNo, first.seq - 1);
      return { adopted: stored.map(({ hash: _hash, ...row }) => row as CaseEvent) };
    }
  };
