import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { codecServer, EncryptionCodec } from '../../src/temporal/codec';

const newKey = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
const key = newKey('k1');
const codec = new EncryptionCodec(key);
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;
const value = (from: Payload | undefined) => defaultPayloadConverter.fromPayload(from as Payload);

test('what is sealed opens again, and shows nothing of itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (json) => {
      const content = { marker: 'C261122-ABCDEF', json };
      const [sealed] = await codec.encode([payload(content)]);
      expect(Buffer.from(sealed?.data ?? []).includes('C261122')).toBe(false);
      const [opened] = await codec.decode([sealed as Payload]);
      expect(value(opened)).toEqual(content);
    }),
    { numRuns: 50 },
  );
});

test('any changed byte, and a changed key id, is refused', async () => {
  const twin = new EncryptionCodec({ id: 'k2', key: key.key }, [key]);
  const [sealed] = (await codec.encode([payload({ grade: 'major' })])) as [Payload];
  const data = sealed.data ?? new Uint8Array();
  for (let at = 0; at < data.length; at += 1) {
    const changed = Uint8Array.from(data);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(codec.decode([{ ...sealed, data: changed }])).rejects.toThrow(/authenticate/);
  }
  await expect(codec.decode([{ ...sealed, data: data.subarray(0, 20) }])).rejects.toThrow('cut off');
  // The same key under another name: only the authenticated id tells them apart.
  const relabelled = { ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': Buffer.from('k2') } };
  await expect(twin.decode([sealed])).resolves.toHaveLength(1);
  await expect(twin.decode([relabelled])).rejects.toThrow(/authenticate/);
});

test('after a change of keys old payloads still open; without the old key the fault names it', async () => {
  const [old] = (await codec.encode([payload('old')])) as [Payload];
  const next = newKey('k2');
  expect(value((await new EncryptionCodec(next, [key]).decode([old]))[0])).toBe('old');
  await expect(new EncryptionCodec(next).decode([old])).rejects.toThrow('"k1"');
});

test('payloads written before encryption was turned on pass unchanged', async () => {
  expect(value((await codec.decode([payload('plain')]))[0])).toBe('plain');
});

test('the codec server of Temporal UI: encode and decode over protobuf JSON', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const body = { payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('{"round":1}') }] };
  const sealed = await codecServer.encode(codec, JSON.parse(JSON.stringify(body)));
  expect(sealed.payloads?.[0]?.metadata?.encoding).toBe(base64('binary/encrypted'));
  expect(await codecServer.decode(codec, JSON.parse(JSON.stringify(sealed)))).toEqual(body);
});
