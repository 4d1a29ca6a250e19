/**
 * Signatures and ciphers of WeChat Pay's API v3: WECHATPAY2-SHA256-RSA2048 over method, path, moment, nonce and body; the same over
 * answers and notices by the platform's key; AEAD_AES_256_GCM for notices; RSA-OAEP (SHA-1) for telephone numbers.
 * @module
 */
import {
  constants,
  createDecipheriv,
  createPublicKey,
  privateDecrypt,
  randomBytes,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { SECOND } from '../../../domain/basics/milliseconds';
import { isFresh } from '../../signed-moment';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const TAG_BYTES = 16;

interface Signer {
  merchantId: string;
  serial: string;
  privateKey: string;
}

/** The header that signs a call. @param path with its query @param now milliseconds since 1970 */
export function authorization(
  { merchantId, serial, privateKey }: Signer,
  { method, path, body }: { method: string; path: string; body: string },
  now: number,
): string {
  const timestamp = Math.floor(now / SECOND);
  const nonce = randomBytes(16).toString('hex');
  const text = `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`;
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64');
  return `${SCHEME} mchid="${merchantId}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serial}",signature="${signature}"`;
}

/** Headers of answers and notices that are signed, in lower case. */
export const SIGNED_HEADERS = [
  'wechatpay-serial',
  'wechatpay-signature',
  'wechatpay-timestamp',
  'wechatpay-nonce',
] as const;

/** A public key, whether it was given as such or within a certificate. */
const keyIn = (pem: string): KeyObject =>
  pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);

/** Whether the platform has signed these bytes, with the key that we know, within five minutes of now. */
export function isSigned(
  { publicKey, publicKeyId }: { publicKey: string; publicKeyId: string },
  headers: Readonly<Record<string, string | string[] | undefined>>,
  raw: Buffer,
  now: number,
): boolean {
  const [serial, signature, timestamp, nonce] = SIGNED_HEADERS.map((name) => headers[name]);
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') return false;
  if (serial !== publicKeyId || !isFresh(timestamp, now)) return false;
  const signed = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), raw, Buffer.from('\n')]);
  return verify('sha256', signed, keyIn(publicKey), Buffer.from(signature, 'base64'));
}

/** What a notice holds. @throws Error when it was encrypted with another key, or changed */
export function openResource(
  apiKey: string,
  { ciphertext, nonce, associated }: { ciphertext: string; nonce: string; associated: string },
): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiKey), Buffer.from(nonce), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(associated))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
}

/** A field that was encrypted for us; undefined: for another key. */
export function openField(privateKey: string, sealed: string): string | undefined {
  try {
    const padded = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return privateDecrypt(padded, Buffer.from(sealed, 'base64')).toString();
  } catch {
    return undefined;
  }
}
