import type { OutboxRow } from '../../../src/db/records';
import { LANGUAGES, type Language } from '../../../src/domain/basics/types';
import { event } from '../../../src/domain/case/events';
import { fakeStores } from './fake-stores';
import { sendAll, type Sent } from './send';
import { staffOf, user, Walk } from './walk';

/** Who hears of a case's owner and task force, once each; and what whoever has to act finds in their mail. */

const newCase = (more: Partial<ConstructorParameters<typeof Walk>[0]> = {}): Walk =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅', ...more });

async function send(
  walks: Walk[],
  which: (row: OutboxRow) => boolean,
  { email, language = 'zh-CN' }: { email?: string | null; language?: Language } = {},
): Promise<{ sent: Sent[]; rows: ReturnType<typeof fakeStores>['rows'] }> {
  const people = [...staffOf(language), user('u-lab', '周工', 'colleague', language, 'quality')];
  const [walk] = walks;
  const fake = fakeStores(walks, people, { rows: walk?.rows().filter(which), email });
  const sent = await sendAll(fake);
  return { sent, rows: fake.rows };
}

/** A major case of the supervisor, with one colleague on its task force. */
function major(): Walk {
  const walk = newCase({ grade: 'major' });
  return walk.decide('grade', walk.staff.agent, { grade: 'major', category: 'product_quality' }).happen(
    event('assigned', {
      owner: 'u-lead',
      role: 'supervisor',
      team: 'after-sales',
      taskForce: ['u-quality'],
      provisional: false,
    }),
  );
}
const toBoss = { owner: 'u-boss', ownerRole: 'manager', ownerTeam: 'after-sales' };

/** What was written of this case's people after `seq`. */
async function told(walk: Walk, seq = 0): Promise<string[]> {
  const { sent } = await send([walk], (row) => row.mail === 'assigned' && row.seq > seq);
  return sent.map(({ reader, subject }) => `${reader}: ${subject.replace(/^\[\S+\] | · .*$/g, '')}`);
}

test('a member of the task force is invited once, whatever else changes', async () => {
  const walk = major();
  expect(await told(walk)).toEqual([
    'u-agent: 新投诉，请先联系客户',
    'u-lead: 案件由您负责',
    'u-quality: 请您参加专项小组',
  ]);
  // A chain brings other departments in: of two, one is there already.
  let seq = walk.state?.seq ?? 0;
  walk.happen(event('taskForceOpened', { members: ['u-quality', 'u-lab'] }));
  expect(await told(walk, seq)).toEqual(['u-lab: 请您参加专项小组']);
  // Another lead: the members hear who it is; it is no second invitation.
  seq = walk.state?.seq ?? 0;
  walk.decide('reassign', walk.staff.boss, { ...toBoss, reason: walk.free('升级') });
  expect(await told(walk, seq)).toEqual([
    'u-boss: 案件由您负责',
    'u-quality: 专项小组现由周敏牵头',
    'u-lab: 专项小组现由周敏牵头',
    'u-lead: 案件已交给周敏',
  ]);
});

test('whoever is left out of another task force is told, and nobody who has what they had', async () => {
  const walk = major();
  const { seq } = walk.state ?? { seq: 0 };
  walk.decide('assign', walk.staff.lead, {
    owner: 'u-lead',
    ownerRole: 'supervisor',
    ownerTeam: 'after-sales',
    taskForce: ['u-lab'],
  });
  expect(await told(walk, seq)).toEqual(['u-lab: 请您参加专项小组', 'u-quality: 您已退出专项小组']);
});

test('an owner from whom a case is taken before they have accepted it hears so', async () => {
  const walk = major();
  const { seq } = walk.state ?? { seq: 0 };
  walk.decide('assign', walk.staff.boss, { ...toBoss, taskForce: [] });
  expect(await told(walk, seq)).toEqual([
    'u-boss: 案件由您负责',
    'u-quality: 您已退出专项小组',
    'u-lead: 案件已交给周敏',
  ]);
});

test.each(LANGUAGES)('whoever is out of a case is not sent the customer’s words again (%s)', async (language) => {
  const walk = major();
  const { seq } = walk.state ?? { seq: 0 };
  walk.decide('assign', walk.staff.boss, { ...toBoss, taskForce: [] });
  const { sent } = await send([walk], (row) => row.mail === 'assigned' && row.seq > seq, { language });
  const out = sent.filter(({ reader }) => reader !== 'u-boss');
  expect(out.map(({ reader }) => reader).toSorted()).toEqual(['u-lead', 'u-quality']);
  for (const { text, html } of out) expect(`${text}${html}`).not.toMatch(/滤芯错了|客户原话|customer's words/);
  expect(sent.find(({ reader }) => reader === 'u-boss')?.text).toContain('滤芯错了');
});

test.each(LANGUAGES)(
  'whoever has to act finds wish, files, ways to the customer and earlier cases (%s)',
  async (language) => {
    const other = newCase({ caseNo: 'C261122-BBBBBB' });
    const hidden = newCase({ caseNo: 'C261122-CCCCCC' });
    hidden.decide('grade', hidden.staff.lead, { grade: 'general', category: 'other', against: ['u-lead'] });
    const walk = newCase({ language, wish: '请上门重装，谢谢' });
    walk.happen(
      event('evidenceAdded', { evidenceId: 'e-1', sha256: 'a'.repeat(64) }),
      event('evidenceAdded', { evidenceId: 'e-2', sha256: 'b'.repeat(64) }),
      event('repeatFound', { of: ['C261122-BBBBBB', 'C261122-CCCCCC'] }),
      event('escalated', { because: 'repeat', to: 'supervisor' }),
    );
    walk.plan({ mail: 'escalation', to: { kind: 'user', id: 'u-lead' } }, 'escalated');
    walk.plan({ mail: 'assigned', to: { kind: 'user', id: 'u-agent' } }, 'assigned');
    const zh = language === 'zh-CN';
    const which = ({ mail, to }: OutboxRow): boolean =>
      to.kind === 'user' && (mail === 'assigned' || mail === 'escalation');
    const { sent } = await send([walk, other, hidden], which, { email: null, language });
    const assigned = sent.find(({ kind }) => kind === 'assigned');
    expect(assigned?.text).toContain('请上门重装，谢谢');
    expect(assigned?.text).toContain(zh ? '客户的文件：2' : "The customer's files: 2");
    expect(assigned?.text).toContain(zh ? '只有电话，没有邮箱' : 'phone only');
    // An agent of the same team may open both; whoever an earlier case is about may not.
    expect(assigned?.text).toContain('C261122-BBBBBB');
    const repeat = sent.find(({ kind }) => kind === 'escalation');
    expect(repeat?.text).toContain('C261122-BBBBBB');
    expect(repeat?.text).not.toContain('C261122-CCCCCC');
    for (const { subject, text, html } of sent) {
      expect(`${subject}${text}${html}`).not.toContain('13812345678');
      expect(subject).not.toContain('重装');
    }
  },
);

describe('a customer whom no mail reaches', () => {
  const offered = (): Walk => {
    const walk = newCase();
    const { agent } = walk.staff;
    return walk
      .decide('grade', agent, { grade: 'general', category: 'product_quality' })
      .decide('propose', agent, { remedies: [{ kind: 'refund', amount: 100 }], solution: walk.free('退款') });
  };
  const letters = ({ mail, to }: OutboxRow): boolean => to.kind === 'customer' && mail !== 'progress';

  test('the owner is asked once to ask by phone, whoever made the offer and whenever it was taken', async () => {
    const { sent, rows } = await send([offered()], letters, { email: null });
    expect(sent.map(({ reader, kind }) => `${reader} ${kind}`)).toEqual(['u-agent askByPhone']);
    expect(sent[0]?.text).toMatch(/打电话问客户是否同意.*via: phone/s);
    expect(sent[0]?.text).not.toMatch(/13812345678|林晓梅/);
    expect([...rows.values()].filter(({ mail }) => mail === 'solution').map(({ log }) => log)).toEqual([
      ['skipped:no address'],
    ]);
  });

  test('not when there is an address, or the answer is known', async () => {
    expect((await send([offered()], letters)).sent.map(({ kind }) => kind)).not.toContain('askByPhone');
    const walk = offered();
    walk.decide('customerAnswer', walk.staff.agent, { accepted: true, via: 'phone' });
    const fake = fakeStores([walk], staffOf('zh-CN'), { rows: walk.rows().filter(letters), email: null, late: true });
    await sendAll(fake);
    expect([...fake.rows.values()].map(({ mail }) => mail)).not.toContain('askByPhone');
  });
});
