import type { Stores } from '../../db';
import type { Language, Words } from '../../domain/basics/types';
import { periodNamed, periodWords, REPORT_KINDS, REPORT_WORDS, reportsByMail } from '../../domain/facts/periods';
import { PDF_MEDIA_TYPE, renderPdf } from '../../render/pdf';
import type { CountedShown } from '../figures/answers';
import type { ReportLine } from './answers';
import { storedReport } from './closing';
import { reportOnPaper } from './pdf';

/** What the mail that tells somebody of a report is written from. */
export interface ReportMail {
  name: Words;
  kind: Words;
  /** Its place below the house's address. */
  path: string;
  /** The most important figures. */
  lines: (Pick<ReportLine, 'name' | 'unit'> & { value: CountedShown['value']; before: CountedShown['value'] })[];
  /** Figures that do not reach their target, with that. */
  low: { name: Words; value: number; target: number }[];
  /** The report on paper. */
  pdf: (language: Language) => Promise<{ fileName: string; mediaType: string; content: Buffer }>;
}

/** Figures that every mail tells. */
const TOLD = ['received', 'satisfied', 'repeated', 'reopened', 'redress'].map((id) => `figures/${id}`);

/**
 * Builds what tells of a report. Undefined: there is nothing to tell, because they read no reports or want this one no more.
 * @param occasion `month.2026-10`
 */
export function createReportMails({
  reports,
  users,
}: {
  reports: Pick<Stores['closedReports'], 'get' | 'wishes'>;
  users: Pick<Stores['users'], 'byId'>;
}) {
  return async (userId: string, occasion: string): Promise<ReportMail | undefined> => {
    const kind = REPORT_KINDS.find((one) => occasion.startsWith(`${one}.`));
    const period = kind && periodNamed(kind, occasion.slice(kind.length + 1));
    const user = await users.byId(userId);
    if (!kind || !period || !user?.active) return undefined;
    const kinds = await reports.wishes(userId);
    if (!reportsByMail({ role: user.role, ...(kinds && { kinds }) }).includes(kind)) return undefined;
    const report = await storedReport(reports, period);
    if (!report) return undefined;
    const whole = {
      kind,
      period: period.name,
      name: periodWords(period),
      from: period.from,
      to: period.to,
      state: 'closed' as const,
      closedAt: report.closedAt,
      lines: report.lines,
      added: [],
      may: [],
    };
    const figures = report.lines.filter(({ section }) => section === 'figures');
    return {
      pdf: async (language) => ({
        fileName: `report-${period.name}.pdf`,
        mediaType: PDF_MEDIA_TYPE,
        content: await renderPdf(reportOnPaper(whole, language, report.closedAt)),
      }),
      name: periodWords(period),
      kind: REPORT_WORDS[kind],
      path: `/desk/reports/${kind}/${period.name}`,
      lines: figures
        .filter(({ key }) => TOLD.includes(key))
        .map(({ name, unit, now, before }) => ({ name, unit, value: now.value, before: before?.value ?? null })),
      low: figures.flatMap(({ name, target, now: { value } }) =>
        target && value !== null && value < target.at ? [{ name, value, target: target.at }] : [],
      ),
    };
  };
}
