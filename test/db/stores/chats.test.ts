import { randomUUID } from 'node:crypto';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { addMs } from '../../../src/domain/time/duration';
import { PATIENT } from '../../support/busy';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

/** Chats: each message once, in a row of numbers, and one person who answers. */

const AT = '2026-11-27T10:00:00.000Z';
let created: TestDatabase;
let database: Database;
let stores: Stores;
beforeAll(async () => {
  created = await createTestDatabase();
  database = openDatabase({ url: created.url, max: 8, ...PATIENT });
  stores = createStores(database);
  for (const id of ['anna', 'arno']) {
    await stores.users.create({
      id,
      name: id,
      email: `${id}@house.example`,
      role: 'agent',
      team: 'a',
      language: 'en',
      active: true,
    });
  }
});
afterAll(async () => {
  await database.close();
  await created.drop();
});

const begun = async () => {
  const bot = { asks: 'start', facts: {} };
  const chat = await stores.chats.begin({
    id: randomUUID(),
    keyHash: randomUUID(),
    language: 'en',
    bot,
    startedAt: AT,
  });
  if (!chat) throw new Error('no chat');
  return chat;
};
const line = (clientId: string, text = clientId) => ({ clientId, side: 'customer' as const, text, at: AT });
const said = async (id: string) => (await stores.chats.messages(id)).map(({ seq, text }) => `${seq} ${text}`);

test('twenty at once, each sent three times: each is there once, numbered in a row', async () => {
  const { id } = await begun();
  const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
  const outcomes = await Promise.all(
    [...ids, ...ids, ...ids].map((one) => stores.chats.say(id, { once: one, messages: [line(one), line(`${one}/1`)] })),
  );
  expect(outcomes.filter((one) => one?.kind === 'said')).toHaveLength(20);
  const messages = await stores.chats.messages(id);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(new Set(messages.map(({ clientId }) => clientId)).size).toBe(40);
  expect((await stores.chats.find({ id }))?.seq).toBe(40);
});

test('a chat of one key begins once', async () => {
  const chat = await begun();
  const again = await stores.chats.begin({ ...chat, id: randomUUID(), language: 'zh-CN' });
  expect(again).toEqual(chat);
});

test('what was worked out from a chat that went on meanwhile is not said, also if it was only taken', async () => {
  const chat = await begun();
  const first = await stores.chats.say(chat.id, { since: chat, messages: [line('a')] });
  expect(first?.kind).toBe('said');
  expect(await stores.chats.say(chat.id, { since: chat, messages: [line('b')] })).toMatchObject({ kind: 'overtaken' });
  const seen = first?.chat ?? chat;
  await stores.chats.take(chat.id, 'anna');
  expect(await stores.chats.say(chat.id, { since: seen, messages: [line('b')] })).toMatchObject({ kind: 'overtaken' });
  expect(await said(chat.id)).toEqual(['1 a']);
});

test('of many who take it at once one has it', async () => {
  const { id } = await begun();
  const holders = await Promise.all(
    Array.from({ length: 20 }, (_, index) => stores.chats.take(id, index % 2 === 0 ? 'anna' : 'arno')),
  );
  expect(new Set(holders).size).toBe(1);
  await stores.chats.say(id, { change: { status: 'ended', endedAt: AT } });
  const after = await begun();
  await stores.chats.say(after.id, { change: { status: 'ended', endedAt: AT } });
  expect(await stores.chats.take(after.id, 'anna')).toBeUndefined();
});

test('who waits longest is listed first, with what was said since somebody answered', async () => {
  const [late, early] = [await begun(), await begun()];
  for (const [{ id }, minutes] of [
    [late, 2],
    [early, 1],
  ] as const) {
    await stores.chats.say(id, {
      messages: [line('a'), { ...line('b'), side: 'person', by: 'anna' }, line('c', `last ${minutes}`)],
      change: { status: 'waiting', waitingSince: addMs(AT, minutes * 60_000) },
    });
  }
  const mine = (await stores.chats.listed()).filter(({ id }) => id === late.id || id === early.id);
  expect(mine.map(({ id, last, unanswered }) => [id, last, unanswered])).toEqual([
    [early.id, 'last 1', 1],
    [late.id, 'last 2', 1],
  ]);
});
