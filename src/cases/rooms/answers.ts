/**
 * The schemas of group chats of staff, as admins see and change them. Addresses and secrets go in and never come out.
 * @module
 */
import { z } from 'zod';
import { said } from '../../domain/basics/faults';
import { freeText, shortText } from '../../domain/basics/free-text';
import { LANGUAGES } from '../../domain/basics/types';
import { ROOM_KIND_NAMES, ROOM_NEWS_NAMES } from '../../domain/case/rooms';
import { roomQuietSchema } from '../../domain/policy/notice-choices';
import { instant, lastTest } from '../answer-parts';

const kind = z.enum(ROOM_KIND_NAMES);
const oneNews = z.enum(ROOM_NEWS_NAMES);
const language = z.enum(LANGUAGES);

/** A group chat. */
export const room = z.object({
  id: z.uuid(),
  name: z.string(),
  kind,
  language,
  team: z.string().optional().describe('left out: cases of all teams'),
  news: z.array(oneNews),
  quiet: roomQuietSchema,
  signed: z.boolean().describe('whether a secret is kept with which messages are signed'),
  enabled: z.boolean(),
  offBecause: z
    .enum(['admin', 'refused'])
    .optional()
    .describe('`refused`: the platform takes nothing any more, see `code`'),
  status: z.enum(['working', 'failing', 'off']),
  code: z.string().optional().describe('how the last attempt failed: `wecom_93000`, `http_503`, `TIMEOUT`, `address`'),
  failingSince: instant.optional(),
  waitsUntil: instant.optional().describe('after a failure: it is asked again then'),
  waiting: z.int().describe('what has not been told yet'),
  waitingSince: instant.optional().describe('when the oldest of it was planned'),
  lastSentAt: instant.optional(),
  test: lastTest.optional().describe('the last test'),
  createdBy: z.string(),
  createdAt: instant,
});
export type Room = z.output<typeof room>;

const name = shortText(60);
const url = freeText(1_000).describe('the address of the robot or webhook; it is not shown again');
const secret = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .describe('with which messages are signed (DingTalk, Feishu); it is not shown again');
const team = z.string().min(1).max(40).describe('a team or department');
const news = z
  .array(oneNews)
  .min(1)
  .refine((all) => new Set(all).size === all.length, {
    error: said({ zh: '同一类写了两次', en: 'names a kind twice' }),
  });

/** A new one. */
export const wantedRoom = z.strictObject({
  name,
  kind,
  url,
  secret: secret.optional(),
  language: language.optional().describe('left out: zh-CN'),
  team: team.optional().describe('left out: cases of all teams'),
  news: news.optional().describe('left out: all'),
  quiet: roomQuietSchema.optional().describe('left out: none'),
});
export type WantedRoom = z.output<typeof wantedRoom>;

/** What is to be changed; what is left out stays. */
export const changedRoom = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  secret: secret.nullable().optional().describe('null: messages are not signed any more'),
  language: language.optional(),
  team: team.nullable().optional().describe('null: all teams'),
  news: news.optional(),
  quiet: roomQuietSchema.optional(),
  enabled: z.boolean().optional(),
});
export type ChangedRoom = z.output<typeof changedRoom>;
