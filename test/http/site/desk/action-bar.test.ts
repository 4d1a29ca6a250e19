import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { GRADES, type Actor, type Grade } from '../../../../src/domain/basics/types';
import type { CaseState } from '../../../../src/domain/case/state';
import { DECISION_NAMES, type DecisionName } from '../../../../src/domain/decisions/catalogue';
import { HOUSE_POLICY } from '../../../../src/domain/policy/house';
import { awaited } from '../../../../src/domain/views/progress';
import { PROJECT_ROOT } from '../../../../src/paths';
import type { ActionRow } from '../../../../src/db/records';
import { actionBar, MET_CODES } from '../../../../src/http/site/desk/forms/action-bar';
import { DECISION_KEYS } from '../../../../src/http/site/desk/forms/keys';
import { ACTORS, opening, START, step, text, Walk, walkUntil } from '../../../domain/walk';
import { AGENT, answerFor, COLLEAGUE, EN, MANAGER, NOW, POLICY, stateWith, SUPERVISOR, ZH } from './fake-case';

type Staff = Extract<Actor, { kind: 'staff' }>;

/** A case of a grade in work, changed as the test wants it. An important or major one is a supervisor's. */
function inWork(grade: Grade, changes: Partial<CaseState> = {}): CaseState {
  const { id, role, team } = ownerOf(grade);
  return stateWith({
    ...opening(grade, START).state,
    gradeConfirmed: true,
    stage: 'resolve',
    owner: { id, role, team, provisional: false },
    accepted: true,
    respondedAt: START,
    ...changes,
  });
}
const ownerOf = (grade: Grade): Staff => (grade === 'general' ? AGENT : SUPERVISOR);

const proposal = (status: string, more: object = {}): Partial<CaseState> =>
  ({
    proposal: {
      id: 'p1',
      by: 'u-agent',
      remedies: [{ kind: 'refund', amount: 480 }],
      total: 480,
      solution: text(2),
      status,
      ...more,
    },
  }) as Partial<CaseState>;
const task = (more: object = {}) => ({ id: 'h1', department: 'quality', askedBy: 'u-agent', open: true, ...more });
const action = (status: string, more: object = {}) => ({
  id: 'a1',
  kind: 'urgent',
  owner: 'u-quality',
  status,
  ...more,
});

const bar = (state: CaseState, viewer: Staff, policy = HOUSE_POLICY, wording = ZH) =>
  actionBar(answerFor(state, viewer, { policy }), wording);

/** Each state a case can be in, what comes next for whom, and the words that say why. */
const STATES: [
  string,
  Partial<CaseState>,
  DecisionName | null,
  RegExp,
  'owner' | 'lead' | 'manager' | 'colleague' | 'helper',
][] = [
  ['received', { stage: 'receive' }, null, /^$/, 'owner'],
  [
    'to be graded',
    { stage: 'grade', gradeConfirmed: false },
    'grade',
    /^建议(一般|重要|重大)·产品质量：“跳闸”“发烫”，请确认$/,
    'owner',
  ],
  ['nobody’s', { stage: 'assign', owner: undefined, accepted: false }, 'assign', /还没有负责人/, 'lead'],
  ['assigned', { stage: 'assign', accepted: false }, 'accept', /接受后开始办理/, 'owner'],
  ['has lost its owner', { owner: undefined, respondedAt: START }, 'reassign', /没有负责人了/, 'lead'],
  ['nobody has spoken to the customer', { respondedAt: undefined }, 'respond', /还没有人联系过客户/, 'owner'],
  ['spoken to, not accepted', { accepted: false }, 'accept', /接受后继续办理/, 'owner'],
  ['facts to be found', {}, 'propose', /查明事实后提出方案/, 'owner'],
  ['another round', { round: 2 }, 'propose', /第 2 轮，重新提出方案/, 'owner'],
  [
    'paused',
    { paused: { reason: 'parts', until: '2026-11-26T08:00:00.000Z' } } as Partial<CaseState>,
    'resume',
    /等配件；等到了就恢复，最晚 11月26日 16:00 自动恢复/,
    'owner',
  ],
  ['help is open', { helpTasks: [task()] }, 'propose', /质量部还没有答复；方案可以先提/, 'owner'],
  ['help is open, for whom was asked', { helpTasks: [task()] }, 'answerHelp', /请您答复/, 'colleague'],
  ['help is answered', { helpTasks: [task({ open: false })] }, 'propose', /都已答复/, 'owner'],
  [
    'proposed above the limit',
    proposal('awaitingApproval'),
    'approve',
    /李娜提出的方案合计 480 元，等您审批/,
    'manager',
  ],
  [
    'awaits approval, help is open',
    { ...proposal('awaitingApproval'), helpTasks: [task()], taskForce: ['u-agent'] },
    null,
    /^$/,
    'helper',
  ],
  ['returned', proposal('returned'), 'propose', /被退回，改好再提/, 'owner'],
  ['offered', proposal('offered'), 'customerAnswer', /等客户答复/, 'owner'],
  ['unanswered', proposal('unanswered'), 'customerAnswer', /没有按时答复/, 'owner'],
  [
    'unanswered, and nobody has spoken to the customer',
    { ...proposal('unanswered'), respondedAt: undefined },
    'respond',
    /还没有人联系过客户/,
    'owner',
  ],
  ['declined', proposal('declined'), 'propose', /不接受上一个方案/, 'owner'],
  [
    'declined again',
    { ...proposal('declined'), held: { because: 'declined', by: 'supervisor' } } as Partial<CaseState>,
    'approve',
    /再次不接受/,
    'manager',
  ],
  [
    'a further round',
    { round: 3, held: { because: 'rounds', by: 'manager' } } as Partial<CaseState>,
    'approve',
    /第 3 轮，由您决定/,
    'manager',
  ],
  ['agreed', proposal('accepted'), 'carryOut', /已同意方案/, 'owner'],
  ['carried out', proposal('carriedOut'), 'resolve', /方案已执行，写明结果/, 'owner'],
  ['carried out, help is open', { ...proposal('carriedOut'), helpTasks: [task()] }, 'chase', /只等质量部答复/, 'owner'],
  [
    'found not substantiated',
    {
      notSubstantiated: { by: 'u-agent', status: 'awaitingApproval', reasons: text(3), evidence: [] },
    } as Partial<CaseState>,
    'approve',
    /李娜认定投诉不成立，请您复核/,
    'manager',
  ],
  [
    'confirmed not substantiated',
    {
      notSubstantiated: { by: 'u-agent', status: 'confirmed', reasons: text(3), evidence: [] },
    } as Partial<CaseState>,
    'resolve',
    /不成立的认定已复核/,
    'owner',
  ],
  [
    'a low score',
    {
      stage: 'feedback',
      followUp: { id: 'f1', status: 'open', notBy: ['u-agent', 'u-supervisor'], assignee: 'u-manager' },
    },
    'followUp',
    /评分低.*（安排给周主任）/,
    'manager',
  ],
  [
    'to be rated',
    { stage: 'feedback', survey: { id: 's1', status: 'open' } } as Partial<CaseState>,
    'recordSurvey',
    /请客户评价/,
    'owner',
  ],
  [
    'rated, to be revisited',
    {
      stage: 'feedback',
      survey: { id: 's1', status: 'closed' },
      revisit: { by: 'agent', dueAt: '2026-11-27T08:00:00.000Z', status: 'planned' },
    } as Partial<CaseState>,
    'recordRevisit',
    /最晚 11月27日 16:00/,
    'owner',
  ],
  [
    'revisited by a supervisor',
    {
      stage: 'revisit',
      revisit: { by: 'supervisor', dueAt: '2026-11-27T08:00:00.000Z', status: 'planned' },
    } as Partial<CaseState>,
    'recordRevisit',
    /主管一对一回访/,
    'lead',
  ],
  [
    'a systemic cause',
    {
      stage: 'review',
      rootCause: { fishbone: 'method', cause: 'process_gap', systemic: true },
      actions: [],
    } as Partial<CaseState>,
    'planAction',
    /要有纠正措施/,
    'owner',
  ],
  [
    'an action to be started',
    {
      stage: 'review',
      rootCause: { fishbone: 'method', cause: 'process_gap', systemic: true },
      actions: [action('planned')],
    } as Partial<CaseState>,
    'startAction',
    /还没有开始/,
    'owner',
  ],
  [
    'an action under way',
    {
      stage: 'review',
      rootCause: { fishbone: 'method', cause: 'process_gap', systemic: true },
      actions: [action('started')],
    } as Partial<CaseState>,
    null,
    /^$/,
    'lead',
  ],
  [
    'all is done',
    {
      stage: 'review',
      rootCause: { fishbone: 'method', cause: 'process_gap', systemic: false },
      actions: [],
    } as Partial<CaseState>,
    'archive',
    /都已结束/,
    'owner',
  ],
  ['archived', { stage: 'archived', outcome: 'upheld', archivedAt: START } as Partial<CaseState>, null, /^$/, 'owner'],
];

describe.each(GRADES)('a %s complaint', (grade) => {
  const viewers = {
    owner: ownerOf(grade),
    // On the task force, and an agent: may not approve.
    helper: AGENT,
    lead: SUPERVISOR,
    manager: MANAGER,
    colleague: COLLEAGUE,
  };
  test.each(STATES)('%s', (_name, changes, decision, reason, who) => {
    const { next, waitsFor } = bar(inWork(grade, changes), viewers[who]);
    expect([next?.decision ?? null, next?.reason ?? '']).toEqual([decision, expect.stringMatching(reason)]);
    expect(waitsFor).not.toBe('');
  });
});

test('an action is verified once its check is due, and by whoever leads', () => {
  const state = inWork('general', {
    stage: 'review',
    rootCause: { fishbone: 'method', cause: 'process_gap', systemic: true },
    actions: [action('started')],
  } as Partial<CaseState>);
  const next = (viewer: Staff, checkAt: string) => {
    const row = {
      id: 'a1',
      revision: 1,
      caseNos: [],
      kind: 'urgent',
      owner: 'u-quality',
      cause: 'process_gap',
    } as const;
    const actionRows = [{ ...row, status: 'started', checkAt, rounds: 1 } as unknown as ActionRow];
    return actionBar(answerFor(state, viewer, { parts: { actionRows } }), ZH).next;
  };
  expect(next(SUPERVISOR, '2026-11-20T00:00:00.000Z')).toMatchObject({
    decision: 'verifyAction',
    reason: '效果检查到期：a1',
  });
  expect(next(SUPERVISOR, '2026-12-20T00:00:00.000Z')).toBeNull();
  expect(next(AGENT, '2026-11-20T00:00:00.000Z')).toBeNull();
});

test('a customer who wants to be called comes first, and it says when', () => {
  const callBack = { at: START, from: '2026-11-24T07:00:00.000Z', to: '2026-11-24T09:00:00.000Z' };
  const next = (changes: Partial<CaseState>, viewer: Staff, wording = ZH) =>
    bar(inWork('general', changes), viewer, HOUSE_POLICY, wording).next;
  expect(next({ callBack }, AGENT)).toMatchObject({
    decision: 'respond',
    reason: '客户要求回电：今天 15:00 以后、今天 17:00 以前',
  });
  expect(next({ callBack }, AGENT, EN)?.reason).toBe(
    'The customer wants to be called after today, 15:00 and before today, 17:00',
  );
  expect(next({ callBack: { at: START } }, AGENT)?.reason).toBe('客户要求回电');
  expect(next({ callBack, helpTasks: [task()] }, COLLEAGUE)?.decision).toBe('answerHelp');
});

test('the reason says by when, and when that is over', () => {
  const reason = (dueAt: string, wording = ZH) => {
    const { clocks } = opening('general', START).state;
    const firstResponse = { ...(clocks.firstResponse as CaseState['clocks'][string]), dueAt };
    const state = inWork('general', { respondedAt: undefined, clocks: { ...clocks, firstResponse } });
    return bar(state, AGENT, HOUSE_POLICY, wording).next?.reason;
  };
  expect(reason('2026-11-24T07:00:00.000Z')).toBe('还没有人联系过客户，最晚 今天 15:00');
  expect(reason('2026-11-24T06:00:00.000Z')).toBe('还没有人联系过客户，已超时');
  expect(reason('2026-11-24T06:00:00.000Z', EN)).toBe('Nobody has spoken to the customer yet; overdue');
});

test('a root cause that the grade asks for comes before the archive', () => {
  const { next } = bar(inWork('major', { stage: 'review' }), SUPERVISOR);
  expect([next?.decision, next?.reason]).toEqual(['recordRootCause', '归档以前先查明根因']);
});

test('a form of the policy that is missing comes first, each form with a button of its own', () => {
  const { next, others, more } = bar(inWork('general'), AGENT, POLICY);
  expect(next).toMatchObject({ decision: 'fillForm', form: 'inspection', label: '填写上门检测' });
  expect([...others, ...more].map(({ decision }) => decision)).not.toContain('propose');
});

test('buttons stand in the order of the catalogue, four beside the next one', () => {
  const { next, others, more, reply, note } = bar(inWork('general'), AGENT);
  expect([next?.decision, next?.label, next?.key]).toEqual(['propose', '提出方案', 'P']);
  expect(others.map(({ label, key }) => [label, key])).toEqual([
    ['响应客户', null],
    ['添加证据', null],
    ['请求协助', 'H'],
    ['不成立', null],
  ]);
  expect(more.find(({ decision }) => decision === 'chase')?.key).toBe('U');
  const order = [...others, ...more].map(({ decision }) => DECISION_NAMES.indexOf(decision));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect([reply, note].map((box) => [box?.decision, box?.key])).toEqual([
    ['write', 'R'],
    ['note', 'N'],
  ]);
});

test('the first answer has the key of the reply while it is the next thing', () => {
  const { next, reply } = bar(inWork('general', { respondedAt: undefined }), AGENT);
  expect([next?.decision, next?.key, reply?.key]).toEqual(['respond', 'R', null]);
});

test('why not yet: each thing that is missing, and what meets it', () => {
  const { waiting } = bar(inWork('general', { ...proposal('accepted'), helpTasks: [task()] }), AGENT);
  expect(waiting.find(({ decision }) => decision === 'resolve')).toEqual({
    decision: 'resolve',
    label: '办结',
    because: '还有 1 项协同任务没有答复，先催办或撤回它',
    meets: { decision: 'chase', place: 'help' },
  });
  // That a case is not paused is nothing to be done.
  expect(waiting.map(({ decision }) => decision)).not.toContain('resume');
  const held = bar(inWork('general', proposal('awaitingApproval')), AGENT).waiting;
  expect(held.find(({ decision }) => decision === 'propose')?.meets).toEqual({ decision: null, place: 'proposal' });
});

test('in English buttons and reasons are whole sentences of their own', () => {
  const { next, others } = bar(inWork('general', { helpTasks: [task()] }), AGENT, HOUSE_POLICY, EN);
  expect([next?.label, next?.reason]).toEqual([
    'Propose',
    'Quality has not answered yet; you may propose now or wait for it',
  ]);
  for (const { label } of others) expect(label).toMatch(/^[A-Z]/);
});

test('each key opens decisions of the catalogue, and no key stands twice', () => {
  expect(new Set(DECISION_KEYS.map(({ key }) => key)).size).toBe(DECISION_KEYS.length);
  for (const { key, code } of DECISION_KEYS) expect(code).toBe(`Key${key}`);
});

test('every refusal that the list of missing things knows is one that a decision gives', () => {
  const folder = join(PROJECT_ROOT, 'src/domain/decisions');
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const unknown = MET_CODES.filter((code) => !sources.some((source) => source.includes(`'${code}'`)));
  expect(unknown).toEqual([]);
});

/**
 * Where the next decision of a person is another one than what the case waits for: whoever handles a case can go on
 * while a department has not answered, and asks a customer who is silent.
 */
const GOES_ON: readonly DecisionName[] = ['answerHelp', 'propose'];

test('wherever a case gets, the next decision may be taken, and is what the case waits for', () => {
  const met = new Set<DecisionName>();
  walkUntil(
    () => met.size > 6,
    () =>
      fc.assert(
        fc.property(fc.constantFrom(...GRADES), fc.array(step, { minLength: 10, maxLength: 60 }), (grade, steps) => {
          const walk = new Walk(grade);
          for (const one of steps) {
            const before = walk.events.length;
            walk.take(one);
            if (walk.events.length === before) continue;
            const wanted = awaited(walk.state, walk.policy).decision;
            for (const viewer of [ACTORS.agent, ACTORS.supervisor, ACTORS.manager, ACTORS.colleague]) {
              const answer = answerFor(walk.state, viewer, { policy: walk.policy });
              const { next } = actionBar(answer, { language: 'zh-CN', now: NOW });
              const possible = answer.allowed.map(({ decision }) => decision);
              if (next) {
                expect(possible).toContain(next.decision);
                expect(next.reason).not.toBe('');
                met.add(next.decision);
              }
              if (wanted && possible.includes(wanted) && !GOES_ON.includes(wanted)) {
                expect([walk.state.stage, viewer.id, next?.decision]).toEqual([walk.state.stage, viewer.id, wanted]);
              }
            }
          }
        }),
        { numRuns: 25 },
      ),
  );
  expect(met.size).toBeGreaterThan(6);
});
