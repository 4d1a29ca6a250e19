import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { Passkey } from '../../db';

/** What a browser is told to make a passkey, or to sign in with one; in JSON, as `parseCreationOptionsFromJSON` reads it. */
export type MakeOptions = PublicKeyCredentialCreationOptionsJSON;
export type SignOptions = PublicKeyCredentialRequestOptionsJSON;

/** A passkey as it has just been made. */
export type MadePasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backedUp'>;

/** An answer of a browser, read but not checked. */
export interface Assertion {
  credentialId: string;
  /** Whose passkey the authenticator says that it is (`handleOf`). */
  userHandle: string | undefined;
  response: AuthenticationResponseJSON;
}

/** Who passkeys are bound to: a browser signs for no other name and no other origin. */
export interface RelyingParty {
  /** The host's name. */
  id: string;
  origin: string;
}

/**
 * Who passkeys are bound to, by the address that staff reach us at.
 * @returns undefined where browsers make none: at an address without TLS, other than `localhost`, and at one without a name
 */
export function relyingParty(publicUrl: string): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(publicUrl);
  const hasName = !hostname.startsWith('[') && isIP(hostname) === 0;
  const isHere = hostname === 'localhost' || hostname.endsWith('.localhost');
  return hasName && (protocol === 'https:' || isHere) ? { id: hostname, origin } : undefined;
}

/** What an authenticator keeps of whose passkey it is, and says when it signs. It tells nobody who that is. */
export const handleOf = (userId: string): string =>
  createHash('sha256').update(`passkey/${userId}`).digest('base64url');

/** Milliseconds that a browser waits for its user; the challenge is good for as long. */
export const WAIT_MS = 5 * 60 * 1_000;

/** What is passed on to the library; it checks what stands in them. */
const part = z.string().min(1).max(16_384);
const answered = { id: z.string().regex(/^[\w-]{1,1400}$/), rawId: part, type: z.literal('public-key') };
const made = z.object({
  ...answered,
  response: z.object({
    clientDataJSON: part,
    attestationObject: part,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
});
const signed = z.object({
  ...answered,
  response: z.object({ clientDataJSON: part, authenticatorData: part, signature: part, userHandle: part.optional() }),
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** An answer to `signOptions`; undefined for any other text. */
export function readAssertion(text: string): Assertion | undefined {
  const read = signed.safeParse(parsed(text));
  if (!read.success) return undefined;
  const { id, response } = read.data;
  return {
    credentialId: id,
    userHandle: response.userHandle,
    response: { ...read.data, response, clientExtensionResults: {} },
  };
}

/** What to tell a browser that is to make a passkey. Which make it is of is not asked. @param others theirs already */
export const makeOptions = (
  { id }: RelyingParty,
  who: { userId: string; name: string; displayName: string; house: string },
  others: readonly Passkey[],
): Promise<MakeOptions> =>
  generateRegistrationOptions({
    rpID: id,
    rpName: who.house,
    userID: new Uint8Array(Buffer.from(handleOf(who.userId), 'base64url')),
    userName: who.name,
    userDisplayName: who.displayName,
    timeout: WAIT_MS,
    attestationType: 'none',
    excludeCredentials: others.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    // To sign in without a name it has to be found by the authenticator, and to count as two factors it asks its user.
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  });

/** What to tell a browser that is to sign somebody in: it offers whatever passkeys it has for us. */
export const signOptions = ({ id }: RelyingParty): Promise<SignOptions> =>
  generateAuthenticationOptions({ rpID: id, timeout: WAIT_MS, userVerification: 'required' });

/** The passkey that was made. @returns undefined unless it was made here, for this challenge, by a user who was verified */
export async function madePasskey(
  { id, origin }: RelyingParty,
  text: string,
  challenge: string,
): Promise<MadePasskey | undefined> {
  const read = made.safeParse(parsed(text));
  if (!read.success) return undefined;
  const response: RegistrationResponseJSON = { ...read.data, clientExtensionResults: {} };
  // The library throws for whatever is wrong, with the answer's own words.
  const { registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
  }).catch(() => ({ registrationInfo: undefined }));
  if (!registrationInfo) return undefined;
  const { credential, credentialBackedUp } = registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: read.data.response.transports ?? [],
    backedUp: credentialBackedUp,
  };
}

/** What a passkey says of itself with a signature. @returns undefined unless it signed this challenge, here, for a verified user */
export async function signedBy(
  { id, origin }: RelyingParty,
  { credentialId, publicKey }: Passkey,
  { response }: Assertion,
  challenge: string,
): Promise<{ counter: number; backedUp: boolean } | undefined> {
  const answer = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
    // The count is not checked here but in the statement that takes it down (`passkeyStore`), where no other use comes between.
    credential: { id: credentialId, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 },
  }).catch(() => undefined);
  if (!answer?.verified) return undefined;
  const { newCounter, credentialBackedUp } = answer.authenticationInfo;
  return { counter: newCounter, backedUp: credentialBackedUp };
}
