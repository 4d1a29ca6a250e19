import { natureOf, type Nature } from '../../../src/channels/mail-in/nature';
import { readMail } from '../../../src/channels/mail-in/read';

const of = async (lines: string[], envelopeFrom?: string): Promise<Nature> =>
  natureOf(await readMail(Buffer.from([...lines, '', 'x'].join('\r\n'))), {
    mailDomain: 'redress.example',
    envelopeFrom,
  });

test.each<[Nature, string, string[]]>([
  ['person', 'a mail', ['From: Lin <lin@example.com>', 'Message-ID: <1@example.com>']],
  ['person', 'one that says that it is no automatic one', ['From: lin@example.com', 'Auto-Submitted: no']],
  ['person', 'an answer to ours', ['From: lin@example.com', 'In-Reply-To: <c1.3@redress.example>']],
  ['person', 'one that only wants no answers of its kind', ['From: lin@example.com', 'X-Auto-Response-Suppress: OOF']],
  ['person', 'somebody whose name is near a server’s', ['From: postmasters@example.com']],
  ['own', 'ours, by its Message-ID', ['From: help@redress.example', 'Message-ID: <c1.3@redress.example>']],
  ['own', 'ours, by its header', ['From: help@redress.example', 'X-Redress-Case: C261127-7KQ4MX']],
  [
    'bounce',
    'a report',
    ['From: mailer@example.com', 'Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
  ],
  [
    'bounce',
    'a report with quotes',
    ['From: x@example.com', 'Content-Type: multipart/report; boundary="b"; report-type="delivery-status"'],
  ],
  ['bounce', 'an old one', ['Return-Path: <>', 'From: MAILER-DAEMON@example.com']],
  [
    'bounce',
    'qmail and exim',
    ['From: Mail Delivery System <Mailer-Daemon@example.com>', 'X-Failed-Recipients: lin@example.com'],
  ],
  [
    'bounce',
    'a report about an address beyond ASCII',
    ['From: x@example.com', 'Content-Type: multipart/report; report-type=global-delivery-status; boundary=b'],
  ],
  [
    'automatic',
    'that it was opened',
    ['From: lin@example.com', 'Content-Type: multipart/report; report-type=disposition-notification; boundary=b'],
  ],
  ['automatic', 'an absence note', ['From: lin@example.com', 'Auto-Submitted: auto-replied']],
  ['automatic', 'one by its comment', ['From: lin@example.com', 'Auto-Submitted: auto-generated (vacation)']],
  ['automatic', 'an old absence note', ['From: lin@example.com', 'Precedence: auto_reply']],
  ['automatic', 'Outlook', ['From: lin@example.com', 'X-Auto-Response-Suppress: All']],
  ['automatic', 'a list', ['From: lin@example.com', 'List-Id: <news.example.com>']],
  ['automatic', 'an advertisement', ['From: shop@example.com', 'List-Unsubscribe: <https://example.com/u>']],
  ['automatic', 'many', ['From: shop@example.com', 'Precedence: bulk']],
  ['automatic', 'X-Autoreply', ['From: lin@example.com', 'X-Autoreply: yes']],
  ['automatic', 'one that must not be answered', ['Return-Path: <>', 'From: lin@example.com']],
  ['automatic', 'a server', ['From: postmaster@example.com']],
])('%s: %s', async (nature, _what, lines) => {
  expect(await of(lines)).toBe(nature);
});

test('an empty sender at the server must not be answered either', async () => {
  expect(await of(['From: lin@example.com'], '')).toBe('automatic');
  expect(await of(['From: MAILER-DAEMON@example.com'], '')).toBe('bounce');
  expect(await of(['From: lin@example.com'], 'lin@example.com')).toBe('person');
});
