import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { policySchema } from '../../../src/domain/policy/schema';
import { chainStepSchema } from '../../../src/domain/promises/names';
import { planOf } from '../../../src/domain/promises/plan';
import type { Clock } from '../../../src/domain/promises/clock';
import { stepTaken } from '../../../src/domain/process/clocks';

/** A step of a chain names how it reaches whoever it is for; what says nothing goes by mail, and its events say nothing new. */

const AT = '2026-11-27T10:00:00.000Z';
const DUE = '2026-11-27T12:00:00.000Z';
const to = { kind: 'role', role: 'supervisor' } as const;

test.each(['mail', 'push', 'room'] as const)('%s: from the policy into the event', (channel) => {
  const rule = { length: { value: 2, unit: 'hours' }, warnAt: [], chain: [{ to, channel, action: 'remind' }] } as const;
  const step = planOf(rule, AT, DUE, 0, AT).find((one) => one.kind === 'step');
  if (step?.kind !== 'step') throw new Error('no step');
  const taken = stepTaken({ id: 'resolution', version: 1, dueAt: DUE } as Clock, {
    ...step,
    clock: 'resolution',
    version: 1,
  });
  expect(taken.data).toEqual({
    because: 'promise',
    to: 'supervisor',
    clock: 'resolution',
    version: 1,
    dueAt: DUE,
    step: 0,
    action: 'remind',
    ...(channel !== 'mail' && { channel }),
  });
});

test('an old policy means mail; what there is not is refused, and named', () => {
  expect(chainStepSchema.parse({ to }).channel).toBe('mail');
  const read = policySchema.safeParse({ ...HOUSE_POLICY, chains: { house: [{ to, channel: 'sms' }] } });
  expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual(['chains.house.0.channel']);
});
