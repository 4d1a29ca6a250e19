import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindOf } from '../../../src/cases/evidence/file-kind';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redress-kind-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const bytes = (hex: string, more = 'and more of it, as long as it takes '.repeat(4)): Buffer =>
  Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), Buffer.from(more)]);
const box = (brand: string): Buffer => bytes(`00000018 66747970 ${Buffer.from(brand).toString('hex')} 00000000`);

const JPEG = bytes('ffd8ffe0 00104a464946');
const PNG = bytes('89504e470d0a1a0a 0000000d49484452 00000001000000010802000000 907753de 0000000049454e44ae426082');
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n');
const EXE = bytes('4d5a9000');
const ELF = bytes('7f454c46 02010100');
const OPUS = bytes('4f676753 0002 0000000000000000 00000000 00000000 00000000 01 13 4f70757348656164');
const HEIC = box('heic');
const AVIF = box('avif');
const MP4 = box('isom');
const MOV = box('qt  ');
const HTML = Buffer.from('<!-- hello -->\n<html><script>alert(1)</script></html>');
const SVG = Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>');
const TEXT = Buffer.from('漏水了，photo follows');
const GBK = Buffer.from([0xc2, 0xa9, 0xcb, 0xae, 0xc1, 0xcb]);
const UTF16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('漏水', 'utf16le')]);
const NOISE = bytes('00010203 04050607 f0f1');

/** An old Word document or an installer: the same packing, told apart by the root of its directory. */
function compound(root: string): Buffer {
  const file = Buffer.alloc(2_048);
  file.write('d0cf11e0a1b11ae1', 0, 'hex');
  file.writeUInt16LE(9, 0x1e);
  file.writeUInt32LE(1, 0x30);
  file.write(root, 1_024 + 0x50, 'hex');
  return file;
}
const OLD_OFFICE = compound('0609020000000000c000000000000046');
const MSI = compound('84100c0000000000c000000000000046');

const kind = async (name: string, declared: string, content: Buffer) => {
  const path = join(dir, 'file');
  await writeFile(path, content);
  return kindOf(path, name, declared);
};

test.each<[string, string, Buffer, string]>([
  ['photo.jfif', 'image/jpeg', JPEG, 'image/jpeg'],
  ['photo.JPE', 'image/pjpeg', JPEG, 'image/jpeg'],
  ['a.jpeg', '', JPEG, 'image/jpeg'],
  ['a.png', 'image/png', PNG, 'image/png'],
  ['x.pdf', 'application/x-pdf', PDF, 'application/pdf'],
  ['voice.opus', 'audio/opus', OPUS, 'audio/ogg'],
  ['voice.ogg', 'audio/ogg', OPUS, 'audio/ogg'],
  ['a.heic', 'image/heic', HEIC, 'image/heic'],
  ['a.avif', 'image/avif', AVIF, 'image/avif'],
  ['a.m4v', 'video/x-m4v', MP4, 'video/mp4'],
  ['a.mov', 'video/quicktime', MOV, 'video/quicktime'],
  ['a.mov', 'video/quicktime', MP4, 'video/quicktime'],
  ['t.csv', 'application/csv', TEXT, 'text/csv'],
  ['t.txt', 'text/plain', GBK, 'text/plain'],
  ['t.txt', 'text/plain', UTF16, 'text/plain'],
  ['t.txt', 'text/plain', Buffer.from('BMW broke down, MZ'), 'text/plain'],
  ['page.txt', 'text/plain', HTML, 'text/plain'],
  ['mail.eml', 'message/rfc822; charset=utf-8', TEXT, 'message/rfc822'],
  ['mail.msg', 'application/vnd.ms-outlook', OLD_OFFICE, 'application/vnd.ms-outlook'],
  ['old.doc', 'application/msword', OLD_OFFICE, 'application/msword'],
])('%s as %s is what it says', async (name, declared, content, mediaType) => {
  expect(await kind(name, declared, content)).toEqual({ mediaType });
});

test.each<[string, Buffer, string, string]>([
  ['a.png', JPEG, 'image/jpeg', 'image/png'],
  ['a.pdf', PNG, 'image/png', 'application/pdf'],
  ['a.txt', PDF, 'application/pdf', 'text/plain'],
  ['a.jpg', HEIC, 'image/heic', 'image/jpeg'],
  ['a.jpg', TEXT, 'text/plain', 'image/jpeg'],
  ['a.jpg', NOISE, 'application/octet-stream', 'image/jpeg'],
  ['a.txt', NOISE, 'application/octet-stream', 'text/plain'],
])('%s of another kind is stored as what it is, and says so', async (name, content, mediaType, namedAs) => {
  expect(await kind(name, 'application/octet-stream', content)).toEqual({ mediaType, namedAs });
});

test.each<[string, string, Buffer, string, string]>([
  ['IMG_1234', 'image/jpeg', JPEG, 'image/jpeg', 'jpg'],
  ['照片 2026.11.26', '', PNG, 'image/png', 'png'],
  ['notes', 'text/plain; charset=utf-8', TEXT, 'text/plain', 'txt'],
])('%s has no ending and gets one', async (name, declared, content, mediaType, ending) => {
  expect(await kind(name, declared, content)).toEqual({ mediaType, ending });
});

test.each<[string, string, Buffer]>([
  ['invoice.pdf', 'application/pdf', EXE],
  ['photo.jpg', 'image/jpeg', ELF],
  ['notes.txt', 'text/plain', EXE],
  ['setup', '', EXE],
  ['letter.doc', 'application/msword', MSI],
  ['photo.png', 'image/png', HTML],
  ['photo.png', 'image/png', SVG],
  ['photo.png', 'image/png', Buffer.from('#!/bin/sh\nrm -rf /')],
  ['photo.png', 'image/png', OLD_OFFICE],
  ['page.html', 'text/html', TEXT],
  ['page.jpg', 'text/html', JPEG],
  ['a.toString', 'application/octet-stream', JPEG],
  ['archive.zip', 'application/zip', TEXT],
  ['note', 'image/jpeg', TEXT],
  ['noise', '', NOISE],
])('%s as %s is not taken', async (name, declared, content) => {
  expect(await kind(name, declared, content)).toBeUndefined();
});
