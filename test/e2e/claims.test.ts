import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { createActivities } from '../../activities';
import { timed } from '../../activities/timed';
import type { Cases } from '../../src/cases';
import { createCases, type Upkeep } from '../../src/cases/create';
import { createDispatcher, type Dispatcher } from '../../src/cases/people/dispatch';
import { createEngine } from '../../src/cases/engine/engine';
import { createLinks } from '../../src/cases/access/links';
import type { User } from '../../src/db';
import { caseChanges } from '../../src/db/stores/case-changes';
import { reportStore } from '../../src/db/stores/reports';
import type { Policy } from '../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { countsInDatabase } from '../../src/db/stores/limits';
import { createApp } from '../../src/http/app';
import { createLimits } from '../../src/http/middleware/limits';
import { openTestStores, type TestStores } from '../db/support';
import { waitUntil } from '../support/processes';
import { createSigning } from '../../src/temporal/signature';
import { createDevServer, workflowBundle } from '../support/temporal';
import { onBusyMachine } from '../support/busy';

/** API, workflow, activities, Postgres and the Temporal server as in the product; only the processes are one. */
let on: TestStores;
let env: TestWorkflowEnvironment;
let worker: Worker;
let working: Promise<void>;
let cases: Cases & Upkeep;
let server: Server;
let base: string;
let dataDir: string;
let dispatcher: Dispatcher;
let policy: Policy;
const tokens = new Map<string, string>();

const person = (id: string, role: User['role'] = 'agent', change: Partial<User> = {}): User => ({
  id,
  name: id,
  email: `${id}@house.example`,
  role,
  team: 'after-sales',
  language: 'zh-CN',
  active: true,
  ...change,
});

async function hire(user: User): Promise<void> {
  const token = `rdr_${randomBytes(24).toString('base64url')}`;
  await on.stores.users.create(user);
  await on.stores.users.addToken(user.id, token);
  tokens.set(user.id, token);
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signing = createSigning('test-secret-of-at-least-32-characters');
const AGENTS = Array.from({ length: 100 }, (_, n) => `agent-${n}`);

beforeAll(async () => {
  [on, env] = await Promise.all([openTestStores(), createDevServer()]);
  const { stores, database } = on;
  const taskQueue = `claims-${randomUUID()}`;
  worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: timed(
      createActivities({
        stores,
        config: { mailDomain: 'test.example' },
        senders: { ...signing, allowUnsigned: false },
      }),
    ),
  });
  working = worker.run();
  const engine = createEngine(env.client, taskQueue);
  dataDir = await mkdtemp(join(tmpdir(), 'redress-claims-'));
  const config = {
    PUBLIC_URL: 'https://redress.example',
    COMPLAINT_RATE_LIMIT: 1_000_000,
    EVIDENCE_MAX_BYTES: 1_024,
    MAIL_FROM: 'Redress <redress@house.example>',
    ORG_NAME: 'Redress',
    DECISION_TIMEOUT_MS: onBusyMachine(4_000),
    DATA_DIR: dataDir,
    LINK_SECRET: 'test-secret-of-at-least-32-characters',
  };
  const links = createLinks({ secret: 'test-secret-of-at-least-32-characters', publicUrl: config.PUBLIC_URL });
  const counts = countsInDatabase(database);
  cases = createCases({
    stores,
    reports: reportStore(database),
    changes: caseChanges(database),
    engine,
    links,
    signing,
    config,
    counts,
    log,
  });
  const limits = createLimits(counts, config);
  server = createServer(createApp({ cases, config, limits, log, registry: new Registry(), probes: {} }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cases.starter.run();
  dispatcher = createDispatcher({
    stores,
    log,
    signal: (caseNo, found) =>
      env.client.workflow.getHandle(`complaint/${caseNo}`).signal('dispatch', signing.sign(caseNo, 'dispatch', found)),
  });
  dispatcher.run();

  policy = await stores.policies.publish(
    {
      ...HOUSE_POLICY,
      // Nobody on the staff has the role of a rule's manager: what is not claimed waits.
      routing: {
        rules: [
          { when: { categories: ['logistics'] }, role: 'manager' },
          { when: { grades: ['important', 'major'] }, role: 'supervisor' },
          { role: 'agent', skills: ['queue'] },
        ],
        prefer: ['leastLoad', 'rotation'],
      },
    },
    'u-manager',
  );
  await cases.prepare();
  await hire(person('sara', 'supervisor'));
  for (const id of AGENTS) await hire(person(id));
});

afterAll(async () => {
  await dispatcher.stop();
  await cases.starter.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  worker.shutdown();
  await working;
  await env.teardown();
  await on.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function call(method: string, path: string, as: string, body?: unknown) {
  const headers = { authorization: `Bearer ${tokens.get(as)}`, 'content-type': 'application/json' };
  const response = await fetch(`${base}${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const decide = (caseNo: string, name: string, as: string, body: object) =>
  call('POST', `/api/cases/${caseNo}/decisions/${name}`, as, body);

const stateOf = async (caseNo: string) => (await on.stores.cases.get(caseNo))?.state;

/** Graded, and waiting for somebody. */
async function waiting(category = 'logistics', grade = 'general'): Promise<string> {
  const filed = await call('POST', '/api/complaints', 'sara', {
    channel: 'web',
    language: 'zh-CN',
    customer: { name: '王小明', phone: `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}` },
    text: '包装盒有点脏，希望说明一下。',
  });
  expect(filed.status).toBe(201);
  const caseNo = String(filed.body.caseNo);
  await waitUntil(async () => (await stateOf(caseNo))?.stage === 'grade', 'the complaint is received');
  const graded = await decide(caseNo, 'grade', 'sara', { grade, category });
  expect([graded.status, graded.body.code]).toEqual([200, undefined]);
  await waitUntil(async () => (await stateOf(caseNo))?.queued !== undefined, 'the case waits');
  return caseNo;
}

const eventsOf = async (caseNo: string, type: string) =>
  (await on.stores.ledger.events(caseNo)).filter((item) => item.type === type);

test('a hundred people claim one case at once: one has it, ninety-nine are told who', async () => {
  const caseNo = await waiting();
  const answers = await Promise.all(AGENTS.map((id) => decide(caseNo, 'assign', id, { owner: id })));
  const statuses = answers.map(({ status }) => status);
  const winner = (await stateOf(caseNo))?.owner?.id ?? '';
  expect([
    statuses.filter((status) => status === 200).length,
    statuses.filter((status) => status === 409).length,
  ]).toEqual([1, 99]);
  expect(answers[AGENTS.indexOf(winner)]?.status).toBe(200);
  for (const { status, body } of answers) {
    if (status !== 409) continue;
    expect(body.code).toBe('already_owned');
    expect(body.detail).toContain(`already owned by ${winner}`);
    expect(body.detailZh).toContain(winner);
  }
  expect(await eventsOf(caseNo, 'assigned')).toHaveLength(1);
  const [, thief] = AGENTS.filter((id) => id !== winner);
  const stolen = await decide(caseNo, 'reassign', thief ?? '', { owner: thief, reason: '我来' });
  expect([403, 404]).toContain(stolen.status);
  const handed = await decide(caseNo, 'reassign', 'sara', { owner: thief, reason: '改派' });
  expect(handed.status).toBe(200);
});

test('nobody is free: the case waits, told once, and is given away within a second of somebody being there', async () => {
  const first = await waiting('other');
  const second = await waiting('other');
  const urgent = await waiting('other');
  expect(await eventsOf(first, 'escalated')).toHaveLength(1);
  expect((await eventsOf(first, 'queued')).map(({ data }) => data)).toEqual([{ why: 'nobody' }]);
  const queue = async () =>
    ((await call('GET', '/api/queue', 'sara')).body.items as { caseNo: string }[]).map((item) => item.caseNo);
  expect(await queue()).toEqual([first, second, urgent]);

  const began = Date.now();
  const hired = await call('PATCH', '/api/staff/agent-7', 'sara', { skills: ['queue'], maxOpen: 1 });
  expect(hired.status).toBe(200);
  await waitUntil(async () => (await stateOf(first))?.owner?.id === 'agent-7', 'the oldest has its owner');
  expect(Date.now() - began).toBeLessThan(onBusyMachine(1_500));
  expect(await queue()).toEqual([second, urgent]);

  // The owner hands it on: their place is free, and the next one is theirs.
  const freed = Date.now();
  expect((await decide(first, 'reassign', 'sara', { owner: 'agent-8', reason: '改派' })).status).toBe(200);
  await waitUntil(async () => (await stateOf(second))?.owner?.id === 'agent-7', 'the next has its owner');
  expect(Date.now() - freed).toBeLessThan(onBusyMachine(1_500));
  expect(await stateOf(urgent)).not.toHaveProperty('owner');
  expect(await eventsOf(second, 'assigned')).toHaveLength(1);
  expect(await eventsOf(second, 'escalated')).toHaveLength(1);

  // A person takes the last one; the dispatcher has nothing more to say about it.
  expect((await decide(urgent, 'assign', 'agent-9', { owner: 'agent-9' })).status).toBe(200);
  expect(await queue()).toEqual([]);
});

test('a signal that comes too late, or for what the case was, changes nothing', async () => {
  const caseNo = await waiting();
  const handle = env.client.workflow.getHandle(`complaint/${caseNo}`);
  const owner = { role: 'agent', team: 'after-sales' };
  const found = (id: string, grade: string) =>
    handle.signal('dispatch', signing.sign(caseNo, 'dispatch', { owner: { ...owner, id }, taskForce: [], grade }));
  await found('agent-1', 'major');
  await found('agent-1', 'general');
  await found('agent-2', 'general');
  await waitUntil(async () => (await stateOf(caseNo))?.owner !== undefined, 'the case has an owner');
  await handle.query('getCase');
  expect((await eventsOf(caseNo, 'assigned')).map(({ data }) => data)).toEqual([
    { owner: 'agent-1', role: 'agent', team: 'after-sales', taskForce: [], provisional: false },
  ]);
  expect((await stateOf(caseNo))?.policyVersion).toBe(policy.version);
});
