import { LedgerConflict, type Stores } from '../src/db';
import type { CaseEvent } from '../src/domain/case/events';
import type { Activities } from './interface';
import { isSigned, type Senders } from './senders';

/**
 * See `Activities.appendEvents`. Key: (case, sequence). A `LedgerGap` is thrown as a plain error and so retried without
 * end: the ledger has lost rows, and the case must stand still where the watch finds it instead of failing.
 */
export const appendEvents =
  (
    { ledger }: Pick<Stores, 'ledger'>,
    { mailDomain, sms = false }: { mailDomain: string; sms?: boolean },
    senders: Senders,
  ): Activities['appendEvents'] =>
  async ({ caseNo, events, sender }) => {
    if (!isSigned(senders, caseNo, sender)) {
      if (!senders.allowUnsigned) return { unsigned: 'refused' };
      // Unmarked at the first call; the workflow then calls again with events marked `via: 'temporal'`, which are written.
      if (!events.some(({ decision }) => decision?.via === 'temporal')) return { unsigned: 'allowed' };
    }
    try {
      await ledger.append(caseNo, events, { mailDomain, sms });
      return {};
    } catch (error) {
      const first = events[0];
      if (!(error instanceof LedgerConflict) || !first) throw error;
      const stored = await ledger.events(caseNo, first.seq - 1);
      return { adopted: stored.map(({ hash: _hash, ...row }) => row as CaseEvent) };
    }
  };
