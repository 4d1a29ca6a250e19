import type { Stores } from '../src/db';
import type { Activities } from './interface';

/** See `Activities.saveAction`. Key: (action, revision); an older revision that arrives late changes nothing. */
export const saveAction =
  ({ actions }: Pick<Stores, 'actions'>): Activities['saveAction'] =>
  async ({ state }) => {
    const { id, revision, cases, kind, owner, cause, status, startedAt, clocks, round } = state;
    await actions.save({
      id,
      revision,
      caseNos: cases,
      kind,
      owner,
      cause,
      status,
      startedAt,
      dueAt: clocks.containment?.dueAt,
      checkAt: clocks.effectCheck?.dueAt,
      rounds: round,
      state,
    });
  };

/** See `Activities.measureEffect`. Reads only. */
export const measureEffect =
  ({ actions }: Pick<Stores, 'actions'>): Activities['measureEffect'] =>
  (check) =>
    actions.effect(check);
