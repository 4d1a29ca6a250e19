/**
 * What an old complaint has, and under which names tables have it.
 * @module
 */
import { CATEGORY_WORDS, CAUSE_WORDS, CHANNEL_WORDS, GRADE_WORDS, OUTCOME_NAMES } from '../../domain/basics/words';
import { CATEGORIES, CAUSES, CHANNELS, GRADES, LANGUAGES, type Words } from '../../domain/basics/types';
import type { ImportMapping } from '../../db/records';

/** How a case that was closed elsewhere may have ended. */
export const OLD_OUTCOMES = ['upheld', 'partly_upheld', 'not_upheld', 'withdrawn'] as const;
/** What `state` comes to. Rows that are open or belong to another one are refused, with the reason. */
export const OLD_STATES = ['closed', 'open', 'merged'] as const;

interface Field {
  name: Words;
  /** `column`: it stands in one; `any`: a fixed value will do as well. */
  needs?: 'column' | 'any';
  /** Its values, each with the words that mean it by themselves. */
  choices?: Readonly<Record<string, readonly string[]>>;
  /** Headings that mean it, in the spelling of `plainName`. */
  called: readonly string[];
}

const LANGUAGE_WORDS: Record<string, readonly string[]> = {
  'zh-CN': ['中文', 'chinese', 'zh', 'zh-cn', 'zh-hans'],
  en: ['英文', 'english', 'en', 'en-us', 'en-gb'],
};

/** The values with their names here, and more words for them. */
function choices<T extends string>(
  values: readonly T[],
  names: Readonly<Record<T, Words>>,
  more: Partial<Record<T, readonly string[]>> = {},
): Record<string, readonly string[]> {
  return Object.fromEntries(
    values.map((value) => [value, [value, names[value].zh, names[value].en, ...(more[value] ?? [])]]),
  );
}

export const FIELDS = {
  number: {
    name: { zh: '原单号', en: 'its number there' },
    needs: 'column',
    called: [
      'number',
      'id',
      'ticketid',
      'ticketnumber',
      'caseno',
      'caseid',
      '单号',
      '编号',
      '投诉编号',
      '投诉单号',
      '工单号',
      '工单编号',
      '序号',
      '案件编号',
      '原单号',
    ],
  },
  receivedAt: {
    name: { zh: '受理时间', en: 'received' },
    needs: 'column',
    called: [
      'createdat',
      'created',
      'received',
      'receivedat',
      'date',
      'opened',
      '受理时间',
      '受理日期',
      '投诉时间',
      '投诉日期',
      '登记时间',
      '登记日期',
      '创建时间',
      '日期',
      '时间',
    ],
  },
  closedAt: {
    name: { zh: '结案时间', en: 'closed' },
    needs: 'column',
    called: [
      'closedat',
      'closeat',
      'closed',
      '结案时间',
      '结案日期',
      '关闭时间',
      '完成时间',
      '完结时间',
      '办结时间',
      '办结日期',
      '完成日期',
    ],
  },
  text: {
    name: { zh: '客户原话', en: "the customer's words" },
    needs: 'column',
    called: [
      'text',
      'description',
      'complaint',
      'content',
      'body',
      '投诉内容',
      '内容',
      '问题描述',
      '投诉描述',
      '描述',
      '投诉事由',
      '事由',
      '客户原话',
    ],
  },
  subject: { name: { zh: '标题', en: 'subject' }, called: ['subject', 'title', '标题', '主题'] },
  'customer.name': {
    name: { zh: '客户称呼', en: "the customer's name" },
    needs: 'any',
    called: [
      'customer',
      'customername',
      'name',
      'requester',
      'requestername',
      'contact',
      '客户',
      '姓名',
      '客户姓名',
      '客户名称',
      '投诉人',
      '联系人',
      '客户称呼',
    ],
  },
  'customer.phone': {
    name: { zh: '客户电话', en: 'telephone' },
    called: [
      'phone',
      'customerphone',
      'mobile',
      'telephone',
      'tel',
      '电话',
      '手机',
      '手机号',
      '联系电话',
      '联系方式',
      '客户电话',
      '电话号码',
      '手机号码',
    ],
  },
  'customer.email': {
    name: { zh: '客户邮箱', en: 'e-mail' },
    called: ['email', 'mail', 'customeremail', 'requesteremail', '邮箱', '邮件', '电子邮箱', '客户邮箱'],
  },
  state: {
    name: { zh: '状态', en: 'state' },
    choices: {
      closed: [
        'closed',
        'solved',
        'resolved',
        'done',
        'archived',
        '已结案',
        '结案',
        '已关闭',
        '关闭',
        '已完成',
        '完成',
        '已解决',
        '已办结',
        '办结',
        '归档',
        '已归档',
      ],
      open: [
        'open',
        'new',
        'pending',
        'hold',
        'on-hold',
        'in progress',
        'pending reminder',
        'pending close',
        '处理中',
        '待处理',
        '未结案',
        '进行中',
        '未完成',
        '未处理',
        '受理中',
        '跟进中',
      ],
      merged: ['merged', 'duplicate', '已合并', '合并', '重复', '已并案'],
    },
    called: ['state', 'status', '状态', '处理状态', '工单状态', '结案状态'],
  },
  resolvedAt: {
    name: { zh: '解决时间', en: 'solved' },
    called: ['solvedat', 'resolvedat', 'solved', 'resolved', '解决时间', '解决日期', '处理时间', '处理日期'],
  },
  grade: {
    name: { zh: '等级', en: 'grade' },
    choices: choices(GRADES, GRADE_WORDS, {
      general: ['low', 'normal', 'medium', '普通', '低', '中', '轻微', '一般投诉'],
      important: ['high', '高', '紧急', '严重', '重要投诉', '中等'],
      major: ['urgent', 'critical', '特急', '非常严重', '重大投诉', '特别重大'],
    }),
    called: ['grade', 'priority', 'severity', 'level', '等级', '级别', '投诉等级', '投诉级别', '严重程度', '优先级'],
  },
  category: {
    name: { zh: '类别', en: 'category' },
    choices: choices(CATEGORIES, CATEGORY_WORDS, {
      product_quality: ['质量', '产品', '质量问题', '产品问题', '产品质量问题', 'quality', 'product'],
      service_attitude: ['服务', '态度', '服务问题', '服务质量', '服务态度问题', 'service', 'attitude'],
      after_sales_efficiency: ['售后', '售后服务', '效率', '处理慢', 'after-sales'],
      logistics: ['配送', '快递', '运输', '物流问题', 'delivery', 'shipping'],
      price_returns: ['价格', '退货', '退换货', '退款', 'price', 'returns', 'refund'],
      sales_promise: ['销售', '宣传', '虚假宣传', 'sales'],
      other: ['其它', 'others', 'misc'],
    }),
    called: ['category', 'type', '类别', '类型', '投诉类型', '投诉类别', '分类', '问题分类', '问题类型'],
  },
  outcome: {
    name: { zh: '结果', en: 'outcome' },
    needs: 'any',
    choices: choices(OLD_OUTCOMES, OUTCOME_NAMES, {
      upheld: ['属实', '有效', '投诉成立', 'valid', 'justified', 'yes', '是'],
      partly_upheld: ['部分属实', '部分有效', 'partly', 'partial'],
      not_upheld: ['不属实', '无效', '投诉不成立', 'invalid', 'unjustified', 'no', '否'],
      withdrawn: ['撤诉', '已撤诉', '撤回', '已撤回', 'cancelled', 'canceled'],
    }),
    called: ['outcome', 'valid', '结论', '是否成立', '是否属实', '投诉是否成立', '认定结果'],
  },
  cause: {
    name: { zh: '原因', en: 'cause' },
    choices: choices(CAUSES, CAUSE_WORDS),
    called: ['cause', 'rootcause', 'reason', '原因', '根本原因', '原因分类', '投诉原因', '责任原因'],
  },
  channel: {
    name: { zh: '渠道', en: 'channel' },
    choices: choices(CHANNELS, CHANNEL_WORDS, {
      phone: ['voice', 'telephone', '来电', '热线', '400', '电话投诉', '400电话'],
      mail: ['email', 'e-mail', '邮箱', '电子邮件'],
      web: ['form', 'website', 'web_service', 'api', '网站', '官网', '表单'],
      chat: ['native_messaging', 'messaging', 'live chat', '客服', '在线', '网聊'],
      counter: ['门店', '现场', '上门', '来访', 'store', 'in person'],
      letter: ['信件', '来信', 'post', 'fax', '传真'],
      other: ['其他', '其它', 'facebook', 'twitter', 'sms', '短信'],
    }),
    called: ['channel', 'source', 'via', '渠道', '来源', '投诉渠道', '投诉来源', '受理渠道', '投诉方式', '反馈渠道'],
  },
  language: {
    name: { zh: '语言', en: 'language' },
    choices: Object.fromEntries(LANGUAGES.map((each) => [each, LANGUAGE_WORDS[each] ?? []])),
    called: ['language', 'locale', '语言', '语种'],
  },
  'product.name': {
    name: { zh: '产品', en: 'product' },
    called: ['product', 'productname', 'item', '产品', '产品名称', '商品', '商品名称', '品名', '涉及产品'],
  },
  'product.model': {
    name: { zh: '型号', en: 'model' },
    called: ['model', 'productmodel', '型号', '产品型号', '规格', '规格型号'],
  },
  'product.serialNo': {
    name: { zh: '序列号', en: 'serial number' },
    called: ['serial', 'serialno', 'serialnumber', 'sn', '序列号', '机身号', '条码', '产品编号', '批号'],
  },
  'product.orderNo': {
    name: { zh: '订单号', en: 'order number' },
    called: ['order', 'orderno', 'orderid', 'ordernumber', '订单号', '订单编号', '订单'],
  },
  'product.purchasedOn': {
    name: { zh: '购买日期', en: 'bought on' },
    called: ['purchasedon', 'purchasedate', '购买日期', '购买时间', '购机日期'],
  },
  occurredAt: { name: { zh: '发生时间', en: 'happened' }, called: ['occurredat', 'occurred', '发生时间', '发生日期'] },
  place: {
    name: { zh: '地点', en: 'place' },
    called: ['place', 'location', 'region', 'store', '地点', '地区', '区域', '门店', '所在地', '发生地点'],
  },
  wantedRemedy: {
    name: { zh: '客户诉求', en: 'what the customer asked for' },
    called: ['wantedremedy', 'wanted', 'request', '诉求', '客户诉求', '客户要求', '客户需求', '投诉诉求'],
  },
  solution: {
    name: { zh: '处理结果', en: 'solution' },
    called: [
      'solution',
      'resolution',
      'result',
      'answer',
      '处理结果',
      '解决方案',
      '处理方案',
      '处理意见',
      '回复内容',
      '处理措施',
      '解决办法',
    ],
  },
  history: {
    name: { zh: '处理过程', en: 'history' },
    called: ['history', 'notes', 'comments', '处理过程', '备注', '跟进记录', '往来记录', '处理记录', '过程记录'],
  },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
export const fieldOf = (name: FieldName): Field => FIELDS[name];

/** A heading or a word without what spellings of it differ in: case, width, blanks and signs. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-./:：()（）*#]+/gu, '');

/** A word that chooses, as it is compared. */
export const plainWord = (word: string): string => word.normalize('NFKC').trim().toLowerCase();

/** The field that a heading means by itself. Of 客户信息 / 电话, also 电话 alone. */
function fieldCalled(column: string): FieldName | undefined {
  const names = [column, column.split(' / ').at(-1) ?? ''].map(plainName);
  return names
    .map((name) =>
      FIELD_NAMES.find(
        (field) => (fieldOf(field).called as readonly string[]).includes(name) || plainName(field) === name,
      ),
    )
    .find((field) => field !== undefined);
}

/** A mapping to begin with: each field in the first column whose heading means it, and how cases ended if no column says so. */
export function guessedMapping(columns: readonly string[]): ImportMapping {
  const fields: ImportMapping['fields'] = {};
  for (const column of columns) {
    const field = fieldCalled(column);
    if (field && !fields[field]) fields[field] = { column };
  }
  fields.outcome ??= { value: 'upheld' };
  fields['customer.name'] ??= { value: '（未留姓名）' };
  return { fields };
}
