import { decide } from '../../../src/domain/decisions/decide';
import { DECISIONS, DECISION_NAMES } from '../../../src/domain/decisions/catalogue';
import { messagesFor } from '../../../src/domain/process/notices';
import { maySee } from '../../../src/domain/case/permissions';
import { policySchema, type Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { waitsFor } from '../../../src/domain/views/progress';
import { ACTORS, inputFor, text, Walk } from '../walk';

const CONTRACT =
  'grade, assign, accept, respond, write, addEvidence, requestHelp, answerHelp, propose, approve, reject, customerAnswer, carryOut, notSubstantiated, resolve, recordSurvey, followUp, recordRevisit, reopen, recordRootCause, planAction, startAction, verifyAction, archive, pause, resume, regrade, reassign, chase, customerWrote, wantCallBack, extend, merge, withdraw, note';

/** A case in work under its grade. */
function inWork(grade: 'general' | 'important' | 'major'): Walk {
  const walk = new Walk(grade);
  walk.decide('grade', 'agent', { grade, category: 'product_quality' });
  if (grade !== 'general') walk.decide('accept', 'supervisor', {});
  return walk;
}

const refund = (amount: number) => ({ remedies: [{ kind: 'refund', amount }], solution: text(2), findings: text(3) });

test('the catalogue has every decision of the contract, in its order, labelled in both languages', () => {
  expect(DECISION_NAMES.join(', ')).toBe(`${CONTRACT}, fillForm, movePolicy`);
  for (const name of DECISION_NAMES) {
    expect(DECISIONS[name].label.zh).toMatch(/\p{Script=Han}/u);
    expect(DECISIONS[name].label.en).toMatch(/^[a-z]/);
    expect(DECISIONS[name].about.length).toBeGreaterThan(10);
  }
});

test('the house policy is a policy, with the targets of the service plan', () => {
  expect(policySchema.parse(HOUSE_POLICY)).toEqual(HOUSE_POLICY);
  expect(HOUSE_POLICY.promises.firstResponse.length.major).toEqual({ value: 5, unit: 'minutes' });
  expect(HOUSE_POLICY.promises.resolution.length.general).toEqual({ value: 24, unit: 'hours' });
});

describe('compensation by limit', () => {
  test.each([
    ['general', 300, false],
    ['general', 300.01, true],
    ['important', 1_000, false],
    ['important', 1_000.01, true],
    ['major', 2_000, false],
    ['major', 2_000.01, true],
  ] as const)('%s, CN¥%d: approval %s', (grade, amount, needed) => {
    const walk = inWork(grade);
    walk.decide('propose', grade === 'general' ? 'agent' : 'supervisor', refund(amount));
    expect(walk.state.proposal?.status).toBe(needed ? 'awaitingApproval' : 'offered');
  });

  test('above the supervisor’s limit only a manager approves', () => {
    const walk = inWork('major');
    walk.decide('propose', 'supervisor', refund(5_000.01));
    expect(walk.decide('approve', 'supervisor2', {})).toMatchObject({
      kind: 'conflict',
      refusal: { code: 'above_limit' },
    });
    expect(walk.decide('approve', 'manager', {}).kind).toBe('taken');
    expect(walk.state.proposal?.status).toBe('offered');
  });

  test('cents add up', () => {
    const walk = inWork('general');
    const remedies = [0.1, 0.2].map((amount) => ({ kind: 'refund', amount }));
    walk.decide('propose', 'agent', { remedies, solution: text(4) });
    expect(walk.state.proposal?.total).toBe(0.3);
  });
});

describe('a letter to the customer', () => {
  test('is a response: it stops the promise of one, and whoever wrote it makes no second follow-up', () => {
    const walk = inWork('general');
    walk.wait(60_000);
    expect(walk.decide('write', 'agent', { text: text(8) }).kind).toBe('taken');
    expect(walk.state.respondedAt).toBe(walk.now);
    expect(walk.state.clocks.firstResponse?.status).toBe('met');
    expect(walk.state.reached).toEqual({ round: 'responded', ever: 'responded' });
    expect(walk.state.handlers).toContain('u-agent');
    const letter = walk.events.find(({ type }) => type === 'wroteToCustomer');
    expect(letter && messagesFor(letter, walk.state)).toEqual([{ mail: 'letter', to: { kind: 'customer' } }]);
  });

  test('by its owner accepts the case', () => {
    const walk = new Walk('major');
    walk.decide('grade', 'agent', { grade: 'major', category: 'product_quality' });
    expect(walk.state).toMatchObject({ stage: 'assign', accepted: false });
    walk.decide('write', 'supervisor', { text: text(8) });
    expect(walk.state).toMatchObject({ stage: 'resolve', accepted: true });
  });

  test('is written in every stage but the archive, and by those alone who work on the case', () => {
    const walk = inWork('general');
    expect(walk.decide('write', 'agent2', { text: text(8) })).toMatchObject({ refusal: { code: 'not_yours' } });
    expect(walk.decide('write', 'colleague', { text: text(8) })).toMatchObject({ kind: 'forbidden' });
    expect(walk.decide('write', 'customer', { text: text(8) })).toMatchObject({ kind: 'forbidden' });
    walk.decide('notSubstantiated', 'agent', { reasons: text(2), evidence: [] });
    walk.decide('resolve', 'agent', { outcome: 'not_upheld', cause: 'installation', summary: text(3) });
    expect(walk.state.stage).toBe('feedback');
    expect(walk.decide('write', 'agent', { text: text(8) }).kind).toBe('taken');
    walk.decide('recordSurvey', 'customer', { speed: 5, solution: 5, attitude: 5, total: 5 });
    walk.decide('recordRevisit', 'agent', { satisfied: true, method: 'phone', report: text(4) });
    expect(walk.state.stage).toBe('archived');
    expect(walk.decide('write', 'agent', { text: text(9) })).toMatchObject({ refusal: { code: 'out_of_turn' } });
  });
});

const LATER = { promise: 'resolution', dueAt: '2026-11-23T09:00:00.000Z', reason: text(12) };

describe('impartiality', () => {
  test('the person complained of neither sees the case nor owns, decides or approves in it', () => {
    const walk = new Walk('important');
    walk.decide('grade', 'agent', {
      grade: 'important',
      category: 'service_attitude',
      against: ['u-supervisor2', 'u-agent2'],
    });
    expect(maySee(ACTORS.supervisor2, walk.state)).toBe(false);
    expect(walk.decide('assign', 'manager', { owner: 'u-supervisor2', ownerRole: 'supervisor' })).toMatchObject({
      refusal: { code: 'complained_of' },
    });
    expect(walk.decide('regrade', 'supervisor2', { grade: 'general', category: 'other', reason: text(5) }).kind).toBe(
      'forbidden',
    );
  });

  test('the second follow-up is for none of those who had a hand in the case', () => {
    const walk = inWork('important');
    walk.decide('propose', 'supervisor', refund(2_000));
    walk.decide('approve', 'supervisor2', {});
    walk.decide('customerAnswer', 'customer', { accepted: true });
    walk.decide('carryOut', 'supervisor', {});
    walk.decide('resolve', 'supervisor', { outcome: 'upheld', cause: 'design', summary: text(6) });
    walk.decide('recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1 });
    expect(walk.state.followUp?.notBy.toSorted()).toEqual(['u-supervisor', 'u-supervisor2']);
    expect(walk.decide('followUp', 'supervisor2', { satisfied: true, report: text(7) })).toMatchObject({
      refusal: { code: 'involved' },
    });
    expect(walk.decide('followUp', 'agent', { satisfied: true, report: text(7) }).kind).toBe('taken');
  });

  test.each([
    ['has put off a date', 'u-supervisor2', (walk: Walk) => walk.decide('extend', 'supervisor2', LATER)],
    [
      'led the case before',
      'u-agent2',
      (walk: Walk) => {
        walk.decide('reassign', 'supervisor', { owner: 'u-agent2', ownerRole: 'agent', reason: text(8) });
        walk.decide('reassign', 'supervisor', { owner: 'u-agent', ownerRole: 'agent', reason: text(9) });
      },
    ],
    [
      'answered the customer',
      'u-agent2',
      (walk: Walk) => {
        walk.decide('reassign', 'supervisor', { owner: 'u-agent2', ownerRole: 'agent', reason: text(8) });
        walk.decide('respond', 'agent2', { via: 'phone', text: text(10) });
      },
    ],
  ])('nor for who %s', (_, id, meddle) => {
    const walk = inWork('general');
    meddle(walk);
    const owner = walk.state.owner?.id === 'u-agent2' ? 'agent2' : 'agent';
    walk.decide('respond', owner, { via: 'phone', text: text(11) });
    walk.decide('propose', owner, { remedies: [{ kind: 'apology' }], solution: text(4) });
    walk.decide('customerAnswer', 'customer', { accepted: true });
    walk.decide('carryOut', owner, {});
    walk.decide('resolve', owner, { outcome: 'upheld', cause: 'design', summary: text(6) });
    walk.decide('recordSurvey', 'customer', { speed: 1, solution: 1, attitude: 1, total: 1 });
    expect(walk.state.followUp?.notBy).toContain(id);
    expect(walk.state.followUp?.assignee).not.toBe(id);
  });
});

describe('what is malformed', () => {
  const walk = inWork('general');
  const verdict = (name: string, message: unknown) => decide(walk.state, name, message, walk.now, HOUSE_POLICY);

  test.each([
    ['no such decision', 'dance', { decisionId: 'id-000001', actor: ACTORS.agent, input: {} }],
    ['no envelope', 'note', null],
    ['no actor', 'note', { decisionId: 'id-000001', input: { text: text(1) } }],
    [
      'an actor of an unknown role',
      'note',
      { decisionId: 'id-000001', actor: { ...ACTORS.agent, role: 'king' }, input: { text: text(1) } },
    ],
    ['the system as an actor', 'chase', { decisionId: 'id-000001', actor: { kind: 'system' }, input: {} }],
    ['an id of two letters', 'note', { decisionId: 'id', actor: ACTORS.agent, input: { text: text(1) } }],
    [
      'a text instead of its reference',
      'note',
      { decisionId: 'id-000001', actor: ACTORS.agent, input: { text: 'words' } },
    ],
    [
      'an unknown field',
      'note',
      { decisionId: 'id-000001', actor: ACTORS.agent, input: { text: text(1), colour: 'red' } },
    ],
    ['a negative amount', 'propose', { decisionId: 'id-000001', actor: ACTORS.agent, input: refund(-1) }],
    ['a third of a cent', 'propose', { decisionId: 'id-000001', actor: ACTORS.agent, input: refund(1.003) }],
  ])('%s is named', (_what, name, message) => {
    const answer = verdict(name, message);
    expect(answer.kind).toBe('invalid');
    expect(
      answer.kind === 'invalid' &&
        answer.issues.every(({ words }) => /\p{Script=Han}/u.test(words.zh) && /^[a-z]/.test(words.en)),
    ).toBe(true);
  });

  test('half of a surrogate pair and NUL are refused in the API’s texts', () => {
    for (const bad of ['\ud83d', 'a\u0000b', '   '])
      expect(DECISIONS.note.api.safeParse({ text: bad }).success).toBe(false);
    expect(DECISIONS.note.api.safeParse({ text: '好的 👍' }).success).toBe(true);
  });
});

test('acting late by signal counts from when the person acted, never before what had happened', () => {
  const walk = inWork('general');
  walk.wait(60_000);
  const message = {
    decisionId: 'late-signal',
    actor: ACTORS.agent,
    sentAt: walk.now,
    input: { via: 'phone', text: text(8) },
  };
  const later = new Date(Date.parse(walk.now) + 3_600_000).toISOString();
  const verdict = decide(walk.state, 'respond', message, later, HOUSE_POLICY);
  if (verdict.kind !== 'taken') throw new Error('it was refused');
  expect(verdict.state.respondedAt).toBe(walk.now);
  expect(verdict.state.clocks.firstResponse?.status).toBe('met');
});

test('everybody who has to hear of it does, and the customer never of inner matters', () => {
  const walk = inWork('major');
  for (const name of ['requestHelp', 'note', 'chase'] as const) {
    walk.decide(name, 'supervisor', inputFor(name, walk.state, 1, walk.now));
  }
  const mails = walk.events.flatMap((item) =>
    messagesFor(item, walk.state).map(({ mail, to }) => [item.type, mail, to.kind]),
  );
  expect(mails).toEqual(
    expect.arrayContaining([
      ['stageEntered', 'receipt', 'customer'],
      ['assigned', 'assigned', 'user'],
      ['helpRequested', 'helpRequested', 'department'],
      ['chased', 'chased', 'role'],
    ]),
  );
  const inner = new Set(['noted', 'helpRequested', 'promiseWarned', 'escalated', 'chased', 'regraded']);
  expect(mails.filter(([type, , to]) => to === 'customer' && inner.has(String(type)))).toEqual([]);
  expect(waitsFor(walk.state, walk.policy).zh).toBe('1 项协同任务的答复');
});

describe('what a case is said to wait for is possible', () => {
  /** A general case whose customer has been answered. */
  const answered = (): Walk => {
    const walk = new Walk('general');
    walk.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
    walk.decide('respond', 'agent', { via: 'phone', text: text(1) });
    return walk;
  };

  test('carried out while help is open: the help, and then to resolve', () => {
    const walk = answered();
    walk.decide('requestHelp', 'agent', { department: 'quality', question: text(2) });
    walk.decide('propose', 'agent', { remedies: [{ kind: 'refund', amount: 100 }], solution: text(3) });
    walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    walk.decide('carryOut', 'agent', {});
    expect(waitsFor(walk.state, walk.policy)).toEqual({
      zh: '1 项协同任务的答复',
      en: '1 answer(s) of other departments',
    });
    walk.decide('answerHelp', 'colleague', { taskId: 'h1', answer: text(4) });
    expect(waitsFor(walk.state, walk.policy).zh).toBe('办结');
  });

  test('found not substantiated: to resolve, not to propose', () => {
    const walk = answered();
    walk.decide('notSubstantiated', 'agent', { reasons: text(5), evidence: [] });
    expect(waitsFor(walk.state, walk.policy).zh).toBe('办结');
  });

  test('a form that stands before it comes first', () => {
    const form = {
      id: 'identity',
      name: { zh: '身份核实', en: 'identity check' },
      before: 'propose' as const,
      fields: [{ id: 'by', label: { zh: '方式', en: 'by' }, type: 'text' as const }],
    };
    const walk = answered();
    expect(waitsFor(walk.state, { ...walk.policy, forms: [form] } as Policy).zh).toBe('请先填写“身份核实”，再提出方案');
  });
});

describe('what goes up waits for whoever leads', () => {
  const offer = (n: number) => ({ remedies: [{ kind: 'apology' as const, amount: 0 }], solution: text(n) });
  /** A general case of an agent, whose customer has declined twice. */
  function declinedTwice(): Walk {
    const walk = inWork('general');
    walk.decide('respond', 'agent', { via: 'phone', text: text(1) });
    for (const n of [1, 2]) {
      walk.decide('propose', 'agent', offer(n));
      walk.decide('customerAnswer', 'customer', { accepted: false, via: 'link' });
    }
    return walk;
  }
  /** Through to the next round, by a customer who is not satisfied at the revisit. */
  function anotherRound(walk: Walk): void {
    walk.decide('propose', 'agent', offer(3));
    walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    walk.decide('carryOut', 'agent', {});
    walk.decide('resolve', 'agent', { outcome: 'upheld', cause: 'unknown', summary: text(4) });
    walk.decide('recordRevisit', 'agent', { satisfied: false, method: 'phone', report: text(5) });
  }
  const thirdRound = (): Walk => {
    const walk = inWork('general');
    walk.decide('respond', 'agent', { via: 'phone', text: text(1) });
    anotherRound(walk);
    anotherRound(walk);
    expect(walk.state).toMatchObject({ round: 3, stage: 'resolve', owner: { id: 'u-agent' } });
    return walk;
  };

  test('a third round: neither offer nor finding before a manager has decided, who is reminded', () => {
    const walk = thirdRound();
    for (const [name, input] of [
      ['propose', offer(6)],
      ['notSubstantiated', { reasons: text(6), evidence: [] }],
    ] as const) {
      const refused = walk.decide(name, 'agent', input);
      expect(refused).toMatchObject({ kind: 'conflict', refusal: { code: 'manager_first' } });
    }
    expect(walk.decide('approve', 'supervisor', {})).toMatchObject({ kind: 'conflict' });
    expect(waitsFor(walk.state, walk.policy)).toEqual({
      zh: '经理决定第 3 轮怎么办理',
      en: 'a manager to decide how round 3 goes on',
    });
    expect(walk.state.clocks['approval:round']).toMatchObject({ status: 'running', promise: 'approval' });
    expect(walk.decide('approve', 'manager', {}).kind).toBe('taken');
    expect(walk.state.clocks['approval:round']?.status).toBe('met');
    expect(walk.decide('propose', 'agent', offer(7)).kind).toBe('taken');
  });

  test('a manager may hand it to somebody else instead, or take it in hand', () => {
    const handed = thirdRound();
    const to = { owner: 'u-supervisor', ownerRole: 'supervisor', reason: text(8) };
    expect(handed.decide('reassign', 'manager', to).kind).toBe('taken');
    expect(handed.decide('propose', 'supervisor', offer(9)).kind).toBe('taken');
    const taken = thirdRound();
    expect(taken.decide('propose', 'manager', offer(9)).kind).toBe('taken');
    expect(taken.state.held).toBeUndefined();
  });

  test('a third round does not archive itself: its root cause is looked for first', () => {
    const walk = thirdRound();
    walk.decide('approve', 'manager', {});
    walk.decide('propose', 'agent', offer(10));
    walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    walk.decide('carryOut', 'agent', {});
    walk.decide('resolve', 'agent', { outcome: 'upheld', cause: 'unknown', summary: text(11) });
    walk.decide('recordSurvey', 'customer', { speed: 5, solution: 5, attitude: 5, total: 5, via: 'link' });
    walk.decide('recordRevisit', 'agent', { satisfied: true, method: 'phone', report: text(12) });
    expect(walk.state.stage).toBe('review');
    expect(walk.decide('archive', 'agent', {})).toMatchObject({ kind: 'conflict', refusal: { code: 'root_cause' } });
    walk.decide('recordRootCause', 'agent', {
      fishbone: 'people',
      cause: 'installation',
      whys: [text(13)],
      systemic: false,
    });
    expect(walk.decide('archive', 'agent', {}).kind).toBe('taken');
  });

  test('a second no waits for a supervisor; with one who owns the case it goes on', () => {
    const walk = declinedTwice();
    expect(walk.decide('propose', 'agent', offer(14))).toMatchObject({
      kind: 'conflict',
      refusal: { code: 'supervisor_first' },
    });
    expect(waitsFor(walk.state, walk.policy).zh).toBe('主管决定怎么继续（客户再次不接受方案）');
    expect(walk.decide('approve', 'supervisor', {}).kind).toBe('taken');
    expect(walk.decide('propose', 'agent', offer(15)).kind).toBe('taken');
    const led = inWork('important');
    led.decide('respond', 'supervisor', { via: 'phone', text: text(1) });
    for (const n of [1, 2, 3]) {
      expect(led.decide('propose', 'supervisor', { ...offer(n), findings: text(n) }).kind).toBe('taken');
      led.decide('customerAnswer', 'customer', { accepted: false, via: 'link' });
    }
  });
});

test('a note may be added after the end, and changes nothing else', () => {
  const walk = inWork('general');
  walk.decide('withdraw', 'customer', { reason: text(1) });
  expect(walk.decide('note', 'agent', { text: text(2) }).kind).toBe('taken');
  expect(walk.state.stage).toBe('archived');
  expect(walk.events.at(-1)?.type).toBe('noted');
  expect(walk.decide('chase', 'customer', {}).kind).toBe('conflict');
});
