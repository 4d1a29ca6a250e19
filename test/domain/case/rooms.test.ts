import { event, type CaseEvent, type EventBody } from '../../../src/domain/case/events';
import { evolve } from '../../../src/domain/case/evolve';
import { isOldNews, responsibleFor, ROOM_KINDS, roomNews } from '../../../src/domain/case/rooms';
import type { CaseState } from '../../../src/domain/case/state';
import { Walk } from '../../channels/mail/walk';

/** Which rooms are told what of a case. */
const walk = (grade: 'general' | 'major' = 'general') =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '包装盒有点脏', customerName: '林晓梅', grade });
function newsOf({ events, options }: Walk) {
  let before: CaseState | undefined;
  return events.flatMap((one) => {
    const state: CaseState = evolve(before, one, options.caseNo);
    const news = roomNews(one, state, before);
    before = state;
    return news ? [{ ...news, type: one.type }] : [];
  });
}
const last = (made: Walk) => newsOf(made).at(-1);
const next = (made: Walk, body: EventBody): CaseEvent =>
  ({ ...body, seq: (made.state?.seq ?? 0) + 1, at: made.now, actor: { kind: 'system' } }) as CaseEvent;
const ESCALATED = event('escalated', { because: 'unassigned', to: 'supervisor' });

test('of a common complaint nothing is told; of a major one the house once, and its team as soon as it is theirs', () => {
  expect(newsOf(walk())).toEqual([]);
  expect(newsOf(walk('major'))).toEqual([
    { news: 'urgent', type: 'gradeSuggested', isUrgent: false, teams: [], isForHouse: true },
    { news: 'urgent', type: 'assigned', isUrgent: false, teams: ['after-sales'], isForHouse: false },
  ]);
});

test('a grade that is raised is told to both at once; handed to another team, to that team', () => {
  const made = walk();
  made.decide('grade', made.staff.lead, { grade: 'major', category: 'product_quality', reason: made.free('重') });
  expect(newsOf(made)[0]).toMatchObject({ news: 'urgent', teams: ['after-sales'], isForHouse: true });
  const state = made.state as CaseState;
  const handed = next(made, event('reassigned', { owner: 'u-x', role: 'agent', team: 'north', taskForce: [] }));
  expect(roomNews(handed, evolve(state, handed, state.caseNo), state)).toMatchObject({
    teams: ['north'],
    isForHouse: false,
  });
});

test('warned, broken and escalated promises are told, those of the customer are not', () => {
  const made = walk();
  made.dueUntil((state) => Object.values(state.clocks).some(({ breachedAt }) => breachedAt !== undefined));
  const told = newsOf(made);
  expect(told.map(({ news }) => news)).toEqual(expect.arrayContaining(['atRisk', 'broken', 'escalated']));
  expect(told.every(({ isUrgent, teams }) => !isUrgent && teams.includes('after-sales'))).toBe(true);
  const state = made.state as CaseState;
  const [clock] = Object.values(state.clocks);
  if (!clock) throw new Error('no clock');
  const ofCustomer = { ...clock, id: 'survey', promise: 'survey' as const };
  const breached = next(made, event('promiseBreached', { clock: 'survey', version: 1, dueAt: made.now }));
  expect(roomNews(breached, { ...state, clocks: { ...state.clocks, survey: ofCustomer } }, state)).toBeUndefined();
});

test('what is late in a major case, and danger to somebody, does not wait for quiet hours to end', () => {
  expect(last(walk('major').happen(ESCALATED))).toMatchObject({ news: 'escalated', isUrgent: true });
  const danger = event('turnedWorse', { grade: 'major', category: 'product_quality', rules: ['M1'], of: 1 });
  expect(last(walk().happen(danger))).toMatchObject({ news: 'urgent', isUrgent: true, isForHouse: true });
});

test('a request for help is told to the department that is asked', () => {
  const made = walk().happen(event('helpRequested', { taskId: 'h1', department: 'quality' }));
  expect(last(made)).toMatchObject({ news: 'help', teams: ['quality'] });
});

test('of a case about one of the staff nothing is told, nor why somebody was named', () => {
  const named = walk('major').happen(event('staffNamed', { people: [{ id: 'u-agent', at: [] }] }));
  const before = newsOf(named).length;
  named.happen(ESCALATED);
  expect(newsOf(named)).toHaveLength(before);
  expect(isOldNews('escalated', named.events.at(-1) as CaseEvent, named.state as CaseState)).toBe(true);
  expect(last(walk().happen(event('escalated', { because: 'named', to: 'supervisor' })))).toBeUndefined();
});

test('what has passed meanwhile is no news', () => {
  const made = walk('major');
  const [first] = made.events.filter(({ type }) => type === 'gradeSuggested') as [CaseEvent];
  const state = made.state as CaseState;
  expect(isOldNews('urgent', first, state)).toBe(false);
  expect(isOldNews('urgent', first, { ...state, grade: 'general' })).toBe(true);
  expect(isOldNews('urgent', first, { ...state, stage: 'archived' })).toBe(true);
  const late = walk().dueUntil(({ clocks }) =>
    Object.values(clocks).some(({ breachedAt }) => breachedAt !== undefined),
  );
  const broken = late.events.findLast(({ type }) => type === 'promiseBreached') as CaseEvent;
  const now = late.state as CaseState;
  expect(isOldNews('broken', broken, now)).toBe(false);
  const kept = Object.fromEntries(
    Object.entries(now.clocks).map(([id, one]) => [id, { ...one, status: 'late' as const }]),
  );
  expect(isOldNews('broken', broken, { ...now, clocks: kept })).toBe(true);
});

test('whoever has to act is called: the owner, whoever is asked, or nobody where several lead', () => {
  const made = walk();
  const state = made.state as CaseState;
  const of = (body: EventBody) => responsibleFor(next(made, body), state);
  expect(of(event('promiseBreached', { clock: 'resolution', version: 1, dueAt: made.now }))).toBe('u-agent');
  expect(of(event('helpRequested', { taskId: 'h1', department: 'quality', assignee: 'u-quality' }))).toBe('u-quality');
  expect(of(ESCALATED)).toBeUndefined();
  expect(of(event('escalated', { because: 'unassigned', to: 'person', person: 'u-boss' }))).toBe('u-boss');
});

test.each([
  ['wecom', 'li.na', 'li na'],
  ['dingtalk', '13800001111', '@all'],
  ['feishu', 'ou_7d8a', 'ou_<x>'],
  ['slack', 'U012AB3CD', 'lina'],
  ['teams', 'lina@house.example', 'lina'],
] as const)('%s: %s is a person, %s is not', (kind, good, bad) => {
  const { pattern } = ROOM_KINDS[kind].person;
  expect([pattern.test(good), pattern.test(bad)]).toEqual([true, false]);
});
