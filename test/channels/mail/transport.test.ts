import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { cpuMs } from '../../support/cpu';
import fc from 'fast-check';
import {
  createMailTransport,
  isMailbox,
  type MailTransport,
  type OutgoingMail,
} from '../../../src/channels/mail/transport';
import type { Delivery } from '../../../src/channels/outbox/channel';
import { createSmtpSink, type SmtpSink, type SmtpSinkOptions } from '../../support/smtp';
import { volume } from '../../support/volume';

let sink: SmtpSink;
let transport: MailTransport;
beforeAll(async () => {
  sink = await createSmtpSink();
  transport = createMailTransport({ smtpUrl: sink.url, from: '青禾电器 <care@example.com>', timeoutMs: 1_500 });
});
afterAll(async () => {
  transport.close();
  await sink.close();
});
beforeEach(() => sink.clear());

let count = 0;
const mail = (more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  to: ['lin@example.com'],
  subject: '已收到您的投诉',
  html: '<p>您好</p>',
  text: '您好\n',
  messageId: `<C261122-AAAAAA.${++count}.receipt.0@redress.example>`,
  caseNo: 'C261122-AAAAAA',
  ...more,
});

const headerNames = (raw: string): string[] =>
  (raw.split(/\r?\n\r?\n/, 1)[0] ?? '')
    .split(/\r?\n/)
    .filter((line) => !/^\s/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    .toSorted();

test('a mail arrives as written, marked as automatic', async () => {
  const sent = mail({ references: '<C261122-AAAAAA.1.receipt.0@redress.example>' });
  expect(await transport.send(sent)).toEqual({ kind: 'sent' });
  const [got] = await sink.waitFor(1);
  expect(got?.to).toEqual(['lin@example.com']);
  expect(got?.from).toBe('care@example.com');
  expect(got?.messageId).toBe(sent.messageId);
  expect(got?.subject).toBe('已收到您的投诉');
  expect(got?.parsed.html).toContain('<p>您好</p>');
  expect(got?.parsed.text?.trim()).toBe('您好');
  expect(got?.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  expect(got?.parsed.headers.get('x-auto-response-suppress')).toBe('All');
  expect(got?.parsed.headers.get('x-redress-case')).toBe('C261122-AAAAAA');
  expect(got?.parsed.references).toBe('<C261122-AAAAAA.1.receipt.0@redress.example>');
});

const evil = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc
    .tuple(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\u0085', '\0', '\r\n\r\n', '\v', '%0d%0a', '=?utf-8?Q?=0D=0A?='),
      fc.constantFrom(
        'Bcc: evil@example.net',
        'To: evil@example.net',
        'X-Evil: 1',
        '.\r\nMAIL FROM:<evil@example.net>',
      ),
      fc.string({ maxLength: 20 }),
    )
    .map((parts) => parts.join('')),
);

test('whatever stands in subject, texts, number or references: same headers, same recipients on the wire', async () => {
  await transport.send(mail());
  const [plain] = await sink.waitFor(1);
  const expected = headerNames(plain?.raw ?? '');
  await fc.assert(
    fc.asyncProperty(evil, evil, evil, async (subject, text, id) => {
      sink.clear();
      const delivery = await transport.send(
        mail({ subject: `x${subject}`, text: `x${text}`, html: `<p>${text}</p>`, caseNo: id, references: id }),
      );
      expect(delivery).toEqual({ kind: 'sent' });
      const [got] = await sink.waitFor(1);
      // An empty number leaves its header out; no input adds one.
      expect(headerNames(got?.raw ?? '').filter((name) => name !== 'x-redress-case')).toEqual(
        expected.filter((name) => name !== 'x-redress-case'),
      );
      expect(got?.to).toEqual(['lin@example.com']);
      expect(got?.from).toBe('care@example.com');
    }),
    { numRuns: volume({ usual: 250 }) },
  );
});

test('a bad address or Message-ID is refused here and never reaches a server', async () => {
  for (const address of [
    '',
    'x',
    'a@b@c',
    'a b@c.d',
    'a@b\r\nRCPT TO:<evil@example.net>',
    '"a@evil.net x"@example.com',
    'a@example.com, evil@example.net',
    '<a@example.com>',
    'ä@example.com',
    'a@-example.com',
    `${'a'.repeat(1_000_000)}@example.com`,
  ]) {
    const ms = await cpuMs(async () =>
      expect(await transport.send(mail({ to: [address] }))).toEqual({ kind: 'permanent', code: 'bad_address' }),
    );
    // A few milliseconds, and ten times that beside other work; read again from each letter on, it would be minutes.
    expect(ms).toBeLessThan(2_000);
  }
  expect(await transport.send(mail({ messageId: '<a@b>\r\nBcc: evil@example.net' }))).toEqual({
    kind: 'permanent',
    code: 'bad_message_id',
  });
  expect(sink.attempts).toEqual([]);
});

test('a good address goes to RCPT TO byte for byte', async () => {
  for (const address of ['Lin.X+tag@example.com', "o'neil@example.com", 'a_b-c@sub.example.co', 'u@localhost']) {
    expect(isMailbox(address)).toBe(true);
    sink.clear();
    expect(await transport.send(mail({ to: [address] }))).toEqual({ kind: 'sent' });
    expect((await sink.waitFor(1))[0]?.to).toEqual([address]);
  }
});

test('a domain of another script is asked for in the spelling that servers know', async () => {
  sink.clear();
  expect(await transport.send(mail({ to: ['a@exämple.com'] }))).toEqual({ kind: 'sent' });
  const [sent] = await sink.waitFor(1);
  // The server of this test shows names as people read them.
  expect(sent?.to).toEqual(['a@exämple.com']);
});

test.each([
  ['4xx', { kind: 'temporary', code: 'smtp_451' }],
  ['5xx', { kind: 'permanent', code: 'smtp_550' }],
] as const)('%s after DATA', async (answer, expected) => {
  sink.script(answer);
  expect(await transport.send(mail())).toEqual(expected);
});

test.each([
  ['MAIL FROM', 553, 'sender is not the one logged in', { kind: 'temporary', code: 'smtp_553', ours: true }],
  ['MAIL FROM', 501, 'sender is not the one logged in', { kind: 'temporary', code: 'smtp_501', ours: true }],
  ['MAIL FROM', 550, '5.4.5 too many mails today', { kind: 'temporary', code: 'smtp_550', ours: true }],
  ['RCPT TO', 550, '5.4.5 too many mails today', { kind: 'temporary', code: 'smtp_550', ours: true }],
  ['RCPT TO', 550, '5.7.1 client [192.0.2.1] is blocked', { kind: 'temporary', code: 'smtp_550', ours: true }],
  ['RCPT TO', 553, '5.7.0 sender is not allowed', { kind: 'temporary', code: 'smtp_553', ours: true }],
  ['MAIL FROM', 451, '4.7.1 try again later', { kind: 'temporary', code: 'smtp_451' }],
  ['RCPT TO', 450, '4.2.0 greylisted', { kind: 'temporary', code: 'smtp_450' }],
  ['RCPT TO', 550, '5.1.1 user unknown', { kind: 'permanent', code: 'smtp_550' }],
  ['RCPT TO', 550, 'no such user here', { kind: 'permanent', code: 'smtp_550' }],
] as const)('%s answered %i %s', async (at, code, words, expected) => {
  sink.refuse(at, code, words);
  expect(await transport.send(mail())).toEqual(expected);
});

test('what a person wrote is not marked as written by a machine', async () => {
  await transport.send(mail({ byPerson: true }));
  const [got] = await sink.waitFor(1);
  expect(got?.parsed.headers.has('auto-submitted')).toBe(false);
  expect(got?.parsed.headers.has('x-auto-response-suppress')).toBe(false);
});

test.each(['reset', 'hang'] as const)('a server that takes the mail and then %ss leaves it open', async (answer) => {
  sink.script(answer);
  expect((await transport.send(mail())).kind).toBe('ambiguous');
  // The next one is not harmed.
  expect(await transport.send(mail())).toEqual({ kind: 'sent' });
});

/** What becomes of one mail to a server of its own. @param toUrl what stands in SMTP_URL instead of the server's address */
async function toServer(options: SmtpSinkOptions, toUrl = (url: string) => url): Promise<Delivery> {
  const server = await createSmtpSink(options);
  const mails = createMailTransport({ smtpUrl: toUrl(server.url), from: 'care@example.com', timeoutMs: 1_500 });
  try {
    return await mails.send(mail());
  } finally {
    mails.close();
    await server.close();
  }
}
const as = (login: string) => (url: string) => url.replace('://', `://${login}@`);

/** The sink's certificate is signed by itself, and by now it has also run out. */
const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|CERT_HAS_EXPIRED)$/;

test.each<[what: string, attempt: () => Promise<Delivery>, code: string | RegExp]>([
  ['wants a login, and we have none', () => toServer({ wantsLogin: true }), 'smtp_530'],
  ['wants a login, and we have no password', () => toServer({ wantsLogin: true }, as('redress')), 'EAUTH'],
  ['refuses the login', () => toServer({ wantsLogin: true }, as('redress:wrong')), 'smtp_535'],
  ['has a certificate that nobody trusts, by STARTTLS', () => toServer({ tls: 'starttls' }), UNTRUSTED],
  ['has a certificate that nobody trusts', () => toServer({ tls: 'smtps' }), UNTRUSTED],
  [
    'speaks no TLS where we want it',
    () => toServer({}, (url) => url.replace('smtp:', 'smtps:')),
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ],
  ['cannot do STARTTLS', () => toServer({}, (url) => `${url}?requireTLS=true`), 'smtp_500'],
  ['lets nobody in from our address', () => toServer({ greeting: '554 no service for you' }), 'smtp_554'],
])('a server that %s is for an administrator to put right', async (_, attempt, code) => {
  expect(await attempt()).toEqual({
    kind: 'temporary',
    code: typeof code === 'string' ? code : (expect.stringMatching(code) as string),
    ours: true,
  });
});

test('a connection that breaks is no refusal of ours, also in the middle of the TLS handshake', async () => {
  /** Greets, unless it is to speak TLS at once, goes on to STARTTLS, and then cuts the line. */
  const cutting = async (greets: boolean) => {
    const server = createServer((socket) => {
      if (greets) socket.write('220 here\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const said = chunk.toString('latin1');
        if (said.startsWith('EHLO')) socket.write('250-here\r\n250 STARTTLS\r\n');
        else if (said.startsWith('STARTTLS')) socket.write('220 go on\r\n');
        else socket.resetAndDestroy();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, port: (server.address() as AddressInfo).port };
  };
  const [mid, first] = [await cutting(true), await cutting(false)];
  for (const url of [`smtp://127.0.0.1:${mid.port}`, `smtps://127.0.0.1:${first.port}`, 'smtps://127.0.0.1:1']) {
    const mails = createMailTransport({ smtpUrl: url, from: 'care@example.com', timeoutMs: 1_500 });
    expect(await mails.send(mail())).toEqual({ kind: 'temporary', code: 'ESOCKET' });
    mails.close();
  }
  mid.server.close();
  first.server.close();
});

test('a server that is away is worth another attempt', async () => {
  const nobody = createMailTransport({ smtpUrl: 'smtp://127.0.0.1:1', from: 'care@example.com', timeoutMs: 1_000 });
  expect((await nobody.send(mail())).kind).toBe('temporary');
  nobody.close();
});

test('a sender that is no mailbox is found at start', () => {
  expect(() => createMailTransport({ smtpUrl: sink.url, from: 'nobody' })).toThrow(/MAIL_FROM/);
});
