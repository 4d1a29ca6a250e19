import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createApp } from '../../../src/http/app';
import { createHttpServer } from '../../../src/http/http-server';
import { createSite } from '../../../src/http/site';
import { Spool } from '../../../src/http/spool';
import { ARTICLES, fakeCases, fakeIntake, NO_CHAT, NO_STAFF } from '../site/customer/fake-cases';
import { waitUntil } from '../../support/processes';
import { createHarness, type Harness } from '../support/harness';

const WINDOW_MS = 300;
/** Of all that jest can fake; the interval is what the product's window ends by. */
const EVERY_TIMER_BUT_INTERVALS = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

let harness: Harness;
let server: Server;
let port: number;
let dir: string;
let filed: { caseNo: string; accessCode: string };

beforeAll(async () => {
  harness = await createHarness();
  filed = await harness.open();
  dir = await mkdtemp(join(tmpdir(), 'redress-pace-'));
  const pages = createSite({
    cases: fakeCases({}).cases,
    staff: NO_STAFF,
    articles: ARTICLES,
    chat: NO_CHAT,
    intake: fakeIntake().intake,
    limits: harness.needs.limits,
    fileBytes: 64 * 1024,
    spool: new Spool(dir, 1_000_000),
    publicUrl: 'http://127.0.0.1',
    orgName: 'x',
    contact: '',
    log: { error: () => undefined },
  }).router;
  const app = createApp({
    ...harness.needs,
    registry: new Registry(),
    pages,
    pace: { windowMs: WINDOW_MS, windowBytes: 1_000 },
  });
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await harness.close();
  await rm(dir, { recursive: true, force: true });
});

/** Sends this, then a byte now and then, until the other side hangs up. @returns what it answered */
async function trickle(path: string, type: string, first: string, headers = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: ${type}\r\nContent-Length: 50000\r\n\r\n${first}`,
  );
  const drip = setInterval(() => socket.write('x'), 50);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await new Promise((closed) => socket.once('close', closed));
  clearInterval(drip);
  return answer;
}

const FORM = 'multipart/form-data; boundary=b';
const file = (name: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nx`;

test.each<[string, () => Promise<string>, number]>([
  ['JSON', () => trickle('/api/complaints', 'application/json', '{"text":"'), 408],
  ['a page', () => trickle('/p', 'application/x-www-form-urlencoded', 'caseNo='), 408],
  ['the complaint form', () => trickle('/complain', FORM, file('files')), 408],
  [
    'evidence',
    () =>
      trickle(`/api/complaints/${filed.caseNo}/evidence`, FORM, file('file'), `X-Access-Code: ${filed.accessCode}\r\n`),
    408,
  ],
  ['what has been answered already', () => trickle('/api/nothing', 'application/json', '{'), 404],
])('a body that trickles in is ended: %s', async (_what, send, status) => {
  const answer = await send();
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('nothing of a form that was ended is kept', async () => {
  expect(await trickle('/complain', FORM, file('files'))).toContain('408');
  await waitUntil(
    async () => (await readdir(dir, { recursive: true })).every((name) => !name.includes('form-')),
    'no form is left on disk',
  );
});

test('a page says it to people', async () => {
  const answer = await trickle('/p', 'application/x-www-form-urlencoded', 'caseNo=');
  expect(answer).toMatch(/^content-type: text\/html/im);
  expect(answer).toContain('没有收到完整的内容');
});

test('a body that comes steadily may take longer than any window', async () => {
  // The end of a window is ours to say: on a busy machine a pause of this process is no fault of the client's.
  jest.useFakeTimers({ doNotFake: [...EVERY_TIMER_BUT_INTERVALS] });
  try {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = connect(port, '127.0.0.1');
    const body = JSON.stringify({ text: 'x'.repeat(4_000) });
    socket.write(
      `POST /api/complaints HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const [served] = await accepted;
    await waitUntil(() => jest.getTimerCount() > 0, 'the request is watched');
    for (let at = 0; at < body.length; at += 1_000) {
      const before = served.bytesRead;
      const part = body.slice(at, at + 1_000);
      socket.write(part);
      await waitUntil(() => served.bytesRead >= before + part.length, 'the part has come');
      if (at + 1_000 < body.length) jest.advanceTimersByTime(WINDOW_MS);
    }
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
    expect(answer).toMatch(/^HTTP\/1\.1 422 /);
  } finally {
    jest.useRealTimers();
  }
});

test('heads that trickle in are ended', async () => {
  const slow = createHttpServer(() => undefined, { headersTimeout: 200, connectionsCheckingInterval: 50 });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const socket = connect((slow.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-a: ');
  const drip = setInterval(() => socket.write('b'), 20);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await new Promise((closed) => socket.once('close', closed));
  clearInterval(drip);
  slow.close();
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});
