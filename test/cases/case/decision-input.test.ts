import { InputFilling } from '../../../src/cases/case/decision-input';
import type { DecisionName } from '../../../src/domain/decisions/catalogue';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';

const STAFF: Record<string, object> = {
  'u-here': { id: 'u-here', role: 'supervisor', team: 'after-sales', active: true },
  'u-left': { id: 'u-left', role: 'agent', team: 'after-sales', active: false },
};
const filling = new InputFilling({
  stores: {
    policies: { get: async (version: number) => (version === 2 ? HOUSE_POLICY : undefined) },
    evidence: { get: async () => ({ sha256: 'a' }) },
  } as never,
  staff: { find: async (id: string) => STAFF[id] } as never,
  departments: async () => [
    { id: 'quality', name: { zh: '质量部', en: 'Quality' }, people: 2 },
    { id: 'legal', name: { zh: '法务部', en: 'Legal' }, people: 0 },
  ],
});
const about = { caseNo: 'C261122-7KQ4MX', policyOf: async () => HOUSE_POLICY };
const fill = (name: DecisionName, given: Record<string, unknown>) => filling.fillIn(name, given, about);
const faultsOf = async (name: DecisionName, given: Record<string, unknown>): Promise<string[]> => {
  const error: unknown = await fill(name, given).catch((refused: unknown) => refused);
  const { details } = error as { details?: { faults?: { path: string }[] } };
  return (details?.faults ?? []).map(({ path }) => path);
};

describe("a decision's input", () => {
  test('has the role and team of the table, whatever was sent', async () => {
    expect(await fill('assign', { owner: 'u-here', ownerRole: 'admin' })).toEqual({
      owner: 'u-here',
      ownerRole: 'supervisor',
      ownerTeam: 'after-sales',
    });
  });

  test('names everybody who is not there, each at their place', async () => {
    expect(await faultsOf('assign', { owner: 'u-left', taskForce: ['u-here', 'u-none'] })).toEqual([
      'owner',
      'taskForce.1',
    ]);
    expect(await faultsOf('planAction', { owner: 'u-none' })).toEqual(['owner']);
  });

  test('may be about somebody who has left', async () => {
    expect(await faultsOf('grade', { against: ['u-left', 'u-none'] })).toEqual(['against.1']);
  });

  test('has the id of a department for its name, and none where nobody works', async () => {
    expect(await fill('requestHelp', { department: '质量部' })).toEqual({ department: 'quality' });
    expect(await faultsOf('requestHelp', { department: 'legal', assignee: 'u-none' })).toEqual([
      'assignee',
      'department',
    ]);
    expect(await faultsOf('requestHelp', { department: 'moon' })).toEqual(['department']);
  });

  test('has the policy that was published, not the one that was sent', async () => {
    expect(await fill('movePolicy', { to: 2, policy: {} })).toEqual({ to: 2, policy: HOUSE_POLICY });
    expect(await fill('movePolicy', { to: 3, policy: {} })).toEqual({ to: 3, policy: undefined });
  });

  test('speaks of files of the case alone', async () => {
    expect(await fill('addEvidence', { evidenceId: 'e', sha256: 'a' })).toEqual({ evidenceId: 'e', sha256: 'a' });
    expect(await faultsOf('addEvidence', { evidenceId: 'e', sha256: 'b' })).toEqual(['evidenceId']);
  });
});
