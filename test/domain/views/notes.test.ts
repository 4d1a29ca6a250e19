import { event } from '../../../src/domain/case/events';
import { noteWords } from '../../../src/domain/views/notes';

test.each([
  event('cancelRequested', {}),
  event('cancelRequested', { actionId: 'C261122-7KQ4MX-A1' }),
  event('signalRefused', { signal: 'absorb' }),
  event('decisionRefused', { decision: 'archive', code: 'out_of_turn' }),
  event('decisionRefused', { decision: 'of an older release', code: 'invalid' }),
])('what the product notes is said in both languages: $type', (entry) => {
  const words = noteWords(entry);
  expect(words?.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(words?.en).toMatch(/^[\x20-\x7e“”]+$/);
});

test('what people did is not said twice', () => {
  expect(noteWords(event('accepted', {}))).toBeUndefined();
});
