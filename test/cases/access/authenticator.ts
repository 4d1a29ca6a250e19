import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { MakeOptions, SignOptions } from '../../../src/cases/access/webauthn';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const url64 = (data: Buffer): string => data.toString('base64url');

/** The beginning of an item of CBOR: its kind and length, or a small number. */
const head = (kind: number, size: number): Buffer =>
  size < 24
    ? Buffer.from([(kind << 5) | size])
    : size < 256
      ? Buffer.from([(kind << 5) | 24, size])
      : Buffer.from([(kind << 5) | 25, size >> 8, size & 255]);
const number = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const map = (...entries: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, entries.length), ...entries.flat()]);

const PRESENT = 1;
const VERIFIED = 4;
const MAY_BE_COPIED = 8;
const COPIED = 16;
const WITH_KEY = 64;

/** What may differ from what an honest browser and authenticator say. */
export interface Told {
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** False: it did not ask its user for more than their presence. */
  isVerified?: boolean;
  /** What it says that it has counted; left out: one more than before. */
  counter?: number;
  userHandle?: string;
}

/** A device with one passkey in software: it makes the key and signs, and may be told to lie. */
export class Authenticator {
  readonly id = url64(randomBytes(20));
  private readonly key: KeyObject;
  private readonly x: Buffer;
  private readonly y: Buffer;
  private counter = 0;
  private userHandle = '';

  constructor(private readonly origin: string) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const { x = '', y = '' } = privateKey.export({ format: 'jwk' });
    this.x = Buffer.from(x, 'base64url');
    this.y = Buffer.from(y, 'base64url');
  }

  /** Makes the passkey. @returns the credential in JSON */
  make({ rp, user, challenge }: MakeOptions, told: Told = {}): string {
    this.userHandle = user.id;
    const id = Buffer.from(this.id, 'base64url');
    const key = map(
      [number(1), number(2)],
      [number(3), number(-7)],
      [number(-1), number(1)],
      [number(-2), bytes(this.x)],
      [number(-3), bytes(this.y)],
    );
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
    const data = Buffer.concat([this.data(rp.id ?? '', told, WITH_KEY), attested]);
    return JSON.stringify({
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.client('webauthn.create', challenge, told),
        attestationObject: url64(
          map([text('fmt'), text('none')], [text('attStmt'), map()], [text('authData'), bytes(data)]),
        ),
        transports: ['internal'],
      },
    });
  }

  /** Signs. @returns the credential in JSON */
  sign({ rpId = '', challenge }: SignOptions, told: Told = {}): string {
    const data = this.data(rpId, told, 0);
    const clientDataJSON = this.client('webauthn.get', challenge, told);
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    return JSON.stringify({
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: url64(data),
        signature: url64(sign('sha256', signed, this.key)),
        userHandle: told.userHandle ?? this.userHandle,
      },
    });
  }

  private client(type: string, challenge: string, told: Told): string {
    const said = {
      type,
      challenge: told.challenge ?? challenge,
      origin: told.origin ?? this.origin,
      crossOrigin: false,
    };
    return url64(Buffer.from(JSON.stringify(said)));
  }

  private data(rpId: string, { rpId: otherId, isVerified = true, counter }: Told, more: number): Buffer {
    const flags = PRESENT | (isVerified ? VERIFIED : 0) | MAY_BE_COPIED | COPIED | more;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.counter++);
    return Buffer.concat([sha256(otherId ?? rpId), Buffer.from([flags]), count]);
  }
}
