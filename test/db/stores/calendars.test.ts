import type { Calendar } from '../../../src/domain/time/calendar';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { openTestStores, type TestStores } from '../support';

let on: TestStores;
beforeEach(async () => {
  on = await openTestStores();
});
afterEach(() => on.close());

const shop = (from: string): Calendar => ({ ...CN_OFFICE, id: 'shop', workday: [{ from, to: '18:00' }] });

it('starts with the office calendar, once, whoever comes how often', async () => {
  await Promise.all([on.stores.policies.ensureHouse(), on.another().policies.ensureHouse()]);
  expect(await on.stores.calendars.list()).toMatchObject([{ calendar: CN_OFFICE, publishedBy: 'system' }]);
  await on.stores.calendars.publish({ ...CN_OFFICE, workday: [], days: {} }, 'u-1');
  await on.stores.policies.ensureHouse();
  expect((await on.stores.calendars.get('cn-office'))?.calendar.version).toBe(2);
});

it('counts versions by calendar, and old ones stay as they were', async () => {
  const first = await on.stores.calendars.publish({ ...shop('09:00'), version: 77 }, 'u-1');
  const second = await on.stores.calendars.publish(shop('10:00'), 'u-2');
  expect([first?.calendar.version, second?.calendar.version]).toEqual([1, 2]);
  expect((await on.stores.calendars.get('shop', 1))?.calendar).toEqual(shop('09:00'));
  expect(await on.stores.calendars.get('shop')).toMatchObject({ calendar: { version: 2 }, publishedBy: 'u-2' });
  expect(await on.stores.calendars.get('shop', 3)).toBeUndefined();
  expect(await on.stores.calendars.get('other')).toBeUndefined();
  expect((await on.stores.calendars.list()).map(({ calendar }) => `${calendar.id} ${calendar.version}`)).toContain(
    'shop 2',
  );
});

it('makes no version of the same again', async () => {
  await on.stores.calendars.publish(shop('09:00'), 'u-1');
  expect(await on.stores.calendars.publish(shop('09:00'), 'u-2')).toMatchObject({
    calendar: { version: 1 },
    publishedBy: 'u-1',
  });
});

it('publishes nothing over a version that the draft was not made from', async () => {
  const { calendars } = on.stores;
  expect(await calendars.publish(shop('09:00'), 'u-1', 1)).toBeUndefined();
  expect(await calendars.publish(shop('09:00'), 'u-1', 0)).toMatchObject({ calendar: { version: 1 } });
  const twenty = Array.from({ length: 20 }, (_, at) => shop(`1${at % 6}:${10 + at}`));
  const published = await Promise.all(twenty.map((calendar) => calendars.publish(calendar, 'u-1', 1)));
  expect(published.filter((one) => one !== undefined)).toHaveLength(1);
});

it('twenty at once get twenty numbers', async () => {
  const twenty = Array.from({ length: 20 }, (_, at) => shop(`1${at % 6}:${10 + at}`));
  const published = await Promise.all(twenty.map((calendar) => on.stores.calendars.publish(calendar, 'u-1')));
  const versions = published.map((one) => one?.calendar.version ?? 0).sort((a, b) => a - b);
  expect(versions).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
});

it('takes nothing that is no calendar', async () => {
  const never = { ...shop('09:00'), week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } };
  await expect(on.stores.calendars.publish(never, 'u-1')).rejects.toThrow('no working time');
  expect(await on.stores.calendars.get('shop')).toBeUndefined();
});
