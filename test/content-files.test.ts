import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ContentFiles, TooLarge } from '../src/content-files';

describe('the store', () => {
  let dir: string;
  let files: ContentFiles;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'redress-content-'));
    files = new ContentFiles(join(dir, 'evidence'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const waiting = async () =>
    (await readdir(join(dir, 'evidence', 'tmp'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );

  test('a file is there completely or not at all', async () => {
    const incoming = await files.receive(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3);
    expect(await files.read(incoming.sha256)).toBeUndefined();
    await incoming.keep();
    const chunks: Buffer[] = [];
    for await (const chunk of (await files.read(incoming.sha256)) ?? []) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('abc');
    expect(await waiting()).toEqual([]);
  });

  test('a store that cannot be read is not taken for one without the file', async () => {
    await writeFile(join(dir, 'evidence'), 'a file in the place of the folder');
    await expect(files.read('a'.repeat(64))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('too large, broken off and discarded leave nothing', async () => {
    await expect(files.receive(Readable.from([Buffer.from('abcd')]), 3)).rejects.toBeInstanceOf(TooLarge);
    const broken = new Readable({
      read() {
        this.push('a');
        this.destroy(new Error('gone'));
      },
    });
    await expect(files.receive(broken, 3)).rejects.toThrow('gone');
    await (await files.receive(Readable.from([Buffer.from('x')]), 3)).discard();
    expect(await waiting()).toEqual([]);
  });

  test('incoming files of a killed process are swept at the start of the next', async () => {
    const incoming = await files.receive(Readable.from([Buffer.from('x')]), 3);
    expect(await waiting()).toHaveLength(1);
    await new ContentFiles(join(dir, 'evidence')).prepare(Date.now());
    expect(await waiting()).toEqual([]);
    await incoming.discard();
  });

  test('only a hash is ever looked up', async () => {
    for (const name of ['../../etc/passwd', '', 'tmp', `${'a'.repeat(63)}/`])
      expect(await files.read(name)).toBeUndefined();
  });
});
