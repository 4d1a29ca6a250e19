import { receipt } from '../../../src/domain/process/receipt';
import { durationMs } from '../../../src/domain/time/duration';
import type { ComplaintInput } from '../../../src/domain/process/start';
import { workflowNow } from '../../shared/clock';
import { mustKnow, type RunningCase } from '../case';
import { toRoute } from '../route';

/**
 * Receive: the complaint is on record with its suggested grade, whose promises run from the receipt; repeats are
 * found, and somebody is named to the customer at once. The receipt goes out with that. All of it is one entry: nobody
 * ever sees half a receipt.
 */
export async function receive(running: RunningCase, { received, policy }: ComplaintInput): Promise<void> {
  if (!received) return;
  const { caseNo } = running;
  const { channel, language, suggestion } = received;
  const prepared = await running.effect(({ prepareCase }) =>
    prepareCase({
      caseNo,
      grade: suggestion.grade,
      repeatWithinMs: durationMs(policy.repeat.within),
      ...toRoute(policy, { category: suggestion.category, channel, language }),
    }),
  );
  // Histories from before the worker answered with its revision have the starter's.
  const revision = (prepared as Partial<typeof prepared>).revision ?? received.revision;
  mustKnow(revision);
  await running.change((state) =>
    state ? undefined : receipt(caseNo, { ...received, revision }, prepared, policy, workflowNow()),
  );
}
