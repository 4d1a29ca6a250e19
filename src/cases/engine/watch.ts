import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LedgerBroken, type Incident, type PendingDecision } from '../../db';
import { decide as judge } from '../../domain/decisions/decide';
import type { IncidentKind } from '../../domain/case/incidents';
import { complaintWorkflowId, correctiveActionWorkflowId, isCaseNumber } from '../../domain/basics/ids';
import { nextMoment, type Clock } from '../../domain/promises/clock';
import { toInstant, toMs } from '../../domain/time/duration';
import type { Instant } from '../../domain/basics/types';
import { EngineError } from './engine';
import { isFailing, type Oversight, type Standing } from './oversight';
import type { PolicyCache } from '../rules/policies';
import type { Restart } from './restart';
import { nameOf } from './starter';
import type { Stores } from '../../db';
import { HOUR, MINUTE, SECOND } from '../../domain/basics/milliseconds';

interface Needs {
  stores: Pick<Stores, 'watch' | 'cases' | 'actions' | 'audit' | 'pendingDecisions' | 'ledger'>;
  policies: Pick<PolicyCache, 'version'>;
  oversight: Pick<Oversight, 'standing' | 'whyFailing' | 'signal'>;
  restart: Restart;
  /** Tells the admins of what a person has to look at; false: nobody could be told yet. */
  tell: (incidents: Incident[]) => Promise<boolean>;
  /** Of the Message-IDs. */
  mailDomain: string;
  log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  clock?: () => number;
}

/** Between two looks. */
const PAUSE_MS = 15 * SECOND;
/** Longer after its time is not written late but not written. */
const OVERDUE_MS = 2 * MINUTE;
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
const TOLD_AGAIN_AFTER_MS = 6 * HOUR;
/** Of 10,000 open cases each is looked at within the hour, at some three calls a second. */
const SUSPECTS = 50;
const ROUND = 50;
const ACTIONS = 20;
const AT_ONCE = 4;
const AGAIN_MS = MINUTE;
const RARE_MS = 5 * MINUTE;
const RESEND_MS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];
const RESENDS_AT_ONCE = 50;
const NAMED_IN_A_MAIL = 30;
const KEPT_MS = 30 * 24 * HOUR;

export interface Watched {
  /** Cases and corrective actions looked at. */
  looked: number;
  /** Started again from the ledger or the row. */
  restarted: number;
}

export interface Watch {
  run(): void;
  stop(): Promise<void>;
  /** One look; undefined when another worker is at it. */
  look(): Promise<Watched | undefined>;
}

/**
 * Sees to it that no case is forgotten. A workflow that is lost or terminated asks for nothing, and one whose work fails
 * at every try is silent: what is open in Postgres is compared with what runs in Temporal, the overdue ones at once and
 * all others in turn. What is gone is started again from the ledger; what cannot be helped becomes an incident, of which
 * /readyz, the metrics, the log and a mail to the admins tell. One worker at a time does this.
 */
export function createWatch(needs: Needs): Watch {
  const { stores, policies, oversight, restart, tell, mailDomain, log, clock = Date.now } = needs;
  const { watch } = stores;
  const began = clock();
  const ended = new AbortController();
  const lookedAt = new LRUCache<string, number>({ max: 50_000 });
  let loop: Promise<void> | undefined;
  let afterCase = '';
  let afterAction = '';
  let rareAt = 0;
  let suspects: ReadonlySet<string> = new Set();

  const ago = (ms: number): Instant => toInstant(clock() - ms);
  const isDue = (subject: string): boolean => clock() - (lookedAt.get(subject) ?? Number.NEGATIVE_INFINITY) >= AGAIN_MS;

  async function look(): Promise<Watched | undefined> {
    const found: Watched = { looked: 0, restarted: 0 };
    const was = await watch.alone(async () => {
      await stores.pendingDecisions.settle(mailDomain, toInstant(clock()));
      const [late, known, round, actions] = await Promise.all([
        watch.suspects(ago(OVERDUE_MS), SUSPECTS * 4),
        watch.openIncidents(SUSPECTS),
        nextCases(),
        nextActions(),
      ]);
      suspects = new Set(late);
      const pressing = [...known.map(({ subject }) => subject), ...suspects].filter(isDue).slice(0, SUSPECTS);
      const subjects = [...new Set([...pressing, ...round, ...actions])];
      await inLanes(subjects, async (subject) => {
        lookedAt.set(subject, clock());
        found.looked++;
        if (await inspect(subject)) found.restarted++;
      });
      if (clock() - rareAt >= RARE_MS) {
        rareAt = clock();
        found.restarted += await rarely();
      }
      await deliver();
      await report();
    });
    return was ? found : undefined;
  }

  async function nextCases(): Promise<string[]> {
    const round = await watch.openAfter(afterCase, ROUND);
    afterCase = round.length < ROUND ? '' : (round.at(-1) ?? '');
    return round.filter(isDue);
  }

  async function nextActions(): Promise<string[]> {
    const round = await watch.openActionsAfter(afterAction, ACTIONS);
    afterAction = round.length < ACTIONS ? '' : (round.at(-1) ?? '');
    return round.filter(isDue);
  }

  async function inLanes(subjects: string[], work: (subject: string) => Promise<void>): Promise<void> {
    const left = [...subjects];
    let away: EngineError | undefined;
    const lane = async (): Promise<void> => {
      for (let subject = left.shift(); subject !== undefined; subject = left.shift()) {
        if (away || ended.signal.aborted) return;
        try {
          await work(subject);
        } catch (error) {
          if (error instanceof EngineError && (error.kind === 'away' || error.kind === 'silent')) away = error;
          else log.warn({ subject, err: nameOf(error) }, 'a case could not be looked at');
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    // Without Temporal nothing can be said of anybody.
    if (away) throw away;
  }

  /** @returns true when it was started again */
  const inspect = (subject: string): Promise<boolean> =>
    isCaseNumber(subject) ? inspectCase(subject) : inspectAction(subject);

  async function inspectCase(caseNo: string): Promise<boolean> {
    const workflowId = complaintWorkflowId(caseNo);
    // Asked before the row is read: a case that ends meanwhile is over, not lost.
    const standing = await oversight.standing(workflowId);
    const row = await stores.cases.get(caseNo);
    if (!row || row.state.stage === 'archived') return recovered(caseNo);
    return judgeStanding({
      subject: caseNo,
      caseNo,
      workflowId,
      standing,
      clocks: row.state.clocks,
      // A case that has just been taken up again is started a moment after that is decided.
      writtenAt: row.updatedAt,
      begin: (takeOver) => restart.restartCase(caseNo, takeOver),
      reproject: () => stores.ledger.rebuild(caseNo),
    });
  }

  async function inspectAction(actionId: string): Promise<boolean> {
    const workflowId = correctiveActionWorkflowId(actionId);
    const standing = await oversight.standing(workflowId);
    const row = await stores.actions.get(actionId);
    if (!row || row.status === 'ended') return recovered(actionId);
    return judgeStanding({
      subject: actionId,
      caseNo: row.state.cases[0] ?? '',
      workflowId,
      standing,
      clocks: row.state.clocks,
      writtenAt: row.state.plannedAt,
      begin: (takeOver) => restart.restartAction(actionId, takeOver),
    });
  }

  interface Looked {
    subject: string;
    caseNo: string;
    workflowId: string;
    standing: Standing;
    clocks: Readonly<Record<string, Clock>>;
    writtenAt: Instant;
    begin: (takeOver?: string) => Promise<'started' | 'running' | 'over'>;
    /** Folds the ledger into the lists again. */
    reproject?: () => Promise<void>;
  }

  async function judgeStanding(found: Looked): Promise<boolean> {
    const { subject, caseNo, standing, clocks, workflowId } = found;
    if (standing.is !== 'running') {
      if (clock() - toMs(found.writtenAt) < SETTLED_MS) return false;
      const { times } = await watch.restarts(subject, ago(HOUR));
      if (times >= RESTARTS_AN_HOUR) return incident({ subject, caseNo, kind: 'ending' });
      return begin(found, 'ending');
    }
    if (isFailing(standing) && standing.task && clock() - toMs(standing.task.since) >= FAILING_MS) {
      await incident({ subject, caseNo, kind: 'failing' });
      return takeOver(found, standing.runId);
    }
    const due = nextMoment(clocks)?.at;
    if (due !== undefined && clock() - toMs(due) >= OVERDUE_MS) {
      if (clock() - began < WARM_UP_MS) return false;
      return incident({ subject, caseNo, kind: 'late' });
    }
    if (standing.task && clock() - toMs(standing.task.since) >= OVERDUE_MS) return false;
    const open = await watch.openOf(subject);
    // A decision that is not taken is its own matter, and `deliver` ends it.
    if (open?.kind === 'decision') return false;
    // The lists say that something is due, the state says that it is not: an older worker has written the lists.
    if (!open && found.reproject && suspects.has(subject)) {
      const waits = await stores.pendingDecisions.of(caseNo);
      if (waits.length === 0) await found.reproject();
    }
    return open ? recovered(subject) : false;

    async function takeOver(of: Looked, runId: string): Promise<boolean> {
      const since = (await watch.openOf(subject))?.since;
      if (!since || clock() - toMs(since) < TAKE_OVER_MS) return false;
      if (((await watch.countOpen()).failing ?? 0) > TAKE_OVER_AT_MOST) return false;
      if ((await watch.restarts(subject, ago(TAKEN_OVER_WITHIN_MS))).times > 0) return false;
      // What throws would throw again; and one of a newer revision waits for a worker that knows its rules.
      if ((await oversight.whyFailing(workflowId, runId)) !== 'nonDeterminism') return false;
      return begin(of, 'failing', runId);
    }
  }

  async function begin(found: Looked, kind: IncidentKind, takeOver?: string): Promise<boolean> {
    const { subject, caseNo } = found;
    try {
      const done = await found.begin(takeOver);
      if (done !== 'started') return false;
    } catch (error) {
      if (!(error instanceof LedgerBroken)) throw error;
      return incident({ subject, caseNo, kind: 'ledger' });
    }
    await watch.end(subject, toInstant(clock()));
    await watch.restarted({ subject, caseNo, kind }, toInstant(clock()));
    log.warn(
      { subject, how: takeOver === undefined ? 'missing' : 'taken over' },
      'a workflow that could not go on was started again from what is stored',
    );
    return true;
  }

  async function incident(found: { subject: string; caseNo: string; kind: IncidentKind }): Promise<false> {
    const before = await watch.openOf(found.subject);
    if (before?.kind === found.kind) return false;
    await watch.open(found, toInstant(clock()), ago(TOLD_AGAIN_AFTER_MS));
    log.error({ subject: found.subject, kind: found.kind }, 'a case needs a person: it does not go on by itself');
    return false;
  }

  async function recovered(subject: string): Promise<false> {
    if (await watch.end(subject, toInstant(clock()))) log.info({ subject }, 'it goes on again');
    return false;
  }

  /** What costs a look through all open cases, and hardly ever happens. */
  async function rarely(): Promise<number> {
    let restarted = 0;
    const count = async (work: Promise<'started' | 'running' | 'over'>): Promise<void> => {
      if ((await work) === 'started') restarted++;
    };
    const { audit } = stores;
    for (const { caseNo, waiting } of await audit.withoutCase(OVERDUE_MS, clock())) {
      if (waiting) continue;
      const standing = await oversight.standing(complaintWorkflowId(caseNo));
      if (isFailing(standing)) await incident({ subject: caseNo, caseNo, kind: 'failing' });
      else if (standing.is !== 'running') await count(restart.restartComplaint(caseNo));
    }
    for (const { caseNo, actionId } of await audit.actionsWithoutRow(OVERDUE_MS, clock())) {
      await count(restart.startPlanned(caseNo, actionId));
    }
    for (const { caseNo, actionId } of await watch.unheardActions(ago(OVERDUE_MS))) {
      await restart.reconcile(caseNo, actionId);
    }
    await watch.forget(ago(KEPT_MS));
    return restarted;
  }

  /** Decisions that were accepted and that the ledger does not show: sent again, as long as the case would hear them. */
  async function deliver(): Promise<void> {
    for (const pending of await stores.pendingDecisions.waiting(ago(RESEND_MS[0] ?? 0), RESENDS_AT_ONCE)) {
      if (ended.signal.aborted) return;
      const { caseNo, decisionId, sends, sentAt } = pending;
      const rest = RESEND_MS[sends - 1];
      if (rest === undefined) {
        await incident({ subject: caseNo, caseNo, kind: 'decision' });
        continue;
      }
      if (clock() - toMs(sentAt) < rest) continue;
      const standing = await oversight.standing(complaintWorkflowId(caseNo));
      // Work that waits for a worker, or fails, has the signal with it.
      if (standing.is === 'running' && standing.task) continue;
      if (standing.is !== 'running' && !(await revived(pending))) continue;
      await oversight.signal(complaintWorkflowId(caseNo), pending.name, pending.message);
      await stores.pendingDecisions.sent({ caseNo, decisionId }, toInstant(clock()));
    }
    for (const { subject, caseNo } of (await watch.openIncidents(1_000)).filter(({ kind }) => kind === 'decision')) {
      if ((await stores.pendingDecisions.of(caseNo)).length === 0) await recovered(subject);
    }
  }

  /** The case has no run. Is it open, or would it be taken up again by this? */
  async function revived({ caseNo, decisionId, name, message }: PendingDecision): Promise<boolean> {
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

  async function report(): Promise<void> {
    const untold = await watch.untold(NAMED_IN_A_MAIL);
    if (untold.length === 0 || !(await tell(untold))) return;
    await watch.told(
      untold.map(({ subject }) => subject),
      toInstant(clock()),
    );
  }

  async function lookAgainAndAgain(): Promise<void> {
    while (!ended.signal.aborted) {
      let more = false;
      try {
        // After a loss of everything there is no reason to rest.
        more = ((await look())?.restarted ?? 0) >= ROUND / 2;
      } catch (error) {
        log.warn({ err: nameOf(error) }, 'watch over the workflows');
      }
      if (!more) await sleep(PAUSE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  return {
    look,
    run() {
      loop ??= lookAgainAndAgain();
    },
    async stop() {
      ended.abort();
      await loop;
    },
  };
}
