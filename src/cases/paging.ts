/**
 * Cuts a page off a list that is read from its newest row on.
 * @param rows of which one more than `size` was asked for, if there is one
 * @returns `next`: the id before which the next page begins; absent on the last one
 */
export function pageOf<Row extends { id: number }>(
  rows: readonly Row[],
  size: number,
): { page: readonly Row[]; next?: number } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return rows.length > size && last ? { page, next: last.id } : { page };
}
