import type { CausesShown } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';

/** So much of a week is told in a mail; the page has all of it. */
const MOST_RISING = 5;
const MOST_KINDS = 3;

/** What the mail of a week says. @param url of its page */
export function weekContext({ week, to, rising, frequent }: CausesShown, url: string, language: Language): Context {
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const nameOf = (values: CausesShown['rising'][number]['values']): string =>
    values.map(({ name }) => inLanguage(name, language)).join(' · ');
  const [first] = rising;
  return {
    week,
    to,
    url,
    rises: rising.length,
    first: first ? nameOf(first.values) : null,
    rising: rising.slice(0, MOST_RISING).map(({ values, now, customers, usual, onceIn }) => ({
      title: say(
        `${nameOf(values)}：${now} 件，${customers} 位客户；平常 ${usual} 件`,
        `${nameOf(values)}: ${now} complaints of ${customers} customers; ${usual} as a rule`,
      ),
      sure:
        onceIn === undefined
          ? null
          : say(`全凭偶然，大约 ${onceIn} 周才有一次`, `by chance alone about once in ${onceIn} weeks`),
    })),
    lists: frequent
      .filter(({ dimension, groups }) => (dimension === 'category' || dimension === 'cause') && groups.length > 0)
      .map(({ name, groups }) => ({
        name: inLanguage(name, language),
        items: groups
          .slice(0, MOST_KINDS)
          .map(({ name: own, now, usual }) =>
            say(
              `${inLanguage(own, language)} ${now} 件（平常每周 ${usual} 件）`,
              `${inLanguage(own, language)}: ${now} (${usual} a week as a rule)`,
            ),
          )
          .join(say('；', '; ')),
      })),
  };
}
