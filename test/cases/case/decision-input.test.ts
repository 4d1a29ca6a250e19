import { InputFilling } from '../../../src/cases/case/decision-input';
import type { DecisionName } from '../../../src/domain/decisions/catalogue';
import type { User } from '../../../src/db/records';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { ACTORS, Walk } from '../../domain/walk';

const STAFF: Record<string, object> = {
  'u-here': { id: 'u-here', role: 'supervisor', team: 'after-sales', active: true },
  'u-left': { id: 'u-left', role: 'agent', team: 'after-sales', active: false },
};
const staffMember = (id: string, name: string, role: User['role'], team = 'after-sales'): User => ({
  id,
  name,
  email: `${id}@house.example`,
  role,
  team,
  language: 'zh-CN',
  active: true,
});
const PEOPLE = [
  staffMember('u-agent', '李娜', 'agent'),
  staffMember('u-agent2', '李娜娜', 'agent'),
  staffMember('u-lead', 'Mark Lee', 'supervisor'),
  staffMember('u-wang1', '王伟', 'agent'),
  staffMember('u-wang2', '王伟', 'agent'),
  staffMember('u-north', '赵北', 'agent', 'north'),
];
const filling = new InputFilling({
  stores: {
    policies: { get: async (version: number) => (version === 2 ? HOUSE_POLICY : undefined) },
    evidence: { get: async () => ({ sha256: 'a' }) },
    users: { list: async () => PEOPLE },
  } as never,
  staff: { find: async (id: string) => STAFF[id] } as never,
  departments: async () => [
    { id: 'quality', name: { zh: '质量部', en: 'Quality' }, people: 2 },
    { id: 'legal', name: { zh: '法务部', en: 'Legal' }, people: 0 },
  ],
});
const about = {
  caseNo: 'C261122-7KQ4MX',
  policyOf: async () => HOUSE_POLICY,
  language: 'zh-CN' as const,
  state: new Walk('general').state,
  actor: ACTORS.supervisor,
};
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

  test('of a note tells those whom it names by @, in Chinese without a gap, each once; a longer name wins', async () => {
    const mentions = async (text: string) => (await fill('note', { text })).mentions;
    expect(await mentions('@李娜看一下，＠Mark Lee 也看；@u-agent @李娜')).toEqual(['u-agent', 'u-lead']);
    expect(await mentions('请@李娜娜跟进')).toEqual(['u-agent2']);
    expect(await mentions('客户邮箱 wang@example.com，@ 门店面谈')).toBeUndefined();
    expect((await fill('note', { text: '随便写', mentions: ['u-lead', 'u-lead'] })).mentions).toEqual(['u-lead']);
  });

  test('of a note is refused by name for whoever may not see the case, is nobody, or could be two', async () => {
    expect(await faultsOf('note', { text: '@赵北 看一下' })).toEqual(['text']);
    expect(await faultsOf('note', { text: 'x', mentions: ['u-agent', 'u-north', 'u-none'] })).toEqual([
      'mentions.1',
      'mentions.2',
    ]);
    expect(await faultsOf('note', { text: '@王伟 看一下' })).toEqual(['text']);
    expect((await fill('note', { text: '@王伟 看一下', mentions: ['u-wang2'] })).mentions).toEqual(['u-wang2']);
    expect(await faultsOf('note', { text: '@王小二 看一下' })).toEqual(['text']);
    const refused: unknown = await fill('note', { text: '@赵北 看一下' }).catch((error: unknown) => error);
    expect((refused as Error).message).toContain('赵北');
  });
});
