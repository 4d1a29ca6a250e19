import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/paths';
import { type ExampleText, readTexts } from '../../src/text/model/examples';
import { suggestGrade } from '../../src/text/suggest';

/**
 * A third of the written complaints, drawn by a hash of their ids, that neither the dictionaries nor the model have
 * learnt from. Its figures are those that docs/architecture/suggestion.md prints; nobody reads it while tuning.
 */
const unseen = readTexts(join(PROJECT_ROOT, 'test', 'text', 'unseen.jsonl'));

type Key = 'grade' | 'category' | 'sentiment';

/** How often what is was called what: `major` called `general` 12 times. */
function confusion(rows: readonly { is: string; called: string }[]): string {
  const counts = new Map<string, number>();
  for (const { is, called } of rows) {
    if (is !== called) counts.set(`${is} called ${called}`, (counts.get(`${is} called ${called}`) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 12)
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', ');
}

test('what has not been learnt from is read as well as was measured', () => {
  expect(unseen.length).toBeGreaterThan(2000);
  const got = unseen.map((one: ExampleText) => suggestGrade({ ...one, language: 'zh-CN' }));
  const right = (key: Key): number => unseen.filter((one, at) => got[at]?.[key] === one[key]).length / unseen.length;
  const major = unseen.filter(({ grade }) => grade === 'major').length;
  const called = got.filter(({ grade }) => grade === 'major').length;
  const both = unseen.filter(({ grade }, at) => grade === 'major' && got[at]?.grade === 'major').length;
  const figures = {
    grade: right('grade'),
    category: right('category'),
    sentiment: right('sentiment'),
    recall: both / major,
    precision: both / called,
  };
  console.log(
    [
      `unseen (${unseen.length}): ${Object.entries(figures)
        .map(([key, value]) => `${key} ${value.toFixed(3)}`)
        .join(', ')}`,
      ...(['grade', 'category', 'sentiment'] as const).map((key) =>
        confusion(unseen.map((one, at) => ({ is: one[key], called: got[at]?.[key] ?? '' }))),
      ),
    ].join('\n'),
  );
  expect(figures.grade).toBeGreaterThanOrEqual(0.75);
  expect(figures.category).toBeGreaterThanOrEqual(0.74);
  expect(figures.sentiment).toBeGreaterThanOrEqual(0.92);
  expect(figures.recall).toBeGreaterThanOrEqual(0.75);
  expect(figures.precision).toBeGreaterThanOrEqual(0.8);
});
