import { choicesOf, NEW_BOT, tellsFirst, turn, type Said, type Turn } from '../../../src/cases/chat/bot';
import type { World } from '../../../src/cases/chat/terms';
import { articlesIn } from '../../../src/cases/chat/words';
import { worldOf } from '../../../src/cases/chat/world';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import type { Policy } from '../../../src/domain/policy/schema';
import { WEEKDAYS } from '../../../src/domain/time/calendar';

/** The machine of a chat: what it asks, what it takes, and when it stands back. */

const WORLD: World = {
  language: 'zh-CN',
  org: '青禾电器',
  hours: { open: false, next: '11月30日 09:00', week: '周一至周五 09:00–18:00' },
  times: { respond: '15 分钟', resolve: '24 小时', isFaster: true },
};
const EN: World = { ...WORLD, language: 'en' };

/** Takes several turns. */
function talk(said: (string | { choice: Extract<Said, { choice: string }>['choice'] })[], world = WORLD): Turn {
  let last: Turn = { bot: NEW_BOT, lines: [] };
  for (const one of said) last = turn(last.bot, typeof one === 'string' ? { text: one } : one, world);
  return last;
}
const WORDS = '包装盒有点脏，希望说明一下。';

test('it asks for what is missing, one after the other, reads it back and files it', () => {
  const asked = ['text', 'product', 'orderNo', 'wish', 'name', 'contact', 'confirm'];
  let bot = turn(NEW_BOT, { choice: 'file' }, WORLD).bot;
  const seen = [bot.asks];
  for (const text of [WORDS, '净水器滤芯', 'QH-1', '换一个', '林女士', '138 0000 5621']) {
    bot = turn(bot, { text }, WORLD).bot;
    seen.push(bot.asks);
  }
  expect(seen).toEqual(asked);
  const [readBack] = turn(bot, { text: '还有一点：说明书也缺页。' }, WORLD).lines;
  for (const part of [WORDS, '说明书也缺页', '净水器滤芯', 'QH-1', '换一个', '林女士', '138 0000 5621'])
    expect(readBack).toContain(part);
  expect(turn(bot, { choice: 'send' }, WORLD).effect).toEqual({ kind: 'file' });
});

test('whoever begins by telling what happened is not asked for it again', () => {
  const { bot, lines } = talk([WORDS]);
  expect(bot).toMatchObject({ asks: 'product', facts: { text: WORDS } });
  expect(lines).toEqual(['是什么产品或服务？']);
});

test('what can be left out can be skipped; the words, a name and a way to answer cannot', () => {
  const skip = { choice: 'skip' } as const;
  const { bot } = talk([WORDS, skip, skip, skip]);
  expect(bot.asks).toBe('name');
  expect(turn(bot, skip, WORLD).bot.asks).toBe('name');
  expect(choicesOf(bot, 'machine', false)).not.toContain('skip');
  expect(turn(talk([{ choice: 'file' }]).bot, skip, WORLD).bot.asks).toBe('text');
});

test.each(['不方便说', '12', '1380000562', 'lin@', '中文@例子'])('no way to answer: %s', (text) => {
  const { bot } = talk([WORDS, { choice: 'skip' }, { choice: 'skip' }, { choice: 'skip' }, '林女士']);
  const said = turn(bot, { text }, WORLD);
  expect(said.bot.asks).toBe('contact');
  expect(said.lines[0]).toContain('不像电话或邮箱');
});

test('a mail address will do, and a name is no address', () => {
  const skips = [{ choice: 'skip' }, { choice: 'skip' }, { choice: 'skip' }] as const;
  const { bot } = talk([WORDS, ...skips]);
  expect(turn(bot, { text: 'www.example.com' }, WORLD).bot.asks).toBe('name');
  const named = turn(bot, { text: '林女士' }, WORLD).bot;
  expect(turn(named, { text: 'lin@example.com' }, WORLD).bot).toMatchObject({
    asks: 'confirm',
    facts: { email: 'lin@example.com' },
  });
});

test.each([
  '人工',
  '转人工',
  '我要人工客服',
  '请帮我转接人工服务。',
  '找真人',
  '找客服',
  '客服',
  'human',
  'A person please',
  'Can I speak to a real person?',
])('a person is wanted, whatever is asked: %s', (text) => {
  for (const { bot } of [
    talk([]),
    talk([{ choice: 'file' }]),
    talk([WORDS, { choice: 'skip' }]),
    talk([{ choice: 'progress' }]),
  ]) {
    const said = turn(bot, { text }, WORLD);
    expect(said.effect).toEqual({ kind: 'person' });
    expect(said.bot.facts).toEqual(bot.facts);
  }
});

test.each(['人工客服态度不好，让我等了一个小时', '真人模特图与实物不符', 'The agent on the phone hung up on me'])(
  'a complaint that speaks of people is one: %s',
  (text) => {
    expect(talk([{ choice: 'file' }, text])).toMatchObject({ about: 'text', bot: { facts: { text } } });
  },
);

test.each(['你好', '您好。', '在吗？', '有人吗', 'Hello!', 'Good morning'])(
  'who only greets has not complained yet: %s',
  (text) => {
    expect(turn(NEW_BOT, { text }, WORLD)).toEqual({ bot: NEW_BOT, lines: ['要我做什么？'], about: 'question' });
  },
);

test('it answers from what is published alone, and asks again', () => {
  const { bot } = talk([WORDS]);
  for (const [asked, answer] of [
    ['你们几点上班？', '周一至周五 09:00–18:00'],
    ['多久有人答复我呢', '15 分钟'],
    ['投诉要收费吗', '不收费'],
  ] as const) {
    const said = turn(bot, { text: asked }, WORLD);
    expect(said.lines[0]).toContain(answer);
    expect(said.lines[1]).toBe('是什么产品或服务？');
    expect(said.bot).toEqual(bot);
  }
  expect(turn(NEW_BOT, { text: 'How long does it take?' }, EN).lines[0]).toContain('15 分钟');
  expect(turn(NEW_BOT, { choice: 'hours' }, { ...WORLD, hours: undefined } as World).lines[0]).toContain('没有公布');
});

test('the progress is asked for by number and code, and the code is kept nowhere', () => {
  const { bot } = talk([{ choice: 'progress' }]);
  expect(turn(bot, { text: '不知道' }, WORLD).bot.asks).toBe('caseNo');
  const numbered = turn(bot, { text: 'c261122 9dft2r' }, WORLD);
  expect(numbered.bot).toMatchObject({ asks: 'code', facts: { caseNo: 'C261122-9DFT2R' } });
  const coded = turn(numbered.bot, { text: '7KQ4 MX2R' }, WORLD);
  expect(coded).toMatchObject({
    kept: '（查询码）',
    effect: { kind: 'progress', caseNo: 'C261122-9DFT2R', code: '7KQ4 MX2R' },
  });
  expect(JSON.stringify(coded.bot)).not.toContain('7KQ4');
  expect(talk(['C261122-9DFT2R']).bot.asks).toBe('code');
});

test('it is silent while a person is wanted or speaks', () => {
  const listening = { asks: 'person', facts: {} };
  expect(turn(listening, { text: WORDS }, WORLD)).toEqual({ bot: listening, lines: [] });
  expect(choicesOf(listening, 'taken', false)).toEqual([]);
  expect(choicesOf(listening, 'waiting', false)).toEqual(['file', 'machine']);
});

test('at every moment but with a person, one can ask for one', () => {
  for (const asks of [
    'start',
    'text',
    'product',
    'orderNo',
    'wish',
    'name',
    'contact',
    'confirm',
    'caseNo',
    'code',
    'case',
  ])
    expect(choicesOf({ asks, facts: {} }, 'machine', asks === 'case')).toContain('person');
});

test('when people are there is what the house’s calendar says', () => {
  const week = Object.fromEntries(
    WEEKDAYS.map((day) => [day, day === 'sat' || day === 'sun' ? [] : [{ from: '09:00', to: '18:00' }]]),
  );
  const calendar = { timeZone: 'Asia/Shanghai', offsets: [[0, 480]], week, workday: [], days: {}, years: [] };
  const policy = {
    ...HOUSE_POLICY,
    version: 1,
    calendar: 'house',
    calendars: { house: calendar },
  } as unknown as Policy;
  expect(worldOf(policy, 'x', 'zh-CN', Date.parse('2026-11-27T03:00:00Z')).hours?.open).toBe(true);
  const closed = worldOf(policy, 'x', 'zh-CN', Date.parse('2026-11-28T03:00:00Z')).hours;
  expect(closed).toMatchObject({ open: false, week: '周一至周五 09:00–18:00' });
  expect(closed?.next).toContain('11月30日');
  const { hours: none } = worldOf({ ...policy, calendar: undefined } as Policy, 'x', 'en', 0);
  expect(none).toBeUndefined();
});

test('answers that the house has published stand before the next question, which is asked all the same', () => {
  const articles = [{ id: '5f0b6a0e-4c65-4d0e-9c43-0f2a4c1a7b11', question: '包装盒脏了怎么办？' }];
  const world = { ...WORLD, articles };
  const { bot, lines } = turn(NEW_BOT, { text: WORDS }, world);
  expect(bot).toMatchObject({ asks: 'product', facts: { text: WORDS } });
  expect(lines).toEqual([
    expect.stringContaining(`\n包装盒脏了怎么办？ /help/${articles[0]?.id}`),
    '是什么产品或服务？',
  ]);
  expect(articlesIn(lines[0] ?? '')).toEqual({
    text: '也许这里有答案；没有就接着说：',
    articles: [{ name: '包装盒脏了怎么办？', address: `/help/${articles[0]?.id}` }],
  });
  // Whoever wants a person gets one, and what is told later is not answered by them.
  expect(turn(NEW_BOT, { text: '转人工' }, world)).toMatchObject({ lines: [], effect: { kind: 'person' } });
  expect(turn(bot, { text: '净水器' }, world).lines).toEqual(['订单号是多少？不知道可以跳过，我们代查。']);
  expect(tellsFirst(bot)).toBe(false);
});
