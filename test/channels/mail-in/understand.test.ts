import MailComposer from 'nodemailer/lib/mail-composer';
import { createReplyAddresses } from '../../../src/channels/replies/reply-address';
import { createMailChannel } from '../../../src/channels/mail-in/understand';
import type { InboundMessage } from '../../../src/db';

const replyAddresses = createReplyAddresses('help+*@redress.example', 'a secret of more than enough letters');
const channel = createMailChannel({
  replyAddresses,
  mailDomain: 'redress.example',
  ownAddress: 'help@redress.example',
  checkSender: undefined,
});
const CASE = 'C261127-7KQ4MX';

const arrived = (envelope: InboundMessage['envelope'] = {}): InboundMessage => ({
  id: 1,
  channel: 'mail',
  source: 'smtp',
  sourceKey: '1',
  sha256: 'a'.repeat(64),
  bytes: 1,
  identity: '',
  envelope,
  arrivedAt: '2026-11-27T08:00:00.000Z',
  attempts: 1,
  forced: false,
});

const compose = (mail: ConstructorParameters<typeof MailComposer>[0]): Promise<Buffer> =>
  new MailComposer({ from: '王小明 <wang@example.com>', to: 'help@redress.example', ...mail }).compile().build();

const understood = async (mail: Parameters<typeof compose>[0], envelope?: InboundMessage['envelope']) =>
  channel.understand(await compose(mail), arrived(envelope));

test('a mail of somebody new is a complaint: who, in what language, with subject, words and files', async () => {
  const attachments = [{ filename: '照片.jpg', content: Buffer.from([1, 2]) }];
  expect(await understood({ subject: '洗衣机漏水', text: '请尽快处理。', attachments })).toMatchObject({
    kind: 'complaint',
    sender: 'wang@example.com',
    body: {
      channel: 'mail',
      language: 'zh-CN',
      customer: { name: '王小明', email: 'wang@example.com' },
      text: '洗衣机漏水\n\n请尽快处理。',
    },
    files: [{ fileName: '照片.jpg', content: Buffer.from([1, 2]) }],
  });
  expect(await understood({ from: 'lin.mei@example.com', subject: 'It leaks', text: 'Please help.' })).toMatchObject({
    body: { language: 'en', customer: { name: 'lin mei' } },
  });
  // What a form sends in the name of its visitor is answered to the visitor.
  expect(await understood({ replyTo: 'lin@example.com', subject: 'x', text: 'y' })).toMatchObject({
    body: { customer: { email: 'lin@example.com' } },
    sender: 'wang@example.com',
  });
});

test('names that are none are left out, and the mail is still a complaint', async () => {
  for (const from of [
    '"http://spam.example" <a.b@example.com>',
    '"x@y.example" <a.b@example.com>',
    'a.b@example.com',
  ]) {
    expect(await understood({ from, subject: 's', text: 't' })).toMatchObject({ body: { customer: { name: 'a b' } } });
  }
});

test('only an address with a key leads to a case; its number in the subject or in foreign headers does not', async () => {
  const text = `还在漏。\n\n—— 请在此行上方回复 ——\n旧的`;
  for (const mail of [
    { to: replyAddresses.of(CASE) },
    { to: 'other@example.com', cc: replyAddresses.of(CASE).toUpperCase() },
  ]) {
    expect(await understood({ ...mail, subject: 'Re', text })).toMatchObject({
      kind: 'answer',
      caseNo: CASE,
      text: '还在漏。',
      files: [],
    });
  }
  expect(await understood({ subject: 'Re', text }, { to: [replyAddresses.of(CASE)] })).toMatchObject({
    kind: 'answer',
  });
  const inReplyTo = '<c1.3@redress.example>';
  for (const mail of [
    { subject: `Re: ${CASE}`, inReplyTo, references: inReplyTo },
    { subject: 'Re', to: `help+${CASE.toLowerCase()}.${'0'.repeat(32)}@redress.example` },
  ]) {
    expect(await understood({ ...mail, text })).toMatchObject({ kind: 'complaint' });
  }
});

test('what no person wrote is set aside, and never answered', async () => {
  const to = replyAddresses.of(CASE);
  expect(await understood({ to, subject: 'x', text: 'y', headers: { 'Auto-Submitted': 'auto-replied' } })).toEqual({
    kind: 'aside',
    reason: 'automatic',
    caseNo: CASE,
  });
  expect(await understood({ subject: 'x', text: 'y' }, { from: '' })).toMatchObject({ reason: 'automatic' });
  expect(await understood({ from: 'HELP@redress.example', subject: 'x', text: 'y' })).toMatchObject({
    reason: 'own_mail',
  });
  expect(await understood({ messageId: '<c1.3@redress.example>', subject: 'x', text: 'y' })).toMatchObject({
    reason: 'own_mail',
  });
});

test('what cannot be a case waits for somebody to look', async () => {
  const unclear = async (raw: string) => channel.understand(Buffer.from(raw), arrived());
  expect(await unclear('Subject: x\r\n\r\ny')).toEqual({ kind: 'unclear', reason: 'no_sender', title: 'x' });
  expect(await unclear('From: wang@example.com\r\n\r\n')).toMatchObject({ kind: 'unclear', reason: 'empty' });
  expect(await unclear('From: wang@[127.0.0.1]\r\n\r\nx')).toMatchObject({
    kind: 'unclear',
    reason: 'sender_unusable',
  });
  expect(await unclear('')).toMatchObject({ kind: 'unclear' });
  expect(await unclear('Return-Path: <>\r\nFrom: MAILER-DAEMON@example.com\r\n\r\nx')).toMatchObject({
    reason: 'bounce',
  });
});

test('words that are too many are there in full as a file', async () => {
  const text = '漏'.repeat(9_000);
  const read = await understood({ subject: '洗衣机', text });
  if (read.kind !== 'complaint') throw new Error(read.kind);
  expect(read.body.text.length).toBeLessThanOrEqual(8_000);
  expect(read.files.map(({ content }) => content.toString())).toEqual([`洗衣机\n\n${text}`]);
});
