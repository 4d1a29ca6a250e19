import type { Request, Response } from 'express';
import { exportWords, isRefused, listWords, MEDIA_TYPES } from '../../../../cases';
import { readCaseNumber } from '../../../../domain/basics/ids';
import type { Language, Words } from '../../../../domain/basics/types';
import { atLeast, isAuditor } from '../../../../domain/case/permissions';
import type { Context } from '../../../../render/engine';
import { inLanguage } from '../../../../render/words';
import { sendTable } from '../../../middleware/download';
import { sayIn } from '../../kit/wording';
import { columnsContext, USUAL_COLUMNS } from '../columns';
import type { DeskNeeds } from '../page';
import type { DeskRoute } from '../route';
import { rowContext } from '../rows';
import { actorIn } from '../session';
import { bulkContext, bulkRoutes, pickedValue } from './bulk';
import { addressOf, asText, dropsOf, filtersContext, KEPT, SORTS, wordsOf, type Asked } from './filters';
import { viewRoutes, viewsContext } from './views';

/** Cases of one page. */
const PAGE = 50;

const NOT_UNDERSTOOD: Words = {
  zh: '地址里有看不懂的条件，没有按它筛选。',
  en: 'A condition in the address is not understood, and was left out.',
};

/** The list of cases: its filters are words of the address. With saved views, files, and decisions in many cases. */
export function casesPage({ cases, answers, cookies }: DeskNeeds): DeskRoute[] {
  const { handling, views } = cases;

  async function show(req: Request, res: Response, status: number, asked: Asked, told?: Words): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const say = sayIn(language);
    const parsed = listWords.safeParse({ ...asked, limit: PAGE });
    const words = parsed.success ? parsed.data : listWords.parse({ limit: PAGE });
    const actor = actorIn(res);
    const { compact = false, columns = USUAL_COLUMNS } = cookies.look(req);
    const [page, saved] = await Promise.all([
      handling.list(words, actor).catch((error: unknown) => {
        // The page that a cursor of another list asks for is the first one of this list.
        if (!isRefused(error, 'invalid') || words.cursor === undefined) throw error;
        return handling.list({ ...words, cursor: undefined }, actor);
      }),
      views.list(actor),
    ]);
    // Whoever types a whole number wants that case.
    const [first] = page.items;
    if (first && page.items.length === 1 && readCaseNumber(asked.q ?? '') === first.caseNo) {
      return res.redirect(303, `/desk/cases/${first.caseNo}`);
    }
    const tell = told ?? (parsed.success ? undefined : NOT_UNDERSTOOD);
    const { cursor: _place, ...list } = parsed.success ? asked : {};
    answers.page(
      res,
      parsed.success ? status : 422,
      'cases',
      wording,
      {
        heading: say('案件', 'Cases'),
        tell: tell ? inLanguage(tell, language) : null,
        tellWarns: true,
        live: true,
        q: asked.q ?? '',
        total: page.total ?? null,
        isMany: (page.total ?? 0) >= 10_000,
        rows: page.items.map((item) => ({ ...rowContext(item, wording, columns), picked: pickedValue(item) })),
        isEmpty: page.items.length === 0,
        look: { compact, columns: columnsContext(columns, language) },
        bulk: bulkContext(page.items, language),
        words: asText(list),
        filters: filtersContext(asked, wording),
        kept: KEPT.flatMap((name) => (asked[name] === undefined ? [] : [{ name, value: asked[name] }])),
        sorts: Object.entries(SORTS).map(([value, name]) => ({
          value,
          name: inLanguage(name, language),
          chosen: value === words.sort,
        })),
        drops: dropsOf(asked, wording),
        views: viewsContext(saved, list, actor, language),
        files: atLeast(actor, 'agent') || isAuditor(actor) ? filesContext(list, language) : [],
        first: asked.cursor === undefined ? null : addressOf({ ...asked, cursor: undefined }),
        next: page.next === undefined ? null : addressOf({ ...asked, cursor: page.next }),
      },
      addressOf(asked),
    );
  }

  const again = (req: Request, res: Response, status: number, asked: Asked, told: Words): Promise<void> =>
    show(req, res, status, asked, told);
  return [
    {
      method: 'get',
      path: '/desk/cases',
      who: 'colleague',
      about: { zh: '案件列表和搜索', en: 'the list of cases, and search' },
      nav: { name: { zh: '案件', en: 'Cases' }, icon: 'i-list' },
      handle: (req, res) => show(req, res, 200, wordsOf(req)),
    },
    {
      method: 'get',
      path: '/desk/cases/export',
      who: 'agent',
      about: { zh: '把列表导出成文件', en: 'the list as a file' },
      async handle(req, res) {
        const { language } = answers.wordingOf(req);
        const words = exportWords.safeParse({ language, ...wordsOf(req) });
        if (!words.success) return show(req, res, 422, {}, NOT_UNDERSTOOD);
        try {
          await sendTable(res, await handling.export(words.data, actorIn(res)));
        } catch (error) {
          if (!isRefused(error, 'invalid') || res.headersSent) throw error;
          const { format: _format, language: _language, ...asked } = wordsOf(req);
          await show(req, res, 422, asked, error.words);
        }
      },
    },
    ...viewRoutes({ cases }, again),
    ...bulkRoutes({ cases, answers }, again),
  ];
}

/** The files that the list can be saved as. */
const filesContext = (asked: Asked, language: Language): Context[] =>
  Object.keys(MEDIA_TYPES).map((format) => ({
    name: format === 'xlsx' ? 'Excel (XLSX)' : 'CSV',
    href: `/desk/cases/export?${asText({ ...asked, format, language })}`,
  }));
