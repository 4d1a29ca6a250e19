import { ApplicationFailure } from '@temporalio/workflow';
import type { CaseEvent } from '../../src/domain/case/events';
import { messagesFor } from '../../src/domain/process/notices';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { overdue } from '../../src/domain/process/due';
import { firstEvents, type Received } from '../../src/domain/process/receipt';
import type { Instant } from '../../src/domain/basics/types';
import { workflowNow } from '../shared/clock';
import { keepPromises } from '../shared/deadlines';

/** How long the promise runs before it is broken. */
const LENGTH = { value: 2, unit: 'seconds' } as const;
/** The house's own policy, so that its real escalation is tried; only the first response is due after two seconds. */
const POLICY: Policy = {
  ...HOUSE_POLICY,
  promises: {
    ...HOUSE_POLICY.promises,
    firstResponse: {
      ...HOUSE_POLICY.promises.firstResponse,
      length: { general: LENGTH, important: LENGTH, major: LENGTH },
    },
  },
};
/** Only the rules read it; no row bears this number. */
const CASE_NO = 'C000000-CANARY';

/**
 * The canary (启动自检): a promise that is broken on purpose two seconds after a worker's start, with the rules and the
 * timer of every case, but without a row, a mail or any other side effect. It succeeds when the breach was escalated
 * exactly once and the escalation has a recipient. A release that has lost this leaves it running or fails it, and the
 * worker's health shows it (src/temporal/canary.ts).
 * @returns when the escalation was due and when it was made; the difference is how late promises are noticed
 * @throws ApplicationFailure of type `Canary`, not retryable, which says what was missing
 */
export async function canary(): Promise<{ dueAt: Instant; escalatedAt: Instant }> {
  const at = workflowNow();
  const received: Received = {
    channel: 'web',
    language: 'zh-CN',
    customerId: 'canary',
    text: { textId: 'canary', sha256: '' },
    receivedAt: at,
    suggestion: { grade: 'general', category: 'other', rules: [], engine: 'canary' },
  };
  let { state } = firstEvents(CASE_NO, received, POLICY);
  const escalations: CaseEvent[] = [];
  await keepPromises({
    clocks: () => state.clocks,
    ended: () => escalations.length > 0,
    async onDue() {
      const due = overdue(state, workflowNow(), POLICY);
      if (!due) throw ApplicationFailure.nonRetryable('a promise was due, and nothing came of it', 'Canary');
      state = due.state;
      escalations.push(
        ...due.events.filter((item) => item.type === 'escalated' && item.data.clock === 'firstResponse'),
      );
    },
  });
  const [escalated, again] = escalations;
  if (!escalated || again) throw ApplicationFailure.nonRetryable('the breach was not escalated exactly once', 'Canary');
  if (!messagesFor(escalated, state).some(({ mail }) => mail === 'escalation')) {
    throw ApplicationFailure.nonRetryable('the escalation would reach nobody', 'Canary');
  }
  return { dueAt: escalated.at, escalatedAt: workflowNow() };
}
