import fc from 'fast-check';
import { storyOf, type StoryParts } from '../../../src/cases/case/story';
import type { StoryEntry } from '../../../src/cases/case/story-answers';
import { STORY_FILTERS, type StoryFilter } from '../../../src/cases/case/story-kinds';
import { staffIn } from '../../../src/cases/case/story-read';
import { SENTENCES } from '../../../src/cases/case/story-words';
import { event, type CaseEvent, type EventBody, type EventType } from '../../../src/domain/case/events';
import { PROMISE_WORDS } from '../../../src/domain/promises/names';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { SYSTEM } from '../../../src/domain/process/append';
import { GRADES, type Actor, type Instant } from '../../../src/domain/basics/types';
import { setHouse } from '../../../src/house';
import { rehearseOne } from '../../../src/domain/rehearsal/rehearsal';
import { scenariosFor } from '../../../src/domain/rehearsal/scenario';
import { PEOPLE } from '../../domain/rehearsal/people';
import { ACTORS, CASE_NO, START, step, text, Walk } from '../../domain/walk';

beforeAll(() => setHouse({ zone: 'Asia/Shanghai', currency: 'CNY' }));

const NAMES: Record<string, { zh: string; en: string }> = {
  'u-agent': { zh: '李娜', en: 'Li Na' },
  'u-agent2': { zh: '张伟', en: 'Zhang Wei' },
  'u-supervisor': { zh: '刘敏', en: 'Liu Min' },
  'u-supervisor2': { zh: '周敏', en: 'Zhou Min' },
  'u-manager': { zh: '何立', en: 'He Li' },
  'u-quality': { zh: '陈工', en: 'Chen Gong' },
};
const OTHER = 'C261120-7KQ4MX';

/** A story's parts over a ledger; every policy version is the house's. */
const partsOf = (events: readonly CaseEvent[], change: Partial<StoryParts> = {}): StoryParts => ({
  caseNo: CASE_NO,
  events,
  record: {
    customer: { id: 'c', name: 'Ms Wang' },
    suggestion: {
      grade: 'major',
      category: 'product_quality',
      reasons: [{ rule: 'M1', words: ['sparks'] }],
      engine: 'rules@1',
    },
  },
  policyOf: (version) => ({ ...HOUSE_POLICY, version }),
  nameOf: (id) => NAMES[id] ?? { zh: id, en: id },
  texts: new Map(),
  evidence: [],
  seen: new Set([OTHER]),
  now: '2026-11-24T06:26:00.000Z',
  ...change,
});

const ALL = { afterSeq: 0, filter: 'all' as StoryFilter, most: 100_000 };
const entriesOf = (parts: StoryParts, page = ALL): StoryEntry[] =>
  storyOf(parts, page).days.flatMap(({ groups }) => groups.flatMap(({ entries }) => entries));

/** A ledger of our own: the receipt, and what happens after it, a minute apart. */
function ledger(
  bodies: readonly (EventBody & { by?: Actor; at?: Instant })[],
  grade: (typeof GRADES)[number] = 'major',
) {
  const events = [...new Walk(grade).events];
  let at = Date.parse(START);
  for (const { by = SYSTEM, at: then, ...body } of bodies) {
    at = then === undefined ? at + 60_000 : Date.parse(then);
    events.push({ ...body, seq: events.length + 1, at: new Date(at).toISOString(), actor: by } as CaseEvent);
  }
  return events;
}

/** Those that no walk of the rules alone comes to. */
const RARE: EventBody[] = [
  event('repeatFound', { of: [OTHER, 'C261120-UNSEEN'] }),
  event('staffNamed', { people: [{ id: 'u-quality', at: [{ in: 'text', from: 0, to: 2 }] }] }),
  event('queued', { why: 'away' }),
  event('taskForceOpened', { members: ['u-quality', 'u-agent2'] }),
  event('actionPlanned', {
    actionId: 'CA-1',
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    description: text(1),
  }),
  event('actionWarned', { actionId: 'CA-1', dueAt: START, promise: 'containment' }),
  event('actionBreached', { actionId: 'CA-1', dueAt: START, promise: 'containment' }),
  event('actionMeasured', { actionId: 'CA-1', before: 4, after: 1, reached: true, round: 1 }),
  event('actionEnded', { actionId: 'CA-1', rounds: 2 }),
  event('absorbed', { from: OTHER }),
  event('mailFailed', { mail: 'receipt', to: 'customer', of: 2 }),
  event('mailFailed', { mail: 'assigned', to: 'staff', of: 2 }),
  event('decisionRefused', { decision: 'chase', code: 'chase_gap' }),
  event('decisionRefused', { decision: 'unheardOf', code: 'x' }),
  event('signalRefused', { signal: 'report', actionId: 'CA-1' }),
  event('cancelRequested', {}),
  event('cancelRequested', { actionId: 'CA-1' }),
  event('surveyReminded', { surveyId: 's1' }),
  event('resumed', { because: 'time' }),
  event('resumed', { because: 'customer' }),
  event('customerWrote', { via: 'phone', text: text(2) }),
  event('callBackWanted', { via: 'link' }),
  event('callBackWanted', { via: 'link', from: '2026-11-25T01:00:00.000Z', to: '2026-11-25T02:00:00.000Z' }),
  event('turnedWorse', { grade: 'major', category: 'product_quality', rules: ['M1'], of: 3 }),
  event('turnedWorse', { grade: 'important', category: 'product_quality', rules: ['I2'], of: 3 }),
  event('noted', { text: text(2), mentions: ['u-agent', 'u-agent2'] }),
  event('reassigned', { owner: 'u-agent2', role: 'agent', team: 'after-sales', from: 'u-agent', taskForce: [] }),
  event('actionStarted', { actionId: 'CA-1' }),
  event('formFilled', { form: 'unknown', values: text(2) }),
  event('withdrawn', { reason: text(3) }),
  event('followUpOpened', { followUpId: 'f1', notBy: ['u-agent'] }),
  event('followUpAssigned', { followUpId: 'f1', assignee: 'u-supervisor' }),
  event('followedUp', { followUpId: 'f1', satisfied: false, report: text(4) }),
  event('actionVerified', { actionId: 'CA-1', reached: false, report: text(4), early: text(5) }),
  event('rejected', { subject: 'proposal', proposalId: 'p1', reason: text(4) }),
  event('rejected', { subject: 'notSubstantiated', reason: text(4) }),
  event('customerAnswered', { proposalId: 'p1', accepted: true, via: 'policy' }),
  event('customerAnswered', { proposalId: 'p1', accepted: false, via: 'phone' }),
  event('chainStopped', { clock: 'firstResponse', version: 1 }),
  ...(['supervisor', 'manager', 'owner'] as const).map((to) => event('escalated', { because: 'rounds', to })),
  ...(['declined', 'unassigned', 'action', 'reopened', 'repeat', 'named', 'complainedOf', 'gradedDown'] as const).map(
    (because) => event('escalated', { because, to: 'person', person: 'u-manager', action: 'reassign' }),
  ),
  event('imported', {
    importId: '7d0f0a52-0000-8000-8000-000000000000',
    grade: 'important',
    category: 'logistics',
    isGraded: true,
    outcome: 'upheld',
    cause: 'unknown',
    resolvedAt: START,
    closedAt: START,
    summary: text(6),
    history: text(7),
  }),
];

/** What no sentence may hold: what was not there, ids of people, texts, clocks and tasks, names of the code, braces. */
const NOT_SAID =
  /undefined|null|NaN|\[object|[{}<>]|\bu-|CA-1|UNSEEN|0000-8000|\b[hpsf]\d+\b|:h\d|[a-z]_[a-z]|[a-z][A-Z](?!a)|Invalid/;

describe('the sentences of a ledger', () => {
  const met = new Map<EventType, StoryEntry[]>();
  beforeAll(() => {
    const ledgers: CaseEvent[][] = [ledger(RARE.map((body) => ({ ...body })))];
    for (const scenario of scenariosFor(HOUSE_POLICY, START)) {
      ledgers.push(rehearseOne(HOUSE_POLICY, PEOPLE, scenario).events);
    }
    for (const [index, grade] of GRADES.entries()) {
      for (const steps of fc.sample(fc.array(step, { minLength: 120, maxLength: 160 }), {
        numRuns: 8,
        seed: 7 + index,
      })) {
        const walk = new Walk(grade);
        for (const one of steps) walk.take(one);
        ledgers.push(walk.events);
      }
    }
    for (const events of ledgers) {
      // Only the names that the use case asks for.
      const asked = new Set(events.flatMap(staffIn));
      const nameOf = (id: string) => (asked.has(id) ? NAMES[id] : undefined) ?? { zh: id, en: id };
      for (const entry of entriesOf(partsOf(events, { nameOf }))) {
        const type = entry.type as EventType;
        const known = met.get(type) ?? [];
        met.set(type, [...known, entry].slice(-200));
      }
    }
  });

  test('are there for every type of event, each of which was met', () => {
    expect(Object.keys(SENTENCES).filter((type) => !met.has(type as EventType))).toEqual([]);
  });

  test('name people and things, never ids or what is not there, in both languages', () => {
    for (const [type, entries] of met) {
      for (const { words, quotes, promise, by } of entries) {
        for (const said of [words, ...quotes.map(({ what }) => what), ...(promise ? [promise.name] : []), by.name]) {
          expect({ type, ...said, wrong: [NOT_SAID.exec(said.zh)?.[0], NOT_SAID.exec(said.en)?.[0]] }).toEqual({
            type,
            ...said,
            wrong: [undefined, undefined],
          });
          expect(said.zh).not.toBe('');
        }
        expect(words.zh).toMatch(/\p{Script=Han}/u);
        expect(words.en).not.toMatch(/\p{Script=Han}/u);
        expect(words.en).toMatch(/^[A-Z0-9“]/);
      }
    }
  });

  test('name the promise that they are about, also after it has ended', () => {
    const stops = met.get('promiseStopped') ?? [];
    expect(stops.length).toBeGreaterThan(10);
    expect(stops.filter(({ promise }) => promise?.name.zh === PROMISE_WORDS.further.zh)).toEqual([]);
  });
});

describe('an entry', () => {
  const anna = ACTORS.agent;
  const one = (body: EventBody & { by?: Actor }, change?: Partial<StoryParts>): StoryEntry => {
    const entry = entriesOf(partsOf(ledger([body]), change)).at(-1);
    if (!entry) throw new Error('no entry');
    return entry;
  };

  test('says money, people and grades as a person does', () => {
    const solution = text(9);
    const remedies = [
      { kind: 'refund' as const, amount: 480 },
      { kind: 'apology' as const, amount: 0 },
    ];
    const proposed = { proposalId: 'p1', remedies, total: 480, solution, needsApproval: true };
    expect(one({ ...event('proposed', proposed), by: anna }).words).toEqual({
      zh: '李娜提出方案：退款 480 元、向客户道歉，合计 480 元，等审批',
      en: 'Li Na proposed a solution: a refund of CN¥480, an apology to the customer, CN¥480 in all, which has to be approved',
    });
    const graded = { grade: 'important' as const, category: 'logistics' as const, agreesWithSuggestion: false };
    expect(one({ ...event('graded', { ...graded, against: ['u-quality'] }), by: anna }).words).toEqual({
      zh: '李娜定为重要 · 物流；系统建议的是重大 · 产品质量；投诉的是陈工',
      en: 'Li Na graded it important, logistics; suggested was major, product quality; it is about Chen Gong',
    });
  });

  test('quotes its texts, null once they are erased, and marks what the customer never sees', () => {
    const noted = { ...event('noted', { text: text(5) }), by: anna };
    expect(one(noted)).toMatchObject({ kind: 'note', private: true, quotes: [{ text: null }] });
    const texts = new Map([[text(5).textId, { body: '同批次已有 4 件' }]]);
    expect(one(noted, { texts }).quotes).toEqual([{ what: { zh: '备注', en: 'note' }, text: '同批次已有 4 件' }]);
    expect(one({ ...event('accepted', {}), by: anna }).private).toBeUndefined();
  });

  test('shows its file by name, size and the beginning of its hash', () => {
    const file = {
      evidenceId: text(6).textId,
      caseNo: CASE_NO,
      sha256: '3c9782aa'.padEnd(64, '0'),
      bytes: 1_500_000,
      mediaType: 'image/png',
      fileName: '铭牌.png',
      namedAs: null,
      addedBy: 'customer',
      addedAt: START,
    };
    const added = {
      ...event('evidenceAdded', { evidenceId: file.evidenceId, sha256: file.sha256 }),
      by: ACTORS.customer,
    };
    const entry = one(added, { evidence: [file] });
    expect(entry.words.zh).toBe('Ms Wang补充了 1 份证据');
    expect(entry.files).toEqual([
      { evidenceId: file.evidenceId, name: '铭牌.png', mediaType: 'image/png', size: '1.4 MB', hash: '3c9782aa' },
    ]);
  });

  test('is a decision only if somebody of the staff took it', () => {
    const graded = event('graded', { grade: 'general', category: 'other', agreesWithSuggestion: true });
    expect(one(graded).kind).toBe('machine');
    expect(one({ ...graded, by: anna }).kind).toBe('decision');
    expect(one({ ...event('withdrawn', { reason: text(1) }), by: ACTORS.customer }).kind).toBe('message');
  });

  test('names another case only to whoever may see it', () => {
    const merged = { ...event('merged', { into: OTHER, reason: text(1) }), by: anna };
    expect(one(merged).words.zh).toBe(`李娜把这件并入 ${OTHER}`);
    expect(JSON.stringify(one(merged, { seen: new Set() }))).not.toContain(OTHER);
  });

  test('says by how much a promise was kept or missed', () => {
    const walk = new Walk('major');
    const clock = walk.state.clocks.firstResponse;
    if (!clock) throw new Error('no clock');
    const stop = (verdict: 'met' | 'late', ms: number) => {
      const at = new Date(Date.parse(clock.dueAt) + ms).toISOString();
      const stopped = event('promiseStopped', { clock: 'firstResponse', verdict });
      return entriesOf(partsOf(ledger([{ ...stopped, at }]))).at(-1)?.words.zh;
    };
    expect(stop('met', -80_000)).toBe('首次响应按时完成，提前1分');
    expect(stop('late', 146 * 60_000)).toBe('首次响应超时2小时26分完成');
  });
});

describe('a story', () => {
  const warned = event('promiseWarned', {
    clock: 'resolution',
    version: 1,
    point: 0.5,
    dueAt: '2026-11-24T01:00:00.000Z',
  });
  const told = event('escalated', { because: 'promise', to: 'owner', clock: 'resolution', version: 1, step: 0 });
  const breach = event('promiseBreached', { clock: 'resolution', version: 1, dueAt: '2026-11-24T01:00:00.000Z' });
  const noted = { ...event('noted', { text: text(5) }), by: ACTORS.agent };

  test('stands by days of the house, today named', () => {
    const events = ledger([
      { ...noted, at: '2026-11-23T15:59:00.000Z' },
      { ...noted, at: '2026-11-23T16:01:00.000Z' },
    ]);
    const heads = storyOf(partsOf(events), ALL).days.map(({ date, head }) => [date, head.zh, head.en]);
    expect(heads).toEqual([
      ['2026-11-22', '11月22日 星期日', 'Sun 22 Nov'],
      ['2026-11-23', '11月23日 星期一', 'Mon 23 Nov'],
      ['2026-11-24', '今天 11月24日 星期二', 'Today, Tue 24 Nov'],
    ]);
  });

  test('tells what the system repeats in a row once, and breaks of promises by themselves', () => {
    const events = ledger([warned, told, told, breach, warned, noted, warned]);
    const groups = storyOf(partsOf(events), { ...ALL, afterSeq: events.length - 7 }).days.flatMap((day) => day.groups);
    expect(groups.map(({ folded, entries }) => [folded?.zh, entries.length])).toEqual([
      ['系统提醒了 3 次', 3],
      [undefined, 1],
      [undefined, 1],
      [undefined, 1],
      [undefined, 1],
    ]);
  });

  test('folds nothing across midnight', () => {
    const events = ledger([
      { ...warned, at: '2026-11-23T15:59:00.000Z' },
      { ...warned, at: '2026-11-23T16:01:00.000Z' },
    ]);
    const days = storyOf(partsOf(events), ALL).days.slice(-2);
    expect(days.map(({ groups }) => groups.map(({ folded }) => folded))).toEqual([[undefined], [undefined]]);
  });

  test('is narrowed by each filter, and the filters leave out what is none of theirs', () => {
    const respond = { ...event('responded', { via: 'phone', text: text(1) }), by: ACTORS.agent };
    const graded = event('graded', { grade: 'general', category: 'other', agreesWithSuggestion: true });
    const events = ledger([noted, respond, warned, { ...graded, by: ACTORS.agent }]);
    const kinds = STORY_FILTERS.map((filter) => [
      filter,
      new Set(entriesOf(partsOf(events), { ...ALL, filter }).map(({ kind }) => kind)),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      all: new Set(['message', 'machine', 'promise', 'note', 'decision']),
      contact: new Set(['message']),
      notes: new Set(['note']),
      decisions: new Set(['decision']),
      promises: new Set(['promise']),
    });
  });

  test('comes in pages that follow each other without a gap', () => {
    const events = ledger(Array.from({ length: 20 }, () => noted));
    const seqs: number[] = [];
    let next: number | undefined = 0;
    while (next !== undefined) {
      const page: ReturnType<typeof storyOf> = storyOf(partsOf(events), { ...ALL, afterSeq: next, most: 7 });
      const found = page.days.flatMap(({ groups }) => groups.flatMap(({ entries }) => entries.map(({ seq }) => seq)));
      expect(found.length).toBeLessThanOrEqual(7);
      seqs.push(...found);
      next = page.next;
    }
    expect(seqs).toEqual(events.map(({ seq }) => seq));
  });
});

describe('what the customer’s words read like', () => {
  const reading = (grade: (typeof GRADES)[number], sentiment: 'negative' | 'neutral', rule: string, said: string) => ({
    body: said,
    reading: { grade, sentiment, category: 'other' as const, reasons: [{ rule, words: [said] }], engine: 'x' },
  });
  const wrote = (n: number) => ({ ...event('customerWrote', { via: 'link', text: text(n) }), by: ACTORS.customer });
  const texts = new Map([
    [text(3).textId, reading('general', 'neutral', 'logistics', '明天在家')],
    [text(4).textId, reading('major', 'negative', 'M4', '找媒体')],
    [text(5).textId, reading('important', 'negative', 'I1', '没人理')],
    [text(6).textId, reading('major', 'negative', 'M3', '邻居也是')],
  ]);
  const graded = event('graded', { grade: 'important', category: 'other', agreesWithSuggestion: false });
  const events = ledger([{ ...graded, by: ACTORS.agent }, wrote(3), wrote(4), wrote(5), wrote(6), wrote(7)]);
  const parts = partsOf(events, { texts });

  test('stands with each entry, and warns of what is worse than the case was graded, or leaves the house', () => {
    const said = entriesOf(parts).filter(({ type }) => type === 'customerWrote');
    expect(said.map(({ reading: read }) => read?.sentiment)).toEqual([
      'neutral',
      'negative',
      'negative',
      'negative',
      undefined,
    ]);
    expect(said.map(({ reading: read }) => read?.warnings)).toEqual([
      [],
      [
        {
          rule: 'M4',
          about: { zh: '要找媒体、监管、律师或法院', en: 'media, regulator, lawyer or court' },
          words: ['找媒体'],
        },
      ],
      // As high as the case is.
      [],
      [{ rule: 'M3', about: { zh: '涉及多人', en: 'many are affected' }, words: ['邻居也是'] }],
      undefined,
    ]);
    const asMajor = event('graded', { grade: 'major', category: 'other', agreesWithSuggestion: true });
    const major = ledger([{ ...asMajor, by: ACTORS.agent }, wrote(4), wrote(6)]);
    const rules = entriesOf(partsOf(major, { texts })).flatMap(
      ({ reading: read }) => read?.warnings.map(({ rule }) => rule) ?? [],
    );
    expect(rules).toEqual(['M4']);
  });

  test('is told for the whole case, whatever the page shows', () => {
    const seqs = events.filter(({ type }) => type === 'customerWrote').map(({ seq }) => seq);
    const { moods, days } = storyOf(parts, { afterSeq: 0, filter: 'notes', most: 1 });
    expect(days).toEqual([]);
    expect(moods.map(({ seq, sentiment }) => [seq, sentiment])).toEqual([
      [seqs[0], 'neutral'],
      [seqs[1], 'negative'],
      [seqs[2], 'negative'],
      [seqs[3], 'negative'],
    ]);
  });
});
