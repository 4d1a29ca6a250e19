import type { ProgressView, WayOn } from '../../cases';
import type { Instant, Language, Words } from '../../domain/basics/types';
import type { Context } from '../../render/engine';
import { pageTime } from '../../render/format';
import { inLanguage } from '../../render/words';

/** Who is spoken to: in which language, and at what moment. */
export interface Wording {
  language: Language;
  now: Instant;
}

export const sayIn =
  (language: Language) =>
  (zh: string, en: string): string =>
    inLanguage({ zh, en }, language);

/** One sentence above the page: what the last submission came to. */
export interface Tell {
  tell: string | null;
  tellWarns: boolean;
}
export const NOTHING_TO_TELL: Tell = { tell: null, tellWarns: false };

export const tellWords = (words: Words, language: Language): Tell => ({
  tell: inLanguage(words, language),
  tellWarns: true,
});

/** A time by which something is to be: with the weekday, unless it is today. */
export const planned = (instant: Instant, { language, now }: Wording): string => pageTime(instant, language, now, true);

/** It is the customer's turn: they are called by the name they gave. */
export const offerReady = ({ customerName }: Pick<ProgressView, 'customerName'>, language: Language): string =>
  language === 'en'
    ? `${customerName}, the solution is ready, please tell us what you think`
    : `${customerName}，方案已经准备好，请您确认`;

/** Who has the case, and what stands in the round mark beside the name. */
export function handlerContext({ handlerWords }: Pick<ProgressView, 'handlerWords'>, language: Language): Context {
  const handler = handlerWords ? inLanguage(handlerWords, language) : null;
  return { handler, initial: Array.from(handler ?? '')[0] ?? null };
}

/** With the code after an answer; else to the form that asks for it. */
export const wayOn = ({ caseNo, progressUrl }: { caseNo: string } & WayOn, language: Language): string =>
  progressUrl === undefined ? `/p/${caseNo}?lang=${language}` : `${progressUrl}&lang=${language}`;
