import { createActivities, type Activities } from '../../activities';
import type { User } from '../../src/db';
import type { CorrectiveActionState } from '../../src/domain/corrective-action';
import { newComplaint, oneLife, openedCase, openTestStores, type TestStores } from '../db/support';

let on: TestStores;
let activities: Activities;
beforeEach(async () => {
  on = await openTestStores();
  activities = createActivities({ stores: on.stores, config: { mailDomain: 'mail.example' } });
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
  });
  expect(await activities.prepareCase({ ...wanted, grade: 'major' })).toMatchObject({
    handler: { id: 'u-supervisor' },
  });
});

it('prepareCase: a house without staff still takes complaints', async () => {
  const input = newComplaint();
  await on.stores.complaints.accept(input);
  const prepared = await activities.prepareCase({ caseNo: input.caseNo, grade: 'general', repeatWithinMs: 1 });
  expect(prepared).toEqual({ repeatOf: [], handler: undefined });
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
