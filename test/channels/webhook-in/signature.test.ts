import { createHmac } from 'node:crypto';
import { isFresh } from '../../../src/channels/signed-moment';
import { isSigned } from '../../../src/channels/webhook-in/signature';

const SECRETS = ['first', 'second'];
const signed = (secret: string, body = 'body', timestamp = '1700000000', nonce = 'nonce-12') => ({
  hookId: 'x',
  timestamp,
  nonce,
  raw: Buffer.from(body),
  signature: `v1=${createHmac('sha256', secret).update(`${timestamp}.${nonce}.${body}`).digest('hex')}`,
});

test('a signature by any of the secrets is taken, whatever is changed of what it is over is not', () => {
  for (const secret of SECRETS) expect(isSigned(signed(secret), SECRETS)).toBe(true);
  const right = signed('second');
  for (const change of [
    { timestamp: '1700000001' },
    { nonce: 'nonce-13' },
    { nonce: undefined },
    { raw: Buffer.from('bodz') },
    { signature: undefined },
    { signature: right.signature.slice(3) },
    { signature: `${right.signature}0` },
    { signature: right.signature.replace('v1', 'v2') },
  ]) {
    expect(isSigned({ ...right, ...change }, SECRETS)).toBe(false);
  }
  expect(isSigned(signed('third'), SECRETS)).toBe(false);
});

test('a rightly signed nonce or time of another form is not taken', () => {
  for (const nonce of ['short', 'n'.repeat(101), 'nonce 12']) {
    expect(isSigned(signed('first', 'body', '1700000000', nonce), SECRETS)).toBe(false);
  }
  for (const time of ['', '-1', '1e9', '1700000000.5']) {
    expect(isSigned(signed('first', 'body', time), SECRETS)).toBe(false);
  }
});

test('five minutes in either direction are of now', () => {
  const now = 1_700_000_000_000;
  for (const shift of [-300, 0, 300]) expect(isFresh(String(1_700_000_000 + shift), now)).toBe(true);
  for (const shift of [-301, 301]) expect(isFresh(String(1_700_000_000 + shift), now)).toBe(false);
});
