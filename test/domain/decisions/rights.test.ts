import { allowed } from '../../../src/domain/decisions/decide';
import type { DecisionName } from '../../../src/domain/decisions/catalogue';
import { event } from '../../../src/domain/case/events';
import { messagesFor } from '../../../src/domain/process/notices';
import { maySee } from '../../../src/domain/case/permissions';
import { OFFICE_POLICY } from '../policies';
import { ACTORS, CASE_NO, opening, START, text, Walk, type ActorName } from '../walk';

/** A major case in work, with somebody of quality on the task force. */
function major(): Walk {
  const walk = new Walk('major');
  walk.decide('grade', 'agent', { grade: 'major', category: 'product_quality' });
  const force = { owner: 'u-supervisor2', ownerRole: 'supervisor', taskForce: ['u-quality'] };
  expect(walk.decide('assign', 'supervisor', force).kind).toBe('taken');
  expect(walk.decide('accept', 'supervisor2', {}).kind).toBe('taken');
  return walk;
}

const may = (walk: Walk, who: ActorName): DecisionName[] =>
  allowed(walk.state, { actor: ACTORS[who], at: walk.now, policy: walk.policy });

const because = (walk: Walk): string[] =>
  walk.events.flatMap((item) => (item.type === 'escalated' ? [item.data.because] : []));

test('an auditor sees every case and decides nothing, not even as its owner or on its task force', () => {
  const walk = major();
  for (const id of ['u-auditor', 'u-supervisor2', 'u-quality']) {
    const auditor = { kind: 'staff', id, role: 'auditor', team: 'quality' } as const;
    expect(maySee(auditor, walk.state)).toBe(true);
    expect(allowed(walk.state, { actor: auditor, at: walk.now, policy: walk.policy })).toEqual([]);
    expect(walk.decide('note', auditor, { text: text(1) })).toMatchObject({
      kind: 'forbidden',
      refusal: { code: 'forbidden', words: { zh: expect.stringContaining('审计员') as string } },
    });
  }
  expect(walk.decide('note', 'supervisor2', { text: text(1) }).kind).toBe('taken');
  const given = { owner: 'u-auditor', ownerRole: 'auditor', reason: text(1) };
  expect(walk.decide('reassign', 'supervisor', given).kind).toBe('conflict');
});

describe('a colleague on the task force helps', () => {
  test('sees the case, adds notes and evidence, and decides nothing', () => {
    const walk = major();
    expect(maySee(ACTORS.colleague, walk.state)).toBe(true);
    expect(may(walk, 'colleague').toSorted()).toEqual(['addEvidence', 'chase', 'note']);
    for (const [name, input] of [
      ['regrade', { grade: 'general', category: 'other', reason: text(1) }],
      ['withdraw', { reason: text(1) }],
      ['merge', { into: 'C261122-000000', reason: text(1) }],
      ['pause', { reason: 'customer', until: '2026-11-23T00:00:00.000Z', note: text(1) }],
      ['respond', { via: 'phone', text: text(1) }],
      ['notSubstantiated', { reasons: text(1) }],
      ['planAction', { kind: 'urgent', owner: 'u-quality', cause: 'design', description: text(1) }],
    ] as const) {
      expect({ name, kind: walk.decide(name, 'colleague', input).kind }).toEqual({ name, kind: 'forbidden' });
    }
    expect(walk.decide('note', 'colleague', { text: text(1) }).kind).toBe('taken');
  });

  test('answers what their department is asked, and starts their own action, not another’s', () => {
    const walk = major();
    walk.decide('requestHelp', 'supervisor2', { department: 'quality', question: text(1) });
    expect(walk.decide('answerHelp', 'colleague', { taskId: 'h1', answer: text(2) }).kind).toBe('taken');
    const plan = { kind: 'urgent', cause: 'design', description: text(3) };
    walk.decide('planAction', 'supervisor2', { ...plan, owner: 'u-quality' });
    walk.decide('planAction', 'supervisor2', { ...plan, owner: 'u-supervisor' });
    const others = { actionId: `${CASE_NO}-A2` };
    expect(walk.decide('startAction', 'colleague', others)).toMatchObject({ refusal: { code: 'not_your_action' } });
    expect(walk.decide('startAction', 'colleague', { actionId: `${CASE_NO}-A1` }).kind).toBe('taken');
  });

  test('an agent on the task force works on the case', () => {
    const walk = major();
    const force = { owner: 'u-supervisor', ownerRole: 'supervisor', taskForce: ['u-agent2'], reason: text(1) };
    walk.decide('reassign', 'supervisor2', force);
    expect(may(walk, 'agent2')).toContain('respond');
  });
});

describe('a lower grade', () => {
  const lower = { grade: 'general', category: 'product_quality' };

  test('of a hazard is for somebody who leads, with a reason', () => {
    const walk = new Walk('major');
    expect(walk.decide('grade', 'agent', { ...lower, reason: text(1) })).toMatchObject({
      kind: 'conflict',
      refusal: { code: 'hazard' },
    });
    expect(walk.decide('grade', 'supervisor', lower)).toMatchObject({ refusal: { code: 'reason_needed' } });
    expect(walk.decide('grade', 'supervisor', { ...lower, reason: text(1) }).kind).toBe('taken');
    expect(walk.state).toMatchObject({ grade: 'general' });
    expect(walk.state.lowered).toBeUndefined();
    // Whoever leads has decided; nobody needs to tell them.
    expect(because(walk)).toEqual([]);
  });

  test('of a hazard cannot be reached by two steps either', () => {
    const walk = new Walk('major');
    walk.decide('grade', 'agent', { grade: 'major', category: 'other' });
    walk.append([
      event('reassigned', { owner: 'u-supervisor', role: 'supervisor', team: 'after-sales', taskForce: ['u-agent2'] }),
    ]);
    expect(walk.decide('regrade', 'agent2', { ...lower, reason: text(1) })).toMatchObject({
      refusal: { code: 'hazard' },
    });
  });

  test('without a hazard is the supervisor’s own judgement', () => {
    const walk = new Walk('important');
    expect(walk.decide('grade', 'supervisor', lower).kind).toBe('taken');
    expect(walk.state.lowered).toBeUndefined();
    expect(because(walk)).toEqual([]);
  });

  test('without a hazard has an agent’s reason, is told to the supervisor, and makes no promise longer until confirmed', () => {
    const walk = new Walk('important', OFFICE_POLICY);
    expect(walk.decide('grade', 'agent', lower)).toMatchObject({ refusal: { code: 'reason_needed' } });
    expect(walk.decide('grade', 'agent', { ...lower, reason: text(1) }).kind).toBe('taken');
    expect(walk.state.lowered).toEqual({ by: 'u-agent', from: 'important' });
    const told = walk.events.find((item) => item.type === 'escalated' && item.data.because === 'gradedDown');
    if (!told) throw new Error('nobody was told');
    expect(messagesFor(told, walk.state)).toEqual([
      { mail: 'escalation', to: { kind: 'role', role: 'supervisor', team: 'after-sales' } },
    ]);
    // A clock that the higher grade brought along runs on: `first-offer` is not for general complaints.
    expect(walk.state.clocks['first-offer']?.status).not.toBe('cancelled');

    expect(walk.decide('regrade', 'agent', { ...lower, reason: text(2) })).toMatchObject({
      refusal: { code: 'same_grade' },
    });
    expect(walk.decide('regrade', 'supervisor', { ...lower, reason: text(2) }).kind).toBe('taken');
    expect(walk.state.lowered).toBeUndefined();
  });

  test('lengthens the first response only when it is confirmed', () => {
    const first = opening('major');
    const { firstResponse } = first.state.clocks;
    const walk = new Walk('major');
    // Money, not safety: an agent may say that it is less.
    walk.state = { ...walk.state, suggestion: { grade: 'major', category: 'other', rules: ['M2'] } };
    expect(walk.decide('grade', 'agent', { ...lower, reason: text(1) }).kind).toBe('taken');
    expect(walk.state.clocks.firstResponse?.dueAt).toBe(firstResponse?.dueAt);
    walk.decide('regrade', 'supervisor', { ...lower, reason: text(2) });
    expect(walk.state.clocks.firstResponse?.dueAt).toBe('2026-11-22T01:15:00.000Z');
  });

  test('is undone by grading as it was', () => {
    const walk = new Walk('important');
    walk.decide('grade', 'agent', { ...lower, reason: text(1) });
    walk.decide('regrade', 'agent', { grade: 'important', category: 'product_quality', reason: text(2) });
    expect(walk.state.lowered).toBeUndefined();
  });
});

describe('whoever the complaint is about', () => {
  test('is kept out as soon as their name stands in it, and a lead clears them', () => {
    const walk = new Walk('general', undefined, 'u-agent');
    expect(walk.state.owner?.id).toBe('u-agent2');
    expect(because(walk)).toEqual(['named']);
    expect(maySee(ACTORS.agent, walk.state)).toBe(false);
    const graded = { grade: 'general', category: 'service_attitude' };
    expect(walk.decide('grade', 'agent', graded)).toMatchObject({
      kind: 'forbidden',
      refusal: { code: 'complained_of' },
    });
    expect(walk.decide('note', 'agent', { text: text(1) }).kind).toBe('forbidden');
    // Another agent neither clears a colleague, nor drops them by leaving them out.
    expect(walk.decide('grade', 'agent2', { ...graded, against: [] })).toMatchObject({
      refusal: { code: 'lead_clears' },
    });
    expect(walk.decide('grade', 'agent2', graded).kind).toBe('taken');
    expect(walk.state).toMatchObject({ against: ['u-agent'], owner: { id: 'u-agent2' } });
    expect(walk.state.named).toHaveLength(1);

    walk.decide('regrade', 'supervisor', { ...graded, against: [], reason: text(2) });
    expect(walk.state.against).toEqual([]);
    expect(walk.state.named).toBeUndefined();
    expect(maySee(ACTORS.agent, walk.state)).toBe(true);
  });

  test('stays out once a lead has confirmed it', () => {
    const walk = new Walk('general', undefined, 'u-agent');
    walk.decide('grade', 'supervisor', { grade: 'general', category: 'other', against: ['u-agent'] });
    expect(walk.state).toMatchObject({ against: ['u-agent'], named: undefined });
    expect(maySee(ACTORS.agent, walk.state)).toBe(false);
  });

  test('a manager neither sees nor decides in a complaint about themselves', () => {
    const walk = new Walk('general', undefined, 'u-manager');
    expect(maySee(ACTORS.manager, walk.state)).toBe(false);
    expect(may(walk, 'manager')).toEqual([]);
  });

  test('loses the case at once; somebody else is found, and the lead is told', () => {
    const walk = new Walk('general');
    walk.decide('grade', 'agent', { grade: 'general', category: 'other' });
    expect(walk.state).toMatchObject({ stage: 'resolve', owner: { id: 'u-agent' } });
    walk.decide('regrade', 'supervisor', {
      grade: 'general',
      category: 'other',
      against: ['u-agent'],
      reason: text(1),
    });
    expect(walk.state).toMatchObject({ stage: 'resolve', owner: { id: 'u-agent2' } });
    expect(because(walk)).toEqual(['complainedOf']);
    const changes = walk.events.slice(walk.events.findIndex((item) => item.type === 'regraded'));
    // No mail goes to them any more.
    const state = walk.state;
    const mails = changes.flatMap((item) => messagesFor(item, state));
    expect(mails).not.toContainEqual(expect.objectContaining({ to: { kind: 'user', id: 'u-agent' } }));
  });

  test('loses it in the last stages as well', () => {
    const walk = new Walk('important');
    walk.decide('grade', 'agent', { grade: 'important', category: 'other' });
    walk.decide('accept', 'supervisor', {});
    walk.decide('propose', 'supervisor', { remedies: [{ kind: 'apology' }], solution: text(1), findings: text(2) });
    walk.decide('customerAnswer', 'customer', { accepted: true });
    walk.decide('carryOut', 'supervisor', {});
    walk.decide('resolve', 'supervisor', { outcome: 'upheld', cause: 'design', summary: text(3) });
    walk.decide('recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1 });
    const assignee = walk.state.followUp?.assignee;
    expect(assignee).toBe('u-agent');
    walk.decide('regrade', 'manager', {
      grade: 'important',
      category: 'other',
      against: ['u-supervisor', 'u-agent'],
      reason: text(4),
    });
    expect(walk.state).toMatchObject({ stage: 'feedback', owner: { id: 'u-supervisor2' } });
    expect(walk.state.followUp?.assignee).toBe('u-agent2');
    expect(may(walk, 'supervisor')).toEqual([]);
  });

  test('gives up their seat on the task force, and their task goes to the department', () => {
    const walk = major();
    walk.decide('requestHelp', 'supervisor2', { department: 'quality', assignee: 'u-quality', question: text(1) });
    walk.decide('planAction', 'supervisor2', {
      kind: 'urgent',
      owner: 'u-quality',
      cause: 'design',
      description: text(2),
    });
    walk.decide('regrade', 'supervisor2', {
      grade: 'major',
      category: 'product_quality',
      against: ['u-quality'],
      reason: text(3),
    });
    expect(walk.state.taskForce).toEqual([]);
    expect(walk.state.helpTasks[0]).toMatchObject({ department: 'quality', assignee: undefined, open: true });
    expect(maySee(ACTORS.colleague, walk.state)).toBe(false);
    // Their action is still open: who leads hears that somebody else has to see to it.
    expect(because(walk)).toEqual(['complainedOf']);
    expect(walk.decide('startAction', 'colleague', { actionId: `${CASE_NO}-A1` }).kind).toBe('forbidden');
  });

  test('is not brought in again, by whatever way', () => {
    const walk = major();
    walk.decide('regrade', 'supervisor2', {
      grade: 'major',
      category: 'product_quality',
      against: ['u-quality'],
      reason: text(1),
    });
    for (const [name, input] of [
      ['requestHelp', { department: 'quality', assignee: 'u-quality', question: text(2) }],
      ['planAction', { kind: 'urgent', owner: 'u-quality', cause: 'design', description: text(2) }],
      ['reassign', { owner: 'u-supervisor', ownerRole: 'supervisor', taskForce: ['u-quality'], reason: text(2) }],
    ] as const) {
      expect(walk.decide(name, 'supervisor2', input)).toMatchObject({ refusal: { code: 'complained_of' } });
    }
  });

  test('old cases go by the rules they were opened under', () => {
    const { state } = opening('general', START);
    const walk = new Walk('general');
    walk.state = { ...state, revision: 2 };
    walk.decide('grade', 'agent', { grade: 'general', category: 'other', against: ['u-agent'] });
    expect(walk.state.taskForce).toEqual([]);
    walk.decide('regrade', 'supervisor', {
      grade: 'general',
      category: 'other',
      against: ['u-agent2'],
      reason: text(1),
    });
    expect(because(walk)).toEqual([]);
  });
});

describe('handing on', () => {
  const next = { owner: 'u-supervisor', ownerRole: 'supervisor', reason: text(1) };

  test('keeps the task force, and everybody is told', () => {
    const walk = major();
    walk.decide('reassign', 'manager', next);
    expect(walk.state).toMatchObject({ owner: { id: 'u-supervisor' }, taskForce: ['u-quality'] });
    const handed = walk.events.find((item) => item.type === 'reassigned');
    if (!handed) throw new Error('it was not handed on');
    expect(messagesFor(handed, walk.state).map(({ mail, to }) => [mail, to.kind === 'user' && to.id])).toEqual([
      ['assigned', 'u-supervisor'],
      ['assigned', 'u-quality'],
      // Who had it hears that it has gone.
      ['assigned', 'u-supervisor2'],
    ]);
  });

  test('names another task force, or none, and the former owner may stay', () => {
    const walk = major();
    walk.decide('reassign', 'manager', { ...next, taskForce: [], formerOwner: 'stays' });
    expect(walk.state.taskForce).toEqual(['u-supervisor2']);
    const handed = walk.events.find((item) => item.type === 'reassigned');
    expect(handed?.data).toMatchObject({ from: 'u-supervisor2', left: ['u-quality'] });
    if (handed)
      expect(messagesFor(handed, walk.state)).toContainEqual({
        mail: 'assigned',
        to: { kind: 'user', id: 'u-quality' },
      });
  });

  test('a member who takes the lead is not a member as well', () => {
    const walk = major();
    walk.decide('reassign', 'manager', { ...next, formerOwner: 'stays' });
    expect(walk.state.taskForce).toEqual(['u-quality', 'u-supervisor2']);
    walk.decide('reassign', 'manager', { ...next, owner: 'u-supervisor2' });
    expect(walk.state).toMatchObject({ owner: { id: 'u-supervisor2' }, taskForce: ['u-quality'] });
  });

  test('assigned anew before anybody has accepted, it stays as well; to its owner it is refused', () => {
    const walk = new Walk('major');
    walk.decide('grade', 'agent', { grade: 'major', category: 'other' });
    walk.decide('assign', 'supervisor', { owner: 'u-supervisor2', ownerRole: 'supervisor', taskForce: ['u-quality'] });
    walk.decide('assign', 'supervisor', { owner: 'u-manager', ownerRole: 'manager' });
    expect(walk.state.taskForce).toEqual(['u-quality']);
    expect(walk.decide('assign', 'supervisor', { owner: 'u-manager', ownerRole: 'manager' })).toMatchObject({
      refusal: { code: 'same_owner' },
    });
    // Another task force is a change, though the owner is the same.
    const force = { owner: 'u-manager', ownerRole: 'manager', taskForce: ['u-quality', 'u-agent2'] };
    expect(walk.decide('assign', 'supervisor', force).kind).toBe('taken');
    expect(walk.decide('assign', 'supervisor', force)).toMatchObject({ refusal: { code: 'same_owner' } });
  });
});

test('the system answers for a department that has its own tracker, starts its action, notes, and decides nothing else', () => {
  const walk = major();
  const SYSTEM = { kind: 'system' } as const;
  walk.decide('requestHelp', 'supervisor2', { department: 'quality', question: text(1) });
  const taken = { taskId: 'h1', answer: text(2), withdrawn: true };
  expect(walk.decide('answerHelp', SYSTEM, taken)).toMatchObject({ refusal: { code: 'not_asked' } });
  expect(walk.decide('answerHelp', SYSTEM, { taskId: 'h1', answer: text(2) }).kind).toBe('taken');
  expect(walk.events.find(({ type }) => type === 'helpAnswered')).toMatchObject({ actor: SYSTEM });
  walk.decide('planAction', 'supervisor2', {
    kind: 'urgent',
    owner: 'u-quality',
    cause: 'design',
    description: text(1),
  });
  const actionId = `${CASE_NO}-A1`;
  expect(walk.decide('startAction', SYSTEM, { actionId }).kind).toBe('taken');
  expect(walk.decide('note', SYSTEM, { text: text(3) }).kind).toBe('taken');
  expect(walk.decide('note', 'customer', { text: text(3) }).kind).toBe('forbidden');
  expect(walk.decide('verifyAction', SYSTEM, { actionId, reached: true, report: text(1) }).kind).toBe('invalid');
  expect(walk.decide('withdraw', SYSTEM, { reason: text(1) }).kind).toBe('invalid');
});
