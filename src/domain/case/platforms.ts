/**
 * Complaint interfaces of platforms (WeChat Pay 消费者投诉 2.0, …): which kinds there are, what an account needs, and by when the
 * platform wants what.
 * @module
 */
import { DAY, HOUR } from '../basics/milliseconds';
import type { Actor, Channel, Instant, Words } from '../basics/types';
import { worksOn } from './permissions';
import type { CaseState } from './state';

/** What an admin types of an account, beside its name. */
export const ACCOUNT_FIELDS = ['merchantId', 'serial', 'privateKey', 'publicKeyId', 'publicKey', 'apiKey'] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];
/** Those that are kept sealed and never shown. */
export const SECRET_FIELDS = ['privateKey', 'apiKey'] as const satisfies AccountField[];

interface FieldAbout {
  pattern: RegExp;
  words: Words;
}

interface KindAbout extends Words {
  /** Where its API lies. */
  url: string;
  /** As its complaints say how they came in. */
  channel: Channel;
  /** How its customers are called, who have no name there. */
  customer: Words;
  /** What of the fields it needs, and what that looks like. */
  fields: Partial<Record<AccountField, FieldAbout>>;
  /** The most characters of one reply. */
  mostReply: number;
  /** By when, from the complaint on, somebody has to have replied, and it has to be finished there. */
  replyMs: number;
  finishMs: number;
}

const PEM = (label: string): RegExp =>
  new RegExp(`^-----BEGIN ${label}-----\\s[A-Za-z0-9+/=\\s]{100,8000}-----END ${label}-----\\s*$`);
const PRIVATE_KEY: FieldAbout = {
  pattern: PEM('(?:RSA )?PRIVATE KEY'),
  words: {
    zh: '商户 API 私钥（apiclient_key.pem 的全部内容）',
    en: 'private key of the merchant, all of apiclient_key.pem',
  },
};
const PUBLIC_KEY: FieldAbout = {
  pattern: PEM('(?:PUBLIC KEY|CERTIFICATE)'),
  words: { zh: '平台公钥或平台证书（PEM 的全部内容）', en: "the platform's public key or certificate, all of the PEM" },
};

/** The kinds. Which contract each is spoken with is said beside its adapter (src/channels/platforms/kinds/). */
export const PLATFORM_KINDS = {
  wechatpay: {
    zh: '微信支付',
    en: 'WeChat Pay',
    url: 'https://api.mch.weixin.qq.com',
    channel: 'wechat',
    customer: { zh: '微信支付用户', en: 'WeChat Pay user' },
    fields: {
      merchantId: { pattern: /^\d{8,12}$/, words: { zh: '商户号（数字）', en: 'merchant id, in figures' } },
      serial: {
        pattern: /^[0-9A-Fa-f]{32,64}$/,
        words: { zh: '商户 API 证书序列号', en: 'serial number of the merchant certificate' },
      },
      privateKey: PRIVATE_KEY,
      publicKeyId: {
        pattern: /^(?:PUB_KEY_ID_\d{10,40}|[0-9A-Fa-f]{32,64})$/,
        words: {
          zh: '微信支付公钥 ID（PUB_KEY_ID_ 开头），或平台证书序列号',
          en: 'id of the WeChat Pay public key (PUB_KEY_ID_…), or serial number of the platform certificate',
        },
      },
      publicKey: PUBLIC_KEY,
      apiKey: {
        pattern: /^[\x21-\x7e]{32}$/,
        words: { zh: 'APIv3 密钥（32 个字符）', en: 'APIv3 key, 32 characters' },
      },
    },
    mostReply: 200,
    replyMs: DAY,
    finishMs: 3 * DAY,
  },
} as const satisfies Record<string, KindAbout>;

export type PlatformKind = keyof typeof PLATFORM_KINDS;
export const PLATFORM_KIND_NAMES = Object.keys(PLATFORM_KINDS) as [PlatformKind, ...PlatformKind[]];

/** The fields of a kind, in the order in which they are asked for. */
export const fieldsOf = (kind: PlatformKind): [AccountField, FieldAbout][] => {
  const fields: Partial<Record<AccountField, FieldAbout>> = PLATFORM_KINDS[kind].fields;
  return ACCOUNT_FIELDS.flatMap((name) => {
    const about = fields[name];
    return about ? [[name, about] as [AccountField, FieldAbout]] : [];
  });
};

/** Where a complaint stands at its platform. `waiting`: nobody has replied; `handling`: somebody has; `finished`: settled there. */
export const PLATFORM_PHASES = ['waiting', 'handling', 'finished'] as const;
export type PlatformPhase = (typeof PLATFORM_PHASES)[number];

/**
 * What we have to do about a complaint of a platform. `new`: it is to become a case. `open`: its case has it. `stuck`: it cannot
 * become a case, and somebody has to look. `ended`: it was finished long ago, and is not looked at any more.
 */
export type TakenState = 'new' | 'open' | 'stuck' | 'ended';

/** What a person decides for the platform. */
export const PLATFORM_ACTS = ['complete', 'approveRefund', 'rejectRefund'] as const;
export type PlatformActName = (typeof PLATFORM_ACTS)[number];
/** `planned`: to be passed on; `unsure`: it may have been taken; `refused`: the platform does not take it. */
export type PlatformActState = 'planned' | 'unsure' | 'done' | 'refused';

/** Mails to the customer whose words go to the platform where they complained. Of others it need not hear: it has its own. */
export const PLATFORM_MAILS: readonly string[] = ['response', 'letter', 'solution', 'result'];
/** `planned`: to be sent; `unsure`: it may have arrived; `refused`: the platform does not take it; `skipped`: it is out of date. */
export type PlatformReplyState = 'planned' | 'unsure' | 'sent' | 'refused' | 'skipped';

/** The most characters of the reason of a refusal. */
export const MOST_REASON = 200;

/** What a person who works on the case may decide for the platform now. */
export function platformActs(
  actor: Actor,
  state: CaseState,
  there: { phase?: PlatformPhase | undefined; refundAmount?: number | undefined; isRefunded: boolean },
): PlatformActName[] {
  const isOpen = there.phase === 'waiting' || there.phase === 'handling';
  if (!isOpen || !worksOn(actor, state)) return [];
  const wantsRefund = (there.refundAmount ?? 0) > 0 && !there.isRefunded;
  return ['complete', ...(wantsRefund ? (['approveRefund', 'rejectRefund'] as const) : [])];
}

/** What is known of the platform's own clock. */
export interface PlatformClock {
  kind: PlatformKind;
  phase: PlatformPhase;
  /** When the complaint was made, or made again. */
  since: Instant;
  /** When somebody on our side first replied after that. */
  repliedAt?: Instant;
}

export interface PlatformDeadline {
  /** Of this end of this complaint. */
  id: string;
  what: 'reply' | 'finish';
  dueAt: Instant;
  /** When its owner is told that it ends. */
  warnAt: Instant;
}

/** How long before its end the owner is told. */
const WARNED = { reply: 4 * HOUR, finish: 12 * HOUR } as const;

/** By when the platform waits for what, the first one first; empty: for nothing. */
export function platformDeadlines({ kind, phase, since, repliedAt }: PlatformClock): PlatformDeadline[] {
  if (phase === 'finished') return [];
  const { replyMs, finishMs } = PLATFORM_KINDS[kind];
  const at = (what: 'reply' | 'finish', ms: number): PlatformDeadline => {
    const due = Date.parse(since) + ms;
    const dueAt = new Date(due).toISOString();
    return { id: `${what}/${dueAt}`, what, dueAt, warnAt: new Date(due - WARNED[what]).toISOString() };
  };
  return [...(phase === 'waiting' && repliedAt === undefined ? [at('reply', replyMs)] : []), at('finish', finishMs)];
}
