import { createHash } from 'node:crypto';

/** Numbers from 0 to below 1, the same for the same seed: a run that fails can be had again. */
export function numbers(seed: string): () => number {
  let n = 0;
  return () => createHash('sha256').update(`${seed}/${n++}`).digest().readUInt32BE() / 2 ** 32;
}
