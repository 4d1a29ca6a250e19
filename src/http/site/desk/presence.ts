import type { Present } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { initialOf } from '../../../render/format';
import { inLanguage } from '../../../render/words';

/** People who are named; more are counted. */
const NAMED = 3;

/** The others at a case, as its page shows them and its stream tells them. */
export type PresenceShown = { people: { initial: string; words: string; writes: boolean }[]; more: string | null };

/** What the page says of who else is at its case. */
export function presenceShown(others: readonly Present[], language: Language): PresenceShown {
  const more = others.length - NAMED;
  return {
    people: others.slice(0, NAMED).map(({ name, writes }) => {
      const doing = writes
        ? { zh: `${name.zh}正在写`, en: `${name.en} is writing` }
        : { zh: `${name.zh}正在看`, en: `${name.en} is looking` };
      return { initial: initialOf(inLanguage(name, language)), words: inLanguage(doing, language), writes };
    }),
    more: more > 0 ? inLanguage({ zh: `还有 ${more} 人`, en: `${more} more` }, language) : null,
  };
}
