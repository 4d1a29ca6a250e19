import type { Language, Words } from '../../domain/basics/types';
import { FIGURE_GROUPS } from '../../domain/facts/figures';
import { figureTarget, figureValue } from '../../render/figure-value';
import { inLanguage } from '../../render/words';
import type { ReportLine, ReportShown } from './answers';
import { GROUPED, OF_REVIEW, SECTION_WORDS, SECTIONS, type Section } from './sections';

type Line = ReportShown['lines'][number];

/** A number of a report as it is read. */
export interface ToldLine {
  line: Line;
  name: string;
  value: string;
  /** “18/20”, or how many. */
  counted: string;
  before: string;
  /** What it has become; null: nothing else. */
  later: string | null;
  target: { at: number; told: string; isLow: boolean } | null;
  responded: string;
  satisfied: string;
}

/** A section of a report as it is read. */
export interface ToldSection {
  name: string;
  isFigures: boolean;
  isGroups: boolean;
  /** Its largest groups are most of it: it is drawn as a Pareto chart. */
  isPareto: boolean;
  lines: ToldLine[];
}

const BY: ReadonlySet<Section> = new Set(GROUPED);
const PARETOS: ReadonlySet<Section> = new Set(['category', 'cause']);

function told(line: Line, language: Language): ToldLine {
  const { name, unit, now, before, later, responded, satisfied } = line;
  const few = language === 'zh-CN' ? '（太少）' : ' (few)';
  const value = (of: Line['now']): string => figureValue(of.value, unit, language);
  const share = (of: Line['now'] | undefined): string =>
    of === undefined || of.value === null ? '–' : `${of.value}%${of.isSmall ? few : ''}`;
  const counted = ({ n, hits }: Line['now']): string => (hits === undefined ? String(n) : `${hits}/${n}`);
  return {
    line,
    name: inLanguage(name, language),
    value: value(now),
    counted: counted(now),
    before: before ? value(before) : '–',
    later: later ? `${value(later)}${later.value === now.value ? ` (${counted(later)})` : ''}` : null,
    target: figureTarget(line, now, language) ?? null,
    responded: share(responded),
    satisfied: share(satisfied),
  };
}

/** What is counted today and was not there when the report was closed: nothing, which became something. */
const asAdded = ({ responded: _responded, satisfied: _satisfied, ...line }: ReportLine): Line => ({
  ...line,
  now: { n: 0, value: line.unit === 'percent' ? null : 0, isSmall: true },
  later: line.now,
});

/** The sections of a report in their order, in the language of whoever reads. */
export function toldSections(report: ReportShown, language: Language): ToldSection[] {
  const all = [...report.lines, ...report.added.map(asAdded)];
  const section = (of: Section, name: Words, lines: readonly Line[]): ToldSection => ({
    name: inLanguage(name, language),
    isFigures: of === 'figures',
    isGroups: BY.has(of),
    isPareto: PARETOS.has(of),
    lines: lines.map((line) => told(line, language)),
  });
  return SECTIONS.flatMap((of) => {
    if (OF_REVIEW.has(of) && report.kind !== 'quarter') return [];
    const lines = all.filter((line) => line.section === of);
    if (of !== 'figures') return [section(of, SECTION_WORDS[of], lines)];
    return FIGURE_GROUPS.map(({ ids, ...name }) => {
      const wanted = new Set(ids.map((id) => `figures/${id}`));
      return section(
        of,
        name,
        lines.filter(({ key }) => wanted.has(key)),
      );
    });
  });
}

/** How a report stands. @param at when it was closed, as it is read */
export function toldState({ state, lines, added }: ReportShown, at: string, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh-CN' ? zh : en);
  if (state === 'open') return say('还没有定稿：下面是到现在为止的', 'Not closed yet: below is what is counted so far');
  if (state === 'missing') {
    return say(
      '这一期结束时没有定稿；下面是现在算出来的，不能当作当时的报表',
      'Nobody closed it when it was over; below is what is counted today, which is not the report of then',
    );
  }
  const later = lines.filter((line) => line.later !== undefined).length + added.length;
  return say(
    `${at}定稿，以后不变${later > 0 ? `；后来变了 ${later} 处，写在旁边` : ''}`,
    `Closed ${at}; it changes no more${later > 0 ? `. ${later} of its numbers are different by now, which stands beside them` : ''}`,
  );
}
