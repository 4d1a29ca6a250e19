import { exampleTexts } from '../src/text/model/examples';
import { suggestGrade } from '../src/text/suggest';
import type { Report } from './report';

/** Characters of an ordinary complaint, and of the longest that a form takes. */
const ORDINARY = 500;
const LONGEST = 20_000;
/** Different texts of each length, which are read in turn. */
const TEXTS = 200;

/** Texts of a length, made of the written examples in their order. */
function textsOf(length: number): string[] {
  const all = exampleTexts()
    .map(({ text }) => text)
    .join('\n');
  const texts = Math.min(TEXTS, Math.floor(all.length / length));
  return Array.from({ length: texts }, (_, at) => all.slice(at * length, (at + 1) * length));
}

/** The times of single readings in milliseconds, lowest first, for at least `seconds`. */
function times(texts: readonly string[], seconds: number): number[] {
  const found: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let now = performance.now(); now < end;) {
    suggestGrade({ text: texts[found.length % texts.length] ?? '', language: 'zh-CN' });
    const after = performance.now();
    found.push(after - now);
    now = after;
  }
  return found.toSorted((a, b) => a - b);
}

const share = (sorted: readonly number[], of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;

/** Measures how long the first suggestion of a complaint takes, on one core. */
export function reading(report: Report, { seconds }: { seconds: number }): void {
  const began = performance.now();
  suggestGrade({ text: '', language: 'zh-CN' });
  report.add({
    figure: 'first reading of a process',
    value: performance.now() - began,
    unit: 'ms',
    note: 'dictionaries and model are loaded',
  });

  const ordinary = textsOf(ORDINARY);
  const longest = textsOf(LONGEST);
  times(ordinary, seconds);
  const short = times(ordinary, seconds);
  const perSecond = (short.length * 1_000) / short.reduce((sum, ms) => sum + ms, 0);
  report.add({
    figure: `readings of ${ORDINARY} characters`,
    value: perSecond,
    unit: '/s',
    p50: share(short, 0.5),
    p99: share(short, 0.99),
    target: '≥ 1000, p99 ≤ 5 ms',
    met: perSecond >= 1_000 && share(short, 0.99) <= 5,
  });
  times(longest, seconds);
  const long = times(longest, seconds);
  report.atMost(
    `a reading of ${LONGEST} characters`,
    share(long, 0.5),
    'ms',
    50,
    `p99 ${share(long, 0.99).toFixed(0)} ms`,
  );
  const growth = share(long, 0.5) / share(short, 0.5) / (LONGEST / ORDINARY);
  report.add({
    figure: 'its time for a character against the shorter one',
    value: growth,
    unit: '×',
    note: '1: linear',
  });
}
