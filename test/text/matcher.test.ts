import { GROUPS } from '../../src/text/lexicon';
import { compile, type Hit } from '../../src/text/matcher';
import { normalise, outline } from '../../src/text/normalise';
import { HELD_OUT } from './heldout';
import { TABLE } from './table';

/** Goes through the notation of a phrase: `join` what stands one after the other, `either` of what stands in a choice. */
function walk<T>(phrase: string, { char, join, either, nothing }: Walk<T>): T {
  let at = 0;
  const sequence = (): T => {
    let all = nothing;
    while (at < phrase.length && phrase[at] !== '|' && phrase[at] !== ')') {
      all = join(all, phrase[at] === '(' ? choice() : char(phrase[at++] ?? ''));
    }
    return all;
  };
  const choice = (): T => {
    const chosen: T[] = [];
    do {
      at++;
      chosen.push(sequence());
    } while (phrase[at] === '|');
    at++;
    if (phrase[at] === '?') {
      at++;
      chosen.unshift(nothing);
    }
    return either(chosen);
  };
  return sequence();
}

interface Walk<T> {
  nothing: T;
  char: (one: string) => T;
  join: (before: T, after: T) => T;
  either: (chosen: T[]) => T;
}

/** How many plain phrases it stands for. */
const ways = (phrase: string): number =>
  walk(phrase, {
    nothing: 1,
    char: () => 1,
    join: (before, after) => before * after,
    either: (chosen) => chosen.reduce((sum, one) => sum + one, 0),
  });

/** The phrases that one with `(a|b)` stands for, each written out. */
const writtenOut = (phrase: string): string[] =>
  walk<string[]>(phrase, {
    nothing: [''],
    char: (one) => [one],
    join: (before, after) => before.flatMap((head) => after.map((tail) => head + tail)),
    either: (chosen) => chosen.flat(),
  });

/** The last of them. */
const lastOf = (phrase: string): string =>
  walk(phrase, {
    nothing: '',
    char: (one) => one,
    join: (before, after) => before + after,
    either: (chosen) => chosen.at(-1) ?? '',
  });

const found = (hits: readonly Hit<number>[]) => hits.map(({ group, start, end }) => `${group}:${start}-${end}`);

test('a phrase with choices finds what all that it stands for find, in the same order', () => {
  // Those that stand for thousands are made of the same as these.
  const groups = GROUPS.map(({ phrases }, at) => [at, phrases.filter((phrase) => ways(phrase) <= 60)] as const);
  const short = compile(groups);
  const long = compile(groups.map(([at, phrases]) => [at, phrases.flatMap(writtenOut)] as const));
  const spoken = groups
    .flatMap(([, phrases]) => phrases.map(lastOf))
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
