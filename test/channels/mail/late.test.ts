import type { OutboxRow } from '../../../src/db/records';
import { event } from '../../../src/domain/case/events';
import { addMs } from '../../../src/domain/time/duration';
import { fakeStores } from './fake-stores';
import { sendAll, type Sent } from './send';
import { staffOf, Walk } from './walk';

/** Mails that leave long after what caused them: a mail server was away, or their reader was off. */
const newCase = (more: Partial<ConstructorParameters<typeof Walk>[0]> = {}): Walk =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅', ...more });

/** Sends what was planned when all of the walk is over. */
async function sendLate(walk: Walk, which: (row: OutboxRow) => boolean) {
  const fake = fakeStores([walk], staffOf('zh-CN'), { rows: walk.rows().filter(which), late: true });
  const sent = await sendAll(fake);
  const aside = [...fake.rows.values()].flatMap((row) =>
    row.outcome === 'skipped' ? [`${row.mail} ${row.log.at(-1)}`] : [],
  );
  return { sent, aside };
}

const GENERAL = { grade: 'general', category: 'product_quality' };
const kinds = (sent: readonly Sent[]): string[] => sent.map(({ kind }) => kind);
const toCustomer = ({ to }: OutboxRow): boolean => to.kind === 'customer';
const toStaff = ({ to }: OutboxRow): boolean => to.kind === 'user';

/** To somebody else of the same rank, by whoever leads. */
const handedTo = (walk: Walk, owner: string, more: Record<string, unknown> = {}): Walk =>
  walk.decide('reassign', walk.staff.lead, {
    owner,
    ownerRole: 'agent',
    ownerTeam: 'after-sales',
    reason: walk.free('换人'),
    ...more,
  });

test('a letter that leaves late names who owns the case now, and no date that is not open any more', async () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, GENERAL).decide('respond', walk.staff.agent, {
    via: 'phone',
    text: walk.free('正在核实'),
  });
  const { sent: before } = await sendLate(walk, ({ mail }) => mail === 'receipt');
  expect(before[0]?.text).toContain('负责人：李娜');
  handedTo(walk, 'u-other');
  const { sent } = await sendLate(walk, toCustomer);
  expect(sent[0]?.kind).toBe('receipt');
  for (const { kind, text } of sent) {
    expect({ kind, former: text.includes('李娜') }).toEqual({ kind, former: false });
    expect({ kind, owner: text.includes('何静') }).toEqual({ kind, owner: true });
  }
  // The answer has been given: by when it comes is no news.
  expect(sent[0]?.text).not.toContain('最晚答复您');
  expect(sent[0]?.text).toContain('最晚解决');
});

test('whoever is complained of and has lost the case is in no letter that leaves afterwards', async () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, GENERAL);
  walk.decide('regrade', walk.staff.lead, { ...GENERAL, against: ['u-agent'], reason: walk.free('投诉的就是他') });
  const { sent } = await sendLate(walk, toCustomer);
  expect(kinds(sent)).toContain('receipt');
  for (const { kind, text } of sent) expect({ kind, named: text.includes('李娜') }).toEqual({ kind, named: false });
});

test('what somebody wrote stays under their name, whoever owns the case now', async () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, GENERAL).decide('respond', walk.staff.agent, {
    via: 'mail',
    text: walk.free('正在核实'),
  });
  handedTo(walk, 'u-other');
  const { sent } = await sendLate(walk, ({ mail }) => mail === 'response');
  expect(sent[0]?.text).toContain('李娜');
});

test('nobody is told that a case is theirs when it is not any more, nor asked for what has been done', async () => {
  const walk = newCase();
  const { agent } = walk.staff;
  walk.decide('grade', agent, GENERAL);
  handedTo(walk, 'u-other', { taskForce: ['u-quality'] });
  walk.decide('requestHelp', walk.staff.other, {
    department: 'quality',
    assignee: 'u-quality',
    question: walk.free('批次？'),
  });
  walk.decide('answerHelp', walk.staff.quality, { taskId: 'h1', answer: walk.free('是') });
  handedTo(walk, 'u-agent', { taskForce: [] });
  const { sent, aside } = await sendLate(
    walk,
    (row) => toStaff(row) && ['assigned', 'helpRequested'].includes(row.mail),
  );
  const told = sent.map(({ to, subject }) => `${to.join()} ${subject}`);
  expect(told).toEqual([
    // It is the first handler's again, with the words of today; who had it meanwhile hears that it has gone.
    expect.stringMatching(/^u-agent@.*新投诉/),
    expect.stringMatching(/^u-agent@.*案件由您负责/),
    expect.stringMatching(/^u-other@.*案件已交给李娜/),
    expect.stringMatching(/^u-quality@/),
  ]);
  expect(new Set(aside.map((line) => line.replace(/ skipped:.*/, '')))).toEqual(new Set(['assigned', 'helpRequested']));
});

test('what is for the owner goes to whoever owns the case when it leaves', async () => {
  const walk = newCase();
  walk.decide('grade', walk.staff.agent, GENERAL).decide('chase', { kind: 'customer' }, { note: walk.free('快一点') });
  handedTo(walk, 'u-other');
  const { sent } = await sendLate(walk, (row) => toStaff(row) && row.mail === 'chased');
  expect(sent.map(({ to }) => to)).toEqual([['u-other@desk.example']]);
  // They have the words before them, and their own name as the owner's.
  expect(sent[0]?.text).toContain('快一点');
  expect(sent[0]?.text).toContain('负责人：何静');
});

test('of a complaint that is over only the last word leaves late', async () => {
  const walk = newCase();
  const { agent } = walk.staff;
  walk.decide('grade', agent, GENERAL);
  handedTo(walk, 'u-other');
  walk
    .happen(event('stageEntered', { stage: 'resolve', round: 1 }))
    .decide('withdraw', { kind: 'customer' }, { reason: walk.free('不用了') });
  const { sent, aside } = await sendLate(walk, ({ mail }) => mail === 'progress' || mail === 'closed');
  expect(kinds(sent)).toEqual(['closed']);
  expect(aside).toContain('progress skipped:overtaken');
  walk.decide('reopen', { kind: 'customer' }, { reason: walk.free('又坏了') });
  expect(kinds((await sendLate(walk, ({ mail }) => mail === 'closed')).sent)).toEqual([]);
});

test('an offer that has been answered, or has given way to another, is not sent to be answered', async () => {
  const walk = newCase();
  const { agent } = walk.staff;
  const offer = (amount: number): Walk =>
    walk.decide('propose', agent, { remedies: [{ kind: 'refund', amount }], solution: walk.free('退款') });
  walk.decide('grade', agent, GENERAL);
  offer(100);
  expect(kinds((await sendLate(walk, ({ mail }) => mail === 'solution')).sent)).toEqual(['solution']);
  walk.decide('customerAnswer', agent, { accepted: false, via: 'phone', reason: walk.free('不够') });
  offer(200);
  const { sent } = await sendLate(walk, ({ mail }) => mail === 'solution');
  expect(kinds(sent)).toEqual(['solution']);
  expect(sent[0]?.text).toContain('200');
  walk.decide('customerAnswer', agent, { accepted: true, via: 'phone' });
  expect((await sendLate(walk, ({ mail }) => mail === 'solution')).sent).toEqual([]);
});

test.each(['zh-CN', 'en'] as const)(
  'a pause that is over is told as such, not as a later date (%s)',
  async (language) => {
    const walk = newCase({ language });
    const { agent } = walk.staff;
    walk.decide('grade', agent, GENERAL);
    const until = addMs(walk.now, 48 * 3_600_000);
    walk.decide('pause', agent, { reason: 'parts', until, note: walk.free('等配件') }).later(3_600_000);
    walk.decide('resume', agent);
    const { sent, aside } = await sendLate(walk, (row) => toCustomer(row) && row.mail === 'extension');
    expect(sent).toHaveLength(1);
    expect(aside).toHaveLength(1);
    const { subject, text } = sent[0] ?? {};
    expect(text).toContain(
      language === 'en' ? 'now we are working on it again' : '现在已经继续办理，解决时间以下面的日期为准',
    );
    // One date, and no apology for it.
    expect(text).not.toMatch(/原定时间|Date so far|抱歉|道歉|apologise/);
    expect(text).toMatch(/新的时间|New date/);
    expect(subject).toMatch(/解决时间有变化|New date for your complaint: resolution/);
  },
);

test('a letter in English names staff in letters that its reader can read; one in Chinese as the house does', async () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const walk = newCase({ language });
    walk.decide('grade', walk.staff.agent, GENERAL);
    const staff = staffOf(language).map((one) => (one.id === 'u-agent' ? { ...one, nameEn: 'Li Na' } : one));
    const [receipt] = await sendAll(fakeStores([walk], staff, { rows: walk.rows().filter(toCustomer) }));
    expect(receipt?.kind).toBe('receipt');
    expect([receipt?.text.includes('Li Na'), receipt?.text.includes('李娜')]).toEqual([
      language === 'en',
      language === 'zh-CN',
    ]);
  }
});
