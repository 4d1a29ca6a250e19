import { formFaults, formSchema } from '../../../src/domain/policy/forms';
import { loadMailTemplates } from '../../../src/channels/mail/templates';
import { policySchema } from '../../../src/domain/policy/schema';
import { event } from '../../../src/domain/case/events';
import { OFFICE_POLICY } from '../policies';
import { text, Walk } from '../walk';

const form = formSchema.parse({
  id: 'inspection',
  name: { zh: '检测', en: 'inspection' },
  before: 'resolve',
  fields: [
    { id: 'model', label: { zh: '型号', en: 'model' }, type: 'text', max: 5 },
    { id: 'volts', label: { zh: '电压', en: 'volts' }, type: 'number', min: 0, max: 400 },
    { id: 'on', label: { zh: '日期', en: 'on' }, type: 'date', required: false },
    { id: 'safe', label: { zh: '安全', en: 'safe' }, type: 'yesNo' },
    {
      id: 'place',
      label: { zh: '地点', en: 'place' },
      type: 'choice',
      options: [{ id: 'home', label: { zh: '上门', en: 'home' } }],
    },
  ],
});
const good = { model: 'WM-1', volts: 220, on: '2026-11-22', safe: true, place: 'home' };

describe('the values of a form', () => {
  test('that are as typed are taken; what need not be there may be missing', () => {
    expect(formFaults(form, good)).toEqual([]);
    const { on: _on, ...without } = good;
    expect(formFaults(form, without)).toEqual([]);
  });

  test.each([
    ['a field that is missing', { model: undefined }, 'model'],
    ['too long a text', { model: 'WM-1234' }, 'model'],
    ['a NUL', { model: 'a\0' }, 'model'],
    ['a number as text', { volts: '220' }, 'volts'],
    ['a number out of range', { volts: 401 }, 'volts'],
    ['a day that does not exist', { on: '2026-02-30' }, 'on'],
    ['yes as a word', { safe: 'yes' }, 'safe'],
    ['what is no option', { place: 'moon' }, 'place'],
    ['a field of another form', { other: 1 }, 'other'],
  ])('%s is named in both languages', (_what, change, path) => {
    const values = Object.fromEntries(
      Object.entries({ ...good, ...change }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ) as typeof good;
    const faults = formFaults(form, values);
    expect(faults.map((fault) => fault.path)).toEqual([path]);
    expect(faults[0]?.words.zh).toMatch(/\p{Script=Han}/u);
    expect(faults[0]?.words.en).toMatch(/^[a-z]/);
  });
});

describe('steps that a policy adds', () => {
  const upTo = (walk: Walk) => {
    walk.decide('grade', 'agent', { grade: 'important', category: 'product_quality', subcategory: 'screen' });
    walk.decide('accept', 'supervisor', {});
    walk.decide('propose', 'supervisor', {
      remedies: [{ kind: 'refund', amount: 10 }],
      solution: text(1),
      findings: text(2),
    });
    walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
    walk.decide('carryOut', 'supervisor', { proof: text(3) });
    return walk;
  };
  const resolve = (walk: Walk) =>
    walk.decide('resolve', 'supervisor', { outcome: 'upheld', cause: 'manufacturing', summary: text(4) });

  test('a decision waits for its form, and says which', () => {
    const walk = upTo(new Walk('important', OFFICE_POLICY));
    expect(walk.state.subcategory).toBe('screen');
    expect(resolve(walk)).toMatchObject({ kind: 'conflict', refusal: { code: 'form_missing' } });
    expect(walk.decide('fillForm', 'supervisor', { form: 'identity', values: text(5) }).kind).toBe('taken');
    expect(resolve(walk).kind).toBe('taken');
  });

  test('a returning customer is not asked for the identity check again', () => {
    const walk = new Walk('important', OFFICE_POLICY);
    walk.append([event('repeatFound', { of: ['C261101-000001'] })]);
    expect(resolve(upTo(walk)).kind).toBe('taken');
  });

  test('a major case asks its departments by itself, once', () => {
    const walk = new Walk('major', OFFICE_POLICY);
    walk.decide('grade', 'agent', { grade: 'major', category: 'product_quality' });
    walk.decide('accept', 'supervisor', {});
    expect(walk.state.helpTasks).toEqual([expect.objectContaining({ id: 'h1', department: 'quality', open: true })]);
    expect(walk.state.clocks['help:h1']?.status).toBe('running');
  });

  test('a second level belongs to its category', () => {
    const walk = new Walk('general', OFFICE_POLICY);
    const wrong = { grade: 'general', category: 'logistics', subcategory: 'screen' };
    expect(walk.decide('grade', 'agent', wrong)).toMatchObject({ refusal: { code: 'no_such_subcategory' } });
  });
});

test('a house asks its own questions; what it does not ask is refused', () => {
  const policy = policySchema.parse({
    ...OFFICE_POLICY,
    forms: undefined,
    survey: { threshold: 3, questions: [{ id: 'fairness', name: { zh: '是否公平', en: 'fairness' } }] },
  });
  const walk = new Walk('general', policy);
  walk.decide('grade', 'agent', { grade: 'general', category: 'logistics' });
  walk.decide('propose', 'agent', { remedies: [{ kind: 'refund', amount: 10 }], solution: text(1) });
  walk.decide('customerAnswer', 'customer', { accepted: true, via: 'link' });
  walk.decide('carryOut', 'agent', { proof: text(2) });
  walk.decide('resolve', 'agent', { outcome: 'upheld', cause: 'manufacturing', summary: text(3) });
  const scores = { speed: 4, solution: 4, attitude: 4, total: 4, via: 'link' };
  const rate = (answers: Record<string, number>) => walk.decide('recordSurvey', 'customer', { ...scores, answers });
  expect(rate({ taste: 5 })).toMatchObject({ kind: 'conflict', refusal: { code: 'no_such_question' } });
  expect(rate({ fairness: 6 }).kind).toBe('invalid');
  expect(rate({ fairness: 2 }).kind).toBe('taken');
  expect(walk.events.find((item) => item.type === 'surveyRecorded')?.data).toMatchObject({ answers: { fairness: 2 } });
});

test('a department’s own words stand in its mails as text: nothing in them is carried out', () => {
  const wording = policySchema.parse({
    ...OFFICE_POLICY,
    wording: {
      chased: { 'zh-CN': { subject: '{{caseNo}} 催办', opening: '请 <b>尽快</b> 处理 {{caseNo}} {{constructor}}' } },
    },
  }).wording;
  const mail = loadMailTemplates()(
    'chased',
    'zh-CN',
    {
      caseNo: 'C261122-7KQ4MX',
      org: 'O',
      contact: null,
      grade: '一般',
      category: '物流',
      stage: '处理',
      owner: null,
      promise: null,
      dueAt: null,
      waits: '—',
      caseUrl: 'https://example.com',
      byCustomer: true,
      count: 2,
      words: null,
    },
    wording?.chased?.['zh-CN'],
  );
  expect(mail.subject).toBe('C261122-7KQ4MX 催办');
  expect(mail.html).toContain('请 &lt;b&gt;尽快&lt;/b&gt; 处理 C261122-7KQ4MX');
  expect(mail.text).toContain('请 <b>尽快</b> 处理 C261122-7KQ4MX');
});
