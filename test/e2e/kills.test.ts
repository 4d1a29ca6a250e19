import { setTimeout as sleep } from 'node:timers/promises';
import { complaintBody, PATIENCE_MS, Stack, type FiledBody } from './stack';
import { waitUntil } from '../support/processes';
import { numbers } from '../support/random';

/**
 * Systems of this kind have posted the same escalation five times. Here the worker is killed fifty times while promises
 * fall due all the time, wherever it happens to be: before a write, after it, in the middle of a task.
 */
const KILLS = 50;
const FIRST_RESPONSE_S = 8;
const MANAGER_AFTER_S = 5;
/** A worker lives until here after it has come up, at most. */
const LIFE_MS = 900;

/** When each worker dies is the same in every run; another seed kills elsewhere. */
const random = numbers(process.env.REDRESS_CHAOS_SEED ?? 'redress-1');

let stack: Stack;
const caseNos: string[] = [];

async function file(): Promise<void> {
  const { status, body } = await stack.api<FiledBody>('POST', '/api/complaints', complaintBody());
  if (status !== 201) throw new Error(`a complaint was answered ${status}`);
  caseNos.push(body.caseNo);
}

/** Of how many cases the manager has been told. */
async function toldManager(): Promise<number> {
  const [told] = await stack.sql<{ n: number }>(
    `select count(distinct case_no)::int as n from case_events where type = 'escalated' and data ->> 'to' = 'manager'`,
  );
  return told?.n ?? 0;
}

beforeAll(async () => {
  stack = await Stack.start();
  await stack.publish(({ promises }) => {
    const seconds = (value: number) => ({ value, unit: 'seconds' as const });
    const length = seconds(FIRST_RESPONSE_S);
    promises.firstResponse = {
      length: { general: length, important: length, major: length },
      pausable: false,
      warnAt: [0.5],
      managerAfter: seconds(MANAGER_AFTER_S),
    };
  });
  for (let kill = 0; kill < KILLS; kill++) {
    await Promise.all([file(), file()]);
    await sleep(LIFE_MS * random());
    const killedAt = new Date();
    await stack.kill('worker');
    await stack.ready('worker', killedAt);
  }
  // A hundred cases catch up one after another, on a busy machine for minutes: none is stuck while the others go on.
  for (let told = 0; told < caseNos.length;) {
    const before = told;
    await waitUntil(
      async () => (told = await toldManager()) > before,
      `a broken promise more than ${before} of ${caseNos.length} has gone to the manager`,
      2 * PATIENCE_MS,
    );
  }
}, 1_800_000);
afterAll(() => stack?.close());

const firstResponses = (type: string) =>
  stack.sql<{ case_no: string; version: number; to: string | null; times: number; due: string; received: string }>(
    `select e.case_no, (e.data ->> 'version')::int as version, e.data ->> 'to' as to, count(*)::int as times,
       min(e.data ->> 'dueAt') as due, min(c.data ->> 'receivedAt') as received
     from case_events e join case_events c on c.case_no = e.case_no and c.seq = 1
     where e.type = $1 and e.data ->> 'clock' = 'firstResponse' group by 1, 2, 3`,
    [type],
  );

test('each promise was broken once, at its true time', async () => {
  const broken = await firstResponses('promiseBreached');
  expect(broken.map((row) => row.case_no).toSorted()).toEqual(caseNos.toSorted());
  for (const { times, due, received } of broken) {
    expect(times).toBe(1);
    expect(Date.parse(due)).toBe(Date.parse(received) + FIRST_RESPONSE_S * 1_000);
  }
});

test('and escalated once to each level', async () => {
  const escalated = await firstResponses('escalated');
  expect(new Set(escalated.map(({ times }) => times))).toEqual(new Set([1]));
  expect(new Set(escalated.map(({ to }) => to))).toEqual(new Set(['supervisor', 'manager']));
  expect(escalated).toHaveLength(2 * caseNos.length);
});

test('ledger:check finds no difference', async () => {
  const { code, output } = await stack.ledgerCheck();
  expect([code, output]).toEqual([0, expect.stringContaining('no difference')]);
});
