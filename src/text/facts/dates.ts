import { chineseNumber } from '../amounts';
import { isLatin, type Outline } from '../normalise';
import type { Claims, Find } from './find';

/** A day of the house, as the UTC fields of a `Date`. */
type Day = Date;

const MS_PER_DAY = 86_400_000;
const dayOf = (year: number, month: number, day: number): Day | undefined => {
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day && year >= 1950 ? made : undefined;
};
const shifted = (day: Day, days: number): Day => new Date(day.getTime() + days * MS_PER_DAY);

/** So many months before; of a month that is shorter the last day. */
function monthsBefore(today: Day, months: number): Day {
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return shifted(first, Math.min(today.getUTCDate(), last) - 1);
}

const CN = '零〇一二两三四五六七八九十廿';
const N = `(?:\\d{1,3}|[${CN}半几]{1,4})`;
const D = `(?:\\d{1,2}|[${CN}]{1,3})`;

function numberOf(numeral: string): number {
  if (/^\d+$/.test(numeral)) return Number(numeral);
  return chineseNumber(numeral.replace(/^廿/, '二十')) ?? Number.NaN;
}

/** 2026, 26, 二〇二六, 今, 去, 前. */
function yearOf(words: string, today: Day): number {
  const back = { 今: 0, 本: 0, 去: 1, 前: 2, 大前: 3 }[words];
  if (back !== undefined) return today.getUTCFullYear() - back;
  const digits = [...words.matchAll(/./gu)].map(([char]) => (/\d/.test(char) ? char : String(numberOf(char)))).join('');
  return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
}

const WEEKDAYS: Readonly<Record<string, number>> = { 一: 0, 二: 1, 三: 2, 四: 3, 五: 4, 六: 5, 日: 6, 天: 6 };
const ENGLISH_WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES = `(?:${MONTHS.join('|')})(?:[a-z]{0,6})`;
const COUNTS: Readonly<Record<string, number>> = Object.fromEntries(
  'a an one two three four five six seven eight nine ten'.split(' ').map((word, n) => [word, Math.max(1, n - 1)]),
);
/** Monday is 0. */
const weekday = (day: Day): number => (day.getUTCDay() + 6) % 7;

/** The latest such day of a year that is not in the future. */
function lastYearly(month: number, day: number, today: Day): Day | undefined {
  const year = today.getUTCFullYear();
  return [year, year - 1, year - 2, year - 3, year - 4]
    .map((one) => dayOf(one, month, day))
    .find((one) => one && one <= today);
}

type Groups = Readonly<Record<string, string | undefined>>;
interface Way {
  pattern: string;
  /** Undefined: it is none. `rough`: give or take some days. */
  read: (groups: Groups, today: Day) => Day | undefined;
  rough?: true;
  /** Of these words it is not when something happened, without an hour: 今天 is when it was written, 周三 is every week. */
  vague?: RegExp;
}

const of = (groups: Groups, name: string): string => groups[name] ?? '';

/** How days are written. Each pattern has groups of its own names, with the number of the way behind them. */
const WAYS: readonly Way[] = [
  {
    pattern: `(?<y>\\d{4}|\\d{2}|[零〇一二三四五六七八九]{4}|大前|[今本去前])年(?<m>${D})月(?:份)?(?<d>${D})[日号]?`,
    read: (g, today) => dayOf(yearOf(of(g, 'y'), today), numberOf(of(g, 'm')), numberOf(of(g, 'd'))),
  },
  {
    pattern:
      '(?<![\\d.\\-\\/])(?<y>(?:19|20)\\d\\d)(?<s>[-.\\/])(?<m>\\d{1,2})\\k<s>(?<d>\\d{1,2})(?![\\d\\-\\/]|\\.\\d)',
    read: (g) => dayOf(Number(g.y), Number(g.m), Number(g.d)),
  },
  {
    pattern: `(?<![\\d.年])(?<m>${D})月(?:份)?(?<d>${D})[日号]`,
    read: (g, today) => lastYearly(numberOf(of(g, 'm')), numberOf(of(g, 'd')), today),
  },
  {
    pattern: `(?<w>上上个?|上个?|[本这]个?)月(?:的)?(?<d>${D})[日号]`,
    read(g, today) {
      const back = of(g, 'w').startsWith('上上') ? 2 : of(g, 'w').startsWith('上') ? 1 : 0;
      return (
        dayOf(today.getUTCFullYear(), today.getUTCMonth() + 1 - back, numberOf(of(g, 'd'))) ??
        dayOf(today.getUTCFullYear() - 1, today.getUTCMonth() + 13 - back, numberOf(of(g, 'd')))
      );
    },
  },
  {
    vague: /^个?[周星礼]/,
    pattern: '(?<w>上上|上|[本这])?个?(?:周|星期|礼拜)(?<d>[一二三四五六日天])(?![周个十百千万两次样块年月天条起])',
    read(g, today) {
      const day = WEEKDAYS[of(g, 'd')] ?? 0;
      const monday = shifted(today, -weekday(today));
      const back = { 上上: 14, 上: 7, 本: 0, 这: 0 }[of(g, 'w')];
      if (back !== undefined) return shifted(monday, day - back);
      return shifted(today, -((weekday(today) - day + 7) % 7));
    },
  },
  {
    vague: /^(?:今|today|this)/,
    pattern:
      '(?<d>大前天|前[天晚日](?!后)|昨[天晚日夜]|今[天晚早日]|(?<![a-z])(?:the day before yesterday|yesterday|last night|today|this morning)(?![a-z]))',
    read: (g, today) =>
      shifted(
        today,
        /^(?:大|the)/.test(of(g, 'd'))
          ? of(g, 'd') === '大前天'
            ? -3
            : -2
          : of(g, 'd').startsWith('前')
            ? -2
            : /^(?:昨|y|l)/.test(of(g, 'd'))
              ? -1
              : 0,
      ),
  },
  {
    pattern: `(?<n>${N})(?<u>天|日)(?:之|以)?前(?![后面台])`,
    read: (g, today) => countedBack(of(g, 'n'), 1, today),
  },
  {
    pattern: `(?<n>${N})(?<u>周|个?星期|个?礼拜|个?月|年)(?:之|以)?前(?![后面台])`,
    rough: true,
    vague: /年/,
    read(g, today) {
      const [n, unit] = [of(g, 'n'), of(g, 'u')];
      if (/[周期拜]$/.test(unit)) return countedBack(n, 7, today);
      const months = (n === '半' ? 0.5 : numberOf(n)) * (unit === '年' ? 12 : 1);
      if (n === '几' || !(months > 0 && months < 600)) return undefined;
      return months === 0.5 ? shifted(today, -15) : monthsBefore(today, Math.round(months));
    },
  },
  {
    pattern: '(?<y>[今去前])?年?的?(?:双十一|双11|(?<![\\d.])(?<l>618)(?=大促|活动|购物|期间|买|那天|的时候))',
    read(g, today) {
      const [month, day] = g.l === undefined ? [11, 11] : [6, 18];
      return g.y === undefined ? lastYearly(month, day, today) : dayOf(yearOf(g.y, today), month, day);
    },
  },
  {
    pattern: `(?<![\\d月a-z])(?<d>${D})号(?=(?:就|才|又|我|在|早上|上午|中午|下午|晚上|那天|买|下单|购|收|到货|安装|送|报修|开始|发现))`,
    read(g, today) {
      const day = numberOf(of(g, 'd'));
      return [0, 1, 2]
        .map(
          (back) =>
            dayOf(today.getUTCFullYear(), today.getUTCMonth() + 1 - back, day) ??
            (today.getUTCMonth() < back
              ? dayOf(today.getUTCFullYear() - 1, today.getUTCMonth() + 13 - back, day)
              : undefined),
        )
        .find((one) => one && one <= today);
    },
  },
  {
    pattern:
      '(?<![a-z0-9])(?<n>\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?<u>day|week|month|year)s? ago(?![a-z])',
    read(g, today) {
      const n = COUNTS[of(g, 'n')] ?? Number(g.n);
      if (g.u === 'day' || g.u === 'week') return shifted(today, -n * (g.u === 'day' ? 1 : 7));
      return n > 0 && n < 50 ? monthsBefore(today, n * (g.u === 'year' ? 12 : 1)) : undefined;
    },
    rough: true,
  },
  {
    pattern: `(?<![a-z])(?:last|on) (?<d>${ENGLISH_WEEKDAYS.join('|')})(?![a-z])`,
    read: (g, today) => shifted(today, -((weekday(today) - ENGLISH_WEEKDAYS.indexOf(of(g, 'd')) + 6) % 7) - 1),
  },
  {
    pattern: `(?<![a-z0-9])(?<m>${MONTH_NAMES})\\.? (?<d>\\d{1,2})(?:st|nd|rd|th)?(?:,? (?<y>(?:19|20)\\d\\d))?(?![\\d])`,
    read: (g, today) => englishDay(g, today),
  },
  {
    pattern: `(?<![a-z0-9.\\-])(?<d>\\d{1,2})(?:st|nd|rd|th)? (?:of )?(?<m>${MONTH_NAMES})(?:,? (?<y>(?:19|20)\\d\\d))?(?![a-z\\d])`,
    read: (g, today) => englishDay(g, today),
  },
];

function countedBack(numeral: string, days: number, today: Day): Day | undefined {
  const n = /[几半]/.test(numeral) ? Number.NaN : numberOf(numeral);
  return n > 0 && n < 400 ? shifted(today, -n * days) : undefined;
}

function englishDay(g: Groups, today: Day): Day | undefined {
  const month = MONTHS.indexOf(of(g, 'm').slice(0, 3)) + 1;
  return g.y === undefined ? lastYearly(month, Number(g.d), today) : dayOf(Number(g.y), month, Number(g.d));
}

const PATTERNS = WAYS.map((way) => ({ ...way, regexp: new RegExp(way.pattern, 'g') }));

const CLOCK = new RegExp(
  `^(?:的)? ?(?<part>凌晨|半夜|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里)?(?:at )?(?:(?<h>${D})[点时](?!间)(?:(?<half>半)|(?<m>${D})分?)?|(?<h2>\\d{1,2}):(?<m2>\\d\\d)(?!\\d))`,
);

/** What the clock shows by the words behind a day, as `T15:30`; empty: nothing. */
function clockAt(text: string): { value: string; length: number } {
  const match = CLOCK.exec(text);
  if (!match?.groups) return { value: '', length: 0 };
  const { part = '', h, half, m, h2, m2 } = match.groups;
  let hour = numberOf(h ?? h2 ?? '');
  const minute = half ? 30 : numberOf(m ?? m2 ?? '0');
  if (/下午|傍晚|晚上|夜里/.test(part) && hour < 12) hour += 12;
  if (part === '中午' && hour < 3) hour += 12;
  if (!(hour < 24 && minute < 60)) return { value: '', length: 0 };
  const two = (n: number): string => String(n).padStart(2, '0');
  return { value: `T${two(hour)}:${two(minute)}`, length: match[0].length };
}

/** Behind the day. */
const BOUGHT =
  /买|购[买得入进置]|下单(?!号)|下的单|拍下|入手|订的|订购|提的?车|付款|(?<![a-z])(?:bought|purchased|ordered)(?![a-z])/;
/** In front of it. */
const BOUGHT_ON =
  /(?:购买|下单|付款|订购)(?:日期|时间)?[是为:]? ?$|[买购订]于 ?$|(?<![a-z])(?:bought|purchased|ordered)(?![a-z])[^,.;。?\n]{0,30}$/;
/** A day of the handling, or of the thing itself, is not the day on which it happened. */
const NOT_IT =
  /打(?:了|过)?(?:电话|客服)|联系|说|告诉|通知|拒|来修|不修|检测|[到收]货(?!就|后|时)|到的|送|限|登记|几|上报|举报|递|请示|降|报了|答复|显示|报修|客服|退货|退款|申请|投诉|承诺|答应|保证|发货|寄|保修|有效|生产|过期|到期|质保|出厂|保质|出生|注册|上门|回复|催|预约|约好|约定|(?<![a-z])(?:called|call|contacted|promised|refund|shipped|warranty|expire[sd]?|born|reported)(?![a-z])/;

/**
 * The days of which the text speaks: when it was bought, and when it happened. None of them lies in the future.
 * @param today the house's day on which it was written
 */
export function dates({ text, clauseStart, clauseEnd }: Outline, today: Day, claims: Claims): Find[] {
  const finds: Find[] = [];
  for (const { regexp, read, rough, vague } of PATTERNS) {
    for (const { 0: found, index, groups = {} } of text.matchAll(regexp)) {
      const day = read(groups, today);
      let end = index + found.length;
      if (!claims.claim(index, end)) continue;
      if (!day || Number.isNaN(day.getTime()) || day > today) continue;
      const clock = clockAt(text.slice(end, end + 16));
      const from = Math.max(clauseStart[index] ?? 0, index - (isLatin(text.charCodeAt(index)) ? 40 : 8));
      const to = Math.min(clauseEnd[index] ?? end, end + 24);
      const [around, behind] = [text.slice(from, to), text.slice(end, Math.min(to, end + 14))];
      const date = day.toISOString().slice(0, 10);
      if (BOUGHT.test(behind) || BOUGHT_ON.test(text.slice(from, index))) {
        finds.push({ fact: 'product.purchasedOn', start: index, end, value: date, sure: !rough });
      } else if (!NOT_IT.test(around) && !(vague?.test(found) && clock.value === '')) {
        end += clock.length;
        finds.push({ fact: 'occurredAt', start: index, end, value: `${date}${clock.value}`, sure: false });
      }
    }
  }
  return finds.toSorted((a, b) => a.start - b.start);
}
