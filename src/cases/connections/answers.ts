/**
 * What is connected, as admins see it.
 * @module
 */
import { z } from 'zod';
import { CHANNEL_ACTS, CONNECTION_NAMES } from '../../domain/case/connections';
import { instant, words } from '../answer-parts';

/** One way in or out. */
export const connection = z.object({
  name: z.enum(CONNECTION_NAMES),
  part: z.string().optional().describe('where there are several: which mailbox'),
  title: words,
  state: z
    .enum(['working', 'stuck', 'off'])
    .describe('`stuck`: something is not taken, not read, or waits for somebody; `off`: it is not connected'),
  about: words.describe('what it is connected to, or what has to be set'),
  lastInAt: instant.optional(),
  lastOutAt: instant.optional(),
  lookedAt: instant.optional().describe('when a mailbox was last found to have nothing more, to a minute or so'),
  waiting: z.int().describe('what waits for us'),
  waitingSince: instant.optional(),
  stuck: z.int().describe('what is not taken by others, or waits for somebody to look'),
  stuckSince: instant.optional(),
  code: z.string().optional().describe('how most of what is stuck failed last'),
  page: z.string().optional().describe('where it is administered on the desk'),
  docs: z.string().describe('the page that says how it is connected'),
  test: z
    .boolean()
    .describe('whether a test can be sent from here; receivers and chats have theirs on their own pages'),
  lastTest: z
    .object({
      state: z.enum(['planned', 'sending', 'sent', 'failed', 'skipped']),
      at: instant,
      error: z.string().optional().describe('code of the last fault'),
    })
    .optional()
    .describe('the last test of whoever asks'),
});
export type Connection = z.output<typeof connection>;

/** What an admin did about a hook, a receiver of webhooks or a group chat. */
export const channelAct = z.object({
  id: z.int(),
  channel: z.enum(['hooks', 'webhooks', 'rooms', 'trackers', 'wechat']),
  subjectId: z.string(),
  name: z.string().describe('what it was called then'),
  act: z.enum(CHANNEL_ACTS),
  fields: z.array(z.string()).describe('which settings have another value; never what it is'),
  by: z.string().describe('a user id'),
  byName: z.string(),
  at: instant,
});
export type ChannelActShown = z.output<typeof channelAct>;
