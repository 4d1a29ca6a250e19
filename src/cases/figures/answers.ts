/**
 * Figures as they are told: each with its definition, its target, and how sure it is.
 * @module
 */
import { z } from 'zod';
import { dayGiven } from '../../domain/basics/bounds';
import { LANGUAGES } from '../../domain/basics/types';
import { DIMENSION_NAMES, FIGURE_IDS, type Dimension } from '../../domain/facts/figures';
import { TABLE_FORMATS } from '../../render/table-file';
import { words } from '../answer-parts';

const day = z.iso.date();
const dimension = z.enum(DIMENSION_NAMES);

/** What is counted, as it is told. */
export const counted = z.object({
  n: z.int().describe('how many are counted'),
  hits: z.int().optional().describe('of a share: how many have it'),
  value: z
    .number()
    .nullable()
    .describe('a percentage, hours, money of the house or a number of cases, as `unit` says; null: of nothing'),
  low: z.number().optional().describe('of a share: between `low` and `high` lies the truth, 95 times of 100 (Wilson)'),
  high: z.number().optional(),
  isSmall: z.boolean().describe('too few to be compared'),
});
export type CountedShown = z.output<typeof counted>;

/** In what figures are told. */
export const UNITS = ['percent', 'hours', 'money', 'cases'] as const;

const figure = z.object({
  id: z.enum(FIGURE_IDS),
  name: words,
  about: words.describe('what is counted, and by which day'),
  unit: z.enum(UNITS),
  better: z.enum(['more', 'less']).optional(),
  target: z.object({ at: z.number(), next: z.number().optional() }).optional().describe('in percent'),
  part: words.optional().describe('what its own parts are, by which it can be told (`part`)'),
});

const period = z.object({ from: day, to: day.describe('included') });

/** What all figures say in a period, in the one before, and in the last twelve weeks. */
export const figuresShown = z.object({
  period,
  before: period.describe('the period of the same length before'),
  scope: z.enum(['house', 'own']).describe('own: only what the person who asks has done'),
  weeks: z.array(period).describe('the last twelve weeks up to the end of the period, the oldest first'),
  figures: z.array(
    figure.extend({
      now: counted,
      before: counted,
      weeks: z.array(counted),
    }),
  ),
});
export type FiguresShown = z.output<typeof figuresShown>;

/** One figure by one or two dimensions. */
export const figureShown = figure.extend({
  period,
  scope: z.enum(['house', 'own']),
  now: counted,
  weeks: z.array(period.extend({ counted })),
  by: z.array(dimension),
  groups: z.array(
    counted.extend({
      keys: z.array(
        z.object({
          value: z.string().nullable().describe('null: it has none'),
          name: words,
        }),
      ),
      rank: z.int().optional().describe('among the groups that are large enough, the best first'),
    }),
  ),
});
export type FigureShown = z.output<typeof figureShown>;

/** The cases behind a figure. */
export const figureCases = z.object({
  period,
  cases: z.array(
    z.object({
      caseNo: z.string(),
      day,
      hit: z.boolean().optional().describe('of a share: whether it has it'),
      value: z.number().optional().describe('in the unit of the figure'),
    }),
  ),
  isCut: z.boolean().describe('there are more; the latest are told'),
});
export type FigureCases = z.output<typeof figureCases>;

const value = z.string().max(80).optional();

/** Which days and which values of dimensions are wanted; an empty value: those that have none. */
export const figureQuery = z.strictObject({
  from: dayGiven.optional().describe('by default 29 days before `to`'),
  to: dayGiven.optional().describe('included; by default today'),
  ...(Object.fromEntries(DIMENSION_NAMES.map((name) => [name, value])) as Record<Dimension, typeof value>),
});
export type FigureQuery = z.output<typeof figureQuery>;

/** Of one figure. */
export const oneFigureQuery = figureQuery.extend({
  by: z
    .string()
    .max(40)
    .optional()
    .describe(`one or two dimensions, with a comma between: ${DIMENSION_NAMES.join(', ')}`),
});
export type OneFigureQuery = z.output<typeof oneFigureQuery>;

/** Of its cases. */
export const figureCasesQuery = figureQuery.extend({
  hit: z.enum(['yes', 'no']).optional().describe('of a share: only those that have it, or have it not'),
});
export type FigureCasesQuery = z.output<typeof figureCasesQuery>;

const file = {
  format: z.enum(TABLE_FORMATS),
  language: z.enum(LANGUAGES).default('zh-CN').describe('of headings and words'),
};
/** All figures as a file. */
export const figuresFileQuery = figureQuery.extend(file);
export type FiguresFileQuery = z.output<typeof figuresFileQuery>;
/** One figure as a file. */
export const figureFileQuery = oneFigureQuery.extend(file);
export type FigureFileQuery = z.output<typeof figureFileQuery>;
