import { createActivities, type Activities } from '../../activities';
import type { User } from '../../src/db';
import type { CorrectiveActionState } from '../../src/domain/corrective-action/state';
import { event } from '../../src/domain/case/events';
import { fold } from '../../src/domain/case/evolve';
import { HOUSE_POLICY } from '../../src/domain/policy/house';
import { PROCESS_REVISION } from '../../src/domain/case/revision';
import { append, SYSTEM } from '../../src/domain/process/append';
import type { Routing } from '../../src/domain/staffing/routing';
import { newComplaint, oneLife, openedCase, openTestStores, type TestStores } from '../db/support';

let on: TestStores;
let activities: Activities;
beforeEach(async () => {
  on = await openTestStores();
  activities = createActivities({
    stores: on.stores,
    config: { mailDomain: 'mail.example' },
    senders: { isOurs: () => false, allowUnsigned: true },
  });
});
afterEach(() => on.close());

const staff = async (id: string, role: User['role'], team = 'after-sales'): Promise<void> =>
  on.stores.users.create({ id, name: id, email: `${id}@x.cn`, role, team, language: 'zh-CN', active: true });

it('appendEvents: a second run after an unreported first one changes nothing', async () => {
  const { caseNo } = newComplaint();
  const events = oneLife();
  await activities.appendEvents({ caseNo, events: events.slice(0, 9) });
  const mails = await on.stores.outbox.list(caseNo);
  await activities.appendEvents({ caseNo, events: events.slice(0, 9) });
  expect(await on.stores.ledger.events(caseNo)).toHaveLength(9);
  expect(await on.stores.outbox.list(caseNo)).toEqual(mails);
  expect(mails[0]?.messageId).toMatch(/@mail\.example>$/);
});

it('appendEvents: a gap is thrown plainly, so that it is retried and no case is lost', async () => {
  const run = activities.appendEvents({ caseNo: newComplaint().caseNo, events: oneLife().slice(3, 5) });
  const error = await run.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'LedgerGap' });
  expect(error).not.toHaveProperty('nonRetryable');
});

it('prepareCase: finds repeats and names a first handler that fits the suggested grade', async () => {
  await staff('u-agent', 'agent');
  await staff('u-supervisor', 'supervisor');
  const first = newComplaint({ customer: { name: '王', phone: '13800001111' } });
  const second = newComplaint({ customer: { name: '王', phone: '13800001111' } });
  for (const input of [first, second]) await on.stores.complaints.accept(input);
  const wanted = { caseNo: second.caseNo, repeatWithinMs: 86_400_000 };
  expect(await activities.prepareCase({ ...wanted, grade: 'general' })).toEqual({
    repeatOf: [first.caseNo],
    handler: { id: 'u-agent', role: 'agent', team: 'after-sales' },
    // The worker says which rules the case follows from its first task on.
    revision: PROCESS_REVISION,
  });
  expect(await activities.prepareCase({ ...wanted, grade: 'major' })).toMatchObject({
    handler: { id: 'u-supervisor' },
  });
});

it('prepareCase: whoever is named in the complaint is said, with where, and is not given it', async () => {
  const someone = async (id: string, name: string): Promise<void> =>
    on.stores.users.create({
      id,
      name,
      email: `${id}@x.cn`,
      role: 'agent',
      team: 'a',
      language: 'zh-CN',
      active: true,
    });
  await someone('u-1', '李娜');
  await someone('u-2', '王芳');
  const about = newComplaint();
  about.text.body = '你们的客服李娜说话很难听，挂我电话。';
  await on.stores.complaints.accept(about);
  const prepared = await activities.prepareCase({ caseNo: about.caseNo, grade: 'general', repeatWithinMs: 1 });
  expect(prepared).toMatchObject({
    named: [{ id: 'u-1', at: [{ in: 'text', from: 5, to: 7 }] }],
    handler: { id: 'u-2' },
  });
  // What goes to the workflow, and into the ledger, says where, never what.
  expect(JSON.stringify(prepared)).not.toContain('李');
});

it('prepareCase: a house without staff still takes complaints', async () => {
  const input = newComplaint();
  await on.stores.complaints.accept(input);
  const prepared = await activities.prepareCase({ caseNo: input.caseNo, grade: 'general', repeatWithinMs: 1 });
  expect(prepared).toEqual({ repeatOf: [], handler: undefined, revision: PROCESS_REVISION });
});

it('pickOwner: general an agent, important a supervisor, major a supervisor with a task force', async () => {
  await staff('u-agent', 'agent');
  await staff('u-supervisor', 'supervisor');
  await staff('u-quality', 'colleague', 'quality');
  await staff('u-logistics', 'colleague', 'logistics');
  const { caseNo } = newComplaint();
  const pick = (grade: 'general' | 'important' | 'major', against: string[] = []) =>
    activities.pickOwner({ caseNo, grade, against, exclude: [] });
  expect(await pick('general')).toMatchObject({ owner: { id: 'u-agent' }, taskForce: [] });
  expect(await pick('important')).toMatchObject({ owner: { id: 'u-supervisor' }, taskForce: [] });
  expect(await pick('major')).toMatchObject({ owner: { id: 'u-supervisor' }, taskForce: ['u-logistics', 'u-quality'] });
  expect(await pick('major', ['u-quality'])).toMatchObject({ taskForce: ['u-logistics'] });
  expect(await pick('important', ['u-supervisor'])).toEqual({ owner: undefined, taskForce: [] });
});

it('pickOwner for a task force alone: beside the owner the case keeps, and nobody else is picked for it', async () => {
  await staff('u-owner', 'supervisor');
  await staff('u-logistics', 'supervisor', 'logistics');
  await staff('u-quality', 'colleague', 'quality');
  await staff('u-sales', 'colleague', 'after-sales');
  await on.stores.users.change([{ id: 'u-logistics', change: { maxOpen: 1 } }]);
  const { caseNo } = newComplaint();
  const wanted = { caseNo, grade: 'major' as const, against: [], exclude: ['u-owner'] };
  expect(await activities.pickOwner({ ...wanted, taskForceFor: { owner: 'u-owner' } })).toEqual({
    taskForce: ['u-logistics', 'u-quality'],
  });
  // Nobody's turn was used, and nobody's place under their cap is taken.
  const { rows } = await on.database.pool.query('select id from users where last_assigned_at is not null');
  expect(rows).toEqual([]);
  const next = { caseNo: newComplaint().caseNo, grade: 'important' as const, against: [], exclude: ['u-owner'] };
  expect(await activities.pickOwner(next)).toMatchObject({ owner: { id: 'u-logistics' } });
  // Without an owner there is no department to leave out.
  const taskForce = ['u-owner', 'u-logistics', 'u-quality'];
  expect(await activities.pickOwner({ ...wanted, exclude: [], taskForceFor: {} })).toEqual({ taskForce });
});

it('pickOwner and prepareCase by routing: product and place are read where they are stored; nobody says why', async () => {
  const routing: Routing = {
    rules: [
      { when: { grades: ['major'] }, role: 'manager', departments: ['quality'] },
      { when: { productLines: ['ac'], regions: ['south'] }, role: 'supervisor', skills: ['cooling'] },
      { when: { grades: ['important'] }, role: 'supervisor' },
      { role: 'agent' },
    ],
    prefer: ['leastLoad'],
    productLines: [{ id: 'ac', words: ['空调'] }],
    regions: [{ id: 'south', words: ['广东'] }],
  };
  const route = { routing, category: 'other' as const, channel: 'web' as const, language: 'zh-CN' as const };
  await staff('u-agent', 'agent');
  await staff('u-supervisor', 'supervisor');
  await staff('u-manager', 'manager');
  await staff('u-quality', 'colleague', 'quality');
  await staff('u-logistics', 'colleague', 'logistics');
  const cold = newComplaint({ product: { name: '格力空调' }, place: '广东深圳' });
  const other = newComplaint({ product: { name: '格力空调' }, place: '北京' });
  for (const input of [cold, other]) await on.stores.complaints.accept(input);
  const pick = ({ caseNo }: { caseNo: string }, more: object = {}) =>
    activities.pickOwner({ caseNo, grade: 'general', against: [], exclude: [], route, ...more });
  const prepare = ({ caseNo }: { caseNo: string }) =>
    activities.prepareCase({ caseNo, grade: 'general', repeatWithinMs: 1, route });
  expect([await pick(cold), await prepare(cold)]).toEqual([
    { taskForce: [], why: 'nobody' },
    { repeatOf: [], handler: undefined, revision: PROCESS_REVISION },
  ]);
  await on.stores.users.change([{ id: 'u-supervisor', change: { skills: ['cooling'] } }]);
  expect([await pick(cold), (await prepare(cold)).handler]).toMatchObject([
    { owner: { id: 'u-supervisor' }, taskForce: [] },
    { id: 'u-supervisor' },
  ]);
  expect(await pick(cold, { against: ['u-supervisor'] })).toEqual({ taskForce: [], why: 'conflict' });
  expect(await pick(other)).toMatchObject({ owner: { id: 'u-agent' } });
  expect(await pick(other, { grade: 'major' })).toMatchObject({ owner: { id: 'u-manager' }, taskForce: ['u-quality'] });
  // The case keeps its owner and gets the departments that the rule for a major one names.
  expect(await pick(other, { grade: 'major', exclude: ['u-agent'], taskForceFor: { owner: 'u-agent' } })).toEqual({
    taskForce: ['u-quality'],
  });
  expect(await pick(other, { only: 'u-agent' })).toMatchObject({ owner: { id: 'u-agent' } });
  await on.stores.roster.addLeave({
    userId: 'u-agent',
    from: new Date(Date.now() - 1_000).toISOString(),
    to: new Date(Date.now() + 60_000).toISOString(),
    createdBy: 'u-agent',
  });
  expect([await pick(other), await pick(other, { only: 'u-agent' })]).toEqual([
    { taskForce: [], why: 'away' },
    { owner: undefined, taskForce: [] },
  ]);
});

it('pickOwner by routing: a newcomer waits behind whoever waits for the same people, one that was escalated does not', async () => {
  const route = {
    routing: { rules: [], prefer: [] },
    category: 'product_quality' as const,
    channel: 'phone' as const,
    language: 'zh-CN' as const,
  };
  await staff('u-agent', 'agent');
  const [old, young] = [newComplaint(), newComplaint({ receivedAt: '2026-11-22T05:00:00.000Z' })];
  for (const input of [old, young]) await on.stores.complaints.accept(input);
  const graded = append(
    fold(old.caseNo, openedCase(old.caseNo)),
    old.caseNo,
    [
      event('graded', { grade: 'general', category: 'product_quality', agreesWithSuggestion: true }),
      event('queued', { why: 'full' }),
    ],
    { at: '2026-11-22T01:00:00.000Z', actor: SYSTEM },
    HOUSE_POLICY,
  );
  await on.stores.ledger.append(old.caseNo, [...openedCase(old.caseNo), ...graded.events]);
  const pick = ({ caseNo }: { caseNo: string }, exclude: string[] = []) =>
    activities.pickOwner({ caseNo, grade: 'general', against: [], exclude, route });
  expect(await pick(young)).toEqual({ taskForce: [], why: 'ahead' });
  expect(await activities.prepareCase({ caseNo: young.caseNo, grade: 'general', repeatWithinMs: 1, route })).toEqual({
    repeatOf: [],
    revision: PROCESS_REVISION,
  });
  expect(await pick(old)).toMatchObject({ owner: { id: 'u-agent' } });
  expect(await pick(young, ['u-before'])).toMatchObject({ owner: { id: 'u-agent' } });
});

it('claimMerge: tells a refusal in both languages, and a repeat the same as the first time', async () => {
  const [a, b] = [newComplaint().caseNo, newComplaint().caseNo];
  const claim = (caseNo: string, into: string) =>
    activities.claimMerge({ caseNo, into, at: '2026-11-22T02:00:00.000Z', decisionId: 'decision-1' });
  expect((await claim(a, b)).refusal).toMatchObject({ code: 'merge_unknown' });
  for (const caseNo of [a, b]) await on.stores.ledger.append(caseNo, openedCase(caseNo));
  expect(await claim(a, b)).toEqual({});
  expect(await claim(a, b)).toEqual({});
  const { refusal } = await claim(b, a);
  expect(refusal?.code).toBe('merge_cycle');
  expect(refusal?.words.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(refusal?.words.en).toMatch(/[a-z]/);
});

it('saveAction: an older revision that arrives late changes nothing', async () => {
  const clock = {
    promise: 'review' as const,
    version: 1,
    status: 'running' as const,
    startedAt: '2026-11-22T00:00:00.000Z',
    lengthMs: 1,
    pausable: false,
    warnAt: [],
    warned: 0,
    pausedMs: 0,
    escalated: 0 as const,
  };
  const state: CorrectiveActionState = {
    id: 'C261122-7KQ4MX-A1',
    revision: 3,
    cases: ['C261122-7KQ4MX'],
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    status: 'started',
    plannedAt: '2026-11-22T00:00:00.000Z',
    startedAt: '2026-11-23T00:00:00.000Z',
    round: 1,
    clocks: {
      containment: { ...clock, id: 'containment', dueAt: '2026-11-25T00:00:00.000Z' },
      effectCheck: { ...clock, id: 'effectCheck', dueAt: '2026-12-23T00:00:00.000Z' },
    },
  };
  await activities.saveAction({ state });
  await activities.saveAction({ state: { ...state, revision: 2, status: 'planned' } });
  expect(await on.stores.actions.get(state.id)).toEqual({
    id: state.id,
    revision: 3,
    caseNos: state.cases,
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    status: 'started',
    startedAt: '2026-11-23T00:00:00.000Z',
    dueAt: '2026-11-25T00:00:00.000Z',
    checkAt: '2026-12-23T00:00:00.000Z',
    rounds: 1,
    state,
  });
  await activities.saveAction({ state: { ...state, revision: 4, status: 'ended' } });
  expect(await on.stores.actions.list({ open: true })).toEqual([]);
  expect(await on.stores.actions.list({ owner: 'u-quality', caseNo: 'C261122-7KQ4MX' })).toHaveLength(1);
  expect(
    await activities.measureEffect({
      cause: 'design',
      from: state.plannedAt,
      middle: state.plannedAt,
      to: state.plannedAt,
    }),
  ).toEqual({ before: 0, after: 0 });
});
