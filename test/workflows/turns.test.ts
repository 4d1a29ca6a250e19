import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import type { CaseEvent } from '../../src/domain/case/events';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { PROJECT_ROOT } from '../../src/paths';
import { WORKFLOW_BUNDLE_OPTIONS } from '../../src/temporal/workflow-bundle';
import { text } from '../domain/walk';
import { waitUntil } from '../support/processes';
import type { oneByOne, together } from './faulty/together';
import { createTimeSkippingEnv } from '../support/temporal';
import { createSuite, type OpenCase, type Suite } from './support';

/** One side effect of a workflow at a time. Every suite of workflows checks it at its end; here it is provoked. */

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

const types = (one: OpenCase): CaseEvent['type'][] => suite.desk.events(one.caseNo).map(({ type }) => type);

/** Owners are found slowly, and so is a grade written, as with a database under load. */
function slowly(ownerMs: number, gradeMs = 0): void {
  const { pickOwner, appendEvents } = suite.desk.quick;
  suite.desk.pickOwner = async (input) => {
    await sleep(ownerMs);
    return pickOwner(input);
  };
  suite.desk.appendEvents = async (input) => {
    if (input.events.some(({ type }) => type === 'graded')) await sleep(gradeMs);
    return appendEvents(input);
  };
}
afterEach(() => Object.assign(suite.desk, suite.desk.quick));

const seconds = (value: number) => ({ value, unit: 'seconds' as const });
/** A major complaint has a minute, and is warned of every three seconds from the 42nd on. */
function hurried(): Policy {
  const { firstResponse } = HOUSE_POLICY.promises;
  const length = { general: seconds(600), important: seconds(600), major: seconds(60) };
  const promises = { ...HOUSE_POLICY.promises };
  return {
    ...HOUSE_POLICY,
    promises: { ...promises, firstResponse: { ...firstResponse, length, warnAt: [0.7, 0.75, 0.8, 0.85] } },
  };
}

test('an owner is looked for while a promise falls due: the one waits for the other', async () => {
  const one = await suite.open('general', { policy: hurried() });
  await suite.sleep(40_000);
  // While the grade is written, the next warning falls due; beside it, an owner is looked for.
  slowly(1_000, 3_200);
  await one.decide('grade', 'agent', { grade: 'major', category: 'product_quality' });
  const both = () => types(one).includes('promiseWarned') && one.state.owner?.id === 'u-supervisor';
  await waitUntil(both, 'both are in', undefined, () => types(one).join());
  expect(suite.desk.together).toEqual([]);
  await one.end();
});

test('a case that is graded higher while an owner is looked for is given to somebody who may own it', async () => {
  const one = await suite.open('general', { policy: { ...HOUSE_POLICY, routing: { rules: [], prefer: [] } } });
  const { pickOwner } = suite.desk.quick;
  const asked: string[] = [];
  suite.desk.pickOwner = (input) => {
    asked.push(input.grade);
    // The first try fails: the case waits with its search half done, and others are heard meanwhile.
    if (asked.length === 1) throw ApplicationFailure.create({ message: 'not now', nextRetryDelay: '1 minute' });
    return pickOwner(input);
  };
  // Another category than suggested, so that an owner is looked for.
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await waitUntil(() => asked.length === 1, 'an owner is looked for');
  await one.signal('regrade', 'supervisor', { grade: 'important', category: 'logistics', reason: text(1) });
  const heard = async () =>
    (await one.handle.fetchHistory()).events?.some((item) => item.workflowExecutionSignaledEventAttributes) ?? false;
  await waitUntil(heard, 'the higher grade has arrived');
  await suite.sleep(120_000);
  await waitUntil(
    () => one.state.owner?.provisional === false,
    'somebody has the case',
    30_000,
    () => types(one).join(),
  );
  expect(asked).toEqual(['general', 'general', 'important']);
  expect(one.state.owner).toMatchObject({ id: 'u-supervisor', role: 'supervisor' });
  expect(types(one)).not.toContain('queued');
  await one.end();
});

test('a second follow-up, a merge and a chain look for somebody while others decide', async () => {
  const one = await suite.open('general');
  const other = await suite.open('general');
  slowly(200);
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await Promise.all([
    one.signal('note', 'agent', { text: text(1) }),
    one.decide('note', 'agent', { text: text(2) }),
    one.decide('respond', 'agent', { via: 'phone', text: text(3) }),
    other.decide('merge', 'agent', { into: one.caseNo, reason: text(4) }),
    other.signal('note', 'agent', { text: text(5) }),
  ]);
  await one.decide('propose', 'agent', {
    remedies: [{ kind: 'refund', amount: 1 }],
    solution: text(6),
    findings: text(7),
  });
  await one.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
  await one.decide('carryOut', 'agent', {});
  await one.decide('resolve', 'agent', { outcome: 'upheld', cause: 'design', summary: text(8) });
  await Promise.all([
    one.decide('recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1, via: 'link' }),
    one.signal('note', 'agent', { text: text(9) }),
    one.signal('note', 'agent', { text: text(10) }),
  ]);
  const noted = () => types(one).filter((type) => type === 'noted').length;
  const all = () => types(one).includes('followUpAssigned') && types(one).includes('absorbed') && noted() === 4;
  await waitUntil(all, 'somebody is found, and all is noted', undefined, () => types(one).join());
  expect(suite.desk.together).toEqual([]);
  await one.end();
});

test('whoever starts two at once is stopped before anything goes out of order', async () => {
  const env = await createTimeSkippingEnv();
  const taskQueue = 'turns-test';
  const effects = [1, 2];
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      ...WORKFLOW_BUNDLE_OPTIONS,
      workflowsPath: join(PROJECT_ROOT, 'test', 'workflows', 'faulty', 'together.ts'),
    }),
    activities: { measureEffect: () => Promise.resolve({ before: 0, after: effects.shift() }) },
  });
  await worker.runUntil(async () => {
    const { workflow } = env.client;
    const handle = await workflow.start<typeof together>('together', { taskQueue, workflowId: 'together' });
    const failure = async () =>
      (await handle.fetchHistory()).events?.find((item) => item.workflowTaskFailedEventAttributes)
        ?.workflowTaskFailedEventAttributes?.failure?.message;
    await waitUntil(async () => (await failure()) !== undefined, 'the task has failed');
    expect(await failure()).toBe('measureEffect begun while measureEffect is under way: one side effect at a time');
    const run = workflow.execute<typeof oneByOne>('oneByOne', { taskQueue, workflowId: 'one by one' });
    expect(await run).toBe('1,2');
    await handle.terminate();
  });
  await env.teardown();
});
