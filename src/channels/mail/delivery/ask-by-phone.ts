import type { OutboxRow } from '../../../db/records';
import type { CaseState } from '../../../domain/case/state';
import { isMoot } from '../news';
import type { MailStores } from '../stores';
import type { CaseReader } from './case-reader';

/** An offer that no letter brings to the customer: whoever owns the case is asked to call. Does nothing for other mails. */
export async function askByPhone(
  row: OutboxRow,
  state: CaseState | undefined,
  needs: { cases: Pick<CaseReader, 'cause'>; outbox: Pick<MailStores['outbox'], 'plan'> },
): Promise<void> {
  const cause = await needs.cases.cause(row);
  if (!state || cause?.type !== 'solutionOffered' || isMoot(cause, row.to, state)) return;
  // An offer that asks for no answer only informs.
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
