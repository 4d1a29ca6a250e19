/**
 * `npm run train`: learns the model that reads complaints beside the dictionaries from the examples in
 * `src/text/examples`, says how well it reads what it has not learnt from, and writes `src/text/model/starter.model`.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { STARTER_MODEL } from '../text/model/classify';
import { exampleClauses, examplesHash, type ExampleText, exampleTexts } from '../text/model/examples';
import { type Model, writeModel } from '../text/model/model';
import { highestScores, prepare, type ScoredText, thresholds, trainCategories, trainRules } from '../text/model/train';
import { readable, suggestGrade } from '../text/suggest';

/** Each third of the examples is read by what was learnt from the other two. */
const PARTS = 3;

const NOTHING: Model = { rules: [], categories: [], version: '', examples: '' };

const share = (part: number, of: number): string => (part / of).toFixed(3);

/** Says how many texts are read right, each by the model that belongs to it. */
function report(name: string, texts: readonly ExampleText[], modelOf: (at: number) => Model): void {
  const right = { grade: 0, category: 0, sentiment: 0 };
  const majors = { are: 0, said: 0, both: 0 };
  for (const [at, one] of texts.entries()) {
    const got = suggestGrade({ ...one, language: 'zh-CN' }, modelOf(at));
    for (const key of ['grade', 'category', 'sentiment'] as const) right[key] += Number(got[key] === one[key]);
    majors.are += Number(one.grade === 'major');
    majors.said += Number(got.grade === 'major');
    majors.both += Number(one.grade === 'major' && got.grade === 'major');
  }
  const shares = Object.entries(right).map(([key, count]) => `${key} ${share(count, texts.length)}`);
  const recall = `recall of major ${share(majors.both, majors.are)} at precision ${share(majors.both, majors.said)}`;
  console.log(`${name} (${texts.length}): ${[...shares, recall].join(', ')}`);
}

/** The rules whose words the dictionaries find. */
const foundIn = (one: ExampleText): string[] =>
  suggestGrade({ ...one, language: 'zh-CN' }, NOTHING).reasons.flatMap(({ rule }) =>
    /^[MI]\d$/.test(rule) ? [rule] : [],
  );

if (require.main === module) {
  const texts = exampleTexts();
  const clauses = exampleClauses();
  const parts = Array.from({ length: PARTS }, (_, part) => {
    const examples = prepare(
      texts.filter((_text, at) => at % PARTS !== part),
      clauses,
    );
    return { rules: trainRules(examples), categories: trainCategories(examples) };
  });
  const scored = texts.map((one, at): ScoredText => ({
    grade: one.grade,
    found: foundIn(one),
    scores: highestScores(parts[at % PARTS]?.rules ?? [], readable(one)),
  }));
  const from = thresholds(scored);
  const heardFrom = (rules: ReturnType<typeof trainRules>): Model['rules'] =>
    rules.map((one) => ({ ...one, from: from.get(one.label) ?? Infinity }));
  const models = parts.map(({ rules, categories }): Model => ({ ...NOTHING, rules: heardFrom(rules), categories }));

  console.log([...from].map(([rule, score]) => `${rule} from ${score}`).join(', '));
  report('the dictionaries alone', texts, () => NOTHING);
  report('with what was learnt from the others', texts, (at) => models[at % PARTS] ?? NOTHING);
  const all = prepare(texts, clauses);
  writeFileSync(
    STARTER_MODEL,
    writeModel({ rules: heardFrom(trainRules(all)), categories: trainCategories(all), examples: examplesHash() }),
  );
}
