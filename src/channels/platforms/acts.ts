import type { PlatformAct, PlatformComplaint } from '../../db';
import { MINUTE } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { ActPicture, Entry, SeenComplaint } from './adapter';
import { isOfOne, isPlatformFault, PlatformFault } from './fault';
import { hash, type StepNeeds, type Working } from './steps';
import { actRefusedWords, asOne } from './words';

/** When a decision comes again of which nothing is heard: the platform has it in the negotiation by then. */
const AGAIN = MINUTE;
/** The clock of the platform may be behind ours by so much. */
const SKEW = MINUTE;
/** How often it is tried where the platform only says that something is wrong with it. */
const TRIES = 5;

interface Needs extends Pick<StepNeeds, 'platforms' | 'cases' | 'log' | 'clock'> {
  /** Pictures of a case's evidence. @returns only those that are still there */
  picturesOf: (caseNo: string, ids: readonly string[]) => Promise<ActPicture[]>;
}

/** Whether it has been done there, by us or by somebody else. */
function isDone({ phase, entries, done }: SeenComplaint, { act, reason, at }: PlatformAct): boolean {
  const since = Date.parse(at) - SKEW;
  const isIt = (entry: Entry): boolean =>
    entry.act === act || (entry.kind === 'ours' && reason !== undefined && asOne(entry.text) === asOne(reason));
  return (
    (act === 'complete' && phase === 'finished') ||
    done?.includes(act) === true ||
    entries.some((entry) => Date.parse(entry.at) >= since && isIt(entry))
  );
}

/** Passes on what people have decided, each once. Nothing is decided here. */
export function createActs({ platforms, cases, picturesOf, log, clock }: Needs) {
  async function call({ row, there, adapter }: Working, complaint: PlatformComplaint, act: PlatformAct): Promise<void> {
    const { reason, result, days, files } = act;
    const { caseNo, complaintId, merchantId = row.merchantId } = complaint;
    const pictures = caseNo === undefined || files.length === 0 ? [] : await picturesOf(caseNo, files);
    await platforms.actCalled(act, toInstant(clock() + AGAIN), reason === undefined ? undefined : hash(asOne(reason)));
    await adapter.act(
      there,
      { complaintId, merchantId },
      {
        act: act.act,
        pictures,
        ...(reason !== undefined && { reason }),
        ...(result !== undefined && { result }),
        ...(days !== undefined && { days }),
      },
    );
  }

  /** Once more, of which nobody knows whether it was taken: only if the platform still waits for it. @throws PlatformFault */
  async function again(at: Working, complaint: PlatformComplaint, act: PlatformAct): Promise<void> {
    const seen = await at.adapter.look(at.there, complaint.complaintId);
    if (isDone(seen, act)) return;
    if (!seen.acts.includes(act.act)) throw new PlatformFault('unfit', 'moved_on');
    await call(at, complaint, act);
  }

  return {
    /** @throws PlatformFault where the platform is the matter; then it is looked for before it is passed on again */
    async pass(at: Working, complaint: PlatformComplaint, act: PlatformAct): Promise<void> {
      const { id, attempts } = act;
      try {
        await (attempts === 0 ? call : again)(at, complaint, act);
        await platforms.actEnded(id, 'done');
      } catch (error) {
        if (!isPlatformFault(error, 'unfit', 'gone') && !(isOfOne(error) && attempts >= TRIES)) throw error;
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
