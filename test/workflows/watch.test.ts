import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { createEngine } from '../../src/cases/engine/engine';
import { createOversight, isFailing, type Oversight } from '../../src/cases/engine/oversight';
import { PolicyCache } from '../../src/cases/rules/policies';
import { createRestart } from '../../src/cases/engine/restart';
import { createWatch, type Watch } from '../../src/cases/engine/watch';
import { checkLedger, type Workflows } from '../../src/cli/ledger-check';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { PROCESS_REVISION } from '../../src/domain/case/revision';
import { PROJECT_ROOT } from '../../src/paths';
import { newCaseNo, openTestStores, type TestStores } from '../db/support';
import { ACTORS, text } from '../domain/walk';
import { waitUntil } from '../support/processes';
import { createDevServer, workflowBundle } from '../support/temporal';

// The whole of it on the real servers: what Temporal says of a run, and what becomes of a case.
const QUEUE = 'watched';
const MINUTE = 60_000;

let env: TestWorkflowEnvironment;
let on: TestStores;
let oversight: Oversight;
let watch: Watch;
/** How far our clock is ahead of Temporal's. */
let ahead = 0;
const told: string[] = [];

beforeAll(async () => {
  [env, on] = await Promise.all([createDevServer(), openTestStores()]);
  oversight = createOversight(env.client, QUEUE);
});
afterAll(async () => {
  await env.teardown();
  await on.close();
});
beforeEach(() => {
  ahead = 0;
  told.length = 0;
  const clock = (): number => Date.now() + ahead;
  const { stores } = on;
  const policies = new PolicyCache(stores.policies, clock);
  const restart = createRestart({ stores, policies, engine: createEngine(env.client, QUEUE), oversight, clock });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const tell = async (found: { subject: string }[]): Promise<boolean> => {
    told.push(...found.map(({ subject }) => subject));
    return true;
  };
  watch = createWatch({ stores, policies, oversight, restart, tell, mailDomain: 'redress.example', log, clock });
});

const worker = async (bundle: WorkflowBundleOption): Promise<Worker> =>
  Worker.create({
    connection: env.nativeConnection,
    taskQueue: QUEUE,
    workflowBundle: bundle,
    activities: createActivities({
      stores: on.stores,
      config: { mailDomain: 'test.example' },
      senders: { isOurs: () => false, allowUnsigned: true },
    }),
  });

const inputFor = (caseNo: string) => ({
  caseNo,
  policy: HOUSE_POLICY,
  received: {
    channel: 'web' as const,
    language: 'zh-CN' as const,
    customerId: '00000000-0000-4000-8000-0000000000aa',
    text: text(1),
    receivedAt: new Date().toISOString(),
    revision: PROCESS_REVISION,
    suggestion: { grade: 'general' as const, category: 'other' as const, rules: [], engine: 'rules@1' },
  },
});

const compared = (): Workflows => {
  const engine = createEngine(env.client, QUEUE);
  return { ...oversight, state: (caseNo, deadlineMs) => engine.state(caseNo, deadlineMs) };
};

const graded = async (caseNo: string): Promise<boolean> => (await on.stores.cases.get(caseNo))?.state.stage === 'grade';
const hasDecision = async (caseNo: string, id: string): Promise<boolean> =>
  (await on.stores.ledger.events(caseNo)).some(({ decision }) => decision?.id === id);

/** As the API does when no worker answers. */
async function accepted(caseNo: string, send = true): Promise<string> {
  const decisionId = randomUUID();
  const at = new Date().toISOString();
  const message = { decisionId, actor: ACTORS.agent, sentAt: at, input: { text: text(2) } };
  await on.stores.pendingDecisions.add({ caseNo, decisionId, name: 'note', message }, at);
  if (send) await oversight.signal(complaintWorkflowId(caseNo), 'note', message);
  return decisionId;
}

test('a terminated case goes on from its ledger, and so does what was accepted for it', async () => {
  const caseNo = newCaseNo();
  const id = complaintWorkflowId(caseNo);
  const first = await worker(await workflowBundle());
  await first.runUntil(async () => {
    await createEngine(env.client, QUEUE).start(inputFor(caseNo), 5_000);
    await waitUntil(() => graded(caseNo), 'the case is open');
  });
  // While no worker runs a decision is accepted; then somebody terminates the workflow, and its signals with it.
  const decisionId = await accepted(caseNo);
  await env.client.workflow.getHandle(id).terminate();
  expect(await oversight.standing(id)).toMatchObject({ is: 'ended', how: 'TERMINATED' });
  ahead = MINUTE;
  expect(await watch.look()).toMatchObject({ restarted: 1 });
  expect(await oversight.standing(id)).toMatchObject({ is: 'running' });
  const second = await worker(await workflowBundle());
  await second.runUntil(async () => {
    await waitUntil(() => hasDecision(caseNo, decisionId), 'the decision counts');
    await watch.look();
    expect(await on.stores.pendingDecisions.ofCase(caseNo)).toEqual([]);
    const lines: string[] = [];
    const { exitCode } = await checkLedger({
      stores: on.stores,
      workflows: compared(),
      say: (line) => lines.push(line),
    });
    expect([exitCode, lines]).toEqual([0, [expect.stringContaining('no difference')]]);
  });
  expect(await oversight.standing(complaintWorkflowId(newCaseNo()))).toEqual({ is: 'unknown' });
});

test('a case whose history cannot be replayed is named, and then goes on from its ledger', async () => {
  const caseNo = newCaseNo();
  const id = complaintWorkflowId(caseNo);
  const logger = new DefaultLogger('ERROR');
  const older = await bundleWorkflowCode({ workflowsPath: join(__dirname, 'faulty', 'older.ts'), logger });
  const opened = newCaseNo();
  // A ledger as the real workflow writes it, and a history that an older release has left.
  const real = await worker(await workflowBundle());
  await real.runUntil(async () => {
    await createEngine(env.client, QUEUE).start(inputFor(opened), 5_000);
    await waitUntil(() => graded(opened), 'a case is open');
  });
  const events = (await on.stores.ledger.events(opened)).map(({ hash: _hash, ...item }) => item);
  await on.stores.ledger.append(caseNo, events as never);
  const before = await worker(older);
  await before.runUntil(async () => {
    await createEngine(env.client, QUEUE).start(inputFor(caseNo), 5_000);
    await waitUntil(
      async () =>
        (await env.client.workflow.getHandle(id).fetchHistory()).events?.some(
          ({ timerStartedEventAttributes }) => timerStartedEventAttributes,
        ) ?? false,
      'the older release has worked on it',
      30_000,
    );
  });
  const today = await worker(await workflowBundle());
  await today.runUntil(async () => {
    const decisionId = await accepted(caseNo);
    await waitUntil(async () => isFailing(await oversight.standing(id)), 'its work fails again and again');
    const standing = await oversight.standing(id);
    expect(await oversight.whyFailing(id, standing.is === 'running' ? standing.runId : '')).toBe('nonDeterminism');

    ahead = 2 * MINUTE;
    await watch.look();
    expect((await on.stores.watch.openIncidents(9)).map(({ subject, kind }) => [subject, kind])).toEqual([
      [caseNo, 'failing'],
    ]);
    expect(told).toEqual([caseNo]);
    const lines: string[] = [];
    const { exitCode } = await checkLedger({
      stores: on.stores,
      workflows: compared(),
      say: (line) => lines.push(line),
    });
    expect(exitCode).toBe(1);
    expect(lines.filter((line) => line.startsWith('C'))).toEqual([
      expect.stringMatching(new RegExp(`^${caseNo}: its workflow fails at every try, since `)),
    ]);

    ahead = 13 * MINUTE;
    expect(await watch.look()).toMatchObject({ restarted: 1 });
    await waitUntil(() => hasDecision(caseNo, decisionId), 'what was accepted counts');
    expect(await on.stores.watch.openOf(caseNo)).toBeUndefined();
  });
});

test.each(['docs/guide.md', 'docs/guide.zh-CN.md'])(
  'the lists that %s links to are queries that the server takes',
  async (file) => {
    const page = readFileSync(join(PROJECT_ROOT, file), 'utf8');
    const queries = [...page.matchAll(/\/workflows\?query=([^)\s]+)/g)].map(([, query]) =>
      decodeURIComponent(query ?? ''),
    );
    expect(queries.length).toBeGreaterThanOrEqual(4);
    for (const query of queries) {
      const { count } = await env.client.workflow.count(query);
      expect(count).toBeGreaterThanOrEqual(0);
    }
    await expect(env.client.workflow.count('Breeched = true')).rejects.toThrow('Failed to count');
  },
);
