import { event } from '../../src/domain/events';
import { createHarness, type Harness } from './support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

type Shown = { case: Record<string, unknown> };

describe('whoever is named in the complaint', () => {
  const text = '你们的客服李娜说话很难听，挂我电话。';
  beforeAll(async () => {
    await harness.stores.users.create({
      id: 'lina',
      name: '李娜',
      email: 'lina@house.example',
      role: 'agent',
      team: 'after-sales',
      language: 'zh-CN',
      active: true,
    });
    await harness.stores.users.addToken('lina', 'rdr_token-of-li-na-for-this-test');
    harness.tokens.lina = 'rdr_token-of-li-na-for-this-test';
  });

  test('does not see it even before a worker has taken it in', async () => {
    harness.engine.mode = 'silent';
    const { caseNo } = await harness.file({ text });
    const look = (as: string) => harness.call('GET', `/api/cases/${caseNo}`, { as });
    expect([(await look('lina')).status, (await look('anna')).status]).toEqual([404, 200]);
    harness.engine.mode = 'up';
  });

  test('is suggested with the words, kept out, and let in again by a lead', async () => {
    const { caseNo } = await harness.open({ text });
    await harness.engine.happen(caseNo, [
      event('staffNamed', { people: [{ id: 'lina', at: [{ in: 'text', from: 5, to: 7 }] }] }),
    ]);
    const shown = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
    expect((shown.body as Shown).case.against).toEqual([
      { id: 'lina', name: '李娜', suggested: true, words: ['李娜'] },
    ]);
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'lina' })).status).toBe(404);
    expect((await harness.decide(caseNo, 'note', 'lina', { text: 'x' })).status).toBe(404);
    const cleared = { grade: 'important', category: 'service_attitude', against: [] };
    expect((await harness.decide(caseNo, 'grade', 'anna', cleared)).body).toMatchObject({ code: 'lead_clears' });
    const graded = await harness.decide(caseNo, 'grade', 'sara', cleared);
    expect((graded.body as unknown as Shown).case.against).toEqual([]);
    expect((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'lina' })).status).toBe(200);
  });
});
