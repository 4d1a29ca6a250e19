import type { Stores } from '../../db';
import type { ActionRow, ActionSheet } from '../../db/records';
import { atLeast, type Staff } from '../../domain/case/permissions';
import { effectOf, type Rate } from '../../domain/facts/effect';
import { daysAfter } from '../../domain/time/calendar';
import { addMs, toInstant, toMs } from '../../domain/time/duration';
import { houseDate } from '../../house';
import type { ActionPage } from './answers';

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

const told = ({ hits, of, rate, low, high }: Rate) => ({
  hits,
  of,
  rate: rounded(rate, 1),
  low: rounded(low, 1),
  high: rounded(high, 1),
});

/**
 * What became of complaints of the cause of an action: from its start to its end or to now, and over an equally long time
 * before. Undefined: it is not started.
 */
export async function effectSince(
  { actionPages }: { actionPages: Pick<Stores['actionPages'], 'effectCounts'> },
  { row, sheet, now, actor }: { row: ActionRow; sheet: ActionSheet; now: number; actor: Staff },
): Promise<ActionPage['effect']> {
  const { startedAt: middle, endedAt } = row.state;
  if (middle === undefined) return undefined;
  const to = endedAt ?? toInstant(now);
  const from = addMs(middle, toMs(middle) - toMs(to));
  const { product, region } = sheet;
  // A case may carry another zone than the house's.
  const days = { from: daysAfter(houseDate(toMs(from)), -2), to: daysAfter(houseDate(toMs(to)), 2) };
  const reader = atLeast(actor, 'admin') ? undefined : actor.id;
  const counts = await actionPages.effectCounts({ cause: row.cause, product, region, from, middle, to, days, reader });
  const { before, after, ratio, low, high, told: seen } = effectOf(counts.before, counts.after);
  return {
    from,
    middle,
    to,
    ...(product !== undefined && { product }),
    ...(region !== undefined && { region }),
    before: told(before),
    after: told(after),
    unknown: counts.unknown,
    ratio: rounded(ratio, 2),
    low: rounded(low, 2),
    high: rounded(high, 2),
    told: seen,
  };
}
