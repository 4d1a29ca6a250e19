/**
 * What of a text tells who somebody is: names, numbers and addresses, to be taken out before others read it. What it finds is
 * a suggestion, and it misses things: a person reads the text before it is published.
 * @module
 */
import { readPhone } from '../contact';
import type { Language } from '../domain/basics/types';
import { Claims } from './facts/find';
import { ABROAD, EMAIL, labelled, LANDLINE, MOBILE, OF_A_HOUSE, unlabelled } from './facts/numbers';
import { places } from './facts/places';
import { normalise, traced } from './normalise';
import { namePattern } from './staff-names';
import { FAMILY } from './terms';

/** What tells who somebody is. */
export const IDENTITIES = [
  'customer',
  'colleague',
  'person',
  'phone',
  'email',
  'order',
  'serial',
  'number',
  'case',
  'address',
] as const;
export type Identity = (typeof IDENTITIES)[number];

/** Something in a text that tells who somebody is, in UTF-16 units, the end not included. */
export interface IdentityFind {
  identity: Identity;
  from: number;
  to: number;
  /** It is one beyond doubt; the others (a name with a title, a place) may be nothing: a person decides. */
  sure: boolean;
}

/** What is known beside the text. */
export interface KnownIdentities {
  /** Names of the customer, and of staff who take part in the case. */
  customers?: readonly string[];
  colleagues?: readonly string[];
  /** Names of the other staff: the same words may mean something else. */
  others?: readonly string[];
  /** Phone numbers, mail addresses, order and serial numbers of the case, as they were typed. */
  numbers?: readonly { identity: 'phone' | 'email' | 'order' | 'serial'; value: string }[];
}

interface Span {
  identity: Identity;
  start: number;
  end: number;
  sure: boolean;
}

const CASE_NO = /(?<![a-z0-9])c\d{6}-?[0-9a-z]{6}(?![a-z0-9])/g;
/** Before a number of the house itself. */
const HOUSE = /(?:客服|热线|官方|总机|前台|hotline|support|service|call us)[^,.;。?\n]{0,8}$/;
/** Digits of something: who knows of what. */
const DIGITS = /(?<![a-z0-9.])[a-z]{0,4}\d(?:[ -]?\d){6,29}x?(?![a-z0-9])/g;
const SUM_BEFORE = /(?:[¥￥$€£]|rmb|cny|usd)\s?$/;
const SUM_BEHIND = /^ ?(?:元|块|万|亿|rmb|cny|usd|%)/;
const DAY = /^(?:19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])$/;
/** Numbers that everybody may call. */
const PUBLIC_NUMBER = /^(?:[48]00\d{7}|(?:95|96|12)\d{3})$/;
const ACCOUNT =
  /(?:微信|qq|wechat|支付宝|旺旺)(?:号码?|id|账号)?(?:[:是为]| is)? ?(?<it>[a-z0-9][a-z0-9_-]{4,30})(?![a-z0-9])/dg;
const PLATE = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. ]?[a-z0-9]{5,6}(?![a-z0-9])/g;

const TITLE = '女士|先生|小姐|师傅|经理|老师|主管|阿姨|大哥|大姐|工程师|店长';
/** People who are called by their family name, and who says their name. */
const PERSONS: readonly RegExp[] = [
  new RegExp(`(?<it>[${FAMILY}][\\u4e00-\\u9fff]{0,2}?)(?:${TITLE})`, 'dg'),
  new RegExp(
    `(?:我叫|我的名字[是叫]|姓名[是:]? ?|本人叫?)(?<it>[${FAMILY}][\\u4e00-\\u9fff]{1,2})(?![\\u4e00-\\u9fff]{3})`,
    'dg',
  ),
  /(?<![a-z])(?:my name is|i am called) (?<it>[a-z'-]{2,20}(?: [a-z'-]{2,20})?)/dg,
  /(?<![a-z])(?:mrs?|ms|miss|dr)\.? (?<it>[a-z'-]{2,20})/dg,
];
const STREETS: readonly RegExp[] = [
  /[\u4e00-\u9fff]{2,8}?(?:路|街道?|大道|巷|弄)\d{1,5}(?:号|弄)(?:\d{1,4}(?:号楼|栋|幢|座))?(?:\d{1,2}单元)?(?:\d{1,4}(?:室|号))?/g,
  /\d{1,4}(?:号楼|栋|幢|座)(?:\d{1,2}单元)?(?:\d{1,4}(?:室|号))?/g,
  /(?<![a-z0-9])\d{1,5} [a-z]{2,20}(?: [a-z]{2,20}){0,2} (?:street|road|avenue|lane|drive)(?![a-z])/g,
];

/** Letters and digits of a number in their order, whatever stands between them. */
function asTyped(value: string): RegExp | undefined {
  const letters = normalise(value).replace(/[^a-z0-9]/g, '');
  return letters.length < 3
    ? undefined
    : new RegExp(`(?<![a-z0-9])${letters.split('').join('[ ._/@-]{0,2}')}(?![a-z0-9])`, 'g');
}

/** A name by which somebody known is meant. Of a single word only where it is their whole name, and no short one. */
function asNamed(name: string): RegExp | undefined {
  const plain = normalise(name).trim();
  return (
    namePattern(plain) ?? (/^[a-z]{3,30}$/.test(plain) ? new RegExp(`(?<![a-z])${plain}(?![a-z])`, 'g') : undefined)
  );
}

/** Everything that tells who somebody is. Its time grows as the text does. */
export function identitiesIn(written: string, known: KnownIdentities = {}): IdentityFind[] {
  const { text, from, to } = traced(written);
  const spans: Span[] = [];
  const free = (start: number, end: number): boolean => spans.every((one) => end <= one.start || one.end <= start);
  const add = (identity: Identity, start: number, end: number, sure = true): void => {
    if (end > start && free(start, end)) spans.push({ identity, start, end, sure });
  };
  const addAll = (identity: Identity, pattern: RegExp | undefined, sure = true): void => {
    if (pattern)
      for (const { 0: found, index } of text.matchAll(pattern)) add(identity, index, index + found.length, sure);
  };

  for (const { identity, value } of known.numbers ?? []) addAll(identity, asTyped(value));
  addAll('case', CASE_NO);
  for (const name of known.customers ?? []) addAll('customer', asNamed(name));
  for (const name of known.colleagues ?? []) addAll('colleague', asNamed(name));
  const ofHouse = contactsIn(text, add);

  const claims = new Claims(text.length);
  const named = [...labelled(text, claims), ...unlabelled(text, claims)];
  const innocent = [...ofHouse, ...named.filter(({ fact }) => fact === 'product.model')];
  for (const { fact, start, end } of named) {
    if (fact !== 'product.model') add(fact === 'product.orderNo' ? 'order' : 'serial', start, end);
  }
  for (const { 0: found, index } of text.matchAll(DIGITS)) {
    const end = index + found.length;
    const isSum =
      SUM_BEFORE.test(text.slice(Math.max(0, index - 4), index)) || SUM_BEHIND.test(text.slice(end, end + 4));
    const isInnocent = innocent.some((one) => index < one.end && one.start < end);
    const plain = found.replace(/[ -]/g, '');
    if (!isSum && !isInnocent && !DAY.test(found) && !PUBLIC_NUMBER.test(plain)) add('number', index, end);
  }
  addInner(text, [ACCOUNT], (start, end) => add('number', start, end));
  addAll('number', PLATE, false);

  for (const name of known.others ?? []) addAll('colleague', namePattern(normalise(name)), false);
  addInner(text, PERSONS, (start, end) => add('person', start, end, false));
  for (const pattern of STREETS) addAll('address', pattern, false);
  for (const { start, end } of places(text, new Claims(text.length))) add('address', start, end, false);

  return spans
    .map(({ identity, start, end, sure }) => ({ identity, sure, from: from[start] ?? 0, to: to[end - 1] ?? 0 }))
    .toSorted((a, b) => a.from - b.from);
}

/** Of each match the group `it`. */
function addInner(text: string, patterns: readonly RegExp[], add: (start: number, end: number) => void): void {
  for (const pattern of patterns) {
    for (const { indices } of text.matchAll(pattern)) {
      const span = indices?.groups?.it;
      if (span) add(...span);
    }
  }
}

/** Phone numbers and mail addresses, whoever's. @returns numbers of the house, which tell of nobody */
function contactsIn(
  text: string,
  add: (identity: Identity, start: number, end: number) => void,
): { start: number; end: number }[] {
  const ofHouse: { start: number; end: number }[] = [];
  for (const { 0: address, index } of text.matchAll(EMAIL)) {
    if (!OF_A_HOUSE.test(address)) add('email', index, index + address.length);
  }
  for (const pattern of [MOBILE, LANDLINE, ABROAD]) {
    for (const { 0: typed, index } of text.matchAll(pattern)) {
      const end = index + typed.length;
      if (pattern !== MOBILE && HOUSE.test(text.slice(Math.max(0, index - 16), index)))
        ofHouse.push({ start: index, end });
      else if (readPhone(typed) !== undefined) add('phone', index, end);
    }
  }
  return ofHouse;
}

const MARKS: Record<Identity, Record<Language, string>> = {
  customer: { 'zh-CN': '〔姓名〕', en: '〔name〕' },
  colleague: { 'zh-CN': '〔同事〕', en: '〔colleague〕' },
  person: { 'zh-CN': '〔姓名〕', en: '〔name〕' },
  phone: { 'zh-CN': '〔电话〕', en: '〔phone〕' },
  email: { 'zh-CN': '〔邮箱〕', en: '〔mail〕' },
  order: { 'zh-CN': '〔订单号〕', en: '〔order〕' },
  serial: { 'zh-CN': '〔序列号〕', en: '〔serial number〕' },
  number: { 'zh-CN': '〔号码〕', en: '〔number〕' },
  case: { 'zh-CN': '〔单号〕', en: '〔case〕' },
  address: { 'zh-CN': '〔地址〕', en: '〔address〕' },
};

/** Marks that stand for what was taken out. */
export const TAKEN_OUT = new RegExp(
  [...new Set(Object.values(MARKS).flatMap((words) => Object.values(words)))].join('|'),
  'g',
);

/** The text with a mark in place of each of them. */
export function withoutIdentities(written: string, known: KnownIdentities, language: Language): string {
  let text = '';
  let at = 0;
  for (const { identity, from, to } of identitiesIn(written, known)) {
    text += written.slice(at, from) + MARKS[identity][language];
    at = to;
  }
  return text + written.slice(at);
}
