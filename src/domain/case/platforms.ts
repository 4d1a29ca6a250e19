/**
 * Complaint interfaces of platforms (WeChat Pay, Alipay, WeChat's mini-programs and stores): which kinds there are, what an account needs, and by when the
 * platform wants what.
 * @module
 */
import { DAY, HOUR } from '../basics/milliseconds';
import type { Actor, Channel, Instant, Words } from '../basics/types';
import { worksOn } from './permissions';
import type { CaseState } from './state';

/** What an admin types of an account, beside its name. */
export const ACCOUNT_FIELDS = [
  'merchantId',
  'serial',
  'privateKey',
  'publicKeyId',
  'publicKey',
  'apiKey',
  'secret',
  'token',
  'aesKey',
] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];
/** Those that are kept sealed and never shown. */
export const SECRET_FIELDS = [
  'privateKey',
  'apiKey',
  'secret',
  'token',
  'aesKey',
] as const satisfies readonly AccountField[];
export type SecretField = (typeof SECRET_FIELDS)[number];
export const isSecretField = (name: AccountField): name is SecretField =>
  (SECRET_FIELDS as readonly AccountField[]).includes(name);

interface FieldAbout {
  pattern: RegExp;
  words: Words;
}

/** What a person decides for the platform. */
export const PLATFORM_ACTS = [
  'complete',
  'approveRefund',
  'rejectRefund',
  'settle',
  'refuse',
  'prove',
  'proveRefund',
  'appeal',
] as const;
export type PlatformActName = (typeof PLATFORM_ACTS)[number];

/** What has to be said with a decision, at this platform. */
export interface ActNeeds {
  /** Working days until a refund is made. */
  days?: true;
  /** What the customer, or the platform, reads. */
  words?: true;
  /** One of these, in the platform's own codes. */
  results?: Readonly<Record<string, Words>>;
  /** Pictures of the case's evidence may go with it. */
  pictures?: true;
}

/** How many pictures may go with a decision, how large each may be, and of which kinds: the least of what the platforms take. */
export const MOST_PICTURES = 4;
export const MOST_PICTURE_BYTES = 5 * 1024 * 1024;
export const PICTURE_TYPES: readonly string[] = ['image/jpeg', 'image/png'];

interface KindAbout extends Words {
  /** Where its API lies. */
  url: string;
  /** As its complaints say how they came in. */
  channel: Channel;
  /** How its customers are called, who have no name there. */
  customer: Words;
  /** Where was bought what is complained of. */
  shop: Words;
  /** What of the fields it needs, and what that looks like. */
  fields: Partial<Record<AccountField, FieldAbout>>;
  /** The most characters of one reply; 0: it takes none, and the customer is written to another way. */
  mostReply: number;
  /**
   * By when it wants what. By its rules: from the complaint on, a first reply and an end. `first`: it says the end of each step
   * itself, and this is what it wants in the first one. Left out: it is not known.
   */
  clock?: { replyMs: number; finishMs: number } | { first: 'reply' | 'finish' };
  /** It has no list: a complaint is heard of by its push alone. */
  isPushed?: true;
  /** It tells us of complaints. */
  hasNotices?: true;
  /** What may be decided there, at the right moment. */
  acts: Partial<Record<PlatformActName, ActNeeds>>;
}

const PEM = (label: string): RegExp =>
  new RegExp(`^-----BEGIN ${label}-----\\s[A-Za-z0-9+/=\\s]{100,8000}-----END ${label}-----\\s*$`);
/** A key as the tool of Alipay gives it: base64 alone, or PEM. */
const PEM_OR_BARE = (label: string): RegExp => new RegExp(`${PEM(label).source}|^[A-Za-z0-9+/=\\s]{200,8000}$`);
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
const ALIPAY_FIELDS: KindAbout['fields'] = {
  merchantId: {
    pattern: /^\d{16}$/,
    words: { zh: '应用的 APPID（16 位数字）', en: 'APPID of the application, 16 figures' },
  },
  privateKey: {
    pattern: PEM_OR_BARE('(?:RSA )?PRIVATE KEY'),
    words: {
      zh: '应用私钥（RSA2，密钥工具给出的全部内容）',
      en: 'private key of the application (RSA2), as the key tool gives it',
    },
  },
  publicKey: {
    pattern: PEM_OR_BARE('(?:PUBLIC KEY|CERTIFICATE)'),
    words: {
      zh: '支付宝公钥（不是应用公钥；开放平台“接口加签方式”里的全部内容）',
      en: "Alipay's public key (not that of the application), as the open platform shows it",
    },
  },
};
/** Of mini-programs and stores: both have a message push like an official account's. */
const PUSHED_FIELDS: KindAbout['fields'] = {
  merchantId: { pattern: /^wx[0-9a-f]{16}$/, words: { zh: 'AppID（wx 开头）', en: 'AppID (wx…)' } },
  secret: { pattern: /^[0-9a-zA-Z]{32}$/, words: { zh: 'AppSecret（32 个字符）', en: 'AppSecret, 32 characters' } },
  token: {
    pattern: /^[0-9a-zA-Z]{3,32}$/,
    words: {
      zh: '消息推送的 Token（3 到 32 个字母或数字）',
      en: 'Token of the message push, 3 to 32 letters or figures',
    },
  },
  aesKey: {
    pattern: /^[0-9a-zA-Z]{43}$/,
    words: { zh: '消息推送的 EncodingAESKey（43 个字符）', en: 'EncodingAESKey of the message push, 43 characters' },
  },
};

/** The kinds. Which contract each is spoken with is said beside its adapter (src/channels/platforms/kinds/). */
export const PLATFORM_KINDS = {
  wechatpay: {
    zh: '微信支付',
    en: 'WeChat Pay',
    url: 'https://api.mch.weixin.qq.com',
    channel: 'wechat',
    customer: { zh: '微信支付用户', en: 'WeChat Pay user' },
    shop: { zh: '微信支付', en: 'WeChat Pay' },
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
    clock: { replyMs: DAY, finishMs: 3 * DAY },
    hasNotices: true,
    acts: { complete: {}, approveRefund: { days: true }, rejectRefund: { words: true } },
  },
  alipay: {
    zh: '支付宝消费者投诉',
    en: 'Alipay consumer complaints',
    url: 'https://openapi.alipay.com/gateway.do',
    channel: 'other',
    customer: { zh: '支付宝用户', en: 'Alipay user' },
    shop: { zh: '支付宝', en: 'Alipay' },
    fields: ALIPAY_FIELDS,
    mostReply: 0,
    clock: { first: 'finish' },
    acts: {
      complete: {
        words: true,
        pictures: true,
        results: {
          CONSENSUS_WITH_CLIENT: { zh: '已联系到用户，协商一致，无异议', en: 'agreed with the customer' },
          REFUND: { zh: '已退款，用户无异议', en: 'refunded, and the customer agrees' },
          RECTIFICATION_NO_REFUND: {
            zh: '不涉及退款，已针对投诉内容进行整改',
            en: 'no refund; what was complained of is put right',
          },
          SUBMIT_PROOF_NOT_CONTACTED: { zh: '已提交证明材料', en: 'proof was submitted' },
          // Written so by the platform.
          ORTHER: { zh: '其他', en: 'other' },
        },
      },
    },
  },
  alipayTrade: {
    zh: '支付宝小程序交易投诉',
    en: 'Alipay trade complaints',
    url: 'https://openapi.alipay.com/gateway.do',
    channel: 'other',
    customer: { zh: '支付宝用户', en: 'Alipay user' },
    shop: { zh: '支付宝', en: 'Alipay' },
    fields: ALIPAY_FIELDS,
    mostReply: 200,
    hasNotices: true,
    acts: {
      complete: {
        words: true,
        pictures: true,
        results: {
          '02': { zh: '通过其他方式退款', en: 'refunded another way' },
          '03': { zh: '已发货', en: 'sent off' },
          '05': { zh: '已完成售后服务', en: 'after-sale service is done' },
          '06': { zh: '非我方责任范围', en: 'not our responsibility' },
          '04': { zh: '其他', en: 'other' },
        },
      },
      prove: { words: true, pictures: true },
    },
  },
  miniprogram: {
    zh: '微信小程序交易投诉',
    en: 'WeChat mini-program complaints',
    url: 'https://api.weixin.qq.com',
    channel: 'wechat',
    customer: { zh: '微信小程序用户', en: 'mini-program user' },
    shop: { zh: '微信小程序', en: 'mini-program' },
    fields: PUSHED_FIELDS,
    mostReply: 0,
    clock: { first: 'reply' },
    isPushed: true,
    hasNotices: true,
    acts: {
      settle: { words: true, pictures: true },
      refuse: { words: true, pictures: true },
      prove: { words: true, pictures: true },
      proveRefund: { words: true, pictures: true },
      appeal: { words: true, pictures: true },
    },
  },
  wechatStore: {
    zh: '微信小店纠纷',
    en: 'WeChat Store disputes',
    url: 'https://api.weixin.qq.com',
    channel: 'wechat',
    customer: { zh: '微信小店用户', en: 'WeChat Store user' },
    shop: { zh: '微信小店', en: 'WeChat Store' },
    fields: PUSHED_FIELDS,
    mostReply: 500,
    isPushed: true,
    hasNotices: true,
    acts: { prove: { words: true, pictures: true } },
  },
} as const satisfies Record<string, KindAbout>;

export type PlatformKind = keyof typeof PLATFORM_KINDS;
export const PLATFORM_KIND_NAMES = Object.keys(PLATFORM_KINDS) as [PlatformKind, ...PlatformKind[]];
export const platformAbout = (kind: PlatformKind): KindAbout => PLATFORM_KINDS[kind];
/** Those at which customers are replied to. */
export const REPLY_KINDS: readonly PlatformKind[] = PLATFORM_KIND_NAMES.filter(
  (kind) => PLATFORM_KINDS[kind].mostReply > 0,
);

/** The fields of a kind, in the order in which they are asked for. */
export const fieldsOf = (kind: PlatformKind): [AccountField, FieldAbout][] => {
  const { fields } = platformAbout(kind);
  return ACCOUNT_FIELDS.flatMap((name) => {
    const about = fields[name];
    return about ? [[name, about] as [AccountField, FieldAbout]] : [];
  });
};

/** What a decision is called once it was taken, and (`does`) as what somebody does. */
export const ACT_WORDS: Readonly<Record<PlatformActName, Words & { does: string }>> = {
  complete: { zh: '标记处理完成', en: 'reported as settled', does: 'report it as settled' },
  approveRefund: { zh: '同意退款', en: 'refund agreed to', does: 'agree to the refund' },
  rejectRefund: { zh: '拒绝退款', en: 'refund refused', does: 'refuse the refund' },
  settle: { zh: '同意和解', en: 'settlement agreed to', does: 'agree to settle' },
  refuse: { zh: '拒绝和解', en: 'settlement refused', does: 'refuse to settle' },
  prove: { zh: '提交举证', en: 'evidence handed in', does: 'hand in evidence' },
  proveRefund: { zh: '提交退款凭证', en: 'proof of the refund handed in', does: 'hand in proof of the refund' },
  appeal: { zh: '提出申诉', en: 'appealed', does: 'appeal' },
};

/** Where a complaint stands at its platform. `waiting`: nobody has replied; `handling`: somebody has; `finished`: settled there. */
export const PLATFORM_PHASES = ['waiting', 'handling', 'finished'] as const;
export type PlatformPhase = (typeof PLATFORM_PHASES)[number];

/**
 * What we have to do about a complaint of a platform. `new`: it is to become a case. `open`: its case has it. `stuck`: it cannot
 * become a case, and somebody has to look. `ended`: it was finished long ago, and is not looked at any more.
 */
export type TakenState = 'new' | 'open' | 'stuck' | 'ended';

/** `planned`: to be passed on; `unsure`: it may have been taken; `refused`: the platform does not take it. */
export type PlatformActState = 'planned' | 'unsure' | 'done' | 'refused';

/** Mails to the customer whose words go to the platform where they complained. Of others it need not hear: it has its own. */
export const PLATFORM_MAILS: readonly string[] = ['response', 'letter', 'solution', 'result'];
/** `planned`: to be sent; `unsure`: it may have arrived; `refused`: the platform does not take it; `skipped`: it is out of date. */
export type PlatformReplyState = 'planned' | 'unsure' | 'sent' | 'refused' | 'skipped';

/** The most characters of what is said with a decision: the least of what the platforms take. */
export const MOST_REASON = 200;

/** What a person who works on the case may decide for the platform now. */
export const platformActs = (
  actor: Actor,
  state: CaseState,
  { acts }: { acts: readonly PlatformActName[] },
): PlatformActName[] => (worksOn(actor, state) ? [...acts] : []);

/** What is known of the platform's own clock. */
export interface PlatformClock {
  kind: PlatformKind;
  phase: PlatformPhase;
  /** When the complaint was made, or made again. */
  since: Instant;
  /** When somebody on our side first replied after that. */
  repliedAt?: Instant;
  /** When the step ends in which it is, as the platform says. */
  expiresAt?: Instant;
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

/** By when the platform waits for what, the first one first; empty: for nothing, or it is not known. */
export function platformDeadlines({ kind, phase, since, repliedAt, expiresAt }: PlatformClock): PlatformDeadline[] {
  const { clock } = platformAbout(kind);
  if (phase === 'finished' || !clock) return [];
  const at = (what: 'reply' | 'finish', due: number): PlatformDeadline => {
    const dueAt = new Date(due).toISOString();
    return { id: `${what}/${dueAt}`, what, dueAt, warnAt: new Date(due - WARNED[what]).toISOString() };
  };
  if ('first' in clock) {
    return expiresAt === undefined ? [] : [at(phase === 'waiting' ? clock.first : 'finish', Date.parse(expiresAt))];
  }
  const from = (what: 'reply' | 'finish', ms: number) => at(what, Date.parse(since) + ms);
  return [
    ...(phase === 'waiting' && repliedAt === undefined ? [from('reply', clock.replyMs)] : []),
    from('finish', clock.finishMs),
  ];
}
