import { isLatin, type Outline } from './normalise';

/** A sum of money in CNY as it stands in a normalised text. */
export interface Amount {
  cny: number;
  start: number;
  end: number;
}

const DIGITS: Record<string, number> = {};
for (const [value, chars] of [
  '零〇',
  '一壹',
  '二两贰',
  '三叁',
  '四肆',
  '五伍',
  '六陆',
  '七柒',
  '八捌',
  '九玖',
].entries()) {
  for (const char of chars) DIGITS[char] = value;
}
const UNITS: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };

/**
 * A Chinese numeral as a number: 一万二 12,000; 三千五 3,500; 一千零五十 1,050. Vague ones are read as the least they
 * can mean: 几千 and 数千 2,000, 上万 10,000, 好几万 20,000.
 */
export function chineseNumber(numeral: string): number | undefined {
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  let unit = 1;
  let zero = false;
  for (const char of numeral) {
    if (char === '好') continue;
    if (char === '上') digit = 1;
    else if (char === '几' || char === '数') digit = 2;
    else if (char === '半') digit = 0.5;
    else if (char === '万' || char === '亿') {
      const sum = section + (digit ?? 0);
      unit = char === '万' ? 10_000 : 100_000_000;
      if (char === '亿') total = (total + (sum || 1)) * unit;
      else total += (sum || 1) * unit;
      section = 0;
      digit = undefined;
      zero = false;
    } else if (UNITS[char] !== undefined) {
      unit = UNITS[char];
      section += (digit ?? 1) * unit;
      digit = undefined;
      zero = false;
    } else if (DIGITS[char] !== undefined) {
      if (DIGITS[char] === 0) zero = true;
      else if (digit !== undefined) return undefined;
      else digit = DIGITS[char];
    } else return undefined;
  }
  if (digit !== undefined) section += zero || unit <= 10 ? digit : (digit * unit) / 10;
  return total + section;
}

const ARABIC =
  /(cny|rmb|¥|人民币)? ?(\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(\.\d{1,4})? ?(?:多|余|来)?(thousand|million|百万|万|千|百|w|k)?(?:([1-9])(?!\d))?(千|百)?(?:多|余|来)? ?(元|块|圆|rmb|cny|yuan|人民币|renminbi|¥)?/g;
const CHINESE =
  /(人民币)?([零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟几数半][零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟几]{0,14}|上[万千百]|好几[万千百十]{1,2})(?:多|余|来)?(万|千|百)?(?:多|余)? ?(元|块|圆|人民币)?/g;
const FACTORS: Record<string, number> = {
  thousand: 1e3,
  million: 1e6,
  百万: 1e6,
  万: 1e4,
  千: 1e3,
  百: 100,
  w: 1e4,
  k: 1e3,
};
/** A sum without a currency ("损失1.2万") needs a money word right before it, and no other measure right after. */
const MONEY_BEFORE =
  /(?:损失|花|付|交|扣|退|赔|价|费|款|钱|欠|收|充值|金|共|lost|paid|refund|owe[sd]?|charged)[^,.。;?\n]{0,5}$/;
/** A plain number is a sum when it is what was charged, paid or lost: "收了我1800". */
const PLAIN_BEFORE = /(?:损失|扣|收|退|赔|付|欠|花|罚)(?:了|走了|掉了)?(?:我|我们|还)?(?:近|约|快|将近|整整)?$/;
const OTHER_MEASURE =
  /^ ?(?:公里|千米|里|km|次|人|户|粉|台|步|像|转|毫|个|名|位|辆|条|小时|字|播|点|级|伏|分|积|瓦|w|分辨|屏|年|天|月|倍|件|块|单|号|批|张|封|条|份|只|包|袋|箱|瓶|斤|克|g|别|不要|mah|pa|hz|dpi|rpm)/;

/** Every sum in CNY of a normalised text: 1.2万元, ¥12,800, 一万二, 三千块, cny 12000, 12k yuan. Other currencies are not read. */
export function readAmounts(text: string): Amount[] {
  const amounts: Amount[] = [];
  const add = (match: RegExpMatchArray, value: number, currency: boolean, scaled: boolean): void => {
    const start = (match.index ?? 0) + (match[0].startsWith(' ') ? 1 : 0);
    const end = (match.index ?? 0) + match[0].trimEnd().length;
    if (!currency) {
      const plain = PLAIN_BEFORE.test(text.slice(Math.max(0, start - 10), start));
      if (
        !(scaled || (plain && value >= 100)) ||
        OTHER_MEASURE.test(text.slice(end, end + 4)) ||
        isLatin(text.charCodeAt(end))
      )
        return;
      if (!MONEY_BEFORE.test(text.slice(Math.max(0, start - 10), start))) return;
    }
    // 两块电池: a small number of 块 without 钱 is pieces, not money
    if (text[end - 1] === '块' && text[end] !== '钱' && value < 10) return;
    if (Number.isFinite(value) && value > 0) amounts.push({ cny: Math.round(value * 100) / 100, start, end });
  };
  for (const match of text.matchAll(ARABIC)) {
    const [all, before, whole = '', fraction = '', scale, tail, tailUnit, after] = match;
    const at = match.index + all.indexOf(whole);
    if (/\d|[a-z]/.test(text[at - 1] ?? '') && before === undefined) continue;
    if (
      /[$€£]/.test(text[at - 1] ?? '') ||
      (after === undefined &&
        /^ ?(?:美|港|欧|日|usd|dollar|euro|hkd)/.test(
          text.slice(match.index + all.length, match.index + all.length + 8),
        ))
    )
      continue;
    const factor = scale === undefined ? 1 : (FACTORS[scale] ?? 1);
    let value = Number(whole.replaceAll(',', '') + fraction) * factor;
    if (tail !== undefined && factor >= 1000)
      value += (Number(tail) * (tailUnit === undefined ? factor : (FACTORS[tailUnit] ?? 1) * 10)) / 10;
    const watts = scale === 'w' && after === undefined && Number(whole) >= 100;
    add(match, value, (before ?? after) !== undefined && !watts, scale !== undefined && !watts);
  }
  for (const match of text.matchAll(CHINESE)) {
    const [, before, numeral = '', scale, after] = match;
    if (/[\d.第]/.test(text[match.index - 1] ?? '')) continue;
    const number = chineseNumber(numeral);
    if (number === undefined) continue;
    const value = number * (scale === undefined ? 1 : (FACTORS[scale] ?? 1));
    add(match, value, (before ?? after) !== undefined, /[万千百]/.test(numeral + (scale ?? '')));
  }
  return amounts;
}

/** Where the words stand (ascending) that decide whether a sum is at stake. */
export interface StakeWords {
  /** loss, refund, charge, fee, deposit, claim: the sum in such a clause is disputed */
  dispute: readonly number[];
  /** bought, price: the sum in such a clause is a price */
  purchase: readonly number[];
  /** the customer wants the purchase undone, or got nothing for it: then the price itself is at stake */
  undo: readonly number[];
}

/**
 * The sums that count as money of the complaint. A sum counts when its own clause speaks of a loss, refund, charge,
 * fee, deposit or claim, or when its sentence does, its clause does not merely name a price,
 * and no other sum of that sentence is the disputed one. A mere price counts
 * only when the text asks for that purchase to be undone (refund, return) or got nothing for it, and no other sum is
 * disputed directly. A price beside a complaint about something else is not money at stake.
 */
export function amountsAtStake(shape: Outline, amounts: readonly Amount[], words: StakeWords): Amount[] {
  const inside = (sorted: readonly number[], from: number, to: number): boolean => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return (sorted[low] ?? Infinity) < to;
  };
  const inClause = ({ start }: Amount, positions: readonly number[]): boolean =>
    inside(positions, shape.clauseStart[start] ?? 0, shape.clauseEnd[start] ?? 0);
  const own = amounts.filter((amount) => inClause(amount, words.dispute));
  const ownSentences = new Set(own.map(({ start }) => shape.sentenceStart[start]));
  const direct = amounts.filter((amount) => {
    if (inClause(amount, words.dispute)) return true;
    const from = shape.sentenceStart[amount.start] ?? 0;
    if (inClause(amount, words.purchase) || ownSentences.has(from)) return false;
    return inside(words.dispute, from, shape.sentenceEnd[amount.start] ?? 0);
  });
  if (direct.length > 0 || words.undo.length === 0) return direct;
  return [...amounts];
}
