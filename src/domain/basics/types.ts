/** How serious a complaint is, the least serious first: 一般, 重要, 重大. */
/** How a customer sounds. */
export const SENTIMENTS = ['negative', 'neutral', 'positive'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

export const GRADES = ['general', 'important', 'major'] as const;
/** One of `GRADES`. */
export type Grade = (typeof GRADES)[number];
/** The place of a grade in `GRADES`: 0 for the lowest. */
export const rankOf = (grade: Grade): number => GRADES.indexOf(grade);

/** What a customer mainly complains of. */
export const CATEGORIES = [
  'product_quality',
  'service_attitude',
  'after_sales_efficiency',
  'logistics',
  'price_returns',
  'sales_promise',
  'other',
] as const;
/** One of `CATEGORIES`. */
export type Category = (typeof CATEGORIES)[number];

/** Where a case can be, in the order of the process; another round goes back to `resolve`. */
export const STAGES = ['receive', 'grade', 'assign', 'resolve', 'feedback', 'revisit', 'review', 'archived'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * The roles of staff who work on cases, by how much they may do. A `colleague` is somebody of another department, whom a
 * request for help brings into a case.
 */
export const RANKS = ['colleague', 'agent', 'supervisor', 'manager', 'admin'] as const;
/** One of `RANKS`. */
export type Rank = (typeof RANKS)[number];

/** All roles of staff. An `auditor` stands beside the ranks: reads everything, decides nothing, has no part in a case. */
export const ROLES = [...RANKS, 'auditor'] as const;
/** One of `ROLES`. */
export type Role = (typeof ROLES)[number];

/** How a complaint came in. */
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
  'webhook',
  'other',
] as const;
export type Channel = (typeof CHANNELS)[number];
/**
 * Channels on which a member of staff writes the complaint down. If nobody on the staff filed it, the channel is only
 * what the sender claims, and the desk shows it as unconfirmed.
 */
export const TAKEN_DOWN: readonly Channel[] = ['phone', 'counter', 'letter'];

/**
 * Whether a mail is from the domain that it names. `doubtful`: that domain wants its mails to be proved, and this one is not.
 * `unproved`: it cannot be told.
 */
export const SENDER_VERDICTS = ['proved', 'unproved', 'doubtful'] as const;

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How a case ended. `withdrawn` and `merged` end it without an answer of ours. */
export const OUTCOMES = ['upheld', 'partly_upheld', 'not_upheld', 'withdrawn', 'merged'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What can be given to a customer. */
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

/** Why it happened, as opposed to what the customer complained of (`CATEGORIES`). Pareto charts count these. */
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

/**
 * An instant as ISO 8601 in UTC with milliseconds, `2026-11-23T01:00:00.000Z`. In this one spelling instants compare
 * correctly as text, and survive JSON.
 */
export type Instant = string;

/**
 * A free text as workflows and ledgers hold it: by the text's id and the SHA-256 of its content. The text itself is in
 * Postgres only, where it can be erased, masked and searched.
 */
export interface TextRef {
  textId: string;
  sha256: string;
}

/** One thing given to the customer. */
export interface Remedy {
  kind: RemedyKind;
  /** In the house's currency (`HOUSE_CURRENCY`); 0 for what costs no money. */
  amount: number;
}

/**
 * Who acts. Staff are named by opaque ids (`u-…`), and the customer not at all, so that no event holds personal data.
 */
export type Actor = { kind: 'staff'; id: string; role: Role; team: string } | { kind: 'customer' } | { kind: 'system' };

/** One text in both languages of the product. */
export interface Words {
  zh: string;
  en: string;
}
