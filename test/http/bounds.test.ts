import { Registry } from 'prom-client';
import { z } from 'zod';
import { apiRoutes } from '../../src/http/app';
import type { Route } from '../../src/http/api/route';
import { createHarness, type Harness } from './support/harness';

interface Schema {
  type?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
  allOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
}

let harness: Harness;
let routes: Route[];
beforeAll(async () => {
  harness = await createHarness();
  routes = apiRoutes({ ...harness.needs, registry: new Registry() });
});
afterAll(() => harness.close());

const MAX_INT = 2_147_483_647;
/** Beyond what Postgres or `Date` can hold, and years that offsets carry over the end. */
const FAR = ['0000-01-01', '1899-12-31', '2101-01-01', '9999-12-31'].flatMap((day) => [
  day,
  `${day}T00:00:00Z`,
  `${day}T23:59:59-23:59`,
]);

function* faultsIn(schema: unknown, path: string): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) yield* faultsIn(item, `${path}.${index}`);
    return;
  }
  const node = schema as Schema;
  const fixed = node.const !== undefined || node.enum !== undefined;
  if ((node.type === 'integer' || node.type === 'number') && !fixed) {
    const least = node.minimum ?? node.exclusiveMinimum ?? -Infinity;
    const most = node.maximum ?? node.exclusiveMaximum ?? Infinity;
    // Moments of a frozen time zone, in milliseconds; they stay inside a document.
    const limit = path.includes('.offsets.') ? 8.64e15 : node.type === 'integer' ? MAX_INT : 1e12;
    if (least < -limit || most > limit) yield `${path}: ${node.type} from ${least} to ${most}`;
  }
  if (node.format === 'date' || node.format === 'date-time') {
    const patterns = [node, ...(node.allOf ?? [])].flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
    const open = FAR.filter((value) => patterns.every((pattern) => new RegExp(pattern, 'u').test(value)));
    if (open.length > 0) yield `${path}: takes ${open[0]}`;
  }
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object') yield* faultsIn(value, `${path}.${key}`);
  }
}

const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

test('every number and date that a request may carry has bounds', () => {
  const found = routes.flatMap(({ id, query, body }) => [
    ...(query ? faultsIn(json(query), `${id}?`) : []),
    ...(body ? faultsIn(json(body), `${id}:`) : []),
  ]);
  expect(found).toEqual([]);
  expect(routes.length).toBeGreaterThan(80);
});

test('the walk sees what has none', () => {
  const open = z.strictObject({ n: z.int(), x: z.number().min(0), d: z.iso.date(), at: z.iso.datetime() });
  expect([...faultsIn(json(open), '')].map((fault) => fault.split(':')[0])).toEqual([
    '.properties.n',
    '.properties.x',
    '.properties.d',
    '.properties.at',
  ]);
});

const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

const WRONG: [string, string, unknown?][] = [
  ...['2026-02-30T00:00:00Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z'].map(
    (key): [string, string] => ['get', `/api/cases?sort=due&cursor=${cursor('due', key, 'C261126-000000')}`],
  ),
  ['get', '/api/forecast?from=9999-12-31T23:59:59-23:59'],
  ['get', '/api/forecast?from=0000-01-01'],
  ['get', '/api/forecast?from=2026-01-01&to=9999-12-31T23:59:59-23:59'],
  ['get', '/api/leaves?from=9999-12-31T23:59:59-23:00'],
  ['get', '/api/leaves?to=0000-01-01T00:00:00Z'],
  ['get', '/api/shifts?from=0000-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ['put', '/api/shifts', { from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59-23:00', shifts: [] }],
  ['post', '/api/leaves', { from: '2026-01-01T00:00:00Z', to: '9999-12-31T23:59:59-23:00' }],
  ['get', '/api/reports/summary?from=2026-01-01&to=9999-12-31T23:59:59-23:00'],
  ['get', '/api/calendars/cn/preview?from=0000-01-01&to=0000-02-01'],
  ['get', '/api/calendars/cn/preview?from=9999-12-01&to=9999-12-31'],
  ['post', '/api/policy-drafts', { title: 'x', from: 2_147_483_648 }],
  ['post', '/api/policies/1/moves/preview', { from: 274_877_906_945 }],
  ['post', '/api/what-if', { from: '2026-01-01', to: '9999-12-31T23:59:59-23:00', change: { policy: 1 } }],
  ['post', '/api/what-if', { from: '2026-01-01', to: '2026-02-01', change: { policy: 2_147_483_648 } }],
  [
    'post',
    '/api/complaints',
    {
      channel: 'web',
      language: 'en',
      customer: { name: 'x', email: 'a@b.example' },
      text: 'x',
      occurredAt: '0000-01-01',
    },
  ],
];
test.each(WRONG)('%s %s is refused by its field', async (...[method, path, body]) => {
  const answer = await harness.call(method.toUpperCase(), path, { as: 'mona', body });
  expect(answer.status).toBe(422);
  expect((answer.body.errors as { path: string }[])[0]?.path).toBeTruthy();
});

test.each([
  ['movePolicy', { to: 274_877_906_945 }, 'to'],
  ['extend', { promise: 'resolution', dueAt: '9999-12-31T23:59:59-23:59', reason: 'x' }, 'dueAt'],
  ['pause', { reason: 'parts', until: '0000-01-01T00:00:00Z', note: 'x' }, 'until'],
])('the decision %s %j is refused by its field', async (decision, body, path) => {
  const { caseNo } = await harness.open();
  const answer = await harness.decide(caseNo, decision, 'mona', body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ path }]);
});

test.each([
  '/api/calendars/%00',
  '/api/cases/%00',
  '/api/policies/%00',
  '/api/policy-drafts/%00',
  '/api/surveys/%00',
  '/api/policies/99999999999',
  '/api/policies/1/compare/2147483648',
])('%s is nothing', async (path) => {
  expect((await harness.call('GET', path, { as: 'mona' })).status).toBe(404);
});
