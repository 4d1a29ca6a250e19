import type { WorkflowHandle } from '@temporalio/client';
import { text } from '../domain/walk';
import { waitUntil } from '../support/processes';
import { actionHandle, createSuite, DAY, type OpenCase, type Suite } from './support';

/** What anybody who reaches Temporal can do to a workflow, by its UI or its command line: nothing that stops it. */

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

const count = (one: OpenCase, type: string) => suite.desk.types(one.caseNo).filter((item) => item === type).length;

const JUNK: unknown[] = [
  null,
  true,
  7,
  -1.5,
  '',
  'absorb',
  [],
  [null],
  {},
  { from: null, mail: 7, to: 'nobody', seq: 'x', owner: null, at: null },
  {
    from: 'C261122-7KQ4MX\u0000',
    mail: '\u0000',
    to: 'staff',
    seq: Number.MAX_VALUE,
    owner: {},
    taskForce: {},
    grade: 'huge',
  },
  { from: { toString: 'x' }, kind: 'ended', actionId: 5, rounds: {}, at: '9999-12-31T23:59:59Z', reached: 'yes' },
  { kind: 'measured', actionId: 'x', before: -1, after: null, reached: 1, round: 'first', at: '0000-01-01T00:00:00Z' },
  { __proto__: null, constructor: { prototype: {} }, length: -1 },
];

test.each(['absorb', 'dispatch', 'mailFailed', 'actionReport'])(
  'junk as %s is written down, and the case goes on',
  async (signal) => {
    const one = await suite.open('general');
    // The first arrives before the receipt is written.
    for (const junk of JUNK) await one.handle.signal(signal, junk);
    await one.handle.signal(signal);
    await one.decide('note', 'agent', { text: text(1) });
    expect(
      suite.desk
        .events(one.caseNo)
        .filter(({ type }) => type === 'signalRefused')
        .map(({ data }) => data),
    ).toEqual(Array.from({ length: JUNK.length + 1 }, () => ({ signal })));
    expect(await one.query()).toEqual(one.state);
    await one.end();
  },
);

/** A case at work, with a corrective action that waits to be started. */
async function withAction(): Promise<{ one: OpenCase; action: WorkflowHandle; actionId: string }> {
  const one = await suite.open('general');
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await one.decide('respond', 'agent', { via: 'phone', text: text(3) });
  const plan = { kind: 'urgent', owner: 'u-quality', cause: 'design', description: text(2) };
  await one.decide('planAction', 'supervisor', plan);
  const actionId = `${one.caseNo}-A1`;
  await waitUntil(() => suite.desk.actions.has(actionId), 'the action lives');
  return { one, action: actionHandle(suite, actionId), actionId };
}

test('junk to a corrective action is written into its case, and the action goes on', async () => {
  const { one, action, actionId } = await withAction();
  const all = ['actionStarted', 'actionVerified'].flatMap((signal) => JUNK.map((junk) => ({ signal, junk })));
  for (const { signal, junk } of all) await action.signal(signal, junk);
  await waitUntil(() => count(one, 'signalRefused') === all.length, 'each is written down');
  expect(await action.query('getAction')).toMatchObject({ status: 'planned' });
  await one.decide('startAction', 'supervisor', { actionId });
  await waitUntil(() => suite.desk.actions.get(actionId)?.status === 'started', 'it is started');
  await action.query('getAction');
  await action.terminate();
  await one.end();
});

describe('"Request Cancellation" in Temporal UI', () => {
  test('is a note, and the case goes on: promises are kept, decisions taken', async () => {
    const one = await suite.open('general');
    await one.decide('note', 'agent', { text: text(1) });
    await one.handle.cancel();
    await one.handle.cancel();
    await waitUntil(() => count(one, 'cancelRequested') === 1, 'it is written down');
    await suite.sleep(16 * 60_000);
    expect(count(one, 'promiseBreached')).toBe(1);
    await one.decide('grade', 'agent', { grade: 'important', category: 'logistics' });
    await waitUntil(() => one.state.owner?.id === 'u-supervisor', 'an owner is found');
    await one.signal('note', 'agent', { text: text(2) });
    await one.decide('withdraw', 'customer', { reason: text(3) });
    expect(await one.handle.result()).toMatchObject({ outcome: 'withdrawn' });
    expect(count(one, 'cancelRequested')).toBe(1);
  });

  test('of all open cases at once harms none, even before they have been received', async () => {
    const cases = await Promise.all(Array.from({ length: 40 }, () => suite.open('general')));
    await Promise.all(cases.map(({ handle }) => handle.cancel()));
    await waitUntil(() => cases.every((one) => count(one, 'cancelRequested') === 1), 'all have noted it');
    await Promise.all(cases.map((one) => one.decide('note', 'agent', { text: text(1) })));
    await suite.sleep(16 * 60_000);
    for (const one of cases) {
      expect([count(one, 'noted'), count(one, 'promiseBreached'), count(one, 'cancelRequested')]).toEqual([1, 1, 1]);
      await one.end();
    }
  });

  test('of a corrective action stands in its case, and the action goes on', async () => {
    const { one, action, actionId } = await withAction();
    await action.cancel();
    await waitUntil(() => count(one, 'cancelRequested') === 1, 'it is written down');
    expect(suite.desk.events(one.caseNo).find(({ type }) => type === 'cancelRequested')?.data).toEqual({ actionId });
    await one.decide('startAction', 'supervisor', { actionId });
    suite.desk.effects = [{ before: 10, after: 1 }];
    await suite.sleep(31 * DAY);
    await waitUntil(
      () => one.state.actions[0]?.status === 'ended',
      'the case has heard of it',
      10_000,
      () => suite.desk.types(one.caseNo).join(),
    );
    expect(suite.desk.actions.get(actionId)).toMatchObject({ status: 'ended', round: 1 });
    expect(one.state.stage).toBe('resolve');
    await one.end();
  });
});
