import { Duty } from '../../../src/channels/mail/duty';
import { createMailRelay, type MailRelay, type MailRelayOptions } from '../../../src/channels/mail/relay';
import type { MailStores } from '../../../src/channels/mail/stores';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { createStores, openDatabase, type Database, type Stores, type User } from '../../../src/db';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { addMs } from '../../../src/domain/time/duration';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { event } from '../../../src/domain/case/events';
import { REMINDERS } from '../../../src/domain/policy/mail-kinds';
import type { Grade } from '../../../src/domain/basics/types';
import { TestClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { waitUntil } from '../../support/processes';
import { config, links, recorder } from './fake-stores';
import { user, Walk } from './walk';
import { PATIENT } from '../../support/busy';
import { volume } from '../../support/volume';

/** Reminders on the real outbox: gathered for each person, at their hours, and none lost or told twice. */
let test_: TestDatabase;
let database: Database;
let stores: Stores;
let clock: TestClock;
const relays: MailRelay[] = [];

const LEADS = [
  user('u-lead-a', '刘敏', 'supervisor', 'zh-CN'),
  user('u-lead-b', 'Berta', 'supervisor', 'en'),
  user('u-lead-c', '赵强', 'supervisor', 'zh-CN'),
];
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');

beforeEach(async () => {
  test_ = await createTestDatabase();
  // A Sunday afternoon, as in the lives that are walked here.
  clock = new TestClock('2026-11-22T08:10:00.000Z');
  database = openDatabase({ url: test_.url, max: 10, clock: clock.now, ...PATIENT });
  stores = createStores(database);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()));
  await database.close();
  await test_.drop();
});

const people = async (...users: User[]): Promise<void> => {
  for (const one of users) await stores.users.create(one);
};

let numbers = 0;
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const caseNo = (): string => {
  let [n, text] = [numbers++, ''];
  for (let i = 0; i < 6; i++, n = Math.floor(n / LETTERS.length)) text = LETTERS.charAt(n % LETTERS.length) + text;
  return `C261122-${text}`;
};

/** A case in the ledger, and of its mails only those of this kind. */
async function opened(live: (walk: Walk) => Walk, keep: string, grade: Grade = 'general'): Promise<Walk> {
  const walk = live(
    new Walk({ language: 'zh-CN', caseNo: caseNo(), words: '滤芯错了', customerName: '林晓梅', grade }),
  );
  const { language, customerName, words } = walk.options;
  const record = walk.record();
  await stores.complaints.accept({
    caseNo: walk.options.caseNo,
    receivedAt: record.receivedAt,
    channel: 'web',
    language,
    customer: { name: customerName, phone: '13800000000' },
    text: { ...record.text, body: words },
    suggestion: record.suggestion,
    policyVersion: 1,
    answerBy: record.answerBy,
    resolveBy: record.resolveBy,
    accessCodeHash: links.hash(links.accessCode(walk.options.caseNo)),
  });
  await stores.ledger.append(walk.options.caseNo, walk.events, { mailDomain: 'redress.example' });
  await database.pool.query('delete from outbox where case_no = $1 and mail <> $2', [walk.options.caseNo, keep]);
  return walk;
}

/** Where a relay runs while cases are opened: it is to see nothing else. */
async function onlyEscalations(): Promise<void> {
  await database.pool.query(`
    create function drop_mail() returns trigger language plpgsql as 'begin return null; end';
    create trigger drop_mails before insert on outbox for each row when (new.mail <> 'escalation') execute function drop_mail()`);
}

const escalated = (grade?: Grade): Promise<Walk> =>
  opened(
    (walk) =>
      grade === 'major'
        ? walk.happen(event('escalated', { because: 'unassigned', to: 'supervisor' }))
        : walk.dueUntil((state) => (state.clocks.firstResponse?.escalated ?? 0) > 0),
    'escalation',
    grade,
  );

/** A mail server in memory. */
function server(answer: (mail: OutgoingMail) => 'sent' | 'temporary' | 'permanent' | 'ambiguous' = () => 'sent') {
  const mails: OutgoingMail[] = [];
  return {
    mails,
    transport: {
      send(mail: OutgoingMail) {
        const kind = answer(mail);
        if (kind === 'sent' || kind === 'ambiguous') mails.push(mail);
        return Promise.resolve(kind === 'sent' ? { kind } : { kind, code: 'smtp_x' });
      },
      close: () => undefined,
    },
  };
}

function relay(transport: MailRelayOptions['transport'], more: Partial<MailRelayOptions> = {}) {
  const { log, lines } = recorder();
  const failures: string[] = [];
  const made = createMailRelay({
    stores,
    transport,
    config,
    links,
    log,
    idleMs: 5,
    gatherMs: 400,
    clock: clock.now,
    backOffMs: [5, 10, 20],
    noteAgainMs: [1, 2, 4],
    breaker: { perAddress: 1e6, timesUsual: 5, floor: 1e6 },
    onPermanentFailure: (no, mail) => {
      failures.push(`${no} ${mail}`);
      return Promise.resolve();
    },
    ...more,
  });
  relays.push(made);
  made.start();
  return { relay: made, lines, failures };
}

/** The leases and waits of a dead relay run out. */
async function comeDue(table: 'outbox' | 'digests', states: string[]): Promise<void> {
  await database.pool.query(`update ${table} set next_attempt_at = $1 where state = any($2)`, [
    clock.instant(),
    states,
  ]);
}

const isAllSent = async (): Promise<boolean> => (await stores.outbox.depth()) === 0;
const allSent = (timeoutMs?: number): Promise<void> => waitUntil(isAllSent, 'nothing is left to be sent', timeoutMs);

/** Which cases each address was told of, once for every mail that can be told from the others. */
function told(mails: readonly OutgoingMail[]): Map<string, string[]> {
  const byAddress = new Map<string, string[]>();
  const known = new Map<string, string>();
  for (const mail of mails) {
    // The same Message-ID is the same mail, and says the same.
    if (known.has(mail.messageId)) {
      expect(mail.text).toBe(known.get(mail.messageId));
      continue;
    }
    known.set(mail.messageId, mail.text);
    const numbersIn =
      mail.caseNo === undefined
        ? [...mail.text.matchAll(/^- \[(C\d{6}-[A-Z]{6})\]/gm)].flatMap((match) => match[1] ?? [])
        : [mail.caseNo];
    for (const address of mail.to) byAddress.set(address, [...(byAddress.get(address) ?? []), ...numbersIn]);
  }
  return byAddress;
}

const rows = async () =>
  (
    await database.pool.query<{
      recipient_key: string;
      state: string;
      error: string | null;
      next: Date;
      message_id: string;
    }>('select recipient_key, state, error, next_attempt_at as next, message_id from outbox order by id')
  ).rows;

describe('a step that the policy has told by another way than mail', () => {
  /** Who has a device that is told, and whether a group chat is. */
  const elsewhere = (devices: string[], room: boolean) => ({
    stores: {
      ...stores,
      elsewhere: {
        withDevice: (ids: readonly string[]) => Promise.resolve(new Set(ids.filter((id) => devices.includes(id)))),
        isToldInRoom: () => Promise.resolve(room),
      },
    },
  });
  const stepTo = (channel: 'push' | 'room', grade?: Grade) =>
    opened(
      (walk) => walk.happen(event('escalated', { because: 'unassigned', to: 'supervisor', channel })),
      'escalation',
      grade,
    );
  const bells = async () =>
    (await database.pool.query<{ user_id: string }>('select distinct user_id from notices order by 1')).rows.map(
      ({ user_id }) => user_id,
    );

  test.each([
    ['push: whoever has a device gets no mail, the others do', 'push', ['u-lead-a', 'u-lead-c'], false, ['u-lead-b']],
    ['push: where nobody has one, it is a mail to all', 'push', [], true, ['u-lead-a', 'u-lead-b', 'u-lead-c']],
    ['room: it is no mail', 'room', ['u-lead-a'], true, []],
    [
      'room: where no group chat tells it, it is a mail',
      'room',
      ['u-lead-a'],
      false,
      ['u-lead-a', 'u-lead-b', 'u-lead-c'],
    ],
  ] as const)('%s; all have it under the bell', async (_name, channel, devices, room, mailed) => {
    await people(...LEADS);
    await stepTo(channel);
    const { mails, transport } = server();
    relay(transport, elsewhere([...devices], room));
    await allSent();
    expect(mails.flatMap(({ to }) => to).toSorted()).toEqual(mailed.map((id) => `${id}@desk.example`));
    expect(await bells()).toEqual(LEADS.map(({ id }) => id));
    expect((await stores.notices.list('u-lead-a', { ...(LEADS[0] as User), kind: 'staff' }, 5)).length).toBe(1);
  });

  test('of a step to one person the row is ended as told under the bell', async () => {
    await people(AGENT);
    await opened(
      (walk) =>
        walk.happen(event('escalated', { because: 'unassigned', to: 'person', person: AGENT.id, channel: 'push' })),
      'escalation',
    );
    const { mails, transport } = server();
    relay(transport, elsewhere([AGENT.id], false));
    await allSent();
    expect([mails, await bells()]).toEqual([[], [AGENT.id]]);
    expect((await rows()).map(({ state, error }) => [state, error])).toEqual([['skipped', 'bell_only']]);
  });
});

describe('a burst', () => {
  test('hundreds of escalations of the same second for three people: each told once of each, in a handful of mails', async () => {
    await people(...LEADS);
    const numbersOf: string[] = [];
    for (let n = 0; n < volume({ usual: 250, full: 1_000 }); n += 50) {
      const walks = await Promise.all(Array.from({ length: 50 }, () => escalated()));
      numbersOf.push(...walks.map((walk) => walk.options.caseNo));
    }
    const { mails, transport } = server();
    const gatherMs = 10_000;
    const began = clock.now();
    // Two processes, as during a release.
    relay(transport, { gatherMs });
    relay(transport, { gatherMs });
    await allSent(800_000);
    const windows = Math.ceil((clock.now() - began) / gatherMs);
    const byAddress = told(mails);
    for (const { email } of LEADS) expect(byAddress.get(email)?.toSorted()).toEqual(numbersOf.toSorted());
    expect(mails.length).toBeLessThanOrEqual(3 * (windows + 1));
    expect(mails.every((mail) => mail.to.length === 1)).toBe(true);
    const digest = mails.find((mail) => mail.caseNo === undefined && mail.to[0] === 'u-lead-b@desk.example');
    expect(digest?.subject).toMatch(/^\d+ notices, most urgent: \[C/);
    expect(digest?.text).toMatch(
      /- \[C261122-[A-Z]{6}\] first response is over its time · general.*\n {2}Due: Sun 22 Nov, 16:23/,
    );
  });

  test('the first goes at once as a mail of its own; what comes within the window waits and is one mail', async () => {
    await people(LEADS[0] as User);
    await onlyEscalations();
    const first = await escalated();
    const { mails, transport } = server();
    relay(transport, { gatherMs: 1_500 });
    await waitUntil(() => mails.length === 1, 'the first mail has left');
    expect(mails[0]?.subject).toContain(`[${first.options.caseNo}]`);
    expect(mails[0]?.messageId).toMatch(/^<C261122-[A-Z]{6}\.\d+\.escalation\.\d+\.[0-9a-f]{12}@redress\.example>$/);
    const more = [await escalated(), await escalated()];
    await waitUntil(() => mails.length === 2, 'the second mail has left');
    expect(mails[1]?.caseNo).toBeUndefined();
    expect(mails[1]?.subject).toMatch(/^2 条提醒，最急：\[C\S+\] .*已超时/);
    for (const walk of more) expect(mails[1]?.html).toContain(walk.options.caseNo);
    await allSent();
    expect((await rows()).map(({ state, error }) => `${state} ${error ?? ''}`.trim()).toSorted()).toEqual([
      'sent',
      'sent',
      'sent',
      'skipped handed_on',
      'skipped handed_on',
      'skipped handed_on',
    ]);
  });

  test('of a major case it goes at once, and so does a warning whose time would be over; a flood of them is bounded', async () => {
    await people(LEADS[0] as User, AGENT);
    await onlyEscalations();
    const warned = (): Promise<Walk> => opened((walk) => walk.due(), 'promiseWarned');
    const { mails, transport } = server();
    relay(transport, { gatherMs: 60_000 });
    await escalated();
    await waitUntil(() => mails.length === 1, 'the first mail has left');
    await escalated();
    await waitUntil(async () => (await rows()).some(({ error }) => error === 'gathering'), 'a notice waits for others');
    const major = await escalated('major');
    await waitUntil(() => mails.length === 2, 'the second mail has left');
    // It takes along whatever waits, and is named first.
    expect(mails[1]?.subject).toMatch(new RegExp(`^2 条提醒，最急：\\[C\\S+\\] .*已超时`));
    expect(mails[1]?.text).toContain(major.options.caseNo);

    await database.pool.query(`
      drop trigger drop_mails on outbox;
      create trigger drop_mails before insert on outbox for each row when (new.mail <> 'promiseWarned') execute function drop_mail()`);
    // The reader of warnings has had one just now; the next falls due before the minute is over.
    const first = await warned();
    const at = first.events.find((item) => item.type === 'promiseWarned');
    await waitUntil(() => mails.length === 3, 'the third mail has left');
    clock.set(Date.parse(at?.type === 'promiseWarned' ? at.data.dueAt : '') - 30_000);
    await database.pool.query(`update digests set sent_at = $1 where user_id = 'u-agent'`, [clock.instant()]);
    const second = await warned();
    await waitUntil(() => mails.length === 4, 'the fourth mail has left');
    expect(mails[3]).toMatchObject({ caseNo: second.options.caseNo, to: ['u-agent@desk.example'] });

    // Of twenty more no more than a handful go by themselves within the minute.
    for (let n = 0; n < 20; n++) await warned();
    // How many a mail takes along depends on how quickly they come; in the end each is in one, or waits for the next.
    const isSettled = ({ state, error }: { state: string; error: string | null }): boolean =>
      (state !== 'planned' && state !== 'sending') || error === 'gathering';
    await waitUntil(async () => (await rows()).every(isSettled), 'every notice is in a mail, or waits for the next');
    expect(mails.filter((mail) => mail.to[0] === 'u-agent@desk.example').length).toBeLessThanOrEqual(7);
  });

  test('what has been done while its notice waited is not asked for any more', async () => {
    await people(LEADS[0] as User, AGENT);
    const lower = { grade: 'general', category: 'product_quality' };
    const graded = (walk: Walk): Walk => walk.decide('grade', walk.staff.agent, { ...lower, reason: walk.free('轻') });
    await opened(
      (walk) => graded(walk).decide('regrade', walk.staff.lead, { ...lower, reason: walk.free('同意') }),
      'escalation',
      'important',
    );
    const open = await opened(graded, 'escalation', 'important');
    const { mails, transport } = server();
    relay(transport);
    await allSent();
    expect(mails.map((mail) => mail.caseNo)).toEqual([open.options.caseNo]);
    expect((await rows()).map(({ error }) => error)).toContain('overtaken');
  });

  test('does not wait behind a thousand receipts, nor for a breaker that holds them', async () => {
    await people(LEADS[0] as User);
    const backlog = await opened((walk) => walk, 'receipt');
    await database.pool.query(
      `insert into outbox (case_no, seq, mail, recipient, recipient_key, message_id, next_attempt_at)
       select $1::text, 100 + n, 'receipt', '{"kind": "customer"}', 'customer', '<held.' || n || '@redress.example>',
         $2
       from generate_series(1, 1000) n`,
      [backlog.options.caseNo, clock.instant(-3_600_000)],
    );
    const walk = await escalated();
    const { mails, transport } = server();
    // What was sent in the past hour is over the limit: nothing more goes to customers.
    relay(transport, { breaker: { perAddress: 1e6, timesUsual: 5, floor: 0 } });
    await waitUntil(() => mails.length > 0, 'a mail has left');
    expect(mails[0]?.subject).toContain(`[${walk.options.caseNo}]`);
    const { rows: waiting } = await database.pool.query(
      `select from outbox where mail = 'receipt' and state = 'planned'`,
    );
    expect(waiting.length).toBeGreaterThan(900);
  });

  test('a mail server that is away for long gets one mail more, not one for every window', async () => {
    await people(LEADS[0] as User);
    await onlyEscalations();
    let up = false;
    let refusals = 0;
    const { mails, transport } = server(() => (up ? 'sent' : (refusals++, 'temporary')));
    const gatherMs = 50;
    relay(transport, { gatherMs });
    for (let n = 0; n < 6; n++) {
      await escalated();
      const [before, windowEnds] = [refusals, clock.now() + gatherMs];
      await waitUntil(
        () => refusals > before + 1 && clock.now() > windowEnds,
        'the relay has looked since, and the window is over',
      );
    }
    up = true;
    await allSent();
    expect(mails.map((mail) => mail.caseNo === undefined)).toEqual([false, true]);
  });

  test('a digest that waited for the mail server asks for nothing that has been done meanwhile', async () => {
    await people(LEADS[0] as User, AGENT);
    const lower = { grade: 'general', category: 'product_quality' };
    const graded = (walk: Walk): Walk => walk.decide('grade', walk.staff.agent, { ...lower, reason: walk.free('轻') });
    const walks: Walk[] = [];
    for (let n = 0; n < 2; n++) walks.push(await opened(graded, 'escalation', 'important'));
    let up = false;
    let refusals = 0;
    const { mails, transport } = server(() => (up ? 'sent' : (refusals++, 'temporary')));
    const confirm = async (walk: Walk | undefined): Promise<void> => {
      walk?.decide('regrade', walk.staff.lead, { ...lower, reason: walk.free('同意') });
      await stores.ledger.append(walk?.options.caseNo ?? '', walk?.events ?? [], { mailDomain: 'redress.example' });
    };
    const { relay: first } = relay(transport);
    await waitUntil(() => refusals > 0, 'the server has refused one');
    await first.stop();
    await confirm(walks[0]);
    up = true;
    const { relay: second } = relay(transport);
    await allSent();
    expect(mails.map(({ text }) => walks.map(({ options }) => text.includes(options.caseNo)))).toEqual([[false, true]]);
    await second.stop();
    // Nothing is left of the next one.
    up = false;
    refusals = 0;
    const third = await opened(graded, 'escalation', 'important');
    clock.set(clock.now() + 60_000);
    const { relay: last } = relay(transport);
    await waitUntil(() => refusals > 0, 'the server has refused one');
    await last.stop();
    await confirm(third);
    up = true;
    relay(transport);
    await allSent();
    expect(mails).toHaveLength(1);
    const aside = (await rows()).filter(({ error }) => error === 'overtaken');
    expect(aside.map(({ state }) => state)).toEqual(['skipped', 'skipped']);
  });

  test('unsure whether it arrived: again under the same Message-ID; refused for good: told of every notice', async () => {
    await people(LEADS[0] as User);
    await Promise.all([escalated(), escalated(), escalated()]);
    let answers: ('ambiguous' | 'permanent')[] = ['ambiguous', 'ambiguous', 'permanent'];
    const { mails, transport } = server(() => answers.shift() ?? 'permanent');
    // One that comes before the others is a mail of its own; nothing is claimed until all are there.
    const { failures, relay: first } = relay(transport, { concurrency: 1 });
    await allSent();
    await first.stop();
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBeLessThanOrEqual(2);
    expect(new Set(failures).size).toBe(3);
    expect((await rows()).filter(({ state }) => state === 'failed')).toHaveLength(3);
    answers = [];
  });
});

describe('a relay that dies', () => {
  /** A process that is killed at its n-th word to the database, before or after that word was heard. */
  function mortal(at: number, after: boolean): { stores: MailStores; dead: Promise<void> } {
    let calls = 0;
    let over = false;
    let died: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => (died = resolve));
    const wrap = <T extends object>(store: T): T =>
      new Proxy(store, {
        get(target, name, receiver) {
          const method: unknown = Reflect.get(target, name, receiver);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            if (over) throw new Error('dead');
            calls++;
            if (calls < at) return (method as (...given: unknown[]) => unknown).apply(target, args);
            over = true;
            if (after) await (method as (...given: unknown[]) => unknown).apply(target, args);
            died();
            throw new Error('dead');
          };
        },
      });
    return { stores: { ...stores, outbox: wrap(stores.outbox), digests: wrap(stores.digests) }, dead };
  }

  test('at any step: no notice lost, none in two mails', async () => {
    await people(...LEADS);
    const wanted: string[] = [];
    const { mails, transport } = server();
    for (let at = 1; at <= 30; at++) {
      for (let n = 0; n < 3; n++) wanted.push((await escalated()).options.caseNo);
      const one = mortal(at, at % 2 === 0);
      const { relay: victim } = relay(transport, { stores: one.stores, gatherMs: 20, concurrency: 2 });
      await Promise.race([one.dead, allSent(5_000)]);
      await victim.stop();
      // The lease of a dead relay runs out.
      await comeDue('outbox', ['sending']);
      await comeDue('digests', ['sending']);
    }
    relay(transport, { gatherMs: 20 });
    await allSent();
    const byAddress = told(mails);
    for (const { email } of LEADS) expect(byAddress.get(email)?.toSorted()).toEqual(wanted.toSorted());
    // Every notice says that it was told, and by which mail.
    const { rows: left } = await database.pool.query<{ count: number }>(
      `select count(*)::int as count from outbox o left join digests d on d.id = o.digest_id
       where not (o.state = 'skipped' and o.error = 'handed_on') and (o.state <> 'sent' or d.state is distinct from 'sent')`,
    );
    expect(left).toEqual([{ count: 0 }]);
  });
});

test('a database that refuses every sixth write in the middle of whatever is done: nothing lost, nothing twice', async () => {
  await people(...LEADS);
  const wanted: string[] = [];
  for (let n = 0; n < 40; n++) wanted.push((await escalated()).options.caseNo);
  await database.pool.query(`
    create sequence writes;
    create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('writes') % 6 = 0 then raise 'refused'; end if;
      return new;
    end $$;
    create trigger refuse_notice before insert or update of state on outbox for each row execute function refuse();
    create trigger refuse_digest before insert or update of state on digests for each row execute function refuse()`);
  const { mails, transport } = server();
  // A claim that is refused has claimed nothing; what was leased when its end was refused comes back.
  const { relay: one } = relay(transport, { gatherMs: 20, concurrency: 3 });
  const end = Date.now() + 8_000;
  while (Date.now() < end && !(await isAllSent())) {
    await new Promise((later) => setTimeout(later, 200));
    await comeDue('outbox', ['planned', 'sending']).catch(() => undefined);
    await comeDue('digests', ['planned']);
  }
  await one.stop();
  await database.pool.query('drop trigger refuse_notice on outbox; drop trigger refuse_digest on digests');
  await comeDue('outbox', ['planned', 'sending']);
  await comeDue('digests', ['planned', 'sending']);
  relay(transport, { gatherMs: 20 });
  await allSent();
  const byAddress = told(mails);
  for (const { email } of LEADS) expect(byAddress.get(email)?.toSorted()).toEqual(wanted.toSorted());
});

describe('one deadline, one notice', () => {
  test('the same deadline is told once, a moved one once more', async () => {
    const BOSS = user('u-boss', '周敏', 'manager', 'zh-CN');
    await people(LEADS[0] as User, AGENT, BOSS);
    const walk = await opened((one) => {
      one.dueUntil((state) => (state.clocks.resolution?.escalated ?? 0) > 0);
      one.decide('extend', one.staff.lead, {
        promise: 'resolution',
        dueAt: addMs(one.now, 86_400_000),
        reason: one.free('等配件'),
      });
      return one.dueUntil((state) => state.clocks.resolution?.version === 2 && state.clocks.resolution.escalated > 0);
    }, 'escalation');
    const deadlines = walk.events.flatMap((item) =>
      item.type === 'escalated' && item.data.to === 'supervisor' ? [`${item.data.clock}/${item.data.version}`] : [],
    );
    expect(deadlines).toEqual(['firstResponse/1', 'resolution/1', 'resolution/2']);
    const { mails, transport } = server();
    const { relay: first } = relay(transport, { gatherMs: 30 });
    await allSent();
    const before = mails.length;
    expect(told(mails).get('u-lead-a@desk.example')).toEqual(deadlines.map(() => walk.options.caseNo));
    // The same events again, as a retried activity writes them: nothing new is planned.
    await stores.ledger.append(walk.options.caseNo, walk.events, { mailDomain: 'redress.example' });
    await database.pool.query(`delete from outbox where mail <> 'escalation'`);
    await allSent();
    await first.stop();
    expect(mails).toHaveLength(before);
  });
});

describe('quiet hours', () => {
  const calendars = {
    get: (id: string) => Promise.resolve(id === 'cn-office' ? { calendar: CN_OFFICE } : undefined),
  };
  const SUNDAY_NIGHT = Date.parse('2026-11-22T16:10:00.000Z'); // Monday, 00:10 in Shanghai
  const MONDAY_NINE = '2026-11-23T01:00:00.000Z';
  const office = (one: User): User => ({ ...one, calendar: 'cn-office' });

  test('what escalates at midnight is told at nine, all in one mail', async () => {
    clock.set(SUNDAY_NIGHT);
    await people(office(LEADS[0] as User));
    for (let n = 0; n < 5; n++) await escalated();
    const { mails, transport } = server();
    const { relay: night } = relay(transport, { stores: { ...stores, calendars } });
    await waitUntil(
      async () => (await rows()).filter(({ error }) => error === 'handed_on').length === 5,
      'all five are handed on',
    );
    await new Promise((later) => setTimeout(later, 100));
    await night.stop();
    expect(mails).toEqual([]);
    const waiting = (await rows()).filter(({ recipient_key: key }) => key === 'user:u-lead-a');
    expect(waiting.map(({ state, next }) => [state, next.toISOString()])).toEqual(
      Array.from({ length: 5 }, () => ['planned', MONDAY_NINE]),
    );
    clock.set(MONDAY_NINE);
    relay(transport, { stores: { ...stores, calendars } });
    await allSent();
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toMatch(/^5 条提醒，最急：\[C\S+\] .*已超时/);
  });

  test('of a major case it goes at once to whoever is on duty, and to the others when they come', async () => {
    clock.set(SUNDAY_NIGHT);
    await people(office(LEADS[0] as User), office(LEADS[1] as User), {
      ...user('u-night', '夜班', 'supervisor', 'zh-CN', 'night'),
    });
    const major = await escalated('major');
    const general = await escalated();
    const { mails, transport } = server();
    relay(transport, { stores: { ...stores, calendars } });
    await waitUntil(() => mails.length === 1, 'the first mail has left');
    await waitUntil(
      async () => (await rows()).filter(({ error }) => error === 'handed_on').length === 2,
      'both are handed on',
    );
    await new Promise((later) => setTimeout(later, 50));
    expect(told(mails)).toEqual(new Map([['u-night@desk.example', [major.options.caseNo]]]));
    const held = (await rows()).filter(({ state }) => state === 'planned');
    expect(held.map(({ recipient_key: key, message_id: id }) => `${key} ${id.slice(1, 15)}`).toSorted()).toEqual(
      ['u-lead-a', 'u-lead-b']
        .flatMap((id) => [major, general].map((walk) => `user:${id} ${walk.options.caseNo}`))
        .toSorted(),
    );
    expect(held.every(({ next }) => next.toISOString() === MONDAY_NINE)).toBe(true);
  });

  test('a shift goes before the calendar; with neither, at any hour', async () => {
    const [a, b, c] = LEADS.map((one, n) => (n < 2 ? office(one) : one));
    if (!a || !b || !c) throw new Error('leads');
    const shift = { from: '2026-11-22T16:00:00.000Z', to: '2026-11-23T00:00:00.000Z' };
    const duty = new Duty(
      {
        users: stores.users,
        calendars,
        roster: {
          absences: () => Promise.resolve(new Map()),
          shifts: ({ userId }) => Promise.resolve(userId === a.id ? [shift] : []),
        },
      },
      () => SUNDAY_NIGHT,
    );
    expect(await duty.reachableFrom(a)).toBe(SUNDAY_NIGHT);
    expect(new Date(await duty.reachableFrom(b)).toISOString()).toBe(MONDAY_NINE);
    expect(await duty.reachableFrom(c)).toBe(SUNDAY_NIGHT);
  });
});

describe('leave and deputies', () => {
  const duty = (away: Record<string, { until: string; deputy?: string }>) =>
    new Duty(
      { users: stores.users, roster: { absences: () => Promise.resolve(new Map(Object.entries(away))) } },
      clock.now,
    );
  const until_ = '2026-12-01T00:00:00.000Z';
  const BOSS = user('u-boss', '周敏', 'manager', 'zh-CN');
  const OTHER = user('u-other', '何静', 'agent', 'zh-CN');
  const NORTH = user('u-north', '北', 'agent', 'zh-CN', 'north');
  const ids = async (found: Promise<User[]>): Promise<string[]> => (await found).map(({ id }) => id).toSorted();

  test('deputy, the deputy’s own, the next of the role, the next rank; a circle of deputies ends', async () => {
    await people(AGENT, OTHER, NORTH, ...LEADS, BOSS);
    const agent = { kind: 'user', id: AGENT.id } as const;
    const supervisors = { kind: 'role', role: 'supervisor', team: 'after-sales' } as const;
    const gone = { until: until_ };
    expect(await ids(duty({}).readers(agent, undefined, HOUSE_POLICY))).toEqual(['u-agent']);
    expect(
      await ids(duty({ 'u-agent': { ...gone, deputy: 'u-north' } }).readers(agent, undefined, HOUSE_POLICY)),
    ).toEqual(['u-north']);
    const two = { 'u-agent': { ...gone, deputy: 'u-north' }, 'u-north': { ...gone, deputy: 'u-lead-b' } };
    expect(await ids(duty(two).readers(agent, undefined, HOUSE_POLICY))).toEqual(['u-lead-b']);
    const circle = { 'u-agent': { ...gone, deputy: 'u-north' }, 'u-north': { ...gone, deputy: 'u-agent' } };
    expect(await ids(duty(circle).readers(agent, undefined, HOUSE_POLICY))).toEqual(['u-other']);
    expect(await ids(duty({ 'u-agent': gone }).readers(agent, undefined, HOUSE_POLICY))).toEqual(['u-other']);
    expect(await ids(duty({ 'u-agent': gone, 'u-other': gone }).readers(agent, undefined, HOUSE_POLICY))).toEqual(
      LEADS.map(({ id }) => id),
    );
    const allLeads = Object.fromEntries(LEADS.map(({ id }) => [id, gone]));
    expect(await ids(duty({ 'u-lead-a': gone }).readers(supervisors, undefined, HOUSE_POLICY))).toEqual([
      'u-lead-b',
      'u-lead-c',
    ]);
    expect(await ids(duty(allLeads).readers(supervisors, undefined, HOUSE_POLICY))).toEqual(['u-boss']);
    // Everybody is away: it waits with those it was meant for, and is not lost.
    expect(await ids(duty({ ...allLeads, 'u-boss': gone }).readers(supervisors, undefined, HOUSE_POLICY))).toEqual(
      LEADS.map(({ id }) => id),
    );
  });

  test('from the tables: leave with a deputy, and the published calendar of whoever stands in', async () => {
    const office = { ...(LEADS[1] as User), calendar: 'cn-office' };
    await people(LEADS[0] as User, office, BOSS);
    await stores.calendars.publish(CN_OFFICE, 'u-boss');
    await stores.roster.addLeave({
      userId: 'u-lead-a',
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      deputy: 'u-boss',
      createdBy: 'u-boss',
    });
    clock.set('2026-11-22T16:10:00.000Z');
    await stores.roster.setShifts({ from: '2026-11-22T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' }, [
      { userId: 'u-boss', from: '2026-11-22T16:00:00.000Z', to: '2026-11-23T00:00:00.000Z' },
    ]);
    const walk = await escalated();
    const { mails, transport } = server();
    relay(transport);
    await waitUntil(() => mails.length === 1, 'the first mail has left');
    expect(told(mails)).toEqual(new Map([['u-boss@desk.example', [walk.options.caseNo]]]));
    const held = (await rows()).filter(({ state }) => state === 'planned');
    expect(held.map(({ recipient_key: key, error, next }) => [key, error, next.toISOString()])).toEqual([
      ['user:u-lead-b', 'quiet', '2026-11-23T01:00:00.000Z'],
    ]);
    // What waits for the morning is no backlog.
    await allSent();
  });

  test('whoever has left or was deleted: the notice goes on, also when it had been gathered for them', async () => {
    await people(LEADS[0] as User, BOSS, { ...AGENT, active: false });
    await opened((one) => one.due(), 'promiseWarned');
    const { mails, transport } = server();
    // The lead leaves in the moment between the gathering and the first attempt.
    const once = { done: false };
    const leaving: MailStores = {
      ...stores,
      digests: {
        ...stores.digests,
        async gather(...args) {
          const found = await stores.digests.gather(...args);
          if (!once.done) await database.pool.query(`update users set active = false where id = 'u-lead-a'`);
          once.done = true;
          return found;
        },
      },
    };
    relay(transport, { stores: leaving, gatherMs: 20, clock: () => clock.now() + (once.done ? 5_000 : 0) });
    await allSent();
    expect(mails.map((mail) => mail.to)).toEqual([['u-boss@desk.example']]);
  });
});

test('a reminder that cannot be gathered is given up after three days of it, and the case is told', async () => {
  await people(LEADS[0] as User);
  const { caseNo: no } = (await escalated()).options;
  const { transport, mails } = server();
  const gather = () => Promise.reject(new TypeError('gather'));
  const { failures, lines } = relay(transport, { stores: { ...stores, digests: { ...stores.digests, gather } } });
  const tries = () => lines.filter(({ message }) => message === 'mail could not be finished').length;
  const HOURS_71 = 71 * 3_600_000;
  await waitUntil(() => tries() > 1, 'it was tried');
  clock.set(clock.now() + HOURS_71);
  const before = tries();
  await waitUntil(() => tries() > before + 1, 'it was tried again');
  expect(failures).toEqual([]);
  clock.set(clock.now() + 2 * 3_600_000);
  await waitUntil(() => failures.length > 0, 'the case is told');
  await waitUntil(async () => (await rows()).some(({ state }) => state === 'failed'), 'it is given up');
  // The clock jumps while an attempt is under way, whose lease is then over: another attempt may give up as well and tell
  // it again, which the case takes for the same.
  expect([...new Set(failures)]).toEqual([`${no} escalation`]);
  expect(mails).toEqual([]);
  expect((await rows()).map(({ state, error }) => `${state} ${error}`)).toEqual([
    'skipped handed_on',
    'failed fault_TypeError',
  ]);
});

test('hours that a reminder waited for its reader are no fault: one that fails after them is tried again', async () => {
  const [lead] = LEADS as [User];
  await people(lead);
  const shift = { userId: lead.id, from: '2026-11-27T01:00:00.000Z', to: '2026-11-27T09:00:00.000Z' };
  await stores.roster.setShifts(shift, [shift]);
  await escalated();
  const { transport, mails } = server();
  let faults = 2;
  const gather: Stores['digests']['gather'] = (...about) =>
    faults-- > 0 ? Promise.reject(new TypeError('gather')) : stores.digests.gather(...about);
  const { failures } = relay(transport, { stores: { ...stores, digests: { ...stores.digests, gather } } });
  await waitUntil(async () => (await rows()).some(({ error }) => error === 'quiet'), 'it waits for the shift');
  clock.set(clock.now() + 5 * 24 * 3_600_000);
  await waitUntil(() => mails.length === 1, 'it was sent');
  expect([faults < 0, failures]).toEqual([true, []]);
});

test('a digest that waited for days before its first fault is tried again, and given up three days after that', async () => {
  const [lead] = LEADS as [User];
  await people(lead);
  await escalated();
  const { digests } = stores;
  const [notice] = await stores.outbox.claim(1, 60_000);
  if (!notice) throw new Error('nothing is due');
  await digests.fanOut(notice, [{ id: lead.id, messageId: notice.messageId.replace('@', '.lead@') }]);
  const gathered = await digests.gather(lead.id, REMINDERS, 400);
  if (gathered.kind !== 'gathered') throw new Error(gathered.kind);
  const monday = clock.instant(4 * 24 * 3_600_000);
  await digests.putOff(gathered.id, 'quiet', monday);
  clock.set(monday);
  let tries = 0;
  const { mails, transport } = server(() => (tries++ < 10_000 ? 'temporary' : 'sent'));
  const { failures } = relay(transport);
  await waitUntil(() => tries > 2, 'it is tried again');
  expect([mails, failures]).toEqual([[], []]);
  clock.set(clock.now() + 73 * 3_600_000);
  await waitUntil(() => failures.length > 0, 'the case is told');
  expect(mails).toEqual([]);
});

test('gathering that has to wait ends a row of faults, handing a reminder on does not', async () => {
  const [lead] = LEADS as [User];
  await people(lead);
  const { outbox, digests } = stores;
  const claimed = async () => {
    const [row] = await outbox.claim(1, 60_000);
    if (!row) throw new Error('nothing is due');
    return row;
  };
  /** Brings a new reminder to the lead, and has it fail once. */
  const failed = async () => {
    await escalated();
    const notice = await claimed();
    await digests.fanOut(notice, [{ id: lead.id, messageId: notice.messageId.replace('@', '.lead@') }]);
    const own = await claimed();
    await outbox.retry(own.id, 'fault_TypeError', clock.instant(-1));
    return claimed();
  };
  const first = await failed();
  expect(first.failingSince).toBeDefined();
  await digests.fanOut(first, [{ id: lead.id, messageId: first.messageId }]);
  expect((await claimed()).failingSince).toBe(first.failingSince);
  expect((await digests.gather(lead.id, REMINDERS, 400)).kind).toBe('gathered');
  // The first digest is still to be sent, so the second reminder waits for it.
  const second = await failed();
  expect(second.failingSince).toBeDefined();
  expect((await digests.gather(lead.id, REMINDERS, 400)).kind).toBe('wait');
  const waiting = (await outbox.list(second.caseNo)).find(({ id }) => id === second.id);
  expect(waiting).toMatchObject({ state: 'planned', error: 'gathering' });
  expect(waiting).not.toHaveProperty('failingSince');
});
