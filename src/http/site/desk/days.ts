import type { Instant } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { dayWords } from '../../../render/format';
import type { Wording } from '../kit/wording';

/** These under the days of the house on which they were, in the order they come in. */
export function byDay<T extends { at: Instant }>(
  items: readonly T[],
  wording: Wording,
  contextOf: (item: T) => Context,
): { day: string; items: Context[] }[] {
  const { language, now } = wording;
  const days: { day: string; items: Context[] }[] = [];
  for (const item of items) {
    const day = dayWords(item.at, language, now);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(contextOf(item));
    else days.push({ day, items: [contextOf(item)] });
  }
  return days;
}
