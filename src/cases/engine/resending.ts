import { complaintWorkflowId } from '../../domain/basics/ids';
import { MINUTE } from '../../domain/basics/milliseconds';
import { decide as judge } from '../../domain/decisions/decide';
import { toInstant } from '../../domain/time/duration';
import type { PendingDecision, Stores } from '../../db';
import type { PolicyCache } from '../rules/policies';
import type { Incidents, WatchLog } from './incidents';
import type { Oversight } from './oversight';
import type { Restart } from './restart';

/** How long after each send a decision is sent again, the first entry after the first send; afterwards it is an incident. */
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
  /** Aborted when the worker ends. */
  ended: AbortSignal;
}

/**
 * Sends again decisions that were answered 202 and are not in the ledger yet. Safe, because a second arrival of a
 * `decisionId` changes nothing.
 */
export class Resending {
  /**
   * The last decision that was looked at; undefined: the next look begins with the oldest. Some that are due cannot be sent
   * yet and stay due, and each look goes on behind them, so that they keep no later one from being sent.
   */
  private after: PendingDecision | undefined;

  constructor(private readonly needs: Needs) {}

  /**
   * Looks at the next 50 decisions that are due to be sent again. One that was sent five times again in vain becomes an
   * incident; incidents whose decisions have settled are ended.
   * @throws EngineError when Temporal gives no answer
   */
  async deliver(): Promise<void> {
    const { stores, incidents, clock } = this.needs;
    const lastSent = toInstant(clock() - (RESEND_MS[0] ?? 0));
    for (const caseNo of await stores.pendingDecisions.spent(RESEND_MS.length, lastSent)) {
      await incidents.open({ subject: caseNo, caseNo, kind: 'decision' });
    }
    await this.send();
    for (const { subject, caseNo } of (await stores.watch.openIncidents(1_000)).filter(
      ({ kind }) => kind === 'decision',
    )) {
      if ((await stores.pendingDecisions.ofCase(caseNo)).length === 0) await incidents.recovered(subject);
    }
  }

  /** Sends the next decisions that are due, as far as their cases can take them now. */
  private async send(): Promise<void> {
    const { stores, oversight, clock, ended } = this.needs;
    const due = await stores.pendingDecisions.due(toInstant(clock()), RESEND_MS, {
      limit: RESENDS_AT_ONCE,
      after: this.after,
    });
    for (const pending of due) {
      if (ended.aborted) return;
      this.after = pending;
      const { caseNo, decisionId } = pending;
      const standing = await oversight.standing(complaintWorkflowId(caseNo));
      // A pending workflow task: the signal is in the history already, and another one would not help.
      if (standing.is === 'running' && standing.task) continue;
      if (standing.is !== 'running' && !(await this.revived(pending))) continue;
      await oversight.signal(complaintWorkflowId(caseNo), pending.name, pending.message);
      await stores.pendingDecisions.noteSent({ caseNo, decisionId }, toInstant(clock()));
    }
    if (due.length < RESENDS_AT_ONCE) this.after = undefined;
  }

  /**
   * For a case without an open run: starts one if the case is archived and this decision would reopen it. A decision that
   * an archived case refuses is marked as lost, with the reason.
   * @returns whether the decision can be sent now
   */
  private async revived({ caseNo, decisionId, name, message }: PendingDecision): Promise<boolean> {
    const { stores, policies, restart, log, clock } = this.needs;
    const state = (await stores.cases.get(caseNo))?.state;
    // Not in the ledger yet, or open: `Inspection` or `lookRarely` starts its run again, and that sends the decision.
    if (!state || state.stage !== 'archived') return false;
    const verdict = judge(state, name, message, toInstant(clock()), await policies.version(state.policyVersion));
    if (verdict.kind === 'taken') return restart.reopen(state);
    const why = 'refusal' in verdict ? verdict.refusal.code : verdict.kind;
    await stores.pendingDecisions.giveUp({ caseNo, decisionId }, why);
    log.warn({ caseNo, decision: name, why }, 'a decision that was accepted met a case that was over');
    return false;
  }
}
