import type { Request } from 'express';
import type { z } from 'zod';
import {
  figureCasesQuery,
  figureFileQuery,
  figureQuery,
  figuresFileQuery,
  isRefused,
  MEDIA_TYPES,
  oneFigureQuery,
  type CountedShown,
  type FigureQuery,
  type FigureShown,
  type FiguresShown,
  type OneFigureQuery,
} from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { atLeast, readsAs, type Staff } from '../../../domain/case/permissions';
import { daysAfter } from '../../../domain/time/calendar';
import { DIMENSION_NAMES, DIMENSIONS, FIGURE_GROUPS, valueWords, type Dimension } from '../../../domain/facts/figures';
import { REPORT_KINDS, REPORT_WORDS } from '../../../domain/facts/periods';
import type { Context } from '../../../render/engine';
import { figureTarget, figureValue } from '../../../render/figure-value';
import { inLanguage } from '../../../render/words';
import { sendTable } from '../../middleware/download';
import { param, queried } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import { paretoChart, sparkline, trendChart } from './figure-charts';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

export const FIGURES_PAGE = '/desk/figures';

/** Fewer are told with how sure they are. */
const SURE_FROM = 100;

type About = Pick<FigureShown, 'unit' | 'target' | 'better'>;

/** Between which values the truth lies, where the sample is small. */
function sureIn({ n, low, high }: CountedShown, language: Language): string | null {
  if (low === undefined || high === undefined || n >= SURE_FROM) return null;
  return sayIn(language)(`样本小，真值约在 ${low}%–${high}%`, `small sample: truly about ${low}–${high}%`);
}

/** How it has moved since the period before. */
function movedIn(now: CountedShown, before: CountedShown, { unit }: About, language: Language): string | null {
  const say = sayIn(language);
  if (now.value === null || before.value === null) return null;
  const by = Math.round((now.value - before.value) * 10) / 10;
  if (by === 0) return say('和上一段一样', 'as before');
  const size = unit === 'percent' ? say(`${Math.abs(by)} 个百分点`, `${Math.abs(by)} points`) : undefined;
  const told = size ?? figureValue(Math.abs(now.value - before.value), unit, language);
  return by > 0
    ? say(`比上一段多 ${told}`, `${told} more than before`)
    : say(`比上一段少 ${told}`, `${told} less than before`);
}

/** What is kept of a query from one address to the next. */
type Kept = Partial<Record<'from' | 'to' | 'hit' | 'by' | 'format' | Dimension, string>>;

export const addressOf = (path: string, kept: Kept): string => {
  const words = new URLSearchParams(
    Object.entries(kept).filter((one): one is [string, string] => one[1] !== undefined),
  );
  return words.size > 0 ? `${path}?${words.toString()}` : path;
};
export const figureAt = (id: string, kept: Kept): string => addressOf(`${FIGURES_PAGE}/${id}`, kept);
export const casesAt = (id: string, kept: Kept): string => addressOf(`${FIGURES_PAGE}/${id}/cases`, kept);

/** The files that a page of figures can be saved as. @param path of the page */
const filesAt = (path: string, kept: Kept): Context[] =>
  Object.keys(MEDIA_TYPES).map((format) => ({
    name: format === 'xlsx' ? 'Excel (XLSX)' : 'CSV',
    href: addressOf(`${path}/export`, { ...kept, format }),
  }));

/** What is kept as a report of these figures, for those who lead: all but the days. @param figure left out: all */
function keepingIn(kept: Kept, actor: Staff, { language }: Wording, figure?: string): Context | null {
  if (!atLeast(actor, 'supervisor')) return null;
  const { from: _from, to: _to, ...words } = kept;
  const address = addressOf('', words);
  return {
    figure: figure ?? '',
    words: address.slice(1),
    kinds: REPORT_KINDS.map((kind) => ({
      kind,
      name: inLanguage(REPORT_WORDS[kind], language),
      isUsual: kind === 'month',
    })),
  };
}

/** “18 of 20” as a link to those that are counted, and one to those that have it not. */
function countsIn(id: string, counted: CountedShown, kept: Kept, { language }: Wording): Context {
  const say = sayIn(language);
  const { n, hits } = counted;
  const missing = hits === undefined ? 0 : n - hits;
  return {
    all: {
      told: hits === undefined ? say(`${n} 件`, `${n} counted`) : say(`${n} 件中 ${hits} 件`, `${hits} of ${n}`),
      href: n > 0 ? casesAt(id, kept) : null,
    },
    others:
      missing > 0
        ? { told: say(`另外 ${missing} 件`, `the other ${missing}`), href: casesAt(id, { ...kept, hit: 'no' }) }
        : null,
  };
}

export function tile(figure: FiguresShown['figures'][number], kept: Kept, wording: Wording): Context {
  const { language } = wording;
  const { id, name, about, unit, now, before, weeks } = figure;
  const target = figureTarget(figure, now, language);
  return {
    name: inLanguage(name, language),
    about: inLanguage(about, language),
    href: figureAt(id, kept),
    value: figureValue(now.value, unit, language),
    target: target ?? null,
    bullet:
      unit === 'percent' && now.value !== null
        ? { width: now.value, at: target?.at ?? null, isLow: target?.isLow === true }
        : null,
    sure: sureIn(now, language),
    moved: movedIn(now, before, figure, language),
    counts: countsIn(id, now, kept, wording),
    spark: sparkline(
      weeks.map(({ value }) => value),
      unit === 'percent',
    ),
  };
}

function trendIn(figure: FigureShown, kept: Kept, { language }: Wording): Context {
  const { id, unit, weeks, target } = figure;
  const points = weeks.map(({ from, to, counted }) => ({
    label: from.slice(5),
    value: counted.value,
    told: figureValue(counted.value, unit, language),
    n: counted.n,
    from,
    to,
    href: counted.n > 0 ? casesAt(id, { ...kept, from, to }) : null,
  }));
  return {
    chart: trendChart({
      points,
      isPercent: unit === 'percent',
      ...(target && { target: target.at }),
    }),
    rows: points.toReversed(),
  };
}

/** The periods that are one click away. */
const periodsIn = ({ to }: { to: string }, path: string, kept: Kept, { language }: Wording): Context[] =>
  [7, 30, 90, 365].map((days) => {
    const from = daysAfter(to, 1 - days);
    return {
      name: sayIn(language)(`${days} 天`, `${days} days`),
      href: addressOf(path, { ...kept, from, to }),
      current: kept.from === from,
    };
  });

/** The values that a figure is confined to, each with the way out. */
function filtersIn(query: FigureQuery, path: string, kept: Kept, { language }: Wording): Context[] {
  return DIMENSION_NAMES.flatMap((name) => {
    const value = query[name];
    if (value === undefined) return [];
    const { [name]: _gone, ...rest } = kept;
    const none = sayIn(language)('（没有）', '(none)');
    return [
      {
        name: inLanguage(DIMENSIONS[name], language),
        value: value === '' ? none : inLanguage(valueWords(name, value), language),
        href: addressOf(path, rest),
      },
    ];
  });
}

const keptOf = (query: FigureQuery & { by?: string }, period: { from: string; to: string }): Kept => {
  const dimensions = Object.fromEntries(
    DIMENSION_NAMES.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  );
  return { ...period, ...dimensions };
};

/** What the address asks for; what cannot be is said, and left out. */
function wantedOf<S extends z.ZodType>(
  req: Request,
  schema: S,
  language: Language,
): { query: z.output<S>; told: Tell } {
  const { lang: _lang, by: _by, by2: _by2, ...words } = req.query;
  const by = [queried(req, 'by'), queried(req, 'by2')].filter((one) => one !== '').join(',');
  const read = schema.safeParse({ ...words, ...(by !== '' && { by }) });
  if (read.success) return { query: read.data, told: NOTHING_TO_TELL };
  const unknown = {
    zh: '地址里有看不懂的条件，下面是最近 30 天的。',
    en: 'The address asks for something unknown; below are the last 30 days.',
  };
  return { query: schema.parse({}), told: tellWords(unknown, language) };
}

/** Asks, and for what cannot be answered asks again without any condition. */
async function asked<Q extends object, A>(
  { query, told }: { query: Q; told: Tell },
  ask: (query: Q) => Promise<A>,
  language: Language,
): Promise<{ answer: A; query: Q; told: Tell }> {
  try {
    return { answer: await ask(query), query, told };
  } catch (error) {
    if (!isRefused(error, 'invalid')) throw error;
    const none = {} as Q;
    return { answer: await ask(none), query: none, told: tellWords(error.words, language) };
  }
}

/** By what a figure can be told, for a select. */
const choicesIn = (figure: FigureShown, chosen: string | undefined, { language }: Wording): Context[] =>
  DIMENSION_NAMES.filter((name) => name !== 'part' || figure.part !== undefined).map((name) => ({
    value: name,
    name: name === 'part' && figure.part ? inLanguage(figure.part, language) : inLanguage(DIMENSIONS[name], language),
    selected: name === chosen,
  }));

function groupsIn(figure: FigureShown, kept: Kept, wording: Wording): Context {
  const { language } = wording;
  const say = sayIn(language);
  const { id, by, unit, groups } = figure;
  const most = Math.max(0, ...groups.map(({ value }) => value ?? 0));
  const isPercent = unit === 'percent';
  return {
    columns: by.map((name) => ({
      name: inLanguage(name === 'part' && figure.part ? figure.part : DIMENSIONS[name], language),
    })),
    ranked: figure.better !== undefined && groups.some(({ rank, isSmall }) => rank !== undefined || isSmall),
    rows: groups.map((group) => {
      const own = Object.fromEntries(group.keys.map(({ value }, n) => [by[n] as Dimension, value ?? '']));
      const { value } = group;
      return {
        keys: group.keys.map(({ name }) => ({ name: inLanguage(name, language) })),
        value: figureValue(value, unit, language),
        width: value === null || most === 0 ? 0 : Math.round(isPercent ? value : (100 * value) / most),
        at: (isPercent && figure.target?.at) || null,
        counts: countsIn(id, group, { ...kept, ...own }, wording),
        sure: group.isSmall ? null : sureIn(group, language),
        rank: group.rank ?? (group.isSmall ? say('太少，不排', 'too few') : '–'),
      };
    }),
  };
}

function figureContext(figure: FigureShown, query: OneFigureQuery, actor: Staff, wording: Wording): Context {
  const { language } = wording;
  const { id, now, unit, period, by } = figure;
  const kept = keptOf(query, period);
  const path = `${FIGURES_PAGE}/${id}`;
  const hidden = Object.entries(keptOf(query, period)).filter(([name]) => name !== 'from' && name !== 'to');
  return {
    heading: inLanguage(figure.name, language),
    about: inLanguage(figure.about, language),
    back: addressOf(FIGURES_PAGE, period),
    path,
    period,
    files: filesAt(path, { ...kept, by: by.join(',') || undefined }),
    periods: periodsIn(period, path, { ...kept, by: by.join(',') || undefined }, wording),
    filters: filtersIn(query, path, { ...kept, by: by.join(',') || undefined }, wording),
    hidden: hidden.map(([name, value]) => ({ name, value })),
    value: figureValue(now.value, unit, language),
    target: figureTarget(figure, now, language) ?? null,
    sure: sureIn(now, language),
    counts: countsIn(id, now, kept, wording),
    trend: trendIn(figure, kept, wording),
    keeping: keepingIn({ ...kept, by: by.join(',') || undefined }, actor, wording, id),
    first: choicesIn(figure, by[0], wording),
    second: choicesIn(figure, by[1], wording),
    groups: by.length > 0 ? groupsIn(figure, kept, wording) : null,
  };
}

/** All cases, those that have it, those that have it not. */
const hitsIn = (id: string, kept: Kept, hit: string | undefined, language: Language): Context[] =>
  [
    { zh: '全部', en: 'All' },
    { zh: '算到的', en: 'Counted in', hit: 'yes' },
    { zh: '没算到的', en: 'Left out', hit: 'no' },
  ].map(({ hit: own, ...name }) => ({
    name: inLanguage(name, language),
    href: casesAt(id, { ...kept, ...(own !== undefined && { hit: own }) }),
    current: own === hit,
  }));

/** Of what most complaints are. */
async function pareto(
  by: 'cause' | 'category',
  { figures, actor, query, kept, wording }: ParetoNeeds,
): Promise<Context> {
  const { groups } = await figures.one('received', { ...query, by }, actor);
  const say = sayIn(wording.language);
  const bars = groups.flatMap(({ n, keys: [key] }) =>
    key === undefined || key.value === null
      ? []
      : [
          {
            name: inLanguage(key.name, wording.language),
            count: n,
            href: casesAt('received', { ...kept, [by]: key.value }),
          },
        ],
  );
  return {
    name: by === 'cause' ? say('原因', 'Causes') : say('类别', 'Categories'),
    column: inLanguage(DIMENSIONS[by], wording.language),
    href: figureAt('received', { ...kept, by }),
    chart: paretoChart(bars, say('其余', 'the rest')),
  };
}

interface Needs {
  cases: Pick<DeskNeeds['cases'], 'figures'>;
  answers: DeskNeeds['answers'];
}

interface ParetoNeeds {
  query: FigureQuery;
  figures: DeskNeeds['cases']['figures'];
  actor: Staff;
  kept: Kept;
  wording: Wording;
}

/** Figures as files. */
function fileRoutes({ cases: { figures }, answers }: Needs): DeskRoute[] {
  return [
    {
      method: 'get',
      path: `${FIGURES_PAGE}/export`,
      who: 'agent',
      about: { zh: '把指标导出成文件', en: 'the figures as a file' },
      async handle(req, res) {
        const read = figuresFileQuery.safeParse({ language: answers.wordingOf(req).language, ...req.query });
        if (!read.success) return res.redirect(303, FIGURES_PAGE);
        await sendTable(res, await figures.allFile(read.data, actorIn(res)));
      },
    },
    {
      method: 'get',
      path: `${FIGURES_PAGE}/:id/export`,
      who: 'agent',
      about: { zh: '把一个指标导出成文件', en: 'one figure as a file' },
      async handle(req, res) {
        const id = param(req, 'id');
        const read = figureFileQuery.safeParse({ language: answers.wordingOf(req).language, ...req.query });
        if (!read.success) return res.redirect(303, `${FIGURES_PAGE}/${id}`);
        await sendTable(res, await figures.oneFile(id, read.data, actorIn(res)));
      },
    },
  ];
}

/** The manager's dashboard: every figure against its target, what most complaints are about, and the cases behind each number. */
export function figuresPage({ cases: { figures }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: FIGURES_PAGE,
      who: 'agent',
      about: { zh: '指标：对照目标、趋势和主要原因', en: 'figures against their targets, trends and main causes' },
      nav: { name: { zh: '指标', en: 'Figures' }, icon: 'i-chart', isOfHouse: true },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language } = wording;
        const say = sayIn(language);
        const actor = actorIn(res);
        const wanted = wantedOf(req, figureQuery, language);
        const { answer, query, told } = await asked(wanted, (each) => figures.all(each, actor), language);
        const kept = keptOf(query, answer.period);
        const needs = { figures, actor, query: { ...query, ...answer.period }, kept, wording };
        answers.page(res, 200, 'figures', wording, {
          heading: readsAs(actor, 'supervisor') ? say('指标', 'Figures') : say('我的指标', 'My figures'),
          ...told,
          period: answer.period,
          path: FIGURES_PAGE,
          files: filesAt(FIGURES_PAGE, kept),
          periods: periodsIn(answer.period, FIGURES_PAGE, kept, wording),
          filters: filtersIn(query, FIGURES_PAGE, kept, wording),
          groups: FIGURE_GROUPS.map(({ zh, en, ids }) => ({
            name: say(zh, en),
            tiles: ids
              .flatMap((id) => answer.figures.filter((one) => one.id === id))
              .map((one) => tile(one, kept, wording)),
          })),
          keeping: keepingIn(kept, actor, wording),
          reportsUrl: readsAs(actor, 'supervisor') ? '/desk/reports' : null,
          paretos: [await pareto('cause', needs), await pareto('category', needs)],
        });
      },
    },
    ...fileRoutes({ cases: { figures }, answers }),
    {
      method: 'get',
      path: `${FIGURES_PAGE}/:id`,
      who: 'agent',
      about: { zh: '一个指标：趋势、按维度看', en: 'one figure: its trend, and by dimensions' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language } = wording;
        const wanted = wantedOf(req, oneFigureQuery, language);
        const actor = actorIn(res);
        const ask = (each: OneFigureQuery) => figures.one(param(req, 'id'), each, actor);
        const { answer, query, told } = await asked(wanted, ask, language);
        answers.page(
          res,
          200,
          'figure',
          wording,
          { ...told, ...figureContext(answer, query, actor, wording) },
          FIGURES_PAGE,
        );
      },
    },
    {
      method: 'get',
      path: `${FIGURES_PAGE}/:id/cases`,
      who: 'agent',
      about: { zh: '一个数字背后的案件', en: 'the cases behind a number' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const { language } = wording;
        const actor = actorIn(res);
        const id = param(req, 'id');
        const wanted = wantedOf(req, figureCasesQuery, language);
        const { answer, query, told } = await asked(wanted, (each) => figures.cases(id, each, actor), language);
        const figure = await figures.one(id, answer.period, actor);
        const kept = keptOf(query, answer.period);
        const path = `${FIGURES_PAGE}/${id}/cases`;
        answers.page(
          res,
          200,
          'figure-cases',
          wording,
          {
            heading: inLanguage(figure.name, language),
            about: inLanguage(figure.about, language),
            back: figureAt(id, kept),
            ...told,
            period: answer.period,
            filters: filtersIn(query, path, { ...kept, hit: query.hit }, wording),
            isShare: figure.unit === 'percent',
            hits: hitsIn(id, kept, query.hit, language),
            isCut: answer.isCut,
            cases: answer.cases.map(({ caseNo, day, hit, value }) => ({
              caseNo,
              day,
              href: `/desk/cases/${caseNo}`,
              isHit: hit === true,
              value: value === undefined ? null : figureValue(value, figure.unit, language),
            })),
          },
          FIGURES_PAGE,
        );
      },
    },
  ];
}
