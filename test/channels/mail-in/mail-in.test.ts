import { generateKeyPairSync } from 'node:crypto';
import { createConnection } from 'node:net';
import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type Mail from 'nodemailer/lib/mailer';
import { createInbound, type Inbound } from '../../../src/channels/inbound/inbound';
import { createMailIn } from '../../../src/channels/mail-in/mail-in';
import { createReplyAddresses } from '../../../src/channels/replies/reply-address';
import { isDatabaseAway, isRefused } from '../../../src/cases';
import { ContentFiles } from '../../../src/content-files';
import { assigned, createHarness, SECRET, type Harness } from '../../http/support/harness';
import { freePort } from '../../../src/runtime/ports';
import { startNameServer, type NameServer } from '../../support/dns';
import { waitUntil } from '../../support/processes';

/** Mail from its arrival to the case, over the use cases and a real Postgres. */
const PATTERN = 'help+*@house.example';
const config = {
  HOST: '127.0.0.1',
  MAIL_IN_IMAP: [],
  MAIL_IN_MAX_BYTES: 500_000,
  MAIL_IN_TRUSTED: [],
  MAIL_REPLY_TO: PATTERN,
  LINK_SECRET: SECRET,
};
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
/** The domain bank.example signs its mails, and wants all others of its name refused. */
const ZONE = {
  's._domainkey.bank.example': `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`,
  '_dmarc.bank.example': 'v=DMARC1; p=reject',
  'bank.example': 'v=spf1 ip4:192.0.2.7 -all',
};
const replyTo = createReplyAddresses(PATTERN, SECRET).of;

let harness: Harness;
let inbound: Inbound;
let port: number;
let names: NameServer;

async function begin(): Promise<void> {
  const log = harness.needs.log;
  const common = { inbound: harness.stores.inbound, files: new ContentFiles(`${harness.dataDir}/inbound`), log };
  const mailIn = createMailIn({
    ...common,
    config: { ...config, MAIL_IN_PORT: await freePort(), MAIL_IN_DNS: [names.address] },
    places: harness.stores.inboundPlaces,
    mailDomain: 'house.example',
    ownAddress: 'redress@house.example',
  });
  const start = async (): Promise<void> => {
    port = (await mailIn.start()) ?? 0;
  };
  inbound = createInbound({
    ...common,
    ways: [{ ...mailIn, start }],
    cases: harness.cases,
    accessCode: (caseNo) => harness.links.accessCode(caseNo),
    secret: SECRET,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    clock: Date.now,
    idleMs: 20,
  });
  await inbound.start();
}

beforeEach(async () => {
  names = await startNameServer(ZONE);
  harness = await createHarness();
  await begin();
});
afterEach(async () => {
  await inbound.stop();
  await harness.close();
  await names.close();
});

const FROM = { from: '王小明 <wang@example.com>', to: 'redress@house.example' };
const send = (mail: Mail.Options): Promise<unknown> =>
  createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true }).sendMail({ ...FROM, ...mail });
const counts = () => harness.stores.inbound.counts();
const done = (outcome: 'filed' | 'appended' | 'aside' | 'quarantined' | 'repeat', count: number) =>
  waitUntil(async () => (await counts())[outcome] === count, `${count} ${outcome}`);

/** The case of the latest mail with this outcome. */
async function latest(outcome: 'filed' | 'appended'): Promise<string> {
  const [message] = await harness.stores.inbound.list(outcome, 1);
  return message?.caseNo ?? '';
}

test('a complaint by mail becomes a case with its files, once, however often the mail comes', async () => {
  const mail = {
    subject: '洗衣机漏水',
    text: '请尽快处理。',
    messageId: '<one@example.com>',
    date: new Date(0),
    attachments: [
      { filename: '照片.txt', content: 'one' },
      { filename: '照片.txt', content: 'one' },
      { filename: '程序.exe', content: 'MZ' },
    ],
  };
  const raw = await new MailComposer({ ...FROM, ...mail }).compile().build();
  const envelope = { from: 'wang@example.com', to: 'redress@house.example' };
  for (let times = 0; times < 3; times++) await send({ raw, envelope });
  await done('filed', 1);
  await done('repeat', 2);
  const caseNo = await latest('filed');
  const record = await harness.stores.complaints.get(caseNo);
  expect(record).toMatchObject({
    channel: 'mail',
    language: 'zh-CN',
    customer: { name: '王小明', email: 'wang@example.com' },
    text: { body: '洗衣机漏水\n\n请尽快处理。' },
  });
  const files = await harness.stores.evidence.list(caseNo);
  expect(files.map(({ fileName }) => fileName).toSorted()).toEqual(['照片 (2).txt', '照片.txt']);
  expect(await harness.stores.inbound.list('filed', 1)).toMatchObject([{ reason: 'files_not_taken_1' }]);
  // The receipt goes to where it came from.
  expect((await harness.stores.outbox.list(caseNo)).map(({ mail: kind }) => kind)).toContain('receipt');
});

test('an answer to the address of its case is the customer’s message there, and ends a wait', async () => {
  const { caseNo } = await harness.open();
  await assigned(harness, caseNo, 'anna');
  await harness.decide(caseNo, 'accept', 'anna');
  await harness.decide(caseNo, 'respond', 'anna', { via: 'phone', text: '已联系客户。' });
  const until = new Date(Date.now() + 3 * 86_400_000).toISOString();
  expect((await harness.decide(caseNo, 'pause', 'anna', { reason: 'customer', until, note: '等图片' })).status).toBe(
    200,
  );
  await send({
    to: replyTo(caseNo),
    subject: 'Re: 受理',
    text: '图片在附件里。\n\n—— 请在此行上方回复 ——\n您好',
    attachments: [{ filename: '图.txt', content: 'picture' }],
  });
  await done('appended', 1);
  const events = await harness.stores.ledger.events(caseNo);
  const wrote = events.find(({ type }) => type === 'customerWrote');
  expect(wrote).toMatchObject({ actor: { kind: 'customer' }, data: { via: 'mail' } });
  const { textId } = (wrote?.data as { text: { textId: string } } | undefined)?.text ?? { textId: '' };
  expect((await harness.stores.texts.get([textId])).get(textId)?.body).toBe('图片在附件里。');
  expect((await harness.stores.cases.get(caseNo))?.state.paused).toBeUndefined();
  expect(await harness.stores.evidence.list(caseNo)).toHaveLength(1);
  expect(await latest('appended')).toBe(caseNo);
});

test('a stranger who names a case comes into none, and learns nothing of it', async () => {
  const { caseNo } = await harness.open();
  await send({
    from: 'x@example.org',
    to: `help+${caseNo.toLowerCase()}.${'0'.repeat(32)}@house.example`,
    subject: caseNo,
    text: '是我',
  });
  await done('filed', 1);
  expect(await latest('filed')).not.toBe(caseNo);
  expect((await harness.stores.ledger.events(caseNo)).map(({ type }) => type)).not.toContain('customerWrote');
});

test('absence notes are set aside; a sender who writes again and again, or says the same twice, waits for somebody', async () => {
  await send({ subject: '不在', text: '休假', headers: { 'Auto-Submitted': 'auto-replied' } });
  await done('aside', 1);
  for (let n = 1; n <= 6; n++) await send({ subject: `第 ${n} 件`, text: '请处理' });
  await done('filed', 5);
  await done('quarantined', 1);
  await send({ from: 'lin@example.com', subject: '一样', text: '一样的话' });
  await done('filed', 6);
  await send({ from: 'lin@example.com', subject: '一样', text: '一样的话' });
  await done('quarantined', 2);
  const waiting = await harness.stores.inbound.list('quarantined', 5);
  expect(waiting.map(({ reason }) => reason)).toEqual(['filed_already', 'many_of_one_sender']);
  expect(waiting[1]).toMatchObject({ title: '王小明 · 第 6 件' });

  // Somebody has looked, and wants it.
  await harness.stores.inbound.release(waiting[1]?.id ?? 0);
  await done('filed', 7);
});

/** Hands a mail over as the house's own server does, which says who brought it there. @returns the last answer */
async function handOver(client: string, from: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  const lines = [
    'EHLO mx.house.example',
    `XFORWARD ADDR=${client} HELO=brought.example`,
    `MAIL FROM:<${from}>`,
    'RCPT TO:<redress@house.example>',
    'DATA',
    `From: ${from}\r\nTo: redress@house.example\r\nSubject: ${client}\r\n\r\n${client}\r\n.`,
  ];
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    // The last line of an answer has a space behind its number.
    if (!/^\d{3} .*\r\n$/mu.test(answer)) continue;
    const next = lines.shift();
    if (next === undefined || /^[45]/u.test(answer)) break;
    answer = '';
    socket.write(`${next}\r\n`);
  }
  socket.destroy();
  return answer;
}

test('whether a mail is from whom it says stands in its case: by its signature, or by who brought it', async () => {
  const check = async () => (await harness.stores.complaints.get(await latest('filed')))?.senderCheck;
  const bank = { from: '客服 <care@bank.example>', dkim: { domainName: 'bank.example', keySelector: 's', privateKey } };
  await send({ ...bank, subject: '包装', text: '包装盒有点脏，希望说明一下。' });
  await done('filed', 1);
  expect(await check()).toEqual({ verdict: 'proved', dkim: 'pass', dmarc: 'pass' });

  expect(await handOver('192.0.2.7', 'care@bank.example')).toMatch(/^250 /u);
  await done('filed', 2);
  expect(await check()).toEqual({ verdict: 'proved', spf: 'pass', dkim: 'none', dmarc: 'pass' });

  expect(await handOver('198.51.100.9', 'care@bank.example')).toMatch(/^250 /u);
  await done('filed', 3);
  expect(await check()).toEqual({ verdict: 'doubtful', spf: 'fail', dkim: 'none', dmarc: 'fail' });

  // It would be answered at an address for which nobody vouches.
  await send({ ...bank, replyTo: 'x@evil.example', subject: '退款', text: '包装盒有点脏，请看一下。' });
  await done('filed', 4);
  expect(await check()).toEqual({ verdict: 'unproved', dkim: 'pass', dmarc: 'pass' });
});

test('while Postgres is away a mail is not taken, and comes again by itself', async () => {
  await harness.way.cut();
  await expect(send({ subject: 'x', text: 'y' })).rejects.toMatchObject({ responseCode: 451 });
  await harness.way.heal();
  await send({ subject: 'x', text: 'y' });
  await done('filed', 1);
});

test('nothing of a mail stands in the log', async () => {
  await send({ subject: '秘密的事', text: '我叫王小明', attachments: [{ filename: 'x.exe', content: 'MZ' }] });
  await done('filed', 1);
  const log = harness.logged.join('\n');
  for (const secret of ['秘密', '王小明', 'wang@', 'x.exe']) expect(log).not.toContain(secret);
  expect(log).toContain('a message was dealt with');
});

/** A receipt that has gone out, and a report that somebody could not be reached. */
async function reported(
  recipient: string,
): Promise<{ caseNo: string; outboxId: number; seq: number; send: () => Promise<unknown> }> {
  const { caseNo } = await harness.open();
  const { outbox } = harness.stores;
  const row = (await outbox.list(caseNo)).find(({ to }) => to.kind === 'customer');
  if (!row) throw new Error('no receipt is planned');
  await outbox.fixRecipients(row.id, ['Wang@example.com']);
  await outbox.sent(row.id);
  const status = `Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; ${recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n`;
  const raw = [
    'From: MAILER-DAEMON@mx.example.com',
    'To: redress@house.example',
    `Subject: Undelivered ${recipient}`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    status,
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${row.messageId}`,
    '',
    '--b--',
    '',
  ].join('\r\n');
  const envelope = { from: '', to: 'redress@house.example' };
  return { caseNo, outboxId: row.id, seq: row.seq, send: () => send({ raw, envelope }) };
}
const failures = () => harness.engine.signals.filter(({ name }) => name === 'mailFailed');

test('a report of failed delivery is told to its case, once, and the mail counts as failed', async () => {
  const { caseNo, outboxId, seq, send: come } = await reported('wang@example.com');
  await come();
  await done('aside', 1);
  expect(failures()).toMatchObject([{ caseNo, message: { to: 'customer', seq, signature: expect.any(String) } }]);
  const row = (await harness.stores.outbox.list(caseNo)).find(({ id }) => id === outboxId);
  expect(row).toMatchObject({ state: 'failed', error: 'bounced_5.1.1' });
  expect(await harness.stores.inbound.list('aside', 1)).toMatchObject([{ reason: 'bounce_told', caseNo }]);
  await come();
  await done('repeat', 1);
  expect(failures()).toHaveLength(1);
});

test('a report about an address that the mail never went to tells nobody anything, and waits for somebody to look', async () => {
  const { caseNo, outboxId, send: come } = await reported('other@example.org');
  await come();
  await done('quarantined', 1);
  expect(failures()).toEqual([]);
  const row = (await harness.stores.outbox.list(caseNo)).find(({ id }) => id === outboxId);
  expect(row?.state).toBe('sent');
  expect((await harness.stores.inbound.list('quarantined', 1))[0]).not.toHaveProperty('caseNo');
});

test('a report waits while Temporal is away; of a case that has ended somebody is told at “Mail in”', async () => {
  const { caseNo, send: come } = await reported('wang@example.com');
  harness.engine.mode = 'away';
  await come();
  const sql = (text: string, values: unknown[] = []) => harness.database.pool.query(text, values);
  const tried = `select 1 from inbound_messages where outcome is null and reason = 'fault_Refused'`;
  await waitUntil(async () => (await sql(tried)).rows.length === 1, 'it was tried, and waits');
  harness.engine.mode = 'up';
  expect(failures()).toEqual([]);
  harness.engine.close(caseNo);
  await sql('update inbound_messages set next_attempt_at = $1', [new Date()]);
  await done('quarantined', 1);
  expect(await harness.stores.inbound.list('quarantined', 1)).toMatchObject([{ reason: 'bounce', caseNo }]);
});
