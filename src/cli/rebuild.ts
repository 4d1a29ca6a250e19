import { parseArgs } from 'node:util';
import { createEngine, type Engine } from '../cases/engine';
import { loadConfig, loadOrExit } from '../config';
import { faultOf } from './fault';
import { createStores, LedgerBroken, openDatabase, type Stores } from '../db';
import type { CorrectiveActionInput } from '../domain/corrective-action';
import { correctiveActionWorkflowId, isCaseNumber } from '../domain/ids';
import type { Policy } from '../domain/policy';
import { createTemporalClient } from '../temporal/client';
import { clientConnection } from '../temporal/connection';

const USAGE = `usage: npm run rebuild -- [--workflows] [case number …]

Folds the ledger again into the projection, of the cases named or of all. Mails are left alone.
--workflows   also starts what has no running workflow: a workflow that goes on where the ledger ends for each open case
              and corrective action, and the first one for each complaint that never had any. For when Temporal's own
              data is lost. Running workflows are left alone.`;

const START_MS = 10_000;

export interface Revival {
  carryOn: Engine['carryOn'];
  startAction(input: CorrectiveActionInput): Promise<void>;
}

interface Rebuild {
  stores: Stores;
  /** All when left out. */
  caseNos?: string[];
  /** Left out: workflows are not touched. */
  revival?: Revival;
  say: (line: string) => void;
}

/** @returns the number of cases that could not be rebuilt; each has been said */
export async function rebuild({ stores, caseNos, revival, say }: Rebuild): Promise<number> {
  let done = 0;
  let failed = 0;
  const one = async (caseNo: string): Promise<void> => {
    try {
      await stores.ledger.rebuild(caseNo);
      done++;
      if (revival) await revive(stores, revival, caseNo);
    } catch (error) {
      if (!(error instanceof LedgerBroken)) throw error;
      failed++;
      for (const each of error.differences) say(`${caseNo}: ${each}; nothing was rebuilt from this ledger`);
    }
  };
  if (caseNos) {
    for (const caseNo of caseNos) await one(caseNo);
  } else {
    for (let page = await stores.ledger.caseNos(); page.length > 0; page = await stores.ledger.caseNos(page.at(-1))) {
      for (const caseNo of page) await one(caseNo);
    }
  }
  if (revival && !caseNos) {
    await reviveActions(stores, revival);
    // Accepted, and the engine lost them before they wrote anything: the relay of the server starts them again.
    const lost = (await stores.audit.withoutCase(0, Date.now())).filter(({ waiting }) => !waiting);
    await stores.starts.again(lost);
    if (lost.length > 0) say(`${lost.length} complaint(s) without a ledger are due to be started again`);
  }
  say(`${done} case(s) rebuilt${failed > 0 ? `, ${failed} not` : ''}`);
  return failed;
}

async function policyOf({ policies }: Stores, version: number): Promise<Policy> {
  const policy = await policies.get(version);
  if (!policy) throw new Error(`policy ${version} was never published`);
  return policy;
}

async function revive(stores: Stores, revival: Revival, caseNo: string): Promise<void> {
  const row = await stores.cases.get(caseNo);
  if (!row || row.state.stage === 'archived') return;
  const policy = await policyOf(stores, row.state.policyVersion);
  await revival.carryOn({ caseNo, policy, carry: row.state }, START_MS);
}

async function reviveActions(stores: Stores, revival: Revival): Promise<void> {
  for (const { id: actionId, state } of await stores.actions.list({ open: true })) {
    const first = await stores.cases.get(state.cases[0] ?? '');
    if (!first) continue;
    const { correctiveAction: rules } = await policyOf(stores, first.state.policyVersion);
    const { cases, kind, owner, cause, plannedAt } = state;
    await revival.startAction({ actionId, cases, kind, owner, cause, plannedAt, rules, carry: state });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { workflows: { type: 'boolean' } }, allowPositionals: true });
  const wrong = positionals.filter((caseNo) => !isCaseNumber(caseNo));
  if (wrong.length > 0) throw new Error(`not a case number: ${wrong.join(', ')}\n\n${USAGE}`);
  const config = loadOrExit(loadConfig);
  const database = openDatabase({ url: config.DATABASE_URL, max: 2, statementTimeoutMs: 0 });
  const connection = clientConnection(config);
  try {
    const client = createTemporalClient(config, connection);
    const engine = createEngine(client, config.TEMPORAL_TASK_QUEUE);
    if (values.workflows) await engine.ping(3_000);
    const failed = await rebuild({
      stores: createStores(database),
      caseNos: positionals.length > 0 ? positionals : undefined,
      revival: values.workflows
        ? {
            carryOn: (input, deadlineMs) => engine.carryOn(input, deadlineMs),
            startAction: async (input) => {
              await client.workflow.start('correctiveAction', {
                taskQueue: config.TEMPORAL_TASK_QUEUE,
                workflowId: correctiveActionWorkflowId(input.actionId),
                args: [input],
                workflowIdConflictPolicy: 'USE_EXISTING',
                workflowIdReusePolicy: 'ALLOW_DUPLICATE',
                staticSummary: `${input.actionId} · ${input.kind} · ${input.cause}`,
              });
            },
          }
        : undefined,
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
