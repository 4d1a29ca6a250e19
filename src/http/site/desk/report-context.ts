import { toldSections, toldState, type ReportLine, type ReportShown, type ToldLine } from '../../../cases';
import type { Dimension } from '../../../domain/facts/figures';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { sayIn, type Wording } from '../kit/wording';
import { paretoChart, sparkline } from './figure-charts';
import { casesAt, figureAt } from './figures';

/** Where what is behind a line is. @param isGroups the line is about one of some groups */
function hrefOf({ section, key }: ReportLine, isGroups: boolean, { from, to }: ReportShown): string | null {
  const id = key.slice(section.length + 1);
  if (section === 'figures') return figureAt(id, { from, to });
  if (!isGroups || id === '+') return null;
  return casesAt('received', { from, to, [section as Dimension]: id === '-' ? '' : id.slice(1) });
}

function sectionsIn(report: ReportShown, { language }: Wording): Context[] {
  const rest = sayIn(language)('其余', 'the rest');
  return toldSections(report, language).map(({ lines, isPareto, ...section }) => {
    const href = ({ line }: ToldLine): string | null => hrefOf(line, section.isGroups, report);
    const bars = lines.map((one) => ({ name: one.name, count: one.line.now.n, href: href(one) ?? '' }));
    return {
      ...section,
      chart: isPareto ? paretoChart(bars, rest) : null,
      isEmpty: lines.length === 0,
      hasCounts: section.isFigures || lines.some(({ line }) => line.now.hits !== undefined),
      hasLater: lines.some(({ later }) => later !== null),
      hasTrend: lines.some(({ line }) => line.trend !== undefined),
      rows: lines.map(({ line, ...one }, n) => ({
        ...one,
        place: n + 1,
        href: href({ line, ...one }),
        spark: sparkline([...(line.trend ?? []), line.now.value], line.unit === 'percent'),
      })),
    };
  });
}

/** What the page of a report is rendered from. */
export function reportContext(report: ReportShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const { state, closedAt, remark, followUp, may } = report;
  const at = (moment: string): string => pageTime(moment, language, now);
  const said = (one: typeof remark): Context | null => {
    if (!one) return null;
    const { signed } = one;
    return {
      text: one.text,
      by: one.by.name,
      at: at(one.at),
      moment: one.at,
      signed: signed
        ? say(`${signed.by.name} 签认，${at(signed.at)}`, `signed off by ${signed.by.name}, ${at(signed.at)}`)
        : null,
    };
  };
  return {
    state: toldState(report, closedAt === undefined ? '' : at(closedAt), language),
    isWarned: state !== 'closed',
    sections: sectionsIn(report, wording),
    remark: said(remark),
    followUp: said(followUp),
    mayWrite: may.includes('write'),
    maySign: may.includes('sign'),
  };
}
