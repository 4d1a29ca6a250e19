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
 * can mean: 几千 and 数千 2,000, 上万 10,000, 好几万 20,000, 七八千 7,000, 一万二三 12,000.
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
      else if (digit !== undefined && DIGITS[char] !== digit + 1) return undefined;
      else if (digit !== undefined) continue;
      else digit = DIGITS[char];
    } else return undefined;
  }
  if (digit !== undefined) section += zero || unit <= 10 ? digit : (digit * unit) / 10;
  return total + section;
}

const ARABIC =
  /(cny|rmb|¥|人民币)? ?(\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(\.\d{1,4})? ?(?:多|余|来)?(thousand|grand|million|百万|万|千|百|w|k)?(?:([1-9])(?!\d))?(千|百)?(?:多|余|来)? ?(元|块|圆|rmb|cny|yuan|人民币|renminbi|¥)?/g;
const CHINESE =
  /(人民币)?([零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟几数半][零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟几]{0,14}|上[万千百]|好几[万千百十]{1,2})(?:多|余|来)?(万|千|百)?(?:多|余)? ?(元|块|圆|人民币)?/g;
const ENGLISH_DIGITS: Record<string, number> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, value) => [word, value]),
);
for (const [at, word] of 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').entries()) {
  ENGLISH_DIGITS[word] = (at + 2) * 10;
}
const ENGLISH_WORD = `(?:${Object.keys(ENGLISH_DIGITS)
  .sort((a, b) => b.length - a.length)
  .join('|')})`;
/** "fourteen thousand six hundred yuan", "eleven grand", "nine hundred and eighty yuan". */
const ENGLISH = new RegExp(
  `\\b(${ENGLISH_WORD}(?:[ -](?:${ENGLISH_WORD}|hundred|thousand|grand|and\\b)){1,8})( ?(?:yuan|rmb|cny|renminbi|kuai))?`,
  'g',
);

/** An English numeral in words as a number. */
export function englishNumber(numeral: string): number {
  let total = 0;
  let section = 0;
  for (const word of numeral.split(/[ -]/)) {
    if (word === 'hundred') section = (section || 1) * 100;
    else if (word === 'thousand' || word === 'grand') {
      total += (section || 1) * 1000;
      section = 0;
    } else section += ENGLISH_DIGITS[word] ?? 0;
  }
  return total + section;
}

const FACTORS: Record<string, number> = {
  thousand: 1e3,
  grand: 1e3,
  million: 1e6,
  百万: 1e6,
  万: 1e4,
  千: 1e3,
  百: 100,
  w: 1e4,
  k: 1e3,
};
/** A sum without a currency ("损失1.2万") needs a money word shortly before it. */
const MONEY_BEFORE =
  /(?:损失|花|付|交|扣|退|赔|价|费|款|钱|欠|收|充|金|共|估|报|定|修|买|卖|值|存|投|贷|借|还|补|返|抵|给|差|少|亏|计|首付|余额|卡里|剩|刷|转|划|到账|到手|垫|坑|骗|讹|宰|每笔|一笔|一只|一个|头一年|囤|要|得|打赏|办卡|订|lost|paid|refund|owe[sd]?|charged|worth)[^,.。;?\n]{0,5}$/;
/** 三万八, 2万8, 1.2万: what leaves out its last unit or has a fraction is money when no measure follows. */
const COLLOQUIAL =
  /^(?:[一二两三四五六七八九]万(?:零)?[一二三四五六七八九](?:[千百][一二三四五六七八九]?)?|[一二两三四五六七八九]千[一二三四五六七八九](?:百[一二三四五六七八九]?)?|十[一二三四五六七八九]?万[一二三四五六七八九]?|\d{1,3}万\d|\d{1,3}\.\d{1,2}万|[零一二三四五六七八九壹贰叁肆伍陆柒捌玖]万[零一二三四五六七八九壹贰叁肆伍陆柒捌玖][千仟](?:[零一二三四五六七八九]百)?)$/;
const NOT_MONEY_BEFORE = /(?:里程|行驶|跑了?|开了|表显|公里数?|播放|粉丝|转速|步数|容量)[^,.。;?\n]{0,4}$/;
/** A plain number is a sum when it is what was charged, paid or lost: "收了我1800". */
const PLAIN_BEFORE =
  /(?:损失|扣|收|退|赔|付|欠|花|罚|充值?|存|投保?|刷|转|垫|补|剩|余额|总价|金额|合计|总共|一共|共计|定金|订金|押金|首付|学费|房款|车款|本金|买的?时候|买价|价值|deposit|paid|charged|refund)(?:了|走了|掉了|的|是|为|款|费|值)?(?:我|我们|还)?(?:近|约|快|将近|整整)?:? ?$/;
const OTHER_MEASURE =
  /^ ?(?:多|余|来)?(?:公里|千米|里|km|次|人|户|粉|台|步|像|转|毫|个|名|位|辆|条|小时|字|播|点|级|伏|分|积|瓦|w|分辨|屏|年|天|月|倍|件|块|单|号|批|张|封|条|份|只|包|袋|箱|瓶|斤|克|g|别|不要|mah|pa|hz|dpi|rpm|平|亩|米|升|ml|吨|页|题|首|回|遍|家|所|套|座|瓦|字节|流量|积分|金币|号|分钟|秒|多年|股|户|册|本(?!金)|匹|层|栋)/;

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
      const before = text.slice(Math.max(0, start - 10), start);
      const sure = COLLOQUIAL.test(text.slice(start, end).replace(/[多余来]$/, '')) && !NOT_MONEY_BEFORE.test(before);
      if (!sure && !plain && !MONEY_BEFORE.test(before)) return;
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
  for (const found of text.matchAll(CHINESE)) {
    // "八千六一只" is 八千六 and then 一只
    const overrun =
      /[万千百][一二三四五六七八九]一$/.test(found[0]) &&
      '只个件套台盏张'.includes(text[found.index + found[0].length] ?? '.');
    const match = overrun ? Object.assign([...found], { 0: found[0].slice(0, -1), index: found.index }) : found;
    const [, before, written = '', scale, after] = match;
    const numeral = overrun ? written.slice(0, -1) : written;
    // 百万医疗险 and 千万别 are no sums
    if (/[\d.第]/.test(text[match.index - 1] ?? '') || /^[百千][万亿]$/.test(numeral)) continue;
    const number = chineseNumber(numeral);
    if (number === undefined) continue;
    const value = number * (scale === undefined ? 1 : (FACTORS[scale] ?? 1));
    add(match, value, (before ?? after) !== undefined, /[万千百]/.test(numeral + (scale ?? '')));
  }
  for (const match of text.matchAll(ENGLISH)) {
    const [, numeral = '', currency] = match;
    const scaled = /thousand|grand|hundred/.test(numeral);
    if (currency === undefined && !/grand|thousand/.test(numeral)) continue;
    add(match, englishNumber(numeral), currency !== undefined || numeral.endsWith('grand'), scaled);
  }
  amounts.sort((a, b) => a.start - b.start);
  return [...amounts, ...belongingTogether(text, amounts)];
}

const NUMBER_OF: Record<string, number> = { 两: 2, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10 };
const COUNTED = /(\d{1,2}|[两二三四五六七八九十])(笔|次|期|个月|只|盏|件|台|张|套|位|个)/g;
/** Between two sums: the second is not one more but another reckoning of the first. */
const ANOTHER = /[。.?;\n]|只|才|价|改|变|抵|压|共|合计|总|现在|涨|降|其中|此前|之前/;
/** Said of several sums that stand side by side: they are asked for, lost or charged as one. */
const AS_ONE =
  /两样(?:都|一起)|[两二三四]笔(?:都|一起|加)|加一块|加起来|都要退|一起退|外加|加上|(?:一(?:只|个|件|套).{3,12}){2}/;

/**
 * What several sums come to that the text puts together, without naming the total itself: "七笔,每笔三千" 21,000;
 * "一只八千六一只五千三" 13,900; "桌子八千,加上柜子六千五,两样都要退" 14,500.
 */
function belongingTogether(text: string, amounts: readonly Amount[]): Amount[] {
  const together: Amount[] = [];
  for (const amount of amounts) {
    const each = /(?:每|一|单)(笔|次|期|个月|只|盏|件|台|张|套|位|个)$/.exec(
      text.slice(Math.max(0, amount.start - 4), amount.start),
    );
    if (!each) continue;
    const near = text.slice(Math.max(0, amount.start - 24), amount.end + 12);
    const counted = [...near.matchAll(COUNTED)].find(([, , unit]) => unit === each[1]);
    const times = counted ? (NUMBER_OF[counted[1] ?? ''] ?? Number(counted[1])) : 1;
    if (times > 1) together.push({ ...amount, cny: amount.cny * times });
  }
  const close = (run: readonly Amount[]): void => {
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last || run.length < 2) return;
    if (!AS_ONE.test(text.slice(Math.max(0, first.start - 4), last.end + 24))) return;
    together.push({ cny: run.reduce((sum, { cny }) => sum + cny, 0), start: first.start, end: last.end });
  };
  let run: Amount[] = [];
  for (const amount of amounts) {
    const between = text.slice(run.at(-1)?.end ?? amount.start, amount.start);
    if (between.length > 24 || ANOTHER.test(between.replace(/[一两]只/g, ''))) {
      close(run);
      run = [];
    }
    run.push(amount);
  }
  close(run);
  return together;
}

/** Before a sum that nobody lost: what is offered at most, or would be from some sum on. */
const OFFERED = /(?:最高|最多|上限|封顶|只赔|仅赔|只肯赔|只认|超过|如有|如果|额度|少则|多的|有的|满)[^,.。;?\n]{0,4}$/;

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
export function amountsAtStake(shape: Outline, found: readonly Amount[], words: StakeWords): Amount[] {
  const amounts = found.filter(({ start }) => !OFFERED.test(shape.text.slice(Math.max(0, start - 10), start)));
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
