import type { Staff } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import type { Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import { rowContext } from './rows';

/** The reader's open cases in the pane beside the case. */
const BESIDE = 50;

/** The pane with the reader's open cases. @param current the case that is shown */
export async function besideOf(
  handling: DeskNeeds['cases']['handling'],
  current: string,
  actor: Staff,
  wording: Wording,
): Promise<Context> {
  const { items, total } = await handling.list({ owner: 'me', open: 'true', sort: 'due', limit: BESIDE }, actor);
  // From a case that is not among them the next one is the first.
  const here = items.findIndex(({ caseNo }) => caseNo === current);
  const keys = new Map([
    [here - 1, 'BracketLeft'],
    [here + 1, 'BracketRight'],
  ]);
  return {
    beside: items.map((item, at) => ({
      ...rowContext(item, wording),
      current: at === here,
      key: keys.get(at) ?? null,
    })),
    besideCount: total ?? items.length,
  };
}
