import { apiRoutes } from '../../src/http/app';
import { needsStaff, type Route } from '../../src/http/api/route';
import { Registry } from 'prom-client';
import { DECISION_NAMES } from '../../src/domain/decisions/catalogue';
import { RANKS, ROLES, type Rank, type Role } from '../../src/domain/basics/types';
import { assigned, createHarness, type Harness } from './support/harness';

let harness: Harness;
/** A case of the team after-sales, which anna handles, and one of the team north, which arno handles. */
let own: string;
let other: string;
let all: Route[];
/** Those that ask for a role. */
let routes: Route[];

beforeAll(async () => {
  // Wrong tokens and numbers are counted by address; here there are more of them than anybody guesses in a minute.
  harness = await createHarness({ TRUST_PROXY: 'loopback' });
  own = (await harness.open()).caseNo;
  other = (await harness.open()).caseNo;
  await assigned(harness, own, 'anna');
  await assigned(harness, other, 'arno');
  all = apiRoutes({ ...harness.needs, registry: new Registry() });
  routes = all.filter((route) => needsStaff(route.access));
  await harness.stores.users.create({
    id: 'aude',
    name: 'Aude',
    email: 'aude@house.example',
    role: 'auditor',
    team: 'audit',
    language: 'en',
    active: true,
  });
  await harness.stores.users.addToken('aude', 'rdr_token-of-aude-for-this-test');
  harness.tokens.aude = 'rdr_token-of-aude-for-this-test';
});
afterAll(() => harness.close());

/** Who stands for each role; all but the two agents lead or belong elsewhere. */
const WHO: Record<Role, string> = {
  colleague: 'quinn',
  agent: 'anna',
  supervisor: 'sara',
  manager: 'mona',
  admin: 'adam',
  auditor: 'aude',
};
const UNKNOWN = 'C250101-ZZZZZZ';
const FILE = '00000000-0000-4000-8000-000000000000';

const pathOf = (route: Route, caseNo: string): string =>
  route.path.replace(':caseNo', caseNo).replace(':evidenceId', FILE);

const QUERIES: Record<string, string> = { getSummary: '?from=2025-01-01&to=2030-01-01', getCaseAt: '?seq=1' };

const from = (route: Route): Record<string, string> => ({ 'x-forwarded-for': `10.1.1.${routes.indexOf(route) + 1}` });
/** Empty bodies: what is asked here is who may, not what. Nothing of the cases changes. */
const ask = (route: Route, caseNo: string, as?: string) =>
  harness.call(route.method.toUpperCase(), pathOf(route, caseNo) + (QUERIES[route.id] ?? ''), {
    as,
    body: route.method === 'post' ? {} : undefined,
    headers: from(route),
  });

const withoutId = ({ status, body }: { status: number; body: Record<string, unknown> }) => ({
  status,
  body: { ...body, requestId: undefined },
});

/** Whoever opens another address to people without a login says so here. */
const OPEN = [
  'code get /api/complaints/:caseNo/progress',
  'code post /api/complaints/:caseNo/call-back',
  'code post /api/complaints/:caseNo/chase',
  'code post /api/complaints/:caseNo/messages',
  'code post /api/complaints/:caseNo/reopen',
  'code post /api/complaints/:caseNo/suggestions',
  'code post /api/complaints/:caseNo/withdraw',
  'code+staff post /api/complaints/:caseNo/evidence',
  'public get /api/proposals/:token',
  'public get /api/surveys/:token',
  'public get /healthz',
  'public get /metrics',
  'public get /readyz',
  'public post /api/proposals/:token',
  'public post /api/surveys/:token',
  'public+staff post /api/complaints',
  'public post /hooks/:id',
  'public post /hooks/:id/calls',
  'public get /hooks/platforms/:id',
  'public get /hooks/trackers/:id',
  'public post /hooks/trackers/:id',
  'public post /hooks/platforms/:id',
  'public post /hooks/:id/sms',
  'public post /hooks/sms/:key',
  'public get /hooks/wechat/:id',
  'public post /hooks/wechat/:id',
];

test('every decision has its route; every address is for staff but those that are meant for everybody', () => {
  for (const decision of DECISION_NAMES) {
    expect(all.map(({ method, path }) => `${method} ${path}`)).toContain(
      `post /api/cases/:caseNo/decisions/${decision}`,
    );
  }
  const open = all
    .filter(({ access }) => !needsStaff(access))
    .map((route) => `${route.access} ${route.method} ${route.path}`);
  expect(open.toSorted()).toEqual(OPEN.toSorted());
});

test('without a token, with a wrong one and with a malformed header: 401 everywhere', async () => {
  for (const route of routes) {
    const answers = await Promise.all([
      ask(route, own),
      ask(route, own, 'not-a-token-of-anybody'),
      harness.call(route.method.toUpperCase(), pathOf(route, own), {
        headers: { ...from(route), authorization: 'Basic YTpi' },
      }),
    ]);
    expect(answers.map((answer) => `${route.id} ${answer.status}`)).toEqual(Array(3).fill(`${route.id} 401`));
    expect(answers[0]?.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

test('a role below the one of the route: 403; from it upwards: never; an auditor reads all and changes nothing', async () => {
  for (const route of routes) {
    const needed = RANKS.indexOf(route.access as Rank);
    for (const role of ROLES) {
      const { status } = await ask(route, UNKNOWN, WHO[role]);
      const refused = role === 'auditor' ? route.method !== 'get' : RANKS.indexOf(role) < needed;
      expect(`${route.id} as ${role}: ${status === 403 ? 'refused' : 'let in'}`).toBe(
        `${route.id} as ${role}: ${refused ? 'refused' : 'let in'}`,
      );
      // A file does not come as JSON.
      expect([200, 202, 403, 404, route.multipart ? 415 : 422]).toContain(status);
    }
  }
});

test('a case that is not theirs and one that does not exist look the same, for every role and route', async () => {
  const perCase = routes.filter((route) => route.path.includes(':caseNo') && route.id !== 'getEvidenceFile');
  const blind = { anna: other, arno: own, quinn: own };
  const rank: Record<string, Rank> = { anna: 'agent', arno: 'agent', quinn: 'colleague' };
  for (const route of perCase) {
    for (const [user, hidden] of Object.entries(blind)) {
      const [unseen, unknown] = await Promise.all([ask(route, hidden, user), ask(route, UNKNOWN, user)]);
      // A decision that needs fields is refused for its body before anybody looks for the case.
      const isBelow = RANKS.indexOf(rank[user] as Rank) < RANKS.indexOf(route.access as Rank);
      expect(isBelow ? [403] : [404, 422]).toContain(unknown.status);
      expect(withoutId(unseen)).toEqual(withoutId(unknown));
    }
  }
});

test('the same with bodies that would be good', async () => {
  const bodies: Record<string, object> = {
    note: { text: 'x' },
    grade: { grade: 'general', category: 'other' },
    assign: { owner: 'anna' },
    withdraw: { reason: 'x' },
    accept: {},
    archive: {},
  };
  for (const [decision, body] of Object.entries(bodies)) {
    const [unseen, unknown] = await Promise.all([
      harness.decide(other, decision, 'anna', body),
      harness.decide(UNKNOWN, decision, 'anna', body),
    ]);
    expect(unseen.status).toBe(404);
    expect(withoutId(unseen)).toEqual(withoutId(unknown));
  }
});

test('who leads sees both; a list shows to each what the case does', async () => {
  for (const user of ['anna', 'arno', 'sara', 'sven', 'mona', 'adam', 'quinn', 'aude']) {
    const list = await harness.call('GET', '/api/cases?limit=100', { as: user });
    const listed = (list.body.items as { caseNo: string }[]).map((item) => item.caseNo);
    for (const caseNo of [own, other]) {
      const { status } = await harness.call('GET', `/api/cases/${caseNo}`, { as: user });
      expect(`${user} ${status === 200}`).toBe(`${user} ${listed.includes(caseNo)}`);
    }
  }
});

test('a colleague who is asked for help sees that case and may answer', async () => {
  const asked = await harness.decide(own, 'requestHelp', 'anna', { department: 'quality', question: 'which batch?' });
  expect(asked.status).toBe(200);
  expect((await harness.call('GET', `/api/cases/${own}`, { as: 'quinn' })).status).toBe(200);
  expect((await harness.call('GET', `/api/cases/${other}`, { as: 'quinn' })).status).toBe(404);
  const answer = await harness.decide(own, 'answerHelp', 'quinn', { taskId: 'h1', answer: 'batch 7' });
  expect(answer.status).toBe(200);
  expect(
    (await harness.decide(own, 'resolve', 'quinn', { outcome: 'upheld', cause: 'design', summary: 'x' })).status,
  ).toBe(403);
});

test('an auditor sees every case, is offered nothing in it, and gets no part in one', async () => {
  for (const caseNo of [own, other]) {
    const seen = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'aude' });
    expect(seen.status).toBe(200);
    expect(seen.body.allowed).toEqual([]);
  }
  expect((await harness.decide(own, 'note', 'aude', { text: 'x' })).status).toBe(403);
  const file = new FormData();
  file.set('file', new Blob(['%PDF-1.4']), 'x.pdf');
  const added = await fetch(`${harness.base}/api/complaints/${own}/evidence`, {
    method: 'POST',
    headers: { authorization: `Bearer ${harness.tokens.aude}` },
    body: file,
  });
  expect(added.status).toBe(403);
  const parts: [string, object][] = [
    ['reassign', { owner: 'aude', reason: 'x' }],
    ['requestHelp', { assignee: 'aude', department: 'quality', question: 'x' }],
    ['reassign', { owner: 'anna', taskForce: ['aude'], reason: 'x' }],
  ];
  for (const [decision, body] of parts) {
    const answer = await harness.decide(own, decision, 'sara', body);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('is an auditor');
  }
  const departments = await harness.call('GET', '/api/departments', { as: 'aude' });
  expect(departments.text).not.toContain('audit');
  const leave = { userId: 'anna', from: '2033-01-01T00:00:00Z', to: '2033-01-02T00:00:00Z', deputy: 'aude' };
  expect((await harness.call('POST', '/api/leaves', { as: 'sara', body: leave })).text).toContain(
    'an auditor works on no cases',
  );
  // Sending an auditor away takes an admin.
  const away = (as: string) => harness.call('PATCH', '/api/staff/aude', { as, body: { active: false } });
  expect([(await away('mona')).status, (await away('adam')).status]).toEqual([403, 200]);
});

test('a token that is taken away works no longer than two seconds', async () => {
  const user = {
    id: 'temp',
    name: 'T',
    email: 't@x.cn',
    role: 'agent',
    team: 'after-sales',
    language: 'en',
    active: true,
  } as const;
  await harness.stores.users.create(user);
  await harness.stores.users.addToken('temp', 'a-token-for-temp-only');
  expect((await harness.call('GET', '/api/me', { as: 'a-token-for-temp-only' })).body).toMatchObject({ id: 'temp' });
  await harness.database.pool.query("update users set active = false where id = 'temp'");
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect((await harness.call('GET', '/api/me', { as: 'a-token-for-temp-only' })).status).toBe(401);
});
