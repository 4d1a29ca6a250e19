import type { Instant, Language, Words } from '../../domain/basics/types';
import { PLATFORM_KINDS, type PlatformDeadline, type PlatformKind } from '../../domain/case/platforms';
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

/** How much the customer wants back, as they want it. @param amount in the smallest unit */
export const refundWords = (amount: number, language: Language): string =>
  language === 'zh-CN' ? `申请退款 ${yuan(amount)} 元` : `a refund of ${yuan(amount)} yuan`;

/** The product of a complaint that names an order alone. */
export const orderWords = (kind: PlatformKind, language: Language): string =>
  language === 'zh-CN' ? `${PLATFORM_KINDS[kind].zh}订单` : `${PLATFORM_KINDS[kind].en} order`;

const yuan = (amount: number): string => (amount / 100).toFixed(2);

/** For comparing: the earlier of two moments, of which one may be missing. */
export const earlier = (one: Instant | undefined, other: Instant | undefined): Instant | undefined =>
  one === undefined ? other : other === undefined || one < other ? one : other;
