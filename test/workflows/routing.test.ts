import type { Activities } from '../../activities/interface';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { dispatch } from '../../workflows/complaint/messages';
import { text } from '../domain/walk';
import { waitUntil } from '../support/processes';
import { createSuite, type OpenCase, type Suite } from './support';

let suite: Suite;
/** What was asked of the activities, as it was sent. */
const asked: { prepare: unknown[]; pick: Parameters<Activities['pickOwner']>[0][] } = { prepare: [], pick: [] };
const NOBODY: Activities['pickOwner'] = async () => ({ taskForce: [], why: 'full' });

beforeAll(async () => {
  suite = await createSuite((desk) => {
    const { prepareCase, pickOwner } = desk;
    desk.prepareCase = async (...args: unknown[]) => {
      asked.prepare.push(args[0]);
      return prepareCase();
    };
    desk.pickOwner = async (input) => {
      asked.pick.push(input);
      return 'route' in input ? NOBODY(input) : pickOwner(input);
    };
  });
});
afterAll(() => suite.close());
beforeEach(() => {
  asked.prepare = [];
  asked.pick = [];
});

const ROUTED: Policy = {
  ...HOUSE_POLICY,
  routing: { rules: [{ when: { grades: ['general'] }, role: 'agent', skills: ['x'] }], prefer: ['leastLoad'] },
};
const OWNER = { id: 'u-agent2', role: 'agent', team: 'after-sales' };

async function waiting(): Promise<OpenCase> {
  const one = await suite.open('general', { policy: ROUTED });
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await waitUntil(() => suite.desk.types(one.caseNo).includes('queued'), 'the case waits');
  return one;
}
const count = (one: OpenCase, type: string) => suite.desk.types(one.caseNo).filter((each) => each === type).length;

test('what is asked for under a policy without routing is what it always was', async () => {
  const one = await suite.open('major');
  await one.decide('grade', 'agent', { grade: 'major', category: 'logistics' });
  await waitUntil(() => one.state.owner?.provisional === false, 'there is an owner');
  const { caseNo } = one;
  expect(asked.prepare).toEqual([{ caseNo, grade: 'major', repeatWithinMs: 90 * 86_400_000 }]);
  expect(asked.pick).toEqual([{ caseNo, grade: 'major', against: [], exclude: [] }]);
});

test('nobody is free: it waits, told once, until somebody is sent; a second one comes too late', async () => {
  const one = await waiting();
  const route = { routing: ROUTED.routing, category: 'logistics', channel: 'phone', language: 'zh-CN' };
  expect(asked.pick).toEqual([{ caseNo: one.caseNo, grade: 'general', against: [], exclude: [], route }]);
  expect(asked.prepare).toEqual([expect.objectContaining({ route: { ...route, category: 'product_quality' } })]);
  expect(one.state).toMatchObject({ stage: 'assign', queued: { why: 'full' } });
  expect(suite.desk.types(one.caseNo).slice(-2)).toEqual(['queued', 'escalated']);

  await one.handle.signal(dispatch, { owner: OWNER, taskForce: ['u-quality'], grade: 'general' });
  await one.handle.signal(dispatch, { owner: { ...OWNER, id: 'u-agent3' }, taskForce: [], grade: 'general' });
  await waitUntil(() => one.state.stage === 'resolve', 'the case has its owner');
  await one.query();
  expect(one.state.owner).toEqual({ ...OWNER, provisional: false });
  expect(one.state.taskForce).toEqual(['u-quality']);
  expect(one.state).not.toHaveProperty('queued');
  // The provisional one of the receipt, and this one.
  expect(count(one, 'assigned')).toBe(2);
});

test('whoever was found for another grade, or is complained of meanwhile, does not get it', async () => {
  const one = await waiting();
  await one.decide('regrade', 'supervisor', {
    grade: 'important',
    category: 'logistics',
    against: ['u-supervisor2'],
    reason: text(1),
  });
  const supervisor = { id: 'u-supervisor', role: 'supervisor', team: 'after-sales' };
  await one.handle.signal(dispatch, { owner: OWNER, taskForce: [], grade: 'general' });
  await one.handle.signal(dispatch, {
    owner: { ...supervisor, id: 'u-supervisor2' },
    taskForce: [],
    grade: 'important',
  });
  await one.query();
  expect(count(one, 'assigned')).toBe(1);
  await one.handle.signal(dispatch, { owner: supervisor, taskForce: [], grade: 'important' });
  await waitUntil(() => one.state.owner?.id === 'u-supervisor', 'the case has its owner');
});

test('it waits on in a fresh history without being told again', async () => {
  const one = await suite.open('general', { policy: ROUTED, historyLimit: 12 });
  await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  await waitUntil(() => count(one, 'queued') === 1, 'the case waits');
  for (let n = 0; n < 4; n++) await one.decide('note', 'supervisor', { text: text(10 + n) });
  await waitUntil(async () => asked.pick.length > 1, 'it goes on as new');
  const handle = suite.client.workflow.getHandle(one.handle.workflowId);
  await handle.signal(dispatch, { owner: OWNER, taskForce: [], grade: 'general' });
  await waitUntil(() => one.state.owner?.id === OWNER.id && !one.state.owner.provisional, 'the case has its owner');
  expect([count(one, 'queued'), count(one, 'escalated')]).toEqual([1, 1]);
});

test('a case is claimed once, by whoever comes first', async () => {
  const one = await waiting();
  const claims = await Promise.allSettled(
    (['agent', 'agent2'] as const).map((who) =>
      one.decide('assign', who, { owner: `u-${who}`, ownerRole: 'agent', ownerTeam: 'after-sales' }),
    ),
  );
  expect(claims.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(count(one, 'assigned')).toBe(2);
});
