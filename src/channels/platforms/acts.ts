import type { PlatformAct, PlatformComplaint } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import { isPlatformFault } from './fault';
import { hash, type StepNeeds, type Working } from './steps';
import { actRefusedWords } from './words';

/** When a decision comes again of which nothing is heard: the platform has it in the negotiation by then. */
const AGAIN = MINUTE;
/** The clock of the platform may be behind ours by so much. */
const SKEW = MINUTE;

/** Passes on what people have decided, each once. Nothing is decided here. */
export function createActs({ platforms, cases, log, clock }: Pick<StepNeeds, 'platforms' | 'cases' | 'log' | 'clock'>) {
  /** Whether it has been done there, by us or by somebody else. */
  async function isDone({ adapter, there }: Working, { complaintId }: PlatformComplaint, { act, at }: PlatformAct) {
    const { phase, entries } = await adapter.look(there, complaintId);
    const since = Date.parse(at) - SKEW;
    return (
      (act === 'complete' && phase === 'finished') ||
      entries.some((entry) => entry.act === act && Date.parse(entry.at) >= since)
    );
  }

  return {
    /** @throws PlatformFault where the platform is the matter; then it is looked for before it is passed on again */
    async pass(at: Working, complaint: PlatformComplaint, act: PlatformAct): Promise<void> {
      const { id, reason, days, attempts } = act;
      try {
        if (attempts === 0 || !(await isDone(at, complaint, act))) {
          await platforms.actCalled(id, toInstant(clock() + AGAIN));
          const to = { complaintId: complaint.complaintId, merchantId: complaint.merchantId ?? at.row.merchantId };
          await at.adapter.act(at.there, to, {
            act: act.act,
            ...(reason !== undefined && { reason }),
            ...(days !== undefined && { days }),
          });
        }
        await platforms.actEnded(id, 'done');
      } catch (error) {
        if (!isPlatformFault(error, 'unfit', 'gone')) throw error;
        const { caseNo } = complaint;
        const text = actRefusedWords(at.row.kind, act.act, at.row.language);
        const decisionId = `pf-${hash(`${id}/refused`).slice(0, 40)}`;
        if (caseNo !== undefined) await cases.platformCases.note({ caseNo, text, decisionId, isPressing: true });
        await platforms.actEnded(id, 'refused', error.code);
        log.warn({ platform: at.row.id, act: act.act, code: error.code }, 'a platform does not take a decision');
      }
      await platforms.lookNow(complaint.id);
    },
  };
}
