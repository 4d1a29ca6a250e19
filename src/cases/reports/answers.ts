/**
 * Reports of days, weeks, months and quarters, as they are told.
 * @module
 */
import { z } from 'zod';
import { momentGiven } from '../../domain/basics/bounds';
import { freeText, shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { FIGURE_IDS } from '../../domain/facts/figures';
import { REPORT_KINDS } from '../../domain/facts/periods';
import { TABLE_FORMATS } from '../../render/table-file';
import { instant, person, words } from '../answer-parts';
import { counted, UNITS } from '../figures/answers';
import { SECTIONS } from './sections';

const kind = z.enum(REPORT_KINDS);
const day = z.iso.date();

/** One number of a report, with all that is needed to understand it later. */
const line = z.object({
  section: z.enum(SECTIONS),
  key: z.string().describe('tells it from all others of the report'),
  name: words,
  about: words.optional().describe('what is counted'),
  unit: z.enum(UNITS),
  better: z.enum(['more', 'less']).optional(),
  target: z.object({ at: z.number(), next: z.number().optional() }).optional().describe('in percent'),
  now: counted,
  before: counted.optional().describe('in the period before'),
  trend: z
    .array(z.number().nullable())
    .optional()
    .describe('what the reports before said, the oldest first; eleven at most'),
  responded: counted.optional().describe('of a group: first responses in time'),
  satisfied: counted.optional().describe('of a group: surveys with 4 or 5 points for the whole'),
});
export type ReportLine = z.output<typeof line>;

/** What is stored of a report when its period is closed: the first form of it. */
export const reportData = z.object({ lines: z.array(line) });
export type ReportData = z.output<typeof reportData>;
/** Raised when `reportData` changes in a way in which an older report cannot be read. */
export const REPORT_VERSION = 1;

const remark = z.object({
  text: z.string(),
  by: person,
  at: instant,
  signed: z.object({ by: person, at: instant }).optional().describe('then it changes no more'),
});

const about = z.object({
  kind,
  period: z.string().describe('2026-11-23, 2026-W48, 2026-11, 2026-Q4'),
  name: words,
  from: day,
  to: day.describe('included'),
  state: z
    .enum(['closed', 'open', 'missing'])
    .describe('`open`: the period goes on, or was over hours ago; `missing`: nobody closed it when it was over'),
  closedAt: instant.optional(),
});

/** A report. What came later stands beside what was closed. */
export const reportShown = about.extend({
  lines: z.array(
    line.extend({
      later: counted
        .optional()
        .describe('what it is as of today, where that is something else than when it was closed'),
    }),
  ),
  added: z.array(line).describe('what is counted today and was not there when it was closed'),
  remark: remark.optional().describe('what those who lead recommend'),
  followUp: remark.optional().describe('what was recommended in the report before'),
  may: z.array(z.enum(['write', 'sign'])).describe('what the reader may do'),
});
export type ReportShown = z.output<typeof reportShown>;
export type RemarkShown = z.output<typeof remark>;

const saved = z.object({
  id: z.uuid(),
  name: z.string(),
  kind,
  figure: z.enum(FIGURE_IDS).optional().describe('left out: all'),
  words: z.string().describe('dimensions and filters as words of the address of the figures'),
  owner: person,
  mine: z.boolean(),
  isShared: z.boolean(),
  last: z.object({ from: day, to: day }).describe('the last period that is over'),
  now: z.object({ from: day, to: day }).describe('the one that goes on'),
});
export type SavedReportShown = z.output<typeof saved>;

/** Those that there are. */
export const reportList = z.object({
  items: z.array(about).describe('of the kind, the latest first; the first is not over yet'),
  saved: z.array(saved).describe('figures that you or somebody of your team has saved'),
});
export type ReportList = z.output<typeof reportList>;

export const reportListQuery = z.strictObject({ kind: kind.default('month') });

/** What of a report goes into a file. */
export const REPORT_PARTS = ['whole', 'return'] as const;
export const reportFileQuery = z.strictObject({
  format: z.enum([...TABLE_FORMATS, 'pdf']),
  part: z.enum(REPORT_PARTS).default('whole').describe('`return`: what a regulator is told, as a table'),
  language: z.enum(LANGUAGES).default('zh-CN').describe('of headings and words'),
});
export type ReportFileQuery = z.output<typeof reportFileQuery>;

/** What somebody recommends. */
export const wantedRemark = z.strictObject({ text: freeText(5_000) });
/** What they sign off: as they have read it. */
export const wantedSignature = z.strictObject({ at: momentGiven.describe('`at` of the text that was read') });

/** Which reports somebody gets by mail. */
export const reportWishes = z.strictObject({ kinds: z.array(kind).max(REPORT_KINDS.length) });

/** Figures to be kept under a name. */
export const wantedSavedReport = z.strictObject({
  name: shortText(60),
  kind,
  figure: z.enum(FIGURE_IDS).optional(),
  words: z.string().max(500).default('').describe('dimensions and filters, as `by=cause&team=after-sales`'),
  isShared: z.boolean().default(false).describe('your team sees it, too'),
});
export type WantedSavedReport = z.output<typeof wantedSavedReport>;
