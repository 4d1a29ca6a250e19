import { apiRoutes } from '../../src/http/app';
import { needsStaff, type Route } from '../../src/http/api/route';
import { Registry } from 'prom-client';
import { DECISION_NAMES } from '../../src/domain/decisions/catalogue';
import { ROLES, type Role } from '../../src/domain/basics/types';
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
});
afterAll(() => harness.close());

/** Who stands for each role; all but the two agents lead or belong elsewhere. */
const WHO: Record<Role, string> = {
  colleague: 'quinn',
  agent: 'anna',
  supervisor: 'sara',
  manager: 'mona',
  admin: 'adam',
};
const UNKNOWN = 'C250101-ZZZZZZ';
const FILE = '00000000-0000-4000-8000-000000000000';

const pathOf = (route: Route, caseNo: string): string =>
  route.path.replace(':caseNo', caseNo).replace(':evidenceId', FILE);

const QUERIES: Record<string, string> = { getSummary: '?from=2025-01-01&to=2030-01-01' };

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
  'code post /api/complaints/:caseNo/chase',
  'code post /api/complaints/:caseNo/reopen',
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

test('a role below the one of the route: 403; from it upwards: never', async () => {
  for (const route of routes) {
    const needed = ROLES.indexOf(route.access as Role);
    for (const role of ROLES) {
      const { status } = await ask(route, UNKNOWN, WHO[role]);
      const refused = ROLES.indexOf(role) < needed;
      expect(`${route.id} as ${role}: ${status === 403 ? 'refused' : 'let in'}`).toBe(
        `${route.id} as ${role}: ${refused ? 'refused' : 'let in'}`,
      );
      expect([200, 403, 404, 422]).toContain(status);
    }
  }
});

test('a case that is not theirs and one that does not exist look the same, for every role and route', async () => {
  const perCase = routes.filter((route) => route.path.includes(':caseNo') && route.id !== 'getEvidenceFile');
  const blind = { anna: other, arno: own, quinn: own };
  for (const route of perCase) {
    for (const [user, hidden] of Object.entries(blind)) {
      const [unseen, unknown] = await Promise.all([ask(route, hidden, user), ask(route, UNKNOWN, user)]);
      // A decision that needs fields is refused for its body before anybody looks for the case.
      expect([404, 422]).toContain(unknown.status);
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
  for (const user of ['anna', 'arno', 'sara', 'sven', 'mona', 'adam', 'quinn']) {
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
