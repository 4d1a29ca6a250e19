import { createTakeNext } from '../../../src/cases/case/take-next';
import { notFound, Refused } from '../../../src/cases/refused';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { Walk } from '../../domain/walk';

const SARA = { kind: 'staff', id: 'sara', role: 'supervisor', team: 'after-sales' } as const;
const NOW = Date.parse('2026-11-23T01:05:00.000Z');
const CASES = ['C261122-AAAAAA', 'C261122-BBBBBB'];

/** Somebody takes the first case of two, after they have been listed. @param told what is said of it then */
function world(told: Error) {
  const decided = jest.fn((caseNo: string, _name: string) =>
    caseNo === CASES[0] ? Promise.reject(told) : Promise.resolve({ status: 'taken' }),
  );
  const items = CASES.map((caseNo) => {
    const walk = new Walk('general');
    walk.decide('grade', 'supervisor', { grade: 'general', category: 'product_quality' });
    // Nobody was found who could own it.
    const { owner: _owner, ...state } = walk.state;
    return { caseNo, state: { ...state, stage: 'assign' as const } };
  });
  const takeNext = createTakeNext({
    cases: {
      list: ({ owner }: { owner: string | null }) => Promise.resolve({ items: owner === null ? items : [] }),
    } as never,
    policies: { version: () => Promise.resolve({ ...HOUSE_POLICY, version: 1 }) } as never,
    deciding: { decided } as never,
    clock: () => NOW,
  });
  return { takeNext, decided };
}

test.each([
  ['is another one now', new Refused('conflict', 'changed', { zh: '已变化', en: 'it has changed' })],
  ['may not be taken any more', new Refused('forbidden', 'forbidden', { zh: '不可以', en: 'not allowed' })],
  ['is out of sight, because it belongs to another team', notFound({ zh: '案件', en: 'case' })],
])('a case that %s is passed over for the next one', async (_why, told) => {
  const { takeNext, decided } = world(told);
  expect(await takeNext.takeNext(SARA, 'one')).toEqual({ caseNo: CASES[1], status: 'taken' });
  expect(decided.mock.calls.map(([caseNo, name]) => [caseNo, name])).toEqual([
    [CASES[0], 'assign'],
    [CASES[1], 'assign'],
    [CASES[1], 'accept'],
  ]);
});

test('what is no refusal of this case is told', async () => {
  const { takeNext } = world(new Error('Postgres is away'));
  await expect(takeNext.takeNext(SARA, 'one')).rejects.toThrow('Postgres is away');
});
