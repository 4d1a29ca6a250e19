import type { MailKind } from '../../../src/domain/policy/mail-kinds';
import { Breaker } from '../../../src/channels/outbox/breaker';
import { createMailRelay, type MailRelay, type MailRelayOptions } from '../../../src/channels/mail/relay';
import { createMailTransport } from '../../../src/channels/mail/transport';
import { waitUntil } from '../../support/processes';
import { createSmtpSink, type SmtpSink } from '../../support/smtp';
import { config, fakeStores, links, recorder } from './fake-stores';
import { allWalks, staffOf, Walk } from './walk';

let sink: SmtpSink;
const relays: MailRelay[] = [];
// One each: a catcher goes on reading mails after it has answered for them.
beforeEach(async () => {
  sink = await createSmtpSink();
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await sink.close();
});

const newCase = (more: Partial<ConstructorParameters<typeof Walk>[0]> = {}) =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅', ...more });

/** The receipt alone, planned now. */
const receiptOf = (walk: Walk) =>
  walk
    .rows()
    .filter((row) => row.mail === 'receipt')
    .map((row) => ({ ...row, plannedAt: new Date().toISOString() }));

const transportTo = (timeoutMs?: number) =>
  createMailTransport({ smtpUrl: sink.url, from: 'Redress <redress@example.com>', timeoutMs });

function run(walks: Walk[], fakes: Parameters<typeof fakeStores>[2] = {}, more: Partial<MailRelayOptions> = {}) {
  const fake = fakeStores(walks, staffOf('zh-CN'), fakes);
  const { log, lines } = recorder();
  const failures: { caseNo: string; mail: MailKind; to: string; seq: number }[] = [];
  const relay = createMailRelay({
    stores: fake.stores,
    transport: transportTo(),
    config,
    links,
    log,
    idleMs: 5,
    backOffMs: [5, 10, 20],
    onPermanentFailure: (caseNo, mail, to, seq) => {
      failures.push({ caseNo, mail, to, seq });
      return Promise.resolve();
    },
    ...more,
  });
  relays.push(relay);
  relay.start();
  return { ...fake, lines, failures, relay };
}

const NO_LIMIT = { perAddress: 1e6, timesUsual: 5, floor: 1e6 };

/** Every mail has left, or is given up or put aside. */
const settled = (rows: ReturnType<typeof fakeStores>['rows']): Promise<void> =>
  waitUntil(
    () => [...rows.values()].every((row) => ['sent', 'failed', 'skipped'].includes(row.outcome)),
    'every mail has come to its end',
  );

test('every planned mail goes out once, to its own reader only', async () => {
  const walks = allWalks({ language: 'zh-CN', words: '滤芯错了', customerName: '林晓梅' });
  const { rows } = run(walks, {}, { breaker: NO_LIMIT });
  await settled(rows);
  const sent = [...rows.values()].filter((row) => row.outcome !== 'skipped');
  await sink.waitFor(sent.length);
  expect(sent.filter((row) => row.outcome !== 'sent')).toEqual([]);
  // Being assigned is overtaken when the case is in work already.
  // That the work has begun is no news where the receipt said it, nor to whoever graded a case that it has gone on.
  const aside = [...rows.values()].filter((row) => row.outcome === 'skipped');
  expect(new Set(aside.map((row) => `${row.mail} ${row.log.at(-1)}`))).toEqual(
    new Set(['progress skipped:overtaken', 'progress skipped:no news', 'assigned skipped:no news']),
  );
  expect(new Set(sink.mails.map((mail) => mail.messageId)).size).toBe(sent.length);
  expect(sink.mails).toHaveLength(sent.length);
  for (const row of sent) {
    const got = sink.mails.find((mail) => mail.messageId === row.messageId);
    const wanted = row.to.kind === 'customer' ? /^customer@example\.com$/ : /^u-\w+@desk\.example$/;
    expect(got?.to.every((address) => wanted.test(address))).toBe(true);
    expect(got?.to).toEqual(row.addresses);
  }
});

test('whoever a mail to staff is for is told on the desk as well; nobody of what was put aside or is for the customer', async () => {
  const { rows, told } = run(
    allWalks({ language: 'zh-CN', words: '滤芯错了', customerName: '林晓梅' }),
    {},
    { breaker: NO_LIMIT },
  );
  await settled(rows);
  const toStaff = [...rows.values()].filter(({ to, outcome }) => to.kind !== 'customer' && outcome === 'sent');
  for (const { seq, mail, to, addresses = [] } of toStaff) {
    const readers = addresses.map((address) => address.split('@')[0]);
    const heard = told.filter((one) => one.startsWith(`${seq} ${mail} `)).map((one) => one.split(' ')[2]);
    expect({ mail, to, readers: readers.every((reader) => heard.includes(reader)) }).toEqual({
      mail,
      to,
      readers: true,
    });
  }
  const kinds = (list: readonly { mail: string }[]): string[] => [...new Set(list.map(({ mail }) => mail))].toSorted();
  expect(kinds(told.map((one) => ({ mail: one.split(' ')[1] ?? '' })))).toEqual(kinds(toStaff));
});

test('mails to the customer come in order and hang on the first one, those to staff likewise', async () => {
  const [walk] = allWalks({ language: 'zh-CN', words: '滤芯错了', customerName: '林晓梅' });
  const smtp = createMailTransport({ smtpUrl: sink.url, from: 'redress@example.com' });
  const order: string[] = [];
  const transport = {
    ...smtp,
    send: async (mail: Parameters<typeof smtp.send>[0]) => {
      const delivery = await smtp.send(mail);
      order.push(mail.messageId);
      return delivery;
    },
  };
  const { rows } = run(walk ? [walk] : [], {}, { breaker: NO_LIMIT, transport });
  await settled(rows);
  const sent = [...rows.values()].filter((row) => row.outcome === 'sent');
  await sink.waitFor(sent.length);
  for (const side of ['customer', 'staff'] as const) {
    const own = sent.filter((row) => (row.to.kind === 'customer') === (side === 'customer'));
    const theirs = order.map((id) => own.findIndex((row) => row.messageId === id)).filter((index) => index >= 0);
    expect(theirs).toEqual(own.map((_row, index) => index));
    const [first, ...others] = own.map((row) => sink.mails.find((mail) => mail.messageId === row.messageId));
    expect(first?.parsed.references).toBeUndefined();
    for (const mail of others) expect(mail?.parsed.references).toBe(first?.messageId);
  }
});

test('a customer reads where to answer and above which line; staff, who answer on the desk, do not', async () => {
  const walk = newCase();
  const { rows } = run([walk], {}, { replyTo: (caseNo) => `help+${caseNo.toLowerCase()}.key@example.com` });
  await settled(rows);
  const sent = [...rows.values()].filter((row) => row.outcome === 'sent');
  await sink.waitFor(sent.length);
  const toCustomer = new Set(sent.filter(({ to }) => to.kind === 'customer').map(({ messageId }) => messageId));
  expect(toCustomer.size).toBeGreaterThan(0);
  expect(sent.length).toBeGreaterThan(toCustomer.size);
  for (const { messageId, parsed } of sink.mails) {
    const [isTheirs, line] = [toCustomer.has(messageId ?? ''), '—— 请在此行上方回复 ——'];
    const replyTo = [parsed.replyTo ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address));
    expect(replyTo).toEqual(isTheirs ? ['help+c261122-aaaaaa.key@example.com'] : []);
    expect([parsed.text?.startsWith(line), (parsed.html || '').includes(line)]).toEqual([isTheirs, isTheirs]);
  }
});

test('a server that refuses for now gets the mail later, under the same Message-ID', async () => {
  const walk = newCase();
  sink.script('4xx', '4xx', '4xx');
  const { rows, failures } = run([walk], { rows: receiptOf(walk) });
  await settled(rows);
  await waitUntil(() => sink.attempts.length >= 4, 'the server was asked four times');
  expect(sink.attempts.map((attempt) => attempt.answer)).toEqual(['4xx', '4xx', '4xx', 'accept']);
  expect(new Set(sink.attempts.map((attempt) => attempt.messageId)).size).toBe(1);
  expect(failures).toEqual([]);
});

test.each(['reset', 'hang'] as const)(
  'taken, then %s: sent again with the same Message-ID, and counted as unsure',
  async (answer) => {
    const walk = newCase();
    sink.script(answer);
    // Long enough that a busy machine sends the second one within it.
    const { rows } = run([walk], { rows: receiptOf(walk) }, { transport: transportTo(4_000) });
    await settled(rows);
    await sink.waitFor(2);
    expect(sink.mails.map((mail) => mail.answer)).toEqual([answer, 'accept']);
    expect(new Set(sink.mails.map((mail) => mail.messageId)).size).toBe(1);
    expect(new Set(sink.mails.map((mail) => mail.parsed.html)).size).toBe(1);
    expect([...rows.values()][0]?.log.filter((line) => line.startsWith('ambiguous'))).toHaveLength(1);
  },
);

test('a server that refuses the house: every mail waits under one alert, and goes when that is put right', async () => {
  const walks = [newCase(), newCase({ caseNo: 'C261122-BBBBBB' })];
  sink.refuse('MAIL FROM', 553, 'sender is not the one logged in');
  const receipts = walks.flatMap((walk, index) => receiptOf(walk).map((row) => ({ ...row, id: index + 1 })));
  const { rows, failures, lines, relay } = run(walks, { rows: receipts });
  await waitUntil(() => [...rows.values()].every((row) => row.attempts > 2), 'each mail was tried three times');
  expect(relay.refused()).toBe('smtp_553');
  expect(failures).toEqual([]);
  sink.refuse(undefined);
  await settled(rows);
  await sink.waitFor(2);
  expect([...rows.values()].map((row) => row.outcome)).toEqual(['sent', 'sent']);
  expect(lines.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toEqual([{ code: 'smtp_553' }]);
  expect(relay.refused()).toBeUndefined();
});

test('refused for good: told once, no second attempt', async () => {
  const walk = newCase();
  sink.always('5xx');
  const { rows, failures } = run([walk], { rows: receiptOf(walk) });
  await settled(rows);
  await new Promise((later) => setTimeout(later, 60));
  expect(sink.attempts.length).toBe(1);
  expect([...rows.values()].map((row) => row.outcome)).toEqual(['failed']);
  const seq = [...rows.values()][0]?.seq;
  expect(failures).toEqual([{ caseNo: 'C261122-AAAAAA', mail: 'receipt', to: 'customer', seq }]);
});

test('the word to the workflow is not lost when Temporal is away', async () => {
  const walk = newCase();
  sink.always('5xx');
  let away = 2;
  const told: string[] = [];
  const { rows } = run(
    [walk],
    { rows: receiptOf(walk) },
    {
      onPermanentFailure: (caseNo) => {
        if (away-- > 0) return Promise.reject(new Error('no Temporal'));
        told.push(caseNo);
        return Promise.resolve();
      },
    },
  );
  await settled(rows);
  expect(told).toEqual(['C261122-AAAAAA']);
});

test('a note about an undelivered mail that is itself undeliverable ends there', async () => {
  const walk = allWalks({ language: 'zh-CN', words: '滤芯错了', customerName: '林晓梅' })[1];
  if (!walk) throw new Error('no walk');
  const notes = walk.rows().filter((row) => row.mail === 'mailFailed');
  expect(notes.length).toBeGreaterThan(0);
  sink.always('5xx');
  const { rows, failures } = run([walk], { rows: notes });
  await settled(rows);
  expect(failures).toEqual([]);
});

test('after 72 hours of trying it is given up and told', async () => {
  const walk = newCase();
  sink.always('4xx');
  const plannedAt = new Date(Date.now() - 73 * 3_600_000).toISOString();
  const { rows, failures } = run([walk], { rows: receiptOf(walk).map((row) => ({ ...row, plannedAt })) });
  await settled(rows);
  await waitUntil(() => sink.attempts.length > 0, 'the server was asked');
  expect([sink.attempts.length, failures.length]).toEqual([1, 1]);
});

test('a customer without an address is no failure', async () => {
  const walk = newCase();
  const { rows, failures } = run([walk], { rows: receiptOf(walk), email: null });
  await settled(rows);
  expect([...rows.values()].map((row) => row.log)).toEqual([['skipped:no address']]);
  expect([failures, sink.attempts]).toEqual([[], []]);
});

test('a retry goes to those who were fixed at first, whatever has changed since', async () => {
  const walk = newCase();
  const [row] = receiptOf(walk);
  if (!row) throw new Error('no receipt');
  const { rows } = run([walk], { rows: [{ ...row, addresses: ['first@example.com'] }], email: 'new@example.com' });
  await settled(rows);
  await sink.waitFor(1);
  expect(sink.mails.map((mail) => mail.to)).toEqual([['first@example.com']]);
});

test('whom the customer complains of gets no mail as a lead', async () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'service_attitude', against: ['u-lead'] });
  walk.decide('chase', { kind: 'customer' });
  const chased = walk.rows().filter((row) => row.mail === 'chased' && row.to.kind === 'role');
  const { rows } = run([walk], { rows: chased });
  await settled(rows);
  await sink.waitFor(1);
  expect(sink.mails.map((mail) => mail.to)).toEqual([['u-boss@desk.example']]);
});

test('a mail that cannot be written blocks no other, and the log names it by number only', async () => {
  const walk = newCase({ words: '秘密的原话' });
  const [good] = receiptOf(walk);
  if (!good) throw new Error('no receipt');
  const poison = { ...good, id: 2, seq: 999, messageId: '<poison@redress.example>' };
  const { rows, lines, relay } = run([walk], { rows: [poison, { ...good, id: 3 }] }, { concurrency: 1 });
  await waitUntil(
    () => rows.get(3)?.outcome === 'sent' && (rows.get(2)?.attempts ?? 0) > 3,
    'the good mail has left, the other was tried again',
  );
  await relay.stop();
  expect(rows.get(2)?.outcome).toBe('planned');
  const logged = JSON.stringify(lines);
  expect(logged).toContain('"outbox":2');
  for (const secret of ['林晓梅', '秘密的原话', 'customer@example.com', links.accessCode('C261122-AAAAAA')]) {
    expect(logged).not.toContain(secret);
  }
});

test('more than the limit to one customer waits with one alert; others go on, nothing is dropped', async () => {
  const [walk, other] = [newCase(), newCase({ caseNo: 'C261122-BBBBBB' })];
  const [row] = receiptOf(walk);
  const [otherRow] = receiptOf(other);
  if (!row || !otherRow) throw new Error('no receipt');
  const flood = Array.from({ length: 30 }, (_, index) => ({
    ...row,
    id: index + 1,
    messageId: `<C261122-AAAAAA.${index}.receipt.0@redress.example>`,
  }));
  const rest = { ...otherRow, id: 99, addresses: ['somebody@example.com'] };
  const { rows, lines } = run([walk, other], { rows: [...flood, rest] }, { concurrency: 1 });
  await waitUntil(
    () => rows.get(99)?.outcome === 'sent' && [...rows.values()].every((item) => item.log.length > 0),
    "the other customer's mail has left",
  );
  const outcomes = [...rows.values()].map((item) => item.outcome);
  expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(21);
  expect(outcomes.filter((outcome) => outcome === 'planned')).toHaveLength(10);
  expect(lines.filter((line) => line.level === 'error')).toHaveLength(1);
});

test('the breaker counts an hour back and knows what is usual', () => {
  let now = 0;
  const breaker = new Breaker({ perAddress: 2, timesUsual: 5, floor: 10 }, () => now);
  breaker.count(['a@x']);
  breaker.count(['A@x']);
  expect(breaker.holds(['a@x'])).toBe('address');
  expect(breaker.holds(['b@x'])).toBeUndefined();
  for (let i = 0; i < 8; i++) breaker.count([]);
  expect(breaker.holds([])).toBe('total');
  now = 3_600_000;
  expect(breaker.holds(['a@x'])).toBeUndefined();
  // The usual hour has 10 mails now: 50 are the limit.
  for (let i = 0; i < 49; i++) breaker.count([]);
  expect(breaker.holds([])).toBeUndefined();
  breaker.count([]);
  expect(breaker.holds([])).toBe('total');
});
