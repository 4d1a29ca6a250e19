import { customerSteps } from '../../../src/domain/views/customer-steps';
import { event } from '../../../src/domain/case/events';
import { Walk } from '../../channels/mail/walk';

const received = () =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅' });
const shown = (walk: Walk): string[] => {
  if (!walk.state) throw new Error('nothing received');
  return customerSteps(walk.state, walk.events).map(({ step, status }) => `${step} ${status}`);
};
const GENERAL = { grade: 'general', category: 'logistics' };

function accepted(walk = received()): Walk {
  const { agent } = walk.staff;
  return walk
    .decide('grade', agent, GENERAL)
    .decide('respond', agent, { via: 'phone', text: walk.say('已致电') })
    .decide('propose', agent, { remedies: [{ kind: 'refund', amount: 26 }], solution: walk.say('退款') })
    .decide('customerAnswer', { kind: 'customer' }, { accepted: true, via: 'link' });
}

const resolved = (walk: Walk): Walk =>
  walk
    .decide('carryOut', walk.staff.agent)
    .decide('resolve', walk.staff.agent, { outcome: 'upheld', cause: 'transport_packing', summary: walk.say('已退') });

test('a new complaint is received, and whoever the receipt names is shown as named', () => {
  expect(shown(received()).slice(0, 4)).toEqual([
    'received done',
    'assigned done',
    'contacted current',
    'verified future',
  ]);
});

test('each thing that was done is told with its time, the accepted solution in words of its own', () => {
  const walk = accepted();
  expect(shown(walk)).toEqual([
    'received done',
    'assigned done',
    'contacted done',
    'verified done',
    'agreed done',
    'carriedOut current',
    'feedback future',
    'revisit future',
    'closed future',
  ]);
  if (!walk.state) throw new Error('nothing received');
  const steps = customerSteps(walk.state, walk.events);
  expect(steps.find(({ step }) => step === 'agreed')?.words.zh).toBe('您已接受方案');
  expect(steps.filter(({ status, at }) => (status === 'done') !== (at !== undefined))).toEqual([]);
});

test('what was not done is not ticked: a withdrawn complaint ends after what had happened', () => {
  const walk = received();
  walk.decide('grade', walk.staff.agent, GENERAL);
  walk.decide('withdraw', { kind: 'customer' }, { reason: walk.say('已经修好') });
  expect(shown(walk)).toEqual(['received done', 'assigned done', 'closed done']);
});

test('so does a merged one', () => {
  const walk = received();
  walk.decide('grade', walk.staff.agent, GENERAL);
  walk.happen(event('merged', { into: 'C261122-BBBBBB', reason: walk.say('同一件事') }));
  expect(shown(walk)).toEqual(['received done', 'assigned done', 'closed done']);
  if (!walk.state) throw new Error('nothing received');
  expect(customerSteps(walk.state, walk.events).at(-1)?.words.zh).toBe('并入另一件一起办理');
});

test('another round begins anew after what was said to the customer, with the customer’s own reason', () => {
  const walk = resolved(accepted());
  const reason = walk.say('还是错的型号');
  walk.decide('reopen', { kind: 'customer' }, { reason });
  expect(shown(walk)).toEqual([
    'received done',
    'assigned done',
    'contacted done',
    'again done',
    'verified current',
    'agreed future',
    'carriedOut future',
    'feedback future',
    'revisit future',
    'closed future',
  ]);
  if (!walk.state) throw new Error('nothing received');
  const again = customerSteps(walk.state, walk.events).find(({ step }) => step === 'again');
  expect(again).toMatchObject({ words: { zh: '重新办理（第 2 轮）' }, text: reason });
});

test('a finding that needs no solution leaves none open', () => {
  const walk = received();
  const { agent } = walk.staff;
  walk.decide('grade', agent, GENERAL);
  walk.decide('notSubstantiated', agent, { reasons: walk.say('物流已签收') });
  walk.decide('resolve', agent, { outcome: 'not_upheld', cause: 'customer_use', summary: walk.say('不成立') });
  expect(shown(walk)).toEqual([
    'received done',
    'assigned done',
    'verified done',
    'feedback current',
    'revisit future',
    'closed future',
  ]);
});
