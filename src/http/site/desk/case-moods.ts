import type { Story, StoryEntry } from '../../../cases';
import { SENTIMENTS, type Language, type Sentiment } from '../../../domain/basics/types';
import { SENTIMENT_WORDS } from '../../../domain/basics/words';
import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import { sayIn } from '../kit/wording';

/** Fewer moods make no line. */
const FEWEST = 3;
/** The line shows the newest. */
const MOST = 30;
/** Between two points, and where each mood lies, in pixels. */
const STEP = 14;
const HEIGHT: Record<Sentiment, number> = { positive: 4, neutral: 10, negative: 16 };
/** Of the quoted words of a warning. */
const QUOTES = 3;

/** How the customer sounds in an entry, and what in it has to be seen; nothing of what nobody has read. */
export function readingContext({ reading }: StoryEntry, language: Language): Context {
  if (!reading) return { mood: null, words: null, warnings: [] };
  const say = sayIn(language);
  const quoted = (words: readonly string[]): string => {
    // Phrases of a dictionary overlap: the longer one says it.
    const whole = words.filter((one) => !words.some((other) => other !== one && other.includes(one)));
    const shown = whole.slice(0, QUOTES);
    return say(shown.map((one) => `“${one}”`).join(''), shown.map((one) => `“${one}”`).join(', '));
  };
  return {
    mood: reading.sentiment ?? null,
    words: reading.sentiment ? inLanguage(SENTIMENT_WORDS[reading.sentiment], language) : null,
    warnings: reading.warnings.map(({ about, words }) => ({
      about: inLanguage(about, language),
      quoted: quoted(words),
    })),
  };
}

/** How the customer sounded, message by message, as a tiny line with the same in words; null: too few to make one. */
export function moodsContext({ moods }: Pick<Story, 'moods'>, language: Language): Context | null {
  const shown = moods.slice(-MOST);
  const last = shown.at(-1);
  if (shown.length < FEWEST || !last) return null;
  const say = sayIn(language);
  const points = shown.map(({ seq, sentiment }, index) => ({
    seq,
    mood: sentiment,
    x: 6 + index * STEP,
    y: HEIGHT[sentiment],
  }));
  const name = (sentiment: Sentiment): string => inLanguage(SENTIMENT_WORDS[sentiment], language);
  const times = SENTIMENTS.flatMap((sentiment) => {
    const n = moods.filter((one) => one.sentiment === sentiment).length;
    return n === 0 ? [] : [say(`${name(sentiment)} ${n} 次`, `${name(sentiment)} ${n}×`)];
  });
  return {
    points,
    line: points.map(({ x, y }) => `${x},${y}`).join(' '),
    width: 12 + (shown.length - 1) * STEP,
    // The line is for eyes; whoever hears the page hears each in turn.
    told: shown.map(({ sentiment }) => name(sentiment)).join(say('、', ', ')),
    now: name(last.sentiment),
    nowMood: last.sentiment,
    times: times.join(' · '),
  };
}
