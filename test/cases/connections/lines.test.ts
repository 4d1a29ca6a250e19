import { CONNECTIONS, mailboxSource, mailSources, type Known } from '../../../src/cases/connections/lines';
import { MINUTE } from '../../../src/domain/basics/milliseconds';
import { CONNECTION_NAMES } from '../../../src/domain/case/connections';
import { toInstant } from '../../../src/domain/time/duration';

const NOW = Date.parse('2026-11-27T10:00:00.000Z');
const MAILBOX = 'imaps://help%40house.example:pass%2Fword@imap.house.example:993/INBOX';
const nothing = { parts: 0, on: 0, waiting: 0, stuck: 0 };
const known = (change: Partial<Known> = {}): Known => ({
  config: {},
  traffic: Object.fromEntries(CONNECTION_NAMES.map((name) => [name, nothing])) as Known['traffic'],
  sources: [],
  now: NOW,
  ...change,
});

test('of an empty house each line says that nothing is connected, and in both languages what to do first', () => {
  for (const name of CONNECTION_NAMES) {
    const lines = CONNECTIONS[name].lines(known());
    // Its chat is always open.
    expect(lines.map(({ isOn }) => isOn)).toEqual([name === 'chat']);
    expect(lines[0]?.about).toMatchObject({
      zh: expect.stringMatching(/\p{Script=Han}/u),
      en: expect.stringMatching(/^[\x20-\x7e]+$/),
    });
  }
});

test('no login of a mail server or a mailbox is said', () => {
  const config = {
    SMTP_URL: 'smtps://robot:pass%2Fword@smtp.house.example:2465',
    MAIL_IN_IMAP: [MAILBOX],
    MAIL_IN_PORT: 2525,
  };
  expect(mailSources(config)).toEqual(['smtp', 'imap:help@house.example@imap.house.example/INBOX']);
  const sources = mailSources(config).map((source) => ({ source, waiting: 0, stuck: 0 }));
  const lines = [
    ...CONNECTIONS.mailOut.lines(known({ config })),
    ...CONNECTIONS.mailIn.lines(known({ config, sources })),
  ];
  expect(lines.map(({ part }) => part)).toEqual([undefined, 'SMTP', 'help@house.example@imap.house.example/INBOX']);
  expect(lines[0]?.about.en).toBe('leaves by smtp.house.example:2465');
  expect(JSON.stringify(lines)).not.toMatch(/pass|robot/);
});

test.each([
  ['never', undefined, true],
  ['a minute ago', MINUTE, false],
  ['six minutes ago', 6 * MINUTE, true],
])('a mailbox that was looked through %s', (_when, ago, isStuck) => {
  const lookedAt = ago === undefined ? {} : { lookedAt: toInstant(NOW - ago) };
  const [line] = CONNECTIONS.mailIn.lines(
    known({ sources: [{ source: mailboxSource(MAILBOX), waiting: 0, stuck: 0, ...lookedAt }] }),
  );
  expect([line?.isOn, line?.isStuck, line?.lookedAt]).toEqual([true, isStuck, lookedAt.lookedAt]);
});

test('of several it says how many are on', () => {
  const traffic = {
    ...known().traffic,
    webhooks: { ...nothing, parts: 3, on: 2 },
    rooms: { ...nothing, parts: 1, on: 1 },
  };
  expect(CONNECTIONS.webhooks.lines(known({ traffic }))[0]?.about).toEqual({
    zh: '3 个接收地址，启用 2 个',
    en: '3 receivers, 2 on',
  });
  expect(CONNECTIONS.rooms.lines(known({ traffic }))[0]?.about).toEqual({ zh: '1 个群', en: '1 chat' });
});
