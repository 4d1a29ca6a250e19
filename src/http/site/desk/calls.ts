import { atLeast, type Staff } from '../../../domain/case/permissions';
import { field, param } from '../kit/request';
import type { DeskNeeds } from './page';
import { callersCases } from './phone/caller';
import type { DeskRoute } from './route';
import { actorIn, safeTarget } from './session';
import type { ShownCall } from './shown-calls';

/** The calls at somebody's extension, for every page of theirs. Whoever takes no complaints down has none. */
export async function callsOf(
  cases: Pick<DeskNeeds['cases'], 'calls' | 'handling'>,
  actor: Staff,
): Promise<ShownCall[]> {
  if (!atLeast(actor, 'agent')) return [];
  const own = await cases.calls.own(actor);
  return Promise.all(
    own.map(async (call) => ({ call, known: call.number ? await callersCases(cases, call.number, actor) : [] })),
  );
}

/** Putting a call away that is not to be written down. */
export function callsPage({ cases: { calls } }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/calls/:id/away',
      who: 'agent',
      about: { zh: '收起一通来电的提示', en: 'puts the note of a call away' },
      form: true,
      async handle(req, res) {
        await calls.putAway(param(req, 'id'), actorIn(res));
        res.redirect(303, safeTarget(field(req, 'to')));
      },
    },
  ];
}
