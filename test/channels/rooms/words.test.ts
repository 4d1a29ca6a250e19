import { ADAPTERS } from '../../../src/channels/rooms/adapters';
import { roomMessage, testMessage, type Told } from '../../../src/channels/rooms/words';
import { event } from '../../../src/domain/case/events';
import { evolve } from '../../../src/domain/case/evolve';
import { ROOM_KIND_NAMES, roomNews } from '../../../src/domain/case/rooms';
import type { CaseState } from '../../../src/domain/case/state';
import { Walk } from '../mail/walk';

/** What rooms are told: facts of the house, in the room's language, never more than a platform takes. */
const speaking = (language: 'zh-CN' | 'en') => ({
  language,
  now: '2026-11-22T08:00:00.000Z',
  caseUrl: (caseNo: string) => `https://redress.example/desk/cases/${caseNo}`,
  deskUrl: 'https://redress.example/desk',
});
const words = '我是林晓梅，电话 13800000000，包装盒有点脏，希望说明一下。';
const walk = (caseNo = 'C261122-AAAAAA', grade: 'general' | 'major' = 'general') =>
  new Walk({ language: 'zh-CN', caseNo, words, customerName: '林晓梅', grade });

/** Everything that rooms are told of a case. */
function toldOf({ events, options: { caseNo } }: Walk): Told[] {
  let before: CaseState | undefined;
  return events.flatMap((one) => {
    const state: CaseState = evolve(before, one, caseNo);
    const news = roomNews(one, state, before);
    before = state;
    return news ? [{ news: news.news, event: one, state }] : [];
  });
}

test('one case: what happened, number, grade, kind and time, in the language of the room', () => {
  const [told] = toldOf(walk().happen(event('escalated', { because: 'unassigned', to: 'supervisor' })));
  if (!told) throw new Error('nothing is told');
  const zh = roomMessage([told], [], speaking('zh-CN'));
  expect(zh.title).toBe('升级：没有找到可以接手的人');
  expect(zh.facts[0]).toEqual({ name: '单号', value: 'C261122-AAAAAA' });
  expect(zh.facts[1]).toEqual({ name: '级别', value: '一般 · 产品质量' });
  expect(zh.button).toEqual({ words: '打开案件', url: 'https://redress.example/desk/cases/C261122-AAAAAA' });
  const en = roomMessage([told], [], speaking('en'));
  expect(en.title).toBe('Escalated: Nobody was found to take it');
  expect(en.button.words).toBe('Open the case');
});

test('several events of one case are one message about it; of several cases each has a line that opens it', () => {
  const all = toldOf(
    walk('C261122-AAAAAA', 'major').happen(event('escalated', { because: 'unassigned', to: 'supervisor' })),
  );
  expect(all.map(({ news }) => news)).toEqual(['urgent', 'urgent', 'escalated']);
  expect(roomMessage(all, [], speaking('zh-CN')).title).toBe('重大投诉；升级：没有找到可以接手的人');
  const other = toldOf(walk('C261122-BBBBBB').happen(event('escalated', { because: 'unassigned', to: 'supervisor' })));
  const both = roomMessage([...all, ...other], [], speaking('en'));
  expect(both.title).toBe('News of 2 cases');
  expect(both.lines.map(({ text }) => text)).toEqual([
    'C261122-AAAAAA · major · Major complaint; Escalated: Nobody was found to take it',
    'C261122-BBBBBB · general · Escalated: Nobody was found to take it',
  ]);
  expect(both.lines[1]?.url).toContain('C261122-BBBBBB');
});

test('sixty cases fit into one message of every platform, and what is left out is said', () => {
  const all = Array.from({ length: 60 }, (_, n) =>
    toldOf(
      walk(`C261122-AAAA${String(n).padStart(2, '0')}`).happen(
        event('escalated', { because: 'unassigned', to: 'supervisor' }),
      ),
    ),
  ).flat();
  const caseUrl = (caseNo: string) => `https://a-rather-long-name.of-the-house.example/redress/desk/cases/${caseNo}`;
  const message = roomMessage(all, [], { ...speaking('zh-CN'), caseUrl });
  expect(message.title).toBe('60 件案件有动态');
  expect(message.more).toBe(`另有 ${60 - message.lines.length} 件，请到工作台查看`);
  const { body } = ADAPTERS.wecom.request(message, { url: '', secret: undefined }, 0) as {
    body: { markdown: { content: string } };
  };
  expect(Buffer.byteLength(body.markdown.content)).toBeLessThanOrEqual(4_096);
  for (const kind of ROOM_KIND_NAMES) {
    const sent = JSON.stringify(ADAPTERS[kind].request(message, { url: '', secret: undefined }, 0).body);
    expect(Buffer.byteLength(sent)).toBeLessThan(20 * 1_024);
  }
});

test('nothing that anybody wrote, no name and no number to call is in any message', () => {
  const all = toldOf(
    walk('C261122-AAAAAA', 'major')
      .dueUntil((state) => Object.values(state.clocks).some(({ breachedAt }) => breachedAt !== undefined))
      .happen(event('helpRequested', { taskId: 'h9', department: 'quality' })),
  );
  expect(new Set(all.map(({ news }) => news))).toEqual(new Set(['urgent', 'atRisk', 'broken', 'escalated', 'help']));
  for (const language of ['zh-CN', 'en'] as const) {
    for (const message of [
      ...all.map((one) => roomMessage([one], [], speaking(language))),
      testMessage(speaking(language)),
    ]) {
      for (const kind of ROOM_KIND_NAMES) {
        const sent = JSON.stringify(ADAPTERS[kind].request(message, { url: '', secret: undefined }, 0).body);
        for (const personal of ['林晓梅', '13800000000', '包装盒', 'k-1', '李娜']) expect(sent).not.toContain(personal);
        if (language === 'en') expect(sent).not.toMatch(/[\u4e00-\u9fff]/u);
      }
    }
  }
});
