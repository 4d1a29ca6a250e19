import { EngineError } from '../../../src/cases/engine/engine';
import { PolicyCache } from '../../../src/cases/rules/policies';
import { createStarter, type Starter } from '../../../src/cases/engine/starter';
import type { ComplaintRecord } from '../../../src/db';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import type { ComplaintInput } from '../../../src/domain/process/start';
import { waitUntil } from '../../support/processes';

const record = (caseNo: string): ComplaintRecord => ({
  caseNo,
  receivedAt: '2026-01-01T00:00:00.000Z',
  channel: 'web',
  language: 'en',
  customer: { id: '00000000-0000-4000-8000-000000000000', name: 'Ann Other', phone: '13812345621' },
  text: { textId: '00000000-0000-4000-8000-000000000001', sha256: 'a'.repeat(64), body: 'words of a customer' },
  suggestion: { grade: 'major', category: 'other', reasons: [{ rule: 'M1', words: ['words'] }], engine: 'rules@1' },
  policyVersion: 1,
  answerBy: '2026-01-01T00:05:00.000Z',
  resolveBy: '2026-01-03T00:00:00.000Z',
  accessCodeHash: 'b'.repeat(64),
});

/** Rows that are to be started, and a Temporal that can be away. */
function world() {
  const rows = new Map<string, { leasedUntil: number }>();
  const started: string[] = [];
  const inputs: ComplaintInput[] = [];
  const state = { away: false, busy: 0, most: 0, pings: 0, dueCalls: 0 };
  const underway = { count: 0, messages: 0 };
  const starter = createStarter({
    complaints: { get: async (caseNo) => record(caseNo) },
    starts: {
      async due(limit, leaseMs = 0) {
        state.dueCalls++;
        const due = [...rows].filter(([, row]) => row.leasedUntil <= Date.now()).slice(0, limit);
        for (const [, row] of due) row.leasedUntil = Date.now() + leaseMs;
        return due.map(([caseNo]) => ({ caseNo, policyVersion: 1 }));
      },
      async markStarted(caseNos) {
        for (const caseNo of caseNos) rows.delete(caseNo);
      },
    },
    policies: new PolicyCache({ current: async () => HOUSE_POLICY, get: async () => HOUSE_POLICY }, Date.now),
    engine: {
      async start(input) {
        state.most = Math.max(state.most, ++state.busy);
        await new Promise((resolve) => setTimeout(resolve, 2));
        state.busy--;
        if (state.away) throw new EngineError('away', 'Temporal cannot be reached');
        started.push(input.caseNo);
        inputs.push(input);
      },
      async ping() {
        state.pings++;
        if (state.away) throw new EngineError('away', 'Temporal cannot be reached');
      },
    },
    log: { warn: () => undefined, info: () => undefined },
    underway,
  });
  const accept = (caseNo: string, leaseMs = starter.leaseMs): void => {
    rows.set(caseNo, { leasedUntil: Date.now() + leaseMs });
    starter.begin(caseNo);
  };
  return { rows, started, inputs, state, starter, accept, underway };
}

const settle = (condition: () => boolean): Promise<void> => waitUntil(condition, 'the starter has settled');

let running: Starter | undefined;
afterEach(async () => running?.stop());

describe('the starter', () => {
  test('starts at once what has just been accepted, a few at a time, and crosses it out', async () => {
    const { accept, started, rows, state, starter } = world();
    running = starter;
    for (let i = 0; i < 100; i++) accept(`c${i}`);
    await settle(() => rows.size === 0);
    expect(started).toHaveLength(100);
    expect(state.most).toBeLessThanOrEqual(8);
    expect(state.dueCalls).toBe(0);
  });

  test('tells Temporal nothing personal', async () => {
    const { accept, inputs, rows, starter } = world();
    running = starter;
    accept('c1');
    await settle(() => rows.size === 0);
    expect(inputs[0]?.received?.suggestion).toEqual({
      grade: 'major',
      category: 'other',
      rules: ['M1'],
      engine: 'rules@1',
    });
    expect(JSON.stringify(inputs)).not.toMatch(/Ann|13812345621|words/);
  });

  test('waits its turn while many are being accepted, and then makes up for it', async () => {
    const { accept, started, rows, starter, state, underway } = world();
    running = starter;
    underway.count = 6;
    // However slow the machine: none of them becomes the relay's while it waits its turn.
    for (let i = 0; i < 100; i++) accept(`c${i}`, 600_000);
    starter.run();
    await settle(() => started.length >= 3);
    expect(state.most).toBe(1);
    expect(started.length).toBeLessThan(20);
    underway.count = 0;
    await settle(() => rows.size === 0);
    expect(new Set(started).size).toBe(100);
  });

  test('takes its time over what the relay has found while messages are taken up, and none over what somebody files', async () => {
    const { accept, started, rows, starter, state, underway } = world();
    running = starter;
    underway.messages = 4;
    for (let i = 0; i < 50; i++) rows.set(`from-mail-${i}`, { leasedUntil: 0 });
    starter.run();
    await settle(() => started.length >= 2);
    expect(state.most).toBe(1);
    for (let i = 0; i < 20; i++) accept(`c${i}`, 600_000);
    await settle(() => started.filter((caseNo) => caseNo.startsWith('c')).length === 20);
    expect(rows.size).toBeGreaterThan(0);
    underway.messages = 0;
    await settle(() => rows.size === 0);
    expect(new Set(started).size).toBe(70);
  });

  test('a full queue is left to the relay, which loses none', async () => {
    const { accept, started, rows, starter, state } = world();
    running = starter;
    for (let i = 0; i < 900; i++) accept(`c${i}`, 0);
    starter.run();
    await settle(() => rows.size === 0);
    expect(new Set(started).size).toBe(900);
    expect(state.most).toBeLessThanOrEqual(40);
  });

  test('while Temporal is away nothing hammers it, and all is made up afterwards', async () => {
    const { accept, started, rows, starter, state } = world();
    running = starter;
    state.away = true;
    starter.run();
    for (let i = 0; i < 300; i++) accept(`c${i}`, 0);
    await settle(() => state.pings >= 2);
    expect(started).toHaveLength(0);
    expect(rows.size).toBe(300);
    state.away = false;
    for (const row of rows.values()) row.leasedUntil = 0;
    await settle(() => rows.size === 0);
    expect(new Set(started).size).toBe(300);
  });

  test('stops without leaving work half noted', async () => {
    const { accept, started, rows, starter } = world();
    starter.run();
    for (let i = 0; i < 20; i++) accept(`c${i}`);
    await settle(() => started.length >= 5);
    await starter.stop();
    const noted = 20 - rows.size;
    expect(noted).toBeGreaterThanOrEqual(5);
    expect(() => starter.begin('late')).not.toThrow();
  });
});
