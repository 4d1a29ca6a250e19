import { invalid, notFound } from '../../../src/cases/refused';
import type { Drafts } from '../../../src/cases/rules/drafts';
import { PolicyCache } from '../../../src/cases/rules/policies';
import { PolicyChecking } from '../../../src/cases/rules/policy-checking';
import { createWhatIf, readWhatIf } from '../../../src/cases/rules/what-if';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';

const change = { policy: 1 };

describe('the span of a what-if report', () => {
  // The house is in Shanghai: its 23 November begins at 16:00 UTC of the 22nd.
  it.each([
    ['2026-11-23', '2026-11-22T20:00:00Z'],
    ['2026-11-22T15:00:00Z', '2026-11-23'],
    ['2026-11-23', '2026-11-24'],
  ])('from %s to %s is a span by the clock of the house', (from, to) => {
    expect(readWhatIf({ from, to, change })).toMatchObject({ from, to });
  });

  it.each([
    ['2026-11-22T20:00:00Z', '2026-11-23'],
    ['2026-11-23', '2026-11-22T16:00:00Z'],
    ['2026-11-23', '2026-11-23'],
  ])('from %s to %s is empty by the clock of the house, and refused', (from, to) => {
    const words = { zh: '须晚于 from', en: 'must lie after from' };
    expect(() => readWhatIf({ from, to, change })).toThrow(invalid([{ path: 'to', words }]));
  });
});

describe('the draft of a what-if report', () => {
  const reportOn = (get: Drafts['get']) => {
    const never = async (): Promise<never> => Promise.reject(new Error('not to be asked'));
    const calendars = { get: never, list: async () => [] };
    const policyStore = { get: never, list: never, current: async () => HOUSE_POLICY };
    return createWhatIf({
      stores: { whatIf: { batch: never }, policies: policyStore, calendars } as never,
      policies: new PolicyCache(policyStore, () => 0),
      drafts: { get },
      checking: new PolicyChecking({ calendars, users: { list: async () => [] } }),
      clock: () => 0,
    })(
      readWhatIf({
        from: '2026-11-01',
        to: '2026-11-02',
        change: { draftId: '0b2c3d4e-5f60-4a1b-8c2d-3e4f5a6b7c8d' },
      }),
    );
  };

  it('is named as missing if there is none', async () => {
    await expect(reportOn(() => Promise.reject(notFound()))).rejects.toMatchObject({
      kind: 'invalid',
      details: { faults: [{ path: 'change.draftId' }] },
    });
  });

  it('is not called missing because Postgres is away', async () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    await expect(reportOn(() => Promise.reject(away))).rejects.toBe(away);
  });
});
