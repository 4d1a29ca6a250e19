import type { Category, Sentiment } from '../../domain/basics/types';
import type { Rule } from '../lexicon/groups';
import { bytesOf, readParts, versionOf, weightsIn, writeParts } from './file';
import { PLACES } from './grams';
import type { Weights } from './linear';

/** A rule that clauses are read for. `from`: the score above which one counts. */
export interface LearntRule {
  label: Rule;
  from: number;
}

/** What has been learnt from examples: to hear the rules clause by clause, what a text is about, and its mood. */
export interface Model {
  rules: readonly LearntRule[];
  categories: readonly Category[];
  sentiments: readonly Sentiment[];
  /** The weights of all labels, first the rules', then the categories' and the sentiments'. */
  table: Table;
  /** Eight digits that change with every weight. */
  version: string;
  /** The hash of the examples that it was learnt from (`examplesHash`). */
  examples: string;
}

/**
 * The weights of several labels: a signed byte for each place and label, those of one place side by side, because a gram
 * is looked up for all labels at once.
 */
export interface Table {
  weights: Int8Array;
  /** By label: what a byte is worth, and what is added to every score. */
  scales: readonly number[];
  biases: readonly number[];
}

/** Joins the weights of labels that were learnt one by one; a byte keeps of each weight what matters. */
export function tableOf(learnt: readonly Weights[]): Table {
  const places = (learnt[0]?.length ?? 1) - 1;
  const weights = new Int8Array(places * learnt.length);
  const scales = learnt.map((of, label) => {
    let largest = 0;
    for (let place = 0; place < places; place++) largest = Math.max(largest, Math.abs(of[place] ?? 0));
    const scale = largest / 127 || 1;
    for (let place = 0; place < places; place++) {
      weights[place * learnt.length + label] = Math.round((of[place] ?? 0) / scale);
    }
    return scale;
  });
  return { weights, scales, biases: learnt.map((of) => of[places] ?? 0) };
}

/** The score of some grams by each label: see `scoreOf`. */
export function scoresOf({ weights, scales, biases }: Table, grams: readonly number[] | Uint32Array): Float64Array {
  const labels = scales.length;
  const scores = new Float64Array(labels);
  for (const gram of grams) {
    const row = gram * labels;
    for (let label = 0; label < labels; label++) scores[label] = (scores[label] ?? 0) + (weights[row + label] ?? 0);
  }
  const root = Math.sqrt(grams.length || 1);
  for (let label = 0; label < labels; label++) {
    scores[label] = (biases[label] ?? 0) + ((scales[label] ?? 0) * (scores[label] ?? 0)) / root;
  }
  return scores;
}

/** A model of nothing: what dictionaries find is all. */
export const NOTHING: Model = {
  rules: [],
  categories: [],
  sentiments: [],
  table: tableOf([]),
  version: '',
  examples: '',
};

interface Head
  extends Pick<Model, 'rules' | 'categories' | 'sentiments' | 'examples'>, Pick<Table, 'scales' | 'biases'> {}

const MARK = 'MOD2';

/** A model as a file (`writeParts`): `MOD2`, and the table's bytes. */
export function writeModel({ rules, categories, sentiments, examples, table }: Omit<Model, 'version'>): Buffer {
  const head: Head = { examples, rules, categories, sentiments, scales: table.scales, biases: table.biases };
  return writeParts(MARK, head, [bytesOf(table.weights)]);
}

/** @throws Error when the file is no model or was cut off */
export function readModel(file: Buffer): Model {
  const parts = readParts(MARK, file);
  if (!parts) throw new Error('not a model: npm run train writes one');
  const { examples, rules, categories, sentiments, scales, biases } = parts.head as Head;
  const size = scales.length * PLACES;
  if (parts.bytes.length !== size) throw new Error('the model was cut off');
  return {
    rules,
    categories,
    sentiments,
    table: { weights: weightsIn(parts.bytes, size), scales, biases },
    version: versionOf(file),
    examples,
  };
}
