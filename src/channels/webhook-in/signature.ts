import { createHmac, timingSafeEqual } from 'node:crypto';

/** A post as it came; headers as they were sent, or undefined. */
export interface Post {
  hookId: string;
  /** Seconds since 1970. */
  timestamp: string | undefined;
  nonce: string | undefined;
  /** `v1=` and the HMAC-SHA256 over `timestamp.nonce.body` in hex. */
  signature: string | undefined;
  raw: Buffer;
}

/** Visible ASCII. */
const NONCE = /^[\x21-\x7e]{8,100}$/u;
const TIMESTAMP = /^\d{1,12}$/u;
const SIGNATURE = /^v1=([0-9a-fA-F]{64})$/u;

/**
 * Whether the signature is of one of these secrets. It takes the same time whatever it finds: all secrets are tried, and a
 * signature of another form is compared with as well.
 */
export function isSigned(
  { timestamp = '', nonce = '', signature = '', raw }: Post,
  secrets: readonly string[],
): boolean {
  const hex = SIGNATURE.exec(signature)?.[1];
  const given = Buffer.from(hex ?? '0'.repeat(64), 'hex');
  let isRight = false;
  for (const secret of secrets) {
    const own = createHmac('sha256', secret).update(`${timestamp}.${nonce}.`).update(raw).digest();
    isRight = timingSafeEqual(own, given) || isRight;
  }
  return isRight && hex !== undefined && TIMESTAMP.test(timestamp) && NONCE.test(nonce);
}
