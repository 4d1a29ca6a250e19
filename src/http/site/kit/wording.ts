import type { Instant, Language, Words } from '../../../domain/basics/types';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';

/** In which language a page speaks, and the time at which it is read: dates are told from there ("today"). */
export interface Wording {
  language: Language;
  now: Instant;
}

/** Makes the function that picks one of two texts, by language. */
export const sayIn =
  (language: Language) =>
  (zh: string, en: string): string =>
    inLanguage({ zh, en }, language);

/** The sentence above a page: what became of the form that was just sent. Null: none. `tellWarns`: it is a fault. */
export interface Tell {
  tell: string | null;
  tellWarns: boolean;
}
/** No sentence. */
export const NOTHING_TO_TELL: Tell = { tell: null, tellWarns: false };

/** A sentence about a fault. */
export const tellWords = (words: Words, language: Language): Tell => ({
  tell: inLanguage(words, language),
  tellWarns: true,
});

/** A sentence about what was done. */
export const tellSuccess = (words: Words, language: Language): Tell => ({
  tell: inLanguage(words, language),
  tellWarns: false,
});

/** A time by which something is to happen: date, weekday and time, or "today" and the time. */
export const planned = (instant: Instant, { language, now }: Wording): string => pageTime(instant, language, now, true);
