import { createForecast } from '../../../src/cases/people/forecast';
import { Leaves } from '../../../src/cases/people/leaves';
import { house, setHouse } from '../../../src/house';

const before = house();
afterEach(() => setHouse(before));

it('a day of the roster begins at 00:00 of the house', async () => {
  const asked: unknown[] = [];
  const roster = {
    leaves: async (filter: unknown) => {
      asked.push(filter);
      return [];
    },
  };
  await new Leaves({ roster, staff: {} } as never).touching({ from: '2026-11-23', to: '2026-11-23T09:00:00+08:00' });
  expect(asked).toEqual([{ userId: undefined, from: '2026-11-22T16:00:00.000Z', to: '2026-11-23T01:00:00.000Z' }]);
});

it('31 days of the house are 31 days also when summer time ends among them', async () => {
  setHouse({ ...before, zone: 'Europe/Berlin' });
  const forecast = createForecast({
    stores: { forecast: { promises: async () => ({ due: [], overdue: [] }) }, roster: { leaves: async () => [] } },
    policies: { inForce: async () => ({}) },
    staff: { names: async () => new Map() },
    clock: () => Date.parse('2026-10-01T00:00:00Z'),
  } as never);
  const manager = { kind: 'staff', id: 'mona', role: 'manager', team: 'a' } as const;
  expect(await forecast({ from: '2026-10-01', to: '2026-11-01' }, manager)).toMatchObject({
    from: '2026-09-30T22:00:00.000Z',
    to: '2026-10-31T23:00:00.000Z',
  });
  await expect(forecast({ from: '2026-10-01', to: '2026-11-02' }, manager)).rejects.toMatchObject({
    kind: 'invalid',
    details: { faults: [{ path: 'to' }] },
  });
});
