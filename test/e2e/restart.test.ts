import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { isRunning } from '../../src/runtime/processes';
import { waitUntil } from '../support/processes';
import { PATIENCE_MS, Stack, type EventRow } from './stack';

const SECOND = 1_000;
const LENGTH_S = 10;
const PARTS = ['postgres', 'temporal', 'worker', 'server'] as const;
let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
  await stack.publish(({ promises }) => {
    const length = { value: LENGTH_S, unit: 'seconds' as const };
    promises.firstResponse = {
      length: { general: length, important: length, major: length },
      pausable: false,
      warnAt: [0.5],
      managerAfter: { value: 3, unit: 'hours' },
    };
  });
});
afterAll(() => stack?.close());

async function received(): Promise<{ caseNo: string; due: number }> {
  const { caseNo, receivedAt, answerBy } = await stack.file();
  const due = Date.parse(receivedAt) + LENGTH_S * SECOND;
  expect(Date.parse(answerBy)).toBe(due);
  await stack.reaches(caseNo, 'waits to be graded', ({ stage }) => stage === 'grade');
  return { caseNo, due };
}

/** The one breach of the first response, and the one escalation, both with the true time. */
async function brokenAt(caseNo: string, due: number): Promise<void> {
  await stack.reaches(caseNo, 'has a broken promise', ({ breached }) => breached);
  const about = (type: string) => (item: EventRow) => item.type === type && item.data.clock === 'firstResponse';
  const events = await stack.events(caseNo);
  const told = (type: string) =>
    events.filter(about(type)).map(({ at, data }) => ({ at: at.getTime(), dueAt: Date.parse(String(data.dueAt)) }));
  expect(told('promiseWarned').map(({ at }) => at)).toEqual([due - (LENGTH_S * SECOND) / 2]);
  expect(told('promiseBreached')).toEqual([{ at: due, dueAt: due }]);
  expect(told('escalated')).toEqual([{ at: due, dueAt: due }]);
}

describe.each([
  ['Ctrl-C', () => stack.stop()],
  ['a power cut', () => stack.crash().then(() => null)],
])('after %s', (how, goesDown) => {
  test('everything is gone, and the next start goes on with every open case and its timers', async () => {
    const idle = await received();
    const working = await received();
    await stack.decide(working.caseNo, 'grade', { grade: 'general', category: 'logistics' });
    await stack.decide(working.caseNo, 'respond', { via: 'phone', text: '已致电。' });
    const waiting = await received();
    const processes = PARTS.map((part) => stack.process(part)).filter((who) => who !== undefined);
    expect(processes).toHaveLength(PARTS.length);

    const code = await goesDown();
    expect(processes.filter(isRunning)).toEqual([]);
    if (how === 'Ctrl-C') {
      expect(code).toBe(0);
      expect(stack.output).toMatch(/Stopped\.\s*$/);
      expect(stack.output).not.toContain('is killed');
      expect(existsSync(join(stack.dataDir, 'run.json'))).toBe(false);
    }
    // One promise falls due while nothing runs at all.
    await waitUntil(() => Date.now() > idle.due + SECOND, 'a promise has fallen due', PATIENCE_MS);
    await stack.up();

    await brokenAt(idle.caseNo, idle.due);
    await brokenAt(waiting.caseNo, waiting.due);
    const { clocks } = await stack.show(working.caseNo);
    expect(clocks.find(({ id }) => id === 'firstResponse')?.status).toBe('met');
    // People go on where they stood.
    await stack.reaches(working.caseNo, 'is worked on', ({ stage }) => stage === 'resolve');
    const remedies = [{ kind: 'apology', amount: 0 }];
    const offered = await stack.decide(working.caseNo, 'propose', { remedies, solution: '上门道歉。' });
    expect(offered.proposal?.status).toBe('offered');
    for (const { caseNo } of [idle, working, waiting]) {
      const { status } = await stack.temporal.workflow.getHandle(complaintWorkflowId(caseNo)).describe();
      expect(status.name).toBe('RUNNING');
    }
    const check = await stack.ledgerCheck();
    expect([check.code, check.output]).toEqual([0, expect.stringContaining('no difference')]);
  });
});

describe('a second start on the same data', () => {
  test('is refused while the first one runs', async () => {
    const second = stack.another();
    expect(await second.waitForExit()).toBe(1);
    expect(second.output).toContain('already runs');
    await stack.show((await received()).caseNo);
  });
});
