import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../../support/processes';
import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function annasCase(): Promise<string> {
  const { caseNo } = await desk.harness.open({ text: '门板有划痕，希望换一块。' });
  await assigned(desk.harness, caseNo, 'anna');
  return caseNo;
}

/** What lies where files of forms wait. */
const spooled = (): string[] =>
  existsSync(join(desk.harness.dataDir, 'spool'))
    ? readdirSync(join(desk.harness.dataDir, 'spool'), { recursive: true })
        .map(String)
        .filter((name) => name.includes('form-'))
    : [];

interface Sent {
  name: string;
  content: Buffer;
  type?: string | undefined;
}

/** A picture of its own: another content is another file. */
const pictureOf = (n: number): Buffer => Buffer.concat([PNG, Buffer.from([n])]);
/** The files of a case by their names. */
const filesOf = async (caseNo: string): Promise<string[]> =>
  (await desk.harness.stores.evidence.list(caseNo)).map(({ fileName }) => fileName).toSorted();

/** The form with a file, as the page that the visitor looks at sends it. */
async function send(
  visitor: Visitor,
  caseNo: string,
  file: Sent | readonly Sent[] | undefined,
  { csrf, note = '' }: { csrf?: string; note?: string } = {},
) {
  await visitor.get(`/desk/cases/${caseNo}?do=addEvidence`);
  const form = new FormData();
  form.set('csrf', csrf ?? visitor.value('csrf') ?? '');
  for (const name of ['draft', 'nonce', 'seq']) form.set(name, visitor.value(name) ?? '');
  for (const one of file === undefined ? [{ name: '', content: Buffer.alloc(0) }] : [file].flat()) {
    const blob = new Blob([new Uint8Array(one.content)], { type: 'type' in one ? one.type : 'image/png' });
    form.append('evidenceId', blob, one.name);
  }
  form.set('note', note);
  return visitor.upload(`/desk/cases/${caseNo}/evidence`, form);
}

test('a picture is added with its note, stands in the case, and is shown in place', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const form = (await anna.get(`/desk/cases/${caseNo}?do=addEvidence`)).html;
  expect(form).toContain(`action="/desk/cases/${caseNo}/evidence"`);
  expect(form).toContain('enctype="multipart/form-data"');
  const done = await send(anna, caseNo, { name: '划痕.png', content: PNG }, { note: '客户上门时拍的' });
  expect([done.status, done.location]).toEqual([303, `/desk/cases/${caseNo}?done=addEvidence`]);
  const { html } = await anna.get(done.location ?? '');
  expect(html).toContain('划痕.png');
  expect(html).toContain('客户上门时拍的');
  const [, src = ''] = /<img src="([^"]+)"/.exec(html) ?? [];
  const picture = await fetch(`${desk.base}${src}`, { headers: { cookie: anna.cookie() } });
  expect([picture.headers.get('content-type'), picture.headers.get('content-disposition')]).toEqual([
    'image/png',
    'inline',
  ]);
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG);
});

test('what is not taken comes back with its reason, and the note with it', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const note = '说明还在';
  for (const [file, status, reason] of [
    [undefined, 422, '请选文件'],
    [{ name: 'empty.png', content: Buffer.alloc(0) }, 422, '文件是空的'],
    [{ name: 'large.png', content: Buffer.concat([PNG, Buffer.alloc(80 * 1024)]) }, 413, '文件不能超过'],
    [{ name: 'run.exe', content: Buffer.from('MZ'), type: 'application/x-msdownload' }, 415, ''],
  ] as const) {
    const page = await send(anna, caseNo, file, { note });
    expect([file?.name, page.status]).toEqual([file?.name, status]);
    expect(page.html).toContain(reason);
    expect(page.html).toContain(`${note}</textarea>`);
  }
  const long = await send(anna, caseNo, { name: 'a.png', content: PNG }, { note: '长'.repeat(2_001) });
  expect(long.status).toBe(422);
  expect((await anna.get(`/desk/cases/${caseNo}`)).html).not.toContain('class="ev"');
});

test('several files are taken at once, each with the note', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  expect((await anna.get(`/desk/cases/${caseNo}?do=addEvidence`)).html).toMatch(
    /<input [^>]*type="file"[^>]* multiple/,
  );
  const nine = Array.from({ length: 9 }, (_, n) => ({ name: `${n}.png`, content: pictureOf(n) }));
  const done = await send(anna, caseNo, nine, { note: '客户发来的九张' });
  expect([done.status, done.location]).toEqual([303, `/desk/cases/${caseNo}?done=addEvidence`]);
  expect(await filesOf(caseNo)).toEqual(nine.map(({ name }) => name));
  const entries = (await desk.harness.stores.ledger.events(caseNo)).filter(({ type }) => type === 'evidenceAdded');
  expect(entries.filter((entry) => entry.type === 'evidenceAdded' && entry.data.note)).toHaveLength(9);
  // They are told together, and each with its file and the note.
  const [story = ''] =
    /<details><summary>[^<]*补充了 9 份证据.*?<\/details>/s.exec((await anna.get(done.location ?? '')).html) ?? [];
  expect(story.split('客户发来的九张')).toHaveLength(10);
  for (const { name } of nine) expect(story).toContain(`>${name}</a>`);
});

test('of several files those that can be are taken, and it is said which, and why not the others', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  const page = await send(
    anna,
    caseNo,
    [
      { name: '好.png', content: pictureOf(1) },
      { name: 'empty.png', content: Buffer.alloc(0) },
      { name: 'run.exe', content: Buffer.from('MZ'), type: 'application/x-msdownload' },
      { name: 'large.png', content: Buffer.concat([PNG, Buffer.alloc(80 * 1024)]) },
      { name: '也好.png', content: pictureOf(2) },
    ],
    { note: '说明还在' },
  );
  expect(page.status).toBe(422);
  expect(page.html).toContain('已收下：好.png、也好.png');
  const [report = ''] = /<section class="errs".*?<\/section>/s.exec(page.html) ?? [];
  expect(report).toContain('其余没有收下');
  expect([...report.matchAll(/“([^”]+)”：/g)].map(([, name]) => name)).toEqual(['empty.png', 'run.exe', 'large.png']);
  expect(page.html).toContain('说明还在</textarea>');
  expect(await filesOf(caseNo)).toEqual(['也好.png', '好.png']);
  // The same once more, put right: what is in the case already changes nothing.
  const again = ['好.png', '也好.png', '第三张.png'].map((name, n) => ({ name, content: pictureOf(n + 1) }));
  expect((await send(anna, caseNo, again, { note: '说明还在' })).status).toBe(303);
  expect(await filesOf(caseNo)).toHaveLength(3);
  // More than nine.
  const many = Array.from({ length: 10 }, (_, n) => ({ name: `${n}.png`, content: pictureOf(20 + n) }));
  const cut = await send(anna, caseNo, many);
  expect(cut.status).toBe(422);
  expect(cut.html).toContain('一次最多 9 个文件，其余的没有收下');
  expect(await filesOf(caseNo)).toHaveLength(12);
  await waitUntil(async () => spooled().length === 0, 'the files of the forms are removed');
});

test('without the token of the session nothing is taken, nor of a case that is not theirs; and no file is left behind', async () => {
  const caseNo = await annasCase();
  const anna = await desk.signedIn('anna');
  expect((await send(anna, caseNo, { name: 'a.png', content: PNG }, { csrf: 'another' })).status).toBe(403);
  const other = await desk.harness.open({ text: '北方的。' });
  await assigned(desk.harness, other.caseNo, 'arno');
  await anna.get(`/desk/cases/${caseNo}?do=addEvidence`);
  const form = new FormData();
  form.set('csrf', anna.value('csrf') ?? '');
  form.set('evidenceId', new Blob([new Uint8Array(PNG)], { type: 'image/png' }), 'a.png');
  expect((await anna.upload(`/desk/cases/${other.caseNo}/evidence`, form)).status).toBe(404);
  for (const one of [caseNo, other.caseNo]) expect(await desk.harness.stores.evidence.list(one)).toEqual([]);
  await waitUntil(async () => spooled().length === 0, 'the files of the form are removed');
});
