/**
 * The figures that a department is led by, as data: what each counts, in words that a manager can hold somebody to, and the
 * target that it is held against. How each is counted from the facts stands in `src/db/stores/figures.ts`.
 * @module
 */
import type { Words } from '../basics/types';
import {
  CATEGORY_WORDS,
  CAUSE_WORDS,
  CHANNEL_WORDS,
  FISHBONE_WORDS,
  GRADE_WORDS,
  REMEDY_NAMES,
  STAGE_WORDS,
} from '../basics/words';

/**
 * `share`: those that have it of all that are counted. `median`: of lengths of time. `sum`: of money. `count`: how many there
 * are.
 */
export type FigureKind = 'share' | 'median' | 'sum' | 'count';

/** What a figure is to reach: a percentage. `next`: once that is kept. */
export interface Target {
  at: number;
  next?: number;
}

export interface FigureAbout {
  name: Words;
  /** What is counted, and when, in full. */
  about: Words;
  kind: FigureKind;
  /** Whether more or less of it is better; absent: neither. */
  better?: 'more' | 'less';
  target?: Target;
  /** What its own parts are (`part` of `DIMENSIONS`); absent: it has none. */
  part?: Words;
}

const share = (
  name: Words,
  about: Words,
  more: Pick<FigureAbout, 'target' | 'part'> & { better?: 'less' } = {},
): FigureAbout => ({ name, about, kind: 'share', better: 'more', ...more });

const survey = (zh: string, en: string, target?: Target): FigureAbout =>
  share(
    { zh: `${zh}满意`, en: `Satisfied: ${en}` },
    {
      zh: `收到的评价里，${zh}得 4 分或 5 分的占多少。按评价发出的日子算。`,
      en: `Of the surveys answered, those that give 4 or 5 points for ${en}; by the day on which the survey was sent.`,
    },
    target && { target },
  );

const STAYS_BROKEN: Words = {
  zh: '日历、暂停和经批准的延期照承诺算；超过一次就算没有兑现，之后再延期也不改。按兑现或超时的日子算。',
  en: 'Calendars, pauses and extensions count as promised; once broken it stays broken, whatever it is moved to afterwards. By the day on which it was kept or broken.',
};
const promise = (zh: string, en: string) => ({
  zh: `${zh}里，按时兑现的占多少。${STAYS_BROKEN.zh}`,
  en: `Of ${en}, those that were kept. ${STAYS_BROKEN.en}`,
});

/** All figures, in the order in which they are shown. */
export const FIGURES = {
  received: {
    name: { zh: '收到的投诉', en: 'Complaints received' },
    about: {
      zh: '收到的投诉件数，并入别的案件的不算。按收到的日子算。',
      en: 'Complaints that came in, without those merged into another; by the day on which they were received.',
    },
    kind: 'count',
  },
  responded: share(
    { zh: '首次响应及时', en: 'First response in time' },
    promise('有了结果的首次响应承诺', 'first responses that were promised and are decided'),
    { target: { at: 100 } },
  ),
  respondedMajor: share(
    { zh: '重大投诉首次响应及时', en: 'First response in time: major' },
    promise('重大投诉有了结果的首次响应承诺', 'first responses promised in major cases'),
    { target: { at: 100 } },
  ),
  resolvedGeneral: share(
    { zh: '一般投诉按时解决', en: 'Resolved in time: general' },
    promise('一般投诉有了结果的解决承诺', 'resolutions promised in general cases'),
    { target: { at: 80, next: 85 } },
  ),
  resolvedImportant: share(
    { zh: '重要投诉按时解决', en: 'Resolved in time: important' },
    promise('重要投诉有了结果的解决承诺', 'resolutions promised in important cases'),
  ),
  resolvedMajor: share(
    { zh: '重大投诉按时解决', en: 'Resolved in time: major' },
    promise('重大投诉有了结果的解决承诺', 'resolutions promised in major cases'),
    { target: { at: 95 } },
  ),
  satisfied: survey('总体', 'the whole', { at: 75, next: 90 }),
  satisfiedSpeed: survey('速度', 'speed'),
  satisfiedSolution: survey('方案', 'the solution'),
  satisfiedAttitude: survey('态度', 'attitude'),
  surveyAnswered: share(
    { zh: '评价回收', en: 'Surveys answered' },
    {
      zh: '发出的评价里，客户作答的占多少；还没到期的也算发出。按发出的日子算。',
      en: 'Of the surveys sent, those that were answered; those still open count as sent. By the day on which they were sent.',
    },
  ),
  repeated: share(
    { zh: '重复投诉', en: 'Repeated complaints' },
    {
      zh: '收到的投诉里，同一客户为同一件事又来的占多少。按收到的日子算；目标是比原来少四成。',
      en: 'Of the complaints received, those in which a customer comes again for the same; by the day of receipt. The aim is two fifths less than before.',
    },
    { better: 'less' },
  ),
  reopened: share(
    { zh: '重新办理', en: 'Taken up again' },
    {
      zh: '办结过的案件里，因为低分、回访或客户要求又开一轮的占多少。按第一次办结的日子算。',
      en: 'Of the cases resolved, those that went on in another round after a low survey, a revisit or at the customer’s wish; by the day of the first resolution.',
    },
    { better: 'less' },
  ),
  escalated: share(
    { zh: '升级', en: 'Escalated' },
    {
      zh: '收到的投诉里，至少升级给主管或经理一次的占多少。按收到的日子算。',
      en: 'Of the complaints received, those escalated to a supervisor or manager at least once; by the day of receipt.',
    },
    { better: 'less' },
  ),
  chased: share(
    { zh: '被催办', en: 'Chased' },
    {
      zh: '收到的投诉里，至少被催办一次的占多少。按收到的日子算。',
      en: 'Of the complaints received, those that somebody chased at least once; by the day of receipt.',
    },
    { better: 'less' },
  ),
  omitted: share(
    { zh: '漏办', en: 'Overlooked' },
    {
      zh: '收到 24 小时以后还没有人动过的投诉占多少；没满 24 小时、也没人动过的不算在内。按收到的日子算。',
      en: 'Complaints in which no member of staff had done anything 24 hours after the receipt; those that are younger and untouched are left out. By the day of receipt.',
    },
    { better: 'less' },
  ),
  gradeKept: share(
    { zh: '定级一次准', en: 'Graded right at first' },
    {
      zh: '由人定级的投诉里，第一次定的等级到现在没有改过的占多少。按收到的日子算。',
      en: 'Of the complaints that a person has graded, those that still have the grade given first; by the day of receipt.',
    },
    { target: { at: 95 } },
  ),
  suggestionKept: share(
    { zh: '照建议定级', en: 'Graded as suggested' },
    {
      zh: '由人定级的投诉里，第一次定的等级和系统建议一样的占多少。按收到的日子算。',
      en: 'Of the complaints that a person has graded, those whose first grade is the one that was suggested; by the day of receipt.',
    },
  ),
  assignedRight: share(
    { zh: '分派一次准', en: 'Assigned right at first' },
    {
      zh: '分派过的投诉里，第一次办结以前没有换过负责人的占多少。按收到的日子算。',
      en: 'Of the complaints assigned to somebody, those that had no other owner before they were first resolved; by the day of receipt.',
    },
  ),
  complete: share(
    { zh: '记录完整', en: 'Complete records' },
    {
      zh: '办结过的案件里，等级由人定、记了响应、写了产品、原因不是“未知”，四样都有的占多少。按第一次办结的日子算。',
      en: 'Of the cases resolved, those that have a grade given by a person, a recorded response, a product and a cause other than unknown; by the day of the first resolution.',
    },
  ),
  causeNamed: share(
    { zh: '原因查明', en: 'Cause named' },
    {
      zh: '办结过的案件里，原因不是“未知”的占多少；撤回和并入的不算。按第一次办结的日子算。',
      en: 'Of the cases resolved, those with a cause other than unknown; withdrawn and merged ones are left out. By the day of the first resolution.',
    },
    { target: { at: 90 } },
  ),
  prevented: share(
    { zh: '预防有效', en: 'Prevention that works' },
    {
      zh: '验证过效果的预防措施里，最近一次验证达到目标的占多少。按措施提出的日子算。',
      en: 'Of the preventive actions whose effect was checked, those that reached their target at the latest check; by the day on which they were planned.',
    },
    { target: { at: 70 } },
  ),
  urgentStarted: share(
    { zh: '紧急措施 72 小时内启动', en: 'Urgent actions begun within 72 hours' },
    {
      zh: '紧急措施里，提出后 72 小时内启动的占多少；没满 72 小时、也没启动的不算在内。按措施提出的日子算。',
      en: 'Of the urgent actions, those begun within 72 hours of being planned; those that are younger and not begun are left out. By the day on which they were planned.',
    },
    { target: { at: 100 } },
  ),
  wonBack: share(
    { zh: '挽回', en: 'Won back' },
    {
      zh: '客户不满意过（低分、跟进或回访不满意、要求重新办理）的案件里，最后一次表示满意的占多少。按收到的日子算。',
      en: 'Of the cases whose customer was dissatisfied (a low survey, a follow-up, a revisit, a reopening), those in which the last they said was that they are satisfied; by the day of receipt.',
    },
    { target: { at: 60 } },
  ),
  helpAnswered: share(
    { zh: '协助按时答复', en: 'Help answered in time' },
    promise('有了结果的协助答复承诺', 'answers to requests for help that were promised'),
  ),
  resolutionTime: {
    name: { zh: '解决用时', en: 'Time to resolution' },
    about: {
      zh: '每一轮从开始到办结的自然时间，取中位数。按这一轮开始的日子算。',
      en: 'From the beginning of a round to its resolution, by the clock on the wall; the median. By the day on which the round began.',
    },
    kind: 'median',
    better: 'less',
  },
  stageTime: {
    name: { zh: '各阶段用时', en: 'Time in each stage' },
    about: {
      zh: '案件每次在一个阶段停留的自然时间，取中位数。按离开的日子算。',
      en: 'How long cases stay in a stage each time, by the clock on the wall; the median. By the day on which they left it.',
    },
    kind: 'median',
    better: 'less',
    part: { zh: '阶段', en: 'stage' },
  },
  waitTime: {
    name: { zh: '等待用时', en: 'Time waited' },
    about: {
      zh: '案件每次等客户、等部门、等审批的自然时间，取中位数。按等到的日子算。',
      en: 'How long cases wait each time for a customer, a department or an approval, by the clock on the wall; the median. By the day on which the wait ended.',
    },
    kind: 'median',
    better: 'less',
    part: { zh: '等谁', en: 'for whom' },
  },
  redress: {
    name: { zh: '补偿支出', en: 'Cost of redress' },
    about: {
      zh: '已经执行的补偿的金额合计。按执行的日子算。',
      en: 'The sum of the remedies carried out; by the day on which they were.',
    },
    kind: 'sum',
    part: { zh: '补偿', en: 'remedy' },
  },
} as const satisfies Record<string, FigureAbout>;

export type FigureId = keyof typeof FIGURES;
export const FIGURE_IDS = Object.keys(FIGURES) as [FigureId, ...FigureId[]];

/** The figures under their headings. */
export const FIGURE_GROUPS: readonly (Words & { ids: readonly FigureId[] })[] = [
  {
    zh: '及时',
    en: 'In time',
    ids: [
      'responded',
      'respondedMajor',
      'resolvedGeneral',
      'resolvedImportant',
      'resolvedMajor',
      'helpAnswered',
      'resolutionTime',
      'stageTime',
      'waitTime',
    ],
  },
  {
    zh: '客户怎么看',
    en: 'What customers say',
    ids: [
      'satisfied',
      'satisfiedSpeed',
      'satisfiedSolution',
      'satisfiedAttitude',
      'surveyAnswered',
      'wonBack',
      'repeated',
      'reopened',
      'chased',
    ],
  },
  {
    zh: '办得对不对',
    en: 'Done right',
    ids: ['gradeKept', 'suggestionKept', 'assignedRight', 'complete', 'omitted', 'escalated'],
  },
  {
    zh: '改进和花费',
    en: 'Improvement and cost',
    ids: ['received', 'causeNamed', 'prevented', 'urgentStarted', 'redress'],
  },
];

/** What figures are looked at by. */
export const DIMENSIONS = {
  grade: { zh: '等级', en: 'grade' },
  category: { zh: '类别', en: 'category' },
  subcategory: { zh: '细类', en: 'subcategory' },
  fishbone: { zh: '原因大类', en: 'kind of cause' },
  cause: { zh: '原因', en: 'cause' },
  product: { zh: '产品', en: 'product' },
  model: { zh: '型号', en: 'model' },
  region: { zh: '区域', en: 'region' },
  channel: { zh: '渠道', en: 'channel' },
  hour: { zh: '收到的钟点', en: 'hour of receipt' },
  team: { zh: '团队', en: 'team' },
  person: { zh: '人员', en: 'person' },
  policy: { zh: '规则版本', en: 'version of the policy' },
  /** The figure's own: `FigureAbout.part`. */
  part: { zh: '分项', en: 'part' },
  day: { zh: '日', en: 'day' },
  week: { zh: '周', en: 'week' },
  month: { zh: '月', en: 'month' },
} as const satisfies Record<string, Words>;

export type Dimension = keyof typeof DIMENSIONS;
export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as [Dimension, ...Dimension[]];

const PARTY_WORDS: Record<string, Words> = {
  customer: { zh: '客户', en: 'customer' },
  department: { zh: '部门', en: 'department' },
  approval: { zh: '审批', en: 'approval' },
};

/** Words of the values that have some. */
const VALUE_WORDS: Partial<Record<Dimension, Readonly<Record<string, Words>>>> = {
  grade: GRADE_WORDS,
  category: CATEGORY_WORDS,
  fishbone: FISHBONE_WORDS,
  cause: CAUSE_WORDS,
  channel: CHANNEL_WORDS,
  part: { ...STAGE_WORDS, ...PARTY_WORDS, ...REMEDY_NAMES },
};

/** What a value of a dimension is called; one that has no words of ours is told as it is. */
export function valueWords(dimension: Dimension, value: string): Words {
  if (dimension === 'hour') {
    const hour = value.padStart(2, '0');
    return { zh: `${hour}:00–${hour}:59`, en: `${hour}:00–${hour}:59` };
  }
  const words = VALUE_WORDS[dimension];
  return words && Object.hasOwn(words, value) ? (words[value] as Words) : { zh: value, en: value };
}

/** Groups of fewer are not ranked: chance alone makes their order. */
export const LEAST_RANKED = 5;

/** For 95 of 100 samples. */
const Z = 1.959_963_984_540_054;

/**
 * Between which shares the truth lies in 95 of 100 samples of this size (Wilson). Undefined: of nothing.
 * @returns shares from 0 to 1
 */
export function confidence(hits: number, n: number): { low: number; high: number } | undefined {
  if (n === 0) return undefined;
  const p = hits / n;
  const centre = p + (Z * Z) / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  const by = 1 + (Z * Z) / n;
  return { low: Math.max(0, (centre - spread) / by), high: Math.min(1, (centre + spread) / by) };
}
