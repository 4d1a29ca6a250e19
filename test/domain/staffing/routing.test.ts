import { decide } from '../../../src/domain/decisions/decide';
import { afterSearch, appointed, searchesAgain, type Dispatch } from '../../../src/domain/process/search';
import { event } from '../../../src/domain/case/events';
import { policySchema, type Policy } from '../../../src/domain/policy/schema';
import { HOUSE_POLICY } from '../../../src/domain/policy/house';
import { append, SYSTEM } from '../../../src/domain/process/append';
import {
  fitsWish,
  productLineOf,
  regionOf,
  routeFor,
  routingFaults,
  routingSchema,
  staffFaults,
  whyNobody,
  type Candidate,
  type Routing,
  type RoutingFacts,
} from '../../../src/domain/staffing/routing';
import type { CaseState } from '../../../src/domain/case/state';
import type { Actor } from '../../../src/domain/basics/types';
import { ACTORS, opening, START, text } from '../walk';

const ROUTING: Routing = {
  rules: [
    { when: { grades: ['major'] }, role: 'manager', departments: ['quality', 'legal'] },
    { when: { grades: ['important'], productLines: ['ac'] }, role: 'supervisor', team: 'cooling' },
    { when: { grades: ['important'] }, role: 'supervisor' },
    { when: { categories: ['logistics'], regions: ['south'], channels: ['phone'] }, role: 'agent', skills: ['claims'] },
    { when: { languages: ['en'] }, role: 'agent', team: 'overseas' },
    { role: 'agent' },
  ],
  prefer: ['lastHandler', 'leastLoad', 'rotation'],
  productLines: [
    { id: 'ac', words: ['空调', 'KFR'] },
    { id: 'fridge', words: ['冰箱'] },
  ],
  regions: [{ id: 'south', words: ['广东', 'Shenzhen'] }],
};
const facts = (change: Partial<RoutingFacts> = {}): RoutingFacts => ({
  grade: 'general',
  category: 'product_quality',
  channel: 'web',
  language: 'zh-CN',
  ...change,
});
const route = (change: Partial<RoutingFacts> = {}) => routeFor({ routing: ROUTING }, facts(change));

const where = (routing: unknown): string[] => {
  const parsed = routingSchema.safeParse(routing);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
};

describe('a rule', () => {
  test('is the first one whose every condition holds', () => {
    expect(route({ grade: 'major' })).toMatchObject({ rule: 0, role: 'manager', departments: ['quality', 'legal'] });
    expect(route({ grade: 'important', productLine: 'ac' })).toMatchObject({ rule: 1, team: 'cooling' });
    expect(route({ grade: 'important', productLine: 'fridge' })).toMatchObject({ rule: 2, role: 'supervisor' });
    expect(route({ grade: 'important' })).toMatchObject({ rule: 2 });
    const south = { category: 'logistics', region: 'south' } as const;
    expect(route({ ...south, channel: 'phone' })).toMatchObject({ rule: 3, skills: ['claims'] });
    expect(route({ ...south, channel: 'mail' })).toMatchObject({ rule: 5 });
    expect(route({ language: 'en' })).toMatchObject({ rule: 4, team: 'overseas' });
    expect(route()).toEqual({ rule: 5, role: 'agent', skills: [], prefer: ROUTING.prefer });
  });

  test('none fits: by grade; a policy without routing asks for nobody', () => {
    const none = { ...ROUTING, rules: [] };
    expect(routeFor({ routing: none }, facts())).toMatchObject({ role: 'agent', skills: [] });
    expect(routeFor({ routing: none }, facts({ grade: 'major' }))).toMatchObject({ role: 'supervisor' });
    expect(routeFor({}, facts())).toBeUndefined();
  });

  test('never gives an agent what only a supervisor may own', () => {
    const routing = { ...ROUTING, rules: [{ role: 'agent' as const }] };
    expect(routeFor({ routing }, facts({ grade: 'major' }))).toMatchObject({ role: 'supervisor' });
  });

  test('product line and region are found in words, whatever their case and width', () => {
    const of = (...texts: (string | undefined)[]) => productLineOf({ routing: ROUTING }, texts);
    expect([of('格力空调'), of(undefined, 'ｋｆｒ-35GW'), of('冰箱'), of('洗衣机'), of()]).toEqual([
      'ac',
      'ac',
      'fridge',
      undefined,
      undefined,
    ]);
    expect(regionOf({ routing: ROUTING }, ['SHENZHEN Nanshan'])).toBe('south');
    expect(productLineOf({}, ['空调'])).toBeUndefined();
  });
});

describe('faults are named with their place, in both languages', () => {
  test.each<[string, unknown, string[]]>([
    ['none', ROUTING, []],
    ['an agent for a grade that is not theirs', { ...ROUTING, rules: [{ role: 'agent' }] }, ['rules.0.role']],
    [
      'an agent is fine for what earlier rules have left',
      { ...ROUTING, rules: [{ when: { grades: ['important', 'major'] }, role: 'manager' }, { role: 'agent' }] },
      [],
    ],
    [
      'a rule that is never reached',
      { ...ROUTING, rules: [{ role: 'supervisor' }, { when: { grades: ['general'] }, role: 'agent' }] },
      ['rules.1'],
    ],
    [
      'an unknown product line and region',
      {
        ...ROUTING,
        rules: [{ when: { productLines: ['ac', 'tv'], regions: ['north'] }, role: 'manager' }],
      },
      ['rules.0.when.productLines.1', 'rules.0.when.regions.0'],
    ],
    [
      'the same id twice',
      { ...ROUTING, rules: [], regions: [...(ROUTING.regions ?? []), { id: 'south', words: ['海南'] }] },
      ['regions.1.id'],
    ],
    ['a preference twice', { ...ROUTING, prefer: ['rotation', 'rotation'] }, ['prefer.1']],
    [
      "the lead's own team, and a department twice",
      { ...ROUTING, rules: [{ role: 'manager', team: 'a', departments: ['a', 'b', 'b'] }] },
      ['rules.0.departments.0', 'rules.0.departments.2'],
    ],
    [
      'a condition of nothing',
      { ...ROUTING, rules: [{ when: { grades: [] }, role: 'manager' }] },
      ['rules.0.when.grades', 'rules.0'],
    ],
    ['a role that owns nothing', { ...ROUTING, rules: [{ role: 'colleague' }] }, ['rules.0.role']],
    [
      'a condition we do not know',
      { ...ROUTING, rules: [{ when: { weather: ['rain'] }, role: 'manager' }] },
      ['rules.0.when'],
    ],
  ])('%s', (_what, routing, places) => {
    expect(where(routing)).toEqual(places);
  });

  test('the words are there in Chinese and English', () => {
    for (const { words } of routingFaults({ ...ROUTING, rules: [{ role: 'agent' }, { role: 'agent' }] })) {
      expect(words.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(words.en).toMatch(/[a-z]/);
    }
  });

  test('a policy carries them at `routing`', () => {
    const parsed = policySchema.safeParse({ ...HOUSE_POLICY, routing: { rules: [{ role: 'agent' }], prefer: [] } });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['routing.rules.0.role']);
  });

  test('rules that ask for whom the house does not have', () => {
    const person = (id: string, change: Partial<Candidate> = {}): Candidate => ({
      id,
      role: 'agent',
      team: 'a',
      active: true,
      language: 'zh-CN',
      ...change,
    });
    const people = [
      person('u-1', { skills: ['x'] }),
      person('u-2', { skills: ['y'] }),
      person('u-3', { role: 'supervisor', active: false }),
      person('u-4', { role: 'colleague', team: 'quality' }),
    ];
    const of = (rule: Routing['rules'][number]) =>
      staffFaults({ rules: [rule], prefer: [] }, people).map(({ path }) => path.slice(2).join('.'));
    expect(of({ role: 'agent', team: 'a', skills: ['x'] })).toEqual([]);
    expect(of({ role: 'supervisor' })).toEqual(['role']);
    expect(of({ role: 'agent', team: 'b' })).toEqual(['team']);
    expect(of({ role: 'agent', skills: ['z'] })).toEqual(['skills.0']);
    expect(of({ role: 'agent', skills: ['x', 'y'] })).toEqual(['skills']);
    expect(of({ role: 'agent', departments: ['quality', 'legal', 'a'] })).toEqual(['departments.1', 'departments.2']);
  });
});

test('why nobody was found', () => {
  const wish = { role: 'agent' as const, skills: ['x'], prefer: [] };
  const person = (change: object = {}) => ({
    id: 'u-1',
    role: 'agent',
    team: 'a',
    active: true,
    language: 'zh-CN' as const,
    skills: ['x'],
    away: false,
    open: 0,
    ...change,
  });
  expect(whyNobody(wish, facts(), [person({ skills: [] })], [])).toBe('nobody');
  expect(whyNobody(wish, facts({ language: 'en' }), [person({ languages: ['zh-CN'] })], [])).toBe('nobody');
  expect(whyNobody(wish, facts(), [person()], ['u-1'])).toBe('conflict');
  expect(whyNobody(wish, facts(), [person({ away: true })], [])).toBe('away');
  expect(whyNobody(wish, facts(), [person({ maxOpen: 2, open: 2 })], [])).toBe('full');
  expect(whyNobody(wish, facts(), [person({ maxOpen: 2, open: 1 })], [])).toBe('ahead');
});

test('empty product lines and regions take everything, lists only what they name', () => {
  const person = { id: 'u', role: 'agent', team: 'a', active: true, language: 'zh-CN' as const };
  const wish = { role: 'agent' as const, skills: [], prefer: [] };
  const fits = (lists: Partial<Candidate>, of: Partial<RoutingFacts>) =>
    fitsWish({ ...person, ...lists }, wish, facts(of));
  expect(fits({}, { productLine: 'ac', region: 'south', language: 'en' })).toBe(true);
  expect(fits({ productLines: ['fridge'] }, { productLine: 'ac' })).toBe(false);
  expect(fits({ productLines: ['fridge'] }, {})).toBe(true);
  expect(fits({ regions: ['north'] }, { region: 'south' })).toBe(false);
  expect(fits({ languages: ['zh-CN'] }, { language: 'en' })).toBe(false);
});

describe('conflict of interest under a policy that routes', () => {
  const routed: Policy = { ...HOUSE_POLICY, routing: ROUTING };
  const NOW = '2026-11-22T02:00:00.000Z';
  let n = 0;
  const judge = (state: CaseState, name: string, actor: Actor, input: object, policy = routed) =>
    decide(state, name, { decisionId: `decision-${(n += 1)}`, actor, input }, NOW, policy);
  const take = (state: CaseState, name: string, actor: Actor, input: object, policy = routed): CaseState => {
    const verdict = judge(state, name, actor, input, policy);
    if (verdict.kind !== 'taken') throw new Error(`${name}: ${JSON.stringify(verdict)}`);
    return verdict.state;
  };
  const code = (...args: Parameters<typeof judge>): string => {
    const verdict = judge(...args);
    return 'refusal' in verdict ? verdict.refusal.code : verdict.kind;
  };
  const category = 'product_quality';
  const owner = (id: string, ownerRole: string) => ({ owner: id, ownerRole, ownerTeam: 'after-sales' });
  const { agent, agent2, supervisor, supervisor2, manager } = ACTORS;
  /** Graded; still without an owner for good. */
  const assigning = (input: object = {}): CaseState =>
    take(opening('important', START, routed).state, 'grade', agent, { grade: 'important', category, ...input });

  test('a case that somebody owns is not claimed a second time, with the owner and the way out in both languages', () => {
    const mine = take(opening('general', START, routed).state, 'grade', agent, { grade: 'general', category: 'other' });
    expect(mine).toMatchObject({ stage: 'assign', owner: { provisional: true } });
    const claimed = take(mine, 'assign', agent2, owner('u-agent2', 'agent'));
    expect(claimed.owner).toMatchObject({ id: 'u-agent2', provisional: false });
    for (const [who, wanted] of [
      [agent, owner('u-agent', 'agent')],
      [agent2, owner('u-agent2', 'agent')],
      [supervisor, owner('u-supervisor', 'supervisor')],
    ] as const) {
      const verdict = judge(claimed, 'assign', who, wanted);
      if (verdict.kind !== 'conflict') throw new Error(verdict.kind);
      expect(verdict.refusal.code).toBe('already_owned');
      // The rules know ids; whoever shows the refusal puts the name in.
      expect(verdict.refusal.about).toEqual({ people: { owner: 'u-agent2' } });
      expect(verdict.refusal.words.zh).toContain('{owner}');
      expect(verdict.refusal.words.en).toContain('{owner}');
    }
    expect(code(claimed, 'reassign', agent, { ...owner('u-agent', 'agent'), reason: text(1) })).toBe('forbidden');
    take(claimed, 'reassign', supervisor, { ...owner('u-agent', 'agent'), reason: text(1) });
    // As it was for policies without routing.
    take({ ...claimed }, 'assign', supervisor, owner('u-supervisor', 'supervisor'), HOUSE_POLICY);
  });

  test('whom the customer complains of is neither owner, nor on the task force, nor asked for help', () => {
    const state = assigning({ against: ['u-supervisor', 'u-quality'] });
    expect(code(state, 'assign', manager, owner('u-supervisor', 'supervisor'))).toBe('complained_of');
    const force = { ...owner('u-manager', 'manager'), taskForce: ['u-quality'] };
    expect(code(state, 'assign', manager, force)).toBe('complained_of');
    const help = { department: 'quality', assignee: 'u-quality', question: text(2) };
    expect(code(state, 'requestHelp', manager, help)).toBe('complained_of');
    const owned = take(state, 'assign', manager, owner('u-manager', 'manager'));
    const other = { ...owner('u-supervisor2', 'supervisor'), taskForce: ['u-quality'], reason: text(3) };
    expect(code(owned, 'reassign', manager, other)).toBe('complained_of');
  });

  test('an owner of whom the customer complains later loses the case at once, and cannot take it on', () => {
    const owned = take(assigning(), 'assign', supervisor, owner('u-supervisor', 'supervisor'));
    const against = { grade: 'important', category, against: ['u-supervisor'], reason: text(4) };
    const accepted = take(owned, 'accept', supervisor, {});
    expect(accepted.stage).toBe('resolve');
    expect(take(accepted, 'regrade', manager, against).stage).toBe('assign');
    expect(code(take(owned, 'regrade', manager, against), 'accept', supervisor, {})).toBe('complained_of');
  });

  test('neither the person complained of nor whoever proposed approves; a second look is for the uninvolved', () => {
    let state = take(assigning(), 'assign', supervisor, owner('u-supervisor', 'supervisor'));
    state = take(state, 'accept', supervisor, {});
    const proposal = { remedies: [{ kind: 'refund', amount: 3_000 }], solution: text(5), findings: text(6) };
    const proposed = take(state, 'propose', supervisor, proposal);
    expect(code(proposed, 'approve', supervisor, {})).toBe('own_proposal');
    const against = { grade: 'important', category, against: ['u-supervisor2'], reason: text(7) };
    const accused = take(proposed, 'regrade', manager, against);
    expect(code(accused, 'approve', supervisor2, {})).toBe('complained_of');
    expect(code(accused, 'reject', supervisor2, { reason: text(8) })).toBe('complained_of');
    take(accused, 'approve', manager, {});

    // Supervisor 2 has returned a proposal, so the matter is not new to them; the manager has had no hand in it.
    const returned = take(proposed, 'reject', supervisor2, { reason: text(9) });
    const found = take(returned, 'notSubstantiated', supervisor, { reasons: text(10), evidence: [] });
    expect(code(found, 'approve', supervisor2, {})).toBe('involved');
    expect(code(found, 'approve', supervisor, {})).toBe('own_proposal');
    take(found, 'approve', manager, {});
    // Cases opened before revision 3 ask for this only where the policy routes.
    const ofRevision2 = { ...found, revision: 2 };
    take(ofRevision2, 'approve', supervisor2, {}, HOUSE_POLICY);
  });

  test('who decided before is not given the second follow-up', () => {
    const state: CaseState = {
      ...assigning(),
      stage: 'feedback',
      deciders: ['u-supervisor'],
      against: ['u-agent2'],
      followUp: { id: 'f1', status: 'open', notBy: ['u-agent', 'u-supervisor'] },
    };
    const report = { satisfied: true, report: text(11) };
    expect(code(state, 'followUp', agent, report)).toBe('involved');
    expect(code(state, 'followUp', supervisor, report)).toBe('involved');
    expect(code(state, 'followUp', agent2, report)).toBe('complained_of');
    take(state, 'followUp', supervisor2, report);
  });

  test('who was named at the receipt keeps the case only if it was judged as suggested', () => {
    const grade = (category_: string) =>
      take(opening('general', START, routed).state, 'grade', agent, { grade: 'general', category: category_ });
    expect(grade(category)).toMatchObject({ stage: 'resolve', owner: { id: 'u-agent', provisional: false } });
    expect(grade('logistics')).toMatchObject({ stage: 'assign', owner: { provisional: true } });
  });

  test('what was found is taken only for what the case still is; whoever waits is not told of twice', () => {
    const state = take(opening('general', START, routed).state, 'grade', agent, {
      grade: 'general',
      category: 'other',
    });
    const found: Dispatch = { owner: { id: 'u-agent2', role: 'agent', team: 'x' }, taskForce: [], grade: 'general' };
    const types = (of: CaseState, search: Parameters<typeof afterSearch>[1], policy = routed) =>
      afterSearch(of, search, policy).map(({ type, data }) => ('why' in data ? `${type} ${data.why}` : type));
    expect(types(state, { found })).toEqual(['assigned']);
    expect(types(state, { why: 'full' })).toEqual(['queued full', 'escalated']);
    // Changed during the search: it is repeated. Before revision 5 the case waited, as if others were ahead of it.
    const changed: CaseState[] = [
      { ...state, grade: 'important' },
      { ...state, against: ['u-agent2'] },
    ];
    for (const of of changed) {
      expect([types(of, { found }), searchesAgain(of, { found })]).toEqual([[], true]);
      expect(types(of, { found }, HOUSE_POLICY)).toEqual([]);
      const older = { ...of, revision: 4 };
      expect([types(older, { found }), searchesAgain(older, { found })]).toEqual([['queued ahead'], false]);
      expect(types(older, { found }, HOUSE_POLICY)).toEqual(['assigned']);
      // Nobody was found: there is nothing to be repeated.
      expect([types(of, { why: 'full' }), searchesAgain(of, {})]).toEqual([['queued full', 'escalated'], false]);
      expect(searchesAgain({ ...of, stage: 'resolve' }, { found })).toBe(false);
    }
    expect(searchesAgain(state, { found })).toBe(false);
    // They were complained of before: another search would find them again, and so for ever.
    const known = { found, against: ['u-agent2'] };
    expect([types(changed[1] ?? state, known), searchesAgain(changed[1] ?? state, known)]).toEqual([
      ['queued ahead'],
      false,
    ]);
    expect(types({ ...state, queued: { since: NOW, why: 'full' } }, { why: 'full' })).toEqual([]);
    expect(types({ ...state, stage: 'resolve' }, { found })).toEqual([]);
    expect(types(take(state, 'assign', agent, owner('u-agent', 'agent')), { found })).toEqual([]);
    const sent = (of: CaseState) => appointed(of, found).map(({ type }) => type);
    expect(sent(state)).toEqual(['assigned']);
    expect(sent({ ...state, stage: 'resolve' })).toEqual([]);
    expect(sent({ ...state, grade: 'important' })).toEqual([]);
    expect(sent(take(state, 'assign', agent, owner('u-agent', 'agent')))).toEqual([]);
    // Without routing as it always was.
    expect(types(state, { found }, HOUSE_POLICY)).toEqual(['assigned']);
    expect(types(state, {}, HOUSE_POLICY)).toEqual(['escalated']);
  });

  test('whom the complaint is about does not judge the effect of an action either', () => {
    const state: CaseState = {
      ...assigning(),
      stage: 'review',
      against: ['u-supervisor'],
      actions: [{ id: 'C261122-7KQ4MX-A1', kind: 'urgent', owner: 'u-quality', status: 'started' }],
    };
    const effect = { actionId: 'C261122-7KQ4MX-A1', reached: true, report: text(12) };
    expect(code(state, 'verifyAction', supervisor, effect)).toBe('complained_of');
    take(state, 'verifyAction', supervisor2, effect);
  });

  test('a case that waits says since when, and no longer once it has an owner', () => {
    const waits = append(
      assigning(),
      assigning().caseNo,
      [event('queued', { why: 'full' })],
      { at: NOW, actor: SYSTEM },
      routed,
    );
    expect(waits.state.queued).toEqual({ since: NOW, why: 'full' });
    const owned = take(waits.state, 'assign', manager, owner('u-manager', 'manager'));
    expect(owned).not.toHaveProperty('queued');
  });
});
