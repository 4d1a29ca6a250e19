import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionName } from '../../src/domain/decisions/catalogue';
import { complaintWorkflowId } from '../../src/domain/basics/ids';
import { waitUntil } from '../support/processes';
import { numbers } from '../support/random';
import type { SmtpAnswer } from '../support/smtp';
import {
  complaintBody,
  PATIENCE_MS,
  Stack,
  type CaseBody,
  type DecisionBody,
  type EventRow,
  type FiledBody,
  type Part,
} from './stack';

const SEED = process.env.REDRESS_CHAOS_SEED ?? 'redress-1';

const random = numbers(SEED);
const pause = numbers(`${SEED}/pauses`);
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

const SECOND = 1_000;
const FIRST_RESPONSE_S = 25;
const MANAGER_AFTER_S = 8;

type Step = [DecisionName, Record<string, unknown>];
const GRADE: Step = ['grade', { grade: 'general', category: 'logistics' }];
const RESPOND: Step = ['respond', { via: 'phone', text: '已致电客户。' }];
const PROPOSE: Step = ['propose', { remedies: [{ kind: 'refund', amount: 80 }], solution: '退还运费。' }];
const NOTE: Step = ['note', { text: '仓库已回电。' }];
/** Where a complaint is to get to, and by what. */
const PLANS: { stage: string; steps: Step[] }[] = [
  {
    stage: 'archived',
    steps: [
      GRADE,
      RESPOND,
      PROPOSE,
      ['customerAnswer', { accepted: true, via: 'phone' }],
      ['carryOut', { proof: '转账回单' }],
      ['resolve', { outcome: 'upheld', cause: 'transport_packing', summary: '运费已退。' }],
      ['recordSurvey', { speed: 4, solution: 5, attitude: 5, total: 5 }],
      ['recordRevisit', { satisfied: true, method: 'phone', report: '客户满意。' }],
    ],
  },
  { stage: 'resolve', steps: [NOTE, GRADE, RESPOND, NOTE, PROPOSE, NOTE] },
  { stage: 'archived', steps: [['withdraw', { reason: '客户自己找到了包裹。' }]] },
  { stage: 'resolve', steps: [GRADE, NOTE, NOTE, NOTE] },
  // Nobody does anything: its promise is broken.
  { stage: 'grade', steps: [] },
];
const CLIENTS = 4;
const COMPLAINTS = 40;

/** What the outside world was told, and may rely on. */
const journal = {
  filed: new Map<string, { body: Record<string, unknown>; answers: FiledBody[] }>(),
  decided: [] as { caseNo: string; decisionId: string; name: DecisionName; status: number }[],
  acknowledged: 0,
};
const wanted = new Map<string, string>();
/** From the kill until the part could be used again. */
const kills: { part: Part; from: number; to: number; acknowledged: number }[] = [];
let stack: Stack;
/** A campaign that has failed leaves nobody at work. */
let givenUp = false;

/** What a client does who does not know whether it was heard: the same again, under the same key, until it is answered. */
async function insist<Body>(
  what: string,
  send: () => Promise<{ status: number; body: Body }>,
  final: (status: number) => boolean,
): Promise<{ status: number; body: Body }> {
  const end = Date.now() + 120 * SECOND;
  let last: unknown;
  while (Date.now() < end && !givenUp) {
    try {
      const answer = await send();
      if (final(answer.status)) return answer;
      if (answer.status < 500 && answer.status !== 202 && answer.status !== 409) {
        throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      last = answer;
    } catch (error) {
      // The connection went: answered or not, nobody knows.
      if (!['TypeError', 'TimeoutError'].includes((error as Error).name)) throw error;
      last = error;
    }
    await sleep(100 + 200 * pause());
  }
  const caseNo = /C\d{6}-\w{6}/.exec(what)?.[0];
  const story = caseNo === undefined ? '' : await stack.story(caseNo).catch(String);
  throw new Error(`${what}: no answer, at last ${JSON.stringify(last)} ${String(last)}\n${story}`);
}

async function file(): Promise<string> {
  const key = randomUUID();
  const body = complaintBody();
  const entry = { body, answers: [] as FiledBody[] };
  journal.filed.set(key, entry);
  const send = async () => {
    const answer = await stack.api<FiledBody>('POST', '/api/complaints', body, { headers: { 'Idempotency-Key': key } });
    if (answer.status === 200 || answer.status === 201) {
      entry.answers.push(answer.body);
      journal.acknowledged += 1;
    }
    return answer;
  };
  // Some clients are nervous and send it three times at once.
  const times = random() < 0.25 ? 3 : 1;
  const accepted = (status: number) => status === 200 || status === 201;
  const [first] = await Promise.all(Array.from({ length: times }, () => insist('file', send, accepted)));
  return first?.body.caseNo ?? '';
}

async function decide(caseNo: string, [name, input]: Step): Promise<void> {
  const decisionId = randomUUID();
  const send = async () => {
    const path = `/api/cases/${caseNo}/decisions/${name}`;
    const answer = await stack.api<DecisionBody>('POST', path, { decisionId, ...input }, { as: 'supervisor' });
    if (answer.status === 200 || answer.status === 202) {
      journal.decided.push({ caseNo, decisionId, name, status: answer.status });
      journal.acknowledged += 1;
    }
    return answer;
  };
  // 202 is an acknowledgement, too; this client wants to see it taken, and sends it again.
  await insist(`${name} of ${caseNo}`, send, (status) => status === 200);
  // And now and then one that had its answer sends it once more.
  if (random() < 0.2) await insist(`${name} of ${caseNo} again`, send, (status) => status === 200);
}

async function client(work: { stage: string; steps: Step[] }[]): Promise<void> {
  for (let plan = work.shift(); plan; plan = work.shift()) {
    const caseNo = await file();
    wanted.set(caseNo, plan.stage);
    for (const step of plan.steps) await decide(caseNo, step);
  }
}

async function killInTurn(loadEnds: { over: boolean }): Promise<void> {
  const parts: Part[] = ['worker', 'server', 'temporal', 'postgres'];
  for (const part of [...shuffled(parts), ...shuffled(parts).slice(0, 3)]) {
    const seen = journal.acknowledged;
    await waitUntil(
      () => loadEnds.over || journal.acknowledged >= seen + 8,
      'the load goes on',
      2 * PATIENCE_MS,
      () => stack.output,
    );
    const from = Date.now();
    await stack.kill(part);
    await stack.ready(part, new Date());
    kills.push({ part, from, to: Date.now(), acknowledged: journal.acknowledged });
  }
}

beforeAll(async () => {
  stack = await Stack.start();
  await stack.publish(({ promises }) => {
    const seconds = (value: number) => ({ value, unit: 'seconds' as const });
    promises.firstResponse = {
      length: {
        general: seconds(FIRST_RESPONSE_S),
        important: seconds(FIRST_RESPONSE_S),
        major: seconds(FIRST_RESPONSE_S),
      },
      pausable: false,
      warnAt: [0.5],
      managerAfter: seconds(MANAGER_AFTER_S),
    };
  });
  const pattern: SmtpAnswer[] = [
    ...Array<SmtpAnswer>(7).fill('accept'),
    '4xx',
    ...Array<SmtpAnswer>(6).fill('accept'),
    'reset',
  ];
  stack.smtp.script(...Array.from({ length: 12 }, () => pattern).flat());

  const work = Array.from({ length: COMPLAINTS }, (_, n) => PLANS[n % PLANS.length]).filter(
    (plan) => plan !== undefined,
  );
  const load = { over: false };
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(work))).finally(() => (load.over = true));
  await Promise.all([clients, killInTurn(load)]);

  // Everything comes to rest by itself.
  for (const [caseNo, stage] of wanted) await stack.reaches(caseNo, `is in ${stage}`, (state) => state.stage === stage);
  await waitUntil(
    async () => (await stack.sql('select 1 from workflow_starts')).length === 0,
    'all starts are noted',
    PATIENCE_MS,
  );
  const promisesOver = Date.now() + (FIRST_RESPONSE_S + MANAGER_AFTER_S) * SECOND;
  await waitUntil(() => Date.now() > promisesOver, 'the promises have ended', PATIENCE_MS);
  await stack.mailsSent();
});
afterAll(() => {
  givenUp = true;
  return stack?.close();
});

describe(`every process killed under load (seed ${SEED})`, () => {
  test('each was killed at least once while clients were at work', () => {
    expect(new Set(kills.map(({ part }) => part))).toEqual(new Set(['worker', 'server', 'temporal', 'postgres']));
    expect(kills.filter(({ acknowledged }) => acknowledged < journal.acknowledged).length).toBeGreaterThanOrEqual(4);
  });

  test('every acknowledged complaint is there with its words; every key made exactly one', async () => {
    const { rows } = { rows: await stack.sql<{ case_no: string }>('select case_no from complaints') };
    expect(rows).toHaveLength(COMPLAINTS);
    for (const { body, answers } of journal.filed.values()) {
      const caseNos = new Set(answers.map(({ caseNo }) => caseNo));
      expect(caseNos.size).toBe(1);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      const stored: CaseBody = await stack.show([...caseNos][0] ?? '');
      expect({ text: stored.text, customer: stored.customer }).toMatchObject({
        text: body.text,
        customer: { name: (body.customer as { name: string }).name, email: (body.customer as { email: string }).email },
      });
      expect(stored.receivedAt).toBe(answers[0]?.receivedAt);
    }
  });

  test('each has exactly one workflow, with one run, and it is open as long as the case is', async () => {
    const runs = new Map<string, string[]>();
    await waitUntil(
      async () => {
        runs.clear();
        for await (const { workflowId, status } of stack.temporal.workflow.list({
          query: `WorkflowType = 'complaint'`,
        })) {
          runs.set(workflowId, [...(runs.get(workflowId) ?? []), status.name]);
        }
        return [...wanted].every(
          ([caseNo, stage]) =>
            runs.get(complaintWorkflowId(caseNo))?.join() === (stage === 'archived' ? 'COMPLETED' : 'RUNNING'),
        );
      },
      'one run each, in the right state',
      PATIENCE_MS,
      () => JSON.stringify([...runs]),
    );
    expect(runs.size).toBe(COMPLAINTS);
  });

  test('no acknowledged decision is missing from the ledger, none is there twice', async () => {
    const ids = [...new Set(journal.decided.map(({ decisionId }) => decisionId))];
    expect(ids.length).toBeGreaterThan(100);
    const found = await stack.sql<{ id: string; case_no: string; name: string; times: number }>(
      `select decision ->> 'id' as id, case_no, decision ->> 'name' as name,
         count(*) filter (where actor ->> 'kind' <> 'system')::int as times
       from case_events where decision is not null group by 1, 2, 3`,
    );
    const taken = new Map(found.map((row) => [row.id, row]));
    for (const { decisionId, caseNo, name } of journal.decided) {
      expect(taken.get(decisionId)).toMatchObject({ case_no: caseNo, name });
    }
    // Each of these decisions is one event of the person; what follows from it is the system's.
    const once = found.filter(({ name, times }) => times !== 1 && name !== 'respond');
    expect(once).toEqual([]);
    expect(found.filter(({ name, times }) => name === 'respond' && times > 2)).toEqual([]);
    expect(found).toHaveLength(ids.length);
    const refused = await stack.sql(`select * from case_events where type = 'decisionRefused'`);
    expect(refused).toEqual([]);
  });

  test('sequences have no gap and times never run backwards', async () => {
    const broken = await stack.sql(
      `select case_no from (
         select case_no, seq, at, row_number() over w as n, lag(at) over w as before
         from case_events window w as (partition by case_no order by seq)) as each
       where seq <> n or at < before`,
    );
    expect(broken).toEqual([]);
  });

  test('a promise is broken exactly when its time was over, and escalated once a level', async () => {
    let broken = 0;
    for (const caseNo of wanted.keys()) {
      const events = await stack.events(caseNo);
      broken += firstResponseOracle(caseNo, events);
      const escalations = events
        .filter(({ type }) => type === 'escalated')
        .map(({ data }) => `${String(data.clock)}/${String(data.version)}/${String(data.to)}`);
      expect(new Set(escalations).size).toBe(escalations.length);
    }
    expect(broken).toBeGreaterThanOrEqual(COMPLAINTS / 5);
  });

  test('every planned mail arrived; again only where nobody could know, and under the same id', async () => {
    // A notice to several people has become one for each; notices that were gathered share the mail of their digest.
    const planned = await stack.sql<Planned>(
      `select distinct coalesce(d.message_id, o.message_id) as message_id, o.state,
         coalesce(d.ambiguous, o.ambiguous) as ambiguous,
         case when d.id is null then o.mail else 'digest' end as mail, o.error
       from outbox o left join digests d on d.id = o.digest_id where o.error is distinct from 'handed_on'`,
    );
    // Left out on purpose: what was overtaken, or would have told its reader nothing new.
    const leftOut = ({ mail, error }: (typeof planned)[number]): boolean =>
      error === 'overtaken' || (error === 'no news' && ['progress', 'assigned'].includes(mail));
    expect(planned.filter((row) => row.state !== 'sent' && !leftOut(row))).toEqual([]);
    const known = new Set(planned.map((row) => row.message_id));
    expect(known.size).toBe(planned.length);
    expect(stack.smtp.mails.filter(({ messageId }) => !known.has(messageId ?? ''))).toEqual([]);

    for (const { message_id: id, state, ambiguous } of planned) {
      const mails = stack.smtp.mails.filter(({ messageId }) => messageId === id);
      const accepted = mails.filter(({ answer }) => answer === 'accept');
      if (state === 'sent') expect([id, accepted.length]).not.toEqual([id, 0]);
      // Its sender was killed, or could not write it down, right after the server had taken it; and that is counted.
      const unheard = accepted.filter(({ at }) => kills.some((kill) => near(kill, at)));
      const excess = accepted.length - 1 - Math.min(unheard.length, ambiguous);
      expect([id, Math.max(0, excess)]).toEqual([id, 0]);
      expect(new Set(mails.map(({ raw }) => /^Message-ID: (.+)$/im.exec(raw)?.[1])).size).toBeLessThanOrEqual(1);
      expect(new Set(mails.map(({ to }) => to.join())).size).toBeLessThanOrEqual(1);
    }
    // The faults were really there.
    const answers = new Set(stack.smtp.attempts.map(({ answer }) => answer));
    expect(answers).toEqual(new Set<SmtpAnswer>(['accept', '4xx', 'reset']));
  });

  test('ledger:check finds no difference', async () => {
    const { code, output } = await stack.ledgerCheck();
    expect(output).toContain(`${COMPLAINTS} case(s) checked`);
    expect([code, output]).toEqual([0, expect.stringContaining('no difference')]);
  });
});

interface Planned extends Record<string, unknown> {
  message_id: string;
  state: string;
  mail: string;
  error: string | null;
  ambiguous: number;
}

/** As long as it is tried to write down that a mail was taken (`NOTE_AGAIN`), and some more on a busy machine. */
const UNWRITTEN_MS = 20 * SECOND;

const near = ({ part, from, to }: (typeof kills)[number], at: number): boolean =>
  (part === 'worker' || part === 'postgres') && at > from - UNWRITTEN_MS && at < to + UNWRITTEN_MS;

/** Works out from the ledger alone what must have become of the first response. @returns 1 when it was broken */
function firstResponseOracle(caseNo: string, events: readonly EventRow[]): number {
  const of = (type: string, more: (data: Record<string, unknown>) => boolean = () => true) =>
    events.filter((item) => item.type === type && item.data.clock === 'firstResponse' && more(item.data));
  const received = Date.parse(String(events[0]?.data.receivedAt));
  const due = received + FIRST_RESPONSE_S * SECOND;
  const [stopped] = of('promiseStopped');
  const breached = of('promiseBreached');
  const inTime = stopped !== undefined && stopped.at.getTime() <= due;
  expect([caseNo, breached.length]).toEqual([caseNo, inTime ? 0 : 1]);
  if (inTime) {
    expect(of('escalated')).toEqual([]);
    return 0;
  }
  expect(breached[0]?.data.dueAt).toBe(new Date(due).toISOString());
  expect(of('escalated', ({ to }) => to === 'supervisor')).toHaveLength(1);
  const stillBrokenThen = stopped === undefined || stopped.at.getTime() > due + MANAGER_AFTER_S * SECOND;
  expect([caseNo, of('escalated', ({ to }) => to === 'manager').length]).toEqual([caseNo, stillBrokenThen ? 1 : 0]);
  return 1;
}
