/**
 * How much a test that lives from volume makes. `REDRESS_VOLUME=full`: all that was promised, before a release and after a
 * change of what it tests. `REDRESS_VOLUME=some`: a quarter of what is usual, where the same was tried a moment ago, and
 * only the day or the line of Node is another (scripts/test.mjs).
 */
const { REDRESS_VOLUME } = process.env;
/** One of how many is made of what is usual. */
const ONE_OF = REDRESS_VOLUME === 'some' ? 4 : 1;

/** How many of something are made. */
export const volume = ({ usual, full = usual }: { usual: number; full?: number }): number =>
  REDRESS_VOLUME === 'full' ? full : Math.ceil(usual / ONE_OF);

/** All of a list, or every fourth of it. */
export const sampled = <T>(all: readonly T[]): readonly T[] => all.filter((_, n) => n % ONE_OF === 0);
