import { STAFF } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from './support';

let desk: Desk;
let admin: Visitor;
beforeAll(async () => {
  desk = await createDesk();
  admin = await desk.signedIn('adam');
});
afterAll(() => desk.close());

const HEAD = '单号,受理时间,结案时间,投诉内容,客户姓名,等级';
const csv = (...lines: string[]): string => [HEAD, ...lines, ''].join('\r\n');
const line = (no: string, { closed = '2023-01-09', grade = '重要' } = {}): string =>
  `${no},2023-01-05,${closed},包装盒有点脏，希望说明一下。,王<b>小明,${grade}`;

/** Sends a file as the page does. @returns the address of its page */
async function upload(content: string): Promise<string> {
  await admin.get('/desk/imports');
  const form = new FormData();
  form.append('csrf', admin.value('csrf') ?? '');
  form.append('file', new Blob([content]), '台账<b>.csv');
  const { status, location } = await admin.upload('/desk/imports', form);
  expect(status).toBe(303);
  return location ?? '';
}
/** What the form of a page holds, as a browser would send it. */
function formOf(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = '', options = ''] of html.matchAll(/<select[^>]* name="([^"]+)"[^>]*>(.*?)<\/select>/gsu)) {
    fields[name] = /<option value="([^"]*)" selected>/u.exec(options)?.[1] ?? '';
  }
  for (const [, name = '', value = ''] of html.matchAll(/<input[^>]* name="([^"]+)" value="([^"]*)"/gu)) {
    if (name !== 'csrf') fields[name] = value;
  }
  return fields;
}

test('a file is uploaded, its columns are guessed, tried, and imported', async () => {
  expect((await admin.get('/desk/imports')).html).toContain('还没有上传过文件');
  const at = await upload(csv(line('P-1'), line('P-2', { closed: '' }), line('P-3', { grade: '甲级' })));
  const { html } = await admin.get(at);
  expect(html).toContain('台账&lt;b&gt;.csv');
  const fields = formOf(html);
  expect(fields).toMatchObject({
    'col-number': '单号',
    'col-text': '投诉内容',
    'col-grade': '等级',
    'val-outcome': 'upheld',
    system: '',
  });

  const nameless = await admin.post(`${at}/preview`, fields);
  expect(nameless.status).toBe(422);
  expect(nameless.html).toMatch(/id="system-e"/u);

  const named = { ...fields, system: '旧系统' };
  const tried = await admin.post(`${at}/preview`, named);
  expect(tried.status).toBe(200);
  expect(tried.html).toContain('共 3 行');
  expect(tried.html).toContain('可以导入 1 件');
  expect(tried.html).toMatch(/第 3 行.*结案时间.*还没有结案/su);
  expect(tried.html).toContain('“甲级”');
  expect(tried.html).not.toContain('王<b>');

  const meant = { ...formOf(tried.html), 'means-0': 'major', keepAs: '台账' };
  expect((await admin.post(`${at}/preview`, meant)).html).toContain('可以导入 2 件');
  expect((await admin.post(`${at}/start`, meant)).location).toBe(`${at}?done=started`);
  expect((await admin.get(`${at}?done=started`)).html).toContain('不给任何人发邮件');
  // Pressed twice.
  expect((await admin.post(`${at}/start`, meant)).location).toBe(`${at}?done=started`);
  await desk.harness.cases.importing.look();
  const done = (await admin.get(at)).html;
  expect(done).toContain('已完成');
  expect(done).toContain('导入 2 件');
  expect(done).toContain('没有导入 1 行');
  const refused = await admin.get(`${at}/refused`);
  expect(refused.headers.get('content-type')).toContain('text/csv');
  expect(refused.html).toMatch(/"P-2".*还没有结案/u);

  const next = await upload(csv(line('P-4')));
  expect(formOf((await admin.get(next)).html)).toMatchObject({ system: '' });
  expect(formOf((await admin.get(`${next}?use=${encodeURIComponent('台账')}`)).html)).toMatchObject({
    system: '旧系统',
    'word-0': '甲级',
    'means-0': 'major',
  });
});

test('what is wrong is told at its field, and what is no file in words', async () => {
  const at = await upload(csv(line('Q-1')));
  const fields = { ...formOf((await admin.get(at)).html), system: '旧系统' };
  const unmapped = await admin.post(`${at}/preview`, { ...fields, 'col-number': '' });
  expect(unmapped.status).toBe(422);
  expect(unmapped.html).toMatch(/id="number-e">.*缺少/u);
  expect(unmapped.html).toContain('value="旧系统"');
  const strange = await admin.post(`${at}/start`, { ...fields, 'col-place': '没有' });
  expect(strange.status).toBe(422);
  expect(strange.html).toMatch(/id="place-e">.*没有这一列/u);

  await admin.get('/desk/imports');
  const form = new FormData();
  form.append('csrf', admin.value('csrf') ?? '');
  form.append('file', new Blob([new Uint8Array([0xd0, 0xcf, 0x11, 0xe0])]), 'a.xls');
  const old = await admin.upload('/desk/imports', form);
  expect(old.status).toBe(422);
  expect(old.html).toMatch(/id="file-e">.*另存为 \.xlsx/u);
});

test('an auditor looks and changes nothing; others do not see it', async () => {
  const at = await upload(csv(line('R-1')));
  await desk.harness.stores.users.create({
    ...(STAFF[0] as (typeof STAFF)[number]),
    id: 'otto',
    email: 'otto@house.example',
    role: 'auditor',
  });
  const auditor = await desk.signedIn('otto');
  const { status, html } = await auditor.get(at);
  expect(status).toBe(200);
  expect(html).not.toContain('/preview"');
  expect((await auditor.get('/desk/imports')).html).not.toContain('type="file"');
  const mona = await desk.signedIn('mona');
  expect((await mona.get('/desk/imports')).status).toBe(404);
  expect((await mona.get(at)).status).toBe(404);
});
