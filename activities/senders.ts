import type { Signing } from '../src/temporal/signature';
import type { Sender } from './interface';

/** Whose decisions are taken. */
export interface Senders {
  isOurs: Signing['isOurs'];
  /** Decisions without a signature, too: for a machine whose Temporal nobody else reaches. */
  allowUnsigned: boolean;
}

export const isSigned = ({ isOurs }: Senders, caseNo: string, sender: Sender | undefined): boolean =>
  sender === undefined || isOurs(caseNo, sender.name, sender.message);
