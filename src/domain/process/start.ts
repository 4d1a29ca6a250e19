import type { Policy } from '../policy/schema';
import type { CaseState } from '../case/state';
import type { Category, Channel, Grade, Instant, Language, TextRef } from '../basics/types';
import type { FrozenZone } from '../time/house-day';

/** What a complaint's workflow is started with. The policy is frozen in: the case lives and ends under it. */
export interface ComplaintInput {
  caseNo: string;
  policy: Policy;
  /** A new complaint, as accepted. */
  received?: {
    channel: Channel;
    language: Language;
    customerId: string;
    text: TextRef;
    receivedAt: Instant;
    /**
     * `PROCESS_REVISION` of whoever starts it; absent: 1. Only for a worker that came before the receipt's activity
     * answered with its own: the rules are the worker's, so it is the worker that says which it follows.
     */
    revision?: number;
    /** The house's, where it is now; the case keeps it. Absent: started by a server that did not say, and UTC counts. */
    zone?: FrozenZone;
    suggestion: { grade: Grade; category: Category; rules: string[]; engine: string };
  };
  /** A case that goes on: after continue-as-new, a reopening, or the loss of the engine's own data. */
  carry?: CaseState;
  /** Tests lower the history length at which the workflow continues as new. */
  historyLimit?: number;
}
