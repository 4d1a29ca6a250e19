import type { OutboxRow } from '../../../db/records';
import type { CaseState } from '../../../domain/case/state';
import { isMoot } from '../../moot';
import type { MailStores } from '../stores';
import type { CaseReader } from './case-reader';

/**
 * Plans a notice that asks the owner (or the supervisors, when nobody owns the case) to call a customer who has left no
 * mail address, so that an offer which waits for an answer still reaches them. Does nothing for any mail but an open
 * offer; a second call for the same row plans nothing more.
 * @param row the mail to the customer that has no address to go to
 */
export async function askByPhone(
  row: OutboxRow,
  state: CaseState | undefined,
  needs: { cases: Pick<CaseReader, 'cause'>; outbox: Pick<MailStores['outbox'], 'plan'> },
): Promise<void> {
  const cause = await needs.cases.cause(row);
  if (!state || cause?.type !== 'solutionOffered' || isMoot(cause, row.to, state)) return;
  // Only an offer with a clock for the answer needs a call: without one, it merely informs the customer.
  if (state.clocks[`customerAnswer:${cause.data.proposalId}`] === undefined) return;
  const { caseNo, seq } = row;
  await needs.outbox.plan({
    caseNo,
    seq,
    mail: 'askByPhone',
    to: state.owner ? { kind: 'user', id: state.owner.id } : { kind: 'role', role: 'supervisor' },
    messageId: `<${caseNo}.${seq}.askByPhone.0${row.messageId.slice(row.messageId.lastIndexOf('@'))}`,
  });
}
