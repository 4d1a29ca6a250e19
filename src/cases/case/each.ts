/** Cases worked on at the same time within one call. */
const AT_A_TIME = 8;

/** Does `work` for each item, `AT_A_TIME` at once; results in the order of the items. */
export async function each<Item, T>(items: readonly Item[], work: (item: Item) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let next = 0; next < items.length; next += AT_A_TIME) {
    done.push(...(await Promise.all(items.slice(next, next + AT_A_TIME).map(work))));
  }
  return done;
}
