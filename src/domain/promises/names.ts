/**
 * The names of promises and milestones, and the steps of escalation chains.
 * @module
 */
import { z } from 'zod';
import { staffId } from '../basics/schemas';
import type { Words } from '../basics/types';
import { lengthSchema } from '../time/duration';

/**
 * The promises a case may run. Each has one clock, or one clock a task where several may be open at once (`help:h1`).
 */
export const PROMISES = [
  'firstResponse',
  'resolution',
  'help',
  'approval',
  'customerAnswer',
  'survey',
  'followUp',
  'revisit',
  'review',
  'pause',
  /** A clock of the policy's `clocks`: a law's or a regulator's time limit, or one more of the house's own. */
  'further',
] as const;
export type PromiseName = (typeof PROMISES)[number];

export const PROMISE_WORDS: Record<PromiseName, Words> = {
  firstResponse: { zh: '首次响应', en: 'first response' },
  resolution: { zh: '解决', en: 'resolution' },
  help: { zh: '协助答复', en: 'answer to a request for help' },
  approval: { zh: '审批', en: 'approval' },
  customerAnswer: { zh: '客户答复', en: "customer's answer" },
  survey: { zh: '评价', en: 'survey' },
  followUp: { zh: '二次跟进', en: 'second follow-up' },
  revisit: { zh: '回访', en: 'revisit' },
  review: { zh: '复盘', en: 'review' },
  pause: { zh: '暂停', en: 'pause' },
  further: { zh: '时限', en: 'time limit' },
};

/** How a step of a chain reaches whoever it is for. */
export const STEP_CHANNELS = ['mail', 'push', 'room'] as const;
/** Those that take the place of a mail, where they reach somebody. */
export type InsteadOfMail = Exclude<(typeof STEP_CHANNELS)[number], 'mail'>;

/**
 * One step of an escalation chain: when it is taken, whom it tells of a promise in danger or broken, and what it does
 * besides.
 */
export const chainStepSchema = z.strictObject({
  /** How long before the deadline, or after it. With neither, at the deadline itself. */
  before: lengthSchema.optional(),
  after: lengthSchema.optional(),
  to: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('owner') }),
    z.strictObject({
      kind: z.literal('role'),
      role: z.enum(['supervisor', 'manager']),
      team: z.string().max(40).optional(),
    }),
    z.strictObject({ kind: z.literal('person'), id: staffId }),
  ]),
  /**
   * How it reaches them, beside the bell, which has it in any case. `push`: on the devices that they have allowed; whoever has
   * none gets the mail. `room`: in group chats of staff; where none tells it, by mail.
   */
  channel: z.enum(STEP_CHANNELS).default('mail'),
  /**
   * What is done besides telling. `reassign`: to the person named, else to the person that routing finds. `raiseGrade`:
   * by one grade. `remind`: nothing.
   */
  action: z.enum(['remind', 'reassign', 'raiseGrade', 'openTaskForce']).default('remind'),
});
export type ChainStep = z.infer<typeof chainStepSchema>;

/** The points of a case at which further clocks start and stop, in the order in which a case reaches them. */
export const MILESTONES = [
  'received',
  'receipt',
  'graded',
  'assigned',
  'responded',
  'proposed',
  'agreed',
  'carriedOut',
  'resolved',
  'revisited',
  'archived',
] as const;
export type Milestone = (typeof MILESTONES)[number];
