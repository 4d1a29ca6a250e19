import fc from 'fast-check';
import { createDispatcher } from '../../../src/cases/people/dispatch';
import { type Stores, type User } from '../../../src/db';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { appointed, type Dispatch } from '../../../src/domain/process/search';
import { event, type EventBody } from '../../../src/domain/case/events';
import { fold } from '../../../src/domain/case/evolve';
import type { Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import { needsOwner } from '../../../src/domain/staffing/owning';
import { fitsWish, type RoutingFacts, type Wish } from '../../../src/domain/staffing/routing';
import type { CaseState } from '../../../src/domain/case/state';
import { GRADES, ROLES, type Grade } from '../../../src/domain/basics/types';
import { waitUntil } from '../../support/processes';
import { caseRow } from '../../../src/db/projection';
import { cases } from '../../../src/db/schema';
import { leaveRecords } from '../../../src/db/stores/leaves';
import { shiftRecords } from '../../../src/db/stores/shifts';
import { newCaseNo, newComplaint, openedCase, openTestStores, type TestStores } from '../support';
import { onBusyMachine } from '../../support/busy';

let on: TestStores;
beforeEach(async () => {
  latest = HOUSE_POLICY;
  on = await openTestStores();
});
afterEach(() => on.close());

const HOUR = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

const user = (id: string, changes: Partial<User> = {}): User => ({
  id,
  name: id,
  email: `${id}@redress.localhost`,
  role: 'agent',
  team: 'after-sales',
  language: 'zh-CN',
  active: true,
  ...changes,
});
const hire = async (...people: User[]): Promise<void> => {
  for (const one of people) await on.stores.users.create(one);
};
const away = (userId: string, deputy?: string, from = -1, to = 1) =>
  on.stores.roster.addLeave({ userId, from: inHours(from), to: inHours(to), deputy, createdBy: userId });

const FACTS: RoutingFacts = { grade: 'general', category: 'product_quality', channel: 'phone', language: 'zh-CN' };
const WISH: Wish = { role: 'agent', skills: [], prefer: ['lastHandler', 'leastLoad', 'rotation'] };
const pick = async (wish: Partial<Wish> = {}, facts: Partial<RoutingFacts> = {}, more: object = {}) => {
  const route = { wish: { ...WISH, ...wish }, facts: { ...FACTS, ...facts } };
  return (await on.stores.users.pick({ grade: route.facts.grade, against: [], exclude: [], route, ...more }))?.id;
};
const byGrade = async (more: object = {}) =>
  (await on.stores.users.pick({ grade: 'general', against: [], exclude: [], ...more }))?.id;

let latest: Policy = HOUSE_POLICY;
/** The house's policy with routing, as it is in force. */
async function routed(routing: Policy['routing'] = { rules: [], prefer: ['leastLoad'] }): Promise<Policy> {
  latest = await on.stores.policies.publish({ ...HOUSE_POLICY, routing }, 'u-manager');
  return latest;
}

async function happen(caseNo: string, bodies: EventBody[]): Promise<void> {
  const state = (await on.stores.cases.get(caseNo))?.state;
  const how = { at: new Date().toISOString(), actor: SYSTEM };
  await on.stores.ledger.append(caseNo, append(state, caseNo, bodies, how, latest).events);
}

interface Case {
  grade?: Grade;
  minutesAgo?: number;
  owner?: User;
  against?: string[];
  customer?: { name: string; phone?: string };
  place?: string;
  product?: { name: string };
}

/** A case in stage assign: with an owner, or waiting for one. */
async function open({ grade = 'general', minutesAgo = 0, owner, against, customer, place, product }: Case = {}) {
  const receivedAt = inHours(-minutesAgo / 60);
  const complaint = newComplaint({ receivedAt, customer: customer ?? { name: '王' }, place, product });
  const { caseNo, text } = complaint;
  await on.stores.complaints.accept(complaint);
  const customerId = (await on.stores.complaints.customerOf(caseNo)) ?? '';
  const rest = {
    policyVersion: latest.version,
    receivedAt,
    customerId,
    text: { textId: text.textId, sha256: text.sha256 },
  };
  await happen(caseNo, [
    event('complaintReceived', { channel: 'phone', language: 'zh-CN', ...rest }),
    event('gradeSuggested', { grade, category: 'product_quality', rules: [], engine: 'rules@1' }),
    event('stageEntered', { stage: 'grade', round: 1 }),
    event('graded', { grade, category: 'product_quality', agreesWithSuggestion: true, against }),
    owner
      ? event('assigned', { owner: owner.id, role: owner.role, team: owner.team, taskForce: [], provisional: false })
      : event('queued', { why: 'nobody' }),
  ]);
  return caseNo;
}
const ownerOf = async (caseNo: string) => (await on.stores.cases.get(caseNo))?.state.owner?.id;

describe('somebody who is not there is passed over', () => {
  it('on leave: with a deputy who gets their customers, and with the deputy of an absent deputy', async () => {
    const [anna, bert, carl] = [user('u-anna'), user('u-bert'), user('u-carl')];
    await hire(anna, bert, carl, user('u-idle'));
    const customer = { name: '李', phone: '13911112222' };
    const known = await open({ owner: anna, customer });
    await open({ owner: bert });
    await open({ owner: carl });
    await open({ owner: carl });
    const lastHandlerOf = await on.stores.complaints.customerOf(known);
    expect([await pick({}, {}, { lastHandlerOf }), await byGrade({ lastHandlerOf })]).toEqual(['u-anna', 'u-anna']);
    await away('u-anna', 'u-carl');
    expect([await pick({}, {}, { lastHandlerOf }), await byGrade({ lastHandlerOf })]).toEqual(['u-carl', 'u-carl']);
    await away('u-carl', 'u-bert');
    expect([await pick({}, {}, { lastHandlerOf }), await byGrade({ lastHandlerOf })]).toEqual(['u-bert', 'u-bert']);
    // Each stands in for the other, and both are away.
    await away('u-bert', 'u-anna');
    expect([await pick({}, {}, { lastHandlerOf }), await byGrade({ lastHandlerOf })]).toEqual(['u-idle', 'u-idle']);
  });

  it('from the moment a leave begins until the moment it ends', async () => {
    await hire(user('u-anna'));
    const [from, to] = [Date.parse('2026-11-23T01:00:00.000Z'), Date.parse('2026-11-23T10:00:00.000Z')];
    const iso = (ms: number) => new Date(ms).toISOString();
    await on.stores.roster.addLeave({
      userId: 'u-anna',
      from: iso(from),
      to: iso(to),
      deputy: 'u-x',
      createdBy: 'u-anna',
    });
    const gone = async (ms: number) => {
      on.stores.roster.forget();
      const { onLeave } = await on.stores.roster.availability(ms);
      expect([...(await on.stores.roster.absences(iso(ms)))]).toEqual([...onLeave]);
      return onLeave.get('u-anna');
    };
    const leave = { until: iso(to), deputy: 'u-x' };
    expect([await gone(from - 1), await gone(from), await gone(to - 1), await gone(to)]).toEqual([
      undefined,
      leave,
      leave,
      undefined,
    ]);
  });

  it('outside their shifts; whoever has none works by their calendar; with neither, always', async () => {
    await hire(
      user('u-shift'),
      user('u-office', { calendar: 'our-office' }),
      user('u-always'),
      user('u-lost', { calendar: 'x' }),
    );
    await on.database.pool.query('insert into calendars (id, version, calendar, published_by) values ($1, 1, $2, $3)', [
      'our-office',
      JSON.stringify(CN_OFFICE),
      'u-m',
    ]);
    const shift = { userId: 'u-shift', from: '2026-11-23T14:00:00.000Z', to: '2026-11-23T22:00:00.000Z' };
    await on.stores.roster.setShifts({ from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' }, [shift]);
    const off = async (at: string) => {
      on.stores.roster.forget();
      return [...(await on.stores.roster.availability(Date.parse(at))).offDuty].toSorted();
    };
    // Monday 10:00, 12:30 and 23:00 in Shanghai; the Sunday before; long after the roster.
    expect(await off('2026-11-23T02:00:00.000Z')).toEqual(['u-shift']);
    expect(await off('2026-11-23T04:30:00.000Z')).toEqual(['u-office', 'u-shift']);
    expect(await off('2026-11-23T15:00:00.000Z')).toEqual(['u-office']);
    expect(await off('2026-11-22T02:00:00.000Z')).toEqual(['u-office', 'u-shift']);
    expect(await off('2026-12-07T02:00:00.000Z')).toEqual([]);
  });

  it('off duty: by routing nobody is given the case, without a queue to wait in it still goes to somebody', async () => {
    await hire(user('u-anna'));
    await on.stores.roster.setShifts({ from: inHours(2), to: inHours(9) }, [
      { userId: 'u-anna', from: inHours(3), to: inHours(5) },
    ]);
    expect([await pick(), await byGrade()]).toEqual([undefined, 'u-anna']);
  });

  it('is seen within two seconds by another process', async () => {
    await hire(user('u-anna'));
    const other = on.another();
    expect((await other.roster.availability()).onLeave.size).toBe(0);
    await away('u-anna');
    await waitUntil(async () => (await other.roster.availability()).onLeave.size === 1, 'the leave is seen', 2_500);
  });
});

describe('a cap', () => {
  it('is kept however many arrive together, and the case itself is not counted against them', async () => {
    await hire(user('u-a', { maxOpen: 3 }), user('u-b', { maxOpen: 2 }));
    const picks = await Promise.all(
      Array.from({ length: 20 }, (_, n) => pick({}, {}, { caseNo: `C261122-AAAA${String(n).padStart(2, '2')}` })),
    );
    expect(picks.filter((id) => id === 'u-a')).toHaveLength(3);
    expect(picks.filter((id) => id === 'u-b')).toHaveLength(2);
    expect(picks.filter((id) => id === undefined)).toHaveLength(15);
  });

  it('counts what they own, and frees a place when a case ends', async () => {
    const anna = user('u-anna', { maxOpen: 1 });
    await hire(anna);
    await routed();
    const caseNo = await open({ owner: anna });
    expect([await pick(), await byGrade()]).toEqual([undefined, undefined]);
    expect(await pick({}, {}, { caseNo })).toBe('u-anna');
    await happen(caseNo, [
      event('withdrawn', { reason: { textId: newComplaint().text.textId, sha256: 'a'.repeat(64) } }),
    ]);
    expect(await pick()).toBe('u-anna');
  });
});

describe('by routing', () => {
  it('skill, team, product line, region and language are all asked for; SQL says what the domain says', async () => {
    const lists = (...of: string[]) => fc.subarray(of);
    const person = fc.record({
      role: fc.constantFrom('agent', 'supervisor', 'colleague') as fc.Arbitrary<User['role']>,
      team: fc.constantFrom('after-sales', 'north'),
      active: fc.boolean(),
      language: fc.constantFrom('zh-CN', 'en') as fc.Arbitrary<User['language']>,
      skills: lists('x', 'y'),
      productLines: lists('ac', 'fridge'),
      regions: lists('south'),
      languages: lists('zh-CN', 'en'),
    });
    const wanted = fc.record({
      role: fc.constantFrom('agent', 'supervisor') as fc.Arbitrary<Wish['role']>,
      team: fc.constantFrom(undefined, 'north'),
      skills: lists('x', 'y'),
      prefer: fc.constantFrom([], ['rotation'], ['leastLoad', 'lastHandler']) as fc.Arbitrary<Wish['prefer']>,
      productLine: fc.constantFrom(undefined, 'ac', 'tv'),
      region: fc.constantFrom(undefined, 'south'),
      language: fc.constantFrom('zh-CN', 'en') as fc.Arbitrary<RoutingFacts['language']>,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { maxLength: 5 }),
        wanted,
        async (people, { productLine, region, language, ...wish }) => {
          await on.database.pool.query('delete from users');
          const staff = people.map((one, n) => user(`u-${n}`, one));
          await hire(...staff);
          const facts = { ...FACTS, productLine, region, language };
          const fitting = staff.filter((one) => fitsWish(one, wish, facts)).map(({ id }) => id);
          const got = await pick(wish, facts);
          if (fitting.length === 0) expect(got).toBeUndefined();
          else expect(fitting).toContain(got);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never a higher role in place of the one that is asked for, and never whom the complaint is about', async () => {
    await hire(user('u-boss', { role: 'supervisor' }), user('u-anna'));
    expect(await pick({}, {}, { against: ['u-anna'] })).toBeUndefined();
    expect(await pick({}, {}, { exclude: ['u-anna'] })).toBeUndefined();
    expect(await pick()).toBe('u-anna');
  });

  it('who speaks the language goes first, then who knows the customer, then specialists, then the least load', async () => {
    const [en, ac, all] = [
      user('u-en', { languages: ['en', 'zh-CN'] }),
      user('u-ac', { productLines: ['ac'] }),
      user('u-all'),
    ];
    await hire(en, ac, all);
    const customer = { name: '李', phone: '13911113333' };
    const lastHandlerOf = await on.stores.complaints.customerOf(await open({ owner: all, customer }));
    expect(await pick({}, { language: 'en', productLine: 'ac' }, { lastHandlerOf })).toBe('u-en');
    expect(await pick({}, { productLine: 'ac' }, { lastHandlerOf })).toBe('u-all');
    expect(await pick({}, { productLine: 'ac' })).toBe('u-ac');
    expect(await pick({ prefer: ['leastLoad'] }, { productLine: 'ac' }, { lastHandlerOf })).toBe('u-ac');
    await open({ owner: en });
    await open({ owner: ac });
    await open({ owner: ac });
    expect(await pick({ prefer: ['leastLoad'] }, {}, { exclude: ['u-all'] })).toBe('u-en');
  });

  it('in turn, where rotation is preferred to load', async () => {
    const [anna, bert] = [user('u-anna'), user('u-bert')];
    await hire(anna, bert);
    for (let n = 0; n < 3; n++) await open({ owner: anna });
    const turns = [];
    for (let n = 0; n < 4; n++) {
      turns.push(await pick({ prefer: ['rotation', 'leastLoad'] }));
      // Stamps have milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(turns).toEqual(['u-bert', 'u-anna', 'u-bert', 'u-anna']);
  });

  it('a task force has one of each department that is named, and nobody who is on leave', async () => {
    const colleague = (id: string, team: string) => user(id, { role: 'colleague', team });
    await hire(
      colleague('u-q1', 'quality'),
      colleague('u-q2', 'quality'),
      colleague('u-l1', 'legal'),
      colleague('u-p', 'parts'),
    );
    await away('u-q1');
    const force = (departments?: string[]) =>
      on.stores.users.taskForce({ notOf: 'after-sales', exclude: [], departments });
    expect(await force(['quality', 'legal'])).toEqual(['u-l1', 'u-q2']);
    expect(await force()).toEqual(['u-l1', 'u-p', 'u-q2']);
  });
});

describe('the queue', () => {
  /** What a case's workflow does with the signal: it judges anew, and writes. */
  const tell =
    (told: [string, string][] = []) =>
    async (caseNo: string, found: Dispatch): Promise<void> => {
      told.push([caseNo, found.owner.id]);
      const state = (await on.stores.cases.get(caseNo))?.state;
      const bodies = state ? appointed(state, found) : [];
      if (bodies.length > 0) await happen(caseNo, bodies);
    };
  const log = { warn: () => undefined };
  const dispatcher = (stores: Stores = on.stores, signal = tell()) => createDispatcher({ stores, signal, log });

  it('has the most urgent grade first, then the oldest; other policies wait for people, not in a queue', async () => {
    const unrouted = await open({ grade: 'major', minutesAgo: 99 });
    const { version } = await routed();
    const young = await open({ minutesAgo: 1 });
    const old = await open({ minutesAgo: 30 });
    const urgent = await open({ grade: 'major' });
    const important = await open({ grade: 'important', minutesAgo: 5 });
    await open({ owner: user('u-anna'), minutesAgo: 60 });
    expect(await on.stores.queue.routed()).toEqual(GRADES.map((grade) => `${version}/${grade}`));
    const waiting = await on.stores.queue.waiting(await on.stores.queue.routed(), 10);
    expect(waiting.map(({ caseNo }) => caseNo)).toEqual([urgent, important, old, young]);
    expect(waiting.map(({ caseNo }) => caseNo)).not.toContain(unrouted);
  });

  it('asks in SQL what the process asks: whoever has an owner who may keep the case is not there', async () => {
    const owners = [undefined, ...ROLES.map((role) => ({ id: `u-${role}`, role, team: 'after-sales' }))];
    const kinds = owners.flatMap((owner) =>
      GRADES.flatMap((grade) =>
        [true, false].flatMap((provisional) =>
          [[], ['u-other'], ['u-other', owner?.id ?? 'u-x']].map((against) => ({ owner, grade, provisional, against })),
        ),
      ),
    );
    const states = new Map<string, CaseState>();
    for (const { owner, grade, provisional, against } of kinds) {
      const caseNo = newCaseNo();
      const state: CaseState = {
        ...(fold(caseNo, openedCase(caseNo)) as CaseState),
        stage: 'assign',
        grade,
        against,
        ...(owner && { owner: { ...owner, provisional } }),
      };
      states.set(caseNo, state);
      await on.database.db.insert(cases).values(caseRow(state, ''));
    }
    const still = await on.stores.queue.stillUnassigned([...states.keys()]);
    const needing = [...states].filter(([, state]) => needsOwner(state)).map(([caseNo]) => caseNo);
    expect(needing.length).toBeGreaterThan(30);
    expect(needing.length).toBeLessThan(states.size);
    expect(still.toSorted()).toEqual(needing.toSorted());
  });

  it('has no case of a grade whose owners are named by people', async () => {
    const steps = { ...HOUSE_POLICY.steps, major: { ...HOUSE_POLICY.steps.major, autoAssign: false } };
    latest = await on.stores.policies.publish(
      { ...HOUSE_POLICY, steps, routing: { rules: [], prefer: ['rotation'] } },
      'u-manager',
    );
    const major = await open({ grade: 'major' });
    const general = await open();
    await on.database.pool.query('update cases set updated_at = $1', [inHours(-1 / 60)]);
    const waiting = await on.stores.queue.waiting(await on.stores.queue.routed(), 10);
    expect(waiting.map(({ caseNo }) => caseNo)).toEqual([general]);
    await hire(user('u-boss', { role: 'supervisor' }));
    await dispatcher().drain();
    expect(await ownerOf(major)).toBeUndefined();
  });

  it('is drained in that order, one case for each place that is free', async () => {
    await routed();
    const young = await open({ minutesAgo: 1 });
    const old = await open({ minutesAgo: 30 });
    const middle = await open({ minutesAgo: 10 });
    const drain = dispatcher();
    expect(await drain.drain()).toBe(0);
    await hire(user('u-anna', { maxOpen: 2 }));
    expect(await drain.drain()).toBe(2);
    expect([await ownerOf(old), await ownerOf(middle), await ownerOf(young)]).toEqual(['u-anna', 'u-anna', undefined]);
    expect(await drain.drain()).toBe(0);
    await on.stores.users.change([{ id: 'u-anna', change: { maxOpen: 3 } }]);
    expect(await drain.drain()).toBe(1);
    expect(await ownerOf(young)).toBe('u-anna');
  });

  it('a case that nobody can take does not hold up those behind it', async () => {
    await routed({
      rules: [{ when: { productLines: ['ac'] }, role: 'supervisor' }],
      prefer: ['leastLoad'],
      productLines: [{ id: 'ac', words: ['空调'] }],
    });
    const stuck = await open({ minutesAgo: 60, product: { name: '空调' } });
    const accused = await open({ minutesAgo: 50, against: ['u-anna'] });
    const next = await open({ minutesAgo: 40 });
    await hire(user('u-anna'));
    await dispatcher().drain();
    expect([await ownerOf(stuck), await ownerOf(accused), await ownerOf(next)]).toEqual([
      undefined,
      undefined,
      'u-anna',
    ]);
  });

  it('gives a major case to its lead together with the task force', async () => {
    await routed();
    const caseNo = await open({ grade: 'major' });
    await hire(user('u-boss', { role: 'supervisor' }), user('u-q', { role: 'colleague', team: 'quality' }));
    await dispatcher().drain();
    expect((await on.stores.cases.get(caseNo))?.state).toMatchObject({ owner: { id: 'u-boss' }, taskForce: ['u-q'] });
  });

  it('is drained within a second of somebody coming back, by the dispatcher that runs', async () => {
    await routed();
    await hire(user('u-anna'));
    const leave = await away('u-anna');
    const caseNo = await open();
    const running = dispatcher();
    running.run();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ownerOf(caseNo)).toBeUndefined();
    // Another process takes the leave back: the dispatcher has to find out by itself.
    const began = Date.now();
    await on.another().roster.removeLeave(leave?.id ?? '');
    await waitUntil(async () => (await ownerOf(caseNo)) !== undefined, 'the case has an owner');
    expect(Date.now() - began).toBeLessThan(onBusyMachine(1_000));
    await running.stop();
  });

  it('four dispatchers at once: each case is assigned once, and no cap is passed', async () => {
    await routed();
    await hire(user('u-a', { maxOpen: 7 }), user('u-b', { maxOpen: 6 }));
    const opened: string[] = [];
    for (let n = 0; n < 20; n++) opened.push(await open({ minutesAgo: n }));
    const told: [string, string][] = [];
    const four = [on.stores, on.another(), on.another(), on.another()].map((stores) => dispatcher(stores, tell(told)));
    for (const one of four) one.run();
    await waitUntil(async () => (await on.stores.users.loads()).get('u-b') === 6, 'the second one is full');
    await new Promise((resolve) => setTimeout(resolve, 700));
    await Promise.all(four.map((one) => one.stop()));
    const loads = await on.stores.users.loads();
    expect([loads.get('u-a'), loads.get('u-b')]).toEqual([7, 6]);
    for (const caseNo of opened) {
      const events = await on.stores.ledger.events(caseNo);
      expect(events.filter(({ type }) => type === 'assigned').length).toBeLessThan(2);
    }
    expect(told).toHaveLength(13);
    // The thirteen oldest.
    const owners = await Promise.all(opened.map(ownerOf));
    expect(owners.map((id) => id !== undefined)).toEqual(opened.map((_, n) => n >= 7));
  });

  it('newcomers do not overtake whoever waits for the same people', async () => {
    const policy = await routed();
    await open({ minutesAgo: 30 });
    const { queue } = on.stores;
    const routing = policy.routing ?? { rules: [], prefer: [] };
    const ahead = (minutesAgo: number, wish: Partial<Wish> = {}, grade: Grade = 'general') => {
      const complaint = newComplaint({ receivedAt: inHours(-minutesAgo / 60) });
      const route = { wish: { ...WISH, ...wish }, facts: { ...FACTS, grade } };
      return on.stores.complaints
        .accept(complaint)
        .then(() => queue.isAhead({ caseNo: complaint.caseNo, grade, route, routing }));
    };
    expect([await ahead(1), await ahead(60)]).toEqual([true, false]);
    expect([await ahead(1, { skills: ['x'] }), await ahead(1, {}, 'important')]).toEqual([false, false]);
  });

  it('what lies at the server while no worker runs is not given to somebody else, for a while', async () => {
    await routed();
    await hire(user('u-anna'), user('u-bert'));
    await open();
    let calls = 0;
    let now = Date.now();
    const patient = createDispatcher({
      stores: on.stores,
      log,
      clock: () => (now += 500),
      signal: async () => void (calls += 1),
    });
    for (let n = 0; n < 3; n++) await patient.drain();
    expect(calls).toBe(1);
    now += 20_000;
    await patient.drain();
    expect(calls).toBe(2);
  });

  it('a second process looks only when what the first one gave away has been written', async () => {
    await routed();
    await hire(user('u-anna'), user('u-bert'));
    const caseNo = await open();
    const told: [string, string][] = [];
    const written: Promise<void>[] = [];
    const slowly = async (of: string, found: Dispatch): Promise<void> => {
      const write = tell(told);
      written.push(new Promise((resolve) => setTimeout(resolve, 300)).then(() => write(of, found)));
    };
    await dispatcher(on.stores, slowly).drain();
    await dispatcher(on.another(), slowly).drain();
    await Promise.all(written);
    expect([told.length, await ownerOf(caseNo)]).toEqual([1, told[0]?.[1]]);
  });

  it('what a lost run or a worker that is away cannot be told is tried again, later', async () => {
    await routed();
    await hire(user('u-anna'));
    const caseNo = await open();
    let calls = 0;
    let fail = true;
    const flaky = createDispatcher({
      stores: on.stores,
      log,
      async signal(of, found) {
        calls += 1;
        if (fail) throw new Error('temporal is away');
        await tell()(of, found);
      },
    });
    await flaky.drain();
    expect([calls, await ownerOf(caseNo)]).toEqual([1, undefined]);
    fail = false;
    await flaky.drain();
    expect([calls, await ownerOf(caseNo)]).toEqual([2, 'u-anna']);
  });
});

describe('leaves and shifts', () => {
  it('two leaves of one person at once: one is kept', async () => {
    const both = await Promise.all([away('u-anna'), away('u-anna', undefined, 0, 3)]);
    expect(both.filter((leave) => leave !== undefined)).toHaveLength(1);
    expect(await on.stores.roster.leaves({ userId: 'u-anna' })).toHaveLength(1);
    expect(await away('u-anna', undefined, 5, 6)).toBeDefined();
  });

  it('a roster replaces what begins in its span, and touches nothing else', async () => {
    const day = (date: number, from: number, to: number, userId = 'u-anna') => ({
      userId,
      from: `2026-11-${date}T${String(from).padStart(2, '0')}:00:00.000Z`,
      to: `2026-11-${date}T${String(to).padStart(2, '0')}:00:00.000Z`,
    });
    const week = { from: '2026-11-23T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z' };
    const { roster } = on.stores;
    expect(await roster.setShifts(week, [day(23, 1, 9), day(24, 1, 9), day(23, 1, 9, 'u-bert')])).toEqual([]);
    const tuesday = { from: '2026-11-24T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' };
    expect(await roster.setShifts({ ...tuesday, userIds: ['u-anna'] }, [day(24, 10, 12)])).toEqual([]);
    expect(await roster.shifts(week)).toEqual([day(23, 1, 9), day(23, 1, 9, 'u-bert'), day(24, 10, 12)]);
    const late = { userId: 'u-anna', from: '2026-11-22T22:00:00.000Z', to: '2026-11-23T02:00:00.000Z' };
    const sunday = { from: '2026-11-22T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' };
    expect(await roster.setShifts(sunday, [late])).toEqual([late]);
    expect(await roster.shifts(sunday)).toEqual([]);
  });

  it('says that leaves or shifts have changed when others can read the change, not before', async () => {
    const day = { from: '2026-11-23T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' };
    const order: string[] = [];
    const { db } = on.database;
    const transaction: typeof db.transaction = async (work, options) => {
      const result = await db.transaction(work, options);
      order.push('committed');
      return result;
    };
    const watched = {
      db: new Proxy(db, { get: (of, key) => (key === 'transaction' ? transaction : Reflect.get(of, key)) as unknown }),
    };
    const changed = () => order.push('changed');
    await leaveRecords(watched, changed).addLeave({ userId: 'u-anna', ...day, createdBy: 'u-anna' });
    await shiftRecords(watched, changed).setShifts(day, [{ userId: 'u-anna', ...day }]);
    expect(order).toEqual(['committed', 'changed', 'committed', 'changed']);
  });
});
