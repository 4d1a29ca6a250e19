import { z } from 'zod';
import { said } from './faults';
import type { TextRef, Words } from './types';

/** Whether Temporal, Postgres and a mail can all carry the text: it has no NUL and no half of a surrogate pair. */
export const isCleanText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

/**
 * Whether the text shows anything. Blanks, control characters and characters that only say how others are written
 * (joiners, direction marks, fillers, selectors) show nothing.
 */
export const isVisible = (text: string): boolean =>
  /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);

/** Why a text is refused that is not clean (`isCleanText`). */
export const UNCLEAN: Words = {
  zh: '含有空字符（NUL）或不完整的字符',
  en: 'contains NUL or an incomplete surrogate pair',
};
const EMPTY = said({ zh: '不能为空', en: 'must not be empty' });
const MORE_LINES = said({
  zh: '须为一行，不含控制字符',
  en: 'must be one line without control characters',
});
/** A pattern instead of a `refine`: JSON Schema can express a pattern, so the API document shows this limit as well. */
// oxlint-disable-next-line no-control-regex
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

/**
 * What a person typed, up to `max` characters (UTF-16). It is kept as typed; it is refused only if nothing in it shows
 * or it cannot be stored.
 */
export const freeText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/\S/, { abort: true, error: EMPTY })
    .refine(isVisible, { error: EMPTY })
    .refine(isCleanText, { error: said(UNCLEAN) });

/** Free text of one line without control characters: a name, a number, a place. */
export const shortText = (max: number) => freeText(max).regex(ONE_LINE, { error: MORE_LINES });

/** A short name in both languages, as a department gives it. */
export const wordsSchema = z.strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) });

/** A stored text by its id and the SHA-256 of its content, in lower-case hexadecimal digits. */
export const textRefSchema: z.ZodType<TextRef> = z.strictObject({
  textId: z.uuid(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
