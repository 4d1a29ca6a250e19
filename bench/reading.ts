import { exampleTexts } from '../src/text/model/examples';
import { suggestGrade } from '../src/text/suggest';
import { closedLoop, type Load } from './load';
import type { Report } from './report';

/** Characters of an ordinary complaint, and of the longest that a form takes. */
const ORDINARY = 500;
const LONGEST = 20_000;
/** Different texts of each length, which are read in turn. */
const TEXTS = 200;

/** Texts of a length, cut from the written examples in their order. */
function textsOf(all: string, length: number): string[] {
  const texts = Math.min(TEXTS, Math.floor(all.length / length));
  return Array.from({ length: texts }, (_, at) => all.slice(at * length, (at + 1) * length));
}

/** One reading after the other, measured when the same texts have been read for as long. */
async function readings(texts: readonly string[], seconds: number): Promise<Load> {
  const one = (n: number): Promise<void> => {
    suggestGrade({ text: texts[n % texts.length] ?? '', language: 'zh-CN' });
    return Promise.resolve();
  };
  const shape = { concurrency: 1, seconds };
  await closedLoop(shape, one);
  return closedLoop(shape, one);
}

/** Measures how long the first suggestion of a complaint takes, on one core. */
export async function reading(report: Report, { seconds }: { seconds: number }): Promise<void> {
  const began = performance.now();
  suggestGrade({ text: '', language: 'zh-CN' });
  report.add({
    figure: 'first reading of a process',
    value: performance.now() - began,
    unit: 'ms',
    note: 'dictionaries and model are loaded',
  });

  const all = exampleTexts()
    .map(({ text }) => text)
    .join('\n');
  const short = await readings(textsOf(all, ORDINARY), seconds);
  report.add({
    figure: `readings of ${ORDINARY} characters`,
    value: short.perSecond,
    unit: '/s',
    p50: short.p50,
    p99: short.p99,
    target: '≥ 1000, p99 ≤ 5 ms',
    met: short.perSecond >= 1_000 && short.p99 <= 5,
  });
  const long = await readings(textsOf(all, LONGEST), seconds);
  report.atMost(`a reading of ${LONGEST} characters`, long.p50, 'ms', 50, `p99 ${long.p99.toFixed(0)} ms`);
  report.add({
    figure: 'its time for a character against the shorter one',
    value: long.p50 / short.p50 / (LONGEST / ORDINARY),
    unit: '×',
    note: '1: linear',
  });
}
