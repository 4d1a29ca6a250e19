import { createHmac } from 'node:crypto';
import { WANTED_HEADERS } from '../../../src/channels/trackers/api';
import { createTrackerRelay } from '../../../src/channels/trackers/relay';
import { isRefused } from '../../../src/cases';
import type { CaseTicket } from '../../../src/db';
import { TRACKER_KIND_NAMES, type TrackerKind } from '../../../src/domain/case/trackers';
import { createOutgoing } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { waitUntil } from '../../support/processes';
import { AsanaServer } from '../../support/trackers/asana';
import { BugzillaServer } from '../../support/trackers/bugzilla';
import { GithubServer } from '../../support/trackers/github';
import { JiraServer } from '../../support/trackers/jira';
import { TrelloServer } from '../../support/trackers/trello';
import type { TrackerServer } from '../../support/trackers/server';
import { assigned, createHarness, SECRET, type Harness } from '../../http/support/harness';
import { recorder } from '../mail/fake-stores';

/** What another department is asked goes into its own tracker once, and both sides stay the same. */
const MINUTE = 60_000;
const LOOK = 3 * MINUTE;
const HOOK = 'the-secret-of-the-hook';
const QUESTION = '请看这批外包装是不是换了供应商？';

/** What differs by kind: how a ticket is made, said to, closed, and how a call of the tracker looks. */
interface Ways {
  create: string;
  comment: (ref: string) => string;
  closes: RegExp;
  hook?: { header: string; body: (ref: string) => object; signature: (raw: string, address: string) => string };
}
const hmac = (algorithm: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac(algorithm, HOOK).update(text).digest(encoding);

const WAYS: Record<TrackerKind, Ways> = {
  github: {
    create: '/repos/house/quality/issues',
    comment: (ref) => `/repos/house/quality/issues/${ref}/comments`,
    closes: /^PATCH .*\/issues\/\d+$/,
    hook: {
      header: 'x-hub-signature-256',
      body: (ref) => ({ action: 'closed', issue: { number: Number(ref) } }),
      signature: (raw) => `sha256=${hmac('sha256', raw, 'hex')}`,
    },
  },
  jira: {
    create: '/rest/api/2/issue',
    comment: (ref) => `/rest/api/2/issue/${ref}/comment`,
    closes: /^POST .*\/transitions$/,
    hook: {
      header: 'x-hub-signature',
      body: (ref) => ({ webhookEvent: 'jira:issue_updated', issue: { id: ref, key: 'QA-1' } }),
      signature: (raw) => `sha256=${hmac('sha256', raw, 'hex')}`,
    },
  },
  trello: {
    create: '/1/cards',
    comment: (ref) => `/1/cards/${ref}/actions/comments`,
    closes: /^PUT /,
    hook: {
      header: 'x-trello-webhook',
      body: (ref) => ({ action: { type: 'updateCard', data: { card: { id: ref } } }, model: {} }),
      signature: (raw, address) => hmac('sha1', raw + address, 'base64'),
    },
  },
  asana: {
    create: '/api/1.0/tasks',
    comment: (ref) => `/api/1.0/tasks/${ref}/stories`,
    closes: /^PUT /,
    hook: {
      header: 'x-hook-signature',
      body: (ref) => ({
        events: [
          {
            action: 'added',
            resource: { gid: '77', resource_type: 'story' },
            parent: { gid: ref, resource_type: 'task' },
          },
        ],
      }),
      signature: (raw) => hmac('sha256', raw, 'hex'),
    },
  },
  bugzilla: { create: '/rest/bug', comment: (ref) => `/rest/bug/${ref}/comment`, closes: /^PUT / },
};

const SERVERS: Record<TrackerKind, new (clock: () => number) => TrackerServer> = {
  github: GithubServer,
  jira: JiraServer,
  trello: TrelloServer,
  asana: AsanaServer,
  bugzilla: BugzillaServer,
};

const clock = new TestClock(new Date().toISOString());
let harness: Harness;
const open: { close(): Promise<void> }[] = [];
const relays: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  harness = await createHarness({ OUTGOING_ALLOWED: ['127.0.0.0/8'] }, { ...PATIENT, clock: clock.now });
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await Promise.all(open.splice(0).map((one) => one.close()));
  await harness.database.pool.query('delete from trackers');
});
afterAll(() => harness.close());

/** A tracker on this machine, connected for this department. */
async function connect(kind: TrackerKind, department = 'quality', hook = WAYS[kind].hook && HOOK) {
  const server = await new SERVERS[kind](clock.now).open();
  open.push(server);
  const { url, place, token } = server;
  const body = {
    name: '质量部',
    kind,
    url,
    place,
    token,
    ...(department !== '' && { department }),
    ...(hook && { hookSecret: hook }),
  };
  const made = await harness.call('POST', '/api/trackers', { as: 'adam', body });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  return { server, id: String(made.body.id) };
}

function relay(settle?: Parameters<typeof createTrackerRelay>[0]['settle']) {
  const { log, lines } = recorder();
  const made = createTrackerRelay({
    stores: harness.stores,
    out: createOutgoing({
      allowed: ['127.0.0.0/8'],
      timeoutMs: 2_000,
      maxBytes: 1_000_000,
      wantedHeaders: WANTED_HEADERS,
    }),
    secret: SECRET,
    links: harness.links,
    settle: settle ?? ((settled) => harness.cases.tickets.settle(settled)),
    isAway: (error) => isRefused(error, 'away'),
    log,
    clock: clock.now,
    idleMs: 5,
    lookMs: LOOK,
  });
  relays.push(made);
  made.run();
  return { lines, stop: () => made.stop() };
}

/** A case in which the department of quality is asked. */
async function asked(): Promise<string> {
  const { caseNo } = await harness.open();
  await assigned(harness, caseNo);
  const answer = await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: QUESTION });
  expect(answer.status).toBe(200);
  return caseNo;
}

const ticket = async (caseNo: string): Promise<CaseTicket> => {
  const found = (await harness.stores.trackers.ofCase(caseNo)).at(-1);
  if (!found) throw new Error('no ticket');
  return found;
};
/** Until it is made, and nothing is under way. */
async function opened(caseNo: string): Promise<void> {
  await becomes(caseNo, 'open');
  const isQuiet = async () =>
    (await ticket(caseNo)).dueAt === undefined &&
    (await harness.stores.trackers.list()).every(({ lookedAt }) => lookedAt !== undefined);
  await waitUntil(isQuiet, 'it has been looked at');
}
const becomes = (caseNo: string, state: CaseTicket['state']) =>
  waitUntil(async () => (await ticket(caseNo)).state === state, `its ticket is ${state}`);
const later = (ms: number): void => clock.set(clock.now() + ms);
const calls = (server: TrackerServer, method: string, path: RegExp) =>
  server.calls.filter((call) => call.method === method && path.test(call.path)).length;
/** Until the tracker has been looked at after now. */
async function looked(id: string): Promise<void> {
  later(LOOK);
  const now = new Date(clock.now()).toISOString();
  const isLooked = async () =>
    ((await harness.stores.trackers.list()).find((one) => one.id === id)?.lookedAt ?? '') >= now;
  await waitUntil(isLooked, 'its tickets are looked at');
}
const helpOf = async (caseNo: string) => {
  const { body } = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
  return (body.case as { helpTasks: Record<string, unknown>[] }).helpTasks[0] ?? {};
};
describe.each(TRACKER_KIND_NAMES)('%s', (kind) => {
  const ways = WAYS[kind];
  test('what is asked is a ticket once, and what is done there is the answer', async () => {
    const { server, id } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    const made = server.only;
    expect(made.title).toContain(`[${caseNo}] 请求协助：请看这批外包装`);
    expect(made.body).toContain(QUESTION);
    expect(made.body).toContain(`https://redress.example/desk/cases/${caseNo}`);
    expect(JSON.stringify(made)).not.toMatch(/王小明|138 ?1234 ?5621|wang@example|包装盒有点脏/);

    made.assignee = '王工';
    server.says('换了，11 月起是新供应商。');
    server.says('已要求整改，下批恢复。', '王工');
    await looked(id);
    expect(await helpOf(caseNo)).toMatchObject({
      open: true,
      ticket: { state: 'open', assignee: '王工', comments: [{ author: 'wang' }, { text: '已要求整改，下批恢复。' }] },
    });
    server.finish();
    later(LOOK);
    await becomes(caseNo, 'done');
    expect(await helpOf(caseNo)).toMatchObject({
      open: false,
      answer: { by: { kind: 'system' }, text: expect.stringContaining('王工在') },
      ticket: { state: 'done', settledBy: 'there', url: expect.stringContaining('http') },
    });
    expect(String((await helpOf(caseNo)).answer && JSON.stringify((await helpOf(caseNo)).answer))).toContain(
      '下批恢复',
    );
    later(LOOK);
    expect(server.only.comments).toHaveLength(2);
    expect(calls(server, 'POST', new RegExp(`^${ways.create}$`))).toBe(1);
  });

  test('an outcome that nobody knows leaves no second ticket', async () => {
    const { server } = await connect(kind);
    server.breaksAfter = `POST ${ways.create}`;
    relay();
    const caseNo = await asked();
    await waitUntil(async () => (await harness.stores.trackers.list())[0]?.failures === 1, 'the call has failed');
    expect((await ticket(caseNo)).state).toBe('new');
    later(MINUTE);
    await opened(caseNo);
    expect(server.tickets.size).toBe(1);
    expect(calls(server, 'POST', new RegExp(`^${ways.create}$`))).toBe(1);
  });

  test('what is settled here is said there once, and closed', async () => {
    const { server } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    await harness.decide(caseNo, 'answerHelp', 'quinn', { taskId: 'h1', answer: '换了供应商。' });
    await becomes(caseNo, 'done');
    expect(server.only).toMatchObject({ isDone: true, comments: [{ text: expect.stringContaining('已经了结') }] });
    expect(await ticket(caseNo)).toMatchObject({ settledBy: 'here', ownComments: [server.only.comments[0]?.id] });

    const other = await asked();
    await opened(other);
    await harness.decide(other, 'answerHelp', 'anna', { taskId: 'h1', answer: '不用了。', withdrawn: true });
    await becomes(other, 'done');
    expect([...server.tickets.values()].map(({ isDone, comments }) => [isDone, comments.length])).toEqual([
      [true, 1],
      [true, 1],
    ]);
  });

  test('settled on both sides at once: the first one counts, the other is told, and nothing goes on', async () => {
    const { server } = await connect(kind);
    relay(async (settled) => {
      // Somebody here is quicker than the tracker's answer.
      await harness.decide(settled.caseNo, 'answerHelp', 'quinn', { taskId: 'h1', answer: '换了供应商。' });
      return harness.cases.tickets.settle(settled);
    });
    const caseNo = await asked();
    await opened(caseNo);
    server.says('没有换。');
    server.finish();
    later(LOOK);
    await becomes(caseNo, 'done');
    expect(await helpOf(caseNo)).toMatchObject({ answer: { text: '换了供应商。' }, ticket: { settledBy: 'here' } });
    expect(server.only.comments.map(({ text }) => text)).toEqual(['没有换。', expect.stringContaining('已经了结')]);
    expect(server.calls.filter(({ method, path }) => ways.closes.test(`${method} ${path}`))).toEqual([]);
  });

  test('a comment whose fate nobody knows is not written twice', async () => {
    const { server } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    const { ref = '' } = await ticket(caseNo);
    server.breaksAfter = `POST ${ways.comment(ref)}`;
    await harness.decide(caseNo, 'answerHelp', 'quinn', { taskId: 'h1', answer: '换了供应商。' });
    await waitUntil(async () => (await harness.stores.trackers.list())[0]?.failures === 1, 'the call has failed');
    later(MINUTE);
    await becomes(caseNo, 'done');
    expect(server.only.comments).toHaveLength(1);
    expect(server.only.isDone).toBe(true);
  });

  test('a ticket that is deleted there is noticed: the case says so, and the department is asked by mail again', async () => {
    const { server, id } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    if (server instanceof GithubServer) server.deleted.add(String(server.only.number));
    else server.tickets.clear();
    await looked(id);
    expect((await ticket(caseNo)).state).toBe('open');
    later(31 * MINUTE);
    await becomes(caseNo, 'lost');
    expect(await helpOf(caseNo)).toMatchObject({ open: true, ticket: { state: 'lost' } });
    const { rows } = await harness.database.pool.query(
      `select recipient_key, state from outbox where case_no = $1 and mail = 'helpRequested' order by id`,
      [caseNo],
    );
    expect(rows.map(({ recipient_key: key }: { recipient_key: string }) => key)).toEqual([
      'department:quality',
      'department:quality:again',
    ]);
  });

  test('where the whole place is out of reach, no ticket counts as deleted', async () => {
    const { server, id } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    server.instead = () => ({ status: 404, body: {} });
    later(31 * MINUTE);
    const failing = async () => (await harness.call('GET', `/api/trackers/${id}`, { as: 'adam' })).body;
    await waitUntil(async () => (await failing()).status === 'failing', 'the tracker fails');
    expect([(await failing()).code, (await ticket(caseNo)).state]).toEqual(['http_404', 'open']);
  });

  test('asked to wait, it waits; a token that is refused is tried ever more rarely', async () => {
    const { server, id } = await connect(kind);
    server.instead = () => ({ status: 429, headers: { 'retry-after': '600' }, body: {} });
    relay();
    const caseNo = await asked();
    const of = async () => (await harness.stores.trackers.list()).find((one) => one.id === id);
    await waitUntil(async () => (await of())?.failures === 1, 'it was refused');
    expect(Date.parse((await of())?.waitsUntil ?? '') - clock.now()).toBeGreaterThan(9 * MINUTE);
    later(9 * MINUTE);
    server.instead = () => ({ status: 401, body: {} });
    const before = server.calls.length;
    later(2 * MINUTE);
    await waitUntil(async () => (await of())?.failures === 2, 'it was refused again');
    expect(server.calls.length - before).toBe(1);
    expect(await of()).toMatchObject({ code: 'http_401' });
    server.instead = undefined;
    later(5 * MINUTE);
    await opened(caseNo);
    await waitUntil(async () => (await of())?.failures === 0, 'it works again');
  });

  test('a signed call has its ticket looked at at once; any other is refused', async () => {
    const { server, id } = await connect(kind);
    relay();
    const caseNo = await asked();
    await opened(caseNo);
    const { ref = '' } = await ticket(caseNo);
    server.says('换了。');
    server.finish();
    const { header = 'x-signature', body = () => ({}), signature = () => 'x' } = ways.hook ?? {};
    const raw = JSON.stringify(body(ref));
    const call = (at: string, headers: Record<string, string>) =>
      harness.call('POST', `/hooks/trackers/${at}`, { raw, headers });
    const signed = { [header]: signature(raw, harness.links.trackerHookUrl(id)) };
    const other = id.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    expect((await call(id, { [header]: signature(`${raw} `, harness.links.trackerHookUrl(id)) })).status).toBe(401);
    expect((await call(id, {})).status).toBe(401);
    expect((await call(other, signed)).status).toBe(401);
    expect((await ticket(caseNo)).state).toBe('open');
    expect((await call(id, signed)).status).toBe(ways.hook ? 200 : 401);
    if (!ways.hook) later(LOOK);
    await becomes(caseNo, 'done');
    expect((await helpOf(caseNo)).answer).toMatchObject({ text: expect.stringContaining('换了。') });
  });

  test('an admin tries it', async () => {
    const { server, id } = await connect(kind);
    relay();
    const tried = async () => {
      await harness.call('POST', `/api/trackers/${id}/test`, { as: 'adam' });
      const code = async () =>
        ((await harness.call('GET', `/api/trackers/${id}`, { as: 'adam' })).body.test as { code?: string }).code;
      await waitUntil(async () => (await code()) !== undefined, 'the test has ended');
      return code();
    };
    expect(await tried()).toBe('ok');
    server.instead = () => ({ status: 404, body: {} });
    expect(await tried()).toBe('http_404');
  });
});

test('a corrective action is handed over by hand, and what is done there starts it', async () => {
  const { server, id } = await connect('github', '');
  relay();
  const { caseNo } = await harness.open();
  await assigned(harness, caseNo);
  const planned = await harness.decide(caseNo, 'planAction', 'anna', {
    kind: 'preventive',
    owner: 'quinn',
    cause: 'supplier',
    description: '更换外箱供应商',
  });
  expect(planned.status).toBe(200);
  const subject = `${caseNo}-A1`;
  const offered = (await harness.call('GET', `/api/cases/${caseNo}/tickets`, { as: 'anna' })).body;
  expect(offered).toEqual({ subjects: [subject], trackers: [{ id, name: '质量部' }] });
  const hand = (as: string, body: object) => harness.call('POST', `/api/cases/${caseNo}/tickets`, { as, body });
  expect((await hand('arno', { subject, trackerId: id })).status).toBe(404);
  expect((await hand('anna', { subject: 'h7', trackerId: id })).status).toBe(409);
  expect((await hand('anna', { subject, trackerId: id })).status).toBe(202);
  expect((await hand('anna', { subject, trackerId: id })).body).toMatchObject({ code: 'not_to_hand_over' });
  await opened(caseNo);
  expect(server.only.title).toContain('纠正措施：更换外箱供应商');
  server.finish();
  later(LOOK);
  await becomes(caseNo, 'done');
  const { body } = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'anna' });
  expect((body.case as { actions: object[] }).actions[0]).toMatchObject({
    status: 'started',
    ticket: { state: 'done', settledBy: 'there' },
  });
});

test('of a case about one of the staff nothing goes there, by itself or by hand', async () => {
  const { server, id } = await connect('github');
  const { caseNo } = await harness.open({ text: '包装盒有点脏，希望说明一下。' });
  await harness.decide(caseNo, 'grade', 'sara', { grade: 'general', category: 'service_attitude', against: ['quinn'] });
  await harness.decide(caseNo, 'assign', 'sara', { owner: 'anna' });
  const help = await harness.decide(caseNo, 'requestHelp', 'anna', { department: 'quality', question: QUESTION });
  expect(help.status).toBe(200);
  expect(await harness.stores.trackers.ofCase(caseNo)).toEqual([]);
  const body = { subject: 'h1', trackerId: id };
  expect((await harness.call('POST', `/api/cases/${caseNo}/tickets`, { as: 'anna', body })).status).toBe(409);
  expect(server.calls).toEqual([]);
});

test('while the case cannot be told, the answer waits, and it is given once', async () => {
  const { server } = await connect('github');
  const answers: string[] = [];
  relay(async (settled) => {
    answers.push(settled.text);
    if (answers.length === 1) harness.engine.mode = 'away';
    try {
      return await harness.cases.tickets.settle(settled);
    } finally {
      harness.engine.mode = 'up';
    }
  });
  const caseNo = await asked();
  await opened(caseNo);
  server.says('换了。');
  server.finish();
  later(LOOK);
  await waitUntil(async () => (await ticket(caseNo)).code === 'case_away', 'the case is away');
  server.says('更正：没有换。');
  later(MINUTE);
  await becomes(caseNo, 'done');
  expect(new Set(answers).size).toBe(1);
  expect((await helpOf(caseNo)).answer).toMatchObject({ text: expect.stringContaining('换了。') });
});

test('a ticket that is not taken there is given up alone, and it may be handed over again', async () => {
  const { server, id } = await connect('github');
  server.instead = ({ method }) => (method === 'POST' ? { status: 422, body: {} } : undefined);
  relay();
  const caseNo = await asked();
  await becomes(caseNo, 'failed');
  expect((await harness.stores.trackers.list())[0]?.failures).toBe(0);
  server.instead = undefined;
  const body = { subject: 'h1', trackerId: id };
  expect((await harness.call('POST', `/api/cases/${caseNo}/tickets`, { as: 'anna', body })).status).toBe(202);
  await opened(caseNo);
});

test('unchanged, a list of issues is asked for by its tag, which costs nothing', async () => {
  const { server, id } = await connect('github');
  relay();
  const caseNo = await asked();
  await opened(caseNo);
  await looked(id);
  await looked(id);
  await looked(id);
  const last = server.calls.findLast((call) => call.method === 'GET' && call.path.endsWith('/issues'));
  expect(last?.headers['if-none-match']).toMatch(/^W\//);
  expect((await ticket(caseNo)).state).toBe('open');
});

test('Asana tells its secret first, and gets it back; a second one is not taken', async () => {
  const { id } = await connect('asana', 'quality', '');
  const greet = (secret: string) =>
    harness.call('POST', `/hooks/trackers/${id}`, { headers: { 'x-hook-secret': secret } });
  const first = await greet(HOOK.padEnd(32, 'x'));
  expect([first.status, first.headers.get('x-hook-secret')]).toEqual([200, HOOK.padEnd(32, 'x')]);
  expect((await greet('another-secret-of-somebody-else')).status).toBe(401);
  const raw = JSON.stringify({ events: [] });
  const signature = createHmac('sha256', HOOK.padEnd(32, 'x')).update(raw).digest('hex');
  const call = await harness.call('POST', `/hooks/trackers/${id}`, { raw, headers: { 'x-hook-signature': signature } });
  expect(call.status).toBe(200);
  expect((await fetch(`${harness.base}/hooks/trackers/${id}`, { method: 'HEAD' })).status).toBe(200);
});
