import { readPolicyFile, writePolicyFile } from '../../../src/cases/rules/policy-file';
import { isRefused } from '../../../src/cases/refused';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { PACKS } from '../../../src/domain/policy/packs';

const pathsOf = (file: Record<string, unknown>): string[] => {
  try {
    readPolicyFile(file);
  } catch (error) {
    if (isRefused(error, 'invalid')) return (error.details.faults ?? []).map(({ path }) => path);
    throw error;
  }
  return [];
};

describe('a policy as a file', () => {
  test('says which packs its clocks come from, and is read as it was written', () => {
    const clocks = PACKS.flatMap((pack) => pack.clocks);
    const file = writePolicyFile({ ...HOUSE_POLICY, clocks });
    expect(file.packs.map(({ id }) => id)).toEqual(PACKS.map(({ id }) => id));
    const { version: _version, ...policy } = { ...HOUSE_POLICY, clocks };
    expect(readPolicyFile({ ...file })).toEqual({ title: HOUSE_POLICY.name, policy });
  });

  test('of another kind is refused with all that is wrong', () => {
    expect(pathsOf({ format: 'other', formatVersion: 9, policy: 1, extra: true })).toEqual([
      'format',
      'formatVersion',
      'policy',
      'extra',
    ]);
  });

  test('gives the draft a title, of whatever there is', () => {
    const file = { ...writePolicyFile(HOUSE_POLICY), policy: { name: ' ' } };
    expect(readPolicyFile({ ...file, title: 'ours' }).title).toBe('ours');
    expect(readPolicyFile({ ...file }).title).toBe('import');
    expect(readPolicyFile({ ...file, title: 'x'.repeat(100) }).title).toHaveLength(80);
  });
});
