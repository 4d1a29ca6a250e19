import { ApplicationFailure } from '@temporalio/workflow';
import type { CaseEvent } from '../../src/domain/case/events';
import { messagesFor } from '../../src/domain/process/notices';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { overdue } from '../../src/domain/process/due';
import { accepted, type Received } from '../../src/domain/process/receipt';
import type { Instant } from '../../src/domain/basics/types';
import { workflowNow } from '../shared/clock';
import { keepPromises } from '../shared/deadlines';

const LENGTH = { value: 2, unit: 'seconds' } as const;
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
const CASE_NO = 'C000000-CANARY';

/**
 * A promise nobody keeps, broken two seconds after the worker's start: the same rules and the same wait as in every case,
 * but no case, no row and no mail. It ends when the breach has been escalated once and somebody would be told; a release
 * that no longer does so leaves it open or fails it, and health says so.
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
  let { state } = accepted(CASE_NO, received, POLICY);
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
