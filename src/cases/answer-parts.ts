import { z } from 'zod';

/**
 * Answers are described once: their types are those of the zod schemas by which the API's document describes them. The
 * schemas stand in the room of what they answer.
 * @module
 */

export const instant = z.iso.datetime();
export const words = z.object({ zh: z.string(), en: z.string() });
export const person = z.object({ id: z.string(), name: z.string() });
