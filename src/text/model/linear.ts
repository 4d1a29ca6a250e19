import { PLACES } from './grams';

/** A linear model of one label: a weight for each place, and the bias at the end. */
export type Weights = Float32Array;

/** Something to learn from: its grams, whether the label holds, and how much it counts. */
export interface Example {
  grams: readonly number[];
  holds: boolean;
  counts: number;
}

const RATE = 0.5;
/** Pulls weights towards nothing, so that what was seen once says little. */
const DECAY = 1e-6;

/** The score of some grams: the sum of their weights over the root of their number; above 0 the label rather holds. */
export function scoreOf(weights: Weights, grams: readonly number[]): number {
  let sum = 0;
  for (const gram of grams) sum += weights[gram] ?? 0;
  return (weights[PLACES] ?? 0) + sum / Math.sqrt(grams.length || 1);
}

/**
 * Logistic regression by AdaGrad. The same examples in the same order give the same weights: what is drawn comes from a
 * fixed seed.
 * @param rounds how often each example is looked at
 */
export function learn(examples: readonly Example[], rounds: number): Weights {
  const weights = new Float32Array(PLACES + 1);
  const squares = new Float32Array(PLACES + 1).fill(1e-4);
  const order = examples.map((_, index) => index);
  let seed = 1;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 4_294_967_296) * limit);
  };
  const move = (place: number, gradient: number): void => {
    const square = (squares[place] ?? 0) + gradient * gradient;
    squares[place] = square;
    weights[place] = (weights[place] ?? 0) - (RATE * gradient) / Math.sqrt(square);
  };
  for (let round = 0; round < rounds; round++) {
    for (let last = order.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    for (const index of order) {
      const example = examples[index];
      if (!example) continue;
      const { grams, holds, counts } = example;
      const sure = 1 / (1 + Math.exp(-scoreOf(weights, grams)));
      const miss = (sure - Number(holds)) * counts;
      const each = miss / Math.sqrt(grams.length || 1);
      move(PLACES, miss);
      for (const gram of grams) move(gram, each + DECAY * (weights[gram] ?? 0));
    }
  }
  return weights;
}
