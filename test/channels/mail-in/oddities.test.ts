import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { createInbound, type Inbound } from '../../../src/channels/inbound/inbound';
import { createMailIn } from '../../../src/channels/mail-in/mail-in';
import { createReplyAddresses } from '../../../src/channels/replies/reply-address';
import { isDatabaseAway, isRefused } from '../../../src/cases';
import { ContentFiles } from '../../../src/content-files';
import type { InboundMessage } from '../../../src/db';
import { assigned, createHarness, SECRET, type Harness } from '../../http/support/harness';
import { createDovecot, type Dovecot } from '../../support/dovecot';
import { waitUntil } from '../../support/processes';
import { numbers } from '../../support/random';
import { volume } from '../../support/volume';

/**
 * A mailbox of hundreds of mails with every oddity that has stopped mail of others (failures.md 1–16): each becomes what it
 * should, none is lost, and files arrive bit for bit. Real Dovecot, real Postgres.
 */
const COUNT = volume({ usual: 400, full: 1_000 });
const MOST_BYTES = 200_000;
const PATTERN = 'help+*@house.example';
const replyAddresses = createReplyAddresses(PATTERN, SECRET);

/** What a mail should become, with the files that its case should have got. */
interface Odd {
  raw: Buffer;
  outcome: InboundMessage['outcome'];
  reason?: string;
  files?: Buffer[];
}

interface Draw {
  /** Of the mail: makes its words and sender its own. */
  n: number;
  bytes: (length: number) => Buffer;
  /** A case whose customer may write. */
  caseNo: string;
  /** The mail before. */
  before: Odd | undefined;
}

const DIRT = '包装盒有点脏，希望说明一下。';
const GBK = Buffer.from('b0fcd7b0bad0d3d0b5e3d4e0', 'hex'); // 包装盒有点脏

const lines = (...all: (string | Buffer)[]): Buffer =>
  Buffer.concat(all.map((line) => Buffer.concat([Buffer.from(line as string), Buffer.from('\r\n')])));

const sender = (n: number): string => `wang${n}@example.com`;
/** A mail as programs make them. */
const composed = (n: number, mail: ConstructorParameters<typeof MailComposer>[0] = {}): Promise<Buffer> =>
  new MailComposer({
    from: `王小明 <${sender(n)}>`,
    to: 'help@house.example',
    subject: `第 ${n} 件`,
    text: DIRT,
    ...mail,
  })
    .compile()
    .build();
/** One that is written line by line. */
const written = (n: number, headers: (string | Buffer)[], body: (string | Buffer)[] = [DIRT]): Buffer =>
  lines(`From: ${sender(n)}`, 'To: help@house.example', ...headers, `Subject: ${n}`, '', ...body);
const filed = async (raw: Buffer | Promise<Buffer>, files: Buffer[] = []): Promise<Odd> => ({
  raw: await raw,
  outcome: 'filed',
  files,
});
const ended = async (outcome: Odd['outcome'], reason: string, raw: Buffer | Promise<Buffer>): Promise<Odd> => ({
  raw: await raw,
  outcome,
  reason,
});

/** A picture, as far as its first bytes say. */
const picture = (bytes: Draw['bytes'], length = 300): Buffer =>
  Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), bytes(length)]);
const asPart = (content: Buffer, name?: string): string[] => [
  '--b',
  'Content-Type: image/jpeg',
  'Content-Transfer-Encoding: base64',
  `Content-Disposition: attachment${name === undefined ? '' : `; filename="${name}"`}`,
  '',
  content.toString('base64').replaceAll(/.{76}/gu, '$&\r\n'),
];
const MIXED = 'Content-Type: multipart/mixed; boundary=b';

const KINDS: Record<string, (draw: Draw) => Promise<Odd>> = {
  plain: ({ n }) => filed(composed(n)),
  'no From but a Sender': ({ n }) =>
    filed(lines(`Sender: ${sender(n)}`, 'To: help@house.example', `Subject: ${n}`, '', DIRT)),
  'nobody named': ({ n }) =>
    ended('quarantined', 'no_sender', lines('To: help@house.example', `Subject: ${n}`, '', DIRT)),
  'an empty Message-ID': ({ n }) => filed(written(n, ['Message-ID:'])),
  'the Message-ID of others': ({ n }) => filed(written(n, ['Message-ID: <same@example.com>'])),
  'a date that is none': ({ n }) => filed(written(n, ['Date: 31 Foo 99 25:61 +9999', 'Resent-Date: yesterday'])),
  'GBK without saying so': ({ n }) => filed(written(n, [Buffer.concat([Buffer.from('Comments: '), GBK])], [GBK])),
  'HTML alone': ({ n }) => filed(composed(n, { text: undefined, html: `<p>${DIRT}</p><script>x</script>` })),
  'an unfinished multipart': async ({ n, bytes }) => {
    const one = picture(bytes);
    return filed(written(n, [MIXED], ['--b', '', DIRT, ...asPart(one, 'a.jpg')]), [one]);
  },
  'three files of one name': async ({ n, bytes }) => {
    const three = [picture(bytes), picture(bytes), picture(bytes)];
    const attachments = three.map((content) => ({ filename: '照片.jpg', content }));
    return filed(composed(n, { attachments }), three);
  },
  'a file without a name': async ({ n, bytes }) => {
    const one = picture(bytes);
    return filed(written(n, [MIXED], ['--b', '', DIRT, ...asPart(one), '--b--']), [one]);
  },
  'a mail in the mail': async ({ n, bytes }) => {
    const inner = await composed(n, { text: bytes(20).toString('hex') });
    const attachments = [{ filename: '转发.eml', content: inner, contentType: 'message/rfc822' }];
    return filed(composed(n, { attachments }), [inner]);
  },
  'a part in a part, sixty deep': ({ n }) => {
    const deep = Array.from({ length: 60 }, (_none, at) => [
      `--d${at}`,
      `Content-Type: multipart/mixed; boundary=d${at + 1}`,
      '',
    ]);
    return filed(
      written(
        n,
        ['Content-Type: multipart/mixed; boundary=d0'],
        [...deep.flat(), '--d60', 'Content-Type: text/plain', '', 'ok', '--d60--'],
      ),
    );
  },
  'a header of many lines': ({ n }) =>
    filed(
      written(
        n,
        Array.from({ length: 500 }, (_none, at) => `X-Trace-${at}: ${'x'.repeat(60)}`),
      ),
    ),
  'a line of sixty thousand characters': ({ n }) => filed(written(n, [`X-Long: ${'y'.repeat(60_000)}`])),
  'an address that is none': ({ n }) =>
    filed(lines(`From: "王, 小明" ;;<${sender(n)}>`, 'To: <>, ,;', `Subject: ${n}`, '', DIRT)),
  'no words but a subject': ({ n }) => filed(Buffer.from(`From: ${sender(n)}\r\nSubject: ${DIRT}${n}\r\n\r\n`)),
  'base64 that is none': ({ n }) =>
    filed(written(n, ['Content-Transfer-Encoding: base64', 'Content-Type: text/plain'], ['!!!!'])),
  'nothing at all': ({ n }) => ended('quarantined', 'empty', lines(`From: ${sender(n)}`, `Date: ${n}`, '', '')),
  'an absence note': ({ n }) =>
    ended('aside', 'automatic', composed(n, { headers: { 'Auto-Submitted': 'auto-replied' } })),
  'a mailing list': ({ n }) => ended('aside', 'automatic', composed(n, { headers: { 'List-Id': '<l.example.com>' } })),
  'one of ours': ({ n }) => ended('aside', 'own_mail', composed(n, { messageId: `<${n}@house.example>` })),
  'a bounce of we do not know what': ({ n }) =>
    ended(
      'quarantined',
      'bounce',
      written(
        n,
        ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
        [
          '--b',
          'Content-Type: message/delivery-status',
          '',
          'Final-Recipient: rfc822; x@example.com',
          'Action: failed',
          'Status: 5.1.1',
          '--b--',
        ],
      ),
    ),
  'a delivery that is late': ({ n }) =>
    ended(
      'aside',
      'delayed',
      written(
        n,
        ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
        [
          '--b',
          'Content-Type: message/delivery-status',
          '',
          'Final-Recipient: rfc822; x@example.com',
          'Action: delayed',
          'Status: 4.4.1',
          '--b--',
        ],
      ),
    ),
  'more than is taken': ({ n, bytes }) =>
    ended(
      'quarantined',
      'too_large',
      composed(n, { attachments: [{ filename: 'a.jpg', content: picture(bytes, MOST_BYTES) }] }),
    ),
  'the answer of a customer': async ({ n, bytes, caseNo }) => {
    const one = picture(bytes);
    const attachments = [{ filename: `${n}.jpg`, content: one }];
    const raw = await composed(n, { to: replyAddresses.of(caseNo), text: `补充一点，第 ${n} 次。`, attachments });
    return { raw, outcome: 'appended', files: [one] };
  },
  'a key that is none': ({ n, caseNo }) =>
    filed(
      composed(n, {
        to: `help+${caseNo.toLowerCase()}.${'0'.repeat(32)}@house.example`,
        inReplyTo: '<x@house.example>',
      }),
    ),
  'the same once more': ({ before }) => Promise.resolve({ raw: before?.raw ?? Buffer.alloc(0), outcome: 'repeat' }),
};

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The mails in an order of their own, each kind about as often. */
async function oddities(caseNos: readonly string[]): Promise<(Odd & { kind: string })[]> {
  const next = numbers('a mailbox of oddities');
  let drawn = 0;
  const bytes = (outputLength: number): Buffer =>
    createHash('shake256', { outputLength }).update(`oddities/${drawn++}`).digest();
  const kinds = Object.keys(KINDS);
  const mails: (Odd & { kind: string })[] = [];
  for (let n = 0; n < COUNT; n++) {
    const kind = n === 0 ? 'plain' : (kinds[Math.floor(next() * kinds.length)] ?? 'plain');
    const before = mails.at(-1);
    // Only what was kept whole is known again by its bytes.
    const useful = kind === 'the same once more' && before?.reason === 'too_large' ? 'plain' : kind;
    const caseNo = caseNos[n % caseNos.length] ?? '';
    const made = await KINDS[useful]?.({ n, bytes, caseNo, before });
    if (made) mails.push({ ...made, kind: useful });
  }
  return mails;
}

let harness: Harness;
let dovecot: Dovecot;
let inbound: Inbound;

beforeEach(async () => {
  harness = await createHarness();
  dovecot = await createDovecot();
  const common = {
    inbound: harness.stores.inbound,
    files: new ContentFiles(`${harness.dataDir}/inbound`),
    log: harness.needs.log,
  };
  const mailIn = createMailIn({
    ...common,
    config: {
      HOST: '127.0.0.1',
      MAIL_IN_PORT: 0,
      MAIL_IN_IMAP: [dovecot.url('help')],
      MAIL_IN_MAX_BYTES: MOST_BYTES,
      MAIL_IN_DNS: ['off'],
      MAIL_IN_TRUSTED: [],
      MAIL_REPLY_TO: PATTERN,
      LINK_SECRET: SECRET,
    },
    places: harness.stores.inboundPlaces,
    mailDomain: 'house.example',
    ownAddress: 'redress@house.example',
  });
  inbound = createInbound({
    ...common,
    ways: [mailIn],
    cases: harness.cases,
    accessCode: (caseNo) => harness.links.accessCode(caseNo),
    secret: SECRET,
    isAway: (error) => isRefused(error, 'away') || isDatabaseAway(error),
    clock: Date.now,
    idleMs: 20,
  });
  await inbound.start();
});
afterEach(async () => {
  await inbound.stop();
  await dovecot.close();
  await harness.close();
});

const rows = async <T>(text: string): Promise<T[]> => (await harness.database.pool.query(text)).rows as T[];

test('hundreds of odd mails: each becomes what it should, none is lost, files arrive bit for bit', async () => {
  const caseNos: string[] = [];
  for (let n = 0; n < 20; n++) {
    const { caseNo } = await harness.open();
    await assigned(harness, caseNo, 'anna');
    caseNos.push(caseNo);
  }
  const mails = await oddities(caseNos);
  await waitUntil(async () => (await rows('select 1 from inbound_places')).length === 1, 'the mailbox is read');
  await dovecot.deliver(
    'help',
    mails.map(({ raw }) => raw),
  );
  const over = `select 1 from inbound_messages where outcome is not null`;
  await waitUntil(async () => (await rows(over)).length === COUNT, 'all have been dealt with', 600_000);

  // In the mailbox's order, which is ours.
  const came = await rows<{ outcome: string; reason: string | null; caseNo: string | null }>(
    `select outcome, reason, case_no as "caseNo" from inbound_messages order by split_part(source_key, ':', 2)::int`,
  );
  const told = came.map(({ outcome, reason }, n) => ({
    kind: mails[n]?.kind,
    outcome,
    ...(mails[n]?.reason !== undefined && { reason }),
  }));
  const wanted = mails.map(({ kind, outcome, reason }) => ({ kind, outcome, ...(reason !== undefined && { reason }) }));
  expect(told).toEqual(wanted);

  // Nothing is in a case but what was sent to it, and all of that.
  const sent = new Map<string, string[]>();
  for (const [n, { files = [] }] of mails.entries()) {
    const caseNo = came[n]?.caseNo;
    if (caseNo) sent.set(caseNo, [...(sent.get(caseNo) ?? []), ...files.map(sha)]);
  }
  const kept = await rows<{ caseNo: string; sha256: string }>('select case_no as "caseNo", sha256 from evidence');
  for (const [caseNo, files] of sent) {
    const got = kept.filter((file) => file.caseNo === caseNo).map(({ sha256 }) => sha256);
    expect({ caseNo, files: got.toSorted() }).toEqual({ caseNo, files: files.toSorted() });
  }
  expect(await rows('select 1 from complaints')).toHaveLength(
    caseNos.length + mails.filter(({ outcome }) => outcome === 'filed').length,
  );
});
