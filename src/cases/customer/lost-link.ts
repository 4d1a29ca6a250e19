import { emailKey, phoneKey } from '../../contact';
import type { ComplaintRecord } from '../../db/records';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import { HOUR } from '../../domain/basics/milliseconds';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'outbox'>;
  /** Right side of the mail's Message-ID. */
  mailDomain: string;
  clock: () => number;
}

/**
 * Plans a mail with the link of the progress page to the address in the complaint, if `contact` is the complaint's telephone
 * number or address; at most one an hour. Does nothing otherwise, and does not tell, so that nobody learns whose complaint
 * it is. Also does nothing before the receipt is in the ledger: the receipt's own mail has the link.
 */
export async function sendLostLink(
  { stores, mailDomain, clock }: Needs,
  typedNo: string,
  contact: string,
): Promise<void> {
  const caseNo = readCaseNumber(typedNo);
  // Not the form of a case number, so there is nothing to look up.
  if (!isCaseNumber(caseNo)) return;
  const [record, stored] = await Promise.all([stores.complaints.get(caseNo), stores.cases.get(caseNo)]);
  if (!record?.customer.email || !stored || !isContactOf(record, contact)) return;
  await stores.outbox.planLostLink(caseNo, stored.state.seq, Math.floor(clock() / HOUR), mailDomain);
}

/** Whether `typed` is this complaint's telephone number or mail address, in any spelling. */
function isContactOf({ customer }: ComplaintRecord, typed: string): boolean {
  const phone = phoneKey(typed);
  const email = typed.includes('@') ? emailKey(typed.normalize('NFKC')) : undefined;
  return (
    (phone !== undefined && phone === phoneKey(customer.phone)) ||
    (email !== undefined && email === emailKey(customer.email))
  );
}
