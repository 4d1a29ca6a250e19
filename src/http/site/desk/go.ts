import { sayIn } from '../kit/wording';
import { addressOf, wordsIn } from './list/filters';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** Where one can go: the places of the navigation and the saved views. Ctrl K shows it over any page. */
export function goPage({ cases: { views }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>): DeskRoute[] {
  return [
    {
      method: 'get',
      path: '/desk/go',
      who: 'colleague',
      about: { zh: '去哪里：导航和保存的视图', en: 'where to go: the navigation and the saved views' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        answers.page(res, 200, 'go', wording, {
          heading: sayIn(wording.language)('去哪里', 'Where to'),
          views: (await views.list(actorIn(res))).map(({ name, words }) => ({ name, href: addressOf(wordsIn(words)) })),
        });
      },
    },
  ];
}
