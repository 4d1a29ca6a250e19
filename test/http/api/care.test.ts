import { createCareRun } from '../../../src/cases/care/run';
import { HouseMails } from '../../../src/channels/mail/delivery/house-mails';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import type { OutgoingMail } from '../../../src/channels/mail/transport';
import { houseMailStore } from '../../../src/db/stores/house-mails';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import type { Policy } from '../../../src/domain/policy/schema';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { assigned, createHarness, type Harness } from '../support/harness';

const DAY = 86_400_000;
/** 05:00 of the house on a Thursday, and 10:00. */
const MORNING = Date.parse('2026-02-11T21:00:00.000Z');
const TEN = MORNING + 5 * 3_600_000;

const POLICY: Policy = {
  ...HOUSE_POLICY,
  calendar: 'cn-office',
  calendars: { 'cn-office': CN_OFFICE },
  care: { holidays: [{ id: 'lantern', name: { zh: '元宵节', en: 'Lantern Festival' }, on: '2026-02-12' }] },
};

let harness: Harness;
let now = MORNING;
let phones = 0;
const sent: OutgoingMail[] = [];

beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

/** One run of the day, as a worker makes it. */
const run = (ended = new AbortController()) =>
  createCareRun({
    care: harness.stores.care,
    policies: { inForce: () => Promise.resolve(POLICY) },
    mailDomain: 'house.example',
    clock: () => now,
    ended: ended.signal,
  })();

/** Sends what is due. @returns the mails that went out */
async function relayed(): Promise<OutgoingMail[]> {
  sent.length = 0;
  const houseMails = houseMailStore({ ...harness.database, clock: () => now });
  const mails = new HouseMails({
    stores: { ...harness.stores, houseMails },
    templates: loadMailTemplates(),
    house: { name: '好家电', contact: '' },
    links: harness.links,
    inForce: () => Promise.resolve(POLICY),
    post: {
      async send(parcel, _customers, write) {
        sent.push(await write());
        await parcel.sent();
      },
    },
    clock: () => now,
  });
  for (const job of await mails.claim(50, 60_000)) await job.deliver();
  return [...sent];
}

/** A customer of their own whose complaint was closed so many days ago. */
async function closed(
  name: string,
  {
    daysAgo = 1,
    grade = 'major',
    owner = 'anna',
    email = `${name}@example.com`,
    phone = `1390000${1_000 + ++phones}`,
  } = {},
): Promise<string> {
  const { caseNo } = await harness.open({ customer: { name, phone, ...(email !== '' && { email }) } });
  await assigned(harness, caseNo, owner);
  await harness.database.pool.query(
    `update cases set stage = 'archived', grade = $2, outcome = 'upheld', archived_at = $3, updated_at = $3 where case_no = $1`,
    [caseNo, grade, new Date(now - daysAgo * DAY).toISOString()],
  );
  return caseNo;
}
const listed = async (as: string, show = 'all') =>
  (await harness.call('GET', `/api/care?show=${show}`, { as })).body as {
    items: { id: string; customerName: string; caseNo: string; next: string }[];
    figures: Record<string, number | null>;
  };
async function idOf(name: string): Promise<string> {
  return (await listed('mona')).items.find(({ customerName }) => customerName === name)?.id ?? '';
}
const act = (id: string, as: string, body: object) => harness.call('POST', `/api/care/${id}/acts`, { as, body });

test('customers of ended cases are entered by the rules of the policy, once, also by a run that was cut off', async () => {
  now = MORNING - DAY;
  await closed('major');
  await closed('quiet', { grade: 'general' });
  await closed('long-ago', { daysAgo: 40 });
  await closed('no-mail', { email: '' });
  await closed('open-again');
  await closed('same-phone', { phone: '13900009999' });
  await closed('left-alone');
  await closed('then-complains');
  await closed('then-stops');
  const cut = new AbortController();
  cut.abort();
  await expect(run(cut)).rejects.toThrow('aborted');
  expect(await run()).toEqual({ entered: 7, greeted: 0 });
  expect(await run()).toEqual({ entered: 0, greeted: 0 });
  const { items } = await listed('mona');
  expect(items.map(({ customerName }) => customerName).toSorted()).toEqual([
    'left-alone',
    'major',
    'no-mail',
    'open-again',
    'same-phone',
    'then-complains',
    'then-stops',
  ]);
  // Each page goes on where the one before ended.
  const { care } = harness.stores;
  const since = new Date(now - 31 * DAY).toISOString();
  expect((await care.ended(since, undefined, 9)).map(({ grade }) => grade)).toEqual(['general']);
});

test('a greeting goes once, in working hours, and to nobody who has a complaint open or wants none', async () => {
  await act(await idOf('left-alone'), 'anna', { act: 'optOut' });
  await harness.open({ customer: { name: 'again', phone: '13911112222', email: 'open-again@example.com' } });
  await harness.open({ customer: { name: 'at home', phone: '13900009999' } });
  now = MORNING;
  // Of no-mail, open-again, same-phone and left-alone none is greeted.
  expect(await run()).toEqual({ entered: 0, greeted: 3 });
  expect(await run()).toEqual({ entered: 0, greeted: 0 });
  // At five in the morning nothing leaves.
  expect(await relayed()).toEqual([]);

  await harness.open({ customer: { name: 'anew', phone: '13911113333', email: 'then-complains@example.com' } });
  const token = harness.links.careToken(await idOf('then-stops'));
  const { pages } = harness.cases.customer;
  expect(await pages.stopCare(`${token}x`)).toEqual({ kind: 'unknown' });
  expect(await pages.stopCare(token)).toEqual({ kind: 'taken' });
  now = TEN;
  const [mail, ...others] = await relayed();
  expect(others).toEqual([]);
  const id = await idOf('major');
  expect(mail).toMatchObject({
    to: ['major@example.com'],
    subject: '好家电祝您元宵节快乐',
    messageId: `<greeting.${id}.holiday-lantern-2026-02-12@house.example>`,
    unsubscribe: harness.links.careUrl(id),
  });
  expect(mail?.text).toContain(harness.links.careUrl(id));
  expect(await run()).toEqual({ entered: 0, greeted: 0 });
  expect(await relayed()).toEqual([]);
});

test('a birthday is greeted on the day, and not when the day’s hours are over', async () => {
  expect((await act(await idOf('major'), 'anna', { act: 'birthday', on: '02-30-' })).status).toBe(422);
  await act(await idOf('major'), 'anna', { act: 'birthday', on: '02-13' });
  now = MORNING + DAY;
  expect(await run()).toEqual({ entered: 0, greeted: 1 });
  // The relay was away until the evening.
  now = TEN + DAY + 10 * 3_600_000;
  expect(await relayed()).toEqual([]);
  const [row] = (await harness.stores.houseMails.list('greeting', await idOf('major'))).slice(-1);
  expect(row).toMatchObject({ occasion: 'birthday-2026', state: 'skipped', error: 'overtaken' });
});

test('calls are made by whoever sees the case, not to whom has one open, and the win-back rate is of those asked', async () => {
  now = Date.now();
  const owners = await closed('caller', { daysAgo: 20 });
  await closed('of-north', { daysAgo: 20, owner: 'arno' });
  await run();
  const calls = await listed('anna', 'calls');
  expect(calls.items.map(({ caseNo, next }) => [caseNo, next])).toContainEqual([owners, 'call']);
  expect(calls.items.map(({ customerName }) => customerName)).not.toContain('of-north');
  const [north, caller] = [await idOf('of-north'), await idOf('caller')];
  expect((await act(north, 'anna', { act: 'called' })).status).toBe(404);
  expect((await act(await idOf('left-alone'), 'anna', { act: 'called' })).body).toMatchObject({
    code: 'wants_no_care',
  });
  const called = await act(caller, 'anna', { act: 'called', note: '教了怎么除霜。', winBack: 'saidSo' });
  expect(called.body).toMatchObject({
    next: 'nothing',
    winBack: { outcome: 'saidSo' },
    called: { note: '教了怎么除霜。' },
  });
  expect((await act(caller, 'sara', { act: 'called' })).body).toMatchObject({ code: 'called_already' });
  await act(north, 'arno', { act: 'called', winBack: 'no' });
  expect((await listed('anna')).figures).toMatchObject({ called: 2, saidSo: 1, no: 1, winBackRate: 0.5 });

  // A new complaint of theirs comes first, and when it has ended they are called anew.
  const phone = `1390000${1_000 + phones - 1}`;
  const { caseNo } = await harness.open({ customer: { name: 'caller', phone } });
  expect((await act(caller, 'mona', { act: 'winBack', outcome: 'boughtAgain' })).body).toMatchObject({
    next: 'caseFirst',
  });
  await harness.database.pool.query(
    `update cases set stage = 'archived', grade = 'major', archived_at = $2, updated_at = $2 where case_no = $1`,
    [caseNo, new Date(now).toISOString()],
  );
  await run();
  const again = (await listed('mona')).items.find(({ id }) => id === caller);
  expect(again).toMatchObject({ caseNo, next: 'later' });
  expect(again).not.toHaveProperty('winBack');
});
