import type { ActionRow } from '../../db/records';
import type { Stores } from '../../db';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { Cause } from '../../domain/basics/types';
import type { StaffDirectory } from '../access/staff';
import type { ActionListed } from './answers';

interface Needs {
  stores: Pick<Stores, 'actions' | 'texts'>;
  staff: Pick<StaffDirectory, 'names'>;
}

/** Conditions that must all hold; one left out does not restrict. */
export interface ActionFilter {
  owner?: string;
  cause?: Cause;
  status?: ActionRow['status'];
}

/** Builds `Reports.correctiveActions`: supervisors and above get all that the filter fits, others the actions they own. */
export function createActions({ stores, staff }: Needs) {
  return async function correctiveActions(filter: ActionFilter, actor: Staff): Promise<ActionListed[]> {
    const rows = await stores.actions.list(atLeast(actor, 'supervisor') ? filter : { ...filter, owner: actor.id });
    const described = await stores.actions.descriptions(rows.map(({ id }) => id));
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
