import { event } from '../../src/domain/case/events';
import { append } from '../../src/domain/process/append';
import { CaseAfterDecision, Progress, Summary } from '../../src/http/api/schemas';
import { assigned, createHarness, PUBLIC_URL, type Harness } from './support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const BY_PHONE = { customer: { name: '王小明', phone: '138 1234 5621' } };
const RATED = { accepted: true, via: 'phone' };
const PROPOSAL = { remedies: [{ kind: 'refund', amount: 50 }], solution: '退款 50 元' };

/** The link of the mail, as the progress page gives it. */
async function link(kind: 'offer' | 'survey', { caseNo, accessCode }: { caseNo: string; accessCode: string }) {
  const answer = await harness.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`);
  const { token } = Progress.parse(answer.body)[kind] ?? {};
  if (token === undefined) throw new Error(`no ${kind}: ${answer.text}`);
  return token;
}

async function taken(caseNo: string, decision: string, body: object): Promise<void> {
  const answer = await harness.decide(caseNo, decision, 'anna', body);
  if (answer.status !== 200) throw new Error(`${decision}: ${answer.text}`);
}

describe('a customer without a mail address', () => {
  test('is not answered by mail: the refusal says how instead', async () => {
    const { caseNo } = await harness.open(BY_PHONE);
    await assigned(harness, caseNo);
    const refused = await harness.decide(caseNo, 'respond', 'anna', { via: 'mail', text: '您好' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'no_address' });
    expect(refused.text).toMatch(/phone.*counter/);
    expect(refused.text).toContain('电话');
    await taken(caseNo, 'respond', { via: 'phone', text: '已致电' });
  });

  test('has to be asked by phone whether they agree, which the answer to `propose` says', async () => {
    const { caseNo } = await harness.open(BY_PHONE);
    await assigned(harness, caseNo);
    const answer = await harness.decide(caseNo, 'propose', 'anna', PROPOSAL);
    const { decision } = CaseAfterDecision.parse(answer.body);
    expect(decision.hints).toEqual([
      {
        code: 'no_address',
        words: { zh: expect.stringContaining('电话') as string, en: expect.stringContaining('phone') as string },
      },
    ]);
    const other = await harness.open();
    await assigned(harness, other.caseNo);
    const mailed = await harness.decide(other.caseNo, 'propose', 'anna', PROPOSAL);
    expect(CaseAfterDecision.parse(mailed.body).decision.hints).toBeUndefined();
  });
});

test('a low score stays counted when the case is reopened and rated again', async () => {
  const { caseNo, accessCode } = await harness.open();
  await assigned(harness, caseNo);
  const round = async (total: number): Promise<void> => {
    await taken(caseNo, 'propose', PROPOSAL);
    await taken(caseNo, 'customerAnswer', RATED);
    await taken(caseNo, 'carryOut', {});
    await taken(caseNo, 'resolve', { outcome: 'upheld', cause: 'transport_packing', summary: '已退款' });
    const token = await link('survey', { caseNo, accessCode });
    const scores = { speed: total, solution: total, attitude: total, total };
    const answer = await harness.call('POST', `/api/surveys/${token}`, { body: scores });
    if (answer.status !== 200) throw new Error(answer.text);
  };
  await round(3);
  const reopened = await harness.call('POST', `/api/complaints/${caseNo}/reopen?code=${accessCode}`, {
    body: { reason: '又坏了' },
  });
  expect(reopened.status).toBe(200);
  await round(5);
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const answer = await harness.call('GET', `/api/reports/summary?from=${from}&to=${to}`, { as: 'sara' });
  expect(Summary.parse(answer.body).satisfaction).toEqual({ rated: 2, mean: 4 });
});

test('a link shows the way to the progress page with the code, once it has been answered and not before', async () => {
  const filed = await harness.open();
  const { caseNo, accessCode } = filed;
  const { pages } = harness.cases.customer;
  const progressUrl = `${PUBLIC_URL}/p/${caseNo}?code=${accessCode}`;
  await assigned(harness, caseNo);
  await taken(caseNo, 'propose', PROPOSAL);
  const offer = await link('offer', filed);
  expect(await pages.proposal(offer)).not.toHaveProperty('progressUrl');
  expect((await harness.call('POST', `/api/proposals/${offer}`, { body: { accepted: true } })).status).toBe(200);
  expect(await pages.proposal(offer)).toHaveProperty('progressUrl', progressUrl);
  await taken(caseNo, 'carryOut', {});
  await taken(caseNo, 'resolve', { outcome: 'upheld', cause: 'transport_packing', summary: '已退款' });
  const survey = await link('survey', filed);
  expect(await pages.survey(survey)).not.toHaveProperty('progressUrl');
  const scores = { speed: 5, solution: 5, attitude: 5, total: 5 };
  expect((await harness.call('POST', `/api/surveys/${survey}`, { body: scores })).status).toBe(200);
  expect(await pages.survey(survey)).toHaveProperty('progressUrl', progressUrl);
});

test('a complaint into which others were merged is not withdrawn over their heads', async () => {
  const { caseNo, accessCode } = await harness.open();
  await assigned(harness, caseNo);
  const { state, policyVersion } = { ...(await harness.stores.cases.get(caseNo)), policyVersion: 1 };
  const policy = await harness.stores.policies.get(policyVersion);
  if (!state || !policy) throw new Error('no case');
  const how = { at: state.lastAt, actor: { kind: 'system' as const } };
  const { events } = append(state, caseNo, [event('absorbed', { from: 'C250101-AAAAAA' })], how, policy);
  await harness.stores.ledger.append(caseNo, events);
  const withdraw = () =>
    harness.call('POST', `/api/complaints/${caseNo}/withdraw?code=${accessCode}`, { body: { reason: '不用了' } });
  const refused = await withdraw();
  expect([refused.status, refused.body.code]).toEqual([409, 'has_absorbed']);
  expect(refused.text).toContain('负责人');
  // One that is on its way counts as well, before it is written here.
  const [from, into] = [await harness.open(), await harness.open()];
  await Promise.all([assigned(harness, from.caseNo), assigned(harness, into.caseNo)]);
  const reserved = { caseNo: from.caseNo, into: into.caseNo, at: state.lastAt, decisionId: 'd-merge-1' };
  expect(await harness.stores.merges.claim(reserved)).toEqual({ ok: true });
  const path_ = `/api/complaints/${into.caseNo}/withdraw?code=${into.accessCode}`;
  const late = await harness.call('POST', path_, { body: { reason: '不用了' } });
  expect([late.status, late.body.code]).toEqual([409, 'has_absorbed']);
  expect(await harness.stores.pendingDecisions.ofCase(into.caseNo)).toEqual([]);
  const alone = await harness.open();
  const path = `/api/complaints/${alone.caseNo}/withdraw?code=${alone.accessCode}`;
  expect((await harness.call('POST', path, { body: { reason: '不用了' } })).status).toBe(200);
  // It has been taken, and is not waited for any more.
  expect(await harness.stores.pendingDecisions.ofCase(alone.caseNo)).toEqual([]);
});

test('a withdrawal that is only stored keeps others from being merged into the case', async () => {
  const [from, into] = [await harness.open(), await harness.open()];
  await Promise.all([assigned(harness, from.caseNo), assigned(harness, into.caseNo)]);
  harness.engine.mode = 'silent';
  try {
    const path = `/api/complaints/${into.caseNo}/withdraw?code=${into.accessCode}`;
    expect((await harness.call('POST', path, { body: { reason: '不用了' } })).status).toBe(202);
  } finally {
    harness.engine.mode = 'up';
  }
  const wanted = { caseNo: from.caseNo, into: into.caseNo, at: '2026-11-22T02:00:00.000Z', decisionId: 'd-merge-2' };
  expect(await harness.stores.merges.claim(wanted)).toEqual({ ok: false, code: 'leaving' });
});
