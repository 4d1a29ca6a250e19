/**
 * Zod schemas of the ids whose patterns are in `ids.ts`.
 * @module
 */
import { z } from 'zod';
import { SLUG, STAFF_ID } from './ids';

export const slug = z.string().regex(SLUG);
export const staffId = z.string().regex(STAFF_ID);
