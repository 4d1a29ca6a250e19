import { event } from '../../../src/domain/events';
import { durationMs } from '../../../src/domain/time';
import type { ComplaintInput } from '../../../src/domain/start';
import { prepareCase } from '../../shared/activities';
import type { RunningCase } from '../case';

/**
 * Receive: the complaint is on record with its suggested grade, whose promises run from the receipt; repeats are
 * found, and somebody is named to the customer at once (first-contact duty 首问负责). The receipt goes out with that.
 */
export async function receive(running: RunningCase, { received, policy }: ComplaintInput): Promise<void> {
  if (received) {
    const { channel, language, customerId, text, receivedAt, suggestion } = received;
    const policyVersion = policy.version;
    await running.begin(
      [
        event('complaintReceived', { channel, language, customerId, text, policyVersion, receivedAt }),
        event('gradeSuggested', suggestion),
      ],
      receivedAt,
    );
  }
  if (!running.in('receive')) return;
  const { repeatOf, handler } = await prepareCase({
    caseNo: running.caseNo,
    grade: running.state.grade,
    repeatWithinMs: durationMs(policy.repeat.within),
  });
  await running.happen((state) =>
    // Withdrawn or merged meanwhile: nothing more to prepare.
    state.stage !== 'receive'
      ? []
      : [
          ...(repeatOf.length > 0 ? [event('repeatFound', { of: repeatOf })] : []),
          handler
            ? event('assigned', {
                owner: handler.id,
                role: handler.role,
                team: handler.team,
                taskForce: [],
                provisional: true,
              })
            : event('escalated', { because: 'unassigned', to: 'supervisor' }),
          event('stageEntered', { stage: 'grade', round: 1 }),
        ],
  );
}
