import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../../src/paths';
import { waitUntil } from '../../../support/processes';
import { CASE_NO, CODE, fakeCases, fakeIntake, NOW, progressView } from './fake-cases';
import { serve, type Served } from './serve';

/** Files of forms that were refused: they wait for their form. */

const PICTURE = readFileSync(join(PROJECT_ROOT, 'src', 'http', 'public', 'icon-192.png'));
const GOOD = { text: '包装盒有点脏，希望说明一下。', name: '周女士', phone: '138 0000 5621', key: 'k'.repeat(22) };
const BAD = { ...GOOD, name: '' };

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

type Fields = Record<string, string | string[]>;
type File = [name: string, content: string | Buffer];

async function started(options: Parameters<typeof serve>[1] = {}) {
  const fake = fakeIntake();
  const cases = fakeCases({ progress: progressView('resolve', { write: { left: 2 } }), outcome: { kind: 'taken' } });
  const served = await serve(cases.cases, { ...options, intake: fake.intake });
  open.push(served);
  const send = async (fields: Fields, files: File[] = [], path = '/complain') => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) data.append(name, one);
    for (const [name, content] of files) {
      data.append('files', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name);
    }
    const answer = await fetch(`${served.url}${path}`, { method: 'POST', redirect: 'manual', body: data });
    const page = await answer.text();
    return {
      status: answer.status,
      page,
      location: answer.headers.get('location') ?? '',
      ticket: /name="waiting" value="([\w-]{22})"/.exec(page)?.[1] ?? '',
    };
  };
  const names = () => fake.attached.map(({ fileName }) => fileName);
  const onDisk = () => {
    const all = readdirSync(served.dataDir, { recursive: true, withFileTypes: true });
    return all.filter((entry) => entry.isFile()).length;
  };
  return { ...served, send, names, onDisk };
}

test('they are shown with their pictures, and go with the form when it is sent again', async () => {
  const { url, send, names, onDisk } = await started();
  const refused = await send({ ...BAD, lang: 'zh-CN' }, [
    ['铭牌<b>.png', PICTURE],
    ['经过.txt', '第二天'],
  ]);
  expect(refused.status).toBe(422);
  expect(refused.page).toContain('这些文件还在');
  expect(refused.page).toContain('铭牌&lt;b&gt;.png');
  expect(refused.page).not.toContain('请重新选择文件');
  const sources = [...refused.page.matchAll(/<img src="([^"]+)"/g)].map(([, address]) => address);
  expect(sources).toEqual([`/complain/waiting/${refused.ticket}/0`]);
  const picture = await fetch(`${url}${sources[0]}`);
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(picture.headers.get('content-security-policy')).toContain('sandbox');
  expect(Buffer.from(await picture.arrayBuffer()).equals(PICTURE)).toBe(true);
  for (const other of [`${refused.ticket}/1`, `${refused.ticket}/2`, `${'x'.repeat(22)}/0`]) {
    expect((await fetch(`${url}/complain/waiting/${other}`)).status).toBe(404);
  }

  const again = { ...GOOD, waiting: refused.ticket, waits: ['0', '1'] };
  expect((await send(again, [['发票.txt', '300 元']])).location).toContain('kept=3');
  expect(names()).toEqual(['铭牌<b>.png', '经过.txt', '发票.txt']);
  // A second press of the button brings nothing twice, and is not told that something is missing.
  expect((await send(again)).location).not.toMatch(/kept|not=/);
  expect(names()).toHaveLength(3);
  expect((await fetch(`${url}${sources[0]}`)).status).toBe(404);
  await waitUntil(() => Promise.resolve(onDisk() === 0), 'nothing is left on disk');
});

test('what was unticked stays out, and what is refused once more waits once more', async () => {
  const { send, names, onDisk } = await started();
  const files: File[] = [
    ['1.txt', 'a'],
    ['2.txt', 'b'],
  ];
  const first = await send(BAD, files);
  const second = await send({ ...BAD, waiting: first.ticket, waits: '1' }, [['3.txt', 'c']]);
  expect(second.status).toBe(422);
  expect(second.ticket).not.toBe(first.ticket);
  expect([second.page.includes('1.txt'), second.page.includes('2.txt'), second.page.includes('3.txt')]).toEqual([
    false,
    true,
    true,
  ]);
  await send({ ...GOOD, waiting: second.ticket, waits: ['0', '1'] });
  expect(names()).toEqual(['2.txt', '3.txt']);
  await waitUntil(() => Promise.resolve(onDisk() === 0), 'nothing is left on disk');
});

test('a button that is pressed twice loses nothing, also while the first press is under way', async () => {
  const { send, names, onDisk } = await started();
  const first = await send(BAD, [['1.txt', 'a']]);
  const again = { ...BAD, waiting: first.ticket, waits: '0' };
  const [one, two] = await Promise.all([send(again), send(again)]);
  for (const { page } of [one, two])
    expect([page.includes('1.txt'), page.includes('请重新选择文件')]).toEqual([true, false]);
  await send({ ...GOOD, waiting: two.ticket, waits: '0' });
  expect(names()).toEqual(['1.txt']);
  await send({ ...GOOD, key: 'l'.repeat(22), waiting: one.ticket, waits: '0' });
  await waitUntil(() => Promise.resolve(onDisk() === 0), 'nothing is left on disk');
});

test('what was unticked takes room as long as it lies there', async () => {
  const { send, onDisk } = await started({ formFilesMaxBytes: 100_000 });
  let ticket = (await send(BAD, [['1.txt', 'x'.repeat(9_000)]])).ticket;
  for (const name of ['2.txt', '3.txt']) {
    ticket = (await send({ ...BAD, waiting: ticket }, [[name, 'x'.repeat(9_000)]])).ticket;
  }
  // 27,000 bytes are more than a quarter.
  expect(ticket).toBe('');
  await waitUntil(() => Promise.resolve(onDisk() <= 2), 'the last one is gone');
});

test('a letter that is refused keeps its files in its own form', async () => {
  const { send, names } = await started();
  const empty = { code: CODE, nonce: 'n', lang: 'zh-CN', text: ' ' };
  const refused = await send(empty, [['铭牌.png', PICTURE]], `/p/${CASE_NO}/write`);
  expect([refused.status, refused.page.split('这些文件还在').length]).toEqual([422, 2]);
  await send({ ...empty, text: '请看铭牌。', waiting: refused.ticket, waits: '0' }, [], `/p/${CASE_NO}/write`);
  expect(names()).toEqual(['铭牌.png']);
});

test('they wait half an hour, and as long as there is room; what is not there is asked for again', async () => {
  let now = NOW;
  // A quarter of the room is for those that wait.
  const { send, names, onDisk } = await started({ formFilesMaxBytes: 100_000, clock: () => now });
  const first = await send(BAD, [['1.txt', 'x'.repeat(20_000)]]);
  const second = await send(BAD, [['2.txt', 'x'.repeat(20_000)]]);
  // The older one has made room.
  expect(onDisk()).toBe(1);
  expect((await send({ ...GOOD, waiting: first.ticket, waits: '0' })).location).toContain('not=away');
  now += 30 * 60_000;
  expect((await send({ ...GOOD, waiting: second.ticket, waits: '0' })).location).toContain('not=away');
  expect(names()).toEqual([]);
  const large = await send({ ...BAD, lang: 'zh-CN' }, [['3.txt', 'x'.repeat(30_000)]]);
  expect(large.page).toContain('请重新选择文件');
  expect(large.ticket).toBe('');
  await waitUntil(() => Promise.resolve(onDisk() === 0), 'nothing is left on disk');
});
