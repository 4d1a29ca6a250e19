/**
 * The schemas of accounts at platforms, as admins see and change them, and of complaints there. Keys go in and never come out.
 * @module
 */
import { z } from 'zod';
import { freeText, shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { PLATFORM_KIND_NAMES } from '../../domain/case/platforms';
import { instant } from '../answer-parts';

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
  lookedAt: instant.optional().describe('when its list was last read'),
  noticeUrl: z.string().describe('where it may tell us of complaints'),
  noticeAt: instant.optional().describe('when it last did'),
  test: z
    .object({ at: instant, code: z.string().optional().describe('`ok`, or how it failed; left out: not yet') })
    .optional()
    .describe('the last test'),
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

/** A new one. */
export const wantedPlatform = z.strictObject({
  name,
  kind,
  url: url.optional(),
  merchantId: freeText(100).describe('our merchant id there'),
  serial: serial.optional(),
  publicKeyId: publicKeyId.optional(),
  publicKey,
  privateKey,
  apiKey: apiKey.optional(),
  language: language.optional().describe('in which notes in cases are written; left out: zh-CN'),
});
export type WantedPlatform = z.output<typeof wantedPlatform>;

/** What is to be changed; what is left out stays. */
export const changedPlatform = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  serial: serial.optional(),
  publicKeyId: publicKeyId.optional(),
  publicKey: publicKey.optional(),
  privateKey: privateKey.optional(),
  apiKey: apiKey.optional(),
  language: language.optional(),
  enabled: z.boolean().optional(),
});
export type ChangedPlatform = z.output<typeof changedPlatform>;
