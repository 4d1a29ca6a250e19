import { z } from 'zod';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { CASE_SORTS } from '../../src/db';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_TEST } from '../../src/domain/case/webhook-events';
import { apiRoutes } from '../../src/http/app';
import { reply, route } from '../../src/http/api/route';
import { ListQuery, named } from '../../src/http/api/schemas';
import { openApi } from '../../src/http/openapi';
import { PROJECT_ROOT } from '../../src/paths';
import { contractOf } from './support/contract';
import { createHarness, PUBLIC_URL, type Harness } from './support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

/** In a process of its own: the validator is an ES module, and this runner loads none. */
const VALIDATE = `
  import { Validator } from '@seriousme/openapi-schema-validator';
  let text = '';
  for await (const part of process.stdin) text += part;
  const validator = new Validator({ strict: false });
  const { valid, errors } = await validator.validate(JSON.parse(text));
  console.log(JSON.stringify({ valid, version: validator.version, errors: valid ? undefined : errors }));
`;

async function validate(document: object): Promise<{ valid: boolean; version: string; errors?: unknown }> {
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '-e', VALIDATE], { cwd: PROJECT_ROOT });
  running.child.stdin?.end(JSON.stringify(document));
  return JSON.parse((await running).stdout) as { valid: boolean; version: string };
}

test('the document is valid OpenAPI 3.1', async () => {
  const document = openApi(apiRoutes({ ...harness.needs, registry: new Registry() }), PUBLIC_URL);
  expect(await validate(document)).toEqual({ valid: true, version: '3.1' });
  expect(await validate({ ...document, paths: { '/x': { get: { responses: { 200: {} } } } } })).toMatchObject({
    valid: false,
  });
});

test('what many answers hold is described once; every reference leads to its part', () => {
  const document = openApi(apiRoutes({ ...harness.needs, registry: new Registry() }), PUBLIC_URL) as {
    components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
  };
  const { schemas } = document.components;
  expect(schemas.CaseList?.properties?.items).toEqual({
    type: 'array',
    items: { $ref: '#/components/schemas/CaseListItem' },
  });
  expect(schemas.Department?.properties?.name).toEqual({ $ref: '#/components/schemas/Words' });
  const text = JSON.stringify(document);
  const led = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to));
  expect([...led].filter((to) => !to?.startsWith('#/components/schemas/') || !(to.slice(21) in schemas))).toEqual([]);
  expect(text).not.toContain('"$id"');
});

test('every event of the catalogue is described as a webhook, and the test', () => {
  const { webhooks } = openApi(apiRoutes({ ...harness.needs, registry: new Registry() }), PUBLIC_URL) as {
    webhooks: Record<string, { post: { requestBody: object } }>;
  };
  expect(Object.keys(webhooks)).toEqual([...WEBHOOK_EVENT_NAMES, WEBHOOK_TEST]);
  expect(JSON.stringify(webhooks['case.closed']?.post.requestBody)).toContain('#/components/schemas/WebhookMessage');
});

test('the list of cases is given in every order that the database knows', () => {
  expect(CASE_SORTS.map((sort) => ListQuery.parse({ sort }).sort)).toEqual(CASE_SORTS);
});

test('a name is given to one schema', () => {
  expect(() => named('Words', z.object({}))).toThrow('two schemas are called Words');
});

describe('what an answer may hold', () => {
  type Schema = { [key: string]: unknown; properties?: Record<string, unknown>; additionalProperties?: unknown };

  test('is described to the last field, except where it is a schema itself', () => {
    const document = openApi(apiRoutes({ ...harness.needs, registry: new Registry() }), PUBLIC_URL) as {
      components: { schemas: Record<string, Schema> };
      paths: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
    };
    const open: string[] = [];
    const seen = new Set<string>();
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const schema = value as Schema;
      if (typeof schema.$ref === 'string') {
        const name = schema.$ref.split('/').at(-1) ?? '';
        if (!seen.has(name)) {
          seen.add(name);
          walk(document.components.schemas[name], name);
        }
        return;
      }
      if (schema.properties && schema.additionalProperties !== false) open.push(at);
      for (const [key, inner] of Object.entries(schema)) walk(inner, key === 'properties' ? at : `${at}.${key}`);
    };
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) walk(responses, '');
    }
    expect(seen.size).toBeGreaterThan(25);
    expect(open).toEqual(['DecisionAbout.schema']);
  });

  test('is held against it: a field too many, one of another kind and a status that is not described are faults', () => {
    const made = route({
      method: 'get',
      path: '/api/things/:id',
      tag: 'house',
      id: 'getThing',
      summary: 'A thing',
      access: 'agent',
      answers: { 200: { about: 'It', schema: z.object({ id: z.string(), of: z.object({ n: z.int() }).optional() }) } },
      handle: async ({ params }) => reply(200, { id: params.id }),
    });
    const fault = contractOf([made], PUBLIC_URL);
    const answer = (body: unknown, status = 200) =>
      fault({ method: 'GET', path: '/api/things/1?x=2', status, contentType: 'application/json', body });
    expect(answer({ id: '1' })).toBeUndefined();
    expect(answer({ id: '1', of: { n: 2 } })).toBeUndefined();
    expect(answer({ id: '1', colour: 'red' })).toMatch(/colour/);
    expect(answer({ id: '1', of: { n: 2, m: 3 } })).toMatch(/"m"/);
    expect(answer({ id: 1 })).toMatch(/id/);
    expect(answer({})).toMatch(/id/);
    expect(answer({ id: '1' }, 201)).toMatch(/not described/);
  });
});
