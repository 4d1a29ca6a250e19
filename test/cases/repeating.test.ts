import { createRepeating } from '../../src/cases/repeating';
import { waitUntil } from '../support/processes';

/** Rounds that do what a list says, the first one first; then they have nothing to do. */
function rounds(...list: (() => Promise<boolean>)[]) {
  const failures: unknown[] = [];
  let count = 0;
  const ended = new AbortController();
  const repeating = createRepeating({
    round: () => list[count++]?.() ?? Promise.resolve(false),
    failed: (error) => failures.push(error),
    // Nothing but `wake` ends a pause within this test.
    pauseMs: () => 3_600_000,
    ended,
  });
  return { ...repeating, ended: ended.signal, failures, count: () => count };
}
const more = () => Promise.resolve(true);
const nothing = () => Promise.resolve(false);

test('a round that has more to do is followed at once, another one by a pause that can be ended', async () => {
  const { run, wake, stop, count } = rounds(more, more, nothing);
  run();
  run();
  await waitUntil(() => count() === 3, 'three rounds');
  wake();
  await waitUntil(() => count() === 4, 'the pause is ended');
  await stop();
  expect(count()).toBe(4);
});

test('whoever wakes during a round means the next one; a round that fails is told, and others come', async () => {
  const fault = new Error('away');
  const during: (() => void)[] = [];
  const { run, wake, stop, failures, count } = rounds(() => {
    for (const act of during) act();
    return Promise.reject(fault);
  });
  during.push(wake);
  run();
  await waitUntil(() => count() === 2, 'the next round');
  expect(failures).toEqual([fault]);
  await stop();
});

test('stopping waits for the round that is under way, which sees it, and begins no other', async () => {
  let finish: () => void = () => undefined;
  const { run, stop, ended, count } = rounds(() => new Promise((done) => (finish = () => done(true))));
  run();
  await waitUntil(() => count() === 1, 'it is under way');
  let isStopped = false;
  const stopped = stop().then(() => (isStopped = true));
  expect(ended.aborted).toBe(true);
  await new Promise(setImmediate);
  expect(isStopped).toBe(false);
  finish();
  await stopped;
  expect(count()).toBe(1);
});
