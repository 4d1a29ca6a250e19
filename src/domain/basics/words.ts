import type {
  Category,
  Cause,
  Channel,
  Fishbone,
  Grade,
  Outcome,
  RemedyKind,
  Role,
  Sentiment,
  Stage,
  Words,
} from './types';

export const GRADE_WORDS: Record<Grade, Words> = {
  general: { zh: '一般', en: 'general' },
  important: { zh: '重要', en: 'important' },
  major: { zh: '重大', en: 'major' },
};

/** How a customer sounds. */
export const SENTIMENT_WORDS: Record<Sentiment, Words> = {
  negative: { zh: '不满', en: 'dissatisfied' },
  neutral: { zh: '平静', en: 'calm' },
  positive: { zh: '满意', en: 'satisfied' },
};

/**
 * What each rule of the grading rubric is about: those of a major complaint, then of an important one; and what was learnt
 * from the department's own cases (`LEARNT`, `src/text/suggest.ts`).
 */
export const RULE_WORDS: Readonly<Record<string, Words>> = {
  M1: { zh: '人身危险', en: 'danger to people' },
  M2: { zh: '金额一万元以上', en: '10,000 CNY or more' },
  M3: { zh: '涉及多人', en: 'many are affected' },
  M4: { zh: '要找媒体、监管、律师或法院', en: 'media, regulator, lawyer or court' },
  M5: { zh: '威胁、骚扰或泄露信息', en: 'threats, harassment or leaked data' },
  I1: { zh: '多次没有解决，或没有人管', en: 'unsolved again, or ignored' },
  I2: { zh: '金额一千元以上，或用不了', en: '1,000 CNY or more, or unusable' },
  I3: { zh: '员工行为不当', en: 'conduct of staff' },
  I4: { zh: '涉嫌欺诈', en: 'looks like fraud' },
  I5: { zh: '法定权利被拒', en: 'a legal right refused' },
  learnt: { zh: '像本部门已确认的投诉', en: 'like confirmed complaints of the department' },
};

export const CATEGORY_WORDS: Record<Category, Words> = {
  product_quality: { zh: '产品质量', en: 'product quality' },
  service_attitude: { zh: '服务态度', en: 'service attitude' },
  after_sales_efficiency: { zh: '售后效率', en: 'after-sales efficiency' },
  logistics: { zh: '物流', en: 'logistics' },
  price_returns: { zh: '价格与退换', en: 'price and returns' },
  sales_promise: { zh: '销售承诺', en: 'sales promises' },
  other: { zh: '其他', en: 'other' },
};

/** Fields of a complaint that its text may fill in (`src/text/facts`). */
export const FACT_WORDS = {
  'product.name': { zh: '产品', en: 'Product' },
  'product.model': { zh: '型号', en: 'Model' },
  'product.orderNo': { zh: '订单号', en: 'Order no.' },
  'product.serialNo': { zh: '序列号', en: 'Serial no.' },
  'product.purchasedOn': { zh: '购买', en: 'Bought' },
  occurredAt: { zh: '发生时间', en: 'Happened' },
  place: { zh: '地点', en: 'Place' },
  wantedRemedy: { zh: '要求', en: 'Wants' },
  'customer.phone': { zh: '电话', en: 'Phone' },
  'customer.email': { zh: '邮箱', en: 'Mail' },
} as const satisfies Readonly<Record<string, Words>>;

export const ROLE_WORDS: Record<Role, Words> = {
  agent: { zh: '客服', en: 'agent' },
  supervisor: { zh: '主管', en: 'supervisor' },
  manager: { zh: '经理', en: 'manager' },
  admin: { zh: '管理员', en: 'admin' },
  colleague: { zh: '同事', en: 'colleague' },
  auditor: { zh: '审计员', en: 'auditor' },
};

export const STAGE_WORDS: Record<Stage, Words> = {
  receive: { zh: '受理', en: 'receive' },
  grade: { zh: '定级', en: 'grade' },
  assign: { zh: '分派', en: 'assign' },
  resolve: { zh: '处理', en: 'resolve' },
  feedback: { zh: '反馈', en: 'feedback' },
  revisit: { zh: '回访', en: 'revisit' },
  review: { zh: '复盘', en: 'review' },
  archived: { zh: '已归档', en: 'archived' },
};

export const CAUSE_WORDS: Record<Cause, Words> = {
  design: { zh: '设计', en: 'design' },
  manufacturing: { zh: '制造', en: 'manufacturing' },
  incoming_material: { zh: '来料', en: 'incoming material' },
  transport_packing: { zh: '运输与包装', en: 'transport and packing' },
  installation: { zh: '安装', en: 'installation' },
  repair_quality: { zh: '维修质量', en: 'repair quality' },
  spare_parts: { zh: '备件', en: 'spare parts' },
  staff_conduct: { zh: '人员行为', en: 'staff conduct' },
  staff_skill: { zh: '人员技能', en: 'staff skill' },
  process_gap: { zh: '流程缺口', en: 'process gap' },
  system_fault: { zh: '系统故障', en: 'system fault' },
  information_wrong: { zh: '信息错误', en: 'wrong information' },
  price_policy: { zh: '价格政策', en: 'price policy' },
  supplier: { zh: '供应商', en: 'supplier' },
  customer_use: { zh: '使用方式', en: 'use' },
  unknown: { zh: '未查明', en: 'unknown' },
};

/** The six bones of the fishbone diagram. */
export const FISHBONE_WORDS: Record<Fishbone, Words> = {
  people: { zh: '人', en: 'people' },
  machine: { zh: '机', en: 'machine' },
  material: { zh: '料', en: 'material' },
  method: { zh: '法', en: 'method' },
  environment: { zh: '环', en: 'environment' },
  measurement: { zh: '测', en: 'measurement' },
};

/** What each remedy is called where one is chosen; what the customer reads of it is `remedyText` (src/render/words.ts). */
export const REMEDY_NAMES: Record<RemedyKind, Words> = {
  apology: { zh: '道歉', en: 'apology' },
  explanation: { zh: '说明原因', en: 'explanation' },
  repair: { zh: '维修', en: 'repair' },
  replacement: { zh: '更换', en: 'replacement' },
  refund: { zh: '退款', en: 'refund' },
  compensation: { zh: '补偿', en: 'compensation' },
  coupon: { zh: '优惠券', en: 'voucher' },
  gift: { zh: '礼品', en: 'gift' },
  warranty_extension: { zh: '延长保修', en: 'longer warranty' },
  service_change: { zh: '改进服务', en: 'change in our service' },
};

/** Words for the scores 1 to 5. */
export const SCORE_WORDS: readonly Words[] = [
  { zh: '很不满意', en: 'very bad' },
  { zh: '不满意', en: 'bad' },
  { zh: '一般', en: 'fair' },
  { zh: '满意', en: 'good' },
  { zh: '很满意', en: 'very good' },
];

/** What each outcome is called among staff; what the customer reads of it is `OUTCOME_WORDS` (src/render/words.ts). */
export const OUTCOME_NAMES: Record<Outcome, Words> = {
  upheld: { zh: '成立', en: 'substantiated' },
  partly_upheld: { zh: '部分成立', en: 'partly substantiated' },
  not_upheld: { zh: '不成立', en: 'not substantiated' },
  withdrawn: { zh: '客户撤回', en: 'withdrawn' },
  merged: { zh: '已并案', en: 'merged' },
};

export const CHANNEL_WORDS: Record<Channel, Words> = {
  phone: { zh: '电话', en: 'phone' },
  mail: { zh: '邮件', en: 'e-mail' },
  web: { zh: '网页', en: 'web form' },
  chat: { zh: '在线客服', en: 'chat' },
  wechat: { zh: '微信', en: 'WeChat' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  weibo: { zh: '微博', en: 'Weibo' },
  counter: { zh: '柜台', en: 'counter' },
  letter: { zh: '信函', en: 'letter' },
  webhook: { zh: '对接系统', en: 'connected system' },
  other: { zh: '其他渠道', en: 'another channel' },
};

/** A person's name for readers of each language: in English the English name, where one is known. */
export const nameWords = ({ name, nameEn }: { name: string; nameEn?: string | undefined }): Words => ({
  zh: name,
  en: nameEn ?? name,
});

/** Both languages in one text, `English (中文)`, for a place that takes one text only. */
export const inBoth = ({ zh, en }: Words): string => `${en} (${zh})`;
