import { readReport, type Report } from '../../../src/channels/mail-in/bounce';
import { readMail } from '../../../src/channels/mail-in/read';

/** Reports of failed delivery as servers write them: by the standard, and in words. */
const ID = '<C261127-7KQ4MX.3.receipt.0@redress.example>';
const read = async (lines: string[]): Promise<Report> => readReport(await readMail(Buffer.from(lines.join('\r\n'))));

/** A report by RFC 3464, with the fields of each recipient. */
const report = (recipients: string[][], returned: string[] = ['Content-Type: text/rfc822-headers']): string[] => [
  'From: MAILER-DAEMON@mx.example.com (Mail Delivery System)',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  '您的邮件没有送达。 Your message could not be delivered. Questions: <postmaster@mx.example.com>',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.com',
  'Arrival-Date: Fri, 27 Nov 2026 08:00:00 +0000',
  ...recipients.flatMap((fields) => ['', ...fields]),
  '',
  '--b',
  ...returned,
  '',
  'From: Redress <desk@redress.example>',
  'To: wang@example.com',
  `Message-ID: ${ID}`,
  'Subject: =?utf-8?B?5oqV6K+J?=',
  '',
  '--b--',
  '',
];
const failed = ['Final-Recipient: rfc822; Wang@example.com', 'Action: failed', 'Status: 5.1.1'];

test.each([
  ['headers of ours', ['Content-Type: text/rfc822-headers']],
  ['our whole mail', ['Content-Type: message/rfc822']],
])('a report that returns %s', async (_what, returned) => {
  expect(await read(report([failed], returned))).toEqual({
    messageIds: [ID],
    recipients: ['wang@example.com'],
    result: 'failed',
    status: '5.1.1',
  });
});

test('a recipient whose field is folded, with the address that we wrote to before it was handed on', async () => {
  const fields = [
    'Original-Recipient: rfc822;',
    ' wang@example.com',
    'Final-Recipient: rfc822; box7@inner.example.com',
    'Action: failed',
    'Status: 5.2.2 (mailbox full)',
  ];
  const { recipients, status } = await read(report([fields]));
  expect(recipients.toSorted((a, b) => a.localeCompare(b))).toEqual(['box7@inner.example.com', 'wang@example.com']);
  expect(status).toBe('5.2.2');
});

test('that it is delayed, or has been handed on, is no failure; of several recipients one is enough', async () => {
  const delayed = ['Final-Recipient: rfc822; li@example.com', 'Action: delayed', 'Status: 4.4.1'];
  const relayed = ['Final-Recipient: rfc822; li@example.com', 'Action: relayed', 'Status: 2.0.0'];
  expect((await read(report([delayed]))).result).toBe('delayed');
  expect((await read(report([relayed]))).result).toBe('delayed');
  expect((await read(report([delayed, failed]))).result).toBe('failed');
});

test('one in words says it by its code; without one it is unsure', async () => {
  const words = (text: string): string[] => [
    'From: PostMaster@mail.example.com',
    'Return-Path: <>',
    'Content-Type: text/html; charset=gbk',
    'Content-Transfer-Encoding: 8bit',
    '',
    `<p>${text}</p><pre>Message-ID: &lt;${ID.slice(1, -1)}&gt;</pre>`,
  ];
  expect(await read(words('wang@example.com: 550 5.1.1 User unknown'))).toEqual({
    messageIds: [ID],
    recipients: expect.arrayContaining(['wang@example.com']),
    result: 'failed',
    status: '5.1.1',
  });
  expect((await read(words('wang@example.com: try later'))).result).toBe('unsure');
});

test('ids of others are none of ours; of many five are looked at', async () => {
  const lines = report([failed]).map((line) => line.replace('<C261127-7KQ4MX.3.receipt.0@', '<7KQ4MX.3.receipt.0@'));
  expect((await read(lines)).messageIds).toEqual([]);
  const many = Array.from({ length: 50 }, (_, n) => ID.replace('.3.', `.${n}.`)).join(' ');
  expect((await read(report([failed]).map((line) => line.replace(ID, many)))).messageIds).toHaveLength(5);
});

test('a report of a megabyte of nonsense is read at once', async () => {
  const nonsense = `${'<@'.repeat(200_000)}${'a.'.repeat(200_000)}@${'x-'.repeat(100_000)}`;
  const by = await read([...report([failed]).slice(0, 7), nonsense, ...report([failed]).slice(7)]);
  expect(by.messageIds).toEqual([ID]);
  const inWords = await read(['From: MAILER-DAEMON@mx.example.com', '', `${nonsense} ${ID} wang@example.com 5.1.1`]);
  expect(inWords).toMatchObject({ messageIds: [ID], result: 'failed' });
  expect(inWords.recipients).toContain('wang@example.com');
});
