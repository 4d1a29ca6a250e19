import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { createTemporalClient } from '../temporal/client';
import { clientConnection } from '../temporal/connection';
import { createEngine, EngineError, type Engine } from '../cases/engine';
import { loadConfig, loadOrExit } from '../config';
import { createStores, differencesBetween, openDatabase, type Stores } from '../db';
import { complaintWorkflowId } from '../domain/ids';

/** Younger than this may still be on its way. */
const SETTLED_MS = 60_000;
/** A mail that was due so long ago, and that no relay has taken, is stuck. */
const STUCK_MS = 10 * 60_000;
const ANSWER_MS = 10_000;
const AT_ONCE = 8;

export interface Workflows {
  /** Where the workflow says the case stands; undefined when the engine does not know it (any more). */
  state: Engine['state'];
  /** Has it an open run? Undefined when the engine does not know it. */
  running(caseNo: string): Promise<boolean | undefined>;
}

interface Check {
  stores: Stores;
  /** Left out: the comparison with the workflows is skipped. */
  workflows?: Workflows;
  say: (line: string) => void;
  /** How long a difference may be a write that is under way. */
  settleMs?: number;
}

/**
 * Verifies every chain, folds every case, and compares with the projection and with the workflow's own answer.
 * @returns the number of differences; each has been said
 */
export async function checkLedger({ stores, workflows, say, settleMs = 500 }: Check): Promise<number> {
  let cases = 0;
  let compared = 0;
  let differences = 0;
  const differs = (line: string): void => {
    differences++;
    say(line);
  };

  let asked: Workflows | undefined = workflows;
  const checkOne = async (caseNo: string): Promise<void> => {
    cases++;
    const found = await stores.ledger.verify(caseNo);
    if (found.differences.length > 0) {
      // A write between two reads would be a difference of ours: verify reads one snapshot, so this is one of the data.
      for (const each of found.differences) differs(`${caseNo}: ${each}`);
      return;
    }
    if (!asked) return;
    try {
      const off = await compareWorkflow(stores, asked, caseNo, settleMs);
      if (off === undefined) return;
      compared++;
      for (const each of off) differs(`${caseNo}: ${each}`);
    } catch (error) {
      if (!(error instanceof EngineError) || (error.kind !== 'away' && error.kind !== 'silent')) throw error;
      // Said once: with no server or no worker every case would say the same.
      if (asked) say(`skipped  workflows from here on: ${error.message}`);
      asked = undefined;
    }
  };

  for (let page = await stores.ledger.caseNos(); page.length > 0; page = await stores.ledger.caseNos(page.at(-1))) {
    const left = [...page];
    const work = async (): Promise<void> => {
      for (let caseNo = left.shift(); caseNo !== undefined; caseNo = left.shift()) await checkOne(caseNo);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  const { audit } = stores;
  for (const { caseNo, waiting } of await audit.withoutCase(SETTLED_MS)) {
    differs(`${caseNo}: accepted, but no ledger${waiting ? ' yet (its start is noted)' : ', and no start is noted'}`);
  }
  for (const { caseNo, seq, mail, since } of await audit.stuckMails(STUCK_MS)) {
    differs(`${caseNo}: mail ${mail} of event ${seq} is due since ${since}, and no relay takes it`);
  }
  for (const { caseNo, clock, version, to, times } of await audit.doubleEscalations()) {
    differs(`${caseNo}: ${clock} (deadline ${version}) was escalated to the ${to} ${times} times`);
  }
  for (const { caseNo, clock, version } of await audit.silentBreaches()) {
    differs(`${caseNo}: ${clock} (deadline ${version}) was broken and not escalated`);
  }
  say(
    `${cases} case(s) checked, ${compared} of them against their workflow: ` +
      (differences === 0 ? 'no difference' : `${differences} difference(s)`),
  );
  return differences;
}

/** How often a case that is being written is looked at again before it counts as differing. */
const LOOKS = 5;

/** @returns what differs; undefined when there is no workflow to compare with, rightly */
async function compareWorkflow(
  { cases }: Stores,
  workflows: Workflows,
  caseNo: string,
  settleMs: number,
): Promise<string[] | undefined> {
  let off: string[] = [];
  let lastSeq: number | undefined;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(settleMs);
    const row = await cases.get(caseNo);
    if (!row) return undefined;
    const stoodStill = row.state.seq === lastSeq;
    lastSeq = row.state.seq;

    const open = row.state.stage !== 'archived';
    const running = await workflows.running(caseNo);
    if (running === undefined && !open) return undefined;
    if (running === undefined) off = ['open, but the engine knows no workflow of it'];
    else {
      const ended = open ? 'open, but its workflow has ended' : 'archived, but its workflow is still running';
      const state = await workflows.state(caseNo, ANSWER_MS);
      off = [...(running === open ? [] : [ended]), ...differencesBetween(row.state, state, 'workflow')];
    }
    // What differs while the ledger stands still is no write that is under way.
    if (off.length === 0 || stoodStill) return off;
  }
  return off;
}

async function main(): Promise<void> {
  const config = loadOrExit(loadConfig);
  const connection = clientConnection(config);
  const client = createTemporalClient(config, connection);
  const engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
  const database = openDatabase({ url: config.DATABASE_URL, max: AT_ONCE, statementTimeoutMs: 0 });
  const say = (line: string): void => console.log(line);
  try {
    const reachable = await engine.ping(3_000).then(
      () => true,
      () => false,
    );
    if (!reachable) say(`skipped  workflows: Temporal does not answer at ${config.TEMPORAL_ADDRESS}`);
    const workflows: Workflows = {
      state: (caseNo, deadlineMs) => engine.state(caseNo, deadlineMs),
      running: async (caseNo) => {
        try {
          const { status } = await client.workflow.getHandle(complaintWorkflowId(caseNo)).describe();
          return status.name === 'RUNNING';
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return undefined;
          throw new EngineError('away', 'Temporal does not answer any more', undefined, { cause: error });
        }
      },
    };
    const differences = await checkLedger({
      stores: createStores(database),
      workflows: reachable ? workflows : undefined,
      say,
    });
    process.exitCode = differences > 0 ? 1 : 0;
  } finally {
    await Promise.all([connection.close(), database.close()]);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`The check could not be made: ${error instanceof Error ? error.message : 'unknown fault'}`);
    process.exitCode = 2;
  });
}
