import { OF_REVIEW, SECTION_WORDS, SECTIONS, type ReportLine, type ReportShown, type Section } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { FIGURE_IDS, type Dimension, type FigureId } from '../../../domain/facts/figures';
import type { Context } from '../../../render/engine';
import { figureValue } from '../../../render/figure-value';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import { paretoChart, sparkline } from './figure-charts';
import { casesAt, FIGURE_GROUPS, figureAt, targetIn } from './figures';

type Line = ReportShown['lines'][number];

/** Sections of which most is what few groups make: each with its chart. */
const PARETOS: ReadonlySet<Section> = new Set(['category', 'cause']);
const GROUPED: ReadonlySet<Section> = new Set(['category', 'cause', 'product', 'region', 'channel', 'team']);

/** Where the cases behind a line are. */
function hrefOf({ section, key }: ReportLine, { from, to }: ReportShown): string | null {
  const id = key.slice(section.length + 1);
  if (section === 'figures') return FIGURE_IDS.includes(id as FigureId) ? figureAt(id, { from, to }) : null;
  if (!GROUPED.has(section) || id === '+') return null;
  return casesAt('received', { from, to, [section as Dimension]: id === '-' ? '' : id.slice(1) });
}

/** A line as a row of a table. */
function rowIn(line: Line, report: ReportShown, { language }: Wording): Context {
  const { name, unit, now, before, later, trend, about, responded, satisfied } = line;
  const say = sayIn(language);
  const value = (of: Line['now'] | undefined): string => figureValue(of?.value ?? null, unit, language);
  const share = (of: Line['now'] | undefined): string =>
    of === undefined || of.value === null ? '–' : `${of.value}%${of.isSmall ? say('（太少）', ' (few)') : ''}`;
  const target = targetIn(line, now, language);
  const counted = ({ n, hits }: Line['now']): string => (hits === undefined ? String(n) : `${hits}/${n}`);
  return {
    name: inLanguage(name, language),
    about: about ? inLanguage(about, language) : null,
    href: hrefOf(line, report),
    value: value(now),
    counted: counted(now),
    before: before ? value(before) : '–',
    target: target?.told ?? null,
    isLow: target?.isLow === true,
    later: later ? `${value(later)}${later.value === now.value ? ` (${counted(later)})` : ''}` : null,
    spark: sparkline([...(trend ?? []), now.value], unit === 'percent'),
    responded: share(responded),
    satisfied: share(satisfied),
  };
}

function sectionsIn(report: ReportShown, wording: Wording): Context[] {
  const { language } = wording;
  const say = sayIn(language);
  const added = report.added.map((line): Line => ({
    ...line,
    now: { n: 0, value: line.unit === 'percent' ? null : 0, isSmall: true },
    later: line.now,
  }));
  const all = [...report.lines, ...added];
  const panel = (name: Words, lines: readonly Line[], more: Context = {}): Context => ({
    name: inLanguage(name, language),
    isFigures: false,
    isGroups: false,
    chart: null,
    empty: lines.length === 0,
    hasLater: lines.some(({ later }) => later !== undefined),
    rows: lines.map((line) => rowIn(line, report, wording)),
    ...more,
  });
  return SECTIONS.flatMap((section) => {
    const lines = all.filter((line) => line.section === section);
    if (section === 'figures') {
      return FIGURE_GROUPS.map(({ ids, ...name }) => {
        const wanted = new Set(ids.map((id) => `figures/${id}`));
        return panel(
          name,
          lines.filter(({ key }) => wanted.has(key)),
          { isFigures: true },
        );
      });
    }
    if (OF_REVIEW.has(section) && report.kind !== 'quarter') return [];
    const bars = lines.map((line) => ({
      name: inLanguage(line.name, language),
      count: line.now.n,
      href: hrefOf(line, report) ?? '',
    }));
    const chart = PARETOS.has(section) ? paretoChart(bars, say('其余', 'the rest')) : null;
    return [panel(SECTION_WORDS[section], lines, { isGroups: GROUPED.has(section), chart })];
  });
}

/** What the page of a report is rendered from. */
export function reportContext(report: ReportShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const { state, closedAt, remark, followUp, may } = report;
  const at = (moment: string): string => pageTime(moment, language, now);
  const said = (one: typeof remark): Context | null =>
    one
      ? {
          text: one.text,
          by: one.by.name,
          at: at(one.at),
          moment: one.at,
          signed: one.signed
            ? say(
                `${one.signed.by.name} 签认，${at(one.signed.at)}`,
                `signed off by ${one.signed.by.name}, ${at(one.signed.at)}`,
              )
            : null,
        }
      : null;
  const later = report.lines.filter((line) => line.later !== undefined).length + report.added.length;
  return {
    state:
      state === 'closed'
        ? say(
            `${at(closedAt ?? '')}定稿，以后不变${later > 0 ? `；后来变了 ${later} 处，写在旁边` : ''}`,
            `Closed ${at(closedAt ?? '')}; it changes no more${later > 0 ? `. ${later} numbers are different by now, which stands beside them` : ''}`,
          )
        : state === 'open'
          ? say('还没有定稿：下面是到现在为止的', 'Not closed yet: below is what is counted so far')
          : say(
              '这一期结束时没有定稿；下面是现在算出来的，不能当作当时的报表',
              'Nobody closed it when it was over; below is what is counted today, which is not the report of then',
            ),
    isWarned: state !== 'closed',
    sections: sectionsIn(report, wording),
    remark: said(remark),
    followUp: said(followUp),
    mayWrite: may.includes('write'),
    maySign: may.includes('sign'),
  };
}
