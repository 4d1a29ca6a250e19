import { isSoured, type EventBody } from '../../../src/domain/case/events';
import { isMoot } from '../../../src/channels/moot';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { messagesFor } from '../../../src/domain/process/notices';
import { noticeWords } from '../../../src/domain/views/notice-words';
import { waitsFor } from '../../../src/domain/views/progress';
import { addMs } from '../../../src/domain/time/duration';
import { text, Walk } from '../walk';

const HOUR = 3_600_000;

/** A case in work, whose owner is `agent`. */
function inWork(policy = HOUSE_POLICY, revision?: number): Walk {
  const walk = new Walk('general', policy, undefined, revision);
  walk.decide('grade', 'agent', { grade: 'general', category: 'logistics', reason: text(1) });
  walk.decide('respond', 'agent', { via: 'phone', text: text(2) });
  return walk;
}

/** The same, paused for two days. */
function paused(reason: 'customer' | 'parts', revision?: number): Walk {
  const walk = inWork(HOUSE_POLICY, revision);
  walk.wait(HOUR);
  walk.decide('pause', 'agent', { reason, until: addMs(walk.now, 48 * HOUR), note: text(3) });
  walk.wait(5 * HOUR);
  return walk;
}

const reads = (grade: 'general' | 'important' | 'major', rules: string[]) => ({
  reads: { grade, category: 'product_quality', rules, engine: 'rules@1' },
});
const write = (walk: Walk, more: object = {}) =>
  walk.decide('customerWrote', 'customer', { via: 'link', text: text(4), ...more });
const types = (walk: Walk, from = 0): string[] => walk.events.slice(from).map(({ type }) => type);
/** Which mails the last event of a type causes, and to whom. */
const told = (walk: Walk, type: EventBody['type']) => {
  const found = walk.events.findLast((item) => item.type === type);
  return found ? messagesFor(found, walk.state).map(({ mail, to }) => [mail, 'id' in to ? to.id : to.kind]) : [];
};

describe('what the customer says ends a pause in which the case waits for them', () => {
  const FILE = { evidenceId: text(9).textId, sha256: 'b'.repeat(64) };
  test.each([
    ['a message', 'customerWrote', { via: 'link', text: text(4) }],
    ['a call wanted', 'wantCallBack', { via: 'link' }],
    ['a file', 'addEvidence', FILE],
  ] as const)('%s: the clocks run on, with the time of the pause given back', (_what, name, input) => {
    const walk = paused('customer');
    const due = walk.state.clocks.resolution?.dueAt ?? '';
    const before = walk.events.length;
    expect(walk.decide(name, 'customer', input).kind).toBe('taken');
    expect(walk.state.paused).toBeUndefined();
    expect(walk.state.clocks.pause?.status).toBe('cancelled');
    expect(walk.state.clocks.resolution).toMatchObject({ status: 'running', dueAt: addMs(due, 5 * HOUR) });
    expect(types(walk, before)).toContain('resumed');
    // The date is earlier than they were told when the pause began, so they are told once more.
    expect(told(walk, 'datesMoved')).toEqual([['extension', 'customer']]);
    expect(told(walk, 'resumed')).toEqual([]);
  });

  test('what staff took down for them ends it as well', () => {
    const walk = paused('customer');
    walk.decide('customerWrote', 'agent2', { via: 'phone', text: text(4) });
    expect(walk.state.paused).toBeUndefined();
  });

  test('a file of our own does not, nor does anything end a pause for parts', () => {
    const ours = paused('customer');
    ours.decide('addEvidence', 'agent', FILE);
    expect(ours.state.paused).toBeDefined();
    const parts = paused('parts');
    write(parts);
    parts.decide('addEvidence', 'customer', FILE);
    expect(parts.state.paused).toBeDefined();
  });

  test('a file did not before revision 6', () => {
    const older = paused('customer', 5);
    older.decide('addEvidence', 'customer', FILE);
    expect(older.state.paused).toBeDefined();
  });
});

describe('a call that the customer wants', () => {
  test('is what the case waits for, until somebody has spoken or written to them', () => {
    for (const [name, input] of [
      ['respond', { via: 'phone', text: text(5) }],
      ['write', { text: text(5) }],
    ] as const) {
      const walk = inWork();
      const from = addMs(walk.now, HOUR);
      walk.decide('wantCallBack', 'customer', { via: 'link', from, to: addMs(from, HOUR) });
      expect(walk.state.callBack).toEqual({ at: walk.now, from, to: addMs(from, HOUR) });
      expect(waitsFor(walk.state, walk.policy)).toEqual({ zh: '给客户回电话', en: 'the customer to be called back' });
      expect(told(walk, 'callBackWanted')).toEqual([['callBackWanted', 'u-agent']]);
      walk.decide(name, 'agent', input);
      expect(walk.state.callBack).toBeUndefined();
      expect(waitsFor(walk.state, walk.policy).en).toBe('a solution to be proposed');
    }
  });

  test('a notice of it is out of date once they were called, or have said another time', () => {
    const walk = inWork();
    walk.decide('wantCallBack', 'customer', { via: 'link' });
    const first = walk.events.findLast(({ type }) => type === 'callBackWanted');
    const moot = () => first && isMoot(first, { kind: 'user', id: 'u-agent' }, walk.state);
    expect(moot()).toBe(false);
    walk.wait(HOUR);
    walk.decide('wantCallBack', 'customer', { via: 'link', from: addMs(walk.now, HOUR) });
    expect(moot()).toBe(true);
    walk.decide('respond', 'agent', { via: 'phone', text: text(5) });
    expect(walk.state.callBack).toBeUndefined();
  });

  test('cannot be for a time that is over, or too far ahead', () => {
    const walk = inWork();
    const soon = addMs(walk.now, HOUR);
    for (const times of [
      { to: addMs(walk.now, -HOUR) },
      { from: addMs(soon, HOUR), to: soon },
      { from: addMs(walk.now, 31 * 24 * HOUR) },
    ]) {
      expect(walk.decide('wantCallBack', 'customer', { via: 'link', ...times })).toMatchObject({
        refusal: { code: 'call_time' },
      });
    }
    expect(walk.decide('wantCallBack', 'customer', { via: 'link', to: soon }).kind).toBe('taken');
  });

  test('is answered in late stages too: since revision 6 `respond` is possible until the archive', () => {
    const late = (revision?: number): Walk => {
      const walk = inWork(HOUSE_POLICY, revision);
      walk.decide('notSubstantiated', 'agent', { reasons: text(2), evidence: [] });
      walk.decide('resolve', 'agent', { outcome: 'not_upheld', cause: 'installation', summary: text(3) });
      walk.decide('wantCallBack', 'customer', { via: 'link' });
      return walk;
    };
    const call = { via: 'phone', text: text(5) };
    const now = late();
    expect(now.state.stage).toBe('feedback');
    expect(now.decide('respond', 'agent', call).kind).toBe('taken');
    expect(now.state.callBack).toBeUndefined();
    const older = late(5);
    expect(older.decide('respond', 'agent', call)).toMatchObject({ refusal: { code: 'out_of_turn' } });
    expect(older.decide('write', 'agent', { text: text(5) }).kind).toBe('taken');
    expect(older.state.callBack).toBeUndefined();
  });
});

describe('a message of the customer', () => {
  test('is told to the owner, but not to an owner who took it down', () => {
    const walk = inWork();
    write(walk);
    expect(told(walk, 'customerWrote')).toEqual([['customerWrote', 'u-agent']]);
    walk.decide('customerWrote', 'agent', { via: 'phone', text: text(5) });
    expect(told(walk, 'customerWrote')).toEqual([]);
  });

  test('comes as often a day as the policy allows; what staff took down does not count', () => {
    const walk = inWork({ ...HOUSE_POLICY, correspondence: { messagesPerDay: 2 } });
    expect(write(walk).kind).toBe('taken');
    expect(walk.decide('customerWrote', 'agent', { via: 'phone', text: text(5) }).kind).toBe('taken');
    expect(walk.decide('wantCallBack', 'customer', { via: 'link' }).kind).toBe('taken');
    expect(write(walk)).toMatchObject({ refusal: { code: 'message_limit' } });
    expect(walk.decide('wantCallBack', 'customer', { via: 'link' })).toMatchObject({
      refusal: { code: 'message_limit' },
    });
    expect(walk.decide('customerWrote', 'agent', { via: 'phone', text: text(5) }).kind).toBe('taken');
    walk.wait(24 * HOUR);
    expect(write(walk).kind).toBe('taken');
    const house = inWork();
    for (let n = 0; n < 20; n++) expect(write(house).kind).toBe('taken');
    expect(write(house)).toMatchObject({ refusal: { code: 'message_limit' } });
  });

  test('taken down by somebody who leads is no act of theirs: the chain of a broken promise goes on', () => {
    const policy = {
      ...HOUSE_POLICY,
      promises: { ...HOUSE_POLICY.promises, resolution: { ...HOUSE_POLICY.promises.resolution, chain: 'long' } },
      chains: {
        long: [
          { after: { value: 1, unit: 'hours' as const }, to: { kind: 'role' as const, role: 'supervisor' as const } },
          { after: { value: 9, unit: 'hours' as const }, to: { kind: 'role' as const, role: 'manager' as const } },
        ].map((one) => ({ ...one, channel: 'mail' as const, action: 'remind' as const })),
      },
    };
    const walk = inWork(policy);
    walk.wait(26 * HOUR);
    expect(walk.state.clocks.resolution?.breachedAt).toBeDefined();
    walk.decide('customerWrote', 'supervisor', { via: 'phone', text: text(5) });
    expect(types(walk)).not.toContain('chainStopped');
    walk.decide('write', 'supervisor', { text: text(5) });
    expect(types(walk)).toContain('chainStopped');
  });
});

describe('a message that reads worse than the case is graded', () => {
  const flags = (walk: Walk) => walk.events.filter(({ type }) => type === 'turnedWorse').length;

  test('is flagged to the owner, and regrades nothing', () => {
    const walk = inWork();
    write(walk, reads('important', ['I2']));
    const message = walk.events.findLast(({ type }) => type === 'customerWrote');
    expect(walk.state).toMatchObject({
      grade: 'general',
      worse: { grade: 'important', rules: ['I2'], seq: message?.seq },
    });
    expect(types(walk)).not.toContain('regraded');
    expect(told(walk, 'turnedWorse')).toEqual([['turnedWorse', 'u-agent']]);
  });

  test('that speaks of danger is told to somebody who leads as well, also where the case is major already', () => {
    const walk = new Walk('major');
    walk.state = { ...walk.state, suggestion: { grade: 'major', category: 'price_returns', rules: ['M2'] } };
    walk.decide('grade', 'agent', { grade: 'major', category: 'product_quality' });
    write(walk, reads('major', ['M2']));
    expect(flags(walk)).toBe(0);
    write(walk, reads('major', ['M1']));
    expect(told(walk, 'turnedWorse')).toEqual([
      ['turnedWorse', 'u-supervisor'],
      ['turnedWorse', 'role'],
    ]);
  });

  test('is flagged once for each grade, whether it has been judged or not', () => {
    const walk = inWork();
    write(walk, reads('important', ['I2']));
    write(walk, reads('important', ['I3']));
    expect(flags(walk)).toBe(1);
    write(walk, reads('major', ['M2']));
    expect(flags(walk)).toBe(2);
    walk.decide('regrade', 'supervisor', { grade: 'important', category: 'logistics', reason: text(6) });
    expect(walk.state.worse).toMatchObject({ grade: 'major', judged: true });
    const flagged = walk.events.findLast(({ type }) => type === 'turnedWorse');
    expect(flagged && isMoot(flagged, { kind: 'user', id: 'u-agent' }, walk.state)).toBe(true);
    write(walk, reads('major', ['M2']));
    write(walk, reads('general', []));
    expect(flags(walk)).toBe(2);
  });

  test('is flagged wherever the customer speaks, but not where they take it back', () => {
    const walk = inWork();
    walk.decide('chase', 'customer', { note: text(5), ...reads('important', ['I1']) });
    expect(walk.state.worse).toMatchObject({ grade: 'important', rules: ['I1'] });
    expect(told(walk, 'turnedWorse')).toEqual([['turnedWorse', 'u-agent']]);
    walk.decide('wantCallBack', 'customer', { via: 'link', note: text(6), ...reads('major', ['M4']) });
    expect(flags(walk)).toBe(2);
    walk.decide('withdraw', 'customer', { reason: text(7), ...reads('major', ['M1']) });
    expect(walk.state.outcome).toBe('withdrawn');
    expect(flags(walk)).toBe(2);
  });

  test('of danger raises the grade by itself only where the policy says so, and a person has still to judge it', () => {
    const policy = { ...HOUSE_POLICY, escalation: { ...HOUSE_POLICY.escalation, raiseOnDanger: true } };
    const walk = inWork(policy);
    write(walk, reads('major', ['M4']));
    expect(walk.state.grade).toBe('general');
    write(walk, reads('major', ['M1']));
    expect(walk.state).toMatchObject({ grade: 'major', worse: { grade: 'major', rules: ['M1'] } });
    expect(walk.state.worse?.judged).toBeUndefined();
    expect(walk.events.findLast(({ type }) => type === 'regraded')).toMatchObject({
      actor: { kind: 'system' },
      data: { grade: 'major', category: 'logistics', from: 'general', because: 'danger' },
    });
    const flagged = walk.events.findLast(({ type }) => type === 'turnedWorse');
    expect(flagged && isMoot(flagged, { kind: 'user', id: 'u-agent' }, walk.state)).toBe(false);
    walk.decide('regrade', 'supervisor', { grade: 'major', category: 'product_quality', reason: text(6) });
    expect(walk.state.worse?.judged).toBe(true);
    // Before the first grading whoever grades it sees the message.
    const fresh = new Walk('general', policy);
    write(fresh, reads('major', ['M1']));
    expect(fresh.state).toMatchObject({ grade: 'general', gradeConfirmed: false, worse: { rules: ['M1'] } });
  });

  test('that reads no worse, or is not read, is not flagged', () => {
    const walk = inWork();
    write(walk, reads('general', []));
    write(walk);
    expect(flags(walk)).toBe(0);
  });
});

describe('how the customer sounds', () => {
  const sounding = (sentiment: string) => ({ reads: { ...reads('general', []).reads, sentiment } });
  const lastNotice = (walk: Walk, kind: 'customerWrote' | 'chased') => {
    const found = walk.events.findLast(({ type }) => type === kind);
    return found && [isSoured(found), noticeWords(kind, found, walk.state, 'u-agent').zh];
  };

  test('is kept, and the one notice of a message says when it has turned', () => {
    const walk = inWork();
    write(walk, sounding('negative'));
    expect(lastNotice(walk, 'customerWrote')).toEqual([false, '客户留言']);
    write(walk, sounding('neutral'));
    expect(walk.state.mood).toBe('neutral');
    write(walk, sounding('negative'));
    expect(walk.state.mood).toBe('negative');
    expect(lastNotice(walk, 'customerWrote')).toEqual([true, '客户留言，语气转为不满']);
    write(walk, sounding('negative'));
    expect(lastNotice(walk, 'customerWrote')).toEqual([false, '客户留言']);
    write(walk);
    expect(walk.state.mood).toBe('negative');
    write(walk, sounding('positive'));
    walk.decide('chase', 'customer', { note: text(5), ...sounding('negative') });
    expect(lastNotice(walk, 'chased')).toEqual([true, '客户在催，语气转为不满']);
    expect(walk.events.filter(({ type }) => type === 'turnedWorse')).toEqual([]);
  });
});
