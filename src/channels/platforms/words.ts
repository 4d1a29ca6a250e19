import type { Language, Words } from '../../domain/basics/types';
import {
  ACT_WORDS,
  PLATFORM_KINDS,
  type PlatformActName,
  type PlatformDeadline,
  type PlatformKind,
} from '../../domain/case/platforms';
import { plannedTime } from '../../render/format';
import { inLanguage } from '../../render/words';
import type { Entry } from './adapter';

/** Of a note so much of an entry is kept. */
const MOST_NOTED = 2_000;
const REPLIED: Words = { zh: '商户回复', en: 'a reply of the merchant' };

/** What has happened at a platform, as a note in the case. */
export function toldWords(kind: PlatformKind, { label = REPLIED, text }: Entry, language: Language): string {
  const [where, what] = [inLanguage(PLATFORM_KINDS[kind], language), inLanguage(label, language)];
  const head = language === 'zh-CN' ? `${where}：${what}` : `${where}: ${what}`;
  return text === '' ? head : `${head}\n${text.slice(0, MOST_NOTED)}`;
}

/** That the platform's own time ends. The same whenever it is said. */
export function deadlineWords(
  kind: PlatformKind,
  { what, dueAt }: Pick<PlatformDeadline, 'what' | 'dueAt'>,
  language: Language,
): string {
  const where = inLanguage(PLATFORM_KINDS[kind], language);
  const by = plannedTime(dueAt, language, dueAt);
  if (language === 'zh-CN') {
    return what === 'reply'
      ? `${where}要求在 ${by} 前首次回复客户，目前还没有回复。`
      : `${where}要求在 ${by} 前处理完成，目前还没有完成。`;
  }
  return what === 'reply'
    ? `${where} wants a first reply to the customer by ${by}; there is none yet.`
    : `${where} wants it settled by ${by}; it is not yet.`;
}

/** An offer, as it is said at a platform. */
export const solutionWords = (text: string, language: Language): string =>
  language === 'zh-CN'
    ? `${text}\n是否接受这个方案，请直接回复告诉我们。`
    : `${text}\nPlease answer here whether you accept this.`;

export function replyRefusedWords(kind: PlatformKind, language: Language): string {
  const where = inLanguage(PLATFORM_KINDS[kind], language);
  return language === 'zh-CN'
    ? `${where}没有收下给客户的回复，客户没有看到；请在平台上处理，或换一种方式联系客户。`
    : `${where} has not taken a reply to the customer, who has not seen it; see to it there, or reach them another way.`;
}

export function actRefusedWords(kind: PlatformKind, act: PlatformActName, language: Language): string {
  const where = inLanguage(PLATFORM_KINDS[kind], language);
  const { zh, does } = ACT_WORDS[act];
  return language === 'zh-CN'
    ? `${where}没有收下“${zh}”；请看平台上的情况再决定。`
    : `${where} has not taken the decision to ${does}; look how it stands there.`;
}

/** A text as it is compared: platforms may trim it, or change its blanks. */
export const asOne = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** A text in parts of so many characters at most, cut between sentences or lines where there are any, none cut in two. */
export function partsOf(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const piece = rest.slice(0, most);
    const end = /^[\s\S]*[。！？；\n.!?;]/u.exec(piece)?.[0].length ?? 0;
    const at = end > most / 2 ? end : piece.replace(/[\uD800-\uDBFF]$/, '').length;
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** How much the customer wants back, as they want it. @param amount in the smallest unit */
export const refundWords = (amount: number, language: Language): string =>
  language === 'zh-CN' ? `申请退款 ${yuan(amount)} 元` : `a refund of ${yuan(amount)} yuan`;

/** The product of a complaint that names an order alone. */
export const orderWords = (kind: PlatformKind, language: Language): string =>
  language === 'zh-CN' ? `${PLATFORM_KINDS[kind].shop.zh}订单` : `${PLATFORM_KINDS[kind].shop.en} order`;

const yuan = (amount: number): string => (amount / 100).toFixed(2);
