import type { ProgressView, WayOn } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { initialOf } from '../../../render/format';
import { inLanguage } from '../../../render/words';

/** The heading of an offer: since the customer has to act, it addresses them by the name they gave. */
export const offerReady = ({ customerName }: Pick<ProgressView, 'customerName'>, language: Language): string =>
  language === 'en'
    ? `${customerName}, the solution is ready, please tell us what you think`
    : `${customerName}，方案已经准备好，请您确认`;

/** The handler's name, and its first character for the round badge beside it; both null while nobody is named. */
export function handlerContext({ handlerWords }: Pick<ProgressView, 'handlerWords'>, language: Language): Context {
  const handler = handlerWords ? inLanguage(handlerWords, language) : null;
  return { handler, initial: handler ? initialOf(handler) : null };
}

/** The way to the progress page: with the access code once the link is answered, else to the page that asks for it. */
export const wayOn = ({ caseNo, progressUrl }: { caseNo: string } & WayOn, language: Language): string =>
  progressUrl === undefined ? `/p/${caseNo}?lang=${language}` : `${progressUrl}&lang=${language}`;
