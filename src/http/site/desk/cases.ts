import type { Request } from 'express';
import { isRefused, listWords, PROMISE_STATES, type ListWords } from '../../../cases';
import { readCaseNumber } from '../../../domain/basics/ids';
import { CATEGORIES, CHANNELS, GRADES, STAGES } from '../../../domain/basics/types';
import { CATEGORY_WORDS, CHANNEL_WORDS, GRADE_WORDS, STAGE_WORDS } from '../../../domain/basics/words';
import type { Words } from '../../../domain/basics/types';
import { AWAITED } from '../../../domain/case/awaits';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { rowContext } from './rows';
import { actorIn } from './session';

/** Cases of one page. */
const PAGE = 50;

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
  open: {
    name: { zh: '状态', en: 'status' },
    values: ['true', 'false'],
    words: { true: { zh: '在办', en: 'open' }, false: { zh: '已归档', en: 'archived' } },
  },
} as const satisfies Record<string, { name: Words; values: readonly string[]; words: Record<string, Words> }>;

const SORTS: Record<ListWords['sort'], Words> = {
  due: { zh: '到期先后', en: 'due time' },
  '-received': { zh: '最新受理', en: 'newest' },
  received: { zh: '最早受理', en: 'oldest' },
  '-updated': { zh: '最近更新', en: 'changed last' },
};

/** Words of the address that have no list to choose from here, and stay as they are. */
const KEPT = ['team', 'product', 'outcome', 'round', 'repeat', 'resolved', 'receivedFrom', 'receivedTo'] as const;

/** The list of cases: its filters are words of the address. */
export function casesPage({ cases: { handling }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: '/desk/cases',
      who: 'colleague',
      about: { zh: '案件列表和搜索', en: 'the list of cases, and search' },
      nav: { name: { zh: '案件', en: 'Cases' }, icon: 'i-list' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const say = sayIn(wording.language);
        const asked = wordsOf(req);
        const parsed = listWords.safeParse({ ...asked, limit: PAGE });
        const words = parsed.success ? parsed.data : listWords.parse({ limit: PAGE });
        const actor = actorIn(res);
        const page = await handling.list(words, actor).catch((error: unknown) => {
          // The page that a cursor of another list asks for is the first one of this list.
          if (!isRefused(error, 'invalid') || words.cursor === undefined) throw error;
          return handling.list({ ...words, cursor: undefined }, actor);
        });
        // Whoever types a whole number wants that case.
        const [first] = page.items;
        if (first && page.items.length === 1 && readCaseNumber(asked.q ?? '') === first.caseNo) {
          return res.redirect(303, `/desk/cases/${first.caseNo}`);
        }
        answers.page(
          res,
          parsed.success ? 200 : 422,
          'cases',
          wording,
          {
            heading: say('案件', 'Cases'),
            tell: parsed.success
              ? null
              : say(
                  '地址里有看不懂的条件，没有按它筛选。',
                  'A condition in the address is not understood, and was left out.',
                ),
            tellWarns: true,
            q: asked.q ?? '',
            total: page.total ?? null,
            isMany: (page.total ?? 0) >= 10_000,
            rows: page.items.map((item) => rowContext(item, wording)),
            isEmpty: page.items.length === 0,
            filters: filtersContext(asked, wording),
            kept: KEPT.flatMap((name) => (asked[name] === undefined ? [] : [{ name, value: asked[name] }])),
            sorts: Object.entries(SORTS).map(([value, name]) => ({
              value,
              name: inLanguage(name, wording.language),
              chosen: value === words.sort,
            })),
            drops: dropsOf(asked, wording),
            first: asked.cursor === undefined ? null : addressOf({ ...asked, cursor: undefined }),
            next: page.next === undefined ? null : addressOf({ ...asked, cursor: page.next }),
          },
          addressOf(asked),
        );
      },
    },
  ];
}

type Asked = Record<string, string | undefined>;

/** The words of the address, each once; the page's own (`lang`) and empty ones are left out. */
function wordsOf(req: Request): Asked {
  return Object.fromEntries(
    Object.entries(req.query).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '' && entry[0] !== 'lang',
    ),
  );
}

function addressOf(asked: Asked): string {
  const query = new URLSearchParams(
    Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
  return query === '' ? '/desk/cases' : `/desk/cases?${query}`;
}

const wordOf = (filter: { words: Record<string, Words> }, value: string, { language }: Wording): string =>
  filter.words[value] ? inLanguage(filter.words[value], language) : value;

function filtersContext(asked: Asked, wording: Wording): Context[] {
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
function dropsOf(asked: Asked, wording: Wording): Context[] {
  const { language } = wording;
  return Object.entries(asked).flatMap(([id, value]) => {
    if (value === undefined || id === 'sort' || id === 'cursor') return [];
    const filter: { name: Words; words: Record<string, Words> } | undefined = Object.hasOwn(FILTERS, id)
      ? FILTERS[id as keyof typeof FILTERS]
      : undefined;
    const text = filter ? `${inLanguage(filter.name, language)}：${wordOf(filter, value, wording)}` : value;
    return [{ text, without: addressOf({ ...asked, [id]: undefined, cursor: undefined }) }];
  });
}
