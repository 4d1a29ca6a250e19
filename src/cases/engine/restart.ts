import { LedgerBroken } from '../../db';
import type { ActionRow } from '../../db/records';
import type { ActionReport } from '../../domain/corrective-action/state';
import type { CaseEvent } from '../../domain/case/events';
import { fold } from '../../domain/case/evolve';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../../domain/basics/ids';
import type { CaseState } from '../../domain/case/state';
import { toInstant } from '../../domain/time/duration';
import { EngineError, type Engine } from './engine';
import type { Oversight } from './oversight';
import type { PolicyCache } from '../rules/policies';
import { inputOf } from './starter';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'ledger' | 'cases' | 'actions' | 'complaints' | 'pendingDecisions' | 'starts'>;
  policies: Pick<PolicyCache, 'version' | 'inForce'>;
  engine: Pick<Engine, 'carryOn'>;
  oversight: Pick<Oversight, 'standing' | 'terminate' | 'startAction' | 'signal'>;
  clock: () => number;
}

const START_MS = 10_000;

/** What a restart did: `started` a new run; nothing, as one is `running`; nothing, as it is `over` or not there. */
export type Restarted = 'started' | 'running' | 'over';

/**
 * Starts workflows that were lost again from what Postgres has: the ledger of a case, the row of a corrective action. Used
 * by the watch and by `npm run rebuild -- --workflows`. Every method throws an `EngineError` when Temporal gives no answer.
 */
export function createRestart({ stores, policies, engine, oversight, clock }: Needs) {
  /**
   * Starts a run for an open case with the state that its ledger folds to, and sends the decisions that were answered 202.
   * @param takeOver id of an open run that cannot go on, to be ended first
   * @throws LedgerBroken when the hash chain of the ledger does not verify; nothing is started then
   */
  async function restartCase(caseNo: string, takeOver?: string): Promise<Restarted> {
    if ((await stores.cases.get(caseNo))?.state.stage === 'archived') return 'over';
    const { differences } = await stores.ledger.verify(caseNo);
    if (differences.length > 0) throw new LedgerBroken(caseNo, differences);
    const workflowId = complaintWorkflowId(caseNo);
    const standing = await oversight.standing(workflowId);
    if (standing.is === 'running' && standing.runId !== takeOver) return 'running';
    if (standing.is === 'running') {
      await oversight.terminate(workflowId, standing.runId, 'its work fails at every try; it goes on from its ledger');
    }
    // Read after the old run has ended: what it wrote last is in it.
    const events = await stores.ledger.events(caseNo);
    const carry = fold(caseNo, events);
    if (!carry || carry.stage === 'archived') return 'over';
    await engine.carryOn({ caseNo, policy: await policies.version(carry.policyVersion), carry }, START_MS);
    await sendAgain(caseNo);
    return 'started';
  }

  /** Starts a run for a complaint that was accepted and whose workflow was lost before it wrote anything. */
  async function restartComplaint(caseNo: string): Promise<Restarted> {
    const record = await stores.complaints.get(caseNo);
    if (!record || (await stores.cases.get(caseNo))) return 'over';
    if ((await oversight.standing(complaintWorkflowId(caseNo))).is === 'running') return 'running';
    await engine.carryOn(await inputOf(record, policies), START_MS);
    await sendAgain(caseNo);
    return 'started';
  }

  /** Sends decisions that were answered 202: signals of the old run are lost with it. A repeat changes nothing. */
  async function sendAgain(caseNo: string): Promise<void> {
    for (const pending of await stores.pendingDecisions.ofCase(caseNo)) {
      await oversight.signal(complaintWorkflowId(caseNo), pending.name, pending.message);
      await stores.pendingDecisions.noteSent(pending, toInstant(clock()));
    }
  }

  /** Starts a run for an archived case, so that a decision can reopen it. @param carry the state of the case */
  async function reopen(carry: CaseState): Promise<true> {
    const { caseNo, policyVersion } = carry;
    await engine.carryOn({ caseNo, policy: await policies.version(policyVersion), carry }, START_MS);
    return true;
  }

  /**
   * Starts a run for a corrective action from its row, and tells it if its case says that it was started since.
   * @param takeOver id of an open run that cannot go on, to be ended first
   */
  async function restartAction(actionId: string, takeOver?: string): Promise<Restarted> {
    const row = await stores.actions.get(actionId);
    if (!row || row.status === 'ended') return 'over';
    const workflowId = correctiveActionWorkflowId(actionId);
    const standing = await oversight.standing(workflowId);
    if (standing.is === 'running' && standing.runId !== takeOver) return 'running';
    if (standing.is === 'running') {
      await oversight.terminate(workflowId, standing.runId, 'its work fails at every try; it goes on from its row');
    }
    const { cases, kind, owner, cause, plannedAt } = row.state;
    await oversight.startAction({
      actionId,
      cases,
      kind,
      owner,
      cause,
      plannedAt,
      rules: await rulesOf(cases[0]),
      carry: row.state,
    });
    const known = (await stores.cases.get(cases[0] ?? ''))?.state.actions.find(({ id }) => id === actionId);
    if (known?.status === 'started' && row.status === 'planned') await tellStarted(cases[0] ?? '', actionId);
    return 'started';
  }

  /** Starts a corrective action that the ledger plans and whose case was lost before it could start it. */
  async function startPlanned(caseNo: string, actionId: string): Promise<Restarted> {
    const events = await stores.ledger.events(caseNo);
    const planned = find(events, 'actionPlanned', actionId);
    if (!planned) return 'over';
    if ((await oversight.standing(correctiveActionWorkflowId(actionId))).is === 'running') return 'running';
    const { kind, owner, cause } = planned.data;
    const rules = await rulesOf(caseNo);
    await oversight.startAction({ actionId, cases: [caseNo], kind, owner, cause, plannedAt: planned.at, rules });
    const state = fold(caseNo, events);
    if (state?.actions.find(({ id }) => id === actionId)?.status === 'started') await tellStarted(caseNo, actionId);
    return 'started';
  }

  /** Sends again what a case and its corrective action have not heard of each other: the action's start, or its end. */
  async function reconcile(caseNo: string, actionId: string): Promise<void> {
    const row = await stores.actions.get(actionId);
    const state = (await stores.cases.get(caseNo))?.state;
    const known = state?.actions.find(({ id }) => id === actionId);
    if (!row || !known || known.status === 'ended') return;
    if (row.status === 'ended') await tellEnded(caseNo, row);
    else if (known.status === 'started' && row.status === 'planned') await tellStarted(caseNo, actionId);
  }

  async function tellStarted(caseNo: string, actionId: string): Promise<void> {
    const started = find(await stores.ledger.events(caseNo), 'actionStarted', actionId);
    if (started) await tell(correctiveActionWorkflowId(actionId), 'actionStarted', { at: started.at });
  }

  const tellEnded = (caseNo: string, { id, rounds, state }: ActionRow): Promise<void> => {
    const at = state.endedAt ?? toInstant(clock());
    return tell(complaintWorkflowId(caseNo), 'actionReport', {
      actionId: id,
      kind: 'ended',
      rounds,
      at,
    } satisfies ActionReport);
  };

  /** Signals a workflow; one without an open run is left to its own inspection, which starts it again. */
  async function tell(workflowId: string, name: string, message: unknown): Promise<void> {
    try {
      await oversight.signal(workflowId, name, message);
    } catch (error) {
      if (!(error instanceof EngineError && error.kind === 'missing')) throw error;
    }
  }

  /** The rules for corrective actions of the case's policy; of the one in force if the case is not there. */
  async function rulesOf(caseNo: string | undefined) {
    const state: CaseState | undefined = caseNo === undefined ? undefined : (await stores.cases.get(caseNo))?.state;
    const policy = state ? await policies.version(state.policyVersion) : await policies.inForce();
    return policy.correctiveAction;
  }

  return { restartCase, restartComplaint, restartAction, startPlanned, reconcile, reopen };
}
export type Restart = ReturnType<typeof createRestart>;

/** The first event of this type about this corrective action. */
const find = <T extends 'actionPlanned' | 'actionStarted'>(events: readonly CaseEvent[], type: T, actionId: string) =>
  events.find(
    (item): item is Extract<CaseEvent, { type: T }> =>
      item.type === type && (item.data as { actionId: string }).actionId === actionId,
  );
