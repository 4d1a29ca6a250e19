import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindOf } from '../../../src/cases/evidence/file-kind';

let fails: Error = new Error('not set');
jest.mock('file-type', () => ({ fileTypeFromFile: () => Promise.reject(fails) }));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redress-kind-disk-'));
  await writeFile(join(dir, 'file'), 'just words');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('content of which nothing can be made is judged by what is left, and a disk that fails is no judgement', async () => {
  fails = new RangeError('Invalid array length');
  expect(await kindOf(join(dir, 'file'), 'photo.jpg', 'image/jpeg')).toEqual({
    mediaType: 'text/plain',
    namedAs: 'image/jpeg',
  });
  fails = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', errno: -24, syscall: 'open' });
  await expect(kindOf(join(dir, 'file'), 'photo.jpg', 'image/jpeg')).rejects.toBe(fails);
});
