import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { apiRoutes } from '../../src/http/app';
import { openApi } from '../../src/http/openapi';
import { PROJECT_ROOT } from '../../src/paths';
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
