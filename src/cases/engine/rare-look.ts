import { complaintWorkflowId } from '../../domain/basics/ids';
import { DAY } from '../../domain/basics/milliseconds';
import { toInstant } from '../../domain/time/duration';
import type { Stores } from '../../db';
import type { Incidents } from './incidents';
import { OVERDUE_MS } from './inspection';
import { isFailing, type Oversight } from './oversight';
import type { Restart } from './restart';

const KEPT_MS = 30 * DAY;

interface Needs {
  stores: Pick<Stores, 'watch' | 'audit'>;
  oversight: Pick<Oversight, 'standing'>;
  restart: Pick<Restart, 'restartComplaint' | 'startPlanned' | 'reconcile'>;
  incidents: Incidents;
  clock: () => number;
}

/** What costs a look through all open cases, and hardly ever happens. @returns how many were started again */
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
