import { createLinks } from '../../../src/cases/access/links';
import { createMailRelay } from '../../../src/channels/mail/relay';
import { createMailTransport } from '../../../src/channels/mail/transport';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { createSmtpSink, type SmtpSink } from '../../support/smtp';
import { config, links, recorder } from './fake-stores';
import { allWalks, staffOf, type Walk } from './walk';
import { PATIENT } from '../../support/busy';

/** The relay on the real outbox: what the ledger plans in its transaction reaches a real SMTP server. */
let sink: SmtpSink;
let test_: TestDatabase;
let database: Database;
let stores: Stores;

beforeAll(async () => {
  sink = await createSmtpSink();
  test_ = await createTestDatabase();
  database = openDatabase({ url: test_.url, max: 6, ...PATIENT });
  stores = createStores(database);
  for (const user of staffOf('zh-CN')) await stores.users.ensure(user);
});
afterAll(async () => {
  await database.close();
  await test_.drop();
  await sink.close();
});

async function store(walk: Walk, email: string | undefined): Promise<void> {
  const { caseNo, language, customerName, words } = walk.options;
  const record = walk.record();
  await stores.complaints.accept({
    caseNo,
    receivedAt: record.receivedAt,
    channel: 'web',
    language,
    customer: { name: customerName, phone: `138${caseNo.length}0000000`, email },
    text: { ...record.text, body: words },
    suggestion: record.suggestion,
    policyVersion: 1,
    answerBy: record.answerBy,
    resolveBy: record.resolveBy,
    accessCodeHash: links.hash(links.accessCode(caseNo)),
  });
  await stores.ledger.append(caseNo, walk.events, { mailDomain: 'redress.example' });
}

test('every planned row is sent under its Message-ID; without an address it is skipped; links work', async () => {
  const [walk, , , withdrawn, , , informed] = allWalks({
    language: 'zh-CN',
    words: '滤芯错了',
    customerName: '林晓梅',
  });
  if (!walk || !withdrawn || !informed) throw new Error('no walks');
  await store(walk, 'lin@example.com');
  await store(withdrawn, undefined);
  await store(informed, 'lin@example.com');
  const { log, lines } = recorder();
  const relay = createMailRelay({
    stores,
    transport: createMailTransport({ smtpUrl: sink.url, from: 'Redress <redress@example.com>' }),
    config,
    links: createLinks({ secret: 's'.repeat(40), publicUrl: config.PUBLIC_URL }),
    log,
    idleMs: 20,
    onPermanentFailure: () => Promise.resolve(),
  });
  relay.start();
  const end = Date.now() + 180_000;
  while ((await stores.outbox.depth()) > 0 && Date.now() < end) await new Promise((later) => setTimeout(later, 50));
  await relay.stop();

  const rows = [
    ...(await stores.outbox.list(walk.options.caseNo)),
    ...(await stores.outbox.list(withdrawn.options.caseNo)),
    ...(await stores.outbox.list(informed.options.caseNo)),
  ];
  expect(lines.filter((line) => line.level !== 'info')).toEqual([]);
  const toNobody = rows.filter((row) => row.caseNo === withdrawn.options.caseNo && row.to.kind === 'customer');
  expect(toNobody.map((row) => [row.state, row.error])).toEqual(toNobody.map(() => ['skipped', 'no address']));
  const overtaken = rows.filter((row) => row.error === 'overtaken');
  expect(overtaken.map(({ state }) => state)).toEqual(overtaken.map(() => 'skipped'));
  // The lives are over when their mails leave: what has been answered, done or handed on is not asked for any more, and a date
  // that was moved again is not told.
  expect(new Set(overtaken.map(({ mail }) => mail))).toEqual(
    new Set([
      'assigned',
      'progress',
      'solution',
      'solutionReminder',
      'customerSilent',
      'surveyReminder',
      'followUp',
      'promiseWarned',
      'escalation',
      'callBackWanted',
      'extension',
    ]),
  );
  const sent = rows.filter((row) => row.state === 'sent');
  const noNews = rows.filter((row) => row.error === 'no news');
  expect(noNews.map(({ state }) => state)).toEqual(noNews.map(() => 'skipped'));
  expect(sent.length + toNobody.length + overtaken.length + noNews.length).toBe(rows.length);
  // What the owner is reminded of at nearly the same time goes out in one mail, under an id of its own.
  const alone = sent.filter(({ digestId }) => digestId === undefined);
  const gathered = sent.filter((row) => !alone.includes(row)).map(({ mail }) => mail);
  expect(['customerAdded', 'customerWrote']).toEqual(expect.arrayContaining(gathered));
  await sink.waitFor(alone.length);
  const ids = new Set(alone.map((row) => row.messageId));
  const mails = sink.mails.filter(({ messageId }) => messageId !== undefined && ids.has(messageId));
  expect(mails).toHaveLength(alone.length);
  expect(new Set(mails.map(({ messageId }) => messageId))).toEqual(ids);
  const link = await stores.links.get(links.hash(links.proposalToken(informed.options.caseNo, 'p1')));
  expect(link).toMatchObject({ purpose: 'proposal', caseNo: informed.options.caseNo, subject: 'p1' });
  const kinds = (of: Walk): string[] =>
    sent.filter(({ caseNo, to }) => caseNo === of.options.caseNo && to.kind === 'customer').map(({ mail }) => mail);
  expect(kinds(walk)).toEqual(['receipt', 'response', 'letter', 'extension', 'result', 'result', 'closed']);
  expect(kinds(informed)).toContain('solution');
});
