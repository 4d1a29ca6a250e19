import { quietUntil } from '../../../src/channels/choices';
import { createMailRelay, type MailRelay } from '../../../src/channels/mail/relay';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { createStores, openDatabase, type Database, type Stores } from '../../../src/db';
import type { OutboxRow } from '../../../src/db/records';
import type { Grade } from '../../../src/domain/basics/types';
import { event } from '../../../src/domain/case/events';
import { DANGER } from '../../../src/domain/case/state';
import { MAIL_KINDS, type MailKind } from '../../../src/domain/policy/mail-kinds';
import { noticeGroupOf, USUAL_CHOICES, type NoticeChoices } from '../../../src/domain/policy/notice-choices';
import { house, setHouse } from '../../../src/house';
import { PATIENT } from '../../support/busy';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { acceptWalk } from './accepted';
import { config, links, recorder } from './fake-stores';
import { actor, user, Walk } from './walk';

/** What staff choose of the notices to them holds for every mail that has not left, loses nothing, and is no fault. */
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');
const LEADS = [user('u-lead', '刘敏', 'supervisor', 'zh-CN'), user('u-lead-b', '赵强', 'supervisor', 'zh-CN')];
const scope = { kind: 'all' } as const;

let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
const relays: MailRelay[] = [];

beforeEach(async () => {
  test_ = await createTestDatabase();
  // 16:10 on a Sunday, for the house.
  clock = new TestClock('2026-11-22T08:10:00.000Z');
  database = openDatabase({ url: test_.url, max: 10, clock: clock.now, ...PATIENT });
  stores = createStores(database);
  cases = 0;
  isOpening = false;
  for (const one of [AGENT, ...LEADS]) await stores.users.create(one);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await database.close();
  await test_.drop();
});

let cases = 0;

/** While a case is put into the ledger nothing is claimed: no mail may leave that is taken out again. */
let isOpening = false;
const claims = new Set<Promise<unknown>>();

function claim(limit: number, leaseMs: number): Promise<OutboxRow[]> {
  if (isOpening) return Promise.resolve([]);
  const claimed = stores.outbox.claim(limit, leaseMs);
  claims.add(claimed);
  return claimed.finally(() => claims.delete(claimed));
}

/** A case in the ledger, and of its mails only the last of each of these kinds. */
async function opened(live: (walk: Walk) => Walk, keep: MailKind[], grade: Grade = 'general'): Promise<Walk> {
  isOpening = true;
  await Promise.allSettled(claims);
  const caseNo = `C261122-AAAAA${'ABCDEFGHJK'.charAt(cases++)}`;
  const walk = live(new Walk({ language: 'zh-CN', caseNo, words: '滤芯错了', customerName: '林晓梅', grade }));
  await acceptWalk(stores, walk);
  await database.pool.query(
    `delete from outbox o where case_no = $1 and (not mail = any($2::text[])
     or seq < (select max(seq) from outbox same where same.case_no = $1 and same.mail = o.mail))`,
    [caseNo, keep],
  );
  isOpening = false;
  return walk;
}

function relay() {
  const mails: OutgoingMail[] = [];
  const failures: string[] = [];
  const made = createMailRelay({
    stores: { ...stores, outbox: { ...stores.outbox, claim } },
    transport: {
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve({ kind: 'sent' });
      },
      close: () => undefined,
    },
    config,
    links,
    log: recorder().log,
    idleMs: 5,
    gatherMs: 20,
    clock: clock.now,
    onPermanentFailure: (no, mail) => {
      failures.push(`${no} ${mail}`);
      return Promise.resolve();
    },
  });
  relays.push(made);
  made.start();
  return { relay: made, mails, failures };
}

const rows = async () =>
  (
    await database.pool.query<{ key: string; state: string; error: string | null; next: Date }>(
      'select recipient_key as key, state, error, next_attempt_at as next from outbox order by recipient_key, id',
    )
  ).rows;
const ends = async () => (await rows()).map(({ key, state, error }) => `${key} ${state} ${error ?? ''}`.trim());
const allEnded = () =>
  waitUntil(async () => (await rows()).every(({ state }) => state === 'sent' || state === 'skipped'), 'all have ended');
const choose = (id: string, chosen: Partial<NoticeChoices>) =>
  stores.noticeChoices.keep(id, { ...USUAL_CHOICES, ...chosen });
const noticesOf = async (id: string) => (await stores.notices.list(id, scope, 50)).map(({ kind }) => kind);

const given = (walk: Walk): Walk => walk.decide('grade', walk.staff.agent, GRADE);
const GRADE = { grade: 'important', category: 'product_quality' };
const toHer = (walk: Walk): Walk =>
  given(walk).happen(
    event('assigned', { owner: 'u-agent', role: 'agent', team: 'after-sales', taskForce: [], provisional: false }),
  );
const proposed = (walk: Walk): Walk =>
  toHer(walk)
    .decide('accept', actor(AGENT))
    .decide('propose', actor(AGENT), {
      remedies: [{ kind: 'compensation', amount: 2_000 }],
      solution: walk.free('补偿'),
      findings: walk.free('查明'),
    });
const warned = (walk: Walk): Walk => walk.dueUntil((state) => (state.clocks.firstResponse?.warned ?? 0) > 0);

test('who wants it on the desk alone gets no mail, and that is no fault; a changed choice holds at once', async () => {
  await choose('u-agent', { bellOnly: ['mine'] });
  const { mails, failures } = relay();
  await opened(toHer, ['assigned']);
  await allEnded();
  expect(mails).toEqual([]);
  expect([...new Set(await ends())]).toEqual(['user:u-agent skipped bell_only']);
  expect([await noticesOf('u-agent'), await stores.notices.countUnread('u-agent', scope)]).toEqual([['assigned'], 1]);
  expect([await stores.outbox.depth(), failures]).toEqual([0, []]);

  await choose('u-agent', { bellOnly: ['customer'] });
  await opened(toHer, ['assigned']);
  await waitUntil(() => mails.length === 1, 'the mail has left');
  expect(mails[0]?.to).toEqual([AGENT.email]);
});

test('of several readers each gets it as they chose', async () => {
  await choose('u-lead', { bellOnly: ['approvals'] });
  const { mails, failures } = relay();
  await opened(proposed, ['approvalNeeded']);
  await waitUntil(async () => (await ends()).filter((end) => /sent|bell_only/.test(end)).length === 2, 'both ended');
  expect(mails.map(({ to }) => to)).toEqual([['u-lead-b@desk.example']]);
  expect(await ends()).toEqual([
    'role:supervisor:after-sales skipped handed_on',
    'user:u-lead skipped bell_only',
    'user:u-lead-b sent',
  ]);
  for (const { id } of LEADS) expect(await noticesOf(id)).toEqual(['approvalNeeded']);
  expect(failures).toEqual([]);
});

test('one of several without an address is told on the desk, and the others still get it as they chose', async () => {
  await stores.users.create({ ...user('u-lead-c', '周洁', 'supervisor', 'zh-CN'), email: '' });
  await choose('u-lead', { bellOnly: ['approvals'] });
  const { mails, failures } = relay();
  await opened(proposed, ['approvalNeeded']);
  await waitUntil(
    async () => (await ends()).length === 4 && !(await ends()).some((end) => /planned|sending/.test(end)),
    'all ended',
  );
  expect(mails.map(({ to }) => to)).toEqual([['u-lead-b@desk.example']]);
  expect(await ends()).toEqual([
    'role:supervisor:after-sales skipped handed_on',
    'user:u-lead skipped bell_only',
    'user:u-lead-b sent',
    'user:u-lead-c skipped bell_only',
  ]);
  for (const id of ['u-lead', 'u-lead-b', 'u-lead-c']) expect(await noticesOf(id)).toEqual(['approvalNeeded']);
  expect(failures).toEqual([]);
});

test.each([
  [
    'a reminder',
    'escalation',
    (walk: Walk) => walk.happen(event('escalated', { because: 'unassigned', to: 'supervisor' })),
  ],
  ['another mail', 'approvalNeeded', proposed],
] as const)('%s that can be mailed to nobody is still told on the desk', async (_name, mail, live) => {
  await database.pool.query(`update users set email = '' where role = 'supervisor'`);
  const { mails, failures } = relay();
  await opened(live, [mail]);
  await waitUntil(() => failures.length === 1, 'it is given up');
  expect(mails).toEqual([]);
  for (const { id } of LEADS) expect(await noticesOf(id)).toEqual([mail]);
});

test('of what is gathered only what they want is mailed; an escalation always is', async () => {
  await choose('u-agent', { bellOnly: ['warnings', 'mine', 'customer', 'help', 'mentions', 'approvals'] });
  const { mails, failures } = relay();
  await opened(warned, ['promiseWarned']);
  await allEnded();
  expect([mails, await ends()]).toEqual([[], ['user:u-agent skipped bell_only']]);
  expect(await noticesOf('u-agent')).toEqual(['promiseWarned']);
  await opened((walk) => walk.happen(event('escalated', { because: 'unassigned', to: 'owner' })), ['escalation']);
  await waitUntil(() => mails.length === 1, 'the escalation has left');
  expect([mails[0]?.to, failures]).toEqual([[AGENT.email], []]);
});

describe('quiet hours', () => {
  const NIGHT: NoticeChoices['quiet'] = { kind: 'hours', from: '22:00', to: '07:00' };
  const quiet = () => waitUntil(async () => (await rows()).some(({ error }) => error === 'quiet'), 'one waits');

  test('keep mails and reminders until they end, across a restart; then each goes once, if it is still true', async () => {
    clock.set('2026-11-22T15:00:00.000Z');
    await choose('u-agent', { quiet: NIGHT });
    const { relay: first, mails } = relay();
    const [kept, overtaken] = [await opened(toHer, ['assigned']), await opened(toHer, ['assigned'])];
    await opened(warned, ['promiseWarned']);
    await waitUntil(async () => (await rows()).every(({ error }) => error === 'quiet'), 'all of them wait');
    expect([...new Set((await rows()).map(({ next }) => next.toISOString()))]).toEqual(['2026-11-22T23:00:00.000Z']);
    expect((await noticesOf('u-agent')).toSorted()).toEqual(['assigned', 'assigned', 'promiseWarned']);
    expect([mails, await stores.outbox.depth()]).toEqual([[], 0]);
    await first.stop();

    await stores.ledger.append(
      overtaken.options.caseNo,
      overtaken
        .happen(
          event('reassigned', {
            from: 'u-agent',
            owner: 'u-lead',
            role: 'supervisor',
            team: 'after-sales',
            taskForce: [],
          }),
        )
        .events.slice(-1),
      { mailDomain: 'redress.example' },
    );
    await database.pool.query(`delete from outbox where mail = 'assigned' and recipient_key = 'user:u-lead'`);
    clock.set('2026-11-22T23:00:01.000Z');
    const second = relay();
    await allEnded();
    expect(second.mails.map(({ caseNo, to }) => [caseNo, to])).toContainEqual([kept.options.caseNo, [AGENT.email]]);
    expect(second.mails.filter(({ caseNo }) => caseNo === kept.options.caseNo)).toHaveLength(1);
    expect(second.failures).toEqual([]);
  });

  test('do not hold back what is escalated in a major case or says that somebody may be in danger', async () => {
    clock.set('2026-11-22T15:00:00.000Z');
    await choose('u-agent', { quiet: NIGHT });
    const { mails } = relay();
    const escalated = (walk: Walk): Walk => walk.happen(event('escalated', { because: 'unassigned', to: 'owner' }));
    await opened(escalated, ['escalation']);
    await quiet();
    expect(mails).toEqual([]);
    await opened(escalated, ['escalation'], 'major');
    await waitUntil(() => mails.length === 1, 'the escalation of the major case has left');
    const worse = (walk: Walk): Walk =>
      given(walk).happen(
        event('turnedWorse', {
          of: walk.state?.seq ?? 0,
          grade: 'major',
          category: 'product_quality',
          rules: [DANGER],
        }),
      );
    await opened(worse, ['turnedWorse']);
    await waitUntil(() => mails.length >= 2, 'the danger is told');
  });

  test('that are switched off let go of what waits', async () => {
    clock.set('2026-11-22T15:00:00.000Z');
    await choose('u-agent', { quiet: NIGHT });
    const { mails } = relay();
    await opened(toHer, ['assigned']);
    await quiet();
    expect(mails).toEqual([]);
    await choose('u-agent', {});
    await waitUntil(() => mails.length === 1, 'it has left');
  });

  test('hold a reminder until a moment that is neither quiet nor free time', async () => {
    // 9:30, in a shift from 9:00 to 18:00.
    clock.set('2026-11-23T01:30:00.000Z');
    await choose('u-agent', { quiet: { kind: 'hours', from: '08:00', to: '17:00' } });
    const shift = { userId: 'u-agent', from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T10:00:00.000Z' };
    await stores.roster.setShifts(shift, [shift]);
    relay();
    await opened(warned, ['promiseWarned']);
    await quiet();
    expect((await rows())[0]?.next.toISOString()).toBe('2026-11-23T09:00:00.000Z');
  });

  test('that cover all working time hold a reminder until they end, and not for ever', async () => {
    clock.set('2026-11-23T01:30:00.000Z');
    await choose('u-agent', { quiet: { kind: 'hours', from: '08:00', to: '20:00' } });
    const days = ['23', '24', '25', '26'].map((day) => ({
      userId: 'u-agent',
      from: `2026-11-${day}T01:00:00.000Z`,
      to: `2026-11-${day}T10:00:00.000Z`,
    }));
    await stores.roster.setShifts({ from: days[0]?.from ?? '', to: days[3]?.to ?? '' }, days);
    const { mails } = relay();
    await opened(warned, ['promiseWarned']);
    await quiet();
    expect((await rows())[0]?.next.toISOString()).toBe('2026-11-23T12:00:00.000Z');
    clock.set('2026-11-23T12:00:01.000Z');
    await waitUntil(() => mails.length === 1, 'it has left');
    expect(mails[0]?.to).toEqual([AGENT.email]);
  });

  test('by working time: a mail waits for the shift', async () => {
    await choose('u-agent', { quiet: { kind: 'working' } });
    const shift = { userId: 'u-agent', from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T09:00:00.000Z' };
    await stores.roster.setShifts(shift, [shift]);
    const { mails } = relay();
    await opened(toHer, ['assigned']);
    await quiet();
    expect((await rows())[0]?.next.toISOString()).toBe(shift.from);
    expect(mails).toEqual([]);
  });
});

describe('when quiet hours end', () => {
  const before = house();
  afterEach(() => setHouse(before));
  const until = (from: string, to: string, at: string): string =>
    new Date(quietUntil({ kind: 'hours', from, to }, Date.parse(at))).toISOString();

  test.each([
    ['over midnight, in the evening', '22:00', '07:00', '2026-11-22T14:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ['over midnight, in the morning', '22:00', '07:00', '2026-11-22T22:59:59.000Z', '2026-11-22T23:00:00.000Z'],
    ['not quiet', '22:00', '07:00', '2026-11-22T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ['at noon', '12:00', '13:30', '2026-11-22T04:10:00.000Z', '2026-11-22T05:30:00.000Z'],
    ['the last day of the year', '22:00', '07:00', '2026-12-31T14:30:00.000Z', '2026-12-31T23:00:00.000Z'],
  ])('%s', (_name, from, to, at, end) => {
    expect(until(from, to, at)).toBe(end);
  });

  test('where the clocks change', () => {
    setHouse({ zone: 'Europe/Berlin', currency: 'EUR' });
    // On 25 October 2026 at 3:00 the clocks go back to 2:00.
    expect(until('22:00', '07:00', '2026-10-24T22:00:00.000Z')).toBe('2026-10-25T06:00:00.000Z');
    // In the second of two hours it is over.
    expect(until('22:00', '02:30', '2026-10-25T01:10:00.000Z')).toBe('2026-10-25T01:10:00.000Z');
  });
});

test('nobody can do without what is escalated, dangerous, or did not get through', () => {
  const fixed = MAIL_KINDS.slice(MAIL_KINDS.indexOf('assigned')).filter((kind) => noticeGroupOf(kind) === undefined);
  expect(fixed).toEqual(['escalation', 'turnedWorse', 'mailFailed', 'decisionRefused']);
});
