import { Temporal } from 'temporal-polyfill';
import { complaintSchema } from '../src/cases/filing/complaint-input';
import { houseZone } from '../src/cases/rules/zones';
import { localDate } from '../src/domain/time/house-day';
import {
  house,
  houseDate,
  houseDayStart,
  houseInstant,
  houseLocal,
  houseMoment,
  isTimeZone,
  setHouse,
} from '../src/house';
import { dateTime, money, plannedTime } from '../src/render/format';

const AT_HOME = { zone: 'Asia/Shanghai', currency: 'CNY' };
afterEach(() => setHouse(AT_HOME));

test('a house is in China unless it is said otherwise', () => {
  expect(house()).toEqual(AT_HOME);
  expect(houseDate(Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23');
  expect(houseInstant('2026-11-23')).toBe(Date.parse('2026-11-22T16:00:00Z'));
  expect(houseInstant('2026-11-23T00:00:00Z')).toBe(Date.parse('2026-11-23T00:00:00Z'));
});

test.each([
  'Asia/Shanghai',
  'America/New_York',
  'America/Havana', // clocks go back from one to midnight: 00:00 comes twice
  'Africa/Cairo', // forward at midnight: 00:00 does not come
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
])('each day begins in %s when the tz database says so', (zone) => {
  setHouse({ ...AT_HOME, zone });
  const wrong: string[] = [];
  let before = '2025-12-24';
  for (let day = Temporal.PlainDate.from('2025-12-25'); day.year < 2027; day = day.add({ days: 1 })) {
    const [date, start] = [day.toString(), day.toZonedDateTime(zone).epochMilliseconds];
    const right = houseDayStart(date) === start && houseDate(start) === date && houseDate(start - 1) === before;
    if (!right) wrong.push(date);
    before = date;
  }
  expect(wrong).toEqual([]);
});

test('what a case freezes gives the same dates', async () => {
  for (const zone of ['Asia/Shanghai', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe']) {
    setHouse({ ...AT_HOME, zone });
    const opened = Date.parse('2026-11-22T01:00:00Z');
    const frozen = await houseZone(opened);
    expect(frozen?.timeZone).toBe(zone);
    const wrong: string[] = [];
    for (let ms = opened; ms < opened + 4 * 366 * 86_400_000; ms += 11 * 3_600_000) {
      const at = new Date(ms).toISOString();
      if (localDate(at, frozen) !== houseDate(ms)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  }
});

test.each(['Asia/Shanghai', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe'])(
  'a time typed in %s is the instant that the tz database says',
  (zone) => {
    setHouse({ ...AT_HOME, zone });
    const wrong: string[] = [];
    for (let hour = 0; hour < 366 * 24; hour += 5) {
      // Half past, so that it also meets the hours that come twice or not at all.
      const local = Temporal.PlainDateTime.from('2026-01-01T00:30').add({ hours: hour });
      const typed = local.toString({ smallestUnit: 'minute' });
      if (houseMoment(typed) !== local.toZonedDateTime(zone).epochMilliseconds) wrong.push(typed);
    }
    for (const typed of ['2026-03-29T02:30', '2026-10-25T02:30', '2026-03-08T00:30', '2026-11-01T00:30']) {
      const right = Temporal.PlainDateTime.from(typed).toZonedDateTime(zone).epochMilliseconds;
      if (houseMoment(typed) !== right) wrong.push(typed);
    }
    expect(wrong).toEqual([]);
  },
);

test('a time that is shown in a form comes back as it was', () => {
  const at = Date.parse('2026-11-25T08:08:00Z');
  expect(houseLocal(at)).toBe('2026-11-25T16:08');
  expect(houseMoment(houseLocal(at))).toBe(at);
  expect(houseMoment('2026-11-25T16:08:30')).toBe(at + 30_000);
  expect(
    ['', 'soon', '2026-11-25', '2026-02-30T10:00', '2026-11-25T24:30', '2026-11-25T16:08Z'].map(houseMoment),
  ).toEqual(Array.from({ length: 6 }, () => undefined));
});

test('people read the house’s clock', () => {
  const [at, now] = ['2026-12-31T23:59:30.000Z', '2026-11-22T01:00:00.000Z'];
  expect([dateTime(at, 'zh-CN', now), plannedTime(at, 'en', now)]).toEqual([
    '2027年1月1日 07:59',
    'Fri 1 Jan 2027, 07:59',
  ]);
  setHouse({ ...AT_HOME, zone: 'America/New_York' });
  expect([dateTime(at, 'zh-CN', now), plannedTime(at, 'en', now)]).toEqual(['12月31日 18:59', 'Thu 31 Dec, 18:59']);
});

test('sums are of the house’s currency', () => {
  expect([money(480, 'zh-CN'), money(480.5, 'en')]).toEqual(['480 元', 'CN¥480.50']);
  setHouse({ ...AT_HOME, currency: 'EUR' });
  expect([money(480, 'zh-CN'), money(480.5, 'en')]).toEqual(['480 欧元', '€480.50']);
  setHouse({ ...AT_HOME, currency: 'CHF' });
  expect(money(480, 'en')).toBe('CHF 480');
});

test('a day that something occurred on begins with the house', () => {
  const body = { channel: 'web', language: 'zh-CN', customer: { name: '王', phone: '13800000000' }, text: '漏水' };
  const occurred = () => complaintSchema.parse({ ...body, occurredAt: '2025-03-01' }).occurredAt;
  expect(occurred()).toBe('2025-02-28T16:00:00.000Z');
  setHouse({ ...AT_HOME, zone: 'America/New_York' });
  expect(occurred()).toBe('2025-03-01T05:00:00.000Z');
});

test('what is no zone or no currency is refused', () => {
  expect(['Asia/Kolkata', 'Europe/Kyiv', 'UTC'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['', '+08:00', 'Mars/Olympus', 'China'].map(isTimeZone)).toEqual([false, false, false, false]);
  expect(() => setHouse({ zone: 'Mars/Olympus', currency: 'CNY' })).toThrow(RangeError);
  expect(() => setHouse({ zone: 'UTC', currency: 'yuan' })).toThrow(RangeError);
  expect(house()).toEqual(AT_HOME);
});
