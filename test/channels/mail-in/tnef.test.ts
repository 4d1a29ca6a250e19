import fc from 'fast-check';
import { filesInTnef, isTnef } from '../../../src/channels/mail-in/tnef';

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const attribute = (level: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([level]),
    u32(id),
    u32(value.length),
    value,
    u16(value.reduce((sum, one) => (sum + one) & 0xffff, 0)),
  ]);
const property = (type: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([u16(type), u16(id), u32(1), u32(value.length), padded(value)]);

/** As Outlook makes it: a message of its own before, each file with its short name, its bytes and its properties. */
function tnef(files: { title: Buffer; name?: string; content: Uint8Array }[]): Buffer {
  return Buffer.concat([
    u32(0x22_3e_9f_78),
    u16(1),
    attribute(1, 0x00_08_90_06, u32(0x00_01_00_00)),
    ...files.flatMap(({ title, name, content }) => [
      attribute(2, 0x00_06_90_02, Buffer.alloc(14)),
      attribute(2, 0x00_06_80_0f, Buffer.from(content)),
      attribute(2, 0x00_01_80_10, Buffer.concat([title, Buffer.from([0])])),
      ...(name === undefined
        ? []
        : [
            attribute(
              2,
              0x00_06_90_05,
              Buffer.concat([
                u32(4),
                // A number, a property of somebody's own, the type in letters, and the name.
                u16(3),
                u16(0x0e_20),
                u32(content.length),
                u16(0x1f),
                u16(0x80_01),
                Buffer.alloc(16),
                u32(1),
                u32(6),
                padded(Buffer.from('abc', 'utf16le')),
                u32(1),
                u32(2),
                padded(Buffer.from('x', 'utf16le')),
                property(0x1e, 0x37_0e, Buffer.from('application/pdf\0')),
                property(0x1f, 0x37_07, Buffer.from(`${name}\0`, 'utf16le')),
              ]),
            ),
          ]),
    ]),
  ]);
}

test('files come out as they went in, under their long names, or the short one in the letters of old Outlook', () => {
  const made = tnef([
    { title: Buffer.from('FAPIAO~1.PDF'), name: '发票（2026）.pdf', content: Buffer.from('%PDF') },
    { title: Buffer.from('b7a2c6b12e706466', 'hex'), content: Buffer.from([0, 1, 255]) },
  ]);
  expect(filesInTnef(made)).toEqual({
    isWhole: true,
    files: [
      { fileName: '发票（2026）.pdf', declaredType: 'application/pdf', content: Buffer.from('%PDF') },
      { fileName: '发票.pdf', declaredType: 'application/octet-stream', content: Buffer.from([0, 1, 255]) },
    ],
  });
});

test('bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 5 }),
      (contents) => {
        const made = tnef(contents.map((content, n) => ({ title: Buffer.from(`${n}`), name: `${n}.bin`, content })));
        expect(filesInTnef(made).files.map(({ content }) => [...content])).toEqual(contents.map((one) => [...one]));
      },
    ),
  );
});

test('of what is none, is cut or holds no file, what can be read comes out, and it is not whole', () => {
  const made = tnef([
    { title: Buffer.from('a'), name: 'a.txt', content: Buffer.from('abc') },
    { title: Buffer.from('b'), name: 'b.txt', content: Buffer.from('def') },
  ]);
  for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), tnef([])]) {
    expect(filesInTnef(bytes)).toEqual({ files: [], isWhole: false });
  }
  const { files, isWhole } = filesInTnef(made.subarray(0, -30));
  expect([files.map(({ content }) => content.toString()), isWhole]).toEqual([['abc', 'def'], false]);
  expect(filesInTnef(tnef([{ title: Buffer.from('a'), content: new Uint8Array() }])).isWhole).toBe(false);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      (bytes) => void filesInTnef(Buffer.concat([made.subarray(0, 60), bytes])),
    ),
  );
});

test('an object stands among the properties, and names may be in the letters of a code page', () => {
  const object = Buffer.concat([Buffer.alloc(16), Buffer.from('%PDF')]);
  const made = Buffer.concat([
    u32(0x22_3e_9f_78),
    u16(1),
    attribute(1, 0x00_06_90_07, Buffer.concat([u32(1252), u32(0)])),
    attribute(2, 0x00_06_90_02, Buffer.alloc(14)),
    attribute(2, 0x00_01_80_10, Buffer.from('äü.pdf\0', 'latin1')),
    attribute(2, 0x00_06_90_05, Buffer.concat([u32(1), property(0x0d, 0x37_01, object)])),
  ]);
  expect(filesInTnef(made)).toMatchObject({
    files: [{ fileName: 'äü.pdf', content: Buffer.from('%PDF') }],
    isWhole: true,
  });
});

test('is known by its type or its name', () => {
  expect(isTnef({ fileName: 'winmail.dat', declaredType: 'application/octet-stream' })).toBe(true);
  expect(isTnef({ fileName: 'x', declaredType: 'application/ms-tnef' })).toBe(true);
  expect(isTnef({ fileName: 'data.dat', declaredType: 'application/octet-stream' })).toBe(false);
});
