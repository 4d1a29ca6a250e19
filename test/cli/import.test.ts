import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guessedMapping } from '../../src/cases/import/fields';
import { importFile, type ImportWanted } from '../../src/cli/import';
import type { Role } from '../../src/domain/basics/types';
import { openTestStores, type TestStores } from '../db/support';

/** Old complaints come in by a command as by the page: tried first, once, and only by an admin. */

const HEAD = ['单号', '受理时间', '结案时间', '投诉内容', '客户姓名', '联系电话', '是否属实', '处理结果'];
const line = (no: string, closed = '2023-01-09 16:30'): string =>
  [no, '2023-01-05 10:00', closed, '包装盒有点脏，希望说明一下。', '王小明', '13800001111', '属实', '已换新包装'].join(
    ',',
  );

let on: TestStores;
let folder: string;
let file: string;
beforeAll(async () => {
  on = await openTestStores();
  folder = await mkdtemp(join(tmpdir(), 'redress-import-'));
  file = join(folder, '台账.csv');
  await writeFile(file, [HEAD.join(','), line('A-1'), line('A-2'), line('A-3', ''), ''].join('\r\n'));
});
afterAll(async () => {
  await on.close();
  await rm(folder, { recursive: true, force: true });
});

const person = (id: string, role: Role) =>
  on.stores.users.create({
    id,
    name: id,
    email: `${id}@house.example`,
    role,
    team: 'a',
    language: 'en',
    active: true,
  });
const bring = (wanted: Partial<ImportWanted> = {}) =>
  importFile(
    {
      stores: on.stores,
      config: { DATA_DIR: folder, LINK_SECRET: 'x'.repeat(64), PUBLIC_URL: 'https://redress.example' },
      clock: Date.now,
    },
    { file, mapping: '旧台账', dryRun: false, ...wanted },
  );
const casesIn = async () =>
  (await on.database.pool.query<{ n: number }>('select count(*)::int as n from complaints')).rows[0]?.n;

test('without an admin, or a mapping that was kept, it says who and which there are', async () => {
  await person('arno', 'agent');
  await expect(bring()).rejects.toThrow(/which admin.*there is none/);
  await person('adam', 'admin');
  await expect(bring({ by: 'arno' })).rejects.toThrow(/which admin/);
  await expect(bring()).rejects.toThrow(/no mapping 旧台账; there are: none yet/);
});

test('tried, it writes nothing; in earnest, it brings in what is whole, and the same again brings nothing', async () => {
  const mapping = guessedMapping(HEAD);
  const kept = { name: '旧台账', system: '旧客服', mapping, savedBy: 'adam', savedAt: '2026-11-27T10:00:00.000Z' };
  await on.stores.imports.keepMapping(kept);
  expect(await bring({ dryRun: true })).toMatchObject({ preview: { rows: 3, ready: 2, refused: 1, known: 0 } });
  expect([await casesIn(), await on.stores.imports.list()]).toEqual([0, []]);
  const first = { status: 'done', imported: 2, known: 0, refused: 1, startedBy: 'adam', fileName: '台账.csv' };
  expect(await bring()).toMatchObject({ done: first });
  expect(await bring({ by: 'adam' })).toMatchObject({ done: { status: 'done', imported: 0, known: 2, refused: 1 } });
  expect(await casesIn()).toBe(2);
});

test('a file that is none is refused with the reason', async () => {
  const wrong = join(folder, 'x.xls');
  await writeFile(wrong, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  await expect(bring({ file: wrong })).rejects.toThrow(/cannot be read.*文件读不了/s);
  await expect(bring({ file: wrong, dryRun: true })).rejects.toThrow(/文件读不了/);
});
