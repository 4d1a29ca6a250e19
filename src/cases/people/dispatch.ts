import { getsTaskForce } from '../../domain/staffing/owning';
import { setTimeout as sleep } from 'node:timers/promises';
import { routeOf, samePeople, type Waiting } from '../../db';
import type { Dispatch } from '../../domain/process/search';
import { EngineError } from '../engine/engine';
import { nameOf } from '../engine/starter';
import { createRepeating } from '../repeating';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'queue' | 'users' | 'roster' | 'policies'>;
  /** Tells the case's workflow who was found. @throws EngineError `missing` when it has no open run */
  signal: (caseNo: string, found: Dispatch) => Promise<void>;
  log: { warn(fields: object, message: string): void };
  clock?: () => number;
}

/** Shortest pause between looks: with the case's own write, a case is assigned within a second of somebody becoming free. */
const LOOK_MS = 300;
/** Longest pause between looks. */
const LONGEST_MS = 700;
/** Between those limits, the pause is this many times as long as the last look took. */
const REST = 5;
/** Waiting cases that one look reads. */
const LOOKED_THROUGH = 1_000;
/** The most cases given away in one look; a more urgent case that comes meanwhile has its place in the next. */
const AT_ONCE = 32;
/** How long a look waits for the cases that it gave away to be written. */
const SETTLED_MS = 2_000;
const SETTLING_MS = 20;
/** A case that was told is not given to anybody else within this time, even if it has not written its owner yet. */
const TOLD_MS = 10_000;
/** A case whose run is lost is left alone for this long; the watch starts it again. */
const LOST_MS = 30_000;

/** The loop that gives waiting cases to people who become free. */
export interface Dispatcher {
  /** Looks again and again, until `stop`. A look that fails is logged, and the next one comes as usual. */
  run(): void;
  /** Resolves when the look that is under way has ended. */
  stop(): Promise<void>;
  /** One look at the queue. @returns how many cases were given to somebody; 0 also if another process is looking */
  drain(): Promise<number>;
}

/**
 * Gives waiting cases away: the most urgent grade first, then the oldest, each to somebody free whom its route asks for. The
 * case itself decides whether it takes the owner (`appointed`), so it is assigned once however many dispatchers run.
 */
export function createDispatcher({ stores, signal, log, clock = Date.now }: Needs): Dispatcher {
  const { queue, users, roster, policies } = stores;
  const told = new Map<string, number>();
  const ended = new AbortController();

  async function drain(): Promise<number> {
    const routed = await queue.routed();
    // Mostly nobody waits; looking first spares the lock.
    if ((await queue.waiting(routed, 1)).length === 0) return 0;
    let given = 0;
    await queue.underLock(async () => {
      const now = clock();
      for (const [caseNo, until] of told) if (until <= now) told.delete(caseNo);
      const rows = await queue.waiting(routed, LOOKED_THROUGH);
      given = await give(rows.filter(({ caseNo }) => !told.has(caseNo)));
    });
    return given;
  }

  /** Finds somebody for each of these cases in order, and tells the cases. @returns how many were given away */
  async function give(rows: Waiting[]): Promise<number> {
    // The roster is read anew, so that a leave that has just ended or a shift that has just begun counts.
    roster.forget();
    /** Whom this look has looked for in vain (`samePeople`): later cases that want the same people are skipped. */
    const inVain = new Set<string>();
    const found: [caseNo: string, Dispatch][] = [];
    for (const row of rows) {
      if (found.length === AT_ONCE || ended.signal.aborted) break;
      const policy = await policies.get(row.policyVersion);
      const route = policy?.routing && routeOf(row, policy.routing);
      if (!route || inVain.has(samePeople(route))) continue;
      const { caseNo, grade, against } = row;
      const owner = await users.pick({ grade, against, exclude: [], lastHandlerOf: row.customerId, caseNo, route });
      if (!owner) {
        if (against.length === 0) inVain.add(samePeople(route));
        continue;
      }
      const { departments } = route.wish;
      const force = getsTaskForce(grade, departments);
      const taskForce = force
        ? await users.taskForce({ notOf: owner.team, exclude: [...against, owner.id], departments })
        : [];
      found.push([caseNo, { owner, taskForce, grade }]);
    }
    await Promise.all(found.map(tell));
    await settled(found.map(([caseNo]) => caseNo));
    return found.length;
  }

  async function tell([caseNo, found]: [string, Dispatch]): Promise<void> {
    told.set(caseNo, clock() + TOLD_MS);
    try {
      await signal(caseNo, found);
    } catch (error) {
      if (error instanceof EngineError && error.kind === 'missing') told.set(caseNo, clock() + LOST_MS);
      else told.delete(caseNo);
      log.warn({ caseNo, err: nameOf(error) }, 'a case that waits could not be told of its owner');
    }
  }

  /**
   * Waits, two seconds at most, until these cases have written their owners, so that the next look does not find them
   * waiting. A case that has not by then stays in `told`: its worker may be away.
   */
  async function settled(caseNos: string[]): Promise<void> {
    const end = clock() + SETTLED_MS;
    let left = caseNos.filter((caseNo) => told.has(caseNo));
    while (left.length > 0 && clock() < end && !ended.signal.aborted) {
      left = await queue.stillUnassigned(left);
      if (left.length > 0) await sleep(SETTLING_MS);
    }
    for (const caseNo of caseNos) if (!left.includes(caseNo)) told.delete(caseNo);
  }

  let tookMs = 0;
  const { run, stop } = createRepeating({
    async round() {
      const began = clock();
      try {
        return (await drain()) > 0;
      } finally {
        tookMs = clock() - began;
      }
    },
    failed: (error) => log.warn({ err: nameOf(error) }, 'dispatcher of waiting cases'),
    // The pause grows with the time a look takes, so that a long queue for which nobody is free costs little.
    pauseMs: () => Math.min(LONGEST_MS, Math.max(LOOK_MS, tookMs * REST)),
    ended,
  });
  return { drain, run, stop };
}
