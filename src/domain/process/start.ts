import type { Policy } from '../policy/schema';
import type { CaseState } from '../case/state';
import type { Category, Channel, Grade, Instant, Language, TextRef } from '../basics/types';
import type { FrozenZone } from '../time/house-day';

/**
 * What the workflow of a case is started with. The policy is frozen into it: the case keeps it until somebody moves it
 * to another version.
 */
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
     * `PROCESS_REVISION` of the program that started the workflow; absent: 1. It counts only in histories from before
     * `prepareCase` answered with the revision of the worker, whose rules the case really follows.
     */
    revision?: number;
    /**
     * The house's zone at the start, which the case keeps. Absent in starts by older servers: days are counted by UTC.
     */
    zone?: FrozenZone;
    suggestion: { grade: Grade; category: Category; rules: string[]; engine: string };
  };
  /** The state of a case that goes on: after continue-as-new, a reopening, or the loss of Temporal's data. */
  carry?: CaseState;
  /** Tests lower the history length at which the workflow continues as new. */
  historyLimit?: number;
}
