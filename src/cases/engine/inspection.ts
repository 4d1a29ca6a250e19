import { complaintWorkflowId, correctiveActionWorkflowId, isCaseNumber } from '../../domain/basics/ids';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';
import type { Instant } from '../../domain/basics/types';
import type { IncidentKind } from '../../domain/case/incidents';
import { nextMoment, type Clock } from '../../domain/promises/clock';
import { toInstant, toMs } from '../../domain/time/duration';
import { LedgerBroken, type Stores } from '../../db';
import type { Incidents, Subject, WatchLog } from './incidents';
import { isFailing, type Oversight, type Standing } from './oversight';
import type { Restart } from './restart';

/** A due moment that is unwritten for longer than this is not just late: its workflow does not write it. */
export const OVERDUE_MS = 2 * MINUTE;
/** After its start a worker needs time for what has piled up; until then nothing is reported as late. */
const WARM_UP_MS = 5 * MINUTE;
/** A row younger than this may belong to a workflow that is just being started or has just ended. */
const SETTLED_MS = 10 * SECOND;
/** Once a workflow task has failed for this long, another try does not help. */
const FAILING_MS = MINUTE;
/** How long a case fails before its run is ended: time for a person to look, and for a rolling release to finish. */
const TAKE_OVER_MS = 10 * MINUTE;
/** If more subjects than this fail at once, the release is at fault: no run is ended, because rolling back heals them all. */
const TAKE_OVER_AT_MOST = 5;
/** After this many restarts within an hour, a workflow that ends by itself becomes an incident. */
const RESTARTS_AN_HOUR = 3;
/** A subject that was started again within this time is not taken over. */
const TAKEN_OVER_WITHIN_MS = 24 * HOUR;

interface Needs {
  stores: Pick<Stores, 'watch' | 'cases' | 'actions' | 'pendingDecisions' | 'ledger'>;
  oversight: Pick<Oversight, 'standing' | 'whyFailing'>;
  restart: Pick<Restart, 'restartCase' | 'restartAction'>;
  incidents: Incidents;
  log: Pick<WatchLog, 'warn'>;
  clock: () => number;
}

/** A subject as Postgres has it, and how its workflow stands in Temporal. */
interface Looked extends Subject {
  workflowId: string;
  standing: Standing;
  clocks: Readonly<Record<string, Clock>>;
  /** When the row was last written (of an action: when it was planned). */
  writtenAt: Instant;
  /** Starts its workflow again. @param takeOver the run to be ended first */
  begin: (takeOver?: string) => Promise<'started' | 'running' | 'over'>;
  /** The lists say that something of it is overdue. */
  isSuspect: boolean;
  /** Rebuilds its rows in the lists from the ledger; a corrective action has none. */
  reproject?: () => Promise<void>;
}

/**
 * Compares one case or corrective action with its workflow. A workflow that is gone is started again from the ledger or the
 * row; what cannot be mended this way becomes an incident (docs/architecture/watch.md).
 */
export class Inspection {
  /** When this worker's watch began, in milliseconds since 1970. */
  private readonly began: number;

  constructor(private readonly needs: Needs) {
    this.began = needs.clock();
  }

  /**
   * Looks at one subject, and opens or ends its incident.
   * @param subject a case number, or the id of a corrective action
   * @param isSuspect the lists say that something of it is overdue
   * @returns true when its workflow was started again
   * @throws EngineError when Temporal gives no answer
   */
  inspect(subject: string, isSuspect: boolean): Promise<boolean> {
    return isCaseNumber(subject) ? this.inspectCase(subject, isSuspect) : this.inspectAction(subject, isSuspect);
  }

  private async inspectCase(caseNo: string, isSuspect: boolean): Promise<boolean> {
    const { stores, oversight, restart, incidents } = this.needs;
    const workflowId = complaintWorkflowId(caseNo);
    // Temporal is asked first: a case that is archived between the two reads is then seen as over. The other way round, its
    // row would still be open and its ended workflow would look lost.
    const standing = await oversight.standing(workflowId);
    const row = await stores.cases.get(caseNo);
    if (!row || row.state.stage === 'archived') {
      await incidents.recovered(caseNo);
      return false;
    }
    return this.judge({
      subject: caseNo,
      caseNo,
      workflowId,
      standing,
      isSuspect,
      clocks: row.state.clocks,
      // A reopened case is written a moment before its new run starts; `SETTLED_MS` covers that gap.
      writtenAt: row.updatedAt,
      begin: (takeOver) => restart.restartCase(caseNo, takeOver),
      reproject: () => stores.ledger.rebuild(caseNo),
    });
  }

  private async inspectAction(actionId: string, isSuspect: boolean): Promise<boolean> {
    const { stores, oversight, restart, incidents } = this.needs;
    const workflowId = correctiveActionWorkflowId(actionId);
    const standing = await oversight.standing(workflowId);
    const row = await stores.actions.get(actionId);
    if (!row || row.status === 'ended') {
      await incidents.recovered(actionId);
      return false;
    }
    return this.judge({
      subject: actionId,
      caseNo: row.state.cases[0] ?? '',
      workflowId,
      standing,
      isSuspect,
      clocks: row.state.clocks,
      writtenAt: row.state.plannedAt,
      begin: (takeOver) => restart.restartAction(actionId, takeOver),
    });
  }

  private async judge(found: Looked): Promise<boolean> {
    const { stores, incidents, clock } = this.needs;
    const { watch } = stores;
    const { subject, caseNo, standing, clocks } = found;
    if (standing.is !== 'running') {
      if (clock() - toMs(found.writtenAt) < SETTLED_MS) return false;
      const { times } = await watch.restarts(subject, this.ago(HOUR));
      if (times < RESTARTS_AN_HOUR) return this.begin(found, 'ending');
      await incidents.open({ subject, caseNo, kind: 'ending' });
      return false;
    }
    if (isFailing(standing) && standing.task && clock() - toMs(standing.task.since) >= FAILING_MS) {
      await incidents.open({ subject, caseNo, kind: 'failing' });
      return this.takeOver(found, standing.runId);
    }
    const due = nextMoment(clocks)?.at;
    if (due !== undefined && clock() - toMs(due) >= OVERDUE_MS) {
      if (clock() - this.began >= WARM_UP_MS) await incidents.open({ subject, caseNo, kind: 'late' });
      return false;
    }
    if (standing.task && clock() - toMs(standing.task.since) >= OVERDUE_MS) return false;
    const open = await watch.openOf(subject);
    // An incident about a decision that is not taken is ended by `Resending.deliver`.
    if (open?.kind === 'decision') return false;
    // The lists say that something is overdue and the state says that nothing is: the lists are wrong (written by an older
    // worker, say) and are rebuilt. A decision that waits makes a case suspect, too, and is no reason to rebuild.
    if (!open && found.reproject && found.isSuspect) {
      const waits = await stores.pendingDecisions.ofCase(caseNo);
      if (waits.length === 0) await found.reproject();
    }
    if (open) await incidents.recovered(subject);
    return false;
  }

  /**
   * Ends a run that cannot go on and starts another from the ledger, under strict conditions: it has failed for ten
   * minutes, few others fail, it was not started again within a day, and its history cannot be replayed.
   * @returns true when it was taken over
   */
  private async takeOver(found: Looked, runId: string): Promise<boolean> {
    const { stores, oversight, clock } = this.needs;
    const { watch } = stores;
    const { subject, workflowId } = found;
    const since = (await watch.openOf(subject))?.since;
    if (!since || clock() - toMs(since) < TAKE_OVER_MS) return false;
    if (((await watch.countOpen()).failing ?? 0) > TAKE_OVER_AT_MOST) return false;
    if ((await watch.restarts(subject, this.ago(TAKEN_OVER_WITHIN_MS))).times > 0) return false;
    // Only a history that does not replay is mended by a new run. Code that throws would throw again, and a case of a newer
    // revision throws on purpose until a worker comes that knows its rules.
    if ((await oversight.whyFailing(workflowId, runId)) !== 'nonDeterminism') return false;
    return this.begin(found, 'failing', runId);
  }

  /** Starts it again and writes that down, or opens an incident if its ledger is broken. @returns whether it was started */
  private async begin(found: Looked, kind: IncidentKind, takeOver?: string): Promise<boolean> {
    const { stores, incidents, log, clock } = this.needs;
    const { watch } = stores;
    const { subject, caseNo } = found;
    try {
      const done = await found.begin(takeOver);
      if (done !== 'started') return false;
    } catch (error) {
      if (!(error instanceof LedgerBroken)) throw error;
      await incidents.open({ subject, caseNo, kind: 'ledger' });
      return false;
    }
    await watch.end(subject, toInstant(clock()));
    await watch.restarted({ subject, caseNo, kind }, toInstant(clock()));
    log.warn(
      { subject, how: takeOver === undefined ? 'missing' : 'taken over' },
      'a workflow that could not go on was started again from what is stored',
    );
    return true;
  }

  private ago(ms: number): Instant {
    return toInstant(this.needs.clock() - ms);
  }
}
