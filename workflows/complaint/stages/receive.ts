import { event } from '../../../src/domain/events';
import { hasRule } from '../../../src/domain/revision';
import { durationMs } from '../../../src/domain/time';
import type { ComplaintInput } from '../../../src/domain/start';
import { prepareCase } from '../../shared/activities';
import { workflowNow } from '../../shared/deadlines';
import { mustKnow, type RunningCase } from '../case';
import { toRoute } from '../route';

/**
 * Receive: the complaint is on record with its suggested grade, whose promises run from the receipt; repeats are
 * found, and somebody is named to the customer at once (first-contact duty 首问负责). The receipt goes out with that.
 * All of it is one entry: nobody ever sees half a receipt.
 */
export async function receive(running: RunningCase, { received, policy }: ComplaintInput): Promise<void> {
  if (!received) return;
  const { channel, language, customerId, text, receivedAt, suggestion } = received;
  const prepared = await prepareCase({
    caseNo: running.caseNo,
    grade: suggestion.grade,
    repeatWithinMs: durationMs(policy.repeat.within),
    ...toRoute(policy, { category: suggestion.category, channel, language }),
  });
  const { repeatOf, handler, named: people = [] } = prepared;
  // Histories from before the worker answered with its revision have the starter's.
  const revision = (prepared as Partial<typeof prepared>).revision ?? received.revision;
  mustKnow(revision);
  const zone = hasRule({ revision }, 'houseDay') ? received.zone : undefined;
  await running.change((state) => {
    if (state) return undefined;
    const policyVersion = policy.version;
    const accepted = running.append(
      undefined,
      [
        event('complaintReceived', {
          channel,
          language,
          customerId,
          text,
          policyVersion,
          receivedAt,
          revision,
          ...(zone && { zone }),
        }),
        event('gradeSuggested', suggestion),
      ],
      receivedAt,
    );
    const named = running.append(
      accepted.state,
      [
        ...(repeatOf.length > 0 ? [event('repeatFound', { of: repeatOf })] : []),
        ...(people.length > 0 ? [event('staffNamed', { people })] : []),
        ...(handler
          ? [
              event('assigned', {
                owner: handler.id,
                role: handler.role,
                team: handler.team,
                taskForce: [],
                provisional: true,
              }),
            ]
          : // Where cases wait for somebody to be free, it is told when this one begins to.
            policy.routing
            ? []
            : [event('escalated', { because: 'unassigned', to: 'supervisor' })]),
        event('stageEntered', { stage: 'grade', round: 1 }),
      ],
      // Whoever decides before a worker has taken the complaint in does so after its receipt.
      hasRule({ revision }, 'receiptAtReceived') ? receivedAt : workflowNow(),
    );
    return { state: named.state, events: [...accepted.events, ...named.events] };
  });
}
