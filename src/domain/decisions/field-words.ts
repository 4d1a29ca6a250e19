/**
 * What the fields of decisions are called where people fill them in. A page finds in the schema what a field takes
 * (`fieldsOf`), and here its words and what the schema cannot say: what an id names.
 * @module
 */
import { CATEGORY_WORDS, CAUSE_WORDS, FISHBONE_WORDS, GRADE_WORDS, OUTCOME_NAMES, REMEDY_NAMES } from '../basics/words';
import type { Words } from '../basics/types';
import type { DecisionName } from './catalogue';

/** What the value of a field names; whoever asks for it offers those there are. */
export type Named =
  | 'staff'
  /** Somebody who may own the case. */
  | 'owner'
  /** Members of the task force. */
  | 'taskForce'
  | 'department'
  | 'subcategory'
  /** Files of the case. */
  | 'evidence'
  /** A file that is uploaded together with the decision. */
  | 'upload'
  /** A request for help that is open. */
  | 'helpTask'
  /** A corrective action that has to be started, or to be verified. */
  | 'plannedAction'
  | 'startedAction'
  /** The one that is on offer, or open, at the time. */
  | 'proposal'
  | 'survey'
  /** A running promise. */
  | 'clock'
  /** Another case of the customer. */
  | 'case'
  | 'policyVersion'
  /** The policy's form, and its fields. */
  | 'form'
  | 'formValues'
  /** The policy's own questions in a survey. */
  | 'questions';

/** The words of one field. */
export interface FieldWords {
  label: Words;
  help?: Words;
  /** Each value of an enum, `true` and `false` of a yes or no. Null: staff are not offered it. */
  values?: Readonly<Record<string, Words | null>>;
  names?: Named;
  /** The field whose choice settles this one as well, so that it is not asked. */
  settledBy?: string;
  /** Asked only once the decision was refused with this code. */
  askedAfter?: string;
  /** The fields of each entry, for a list of objects. */
  parts?: Readonly<Record<string, FieldWords>>;
}

const words = (zh: string, en: string): Words => ({ zh, en });
const field = (zh: string, en: string, more: Omit<FieldWords, 'label'> = {}): FieldWords => ({
  label: words(zh, en),
  ...more,
});

/** Ways in which somebody was spoken to. */
const WAYS = {
  phone: words('电话', 'phone'),
  visit: words('上门', 'visit'),
  mail: words('邮件', 'e-mail'),
  sms: words('短信', 'text message'),
  chat: words('在线客服', 'chat'),
  wechat: words('微信', 'WeChat'),
  counter: words('门店', 'counter'),
  other: words('其他', 'other'),
  // Only whoever has the link answers by it.
  link: null,
};

const SATISFIED = field('客户满意吗', 'Is the customer satisfied', {
  values: { true: words('满意', 'satisfied'), false: words('不满意', 'not satisfied') },
});
const CAUSE = (more: Omit<FieldWords, 'label'> = {}): FieldWords =>
  field('原因', 'Cause', { values: CAUSE_WORDS, ...more });
const SEND_ANYWAY = field('看过了，照原文发', 'I have read it again; send it as it stands', {
  askedAfter: 'reply_guard',
});

const GRADING = {
  grade: field('等级', 'Grade', { values: GRADE_WORDS }),
  category: field('类别', 'Category', { values: CATEGORY_WORDS }),
  subcategory: field('二级类别', 'Subcategory', { names: 'subcategory' }),
  against: field('投诉的是谁', 'Whom it is about', {
    names: 'staff',
    help: words('投诉到哪位同事就勾上，其本人看不到、也不能办理', 'They neither see the case nor handle it'),
  }),
};

const OWNING = {
  owner: field('负责人', 'Owner', { names: 'owner' }),
  taskForce: field('专项小组', 'Task force', {
    names: 'taskForce',
    help: words('负责人牵头，不用再勾', 'The owner leads it and need not be ticked'),
  }),
};

/** The words of every field of every decision, without those that the API fills in. */
export const FIELD_WORDS: Readonly<Record<DecisionName, Readonly<Record<string, FieldWords>>>> = {
  grade: {
    ...GRADING,
    reason: field('理由', 'Reason', {
      help: words('定得比建议低时要写', 'Needed for a lower grade than suggested'),
    }),
  },
  assign: OWNING,
  accept: {},
  respond: {
    via: field('怎样联系的', 'How', { values: WAYS }),
    text: field('说了什么', 'What was said', {
      help: words('选邮件，这些话原样发给客户', 'By e-mail it is sent to the customer as it stands'),
    }),
    sendAnyway: SEND_ANYWAY,
  },
  write: {
    text: field('写给客户', 'To the customer', { help: words('原样发给客户', 'Sent to the customer as it stands') }),
    sendAnyway: SEND_ANYWAY,
  },
  addEvidence: {
    evidenceId: field('文件', 'Files', { names: 'upload', help: words('一次最多 9 个', 'Up to 9 at once') }),
    sha256: field('校验值', 'Checksum', { settledBy: 'evidenceId' }),
    note: field('说明', 'Note', { help: words('这是什么，从哪里来', 'What it is and where it comes from') }),
  },
  requestHelp: {
    department: field('请哪个部门', 'Department', { names: 'department' }),
    assignee: field('请哪位', 'Person', {
      names: 'staff',
      help: words('不指定就由部门里的人答复', 'If nobody is chosen, anybody of the department answers'),
    }),
    question: field('要对方答复什么', 'What you need to know', {
      help: words('写清问题和已知情况，对方看了就能答', 'Say what is known, so that it can be answered at once'),
    }),
  },
  answerHelp: {
    taskId: field('哪一项', 'Which request', { names: 'helpTask' }),
    answer: field('答复', 'Answer'),
    withdrawn: field('不用对方答复了，撤回这项请求', 'No longer needed: take the request back'),
  },
  propose: {
    remedies: field('方案内容', 'What is given', {
      parts: {
        kind: field('给客户什么', 'Remedy', { values: REMEDY_NAMES }),
        amount: field('金额', 'Amount'),
      },
    }),
    solution: field('给客户的话', 'To the customer', {
      help: words('客户看到的就是这段话', 'What the customer reads'),
    }),
    findings: field('查明的事实', 'What was found', {
      help: words(
        '重要和重大投诉要写，客户看不到',
        'Needed for important and major complaints; the customer does not see it',
      ),
    }),
    sendAnyway: SEND_ANYWAY,
  },
  approve: { note: field('意见', 'Remark') },
  reject: { reason: field('退回理由', 'Why it is returned', { help: words('写明改什么', 'Say what has to change') }) },
  customerAnswer: {
    accepted: field('客户怎么说', "The customer's answer", {
      values: { true: words('接受', 'accepts'), false: words('不接受', 'declines') },
    }),
    via: field('怎样答复的', 'How', { values: WAYS }),
    proposalId: field('方案', 'Proposal', { names: 'proposal' }),
    reason: field('客户的话', "The customer's words"),
  },
  carryOut: {
    proof: field('凭据', 'Proof', {
      help: words('收据号、运单号或上门日期', 'Receipt number, waybill or date of the visit'),
    }),
  },
  notSubstantiated: {
    reasons: field('给客户的说明', 'To the customer', {
      help: words('写事实、依据、证据，和不同意时找谁', 'Fact, rule, evidence, and whom to turn to'),
    }),
    evidence: field('引用的证据', 'Evidence referred to', { names: 'evidence' }),
    sendAnyway: SEND_ANYWAY,
  },
  resolve: {
    outcome: field('结果', 'Outcome', {
      values: {
        upheld: OUTCOME_NAMES.upheld,
        partly_upheld: OUTCOME_NAMES.partly_upheld,
        not_upheld: OUTCOME_NAMES.not_upheld,
      },
    }),
    cause: CAUSE(),
    summary: field('给客户的结果', 'Result, to the customer', {
      help: words('怎么解决的，结果如何，后面还有什么', 'What was done, what came of it, what follows'),
    }),
    sendAnyway: SEND_ANYWAY,
  },
  recordSurvey: {
    speed: field('处理速度', 'Speed'),
    solution: field('解决方案', 'Solution'),
    attitude: field('服务态度', 'Attitude'),
    total: field('总的来说', 'All in all'),
    comment: field('客户的话', "The customer's words"),
    answers: field('其他问题', 'Further questions', { names: 'questions' }),
    via: field('怎样问到的', 'How', { values: WAYS }),
    surveyId: field('评价', 'Survey', { names: 'survey' }),
  },
  followUp: {
    satisfied: SATISFIED,
    report: field('跟进情况', 'Report', {
      help: words('客户怎么说；仍不满意，案件再办一轮', 'What the customer says; not satisfied: another round'),
    }),
  },
  recordRevisit: {
    satisfied: SATISFIED,
    method: field('怎样回访的', 'How', { values: WAYS }),
    report: field('回访情况', 'Report', {
      help: words('客户怎么说；仍不满意，案件再办一轮', 'What the customer says; not satisfied: another round'),
    }),
  },
  reopen: { reason: field('还有什么没解决', 'What is not solved') },
  recordRootCause: {
    fishbone: field('鱼骨图', 'Fishbone', { values: FISHBONE_WORDS }),
    cause: CAUSE(),
    whys: field('逐层追问', 'Whys', { help: words('一行一个为什么，问到根上', 'One why a line, down to the root') }),
    systemic: field('是系统性原因吗', 'Is the cause systemic', {
      help: words('系统性原因要制定纠正措施', 'A systemic cause asks for a corrective action'),
      values: { true: words('是', 'yes'), false: words('不是', 'no') },
    }),
  },
  planAction: {
    kind: field('种类', 'Kind', {
      values: { urgent: words('应急', 'urgent'), preventive: words('预防', 'preventive') },
      help: words('应急 72 小时内开始，预防消除原因', 'Urgent: started within 72 hours; preventive: removes the cause'),
    }),
    owner: field('负责人', 'Owner', { names: 'staff' }),
    cause: CAUSE({ help: words('不选就用已记录的原因', 'Left out: the cause on record') }),
    description: field('做什么', 'What is to be done'),
  },
  startAction: { actionId: field('哪项措施', 'Which action', { names: 'plannedAction' }) },
  verifyAction: {
    actionId: field('哪项措施', 'Which action', { names: 'startedAction' }),
    reached: field('效果', 'Effect', {
      values: { true: words('达到', 'reached'), false: words('没有达到', 'not reached') },
    }),
    report: field('依据', 'Ground', { help: words('看了哪些数据', 'Which figures were looked at') }),
    early: field('提前认定的理由', 'Why before its date', {
      help: words('还没到检查日期就认定达到，要写', 'Needed to judge it reached before its check is due'),
    }),
  },
  archive: {},
  pause: {
    reason: field('等什么', 'Waiting for', {
      values: {
        customer: words('客户', 'the customer'),
        parts: words('配件', 'parts'),
        third_party: words('第三方', 'a third party'),
      },
    }),
    until: field('最晚恢复', 'Until', {
      help: words('到时自动恢复，最长 30 天', 'Resumes by itself then; 30 days at most'),
    }),
    note: field('说明', 'Note'),
  },
  resume: {},
  regrade: { ...GRADING, reason: field('理由', 'Reason') },
  reassign: {
    ...OWNING,
    formerOwner: field('原负责人', 'Former owner', {
      values: { leaves: words('退出', 'leaves'), stays: words('留在专项小组', 'stays on the task force') },
    }),
    reason: field('理由', 'Reason'),
  },
  chase: { note: field('想说的话', 'Message') },
  customerWrote: {
    via: field('怎样告诉的', 'How', { values: WAYS }),
    text: field('客户的话', "The customer's words", { help: words('照客户说的写', 'As they said it') }),
  },
  wantCallBack: {
    via: field('怎样告诉的', 'How', { values: WAYS }),
    from: field('最早', 'Not before'),
    to: field('最晚', 'Not after'),
    note: field('说明', 'Note', { help: words('关于什么，或要打的号码', 'What about, or another number') }),
  },
  extend: {
    promise: field('哪项承诺', 'Which promise', { names: 'clock' }),
    clock: field('哪项承诺', 'Which promise', { settledBy: 'promise' }),
    dueAt: field('延到', 'New date'),
    reason: field('理由', 'Reason', { help: words('客户会收到新的时间', 'The customer is told the new date') }),
  },
  merge: {
    into: field('并入哪一件', 'Into which case', {
      names: 'case',
      help: words('填单号，如 C261126-7KQ4MX', 'Its number, as C261126-7KQ4MX'),
    }),
    reason: field('理由', 'Reason'),
  },
  withdraw: { reason: field('客户的话', "The customer's words") },
  note: {
    text: field('备注', 'Note', {
      help: words(
        '客户看不到；写 @ 和姓名，对方会收到',
        'The customer does not see it; @ and a name tells that person',
      ),
    }),
    mentions: field('告诉谁', 'Whom to tell', { names: 'staff' }),
  },
  fillForm: {
    form: field('表单', 'Form', { names: 'form' }),
    values: field('内容', 'Values', { names: 'formValues' }),
  },
  movePolicy: {
    to: field('改到哪一版', 'To which version', {
      names: 'policyVersion',
      help: words('时限重排，已超时的不变', 'Promises are planned anew; what is broken stays'),
    }),
  },
};
