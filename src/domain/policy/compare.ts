/**
 * Compares two policies.
 * @module
 */
import { canonicalJson } from '../basics/canonical';

/** One place in which two policies differ. `from` or `to` is absent where that policy has nothing in the place. */
export interface PolicyDifference {
  path: string;
  from?: unknown;
  to?: unknown;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A list whose entries all have ids of their own, by these ids; else undefined. So an entry that is inserted moves no
 * other.
 */
function byId(value: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const ids = value.map((item: unknown) => (isPlain(item) && typeof item.id === 'string' ? item.id : undefined));
  if (ids.includes(undefined) || new Set(ids).size < ids.length) return undefined;
  return Object.fromEntries(value.map((item: unknown, index) => [ids[index], item]));
}

/** A list by the places of its entries. */
const byPlace = (items: readonly unknown[]): Record<string, unknown> => Object.fromEntries(items.entries());

/** The parts by which two values can be compared further; undefined if they have to be compared as a whole. */
function inside(from: unknown, to: unknown): [Record<string, unknown>, Record<string, unknown>] | undefined {
  if (isPlain(from) && isPlain(to)) return [from, to];
  const [a, b] = [byId(from), byId(to)];
  if (a && b) return [a, b];
  return Array.isArray(from) && Array.isArray(to) ? [byPlace(from), byPlace(to)] : undefined;
}

/** Every place in which two policies differ, as deep as possible. Their versions do not count. */
export function comparePolicies(from: object, to: object): PolicyDifference[] {
  const differences: PolicyDifference[] = [];
  const compare = (path: string, a: unknown, b: unknown): void => {
    if (canonicalJson(a ?? null) === canonicalJson(b ?? null)) return;
    const parts = a === undefined || b === undefined ? undefined : inside(a, b);
    if (!parts) {
      differences.push({ path, ...(a !== undefined && { from: a }), ...(b !== undefined && { to: b }) });
      return;
    }
    for (const key of new Set([...Object.keys(parts[0]), ...Object.keys(parts[1])])) {
      if (path === '' && key === 'version') continue;
      compare(path === '' ? key : `${path}.${key}`, parts[0][key], parts[1][key]);
    }
  };
  compare('', from, to);
  return differences;
}
