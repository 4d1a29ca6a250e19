import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintWorkflowId, correctiveActionWorkflowId } from '../../src/domain/basics/ids';
import { plannedTime } from '../../src/render/format';
import { waitUntil } from '../support/processes';
import type { ReceivedMail } from '../support/smtp';
import { PATIENCE_MS, Stack, type Answer, type CaseBody, type FiledBody } from './stack';

/** Everything personal in the case: none of it may be anywhere but in Postgres and in the mails. */
const NAME = '欧阳静怡';
const PHONE = '13912345678';
const EMAIL = 'ouyang.jingyi@example.com';
const WORDS = '电热水器漏电，我女儿洗澡时右手被烧伤，已经送医，要求赔偿医药费。';
const PLACE = '青石巷十七号二单元';
const FILE_NAME = '伤口照片';
const SAID = '您好，我是售后主管，今天下午三点上门取回热水器检测。';
const QUESTION = '请质量部核对这一批次的接地线焊点。';
const SOLUTION = '退货退款，并赔偿医药费，专人上门道歉。';
const REPORT = '一对一回访，客户孩子恢复良好。';
const ENGLISH_NAME = 'Marguerite Abernathy';
const ENGLISH_WORDS = 'The kettle lid snapped off after two days and nobody answers the hotline.';
const PERSONAL = [
  NAME,
  PHONE,
  EMAIL,
  WORDS,
  '右手被烧伤',
  PLACE,
  FILE_NAME,
  SAID,
  QUESTION,
  SOLUTION,
  REPORT,
  ENGLISH_NAME,
  'lid snapped off',
];

let stack: Stack;
let filed: FiledBody;
let english: FiledBody;

const mailsOf = (to: string) => stack.smtp.mails.filter((mail) => mail.to.includes(to));
const textOf = (mail: ReceivedMail): string => mail.parsed.text ?? '';

async function mailTo(to: string, about: RegExp): Promise<ReceivedMail> {
  const found = () => mailsOf(to).find((mail) => about.test(mail.subject ?? ''));
  await waitUntil(
    () => found() !== undefined,
    `a mail about ${about} to ${to}`,
    PATIENCE_MS,
    () =>
      mailsOf(to)
        .map(({ subject }) => subject)
        .join('\n'),
  );
  return found() ?? fail('gone');
}
const fail = (why: string): never => {
  throw new Error(why);
};

/** The link as it stands in the mail that arrived, not as we would build it. */
function linkIn(mail: ReceivedMail, path: '/a/' | '/s/' | '/p/'): string {
  const base = `${stack.addresses.api}${path}`;
  const start = textOf(mail).indexOf(base);
  if (start < 0) throw new Error(`no ${path} link in: ${textOf(mail)}`);
  return (
    textOf(mail)
      .slice(start)
      .split(/[\s)）>\]]/, 1)[0] ?? ''
  );
}

/** Sends the page's form as a browser would: its hidden fields, and what the customer chose. */
async function submit(url: string, chosen: Record<string, string>): Promise<Answer<string>> {
  const page = await stack.request(url);
  expect(page.status).toBe(200);
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.body.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)) {
    form.set(name, value);
  }
  for (const [name, value] of Object.entries(chosen)) form.set(name, value);
  return stack.request(url, { method: 'POST', body: form });
}

/** Every process of the product runs; people decide; nothing else is done to the case. */
async function walkMajorCase(): Promise<void> {
  const { caseNo, accessCode } = filed;
  await stack.reaches(caseNo, 'is received', ({ stage }) => stage === 'grade');

  const form = new FormData();
  form.set('note', '孩子的手');
  const picture = new Blob([Buffer.from('89504e470d0a1a0a0000', 'hex')], { type: 'image/png' });
  form.set('file', picture, `${FILE_NAME}.png`);
  const upload = await stack.request(`/api/complaints/${caseNo}/evidence?code=${accessCode}`, {
    method: 'POST',
    body: form,
  });
  expect(upload).toMatchObject({ status: 201 });

  await stack.decide(caseNo, 'grade', { grade: 'major', category: 'product_quality' }, 'agent');
  await stack.reaches(caseNo, 'has an owner', ({ owner, stage }) => stage === 'assign' && owner !== undefined);
  await stack.decide(caseNo, 'assign', { owner: 'supervisor', taskForce: ['agent'] }, 'manager');
  await stack.decide(caseNo, 'accept', {}, 'supervisor');
  await stack.decide(caseNo, 'respond', { via: 'mail', text: SAID }, 'supervisor');

  const asked = await stack.decide(caseNo, 'requestHelp', {
    department: 'quality',
    question: QUESTION,
    assignee: 'agent',
  });
  const taskId = asked.helpTasks[0]?.id;
  await stack.decide(caseNo, 'answerHelp', { taskId, answer: '焊点虚焊，属制造缺陷。' }, 'agent');

  const remedies = [
    { kind: 'refund', amount: 2_400 },
    { kind: 'compensation', amount: 4_000 },
    { kind: 'apology', amount: 0 },
  ];
  await stack.decide(caseNo, 'propose', { remedies, solution: SOLUTION, findings: '接地线虚焊导致漏电。' });
  const byAgent = await stack.tryDecision(caseNo, 'approve', {}, 'agent');
  const byProposer = await stack.tryDecision(caseNo, 'approve', {}, 'supervisor');
  expect([byAgent.status, byProposer.status]).toEqual([403, 409]);
  expect((await stack.decide(caseNo, 'approve', { note: '同意' }, 'manager')).proposal?.status).toBe('offered');
}

async function answerByLinks(): Promise<void> {
  const { caseNo } = filed;
  const offer = linkIn(await mailTo(EMAIL, /方案/), '/a/');
  expect((await stack.request(offer)).body).toContain(SOLUTION);
  // Mail scanners follow links: looking at it decides nothing.
  expect((await stack.show(caseNo)).proposal?.status).toBe('offered');
  expect((await submit(offer, { accepted: 'yes' })).status).toBe(303);
  expect((await stack.show(caseNo)).proposal?.status).toBe('accepted');
  const again = await stack.request(offer, {
    method: 'POST',
    body: new URLSearchParams({ accepted: 'no', nonce: 'x' }),
  });
  expect([409, 410]).toContain(again.status);
  expect((await stack.show(caseNo)).proposal?.status).toBe('accepted');

  await stack.decide(caseNo, 'carryOut', { proof: '转账回单 88123' });
  await stack.decide(caseNo, 'resolve', { outcome: 'upheld', cause: 'manufacturing', summary: '已退款并赔偿。' });
  const survey = linkIn(await mailTo(EMAIL, /处理结果/), '/s/');
  expect((await submit(survey, { speed: '5', solution: '4', attitude: '5', total: '5' })).status).toBe(303);
  const repeated = await stack.request(survey, {
    method: 'POST',
    body: new URLSearchParams({ speed: '1', solution: '1', attitude: '1', total: '1', nonce: 'y' }),
  });
  expect([409, 410]).toContain(repeated.status);
}

async function revisitAndReview(): Promise<CaseBody> {
  const { caseNo } = filed;
  await stack.decide(caseNo, 'recordRevisit', { satisfied: true, method: 'visit', report: REPORT });
  const cause = { fishbone: 'machine', cause: 'manufacturing', systemic: true };
  await stack.decide(caseNo, 'recordRootCause', { ...cause, whys: ['焊接温度低', '设备未校准'] });
  const planned = await stack.decide(caseNo, 'planAction', {
    kind: 'preventive',
    owner: 'agent',
    description: '焊台每班校准并记录。',
  });
  const actionId = planned.actions[0]?.id ?? fail('no action was planned');
  expect((await stack.tryDecision(caseNo, 'archive', {}, 'supervisor')).status).toBe(409);
  await stack.decide(caseNo, 'startAction', { actionId }, 'agent');
  const effect = { actionId, reached: true, report: '一个月无同类投诉。' };
  expect((await stack.tryDecision(caseNo, 'verifyAction', effect, 'manager')).status).toBe(409);
  const verified = await stack.decide(
    caseNo,
    'verifyAction',
    { ...effect, early: '焊台已更换，复测合格。' },
    'manager',
  );
  expect(verified.actions[0]?.status).toBe('ended');
  return stack.decide(caseNo, 'archive');
}

beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.close());

describe('a complaint walks the whole loop', () => {
  test('it is accepted in Chinese, and the receipt names handler and answer-by', async () => {
    filed = await stack.file({
      channel: 'web',
      language: 'zh-CN',
      customer: { name: NAME, phone: PHONE, email: EMAIL },
      product: { name: '电热水器', model: 'RS-60', serialNo: 'SN-0042-77' },
      place: PLACE,
      text: WORDS,
    });
    expect(Date.parse(filed.answerBy) - Date.parse(filed.receivedAt)).toBe(5 * 60_000);
    const receipt = await mailTo(EMAIL, /已收到您的投诉/);
    const { owner } = await stack.reaches(filed.caseNo, 'has a handler', (state) => state.owner !== undefined);
    const text = textOf(receipt);
    expect(text).toContain(filed.caseNo);
    expect(text).toContain(owner?.name);
    expect(text).toContain(plannedTime(filed.answerBy, 'zh-CN', filed.receivedAt));
    expect(text).toContain(filed.accessCode);
    expect(linkIn(receipt, '/p/')).toBe(filed.statusUrl);

    english = await stack.file({
      channel: 'mail',
      language: 'en',
      customer: { name: ENGLISH_NAME, email: 'm.abernathy@example.com' },
      text: ENGLISH_WORDS,
    });
    const inEnglish = await mailTo('m.abernathy@example.com', new RegExp(english.caseNo));
    expect(inEnglish.subject).not.toMatch(/\p{Script=Han}/u);
    expect(textOf(inEnglish)).toContain(plannedTime(english.answerBy, 'en', english.receivedAt));
  });

  test('people in three roles take it to a solution; above the limit it needs the manager', async () => {
    await walkMajorCase();
    const page = await stack.request(filed.statusUrl);
    expect(page.status).toBe(200);
    expect(page.body).toContain('核实情况');
    expect(page.body).toContain(SOLUTION);
    const { body } = await stack.api<{ stage: string; handler: string; steps: { step: string; status: string }[] }>(
      'GET',
      `/api/complaints/${filed.caseNo}/progress?code=${filed.accessCode}`,
    );
    expect(body).toMatchObject({ stage: 'resolve', handler: '刘建国' });
    expect(body.steps.find(({ status }) => status === 'current')?.step).toBe('agreed');
  });

  test('a manager sees in Temporal where it stands', async () => {
    const query = `WorkflowType = 'complaint' AND ComplaintStage = 'resolve' AND ComplaintGrade = 'major' AND CaseOwner = 'supervisor'`;
    const found: string[] = [];
    await waitUntil(
      async () => {
        found.length = 0;
        for await (const { workflowId } of stack.temporal.workflow.list({ query })) found.push(workflowId);
        return found.length > 0;
      },
      'the list knows the case',
      PATIENCE_MS,
    );
    expect(found).toEqual([complaintWorkflowId(filed.caseNo)]);
    const handle = stack.temporal.workflow.getHandle(complaintWorkflowId(filed.caseNo));
    const { typedSearchAttributes } = await handle.describe();
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({ CaseTeam: 'after-sales', Breached: false, Round: 1 });
  });

  test('the customer accepts and rates by the links of the mails that arrived, once each', async () => {
    await answerByLinks();
    expect(await stack.show(filed.caseNo)).toMatchObject({ stage: 'revisit' });
  });

  test('revisit, root cause and corrective action end it', async () => {
    expect(await revisitAndReview()).toMatchObject({ stage: 'archived' });
    const page = await stack.request(filed.statusUrl);
    expect(page.body).toContain('已办结');
    const handle = stack.temporal.workflow.getHandle(complaintWorkflowId(filed.caseNo));
    expect(await handle.result()).toMatchObject({ caseNo: filed.caseNo, outcome: 'upheld', rounds: 1 });
  });

  test('every planned mail arrived exactly once, in the language of its reader and in order', async () => {
    await mailTo(EMAIL, /办结/);
    await stack.mailsSent();
    const planned = await stack.sql<{ message_id: string; mail: string; state: string; error: string; to: string }>(
      `select coalesce(d.message_id, o.message_id) as message_id, o.mail, o.state, o.error, recipient ->> 'kind' as to
       from outbox o left join digests d on d.id = o.digest_id
       where case_no = $1 and o.error is distinct from 'handed_on' order by o.id`,
      [filed.caseNo],
    );
    const toCustomer = planned.filter(({ to }) => to === 'customer');
    expect(toCustomer.map(({ mail }) => mail)).toEqual([
      'receipt',
      'progress',
      'progress',
      'response',
      'solution',
      // With the survey in it, and the word of the revisit.
      'result',
      'closed',
    ]);
    // Left out where the case has gone on before anybody could have read them: the customer's second, and what asks staff
    // for something that has been done.
    const ASKS = ['assigned', 'helpRequested', 'approvalNeeded', 'actionPlanned'];
    const left = planned.filter(({ state }) => state !== 'sent');
    const settled = (row: (typeof left)[number]): boolean =>
      row.error === 'no news' ||
      (row.error === 'overtaken' && (row === toCustomer[1] || (row.to !== 'customer' && ASKS.includes(row.mail))));
    expect(left.filter((row) => !settled(row))).toEqual([]);

    // Notices that were gathered share the mail of their digest.
    const sent = [...new Set(planned.filter((row) => !left.includes(row)).map((row) => row.message_id))];
    const arrived = stack.smtp.mails.filter(
      ({ raw, messageId }) => raw.includes(`X-Redress-Case: ${filed.caseNo}`) || sent.includes(messageId ?? ''),
    );
    expect(arrived).toHaveLength(sent.length);
    expect(new Set(arrived.map(({ messageId }) => messageId))).toEqual(new Set(sent));
    const mails = mailsOf(EMAIL);
    expect(mails.map(({ messageId }) => messageId)).toEqual(
      toCustomer.filter((row) => !left.includes(row)).map((row) => row.message_id),
    );
    for (const { subject } of mails) expect(subject).toMatch(/\p{Script=Han}/u);
    expect(mails.filter((mail) => textOf(mail).includes(SAID))).toHaveLength(1);
    for (const { parsed } of stack.smtp.mails) expect([parsed.text, parsed.html].every(Boolean)).toBe(true);
    // Staff hear of it by number alone.
    for (const mail of stack.smtp.mails.filter(({ to }) =>
      to.every((address) => address.endsWith('@redress.localhost')),
    )) {
      for (const secret of [PHONE, EMAIL]) expect(mail.raw).not.toContain(secret);
    }
  });

  test('nothing personal in any history, memo, attribute or id, in what Temporal stores, or in the logs', async () => {
    const action = correctiveActionWorkflowId(`${filed.caseNo}-A1`);
    // In each there is something to find: the search looks inside the payloads.
    const controls = new Map([
      [complaintWorkflowId(filed.caseNo), fingerprintOf(WORDS)],
      [complaintWorkflowId(english.caseNo), fingerprintOf(ENGLISH_WORDS)],
      [action, '"plannedAt"'],
    ]);
    for (const [id, control] of controls) {
      const handle = stack.temporal.workflow.getHandle(id);
      const seen = unpacked({ history: await handle.fetchHistory(), described: await handle.describe() });
      expect(seen).toContain(JSON.stringify(control).slice(1, -1));
      for (const secret of PERSONAL) expect(seen).not.toContain(secret);
    }

    const files = readdirSync(stack.dataDir).filter((name) => name.startsWith('temporal.db'));
    const stored = files.map((name) => readFileSync(join(stack.dataDir, name)));
    expect(stored.some((bytes) => bytes.includes(filed.caseNo))).toBe(true);
    for (const secret of PERSONAL) expect(stored.some((bytes) => bytes.includes(secret))).toBe(false);

    const logs = stack.logs();
    expect(logs.find(({ name }) => name === 'server.log')?.text).toContain('/api/complaints');
    for (const { name, text } of logs) {
      for (const secret of [...PERSONAL, filed.accessCode, ...tokens()]) {
        if (text.includes(secret)) throw new Error(`${name} holds ${secret}`);
      }
    }
  });

  test('the ledger verifies; a row that was tampered with is found and its case named', async () => {
    const clean = await stack.ledgerCheck();
    expect(clean.output).toContain('no difference');
    expect(clean.code).toBe(0);

    const { caseNo } = filed;
    const raise = `update case_events set data = jsonb_set(data, '{total}', '1') where case_no = $1 and type = 'proposed'`;
    await expect(stack.sql(raise, [caseNo])).rejects.toThrow(/refused/);
    await stack.sql('alter table case_events disable trigger user');
    await stack.sql(raise, [caseNo]);
    await stack.sql('alter table case_events enable trigger user');

    const found = await stack.ledgerCheck();
    expect(found.code).toBe(1);
    expect(found.output).toMatch(new RegExp(`^${caseNo}: event \\d+: its hash does not fit its content$`, 'm'));
    expect(found.output).not.toContain(english.caseNo);
  });
});

/** As text, with every payload's bytes read. */
function unpacked(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return String(item);
    if (item instanceof Uint8Array) return Buffer.from(item).toString('utf8');
    // Buffers and protobuf's bytes arrive here as their JSON: an object of numbers, or base64.
    if (typeof item === 'object' && item !== null && 'data' in item) {
      const { data } = item;
      if (Array.isArray(data)) return Buffer.from(data as number[]).toString('utf8');
      if (typeof data === 'string') return { ...item, data: Buffer.from(data, 'base64').toString('utf8') };
    }
    return item;
  });
}

const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const tokens = (): string[] => Object.values(stack.credentials).map(({ token }) => token);
