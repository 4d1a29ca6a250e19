import type { Language } from '../../domain/basics/types';
import { REPORT_WORDS } from '../../domain/facts/periods';
import { dateTime } from '../../render/format';
import type { PdfRequest } from '../../render/pdf';
import { inLanguage } from '../../render/words';
import type { RemarkShown, ReportShown } from './answers';
import { toldSections, toldState } from './telling';

/** A report as it is read on paper. @param now as of when what came later is told */
export function reportOnPaper(report: ReportShown, language: Language, now: string): PdfRequest {
  const { kind, name, from, to, state, closedAt, remark, followUp } = report;
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  const at = (moment: string): string => dateTime(moment, language, now);
  const sections = toldSections(report, language);
  const said = (one: RemarkShown | undefined) => {
    if (!one) return null;
    const { text, by, signed } = one;
    const signature = signed
      ? say(`；${signed.by.name} 签认，${at(signed.at)}`, `; signed off by ${signed.by.name}, ${at(signed.at)}`)
      : '';
    return { text, about: `${by.name} · ${at(one.at)}${signature}` };
  };
  const head = ['received', 'responded', 'satisfied', 'redress'].flatMap((id) =>
    sections.flatMap(({ lines }) => lines.filter(({ line }) => line.key === `figures/${id}`)),
  );
  return {
    template: 'report',
    language,
    data: {
      title: `${inLanguage(REPORT_WORDS[kind], language)} · ${inLanguage(name, language)}`,
      about: `${from} – ${to}`,
      state: toldState(report, closedAt === undefined ? '' : at(closedAt), language),
      isClosed: state === 'closed',
      head: head.map((one) => ({ name: one.name, value: one.value })),
      sections: sections.map(({ lines, isPareto, ...section }) => ({
        ...section,
        bars: isPareto ? lines.filter(({ line }) => line.now.n > 0).map(({ line }) => ({ count: line.now.n })) : [],
        rows: lines.map(({ line, target, ...one }) => ({
          ...one,
          bar: line.unit === 'percent' ? line.now.value : null,
          target: target?.told ?? null,
          targetAt: target?.at ?? null,
          isLow: target?.isLow === true,
        })),
      })),
      remark: said(remark),
      followUp: said(followUp),
    },
  };
}
