import { createHash } from 'node:crypto';
import type { Category } from '../../domain/basics/types';
import type { Rule } from '../lexicon/groups';
import { PLACES } from './grams';
import type { Weights } from './linear';

/** What was learnt of one label. */
export interface Learnt<Label> {
  label: Label;
  weights: Weights;
}

/** What has been learnt from examples: to hear the rules clause by clause, and what a text is about. */
export interface Model {
  /** `from`: the score above which a clause counts. */
  rules: readonly (Learnt<Rule> & { from: number })[];
  categories: readonly Learnt<Category>[];
  /** Eight digits that change with every weight. */
  version: string;
  /** The hash of the examples that it was learnt from (`examplesHash`). */
  examples: string;
}

interface Head {
  examples: string;
  labels: { label: string; scale: number; bias: number; from?: number }[];
}

const MARK = 'MOD1';

/**
 * A model as a file: `MOD1`, the length of a head in JSON (four bytes, big-endian), the head, and for each of its labels
 * one signed byte a place, to be multiplied by the label's scale.
 */
export function writeModel({ rules, categories, examples }: Omit<Model, 'version'>): Buffer {
  const parts: Buffer[] = [];
  const head: Head = { examples, labels: [] };
  for (const { label, weights, from } of [...rules, ...categories.map((one) => ({ ...one, from: undefined }))]) {
    let largest = 0;
    for (let place = 0; place < PLACES; place++) largest = Math.max(largest, Math.abs(weights[place] ?? 0));
    const scale = largest / 127 || 1;
    const bytes = Buffer.alloc(PLACES);
    for (let place = 0; place < PLACES; place++) bytes.writeInt8(Math.round((weights[place] ?? 0) / scale), place);
    head.labels.push({ label, scale, bias: weights[PLACES] ?? 0, ...(from === undefined ? {} : { from }) });
    parts.push(bytes);
  }
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([Buffer.from(MARK), length, json, ...parts]);
}

/** @throws Error when the file is no model or was cut off */
export function readModel(file: Buffer): Model {
  if (file.subarray(0, MARK.length).toString() !== MARK) throw new Error('not a model: npm run train writes one');
  const length = file.readUInt32BE(MARK.length);
  const from = MARK.length + 4 + length;
  const { examples, labels } = JSON.parse(file.subarray(MARK.length + 4, from).toString()) as Head;
  if (file.length !== from + labels.length * PLACES) throw new Error('the model was cut off');
  const all = labels.map(({ scale, bias, ...label }, at) => {
    const weights = new Float32Array(PLACES + 1);
    const bytes = new Int8Array(file.buffer, file.byteOffset + from + at * PLACES, PLACES);
    for (let place = 0; place < PLACES; place++) weights[place] = (bytes[place] ?? 0) * scale;
    weights[PLACES] = bias;
    return { ...label, weights };
  });
  return {
    rules: all.flatMap(({ label, weights, from: above }) =>
      above === undefined ? [] : [{ label: label as Rule, weights, from: above }],
    ),
    categories: all.flatMap(({ label, weights, from: above }) =>
      above === undefined ? [{ label: label as Category, weights }] : [],
    ),
    version: createHash('sha256').update(file).digest('hex').slice(0, 8),
    examples,
  };
}
