import { event } from '../../../src/domain/events';
import { durationMs } from '../../../src/domain/time';
import type { ComplaintInput } from '../../../src/domain/start';
import { prepareCase } from '../../shared/activities';
import type { RunningCase } from '../case';

/**
 * Receive: the complaint is on record with its suggested grade, whose promises run from the receipt; repeats are
 * found, and somebody is named to the customer at once (first-contact duty 首问负责). The receipt goes out with that.
 */
export const receive = {
  /** Synchronous: the case exists before any message of anybody is looked at. */
  open(running: RunningCase, { received, policy }: ComplaintInput): void {
    if (!received) return;
    const { channel, language, customerId, text, receivedAt, suggestion } = received;
    running.happened(
      [
        event('complaintReceived', {
          channel,
          language,
          customerId,
          text,
          policyVersion: policy.version,
          receivedAt,
        }),
        event('gradeSuggested', suggestion),
      ],
      { at: receivedAt },
    );
  },

  async run(running: RunningCase): Promise<void> {
    const { grade } = running.state;
    const { repeatOf, handler } = await prepareCase({
      caseNo: running.caseNo,
      grade,
      repeatWithinMs: durationMs(running.policy.repeat.within),
    });
    // Withdrawn or merged meanwhile: nothing more to prepare.
    if (!running.in('receive')) return;
    running.happened([
      ...(repeatOf.length > 0 ? [event('repeatFound', { of: repeatOf })] : []),
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
        : [event('escalated', { because: 'unassigned', to: 'supervisor' })]),
      event('stageEntered', { stage: 'grade', round: 1 }),
    ]);
    await running.written();
  },
};
