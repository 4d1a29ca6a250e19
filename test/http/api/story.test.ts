import { event } from '../../../src/domain/case/events';
import { Story } from '../../../src/http/api/schemas';
import type { StoryEntry } from '../../../src/cases';
import { assigned, createHarness, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const storyOf = async (caseNo: string, as: string, query = '') => {
  const answer = await harness.call('GET', `/api/cases/${caseNo}/story${query}`, { as });
  return Story.parse(answer.body);
};
const entriesOf = ({ days }: { days: { groups: { entries: StoryEntry[] }[] }[] }): StoryEntry[] =>
  days.flatMap(({ groups }) => groups.flatMap(({ entries }) => entries));

describe('the story of a case', () => {
  test('has a sentence and the texts for every entry of its ledger', async () => {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '明天上门' });
    await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: '是不是批次问题' });
    await harness.decide(caseNo, 'note', 'anna', { text: '同批次已有 4 件' });
    const entries = entriesOf(await storyOf(caseNo, 'anna'));
    const ledger = await harness.stores.ledger.events(caseNo);
    expect(entries.map(({ seq }) => seq)).toEqual(ledger.map(({ seq }) => seq));
    const of = (type: string) => entries.find((entry) => entry.type === type);
    expect(of('complaintReceived')).toMatchObject({ words: { zh: '王小明通过网页投诉' }, kind: 'message' });
    expect(of('responded')).toMatchObject({
      words: { zh: 'Name of anna通过电话答复了王小明' },
      by: { kind: 'staff', id: 'anna', initial: { zh: 'N' } },
      quotes: [{ text: '明天上门' }],
    });
    expect(of('helpRequested')).toMatchObject({
      words: { zh: 'Name of anna请质量部协助' },
      quotes: [{ text: '是不是批次问题' }],
    });
    expect(of('noted')).toMatchObject({ private: true, quotes: [{ text: '同批次已有 4 件' }] });
    const notes = entriesOf(await storyOf(caseNo, 'anna', '?filter=notes'));
    expect(notes.map(({ type }) => type)).toEqual(['noted']);
    expect(entriesOf(await storyOf(caseNo, 'anna', `?afterSeq=${ledger.length - 1}`))).toHaveLength(1);
  });

  test('is told only to whoever may see the case, and names other cases only if they may see those', async () => {
    const [mine, other] = [await harness.open(), await harness.open()];
    await assigned(harness, mine.caseNo, 'anna');
    await assigned(harness, other.caseNo, 'arno');
    await harness.engine.happen(mine.caseNo, [event('absorbed', { from: other.caseNo })]);
    expect((await harness.call('GET', `/api/cases/${mine.caseNo}/story`, { as: 'arno' })).status).toBe(404);
    expect(JSON.stringify(await storyOf(mine.caseNo, 'anna'))).not.toContain(other.caseNo);
    expect(JSON.stringify(await storyOf(mine.caseNo, 'sara'))).toContain(other.caseNo);
  });

  test('says how the customer sounds in each message, quotes what warns, and leaves our own words alone', async () => {
    const { caseNo, accessCode } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
    await assigned(harness, caseNo);
    const say = (path: string, body: object) =>
      harness.call('POST', `/api/complaints/${caseNo}/${path}?code=${accessCode}`, { body });
    expect((await say('messages', { text: '好的，我明天下午在家。', decisionId: 'mood-000001' })).status).toBe(200);
    for (let n = 0; n < 2; n++) {
      const chased = await say('chase', { note: '再不处理我就去找媒体曝光', decisionId: 'mood-000002' });
      expect(chased.status).toBe(200);
    }
    await harness.decide(caseNo, 'chase', 'sara', { note: '客户说要找媒体曝光' });
    const story = await storyOf(caseNo, 'anna');
    const entries = entriesOf(story);
    const [first, chased, ours] = ['customerWrote', 'chased', 'chased'].map((type, at) =>
      entries.filter((entry) => entry.type === type).at(at === 2 ? 1 : 0),
    );
    expect(first?.reading).toMatchObject({ sentiment: 'neutral', grade: 'general', warnings: [] });
    expect(chased?.reading).toMatchObject({
      sentiment: 'negative',
      grade: 'major',
      warnings: [{ rule: 'M4', words: expect.arrayContaining(['媒体曝光']) as unknown }],
    });
    expect(ours?.reading).toBeUndefined();
    expect(story.moods.map(({ sentiment }) => sentiment)).toEqual(['negative', 'neutral', 'negative']);
    const mails = (await harness.stores.outbox.list(caseNo)).filter(({ mail }) => mail === 'turnedWorse');
    expect(mails).toHaveLength(1);
    // The ledger holds what was suggested, never the words.
    const ledger = await harness.stores.ledger.events(caseNo);
    expect(ledger.find(({ type }) => type === 'chased')?.data).toMatchObject({
      reads: { grade: 'major', sentiment: 'negative' },
      soured: true,
    });
    expect(JSON.stringify(ledger.map(({ data }) => data))).not.toContain('媒体');
  });

  test('refuses a filter that there is not, and says which there are', async () => {
    const { caseNo } = await harness.open();
    const answer = await harness.call('GET', `/api/cases/${caseNo}/story?filter=mails`, { as: 'anna' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'filter' }] } });
  });

  test('of 300 entries takes a handful of queries', async () => {
    const { caseNo } = await harness.open();
    await harness.engine.happen(
      caseNo,
      Array.from({ length: 300 }, () => event('accepted', {})),
    );
    const sara = { kind: 'staff', id: 'sara', role: 'supervisor', team: 'after-sales' } as const;
    const counts: number[] = [];
    // The least of three: the server asks for something of its own now and then.
    for (let n = 0; n < 3; n++) {
      const spy = jest.spyOn(harness.database.pool, 'query');
      expect(entriesOf(await harness.cases.handling.story(caseNo, sara)).length).toBeGreaterThan(300);
      counts.push(spy.mock.calls.length);
      spy.mockRestore();
    }
    expect(Math.min(...counts)).toBeGreaterThan(2);
    expect(Math.min(...counts)).toBeLessThanOrEqual(8);
  });
});
