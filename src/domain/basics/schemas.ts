import { z } from 'zod';
import { SLUG, STAFF_ID } from './ids';

/** Zod schemas of the ids of `ids.ts`. */
export const slug = z.string().regex(SLUG);
export const staffId = z.string().regex(STAFF_ID);
