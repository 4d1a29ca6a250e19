import { createHash } from 'node:crypto';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { TolerantParser } from '../../../src/channels/mail-in/parser';
import { readMail } from '../../../src/channels/mail-in/read';

const GBK = {
  washer: 'cfb4d2c2bbfac2a9cbaea3acc7ebbea1bfecb4a6c0eda1a3',
  name: 'cdf5d0a1c3f7',
  file: 'b7a2c6b12e706466',
};
const WASHER = '洗衣机漏水，请尽快处理。';

/** A mail of these lines, in which `{hex}` stands for bytes. */
const raw = (...lines: string[]): Buffer =>
  Buffer.concat(
    lines.flatMap((line) => [
      ...line.split(/\{([0-9a-f]+)\}/u).map((piece, n) => Buffer.from(piece, n % 2 === 1 ? 'hex' : 'utf8')),
      Buffer.from('\r\n'),
    ]),
  );

describe('text', () => {
  test.each([
    ['declared GBK', 'Content-Type: text/plain; charset=gb2312', `{${GBK.washer}}`],
    ['no charset at all', 'Content-Type: text/plain', `{${GBK.washer}}`],
    ['no content type at all', 'X-Nothing: x', `{${GBK.washer}}`],
    ['GBK that says UTF-8', 'Content-Type: text/plain; charset=utf-8', `{${GBK.washer}}`],
    ['a charset that nobody knows', 'Content-Type: text/plain; charset=x-mars', `{${GBK.washer}}`],
    ['UTF-8 that says nothing', 'Content-Type: text/plain', WASHER],
    [
      'GB18030 in base64',
      'Content-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64',
      b64(GBK.washer),
    ],
    ['the same without a charset', 'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', b64(GBK.washer)],
  ])('%s', async (_what, type, body) => {
    const { text } = await readMail(raw('From: a@example.com', type, '', body));
    expect(text).toBe(WASHER);
  });

  test('Big5, a character beyond GBK, and text that was cut in the middle of one', async () => {
    const of = async (type: string, body: string) => (await readMail(raw('From: a@example.com', type, '', body))).text;
    expect(await of('Content-Type: text/plain; charset=big5', '{ac7ea6e7}')).toBe('洗衣');
    expect(await of('Content-Type: text/plain; charset=gbk', '{b6a9b5a59534b235bac5}')).toBe('订单𠮷号');
    expect(await of('Content-Type: text/plain', `${WASHER}{e6b4}`)).toMatch(/^洗衣机漏水，请尽快处理。\uFFFD/u);
  });

  test('is made from HTML where there is no other, without pictures and scripts', async () => {
    const html =
      '<style>p{}</style><p>洗衣机<b>漏水</b></p><script>x</script><img src="https://t.example/p.png"><p>请处理</p>';
    for (const type of ['text/html; charset=utf-8', 'multipart/mixed; boundary=b']) {
      const body = type.startsWith('text')
        ? [html]
        : ['--b', 'Content-Type: text/html; charset=utf-8', '', html, '--b--'];
      const { text } = await readMail(raw('From: a@example.com', `Content-Type: ${type}`, '', ...body));
      expect(text).toBe('洗衣机漏水\n\n请处理');
    }
  });

  test('of two forms the plain one is read', async () => {
    const mail = await compose({ text: '文字', html: '<p>网页</p>' });
    expect((await readMail(mail)).text).toBe('文字');
  });
});

describe('who and what', () => {
  test('names and subjects, as programs of all ages write them', async () => {
    const head = async (...lines: string[]) => readMail(raw(...lines, '', 'x'));
    expect(await head(`From: {${GBK.name}} <A@Example.com>`, `Subject: {${GBK.washer}}`)).toMatchObject({
      from: { name: '王小明', address: 'A@Example.com' },
      subject: WASHER,
    });
    expect(
      await head('From: =?gb2312?B?zfXQocP3?= <a@example.com>', 'Subject: =?utf-8?B?5rSX6KGj?=\r\n =?utf-8?B?5py6?='),
    ).toMatchObject({ from: { name: '王小明' }, subject: '洗衣机' });
    expect((await head('Subject: 无来信人')).from).toBeUndefined();
    expect((await head('Sender: s@example.com', 'Reply-To: r@example.com')).from?.address).toBe('s@example.com');
    expect((await head('From: ', 'Reply-To: r@example.com')).from?.address).toBe('r@example.com');
    expect((await head('From: nobody', 'Return-Path: <p@example.com>')).from?.address).toBe('p@example.com');
  });

  test('all addresses that it was sent to', async () => {
    const { to } = await readMail(
      raw(
        'From: a@example.com',
        'To: Help <HELP@example.com>, team: x@example.com, y@example.com;',
        'Cc: c@example.com',
        'X-Original-To: help+c1@example.com',
        'Delivered-To: d@example.com',
        '',
        'x',
      ),
    );
    expect([...to].toSorted()).toEqual([
      'c@example.com',
      'd@example.com',
      'help+c1@example.com',
      'help@example.com',
      'x@example.com',
      'y@example.com',
    ]);
  });

  test('dates and ids that are none do not matter', async () => {
    const mail = await readMail(
      raw('From: a@example.com', 'Date: yesterday', 'Message-ID: ', 'Resent-Date: 0', '', 'x'),
    );
    expect(mail.text).toBe('x');
  });
});

describe('files', () => {
  test('every one as it was sent, in order: three of one name, one without, a mail in the mail, names in GBK', async () => {
    const inner = await compose({ text: '原来的信', attachments: [{ filename: 'a.txt', content: 'inner' }] });
    const pieces = [Buffer.from('one'), Buffer.from('two'), Buffer.from('one'), Buffer.from([0, 255, 13, 10, 0])];
    const mail = await compose({
      text: '见附件',
      attachments: [
        ...pieces.slice(0, 3).map((content) => ({ filename: '照片.jpg', content })),
        { filename: false, content: pieces[3], contentType: 'application/octet-stream' },
        { filename: '原信.eml', contentType: 'message/rfc822', content: inner, contentTransferEncoding: '8bit' },
      ],
    });
    const { files, text } = await readMail(mail);
    expect(text).toBe('见附件');
    expect(files.map(({ fileName }) => fileName)).toEqual(['照片.jpg', '照片.jpg', '照片.jpg', '', '原信.eml']);
    expect(files.slice(0, 4).map(({ content }) => content)).toEqual(pieces);
    expect(files[4]?.content.toString().trim()).toBe(inner.toString().trim());
  });

  test('a name in GBK bytes', async () => {
    const { files } = await readMail(
      raw(
        'From: a@example.com',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: application/pdf',
        `Content-Disposition: attachment; filename="{${GBK.file}}"`,
        '',
        '%PDF',
        '--b--',
      ),
    );
    expect(files.map(({ fileName }) => fileName)).toEqual(['发票.pdf']);
  });

  test('bit for bit, however the parts are nested', async () => {
    const part: fc.Arbitrary<Part> = fc.letrec<{ part: Part }>((tie) => ({
      part: fc.oneof(
        { maxDepth: 3 },
        fc.record({
          content: fc.uint8Array({ maxLength: 300 }),
          name: fc.constantFrom('a.bin', '发票.pdf', undefined),
        }),
        fc.record({ parts: fc.array(tie('part'), { minLength: 1, maxLength: 3 }) }),
      ),
    })).part;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), async (parts) => {
        const { files } = await readMail(raw('From: a@example.com', ...linesOf({ parts }, 'b')));
        expect(files.map(({ content }) => sha(content))).toEqual(contentsOf({ parts }).map(sha));
      }),
      { numRuns: 200 },
    );
  });
});

test('a part whose type is not named is text, and what is under it is read too', async () => {
  const mail = await readMail(
    raw(
      'From: a@example.com',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type:',
      '',
      WASHER,
      '--b',
      'Content-Type: ; name=a.txt',
      'Content-Disposition: attachment; filename=a.txt',
      '',
      'a',
      '--b--',
    ),
  );
  expect(mail.text).toBe(WASHER);
  expect(mail.files.map(({ fileName, content }) => [fileName, content.toString()])).toEqual([['a.txt', 'a']]);
});

test('what goes wrong while a part is read is an error of the mail, and not of the process', async () => {
  class Broken extends TolerantParser {
    protected override createNode(): never {
      throw new Error('no part');
    }
  }
  const parser = new Broken();
  const failed = new Promise((resolve) => parser.once('error', resolve));
  parser.end(raw('From: a@example.com', '', WASHER));
  expect(await failed).toEqual(new Error('no part'));
});

test('nothing that comes in throws anything but an error of its own, and it always ends', async () => {
  const good = await compose({ text: WASHER, attachments: [{ filename: 'a.txt', content: 'a' }] });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 40 }), async (changes) => {
      const broken = Buffer.from(good);
      for (const [at, byte] of changes) broken[at] = byte;
      await readMail(broken).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    }),
    { numRuns: 500 },
  );
});

interface Leaf {
  content: Uint8Array;
  name: string | undefined;
}
type Part = Leaf | { parts: Part[] };

function linesOf(part: Part, boundary: string): string[] {
  if ('parts' in part) {
    const inner = part.parts.flatMap((one, n) => [`--${boundary}`, ...linesOf(one, `${boundary}${n}`)]);
    return [`Content-Type: multipart/mixed; boundary=${boundary}`, '', ...inner, `--${boundary}--`];
  }
  const name = part.name === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(part.name)}`;
  return [
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment${name}`,
    '',
    Buffer.from(part.content).toString('base64'),
  ];
}

const contentsOf = (part: Part): Uint8Array[] => ('parts' in part ? part.parts.flatMap(contentsOf) : [part.content]);
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function b64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function compose(mail: ConstructorParameters<typeof MailComposer>[0]): Promise<Buffer> {
  return new MailComposer({ from: 'a@example.com', to: 'help@example.com', subject: '见', ...mail }).compile().build();
}
