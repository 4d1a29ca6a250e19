import type { CaseAnswer } from '../../../../src/cases';
import { caseAnswer, type CaseParts } from '../../../../src/cases/case/case-view';
import { createWordsReader } from '../../../../src/cases/case/words-read';
import type { ComplaintRecord } from '../../../../src/db/records';
import type { Actor, Words } from '../../../../src/domain/basics/types';
import type { CaseState } from '../../../../src/domain/case/state';
import { HOUSE_POLICY } from '../../../../src/domain/policy/house';
import type { Policy } from '../../../../src/domain/policy/schema';
import type { Known } from '../../../../src/http/site/desk/forms/known';
import type { Wording } from '../../../../src/http/site/kit/wording';
import { CASE_NO, opening, START, text } from '../../../domain/walk';

/** When pages are looked at. */
export const NOW = '2026-11-24T06:26:00.000Z';
export const ZH: Wording = { language: 'zh-CN', now: NOW };
export const EN: Wording = { language: 'en', now: NOW };

type Staff = Extract<Actor, { kind: 'staff' }>;
const somebody = (id: string, role: Staff['role'], team = 'after-sales'): Staff => ({ kind: 'staff', id, role, team });
export const AGENT = somebody('u-agent', 'agent');
export const SUPERVISOR = somebody('u-supervisor', 'supervisor');
export const MANAGER = somebody('u-manager', 'manager');
export const COLLEAGUE = somebody('u-quality', 'colleague', 'quality');

const words = (zh: string, en = zh): Words => ({ zh, en });

/** A policy in which everything can be asked that a form may ask. */
export const POLICY: Policy = {
  ...HOUSE_POLICY,
  subcategories: [
    { id: 'leak', name: words('漏电', 'leakage'), under: 'product_quality' },
    { id: 'late', name: words('晚到', 'late'), under: 'logistics' },
  ],
  survey: { ...HOUSE_POLICY.survey, questions: [{ id: 'repair-time', name: words('上门准时', 'On time') }] },
  forms: [
    {
      id: 'inspection',
      name: words('上门检测', 'Inspection'),
      before: 'propose',
      skipReturning: false,
      fields: [
        { id: 'voltage', label: words('电压', 'Voltage'), type: 'number', required: true, min: 0, max: 400 },
        { id: 'seen', label: words('看到什么', 'What was seen'), type: 'text', required: true },
        { id: 'on', label: words('检测日期', 'Date'), type: 'date', required: true },
        { id: 'safe', label: words('可以用吗', 'Safe to use'), type: 'yesNo', required: true },
        {
          id: 'part',
          label: words('哪个部件', 'Which part'),
          type: 'choice',
          required: false,
          options: [
            { id: 'plug', label: words('插头', 'plug') },
            { id: 'tank', label: words('水箱', 'tank') },
          ],
        },
      ],
    },
  ],
};

const NAMES = new Map([
  ['u-agent', '李娜'],
  ['u-supervisor', '刘敏'],
  ['u-manager', '周主任'],
  ['u-quality', '陈工'],
]);

/** A case at its receipt, changed as the test wants it. */
export const stateWith = (changes: Partial<CaseState> = {}, policy: Policy = HOUSE_POLICY): CaseState => ({
  ...opening('general', START, policy).state,
  gradeConfirmed: true,
  ...changes,
});

/** The answer about a case for a person, made as the use cases make it. */
export function answerFor(
  state: CaseState,
  actor: Staff,
  { policy = HOUSE_POLICY, parts = {} }: { policy?: Policy; parts?: Partial<CaseParts> } = {},
): CaseAnswer {
  const record: ComplaintRecord = parts.record ?? {
    caseNo: CASE_NO,
    receivedAt: START,
    channel: 'phone',
    language: 'zh-CN',
    customer: { id: '00000000-0000-4000-8000-0000000000aa', name: '王女士', phone: '13800005621' },
    text: { ...text(1), body: '热水器跳闸，插头发烫。' },
    suggestion: {
      grade: state.suggestion?.grade ?? 'general',
      category: 'product_quality',
      reasons: [{ rule: 'M1', words: ['跳闸', '发烫'] }],
      engine: 'rules@1',
    },
    policyVersion: 1,
    answerBy: START,
    resolveBy: START,
    accessCodeHash: '',
  };
  const whole: CaseParts = {
    state,
    record,
    words: createWordsReader()(record),
    policy,
    names: NAMES,
    texts: new Map(),
    evidence: [],
    told: [],
    actionRows: [],
    tickets: [],
    complaints: 1,
    seen: new Set(),
    ...parts,
  };
  return caseAnswer(whole, actor, Date.parse(NOW));
}

/** What the desk knows when it shows a form: everybody of the house, the departments, the rules. */
export const knownOf = (answer: CaseAnswer, viewer: Staff, more: Partial<Known> = {}): Known => ({
  case: answer.case,
  viewer,
  staff: [AGENT, SUPERVISOR, MANAGER, COLLEAGUE].map(({ id, role, team }) => ({
    id,
    name: NAMES.get(id) ?? id,
    role,
    team,
    open: 3,
  })),
  departments: [
    { id: 'after-sales', name: words('售后部', 'After-sales'), people: 3 },
    { id: 'quality', name: words('质量部', 'Quality'), people: 1 },
    { id: 'legal', name: words('法务部', 'Legal'), people: 0 },
  ],
  policy: POLICY,
  policyVersions: [1, 2, 3],
  ...more,
});
