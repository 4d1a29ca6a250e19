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

/** Longer after its time is not written late but not written. */
export const OVERDUE_MS = 2 * MINUTE;
/** A worker that has just come up works off what lay there. */
const WARM_UP_MS = 5 * MINUTE;
/** Written less long ago: whatever is missing is on its way. */
const SETTLED_MS = 10 * SECOND;
/** Tasks that have failed for so long do not heal by another try. */
const FAILING_MS = MINUTE;
/** So long everybody may look, and a rolling release may end, before a run is ended and the case goes on from its ledger. */
const TAKE_OVER_MS = 10 * MINUTE;
/** More cases than this that fail at once: it is the release, and going back heals them with their histories. */
const TAKE_OVER_AT_MOST = 5;
/** A workflow that ends again and again is not started for ever. */
const RESTARTS_AN_HOUR = 3;
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
  writtenAt: Instant;
  begin: (takeOver?: string) => Promise<'started' | 'running' | 'over'>;
  /** The lists say that something of it is overdue. */
  isSuspect: boolean;
  /** Folds the ledger into the lists again. */
  reproject?: () => Promise<void>;
}

/**
 * Compares one case or corrective action with its workflow. What is gone is started again from the ledger or the row; what
 * cannot be helped becomes an incident.
 */
export class Inspection {
  private readonly began: number;

  constructor(private readonly needs: Needs) {
    this.began = needs.clock();
  }

  /**
   * @param isSuspect the lists say that something of it is overdue
   * @returns true when it was started again
   */
  inspect(subject: string, isSuspect: boolean): Promise<boolean> {
    return isCaseNumber(subject) ? this.inspectCase(subject, isSuspect) : this.inspectAction(subject, isSuspect);
  }

  private async inspectCase(caseNo: string, isSuspect: boolean): Promise<boolean> {
    const { stores, oversight, restart, incidents } = this.needs;
    const workflowId = complaintWorkflowId(caseNo);
    // Asked before the row is read: a case that ends meanwhile is over, not lost.
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
      // A case that has just been taken up again is started a moment after that is decided.
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
    // A decision that is not taken is its own matter, and `deliver` ends it.
    if (open?.kind === 'decision') return false;
    // The lists say that something is due, the state says that it is not: an older worker has written the lists.
    if (!open && found.reproject && found.isSuspect) {
      const waits = await stores.pendingDecisions.of(caseNo);
      if (waits.length === 0) await found.reproject();
    }
    if (open) await incidents.recovered(subject);
    return false;
  }

  /** Ends a run that cannot go on, so that the case goes on from its ledger: late, seldom, and for one reason only. */
  private async takeOver(found: Looked, runId: string): Promise<boolean> {
    const { stores, oversight, clock } = this.needs;
    const { watch } = stores;
    const { subject, workflowId } = found;
    const since = (await watch.openOf(subject))?.since;
    if (!since || clock() - toMs(since) < TAKE_OVER_MS) return false;
    if (((await watch.countOpen()).failing ?? 0) > TAKE_OVER_AT_MOST) return false;
    if ((await watch.restarts(subject, this.ago(TAKEN_OVER_WITHIN_MS))).times > 0) return false;
    // What throws would throw again; and one of a newer revision waits for a worker that knows its rules.
    if ((await oversight.whyFailing(workflowId, runId)) !== 'nonDeterminism') return false;
    return this.begin(found, 'failing', runId);
  }

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
