import { aboutWords } from '../../cases';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../domain/decisions/catalogue';
import { fieldsOf, type FieldSchema } from '../../domain/decisions/fields';
import { STAGE_WORDS } from '../../domain/basics/words';
import type { Staff } from '../../domain/case/permissions';
import { HOUSE_POLICY } from '../../domain/policy/house';
import { receipt } from '../../domain/process/receipt';
import { PROCESS_REVISION } from '../../domain/case/revision';
import type { CaseState } from '../../domain/case/state';
import { GRADES, STAGES, type Actor, type Grade, type Role, type Words } from '../../domain/basics/types';
import { GRADE_WORDS } from '../../domain/basics/words';
import { code, page, table, type Tongue } from './markdown';

const INTRO: Words = {
  en: [
    'A decision is what a person may do in a case. The catalogue is one table in the code; the workflow’s updates and signals, the API’s addresses, their OpenAPI entries and the tests are made from it, and so is this page.',
    'Taken by `POST /api/cases/:caseNo/decisions/<decision>` with the fields below as JSON. Every decision also takes `decisionId` (the second arrival of an id changes nothing and gets the first answer) and `expectedSeq` (the `case.seq` you saw; if anything has happened since, the answer is 409 `changed_meanwhile`). `GET /api/cases/:caseNo` lists what is allowed now, and what waits for something; `?whyNot=<decision>` says what stands in the way. A decision is refused with 403 when the person may not, 409 when the case is not ready for it, 422 when a field is wrong.',
  ].join('\n\n'),
  zh: [
    '决定就是人在一件案件里可以做的事。目录是代码里的一张表；工作流的更新和信号、API 地址、OpenAPI 条目和测试都由它生成，本页也是。',
    '通过 `POST /api/cases/:caseNo/decisions/<决定>` 提交，下面的字段写成 JSON。每个决定还可以带 `decisionId`（同一编号第二次到达什么也不改，得到第一次的回答）和 `expectedSeq`（看到的 `case.seq`；之后有变化就答 409 `changed_meanwhile`）。`GET /api/cases/:caseNo` 列出现在可以做的，以及还在等什么；`?whyNot=<决定>` 说明差在哪里。没有权限答 403，案件还没到时候答 409，字段不对答 422。字段说明取自代码，为英文。',
  ].join('\n\n'),
};

const WHO: Words = {
  en: 'Who may, by the role and the part a person has in the case: worked out by asking each decision’s own rule about a case in work. A grade instead of ✓ means: only for that grade. While a case has no owner, or only the one named at its receipt, every agent may do what the owner may, except accept it. Who is complained of decides nothing. What the condition of the case asks beside this (a proposal that waits, a form to be filled in) is said by the refusal. The owner of a corrective action may start it, whatever their role.',
  zh: '谁可以做，看角色和在案件里的身份：用一件在办案件逐个问每个决定自己的规则得出。写着等级而不是 ✓ 的，只限那个等级。案件还没有负责人，或只有受理时点名的那位时，每位客服都可以做负责人能做的事，接受除外。被投诉的人不能做任何决定。案件本身的条件（有方案在等、表单要先填）由拒绝的理由说明。纠正措施的负责人不论什么角色都可以开始它。',
};

const PEOPLE = {
  customer: { en: 'customer', zh: '客户' },
  helper: { en: 'colleague asked for help', zh: '受邀协助的同事' },
  other: { en: 'another agent', zh: '其他客服' },
  owner: { en: 'owner', zh: '负责人' },
  supervisor: { en: 'supervisor', zh: '主管' },
  manager: { en: 'manager, admin', zh: '经理、管理员' },
} as const satisfies Record<string, Words>;

const SECTION: Record<'who' | 'each' | 'fields' | 'none', Words> = {
  who: { en: 'Who, and in which stage', zh: '谁、在哪个阶段' },
  each: { en: 'Each decision and its fields', zh: '每个决定和它的字段' },
  fields: { en: 'field|value|needed|note', zh: '字段|值|必填|说明' },
  none: { en: 'No fields of its own.', zh: '没有自己的字段。' },
};

/** The reference of decisions: who may take each in which stage, and its fields. */
export function decisionsPage(tongue: Tongue): string {
  const head = [
    { en: 'decision', zh: '决定' }[tongue],
    { en: '中文', zh: 'English' }[tongue],
    { en: 'stages', zh: '阶段' }[tongue],
    ...Object.values(PEOPLE).map((words) => words[tongue]),
  ];
  const rows = DECISION_NAMES.map((name) => [
    `[${code(name)}](#${name.toLowerCase()})`,
    DECISIONS[name].label[tongue === 'en' ? 'zh' : 'en'],
    stagesOf(name, tongue),
    ...Object.keys(PEOPLE).map((person) => mayIn(name, person as keyof typeof PEOPLE, tongue)),
  ]);
  const each = DECISION_NAMES.map((name) => {
    const { label } = DECISIONS[name];
    return [
      `### ${name}`,
      `**${label.en} · ${label.zh}.** ${aboutWords(name)[tongue]}`,
      fieldsTable(name, tongue),
    ].join('\n\n');
  });
  const title = { en: 'Decisions', zh: '决定' };
  return page('decisions', title, tongue, [
    INTRO[tongue],
    `## ${SECTION.who[tongue]}`,
    WHO[tongue],
    table(head, rows),
    `## ${SECTION.each[tongue]}`,
    ...each,
  ]);
}

const OPEN = STAGES.filter((stage) => stage !== 'archived');

function stagesOf(name: DecisionName, tongue: Tongue): string {
  const { stages } = DECISIONS[name];
  if (stages.length === STAGES.length) return { en: 'all', zh: '全部' }[tongue];
  if (OPEN.every((stage) => stages.includes(stage)) && stages.length === OPEN.length) {
    return { en: 'all but archived', zh: '归档前' }[tongue];
  }
  return stages.map((stage) => STAGE_WORDS[stage][tongue]).join(tongue === 'zh' ? '、' : ', ');
}

const AT = '2026-11-26T02:00:00.000Z';
const TEXT = { textId: '00000000-0000-4000-8000-000000000001', sha256: '0'.repeat(64) };

const staff = (id: string, role: Role, team = 'after-sales'): Staff => ({ kind: 'staff', id, role, team });

/** A case in stage `resolve`, of whose decisions everybody is asked: owned, with a colleague asked for help. */
function inWork(grade: Grade): { state: CaseState; owner: Staff } {
  const owner = staff('u-owner', grade === 'general' ? 'agent' : 'supervisor');
  const received = receipt(
    'C261126-7KQ4MX',
    {
      channel: 'phone',
      language: 'zh-CN',
      customerId: '00000000-0000-4000-8000-000000000002',
      text: TEXT,
      receivedAt: AT,
      revision: PROCESS_REVISION,
      suggestion: { grade, category: 'product_quality', rules: [], engine: 'rules@1' },
    },
    { repeatOf: [] },
    HOUSE_POLICY,
    AT,
  );
  const { id, role, team } = owner;
  return {
    owner,
    state: {
      ...received.state,
      stage: 'resolve',
      gradeConfirmed: true,
      owner: { id, role, team, provisional: false },
      deciders: [id],
      helpTasks: [{ id: 'h1', department: 'quality', askedBy: id, open: true }],
      followUp: { id: 'f1', status: 'open', notBy: [id] },
      revisit: { by: HOUSE_POLICY.steps[grade].revisitBy, dueAt: AT, status: 'planned' },
    },
  };
}

const CASES = GRADES.map((grade) => ({ grade, ...inWork(grade) }));

const actorOf = (person: keyof typeof PEOPLE, owner: Staff): Actor => {
  switch (person) {
    case 'customer':
      return { kind: 'customer' };
    case 'helper':
      return staff('u-helper', 'colleague', 'quality');
    case 'other':
      return staff('u-other', 'agent');
    case 'owner':
      return owner;
    case 'supervisor':
    case 'manager':
      return staff(`u-${person}`, person);
  }
};

function mayIn(name: DecisionName, person: keyof typeof PEOPLE, tongue: Tongue): string {
  const grades = CASES.filter(({ state, owner }) => !DECISIONS[name].who(actorOf(person, owner), state)).map(
    ({ grade }) => grade,
  );
  if (grades.length === 0) return '–';
  return grades.length === GRADES.length ? '✓' : grades.map((grade) => GRADE_WORDS[grade][tongue]).join(', ');
}

function fieldsTable(name: DecisionName, tongue: Tongue): string {
  const { texts } = DECISIONS[name];
  const rows = fieldsOf(name).map(({ name: field, schema, required }) => {
    const needed = required ? { en: 'yes', zh: '是' }[tongue] : '';
    const text = texts.includes(field) ? { en: 'free text, ', zh: '自由文字，' }[tongue] : '';
    return [code(field), `${text}${valueOf(schema, tongue)}`, needed, schema.description ?? ''];
  });
  return rows.length === 0 ? SECTION.none[tongue] : table(SECTION.fields[tongue].split('|'), rows);
}

function valueOf(schema: FieldSchema, tongue: Tongue): string {
  const said = (en: string, zh: string): string => ({ en, zh })[tongue];
  const more =
    schema.default === undefined ? '' : said(`; else ${print(schema.default)}`, `；默认 ${print(schema.default)}`);
  return `${kindOf(schema, tongue)}${more}`;
}

const print = (value: unknown): string => code(JSON.stringify(value));

function kindOf(schema: FieldSchema, tongue: Tongue): string {
  const said = (en: string, zh: string): string => ({ en, zh })[tongue];
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(' ');
  if (schema.format === 'date-time') return said('an instant, ISO 8601', '时刻，ISO 8601');
  if (schema.format === 'uuid') return 'UUID';
  switch (schema.type) {
    case 'string':
      return schema.maxLength === undefined
        ? said('text', '文字')
        : said(`at most ${schema.maxLength} characters`, `最多 ${schema.maxLength} 字`);
    case 'integer':
    case 'number':
      return schema.minimum === undefined ? said('number', '数') : said('number, ', '数，') + range(schema);
    case 'boolean':
      return '`true` `false`';
    case 'array': {
      const items = schema.items as FieldSchema | undefined;
      return said(`list of: ${items ? kindOf(items, tongue) : ''}`, `列表：${items ? kindOf(items, tongue) : ''}`);
    }
    case 'object': {
      const inner = Object.entries(schema.properties ?? {}).map(
        ([field, value]) => `${code(field)}: ${typeof value === 'boolean' ? '' : kindOf(value, tongue)}`,
      );
      return inner.length === 0 ? said('object', '对象') : `{ ${inner.join('; ')} }`;
    }
    default:
      return said('see the OpenAPI document', '见 OpenAPI 文档');
  }
}

const range = ({ minimum, maximum }: FieldSchema): string =>
  maximum === undefined || maximum >= 1e12 ? `≥ ${minimum}` : `${minimum}–${maximum}`;
