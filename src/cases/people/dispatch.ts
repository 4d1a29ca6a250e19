import { getsTaskForce } from '../../domain/staffing/owning';
import { setTimeout as sleep } from 'node:timers/promises';
import { routeOf, samePeople, type Waiting } from '../../db';
import type { Dispatch } from '../../domain/process/search';
import { EngineError } from '../engine/engine';
import { nameOf } from '../engine/starter';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'queue' | 'users' | 'roster' | 'policies'>;
  /** Tells the case's workflow whom it was given; throws `missing` when there is no open run. */
  signal: (caseNo: string, found: Dispatch) => Promise<void>;
  log: { warn(fields: object, message: string): void };
  clock?: () => number;
}

/** Together with the case's own writing within a second of somebody becoming free. */
const LOOK_MS = 300;
const LONGEST_MS = 700;
/** Times as long as a look took. */
const REST = 5;
const LOOKED_THROUGH = 1_000;
/** Given in one go; then the next look, by which whoever came meanwhile has their place. */
const AT_ONCE = 32;
const SETTLED_MS = 2_000;
const SETTLING_MS = 20;
/** Told, and not yet written: not given again to somebody else before this. */
const TOLD_MS = 10_000;
/** Its run is lost; `ledger:check` and the next decision bring it back. */
const LOST_MS = 30_000;

export interface Dispatcher {
  run(): void;
  stop(): Promise<void>;
  /** One look at the queue; how many cases were given to somebody. */
  drain(): Promise<number>;
}

/**
 * Drains the queue: whoever is free gets the most urgent case that asks for somebody like them, the oldest first. The
 * case itself has the last word, so however many dispatchers run, it is assigned once.
 */
export function createDispatcher({ stores, signal, log, clock = Date.now }: Needs): Dispatcher {
  const { queue, users, roster, policies } = stores;
  const told = new Map<string, number>();
  const ended = new AbortController();
  let loop: Promise<void> | undefined;

  async function drain(): Promise<number> {
    const routed = await queue.routed();
    // Most of the time nobody waits, and no lock is taken.
    if ((await queue.waiting(routed, 1)).length === 0) return 0;
    let given = 0;
    await queue.alone(async () => {
      const now = clock();
      for (const [caseNo, until] of told) if (until <= now) told.delete(caseNo);
      const rows = await queue.waiting(routed, LOOKED_THROUGH);
      given = await give(rows.filter(({ caseNo }) => !told.has(caseNo)));
    });
    return given;
  }

  async function give(rows: Waiting[]): Promise<number> {
    // A leave that has just ended, a shift that has just begun.
    roster.forget();
    /** Asked for in vain in this look: whoever wants the same people need not be asked about. */
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

  /** The next one to look sees these cases with their owners; a worker that is away is not waited for. */
  async function settled(caseNos: string[]): Promise<void> {
    const end = clock() + SETTLED_MS;
    let left = caseNos.filter((caseNo) => told.has(caseNo));
    while (left.length > 0 && clock() < end && !ended.signal.aborted) {
      left = await queue.still(left);
      if (left.length > 0) await sleep(SETTLING_MS);
    }
    for (const caseNo of caseNos) if (!left.includes(caseNo)) told.delete(caseNo);
  }

  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      let given = 0;
      const began = clock();
      try {
        given = await drain();
      } catch (error) {
        log.warn({ err: nameOf(error) }, 'dispatcher of waiting cases');
      }
      // A long queue for which nobody is free is not looked through all the time.
      const pauseMs = Math.min(LONGEST_MS, Math.max(LOOK_MS, (clock() - began) * REST));
      if (given === 0) await sleep(pauseMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  return {
    drain,
    run() {
      loop ??= work();
    },
    async stop() {
      ended.abort();
      await loop;
    },
  };
}
