import type { Stores } from '../src/db';
import type { Activities } from './interface';

/**
 * Key: (case, sequence). A conflict or a gap is thrown plainly, so that it is retried for ever: it means a second writer
 * or a bug, and the case must stand still and be seen, not fail and be lost.
 */
export const appendEvents =
  ({ ledger }: Pick<Stores, 'ledger'>, { mailDomain }: { mailDomain: string }): Activities['appendEvents'] =>
  async ({ caseNo, events }) => {
    await ledger.append(caseNo, events, { mailDomain });
  };
