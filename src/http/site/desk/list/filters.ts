/**
 * The filters of the list of cases as the page shows them: each is a word of the address.
 * @module
 */
import type { Request } from 'express';
import { HEARD, PROMISE_STATES, type ListWords } from '../../../../cases';
import { CATEGORIES, CHANNELS, GRADES, STAGES } from '../../../../domain/basics/types';
import { CATEGORY_WORDS, CHANNEL_WORDS, GRADE_WORDS, STAGE_WORDS } from '../../../../domain/basics/words';
import type { Words } from '../../../../domain/basics/types';
import { AWAITED } from '../../../../domain/case/awaits';
import type { Context } from '../../../../render/engine';
import { inLanguage } from '../../../../render/words';
import type { Wording } from '../../kit/wording';

/** The filters that the page offers: each is a word of the address, and a list to choose from. */
const FILTERS = {
  stage: { name: { zh: '阶段', en: 'stage' }, values: STAGES, words: STAGE_WORDS },
  grade: { name: { zh: '等级', en: 'grade' }, values: GRADES, words: GRADE_WORDS },
  category: { name: { zh: '类别', en: 'category' }, values: CATEGORIES, words: CATEGORY_WORDS },
  channel: { name: { zh: '渠道', en: 'channel' }, values: CHANNELS, words: CHANNEL_WORDS },
  owner: {
    name: { zh: '负责人', en: 'owner' },
    values: ['me', 'nobody'],
    words: { me: { zh: '我', en: 'me' }, nobody: { zh: '还没有', en: 'nobody yet' } },
  },
  promise: {
    name: { zh: '承诺', en: 'promise' },
    values: PROMISE_STATES,
    words: {
      broken: { zh: '已超时', en: 'over time' },
      hour: { zh: '一小时内', en: 'within the hour' },
      soon: { zh: '两小时内', en: 'within two hours' },
      today: { zh: '今天到期', en: 'due today' },
      paused: { zh: '已暂停', en: 'paused' },
    },
  },
  waits: {
    name: { zh: '在等', en: 'waits for' },
    values: [...AWAITED, 'anybody'],
    words: {
      customer: { zh: '客户', en: 'the customer' },
      department: { zh: '协同部门', en: 'a department' },
      approval: { zh: '审批', en: 'an approval' },
      anybody: { zh: '任何人', en: 'anybody' },
    },
  },
  heard: {
    name: { zh: '客户', en: 'customer' },
    values: HEARD,
    words: {
      callWanted: { zh: '要求回电', en: 'wants a call' },
      turnedWorse: { zh: '来信显得更严重', en: 'message looks worse' },
    },
  },
  interview: {
    name: { zh: '约访', en: 'interview' },
    values: ['due'],
    words: { due: { zh: '60 天内投诉三次以上', en: 'three complaints or more in 60 days' } },
  },
  still: {
    name: { zh: '停滞', en: 'standstill' },
    values: ['true'],
    words: { true: { zh: '两天没有动', en: 'nothing for two days' } },
  },
  asked: {
    name: { zh: '请谁办', en: 'asked of' },
    values: ['me'],
    words: { me: { zh: '我', en: 'me' } },
  },
  toDecide: {
    name: { zh: '等谁决定', en: 'to be decided by' },
    values: ['me'],
    words: { me: { zh: '我', en: 'me' } },
  },
  open: {
    name: { zh: '状态', en: 'status' },
    values: ['true', 'false'],
    words: { true: { zh: '在办', en: 'open' }, false: { zh: '已归档', en: 'archived' } },
  },
} as const satisfies Record<string, { name: Words; values: readonly string[]; words: Record<string, Words> }>;

export const SORTS: Record<ListWords['sort'], Words> = {
  due: { zh: '到期先后', en: 'due time' },
  '-received': { zh: '最新受理', en: 'newest' },
  received: { zh: '最早受理', en: 'oldest' },
  '-updated': { zh: '最近更新', en: 'changed last' },
};

/** Words of the address that have no list to choose from here, and stay as they are. */
export const KEPT = [
  'team',
  'product',
  'outcome',
  'round',
  'repeat',
  'group',
  'resolved',
  'receivedFrom',
  'receivedTo',
] as const;

const SAME_GROUP: Words = { zh: '同一组：', en: 'group of' };

/** The words of an address of the list. */
export type Asked = Record<string, string | undefined>;

/** The words of the address, each once; the page's own (`lang`) and empty ones are left out. */
export const wordsOf = (req: Request): Asked => cleared(Object.entries(req.query));

/** The same of a text like `stage=resolve&owner=me`. */
export const wordsIn = (text: string): Asked => cleared([...new URLSearchParams(text)]);

const cleared = (words: readonly [string, unknown][]): Asked =>
  Object.fromEntries(
    words.filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '' && entry[0] !== 'lang',
    ),
  );

/** These words as a text: `stage=resolve&owner=me`. */
export const asText = (asked: Asked): string =>
  new URLSearchParams(
    Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();

/** The address of the list with these words. */
export function addressOf(asked: Asked): string {
  const query = asText(asked);
  return query === '' ? '/desk/cases' : `/desk/cases?${query}`;
}

const wordOf = (filter: { words: Record<string, Words> }, value: string, { language }: Wording): string =>
  filter.words[value] ? inLanguage(filter.words[value], language) : value;

/** The filters with what can be chosen in each. */
export function filtersContext(asked: Asked, wording: Wording): Context[] {
  return Object.entries(FILTERS).map(([id, filter]) => ({
    id,
    name: inLanguage(filter.name, wording.language),
    chosen: asked[id] !== undefined,
    options: filter.values.map((value) => ({
      value,
      name: wordOf(filter, value, wording),
      chosen: asked[id] === value,
    })),
  }));
}

/** The conditions in force, each with the address of the list without it. */
export function dropsOf(asked: Asked, wording: Wording): Context[] {
  const { language } = wording;
  return Object.entries(asked).flatMap(([id, value]) => {
    if (value === undefined || id === 'sort' || id === 'cursor') return [];
    const filter: { name: Words; words: Record<string, Words> } | undefined = Object.hasOwn(FILTERS, id)
      ? FILTERS[id as keyof typeof FILTERS]
      : undefined;
    const text =
      id === 'group'
        ? `${inLanguage(SAME_GROUP, language)} ${value}`
        : filter
          ? `${inLanguage(filter.name, language)}：${wordOf(filter, value, wording)}`
          : value;
    return [{ text, without: addressOf({ ...asked, [id]: undefined, cursor: undefined }) }];
  });
}
