import { randomUUID } from 'node:crypto';
import { createRoomRelay } from '../../../src/channels/rooms/relay';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import { event } from '../../../src/domain/case/events';
import { ROOM_KIND_NAMES, ROOM_NEWS_NAMES, type RoomKind, type RoomNews } from '../../../src/domain/case/rooms';
import type { RoomQuiet } from '../../../src/domain/policy/notice-choices';
import { createOutgoing, seal } from '../../../src/outgoing';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { RoomServer } from '../../support/rooms';
import { acceptWalk } from '../mail/accepted';
import { recorder } from '../mail/fake-stores';
import { user, Walk } from '../mail/walk';

/** What matters of cases reaches the group chats of staff: none of it lost, gathered, and within each platform's limits. */
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');
const SECRET = 'test-secret-of-at-least-32-characters';
const SIGNING = 'SEC-of-the-robot';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
const servers: RoomServer[] = [];
const relays: { stop(): Promise<void> }[] = [];
let cases = 0;

beforeEach(async () => {
  test_ = await createTestDatabase();
  // 12:00 at the house.
  clock = new TestClock('2026-11-22T04:00:00.000Z');
  database = openDatabase({ url: test_.url, max: 8, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  await stores.users.create(AGENT);
  cases = 0;
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await Promise.all(servers.splice(0).map((one) => one.close()));
  await database.close();
  await test_.drop();
});

interface Options {
  team?: string;
  news?: RoomNews[];
  quiet?: RoomQuiet;
  signs?: boolean;
  language?: 'zh-CN' | 'en';
}

/** A group on this machine, and the room that tells it. */
async function connect(kind: RoomKind = 'wecom', options: Options = {}) {
  const server = await new RoomServer(kind, {
    clock: clock.now,
    ...(options.signs && { secret: SIGNING }),
  }).open();
  servers.push(server);
  const id = randomUUID();
  await stores.chatRooms.create({
    id,
    name: '售后群',
    kind,
    url: seal(server.url, SECRET, `room/${id}/url`),
    secret: options.signs ? seal(SIGNING, SECRET, `room/${id}/secret`) : null,
    language: options.language ?? 'zh-CN',
    team: options.team ?? null,
    news: options.news ?? [...ROOM_NEWS_NAMES],
    quiet: options.quiet ?? { kind: 'off' },
    createdBy: 'adam',
  });
  return { server, id };
}

/** A case of which something was told. @returns the walk, to go on with */
async function happens(what: 'escalated' | 'major' | 'help' | 'nothing' = 'escalated'): Promise<Walk> {
  cases++;
  const caseNo = `C261122-AAA${String(cases).padStart(3, '0')}`;
  const walk = new Walk({
    language: 'zh-CN',
    caseNo,
    words: '包装盒有点脏，希望说明一下。',
    customerName: '林晓梅',
    at: clock.instant(),
    grade: what === 'major' ? 'major' : 'general',
  });
  if (what === 'escalated') walk.happen(event('escalated', { because: 'unassigned', to: 'supervisor' }));
  if (what === 'help') walk.happen(event('helpRequested', { taskId: 'h1', department: 'quality' }));
  await acceptWalk(stores, walk);
  return walk;
}
const goesOn = (walk: Walk) => stores.ledger.append(walk.options.caseNo, walk.events);

function relay(options: { backOffMs?: number[]; secret?: string; timeoutMs?: number } = {}) {
  const { log, lines } = recorder();
  const made = createRoomRelay({
    stores,
    out: createOutgoing({
      allowed: servers.map(({ host }) => host),
      timeoutMs: options.timeoutMs ?? 2_000,
      maxBytes: 16_384,
    }),
    secret: options.secret ?? SECRET,
    links: {
      deskCaseUrl: (caseNo) => `https://redress.example/desk/cases/${caseNo}`,
      deskUrl: () => 'https://redress.example/desk',
    },
    worksFrom: (_user, from) => Promise.resolve(from),
    log,
    clock: clock.now,
    idleMs: 5,
    backOffMs: options.backOffMs ?? [5],
  });
  relays.push(made);
  made.start();
  return { lines, stop: () => made.stop() };
}

const room = async (id: string) => {
  const found = (await stores.chatRooms.list()).find((one) => one.id === id);
  if (!found) throw new Error('no such room');
  return found;
};
const waiting = async (id: string) => (await room(id)).waiting;
const allTold = (id: string) => waitUntil(async () => (await waiting(id)) === 0, 'all is told');
const statesOf = async (id: string): Promise<string[]> =>
  (
    await database.pool.query<{ state: string }>('select state from chat_room_news where room_id = $1 order by id', [
      id,
    ])
  ).rows.map(({ state }) => state);
const later = (ms: number): void => clock.set(clock.now() + ms);

test.each(ROOM_KIND_NAMES)(
  '%s: a case is told once, with a button that opens it and nothing personal',
  async (kind) => {
    const signs = kind === 'dingtalk' || kind === 'feishu';
    const { server, id } = await connect(kind, { signs });
    const walk = await happens();
    const { lines } = relay();
    await allTold(id);
    expect(server.texts()).toHaveLength(1);
    const [text = ''] = server.texts();
    const { caseNo } = walk.options;
    for (const part of ['升级：没有找到可以接手的人', `https://redress.example/desk/cases/${caseNo}`, '打开案件']) {
      expect(text).toContain(part);
    }
    for (const personal of ['林晓梅', '13800000000', '包装盒', '李娜']) expect(text).not.toContain(personal);
    expect(await room(id)).toMatchObject({ failures: 0, sentAt: expect.any(String) });
    expect(await statesOf(id)).toEqual(['sent']);
    // The ledger written again plans nothing again.
    await goesOn(walk);
    expect(await waiting(id)).toBe(0);
    // Neither address nor secret is anywhere to be read.
    const { rows } = await database.pool.query('select * from chat_rooms');
    const kept = JSON.stringify([rows, await stores.chatRooms.list(), lines]);
    for (const secret of [server.url, 'robot-', SIGNING]) expect(kept).not.toContain(secret);
  },
);

test('a room is told what it wants, of its team alone, and nothing while it is off', async () => {
  const { id: house } = await connect('wecom');
  const { id: quality } = await connect('wecom', { team: 'quality' });
  const { id: north } = await connect('wecom', { team: 'north' });
  const { id: helpOnly } = await connect('wecom', { news: ['help'] });
  const { id: off } = await connect('wecom');
  await stores.chatRooms.change(off, { enabled: false }, 'adam');
  await happens('escalated');
  await happens('help');
  await happens('major');
  const counts = await Promise.all([house, quality, north, helpOnly, off].map(waiting));
  expect(counts).toEqual([3, 1, 0, 1, 0]);
});

test('a step of a chain is told in a group chat only where one that is on wants it, or had it', async () => {
  const told = async (walk: Walk) => {
    const step = walk.events.find(({ type }) => type === 'escalated');
    return stores.chatRooms.isTold(walk.options.caseNo, step?.seq ?? 0);
  };
  await connect('wecom', { news: ['help'] });
  expect(await told(await happens('escalated'))).toBe(false);
  const { id } = await connect('wecom');
  const walk = await happens('escalated');
  expect(await told(walk)).toBe(true);
  await stores.chatRooms.change(id, { enabled: false }, 'adam');
  expect(await told(walk)).toBe(false);
  await database.pool.query(`update chat_room_news set state = 'sent' where case_no = $1`, [walk.options.caseNo]);
  expect(await told(walk)).toBe(true);
});

test('a burst becomes one message at once and one a minute after, whatever the number of workers', async () => {
  const { server, id } = await connect('wecom');
  await happens();
  relay();
  relay();
  await allTold(id);
  for (let n = 0; n < 30; n++) await happens();
  // What comes within the minute waits for its end.
  expect(await waiting(id)).toBe(30);
  later(MINUTE);
  await allTold(id);
  expect(server.calls).toBe(2);
  const [, digest = ''] = server.texts();
  expect(digest).toContain('30 件案件有动态');
  expect(digest.match(/desk\/cases\/C261122/g)?.length).toBeGreaterThan(10);
  expect(digest).toMatch(/另有 \d+ 件/);
  expect((await statesOf(id)).every((state) => state === 'sent')).toBe(true);
});

test.each(ROOM_KIND_NAMES)('%s: minutes of trouble stay within its limits', async (kind) => {
  const { server, id } = await connect(kind, { news: ['escalated'] });
  relay();
  for (let n = 0; n < 24; n++) {
    const walk = await happens('major');
    await goesOn(walk.happen(event('escalated', { because: 'unassigned', to: 'manager' })));
    later(5_001);
    await allTold(id);
  }
  // None of it waited for a minute to be over, and nothing was refused for being too much.
  expect([server.calls, server.shown.length]).toEqual([24, 24]);
});

test('an error code in an answer of 200 is a failure: the same message comes again until it is taken', async () => {
  const { server, id } = await connect('wecom');
  server.answer = (response) => void response.end(JSON.stringify({ errcode: -1, errmsg: 'system busy' }));
  await happens();
  const { lines } = relay();
  await waitUntil(() => server.calls >= 2, 'it is tried again');
  expect(await room(id)).toMatchObject({ waiting: 1, code: 'wecom_-1', failingSince: expect.any(String) });
  await happens();
  expect(await stores.chatRooms.backlog()).toEqual({ waiting: 2, failing: 1 });
  server.answer = undefined;
  await waitUntil(() => server.texts().length === 1, 'the first is told');
  later(MINUTE);
  await allTold(id);
  // What came meanwhile is a message of its own: the first one says what it said.
  expect(server.texts().map((text) => /C261122-AAA00\d/.exec(text)?.[0])).toEqual(['C261122-AAA001', 'C261122-AAA002']);
  const after = await room(id);
  expect([after.failures, after.failingSince, after.code]).toEqual([0, undefined, undefined]);
  expect(JSON.stringify(lines)).not.toContain('robot-');
});

test('when nobody knows whether it has arrived it goes again, and may be there twice: the same message', async () => {
  const { server, id } = await connect('feishu');
  server.answerAfter = (response) => void response.socket?.destroy();
  await happens();
  relay({ backOffMs: [300] });
  await waitUntil(() => server.shown.length >= 1, 'it is shown');
  server.answerAfter = undefined;
  await allTold(id);
  expect(new Set(server.shown.map(({ body }) => JSON.stringify(body.card))).size).toBe(1);
});

test('a robot that is gone switches its room off with the reason; what waits is told when it is on again', async () => {
  const { server, id } = await connect('dingtalk');
  server.isGone = true;
  await happens();
  const { lines } = relay();
  await waitUntil(async () => !(await room(id)).enabled, 'it is off');
  expect(await room(id)).toMatchObject({ offBecause: 'refused', code: 'dingtalk_300001' });
  expect(await stores.chatRooms.backlog()).toEqual({ waiting: 0, failing: 1 });
  await waitUntil(() => lines.some(({ message }) => message.includes('switched off')), 'it is logged');
  const { calls } = server;
  await happens();
  expect([server.calls, await waiting(id)]).toEqual([calls, 1]);
  server.isGone = false;
  await stores.chatRooms.change(id, { enabled: true }, 'adam');
  await allTold(id);
  expect(server.texts()).toHaveLength(1);
});

test('a wrong secret switches it off; a new one puts it right', async () => {
  const { server, id } = await connect('feishu', { signs: true });
  await stores.chatRooms.change(id, { secret: seal('another', SECRET, `room/${id}/secret`) }, 'adam');
  await happens();
  relay();
  await waitUntil(async () => (await room(id)).code === 'feishu_19021', 'it is refused');
  expect((await room(id)).enabled).toBe(false);
  await stores.chatRooms.change(id, { secret: seal(SIGNING, SECRET, `room/${id}/secret`), enabled: true }, 'adam');
  await allTold(id);
  expect(server.texts()).toHaveLength(1);
});

test('under another secret of the house the address cannot be read, and the room says so', async () => {
  const { server, id } = await connect();
  await happens();
  relay({ secret: 'another-secret-of-at-least-32-characters' });
  await waitUntil(async () => (await room(id)).code === 'sealed', 'it is off');
  expect([(await room(id)).offBecause, server.calls]).toEqual(['refused', 0]);
});

test('Retry-After is kept', async () => {
  const { server, id } = await connect('slack');
  server.answer = (response) => void response.writeHead(429, { 'retry-after': '30' }).end('rate_limited');
  await happens();
  relay();
  await waitUntil(async () => (await room(id)).failures === 1, 'it is refused once');
  const { waitsUntil = '' } = await room(id);
  expect(Date.parse(waitsUntil) - clock.now()).toBeGreaterThan(25_000);
  const { id: other } = await connect('wecom');
  await stores.chatRooms.wantTest(other);
  await waitUntil(async () => (await room(other)).testCode !== undefined, 'the relay has looked again');
  expect(server.calls).toBe(1);
  server.answer = undefined;
  later(31_000);
  await allTold(id);
  expect(server.calls).toBe(2);
});

test('a message that is never taken is given up alone, and its room shows it', async () => {
  const { server, id } = await connect('slack');
  server.answer = (response) => void response.writeHead(400).end('invalid_blocks');
  await happens();
  relay();
  await waitUntil(async () => (await statesOf(id))[0] === 'failed', 'it is given up');
  expect(await room(id)).toMatchObject({ enabled: true, code: 'slack_invalid_blocks', failures: 1 });
  server.answer = undefined;
  await happens();
  await allTold(id);
  expect([server.texts().length, (await room(id)).failures]).toEqual([1, 0]);
});

test('quiet hours: what comes waits and is told together; what cannot wait comes at once and takes it along', async () => {
  const quiet: RoomQuiet = { kind: 'hours', from: '11:00', to: '13:00' };
  const { server, id } = await connect('wecom', { quiet });
  const { server: other, id: otherId } = await connect('wecom', { quiet });
  await happens();
  await happens();
  relay();
  await waitUntil(
    async () =>
      (await database.pool.query('select 1 from chat_rooms where quiet_until > $1', [clock.instant()])).rowCount === 2,
    'both have put it back',
  );
  expect([server.calls, other.calls]).toEqual([0, 0]);
  // A major case that is escalated.
  await stores.chatRooms.change(otherId, { news: ['help'] }, 'adam');
  const major = await happens('major');
  major.happen(event('escalated', { because: 'unassigned', to: 'manager' }));
  await goesOn(major);
  await allTold(id);
  expect(server.texts()).toHaveLength(1);
  expect(server.texts()[0]).toContain('3 件案件有动态');
  expect(other.calls).toBe(0);
  clock.set('2026-11-22T05:00:01.000Z');
  await allTold(otherId);
  expect(other.texts()[0]).toContain('2 件案件有动态');
});

test('what is no news any more when its turn comes is not told', async () => {
  const { server, id } = await connect('wecom');
  const walk = await happens('nothing');
  walk.dueUntil(({ clocks }) => clocks.firstResponse?.breachedAt !== undefined);
  await goesOn(walk);
  expect(await waiting(id)).toBeGreaterThan(0);
  walk.decide('grade', walk.staff.agent, { grade: 'general', category: 'product_quality' });
  walk.decide('respond', walk.staff.agent, { via: 'phone', text: walk.free('已致电') });
  await goesOn(walk);
  relay();
  await allTold(id);
  const left = server.texts().join('');
  expect(left).not.toContain('首次响应');
  expect(await statesOf(id)).toContain('old');
});

test('of a case about one of the staff nothing is told, also not what was planned before that was known', async () => {
  const { server, id } = await connect('wecom');
  const walk = await happens();
  walk.happen(event('staffNamed', { people: [{ id: 'u-agent', at: [] }] }));
  await goesOn(walk);
  expect(await waiting(id)).toBe(1);
  relay();
  await allTold(id);
  expect([server.calls, await statesOf(id)]).toEqual([0, ['old']]);
});

test('whoever has to act is called, if they have given a name there and their choice is not against it', async () => {
  const { server, id } = await connect('wecom', { news: ['atRisk'] });
  relay();
  const warned = async () => {
    const walk = await happens('nothing');
    walk.dueUntil(() => walk.events.some(({ type }) => type === 'promiseWarned'));
    await goesOn(walk);
    later(2 * MINUTE);
    await allTold(id);
    return server.texts().at(-1);
  };
  expect(await warned()).not.toContain('<@');
  await stores.chatRooms.keepChatId('u-agent', 'wecom', 'lina');
  await stores.chatRooms.keepChatId('u-agent', 'slack', 'U012AB3CD');
  expect(await warned()).toContain('<@lina>');
  await stores.noticeChoices.keep('u-agent', { bellOnly: ['warnings'], quiet: { kind: 'off' } });
  expect(await warned()).not.toContain('<@');
  await stores.noticeChoices.keep('u-agent', { bellOnly: [], quiet: { kind: 'hours', from: '11:00', to: '15:00' } });
  expect(await warned()).not.toContain('<@');
  await stores.chatRooms.keepChatId('u-agent', 'wecom', null);
  await stores.noticeChoices.keep('u-agent', { bellOnly: [], quiet: { kind: 'off' } });
  expect(await warned()).not.toContain('<@');
});

test('what a killed relay had claimed is told when its lease is over, as the same message', async () => {
  const { server, id } = await connect();
  await happens();
  const [lost] = await stores.chatRooms.claim(10, MINUTE);
  expect(lost?.items).toHaveLength(1);
  await happens();
  relay();
  expect(await stores.chatRooms.claim(10, MINUTE)).toEqual([]);
  later(MINUTE + 1_000);
  await waitUntil(() => server.calls === 1, 'it is told');
  later(MINUTE);
  await allTold(id);
  expect(server.texts().map((text) => /C261122-AAA00\d/.exec(text)?.[0])).toEqual(['C261122-AAA001', 'C261122-AAA002']);
});

test('a dead room delays no other', async () => {
  const { server: dead } = await connect('wecom');
  const { server, id } = await connect('slack');
  dead.answer = () => undefined;
  await happens();
  relay({ timeoutMs: 4_000 });
  await allTold(id);
  expect(server.texts()).toHaveLength(1);
});

test('after three days it is given up, after a month removed', async () => {
  const { server, id } = await connect();
  server.answer = (response) => void response.writeHead(500).end();
  await happens();
  relay();
  await waitUntil(() => server.calls > 0, 'it is tried');
  later(73 * HOUR);
  await waitUntil(async () => (await statesOf(id))[0] === 'failed', 'it is given up');
  later(31 * 24 * HOUR);
  await stores.chatRooms.tidy();
  expect(await statesOf(id)).toEqual([]);
});

test('a test goes out also while it is off, once, and says how it went', async () => {
  const { server, id } = await connect('teams');
  await stores.chatRooms.change(id, { enabled: false }, 'adam');
  await stores.chatRooms.wantTest(id);
  relay();
  await waitUntil(async () => (await room(id)).testCode === 'ok', 'it was taken');
  expect(server.texts()[0]).toContain('测试：这个群已接上');
  server.isGone = true;
  await stores.chatRooms.wantTest(id);
  await waitUntil(async () => (await room(id)).testCode === 'http_404', 'it was refused');
  expect([server.calls, (await room(id)).failures]).toEqual([2, 0]);
});
