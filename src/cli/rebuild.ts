/**
 * `npm run rebuild`: rewrites the projection from the ledgers, and on request starts workflows again
 * where their ledgers end.
 * @module
 */
import { parseArgs } from 'node:util';
import { createEngine } from '../cases/engine/engine';
import { createOversight, type Oversight } from '../cases/engine/oversight';
import { PolicyCache } from '../cases/rules/policies';
import { createRestart, type Restart, type Restarted } from '../cases/engine/restart';
import { loadConfig, loadOrExit } from '../config';
import { createStores, LedgerBroken, openDatabase, type Stores } from '../db';
import { complaintWorkflowId, isCaseNumber } from '../domain/basics/ids';
import { createTemporalClient } from '../temporal/client';
import { clientConnection } from '../temporal/connection';
import { faultOf } from './fault';
import { COMMAND_LIMITS } from './limits';

const USAGE = `usage: npm run rebuild -- [--workflows] [case number …]
       npm run rebuild -- --take-over <case number …>

Folds the ledger again into the projection, of the cases named or of all. Mails are left alone.
--workflows   also starts what has no running workflow: a workflow that goes on where the ledger ends for each open case
              and corrective action, and the first one for each complaint that never had any. For when Temporal's own
              data is lost. Running workflows are left alone.
--take-over   ends the running workflow of each case named and starts one that goes on where its ledger ends: for a case
              whose workflow fails at every try. Decisions that were accepted meanwhile are sent to it again.`;

interface Rebuild {
  stores: Stores;
  /** Left out: all cases, and with `restart` also corrective actions and complaints without a ledger. */
  caseNos?: string[];
  /** Left out: workflows are not touched. */
  restart?: Restart;
  /** With `restart`: a running workflow of a case is ended, and another takes over from the ledger. */
  oversight?: Pick<Oversight, 'standing'>;
  say: (line: string) => void;
}

/**
 * Folds ledgers into the projection again, and starts workflows that are not running. Safe to run again.
 * @returns how many cases could not be rebuilt because their ledger does not verify; each was printed
 */
export async function rebuild({ stores, caseNos, restart, oversight, say }: Rebuild): Promise<number> {
  let done = 0;
  let failed = 0;
  const cases = tally();
  const actions = tally();
  const one = async (caseNo: string): Promise<void> => {
    try {
      await stores.ledger.rebuild(caseNo);
      done++;
      if (restart) cases.count(await restart.restartCase(caseNo, await runOf(caseNo)));
    } catch (error) {
      if (!(error instanceof LedgerBroken)) throw error;
      failed++;
      for (const each of error.differences) say(`${caseNo}: ${each}; nothing was rebuilt from this ledger`);
    }
  };
  const runOf = async (caseNo: string): Promise<string | undefined> => {
    const standing = await oversight?.standing(complaintWorkflowId(caseNo));
    return standing?.is === 'running' ? standing.runId : undefined;
  };

  if (caseNos) {
    for (const caseNo of caseNos) await one(caseNo);
  } else {
    for (let page = await stores.ledger.caseNos(); page.length > 0; page = await stores.ledger.caseNos(page.at(-1))) {
      for (const caseNo of page) await one(caseNo);
    }
  }
  let first = 0;
  if (restart && !caseNos) {
    for (const { id } of await stores.actions.list({ open: true })) actions.count(await restart.restartAction(id));
    for (const { caseNo, actionId } of await stores.audit.actionsWithoutRow(0, Date.now())) {
      actions.count(await restart.startPlanned(caseNo, actionId));
    }
    // Complaints whose workflow Temporal lost before it wrote anything. Where the start is still noted (`waiting`), a
    // server starts it by itself.
    for (const { caseNo, waiting } of await stores.audit.withoutCase(0, Date.now())) {
      if (!waiting && (await restart.restartComplaint(caseNo)) === 'started') first++;
    }
  }
  say(`${done} case(s) rebuilt${failed > 0 ? `, ${failed} not` : ''}`);
  if (restart) {
    say(`workflows of open cases: ${cases.said()}`);
    if (!caseNos) {
      say(`workflows of corrective actions: ${actions.said()}`);
      if (first > 0) say(`${first} complaint(s) without a ledger were started again`);
    }
  }
  return failed;
}

function tally() {
  const counts: Record<Restarted, number> = { started: 0, running: 0, over: 0 };
  return {
    count: (what: Restarted): void => void counts[what]++,
    said: (): string => `${counts.started} started, ${counts.running} running already`,
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { workflows: { type: 'boolean' }, 'take-over': { type: 'boolean' } },
    allowPositionals: true,
  });
  const takeOver = values['take-over'] === true;
  const wrong = positionals.filter((caseNo) => !isCaseNumber(caseNo));
  if (wrong.length > 0) throw new Error(`not a case number: ${wrong.join(', ')}\n\n${USAGE}`);
  if (takeOver && positionals.length === 0) throw new Error(`--take-over: name the cases\n\n${USAGE}`);
  const config = loadOrExit(loadConfig);
  const database = openDatabase({ url: config.DATABASE_URL, max: 2, ...COMMAND_LIMITS, statementTimeoutMs: 0 });
  const connection = clientConnection(config);
  try {
    const client = createTemporalClient(config, connection);
    const engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
    const oversight = createOversight(client, config.TEMPORAL_TASK_QUEUE);
    const stores = createStores(database);
    const workflows = values.workflows === true || takeOver;
    if (workflows) await engine.ping(3_000);
    const policies = new PolicyCache(stores.policies, Date.now);
    const failed = await rebuild({
      stores,
      caseNos: positionals.length > 0 ? positionals : undefined,
      restart: workflows ? createRestart({ stores, policies, engine, oversight, clock: Date.now }) : undefined,
      oversight: takeOver ? oversight : undefined,
      say: (line) => console.log(line),
    });
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    await Promise.all([connection.close(), database.close()]);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(faultOf(error));
    process.exitCode = 2;
  });
}
