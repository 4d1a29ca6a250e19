import { LedgerConflict, type Stores } from '../src/db';
import type { CaseEvent } from '../src/domain/events';
import type { Activities } from './interface';

/**
 * Key: (case, sequence). A gap is thrown plainly, so that it is retried for ever: it means a ledger that has lost rows,
 * and the case must stand still and be seen, not fail and be lost.
 */
export const appendEvents =
  ({ ledger }: Pick<Stores, 'ledger'>, { mailDomain }: { mailDomain: string }): Activities['appendEvents'] =>
  async ({ caseNo, events }) => {
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
