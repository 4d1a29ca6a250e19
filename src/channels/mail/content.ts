import type { MailKind } from '../../domain/policy/mail-kinds';
import { ACTION_NOTICES } from './kinds/actions';
import { CUSTOMER_LETTERS } from './kinds/customer';
import { ESCALATIONS } from './kinds/escalations';
import { Facts, type MailContent, type Writer } from './kinds/facts';
import { STAFF_NOTICES } from './kinds/staff';
import type { MailData } from './mail-data';

/** The function that makes the content of each kind; the type makes the compiler demand one for every `MailKind`. */
const WRITERS: Record<MailKind, Writer> = {
  ...CUSTOMER_LETTERS,
  ...STAFF_NOTICES,
  ...ESCALATIONS,
  ...ACTION_NOTICES,
};

/**
 * Decides which template a mail takes and which values it is given.
 * @throws Error when the ledger has no event `source.seq`, or one of a type that this kind of mail is not about: such a
 *   row of the outbox is a bug, and a mail with wrong content must not go out
 */
export async function mailContent(source: MailData): Promise<MailContent> {
  return WRITERS[source.mail](new Facts(source));
}
