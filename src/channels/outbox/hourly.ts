import { HOUR } from '../../domain/basics/milliseconds';

/**
 * Has some tidying done once an hour, however often it is called; at the first call too.
 * @param clock milliseconds since 1970
 */
export function hourly(clock: () => number, work: () => Promise<void>): () => Promise<void> {
  let doneAt = -HOUR;
  return async () => {
    if (clock() - doneAt < HOUR) return;
    doneAt = clock();
    await work();
  };
}
