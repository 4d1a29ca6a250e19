import type { CaseQuery } from '../../db/records';
import { InvalidCursor } from '../../db/errors';
import type { Staff } from '../../domain/case/permissions';
import { promiseWords } from '../../domain/promises/clock';
import { waitsFor } from '../../domain/views/progress';
import type { Stores } from '../../db';
import { invalid } from '../refused';
import type { PolicyCache } from '../rules/policies';
import type { ListedCase } from './answers';

interface Needs {
  cases: Pick<Stores['cases'], 'list'>;
  policies: Pick<PolicyCache, 'version'>;
}

/** One page of the cases that the person may see: `Reading.list`. @throws Refused `invalid` for a cursor of another list */
export async function listCases(
  { cases, policies }: Needs,
  query: Omit<CaseQuery, 'scope'>,
  actor: Staff,
): Promise<{ items: ListedCase[]; next?: string; total?: number }> {
  const { id, team, role } = actor;
  try {
    const page = await cases.list({ ...query, scope: { kind: 'staff', id, team, role } });
    const items = page.items.map(async ({ state, ...row }) => {
      const policy = await policies.version(state.policyVersion);
      const due = row.nextDueClock === undefined ? undefined : state.clocks[row.nextDueClock];
      return { ...row, nextDueName: due && promiseWords(due, policy), waitsFor: waitsFor(state, policy) };
    });
    return { ...page, items: await Promise.all(items) };
  } catch (error) {
    if (error instanceof InvalidCursor)
      throw invalid([
        {
          path: 'cursor',
          words: {
            zh: '不是这个列表的游标，请从第一页重新开始',
            en: 'is not a cursor of this list; begin again with its first page',
          },
        },
      ]);
    throw error;
  }
}
