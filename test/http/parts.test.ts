import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Request } from 'express';
import { readUpload } from '../../src/http/api/multipart';
import { readForm } from '../../src/http/site/kit/form-data';
import { Spool } from '../../src/http/spool';
import { BodyFault, bytesToText, readParts, type PartHandlers } from '../../src/http/parts';
import { waitUntil } from '../support/processes';
import { problems } from '../../src/http/middleware/problem';

/**
 * Both readers of uploads behind a real HTTP server, with whoever uses a file coming to it late, as one that opens a file
 * on disk first does. What escapes them would end a server; here Jest hears of it, and the suite fails.
 */
let server: Server;
let port: number;
let dir: string;
const seen: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redress-parts-'));
  const spool = new Spool(dir, 1_000_000);
  await spool.prepare(Date.now());
  const app = express();
  app.post('/form', async (request, response) => {
    const form = await readForm(request, { files: 3, fileBytes: 4_096, spool });
    await form.dispose();
    response.json({ fields: [...form.values], files: form.files.map(({ fileName, fault }) => ({ fileName, fault })) });
  });
  app.post('/upload', async (request, response) => {
    const read = await readUpload(request, 4_096, async ({ fileName, content, note }) => {
      for (let late = 0; late < 3; late++) await setImmediate();
      let bytes = 0;
      for await (const chunk of content as AsyncIterable<Buffer>) bytes += chunk.length;
      return { fileName, bytes, note: await note() };
    });
    response.json(read);
  });
  app.use(((error: { status?: number }, _request, response, next) => {
    // As the pages do: theirs say themselves what is wrong.
    if (error.status === undefined || response.headersSent) next(error);
    else response.status(error.status).end();
  }) as ErrorRequestHandler);
  app.use(problems({ error: (fields) => void seen.push(JSON.stringify(fields)), warn: () => undefined }));
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(dir, { recursive: true, force: true });
});
/** Sends these bytes as a body, hangs up when told to, and gives the status; 0: none came. */
async function send(
  path: string,
  pieces: Buffer[],
  { declared, cut = false, type = 'multipart/form-data; boundary=B' }: Sending = {},
) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const length = declared ?? pieces.reduce((sum, piece) => sum + piece.length, 0);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
  );
  for (const piece of pieces) {
    socket.write(piece);
    await setImmediate();
  }
  if (cut) {
    socket.resetAndDestroy();
    return { status: 0, body: '' };
  }
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
  return { status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) };
}
interface Sending {
  declared?: number;
  cut?: boolean;
  type?: string;
}

const head = (disposition: string, ...more: string[]): string =>
  [`--B`, `Content-Disposition: form-data${disposition}`, ...more, '', ''].join('\r\n');
const FILE = head('; name="file"; filename="a.png"', 'Content-Type: image/png');
const NOTE = head('; name="note"');
const valid = (): Buffer => Buffer.from(`${FILE}${'x'.repeat(3_000)}\r\n${NOTE}what it shows\r\n--B--\r\n`);

describe.each(['/form', '/upload'])('%s', (path) => {
  test('a whole body is read', async () => {
    const { status, body } = await send(path, [valid()]);
    expect(status).toBe(200);
    expect(body).toContain('what it shows');
  });

  test.each<[string, string]>([
    ['no end behind a file that has begun', `${FILE}xxxxxxxxxx`],
    ['an end within the boundary', `${FILE}xxxxxxxxxx\r\n--`],
    ['NUL in the head of the second part', `${FILE}xxxxxxxxxx\r\n--B\r\nbad\0head\r\n\r\n`],
    ['NUL in a head, and a file behind it', `${NOTE}x\r\n--B\r\nbad\0head\r\n\r\nx\r\n${FILE}xxxx\r\n--B--\r\n`],
    ['two files, the second without an end', `${FILE}xxxx\r\n${FILE}yyyy`],
    ['a head without an end', '--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'],
    ['nothing but a boundary', '--B'],
    [
      'a field in a charset that nobody knows',
      `${head('; name="note"', 'Content-Type: text/plain; charset=x-no')}a\r\n--B--\r\n`,
    ],
  ])('%s: refused, and nothing escapes', async (_what, body) => {
    expect((await send(path, [Buffer.from(body)])).status).toBe(400);
    // In two pieces the second arrives while whoever uses the file is not there yet.
    const at = Math.min(body.length, FILE.length);
    const pieces = [Buffer.from(body.slice(0, at)), Buffer.from(body.slice(at))];
    expect((await send(path, pieces)).status).toBe(400);
  });

  test.each<[string, string]>([
    ['a field without a name', `${head('')}a\r\n--B--\r\n`],
    ['a file without a name', `${head('; filename="a.png"')}a\r\n--B--\r\n`],
    ['a part without a disposition', `--B\r\nContent-Type: image/png\r\n\r\na\r\n--B--\r\n`],
  ])('%s: answered, and nothing escapes', async (_what, body) => {
    expect([200, 400, 422]).toContain((await send(path, [Buffer.from(body)])).status);
  });

  test('a body far beyond the limits is refused, also when nobody said how long it is', async () => {
    const body = `${FILE}${'x'.repeat(3_000_000)}\r\n--B--\r\n`;
    expect((await send(path, [Buffer.from(body)])).status).toBe(413);
    const chunked = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=B' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  test('cut anywhere, by hanging up or by an end that comes too early', async () => {
    const body = valid();
    let state = 20261126;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < 150; i++) {
      // Where something begins or ends, more often than in the middle of a file.
      const at =
        i % 3 === 0 ? random(body.length) : i % 3 === 1 ? random(FILE.length + 40) : body.length - 1 - random(120);
      const half = random(at + 1);
      const pieces = i % 2 ? [body.subarray(0, at)] : [body.subarray(0, half), body.subarray(half, at)];
      // Only what stands behind the last boundary may be missing.
      const { status } = await send(path, pieces);
      if (status !== 400) expect([status, at >= body.length - 2]).toEqual([200, true]);
      await send(path, pieces, { declared: body.length, cut: true });
    }
    expect((await send(path, [body])).status).toBe(200);
  });

  test('what is wrong with a body is no fault of ours, and leaves nothing', async () => {
    expect(seen).toEqual([]);
    const left = async () => (await readdir(dir, { recursive: true })).filter((name) => name.includes('form-'));
    await waitUntil(async () => (await left()).length === 0, 'no part is left on disk');
  });
});

test('a body that came whole, by a client that then hangs up, ends for whoever reads it late', async () => {
  const ends: unknown[] = [];
  let arrived: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const late = createServer((request) => {
    const limits = { files: 1, fileBytes: 1_000_000, fields: 1, fieldBytes: 10, totalBytes: 2_000_000 };
    const read = readParts(request as Request, limits, {
      // Looked at only when the client is gone.
      file: ({ content }) => void request.once('close', () => content.resume()),
      field: () => undefined,
      tooMany: () => undefined,
    });
    void read.then(
      () => ends.push('read'),
      (error: unknown) => ends.push(error),
    );
    const whole = setInterval(() => {
      if (!request.complete) return;
      clearInterval(whole);
      arrived();
    }, 5);
  });
  late.listen(0, '127.0.0.1');
  await once(late, 'listening');
  const body = Buffer.from(`${FILE}${'x'.repeat(100_000)}\r\n--B--\r\n`);
  const socket = connect((late.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await all;
  socket.resetAndDestroy();
  await waitUntil(() => ends.length > 0, 'the body has ended');
  expect(ends).toEqual([expect.any(BodyFault)]);
  late.closeAllConnections();
  await new Promise((done) => late.close(done));
});

test('what a handler throws is what the reader throws; nothing behind it is looked at', async () => {
  const app = express();
  const told: string[] = [];
  const handlers: PartHandlers = {
    field: ({ name }) => {
      told.push(name);
      throw new RangeError('mine');
    },
    file: ({ name }) => void told.push(name),
    tooMany: () => undefined,
  };
  const limits = { files: 2, fileBytes: 10, fields: 2, fieldBytes: 10, totalBytes: 10_000 };
  const results: unknown[] = [];
  app.post('/', async (request, response) => {
    results.push(await readParts(request, limits, handlers).catch((error: unknown) => error));
    response.end();
  });
  const other = createServer(app);
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const body = `${NOTE}x\r\n${FILE}xxxx\r\n--B--\r\n`;
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  await fetch(url, { method: 'POST', headers: { 'Content-Type': 'multipart/form-data; boundary=B' }, body });
  await fetch(url, { method: 'POST', headers: { 'Content-Type': 'multipart/form-data' }, body });
  expect(results).toEqual([new RangeError('mine'), new BodyFault(400)]);
  expect(told).toEqual(['note']);
  other.closeAllConnections();
  await new Promise((done) => other.close(done));
});

describe('names', () => {
  const latin1 = (bytes: number[]): string => Buffer.from(bytes).toString('latin1');
  test.each<[string, string, string]>([
    ['UTF-8', Buffer.from('漏水.jpg').toString('latin1'), '漏水.jpg'],
    ['GBK', latin1([0xc2, 0xa9, 0xcb, 0xae, 0x2e, 0x6a, 0x70, 0x67]), '漏水.jpg'],
    ['GBK with a second byte that looks like a backslash', latin1([0xb2, 0xbf, 0x8e, 0x5c, 0x2e, 0x6a]), '部嶾.j'],
    ['GB18030 of four bytes', latin1([0x95, 0x32, 0x82, 0x36, 0xc2, 0xa9, 0x2e, 0x6a]), '𠀀漏.j'],
    ['a name that came with its charset', '漏水é.jpg', '漏水é.jpg'],
    ['a European one that came with its charset', 'Müller.jpg', 'Müller.jpg'],
    ['neither', latin1([0x81, 0x82, 0x83]), '\ufffd\ufffd\ufffd'],
    ['UTF-8 of two bytes a letter', Buffer.from('Müller ©.jpg').toString('latin1'), 'Müller ©.jpg'],
    ['Greek', Buffer.from('Ελλάδα.jpg').toString('latin1'), 'Ελλάδα.jpg'],
    ['ASCII', 'a.jpg', 'a.jpg'],
  ])('%s', (_what, sent, name) => {
    expect(bytesToText(sent)).toBe(name);
  });
});
