import { z } from 'zod';

/**
 * Answers are described once: their types are those of the zod schemas by which the API's document describes them. The
 * schemas stand in the room of what they answer.
 * @module
 */

export const instant = z.iso.datetime();
export const words = z.object({ zh: z.string(), en: z.string() });
export const person = z.object({ id: z.string(), name: z.string() });

/** The case has written the decision down: `seq` is its entry. */
export const decisionTaken = z.object({ status: z.literal('taken'), decisionId: z.string(), seq: z.int() });
/** Stored with the case; a worker takes it as soon as there is one. */
export const decisionStored = z.object({ status: z.literal('accepted'), decisionId: z.string() });
/** What became of a decision that was sent. */
export type Decided = z.output<typeof decisionTaken> | z.output<typeof decisionStored>;
