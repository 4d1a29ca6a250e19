import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../domain/basics/canonical';

/**
 * Whoever reaches Temporal can send a case a decision in anybody's name. Those of ours are signed where the person was
 * known, over all that is said: the case, the decision, its id, who and when, and the whole input. So is what our
 * programs tell a case: who was found for it, and that a mail cannot be delivered.
 */
export interface Signing {
  /** @param name of the decision or signal */
  sign: <T extends object>(caseNo: string, name: string, message: T) => T & { signature: string };
  /** @param message as it arrived, of any shape */
  isOurs: (caseNo: string, name: string, message: unknown) => boolean;
}

/** @param secret shared by servers and workers (LINK_SECRET); the key is derived from it for this purpose alone */
export function createSigning(secret: string): Signing {
  const key = createHmac('sha256', secret).update('decisions').digest();
  const signature = (caseNo: string, name: string, message: object): Buffer =>
    createHmac('sha256', key)
      .update(canonicalJson([caseNo, name, { ...message, signature: undefined }]))
      .digest();
  return {
    sign: (caseNo, name, message) => ({
      ...message,
      signature: signature(caseNo, name, message).toString('base64url'),
    }),
    isOurs(caseNo, name, message) {
      if (typeof message !== 'object' || message === null) return false;
      const { signature: given } = message as { signature?: unknown };
      if (typeof given !== 'string') return false;
      const wanted = signature(caseNo, name, message);
      const bytes = Buffer.from(given, 'base64url');
      return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
    },
  };
}
