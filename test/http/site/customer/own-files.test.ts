import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../../src/paths';
import { assigned } from '../../support/harness';
import { createDesk, type Desk, type Visitor } from '../desk/support';

/** What customers see of the files that they sent, over real use cases. */

const PICTURE = join(PROJECT_ROOT, 'src', 'http', 'public', 'icon-192.png');

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

async function send(visitor: Visitor, caseNo: string, code: string, name: string, content: Buffer): Promise<void> {
  const form = new FormData();
  form.set('code', code);
  form.append('files', new Blob([new Uint8Array(content)]), name);
  const sent = await visitor.upload(`/complain/${caseNo}/files`, form);
  expect(sent.location).toContain('kept=1');
}

const sources = (html: string): string[] =>
  [...html.matchAll(/<img src="([^"]+)"/g)].map(([, address = '']) => address.replaceAll('&#x3D;', '='));
const links = (html: string): string[] =>
  [...html.matchAll(/<a href="(\/p\/[^"]+\/files\/[^"]+)"/g)].map(([, address = '']) =>
    address.replaceAll('&#x3D;', '='),
  );

test('a customer sees what they sent, pictures in place, on the receipt and on the progress page, and nobody else does', async () => {
  const { caseNo, accessCode: code } = await desk.harness.open();
  await assigned(desk.harness, caseNo, 'anna');
  const visitor = desk.visitor();
  const png = readFileSync(PICTURE);
  await send(visitor, caseNo, code, '铭牌<b>.png', png);
  await send(visitor, caseNo, code, '经过.txt', Buffer.from('第二天又坏了。'));
  await desk.harness.cases.evidence.add(
    await desk.harness.cases.evidence.admit(caseNo, { staff: ANNA }),
    { staff: ANNA },
    {
      fileName: '内部检测报告.png',
      declaredType: 'image/png',
      content: createReadStream(PICTURE),
      note: () => Promise.resolve(undefined),
    },
  );

  for (const path of [`/p/${caseNo}?code=${code}`, `/complain/${caseNo}?code=${code}`]) {
    const { html } = await visitor.get(path);
    expect(html).toContain('您发来的文件');
    expect(html).toContain('铭牌&lt;b&gt;.png');
    expect(html).toMatch(/<b>文本<\/b>/);
    expect(html).toContain('6 KB · ');
    expect(html).not.toContain('内部检测报告');
    expect([sources(html).length, links(html).length]).toEqual([1, 2]);
  }
  const { html } = await visitor.get(`/p/${caseNo}?code=${code}&lang=en`);
  expect(html).toContain('What you sent');
  const [picture = '', text = ''] = links(html);
  expect(sources(html)).toEqual([picture]);

  const shown = await fetch(`${desk.base}${picture}`);
  expect([shown.status, shown.headers.get('content-type'), shown.headers.get('content-disposition')]).toEqual([
    200,
    'image/png',
    'inline',
  ]);
  expect(shown.headers.get('content-security-policy')).toContain('sandbox');
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
  const saved = await fetch(`${desk.base}${text}`);
  expect([saved.headers.get('content-type'), saved.headers.get('content-disposition')?.split(';')[0]]).toEqual([
    'application/octet-stream',
    'attachment',
  ]);

  const other = await desk.harness.open({ text: '另一件：包装盒有点脏，希望说明一下。' });
  const all = await desk.harness.stores.evidence.list(caseNo);
  const ours = all.find(({ addedBy }) => addedBy === 'anna')?.evidenceId ?? '';
  const own = all.find(({ addedBy }) => addedBy === 'customer')?.evidenceId ?? '';
  for (const path of [
    `/p/${caseNo}/files/${ours}?code=${code}`,
    `/p/${caseNo}/files/${own}?code=${other.accessCode}`,
    `/p/${other.caseNo}/files/${own}?code=${other.accessCode}`,
    `/p/${caseNo}/files/${own}`,
    `/p/${caseNo}/files/nothing?code=${code}`,
  ]) {
    expect([path, (await desk.visitor().get(path)).status]).toEqual([path, 404]);
  }
});

test('a complaint without files has no such section', async () => {
  const { caseNo, accessCode: code } = await desk.harness.open({ text: '没有文件的一件：希望说明一下。' });
  expect((await desk.visitor().get(`/p/${caseNo}?code=${code}`)).html).not.toContain('您发来的文件');
});

const ANNA = { kind: 'staff', id: 'anna', role: 'agent', team: 'after-sales' } as const;
