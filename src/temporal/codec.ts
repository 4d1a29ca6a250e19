import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Config } from '../config';

const ENCODING = 'binary/encrypted';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PayloadMessage = temporal.api.common.v1.Payload;
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

export interface CodecKey {
  id: string;
  /** 32 bytes in base64. */
  key: string;
}

/**
 * AES-256-GCM over whole payloads. New payloads use the first key; the others only open what was written before a change of
 * keys. The key's id is authenticated with the content, so a payload cannot be relabelled.
 */
export class EncryptionCodec implements PayloadCodec {
  private readonly current: { id: string; key: Buffer };
  private readonly keys = new Map<string, Buffer>();

  constructor(current: CodecKey, old: CodecKey[] = []) {
    for (const { id, key } of [...old, current]) this.keys.set(id, Buffer.from(key, 'base64'));
    this.current = { id: current.id, key: Buffer.from(current.key, 'base64') };
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.seal(payload));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.open(payload));
  }

  private seal(payload: Payload): Payload {
    const { id, key } = this.current;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
    const sealed = [cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()];
    return {
      metadata: { encoding: utf8(ENCODING), 'encryption-key-id': utf8(id) },
      data: new Uint8Array(Buffer.concat([iv, ...sealed, cipher.getAuthTag()])),
    };
  }

  /** What was written before encryption was turned on passes as it is. */
  private open(payload: Payload): Payload {
    const { metadata, data } = payload;
    if (!metadata?.encoding || Buffer.from(metadata.encoding).toString() !== ENCODING) return payload;
    const id = Buffer.from(metadata['encryption-key-id'] ?? []).toString();
    const key = this.keys.get(id);
    if (!key) throw new Error(`No key "${id}" for this payload: add it to PAYLOAD_OLD_KEYS`);
    const bytes = Buffer.from(data ?? []);
    if (bytes.length < IV_BYTES + TAG_BYTES) throw new Error('Encrypted payload is cut off');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(id))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = [decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()];
    return PayloadMessage.decode(Buffer.concat(opened));
  }
}

type KeyConfig = Pick<Config, 'PAYLOAD_KEY' | 'PAYLOAD_KEY_ID' | 'PAYLOAD_OLD_KEYS'>;

/** The codec of this configuration; undefined = payloads are plain (they carry ids, grades and times, never a name). */
export function createCodec(config: KeyConfig): EncryptionCodec | undefined {
  return config.PAYLOAD_KEY
    ? new EncryptionCodec({ id: config.PAYLOAD_KEY_ID, key: config.PAYLOAD_KEY }, config.PAYLOAD_OLD_KEYS)
    : undefined;
}

/** The one converter of clients, workers, tests and replays. */
export function createDataConverter(config: KeyConfig): DataConverter {
  const codec = createCodec(config);
  return { payloadCodecs: codec ? [codec] : [] };
}

/** Body of Temporal UI's requests to a codec server, and of the answers: payloads as protobuf JSON (bytes in base64). */
export interface CodecBody {
  payloads?: { metadata?: Record<string, string>; data?: string }[];
}

const fromJson = (body: CodecBody): Payload[] =>
  (body.payloads ?? []).map(({ metadata = {}, data = '' }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, new Uint8Array(Buffer.from(value, 'base64'))]),
    ),
    data: new Uint8Array(Buffer.from(data, 'base64')),
  }));

const toJson = (payloads: Payload[]): CodecBody => ({
  payloads: payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  })),
});

/** The two endpoints of a codec server, without HTTP: the API mounts them for staff under `/codec`. */
export const codecServer = {
  encode: async (codec: PayloadCodec, body: CodecBody): Promise<CodecBody> =>
    toJson(await codec.encode(fromJson(body))),
  decode: async (codec: PayloadCodec, body: CodecBody): Promise<CodecBody> =>
    toJson(await codec.decode(fromJson(body))),
};
