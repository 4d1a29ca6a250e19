import type { User } from '../../../src/db/records';
import { Duty } from '../../../src/channels/mail/duty';
import { fold } from '../../../src/domain/case/evolve';
import { decide } from '../../../src/domain/decisions/decide';
import { event } from '../../../src/domain/case/events';
import type { MailKind } from '../../../src/domain/policy/mail-kinds';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { addMs } from '../../../src/domain/time/duration';
import { renderDigest } from '../../../src/channels/mail/digest';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import { renderMail } from '../../../src/channels/mail/render';
import { LANGUAGES } from '../../../src/domain/basics/types';
import { money } from '../../../src/render/format';
import { config, fakeStores, links, recorder } from './fake-stores';
import { actor, user, Walk } from './walk';

/** Whom a notice is brought to: somebody who can do what it asks for, before it is too late, and once. */
const AGENT = user('u-agent', '李娜', 'agent', 'zh-CN');
const LEAD = user('u-lead', '刘敏', 'supervisor', 'zh-CN');
const SECOND = user('u-second', '刘建国', 'supervisor', 'zh-CN');
const AFAR = user('u-afar', '赵强', 'supervisor', 'zh-CN', 'logistics');
const BOSS = user('u-boss', '周敏', 'manager', 'zh-CN');
const HOUSE = [AGENT, LEAD, AFAR, BOSS];

const newCase = (more: Partial<ConstructorParameters<typeof Walk>[0]> = {}): Walk =>
  new Walk({ language: 'zh-CN', caseNo: 'C261122-AAAAAA', words: '滤芯错了', customerName: '林晓梅', ...more });

/** In their hands: an agent's as a general case, a supervisor's as an important one. */
function owned(walk: Walk, by: User): Walk {
  const category = 'product_quality';
  if (by.role === 'agent') return walk.decide('grade', actor(by), { grade: 'general', category });
  const { id, role, team } = by;
  return walk
    .decide('grade', walk.staff.agent, { grade: 'important', category })
    .happen(event('assigned', { owner: id, role, team, taskForce: [], provisional: false }))
    .decide('accept', actor(by));
}

/** Of the last event that causes such a mail: who reads it, as the case stands. */
async function readersOf(walk: Walk, mail: MailKind, users: User[]): Promise<string[]> {
  const last = walk.planned.findLast(({ message }) => message.mail === mail);
  if (!last) throw new Error(`no ${mail}`);
  const found = walk.planned.filter((one) => one.event === last.event && one.message.mail === mail);
  const duty = new Duty(fakeStores([walk], users).stores, () => Date.parse(walk.now));
  const all = await Promise.all(found.map(({ message }) => duty.readers(message.to, walk.state, walk.policy)));
  return [...new Set(all.flat().map(({ id }) => id))].toSorted();
}

const proposal = (walk: Walk, amount: number) => ({
  remedies: [{ kind: 'compensation', amount }],
  solution: walk.free('补偿'),
  findings: walk.free('查明'),
});

describe('what asks for a yes goes to who may say it', () => {
  const mayApprove = (walk: Walk, who: User): boolean =>
    !!walk.state &&
    decide(walk.state, 'approve', { decisionId: 'd-approve', actor: actor(who), input: {} }, walk.now, walk.policy)
      .kind === 'taken';

  const limit = HOUSE_POLICY.compensation.supervisorUpTo;
  test.each<[string, User, number, User[], string[]]>([
    ['within the limit of a supervisor', AGENT, 2_000, HOUSE, ['u-lead']],
    ['above it', AGENT, limit + 1, HOUSE, ['u-boss']],
    ['of the only supervisor of the team', LEAD, 2_000, HOUSE, ['u-boss']],
    ['of one of two supervisors', LEAD, 2_000, [...HOUSE, SECOND], ['u-second']],
  ])('a proposal %s, its warning and its escalation', async (_name, by, amount, users, wanted) => {
    const walk = owned(newCase(), by);
    walk.decide('propose', actor(by), proposal(walk, amount));
    expect(await readersOf(walk, 'approvalNeeded', users)).toEqual(wanted);
    for (const id of wanted) expect(mayApprove(walk, users.find((one) => one.id === id) as User)).toBe(true);
    const clock = `approval:${walk.state?.proposal?.id}`;
    walk.dueUntil((state) => (state.clocks[clock]?.warned ?? 0) > 0);
    expect(await readersOf(walk, 'promiseWarned', users)).toEqual(wanted);
    walk.dueUntil((state) => state.clocks[clock]?.escalated === 1);
    expect(await readersOf(walk, 'escalation', users)).toEqual(wanted);
  });

  test('the finding of the only supervisor is looked at by the manager', async () => {
    const walk = owned(newCase(), LEAD);
    walk.decide('notSubstantiated', actor(LEAD), { reasons: walk.free('按合同') });
    expect(await readersOf(walk, 'approvalNeeded', HOUSE)).toEqual(['u-boss']);
  });

  test('with nobody else in the house it stays with those who lead', async () => {
    const walk = owned(newCase(), LEAD);
    walk.decide('propose', actor(LEAD), proposal(walk, 2_000));
    expect(await readersOf(walk, 'approvalNeeded', [AGENT, LEAD])).toEqual(['u-lead']);
  });
});

describe('nobody is told of their own lapse as their own lead', () => {
  test('a supervisor’s broken promise goes to the manager; an agent’s to the supervisor', async () => {
    const broken = (state: NonNullable<Walk['state']>): boolean => (state.clocks.firstResponse?.escalated ?? 0) > 0;
    const walk = owned(newCase(), LEAD).dueUntil(broken);
    expect(await readersOf(walk, 'escalation', HOUSE)).toEqual(['u-boss']);
    expect(await readersOf(newCase().dueUntil(broken), 'escalation', HOUSE)).toEqual(['u-lead']);
  });

  test('a customer who presses is heard by somebody beside the owner', async () => {
    const walk = owned(newCase(), LEAD).decide('chase', { kind: 'customer' });
    expect(await readersOf(walk, 'chased', HOUSE)).toEqual(['u-boss', 'u-lead']);
  });

  test('the action of a supervisor that is over its time goes to the manager', async () => {
    const walk = owned(newCase(), LEAD);
    walk.happen(
      event('actionPlanned', {
        actionId: 'C261122-AAAAAA-A1',
        kind: 'urgent',
        owner: 'u-lead',
        cause: 'design',
        description: walk.free('停发'),
      }),
      event('escalated', { because: 'action', to: 'supervisor', actionId: 'C261122-AAAAAA-A1', dueAt: walk.now }),
    );
    expect(await readersOf(walk, 'escalation', HOUSE)).toEqual(['u-boss']);
  });
});

describe('what a customer or the clock causes is heard by who has to act on it', () => {
  const CUSTOMER = { kind: 'customer' } as const;
  const done = (): Walk => {
    const walk = owned(newCase(), AGENT).decide('respond', actor(AGENT), {
      via: 'phone',
      text: newCase().free('在查'),
    });
    walk.decide('notSubstantiated', actor(AGENT), { reasons: walk.free('按合同') });
    return walk.decide('resolve', actor(AGENT), {
      outcome: 'not_upheld',
      cause: 'unknown',
      summary: walk.free('已答复'),
    });
  };

  test('asked to go on: the owner and who leads; taken up again after a revisit: the owner', async () => {
    const reopened = done().decide('reopen', CUSTOMER, { reason: newCase().free('又坏了') });
    expect(await readersOf(reopened, 'reopened', HOUSE)).toEqual(['u-agent', 'u-lead']);
    const walk = done();
    walk.decide('recordRevisit', actor(LEAD), { satisfied: false, method: 'phone', report: walk.free('没好') });
    expect(await readersOf(walk, 'reopened', HOUSE)).toEqual(['u-agent']);
  });

  test('withdrawn by the customer: the owner; by who records it: nobody', async () => {
    const walk = owned(newCase(), AGENT);
    walk.decide('withdraw', CUSTOMER, { reason: walk.free('不用了') });
    expect(await readersOf(walk, 'customerWithdrew', HOUSE)).toEqual(['u-agent']);
    const recorded = owned(newCase(), AGENT);
    recorded.decide('withdraw', actor(AGENT), { reason: recorded.free('不用了') });
    expect(recorded.planned.map(({ message }) => message.mail)).not.toContain('customerWithdrew');
  });

  test('a file added later: the owner; with the complaint, or by staff: nobody', async () => {
    const file = (n: string) => ({ evidenceId: `00000000-0000-4000-8000-00000000000${n}`, sha256: 'a'.repeat(64) });
    const walk = newCase().decide('addEvidence', CUSTOMER, file('1'));
    expect(walk.planned.map(({ message }) => message.mail)).not.toContain('customerAdded');
    owned(walk, AGENT).decide('addEvidence', actor(AGENT), file('2'));
    expect(walk.planned.map(({ message }) => message.mail)).not.toContain('customerAdded');
    walk.decide('addEvidence', CUSTOMER, file('3'));
    expect(await readersOf(walk, 'customerAdded', HOUSE)).toEqual(['u-agent']);
  });

  test('a pause that is over: the owner; an effect that is not reached: whose action it is, and who leads', async () => {
    const walk = owned(newCase(), AGENT);
    walk
      .decide('pause', actor(AGENT), { reason: 'parts', until: addMs(walk.now, 86_400_000), note: walk.free('等配件') })
      .dueUntil((state) => state.paused === undefined);
    expect(await readersOf(walk, 'resumed', HOUSE)).toEqual(['u-agent']);
    const actionId = 'C261122-AAAAAA-A1';
    const description = walk.free('停发');
    walk.happen(
      event('actionPlanned', { actionId, kind: 'urgent', owner: 'u-agent', cause: 'design', description }),
      event('actionMeasured', { actionId, before: 9, after: 7, reached: false, round: 1 }),
    );
    expect(await readersOf(walk, 'actionDue', HOUSE)).toEqual(['u-agent', 'u-lead']);
  });
});

test('in a digest the most urgent comes first, and is its subject: broken, then by grade, then by due time', async () => {
  const unassigned = event('escalated', { because: 'unassigned', to: 'supervisor' });
  const broken = (state: NonNullable<Walk['state']>): boolean => (state.clocks.firstResponse?.escalated ?? 0) > 0;
  const walks = [
    newCase({ caseNo: 'C261122-PPPPPP' }).happen(unassigned),
    newCase({ caseNo: 'C261122-MMMMMM', grade: 'major' }).happen(unassigned),
    newCase({ caseNo: 'C261122-LLLLLL', grade: 'important', at: '2026-11-22T09:08:00.000Z' }).dueUntil(broken),
    newCase({ caseNo: 'C261122-EEEEEE', grade: 'important' }).dueUntil(broken),
    newCase({ caseNo: 'C261122-BBBBBB', grade: 'major' }).dueUntil(broken),
  ];
  let first = 1;
  const rows = walks.flatMap((walk) => {
    const own = walk.rows(first).filter(({ mail }) => mail === 'escalation');
    first += 100;
    return own.slice(0, 1);
  });
  const { log } = recorder();
  const { subject, text, html } = await renderDigest({
    templates: loadMailTemplates(),
    notices: rows,
    language: 'zh-CN',
    house: { name: config.ORG_NAME, contact: '' },
    dayUrl: links.deskUrl(),
    log,
    source: (row) => {
      const walk = walks.find(({ options }) => options.caseNo === row.caseNo);
      if (!walk) throw new Error('no walk');
      return Promise.resolve({
        caseNo: row.caseNo,
        mail: row.mail,
        seq: row.seq,
        events: walk.events,
        now: walk.stateAt(row.seq),
        policy: walk.policy,
        language: 'zh-CN',
        customerName: '',
        reach: { phone: true, email: true },
        maySee: () => Promise.resolve(false),
        house: { name: '', contact: '' },
        text: () => Promise.resolve(undefined),
        userName: () => Promise.resolve(undefined),
        sameCustomer: () => Promise.resolve(false),
        links: {
          ...links,
          proposalUrl: () => Promise.resolve(''),
          surveyUrl: () => Promise.resolve(''),
        },
      });
    },
  });
  const order = [...text.matchAll(/^- \[C261122-([A-Z])/gm)].map((match) => match[1]).join('');
  expect(order).toBe('BELMP');
  // Each notice leads to its case, and the button to the reader's own page.
  for (const { caseNo } of rows) expect(html).toContain(`/desk/cases/${caseNo}"`);
  expect(text.trim()).toContain(links.deskUrl());
  expect(subject).toContain('C261122-BBBBBB');
});

test('an amount in English is written in groups of three', () => {
  const amounts = [260, 2_800, 1_234_567, 3_000.5].map((amount) => money(amount, 'en'));
  expect(amounts).toEqual(['CN¥260', 'CN¥2,800', 'CN¥1,234,567', 'CN¥3,000.50']);
});

test.each(LANGUAGES)(
  'the receipt of a complaint that speaks of danger says first how to get safe (%s)',
  async (language) => {
    const walk = newCase({ grade: 'major', language });
    const receipt = async (rules: string[]): Promise<string> => {
      const events = walk.events.map((item) =>
        item.type === 'gradeSuggested' ? { ...item, data: { ...item.data, rules } } : item,
      );
      const cause = walk.planned.find(({ message }) => message.mail === 'receipt')?.event.seq ?? 0;
      return (
        await renderMail(loadMailTemplates(), {
          caseNo: walk.options.caseNo,
          mail: 'receipt',
          seq: cause,
          events,
          now: fold(walk.options.caseNo, events) ?? walk.stateAt(cause),
          policy: HOUSE_POLICY,
          language,
          customerName: '林晓梅',
          reach: { phone: true, email: true },
          maySee: () => Promise.resolve(false),
          house: { name: '青禾电器', contact: '' },
          text: () => Promise.resolve(undefined),
          userName: () => Promise.resolve('李娜'),
          sameCustomer: () => Promise.resolve(true),
          links: {
            accessCode: (no) => links.accessCode(no),
            progressUrl: (no) => links.progressUrl(no),
            proposalUrl: () => Promise.resolve(''),
            surveyUrl: () => Promise.resolve(''),
            deskCaseUrl: () => '',
          },
        })
      ).text;
    };
    expect(await receipt(['M1'])).toMatch(/119 (?:或|or) 120/);
    expect(await receipt(['M5'])).not.toMatch(/119 (?:或|or) 120/);
  },
);
