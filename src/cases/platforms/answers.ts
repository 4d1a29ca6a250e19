/**
 * The schemas of accounts at platforms, as admins see and change them, and of complaints there. Keys go in and never come out.
 * @module
 */
import { z } from 'zod';
import { freeText, shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import {
  MOST_PICTURES,
  MOST_REASON,
  PLATFORM_ACTS,
  PLATFORM_KIND_NAMES,
  PLATFORM_PHASES,
} from '../../domain/case/platforms';
import { instant, lastTest } from '../answer-parts';

const kind = z.enum(PLATFORM_KIND_NAMES);
const language = z.enum(LANGUAGES);

/** An account at a platform. */
export const platform = z.object({
  id: z.uuid(),
  name: z.string(),
  kind,
  url: z.string(),
  merchantId: z.string(),
  serial: z.string().optional().describe('of our certificate'),
  publicKeyId: z.string().optional().describe('how the platform names the key that we know it by'),
  language,
  enabled: z.boolean(),
  status: z.enum(['working', 'failing', 'off']),
  code: z.string().optional().describe('how the last round failed: `sign_error`, `not_signed`, `TIMEOUT`'),
  failingSince: instant.optional(),
  waitsUntil: instant.optional().describe('after a failure: it is called again then'),
  open: z.int().describe('complaints that are not finished there'),
  lookedAt: instant.optional().describe('when its list was last read; left out too for kinds that have none'),
  noticeUrl: z.string().optional().describe('where it tells us of complaints; left out: this kind does not'),
  noticeAt: instant.optional().describe('when it last did'),
  test: lastTest.optional().describe('the last test'),
  createdBy: z.string(),
  createdAt: instant,
});
export type PlatformShown = z.output<typeof platform>;

const name = shortText(60);
const url = freeText(500).describe('where its API lies; left out: where it is for everybody');
const serial = freeText(100).describe('serial number of our certificate there');
const publicKeyId = freeText(100).describe("id of the platform's public key, or serial number of its certificate");
const publicKey = freeText(10_000).describe("the platform's public key or certificate, as PEM");
const privateKey = freeText(10_000).describe('our private key, as PEM; it is not shown again');
const apiKey = freeText(100).describe('with which notices are encrypted (APIv3 key); it is not shown again');
const secret = freeText(100).describe('AppSecret; it is not shown again');
const token = freeText(100).describe('Token of the message push; it is not shown again');
const aesKey = freeText(100).describe('EncodingAESKey of the message push; it is not shown again');

/** Which of them an account needs depends on its kind. */
const keys = {
  serial: serial.optional(),
  publicKeyId: publicKeyId.optional(),
  publicKey: publicKey.optional(),
  privateKey: privateKey.optional(),
  apiKey: apiKey.optional(),
  secret: secret.optional(),
  token: token.optional(),
  aesKey: aesKey.optional(),
};

/** A new one. */
export const wantedPlatform = z.strictObject({
  name,
  kind,
  url: url.optional(),
  merchantId: freeText(100).describe('our merchant id there; of Alipay, mini-programs and stores the AppID'),
  ...keys,
  language: language.optional().describe('in which notes in cases are written; left out: zh-CN'),
});
export type WantedPlatform = z.output<typeof wantedPlatform>;

/** What is to be changed; what is left out stays. */
export const changedPlatform = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  ...keys,
  language: language.optional(),
  enabled: z.boolean().optional(),
});
export type ChangedPlatform = z.output<typeof changedPlatform>;

/** A complaint at a platform, in its case. */
export const casePlatform = z.object({
  account: z.string(),
  kind,
  complaintId: z.string(),
  phase: z.enum(PLATFORM_PHASES).optional().describe('how it stands there; left out: it has not been read yet'),
  status: z.string().optional().describe("in the platform's own word"),
  transactionId: z.string().optional(),
  orderNo: z.string().optional(),
  amount: z.int().optional().describe('of the order, in the smallest unit'),
  refundAmount: z.int().optional().describe('what the customer wants back, in the smallest unit'),
  isRefunded: z.boolean(),
  isHelped: z.boolean().describe('the platform has been asked to help'),
  deadlines: z
    .array(z.object({ what: z.enum(['reply', 'finish']), dueAt: instant }))
    .describe('by when the platform wants what'),
  passed: z
    .array(
      z.object({
        what: z.enum(['reply', ...PLATFORM_ACTS]),
        state: z.enum(['planned', 'unsure', 'done', 'sent', 'refused', 'skipped']),
        at: instant,
        code: z.string().optional(),
      }),
    )
    .describe('what went there from here, the newest first'),
  acts: z.array(z.enum(PLATFORM_ACTS)).describe('what you may decide for the platform now'),
  pictures: z
    .array(z.object({ evidenceId: z.string(), fileName: z.string() }))
    .describe('pictures of the evidence that may go with a decision'),
  code: z.string().optional().describe('why it waits'),
  lookedAt: instant.optional(),
});
export type CasePlatformView = z.output<typeof casePlatform>;

const reason = freeText(MOST_REASON).describe('as the customer or the platform reads it');
const pictures = z
  .array(z.string().max(100))
  .max(MOST_PICTURES)
  .optional()
  .describe('ids of pictures of the evidence that go with it; WeChat Pay takes none');

/** What a person decides for the platform. Which of them are possible, and when, depends on its kind. */
export const platformActWanted = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('complete'),
    result: freeText(60)
      .optional()
      .describe('how it was dealt with, in the code of the platform: needed by Alipay alone'),
    reason: reason.optional().describe('needed by Alipay alone'),
    pictures,
  }),
  z.strictObject({
    act: z.literal('approveRefund'),
    days: z.int().min(0).max(30).describe('working days until the refund is made; 0: today'),
  }),
  z.strictObject({ act: z.literal('rejectRefund'), reason }),
  z.strictObject({ act: z.enum(['settle', 'refuse', 'prove', 'proveRefund', 'appeal']), reason, pictures }),
]);
export type PlatformActWanted = z.output<typeof platformActWanted>;
