import { randomUUID } from 'node:crypto';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { onBusyMachine } from '../support/busy';
import { waitUntil } from '../support/processes';
import { createSmtpSink, type SmtpSink } from '../support/smtp';
import { complaintBody, PATIENCE_MS, Stack, type DecisionBody, type FiledBody } from './stack';

const SECOND = 1_000;
/** Long enough to decide before it is broken, on a machine that does much else; waited for to its end. */
const PROMISE_S = 24;
let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.close());

/** A complaint that waits to be graded. */
async function received(): Promise<string> {
  const { caseNo } = await stack.file();
  await stack.reaches(caseNo, 'waits to be graded', ({ stage }) => stage === 'grade');
  return caseNo;
}

async function fileMany(count: number): Promise<string[]> {
  const answers = [];
  for (let n = 0; n < count; n++) answers.push(await stack.api<FiledBody>('POST', '/api/complaints', complaintBody()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(onBusyMachine(SECOND));
  return answers.map(({ body }) => body.caseNo);
}

async function allRun(caseNos: string[]): Promise<void> {
  for (const caseNo of caseNos) await stack.reaches(caseNo, 'runs', ({ stage }) => stage === 'grade');
  for (const caseNo of caseNos) {
    const { status } = await stack.temporal.workflow.getHandle(complaintWorkflowId(caseNo)).describe();
    expect(status.name).toBe('RUNNING');
  }
  const starts = () => stack.sql('select 1 from workflow_starts');
  await waitUntil(async () => (await starts()).length === 0, 'every start is noted', PATIENCE_MS);
}

describe('Temporal away', () => {
  test.each([
    ['hangs', () => Promise.resolve(stack.freeze('temporal'))],
    ['is gone', () => stack.takeAway('temporal')],
  ])(
    'it %s: complaints are taken at once, decisions are answered in time, and all run afterwards',
    async (_how, goes) => {
      const known = await received();
      const back = await goes();
      let caseNos: string[];
      const decisionId = randomUUID();
      const note = () => stack.tryDecision(known, 'note', { decisionId, text: '等系统恢复。' }, 'supervisor');
      try {
        caseNos = await fileMany(8);
        const answer = await note();
        expect([202, 503]).toContain(answer.status);
        if (answer.status === 503) expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/);
        expect(answer.ms).toBeLessThan(onBusyMachine(5 * SECOND));
        const early = await stack.tryDecision(caseNos[0] ?? '', 'note', { text: '尚未启动。' }, 'supervisor');
        expect([202, 503]).toContain(early.status);
        expect(early.ms).toBeLessThan(onBusyMachine(5 * SECOND));
        // What is known is shown as before.
        expect((await stack.show(known)).stage).toBe('grade');
      } finally {
        back();
      }
      await stack.ready('temporal');
      await allRun(caseNos);
      await waitUntil(async () => (await note()).status === 200, 'the decision is taken', PATIENCE_MS);
      const notes = (await stack.events(known)).filter(({ decision }) => decision?.id === decisionId);
      expect(notes.map(({ type }) => type)).toEqual(['noted']);
    },
    400_000,
  );
});

describe('no worker', () => {
  test('decisions are kept, taken when one is back, and count from when they were sent', async () => {
    await stack.publish(({ promises }) => {
      const length = { value: PROMISE_S, unit: 'seconds' as const };
      promises.firstResponse = {
        length: { general: length, important: length, major: length },
        pausable: false,
        warnAt: [],
        managerAfter: { value: 3, unit: 'hours' },
      };
    });
    const caseNo = await received();
    const back = await stack.takeAway('worker');
    const decisionId = randomUUID();
    const respond = (to = caseNo, id = decisionId) =>
      stack.tryDecision(to, 'respond', { decisionId: id, via: 'phone', text: '已致电。' }, 'supervisor');
    const sent = Date.now();
    /** Answered in time: where to, and when it was known to be kept. */
    const answered: { caseNo: string; by: number }[] = [];
    let due = 0;
    try {
      const clock = (await stack.show(caseNo)).clocks.find(({ id }) => id === 'firstResponse');
      due = Date.parse(clock?.dueAt ?? '');
      expect(sent).toBeLessThan(due);
      const answer = await respond();
      answered.push({ caseNo, by: sent + answer.ms });
      expect(answer).toMatchObject({ status: 202, body: { status: 'accepted', decision: { decisionId } } });
      expect(answer.ms).toBeLessThan(onBusyMachine(5 * SECOND));
      // Who does not trust a 202 sends it again: it is still one decision.
      expect((await respond()).status).toBe(202);
      // New complaints are taken as ever, and may be answered before their workflows have done anything.
      const [fresh = ''] = await fileMany(3);
      expect((await respond(fresh, randomUUID())).status).toBe(202);
      answered.push({ caseNo: fresh, by: Date.now() });
      due += PROMISE_S * SECOND;
      await waitUntil(() => Date.now() > due, 'the promise has fallen due', PATIENCE_MS);
    } finally {
      back();
    }
    for (const { caseNo: one, by } of answered) {
      await stack.reaches(one, 'has been responded to', ({ clocks }) =>
        clocks.some(({ id, status }) => id === 'firstResponse' && status !== 'running'),
      );
      const events = await stack.events(one);
      const responded = events.filter(({ type }) => type === 'responded');
      expect(responded).toHaveLength(1);
      const at = responded[0]?.at.getTime() ?? 0;
      expect(at).toBeGreaterThanOrEqual(sent);
      expect(at).toBeLessThanOrEqual(by);
      // The person was in time, though the worker was not: no promise was broken.
      expect(
        events.filter(({ type, data }) => /promiseBreached|escalated/.test(type) && data.clock === 'firstResponse'),
      ).toEqual([]);
      expect(
        events.find(({ type, data }) => type === 'promiseStopped' && data.clock === 'firstResponse')?.data.verdict,
      ).toBe('met');
      expect(events.filter(({ type }) => type === 'decisionRefused')).toEqual([]);
    }
    const again: { status: number; body: DecisionBody } = await respond();
    expect(again.status).toBe(200);
    expect((await stack.events(caseNo)).filter(({ type }) => type === 'responded')).toHaveLength(1);
  });
});

describe('Postgres away', () => {
  test('nothing is acknowledged, everything is asked to come again; nobody has to help afterwards', async () => {
    const caseNo = await received();
    const key = { 'Idempotency-Key': randomUUID() };
    const complaint = complaintBody();
    const file = () => stack.api<FiledBody>('POST', '/api/complaints', complaint, { headers: key });
    const back = await stack.takeAway('postgres');
    try {
      for (const answer of [
        await file(),
        await stack.tryDecision(caseNo, 'note', { text: '数据库不在。' }, 'supervisor'),
        await stack.api('GET', `/api/cases/${caseNo}`, undefined, { as: 'manager' }),
      ]) {
        expect(answer.status).toBe(503);
        expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/);
        expect(answer.ms).toBeLessThan(onBusyMachine(6 * SECOND));
      }
    } finally {
      back();
    }
    await stack.ready('postgres');
    await waitUntil(async () => (await file()).status < 300, 'it is taken again', PATIENCE_MS);
    const first = await file();
    expect(first.status).toBe(200);
    await allRun([first.body.caseNo]);
    await stack.decide(caseNo, 'note', { text: '数据库回来了。' });
  });
});

describe('SMTP away', () => {
  test('the case goes on, and its mails follow, each once', async () => {
    await stack.mailsSent();
    await stack.smtp.close();
    const { caseNo } = await stack.file();
    await stack.reaches(caseNo, 'waits to be graded', ({ stage }) => stage === 'grade');
    await stack.decide(caseNo, 'grade', { grade: 'general', category: 'logistics' });
    await stack.reaches(caseNo, 'is worked on', ({ stage }) => stage === 'resolve');
    await stack.decide(caseNo, 'respond', { via: 'mail', text: '您好，已收到。' });
    const planned = () =>
      stack.sql<{ message_id: string; state: string; attempts: number; error: string | null }>(
        `select message_id, state, attempts, error from outbox where case_no = $1`,
        [caseNo],
      );
    await waitUntil(async () => (await planned()).some(({ attempts }) => attempts > 0), 'it was tried', PATIENCE_MS);
    expect((await planned()).filter(({ state }) => state === 'sent' || state === 'failed')).toEqual([]);
    const again: SmtpSink = await createSmtpSink({ port: stack.smtp.port });
    try {
      await stack.mailsSent();
      const ids = (await planned())
        .filter(({ error }) => !['overtaken', 'no news'].includes(error ?? ''))
        .map((row) => row.message_id);
      // The catcher reads a mail after it has answered for it.
      await again.waitFor(ids.length);
      const arrived = again.mails.filter(({ raw }) => raw.includes(`X-Redress-Case: ${caseNo}`));
      expect(arrived.map(({ messageId }) => messageId).toSorted(byText)).toEqual(ids.toSorted(byText));
      expect((await planned()).every(({ state }) => state === 'sent' || state === 'skipped')).toBe(true);
    } finally {
      await again.close();
    }
  });
});

describe('afterwards', () => {
  test('ledger:check finds no difference', async () => {
    const { code, output } = await stack.ledgerCheck();
    expect([code, output]).toEqual([0, expect.stringContaining('no difference')]);
  });
});

const byText = (a: string | undefined, b: string | undefined): number => (a ?? '').localeCompare(b ?? '');
