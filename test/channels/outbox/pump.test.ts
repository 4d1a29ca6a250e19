import { createAttempts } from '../../../src/channels/outbox/attempts';
import type { Delivery, Job, Source } from '../../../src/channels/outbox/channel';
import { createPump } from '../../../src/channels/outbox/pump';

/** Another way out than mail: short messages to telephones, kept in a list. */
interface Text {
  id: number;
  to: string;
  attempts: number;
  plannedAt: string;
  state: 'planned' | 'sending' | 'sent' | 'failed';
  nextAt: number;
  code?: string;
}

const NOW = Date.parse('2026-11-23T01:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param answer what the telephone network says to each attempt */
function phones(answer: (text: Text) => Promise<Delivery>, concurrency = 2) {
  let now = NOW;
  const texts: Text[] = [];
  const said: [level: string, message: string][] = [];
  const log = {
    info: (_: object, message: string) => void said.push(['info', message]),
    warn: (_: object, message: string) => void said.push(['warn', message]),
    error: (_: object, message: string) => void said.push(['error', message]),
  };
  let away = false;
  /** How many times it cannot be written that a text was taken. */
  let unwritten = 0;
  const attempts = createAttempts({
    name: 'sms',
    refusedWords: 'the operator refuses us',
    log,
    clock: () => now,
    noteAgainMs: [1, 1, 1],
  });
  const job = (text: Text): Job => {
    const parcel = {
      logFields: { text: text.id },
      plannedAt: text.plannedAt,
      attempts: text.attempts,
      exemptFromBreaker: false,
      sent: async () => {
        if (unwritten-- > 0) throw new Error('away');
        Object.assign(text, { state: 'sent' });
      },
      retry: async (code: string, at: string) =>
        void Object.assign(text, { state: 'planned', code, nextAt: Date.parse(at) }),
      ambiguous: async (code: string, at: string) =>
        void Object.assign(text, { state: 'planned', code: `maybe_${code}`, nextAt: Date.parse(at) }),
      giveUp: async (code: string) => void Object.assign(text, { state: 'failed', code }),
    };
    return { line: text.to, parcel, deliver: () => attempts.send(parcel, [text.to], () => answer(text)) };
  };
  const source: Source = {
    async claim(limit, leaseMs) {
      if (away) throw new Error('away');
      // One whose lease is over was left by whoever had claimed it.
      const due = texts
        .filter(({ state, nextAt }) => (state === 'planned' || state === 'sending') && nextAt <= now)
        .toSorted((a, b) => a.nextAt - b.nextAt || a.id - b.id)
        .slice(0, limit);
      return due.map((text) =>
        job(Object.assign(text, { state: 'sending', attempts: text.attempts + 1, nextAt: now + leaseMs })),
      );
    },
  };
  let closed = 0;
  const channel = { name: 'sms', sources: [source], close: () => void closed++ };
  const newPump = () => createPump({ channel, attempts, log, clock: () => now, concurrency, idleMs: 1 });
  return {
    texts,
    said,
    attempts,
    closed: () => closed,
    setAway: (is: boolean) => (away = is),
    setUnwritten: (times: number) => (unwritten = times),
    pass: (ms: number) => (now += ms),
    add: (to: string, plannedAt = now) => {
      const planned = new Date(plannedAt).toISOString();
      texts.push({ id: texts.length, to, attempts: 0, plannedAt: planned, state: 'planned', nextAt: now });
    },
    /** Runs until every text that is due has been tried. */
    async run() {
      const pump = newPump();
      pump.start();
      await jestUntil(() =>
        texts.every(({ state, nextAt }) => state !== 'sending' && !(state === 'planned' && nextAt <= now)),
      );
      await pump.stop();
    },
    newPump,
    /** The texts that another relay would get although somebody has claimed them. */
    leasesOver: () => texts.filter(({ state, nextAt }) => state === 'sending' && nextAt <= now).map(({ id }) => id),
    /** What another relay gets now. */
    claim: (limit: number) => source.claim(limit, 3 * MINUTE),
  };
}

async function jestUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('a channel that is no mail is pumped: sent, again later, never, and nobody knows', async () => {
  const answers: Record<string, Delivery> = {
    ok: { kind: 'sent' },
    full: { kind: 'temporary', code: 'box_full' },
    gone: { kind: 'permanent', code: 'no_number' },
    cut: { kind: 'ambiguous', code: 'cut' },
  };
  const world = phones(async ({ to }) => answers[to] ?? { kind: 'sent' });
  for (const to of Object.keys(answers)) world.add(to);
  await world.run();
  expect(world.texts.map(({ to, state, code }) => [to, state, code])).toEqual([
    ['ok', 'sent', undefined],
    ['full', 'planned', 'box_full'],
    ['gone', 'failed', 'no_number'],
    ['cut', 'planned', 'maybe_cut'],
  ]);
  expect(world.closed()).toBe(1);
});

test('it waits longer after each failure, comes back by itself, and gives up after three days', async () => {
  const world = phones(async () => ({ kind: 'temporary', code: 'busy' }));
  world.add('one');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    const before = world.texts[0]?.nextAt ?? 0;
    await world.run();
    const next = world.texts[0]?.nextAt ?? 0;
    waits.push(Math.round((next - Math.max(before, NOW)) / 1_000));
    world.pass(next - Math.max(before, NOW));
  }
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits[3]).toBeGreaterThan(100);
  world.pass(3 * DAY);
  await world.run();
  expect(world.texts[0]).toMatchObject({ state: 'failed', code: 'busy', attempts: 5 });
});

test('one message’s fault is its own, and a database that is away ends nothing', async () => {
  const world = phones(async ({ to }) => {
    if (to === 'faulty') throw new RangeError('quotes somebody');
    return { kind: 'sent' };
  });
  world.setAway(true);
  world.add('faulty');
  world.add('good');
  const pump = world.newPump();
  pump.start();
  await jestUntil(() => world.said.some(([, message]) => message === 'outbox cannot be read'));
  await pump.stop();
  world.setAway(false);
  await world.run();
  expect(world.texts.map(({ state, code }) => [state, code])).toEqual([
    ['planned', 'fault_RangeError'],
    ['sent', undefined],
  ]);
  expect(world.said.map(([, message]) => message)).toContain('sms could not be finished');
});

test('messages of one line go one after the other, lines beside each other', async () => {
  const under = new Set<string>();
  let most = 0;
  const order: number[] = [];
  const world = phones(async ({ to, id }) => {
    expect(under.has(to)).toBe(false);
    under.add(to);
    most = Math.max(most, under.size);
    await new Promise((resolve) => setImmediate(resolve));
    under.delete(to);
    order.push(id);
    return { kind: 'sent' };
  });
  for (const to of ['a', 'a', 'b', 'b', 'a', 'b']) world.add(to);
  await world.run();
  const lineOf = (to: string) => order.filter((id) => world.texts[id]?.to === to);
  expect([lineOf('a'), lineOf('b')]).toEqual([
    [0, 1, 4],
    [2, 3, 5],
  ]);
  expect(most).toBe(2);
});

test('a message that has waited long for its line is claimed anew, so that no other relay sends it as well', async () => {
  const order: number[] = [];
  const forOthers: number[] = [];
  const world = phones(async ({ id }) => {
    // Each takes 80 seconds: the third would begin 20 seconds before its lease ends.
    world.pass(80_000);
    forOthers.push(...world.leasesOver());
    order.push(id);
    // Planned while the others wait: it must not overtake them.
    if (id === 0) world.add('slow');
    return { kind: 'sent' };
  }, 4);
  for (const to of ['slow', 'slow', 'slow', 'slow']) world.add(to);
  await world.run();
  expect(forOthers).toEqual([]);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test('a message that another relay has by now is neither sent nor put back', async () => {
  const order: number[] = [];
  const world = phones(async ({ id }) => {
    world.pass(4 * MINUTE);
    await world.claim(4);
    order.push(id);
    return { kind: 'sent' };
  });
  world.add('slow');
  world.add('slow');
  const pump = world.newPump();
  pump.start();
  await jestUntil(() => world.texts[0]?.state === 'sent');
  await pump.stop();
  expect(order).toEqual([0]);
  expect(world.texts[1]).toMatchObject({ state: 'sending', attempts: 2 });
  expect(world.texts[1]?.code).toBeUndefined();
});

test('a pump that was stopped is not started again: its channel is closed', async () => {
  const world = phones(async () => ({ kind: 'sent' }));
  const pump = world.newPump();
  pump.start();
  await pump.stop();
  expect(world.closed()).toBe(1);
  expect(() => pump.start()).toThrow(/stopped/);
});

test('an operator that refuses the house is said once, until a message goes out again', async () => {
  let open = false;
  const world = phones(async () => (open ? { kind: 'sent' } : { kind: 'temporary', code: 'quota', ours: true }));
  for (const to of ['a', 'b', 'c']) world.add(to);
  await world.run();
  expect(world.attempts.refused()).toBe('quota');
  expect(world.said.filter(([level]) => level === 'error')).toEqual([['error', 'the operator refuses us']]);
  open = true;
  world.pass(DAY);
  await world.run();
  expect(world.attempts.refused()).toBeUndefined();
});

test('what was taken is sent once, though it cannot be written down at once; only if it never can, it goes again', async () => {
  let sent = 0;
  const world = phones(async () => {
    sent++;
    return { kind: 'sent' };
  });
  world.setUnwritten(3);
  world.add('13800000001');
  await world.run();
  expect([sent, world.texts[0]?.state]).toEqual([1, 'sent']);

  world.setUnwritten(4);
  world.add('13800000002');
  await world.run();
  // It has left, and whoever looks at it must not think otherwise.
  expect([sent, world.texts[1]?.state, world.texts[1]?.code]).toEqual([2, 'planned', 'maybe_fault_TakenUnwritten']);
  world.pass(MINUTE);
  await world.run();
  expect([sent, world.texts[1]?.state]).toEqual([3, 'sent']);
});
