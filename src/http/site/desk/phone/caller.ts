import { listWords, type Cases, type ListedCase } from '../../../../cases';
import type { Staff } from '../../../../domain/case/permissions';
import { isNoName } from './fields';

/** The fewest digits of a telephone number. */
const DIGITS = 7;
/** Cases of the caller that are looked at. */
const OF_CALLER = 20;

/** The cases in which this number stands, the newest first; of those that the person may see. */
export async function callersCases(
  { handling }: Pick<Cases, 'handling'>,
  number: string,
  actor: Staff,
): Promise<ListedCase[]> {
  const words = listWords.safeParse({ q: number, sort: '-received', limit: OF_CALLER });
  // Of a few digits many customers have some.
  const isWhole = number.replace(/\D/g, '').length >= DIGITS;
  return words.success && isWhole ? (await handling.list(words.data, actor)).items : [];
}

/** The name under which they have complained before; empty where several people share the number. */
export function nameOf(known: readonly ListedCase[]): string {
  const names = new Set(known.map(({ customerName }) => customerName).filter((name) => !isNoName(name)));
  return names.size === 1 ? ([...names][0] ?? '') : '';
}
