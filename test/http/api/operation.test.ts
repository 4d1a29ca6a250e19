import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { DECISION_NAMES } from '../../../src/domain/decisions/catalogue';
import { apiRoutes, createApp } from '../../../src/http/app';
import {
  ActionList,
  CaseAfterDecision,
  Me,
  PolicyAnswer,
  PolicyList,
  Problem,
  Summary,
} from '../../../src/http/api/schemas';
import { openApiPath } from '../../../src/http/openapi';
import { waitUntil } from '../../support/processes';
import { assigned, createHarness, complaint, PUBLIC_URL, type Harness } from '../support/harness';
import { onBusyMachine } from '../../support/busy';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());
beforeEach(() => {
  harness.engine.mode = 'up';
});

type Json = Record<string, unknown>;

describe('the OpenAPI document', () => {
  let document: { openapi: string; paths: Record<string, Record<string, Json>>; components: { schemas: Json } };
  beforeAll(async () => {
    document = (await harness.call('GET', '/openapi.json')).body as typeof document;
  });

  test('lists every route of the router, and nothing else', () => {
    const routes = apiRoutes({ ...harness.needs, registry: new Registry() });
    const served = routes.map(({ method, path }) => `${method} ${openApiPath(path)}`);
    const listed = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((m) => `${m} ${path}`),
    );
    expect(listed.toSorted()).toEqual(served.toSorted());
    for (const name of DECISION_NAMES) {
      expect(listed).toContain(`post /api/cases/{caseNo}/decisions/${name}`);
      expect(document.components.schemas[`Decision_${name}`]).toBeDefined();
    }
  });

  test('holds together: references, ids, parameters, failures', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
    const ids = new Set<string>();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item)) {
        const id = String(operation.operationId);
        expect(ids.has(id)).toBe(false);
        ids.add(id);
        const parameters = operation.parameters as { name: string; in: string; required: boolean; schema: object }[];
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map((parameter) => parameter.name)).toEqual(
          [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
        );
        for (const parameter of parameters) expect(parameter.schema).toBeDefined();
        const responses = operation.responses as Record<string, { description: string; content: Json }>;
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['500', '503']));
        for (const [status, { description, content }] of Object.entries(responses)) {
          expect(status).toMatch(/^[2-5]\d\d$/);
          expect(description).not.toBe('');
          const failed = Number(status) >= 400 && id !== 'readiness';
          expect(Object.keys(content)).toEqual(failed ? ['application/problem+json'] : Object.keys(content));
        }
        expect(operation.summary).toBeTruthy();
      }
    }
  });

  test('bodies refuse what is unknown', () => {
    const bodies = ['Complaint', 'SurveyAnswer', 'PolicyDraft', ...DECISION_NAMES.map((name) => `Decision_${name}`)];
    for (const name of bodies) {
      expect(document.components.schemas[name]).toMatchObject({ type: 'object', additionalProperties: false });
    }
    expect(JSON.stringify(document.components.schemas.Decision_assign)).not.toContain('ownerRole');
  });

  test('is readable at /docs without anything from elsewhere', async () => {
    const page = await harness.call('GET', '/docs/');
    expect(page.status).toBe(200);
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      expect(address).toMatch(/^\/docs\//);
      expect((await harness.call('GET', address)).status).toBe(200);
    }
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
    // Only there may styles stand inline.
    expect((await harness.call('GET', '/')).headers.get('content-security-policy')).not.toContain('unsafe');
  });
});

describe('addresses', () => {
  test('that do not exist and methods that are not taken are problems', async () => {
    const nowhere = await harness.call('GET', '/api/nowhere');
    expect(nowhere.status).toBe(404);
    expect(Problem.parse(nowhere.body).code).toBe('not_found');
    const method = await harness.call('DELETE', '/api/cases');
    expect(method.status).toBe(405);
    expect(method.headers.get('allow')).toBe('GET, HEAD');
    expect(Problem.parse(method.body).code).toBe('method_not_allowed');
    expect((await harness.call('GET', '/api/complaints')).headers.get('allow')).toBe('POST');
    expect((await harness.call('PUT', '/api/cases/C250101-ZZZZZZ/decisions/grade')).status).toBe(405);
    expect((await harness.call('OPTIONS', '/api/cases')).status).toBe(204);
  });

  test('that are malformed are 400 or 404, never 500', async () => {
    for (const path of [
      '/api/cases/%',
      '/api/cases/%ff',
      '/api/cases/%00',
      '/api/cases/..%2f..',
      '//api',
      '/api/cases/C250101-zzzzzz',
    ]) {
      const { status } = await harness.call('GET', path, { as: 'mona' });
      expect([400, 404]).toContain(status);
    }
  });

  test('/ names the others, on the public address whatever the Host header says', async () => {
    const answer = await harness.call('GET', '/', { headers: { 'x-forwarded-host': 'evil.example' } });
    expect(answer.body).toMatchObject({ api: `${PUBLIC_URL}/docs`, openapi: `${PUBLIC_URL}/openapi.json` });
    expect(answer.text).not.toContain('evil');
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const page = await fetch(`${harness.base}/`, { redirect: 'manual', headers: browser });
    expect([page.status, page.headers.get('location')]).toEqual([302, '/complain']);
  });

  test('answers carry the headers that browsers need, and an id', async () => {
    const answer = await harness.call('GET', '/api/nowhere');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  });
});

describe('the house', () => {
  const { version: _version, ...draft } = HOUSE_POLICY;

  test('policies are versions: a manager publishes the next, others read', async () => {
    expect((await harness.call('POST', '/api/policies', { as: 'sara', body: draft })).status).toBe(403);
    const answer = await harness.call('POST', '/api/policies', { as: 'mona', body: { ...draft, name: 'quick' } });
    expect(answer.status).toBe(201);
    const { version } = PolicyAnswer.parse(answer.body);
    expect(version).toBe(2);
    const list = PolicyList.parse((await harness.call('GET', '/api/policies', { as: 'anna' })).body);
    expect(list.items.map((item) => item.version)).toEqual([2, 1]);
    expect(list.items[0]).toMatchObject({ publishedBy: 'mona', policy: { name: 'quick' } });
    // In force at once in the process that published it.
    const { caseNo } = await harness.file();
    expect((await harness.stores.complaints.get(caseNo))?.policyVersion).toBe(2);
  });

  test.each([
    [{ ...draft, version: 7 }, 'version'],
    [{ ...draft, survey: { threshold: 9 } }, 'survey.threshold'],
    [{ ...draft, survey: undefined }, 'survey'],
    [{ ...draft, promises: { ...draft.promises, coffee: draft.promises.help } }, 'promises.coffee'],
  ])('a policy that is not one is refused', async (body, path) => {
    const answer = await harness.call('POST', '/api/policies', { as: 'mona', body });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  test('the summary counts what happened', async () => {
    const own = await createHarness();
    try {
      const first = await own.open();
      await own.open({ text: '热水器爆炸，人被烧伤送医院了' });
      await assigned(own, first.caseNo);
      await own.decide(first.caseNo, 'respond', 'anna', { via: 'phone', text: 'hello' });
      const steps = [
        ['propose', { remedies: [{ kind: 'refund', amount: 80.5 }], solution: 's' }],
        ['customerAnswer', { accepted: true }],
        ['carryOut', {}],
        ['resolve', { outcome: 'upheld', cause: 'design', summary: 's' }],
        ['recordSurvey', { speed: 4, solution: 4, attitude: 4, total: 4 }],
      ] as const;
      for (const [decision, body] of steps) {
        const answer = await own.decide(first.caseNo, decision, 'anna', body);
        expect(`${decision} ${answer.status}`).toBe(`${decision} 200`);
      }
      const from = new Date(Date.now() - 3_600_000).toISOString();
      const to = new Date(Date.now() + 3_600_000).toISOString();
      const answer = await own.call('GET', `/api/reports/summary?from=${from}&to=${to}`, { as: 'sara' });
      expect(Summary.parse(answer.body)).toMatchObject({
        received: 2,
        byGrade: { general: 1, major: 1 },
        promises: {
          firstResponse: { judged: 1, broken: 0, breachRate: 0 },
          resolution: { judged: 1, broken: 0, breachRate: 0 },
        },
        satisfaction: { rated: 1, mean: 4 },
        redress: 80.5,
      });
      const empty = await own.call('GET', '/api/reports/summary?from=2020-01-01&to=2020-02-01', { as: 'sara' });
      expect(Summary.parse(empty.body)).toMatchObject({
        // A date is a day of the house: of the desk in China, as the case number has it.
        from: '2019-12-31T16:00:00.000Z',
        to: '2020-01-31T16:00:00.000Z',
        received: 0,
        byGrade: {},
        promises: { firstResponse: { breachRate: null } },
        satisfaction: { mean: null },
      });
    } finally {
      await own.close();
    }
  });

  test.each(['', 'from=2025-01-01', 'from=2025-02-01&to=2025-01-01', 'from=x&to=y', 'from=0000-01-01&to=2025-01-01'])(
    'the period %j is refused',
    async (query) => {
      expect((await harness.call('GET', `/api/reports/summary?${query}`, { as: 'sara' })).status).toBe(422);
    },
  );

  test('corrective actions: who leads sees all, others their own', async () => {
    const action = (id: string, owner: string) => ({
      id,
      revision: 1,
      caseNos: [id.slice(0, -3)],
      kind: 'urgent' as const,
      owner,
      cause: 'design' as const,
      status: 'planned' as const,
      rounds: 1,
      state: {} as never,
    });
    const earlier = await harness.open();
    await assigned(harness, earlier.caseNo);
    for (const [n, owner] of ['anna', 'quinn'].entries()) {
      const input = { kind: 'urgent', owner, cause: 'design', description: `第 ${n + 1} 项` };
      expect((await harness.decide(earlier.caseNo, 'planAction', 'anna', input)).status).toBe(200);
      await harness.stores.actions.save(action(`${earlier.caseNo}-A${n + 1}`, owner));
    }
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo);
    const plan = { kind: 'urgent', owner: 'adam', cause: 'design', description: '更换同批次的接头' };
    const planned = await harness.decide(caseNo, 'planAction', 'anna', plan);
    const [inCase] = CaseAfterDecision.parse(planned.body).case.actions;
    expect(inCase).toMatchObject({ ownerName: 'Name of adam', description: plan.description });
    const seen = async (as: string, query = '') =>
      ActionList.parse((await harness.call('GET', `/api/corrective-actions${query}`, { as })).body).items.map(
        (item) => item.owner,
      );
    expect(await seen('sara')).toEqual(['anna', 'quinn']);
    expect(await seen('quinn')).toEqual(['quinn']);
    expect(await seen('anna', '?owner=quinn')).toEqual(['anna']);
    expect(await seen('mona', '?owner=quinn')).toEqual(['quinn']);
    // With what is to be done and by whom, as it was planned.
    await harness.stores.actions.save(action(`${caseNo}-A1`, 'adam'));
    const { body } = await harness.call('GET', '/api/corrective-actions?owner=adam', { as: 'sara' });
    expect(ActionList.parse(body).items).toMatchObject([
      { id: `${caseNo}-A1`, ownerName: 'Name of adam', description: plan.description },
    ]);
    // Whoever a case is about does not read in it by way of its actions either.
    await harness.database.pool.query(`update cases set against = '{sara}' where case_no = $1`, [caseNo]);
    expect(await seen('sara', '?owner=adam')).toEqual([]);
    expect(await seen('mona', '?owner=adam')).toEqual(['adam']);
  });

  test('me', async () => {
    const answer = await harness.call('GET', '/api/me', { as: 'quinn' });
    expect(Me.parse(answer.body)).toEqual({
      id: 'quinn',
      name: 'Name of quinn',
      role: 'colleague',
      team: 'quality',
      language: 'zh-CN',
    });
  });
});

describe('operation', () => {
  test('readiness says which part is away', async () => {
    expect((await harness.call('GET', '/healthz')).status).toBe(200);
    expect((await harness.call('GET', '/readyz')).body).toEqual({
      status: 'ready',
      parts: { postgres: 'up', temporal: 'up' },
    });
    harness.engine.mode = 'away';
    const answer = await harness.call('GET', '/readyz');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ parts: { postgres: 'up', temporal: 'away' } });
    expect((await harness.call('GET', '/healthz')).status).toBe(200);
  });

  test('a canary that was not escalated turns health red with the reason, and complaints are still taken', async () => {
    let says: 'ok' | 'pending' | 'failed' | Error = 'pending';
    const canary = () => (says instanceof Error ? Promise.reject(says) : Promise.resolve(says));
    const server = createServer(createApp({ ...harness.needs, registry: new Registry(), canary }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const look = async () => {
        const answer = await fetch(`${base}/readyz`);
        const metrics = await (await fetch(`${base}/metrics`)).text();
        return {
          code: answer.status,
          body: (await answer.json()) as object,
          ok: /^redress_canary_ok (\d)/m.exec(metrics)?.[1],
        };
      };
      expect(await look()).toMatchObject({
        code: 200,
        body: { status: 'ready', parts: { escalation: 'pending' } },
        ok: '1',
      });
      says = 'ok';
      expect(await look()).toMatchObject({ body: { status: 'ready', parts: { escalation: 'ok' } }, ok: '1' });
      says = 'failed';
      expect(await look()).toMatchObject({
        code: 200,
        body: {
          status: 'degraded',
          parts: { postgres: 'up', temporal: 'up', escalation: 'failed' },
          because: {
            zh: expect.stringContaining('没有升级') as string,
            en: expect.stringContaining('not escalated') as string,
          },
        },
        ok: '0',
      });
      says = new Error('away');
      expect(await look()).toMatchObject({ code: 200, body: { status: 'ready' }, ok: '1' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('a case that does not go on by itself is named, and counted by kind', async () => {
    const own = await createHarness();
    try {
      const { caseNo } = await own.open();
      const since = '2026-11-22T01:00:00.000Z';
      await own.stores.watch.open({ subject: caseNo, caseNo, kind: 'failing' }, since, since);
      await own.stores.watch.open({ subject: `${caseNo}-A1`, caseNo, kind: 'late' }, since, since);
      const answer = await own.call('GET', '/readyz');
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        status: 'degraded',
        because: { zh: expect.stringContaining('2 件案件'), en: expect.stringContaining('2 case(s)') },
        stuck: {
          count: 2,
          named: [
            { subject: caseNo, kind: 'failing', since },
            { subject: `${caseNo}-A1`, kind: 'late', since },
          ],
        },
      });
      const metrics = (await own.call('GET', '/metrics')).text;
      expect(metrics).toMatch(/^redress_cases_stuck\{kind="failing".*\} 1/m);
      expect(metrics).toMatch(/^redress_cases_stuck\{kind="ending".*\} 0/m);
      await own.stores.watch.end(caseNo, since);
      await own.stores.watch.end(`${caseNo}-A1`, since);
      expect((await own.call('GET', '/readyz')).body).toEqual({
        status: 'ready',
        parts: { postgres: 'up', temporal: 'up' },
      });
    } finally {
      await own.close();
    }
  });

  test('lag: a step of a chain that is not written counts, though its promise is known to be broken', async () => {
    const own = await createHarness();
    try {
      const { caseNo } = await own.open();
      // Broken an hour ago and written; its next step fell due ten minutes ago.
      await own.database.pool.query(
        `update case_clocks set due_at = now() - interval '1 hour', breached_at = now() - interval '1 hour',
           next_at = now() - interval '10 minutes' where case_no = $1 and clock = 'firstResponse'`,
        [caseNo],
      );
      const { text } = await own.call('GET', '/metrics');
      expect(Number(/^redress_promise_lag_seconds\S* (\S+)/m.exec(text)?.[1])).toBeGreaterThan(590);
      expect(text).toMatch(/^redress_cases_overdue\S* 1$/m);
    } finally {
      await own.close();
    }
  });

  test('metrics: open cases, promises, queues, latencies', async () => {
    await harness.open();
    const answer = await harness.call('GET', '/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    for (const line of [
      /^redress_cases_open\{stage="grade"\} [1-9]/m,
      /^redress_cases_breached 0/m,
      /^redress_promise_lag_seconds 0/m,
      /^redress_outbox_depth \d+/m,
      /^redress_workflow_starts_depth \d+/m,
      /^redress_inbound_oldest_seconds 0/m,
      /^redress_inbound_to_look_at 0/m,
      /^redress_webhooks_waiting 0/m,
      /^redress_webhooks_failing 0/m,
      /^redress_rooms_waiting 0/m,
      /^redress_rooms_failing 0/m,
      /^redress_trackers_waiting 0/m,
      /^redress_trackers_failing 0/m,
      /^redress_platforms_waiting 0/m,
      /^redress_platforms_failing 0/m,
      /^redress_sms_waiting 0/m,
      /^redress_sms_undelivered 0/m,
      /^redress_http_request_seconds_bucket\{/m,
    ]) {
      expect(answer.text).toMatch(line);
    }
    expect(answer.text).toMatch(/route="\/api\/cases\/:caseNo|route="\/api\/complaints"/);
  });
});

describe('Postgres away', () => {
  test('is 503 with Retry-After, never a 2xx, and heals by itself', async () => {
    const own = await createHarness({}, {});
    try {
      const { caseNo, accessCode } = await own.open();
      await own.way.cut();
      const began = Date.now();
      const answers = await Promise.all([
        own.call('POST', '/api/complaints', { body: complaint() }),
        own.call('GET', `/api/cases/${caseNo}`, { as: 'anna' }),
        own.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`),
        own.decide(caseNo, 'note', 'anna', { text: 'x' }),
      ]);
      expect(Date.now() - began).toBeLessThan(onBusyMachine(5_500));
      for (const answer of answers) {
        expect(answer.status).toBe(503);
        expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(5);
        expect(Problem.parse(answer.body).code).toBe('database_away');
      }
      expect((await own.call('GET', '/readyz')).body).toMatchObject({ parts: { postgres: 'away' } });
      await own.way.heal();
      const healed = await own.call('POST', '/api/complaints', { body: complaint() });
      expect(healed.status).toBe(201);
    } finally {
      await own.close();
    }
  });

  test('silent is 503 within five seconds, for more callers than there are connections', async () => {
    const own = await createHarness({}, {});
    try {
      await own.open();
      own.way.stall();
      const began = Date.now();
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => own.call('POST', '/api/complaints', { body: complaint() })),
      );
      expect(Date.now() - began).toBeLessThan(onBusyMachine(5_500));
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([503]));
      await own.way.heal();
      await waitUntil(
        async () => (await own.call('POST', '/api/complaints', { body: complaint() })).status === 201,
        'complaints are taken again',
      );
    } finally {
      await own.close();
    }
  });

  test('too slow is 503 within five seconds', async () => {
    const own = await createHarness({}, {});
    const client = await own.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('lock table complaints in access exclusive mode');
      const began = Date.now();
      const answer = await own.call('POST', '/api/complaints', { body: complaint() });
      expect(answer.status).toBe(503);
      expect(Date.now() - began).toBeLessThan(onBusyMachine(5_200));
    } finally {
      await client.query('rollback');
      client.release();
      await own.close();
    }
  });
});
