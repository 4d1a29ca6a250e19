import type { Request, Response } from 'express';
import {
  isRefused,
  MEDIA_TYPES,
  notFound,
  reportFileQuery,
  reportWishes,
  wantedRemark,
  wantedSavedReport,
  type ReportList,
  type SavedReportShown,
} from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import type { Words } from '../../../domain/basics/types';
import { readsAs } from '../../../domain/case/permissions';
import { FIGURES } from '../../../domain/facts/figures';
import { REPORT_KINDS, REPORT_WORDS, type ReportKind } from '../../../domain/facts/periods';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { field, param, queried, typedText } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import { addressOf, FIGURES_PAGE } from './figures';
import type { DeskNeeds } from './page';
import { faultAt, toldIn, type DoneWords } from './receivers';
import { reportContext } from './report-context';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/reports';

const DONE: DoneWords = {
  saved: { zh: '已保存。', en: 'It is kept.' },
  removed: { zh: '已删除。', en: 'It is removed.' },
  written: { zh: '已保存；签认以前都可以改。', en: 'It is kept, and can be changed until it is signed off.' },
  signed: { zh: '已签认，以后不变。', en: 'It is signed off and changes no more.' },
};

const STATE_WORDS: Record<ReportList['items'][number]['state'], Words> = {
  closed: { zh: '已定稿', en: 'closed' },
  open: { zh: '还没定稿', en: 'not closed yet' },
  missing: { zh: '没有定稿', en: 'missing' },
};

const kindIn = (req: Request): ReportKind => {
  const kind = REPORT_KINDS.find((one) => one === param(req, 'kind'));
  if (!kind) throw notFound({ zh: '报表', en: 'report' });
  return kind;
};

function savedIn(one: SavedReportShown, { language }: Wording): Context {
  const say = sayIn(language);
  const path = one.figure === undefined ? FIGURES_PAGE : `${FIGURES_PAGE}/${one.figure}`;
  const words = Object.fromEntries(new URLSearchParams(one.words));
  return {
    id: one.id,
    name: one.name,
    what: one.figure === undefined ? say('全部指标', 'all figures') : inLanguage(FIGURES[one.figure].name, language),
    whose: one.mine
      ? one.isShared
        ? say('和团队共用', 'shared with your team')
        : say('自己的', 'your own')
      : one.owner.name,
    mine: one.mine,
    last: addressOf(path, { ...words, ...one.last }),
    lastDays: `${one.last.from} – ${one.last.to}`,
    now: addressOf(path, { ...words, ...one.now }),
  };
}

/** The two pages: the list, and one report. */
function showing({ cases: { periodReports: reports }, answers }: DeskNeeds) {
  async function showAll(req: Request, res: Response, status = 200, tell?: Tell): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const actor = actorIn(res);
    const kind = REPORT_KINDS.find((one) => one === queried(req, 'kind')) ?? 'month';
    const { items, saved } = await reports.list(kind, actor);
    answers.page(
      res,
      status,
      'reports',
      wording,
      {
        heading: sayIn(language)('报表', 'Reports'),
        ...(tell ?? toldIn(req, DONE, language)),
        isOfHouse: readsAs(actor, 'manager'),
        kinds: REPORT_KINDS.map((one) => ({
          words: inLanguage(REPORT_WORDS[one], language),
          href: `${HERE}?kind=${one}`,
          isOn: one === kind,
        })),
        items: items.map(({ period, name, state, closedAt }) => ({
          name: inLanguage(name, language),
          href: `${HERE}/${kind}/${period}`,
          state: inLanguage(STATE_WORDS[state], language),
          isMissing: state === 'missing',
          at: closedAt === undefined ? null : pageTime(closedAt, language, now),
        })),
        saved: saved.map((one) => savedIn(one, wording)),
      },
      HERE,
    );
  }

  async function showOne(
    req: Request,
    res: Response,
    status = 200,
    { typed, faults = [], tell }: { typed?: string; faults?: readonly Fault[]; tell?: Tell } = {},
  ): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const kind = kindIn(req);
    const report = await reports.get(kind, param(req, 'period'), actorIn(res));
    const path = `${HERE}/${kind}/${report.period}`;
    const context = reportContext(report, wording);
    answers.page(
      res,
      status,
      'report',
      wording,
      {
        heading: inLanguage(report.name, language),
        kind: inLanguage(REPORT_WORDS[kind], language),
        ...(tell ?? toldIn(req, DONE, language)),
        ...context,
        back: `${HERE}?kind=${kind}`,
        path,
        files: [
          { name: 'PDF', href: `${path}/export?format=pdf` },
          ...Object.keys(MEDIA_TYPES).map((format) => ({
            name: format.toUpperCase(),
            href: `${path}/export?format=${format}`,
          })),
        ],
        returns: Object.keys(MEDIA_TYPES).map((format) => ({
          name: format.toUpperCase(),
          href: `${path}/export?format=${format}&part=return`,
        })),
        typed: typed ?? report.remark?.text ?? '',
        textFault: faultAt(faults, 'text', language),
      },
      path,
    );
  }
  return { showAll, showOne };
}

type ShowAll = ReturnType<typeof showing>['showAll'];

/** Reports of the house, and figures that people have saved. */
export function reportsPage(needs: DeskNeeds): DeskRoute[] {
  const { cases, answers } = needs;
  const { periodReports: reports } = cases;
  const { showAll, showOne } = showing(needs);
  const pathIn = (req: Request): string => `${HERE}/${kindIn(req)}/${param(req, 'period')}`;

  /** Does it, and says on the page why it cannot be. */
  async function attempt(req: Request, res: Response, done: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      res.redirect(303, `${pathIn(req)}?done=${done}`);
    } catch (error) {
      if (!isRefused(error, 'conflict')) throw error;
      const tell = tellWords(error.words, answers.wordingOf(req).language);
      await showOne(req, res, 409, { typed: typedText(req, 'text'), tell });
    }
  }

  async function write(req: Request, res: Response): Promise<void> {
    const typed = typedText(req, 'text');
    const read = wantedRemark.safeParse({ text: typed }, { reportInput: true });
    if (!read.success) return showOne(req, res, 422, { typed, faults: faultsOf(read.error) });
    await attempt(req, res, 'written', () =>
      reports.write(kindIn(req), param(req, 'period'), read.data.text, actorIn(res)),
    );
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: {
        zh: '报表：日、周、月、季，和保存的指标',
        en: 'reports of days, weeks, months and quarters; saved figures',
      },
      nav: { name: { zh: '报表', en: 'Reports' }, icon: 'i-chart', isOfHouse: true, behind: FIGURES_PAGE },
      handle: (req, res) => showAll(req, res),
    },
    ...savedRoutes(needs, showAll),
    {
      method: 'get',
      path: `${HERE}/:kind/:period/export`,
      who: 'manager',
      about: { zh: '把报表导出成文件', en: 'a report as a file' },
      async handle(req, res) {
        const read = reportFileQuery.safeParse({ language: answers.wordingOf(req).language, ...req.query });
        if (!read.success) return res.redirect(303, pathIn(req));
        await sendTable(res, await reports.file(kindIn(req), param(req, 'period'), read.data, actorIn(res)));
      },
    },
    {
      method: 'post',
      path: `${HERE}/:kind/:period/remark`,
      who: 'manager',
      about: { zh: '在报表旁边写建议', en: 'writes what is recommended beside a report' },
      form: true,
      handle: write,
    },
    {
      method: 'post',
      path: `${HERE}/:kind/:period/remark/sign`,
      who: 'manager',
      about: { zh: '签认报表旁边的建议', en: 'signs off what is recommended' },
      form: true,
      handle: (req, res) =>
        attempt(req, res, 'signed', () =>
          reports.sign(kindIn(req), param(req, 'period'), field(req, 'at'), actorIn(res)),
        ),
    },
    {
      method: 'get',
      path: `${HERE}/:kind/:period`,
      who: 'manager',
      about: {
        zh: '一期报表：当时的数，后来变的写在旁边',
        en: 'one report: its numbers, and what came later beside them',
      },
      handle: (req, res) => showOne(req, res),
    },
    wishRoute(needs),
  ];
}

/** Figures that people keep under a name. */
function savedRoutes({ cases: { periodReports: reports }, answers }: DeskNeeds, showAll: ShowAll): DeskRoute[] {
  async function save(req: Request, res: Response): Promise<void> {
    const { language } = answers.wordingOf(req);
    const figure = field(req, 'figure');
    const given = {
      name: field(req, 'name').trim(),
      kind: field(req, 'kind'),
      words: field(req, 'words'),
      isShared: field(req, 'isShared') === 'yes',
      ...(figure !== '' && { figure }),
    };
    const read = wantedSavedReport.safeParse(given, { reportInput: true });
    if (!read.success) {
      const [first] = faultsOf(read.error);
      return showAll(req, res, 422, tellWords(first?.words ?? { zh: '没有保存', en: 'Not saved' }, language));
    }
    try {
      await reports.save(read.data, actorIn(res));
      res.redirect(303, `${HERE}?done=saved`);
    } catch (error) {
      if (!isRefused(error, 'conflict') && !isRefused(error, 'invalid')) throw error;
      await showAll(req, res, 409, tellWords(error.words, language));
    }
  }

  return [
    {
      method: 'post',
      path: `${HERE}/saved`,
      who: 'supervisor',
      about: { zh: '保存一组指标', en: 'keeps figures under a name' },
      form: true,
      handle: save,
    },
    {
      method: 'post',
      path: `${HERE}/saved/remove`,
      who: 'supervisor',
      about: { zh: '删除保存的指标', en: 'removes saved figures' },
      form: true,
      async handle(req, res) {
        await reports.remove(field(req, 'id'), actorIn(res));
        res.redirect(303, `${HERE}?done=removed`);
      },
    },
  ];
}

/** Which reports somebody gets by mail. */
const wishRoute = ({ cases: { periodReports: reports } }: DeskNeeds): DeskRoute => ({
  method: 'post',
  path: '/desk/account/notices/reports',
  who: 'manager',
  own: true,
  about: { zh: '选择哪些报表发邮件', en: 'chooses which reports come by mail' },
  form: true,
  async handle(req, res) {
    const kinds = REPORT_KINDS.filter((kind) => field(req, `report-${kind}`) === 'yes');
    await reports.choose(reportWishes.parse({ kinds }).kinds, actorIn(res));
    res.redirect(303, '/desk/account/notices?done=reports');
  },
});
