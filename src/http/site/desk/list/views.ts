import type { Request, Response } from 'express';
import { isRefused, wantedView, type RefusedKind, type SavedView } from '../../../../cases';
import { faultsOf } from '../../../../domain/basics/faults';
import type { Language, Words } from '../../../../domain/basics/types';
import { atLeast, type Staff } from '../../../../domain/case/permissions';
import type { Context } from '../../../../render/engine';
import { field, param } from '../../kit/request';
import { sayIn } from '../../kit/wording';
import type { DeskNeeds } from '../page';
import type { DeskRoute } from '../route';
import { actorIn } from '../session';
import { addressOf, asText, wordsIn, type Asked } from './filters';

/** Shows the list with these words again, and says what stands against what was sent. */
export type ListAgain = (req: Request, res: Response, status: number, asked: Asked, told: Words) => Promise<void>;

type Sharing = SavedView['shared'];
const SHARING_WORDS: Record<Sharing, Words> = {
  nobody: { zh: '自己用', en: 'for me' },
  team: { zh: '本组', en: 'my team' },
  all: { zh: '所有人', en: 'everybody' },
};

/** The menu of saved views, beside the list with these words. */
export function viewsContext(
  views: readonly SavedView[],
  { cursor: _place, ...asked }: Asked,
  reader: Staff,
  language: Language,
): Context {
  const say = ({ zh, en }: Words): string => sayIn(language)(zh, en);
  const here = asText(asked);
  const items = views.map(({ id, name, words, mine, shared, owner }) => ({
    id,
    name,
    href: addressOf(wordsIn(words)),
    current: words === here,
    removable: mine || atLeast(reader, 'admin'),
    about: mine ? (shared === 'nobody' ? null : say(SHARING_WORDS[shared])) : owner.name,
  }));
  return {
    items,
    current: items.find(({ current }) => current)?.name ?? null,
    words: here,
    sharings: Object.entries(SHARING_WORDS)
      .filter(([value]) => value !== 'all' || atLeast(reader, 'supervisor'))
      .map(([value, words]) => ({ value, name: say(words) })),
  };
}

/** For what the list is shown again with the reason, and under which status. */
const STATUS_AGAIN: Partial<Record<RefusedKind, number>> = { invalid: 422, conflict: 409, forbidden: 403 };

const UNNAMED: Words = {
  zh: '没有保存：请给视图起一个 60 字以内的名称。',
  en: 'Not saved: please give the view a name of at most 60 characters.',
};

/** Saving the present list under a name, and removing one. */
export function viewRoutes({ cases: { views } }: Pick<DeskNeeds, 'cases'>, again: ListAgain): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/views',
      who: 'colleague',
      about: { zh: '把列表存成视图', en: 'saves the list as a view' },
      form: true,
      own: true,
      async handle(req, res) {
        const asked = wordsIn(field(req, 'words'));
        const wanted = wantedView.safeParse({
          name: field(req, 'name').trim(),
          words: asText(asked),
          shared: field(req, 'shared') || undefined,
        });
        if (!wanted.success) {
          const isName = faultsOf(wanted.error).some(({ path }) => path === 'name');
          return again(req, res, 422, isName ? asked : {}, UNNAMED);
        }
        try {
          await views.create(wanted.data, actorIn(res));
          res.redirect(303, addressOf(asked));
        } catch (error) {
          const status = isRefused(error) ? STATUS_AGAIN[error.kind] : undefined;
          if (!isRefused(error) || status === undefined) throw error;
          await again(req, res, status, asked, error.words);
        }
      },
    },
    {
      method: 'post',
      path: '/desk/views/:id/remove',
      who: 'colleague',
      about: { zh: '删除一个视图', en: 'removes a view' },
      form: true,
      own: true,
      async handle(req, res) {
        await views.remove(param(req, 'id'), actorIn(res));
        res.redirect(303, '/desk/cases');
      },
    },
  ];
}
