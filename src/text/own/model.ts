import { CATEGORIES, type Category, type Grade, GRADES } from '../../domain/basics/types';
import { bytesOf, readParts, versionOf, weightsIn, writeParts } from '../model/file';
import { scoresOf, type Table } from '../model/model';

/** What the layer may say: a severity or a category. */
export const OWN_LABELS = [...GRADES, ...CATEGORIES] as const;
export type OwnLabel = Grade | Category;

/** What was learnt from the department's own confirmed cases. */
export interface OwnModel {
  /** The labels that it reads better than the rules do; it has no say in others. */
  used: ReadonlySet<OwnLabel>;
  /** Whether it may lower what the rules call major: it has missed no more of them than they, of enough. */
  lowersMajor: boolean;
  /** Where a gram, by its whole hash, stands in the table. */
  grams: ReadonlyMap<number, number>;
  /** The weights of all of `OWN_LABELS`. */
  table: Table;
  /** Eight digits that change with every weight. */
  version: string;
}

/** What an own model was made beside (`engineOf`): its figures hold for that one alone. */
interface Head extends Pick<Table, 'scales' | 'biases'> {
  engine: string;
  labels: readonly string[];
  used: readonly OwnLabel[];
  lowersMajor: boolean;
  grams: number;
}

const MARK = 'OWN1';

/** An own model as a file (`writeParts`): `OWN1`, the hashes of the grams (four bytes each), and the table's bytes. */
export function writeOwn(
  { used, lowersMajor, grams, table }: Pick<Head, 'used' | 'lowersMajor'> & { grams: readonly number[]; table: Table },
  engine: string,
): Buffer {
  const head: Head = {
    engine,
    labels: OWN_LABELS,
    used,
    lowersMajor,
    grams: grams.length,
    scales: table.scales,
    biases: table.biases,
  };
  const hashes = Buffer.alloc(grams.length * 4);
  for (const [at, gram] of grams.entries()) hashes.writeUInt32BE(gram, at * 4);
  return writeParts(MARK, head, [hashes, bytesOf(table.weights)]);
}

/**
 * @param engine what reads beside it now
 * @throws Error when the file is no own model, was cut off, or was made beside another engine or for other labels
 */
export function readOwn(file: Buffer, engine: string): OwnModel {
  const parts = readParts(MARK, file);
  if (!parts) throw new Error('not an own model');
  const { bytes } = parts;
  const head = parts.head as Head;
  if (head.engine !== engine) throw new Error('made beside another engine');
  if (head.labels.join() !== OWN_LABELS.join()) throw new Error('made for other labels');
  const table = head.grams * 4;
  const size = head.grams * OWN_LABELS.length;
  if (bytes.length !== table + size) throw new Error('the own model was cut off');
  const grams = new Map<number, number>();
  for (let at = 0; at < head.grams; at++) grams.set(bytes.readUInt32BE(at * 4), at);
  return {
    used: new Set(head.used),
    lowersMajor: head.lowersMajor,
    grams,
    table: { weights: weightsIn(bytes.subarray(table), size), scales: head.scales, biases: head.biases },
    version: versionOf(file),
  };
}

/** How much some grams, by their hashes, sound like each of `OWN_LABELS`; grams that were not learnt say nothing. */
export const scoresBy = ({ grams, table }: Pick<OwnModel, 'grams' | 'table'>, hashes: Uint32Array): Float64Array =>
  scoresOf(
    table,
    Array.from(hashes).flatMap((hash) => grams.get(hash) ?? []),
  );

/** By how much another label has to be likelier than the rules' one: who is in doubt follows the rules. */
const MARGIN = 1;

/** The likeliest of some labels, and the rules' one unless that is clearly less likely. */
export function clearlyLikeliest<Label extends OwnLabel>(
  scores: Float64Array,
  labels: readonly Label[],
  rules: Label,
): Label {
  const score = (label: Label): number => scores[OWN_LABELS.indexOf(label)] ?? 0;
  const best = labels.reduce((one, other) => (score(other) > score(one) ? other : one));
  return score(best) > score(rules) + MARGIN ? best : rules;
}
