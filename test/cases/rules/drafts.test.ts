import { createDrafts } from '../../../src/cases/rules/drafts';
import { PolicyCache } from '../../../src/cases/rules/policies';
import { PolicyChecking } from '../../../src/cases/rules/policy-checking';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';

it('the rehearsal of a draft with faults says so when Postgres is away, and does not show the faults as the reason', async () => {
  const id = '0b2c3d4e-5f60-4a1b-8c2d-3e4f5a6b7c8d';
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const { version: _version, ...copy } = HOUSE_POLICY;
  // A calendar that is not published: a fault, with which the draft can be rehearsed.
  const policy = { ...copy, calendar: 'nowhere' };
  const row = { id, title: 't', base: 1, revision: 1, policy };
  const policies = { current: async () => HOUSE_POLICY, get: async () => undefined };
  const drafts = createDrafts({
    stores: { policies, policyDrafts: { get: async () => row } } as never,
    policies: new PolicyCache(policies, () => 0),
    checking: new PolicyChecking({
      calendars: { get: () => Promise.reject(away), list: async () => [] },
      users: { list: async () => [] },
    }),
    clock: () => 0,
  });
  await expect(drafts.rehearse(id)).rejects.toBe(away);
});
