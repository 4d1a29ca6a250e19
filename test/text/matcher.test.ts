import { GROUPS } from '../../src/text/lexicon';
import { compile, type Hit } from '../../src/text/matcher';
import { normalise, outline } from '../../src/text/normalise';
import { HELD_OUT } from './heldout';
import { TABLE } from './table';

/** The phrases that one with `(a|b)` stands for, each written out. */
function writtenOut(phrase: string): string[] {
  const close = phrase.indexOf(')');
  if (close < 0) return [phrase];
  const open = phrase.lastIndexOf('(', close);
  const optional = phrase[close + 1] === '?';
  const [head, tail] = [phrase.slice(0, open), phrase.slice(close + (optional ? 2 : 1))];
  const chosen = phrase.slice(open + 1, close).split('|');
  return [...(optional ? [''] : []), ...chosen].flatMap((one) => writtenOut(head + one + tail));
}

/** How many `writtenOut` would give; some phrases stand for millions. */
function standsFor(phrase: string): number {
  let at = 0;
  const choices = (): number => {
    let sum = 0;
    let product = 1;
    for (; at < phrase.length && phrase[at] !== ')'; at++) {
      if (phrase[at] === '|') {
        sum += product;
        product = 1;
      } else if (phrase[at] === '(') {
        at++;
        const inner = choices();
        product *= phrase[at + 1] === '?' ? inner + 1 : inner;
      }
    }
    return sum + product;
  };
  return choices();
}

const found = (hits: readonly Hit<number>[]) => hits.map(({ group, start, end }) => `${group}:${start}-${end}`);

test('a phrase with choices finds what all that it stands for find, in the same order', () => {
  // Those that stand for thousands are made of the same as these.
  const groups = GROUPS.map(({ phrases }, at) => [at, phrases.filter((phrase) => standsFor(phrase) <= 60)] as const);
  const short = compile(groups);
  const long = compile(groups.map(([at, phrases]) => [at, phrases.flatMap(writtenOut)] as const));
  const spoken = groups
    .flatMap(([, phrases]) => phrases.flatMap((phrase) => writtenOut(phrase).slice(-1)))
    .map((phrase) => phrase.replace(/[~^]/g, ' ').replace(/#\d/g, '三').replaceAll('*', 'ing'));
  let hits = 0;
  for (const text of [...TABLE, ...HELD_OUT].map((row) => row.text).concat(spoken)) {
    const shape = outline(normalise(text));
    expect(found(short(shape))).toEqual(found(long(shape)));
    hits += short(shape).length;
  }
  expect(hits).toBeGreaterThan(1_000);
});

test.each(['(未关', '没开)', '', '(|)', '~开头'])('%j is no phrase', (phrase) => {
  expect(() => compile([['group', [phrase]]])).toThrow('lexicon phrase');
});
