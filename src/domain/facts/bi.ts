/**
 * The views that tools of business intelligence read (`bi` in Postgres), and that are exported: their columns with types and
 * meanings. The views themselves stand in the migrations; a test holds both to each other.
 *
 * There is nothing personal in them: staff by their id, customers and texts not at all. Cases about somebody of the staff are
 * left out, since nobody knows who reads a copy.
 * @module
 */
import { AWAITED } from '../case/awaits';
import type { Words } from '../basics/types';
import {
  CATEGORY_WORDS,
  CAUSE_WORDS,
  CHANNEL_WORDS,
  FISHBONE_WORDS,
  GRADE_WORDS,
  OUTCOME_NAMES,
  REMEDY_NAMES,
  STAGE_WORDS,
} from '../basics/words';
import { PROMISE_WORDS } from '../promises/names';
import { valueWords } from './figures';

/** `decimal`: with two places. */
export type BiType = 'text' | 'boolean' | 'integer' | 'bigint' | 'decimal' | 'date' | 'instant';

export interface BiColumn {
  type: BiType;
  about: Words;
}

export interface BiView {
  about: Words;
  /** What tells its rows apart. */
  key: readonly string[];
  columns: Readonly<Record<string, BiColumn>>;
}

const column =
  (type: BiType) =>
  (zh: string, en: string): BiColumn => ({ type, about: { zh, en } });
const text = column('text');
const boolean = column('boolean');
const integer = column('integer');
const bigint = column('bigint');
const decimal = column('decimal');
const date = column('date');
const instant = column('instant');

const caseNo = text('单号', 'case number');

/** What the rows beside `cases` begin with. */
const placed = (zh: string, en: string) => ({
  case_no: caseNo,
  happened_at: instant(zh, en),
  day: date('那一天（机构时区）', 'its day in the house’s zone'),
  month: text('那个月，如 2026-11', 'its month, as 2026-11'),
  person: text('当时负责人的编号；是谁做的事就是谁', 'id of the owner at that moment, or of whoever did it'),
  team: text('当时的团队', 'team at that moment'),
});
const seq = integer('案件记录里的第几条', 'number of the entry in the case’s ledger');

export const BI_VIEWS = {
  cases: {
    about: { zh: '案件，一件一行', en: 'a row a case' },
    key: ['case_no'],
    columns: {
      case_no: caseNo,
      received_at: instant('收到', 'received'),
      day: date('收到的日子（机构时区）', 'day of receipt in the house’s zone'),
      month: text('收到的月份，如 2026-11', 'month of receipt, as 2026-11'),
      hour: integer('收到的钟点，0–23', 'hour of receipt, 0–23'),
      grade: text('等级（labels: grade）', 'grade (labels: grade)'),
      category: text('类别（labels: category）', 'category (labels: category)'),
      subcategory: text('细类', 'subcategory'),
      fishbone: text('原因大类（labels: fishbone）', 'kind of cause (labels: fishbone)'),
      cause: text('原因（labels: cause）；空：还没有结论', 'cause (labels: cause); null: not concluded yet'),
      product: text('产品；像号码或邮箱的写成 ***', 'product; what looks like a number or an address is ***'),
      model: text('型号；像号码或邮箱的写成 ***', 'model; what looks like a number or an address is ***'),
      region: text('区域，按规则里的名称', 'region, as the policy names it'),
      channel: text('渠道（labels: channel）', 'channel (labels: channel)'),
      person: text('负责人的编号', 'id of the owner'),
      team: text('团队', 'team'),
      policy_version: integer('规则版本', 'version of the policy'),
      outcome: text(
        '结果（labels: outcome）；merged 并入别的案件，在那里算',
        'outcome (labels: outcome); merged ones are counted in the other case',
      ),
      imported: boolean('从以前的系统导入，办理经过不详', 'imported from another system: how it went is not known'),
      repeat: boolean('同一客户为同一件事再次投诉', 'the customer had complained of the same before'),
      touched_at: instant('员工第一次动手', 'when a member of staff first did anything'),
      graded: boolean('由人定过级', 'graded by a person'),
      suggestion_kept: boolean('人定的等级与建议相同', 'that person kept the suggested grade'),
      grade_kept: boolean('第一次定的等级没有改过', 'nobody has changed that grade since'),
      assigned: boolean('分派过', 'given to somebody'),
      reassigned: integer('第一次办结前换了几次负责人', 'how often the owner changed before the first resolution'),
      responded: boolean('记了首次响应', 'the first response is recorded'),
      resolved_at: instant('第一次办结', 'first resolution'),
      resolved_day: date('第一次办结的日子', 'day of the first resolution'),
      resolved_month: text('第一次办结的月份', 'month of the first resolution'),
      reopened: boolean('办结后又开一轮', 'went on in another round after that'),
      escalations: integer('升级给主管或经理的次数', 'how often it was escalated to a supervisor or manager'),
      lost: boolean('客户不满意过', 'the customer was dissatisfied'),
      won_back: boolean('最后一次表示满意', 'but satisfied in the end'),
      archived_at: instant('归档', 'archived'),
    },
  },
  rounds: {
    about: { zh: '轮次：从开始到办结', en: 'a row a round, from its beginning to its resolution' },
    key: ['case_no', 'round'],
    columns: {
      ...placed('开始', 'began'),
      round: integer('第几轮', 'which round'),
      because: text('为什么开始', 'why it began'),
      outcome: text('结果（labels: outcome）', 'outcome (labels: outcome)'),
      resolved_at: instant('办结', 'resolved'),
      took_ms: bigint('用时，毫秒，自然时间', 'milliseconds to the resolution, by the clock on the wall'),
    },
  },
  promises: {
    about: { zh: '承诺，一个一行', en: 'a row a promise' },
    key: ['case_no', 'seq'],
    columns: {
      ...placed('兑现或超时；都没有的是开始', 'kept or broken, else begun'),
      seq,
      clock: text('案件里的计时', 'the clock in the case'),
      promise: text('哪个承诺（labels: promise）', 'which promise (labels: promise)'),
      started_at: instant('开始', 'began'),
      due_at: instant('到期', 'due'),
      verdict: text(
        'open 未到、kept 兑现、broken 超时、cancelled 取消（labels: verdict）',
        'open, kept, broken or cancelled (labels: verdict)',
      ),
      extended: boolean('延期过', 'it was extended'),
    },
  },
  redress: {
    about: { zh: '已经执行的补偿，一项一行', en: 'a row a remedy that was carried out' },
    key: ['case_no', 'seq', 'n'],
    columns: {
      ...placed('执行', 'carried out'),
      seq,
      n: integer('同一次里的第几项', 'its place among those carried out at once'),
      kind: text('补偿（labels: remedy）', 'remedy (labels: remedy)'),
      amount: decimal('金额；不花钱的是 0', 'amount of money; 0 where it costs none'),
    },
  },
  surveys: {
    about: { zh: '评价，一份一行', en: 'a row a survey' },
    key: ['case_no', 'survey_id'],
    columns: {
      ...placed('发出', 'sent'),
      survey_id: text('评价编号', 'id of the survey'),
      answered: boolean('客户作答了', 'the customer has answered'),
      speed: integer('速度，1–5', 'speed, 1–5'),
      solution: integer('方案，1–5', 'solution, 1–5'),
      attitude: integer('态度，1–5', 'attitude, 1–5'),
      total: integer('总体，1–5', 'the whole, 1–5'),
    },
  },
  actions: {
    about: { zh: '纠正预防措施，一项一行', en: 'a row a corrective action' },
    key: ['case_no', 'action_id'],
    columns: {
      ...placed('提出', 'planned'),
      action_id: text('措施编号', 'id of the action'),
      kind: text('urgent 紧急、preventive 预防', 'urgent or preventive'),
      cause: text('针对的原因（labels: cause）', 'its cause (labels: cause)'),
      started_at: instant('启动', 'begun'),
      complaints_before: integer('启动前同原因的投诉', 'complaints of the cause before it'),
      complaints_after: integer('启动后同原因的投诉', 'complaints of the cause after it'),
      reached: boolean('达到目标；空：还没有验证', 'it reached its target; null: not verified yet'),
      ended_at: instant('结束', 'ended'),
    },
  },
  contacts: {
    about: {
      zh: '与客户的往来，一次一行，不含内容',
      en: 'a row each time that we and the customer spoke, without what was said',
    },
    key: ['case_no', 'seq'],
    columns: {
      ...placed('什么时候', 'when'),
      seq,
      inbound: boolean('客户找我们', 'from the customer'),
      kind: text('案件记录里的类型', 'type of the entry in the ledger'),
    },
  },
  spans: {
    about: { zh: '在一个阶段的停留，或一次等待', en: 'a row a stay in a stage, or a wait' },
    key: ['case_no', 'seq', 'kind', 'name'],
    columns: {
      ...placed('结束', 'ended'),
      seq,
      kind: text('stage 阶段、wait 等待', 'stage or wait'),
      name: text(
        '哪个阶段（labels: stage），或等谁（labels: party）',
        'which stage (labels: stage), or for whom (labels: party)',
      ),
      from_at: instant('开始', 'began'),
      took_ms: bigint('用时，毫秒，自然时间', 'milliseconds, by the clock on the wall'),
    },
  },
  labels: {
    about: { zh: '代码的中英文名称', en: 'what coded values are called' },
    key: ['list', 'value'],
    columns: {
      list: text('哪一组：grade、cause……', 'which list: grade, cause, …'),
      value: text('代码', 'the coded value'),
      zh: text('中文', 'in Chinese'),
      en: text('英文', 'in English'),
    },
  },
} as const satisfies Record<string, BiView>;

export type BiName = keyof typeof BI_VIEWS;
export const BI_NAMES = Object.keys(BI_VIEWS) as [BiName, ...BiName[]];

const VERDICT_WORDS: Record<string, Words> = {
  open: { zh: '未到', en: 'open' },
  kept: { zh: '兑现', en: 'kept' },
  broken: { zh: '超时', en: 'broken' },
  cancelled: { zh: '取消', en: 'cancelled' },
};

const LISTS: Record<string, Readonly<Record<string, Words>>> = {
  grade: GRADE_WORDS,
  category: CATEGORY_WORDS,
  cause: CAUSE_WORDS,
  fishbone: FISHBONE_WORDS,
  channel: CHANNEL_WORDS,
  outcome: OUTCOME_NAMES,
  promise: PROMISE_WORDS,
  verdict: VERDICT_WORDS,
  remedy: REMEDY_NAMES,
  stage: STAGE_WORDS,
  party: Object.fromEntries(AWAITED.map((party) => [party, valueWords('part', party)])),
};

/** The rows of `bi.labels`. */
export const BI_LABELS = Object.entries(LISTS).flatMap(([list, values]) =>
  Object.entries(values).map(([value, { zh, en }]) => ({ list, value, zh, en })),
);
