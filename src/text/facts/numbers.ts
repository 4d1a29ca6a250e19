import { readEmail, readPhone } from '../../contact';
import type { Claims, Fact, Find } from './find';

/** What a number is called in front of it. `other` is a number of something else, which is nobody's order or phone. */
const LABELS =
  /(?<other>(?:快递|运|物流|工|投诉|维修|报修|退货|退款|流水|受理|服务|取件|发票|售后|保|跟踪)单(?:编?号码?)?|(?:合同|流水|发票|挂|受理|取件|邮政|会员|身份证|学|工|户|房|车牌|微信|qq|账)号码?|身份证|(?:银行|信用|会员|储蓄|购物)?卡号?(?=[^\n]{0,2}\d{12})|邮编|尾号|验证码|取件码|密码|(?<![a-z0-9])(?:tracking|ticket|case|account|card) ?(?:no\.?|number|id))|(?<order>订单(?:编?号码?|id)|单号|(?<![a-z0-9])order ?(?:no\.?|number|num|id)|(?<![a-z0-9])order(?= ?[#:])|订单(?=:? ?\d{6}))|(?<serial>序列[号码]|串[号码]|机身(?:[号码]|编号)|(?:机器|出厂|产品|设备)编号|车架号|底盘号|车辆识别代?[号码]|(?<![a-z0-9])(?:s\/n|(?:sn|imei|vin)[号码]?(?=[^a-z]|$)|serial(?: ?(?:no\.?|number|num))?))|(?<model>型号|(?<![a-z0-9])model ?(?:no\.?|number|name))/g;

const OF_LABEL: Readonly<Record<string, Fact>> = {
  order: 'product.orderNo',
  serial: 'product.serialNo',
  model: 'product.model',
};

const BETWEEN = String.raw`(?: ?(?:是|为|叫|is|was|[:#=])){0,2} ?["'“(]? ?`;
/** Letters and digits with dashes between; blanks only where digits go on. */
const NUMBER = new RegExp(String.raw`${BETWEEN}([a-z0-9](?:[-_/]?[a-z0-9]| (?=\d{3})){2,39})`, 'y');
const MODEL = new RegExp(
  String.raw`${BETWEEN}([a-z0-9](?:[-_/+.]?[a-z0-9]| (?=\d|(?:pro|max|plus|ultra|mini|se|air|lite)(?![a-z]))){1,39})`,
  'y',
);

/** Numbers that the text calls by their name. */
export function labelled(text: string, claims: Claims): Find[] {
  const finds: Find[] = [];
  for (const { 0: label, index, groups = {} } of text.matchAll(LABELS)) {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined) ?? '';
    const pattern = kind === 'model' ? MODEL : NUMBER;
    pattern.lastIndex = index + label.length;
    const [whole = '', value = ''] = pattern.exec(text) ?? [];
    if (!/\d/.test(value)) continue;
    const end = index + label.length + whole.length;
    // "9870xxxx2103", "2024****5521", "8873 尾号": a part of it is left out.
    if (/xx/.test(value) || /^ ?(?:\*|尾号)/.test(text.slice(end, end + 3))) continue;
    const start = end - value.length;
    const fact = OF_LABEL[kind];
    if (claims.claim(start, end) && fact) finds.push({ fact, start, end, sure: true });
  }
  return finds;
}

/** Before a number or address that is the house's, or of somebody other than who writes. */
const NOT_THEIRS =
  /(?:客服|售后|师傅|快递|店家?|商家|你们|他们?|她|经理|老板|官方|热线|厂家|卖家|骑手|司机|销售|员工|(?<![a-z])(?:hotline|their|your|his|her|support)(?![a-z]))[^,.;。?\n]{0,8}$/;
const OWN =
  /(?:我|本人|联系|回电|回复|手机|电话|邮箱|邮件|(?<![a-z])(?:my|me|tel|phone|mobile|e-?mail)(?![a-z]))[^,.;。?\n]{0,10}$/;

const BEFORE = 16;
const before = (text: string, at: number): string => text.slice(Math.max(0, at - BEFORE), at);

export const MOBILE = /(?<![a-z0-9.])(?<!\d-)(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d|[a-z]|-\d)/g;
export const LANDLINE = /(?<![a-z0-9.])(?<!\d-)\(?0\d{2,3}\)?[- ]?[2-9]\d{6,7}(?:(?: ?转 ?|-)\d{1,6})?(?!\d|[a-z])/g;
export const ABROAD = /(?<![a-z0-9])\+[1-9](?:[ -]?\d){7,14}(?!\d)/g;
export const EMAIL = /(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/g;

/** Addresses of a desk, not of a person. */
export const OF_A_HOUSE = /^(?:support|service|kefu|help|info|sales|admin|contact|no-?reply|cs|hr)\d*@/;

/** Telephone numbers and mail addresses of who writes. */
export function contacts(text: string, claims: Claims): Find[] {
  const finds: Find[] = [];
  const add = (fact: Fact, start: number, end: number, value?: string): void => {
    if (!claims.claim(start, end)) return;
    const said = before(text, start);
    if (!NOT_THEIRS.test(said)) {
      finds.push({ fact, start, end, ...(value !== undefined && { value }), sure: OWN.test(said) });
    }
  };
  for (const { 0: address, index } of text.matchAll(EMAIL)) {
    if ('address' in readEmail(address) && !OF_A_HOUSE.test(address)) {
      add('customer.email', index, index + address.length);
    }
  }
  for (const pattern of [MOBILE, LANDLINE, ABROAD]) {
    for (const { 0: typed, index } of text.matchAll(pattern)) {
      const number = readPhone(typed);
      if (number !== undefined) add('customer.phone', index, index + typed.length, number);
    }
  }
  return finds;
}

/** By Luhn's sum, which the numbers of phones (IMEI) and of bank cards keep. */
export function keepsLuhn(digits: string): boolean {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits[digits.length - 1 - n]);
    const twice = digit * 2;
    sum += n % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

const IDENTITY = /^\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]$/;

const VIN_VALUES = '0123456789.abcdefgh..jklmn.p.r..stuvwxyz';
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** The ninth character of a vehicle's number is the check digit of all others (GB 16735). */
function keepsVin(vin: string): boolean {
  const sum = VIN_WEIGHTS.reduce((total, weight, n) => total + weight * (VIN_VALUES.indexOf(vin[n] ?? '') % 10), 0);
  return vin[8] === (sum % 11 === 10 ? 'x' : String(sum % 11));
}

const LONG = /(?<![a-z0-9.])(?<!\d-)\d(?:[ -]?\d){11,29}x?(?![a-z0-9]|-\d|\.\d)/g;
const VEHICLE = /(?<![a-z0-9])(?=[\d]*[a-z])[a-hj-npr-z0-9]{17}(?![a-z0-9])/g;
/** Digits of an order number that nobody calls so: platforms give 15 to 24. */
const LIKE_ORDER = { least: 15, most: 24 };

/** Numbers that are known by their form alone. */
export function unlabelled(text: string, claims: Claims): Find[] {
  const finds: Find[] = [];
  const add = (fact: Fact, start: number, end: number, sure: boolean): void => {
    if (claims.claim(start, end)) finds.push({ fact, start, end, sure });
  };
  for (const { 0: vin, index } of text.matchAll(VEHICLE)) {
    if (keepsVin(vin)) add('product.serialNo', index, index + vin.length, true);
  }
  for (const { 0: found, index } of text.matchAll(LONG)) {
    const end = index + found.length;
    const digits = found.replace(/[ -]/g, '');
    const said = before(text, index);
    if (IDENTITY.test(digits) || digits.endsWith('x') || /卡[^,.;。?\n]{0,8}$/.test(said)) claims.claim(index, end);
    else if (digits.length === 15 && keepsLuhn(digits)) add('product.serialNo', index, end, true);
    else if (/(?:订单|下单|order)[^,.;。?\n]{0,8}$/.test(said)) add('product.orderNo', index, end, true);
    else if (digits.length >= LIKE_ORDER.least && digits.length <= LIKE_ORDER.most)
      add('product.orderNo', index, end, false);
  }
  return finds;
}
