import { BANDS, type Days, type ReturnCounts, type Stores, type Within } from '../../db';
import { CAUSE_WORDS, OUTCOME_NAMES } from '../../domain/basics/words';
import type { Outcome, Words } from '../../domain/basics/types';
import { FIGURE_IDS, LEAST_RANKED, valueWords, type FigureId } from '../../domain/facts/figures';
import { periodBefore, type Period } from '../../domain/facts/periods';
import { PROMISE_WORDS } from '../../domain/promises/names';
import { daysAfter } from '../../domain/time/calendar';
import { toInstant } from '../../domain/time/duration';
import { houseDate, houseDayStart } from '../../house';
import type { CountedShown } from '../figures/answers';
import { aboutOf, countAll, nameOf, shown } from '../figures/figures';
import type { ReportData, ReportLine } from './answers';
import { GROUPED, OF_REVIEW, SECTIONS, type Section } from './sections';

interface Needs {
  figures: Stores['figures'];
  counts: Stores['reportCounts'];
  clock: () => number;
}

/** Counts what a report of a period says. */
export type MakeReport = (period: Period) => Promise<ReportData>;

/** Groups that are told one by one; the others are one line. */
const MOST_GROUPS = 15;

const withinOf = ({ from, to }: Period): Within => ({
  from,
  to,
  start: toInstant(houseDayStart(from)),
  end: toInstant(houseDayStart(daysAfter(to, 1))),
});

const cases = (n: number): CountedShown => ({ n, value: n, isSmall: n < LEAST_RANKED });
const money = (n: number, value: number): CountedShown => ({ n, value, isSmall: n < LEAST_RANKED });

type Named = Pick<ReportLine, 'name' | 'now'> & Partial<ReportLine>;
/** Lines of a section by the end of their keys. */
const linesOf = (section: Section, named: readonly (Named & { id: string })[]): ReportLine[] =>
  named.map(({ id, ...rest }) => ({ section, key: `${section}/${id}`, unit: 'cases', ...rest }));

async function groupsOf(by: (typeof GROUPED)[number], days: Days, { figures, clock }: Needs): Promise<ReportLine[]> {
  const scope = { now: toInstant(clock()) };
  const counted = (id: FigureId) => figures.by(id, scope, days, [by]);
  const [received, responded, satisfied] = [
    await counted('received'),
    await counted('responded'),
    await counted('satisfied'),
  ];
  const first = received.slice(0, MOST_GROUPS);
  const rest = received.slice(MOST_GROUPS).reduce((sum, { n }) => sum + n, 0);
  const lines = first.map(({ keys: [key = null], n }) => {
    const of = (id: FigureId, groups: typeof received): CountedShown | undefined => {
      const group = groups.find(({ keys }) => keys[0] === key);
      return group && shown(id, group);
    };
    const [inTime, glad] = [of('responded', responded), of('satisfied', satisfied)];
    return {
      id: key === null ? '-' : `=${key}`,
      name: nameOf(by, key, new Map()),
      now: cases(n),
      ...(inTime && { responded: inTime }),
      ...(glad && { satisfied: glad }),
    };
  });
  const others = { id: '+', name: { zh: '其余', en: 'the rest' }, now: cases(rest) };
  return linesOf(by, rest > 0 ? [...lines, others] : lines);
}

const BAND_WORDS: readonly Words[] = [
  ...BANDS.map((days, n) => {
    const from = BANDS[n - 1];
    return from === undefined
      ? { zh: `${days} 天以内`, en: `up to ${days} day` }
      : { zh: `${from}–${days} 天`, en: `${from} to ${days} days` };
  }),
  { zh: `${BANDS.at(-1)} 天以上`, en: `more than ${BANDS.at(-1)} days` },
];
const OUTCOMES_TOLD: readonly Outcome[] = ['upheld', 'partly_upheld', 'not_upheld', 'withdrawn'];

function returnLines({ before, opened, reopened, closed, outstanding, redress }: ReturnCounts): ReportLine[] {
  const sum = (rows: readonly { n: number }[]): number => rows.reduce((all, { n }) => all + n, 0);
  const put = (id: string, zh: string, en: string, n: number) => ({ id, name: { zh, en }, now: cases(n) });
  const bands = (id: string, zh: string, en: string, rows: readonly { band: number; n: number }[]) =>
    BAND_WORDS.map((words, band) =>
      put(`${id}/${band}`, `${zh}：${words.zh}`, `${en}: ${words.en}`, sum(rows.filter((one) => one.band === band))),
    );
  const named = new Set<string | null>(OUTCOMES_TOLD);
  return linesOf('return', [
    put('before', '期初未结', 'Outstanding at the beginning', before),
    put('opened', '收到', 'Opened', opened),
    put('reopened', '重新办理', 'Taken up again', reopened),
    put('closed', '办结', 'Closed', sum(closed)),
    ...bands('closed', '办结，用时', 'Closed, taking', closed),
    ...OUTCOMES_TOLD.map((outcome) => {
      const { zh, en } = OUTCOME_NAMES[outcome];
      const n = sum(closed.filter((one) => one.outcome === outcome));
      return put(`outcome/${outcome}`, `办结，结论：${zh}`, `Closed, ${en}`, n);
    }),
    put(
      'outcome/none',
      '办结，没有结论（又开一轮等）',
      'Closed without an outcome (another round began)',
      sum(closed.filter(({ outcome }) => !named.has(outcome))),
    ),
    put('outstanding', '期末未结', 'Outstanding at the end', sum(outstanding)),
    ...bands('outstanding', '期末未结，已有', 'Outstanding at the end, for', outstanding),
    put('redressed', '给了补偿的案件', 'Cases with redress', redress.cases),
    {
      id: 'redress',
      name: { zh: '补偿金额', en: 'Redress paid' },
      unit: 'money',
      now: money(redress.n, redress.amount),
    },
  ]);
}

async function figureLines(period: Period, { figures, clock }: Needs): Promise<ReportLine[]> {
  const told = await countAll(figures, { now: toInstant(clock()) }, [period, periodBefore(period)]);
  return FIGURE_IDS.map((id) => {
    const [now, before] = told.get(id) as [CountedShown, CountedShown];
    const { id: _id, part: _part, ...about } = aboutOf(id);
    return { section: 'figures', key: `figures/${id}`, ...about, now, before };
  });
}

const share = (hits: number, n: number): CountedShown => shown('responded', { n, hits, total: 0, median: null });

/** What was done about it. */
async function deedLines(within: Within, { figures, counts, clock }: Needs): Promise<ReportLine[]> {
  const [promises, redress, actions, effects, suggestions, care] = [
    await counts.promises(within),
    await figures.by('redress', { now: toInstant(clock()) }, within, ['part']),
    await counts.actions(within),
    await counts.effects(within),
    await counts.suggestions(within),
    await counts.care(within),
  ];
  const put = (id: string, zh: string, en: string, n: number) => ({ id, name: { zh, en }, now: cases(n) });
  return [
    ...linesOf(
      'promises',
      promises.map(({ promise, kept, broken }) => ({
        id: promise,
        name: PROMISE_WORDS[promise],
        unit: 'percent' as const,
        better: 'more' as const,
        now: share(kept, kept + broken),
      })),
    ),
    ...linesOf(
      'redress',
      redress.map(({ keys: [kind = null], n, total }) => ({
        id: kind ?? '-',
        name: valueWords('part', kind ?? ''),
        unit: 'money' as const,
        now: money(n, total),
      })),
    ),
    ...linesOf(
      'actions',
      actions.flatMap(({ kind, planned, begun, ended, open }) => {
        const [zh, en] = kind === 'urgent' ? ['紧急措施', 'Urgent actions'] : ['预防措施', 'Preventive actions'];
        return [
          put(`${kind}/planned`, `${zh}：提出`, `${en}: planned`, planned),
          put(`${kind}/begun`, `${zh}：启动`, `${en}: begun`, begun),
          put(`${kind}/ended`, `${zh}：结束`, `${en}: ended`, ended),
          put(`${kind}/open`, `${zh}：期末未结束`, `${en}: open at the end`, open),
        ];
      }),
    ),
    ...linesOf(
      'effects',
      effects.map(({ cause, n, reached, before, after }) => ({
        id: cause,
        name: {
          zh: `${CAUSE_WORDS[cause].zh}：投诉 ${before} → ${after} 件`,
          en: `${CAUSE_WORDS[cause].en}: complaints ${before} → ${after}`,
        },
        about: {
          zh: '这段时间结束的措施里，达到目标的占多少；件数是措施前后的投诉',
          en: 'Of the actions that ended in the period, those that reached their target; complaints before and after them',
        },
        unit: 'percent' as const,
        better: 'more' as const,
        now: share(reached, n),
      })),
    ),
    ...linesOf('suggestions', [
      put('received', '收到', 'Received', suggestions.received),
      put('adopted', '采纳', 'Adopted', suggestions.adopted),
      put('declined', '未采纳', 'Declined', suggestions.declined),
      put('done', '办成', 'Carried out', suggestions.done),
    ]),
    ...linesOf('care', [
      put('entered', '进入关怀名单', 'Entered on the care list', care.entered),
      put('called', '打过电话', 'Called', care.called),
      put('back', '又买了或说会再买', 'Bought again or said that they would', care.back),
      put('gone', '说不会再买', 'Said that they would not', care.gone),
    ]),
  ];
}

async function reviewLines(within: Within, { counts }: Needs): Promise<ReportLine[]> {
  const [resources, policies] = [await counts.resources(within), await counts.policies(within)];
  return [
    ...linesOf('resources', [
      { id: 'people', name: { zh: '办结过案件的人', en: 'People who resolved cases' }, now: cases(resources.people) },
      { id: 'resolved', name: { zh: '他们办结的', en: 'Resolved by them' }, now: cases(resources.resolved) },
    ]),
    ...linesOf(
      'policies',
      policies.map(({ version, at }) => {
        const day = houseDate(Date.parse(at));
        return {
          id: String(version),
          name: { zh: `第 ${version} 版规则，${day} 起`, en: `version ${version} of the policy, from ${day}` },
          now: cases(1),
        };
      }),
    ),
  ];
}

/** Builds `MakeReport`. What is counted is the whole house's. */
export function createMaking(needs: Needs): MakeReport {
  return async (period) => {
    const within = withinOf(period);
    const lines = await figureLines(period, needs);
    for (const by of GROUPED) lines.push(...(await groupsOf(by, period, needs)));
    lines.push(
      ...(await deedLines(within, needs)),
      ...returnLines(await needs.counts.returned(within)),
      ...(await reviewLines(within, needs)),
    );
    const told = period.kind === 'quarter' ? lines : lines.filter(({ section }) => !OF_REVIEW.has(section));
    return { lines: SECTIONS.flatMap((section) => told.filter((one) => one.section === section)) };
  };
}
