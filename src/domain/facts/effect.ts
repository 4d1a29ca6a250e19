/**
 * Whether a corrective action has worked: complaints of its cause for each 1,000 complaints before and after it, and how
 * sure one may be that they have become fewer.
 * @module
 */
import { confidence } from './figures';

/** Complaints of a cause among all complaints whose cause is known. */
export interface Exposed {
  hits: number;
  /** Out of how many. */
  of: number;
}

/** Fewer complaints of the cause, before and after together, say nothing. */
export const LEAST_COMPARED = 5;

/** How many of 1,000, and between which rates the truth lies in 95 of 100 samples of this size. */
export interface Rate extends Exposed {
  rate: number | null;
  low: number | null;
  high: number | null;
}

/**
 * `fewer`, `more`: the whole interval of the ratio lies below or above 1; `unclear`: it does not; `early`: too few
 * complaints to compare.
 */
export const EFFECTS = ['fewer', 'more', 'unclear', 'early'] as const;

export interface Effect {
  before: Rate;
  after: Rate;
  /** The rate after, as a multiple of that before; null: nothing to compare with. */
  ratio: number | null;
  /** Between which multiples the truth lies; without an upper end: null. */
  low: number | null;
  high: number | null;
  told: (typeof EFFECTS)[number];
}

const rateOf = ({ hits, of }: Exposed): Rate => {
  const sure = confidence(hits, of);
  return {
    hits,
    of,
    rate: of === 0 ? null : (1000 * hits) / of,
    low: sure ? 1000 * sure.low : null,
    high: sure ? 1000 * sure.high : null,
  };
};

/**
 * Compares both rates. Of all complaints of the cause, the share that came after would be that of the exposure after if
 * nothing had changed; how sure that share is says how sure the ratio is (the conditional test of two Poisson rates, with
 * the interval of Wilson).
 */
export function effectOf(before: Exposed, after: Exposed): Effect {
  const hits = before.hits + after.hits;
  const sure = confidence(after.hits, hits);
  const rates = { before: rateOf(before), after: rateOf(after) };
  if (!sure || before.of === 0 || after.of === 0)
    return { ...rates, ratio: null, low: null, high: null, told: 'early' };
  const ratioAt = (share: number): number | null =>
    share >= 1 ? null : ((share / (1 - share)) * before.of) / after.of;
  const [low, high] = [ratioAt(sure.low), ratioAt(sure.high)];
  const told =
    hits < LEAST_COMPARED
      ? 'early'
      : high !== null && high < 1
        ? 'fewer'
        : low !== null && low > 1
          ? 'more'
          : 'unclear';
  return { ...rates, ratio: ratioAt(after.hits / hits), low, high, told };
}
