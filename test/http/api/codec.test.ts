import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { createApp } from '../../../src/http/app';
import { codecServer, EncryptionCodec } from '../../../src/temporal/codec';
import { createHarness, type Harness } from '../support/harness';

const UI = 'http://temporal-ui.example:8233';
const codec = new EncryptionCodec({ id: 'k1', key: Buffer.alloc(32, 7).toString('base64') });

let harness: Harness;
let base: string;
let server: ReturnType<typeof createServer>;
beforeAll(async () => {
  harness = await createHarness();
  const app = createApp({
    ...harness.needs,
    registry: new Registry(),
    config: { ...harness.needs.config, TEMPORAL_UI_URL: `${UI}/namespaces` },
    codec: {
      encode: (body) => codecServer.encode(codec, body),
      decode: (body) => codecServer.decode(codec, body),
    },
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await harness.close();
});

const ask = (what: string, as: string, body: unknown) =>
  fetch(`${base}/codec/${what}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${harness.tokens[as]}`,
      'content-type': 'application/json',
      'x-namespace': 'default',
    },
    body: JSON.stringify(body),
  });

const b64 = (text: string) => Buffer.from(text).toString('base64');
const payloads = [{ metadata: { encoding: b64('json/plain') }, data: b64('"hello"') }];

test('a manager seals and opens payloads, nobody below does', async () => {
  const sealed = await ask('encode', 'mona', { payloads });
  expect(sealed.status).toBe(200);
  const body = (await sealed.json()) as { payloads: { data: string }[] };
  expect(body.payloads[0]?.data).not.toBe(payloads[0]?.data);
  const opened = await ask('decode', 'mona', body);
  expect(await opened.json()).toEqual({ payloads });
  expect((await ask('decode', 'sara', body)).status).toBe(403);
});

test("Temporal UI's browser may ask from its own origin, and from no other", async () => {
  const asked = await fetch(`${base}/codec/decode`, { method: 'OPTIONS', headers: { origin: UI } });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(UI);
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  const elsewhere = await fetch(`${base}/api/me`, { method: 'OPTIONS', headers: { origin: UI } });
  expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
});

test('without a key there is no such address', async () => {
  expect((await harness.call('POST', '/codec/decode', { as: 'mona', body: { payloads } })).status).toBe(404);
});
