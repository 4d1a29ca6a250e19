import { complaintWorkflowId } from '../../domain/basics/ids';
import { MINUTE } from '../../domain/basics/milliseconds';
import { decide as judge } from '../../domain/decisions/decide';
import { toInstant, toMs } from '../../domain/time/duration';
import type { PendingDecision, Stores } from '../../db';
import type { PolicyCache } from '../rules/policies';
import type { Incidents, WatchLog } from './incidents';
import type { Oversight } from './oversight';
import type { Restart } from './restart';

const RESEND_MS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];
const RESENDS_AT_ONCE = 50;

interface Needs {
  stores: Pick<Stores, 'watch' | 'cases' | 'pendingDecisions'>;
  policies: Pick<PolicyCache, 'version'>;
  oversight: Pick<Oversight, 'standing' | 'signal'>;
  restart: Pick<Restart, 'reopen'>;
  incidents: Incidents;
  log: Pick<WatchLog, 'warn'>;
  clock: () => number;
  /** Aborted: the worker ends. */
  ended: AbortSignal;
}

/** Decisions that were accepted and that the ledger does not show: sent again, as long as the case would hear them. */
export class Resending {
  constructor(private readonly needs: Needs) {}

  async deliver(): Promise<void> {
    const { stores, oversight, incidents, clock, ended } = this.needs;
    for (const pending of await stores.pendingDecisions.waiting(
      toInstant(clock() - (RESEND_MS[0] ?? 0)),
      RESENDS_AT_ONCE,
    )) {
      if (ended.aborted) return;
      const { caseNo, decisionId, sends, sentAt } = pending;
      const rest = RESEND_MS[sends - 1];
      if (rest === undefined) {
        await incidents.open({ subject: caseNo, caseNo, kind: 'decision' });
        continue;
      }
      if (clock() - toMs(sentAt) < rest) continue;
      const standing = await oversight.standing(complaintWorkflowId(caseNo));
      // Work that waits for a worker, or fails, has the signal with it.
      if (standing.is === 'running' && standing.task) continue;
      if (standing.is !== 'running' && !(await this.revived(pending))) continue;
      await oversight.signal(complaintWorkflowId(caseNo), pending.name, pending.message);
      await stores.pendingDecisions.sent({ caseNo, decisionId }, toInstant(clock()));
    }
    for (const { subject, caseNo } of (await stores.watch.openIncidents(1_000)).filter(
      ({ kind }) => kind === 'decision',
    )) {
      if ((await stores.pendingDecisions.of(caseNo)).length === 0) await incidents.recovered(subject);
    }
  }

  /** The case has no run. Is it open, or would it be taken up again by this? */
  private async revived({ caseNo, decisionId, name, message }: PendingDecision): Promise<boolean> {
    const { stores, policies, restart, log, clock } = this.needs;
    const state = (await stores.cases.get(caseNo))?.state;
    // Not in the ledger yet, or open: whoever starts its run again sends the decision.
    if (!state || state.stage !== 'archived') return false;
    const verdict = judge(state, name, message, toInstant(clock()), await policies.version(state.policyVersion));
    if (verdict.kind === 'taken') return restart.reopen(state);
    const why = 'refusal' in verdict ? verdict.refusal.code : verdict.kind;
    await stores.pendingDecisions.lose({ caseNo, decisionId }, why);
    log.warn({ caseNo, decision: name, why }, 'a decision that was accepted met a case that was over');
    return false;
  }
}
