import { setTimeout as sleep } from 'node:timers/promises';
import type { Policy } from '../src/domain/policy/schema';
import { HOUSE_POLICY } from '../src/domain/policy/house';
import { closedLoop, summary } from './load';
import type { Ours } from './ours';
import type { Report } from './report';
import type { System } from './system';

/** How many cases are open, and how many of those break a promise while it is measured. */
export interface OpenSize {
  /** All open cases. */
  open: number;
  /** Those whose promises break one after the other. */
  spaced: number;
  /** Those whose promises break in the same second. */
  together: number;
  /** Those whose promises break one after the other while the worker is killed. */
  acrossKill: number;
}
/** For a full and a quick run. */
export const OPEN_FULL: OpenSize = { open: 10_000, spaced: 1_500, together: 1_000, acrossKill: 800 };
export const OPEN_QUICK: OpenSize = { open: 600, spaced: 150, together: 100, acrossKill: 100 };

const HOUR = 3_600_000;
const LENGTH_MS = 2 * HOUR;
/** Between two promises that break one after the other: twenty a second, far more than any department has. */
const GAP_MS = 50;
const CONCURRENCY = 16;

const long = { value: 60, unit: 'days' } as const;
/** A policy whose first response is due two hours after the receipt, and everything else after the measurement. */
const POLICY: Policy = {
  ...HOUSE_POLICY,
  promises: {
    ...HOUSE_POLICY.promises,
    firstResponse: {
      length: {
        general: { value: 2, unit: 'hours' },
        important: { value: 2, unit: 'hours' },
        major: { value: 2, unit: 'hours' },
      },
      pausable: false,
      warnAt: [],
    },
    resolution: { length: { general: long, important: long, major: long }, pausable: true, warnAt: [] },
  },
};

/**
 * Measures the lag of promises with many open cases: from the due time until the escalation is in the ledger, by the
 * time at which its mail was planned in the same transaction. Complaints are filed with a receipt in the past, so that
 * their promises break at chosen moments.
 */
export async function open(
  ours: Ours,
  system: System,
  report: Report,
  size: OpenSize,
  progress: (line: string) => void,
) {
  await ours.publish(POLICY);
  const rest = size.open - size.spaced - size.together - size.acrossKill;
  const began = performance.now();
  await start(
    ours,
    Array.from({ length: rest }, () => Date.now()),
  );
  const perSecond = rest / ((performance.now() - began) / 1_000);
  report.add({ figure: 'cases filed and started to be kept open', value: perSecond, unit: '/s' });
  /** Time to file and start `count` cases before the first of them is due. */
  const inTime = (count: number): number => Date.now() + 10_000 + (count / perSecond) * 1_400;

  // Starts cases whose promises break at `due`, and waits until all are escalated. Their mails follow later: whoever
  // measures next waits for them first.
  const watch = async (name: string, due: number[], meanwhile: () => Promise<void>) => {
    progress(`open: ${name}`);
    const caseNos = await start(
      ours,
      due.map((at) => at - LENGTH_MS),
    );
    if (Date.now() > (due[0] ?? 0)) throw new Error(`${name}: not ready in time`);
    await sleep((due[0] ?? 0) - Date.now());
    await meanwhile();
    await ours.escalatedAll(caseNos);
    return caseNos;
  };
  const none = async (): Promise<void> => undefined;

  let first = inTime(size.spaced);
  let cases = await watch(
    'one after the other',
    Array.from({ length: size.spaced }, (_, n) => first + n * GAP_MS),
    none,
  );
  const even = summary(await ours.firingLags(cases), (size.spaced * GAP_MS) / 1_000);
  report.atMost(
    `firing lag p99, ${size.open} open cases`,
    even.p99 / 1_000,
    's',
    2,
    `p50 ${even.p50.toFixed(0)} ms, 20/s`,
  );
  await ours.mailsSent();

  first = inTime(size.acrossKill);
  const due = Array.from({ length: size.acrossKill }, (_, n) => first + n * GAP_MS);
  cases = await watch('across the kill of the worker', due, async () => {
    await sleep((size.acrossKill * GAP_MS) / 4);
    await system.worker.kill();
    await system.worker.start();
  });
  const killed = summary(await ours.firingLags(cases), 1);
  report.atMost('firing lag p99 across a worker kill', killed.p99 / 1_000, 's', 15, `p50 ${killed.p50.toFixed(0)} ms`);
  await ours.mailsSent();

  first = inTime(size.together);
  cases = await watch(
    'all in the same second',
    Array.from({ length: size.together }, () => first),
    none,
  );
  const lags = await ours.firingLags(cases);
  const storm = summary(lags, 1);
  report.add({
    figure: 'all in one second: the last escalated after',
    value: Math.max(...lags) / 1_000,
    unit: 's',
    note: `${size.together} clocks, p50 ${(storm.p50 / 1_000).toFixed(1)} s`,
  });
  const most = await ours.escalationsEach();
  report.add({
    figure: 'escalations a clock, all of them',
    value: most,
    unit: '×',
    target: '= 1',
    met: most === 1,
  });
  const waited = performance.now();
  await ours.noticesGathered(cases);
  const { mails, digests } = await ours.noticesOf(cases);
  report.add({
    figure: 'mails to staff for them',
    value: mails + digests,
    unit: 'mails',
    note: `${digests} of them digests; all out ${((performance.now() - waited) / 1_000).toFixed(0)} s later`,
  });
  const { server, worker, temporal } = system;
  report.add({ figure: 'memory with all open: worker', value: worker.residentMiB, unit: 'MiB' });
  report.add({ figure: 'memory with all open: server', value: server.residentMiB, unit: 'MiB' });
  report.add({ figure: 'memory with all open: Temporal', value: temporal.residentMiB, unit: 'MiB' });
  const quiet = temporal.cpuSeconds;
  await sleep(10_000);
  report.add({
    figure: 'Temporal, all open and nothing due',
    value: ((temporal.cpuSeconds - quiet) / 10) * 100,
    unit: '% of a core',
  });
}

/** Files and starts complaints that were received at these moments, and waits until their workflows have them. */
async function start(ours: Ours, receivedAt: number[]): Promise<string[]> {
  const caseNos = await ours.filed(receivedAt.length, receivedAt);
  await closedLoop({ concurrency: CONCURRENCY, count: caseNos.length }, (n) => ours.start(caseNos[n] ?? ''));
  await ours.running(caseNos);
  ours.forget(caseNos);
  return caseNos;
}
