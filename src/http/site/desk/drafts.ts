import type { Response } from 'express';
import { isRefused } from '../../../cases';
import type { Instant } from '../../../domain/basics/types';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field } from '../kit/request';
import { sayIn, type Wording } from '../kit/wording';
import { typedOf, type Typed } from './forms/read';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn, safeTarget } from './session';

/** The field of a form that names its draft (the place in `FormDrafts`). */
export const DRAFT = 'draft';

/** Fields that forms carry and nobody typed: they are new whenever a form is shown. */
const CARRIED: readonly string[] = ['csrf', 'nonce', 'seq', 'back', 'call', 'entry', DRAFT];

/** What was typed, without what the form carries. @param also further names that this form carries */
export const withoutCarried = (typed: Typed, also: readonly string[] = []): Map<string, readonly string[]> =>
  new Map([...typed].filter(([name]) => !CARRIED.includes(name) && !also.includes(name)));

/** What the partial `draft` and a form with a draft are given. */
export type DraftContext = {
  place: string;
  /** The address that shows the form again. */
  again: string;
  /** What is said above a form that has been filled in from its draft; null: it was not. */
  told: string | null;
};

/** @param draft what the form was filled in from; undefined: there is no draft */
export const draftContext = (
  draft: { at: Instant } | undefined,
  place: string,
  again: string,
  { language, now }: Wording,
): DraftContext => {
  const at = draft && pageTime(draft.at, language, now);
  return {
    place,
    again,
    told:
      at === undefined
        ? null
        : inLanguage(
            { zh: `已填回您没写完的内容（${at} 存）`, en: `Filled in with what you had begun (kept ${at})` },
            language,
          ),
  };
};

/**
 * Keeps what was sent with a form and not taken, also of a browser without script. What is too long for a draft stays on
 * the page alone.
 */
export async function keepSent(
  { cases, res }: { cases: Pick<DeskNeeds['cases'], 'formDrafts'>; res: Response },
  place: string,
  typed: Typed,
): Promise<void> {
  if (place === '') return;
  try {
    await cases.formDrafts.keep(place, fieldsIn(typed), actorIn(res));
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

const fieldsIn = (typed: Typed): Record<string, string[]> =>
  Object.fromEntries([...withoutCarried(typed)].map(([name, values]) => [name, [...values]]));

/** The address to which forms send what is typed into them, every few seconds and when the page is left. */
export function draftsPage({ cases: { formDrafts }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/drafts',
      who: 'colleague',
      about: {
        zh: '存下表单里没写完的内容，或清空它；每人只看得到自己的',
        en: 'keeps what is typed into a form and not sent yet, or empties it; of each person for themselves alone',
      },
      form: true,
      isBare: true,
      async handle(req, res) {
        const [place, actor] = [field(req, DRAFT), actorIn(res)];
        if (field(req, 'empty') !== '') {
          await formDrafts.remove(place, actor);
          return res.redirect(303, safeTarget(field(req, 'again')));
        }
        const { language } = answers.wordingOf(req);
        try {
          await formDrafts.keep(place, fieldsIn(typedOf(req.body)), actor);
          res.status(204).end();
        } catch (error) {
          if (!isRefused(error, 'invalid') && !isRefused(error, 'tooLarge')) throw error;
          const faults = (error.details.faults ?? []).map(
            ({ path, words }) => `${path}${sayIn(language)('：', ': ')}${inLanguage(words, language)}`,
          );
          const words = [inLanguage(error.words, language), ...faults].join('\n');
          res
            .status(error.kind === 'invalid' ? 422 : 413)
            .type('text')
            .send(words);
        }
      },
    },
  ];
}
