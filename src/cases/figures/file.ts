import type { Language, Words } from '../../domain/basics/types';
import { DIMENSIONS } from '../../domain/facts/figures';
import { tableFile, type Cell, type TableFile, type TableFormat } from '../../render/table-file';
import { inLanguage } from '../../render/words';
import type { CountedShown, FigureShown, FiguresShown } from './answers';

/** Which file is wanted. */
export interface FileWords {
  format: TableFormat;
  language: Language;
}

export const UNIT_WORDS: Record<FigureShown['unit'], Words> = {
  percent: { zh: '%', en: '%' },
  hours: { zh: '小时', en: 'hours' },
  money: { zh: '金额', en: 'money' },
  cases: { zh: '件', en: 'cases' },
};

export const HEADINGS = {
  figure: { zh: '指标', en: 'figure' },
  unit: { zh: '单位', en: 'unit' },
  target: { zh: '目标', en: 'target' },
  value: { zh: '值', en: 'value' },
  hits: { zh: '算到的', en: 'counted in' },
  n: { zh: '件', en: 'of' },
  low: { zh: '真值下限（95%）', en: 'truly from (95%)' },
  high: { zh: '真值上限（95%）', en: 'truly to (95%)' },
  before: { zh: '上一段的值', en: 'value before' },
  rank: { zh: '名次', en: 'rank' },
  from: { zh: '从', en: 'from' },
  to: { zh: '到', en: 'to' },
  about: { zh: '口径', en: 'definition' },
} as const satisfies Record<string, Words>;

const COUNTED = ['value', 'hits', 'n', 'low', 'high'] as const;
const countedCells = (counted: CountedShown): Cell[] => COUNTED.map((name) => counted[name] ?? null);

const SHEET: Words = { zh: '指标', en: 'figures' };

/** All figures, a row each, with the last weeks behind. */
export function figuresFile(
  { period, before, weeks, figures }: FiguresShown,
  { format, language }: FileWords,
): Promise<TableFile> {
  const say = (words: Words): string => inLanguage(words, language);
  const [first, ...rest] = (['figure', 'unit', 'target', ...COUNTED] as const).map((name) => say(HEADINGS[name]));
  return tableFile(format, {
    name: `figures-${period.from}-${period.to}`,
    sheet: say(SHEET),
    headings: [
      `${first} ${period.from} – ${period.to}`,
      ...rest,
      `${say(HEADINGS.before)} ${before.from} – ${before.to}`,
      ...weeks.map(({ from, to }) => `${from} – ${to}`),
      say(HEADINGS.about),
    ],
    rows: figures.map((figure) => [
      say(figure.name),
      say(UNIT_WORDS[figure.unit]),
      figure.target?.at ?? null,
      ...countedCells(figure.now),
      figure.before.value,
      ...figure.weeks.map(({ value }) => value),
      say(figure.about),
    ]),
  });
}

/** One figure by its dimensions, or where it is told by none, week by week. */
export function figureFile(figure: FigureShown, { format, language }: FileWords): Promise<TableFile> {
  const { id, period, by, groups, weeks, unit, name, about } = figure;
  const say = (words: Words): string => inLanguage(words, language);
  const file = { name: `${id}-${period.from}-${period.to}`, sheet: say(SHEET) };
  const common = [say(name), say(UNIT_WORDS[unit])];
  const headingsOf = (...names: (keyof typeof HEADINGS)[]): string[] => names.map((one) => say(HEADINGS[one]));
  if (by.length === 0) {
    return tableFile(format, {
      ...file,
      headings: headingsOf('figure', 'unit', 'from', 'to', ...COUNTED, 'about'),
      rows: weeks.map(({ from, to, counted }) => [...common, from, to, ...countedCells(counted), say(about)]),
    });
  }
  return tableFile(format, {
    ...file,
    headings: [
      ...headingsOf('figure', 'unit'),
      ...by.map((one) => say(one === 'part' && figure.part ? figure.part : DIMENSIONS[one])),
      ...headingsOf(...COUNTED, 'rank', 'about'),
    ],
    rows: groups.map((group) => [
      ...common,
      ...group.keys.map((key) => say(key.name)),
      ...countedCells(group),
      group.rank ?? null,
      say(about),
    ]),
  });
}
