import fc from 'fast-check';
import { createReplyAddresses } from '../../../src/channels/replies/reply-address';

const SECRET = 'a secret of more than enough letters';
const CASE = 'C261127-7KQ4MX';
const addresses = createReplyAddresses('help+*@example.com', SECRET);

test('leads back to its case, in whatever letters it comes back', () => {
  const address = addresses.of(CASE);
  expect(address).toMatch(/^help\+c261127-7kq4mx\.[0-9a-f]{32}@example\.com$/u);
  expect(address.split('@', 1)[0]?.length).toBeLessThanOrEqual(64);
  for (const given of [address, address.toUpperCase()]) {
    expect(addresses.caseIn(['help@example.com', given])).toBe(CASE);
  }
});

test('no other address does: cut, changed, of another case, another secret or another house', () => {
  const address = addresses.of(CASE);
  const [local = ''] = address.split('@', 1);
  const others = [
    'help@example.com',
    'help+c261127-7kq4mx@example.com',
    'help+c261127-7kq4mx.@example.com',
    `${local.slice(0, -1)}@example.com`,
    `${local}0@example.com`,
    `${local}@example.org`,
    `x${address}`,
    address.replace('7kq4mx', '7kq4my'),
    createReplyAddresses('help+*@example.com', 'another secret').of(CASE),
  ];
  for (const other of others) expect([other, addresses.caseIn([other])]).toEqual([other, undefined]);
  expect(addresses.caseIn([])).toBeUndefined();
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{32}$/u), (key) => {
      fc.pre(!address.includes(key));
      expect(addresses.caseIn([`help+c261127-7kq4mx.${key}@example.com`])).toBeUndefined();
    }),
  );
});

test('a pattern that is none, or leaves no room, is refused', () => {
  for (const pattern of [
    'help@example.com',
    'help+*',
    '*@*',
    'help+**@example.com',
    `${'h'.repeat(20)}*@example.com`,
  ]) {
    expect(() => createReplyAddresses(pattern, SECRET)).toThrow('MAIL_REPLY_TO');
  }
});
