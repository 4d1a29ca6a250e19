/**
 * Schemas of the signals that workflows and our own programs send to a workflow. Anybody who reaches Temporal can send
 * the same by hand, and a handler that throws on bad data would fail every later task of the case. So each message is
 * parsed before it is used.
 * @module
 */
import { z } from 'zod';
import type { ActionReport } from '../corrective-action/state';
import type { Dispatch } from './search';
import { CASE_NO } from '../basics/ids';
import { staffId } from '../basics/schemas';
import { ROLES, GRADES } from '../basics/types';
import { shortText } from '../basics/free-text';
import { toInstant, toMs } from '../time/duration';

/** The schema of the message of a signal. */
export type Shape<T> = z.ZodType<T>;

/** Respelled with milliseconds, as instants are spelled everywhere: without them it would not compare as text. */
const instant = z.iso.datetime().transform((text) => toInstant(toMs(text)));
const actionId = shortText(40);
const seq = z.number().int().nonnegative();

/** Another case was merged into this one. */
export const absorbSchema = z.object({ from: z.string().regex(CASE_NO) });

/** The dispatcher has found somebody for a case in the queue. */
export const dispatchSchema: z.ZodType<Dispatch> = z.object({
  owner: z.object({ id: staffId, role: z.enum(ROLES), team: shortText(40) }),
  taskForce: z.array(staffId).max(20),
  grade: z.enum(GRADES),
});

/**
 * A message could not be delivered for good. `seq`: of the event that it was about; `by`: left out, it was a mail; `unsure`:
 * nobody knows whether it arrived.
 */
export const mailFailedSchema = z.object({
  mail: shortText(60),
  to: z.enum(['customer', 'staff']),
  seq,
  by: z.enum(['sms', 'wechat']).optional(),
  unsure: z.literal(true).optional(),
});

const promise = shortText(60);

/** What a corrective action tells its cases. */
export const actionReportSchema: z.ZodType<ActionReport> = z.discriminatedUnion('kind', [
  z.object({ actionId, kind: z.enum(['warned', 'breached']), promise, dueAt: instant }),
  z.object({
    actionId,
    kind: z.literal('measured'),
    before: seq,
    after: seq,
    reached: z.boolean(),
    round: seq,
    at: instant,
  }),
  z.object({ actionId, kind: z.literal('ended'), rounds: seq, at: instant }),
  z.object({ actionId, kind: z.literal('signalRefused'), signal: shortText(60) }),
  z.object({ actionId, kind: z.literal('cancelRequested') }),
]);

/** A case tells its corrective action that somebody has started it. */
export const actionStartedSchema = z.object({ at: instant });
/** A case tells its corrective action that somebody has judged its effect. */
export const actionVerifiedSchema = z.object({ at: instant, reached: z.boolean() });
