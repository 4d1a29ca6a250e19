import type { Length } from '../domain/time/duration';
import type { Language, Outcome, Remedy, RemedyKind, Words } from '../domain/basics/types';
import { money } from './format';

export { CATEGORY_WORDS, CAUSE_WORDS, GRADE_WORDS } from '../domain/basics/words';

export const inLanguage = (words: Words, language: Language): string => (language === 'zh-CN' ? words.zh : words.en);

export const OUTCOME_WORDS: Record<Outcome, Words> = {
  upheld: { zh: '投诉成立', en: 'upheld' },
  partly_upheld: { zh: '投诉部分成立', en: 'partly upheld' },
  not_upheld: { zh: '投诉不成立', en: 'not upheld' },
  withdrawn: { zh: '您已撤回投诉', en: 'withdrawn' },
  merged: { zh: '已并入另一件在办案件', en: 'joined with another open case' },
};

/** Units of a length: in Chinese, in English for one (the plural adds an s), and short as beside a figure. */
export const UNIT_WORDS: Record<Length['unit'], { zh: string; one: string; short: string }> = {
  seconds: { zh: '秒', one: 'second', short: 's' },
  minutes: { zh: '分钟', one: 'minute', short: 'min' },
  hours: { zh: '小时', one: 'hour', short: 'h' },
  days: { zh: '天', one: 'day', short: 'days' },
  workingMinutes: { zh: '个工作分钟', one: 'working minute', short: 'working min' },
  workingHours: { zh: '个工作小时', one: 'working hour', short: 'working h' },
  workingDays: { zh: '个工作日', one: 'working day', short: 'working days' },
  calendarDays: { zh: '个自然日', one: 'calendar day', short: 'calendar days' },
};

interface Told {
  plain: Words;
  with: Words;
}

const same = (zh: string, en: string): Told => ({ plain: { zh, en }, with: { zh, en } });

/**
 * To the customer, and to staff, who read of somebody else. `with` is used when money comes along; refunds and the like
 * read oddly without their amount, an apology with one.
 */
const REMEDY_WORDS: Record<RemedyKind, { customer: Told; staff: Told }> = {
  apology: { customer: same('向您道歉', 'An apology to you'), staff: same('向客户道歉', 'An apology to the customer') },
  explanation: {
    customer: same('向您说明原因', 'An explanation of what happened'),
    staff: same('向客户说明原因', 'An explanation of what happened'),
  },
  repair: {
    customer: {
      plain: { zh: '为您免费维修', en: 'A repair, free of charge' },
      with: { zh: '为您免费维修，价值 {}', en: 'A repair worth {}, free of charge' },
    },
    staff: {
      plain: { zh: '免费维修', en: 'A repair, free of charge' },
      with: { zh: '免费维修，价值 {}', en: 'A repair worth {}, free of charge' },
    },
  },
  replacement: {
    customer: {
      plain: { zh: '为您更换', en: 'A replacement' },
      with: { zh: '为您更换，价值 {}', en: 'A replacement worth {}' },
    },
    staff: {
      plain: { zh: '更换', en: 'A replacement' },
      with: { zh: '更换，价值 {}', en: 'A replacement worth {}' },
    },
  },
  refund: bothReaders('退款', '退款 {}', 'A refund', 'A refund of {}'),
  compensation: bothReaders('补偿', '补偿 {}', 'Compensation', 'Compensation of {}'),
  coupon: bothReaders('优惠券', '优惠券 {}', 'A voucher', 'A voucher of {}'),
  gift: bothReaders('礼品', '礼品，价值 {}', 'A gift', 'A gift worth {}'),
  warranty_extension: bothReaders('延长保修', '延长保修，价值 {}', 'A longer warranty', 'A longer warranty, worth {}'),
  service_change: {
    customer: same('改进我们的服务', 'A change in our service'),
    staff: same('改进服务', 'A change in our service'),
  },
};

function bothReaders(zh: string, zhWith: string, en: string, enWith: string): { customer: Told; staff: Told } {
  const told = { plain: { zh, en }, with: { zh: zhWith, en: enWith } };
  return { customer: told, staff: told };
}

export function remedyText(remedy: Remedy, language: Language, reader: 'customer' | 'staff' = 'customer'): string {
  const words = REMEDY_WORDS[remedy.kind][reader];
  return remedy.amount > 0
    ? inLanguage(words.with, language).replace('{}', money(remedy.amount, language))
    : inLanguage(words.plain, language);
}
