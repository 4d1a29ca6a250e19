import { receipt } from '../../../src/domain/process/receipt';
import { durationMs } from '../../../src/domain/time/duration';
import type { ComplaintInput } from '../../../src/domain/process/start';
import { workflowNow } from '../../shared/clock';
import { mustKnow, type RunningCase } from '../case';
import { routeQueryOf } from '../route';

/**
 * Stage receive: writes the receipt, which is the complaint, its suggested grade and promises, repeats, staff named in the
 * text, and the provisional owner. All of it and the customer's mail are written in one transaction, so that nobody ever
 * sees half a receipt. Does nothing for a case that goes on from its ledger (`carry`).
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
      ...routeQueryOf(policy, { category: suggestion.category, channel, language }),
    }),
  );
  // In histories from before `prepareCase` answered with the worker's revision, the starter's counts.
  const revision = (prepared as Partial<typeof prepared>).revision ?? received.revision;
  mustKnow(revision);
  await running.change((state) =>
    state ? undefined : receipt(caseNo, { ...received, revision }, prepared, policy, workflowNow()),
  );
}
