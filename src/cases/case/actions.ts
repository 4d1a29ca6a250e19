import type { ActionRow } from '../../db/records';
import type { Stores } from '../../db';
import { readsAs, type Staff } from '../../domain/case/permissions';
import type { Cause } from '../../domain/basics/types';
import type { StaffDirectory } from '../access/staff';
import type { ActionListed } from './answers';

interface Needs {
  stores: Pick<Stores, 'actions' | 'cases' | 'texts'>;
  staff: Pick<StaffDirectory, 'names'>;
}

/** Conditions that must all hold; one left out does not restrict. */
export interface ActionFilter {
  owner?: string;
  cause?: Cause;
  status?: ActionRow['status'];
}

/**
 * Builds `Reports.correctiveActions`: supervisors and above, and auditors, get all that the filter fits, others the actions they own.
 * Cases that the person may not see are left out, and actions of no other case with them.
 */
export function createActions({ stores, staff }: Needs) {
  return async function correctiveActions(filter: ActionFilter, actor: Staff): Promise<ActionListed[]> {
    const all = await stores.actions.list(readsAs(actor, 'supervisor') ? filter : { ...filter, owner: actor.id });
    const { id, team, role } = actor;
    const seen = await stores.cases.seen(
      all.flatMap(({ caseNos }) => caseNos),
      { kind: 'staff', id, team, role },
    );
    const rows = all
      .map((row) => ({ ...row, caseNos: row.caseNos.filter((caseNo) => seen.has(caseNo)) }))
      .filter(({ caseNos }) => caseNos.length > 0);
    const described = await stores.actions.descriptions(rows.map((row) => row.id));
    const [texts, names] = await Promise.all([
      stores.texts.get([...described.values()]),
      staff.names(rows.map(({ owner }) => owner)),
    ]);
    return rows.map(({ state: _state, ...row }) => ({
      ...row,
      ownerName: names.get(row.owner) ?? row.owner,
      description: texts.get(described.get(row.id) ?? '')?.body ?? null,
    }));
  };
}
