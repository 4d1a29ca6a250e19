import type { Words } from '../../domain/basics/types';
import { tableFile, type Cell, type TableFile, type TableFormat } from '../../render/table-file';
import { inLanguage } from '../../render/words';
import { HEADINGS, UNIT_WORDS } from '../figures/file';
import type { ReportFileQuery, ReportLine, ReportShown } from './answers';
import { SECTION_WORDS } from './sections';

const OWN_HEADINGS = {
  section: { zh: '章节', en: 'section' },
  name: { zh: '项目', en: 'item' },
  later: { zh: '后来变成', en: 'later' },
  responded: { zh: '首次响应及时 %', en: 'first response in time %' },
  satisfied: { zh: '总体满意 %', en: 'satisfied %' },
} as const satisfies Record<string, Words>;

const NOTHING = { n: 0, value: 0, isSmall: true };

/** A report as a table, a number a row; what came later stands in a column of its own. */
export function reportFile(
  { period, from, to, lines, added }: ReportShown,
  { format, part, language }: Omit<ReportFileQuery, 'format'> & { format: TableFormat },
): Promise<TableFile> {
  const say = (words: Words): string => inLanguage(words, language);
  const told: (ReportLine & { later?: ReportLine['now'] | undefined })[] = [
    ...lines,
    ...added.map((line) => ({ ...line, now: NOTHING, before: undefined, later: line.now })),
  ];
  const wanted = part === 'return' ? told.filter(({ section }) => section === 'return') : told;
  return tableFile(format, {
    name: `${part === 'return' ? 'return' : 'report'}-${period}`,
    sheet: period,
    headings: [
      `${say(OWN_HEADINGS.section)} ${from} – ${to}`,
      say(OWN_HEADINGS.name),
      ...(['unit', 'target', 'value', 'hits', 'n', 'low', 'high', 'before'] as const).map((name) =>
        say(HEADINGS[name]),
      ),
      ...(['later', 'responded', 'satisfied'] as const).map((name) => say(OWN_HEADINGS[name])),
      say(HEADINGS.about),
    ],
    rows: wanted.map(({ section, name, unit, target, now, before, later, responded, satisfied, about }): Cell[] => [
      say(SECTION_WORDS[section]),
      say(name),
      say(UNIT_WORDS[unit]),
      target?.at ?? null,
      now.value,
      now.hits ?? null,
      now.n,
      now.low ?? null,
      now.high ?? null,
      before?.value ?? null,
      later?.value ?? null,
      responded?.value ?? null,
      satisfied?.value ?? null,
      about ? say(about) : null,
    ]),
  });
}
