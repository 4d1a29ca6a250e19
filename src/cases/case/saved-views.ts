import type { SavedView as Row } from '../../db/records';
import { faultsOf } from '../../domain/basics/faults';
import { isUuid } from '../../domain/basics/ids';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { Stores } from '../../db';
import type { StaffDirectory } from '../access/staff';
import { conflict, forbidden, invalid, notFound } from '../refused';
import type { SavedView, WantedView } from './answers';
import { listWords } from './list-words';

/** Lists of cases under a name: one's own, and what others share. */
export interface SavedViews {
  /** Those that this person sees, by name: their own, their team's and everybody's. */
  list(actor: Staff): Promise<SavedView[]>;
  /**
   * @throws Refused `invalid` for words that the list does not know; `forbidden` to share with everybody below a
   *   supervisor; `conflict` (`view_exists`) for a name that they have given already, (`too_many_views`) for the 101st
   */
  create(wanted: WantedView, actor: Staff): Promise<SavedView>;
  /**
   * Changes a view of one's own, or as an admin a shared one.
   * @throws Refused as `create`, and `notFound` for a view that is not theirs to see, `forbidden` for one they only see
   */
  change(id: string, wanted: WantedView, actor: Staff): Promise<SavedView>;
  /** Removes a view of one's own, or as an admin a shared one. @throws Refused `notFound`, `forbidden` */
  remove(id: string, actor: Staff): Promise<void>;
}

interface Needs {
  views: Stores['savedViews'];
  staff: Pick<StaffDirectory, 'names'>;
}

/** More than anybody finds again. */
const MOST = 100;

/** The words of a view are those of the list but for the place in it. */
const viewWords = listWords.omit({ cursor: true, limit: true });

const EXISTS = conflict({
  code: 'view_exists',
  words: {
    zh: '您已有一个同名的视图；请换一个名称，或修改那一个',
    en: 'you have a view of this name already; choose another name, or change that view',
  },
});
const TOO_MANY = conflict({
  code: 'too_many_views',
  words: {
    zh: `您已保存 ${MOST} 个视图；请先删除不用的`,
    en: `you have saved ${MOST} views; remove one that you do not use first`,
  },
});

/** Builds `SavedViews`. */
export function createSavedViews({ views, staff }: Needs): SavedViews {
  const noSuchView = () => notFound({ zh: '视图', en: 'view' });

  const isSeen = (view: Row, actor: Staff): boolean =>
    view.owner === actor.id || view.shared === 'all' || (view.shared === 'team' && view.team === actor.team);

  async function shown(rows: Row[], actor: Staff): Promise<SavedView[]> {
    const names = await staff.names(rows.map(({ owner }) => owner));
    return rows.map(({ owner, team: _team, ...view }) => ({
      ...view,
      owner: { id: owner, name: names.get(owner) ?? owner },
      mine: owner === actor.id,
    }));
  }
  const one = async (row: Row, actor: Staff): Promise<SavedView> => {
    const [view] = await shown([row], actor);
    if (!view) throw noSuchView();
    return view;
  };

  /** A view that the person may change. */
  async function changeable(id: string, actor: Staff): Promise<Row> {
    const view = isUuid(id) ? await views.get(id) : undefined;
    if (!view || !isSeen(view, actor)) throw noSuchView();
    if (view.owner !== actor.id && !atLeast(actor, 'admin')) throw forbidden('admin');
    return view;
  }

  /** @param team the team of its owner */
  function checked({ name, words, columns = [], shared }: WantedView, owner: { id: string; team: string }, by: Staff) {
    if (shared === 'all' && !atLeast(by, 'supervisor')) throw forbidden('supervisor');
    return {
      owner: owner.id,
      name: name.normalize('NFC').trim(),
      words: wordsIn(words),
      columns,
      shared,
      team: shared === 'team' ? owner.team : undefined,
    };
  }

  return {
    list: async (actor) => shown(await views.list(actor), actor),

    async create(wanted, actor) {
      const given = checked(wanted, actor, actor);
      if ((await views.countOf(actor.id)) >= MOST) throw TOO_MANY;
      const row = await views.create(given);
      if (!row) throw EXISTS;
      return one(row, actor);
    },

    async change(id, wanted, actor) {
      const { owner, team } = await changeable(id, actor);
      // An admin who changes the view of somebody else leaves it with the team that it is shared with.
      const ofOwner = { id: owner, team: owner === actor.id ? actor.team : (team ?? actor.team) };
      const row = await views.change(id, checked(wanted, ofOwner, actor));
      if (row === 'taken') throw EXISTS;
      if (!row) throw noSuchView();
      return one(row, actor);
    },

    async remove(id, actor) {
      await changeable(id, actor);
      await views.remove(id);
    },
  };
}

/**
 * Words of an address in their order, each checked as the list checks it.
 * @throws Refused `invalid`, with the faults under `words.…`
 */
function wordsIn(text: string): string {
  const words = new URLSearchParams(text.replace(/^\?/, ''));
  const twice = [...new Set(words.keys())].filter((key) => words.getAll(key).length > 1);
  if (twice.length > 0) {
    throw invalid(twice.map((key) => ({ path: `words.${key}`, words: { zh: '只能写一次', en: 'may stand once' } })));
  }
  const parsed = viewWords.safeParse(Object.fromEntries(words), { reportInput: true });
  if (!parsed.success) {
    throw invalid(faultsOf(parsed.error).map((fault) => ({ ...fault, path: `words.${fault.path}` })));
  }
  return words.toString();
}
