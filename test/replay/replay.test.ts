import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, Worker, type InjectedSinks, type WorkflowBundleOption } from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import type { CaseEvent } from '../../src/domain/case/events';
import { fold } from '../../src/domain/case/evolve';
import type { CaseState } from '../../src/domain/case/state';
import { caseNoOfWorkflowId } from '../../src/domain/basics/ids';
import { GRADES } from '../../src/domain/basics/types';
import { PROJECT_ROOT } from '../../src/paths';
import { WORKFLOW_BUNDLE_OPTIONS } from '../../src/temporal/workflow-bundle';
import type { LedgerSinks } from './collect';
import { ACTIONS, CASES, copyOf, type History, type Recorded } from './histories';
import { sampled } from '../support/volume';

let workflowBundle: WorkflowBundleOption;

beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({
    ...WORKFLOW_BUNDLE_OPTIONS,
    workflowInterceptorModules: [join(PROJECT_ROOT, 'test', 'replay', 'collect.ts')],
  });
});

/** Replays under today's code. Gives each case's fault, and what it would write into its ledger, by its name. */
async function replay(cases: readonly { name: string; history: History }[]) {
  const ledgers = new Map<string, CaseEvent[]>(cases.map(({ name }) => [name, []]));
  const actions = new Map<string, CorrectiveActionState>();
  const faults = new Map<string, Error>();
  const sinks: InjectedSinks<LedgerSinks> = {
    ledger: {
      append: {
        fn: ({ workflowId }, batch) => void ledgers.get(workflowId)?.push(...batch),
        callDuringReplay: true,
      },
      saved: { fn: ({ workflowId }, state) => void actions.set(workflowId, state), callDuringReplay: true },
    },
  };
  const histories = cases.map(({ name, history }) => ({ workflowId: name, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle, sinks }, histories)) {
    if (error) faults.set(workflowId, error);
  }
  return { ledgers, actions, faults };
}

const stateOf = ({ workflowId, state }: Recorded<CaseState>, events: readonly CaseEvent[]) =>
  fold(caseNoOfWorkflowId(workflowId) ?? '', events.slice(0, state.seq));

test('cases of every grade are recorded, ended in at least four stages', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(50);
  expect(GRADES.filter((grade) => !CASES.some(({ state }) => state.grade === grade))).toEqual([]);
  const ends = new Set(CASES.map(({ state }) => state.stage));
  expect(ends.size).toBeGreaterThanOrEqual(4);
});

test('every recorded history replays under the code of today, and ends in the same state', async () => {
  const cases = sampled(CASES);
  const { ledgers, faults } = await replay(cases);
  expect([...faults]).toEqual([]);
  for (const one of cases) {
    expect({ [one.name]: stateOf(one, ledgers.get(one.name) ?? []) }).toEqual({ [one.name]: one.state });
  }
});

test('every recorded corrective action replays, and ends in the same state', async () => {
  expect(ACTIONS.length).toBeGreaterThanOrEqual(12);
  expect(new Set(ACTIONS.map(({ state }) => state.status)).size).toBeGreaterThanOrEqual(2);
  const { actions, faults } = await replay(ACTIONS);
  expect([...faults]).toEqual([]);
  for (const { name, state } of ACTIONS) expect({ [name]: actions.get(name) }).toEqual({ [name]: state });
});

describe('the guard itself', () => {
  const one = CASES.find(({ state }) => state.resolution !== undefined);

  test('a history with a command in another place is refused', async () => {
    if (!one) throw new Error('no resolved case is recorded');
    const doctored = copyOf(one.history);
    const timer = doctored.events?.find((item) => item.timerStartedEventAttributes);
    if (!timer) throw new Error('it has no timer');
    timer.eventType = temporal.api.enums.v1.EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES;
    timer.upsertWorkflowSearchAttributesEventAttributes = { searchAttributes: {} };
    timer.timerStartedEventAttributes = null;
    const { faults } = await replay([{ name: one.name, history: doctored }]);
    expect(faults.get(one.name)).toBeInstanceOf(DeterminismViolationError);
  });

  test('another meaning of the same commands ends in another state', async () => {
    if (!one) throw new Error('no resolved case is recorded');
    const { ledgers } = await replay([one]);
    const events = ledgers.get(one.name) ?? [];
    const changed = events.map((item) =>
      item.type === 'resolved' ? { ...item, data: { ...item.data, cause: 'unknown' as const } } : item,
    );
    expect(stateOf(one, events)).toEqual(one.state);
    expect(stateOf(one, changed)).not.toEqual(one.state);
  });
});
