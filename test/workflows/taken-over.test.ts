import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type InjectedSinks } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import type { CaseEvent } from '../../src/domain/case/events';
import { fold } from '../../src/domain/case/evolve';
import { caseNoOfWorkflowId } from '../../src/domain/basics/ids';
import { PROJECT_ROOT } from '../../src/paths';
import { WORKFLOW_BUNDLE_OPTIONS } from '../../src/temporal/workflow-bundle';
import type { LedgerSinks } from '../replay/collect';
import { text } from '../domain/walk';
import { waitUntil } from '../support/processes';
import { createSuite, type Suite } from './support';

/**
 * Three cases of an instance under load whose histories no code can replay: an owner was found while promises fell due,
 * and the answers came in another order than they were asked for. Their ledgers are whole, and from those they go on.
 */
const FOLDER = join(PROJECT_ROOT, 'test', 'replay', 'stuck');
const STUCK = readdirSync(FOLDER).map((file) => {
  const { workflowId, history } = JSON.parse(gunzipSync(readFileSync(join(FOLDER, file))).toString('utf8')) as {
    workflowId: string;
    history: string;
  };
  return { workflowId, history: temporal.api.history.v1.History.decode(Buffer.from(history, 'base64')) };
});

let suite: Suite;
const ledgers = new Map<string, CaseEvent[]>();
const faults = new Map<string, Error>();
beforeAll(async () => {
  const workflowBundle = await bundleWorkflowCode({
    ...WORKFLOW_BUNDLE_OPTIONS,
    workflowInterceptorModules: [join(PROJECT_ROOT, 'test', 'replay', 'collect.ts')],
  });
  const sinks: InjectedSinks<LedgerSinks> = {
    ledger: {
      append: {
        fn: ({ workflowId }, batch) => void ledgers.set(workflowId, [...(ledgers.get(workflowId) ?? []), ...batch]),
        callDuringReplay: true,
      },
      saved: { fn: () => undefined, callDuringReplay: true },
    },
  };
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle, sinks }, STUCK)) {
    if (error) faults.set(workflowId, error);
  }
  suite = await createSuite();
});
afterAll(() => suite.close());

test.each(STUCK)('$workflowId cannot be replayed, and goes on from its ledger', async ({ workflowId }) => {
  expect(faults.get(workflowId)).toBeInstanceOf(DeterminismViolationError);
  const caseNo = caseNoOfWorkflowId(workflowId) ?? '';
  // What was written before the orders parted: graded, warned, and nobody has it yet.
  const all = ledgers.get(workflowId) ?? [];
  const rows = all.slice(0, all.findLastIndex(({ type }) => type === 'promiseWarned') + 1);
  const carry = fold(caseNo, rows);
  expect(carry).toMatchObject({ stage: 'assign', grade: 'major' });
  suite.desk.ledger.set(caseNo, rows);
  const due = carry?.clocks.firstResponse?.dueAt;

  const one = await suite.open('major', { caseNo, received: undefined, carry });
  await waitUntil(() => one.state.owner?.id === 'u-supervisor', 'somebody has it');
  await waitUntil(() => one.state.clocks.firstResponse?.breachedAt !== undefined, 'what fell due is written');
  expect(suite.desk.events(caseNo).filter(({ type }) => type === 'promiseBreached')[0]?.at).toBe(due);
  await one.decide('accept', 'supervisor');
  await one.decide('respond', 'supervisor', { via: 'phone', text: text(1) });
  expect(one.state).toMatchObject({ stage: 'resolve', respondedAt: expect.any(String) });
  expect(await one.query()).toEqual(one.state);
  await one.end();
});
