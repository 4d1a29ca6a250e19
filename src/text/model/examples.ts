import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../paths';
import type { Grade } from '../../domain/basics/types';
import type { LabelledClause, LabelledText } from './train';

/** A complaint as it stands in a file of examples (src/text/examples/conventions.md says how they were labelled). */
export interface ExampleText extends LabelledText {
  grade: Grade;
}

const FOLDER = join(PROJECT_ROOT, 'src', 'text', 'examples');

/** Reads complaints, one JSON object a line. */
export const readTexts = (path: string): ExampleText[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExampleText);

/** The complaints that Redress has learnt from. */
export const exampleTexts = (): ExampleText[] => readTexts(join(FOLDER, 'complaints.jsonl'));

/** The clauses that Redress has learnt from: `label`, `+` or `-`, and the clause, with tabs between. */
export const exampleClauses = (): LabelledClause[] =>
  readdirSync(join(FOLDER, 'clauses'))
    .sort()
    .flatMap((name) => readFileSync(join(FOLDER, 'clauses', name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const [label, sign, text] = line.split('\t') as [LabelledClause['label'], '+' | '-', string];
      return { label, holds: sign === '+', text };
    });

/** Sixteen digits that change with every example. */
export const examplesHash = (): string =>
  createHash('sha256')
    .update(JSON.stringify([exampleTexts(), exampleClauses()]))
    .digest('hex')
    .slice(0, 16);
