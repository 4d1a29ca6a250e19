import type { Topics } from '../../../cases';
import { CATEGORY_WORDS } from '../../../domain/basics/words';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/topics';
/** Sizes of the terms of a list, from the rarest. */
const SIZES = 4;

type Term = Topics['categories'][number]['terms'][number];

/** What customers begin to complain of, and what they mostly do. */
export function topicsPage({ cases: { reports }, answers }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'supervisor',
      about: {
        zh: '热点：本周投诉里多起来的词，各类别和产品最常见的词',
        en: 'topics: terms on the rise, and the commonest',
      },
      nav: { name: { zh: '热点', en: 'Topics' }, icon: 'i-flag', isOfHouse: true },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        answers.page(res, 200, 'topics', wording, topicsContext(await reports.topics(actorIn(res)), wording));
      },
    },
  ];
}

function topicsContext({ rising, categories, products, complaints, isCut, to }: Topics, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  return {
    heading: say('热点', 'Topics'),
    when: pageTime(to, language, now),
    about: say(
      `近 7 天 ${complaints.week} 件投诉，和之前 ${complaints.weeks} 周的 ${complaints.before} 件比。`,
      `${complaints.week} complaints of the last 7 days, held against ${complaints.before} of the ${complaints.weeks} weeks before.`,
    ),
    isCut,
    hasBefore: complaints.before > 0,
    rising: rising.map(({ term, now: week, before, customers, cases }) => ({
      term,
      href: `/desk/cases?q=${encodeURIComponent(term)}`,
      counts: say(
        `近 7 天 ${week} 件 · ${customers} 位客户 · 之前每周 ${before} 件`,
        `${week} in 7 days · ${customers} customers · ${before} a week before`,
      ),
      cases: cases.slice(0, 6).map((caseNo) => ({ caseNo, href: `/desk/cases/${caseNo}` })),
      more: cases.length > 6 ? week - 6 : null,
    })),
    lists: [
      ...categories.map(({ category, ...rest }) => listContext(inLanguage(CATEGORY_WORDS[category], language), rest)),
      ...products.map(({ product, ...rest }) => listContext(product, rest)),
    ].map((list) => ({ ...list, about: say(`${list.complaints} 件`, `${list.complaints} complaints`) })),
  };
}

const listContext = (name: string, { terms, complaints }: { terms: readonly Term[]; complaints: number }) => {
  const most = Math.max(...terms.map(({ cases }) => cases));
  return {
    name,
    complaints,
    terms: terms.map(({ term, cases }) => ({
      term,
      cases,
      href: `/desk/cases?q=${encodeURIComponent(term)}`,
      size: Math.max(1, Math.ceil((cases / most) * SIZES)),
    })),
  };
};
