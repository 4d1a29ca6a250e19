const refuse = (): never => {
  throw new TypeError('this is shared between workflows and never changes');
};
const CHANGERS = ['set', 'add', 'delete', 'clear'] as const;

/**
 * Freezes to the bottom what workflows share, so that no case can change what another one reads: an attempt throws a
 * TypeError. Three things stay open, because they cannot be frozen and still work:
 * - zod schemas, which keep lazy fields and compiled parsers in themselves; the rules only parse with them;
 * - patterns: zod sets `lastIndex` of those it is given, at each check;
 * - what a module keeps to itself and does not export, such as the index of a calendar (a `WeakMap` of what follows from
 *   its key alone).
 * A `Map` or a `Set` loses the methods that change it.
 */
export function freezeShared(value: unknown, seen = new Set<unknown>()): void {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return;
  seen.add(value);
  if ('_zod' in value || value instanceof RegExp) return;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) [key, item].forEach((one: unknown) => freezeShared(one, seen));
    for (const name of CHANGERS) if (name in value) Object.defineProperty(value, name, { value: refuse });
  }
  for (const key of Reflect.ownKeys(value)) {
    // A getter works its value out anew; an export is one, too, and is read by its module's name for it.
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && 'value' in property) freezeShared(property.value, seen);
  }
  Object.freeze(value);
}

/** Every value that a module exports. */
export function freezeExports(exports: object): void {
  const seen = new Set<unknown>();
  for (const value of Object.values(exports)) freezeShared(value, seen);
}
