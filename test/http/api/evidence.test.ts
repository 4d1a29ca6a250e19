import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { EvidenceAdded } from '../../../src/http/api/schemas';
import { waitUntil } from '../../support/processes';
import { createHarness, type Answered, type Harness } from '../support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const LIMIT = 64 * 1024;
const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

interface Part {
  name: string;
  fileName?: string;
  type?: string;
  content: Buffer | string;
}

/** Written by hand: a browser would not send half of these. */
const multipart = (parts: Part[], boundary = 'b0undary'): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, fileName, type, content }) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
      ),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const photo = (content: Buffer | string = 'a photo', fileName = 'photo.jpg', type = 'image/jpeg'): Part => ({
  name: 'file',
  fileName,
  type,
  content,
});

const upload = (
  caseNo: string,
  parts: Part[] | Buffer,
  options: { code?: string; as?: string; contentType?: string } = {},
): Promise<Answered> =>
  harness.call('POST', `/api/complaints/${caseNo}/evidence`, {
    as: options.as,
    raw: new Uint8Array(Array.isArray(parts) ? multipart(parts) : parts),
    headers: {
      'content-type': options.contentType ?? 'multipart/form-data; boundary=b0undary',
      ...(options.code === undefined ? {} : { 'x-access-code': options.code }),
    },
  });

const drafts = async (): Promise<string[]> =>
  (await readdir(join(harness.dataDir, 'evidence', 'tmp'), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
const files = async (): Promise<string[]> =>
  (await readdir(join(harness.dataDir, 'evidence'), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe('uploading evidence', () => {
  test('keeps the file under its sha-256 and adds it to the case', async () => {
    const { caseNo, accessCode } = await harness.open();
    const content = Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.from('photo of the leak')]);
    const answer = await upload(caseNo, [photo(content, '漏水.jpg'), { name: 'note', content: '阀门处' }], {
      code: accessCode,
    });
    expect(answer.status).toBe(201);
    const added = EvidenceAdded.parse(answer.body);
    expect(added).toMatchObject({
      sha256: sha(content),
      bytes: content.length,
      mediaType: 'image/jpeg',
      fileName: '漏水.jpg',
      status: 'taken',
    });
    const path = join(harness.dataDir, 'evidence', added.sha256.slice(0, 2), added.sha256);
    expect(await readFile(path)).toEqual(content);
    expect((await harness.stores.cases.get(caseNo))?.state.evidence).toEqual([added.evidenceId]);
    const shown = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' });
    expect(shown.body).toMatchObject({ case: { evidence: [{ fileName: '漏水.jpg', addedBy: 'customer' }] } });
    const timeline = await harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'sara' });
    expect(timeline.text).toContain('阀门处');
  });

  test('the same file again is the same evidence', async () => {
    const { caseNo, accessCode } = await harness.open();
    const first = await upload(caseNo, [photo('once')], { code: accessCode });
    const again = await upload(caseNo, [photo('once')], { code: accessCode });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect((await harness.stores.cases.get(caseNo))?.state.evidence).toHaveLength(1);
    // In another case it is evidence of its own.
    const other = await harness.open();
    const there = await upload(other.caseNo, [photo('once')], { code: other.accessCode });
    expect(there.body.evidenceId).not.toBe(first.body.evidenceId);
  });

  test('the same bytes under another name or with another note keep both, and are there once', async () => {
    const { caseNo, accessCode } = await harness.open();
    const send = (name: string, note: string) =>
      upload(caseNo, [photo('same bytes', name), { name: 'note', content: note }], { code: accessCode });
    const answers = [await send('front.jpg', 'the front'), await send('invoice-0815.jpg', 'the invoice')];
    answers.push(await send('front.jpg', 'once more'));
    expect(answers.map(({ body }) => body.fileName)).toEqual(['front.jpg', 'invoice-0815.jpg', 'front.jpg']);
    expect(new Set(answers.map(({ body }) => body.evidenceId)).size).toBe(3);
    expect(new Set(answers.map(({ body }) => body.sha256)).size).toBe(1);
    expect((await send('invoice-0815.jpg', 'the invoice')).body).toEqual(answers[1]?.body);
    const timeline = await harness.call('GET', `/api/cases/${caseNo}/timeline`, { as: 'sara' });
    for (const note of ['the front', 'the invoice', 'once more']) expect(timeline.text).toContain(note);
    const again = await harness.call(
      'GET',
      `/api/complaints/${caseNo}/evidence/${String(answers[1]?.body.evidenceId)}`,
      {
        as: 'sara',
      },
    );
    expect(again.text).toBe('same bytes');
  });

  test('what the content is stands beside what the name says', async () => {
    const { caseNo, accessCode } = await harness.open();
    const pdf = await upload(caseNo, [photo('%PDF-1.4 of a bill', 'bill.jpg')], { code: accessCode });
    expect(pdf.body).toMatchObject({ mediaType: 'application/pdf', namedAs: 'image/jpeg', fileName: 'bill.jpg' });
    const shown = await harness.call('GET', `/api/cases/${caseNo}`, { as: 'sara' });
    expect(shown.body).toMatchObject({ case: { evidence: [{ mediaType: 'application/pdf', namedAs: 'image/jpeg' }] } });
    const program = Buffer.from('4d5a90000300000004000000ffff0000', 'hex');
    expect((await upload(caseNo, [photo(program, 'bill.pdf', 'application/pdf')], { code: accessCode })).status).toBe(
      415,
    );
    expect((await harness.stores.cases.get(caseNo))?.state.evidence).toHaveLength(1);
  });

  test('is for the customer with the code and for staff who see the case', async () => {
    const { caseNo, accessCode } = await harness.open();
    const unknown = await upload('C250101-ABCDEF', [photo()], { code: accessCode });
    const wrong = await upload(caseNo, [photo()], { code: 'WRONG' });
    const none = await upload(caseNo, [photo()]);
    expect([unknown.status, wrong.status, none.status]).toEqual([404, 404, 404]);
    expect((await upload(caseNo, [photo()], { as: 'quinn' })).status).toBe(404);
    expect((await upload(caseNo, [photo()], { as: 'anna' })).status).toBe(201);
    expect((await upload(caseNo, [photo('by lower case')], { code: accessCode.toLowerCase() })).status).toBe(201);
  });

  test('an archived case takes none', async () => {
    const { caseNo, accessCode } = await harness.open();
    await harness.decide(caseNo, 'grade', 'anna', { grade: 'general', category: 'other' });
    expect((await harness.decide(caseNo, 'withdraw', 'sara', { reason: 'settled' })).status).toBe(200);
    expect((await upload(caseNo, [photo()], { code: accessCode })).status).toBe(409);
  });
});

describe('what is not taken leaves nothing behind', () => {
  let caseNo: string;
  let code: string;
  beforeAll(async () => {
    ({ caseNo, accessCode: code } = await harness.open());
  });

  /** What is on disk and in the table afterwards, beside what was there before: nothing. */
  async function leftBy(work: () => Promise<unknown>): Promise<unknown[]> {
    const before = await files();
    await work();
    await waitUntil(async () => (await drafts()).length === 0, 'no draft is left on disk');
    const more = (await files()).filter((name) => !before.includes(name));
    return [...more, ...(await harness.stores.evidence.list(caseNo))];
  }

  test.each<[string, Part[] | Buffer, number]>([
    ['one byte too many', [photo(Buffer.alloc(LIMIT + 1))], 413],
    ['far too many', [photo(Buffer.alloc(LIMIT * 40))], 413],
    ['an empty file', [photo('')], 422],
    ['no file', [{ name: 'note', content: 'x' }], 422],
    ['nothing', multipart([]), 422],
    ['two files', [photo('one'), photo('two')], 422],
    ['a file under another name', [{ ...photo(), name: 'files' }], 422],
    ['a field __proto__', [photo('p'), { name: '__proto__', content: 'x' }], 422],
    ['a field constructor', [{ name: 'constructor', content: 'x' }, photo('c')], 422],
    ['a long note', [photo('n'), { name: 'note', content: 'n'.repeat(2_001) }], 422],
    ['NUL in the note', [photo('z'), { name: 'note', content: 'a\u0000' }], 422],
    ['a long name of a field', [photo('l'), { name: 'n'.repeat(5_000), content: 'x' }], 422],
    ['many fields', [photo('m'), ...Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, content: 'x' }))], 422],
    ['a file without a name', [photo('x', '')], 422],
    ['NUL in the name', [photo('x', 'a\u0000.jpg')], 400],
    ['no closing boundary', multipart([photo('cut')]).subarray(0, -20), 400],
    [
      'no end of the headers',
      Buffer.from('--b0undary\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'),
      400,
    ],
  ])('%s', async (_what, parts, status) => {
    let answer: Answered | undefined;
    expect(await leftBy(async () => (answer = await upload(caseNo, parts, { code })))).toEqual([]);
    expect(answer?.status).toBe(status);
    expect(answer?.headers.get('content-type')).toMatch(/problem\+json/);
  });

  test.each([
    'application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/mixed; boundary=b0undary',
    'text/plain',
  ])('content type %s', async (contentType) => {
    let answer: Answered | undefined;
    expect(await leftBy(async () => (answer = await upload(caseNo, [photo()], { code, contentType })))).toEqual([]);
    expect([400, 415]).toContain(answer?.status);
  });

  test.each<[string, string]>([
    ['shell.php', 'image/jpeg'],
    ['photo.jpg.exe', 'image/jpeg'],
    ['photo.svg', 'image/svg+xml'],
    ['page.html', 'text/html'],
    ['page.jpg', 'text/html'],
    ['photo.jpg', 'image/svg+xml'],
    ['archive.zip', 'application/zip'],
    ['script.js', 'text/javascript'],
    ['photo', 'image/jpeg'],
    ['.jpg\u200b.php\u200b', 'image/jpeg'],
    ['evil.php\u200b', 'application/octet-stream'],
    ['jpg', 'image/jpeg'],
    ['..', 'image/jpeg'],
    ['a.constructor', 'application/octet-stream'],
    ['a.jpg/', 'image/jpeg'],
    ['gpj.exe\u202egpj.', 'image/jpeg'],
  ])('the name %j as %s', async (fileName, type) => {
    let answer: Answered | undefined;
    const send = async () => (answer = await upload(caseNo, [photo('x', fileName, type)], { code }));
    expect(await leftBy(send)).toEqual([]);
    expect(answer?.status).toBe(415);
  });

  test('a client that goes away in the middle', async () => {
    const { port } = new URL(harness.base);
    const body = multipart([photo(Buffer.alloc(50_000))]);
    const goAway = async (sent: number) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `POST /api/complaints/${caseNo}/evidence HTTP/1.1\r\nHost: x\r\nX-Access-Code: ${code}\r\nContent-Type: multipart/form-data; boundary=b0undary\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body.subarray(0, sent));
      if (sent > 1_000) await waitUntil(async () => (await drafts()).length > 0, 'bytes have reached the disk');
      socket.destroy();
    };
    for (const sent of [100, 20_000, body.length - 5]) expect(await leftBy(() => goAway(sent))).toEqual([]);
  });
});

describe('names that want out of the store', () => {
  test.each([
    '../../../../etc/cron.d/x.jpg',
    '..\\..\\windows\\x.jpg',
    '/etc/passwd.jpg',
    'C:\\x.jpg',
    '%2e%2e%2fx.jpg',
    '....//x.jpg',
    `${'长'.repeat(400)}.jpg`,
    'CON.jpg',
    '~/x.jpg',
    "a';drop table evidence;--.jpg",
    '<img src=x onerror=alert(1)>.jpg',
  ])('%j stays inside, and comes back as a mere attachment', async (fileName) => {
    const { caseNo, accessCode } = await harness.open();
    const content = `content of ${fileName}`;
    const answer = await upload(caseNo, [photo(content, fileName.replaceAll('"', ''))], { code: accessCode });
    expect(answer.status).toBe(201);
    const { fileName: stored, evidenceId, sha256 } = EvidenceAdded.parse(answer.body);
    expect(sha256).toBe(sha(content));
    expect(stored).not.toMatch(/[/\\\p{Cc}]/u);
    expect(stored.length).toBeLessThanOrEqual(150);
    const got = await harness.call('GET', `/api/complaints/${caseNo}/evidence/${evidenceId}`, { as: 'sara' });
    expect(got.status).toBe(200);
    expect(got.text).toBe(content);
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; filename/);
    expect(got.headers.get('content-type')).toBe('application/octet-stream');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
    for (const name of await files()) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('of two files that come at once into the last place one is kept, and the other refused with the reason', async () => {
  const { caseNo, accessCode } = await harness.open();
  for (let n = 0; n < 99; n++) {
    const bytes = { sha256: sha(`${n}`), bytes: 1, mediaType: 'image/jpeg', fileName: `${n}.jpg` };
    const row = { evidenceId: randomUUID(), caseNo, addedBy: 'customer', ...bytes };
    expect(await harness.stores.evidence.add(row, 100, () => Promise.resolve())).toBe(true);
  }
  const before = (await files()).length;
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((content) => upload(caseNo, [photo(content)], { code: accessCode })),
  );
  const refused = answers.filter(({ status }) => status === 409);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  expect(refused.map(({ body }) => body.code)).toEqual(['too_many_files', 'too_many_files']);
  expect(await harness.stores.evidence.list(caseNo)).toHaveLength(100);
  expect([(await files()).length, await drafts()]).toEqual([before + 1, []]);
});

describe('downloading', () => {
  test('only with the case it belongs to, and only for staff', async () => {
    const { caseNo, accessCode } = await harness.open();
    const other = await harness.open();
    const added = await upload(caseNo, [photo('mine')], { code: accessCode });
    const path = (of: string, id: unknown) => `/api/complaints/${of}/evidence/${String(id)}`;
    const { evidenceId } = added.body;
    expect((await harness.call('GET', path(caseNo, evidenceId), { as: 'anna' })).status).toBe(200);
    expect((await harness.call('GET', path(other.caseNo, evidenceId), { as: 'anna' })).status).toBe(404);
    expect((await harness.call('GET', path(caseNo, 'x'), { as: 'anna' })).status).toBe(404);
    expect((await harness.call('GET', path(caseNo, evidenceId), { as: 'quinn' })).status).toBe(404);
    const customer = await harness.call('GET', path(caseNo, evidenceId), { headers: { 'x-access-code': accessCode } });
    expect(customer.status).toBe(401);
  });
});
