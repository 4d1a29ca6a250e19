import type { CaseEvent } from '../../src/domain/case/events';
import { addMs } from '../../src/domain/time/duration';
import { waitUntil } from '../support/processes';
import { text } from '../domain/walk';
import { createSuite, HOUR, type OpenCase, type Suite } from './support';

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

const ofType = <T extends CaseEvent['type']>(one: OpenCase, type: T) =>
  suite.desk.events(one.caseNo).filter((item): item is Extract<CaseEvent, { type: T }> => item.type === type);
const at = async () => new Date(await suite.env.currentTimeMs()).toISOString();

/** A case in work that waits for its customer for two days. */
async function waiting(): Promise<OpenCase> {
  const one = await suite.open('general');
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await waitUntil(() => one.state.owner?.provisional === false, 'somebody has the case');
  await one.decide('write', 'agent', { text: text(1) });
  const until = addMs(await at(), 48 * HOUR);
  await one.decide('pause', 'agent', { reason: 'customer', until, note: text(2) });
  return one;
}

test('a letter in time keeps the promise of a first response', async () => {
  const one = await waiting();
  expect(one.state.clocks.firstResponse?.status).toBe('met');
  expect(ofType(one, 'promiseBreached')).toEqual([]);
});

test.each([
  ['update', 'decide'],
  ['signal', 'signal'],
] as const)(
  'what the customer writes (by %s) ends the wait: the promise breaks at its new time, not before',
  async (_by, send) => {
    const one = await waiting();
    const due = one.state.clocks.resolution?.dueAt ?? '';
    await suite.sleep(30 * HOUR);
    await one[send]('customerWrote', 'customer', { via: 'link', text: text(3) });
    await waitUntil(() => one.state.paused === undefined, 'the pause is over');
    const heard = ofType(one, 'customerWrote')[0]?.at ?? '';
    const began = ofType(one, 'paused')[0]?.at ?? '';
    const stood = Date.parse(heard) - Date.parse(began);
    expect(stood).toBeGreaterThanOrEqual(30 * HOUR);
    const dueAt = addMs(due, stood);
    expect(one.state.clocks.resolution).toMatchObject({ status: 'running', dueAt });
    await suite.sleep(26 * HOUR);
    // The end of the pause that was set at first has passed, and brought nothing more.
    expect(ofType(one, 'resumed').map(({ data }) => data.because)).toEqual(['customer']);
    expect(ofType(one, 'promiseBreached').filter(({ data }) => data.clock === 'resolution')).toMatchObject([
      { at: dueAt, data: { dueAt } },
    ]);
  },
);

test('a message that reads worse is flagged once, and a wanted call stands until somebody has called', async () => {
  const one = await waiting();
  const reads = { grade: 'major', category: 'product_quality', rules: ['M1'], engine: 'rules@1' };
  await one.decide('customerWrote', 'customer', { via: 'link', text: text(3), reads });
  await one.decide('customerWrote', 'customer', { via: 'link', text: text(4), reads });
  await one.decide('wantCallBack', 'customer', { via: 'link' });
  expect(ofType(one, 'turnedWorse')).toHaveLength(1);
  expect(one.state).toMatchObject({
    grade: 'general',
    worse: { grade: 'major' },
    callBack: { at: expect.any(String) },
  });
  await one.decide('respond', 'agent', { via: 'phone', text: text(5) });
  expect(one.state.callBack).toBeUndefined();
});
