import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const take = (as: string, requestId: string) =>
  harness.call('POST', '/api/queue/next', { as, body: { requestId: `request ${requestId}`.replaceAll(' ', '-') } });

/** A case that is graded and has no owner. */
async function free(grade: 'general' | 'important' | 'major', text: string): Promise<string> {
  const { caseNo } = await harness.open({ text });
  const graded = await harness.decide(caseNo, 'grade', 'sara', { grade, category: 'product_quality' });
  expect(graded.status).toBe(200);
  return caseNo;
}

const ownerOf = async (caseNo: string): Promise<unknown> =>
  ((await harness.call('GET', `/api/cases/${caseNo}`, { as: 'adam' })).body.case as { owner?: { id: string } }).owner
    ?.id;

test('takes the case that presses most of those one may own, accepts it, and never takes two for one request', async () => {
  expect(await take('anna', 'before')).toMatchObject({ status: 409, body: { code: 'nothing_to_take' } });
  const major = await free('major', '压力锅爆了，有人受伤。');
  const first = await free('general', '包装盒有点脏。');
  const second = await free('general', '说明书少一页。');

  // Agents own no major complaint: it is passed over.
  const taken = await take('anna', 'one');
  expect(taken).toMatchObject({ status: 200, body: { caseNo: first, status: 'taken' } });
  expect(await ownerOf(first)).toBe('anna');
  const { body } = await harness.call('GET', `/api/cases/${first}`, { as: 'anna' });
  expect(body.case).toMatchObject({ accepted: true });
  expect((await take('anna', 'one')).body).toEqual(taken.body);
  expect(await ownerOf(second)).toBeUndefined();

  // A supervisor may own the major one.
  expect((await take('sara', 'one')).body).toMatchObject({ caseNo: major });
});

test('two people who ask at once get two cases, and the third is told that there is none', async () => {
  const [a, b] = [await free('general', '配件晚到。'), await free('general', '客服语气不好。')];
  await take('anna', 'the second of before');
  const both = await Promise.all([take('anna', 'at once'), take('arno', 'at once')]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(both.map(({ body }) => String(body.caseNo)).toSorted()).toEqual([a, b].toSorted());
  expect((await take('arno', 'more')).status).toBe(409);
});

test('is nothing for colleagues, and takes the id of the request', async () => {
  expect((await take('quinn', 'one')).status).toBe(403);
  const answer = await harness.call('POST', '/api/queue/next', { as: 'anna', body: {} });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'requestId' }] } });
});
