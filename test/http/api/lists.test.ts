import { CaseCounts, CaseList } from '../../../src/http/api/schemas';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

describe('the list of cases', () => {
  test('is filtered by the words that the counts name, and holds as many', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    await harness.open({ customer: { name: '李雷', phone: '139 0000 1111' } });
    const counts = async (query: string, as = 'anna') => {
      const answer = await harness.call('GET', `/api/cases/counts?${query}`, { as });
      expect(answer.status).toBe(200);
      return CaseCounts.parse(answer.body);
    };
    const found = async (query: string, as = 'anna') => {
      const answer = await harness.call('GET', `/api/cases?${query}`, { as });
      expect(answer.status).toBe(200);
      return CaseList.parse(answer.body).items.map((item) => item.caseNo);
    };
    // A first response is promised within a quarter of an hour.
    expect(await counts('owner=me')).toMatchObject({ open: 1, hour: 1, broken: 0, waiting: 0, done: 0 });
    expect(await found('owner=me&open=true&promise=hour')).toEqual([caseNo]);
    expect(await found('owner=me&promise=broken')).toEqual([]);
    expect(await found('owner=nobody')).not.toContain(caseNo);

    await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
    const paused = { reason: 'customer', until: new Date(Date.now() + 3 * 86_400_000).toISOString(), note: '等图片' };
    expect((await harness.decide(caseNo, 'pause', 'anna', paused)).status).toBe(200);
    expect(await counts('owner=me')).toMatchObject({ open: 1, waiting: 1, paused: 1 });
    expect(await found('owner=me&waits=customer')).toEqual([caseNo]);
    expect(await found('owner=me&waits=department')).toEqual([]);
    expect(await found('owner=me&promise=paused')).toEqual([caseNo]);

    // Of what somebody else may not see nothing is counted.
    expect(await counts('', 'quinn')).toEqual({
      open: 0,
      broken: 0,
      hour: 0,
      today: 0,
      waiting: 0,
      paused: 0,
      done: 0,
    });
    expect((await counts('', 'mona')).open).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['promise=soon', 'promise'],
    ['waits=godot', 'waits'],
    ['resolved=yesterday', 'resolved'],
    ['sort=due', 'sort'],
    ['cursor=x', 'cursor'],
  ])('counts with ?%s are 422', async (query, path) => {
    const answer = await harness.call('GET', `/api/cases/counts?${query}`, { as: 'mona' });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
  });
});
