import { PLACES } from './grams';

/** A linear model of one label: a weight for each place, and the bias at the end. */
export type Weights = Float32Array;

/** Something to learn from: its grams, whether the label holds, and how much it counts. */
export interface Example {
  grams: readonly number[] | Uint32Array;
  holds: boolean;
  counts: number;
}

const RATE = 0.5;
/** Pulls weights towards nothing, so that what was seen once says little. */
const DECAY = 1e-6;

/** The score of some grams: the sum of their weights over the root of their number; above 0 the label rather holds. */
export function scoreOf(weights: Weights, grams: Example['grams']): number {
  let sum = 0;
  for (const gram of grams) sum += weights[gram] ?? 0;
  return (weights[weights.length - 1] ?? 0) + sum / Math.sqrt(grams.length || 1);
}

/** Examples after which whoever learns beside other work may pause. */
const AT_ONCE = 200;

/**
 * Logistic regression by AdaGrad. The same examples in the same order give the same weights: what is drawn comes from a
 * fixed seed. Yields now and then, so that other work may go on in between.
 * @param rounds how often each example is looked at
 * @param places how many places there are
 */
export function* learning(
  examples: readonly Example[],
  rounds: number,
  places: number = PLACES,
): Generator<undefined, Weights> {
  const weights = new Float32Array(places + 1);
  const squares = new Float32Array(places + 1).fill(1e-4);
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
    for (const [at, index] of order.entries()) {
      if (at % AT_ONCE === AT_ONCE - 1) yield;
      const example = examples[index];
      if (!example) continue;
      const { grams, holds, counts } = example;
      const sure = 1 / (1 + Math.exp(-scoreOf(weights, grams)));
      const miss = (sure - Number(holds)) * counts;
      const each = miss / Math.sqrt(grams.length || 1);
      move(places, miss);
      for (const gram of grams) move(gram, each + DECAY * (weights[gram] ?? 0));
    }
  }
  return weights;
}

/** Learns without a pause: see `learning`. */
export function learn(examples: readonly Example[], rounds: number): Weights {
  const steps = learning(examples, rounds);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
