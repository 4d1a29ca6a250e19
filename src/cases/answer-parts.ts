/**
 * Parts that the schemas of many answers share. An answer is described once, by a zod schema in the `answers.ts` of its
 * folder: the TypeScript type and the API's document both come from it.
 * @module
 */
import { z } from 'zod';

/** UTC, ISO 8601. */
export const instant = z.iso.datetime();
/** A text in both languages. */
export const words = z.object({ zh: z.string(), en: z.string() });
/** A member of staff; `name` is the bare id of somebody who is not on the staff any more. */
export const person = z.object({ id: z.string(), name: z.string() });

/** A test of something that admins connect. */
export const lastTest = z.object({
  at: instant,
  code: z.string().optional().describe('`ok`, or how it failed; left out: not yet'),
});

/** A decision that is in the ledger: `seq` is its last entry there. A repeat gets that of the first time. */
export const decisionTaken = z.object({ status: z.literal('taken'), decisionId: z.string(), seq: z.int() });
/** A decision that no worker took in time: it is stored, and judged as soon as a worker is there. */
export const decisionStored = z.object({ status: z.literal('accepted'), decisionId: z.string() });
/** What became of a decision that was not refused. */
export type Decided = z.output<typeof decisionTaken> | z.output<typeof decisionStored>;
