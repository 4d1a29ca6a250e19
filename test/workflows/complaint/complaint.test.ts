import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { CaseEvent } from '../../../src/domain/case/events';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { decide } from '../../../src/domain/decisions/decide';
import { ACTORS, text } from '../../domain/walk';
import { waitUntil } from '../../support/processes';
import { actionHandle, createSuite, DAY, HOUR, inputFor, nextCaseNo, type OpenCase, type Suite } from '../support';

let suite: Suite;
beforeAll(async () => {
  suite = await createSuite();
});
afterAll(() => suite.close());

const remedy = (amount: number) => ({
  remedies: [{ kind: 'refund', amount }],
  solution: text(10),
  findings: text(11),
});
const resolution = { outcome: 'upheld', cause: 'manufacturing', summary: text(12) };
const survey = (total: number) => ({ speed: total, solution: total, attitude: total, total, via: 'link' });

/** Graded, accepted, answered for the first time. */
async function begin(one: OpenCase, grade: 'general' | 'important' | 'major'): Promise<void> {
  await one.decide('grade', 'agent', { grade, category: 'product_quality' });
  if (grade !== 'general') await one.decide('accept', 'supervisor');
  await one.decide('respond', grade === 'general' ? 'agent' : 'supervisor', { via: 'phone', text: text(9) });
}

/** Proposed, agreed, carried out, resolved. */
async function solve(one: OpenCase, by: 'agent' | 'supervisor', amount = 100): Promise<void> {
  await one.decide('propose', by, remedy(amount));
  await one.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
  await one.decide('carryOut', by, { proof: text(13) });
  await one.decide('resolve', by, resolution);
}

const ofType = <T extends CaseEvent['type']>(one: OpenCase, type: T) =>
  suite.desk.events(one.caseNo).filter((item): item is Extract<CaseEvent, { type: T }> => item.type === type);

const refusal = async (attempt: Promise<unknown>): Promise<{ type: string; code: string }> => {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error('it was not refused', { cause: error });
  const cause = error.cause as unknown as { type: string; details?: { refusal?: { code: string } }[] };
  return { type: cause.type, code: cause.details?.[0]?.refusal?.code ?? '' };
};

describe('the whole loop', () => {
  test('a general complaint takes the lean path to the archive, in at most 150 history events', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    await solve(one, 'agent');
    await one.decide('recordSurvey', 'customer', survey(5));
    await one.decide('recordRevisit', 'agent', { satisfied: true, method: 'phone', report: text(14) });
    const result = await one.handle.result();
    expect(result).toEqual({ caseNo: one.caseNo, outcome: 'upheld', rounds: 1 });
    expect(one.state.stage).toBe('archived');
    expect(one.state.redress).toEqual([expect.objectContaining({ kind: 'refund', amount: 100 })]);
    expect(Object.values(one.state.clocks).map((clock) => clock.status)).not.toContain('late');
    const { events } = await one.handle.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(150);
  });

  test('a major complaint goes to a task force, is approved, revisited by a supervisor, analysed and archived', async () => {
    const one = await suite.open('major');
    await begin(one, 'major');
    expect(one.state.owner).toMatchObject({ id: 'u-supervisor', provisional: false });
    expect(one.state.taskForce).toEqual(['u-quality']);

    await one.decide('requestHelp', 'supervisor', { department: 'quality', question: text(20) });
    await one.decide('propose', 'supervisor', remedy(3_000));
    expect(one.state.proposal?.status).toBe('awaitingApproval');
    expect(await refusal(one.decide('approve', 'supervisor'))).toEqual({ type: 'conflict', code: 'own_proposal' });
    await one.decide('approve', 'supervisor2');
    await one.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    await one.decide('carryOut', 'supervisor');
    expect(await refusal(one.decide('resolve', 'supervisor', resolution))).toEqual({
      type: 'conflict',
      code: 'open_help',
    });
    await one.decide('answerHelp', 'colleague', { taskId: 'h1', answer: text(21) });
    await one.decide('resolve', 'supervisor', resolution);

    await one.decide('recordSurvey', 'customer', survey(4));
    expect(
      await refusal(one.decide('recordRevisit', 'agent', { satisfied: true, method: 'phone', report: text(22) })),
    ).toEqual({
      type: 'forbidden',
      code: 'supervisor_revisit',
    });
    await one.decide('recordRevisit', 'supervisor', { satisfied: true, method: 'phone', report: text(22) });
    expect(await refusal(one.decide('archive', 'supervisor'))).toEqual({ type: 'conflict', code: 'root_cause' });
    await one.decide('recordRootCause', 'supervisor', {
      fishbone: 'material',
      cause: 'incoming_material',
      whys: [text(23), text(24)],
      systemic: true,
    });
    expect(await refusal(one.decide('archive', 'supervisor'))).toEqual({ type: 'conflict', code: 'no_action' });
    await one.decide('planAction', 'supervisor', { kind: 'urgent', owner: 'u-quality', description: text(25) });
    expect(await refusal(one.decide('archive', 'supervisor'))).toEqual({ type: 'conflict', code: 'open_actions' });

    const actionId = `${one.caseNo}-A1`;
    await one.decide('startAction', 'supervisor', { actionId });
    suite.desk.effects = [
      { before: 10, after: 9 },
      { before: 10, after: 3 },
    ];
    await suite.sleep(31 * DAY);
    expect(ofType(one, 'actionMeasured').map((item) => item.data)).toEqual([
      { actionId, before: 10, after: 9, reached: false, round: 1 },
    ]);
    await suite.sleep(31 * DAY);
    expect(one.state.actions).toEqual([expect.objectContaining({ id: actionId, status: 'ended' })]);
    await one.decide('archive', 'supervisor');
    await one.handle.result();
    expect(one.state).toMatchObject({ stage: 'archived', outcome: 'upheld' });
    expect(suite.desk.actions.get(actionId)).toMatchObject({ status: 'ended', round: 2 });
  });

  test('not substantiated: reasons, a second look for an important case, no compensation', async () => {
    const one = await suite.open('important');
    await begin(one, 'important');
    await one.decide('notSubstantiated', 'supervisor', { reasons: text(30), evidence: [] });
    expect(await refusal(one.decide('resolve', 'supervisor', { ...resolution, outcome: 'not_upheld' }))).toMatchObject({
      code: 'awaiting_approval',
    });
    await one.decide('approve', 'supervisor2');
    expect(await refusal(one.decide('resolve', 'supervisor', resolution))).toMatchObject({ code: 'outcome' });
    await one.decide('resolve', 'supervisor', { ...resolution, outcome: 'not_upheld' });
    expect(one.state.redress).toEqual([]);
    await one.end();
  });
});

describe('promises', () => {
  test('first response: warned at half and four fifths, broken to the second, escalated once to each level', async () => {
    const one = await suite.open('general');
    await suite.sleep(16 * 60_000);
    const due = new Date(Date.parse(one.state.receivedAt) + 15 * 60_000).toISOString();
    expect(
      ofType(one, 'promiseWarned')
        .filter((item) => item.data.clock === 'firstResponse')
        .map((item) => item.data.point),
    ).toEqual([0.5, 0.8]);
    expect(ofType(one, 'promiseBreached').map((item) => item.data)).toEqual([
      { clock: 'firstResponse', version: 1, dueAt: due },
    ]);
    expect(ofType(one, 'escalated').map((item) => item.data.to)).toEqual(['supervisor']);
    await suite.sleep(2 * HOUR);
    expect(
      ofType(one, 'escalated')
        .filter((item) => item.data.clock === 'firstResponse')
        .map((item) => item.data.to),
    ).toEqual(['supervisor', 'manager']);
    await one.decide('respond', 'agent', { via: 'phone', text: text(9) });
    expect(one.state.clocks.firstResponse).toMatchObject({ status: 'late', breachedAt: due });
    await one.end();
  });

  test('a suggested major complaint has 5 minutes from receipt, before anybody has graded it', async () => {
    const one = await suite.open('major');
    await suite.sleep(5 * 60_000 + 1_000);
    const due = new Date(Date.parse(one.state.receivedAt) + 5 * 60_000).toISOString();
    expect(ofType(one, 'promiseBreached').map((item) => item.data.dueAt)).toEqual([due]);
    await one.end();
  });

  test('the resolution promise stands still while the customer is asked, and the time is given back', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    const before = one.state.clocks.resolution?.dueAt ?? '';
    await one.decide('propose', 'agent', remedy(100));
    expect(one.state.clocks.resolution?.status).toBe('paused');
    await suite.sleep(20 * HOUR);
    await one.decide('customerAnswer', 'customer', { accepted: false, via: 'link', reason: text(40) });
    const after = one.state.clocks.resolution;
    expect(after?.status).toBe('running');
    const given = Date.parse(after?.dueAt ?? '') - Date.parse(before);
    expect(given).toBeGreaterThanOrEqual(20 * HOUR - 60_000);
    expect(given).toBe(after?.pausedMs);
    expect(ofType(one, 'promiseBreached')).toEqual([]);
    await one.end();
  });

  test('a customer who does not answer is reminded, and then the promise runs on', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    await one.decide('propose', 'agent', remedy(100));
    await suite.sleep(3 * DAY + HOUR);
    expect(ofType(one, 'promiseWarned').map((item) => item.data.clock)).toContain('customerAnswer:p1');
    expect(one.state.proposal?.status).toBe('unanswered');
    expect(one.state.clocks.resolution?.status).toBe('running');
    expect(await refusal(one.decide('carryOut', 'agent'))).toMatchObject({ code: 'not_agreed' });
    await one.decide('carryOut', 'supervisor');
    await one.end();
  });

  test('pause ends by itself at its stated time', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    const until = new Date((await suite.env.currentTimeMs()) + 5 * HOUR).toISOString();
    await one.decide('pause', 'agent', { reason: 'parts', until, note: text(41) });
    await suite.sleep(6 * HOUR);
    expect(one.state.paused).toBeUndefined();
    expect(ofType(one, 'resumed').map((item) => [item.at, item.data.because])).toEqual([[until, 'time']]);
    expect(one.state.clocks.resolution?.pausedMs).toBeGreaterThan(4.9 * HOUR);
    await one.end();
  });

  test('a regraded case gets the promises of its new grade and an owner who may have it', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    await one.decide('regrade', 'agent', { grade: 'major', category: 'product_quality', reason: text(42) });
    await one.decide('accept', 'supervisor');
    expect(one.state).toMatchObject({ grade: 'major', stage: 'resolve', owner: { id: 'u-supervisor' } });
    expect(one.state.clocks.resolution).toMatchObject({ version: 2, lengthMs: 48 * HOUR });
    await one.end();
  });
});

describe('feedback', () => {
  test('an unanswered survey is reminded once and closed after a week; the revisit is due all the same', async () => {
    const one = await suite.open('important');
    await begin(one, 'important');
    await solve(one, 'supervisor');
    await suite.sleep(8 * DAY);
    expect(ofType(one, 'surveyReminded')).toHaveLength(1);
    expect(ofType(one, 'surveyClosed')).toHaveLength(1);
    expect(one.state.stage).toBe('revisit');
    expect(ofType(one, 'promiseBreached').map((item) => item.data.clock)).toEqual(['revisit']);
    await one.end();
  });

  test('a low score opens a second follow-up by somebody else; not satisfied thrice goes to the manager', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    for (const round of [1, 2]) {
      await solve(one, 'agent');
      await one.decide('recordSurvey', 'customer', survey(1));
      expect(one.state.followUp).toMatchObject({ status: 'open', assignee: 'u-agent2' });
      expect(await refusal(one.decide('followUp', 'agent', { satisfied: true, report: text(50) }))).toEqual({
        type: 'forbidden',
        code: 'involved',
      });
      await one.decide('followUp', 'agent2', { satisfied: false, report: text(51) });
      expect(one.state).toMatchObject({ stage: 'resolve', round: round + 1 });
    }
    expect(
      ofType(one, 'escalated')
        .filter((item) => item.data.because === 'rounds')
        .map((item) => item.data.to),
    ).toEqual(['manager']);
    await one.end();
  });
});

describe('decisions', () => {
  test('the same decision id twice is one decision, by update or by signal', async () => {
    const one = await suite.open('general');
    const id = 'one-and-the-same';
    const first = await one.decide('note', 'agent', { text: text(60) }, id);
    await one.signal('note', 'agent', { text: text(60) }, id);
    const again = await one.decide('note', 'agent', { text: text(60) }, id);
    expect(again.seq).toBe(first.seq);
    expect(ofType(one, 'noted')).toHaveLength(1);
    expect(await refusal(one.decide('note', 'agent', { text: text(61) }, id))).toEqual({
      type: 'conflict',
      code: 'decision_id_reused',
    });
    await one.end();
  });

  test('a refused signal is written down, and malformed ones do not stop the case', async () => {
    const one = await suite.open('general');
    await one.signal('archive', 'manager');
    await one.handle.signal('propose', { nonsense: true, decisionId: 'not an id' });
    await one.handle.signal('note', null);
    await one.decide('note', 'agent', { text: text(63) });
    expect(ofType(one, 'decisionRefused').map((item) => item.data)).toEqual([
      // Of two that were accepted, it is plain which one was refused.
      { decision: 'archive', code: 'out_of_turn', decisionId: expect.stringMatching(/^[\w-]{8,64}$/) },
      { decision: 'propose', code: 'invalid' },
      { decision: 'note', code: 'invalid' },
    ]);
    await one.end();
  });

  test('chasing is counted and limited', async () => {
    const one = await suite.open('general');
    await one.decide('chase', 'customer');
    expect(await refusal(one.decide('chase', 'customer'))).toEqual({ type: 'conflict', code: 'chase_gap' });
    await suite.sleep(61 * 60_000);
    await one.decide('chase', 'agent');
    expect(one.state.chases.count).toBe(2);
    await one.end();
  });

  test('withdrawn: the case ends at once and no promise runs on', async () => {
    const one = await suite.open('general');
    await one.decide('withdraw', 'customer', { reason: text(64) });
    await one.handle.result();
    expect(one.state).toMatchObject({ stage: 'archived', outcome: 'withdrawn' });
    expect(Object.values(one.state.clocks).map((clock) => clock.status)).toEqual(['cancelled', 'cancelled']);
  });

  test('merged: this one ends, the other knows; two cases cannot be merged into each other', async () => {
    const one = await suite.open('general');
    const other = await suite.open('general');
    await one.decide('merge', 'agent', { into: other.caseNo, reason: text(65) });
    await one.handle.result();
    expect(one.state).toMatchObject({ outcome: 'merged', mergedInto: other.caseNo });
    await suite.sleep(1_000);
    expect(other.state.absorbed).toEqual([one.caseNo]);
    expect(await refusal(other.decide('merge', 'agent', { into: one.caseNo, reason: text(66) }))).toMatchObject({
      type: 'conflict',
    });
    await other.end();
  });

  test('extended: new deadline version, and one more escalation at most', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    const dueAt = new Date(Date.parse(one.state.clocks.resolution?.dueAt ?? '') + 10 * HOUR).toISOString();
    expect(
      await refusal(one.decide('extend', 'agent', { promise: 'resolution', dueAt, reason: text(67) })),
    ).toMatchObject({ type: 'forbidden' });
    await one.decide('extend', 'supervisor', { promise: 'resolution', dueAt, reason: text(67) });
    await suite.sleep(35 * HOUR);
    expect(ofType(one, 'promiseBreached').map((item) => item.data)).toEqual([
      { clock: 'resolution', version: 2, dueAt },
    ]);
    await one.end();
  });
});

describe('endurance', () => {
  test('an archived case is taken up again in a fresh run, with its whole state', async () => {
    const one = await suite.open('general');
    await begin(one, 'general');
    await solve(one, 'agent');
    await one.decide('recordSurvey', 'customer', survey(5));
    await one.decide('recordRevisit', 'agent', { satisfied: true, method: 'phone', report: text(70) });
    // Not by `result()`: waiting for a result lets the server's clock leap, and the grace would be over.
    await one.completed();
    const again = await suite.open('general', { caseNo: one.caseNo, received: undefined, carry: one.state });
    await again.decide('reopen', 'customer', { reason: text(71) });
    expect(again.state).toMatchObject({ stage: 'resolve', round: 2, reopenings: 1 });
    await solve(again, 'agent');
    await again.end();
  });

  test('a case that is started again but not taken up ends as it was', async () => {
    const one = await suite.open('general');
    await one.decide('withdraw', 'customer', { reason: text(72) });
    await one.handle.result();
    const before = suite.desk.events(one.caseNo).length;
    const again = await suite.open('general', { caseNo: one.caseNo, received: undefined, carry: one.state });
    await again.handle.result();
    expect(suite.desk.events(one.caseNo)).toHaveLength(before);
  });

  test('an archived case that is started for a note takes it, and another, and ends as it was', async () => {
    const one = await suite.open('general');
    await one.decide('withdraw', 'customer', { reason: text(73) });
    await one.completed();
    const again = await suite.open('general', { caseNo: one.caseNo, received: undefined, carry: one.state });
    await again.decide('note', 'agent', { text: text(74) });
    await again.decide('note', 'agent', { text: text(75) });
    await again.handle.result();
    expect(ofType(again, 'noted')).toHaveLength(2);
    expect(suite.desk.events(one.caseNo).at(-1)?.type).toBe('noted');
    expect(again.state).toMatchObject({ stage: 'archived', outcome: 'withdrawn' });
  });

  test('a long history continues as new, with nothing lost and every promise still running', async () => {
    const one = await suite.open('general', { historyLimit: 60 });
    const first = await one.handle.describe();
    for (let n = 0; n < 40; n++) await one.decide('note', 'agent', { text: text(80 + n) });
    await begin(one, 'general');
    const { runId } = await one.handle.describe();
    expect(runId).not.toBe(first.runId);
    expect(ofType(one, 'noted')).toHaveLength(40);
    expect(await one.query()).toEqual(one.state);
    await suite.sleep(25 * HOUR);
    expect(ofType(one, 'promiseBreached').map((item) => item.data.clock)).toEqual(['resolution']);
    await one.end();
  });

  test('a ledger that is away delays the answer and loses nothing; a write that died after its effect is not doubled', async () => {
    const one = await suite.open('general');
    let failures = 3;
    suite.desk.beforeWrite = () => {
      if (failures-- > 0) throw new Error('database away');
    };
    suite.desk.afterWrite = () => {
      if (failures-- > -3) throw new Error('died after the effect');
    };
    await one.decide('note', 'agent', { text: text(120) });
    suite.desk.beforeWrite = () => undefined;
    suite.desk.afterWrite = () => undefined;
    expect(ofType(one, 'noted')).toHaveLength(1);
    expect(await one.query()).toEqual(one.state);
    await one.end();
  });

  test('a write whose workflow task was lost stands: the case adopts it, and the next decision comes on top', async () => {
    const one = await suite.open('general');
    await one.decide('note', 'agent', { text: text(121) });
    // What a worker wrote that was killed before it could answer: in the ledger, but in no history.
    const message = { decisionId: 'of-the-lost-task', actor: ACTORS.agent, input: { text: text(122) } };
    const lost = decide(one.state, 'note', message, one.state.lastAt, HOUSE_POLICY);
    if (lost.kind !== 'taken') throw new Error('the note was refused');
    suite.desk.ledger.get(one.caseNo)?.push(...lost.events);

    const next = await one.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
    expect(next.repeated).toBe(false);
    expect(ofType(one, 'noted')).toHaveLength(2);
    expect(await one.query()).toEqual(one.state);
    // The person whose answer was lost asks again, and is told that it has been done.
    const again = await one.decide('note', 'agent', { text: text(122) }, 'of-the-lost-task');
    expect(again).toMatchObject({ repeated: true, seq: lost.state.seq });
    await one.end();
  });

  test('a case keeps the zone of the house that it was opened in', async () => {
    const zone = { timeZone: 'Asia/Shanghai', offsets: [[0, 480] as [number, number]] };
    const { received } = inputFor('general', await suite.env.currentTimeMs());
    const one = await suite.open('general', { received: { ...(received as NonNullable<typeof received>), zone } });
    await one.decide('note', 'agent', { text: text(125) });
    expect(ofType(one, 'complaintReceived')[0]?.data.zone).toEqual(zone);
    expect(one.state.zone).toEqual(zone);
    await one.end();
  });

  test('a lost first task does not stop the case from being received', async () => {
    const caseNo = nextCaseNo();
    const one = await suite.open('general', { caseNo });
    await one.decide('note', 'agent', { text: text(123) });
    const rows = suite.desk.events(caseNo);
    await one.end();
    // The same case again, whose ledger is ahead of a history that begins anew.
    suite.desk.ledger.set(caseNo, rows);
    const again = await suite.open('general', { caseNo });
    await again.decide('note', 'agent', { text: text(124) });
    expect(ofType(again, 'noted')).toHaveLength(2);
    expect(ofType(again, 'complaintReceived')).toHaveLength(1);
    await again.end();
  });

  describe('who decided in time, before a worker came back', () => {
    const responded = (sentAt: string) => ({
      decisionId: randomUUID(),
      actor: ACTORS.supervisor,
      sentAt,
      input: { via: 'phone', text: text(9) },
    });
    const outcome = async (one: OpenCase) => {
      await waitUntil(() => ofType(one, 'responded').length > 0, 'it is answered');
      await one.end();
      return {
        receipts: ofType(one, 'complaintReceived').length,
        respondedAt: ofType(one, 'responded').map((item) => item.at),
        firstResponse: one.state.clocks.firstResponse?.status,
        broken: ofType(one, 'promiseBreached').filter(({ data }) => data.clock === 'firstResponse'),
      };
    };

    test('of a complaint that nobody had taken in, broke no promise', async () => {
      const now = await suite.env.currentTimeMs();
      const { received } = inputFor('general', now - 20 * 60_000);
      const sentAt = new Date(now - 12 * 60_000).toISOString();
      const one = await suite.openDecided({ received }, 'respond', responded(sentAt));
      expect(await outcome(one)).toEqual({ receipts: 1, respondedAt: [sentAt], firstResponse: 'met', broken: [] });
    });

    test('of a case whose first task was lost, broke no promise', async () => {
      const lost = await suite.open('general');
      const { caseNo } = lost;
      await lost.end();
      const sentAt = new Date((await suite.env.currentTimeMs()) + 10 * 60_000).toISOString();
      await suite.sleep(20 * 60_000);
      const one = await suite.openDecided({ caseNo }, 'respond', responded(sentAt));
      expect(await outcome(one)).toEqual({ receipts: 1, respondedAt: [sentAt], firstResponse: 'met', broken: [] });
    });
  });

  test('decisions at the same moment are all taken, in one order', async () => {
    const one = await suite.open('general');
    await Promise.all(Array.from({ length: 9 }, (_, n) => one.decide('note', 'agent', { text: text(130 + n) })));
    expect(ofType(one, 'noted')).toHaveLength(9);
    expect(suite.desk.events(one.caseNo).map((item) => item.seq)).toEqual(
      suite.desk.events(one.caseNo).map((_, i) => i + 1),
    );
    await one.end();
  });

  test('the policy may confirm a general grade by itself', async () => {
    const steps = { ...HOUSE_POLICY.steps, general: { ...HOUSE_POLICY.steps.general, autoConfirmGrade: true } };
    const one = await suite.open('general', { policy: { ...HOUSE_POLICY, steps } });
    await one.decide('respond', 'agent', { via: 'phone', text: text(9) });
    expect(one.state).toMatchObject({ stage: 'resolve', gradeConfirmed: true });
    await one.end();
  });

  test('nobody to assign: the supervisor hears of it, and a person assigns', async () => {
    const one = await suite.open('important');
    suite.desk.nobody = true;
    await one.decide('grade', 'agent', { grade: 'important', category: 'logistics' });
    await suite.sleep(1_000);
    suite.desk.nobody = false;
    expect(ofType(one, 'escalated').map((item) => item.data.because)).toEqual(['unassigned']);
    await one.decide('assign', 'supervisor', { owner: 'u-supervisor', ownerRole: 'supervisor' });
    await one.decide('accept', 'supervisor');
    expect(one.state.stage).toBe('resolve');
    await one.end();
  });
});

test('a corrective action that nobody starts in 72 hours is escalated, once', async () => {
  const one = await suite.open('major');
  await begin(one, 'major');
  await one.decide('planAction', 'supervisor', {
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    description: text(90),
  });
  await suite.sleep(80 * HOUR);
  expect(ofType(one, 'actionWarned')).toHaveLength(1);
  expect(ofType(one, 'actionBreached')).toHaveLength(1);
  expect(ofType(one, 'escalated').filter((item) => item.data.because === 'action')).toHaveLength(1);
  await one.decide('startAction', 'supervisor', { actionId: `${one.caseNo}-A1` });
  const effect = { actionId: `${one.caseNo}-A1`, reached: true, report: text(91) };
  expect(await refusal(one.decide('verifyAction', 'manager', effect))).toEqual({
    type: 'conflict',
    code: 'check_not_due',
  });
  await one.decide('verifyAction', 'manager', { ...effect, early: text(92) });
  expect(one.state.actions[0]?.status).toBe('ended');
  await actionHandle(suite, `${one.caseNo}-A1`).result();
  await suite.sleep(1_000);
  // The action's own report changes nothing any more.
  expect(ofType(one, 'actionEnded').map((item) => item.data)).toEqual([{ actionId: effect.actionId, rounds: 1 }]);
  await one.end();
});
