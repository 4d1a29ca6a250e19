import fc from 'fast-check';
import { freezeZone } from '../../../src/cases/rules/zones';
import {
  addWorkingMs,
  calendarSchema,
  endOfDay,
  endOfWorkingDay,
  isWorkingTime,
  nextWorkingMoment,
  WEEKDAYS,
  workingMsBetween,
  type Block,
  type Calendar,
} from '../../../src/domain/time/calendar';
import { CN_OFFICE } from '../../../src/domain/time/calendars/cn';
import { volume } from '../../support/volume';

/**
 * An oracle that shares nothing with the code: it asks Intl what the clock on the wall shows in each minute, keeps a flag
 * a minute, and walks. It is slow and cannot be wrong about summer time.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2026, 0, 1);
/** Both changes of the clocks, two turns of the year, and room to walk. */
const MINUTES = 440 * 1_440;
const NOW = Date.UTC(2026, 10, 22);
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Asia/Shanghai'];
const CALENDARS_A_ZONE = 8;
const CASES = { add: 540_000, between: 330_000, workingDay: 85_000, day: 85_000, moment: 8_000 };

/** What the wall shows: the days since 1970 and the minute of the day. */
interface Wall {
  day: Int32Array;
  minute: Int16Array;
}

function wallOf(timeZone: string): Wall {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const wall: Wall = { day: new Int32Array(MINUTES), minute: new Int16Array(MINUTES) };
  let date = '';
  let day = 0;
  for (let at = 0; at < MINUTES; at += 1) {
    // dd/mm/yyyy, hh:mm
    const text = format.format(FIRST + at * MINUTE);
    const shown = text.slice(0, 10);
    if (shown !== date) {
      date = shown;
      day = Date.parse(`${date.slice(6)}-${date.slice(3, 5)}-${date.slice(0, 2)}`) / DAY;
    }
    wall.day[at] = day;
    wall.minute[at] = Number(text.slice(12, 14)) * 60 + Number(text.slice(15));
  }
  return wall;
}

/** Of each minute: the day whose block it lies in; 0 when nobody works. */
function ownersOf(calendar: Calendar, { day, minute }: Wall): Int32Array {
  const minutes = (time: string): number => {
    const [hours, rest] = time.split(':').map(Number);
    return (hours ?? 0) * 60 + (rest ?? 0);
  };
  /** Which minutes a date works, and which of the next date by blocks over midnight. */
  const cache = new Map<number, { own: Uint8Array; next: Uint8Array }>();
  const flagsOf = (date: number): { own: Uint8Array; next: Uint8Array } => {
    const known = cache.get(date);
    if (known) return known;
    const text = new Date(date * DAY).toISOString();
    const special = calendar.days[text.slice(0, 10)];
    const weekday = WEEKDAYS[(new Date(text).getUTCDay() + 6) % 7] ?? 'mon';
    const opened: Block[] =
      special?.kind === 'holiday' ? [] : special ? (special.blocks ?? calendar.workday) : calendar.week[weekday];
    const flags = { own: new Uint8Array(1_440), next: new Uint8Array(1_440) };
    for (const { from, to } of opened) {
      const [opens, closes] = [minutes(from), minutes(to)];
      const overnight = closes <= opens;
      for (let at = 0; at < 1_440; at += 1) {
        if (at >= opens && (overnight || at < closes)) flags.own[at] = 1;
        if (overnight && at < closes) flags.next[at] = 1;
      }
    }
    cache.set(date, flags);
    return flags;
  };
  const owner = new Int32Array(MINUTES);
  for (let at = 0, today = flagsOf(0), yesterday = today; at < MINUTES; at += 1) {
    const date = day[at] as number;
    if (at === 0 || date !== day[at - 1]) [today, yesterday] = [flagsOf(date), flagsOf(date - 1)];
    const shown = minute[at] as number;
    if (today.own[shown] === 1) owner[at] = date;
    else if (yesterday.next[shown] === 1) owner[at] = date - 1;
  }
  return owner;
}

/** Each walk gives nothing when it would leave the window. */
class Walker {
  /** How much of all time is working time. */
  readonly worked: number;

  constructor(
    private readonly day: Int32Array,
    private readonly owner: Int32Array,
  ) {
    let worked = 0;
    for (let at = 0; at < MINUTES; at += 1) if (owner[at] !== 0) worked += 1;
    this.worked = worked / MINUTES;
  }

  private at(ms: number): number {
    return Math.floor((ms - FIRST) / MINUTE);
  }

  add(start: number, ms: number): number | undefined {
    if (ms <= 0) return start;
    const { owner } = this;
    let at = this.at(start);
    let left = ms;
    if (owner[at] !== 0) {
      const rest = FIRST + (at + 1) * MINUTE - start;
      if (rest >= left) return start + left;
      left -= rest;
    }
    const wanted = Math.ceil(left / MINUTE);
    let found = 0;
    for (at += 1; at < MINUTES; at += 1) {
      if (owner[at] !== 0) found += 1;
      if (found === wanted) return FIRST + at * MINUTE + left - (wanted - 1) * MINUTE;
    }
    return undefined;
  }

  between(from: number, to: number): number {
    if (to <= from) return 0;
    const { owner } = this;
    const [first, last] = [this.at(from), this.at(to)];
    let whole = 0;
    for (let at = first; at < last; at += 1) if (owner[at] !== 0) whole += 1;
    // Less the part of the first minute that was over, and with the part of the last that has gone.
    const over = owner[first] === 0 ? 0 : from - (FIRST + first * MINUTE);
    const gone = owner[last] === 0 ? 0 : to - (FIRST + last * MINUTE);
    return whole * MINUTE - over + gone;
  }

  endOfWorkingDay(start: number, n: number): number | undefined {
    const { day, owner } = this;
    let at = this.at(start);
    let current = day[at] as number;
    let left = n;
    let last: number | undefined;
    for (; at < MINUTES; at += 1) {
      const date = owner[at] as number;
      if (date > current) {
        if (left === 0) break;
        current = date;
        left -= 1;
      }
      if (left === 0 && date === current) last = at;
      // Nothing of the day comes after the next one.
      if (left === 0 && (day[at] as number) > current + 1) break;
    }
    return last === undefined || at === MINUTES ? undefined : FIRST + (last + 1) * MINUTE;
  }

  endOfDay(start: number, n: number, roll: boolean): number | undefined {
    const { day, owner } = this;
    let at = this.at(start);
    let target = (day[at] as number) + n;
    if (roll) {
      // The blocks of the day itself may be over.
      while (at > 0 && day[at - 1] === day[at]) at -= 1;
      for (; at < MINUTES; at += 1) {
        if ((owner[at] as number) >= target) break;
      }
      target = Math.max(target, owner[at] ?? 0);
    }
    for (; at < MINUTES; at += 1) {
      if ((day[at] as number) > target) return FIRST + at * MINUTE;
    }
    return undefined;
  }

  next(ms: number): number | undefined {
    const { owner } = this;
    for (let at = this.at(ms); at < MINUTES; at += 1) {
      if (owner[at] !== 0) return Math.max(ms, FIRST + at * MINUTE);
    }
    return undefined;
  }
}

/** Mulberry32: a failure comes again. */
function generator(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}
type Generator = ReturnType<typeof generator>;

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const daily = (hours: Block[]): Calendar['week'] =>
  Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, hours])) as Calendar['week'];
const LUNCH = CN_OFFICE.workday;
const PATTERNS: Block[][] = [
  LUNCH,
  [{ from: '09:00', to: '17:30' }],
  [{ from: '00:00', to: '24:00' }],
  [{ from: '00:00', to: '00:00' }],
  [{ from: '22:00', to: '06:00' }],
  [
    { from: '08:00', to: '12:00' },
    { from: '20:00', to: '02:30' },
  ],
  // Around the hours at which clocks change.
  [{ from: '01:15', to: '02:15' }],
  [
    { from: '02:05', to: '02:20' },
    { from: '02:20', to: '02:45' },
  ],
  [{ from: '01:30', to: '03:00' }],
  [],
  [],
];

function blocks({ below, next, pick }: Generator): Block[] {
  if (next() < 0.7) return pick(PATTERNS);
  const count = 1 + below(3);
  const times = [...new Set(Array.from({ length: count * 2 }, () => below(1_440)))].sort((a, b) => a - b);
  return Array.from({ length: Math.floor(times.length / 2) }, (_, at) => ({
    from: clock(times[at * 2] ?? 0),
    to: clock(times[at * 2 + 1] ?? 0),
  }));
}

/** Holidays and make-up days over the window, near the changes of the clocks as well. */
function calendarOf(frozen: Pick<Calendar, 'timeZone' | 'offsets'>, random: Generator): Calendar {
  for (;;) {
    const uniform = random.next() < 0.5 ? blocks(random) : undefined;
    const day = (): Block[] => (uniform && random.next() < 0.9 ? uniform : blocks(random));
    const week = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, day()])) as Calendar['week'];
    const days: Calendar['days'] = {};
    for (let at = 0; at < 60; at += 1) {
      const near = frozen.offsets[random.below(frozen.offsets.length)]?.[0] ?? FIRST;
      const ms =
        random.next() < 0.3 && near > FIRST && near < FIRST + MINUTES * MINUTE
          ? near + (random.below(5) - 2) * DAY
          : FIRST + random.below(440) * DAY;
      const kind = random.pick(['holiday', 'workday'] as const);
      const own = kind === 'workday' && random.next() < 0.4 ? blocks(random) : [];
      days[new Date(ms).toISOString().slice(0, 10)] = { kind, ...(own.length > 0 ? { blocks: own } : {}) };
    }
    const workday = random.pick(PATTERNS.filter((pattern) => pattern.length > 0));
    const made: Calendar = { ...CN_OFFICE, ...frozen, week, workday, days };
    const parsed = calendarSchema.safeParse(made);
    if (parsed.success) return made;
    // Days that run into each other are refused; the rest of them may still do.
    for (const { path } of parsed.error.issues) if (path[0] === 'days') delete days[String(path[1])];
    if (calendarSchema.safeParse(made).success) return made;
  }
}

const frozenOf = async (timeZone: string) => {
  const frozen = await freezeZone(timeZone, NOW);
  if (!frozen) throw new Error(`no zone ${timeZone}`);
  return frozen;
};

/** Mostly somewhere, often near a change of the clocks or the turn of the year; half of them inside a minute. */
function momentOf({ below, next, pick }: Generator, changes: number[]): number {
  const kind = next();
  let ms = FIRST + DAY + below(398 * 1_440) * MINUTE;
  if (kind < 0.3 && changes.length > 0) ms = pick(changes) + (below(4 * 1_440) - 2 * 1_440) * MINUTE;
  else if (kind < 0.4) ms = Date.UTC(2027, 0, 1) + (below(2 * 1_440) - 1_440) * MINUTE;
  return next() < 0.5 ? ms + below(MINUTE) : ms;
}

/** Shorter where little is worked, or the walks would be long. */
function lengthOf({ below, next }: Generator, worked: number): number {
  const kind = next();
  const ms = kind < 0.5 ? below(4 * 60) * MINUTE : kind < 0.75 ? below(30 * HOUR) : below(60) * HOUR;
  return worked > 0.15 ? ms : Math.ceil((ms * worked) / 0.15 / 1_000) * 1_000;
}

const same = (found: number, expected: number, about: () => unknown): void => {
  if (found === expected) return;
  throw new Error(`found ${found}, expected ${expected}: ${JSON.stringify(about())}`);
};

/** Compares all questions; gives back how many cases there were, and how many were not as the oracle says. */
function compare(
  walker: Walker,
  calendar: Calendar,
  random: Generator,
  cases: Record<keyof typeof CASES, number>,
  differ: (found: number, expected: number, about: () => unknown) => void,
): number {
  let count = 0;
  const changes = calendar.offsets
    .map(([from]) => from)
    .filter((from) => from > FIRST + 3 * DAY && from < FIRST + 400 * DAY);
  const judge = (found: () => number, expected: number | undefined, about: () => object) => {
    if (expected === undefined) return;
    count += 1;
    differ(found(), expected, () => ({ ...about(), calendar }));
  };
  for (let at = 0; at < cases.add; at += 1) {
    const [start, ms] = [momentOf(random, changes), lengthOf(random, walker.worked)];
    const expected = walker.add(start, ms);
    judge(
      () => {
        const due = addWorkingMs(calendar, start, ms);
        // Whatever the zone: nothing is due before its time has gone.
        if (due < start + ms) throw new Error(`due before creation + allowed: ${start} + ${ms}`);
        return due;
      },
      expected,
      () => ({ question: 'addWorkingMs', start, ms }),
    );
  }
  for (let at = 0; at < cases.between; at += 1) {
    const from = momentOf(random, changes);
    const to = from + lengthOf(random, 1) * (random.next() < 0.1 ? -1 : 2);
    judge(
      () => workingMsBetween(calendar, from, to),
      walker.between(from, to),
      () => ({ question: 'workingMsBetween', from, to }),
    );
  }
  for (let at = 0; at < cases.workingDay; at += 1) {
    const [start, n] = [momentOf(random, changes), 1 + random.below(walker.worked > 0.15 ? 5 : 2)];
    judge(
      () => endOfWorkingDay(calendar, start, n),
      walker.endOfWorkingDay(start, n),
      () => ({ question: 'endOfWorkingDay', start, n }),
    );
  }
  for (let at = 0; at < cases.day; at += 1) {
    const [start, n, roll] = [momentOf(random, changes), random.below(8), random.next() < 0.5];
    judge(
      () => endOfDay(calendar, start, n, roll),
      walker.endOfDay(start, n, roll),
      () => ({ question: 'endOfDay', start, n, roll }),
    );
  }
  for (let at = 0; at < cases.moment; at += 1) {
    const start = momentOf(random, changes);
    const expected = walker.next(start);
    judge(
      () => {
        const next = nextWorkingMoment(calendar, start);
        return isWorkingTime(calendar, start) === (next === start) ? next : Number.NaN;
      },
      expected,
      () => ({ question: 'nextWorkingMoment', start }),
    );
  }
  return count;
}

/** What is compared in all, or this part of it. */
const share = (part: number, whole = volume({ usual: 1_000_000 }) / 1_000_000) =>
  Object.fromEntries(
    Object.entries(CASES).map(([name, cases]) => [name, Math.ceil(cases * part * whole)]),
  ) as typeof CASES;

let judged = 0;

describe.each(ZONES)('%s', (timeZone) => {
  let frozen: Pick<Calendar, 'timeZone' | 'offsets'>;
  let wall: Wall;

  beforeAll(async () => {
    frozen = await frozenOf(timeZone);
    wall = wallOf(timeZone);
  });

  test('is as the minute walk says', () => {
    const random = generator(ZONES.indexOf(timeZone) + 1);
    const week = { ...CN_OFFICE.week, sat: [{ from: '22:00', to: '06:00' }] };
    const calendars = [
      { ...CN_OFFICE, ...frozen },
      { ...CN_OFFICE, ...frozen, week, days: {} },
      // Wholly skipped on one night, and worked twice on another.
      { ...CN_OFFICE, ...frozen, week: daily([{ from: '02:05', to: '02:20' }]), days: {} },
      ...Array.from({ length: CALENDARS_A_ZONE - 3 }, () => calendarOf(frozen, random)),
    ];
    const before = judged;
    for (const calendar of calendars) {
      const walker = new Walker(wall.day, ownersOf(calendar, wall));
      judged += compare(walker, calendar, random, share(1 / ZONES.length / CALENDARS_A_ZONE), same);
    }
    expect(judged - before).toBeGreaterThan(volume({ usual: 190_000 }));
  });

  test('the oracle sees a missing change of the clocks, a block cut at midnight and a forgotten special day', () => {
    const random = generator(77);
    const nights = { ...CN_OFFICE.week, fri: [{ from: '22:00', to: '06:00' }], sat: [{ from: '22:00', to: '06:00' }] };
    const good: Calendar = { ...CN_OFFICE, ...frozen, week: nights };
    const cut = [{ from: '22:00', to: '24:00' }];
    const wrong: Calendar[] = [
      { ...good, week: { ...nights, fri: cut, sat: cut } },
      { ...good, days: {} },
      ...(frozen.offsets.length > 1 ? [{ ...good, offsets: good.offsets.slice(0, 1) }] : []),
    ];
    const walker = new Walker(wall.day, ownersOf(good, wall));
    for (const calendar of wrong) {
      let differences = 0;
      compare(
        walker,
        calendar,
        random,
        share(0.002, 1),
        (found, expected) => (differences += found === expected ? 0 : 1),
      );
      expect(differences).toBeGreaterThan(10);
    }
  });
});

test('more than a million cases were compared', () => {
  expect(judged).toBeGreaterThanOrEqual(volume({ usual: 1_000_000 }));
});

describe('for every calendar', () => {
  let calendars: Calendar[];
  beforeAll(async () => {
    const frozen = await Promise.all(ZONES.map(frozenOf));
    const random = generator(99);
    calendars = frozen.flatMap((zone) => Array.from({ length: 8 }, () => calendarOf(zone, random)));
  });

  const property = (
    holds: (calendar: Calendar, start: number, a: number, b: number) => void,
    longest = 200 * HOUR,
  ): void =>
    fc.assert(
      fc.property(
        fc.nat({ max: 39 }),
        fc.integer({ min: FIRST, max: FIRST + 600 * DAY }),
        fc.nat({ max: longest }),
        fc.nat({ max: longest }),
        (at, start, a, b) => holds(calendars[at] as Calendar, start, a, b),
      ),
      { numRuns: volume({ usual: 3_000 }), seed: 29 },
    );

  test('working time adds up', () =>
    property((calendar, start, a, b) => {
      const [middle, end] = [start + a, start + a + b];
      expect(workingMsBetween(calendar, start, middle) + workingMsBetween(calendar, middle, end)).toBe(
        workingMsBetween(calendar, start, end),
      );
    }));

  test('adding is undone by counting, in one step or in two', () =>
    property((calendar, start, a, b) => {
      const due = addWorkingMs(calendar, start, a + b);
      expect(workingMsBetween(calendar, start, due)).toBe(a + b);
      if (b > 0) expect(addWorkingMs(calendar, addWorkingMs(calendar, start, a), b)).toBe(due);
      // One ms earlier it is not yet due.
      if (a + b > 0) expect(workingMsBetween(calendar, start, due - 1)).toBe(a + b - 1);
    }));

  test('later or longer is never due sooner, and nothing is due before its time has gone', () =>
    property((calendar, start, a, b) => {
      const due = addWorkingMs(calendar, start, a);
      expect(due).toBeGreaterThanOrEqual(start + a);
      expect(addWorkingMs(calendar, start, a + b)).toBeGreaterThanOrEqual(due);
      expect(addWorkingMs(calendar, start + b, a)).toBeGreaterThanOrEqual(due);
    }));

  test('days end after they began, and in order', () =>
    property((calendar, start, a, b) => {
      const n = 1 + (a % 20);
      const close = endOfWorkingDay(calendar, start, n);
      expect(close).toBeGreaterThan(start);
      expect(endOfWorkingDay(calendar, start, n + 1)).toBeGreaterThan(close);
      expect(endOfWorkingDay(calendar, start + b, n)).toBeGreaterThanOrEqual(close);
      const midnight = endOfDay(calendar, start, n, false);
      expect(midnight).toBeGreaterThan(start);
      expect(endOfDay(calendar, start, n, true)).toBeGreaterThanOrEqual(midnight);
      expect(endOfDay(calendar, start + b, n, true)).toBeGreaterThanOrEqual(endOfDay(calendar, start, n, true));
    }));
});
