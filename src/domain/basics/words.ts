import type { Category, Grade, Role, Stage, Words } from './types';

export const GRADE_WORDS: Record<Grade, Words> = {
  general: { zh: '一般', en: 'general' },
  important: { zh: '重要', en: 'important' },
  major: { zh: '重大', en: 'major' },
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

export const ROLE_WORDS: Record<Role, Words> = {
  agent: { zh: '客服', en: 'agent' },
  supervisor: { zh: '主管', en: 'supervisor' },
  manager: { zh: '经理', en: 'manager' },
  admin: { zh: '管理员', en: 'admin' },
  colleague: { zh: '同事', en: 'colleague' },
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

/** A person's name for readers of each language: in English the English name, where one is known. */
export const nameWords = ({ name, nameEn }: { name: string; nameEn?: string | undefined }): Words => ({
  zh: name,
  en: nameEn ?? name,
});

/** Both languages in one text, `English (中文)`, for a place that takes one text only. */
export const inBoth = ({ zh, en }: Words): string => `${en} (${zh})`;
