// Runs the suites that need no server as if it were another day, to find tests and code that are right only today. Code
// that would take the time from a database server gets a clock instead (test/db/one-clock.test.ts).
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from './run.mjs';
import { runSuites, unitSuites } from './suites.mjs';

const DAY = 86_400_000;

/** [name, moment as `faketime` takes it, time zone of the machine]: tests must not depend on the zone either. */
export const OTHER_DAYS = [
  ['400 days from now', new Date(Date.now() + 400 * DAY).toISOString().slice(0, 19).replace('T', ' '), 'UTC'],
  ['29 February 2028', '2028-02-29 12:00:00', 'America/Los_Angeles'],
  ['23:59:30 on 31 December', `${new Date().getUTCFullYear()}-12-31 23:59:30`, 'Pacific/Auckland'],
];

/**
 * Slow suites that are given their times and so are left out. After a renaming one would run here, only more slowly.
 */
const SLOW = /\b(?:replay|imports|process\.property|calendar\.oracle|what-if)\.test\.ts$/;

/**
 * Suites of what asks no clock (test/text/clock.test.ts sees to it): another day would be the same to them. Those of the
 * days that a text names stay.
 */
const TIMELESS = /\btest\/text\/(?!facts\.)/;

/** Where `faketime` keeps what its processes share, by the number of the first one. */
const SHARED = '/dev/shm';

/** Removes what a `faketime` that was killed has left: it would refuse a later one that is given the same number. */
function forgetKilled() {
  for (const name of existsSync(SHARED) ? readdirSync(SHARED) : []) {
    const [, pid] = /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/.exec(name) ?? [];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(SHARED, name), { force: true });
  }
}

/** Whether `faketime` works here: it may not be installed, and some hardened systems refuse its preloaded library. */
export async function canPretend() {
  if (!which('faketime')) return false;
  forgetKilled();
  const { code, output } = await run('faketime', ['2028-02-29 12:00:00', process.execPath, '-p', 'Date.now()'], {
    quiet: true,
    env: pretending('UTC'),
  });
  return code === 0 && new Date(Number(output.trim())).toISOString().startsWith('2028-02-29T12:00');
}

/**
 * The environment for a pretended date. Only the date is another: timers use the real monotonic
 * clock, files their times.
 */
function pretending(zone) {
  return {
    ...process.env,
    REDRESS_VOLUME: 'some',
    TZ: zone,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}

/** Runs the quick suites on that day and resolves to what failed. */
export async function failuresOn([, moment, zone]) {
  const suites = (await unitSuites()).filter((path) => !SLOW.test(path) && !TIMELESS.test(path));
  const { failures } = await runSuites(['--silent', '--runTestsByPath', ...suites], {
    before: ['faketime', moment],
    env: pretending(zone),
    workers: 2,
  });
  return failures;
}
