import { z } from 'zod';
import type { ActionReport } from '../corrective-action/state';
import type { Dispatch } from './search';
import { CASE_NO } from '../basics/ids';
import { staffId } from '../basics/schemas';
import { ROLES, GRADES } from '../basics/types';
import { shortText } from '../basics/free-text';
import { toInstant, toMs } from '../time/duration';

/**
 * What workflows and our own programs tell a workflow. Anybody who reaches Temporal can send the same by hand, and a
 * handler that stumbles over it would fail every task of the case from then on: parsed before it is touched.
 */

/** What a signal is to look like. */
export type Shape<T> = z.ZodType<T>;

/** Spelled as everywhere: one without milliseconds would not sort as text. */
const instant = z.iso.datetime().transform((text) => toInstant(toMs(text)));
const actionId = shortText(40);
const seq = z.number().int().nonnegative();

export const absorbSchema = z.object({ from: z.string().regex(CASE_NO) });

export const dispatchSchema: z.ZodType<Dispatch> = z.object({
  owner: z.object({ id: staffId, role: z.enum(ROLES), team: shortText(40) }),
  taskForce: z.array(staffId).max(20),
  grade: z.enum(GRADES),
});

export const mailFailedSchema = z.object({ mail: shortText(60), to: z.enum(['customer', 'staff']), seq });

const promise = shortText(60);

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

export const actionStartedSchema = z.object({ at: instant });
export const actionVerifiedSchema = z.object({ at: instant, reached: z.boolean() });
