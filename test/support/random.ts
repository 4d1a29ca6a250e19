import { createHash } from 'node:crypto';

/** Random numbers from 0 to below 1, the same for the same seed, so that a run that failed can be repeated. */
export function numbers(seed: string): () => number {
  let n = 0;
  return () => createHash('sha256').update(`${seed}/${n++}`).digest().readUInt32BE() / 2 ** 32;
}
