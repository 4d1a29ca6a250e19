import type { MailKind } from '../../domain/policy/mail-kinds';
import { ACTION_NOTICES } from './kinds/actions';
import { CUSTOMER_LETTERS } from './kinds/customer';
import { ESCALATIONS } from './kinds/escalations';
import { Facts, type MailContent, type Writer } from './kinds/facts';
import { STAFF_NOTICES } from './kinds/staff';
import type { MailSource } from './source';

/** Every kind has its writer, in the file of its family: the compiler asks for it. */
const WRITERS: Record<MailKind, Writer> = {
  ...CUSTOMER_LETTERS,
  ...STAFF_NOTICES,
  ...ESCALATIONS,
  ...ACTION_NOTICES,
};

/**
 * Decides which template a mail takes and what it is given. Rejects when the mail was planned for another event than
 * its kind can tell of: a fault worth failing on.
 */
export async function mailContent(source: MailSource): Promise<MailContent> {
  return WRITERS[source.mail](new Facts(source));
}
