import { complaintWorkflowId } from '../../domain/basics/ids';
import { DAY } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { Incidents } from './incidents';
import { OVERDUE_MS } from './inspection';
import { isFailing, type Oversight } from './oversight';
import type { Restart } from './restart';

/** How long an incident that is over is kept. */
const KEPT_MS = 30 * DAY;

interface Needs {
  stores: Pick<Stores, 'watch' | 'audit'>;
  oversight: Pick<Oversight, 'standing'>;
  restart: Pick<Restart, 'restartComplaint' | 'startPlanned' | 'reconcile'>;
  incidents: Incidents;
  clock: () => number;
}

/**
 * The checks of the watch that read through all open cases and hardly ever find anything: accepted complaints without a
 * case, planned corrective actions without a row, and messages between a case and its action that were lost. Starts or
 * sends again what is missing, and deletes incidents that were over 30 days ago.
 * @returns how many workflows were started again
 * @throws EngineError when Temporal gives no answer
 */
export async function lookRarely({ stores, oversight, restart, incidents, clock }: Needs): Promise<number> {
  let restarted = 0;
  const count = async (work: Promise<'started' | 'running' | 'over'>): Promise<void> => {
    if ((await work) === 'started') restarted++;
  };
  const { audit, watch } = stores;
  for (const { caseNo, waiting } of await audit.withoutCase(OVERDUE_MS, clock())) {
    if (waiting) continue;
    const standing = await oversight.standing(complaintWorkflowId(caseNo));
    if (isFailing(standing)) await incidents.open({ subject: caseNo, caseNo, kind: 'failing' });
    else if (standing.is !== 'running') await count(restart.restartComplaint(caseNo));
  }
  for (const { caseNo, actionId } of await audit.actionsWithoutRow(OVERDUE_MS, clock())) {
    await count(restart.startPlanned(caseNo, actionId));
  }
  for (const { caseNo, actionId } of await watch.unheardActions(toInstant(clock() - OVERDUE_MS))) {
    await restart.reconcile(caseNo, actionId);
  }
  await watch.forget(toInstant(clock() - KEPT_MS));
  return restarted;
}
