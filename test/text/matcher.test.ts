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

/** How many plain phrases it stands for. */
function ways(phrase: string): number {
  let at = 0;
  const sequence = (): number => {
    let count = 1;
    while (at < phrase.length && phrase[at] !== '|' && phrase[at] !== ')') {
      if (phrase[at] === '(') count *= choice();
      else at++;
    }
    return count;
  };
  const choice = (): number => {
    let count = 0;
    do {
      at++;
      count += sequence();
    } while (phrase[at] === '|');
    at++;
    if (phrase[at] !== '?') return count;
    at++;
    return count + 1;
  };
  return sequence();
}

const found = (hits: readonly Hit<number>[]) => hits.map(({ group, start, end }) => `${group}:${start}-${end}`);

test('a phrase with choices finds what all that it stands for find, in the same order', () => {
  // Those that stand for thousands are made of the same as these.
  const groups = GROUPS.map(({ phrases }, at) => [at, phrases.filter((phrase) => ways(phrase) <= 200)] as const);
  const short = compile(groups);
  const long = compile(groups.map(([at, phrases]) => [at, phrases.flatMap(writtenOut)] as const));
  const spoken = groups
    .flatMap(([, phrases]) => phrases.flatMap((phrase) => writtenOut(phrase).slice(-1)))
    .map((phrase) => phrase.replace(/[~^…]/g, ' ').replace(/#\d/g, '三').replaceAll('*', 'ing'));
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
