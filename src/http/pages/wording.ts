import type { ProgressView, WayOn } from '../../cases';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { Context } from '../../render/engine';
import { pageTime } from '../../render/format';
import { inLanguage } from '../../render/words';

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

/** A time by which something is to happen: date, weekday and time, or "today" and the time. */
export const planned = (instant: Instant, { language, now }: Wording): string => pageTime(instant, language, now, true);

/** The heading of an offer: since the customer has to act, it addresses them by the name they gave. */
export const offerReady = ({ customerName }: Pick<ProgressView, 'customerName'>, language: Language): string =>
  language === 'en'
    ? `${customerName}, the solution is ready, please tell us what you think`
    : `${customerName}，方案已经准备好，请您确认`;

/** The handler's name, and its first character for the round badge beside it; both null while nobody is named. */
export function handlerContext({ handlerWords }: Pick<ProgressView, 'handlerWords'>, language: Language): Context {
  const handler = handlerWords ? inLanguage(handlerWords, language) : null;
  return { handler, initial: Array.from(handler ?? '')[0] ?? null };
}

/** The way to the progress page: with the access code once the link is answered, else to the page that asks for it. */
export const wayOn = ({ caseNo, progressUrl }: { caseNo: string } & WayOn, language: Language): string =>
  progressUrl === undefined ? `/p/${caseNo}?lang=${language}` : `${progressUrl}&lang=${language}`;
