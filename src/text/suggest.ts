import type { Category, Grade, Language, Sentiment } from '../domain/basics/types';
import { amountsAtStake, readAmounts } from './amounts';
import { calmPlaces, isDispleased, isRelieved } from './later';
import { ENGINE, GROUPS } from './lexicon';
import { type Group, IMPORTANT_MONEY, MAJOR_MONEY, type Rule, RULES } from './lexicon/groups';
import { compile, type Hit, type Matcher } from './matcher';
import { categoryOf, hear, rulesIn, sentimentOf, starterModel, wholeOf } from './model/classify';
import type { Model } from './model/model';
import { NOT_OUR_STEP, OWN_STEP } from './lexicon/patterns';
import { isNegated, isYesNoQuestion, moodAt, normalise, type Outline, outline } from './normalise';
import { LONGEST_QUOTE } from './quotes';

/** The rule of what was learnt from the department's own confirmed cases (`src/text/own`). */
export const LEARNT = 'learnt';

export interface Reason {
  /** 'M1' … 'I5' of the grading rubric, the category's name, or that the department's own cases say so. */
  rule: Rule | Category | typeof LEARNT;
  /** The words that triggered it, as they stand in the normalised text. */
  words: string[];
}

export interface Suggestion {
  grade: Grade;
  category: Category;
  sentiment: Sentiment;
  reasons: Reason[];
  /** The largest sum in CNY that is at stake. */
  amountCny?: number;
  /** What has read it: `engineOf`, and `+own@…` where the department's own cases have a say. */
  engine: string;
}

export interface SuggestInput {
  text: string;
  language: Language;
  wantedRemedy?: string;
  /** It was written after a complaint, and is none of its own: see `later.ts`. */
  isLater?: boolean;
}

/** Reads complaints, and later messages of customers. */
export type Read = (input: SuggestInput) => Promise<Suggestion>;

const MAX_WORDS = 6;
let compiled: Matcher<Group> | undefined;
/** Compiled at the first use: it takes half a second, and most programs that load this file read no complaint. */
const find: Matcher<Group> = (shape) =>
  (compiled ??= compile(GROUPS.map((group) => [group, group.phrases] as const)))(shape);

/** What the engine reads: the complaint and, on a line of its own, the remedy that is asked for. */
export const readable = (input: Pick<SuggestInput, 'text' | 'wantedRemedy'>): string =>
  normalise(input.wantedRemedy ? `${input.text}\n${input.wantedRemedy}` : input.text);

const CONDITION =
  /(?:如果|要是(?!找)|若|再(?=$|不|没|拖|敢|这样|出|有)|倘若|万一|假如|怕|担心|生怕|谁说|听说|听人|网上|评论里?|\bif\b)[^,。.;?\n]{0,12}$/;

/** Before a hazard or a failure in its clause: it is feared or imagined, or it is somebody else's. */
const NOT_HAPPENED =
  /(?:如果|要是|若是|倘若|万一|假如|假设|(?<![可哪不恐])怕|担心|担忧|会不会|有没有可能|\b(?:if|worried|worry|afraid|scared that|what happens when)\b)[^,。.;?\n]{0,12}$/;
const NOT_MINE =
  /(?:网上|网友|新闻|听说|听人说|听别人|据说|有人说|群里说|别人|别家|梦见|保的是|宣传单|有的地方|朋友(?:说|那|家|的|圈)|邻居(?:家)?(?:那|的|讲)|评论|传言|谣言|以前那|\b(?:(?:read|heard|saw) (?:online|on the news|somewhere|that|they|about|of)|people say|reviews say|my friend says|(?:friend|sister|brother|neighbour|neighbor|cousin)'s|someone else's|my neighbour once|my old one)\b)[^,。.;?\n]{0,20}$/;

function counts(shape: Outline, hit: Hit<Group>): boolean {
  const { group, start } = hit;
  if (group.negatable && isNegated(shape, start)) return false;
  if (group.rule === 'M1' || group.rule === 'I2') {
    const clause = shape.text.slice(Math.max(shape.clauseStart[start] ?? 0, start - 40), start);
    if (NOT_HAPPENED.test(clause) || NOT_MINE.test(clause)) return false;
  }
  if (!group.stated) {
    // "会爆炸吗?" asks about something that has not happened
    return !(group.rule === 'M1' && isYesNoQuestion(shape, start) && asksAhead(shape, start));
  }
  if (isYesNoQuestion(shape, start)) return false;
  const before = shape.text.slice(Math.max(shape.clauseStart[start] ?? 0, start - 40), start);
  if (group.rule === 'M4') return OWN_STEP.test(before) || !NOT_OUR_STEP.test(before);
  return !CONDITION.test(before);
}

function asksAhead(shape: Outline, start: number): boolean {
  const sentence = shape.text.slice(
    shape.sentenceStart[start] ?? 0,
    Math.min(shape.sentenceEnd[start] ?? 0, start + 80),
  );
  return /您的|您家|会|可能|是否|\b(?:can|could|will|would|might|may)\b/.test(sentence);
}

/** Drops the rules' words that lie over a trap ("不理想", "工商银行", "Kindle Fire"; for one rule alone "漏水泡"). */
function withoutTraps(hits: readonly Hit<Group>[], length: number): Hit<Group>[] {
  const traps = new Map<Rule | 'every', Uint8Array>();
  for (const { group, start, end } of hits) {
    if (group.id !== 'trap') continue;
    const rule = group.voids ?? 'every';
    const trapped = traps.get(rule) ?? new Uint8Array(length);
    traps.set(rule, trapped.fill(1, start, end));
  }
  const every = traps.get('every');
  const voided = ({ group, start, end }: Hit<Group>): boolean => {
    if (group.rule === undefined || group.firm) return false;
    const own = traps.get(group.rule);
    return [every, own].some((trapped) => trapped?.[start] === 1 || trapped?.[end - 1] === 1);
  };
  return hits.filter((hit) => hit.group.id !== 'trap' && !voided(hit));
}

const GREETING = /^ ?(?:您好|你好|谢谢|hello|hi|thanks|thank you)[, ]*$/;

/** The mood that the dictionaries' words and the form of the sentences tell. */
function moodOf(shape: Outline, hits: readonly Hit<Group>[], length: number): Sentiment {
  const feelings = new Map<number, 'praise' | 'negative'>();
  for (const { group, start } of hits) {
    if (group.id !== 'praise' && group.id !== 'negative') continue;
    const sentence = shape.sentenceStart[start] ?? 0;
    if (feelings.get(sentence) !== 'negative') feelings.set(sentence, group.id);
  }
  const moods = new Set<string>();
  for (let i = 0; i < length; i = (shape.sentenceEnd[i] ?? i) + 1) {
    const sentence = shape.text.slice(i, shape.sentenceEnd[i] ?? i);
    if (!/[\p{L}\p{N}]/u.test(sentence) || GREETING.test(sentence)) continue;
    moods.add(moodAt(shape, i) === 'statement' ? (feelings.get(i) ?? 'plain') : 'asking');
  }
  if (moods.has('negative')) return 'negative';
  if (moods.has('praise')) return 'positive';
  if (moods.has('plain')) return 'negative';
  return moods.has('asking') ? 'neutral' : 'negative';
}

/** The same of a later message, where what is merely said is calm. */
function sentimentLater(shape: Outline, hits: readonly Hit<Group>[], grade: Grade): Sentiment {
  if (grade !== 'general') return 'negative';
  const calm = calmPlaces(shape.text);
  const felt = (id: Group['id']): boolean =>
    hits.some(
      ({ group, start }) =>
        group.id === id &&
        moodAt(shape, start) === 'statement' &&
        !calm.some(({ from, to }) => from <= start && start < to),
    );
  let isOver = false;
  for (let i = 0; i < shape.text.length; i = (shape.sentenceEnd[i] ?? i) + 1) {
    const sentence = shape.text.slice(i, shape.sentenceEnd[i] ?? i);
    if (isDispleased(sentence)) return 'negative';
    isOver ||= isRelieved(sentence) && moodAt(shape, i) === 'statement';
  }
  if (felt('negative')) return 'negative';
  return felt('praise') || isOver ? 'positive' : 'neutral';
}

/** Which dictionaries and which model read: `rules@1-` and fingerprints of both. */
export const engineOf = (model: Model = starterModel()): string => `${ENGINE}+model@${model.version}`;

/**
 * The first grading suggestion: rule by rule, with the words that triggered each. Pure and deterministic; `language`
 * is only the customer's preference, both languages are always read because complaints mix them.
 */
export function suggestGrade(input: SuggestInput, model: Model = starterModel()): Suggestion {
  const shape = outline(readable(input));
  const { text } = shape;
  const all = find(shape);
  const hits = withoutTraps(all, text.length).filter((hit) => counts(shape, hit));

  const words = new Map<Rule, Set<string>>();
  const note = (rule: Rule, start: number, end: number): void => {
    const noted = words.get(rule) ?? new Set<string>();
    if (noted.size < MAX_WORDS) noted.add(text.slice(start, end));
    words.set(rule, noted);
  };
  for (const { group, start, end } of hits) if (group.rule) note(group.rule, start, end);

  const at = (id: Group['id']): number[] => hits.filter(({ group }) => group.id === id).map(({ start }) => start);
  const stake = amountsAtStake(shape, readAmounts(text), {
    dispute: at('dispute'),
    purchase: at('purchase'),
    undo: at('undo'),
  });
  let amountCny: number | undefined;
  for (const { cny, start, end } of stake) {
    amountCny = Math.max(amountCny ?? 0, cny);
    if (cny >= MAJOR_MONEY) note('M2', start, end);
    else if (cny >= IMPORTANT_MONEY) note('I2', start, end);
  }

  // What is asked has not happened, and where the dictionaries know a near miss of the rule they know better.
  const nearMiss = (rule: Rule, start: number, end: number): boolean =>
    all.some(({ group, start: from, end: to }) => group.voids === rule && from < end && to > start);
  const heard = hear(text, model);
  for (const { rule, start, end } of rulesIn(heard, model)) {
    if (words.has(rule) || isYesNoQuestion(shape, start) || nearMiss(rule, start, end)) continue;
    note(rule, start, Math.min(end, start + LONGEST_QUOTE));
  }

  const grade: Grade = RULES.some((rule) => rule.startsWith('M') && words.has(rule))
    ? 'major'
    : words.size > 0
      ? 'important'
      : 'general';
  const complaintLength = normalise(input.text).length;
  const whole = wholeOf(heard, complaintLength, model);
  const { category, clause } = categoryOf(heard, whole, model);
  const reasons: Reason[] = RULES.flatMap((rule) => {
    const noted = words.get(rule);
    return noted ? [{ rule, words: [...noted] }] : [];
  });
  if (clause) reasons.push({ rule: category, words: [clause.slice(0, LONGEST_QUOTE)] });
  return {
    grade,
    category,
    sentiment: input.isLater
      ? sentimentLater(shape, hits, grade)
      : grade === 'general'
        ? (sentimentOf(whole, model) ?? moodOf(shape, hits, complaintLength))
        : 'negative',
    reasons,
    ...(amountCny === undefined ? {} : { amountCny }),
    engine: engineOf(model),
  };
}
