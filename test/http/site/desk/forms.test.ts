import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseState } from '../../../../src/domain/case/state';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../../src/domain/decisions/catalogue';
import { faultsOf, type Fault } from '../../../../src/domain/basics/faults';
import { decide } from '../../../../src/domain/decisions/decide';
import { FIELD_WORDS } from '../../../../src/domain/decisions/field-words';
import { HOUSE_POLICY } from '../../../../src/domain/policy/house';
import { PROJECT_ROOT } from '../../../../src/paths';
import type { Control } from '../../../../src/http/site/desk/forms/control';
import type { Known } from '../../../../src/http/site/desk/forms/known';
import { formOf } from '../../../../src/http/site/desk/forms/model';
import { readDecisionForm, typedOf } from '../../../../src/http/site/desk/forms/read';
import { setHouse } from '../../../../src/house';
import { text } from '../../../domain/walk';
import { AGENT, answerFor, EN, knownOf, NOW, POLICY, stateWith, SUPERVISOR, ZH } from './fake-case';

const state = (changes: Partial<CaseState> = {}) => stateWith({ stage: 'resolve', ...changes }, POLICY);

const known = (changes: Partial<CaseState> = {}, more: Partial<Known> = {}, viewer: typeof AGENT = AGENT): Known =>
  knownOf(answerFor(state(changes), viewer, { policy: POLICY }), viewer, more);

/** A control of a form, those in rows included. */
function at(decision: DecisionName, name: string, given: Known, wording = ZH): Control {
  const { controls } = formOf(decision, wording, given);
  const found = [...controls, ...controls.flatMap((one) => one.entries.flatMap((entry) => entry.controls))].find(
    (one) => one.name === name,
  );
  if (!found) throw new Error(`${decision} has no control ${name}`);
  return found;
}

const optionsOf = ({ groups }: Control) => groups.flatMap(({ options }) => options.map(({ value }) => value));
const chosenIn = ({ groups }: Control) =>
  groups.flatMap(({ options }) => options.filter(({ chosen }) => chosen).map(({ value }) => value));

test('every decision has a form in both languages, with words on every control', () => {
  for (const decision of DECISION_NAMES) {
    for (const wording of [ZH, EN]) {
      const form = formOf(decision, wording, known({}, { refusedBy: 'reply_guard' }));
      expect([decision, form.label]).toEqual([decision, expect.stringMatching(/\S/)]);
      for (const one of form.controls) expect([decision, one.name, one.label]).not.toContain('');
    }
  }
});

test('an amount says before it is typed how far one may go, in the money of the house', () => {
  expect(at('propose', 'remedies', known()).help).toBe('您可决定 300 元以内，合计超过的先审批');
  expect(at('propose', 'remedies', known({ grade: 'important' }), EN).help).toBe(
    'Up to CN¥1,000 in all is yours to decide; more needs approval',
  );
  const amount = at('propose', 'remedies.0.amount', known());
  expect([amount.kind, amount.unit, amount.min, amount.step]).toEqual(['money', '元', '0', '0.01']);
  setHouse({ zone: 'Asia/Shanghai', currency: 'EUR' });
  expect(at('propose', 'remedies.0.amount', known(), EN).unit).toBe('€');
  setHouse({ zone: 'Asia/Shanghai', currency: 'CNY' });
});

test('what the rules ask for by grade is marked as needed', () => {
  expect(at('propose', 'findings', known({ grade: 'general' })).optional).toBe(true);
  const important = at('propose', 'findings', known({ grade: 'important' }));
  expect([important.required, important.optional]).toEqual([true, false]);
});

test('a grade is suggested with the words that led to it', () => {
  const grade = at('grade', 'grade', known({ stage: 'grade' }));
  expect(grade.help).toBe('建议一般·产品质量“跳闸”“发烫”');
  expect([optionsOf(grade), chosenIn(grade)]).toEqual([['general', 'important', 'major'], ['general']]);
});

test('an owner is chosen among those who may own the case', () => {
  const general = known({ against: ['u-manager'] }, {}, SUPERVISOR);
  expect(optionsOf(at('assign', 'owner', general))).toEqual(['u-agent', 'u-supervisor']);
  expect(optionsOf(at('assign', 'owner', known({ grade: 'major' }, {}, SUPERVISOR)))).toEqual([
    'u-supervisor',
    'u-manager',
  ]);
  // An agent takes a case for themselves.
  const own = at('assign', 'owner', known());
  expect([optionsOf(own), own.value]).toEqual([['u-agent'], 'u-agent']);
  expect(own.groups[0]).toMatchObject({ label: '售后部', options: [{ label: '李娜 · 在办 3 件' }] });
  // Whom the complaint is about can be named there only.
  expect(optionsOf(at('reassign', 'taskForce', general))).not.toContain('u-manager');
  expect(optionsOf(at('regrade', 'against', general))).toContain('u-manager');
});

test('an auditor has no part in a case, and is asked for none', () => {
  const given = known({}, {}, SUPERVISOR);
  const auditor = { id: 'u-auditor', name: '何审', role: 'auditor', team: 'audit' } as const;
  const audited = { ...given, staff: [...given.staff, auditor] };
  for (const [decision, name] of [
    ['assign', 'owner'],
    ['assign', 'taskForce'],
    ['requestHelp', 'assignee'],
    ['planAction', 'owner'],
  ] as const) {
    expect(optionsOf(at(decision, name, audited))).not.toContain('u-auditor');
  }
  expect(optionsOf(at('regrade', 'against', audited))).toContain('u-auditor');
});

test('a department without people is not asked', () => {
  expect(optionsOf(at('requestHelp', 'department', known()))).toEqual(['after-sales', 'quality']);
});

test('staff do not answer by the link of the customer', () => {
  expect(optionsOf(at('customerAnswer', 'via', known()))).not.toContain('link');
  expect(chosenIn(at('customerAnswer', 'via', known()))).toEqual(['phone']);
});

test('a text that was stopped once may be sent as it stands, and is asked for only then', () => {
  const names = (more: Partial<Known>) => formOf('write', ZH, known({}, more)).controls.map(({ name }) => name);
  expect(names({})).toEqual(['text']);
  expect(names({ refusedBy: 'changed_meanwhile' })).toEqual(['text']);
  expect(names({ refusedBy: 'reply_guard' })).toEqual(['text', 'sendAnyway']);
});

test.each(['propose', 'notSubstantiated', 'resolve'] as const)('so may the text of %s', (name) => {
  const asked = (more: Partial<Known>) => formOf(name, ZH, known({}, more)).controls.map((one) => one.name);
  expect(asked({})).not.toContain('sendAnyway');
  expect(asked({ refusedBy: 'reply_guard' })).toContain('sendAnyway');
});

test('a proposal that was returned is mended, not written once more', () => {
  const returned = known({
    proposal: {
      id: 'p1',
      by: 'u-agent',
      remedies: [
        { kind: 'refund', amount: 480 },
        { kind: 'apology', amount: 0 },
      ],
      total: 480,
      solution: text(2),
      status: 'returned',
    },
  } as Partial<CaseState>);
  expect(chosenIn(at('propose', 'remedies.0.kind', returned))).toEqual(['refund']);
  expect(at('propose', 'remedies.0.amount', returned).value).toBe('480');
  expect(at('propose', 'remedies', returned).entries).toHaveLength(3);
  expect(readDecisionForm('customerAnswer', typedOf({ accepted: 'true', proposalId: 'p1' }))).toMatchObject({
    proposalId: 'p1',
  });
  expect(at('customerAnswer', 'proposalId', returned)).toMatchObject({ kind: 'hidden', value: 'p1' });
});

test('a running promise is chosen once, and says when it is due', () => {
  const promise = at('extend', 'promise', known({}, {}, SUPERVISOR));
  const due = promise.groups[0]?.options.find(({ value }) => value === 'resolution');
  expect(due?.label).toMatch(/^解决 · 到期 /);
  expect(formOf('extend', ZH, known()).controls.map(({ name }) => name)).toEqual(['promise', 'dueAt', 'reason']);
});

test('a form of the policy asks what the policy wants, and comes back with its types', () => {
  const { controls, label } = formOf('fillForm', ZH, known());
  expect(label).toBe('填写上门检测');
  expect(controls.map(({ name, kind }) => [name, kind])).toEqual([
    ['form', 'hidden'],
    ['values.voltage', 'number'],
    ['values.seen', 'textarea'],
    ['values.on', 'date'],
    ['values.safe', 'radios'],
    ['values.part', 'select'],
  ]);
  const typed = typedOf({
    form: 'inspection',
    'values.voltage': '220',
    'values.seen': '插头发黑',
    'values.safe': 'false',
  });
  expect(readDecisionForm('fillForm', typed, POLICY.forms)).toEqual({
    form: 'inspection',
    values: { voltage: 220, seen: '插头发黑', safe: false },
  });
});

test('people named in a complaint are confirmed by whoever leads, who sends the list as it is', () => {
  const named = { against: ['u-quality'], named: [{ id: 'u-quality', at: [] }] };
  const wasFor = (viewer: typeof AGENT) => at('regrade', 'against', known(named, {}, viewer));
  expect([wasFor(AGENT).was, chosenIn(wasFor(AGENT))]).toEqual(['u-quality', ['u-quality']]);
  const sent = { grade: 'general', category: 'other', reason: 'x', against: 'u-quality' };
  expect(readDecisionForm('regrade', typedOf({ ...sent, 'against.was': wasFor(AGENT).was ?? '' }))).not.toHaveProperty(
    'against',
  );
  expect(readDecisionForm('regrade', typedOf({ ...sent, 'against.was': wasFor(SUPERVISOR).was ?? '' }))).toMatchObject({
    against: ['u-quality'],
  });
});

/** The form as it is shown again after its body was refused by the schema. */
function refused(decision: DecisionName, fields: Record<string, string>, more: Fault[] = []) {
  const typed = typedOf(fields);
  const parsed = DECISIONS[decision].api.safeParse(readDecisionForm(decision, typed), { reportInput: true });
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error)), ...more];
  const given = known({}, { typed, faults });
  return { given, form: formOf(decision, ZH, given) };
}

test('what was refused comes back as typed, each fault at its control and above', () => {
  const { form, given } = refused('propose', {
    'remedies.1.kind': 'refund',
    'remedies.1.amount': '很多',
    solution: ' ',
  });
  expect(form.errors).toEqual([
    { href: '#propose-remedies-0-amount', words: '金额：须为数字' },
    { href: '#propose-solution', words: '给客户的话：请填写' },
  ]);
  const amount = at('propose', 'remedies.0.amount', given);
  expect([amount.value, amount.error, amount.describedBy]).toEqual([
    '很多',
    '须为数字',
    'propose-remedies-0-amount-e propose-remedies-0-amount-u',
  ]);
  expect(at('propose', 'remedies.1.amount', given).error).toBeNull();
});

test('what was not chosen is asked for in words, never by the names of the API', () => {
  for (const decision of DECISION_NAMES) {
    // Which form of the policy it is stands in the form, and is not chosen in it.
    const { form } = refused(decision, { form: 'inspection' });
    for (const { href, words } of form.errors) {
      expect([decision, href, words]).toEqual([
        decision,
        expect.stringMatching(/^#/),
        expect.stringMatching(/：请(填写|选择|选文件)$/),
      ]);
    }
  }
  expect(refused('recordRootCause', {}).form.errors).toHaveLength(4);
});

test('a fault that no control is about is shown above the form', () => {
  const { form } = refused('note', { text: '好' }, [
    { path: '', words: { zh: '整个不对', en: 'all wrong' } },
    { path: 'elsewhere', words: { zh: '没有这个字段', en: 'is not known here' } },
  ]);
  expect(form.errors).toEqual([
    { href: null, words: '整个不对' },
    { href: null, words: 'elsewhere: 没有这个字段' },
  ]);
});

test('a fault of the clock stands at the promise, that of a person in a list at the list', () => {
  const clock = refused('extend', { promise: 'help help:h1', dueAt: '2026-11-25T16:08', reason: 'x' }, [
    { path: 'clock', words: { zh: '没有', en: 'none' } },
  ]);
  expect(clock.form.errors).toEqual([{ href: '#extend-promise', words: '哪项承诺：没有' }]);
  const person = refused('regrade', { grade: 'general', category: 'other', reason: 'x', against: 'u-gone' }, [
    { path: 'against.0', words: { zh: '没有这位在职的同事', en: 'is nobody' } },
  ]);
  expect(person.form.errors).toEqual([{ href: '#regrade-against', words: '投诉的是谁：没有这位在职的同事' }]);
});

/** The refusal of a decision by the rules of the case itself. */
function byCase(decision: DecisionName, input: Record<string, unknown>, changes: Partial<CaseState>, viewer = AGENT) {
  const verdict = decide(
    state({ owner: { ...AGENT, provisional: false }, accepted: true, ...changes }),
    decision,
    { decisionId: 'decision-1', actor: viewer, input },
    NOW,
    HOUSE_POLICY,
  );
  if (verdict.kind !== 'conflict') throw new Error(`not refused: ${verdict.kind}`);
  const { code, words } = verdict.refusal;
  return formOf(decision, ZH, known(changes, { typed: typedOf({}), refusedBy: code, because: words })).errors;
}

test('a refusal by the case stands at the field it is about, in the words of the form', () => {
  const grading = { stage: 'grade', grade: 'important' } as const;
  expect(byCase('grade', { grade: 'general', category: 'other' }, grading)).toEqual([
    { href: '#grade-reason', words: '理由：定得比建议低，请写明理由' },
  ]);
  const reason = text(3);
  expect(byCase('pause', { reason: 'parts', until: '2027-11-25T08:00:00Z', note: reason }, {})).toEqual([
    { href: '#pause-until', words: '最晚恢复：恢复时间须在今后 30 天内，请换一个时间' },
  ]);
  const found = { by: 'u-agent', status: 'confirmed', reasons: reason, evidence: [] };
  expect(
    byCase('resolve', { outcome: 'upheld', cause: 'design', summary: reason }, {
      notSubstantiated: found,
    } as Partial<CaseState>),
  ).toEqual([{ href: '#resolve-outcome', words: '结果：已认定不成立，结果应为不成立' }]);
  expect(byCase('planAction', { kind: 'urgent', owner: 'u-quality', description: reason }, {})).toEqual([
    { href: '#planAction-cause', words: '原因：还没有记录原因，请说明针对哪个原因' },
  ]);
});

test('a refusal that no field is about stands above the form', () => {
  const paused = { reason: 'parts', until: '2026-11-26T08:00:00.000Z' } as const;
  const remedies = [{ kind: 'apology', amount: 0 }];
  expect(byCase('propose', { remedies, solution: text(3) }, { paused } as Partial<CaseState>)).toEqual([
    { href: null, words: '案件已暂停，请先恢复' },
  ]);
});

test('no refusal of a decision shows the names of the API at the desk', () => {
  const folder = join(PROJECT_ROOT, 'src/domain/decisions');
  const named = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/（([a-zA-Z]+)）/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(5);
  const fields = new Set(DECISION_NAMES.flatMap((decision) => Object.keys(FIELD_WORDS[decision])));
  expect(named.filter((name) => !fields.has(name))).toEqual([]);
});

test('what a field says is not said once more by the refusal', () => {
  const faults = [{ path: 'text', words: { zh: '还有没填的变量', en: 'has an unfilled variable' } }];
  const because = { zh: '还没有发出，请带上 sendAnyway: true', en: 'not sent' };
  const typed = typedOf({ text: '您好 {姓名}' });
  const form = formOf('write', ZH, known({}, { typed, faults, refusedBy: 'reply_guard', because }));
  expect(form.errors).toEqual([{ href: '#write-text', words: '写给客户：还有没填的变量' }]);
  expect(form.controls.map(({ name }) => name)).toEqual(['text', 'sendAnyway']);
});
