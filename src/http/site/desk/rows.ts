import type { ListedCase } from '../../../cases';
import type { Instant, Language, Words } from '../../../domain/basics/types';
import { CATEGORY_WORDS, CHANNEL_WORDS, GRADE_WORDS, STAGE_WORDS } from '../../../domain/basics/words';
import { DECISIONS } from '../../../domain/decisions/catalogue';
import type { Standing } from '../../../domain/promises/clock';
import { toMs } from '../../../domain/time/duration';
import type { Context } from '../../../render/engine';
import { duration, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sayIn, type Wording } from '../kit/wording';
import { formAddress } from './bar';
import { toldIn, USUAL_COLUMNS, type Column } from './columns';
import { begun } from './forms/making';

/** The icon of a promise's standing. */
const ICONS: Record<Standing, string> = {
  running: 'i-clock',
  warned: 'i-warn',
  breached: 'i-over',
  paused: 'i-pause',
  met: 'i-check',
  late: 'i-check',
  cancelled: 'i-back',
};

/** A promise as lists and chips show it: how it stands, in one short text. */
export interface Promised {
  name: Words;
  dueAt: Instant;
  startedAt: Instant;
  status: Standing;
  stoppedAt?: Instant | undefined;
}

/**
 * 剩 34分 · 超 2小时26分 · 已停 · 3分40秒, with its icon. `due` and `state` let the page's script go on counting.
 */
export function standing({ dueAt, startedAt, status, stoppedAt }: Promised, { language, now }: Wording): Context {
  const say = sayIn(language);
  const left = toMs(dueAt) - toMs(now);
  const ticks = status === 'running' || status === 'warned' || status === 'breached';
  const text = {
    running: leftWords(left, language),
    warned: leftWords(left, language),
    breached: leftWords(left, language),
    paused: say('已停', 'paused'),
    met: duration(toMs(stoppedAt ?? now) - toMs(startedAt), language),
    late: say(
      `迟 ${duration(toMs(stoppedAt ?? now) - toMs(dueAt), language)}`,
      `${duration(toMs(stoppedAt ?? now) - toMs(dueAt), language)} late`,
    ),
    cancelled: say('不再计', 'called off'),
  }[status];
  return { status, icon: ICONS[status], text, ticks, dueAt, dueWords: pageTime(dueAt, language, now) };
}

/** 剩 34分 · 34 min left; past the due time 超 2小时26分 · 2 h 26 min over. @param ms until the due time */
export function leftWords(ms: number, language: Language): string {
  const length = duration(Math.abs(ms), language);
  const say = sayIn(language);
  return ms >= 0 ? say(`剩 ${length}`, `${length} left`) : say(`超 ${length}`, `${length} over`);
}

/** Characters of a title at most. */
const TITLE = 44;

/** The customer's first sentence as the title of the case, whole or cut. @param opening the beginning of their words */
export function titleOf(opening: string, language: Language): string {
  const line =
    opening
      .trim()
      .split(/[\n。！？!?]|\.\s/u, 1)[0]
      ?.trim() ?? '';
  const letters = Array.from(line === '' ? opening.trim() : line);
  if (letters.length === 0) return sayIn(language)('（原话已删除）', '(words erased)');
  const most = language === 'zh-CN' ? TITLE : TITLE * 2;
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
}

/** A grade's shape and word, and the word of a category. */
export const gradeContext = (
  { grade, category }: Pick<ListedCase, 'grade' | 'category'>,
  language: Language,
): Context => ({
  grade,
  gradeWords: inLanguage(GRADE_WORDS[grade], language),
  categoryWords: inLanguage(CATEGORY_WORDS[category], language),
});

/** A case as a row of a list. @param columns what its line says beside what each row does */
export function rowContext(item: ListedCase, wording: Wording, columns: readonly Column[] = USUAL_COLUMNS): Context {
  const { language, now } = wording;
  const { pressing } = item;
  return {
    caseNo: item.caseNo,
    href: `/desk/cases/${item.caseNo}`,
    title: titleOf(item.opening, language),
    ...gradeContext(item, language),
    customer: item.customerName,
    product: item.product ?? null,
    channel: inLanguage(CHANNEL_WORDS[item.channel], language),
    stage: inLanguage(STAGE_WORDS[item.stage], language),
    waits: inLanguage(item.waitsFor, language),
    told: toldIn(item, columns, wording),
    owner: columns.includes('owner') ? (item.owner?.name ?? null) : null,
    round: item.round,
    chased: item.chased,
    groupHref: item.grouped ? `/desk/cases?group=${item.caseNo}` : null,
    updated: pageTime(item.updatedAt, language, now),
    received: pageTime(item.receivedAt, language, now),
    promise: pressing
      ? { name: inLanguage(pressing.name, language), ...standing(pressing, wording), paused: item.paused }
      : null,
    paused: item.paused,
    hit: item.hit ? hitContext(item.hit, language) : null,
    picked: null,
    act: item.next
      ? { href: formAddress(item.caseNo, item.next), label: begun(inLanguage(DECISIONS[item.next].label, language)) }
      : null,
  };
}

/** Where the case was found: what stands there, cut at the marks. */
function hitContext({ words, text, marks }: NonNullable<ListedCase['hit']>, language: Language): Context {
  const cuts = [0, ...marks.flat(), text.length];
  return {
    what: inLanguage(words, language),
    // Marked and unmarked pieces take turns, beginning with an unmarked one.
    parts: cuts.slice(1).map((end, n) => ({ text: text.slice(cuts[n], end), marked: n % 2 === 1 })),
  };
}
