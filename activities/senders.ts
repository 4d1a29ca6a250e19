import type { Signing } from '../src/temporal/signature';
import type { Sender } from './interface';

/** Which messages to a case count as ours (docs/architecture/signed-decisions.md). */
export interface Senders {
  isOurs: Signing['isOurs'];
  /** Also takes decisions without a good signature. Only for a machine whose Temporal nobody else reaches. */
  allowUnsigned: boolean;
}

/** Whether a message carries our signature for this case. True without a `sender`: what a case does itself needs none. */
export const isSigned = ({ isOurs }: Senders, caseNo: string, sender: Sender | undefined): boolean =>
  sender === undefined || isOurs(caseNo, sender.name, sender.message);
