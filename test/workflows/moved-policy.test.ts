import { HOUSE_POLICY } from '../../src/domain/policy/house';
import type { CaseEvent } from '../../src/domain/case/events';
import { text } from '../domain/walk';
import { createSuite, type OpenCase, type Suite } from './support';

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

const types = (one: OpenCase): CaseEvent['type'][] => suite.desk.events(one.caseNo).map(({ type }) => type);

describe('a policy that a case moves to', () => {
  // Told apart by a gap and not by a count a day, which begins anew at the midnight of the house.
  const NEXT = {
    ...HOUSE_POLICY,
    version: 2,
    chase: { ...HOUSE_POLICY.chase, minGap: { value: 48, unit: 'hours' as const } },
  };

  test.each([
    ['null', null],
    ['a bare version', { policy: { version: 1 } }],
    ['its own version with other rules', { to: 1, policy: { ...NEXT, version: 1 } }],
    ['no rules at all', { to: 2, policy: { version: 2 } }],
  ])('%s by signal is refused, and changes nothing', async (_what, input) => {
    const one = await suite.open('general');
    const message = input && {
      decisionId: 'moved-by-hand',
      actor: { kind: 'staff', id: 'u-manager', role: 'manager', team: 'x' },
      input,
    };
    await one.handle.signal('movePolicy', message);
    await one.decide('chase', 'customer');
    await suite.sleep(2 * 3_600_000);
    // Under the refused rules there would have been one chase in two days only.
    await one.decide('chase', 'customer');
    expect(types(one).filter((type) => type === 'decisionRefused')).toHaveLength(1);
    await one.end();
  });

  test('of which the case hears only from its ledger holds from then on', async () => {
    suite.desk.policies.set(2, NEXT);
    const one = await suite.open('general');
    await one.decide('note', 'agent', { text: text(1) });
    // Written by a task that was lost; whoever sent the decision never came back.
    const { seq, lastAt } = one.state;
    const actor = { kind: 'staff', id: 'u-manager', role: 'manager', team: 'x' } as const;
    const moved = { type: 'policyMoved', data: { from: 1, to: 2 }, seq: seq + 1, at: lastAt, actor } as const;
    suite.desk.ledger.get(one.caseNo)?.push(moved);
    await one.decide('chase', 'customer');
    expect(one.state.policyVersion).toBe(2);
    await suite.sleep(2 * 3_600_000);
    await expect(one.decide('chase', 'customer')).rejects.toMatchObject({ cause: { type: 'conflict' } });
    await one.end();
  });
});
