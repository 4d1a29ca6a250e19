import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type InjectedSinks,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { CaseEvent } from '../../src/domain/events';
import { fold } from '../../src/domain/evolve';
import { caseNoOfWorkflowId } from '../../src/domain/ids';
import { STAGES } from '../../src/domain/types';
import { PROJECT_ROOT } from '../../src/paths';
import type { LedgerSinks } from './collect';
import { recorded, type History, type Recorded } from './histories';

const HISTORIES = recorded();
let workflowBundle: WorkflowBundleOption;

beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(PROJECT_ROOT, 'workflows', 'index.ts'),
    workflowInterceptorModules: [join(PROJECT_ROOT, 'test', 'replay', 'collect.ts')],
    logger: new DefaultLogger('WARN'),
  });
}, 120_000);

/** Replays under today's code, and gives what it would write into the ledger. */
async function replay({ workflowId }: Recorded, history: History): Promise<CaseEvent[]> {
  const events: CaseEvent[] = [];
  const sinks: InjectedSinks<LedgerSinks> = {
    ledger: { append: { fn: (_info, batch) => void events.push(...batch), callDuringReplay: true } },
  };
  await Worker.runReplayHistory({ workflowBundle, sinks }, history, workflowId);
  return events;
}

test('there are histories of every grade, ending in every stage', () => {
  expect(HISTORIES.length).toBeGreaterThanOrEqual(60);
  const ends = new Set(HISTORIES.map(({ state }) => state.stage));
  expect(STAGES.filter((stage) => stage !== 'receive' && !ends.has(stage))).toEqual([]);
});

test.each(HISTORIES.map((one) => [one.name, one] as const))(
  '%s replays, and ends in the same state',
  async (_name, one) => {
    const events = await replay(one, one.history);
    const caseNo = caseNoOfWorkflowId(one.workflowId) ?? '';
    expect(fold(caseNo, events.slice(0, one.state.seq))).toEqual(one.state);
  },
);

describe('the guard itself', () => {
  const long = HISTORIES.find(({ state }) => state.stage === 'archived' && state.seq > 30);

  test('a history whose first timer is gone is refused', async () => {
    if (!long) throw new Error('no long history is recorded');
    const doctored: History = structuredClone({ events: long.history.events });
    const started = doctored.events?.find((item) => item.timerStartedEventAttributes);
    if (!started?.timerStartedEventAttributes) throw new Error('it has no timer');
    started.timerStartedEventAttributes.timerId = '999';
    await expect(replay(long, doctored)).rejects.toThrow(DeterminismViolationError);
  });

  test('a decision with another meaning ends in another state, though the replay itself succeeds', async () => {
    if (!long) throw new Error('no long history is recorded');
    const events = await replay(long, long.history);
    const changed = events.map((item) =>
      item.type === 'resolved'
        ? { ...item, data: { ...item.data, outcome: 'partly_upheld' as const, cause: 'customer_use' as const } }
        : item,
    );
    const caseNo = caseNoOfWorkflowId(long.workflowId) ?? '';
    expect(fold(caseNo, changed)).not.toEqual(long.state);
  });
});
