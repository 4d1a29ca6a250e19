import type { Stores } from '../src/db';
import type { Activities } from './interface';

/** Reads, and stamps the rotation. A second run may name somebody else; the case keeps what its event says. */
export const prepareCase =
  ({ complaints, cases, users }: Pick<Stores, 'complaints' | 'cases' | 'users'>): Activities['prepareCase'] =>
  async ({ caseNo, grade, repeatWithinMs }) => {
    const [customer, repeatOf] = await Promise.all([
      complaints.customerOf(caseNo),
      cases.repeats({ caseNo, within: repeatWithinMs }),
    ]);
    const handler = await users.pick({ grade, against: [], exclude: [], lastHandlerOf: customer });
    return { repeatOf, handler };
  };

/** As above. A major complaint gets colleagues of the other departments beside its lead. */
export const pickOwner =
  ({ complaints, users }: Pick<Stores, 'complaints' | 'users'>): Activities['pickOwner'] =>
  async ({ caseNo, grade, against, exclude }) => {
    const owner = await users.pick({ grade, against, exclude, lastHandlerOf: await complaints.customerOf(caseNo) });
    const taskForce =
      owner && grade === 'major' ? await users.taskForce({ notOf: owner.team, exclude: [...against, owner.id] }) : [];
    return { owner, taskForce };
  };
