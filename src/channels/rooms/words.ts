import type { Instant, Language, Words } from '../../domain/basics/types';
import { CATEGORY_WORDS, GRADE_WORDS } from '../../domain/basics/words';
import type { CaseEvent } from '../../domain/case/events';
import type { RoomNews } from '../../domain/case/rooms';
import type { CaseState } from '../../domain/case/state';
import { nextDue } from '../../domain/promises/clock';
import { PROMISE_WORDS } from '../../domain/promises/names';
import { noticeWords } from '../../domain/views/notice-words';
import { plannedTime } from '../../render/format';
import { inLanguage } from '../../render/words';
import type { Called, RoomMessage } from './adapter';

/** What is told of one event, with the case as it stands now. */
export interface Told {
  news: RoomNews;
  event: CaseEvent;
  state: CaseState;
}

export interface Speaking {
  language: Language;
  now: Instant;
  /** The page of a case. */
  caseUrl: (caseNo: string) => string;
  /** The desk. */
  deskUrl: string;
}

/** Lines of one message at most, and bytes of them with their addresses: WeCom takes 4,096 bytes of Markdown. */
const MOST_LINES = 20;
const MOST_BYTES = 3_000;

const HOUSE: Words = { zh: '投诉闭环', en: 'Redress' };

/** What happened, in one short line. */
function happened({ news, event, state }: Told): Words {
  switch (news) {
    case 'urgent':
      return event.type === 'turnedWorse'
        ? noticeWords('turnedWorse', event, state, '')
        : { zh: '重大投诉', en: 'Major complaint' };
    case 'atRisk':
      return noticeWords('promiseWarned', event, state, '');
    case 'broken': {
      const clock = event.type === 'promiseBreached' ? state.clocks[event.data.clock] : undefined;
      const promise = clock && PROMISE_WORDS[clock.promise];
      return promise
        ? { zh: `承诺已超时：${promise.zh}`, en: `Promise broken: ${promise.en}` }
        : { zh: '承诺已超时', en: 'Promise broken' };
    }
    case 'escalated': {
      const why = noticeWords('escalation', event, state, '');
      return { zh: `升级：${why.zh}`, en: `Escalated: ${why.en}` };
    }
    case 'help':
      return { zh: '请求协助', en: 'Help is asked for' };
  }
}

const isLoud = ({ news, state }: Told): boolean =>
  news !== 'atRisk' && news !== 'help' ? true : state.grade === 'major';

/** The moment that matters: that of the promise which the event is about, else the next one. */
function dueAt({ event, state }: Told): Instant | undefined {
  const clock = 'clock' in event.data && typeof event.data.clock === 'string' ? event.data.clock : undefined;
  return (clock === undefined ? undefined : state.clocks[clock]?.dueAt) ?? nextDue(state.clocks)?.dueAt;
}

/** All that happened in a case, in one line. */
const allOf = (told: readonly Told[], language: Language): string =>
  [...new Set(told.map((one) => inLanguage(happened(one), language)))].join(language === 'zh-CN' ? '；' : '; ');

/** The message about one case: number, grade, kind and time, and nothing that anybody wrote. */
function oneCase(all: readonly Told[], first: Told, { language, now, caseUrl }: Speaking): Omit<RoomMessage, 'called'> {
  const say = (words: Words): string => inLanguage(words, language);
  const { state } = first;
  const due = dueAt(first);
  return {
    title: allOf(all, language),
    isLoud: all.some(isLoud),
    facts: [
      { name: say({ zh: '单号', en: 'Case' }), value: state.caseNo },
      {
        name: say({ zh: '级别', en: 'Grade' }),
        value: `${say(GRADE_WORDS[state.grade])} · ${say(CATEGORY_WORDS[state.category])}`,
      },
      ...(due === undefined
        ? []
        : [{ name: say({ zh: '承诺时间', en: 'Promised by' }), value: plannedTime(due, language, now) }]),
    ],
    lines: [],
    button: { words: say({ zh: '打开案件', en: 'Open the case' }), url: caseUrl(state.caseNo) },
    from: say(HOUSE),
  };
}

/** The message about several: a line for each case, in the order given. */
function severalCases(
  cases: ReadonlyMap<string, readonly Told[]>,
  { language, caseUrl, deskUrl }: Speaking,
): Omit<RoomMessage, 'called'> {
  const say = (words: Words): string => inLanguage(words, language);
  const lines: { text: string; url: string }[] = [];
  let bytes = 0;
  for (const [caseNo, told] of cases) {
    const grades = told.slice(0, 1).map(({ state }) => say(GRADE_WORDS[state.grade]));
    const text = [caseNo, ...grades, allOf(told, language)].join(' · ');
    const line = { text, url: caseUrl(caseNo) };
    bytes += Buffer.byteLength(text) + line.url.length + 16;
    if (lines.length >= MOST_LINES || (bytes > MOST_BYTES && lines.length > 0)) break;
    lines.push(line);
  }
  const left = cases.size - lines.length;
  return {
    title: say({ zh: `${cases.size} 件案件有动态`, en: `News of ${cases.size} cases` }),
    isLoud: [...cases.values()].flat().some(isLoud),
    facts: [],
    lines,
    ...(left > 0 && { more: say({ zh: `另有 ${left} 件，请到工作台查看`, en: `${left} more: look on the desk` }) }),
    button: { words: say({ zh: '打开工作台', en: 'Open the desk' }), url: deskUrl },
    from: say(HOUSE),
  };
}

/** What a room is told. @param all one at least, what matters most first @param called whom it calls */
export function roomMessage(all: readonly Told[], called: readonly Called[], speaking: Speaking): RoomMessage {
  const [first] = all;
  if (!first) throw new Error('nothing to tell');
  const cases = new Map<string, Told[]>();
  for (const told of all) cases.set(told.state.caseNo, [...(cases.get(told.state.caseNo) ?? []), told]);
  return { ...(cases.size === 1 ? oneCase(all, first, speaking) : severalCases(cases, speaking)), called };
}

/** What an admin sends to try a room. */
export function testMessage({ language, deskUrl }: Pick<Speaking, 'language' | 'deskUrl'>): RoomMessage {
  const say = (words: Words): string => inLanguage(words, language);
  return {
    title: say({ zh: '测试：这个群已接上', en: 'A test: this chat is connected' }),
    isLoud: false,
    facts: [
      {
        name: say({ zh: '内容', en: 'Told here' }),
        value: say({
          zh: '单号、级别和时间，没有客户的姓名和原话',
          en: 'number, grade and time, no name or words of a customer',
        }),
      },
    ],
    lines: [],
    button: { words: say({ zh: '打开工作台', en: 'Open the desk' }), url: deskUrl },
    called: [],
    from: say(HOUSE),
  };
}
