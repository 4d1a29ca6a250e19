/** What a measurement gave. */
export interface Load {
  /** Requests that were answered. */
  count: number;
  seconds: number;
  perSecond: number;
  /** Latencies in milliseconds. */
  p50: number;
  p99: number;
}

interface Shape {
  concurrency: number;
  /** Ends after so many requests, or after so many seconds, whichever comes first. */
  count?: number;
  seconds?: number;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

/** @param latencies in milliseconds; @param seconds how long the measurement took */
export function summary(latencies: readonly number[], seconds: number): Load {
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    seconds,
    perSecond: sorted.length / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

/**
 * Measures a closed loop: so many clients, each of which sends its next request when the last was answered.
 * @param request gets the number of the request, from 0
 * @throws what a request throws; that ends the measurement
 */
export async function closedLoop(shape: Shape, request: (n: number) => Promise<void>): Promise<Load> {
  const { concurrency, count = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = shape;
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count && performance.now() < until) {
      const sent = performance.now();
      await request(next++);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return summary(latencies, (performance.now() - began) / 1_000);
}

/** The middle value, or the mean of the two in the middle; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/**
 * Measures each kind in turn, round by round (A B A B …): how fast a machine is changes from minute to minute, and what
 * is compared must be measured in the same minute.
 * @param budgetMs no further round begins after this time, but at least two are measured
 * @returns the loads of each kind, one for each round
 */
export async function inTurn<Kind extends string>(
  rounds: number,
  kinds: Record<Kind, () => Promise<Load>>,
  budgetMs = 40_000,
): Promise<Record<Kind, Load[]>> {
  const names = Object.keys(kinds) as Kind[];
  const loads = Object.fromEntries(names.map((name) => [name, [] as Load[]])) as Record<Kind, Load[]>;
  const began = performance.now();
  for (let round = 0; round < rounds && (round < 2 || performance.now() - began < budgetMs); round++) {
    for (const name of names) loads[name].push(await kinds[name]());
  }
  return loads;
}

/** The ratio of ours to theirs within each round; the median of all rounds. */
export const pairwise = (ours: readonly Load[], theirs: readonly Load[], of: 'perSecond' | 'p50' | 'p99'): number =>
  median(ours.map((load, round) => load[of] / (theirs[round]?.[of] ?? Number.NaN)));

/** One load for several rounds: the medians, which one disturbed round does not move. */
export const typical = (loads: readonly Load[]): Load => ({
  count: loads.reduce((sum, load) => sum + load.count, 0),
  seconds: loads.reduce((sum, load) => sum + load.seconds, 0),
  perSecond: median(loads.map((load) => load.perSecond)),
  p50: median(loads.map((load) => load.p50)),
  p99: median(loads.map((load) => load.p99)),
});
