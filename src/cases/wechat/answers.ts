/**
 * The schemas of WeChat official accounts, as admins see and change them. Secrets go in and never come out.
 * @module
 */
import { z } from 'zod';
import { shortText } from '../../domain/basics/free-text';
import { said } from '../../domain/basics/faults';
import { instant } from '../answer-parts';

const WECHAT_KINDS = ['official', 'kf'] as const;

/** An account. */
export const wechatAccount = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(WECHAT_KINDS),
  appId: z.string(),
  openKfId: z.string().optional(),
  url: z.string().describe('to be entered on the platform: where it posts'),
  enabled: z.boolean(),
  status: z.enum(['working', 'failing', 'off']),
  code: z
    .string()
    .optional()
    .describe(
      'how it failed last: `wechat_40125`, `http_503`, `TIMEOUT`; `plain`: it posts without encryption; `aes_key`',
    ),
  failingSince: instant.optional(),
  lastInAt: instant.optional(),
  lastOutAt: instant.optional(),
  createdBy: z.string(),
  createdAt: instant,
});
export type WechatAccountShown = z.output<typeof wechatAccount>;

const name = shortText(60).describe('of the account, as customers know it');
const kind = z
  .enum(WECHAT_KINDS)
  .default('official')
  .describe('`official`: an official account (公众号); `kf`: a customer service account of WeCom (微信客服)');
const appId = z.string().regex(/^w[wx][0-9a-f]{16}$/, {
  error: said({
    zh: '须为 AppID（wx 开头）或企业 ID（ww 开头），后面 16 位数字和小写字母',
    en: 'must be an AppID (wx…) or a CorpID (ww…), with 16 digits or small letters',
  }),
});
const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{32,64}$/, {
    error: said({ zh: '须为 32 到 64 位字母、数字、- 或 _', en: 'must have 32 to 64 letters, digits, - or _' }),
  })
  .describe('AppSecret, or the Secret of WeCom customer service; it is not shown again');
const token = z
  .string()
  .regex(/^[A-Za-z0-9]{3,32}$/, {
    error: said({ zh: '须为 3 到 32 位字母或数字', en: 'must have 3 to 32 letters or digits' }),
  })
  .describe('Token, of your own choice; it is not shown again');
const aesKey = z
  .string()
  .regex(/^[A-Za-z0-9]{43}$/, {
    error: said({ zh: '须为 43 位字母或数字', en: 'must have 43 letters or digits' }),
  })
  .describe('EncodingAESKey; it is not shown again');

/** A new one. */
export const wantedWechatAccount = z.strictObject({
  name,
  kind,
  appId,
  openKfId: z
    .string()
    .regex(/^wk[A-Za-z0-9_-]{8,62}$/, {
      error: said({ zh: '须为客服账号 ID，wk 开头', en: 'must be the id of a customer service account: wk…' }),
    })
    .optional()
    .describe('of a customer service account alone'),
  secret,
  token,
  aesKey,
});
export type WantedWechatAccount = z.output<typeof wantedWechatAccount>;

/** What is to be changed; what is left out stays. */
export const changedWechatAccount = z.strictObject({
  name: name.optional(),
  secret: secret.optional(),
  token: token.optional(),
  aesKey: aesKey.optional(),
  enabled: z.boolean().optional(),
});
export type ChangedWechatAccount = z.output<typeof changedWechatAccount>;
