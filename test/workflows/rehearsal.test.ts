import type { CaseEvent } from '../../src/domain/case/events';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import type { Desk } from '../../src/domain/rehearsal/desk';
import { rehearseOne } from '../../src/domain/rehearsal/rehearsal';
import type { Scenario } from '../../src/domain/rehearsal/scenario';
import { decisionUpdate } from '../../workflows/complaint/messages';
import { OFFICE_POLICY } from '../domain/policies';
import { waitUntil } from '../support/processes';
import { createSuite, type OpenCase, type Suite } from './support';
import { PEOPLE } from '../domain/rehearsal/people';

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

/** Finds whom the desk in memory finds for the real workflow. */
const SAME_DESK: Desk = {
  handler: () => ({ id: 'u-agent', role: 'agent', team: 'after-sales' }),
  pickOwner({ grade, exclude }) {
    const wanted = grade === 'general' ? ['u-agent', 'u-agent2', 'u-supervisor2'] : ['u-supervisor', 'u-manager'];
    const id = wanted.find((candidate) => !exclude.includes(candidate)) ?? 'u-manager';
    const role = PEOPLE.find((one) => one.id === id)?.role ?? 'manager';
    return { owner: { id, role, team: 'after-sales' }, taskForce: grade === 'major' ? ['u-quality'] : [] };
  },
};

const { routing: _routing, ...OFFICE } = OFFICE_POLICY;

async function sleepUntil(at: string): Promise<void> {
  const ms = Date.parse(at) - (await suite.env.currentTimeMs());
  if (ms >= 0) await suite.sleep(ms + 1);
}

/** The same decisions at the same times, in the real workflow. */
async function drive(policy: Policy, scenario: Omit<Scenario, 'receivedAt' | 'arrival'>) {
  const one: OpenCase = await suite.open(scenario.grade, { policy });
  await waitUntil(async () => suite.desk.events(one.caseNo).length > 0, 'the receipt is written');
  const [first] = suite.desk.events(one.caseNo);
  if (first?.type !== 'complaintReceived') throw new Error('no receipt');
  const rehearsed = rehearseOne(
    policy,
    PEOPLE,
    { ...scenario, arrival: 'morning', receivedAt: first.data.receivedAt },
    { desk: SAME_DESK },
  );
  for (const { at, decision, actor, input, decisionId } of rehearsed.taken) {
    await sleepUntil(at);
    const message = { decisionId, actor, input, sentAt: at };
    await one.handle.executeUpdate(decisionUpdate(decision), { args: [message], updateId: decisionId });
  }
  await sleepUntil(rehearsed.events.at(-1)?.at ?? '');
  await waitUntil(
    async () => suite.desk.events(one.caseNo).length >= rehearsed.events.length,
    'the workflow has written as much',
  );
  // Nothing comes after it.
  await suite.sleep(60_000);
  return { rehearsed, recorded: suite.desk.events(one.caseNo), one };
}

/** What a complaint is made of is invented by each side for itself. */
function comparable({ type, data, actor, decision, seq }: CaseEvent): object {
  const given = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  if (type === 'complaintReceived') for (const field of ['customerId', 'text']) delete given[field];
  if (type === 'gradeSuggested') for (const field of ['rules', 'engine']) delete given[field];
  return { seq, type, data: given, actor, decision: decision?.id };
}

/** Who is looked for is found a moment later in life; all else happens at its own time. */
const isExact = ({ type, decision }: CaseEvent): boolean =>
  decision !== undefined || (type.startsWith('promise') && type !== 'promiseStarted' && type !== 'promiseStopped');
const A_MOMENT = 10_000;

/** As little as possible by itself, and nobody asks the customer. */
const BY_HAND: Policy = {
  ...HOUSE_POLICY,
  steps: {
    ...HOUSE_POLICY.steps,
    general: {
      ...HOUSE_POLICY.steps.general,
      autoAssign: false,
      accept: true,
      agreement: false,
      autoArchive: false,
      rootCause: 'analysed',
      revisitBy: 'supervisor',
    },
  },
};

test.each<[string, Policy, Scenario['grade'], Scenario['behaviour']]>([
  ['house, general, prompt', HOUSE_POLICY, 'general', 'prompt'],
  ['house, major, unhappy', HOUSE_POLICY, 'major', 'unhappy'],
  ['house, important, slow', HOUSE_POLICY, 'important', 'slow'],
  ['office, important, declines twice', OFFICE, 'important', 'declinesTwice'],
  ['office, general, waits for parts', OFFICE, 'general', 'waitsForParts'],
  ['office, general, the customer is silent', OFFICE, 'general', 'customerSilent'],
  ['by hand, general, costly', BY_HAND, 'general', 'costly'],
  ['by hand, general, groundless', BY_HAND, 'general', 'groundless'],
  ['office, general, nobody acts', OFFICE, 'general', 'nobody'],
])('rehearsed as it happens: %s', async (_name, policy, grade, behaviour) => {
  const { rehearsed, recorded, one } = await drive(policy, { grade, behaviour });
  expect(rehearsed.events.length).toBeGreaterThan(15);
  expect(recorded.map(({ type }) => type)).toEqual(rehearsed.events.map(({ type }) => type));
  expect(recorded.map(comparable)).toEqual(rehearsed.events.map(comparable));
  for (const [index, item] of recorded.entries()) {
    const at = rehearsed.events[index]?.at ?? '';
    if (isExact(item)) expect(`${item.type} ${item.at}`).toBe(`${item.type} ${at}`);
    else expect(Math.abs(Date.parse(item.at) - Date.parse(at))).toBeLessThan(A_MOMENT);
  }
  if (behaviour === 'nobody') await one.end();
  else await one.completed();
});
