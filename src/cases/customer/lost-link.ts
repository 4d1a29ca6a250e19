import { emailKey, phoneKey } from '../../contact';
import type { ComplaintRecord } from '../../db/records';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import { HOUR } from '../../domain/basics/milliseconds';
import type { Stores } from '../../db';

interface Needs {
  stores: Pick<Stores, 'cases' | 'complaints' | 'outbox'>;
  /** Of the Message-IDs. */
  mailDomain: string;
  clock: () => number;
}

/**
 * Mails the link to the address that stands in the complaint, when the number and the telephone number or address fit
 * together. Nobody learns whether they did; before the receipt is in the ledger it is the receipt that brings the link.
 */
export async function sendLostLink(
  { stores, mailDomain, clock }: Needs,
  typedNo: string,
  contact: string,
): Promise<void> {
  const caseNo = readCaseNumber(typedNo);
  // Anything else is nothing that Postgres could look up.
  if (!isCaseNumber(caseNo)) return;
  const [record, stored] = await Promise.all([stores.complaints.get(caseNo), stores.cases.get(caseNo)]);
  if (!record?.customer.email || !stored || !isContactOf(record, contact)) return;
  await stores.outbox.planLostLink(caseNo, stored.state.seq, Math.floor(clock() / HOUR), mailDomain);
}

/** In whatever spelling: the telephone number or the mail address of this complaint. */
function isContactOf({ customer }: ComplaintRecord, typed: string): boolean {
  const phone = phoneKey(typed);
  const email = typed.includes('@') ? emailKey(typed.normalize('NFKC')) : undefined;
  return (
    (phone !== undefined && phone === phoneKey(customer.phone)) ||
    (email !== undefined && email === emailKey(customer.email))
  );
}
