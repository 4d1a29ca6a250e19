/**
 * How WeChat signs and encrypts what it posts (消息加解密): SHA-1 over sorted parts, AES-256-CBC.
 * @module
 */
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/** The key of an EncodingAESKey, which is base64 without its last sign. */
const keyOf = (aesKey: string): Buffer => Buffer.from(`${aesKey}=`, 'base64');

/** The signature over these parts, in hex. */
export const signatureOf = (...parts: string[]): string =>
  createHash('sha1').update(parts.toSorted().join('')).digest('hex');

/** Whether a signature is of these parts, in the same time whatever it finds. */
export function isSigned(given: string, ...parts: string[]): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(signatureOf(...parts))];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * What was encrypted: 16 random bytes, its length, it, and whom it is for.
 * @param receiver AppID; undefined is given for a message to another one, as for what cannot be decrypted
 */
export function decrypt(encrypted: string, aesKey: string, receiver: string): Buffer | undefined {
  const key = keyOf(aesKey);
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
    const pad = padded.at(-1) ?? 0;
    if (pad < 1 || pad > 32) return undefined;
    const plain = padded.subarray(16, padded.length - pad);
    const end = 4 + plain.readUInt32BE(0);
    return plain.subarray(end).toString() === receiver ? plain.subarray(4, end) : undefined;
  } catch {
    return undefined;
  }
}
