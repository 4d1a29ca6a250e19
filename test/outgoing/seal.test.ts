import { open, seal } from '../../src/outgoing';

const SECRET = 'test-secret-of-at-least-32-characters';

test('what is sealed opens under the same secret for the same place, and shows nothing of itself', () => {
  const sealed = seal('https://robot.example/send?key=密', SECRET, 'room/1/url');
  expect(sealed).not.toContain('robot');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('robot');
  expect(open(sealed, SECRET, 'room/1/url')).toBe('https://robot.example/send?key=密');
  // Twice the same is not seen to be the same.
  expect(seal('x', SECRET, 'p')).not.toBe(seal('x', SECRET, 'p'));
});

test.each([
  ['another secret', (sealed: string) => open(sealed, `${SECRET}2`, 'p')],
  ['another place', (sealed: string) => open(sealed, SECRET, 'q')],
  [
    'a changed letter',
    (sealed: string) => open(`${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`, SECRET, 'p'),
  ],
  ['less of it', (sealed: string) => open(sealed.slice(0, 8), SECRET, 'p')],
])('under %s it does not open', (_what, tried) => {
  expect(tried(seal('the address', SECRET, 'p'))).toBeUndefined();
});
