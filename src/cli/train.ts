/**
 * `npm run train`: learns the model that reads complaints beside the dictionaries from the examples in
 * `src/text/examples`, says how well it reads what it has not learnt from, and writes `src/text/model/starter.model`; and
 * the words by which complaints of the same matter are found, `src/text/model/words.model` (these alone with `--words`).
 * @module
 */
import { writeFileSync } from 'node:fs';
import { hear, likeliest, STARTER_MODEL } from '../text/model/classify';
import { exampleClauses, examplesHash, type ExampleText, exampleTexts } from '../text/model/examples';
import { type Model, NOTHING, writeModel } from '../text/model/model';
import { heardFrom, prepare, type ScoredText, thresholds, train } from '../text/model/train';
import { learnWords, WORD_MODEL, writeWords } from '../text/model/words';
import { readable, suggestGrade } from '../text/suggest';

/** Each third of the examples is read by what was learnt from the other two. */
const PARTS = 3;

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

function trainWords(): void {
  const texts = [...exampleTexts(), ...exampleClauses()].map(({ text }) => text);
  writeFileSync(WORD_MODEL, writeWords(learnWords(texts, examplesHash())));
}

function trainReading(): void {
  const texts = exampleTexts();
  const clauses = exampleClauses();
  const parts = Array.from({ length: PARTS }, (_, part) =>
    train(
      prepare(
        texts.filter((_text, at) => at % PARTS !== part),
        clauses,
      ),
    ),
  );
  const partOf = (at: number): Model => parts[at % PARTS] ?? NOTHING;
  const scored = texts.map((one, at): ScoredText => {
    const heard = likeliest(hear(readable(one), partOf(at)), partOf(at));
    return { grade: one.grade, found: foundIn(one), scores: new Map(heard.map(({ rule, score }) => [rule, score])) };
  });
  const from = thresholds(scored);
  const models = parts.map((part) => heardFrom(part, from));

  console.log([...from].map(([rule, score]) => `${rule} from ${score}`).join(', '));
  report('the dictionaries alone', texts, () => NOTHING);
  report('with what was learnt from the others', texts, (at) => models[at % PARTS] ?? NOTHING);
  const all = heardFrom(train(prepare(texts, clauses)), from);
  writeFileSync(STARTER_MODEL, writeModel({ ...all, examples: examplesHash() }));
}

if (require.main === module) {
  trainWords();
  if (!process.argv.includes('--words')) trainReading();
}
