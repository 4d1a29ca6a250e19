/** The vocabulary of a complaint. One name for one thing: the same words in code, API, pages and docs. */

export const GRADES = ['general', 'important', 'major'] as const;
/** Severity by the grading rubric: 一般, 重要, 重大. */
export type Grade = (typeof GRADES)[number];
/** 0 for the lowest. */
export const rankOf = (grade: Grade): number => GRADES.indexOf(grade);

export const CATEGORIES = [
  'product_quality',
  'service_attitude',
  'after_sales_efficiency',
  'logistics',
  'price_returns',
  'sales_promise',
  'other',
] as const;
/** What the customer mainly complains of (grading rubric, "category"). */
export type Category = (typeof CATEGORIES)[number];

export const STAGES = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review', 'archived'] as const;
export type Stage = (typeof STAGES)[number];

export const ROLES = ['colleague', 'agent', 'supervisor', 'manager', 'admin'] as const;
/** `colleague`: somebody of another department, whom a request for help pulls into a case. */
export type Role = (typeof ROLES)[number];

export const CHANNELS = [
  'phone',
  'mail',
  'web',
  'chat',
  'wechat',
  'wecom',
  'weibo',
  'counter',
  'letter',
  'other',
] as const;
export type Channel = (typeof CHANNELS)[number];
/** A complaint that came so was taken down by somebody on the staff, or says so without being it. */
export const TAKEN_DOWN: readonly Channel[] = ['phone', 'counter', 'letter'];

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const OUTCOMES = ['upheld', 'partly_upheld', 'not_upheld', 'withdrawn', 'merged'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const REMEDIES = [
  'apology',
  'explanation',
  'repair',
  'replacement',
  'refund',
  'compensation',
  'coupon',
  'gift',
  'warranty_extension',
  'service_change',
] as const;
export type RemedyKind = (typeof REMEDIES)[number];

/** The six bones of the fishbone diagram: 人 机 料 法 环 测. */
export const FISHBONE = ['people', 'machine', 'material', 'method', 'environment', 'measurement'] as const;
export type Fishbone = (typeof FISHBONE)[number];

/** Why it happened, coded apart from what the customer saw; Pareto charts count these. */
export const CAUSES = [
  'design',
  'manufacturing',
  'incoming_material',
  'transport_packing',
  'installation',
  'repair_quality',
  'spare_parts',
  'staff_conduct',
  'staff_skill',
  'process_gap',
  'system_fault',
  'information_wrong',
  'price_policy',
  'supplier',
  'customer_use',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

/** An instant as ISO 8601 in UTC with milliseconds: sorts as text, survives JSON. */
export type Instant = string;

/** A free text as the workflow sees it: the text itself lives in Postgres only (erasable, maskable, searchable). */
export interface TextRef {
  textId: string;
  sha256: string;
}

export interface Remedy {
  kind: RemedyKind;
  /** In the house's currency; 0 for what costs no money. */
  amount: number;
}

/** Who acts. Staff ids are opaque (`u-…`); a customer is never named. */
export type Actor = { kind: 'staff'; id: string; role: Role; team: string } | { kind: 'customer' } | { kind: 'system' };

/** One sentence in both languages of the product. */
export interface Words {
  zh: string;
  en: string;
}
