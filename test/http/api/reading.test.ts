import { createLearning } from '../../../activities/learning';
import { readingFigures } from '../../../src/cases';
import { engineOf, suggestGrade } from '../../../src/text/suggest';
import { writeConfirmed } from '../../cases/learning/confirmed';
import { confirmedCases, harmless, HOUSE_WORD, OTHER_CATEGORY } from '../../text/own-cases';
import { createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const decided = { grade: 'important', category: OTHER_CATEGORY } as const;
const text = harmless(HOUSE_WORD, 280);
const figures = async () => {
  const answer = await harness.call('GET', '/api/reading', { as: 'sara' });
  expect(answer.status).toBe(200);
  return readingFigures.parse(answer.body);
};

test('a complaint is read otherwise once people have corrected others like it, and the ledger has the version', async () => {
  expect(suggestGrade({ text, language: 'zh-CN' })).not.toMatchObject(decided);
  const { stores } = harness;
  const cases = confirmedCases(300, decided);
  await writeConfirmed(stores, cases, Date.now() - 60_000);
  const before = await figures();
  expect(before).toMatchObject({ confirmed: 300, models: [], grade: { agreed: 150 }, needed: 200 });

  const learning = createLearning({
    ownModels: stores.ownModels,
    clock: Date.now,
    ended: new AbortController().signal,
  });
  const { version } = await learning.learnReading();
  const { caseNo } = await harness.open({ text });
  const seen = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' });
  const engine = `${engineOf()}+own@${version}`;
  expect(seen.body).toMatchObject({ case: { suggestion: { ...decided, engine } } });
  const events = await stores.ledger.events(caseNo);
  expect(events.find(({ type }) => type === 'gradeSuggested')?.data).toMatchObject({
    ...decided,
    engine,
    rules: expect.arrayContaining(['learnt']) as string[],
  });
  const [model] = (await figures()).models;
  expect(model).toMatchObject({ version, used: ['important', OTHER_CATEGORY] });
});

test('the figures say how suggestions agreed, and what people changed most, with words of several customers', async () => {
  const { stores } = harness;
  const [first, second] = confirmedCases(2);
  if (!first || !second) throw new Error('no cases');
  const fire = '充电宝冒烟起火，手被烧伤了。';
  const majors = [0, 1, 2, 3].map((n) => ({
    ...first,
    caseNo: `C261125-${n}`,
    customer: `major ${n}`,
    text: `${fire}${n}`,
    grade: 'major' as const,
  }));
  const missed = { ...second, caseNo: 'C261125-9', customer: 'missed', grade: 'major' as const };
  const lowered = majors.map((one, n) => ({ ...one, caseNo: `C261126-${n}`, grade: 'important' as const }));
  const was = await figures();
  await writeConfirmed(stores, [...majors, missed], Date.now() - 8 * 86_400_000);
  await writeConfirmed(stores, lowered, Date.now() - 86_400_000);
  // Received too long ago.
  await writeConfirmed(stores, [{ ...missed, caseNo: 'C251125-9' }], Date.now() - 100 * 86_400_000);

  const now = await figures();
  expect(now.confirmed - was.confirmed).toBe(9);
  expect(now.major).toEqual({ decided: 5, suggested: 8, both: 4 });
  expect(now.weeks).toHaveLength(8);
  expect(now.weeks[1]).toMatchObject({ confirmed: 5, grade: 4, majors: 5, majorsRead: 4 });
  expect(now.grade.matrix).toContainEqual({ suggested: 'major', decided: 'important', count: 4 });
  const change = now.changed.find(({ kind, from, to }) => kind === 'grade' && from === 'major' && to === 'important');
  expect(change?.count).toBe(4);
  expect(change?.words.length).toBeGreaterThan(0);
  for (const { count } of change?.words ?? []) expect(count).toBe(4);
  // Of one customer.
  const raised = now.changed.find(({ kind, to }) => kind === 'grade' && to === 'major');
  expect(raised).toMatchObject({ count: 1, words: [] });
});

test('who leads sees how well complaints are read; admins have it learn now', async () => {
  const { engine } = harness;
  expect((await harness.call('GET', '/api/reading', { as: 'anna' })).status).toBe(403);
  expect((await harness.call('POST', '/api/reading/train', { as: 'mona' })).status).toBe(403);
  expect(engine.learns).toBe(0);
  const answer = await harness.call('POST', '/api/reading/train', { as: 'adam' });
  expect([answer.status, answer.body]).toEqual([202, { started: true }]);
  expect(engine.learns).toBe(1);
  engine.mode = 'away';
  const away = await harness.call('POST', '/api/reading/train', { as: 'adam' });
  engine.mode = 'up';
  expect([away.status, away.body.code]).toEqual([503, 'temporal_away']);
});
