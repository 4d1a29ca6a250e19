import { Secret, TOTP } from 'otpauth';

/** Seconds for which a code is shown. */
const PERIOD = 30;
/** Codes before and after the present one that count too: clocks differ, and typing takes time. */
const LEEWAY = 1;
const SECRET_BYTES = 20;

/** What every app for codes can do (RFC 6238): SHA-1, six digits, 30 seconds. */
const codes = (secret: Secret, label = '', issuer = ''): TOTP =>
  new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD });

/** A new secret in base 32. */
export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/**
 * The `otpauth://` address that an app for codes reads from a QR code.
 * @param name the sign-in name @param issuer the house, shown beside it
 */
export const secretUrl = (secret: string, name: string, issuer: string): string =>
  codes(Secret.fromBase32(secret), name, issuer).toString();

/**
 * The step (30 s since 1970) of a code that is right now, a moment ago or in a moment; undefined for any other.
 * @param typed blanks and full-width digits are forgiven
 * @param now milliseconds since 1970
 */
export function stepOf(secret: string, typed: string, now: number): number | undefined {
  const token = typed.slice(0, 40).normalize('NFKC').replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const delta = codes(Secret.fromBase32(secret)).validate({ token, timestamp: now, window: LEEWAY });
  return delta === null ? undefined : Math.floor(now / 1_000 / PERIOD) + delta;
}
